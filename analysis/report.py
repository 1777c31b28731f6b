"""`report.json` and the two tables. What each key means stands in docs/report.md; times are seconds in the video."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import zip_longest
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.motion.landmarks import Landmark
from analysis.options import AnalysisOptions
from analysis.provenance import file_sha256, provenance
from analysis.report_figures import kinematics_document, set_document, verdict_document
from analysis.report_whole_body import whole_body_document
from analysis.texts import closest
from analysis.texts.speech import MEASURED_DIGITS, Speech
from analysis.types import JointAngles, PoseTrack, VideoInfo
from analysis.verdicts import (
    AnalysisReport,
    Comparison,
    FormFault,
    JudgedRepetition,
    Measurement,
    NoRepetition,
    NotAssessed,
    PoseQuality,
    Recognition,
)

_ROWS_AT_ONCE = 1000
_Shown = Mapping[tuple[int, str], str | None]  # pictures of faults, by repetition and code


def report_document(
    report: AnalysisReport,
    timestamps_s: NDArray[np.float64],
    *,
    pictures: Sequence[str | None],
    model: Path | str,
    fault_pictures: Mapping[tuple[int, str], str] = MappingProxyType({}),
    options: AnalysisOptions | None = None,
    comparison: Comparison | None = None,
    professional: PoseTrack | None = None,
    pairs_have_pictures: bool = True,
    no_rep_pictures: Sequence[str] = (),
) -> dict[str, Any]:
    """The content of `report.json`: plain values, None for what is unknown.

    Args:
        report: What was found.
        timestamps_s: (frames,) of the report's video.
        pictures: File name of each repetition's or hold's picture, in order; None where there is none.
        model: The pose model's file, or its checksum.
        fault_pictures: File names of pictures that show a fault, by repetition and code; a fault at the turning point
            needs none of its own, since the repetition's shows it.
        options: How it was analysed, and in which language it is told; the defaults if None.
        comparison: With the professional, if there was one.
        professional: The professional's track, for the times of the pairs.
        pairs_have_pictures: Whether the comparison's pairs of moments were drawn.
        no_rep_pictures: File name of each no-rep's picture, in order, where they were drawn.
    """
    times = _Times(timestamps_s, report.video)
    words = Speech(closest((options or AnalysisOptions()).language))
    shown = {
        (judged.repetition.index, fault.code): picture
        for judged, picture in zip(report.efforts, pictures, strict=True)
        for fault in judged.faults
        if fault.frame == judged.repetition.turn
    } | dict(fault_pictures)
    document = {
        "schema_version": report.schema_version,
        "exercise": report.exercise,
        "language": words.language,
        "recognised": _recognised(report.recognised),
        "options": asdict(options or AnalysisOptions()),
        "score": _number(report.score, 1),
        "video": _video(report.video),
        "quality": _quality(report.quality, words),
        "counts": asdict(report.counts),
        "repetitions": [
            _repetition(judged, times, picture, shown, words)
            for judged, picture in zip(report.repetitions, pictures, strict=False)
        ],
        "no_repetitions": [
            _no_repetition(item, times, picture, words)
            for item, picture in zip_longest(report.no_repetitions, no_rep_pictures)
        ],
        "holds": [
            _hold(judged, times, picture, shown, words) for judged, picture in zip(report.holds, pictures, strict=False)
        ],
        "set": set_document(report.kinematics, words),
        "faults": [_fault(fault, times, shown, words) for fault in report.faults],
        "not_assessed": [_not_assessed(item, words) for item in report.not_assessed],
        **whole_body_document(report, times.at),
        "produced_by": {"name": "goodrep", **asdict(provenance(_checksum(model)))},
    }
    if comparison is not None and professional is not None:
        document["comparison"] = _comparison(comparison, times, professional, pictures=pairs_have_pictures)
    return document


def write_document(document: dict[str, Any], path: Path) -> None:
    """Write it as JSON for people and programs: UTF-8, indented, never NaN."""
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def write_landmarks(track: PoseTrack, path: Path) -> None:
    """Write `landmarks.csv`: a row per frame, seven columns per landmark; empty where nobody was found."""
    names = [landmark.name.lower() for landmark in Landmark]
    parts = ("x_px", "y_px", "z_px", "visibility", "world_x_m", "world_y_m", "world_z_m")
    frames = len(track.timestamps_s)
    columns = np.concatenate((track.landmarks, track.world), axis=2).reshape(frames, -1)
    decimals = (1, 1, 1, 2, 3, 3, 3) * len(names)
    _write_table(path, [f"{name}_{part}" for name in names for part in parts], columns, decimals, track.timestamps_s)


def write_angles(angles: JointAngles, path: Path) -> None:
    """Write `angles.csv`: a row per frame, a column of degrees per angle; empty where unknown."""
    names = [f"{name}_deg" for name in angles.names]
    _write_table(path, names, angles.degrees, (1,) * len(names), angles.timestamps_s)


# --- document ---------------------------------------------------------------------------------------------------


class _Times:
    """Frames as seconds."""

    def __init__(self, timestamps_s: NDArray[np.float64], video: VideoInfo) -> None:
        self._timestamps_s = timestamps_s
        self._video = video

    def at(self, frame: int) -> float:
        """When the frame is shown; past the last one, when the video ends."""
        if frame < len(self._timestamps_s):
            return round(float(self._timestamps_s[frame]), 3)
        return round(max(self._video.duration_s, float(self._timestamps_s[-1])), 3)


def _number(value: float | None, digits: int) -> float | None:
    return None if value is None or not math.isfinite(value) else round(float(value), digits)


def _recognised(recognised: Recognition | None) -> dict[str, Any] | None:
    if recognised is None:
        return None
    return {"exercise": recognised.exercise, "confidence": _number(recognised.confidence, 2)}


def _video(video: VideoInfo) -> dict[str, Any]:
    return {
        "width": video.width,
        "height": video.height,
        "fps": _number(video.fps, 3),
        "frame_count": video.frame_count,
        "duration_s": _number(video.duration_s, 3),
        "rotation": video.rotation,
        "codec": video.codec,
        "sha256": video.sha256,
    }


def _quality(quality: PoseQuality, words: Speech) -> dict[str, Any]:
    return {
        "person_found": _number(quality.person_found, 3),
        "mean_visibility": _number(quality.mean_visibility, 3),
        "view": quality.view,
        "view_angle_deg": _number(quality.view_angle_deg, 1),
        "people": quality.people,
        "warnings": [words.remark(warning) for warning in quality.warnings],
    }


def _repetition(
    judged: JudgedRepetition, times: _Times, picture: str | None, shown: _Shown, words: Speech
) -> dict[str, Any]:
    repetition = judged.repetition
    start_s, end_s = _moves(judged, times)
    between = [times.at(end) for _, _, end in judged.phases[:-1]]
    return {
        "index": repetition.index,
        "start_s": start_s,
        "turn_s": times.at(repetition.turn),
        "end_s": end_s,
        "score": _number(judged.score, 1),
        "complete": repetition.complete,
        "side": repetition.side,
        "view": judged.view,
        "view_angle_deg": _number(judged.view_angle_deg, 1),
        "phases": [
            {"name": name, "start_s": first, "end_s": last}
            for (name, _, _), first, last in zip(judged.phases, [start_s, *between], [*between, end_s], strict=True)
        ],
        "kinematics": kinematics_document(judged.kinematics),
        "verdicts": [verdict_document(verdict, times.at, words) for verdict in judged.verdicts],
        "measurements": [_measurement(item) for item in judged.measurements],
        "faults": [_fault(fault, times, shown, words) for fault in judged.faults],
        "picture": picture,
    }


def _moves(judged: JudgedRepetition, times: _Times) -> tuple[float, float]:
    """When it leaves rest and is back: between frames, as its tempo says, where it is known."""
    start_s, end_s = times.at(judged.repetition.start), times.at(judged.repetition.end)
    if (figures := judged.kinematics) is not None:
        start_s = start_s if figures.start_s is None else round(figures.start_s, 3)
        end_s = end_s if figures.end_s is None else round(figures.end_s, 3)
    return start_s, end_s


_OF_A_HOLD = ("index", "start_s", "end_s", "score", "complete", "view", "view_angle_deg", "verdicts", "measurements",
              "faults", "picture")  # fmt: skip


def _hold(judged: JudgedRepetition, times: _Times, picture: str | None, shown: _Shown, words: Speech) -> dict[str, Any]:
    every = _repetition(judged, times, picture, shown, words)
    return {**{key: every[key] for key in _OF_A_HOLD}, "held_s": round(every["end_s"] - every["start_s"], 3)}


def _no_repetition(item: NoRepetition, times: _Times, picture: str | None, words: Speech) -> dict[str, Any]:
    place = item.repetition
    return {
        "index": place.index,
        "start_s": times.at(place.start),
        "turn_s": times.at(place.turn),
        "end_s": times.at(place.end),
        "side": place.side,
        "reason": item.reason,
        "frame": item.frame,
        "time_s": times.at(item.frame),
        "measured": _number(item.measured, MEASURED_DIGITS),
        "limit": _number(item.limit, 3),
        "unit": item.unit,
        "why": words.why(item.reason),
        "picture": picture,
    }


def _measurement(item: Measurement) -> dict[str, Any]:
    return {
        "code": item.code,
        "measured": _number(item.measured, MEASURED_DIGITS),
        "limit": _number(item.limit, 3),
        "unit": item.unit,
        "passed": item.passed,
    }


def _fault(fault: FormFault, times: _Times, shown: _Shown, words: Speech) -> dict[str, Any]:
    return {
        "code": fault.code,
        "severity": str(fault.severity),
        "repetition": fault.repetition,
        "phase": fault.phase,
        "frame": fault.frame,
        "time_s": times.at(fault.frame),
        "measured": _number(fault.measured, MEASURED_DIGITS),
        "limit": _number(fault.limit, 3),
        "unit": fault.unit,
        "cue": words.cue(fault.code),
        "picture": shown.get((fault.repetition, fault.code)),
    }


def _not_assessed(item: NotAssessed, words: Speech) -> dict[str, Any]:
    detail = words.remark(item.detail)
    return {"code": item.code, "reason": item.reason, "repetition": item.repetition, "detail": detail}


def _comparison(comparison: Comparison, times: _Times, professional: PoseTrack, *, pictures: bool) -> dict[str, Any]:
    model_times = _Times(professional.timestamps_s, professional.video)
    return {
        "similarity": _number(comparison.similarity, 1),
        "per_repetition": [_number(value, 1) for value in comparison.per_repetition],
        "per_joint": [
            {joint: _number(value, 1) for joint, value in zip(comparison.joints, row, strict=True)}
            for row in comparison.per_joint
        ],
        "pairs": [
            {
                "user_s": times.at(pair.user_frame),
                "professional_s": model_times.at(pair.professional_frame),
                "phase": _number(pair.phase, 3),
                "similarity": _number(pair.similarity, 1),
                "user_picture": f"best{number}_user.jpg" if pictures else None,
                "professional_picture": f"best{number}_pro.jpg" if pictures else None,
            }
            for number, pair in enumerate(comparison.pairs, start=1)
        ],
        "over_time": {
            "time_s": [_number(value, 3) for value in comparison.time_s],
            "similarity": [_number(value, 1) for value in comparison.over_time],
        },
        "professional_video": _video(professional.video),
    }


def _checksum(model: Path | str) -> str:
    return model if isinstance(model, str) else file_sha256(model)


# --- tables -----------------------------------------------------------------------------------------------------


def _write_table(
    path: Path,
    names: Sequence[str],
    columns: NDArray[np.floating],
    decimals: Sequence[int],
    timestamps_s: NDArray[np.float64],
) -> None:
    """A CSV with frame and time before the columns.

    Every distinct number is formatted once and the rest are copies of bytes: ten minutes of landmarks are four million
    numbers, which Python's own formatting would take seconds for.
    """
    frames = np.arange(len(timestamps_s), dtype=np.float64)[:, None]
    table = np.concatenate((frames, timestamps_s[:, None], columns), axis=1)
    places = np.array((0, 3, *decimals))
    with path.open("wb") as file:
        file.write(",".join(("frame", "time_s", *names)).encode() + b"\n")
        for start in range(0, len(table), _ROWS_AT_ONCE):
            file.write(_rows(table[start : start + _ROWS_AT_ONCE], places))


def _rows(table: NDArray[np.float64], places: NDArray[np.intp]) -> bytes:
    cells = np.empty(table.shape, dtype="S16")
    for digits in np.unique(places).tolist():
        chosen = places == digits
        distinct, where = np.unique(np.round(table[:, chosen], digits), return_inverse=True)
        texts = [b"," if value != value else b",%.*f" % (digits, value + 0.0) for value in distinct.tolist()]
        cells[:, chosen] = np.array(texts, dtype="S16")[where]
    # Cells are padded with zero bytes: drop those, and each row's first comma.
    rows = cells.view(np.uint8).reshape(len(table), -1)
    rows[:, 0] = 0
    with_ends = np.concatenate((rows, np.full((len(rows), 1), ord("\n"), np.uint8)), axis=1)
    return bytes(with_ends[with_ends != 0])
