"""Telling of the ends of jobs: notices and their deliveries, webhooks and devices (docs/signals.md)."""
