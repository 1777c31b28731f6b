"""The whole video once more, with skeleton, count and verdicts: `annotated.mp4`."""
