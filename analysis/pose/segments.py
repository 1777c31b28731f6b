"""Dividing a video among processes so that all are finished at the same time."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from analysis.media.frames import keyframe_before
from analysis.media.video import VideoFile
from analysis.pose.commands import Segment

# After so long the tracking and MediaPipe's smoothing have forgotten where they began: benchmarks/README.md.
WARM_UP_S = 0.5
# Milliseconds, measured: finding the pose in a frame, and decoding one, which grows with its size.
POSE_MS = 11.0
DECODE_MS_PER_MEGAPIXEL = 1.6
# A second process is not worth its start for less.
MIN_SEGMENT_S = 2.0


def divide(video: VideoFile, processes: int) -> tuple[Segment, ...]:
    """At most `processes` segments that together hold every frame once, of about equal work.

    A segment is reached from the keyframe before its warm-up; what lies between is only decoded. The first segment
    begins without either and so gets more frames.
    """
    count = max(1, min(processes, int(video.info.duration_s / MIN_SEGMENT_S)))
    starts = [0]
    for number in range(1, count):
        starts.append(_fairest_start(video, starts[-1], count - number))
    edges = [int(video.pts[start]) for start in starts] + [int(video.pts[-1]) + 1]
    return tuple(Segment(_warm_up_pts(video, a), a, b) for a, b in pairwise(edges))


def divide_rest(video: VideoFile, known: Sequence[tuple[int, int]], processes: int) -> tuple[Segment, ...]:
    """Segments that hold every frame once which lies in none of the known spans.

    Args:
        video: As checked.
        known: Half-open spans [start, end) of timestamps, in order, none over another.
        processes: What is left is cut until there is work for each of them, or no part is worth cutting; where it lies
            in more stretches than that, there are more segments than processes.
    """
    if not known:
        return divide(video, processes)
    edges = [int(video.pts[0]), *(edge for span in known for edge in span), int(video.pts[-1]) + 1]
    gaps = [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if _frames(video, start, end)]
    worth_cutting = 2 * video.ticks(MIN_SEGMENT_S)
    while 0 < len(gaps) < processes:
        longest = max(gaps, key=lambda gap: gap[1] - gap[0])
        if longest[1] - longest[0] < worth_cutting:
            break
        frames = video.pts[(video.pts >= longest[0]) & (video.pts < longest[1])]
        middle = int(frames[len(frames) // 2])
        at = gaps.index(longest)
        gaps[at : at + 1] = [(longest[0], middle), (middle, longest[1])]
    return tuple(Segment(_warm_up_pts(video, start), start, end) for start, end in gaps)


def _frames(video: VideoFile, start_pts: int, end_pts: int) -> int:
    return int(np.searchsorted(video.pts, end_pts) - np.searchsorted(video.pts, start_pts))


def _warm_up_pts(video: VideoFile, start_pts: int) -> int:
    return max(int(video.pts[0]), start_pts - video.ticks(WARM_UP_S))


def _fairest_start(video: VideoFile, previous: int, segments_left: int) -> int:
    """The frame after `previous` at which the segment between costs as much as each of those that are left."""
    frames = len(video.pts)
    candidates = range(previous + 1, frames)
    low, high = 0, len(candidates) - 1
    while low < high:
        middle = (low + high) // 2
        start = candidates[middle]
        this = _cost(video, previous, start)
        others = (_cost(video, start, frames) + (segments_left - 1) * _overhead(video, start)) / segments_left
        if this < others:
            low = middle + 1
        else:
            high = middle
    return candidates[low]


def _cost(video: VideoFile, start: int, end: int) -> float:
    return end - start + (_overhead(video, start) if start else 0.0)


def _overhead(video: VideoFile, start: int) -> float:
    """What a segment costs before its first frame counts, in frames."""
    warm_up_pts = _warm_up_pts(video, int(video.pts[start]))
    warm_up = int(np.searchsorted(video.pts, warm_up_pts))
    keyframe = int(np.searchsorted(video.pts, keyframe_before(video, warm_up_pts)))
    decode_ms = DECODE_MS_PER_MEGAPIXEL * video.info.width * video.info.height / 1e6
    return start - warm_up + (warm_up - keyframe) * decode_ms / (decode_ms + POSE_MS)


def divide_pictures(video: VideoFile, pts: Sequence[int], processes: int) -> list[tuple[int, ...]]:
    """Timestamps of single pictures, in at most `processes` runs of about equal decoding work."""
    wanted = sorted(set(pts))
    if not wanted:
        return []
    frame = np.searchsorted(video.pts, wanted)
    reach = np.array([np.searchsorted(video.pts, keyframe_before(video, each)) for each in wanted])
    # A picture is reached from its keyframe, or from the picture before where that lies later.
    work = frame - np.maximum(reach, np.concatenate([[0], frame[:-1]])) + 1
    run = processes * (np.cumsum(work) - work) // work.sum()
    runs = [
        tuple(each for each, number in zip(wanted, run, strict=True) if number == index) for index in range(processes)
    ]
    return [each for each in runs if each]
