"""Telling of the end of jobs: channels, their delivery and its log (docs/signals.md)."""
