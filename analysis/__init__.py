"""From a video file to judged repetitions and their pictures. Knows no network, queue, web or database."""
