"""Draws clips of a mannequin at exercise, with exact ground truth, for the demo, tests and benchmarks."""

from mannequin.clip import Clip, TrueRepetition, Truth, draw, pictures, truth_of
from mannequin.motions import MOTIONS

__all__ = ["MOTIONS", "Clip", "TrueRepetition", "Truth", "draw", "pictures", "truth_of"]
