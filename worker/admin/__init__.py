"""The operator's command, `python -m worker.admin`: what is going on, why, and the lever for it (docs/operate.md)."""
