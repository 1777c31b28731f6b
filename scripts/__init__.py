"""What the Makefile calls: setting up, running, and the model."""
