"""Poses of clips, found once: kept by the file's checksum, so that a second run of a benchmark takes seconds."""

import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path

import numpy as np

from analysis.media.video import probe
from analysis.pose.follow import estimate_pose
from analysis.types import PoseTrack, VideoInfo

CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "goodrep-benchmarks"


def followed(path: Path) -> tuple[PoseTrack, int]:
    """The person in the clip, from the cache where the same file was followed before."""
    cached = CACHE / f"{hashlib.sha256(path.read_bytes()).hexdigest()}.npz"
    if not cached.exists():
        with estimate_pose(probe(path)) as run:
            keep(cached, run.track, run.people)
    return kept(cached)


def keep(cached: Path, track: PoseTrack, people: int) -> None:
    """Write a file that `kept` reads, whole or not at all."""
    cached.parent.mkdir(parents=True, exist_ok=True)
    unfinished = cached.with_suffix(f".{os.getpid()}.npz")
    np.savez_compressed(
        unfinished,
        landmarks=track.landmarks,
        world=track.world,
        timestamps_s=track.timestamps_s,
        people=people,
        video=json.dumps(asdict(track.video)),
    )
    unfinished.replace(cached)


def kept(cached: Path) -> tuple[PoseTrack, int]:
    """Who was followed, and most people at one time; drawn clips that were kept earlier do not tell, and have one."""
    with np.load(cached) as held:
        video = VideoInfo(**json.loads(str(held["video"])))
        track = PoseTrack(held["landmarks"], held["world"], held["timestamps_s"], video)
        return track, int(held["people"]) if "people" in held else 1
