"""Jobs in Redis: records, turns, events, estimates, and the workers who do them (docs/jobs.md)."""
