"""Exercises, repetitions, rules and verdicts; pure functions of a followed person."""
