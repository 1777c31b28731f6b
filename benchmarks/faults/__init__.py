"""Faults brought about on real processes, and what must hold after each: `python -m benchmarks.faults`."""
