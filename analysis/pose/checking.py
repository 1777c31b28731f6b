"""Finding out what a stranger's file is, in a process that may come to grief over it."""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from analysis.media.video import VideoFile, VideoLimits
from analysis.pose.commands import Check
from analysis.pose.processes import MAX_PROCESSES, PoseProcesses
from analysis.sandbox.room import Room


def start_team(videos: Sequence[Path], scratch: Path, cancelled: Callable[[], bool]) -> PoseProcesses:
    """One process for each core, for these videos alone: first to check them, then to follow who is in them.

    They start at the same time, so that checking costs no start of its own.
    """
    room = Room(reads=tuple(video.absolute() for video in videos), writes=(scratch.absolute(),))
    return PoseProcesses(min(len(os.sched_getaffinity(0)), MAX_PROCESSES), cancelled, room=room)


def check_video(team: PoseProcesses, path: Path, limits: VideoLimits | None) -> VideoFile:
    """As `analysis.media.video.probe`, by the first process of the team.

    Raises:
        AnalysisError: As `probe`; `AnalysisCrashed`, `DecoderLimit`, `AnalysisCancelled` as `PoseProcesses.answers`.
        OSError: The file cannot be read at all.
    """
    path = path.absolute()
    with path.open("rb"):  # what is wrong with the machine and not with the video is found here
        pass
    checked: list[VideoFile] = [answer for _, answer in team.answers([Check(path, limits or VideoLimits())])]
    return replace(checked[0], path=path)  # whatever it says
