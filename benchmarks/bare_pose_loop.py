"""The pose alone, as a worker of one's own would begin with: read, detect, next. No drawing, no writing, one process.

`python -m benchmarks.bare_pose_loop VIDEO MODEL` prints how many frames it saw.
"""

import argparse
from pathlib import Path

import cv2
import mediapipe as mp
from mediapipe.tasks.python import BaseOptions, vision


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("video", type=Path)
    parser.add_argument("model", type=Path)
    options = parser.parse_args()
    capture = cv2.VideoCapture(str(options.video))
    fps = capture.get(cv2.CAP_PROP_FPS) or 30.0
    frames = 0
    settings = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(options.model)), running_mode=vision.RunningMode.VIDEO
    )
    with vision.PoseLandmarker.create_from_options(settings) as landmarker:
        while True:
            read, picture = capture.read()
            if not read:
                break
            image = mp.Image(image_format=mp.ImageFormat.SRGB, data=cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
            landmarker.detect_for_video(image, round(frames * 1000 / fps))
            frames += 1
    print(frames)


if __name__ == "__main__":
    main()
