"""The loop as everyone writes it: read, detect, draw, write.

python -m benchmarks.plain_loop VIDEO MODEL OUT.mp4 [--landmarks FILE.npy] [--noise]
"""

import argparse
from pathlib import Path

import cv2
import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision
from mediapipe.tasks.python.vision import drawing_utils


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("video", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--landmarks", type=Path, help="where to keep them, (frames, 33, 2) pixels")
    parser.add_argument("--noise", action="store_true", help="change each value of each picture by up to one level")
    options = parser.parse_args()

    rng = np.random.default_rng(0)
    capture = cv2.VideoCapture(str(options.video))
    fps = capture.get(cv2.CAP_PROP_FPS) or 30.0
    width, height = int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)), int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
    writer = cv2.VideoWriter(str(options.out), cv2.VideoWriter.fourcc(*"mp4v"), fps, (width, height))
    found: list[np.ndarray] = []
    landmarker = vision.PoseLandmarker.create_from_options(
        vision.PoseLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(options.model)), running_mode=vision.RunningMode.VIDEO
        )
    )
    with landmarker:
        while True:
            read, picture = capture.read()
            if not read:
                break
            if options.noise:
                noise = rng.integers(-1, 2, picture.shape)
                picture = np.clip(picture.astype(np.int16) + noise, 0, 255).astype(np.uint8)
            image = mp.Image(image_format=mp.ImageFormat.SRGB, data=cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
            result = landmarker.detect_for_video(image, round(len(found) * 1000 / fps))
            points = np.full((33, 2), np.nan)
            for pose in result.pose_landmarks:
                drawing_utils.draw_landmarks(picture, pose, vision.PoseLandmarksConnections.POSE_LANDMARKS)
                points = np.array([(point.x * width, point.y * height) for point in pose])
            writer.write(picture)
            found.append(points)
    writer.release()
    if options.landmarks:
        np.save(options.landmarks, np.array(found))


if __name__ == "__main__":
    main()
