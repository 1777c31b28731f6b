from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.media.orientation import Orientation
from analysis.media.video import VideoFile
from analysis.pose.segments import WARM_UP_S, divide, divide_pictures, divide_rest
from analysis.types import VideoInfo


def video(frames: int, keyframe_every: int, fps: int = 30) -> VideoFile:
    """A video of which only the index is real, in milliseconds."""
    pts = np.round(np.arange(frames) * 1000 / fps).astype(np.int64)
    info = VideoInfo(1280, 720, fps, frames, frames / fps, 0, "h264", "")
    return VideoFile(
        path=Path("nowhere.mp4"),
        info=info,
        pts=pts,
        keyframe_pts=pts[::keyframe_every],
        time_base=Fraction(1, 1000),
        orientation=Orientation((1280, 720)),
        frame_duration=1000 // fps,
        stream_index=0,
    )


@given(frames=st.integers(2, 20_000), keyframe_every=st.integers(1, 400), processes=st.integers(1, 8))
def test_segments_hold_every_frame_once(frames: int, keyframe_every: int, processes: int) -> None:
    clip = video(frames, keyframe_every)
    segments = divide(clip, processes)
    assert 1 <= len(segments) <= processes
    held = [pts for each in segments for pts in clip.pts if each.start_pts <= pts < each.end_pts]
    assert held == clip.pts.tolist()
    assert all(each.warm_up_pts <= each.start_pts for each in segments)


def test_every_segment_but_the_first_warms_up() -> None:
    first, second = divide(video(1800, 250), 2)
    assert first.warm_up_pts == first.start_pts == 0
    assert second.start_pts - second.warm_up_pts == WARM_UP_S * 1000


@pytest.mark.parametrize("keyframe_every", [1, 30, 250, 5000])
def test_segments_cost_about_the_same(keyframe_every: int) -> None:
    """The second must be warmed up and, with one keyframe in all, decode what lies before it."""
    clip = video(1800, keyframe_every)
    first, _ = divide(clip, 2)
    in_first = np.count_nonzero(clip.pts < first.end_pts)
    in_second = 1800 - in_first
    assert in_second <= in_first - 5
    assert in_first < 1800 * 0.6


def test_a_short_clip_is_not_worth_a_second_process() -> None:
    assert len(divide(video(60, 30), 8)) == 1


def test_pictures_are_divided_by_the_work_of_reaching_them() -> None:
    clip = video(1000, 500)
    # The first lies far behind its keyframe; the other three right behind theirs, one after the other.
    wanted = clip.pts[[480, 501, 502, 503]].tolist()
    assert divide_pictures(clip, wanted, 2) == [tuple(wanted[:1]), tuple(wanted[1:])]


@given(st.lists(st.integers(0, 999), max_size=60), st.integers(1, 8))
def test_every_picture_is_asked_for_once(indices: list[int], processes: int) -> None:
    clip = video(1000, 130)
    runs = divide_pictures(clip, clip.pts[indices].tolist() if indices else [], processes)
    assert len(runs) <= processes
    assert [pts for run in runs for pts in run] == sorted(set(clip.pts[indices].tolist() if indices else []))


@given(
    frames=st.integers(2, 3000),
    edges=st.lists(st.integers(0, 3000), max_size=10, unique=True),
    processes=st.integers(1, 8),
)
def test_the_rest_holds_every_frame_once_that_is_not_known(frames: int, edges: list[int], processes: int) -> None:
    clip = video(frames, 30)
    ends = sorted(edge for edge in edges if edge < frames)
    known = [(int(clip.pts[a]), int(clip.pts[b])) for a, b in zip(ends[::2], ends[1::2], strict=False)]
    segments = divide_rest(clip, known, processes)
    missing = [pts for pts in clip.pts if not any(start <= pts < end for start, end in known)]
    assert [pts for each in segments for pts in clip.pts if each.start_pts <= pts < each.end_pts] == missing
    assert all(each.warm_up_pts <= each.start_pts < each.end_pts for each in segments)


def test_the_rest_is_shared_by_all_processes() -> None:
    clip = video(3000, 30)
    assert len(divide_rest(clip, [(0, int(clip.pts[100]))], 4)) == 4
    assert divide_rest(clip, [(0, int(clip.pts[-1]) + 1)], 4) == ()
