"""The true skeleton as a pose model without any error would report it: tells faults of judging from those of pose."""

import numpy as np

from analysis.motion.landmarks import Landmark
from analysis.types import PoseTrack, VideoInfo
from mannequin.clip import Clip, Truth, stage_of

HIPS = [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]


def true_track(clip: Clip, truth: Truth) -> PoseTrack:
    """Every joint of every frame where it is, in pixels and in metres about the hips, all of them seen."""
    stage = stage_of(clip, truth)
    frames = len(truth.timestamps_s)
    landmarks = np.ones((frames, len(Landmark), 4), dtype=np.float32)
    landmarks[:, :, :2], away = stage.pixels(truth.points)
    hips_away = away[:, HIPS].mean(axis=1, keepdims=True)
    landmarks[:, :, 2] = (away - hips_away) * stage.focal_px / hips_away
    world = stage.seen(truth.points)
    world = world - world[:, HIPS].mean(axis=1, keepdims=True)
    video = VideoInfo(clip.width, clip.height, clip.fps, frames, truth.duration_s, 0, "drawn", "")
    return PoseTrack(landmarks, world.astype(np.float32), truth.timestamps_s, video)
