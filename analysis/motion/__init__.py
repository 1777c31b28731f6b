"""Landmarks, angles, signals and measures of a followed person."""
