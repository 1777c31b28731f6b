"""How much of what is found in clips is found in variants of them, too."""
