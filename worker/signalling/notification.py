"""What a device is told of a job's end, in the language of the person who reads it."""

import json
from dataclasses import dataclass
from datetime import timedelta

from analysis.errors import UnknownExercise
from analysis.judging.exercise import find_exercise
from storage.base import ObjectStore
from storage.errors import StorageError
from storage.keys import parse_video_key
from storage.signals.channel import Notice
from storage.signals.messaging import Message
from storage.types import Job
from worker.signalling.texts import closest, texts

EVENTS = ("analysis.succeeded", "analysis.failed")
"""Whoever cancelled knows it already."""
_LASTS = timedelta(days=3)
"""A phone that was off for longer shows the results when the app is opened."""
_GROUP = "analyses"
_REPORT = "report.json"
_UNSELECTED = "unselected"


@dataclass(frozen=True, slots=True)
class Figures:
    """The short of a report.

    Attributes:
        repetitions: How many count.
        score: 0 to 100, or None where none could be judged.
        held_s: Seconds for which a position was held, for an exercise that is held and not repeated.
    """

    repetitions: int
    score: float | None
    held_s: float = 0.0


def figures_of(job: Job, objects: ObjectStore) -> Figures | None:
    """The figures in the job's report; None where there is none, or where it cannot be read now."""
    if _REPORT not in job.result_files:
        return None
    try:
        with objects.open(f"{job.results_prefix}/{_REPORT}") as stream:
            report = json.load(stream)
        repetitions, score = len(report["repetitions"]), report["score"]
        return Figures(repetitions, score, sum(hold["held_s"] for hold in report.get("holds", ())))
    except (StorageError, OSError, ValueError, KeyError, TypeError):
        return None  # a shorter message today is better than a longer one tomorrow


def message_of(notice: Notice, language: str, figures: Figures | None) -> Message:
    """The message for a device in `language` (BCP 47), for an event among `EVENTS`.

    It says no more than it must, as it passes through Google's and Apple's hands and lies on a locked screen: no
    address, no name, no link that opens anything.
    """
    job, words = notice.job, texts(closest(language))
    return Message(
        title=words["titles"][notice.event].format(exercise=words["exercises"][_exercise(job.exercise)]),
        body=_reason(job, words) if notice.event == "analysis.failed" else _results(figures, words),
        data=_data(notice),
        subject=job.id,
        group=_GROUP,
        lasts=_LASTS,
    )


def _exercise(name: str) -> str:
    try:
        return find_exercise(name).name
    except UnknownExercise:
        return _UNSELECTED


def _results(figures: Figures | None, words: dict[str, dict[str, str]]) -> str:
    results = words["results"]
    if figures is None:
        return results["unknown"]
    if figures.held_s:
        kind = "held" if figures.score is None else "held_and_scored"
        return results[kind].format(seconds=f"{figures.held_s:.0f}", score=f"{figures.score or 0.0:.0f}")
    if figures.repetitions == 0:
        return results["none"]
    if figures.score is None:
        return results["counted"].format(repetitions=figures.repetitions)
    return results["scored"].format(repetitions=figures.repetitions, score=f"{figures.score:.0f}")


def _reason(job: Job, words: dict[str, dict[str, str]]) -> str:
    reasons = words["reasons"]
    return reasons.get(job.error_code, reasons["ours"])


def _data(notice: Notice) -> dict[str, str]:
    """For the app; `results` is the folder of the results inside the user's own, whose name is an address."""
    job = notice.job
    data = {
        "event": notice.event,
        "notice_id": notice.id,
        "job_id": job.id,
        "status": job.status.value,
        "video": parse_video_key(job.video_key).name,
        "results": job.results_prefix.partition(f"{job.owner}/")[2],
        "error_code": job.error_code,
    }
    return {name: value for name, value in data.items() if value}
