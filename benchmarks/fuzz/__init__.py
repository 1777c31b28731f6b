"""Malformed videos by the thousand, and what becomes of them."""
