"""Every fault, in the order of the table."""

from benchmarks.faults import clocks, deaths, upgrades, weather

CASES = (*deaths.CASES, *weather.CASES, *clocks.CASES, *upgrades.CASES)
