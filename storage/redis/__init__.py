"""Talking to Redis: the connection, the scripts, and what all who share one Redis must agree on."""
