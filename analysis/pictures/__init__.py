"""Annotated pictures and plots."""
