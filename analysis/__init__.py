"""From a video file to judged repetitions and their pictures. Knows no network, queue, web or database."""

__version__ = "0.1.0"
