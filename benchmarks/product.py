"""The same clip through goodrep: `python -m benchmarks.product VIDEO OUT_DIR`; `--help` says with what.

Prints the seconds from the last frame that was looked at to the end.
"""

import argparse
import time
from pathlib import Path

import numpy as np


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("video", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--exercise", default="squat")
    parser.add_argument("--pose-only", action="store_true", help="no judging, no pictures")
    parser.add_argument("--landmarks", type=Path, help="where to keep them, (frames, 33, 2) pixels")
    parser.add_argument("--annotated-video", action="store_true", help="also make annotated.mp4")
    parser.add_argument("--blur-faces", action="store_true", help="make faces unrecognisable")
    options = parser.parse_args()

    last_frame_at = 0.0
    if options.pose_only:
        from analysis.media.video import probe
        from analysis.pose.follow import estimate_pose

        with estimate_pose(probe(options.video)) as run:
            last_frame_at = time.perf_counter()
            if options.landmarks:
                np.save(options.landmarks, run.track.landmarks[..., :2])
    else:
        from analysis.options import AnalysisOptions
        from analysis.pipeline import analyze

        def on_progress(stage: str, _done: int, _total: int) -> None:
            nonlocal last_frame_at
            if stage == "pose":
                last_frame_at = time.perf_counter()

        chosen = AnalysisOptions(video=options.annotated_video, blur_faces=options.blur_faces)
        analyze(options.video, options.exercise, options.out, options=chosen, on_progress=on_progress)
    print(time.perf_counter() - last_frame_at)


if __name__ == "__main__":
    main()
