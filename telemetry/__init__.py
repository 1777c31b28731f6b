"""How API and workers tell what they do: log lines, counters, traces."""
