"""A stick figure that squats, as a `PoseTrack`, and the report that would be written about it."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from analysis.types import PoseTrack, Repetition, VideoInfo
from analysis.verdicts import (
    REPORT_SCHEMA_VERSION,
    AnalysisReport,
    FormFault,
    JudgedRepetition,
    Measurement,
    NotAssessed,
    PoseQuality,
    Remark,
    Severity,
)

FPS = 30.0
WRONG_VIEW = Remark("wrong_view", {"view": ("side",), "views": ("front", "rear")})
REST_DEG = 5.0
_SIDES = ((11, 13, 15, 23, 25, 27, 29, 31), (12, 14, 16, 24, 26, 28, 30, 32))
_SWAPPED = [0, 4, 5, 6, 1, 2, 3, 8, 7, 10, 9, *(index + (1 if index % 2 else -1) for index in range(11, 33))]


def squatting(
    repetitions: int = 3,
    *,
    depth_deg: float = 110.0,
    frames_each: int = 60,
    size: tuple[int, int] = (480, 640),
    scale: float = 1.0,
    moved_px: tuple[float, float] = (0.0, 0.0),
    mirrored: bool = False,
) -> PoseTrack:
    """A track of repetitions seen from the side, each `frames_each` frames long; none stands still for 90 frames."""
    phase = np.arange(frames_each) / frames_each
    once = REST_DEG + (depth_deg - REST_DEG) * (1 - np.cos(2 * np.pi * phase)) / 2
    flexion = np.radians(np.tile(once, repetitions) if repetitions else np.full(90, REST_DEG))
    world = _bodies(flexion)
    if mirrored:
        world = world[:, _SWAPPED] * np.array((-1.0, 1.0, 1.0))
    pixels = world * 240.0 * scale + np.array((size[0] / 2 + moved_px[0], size[1] / 2 + moved_px[1], 0.0))
    landmarks = np.concatenate((pixels, np.full((*pixels.shape[:2], 1), 0.99)), axis=2)
    times = np.arange(len(flexion)) / FPS
    video = VideoInfo(*size, FPS, len(times), len(times) / FPS, 0, "h264", "0" * 64)
    return PoseTrack(landmarks.astype(np.float32), world.astype(np.float32), times, video)


def _bodies(flexion: NDArray[np.float64]) -> NDArray[np.float64]:
    """(frames, 33, 3) metres, x forwards in the picture, y down; knees bend by `flexion`, hips by nine tenths of it."""
    shank, thigh, trunk, arm = 0.42, 0.43, 0.5, 0.28
    shank_lean, body = 0.35 * flexion, np.zeros((len(flexion), 33, 3))
    thigh_lean = shank_lean - flexion
    trunk_lean = thigh_lean + 0.9 * flexion
    for side, depth in zip(_SIDES, (-0.15, 0.15), strict=True):
        shoulder, elbow, wrist, hip, knee, ankle, heel, toe = side
        body[:, ankle] = (0.0, 0.85, 0.0)
        body[:, heel] = (-0.05, 0.9, 0.0)
        body[:, toe] = (0.2, 0.9, 0.0)
        body[:, knee] = body[:, ankle] + _leaning(shank_lean, shank)
        body[:, hip] = body[:, knee] + _leaning(thigh_lean, thigh)
        body[:, shoulder] = body[:, hip] + _leaning(trunk_lean, trunk)
        body[:, elbow] = body[:, shoulder] + (arm, 0.05, 0.0)
        body[:, wrist] = body[:, elbow] + (arm, 0.0, 0.0)
        body[:, list(side), 2] = depth
    for face in range(11):
        body[:, face] = body[:, 11] + np.array((0.05, -0.2, 0.0))
    for hand in range(17, 23):
        body[:, hand] = body[:, 15 if hand % 2 else 16]
    centre = (body[:, 23] + body[:, 24]) / 2
    return np.asarray(body - centre[:, None])


def _leaning(angle: NDArray[np.float64], length: float) -> NDArray[np.float64]:
    return length * np.column_stack((np.sin(angle), -np.cos(angle), np.zeros_like(angle)))


def repetitions_of(track: PoseTrack, frames_each: int = 60) -> list[Repetition]:
    """The true repetitions of a track that `squatting` made."""
    count = len(track.timestamps_s) // frames_each
    return [
        Repetition(
            index + 1, index * frames_each, index * frames_each + frames_each // 2, (index + 1) * frames_each, True
        )
        for index in range(count)
    ]


def report_on(track: PoseTrack, scores: list[float | None], *, frames_each: int = 60) -> AnalysisReport:
    """A report with these scores; what scores below 100 has a depth fault, below 60 a tempo fault too."""
    judged = []
    for repetition, score in zip(repetitions_of(track, frames_each), scores, strict=False):
        faults = []
        if score is not None and score < 100:
            faults.append(_fault("squat.depth", Severity.MAJOR, repetition, repetition.turn, 78.4, 90.0, "deg"))
        if score is not None and score < 60:
            middle = (repetition.start + repetition.turn) // 2
            faults.append(_fault("squat.tempo", Severity.MINOR, repetition, middle, 0.3, 0.5, "s"))
        measured = (Measurement("squat.depth", 78.4 if faults else 112.0, 90.0, "deg", passed=not faults),)
        phases = (("descent", repetition.start, repetition.turn), ("ascent", repetition.turn, repetition.end))
        judged.append(JudgedRepetition(repetition, phases, () if score is None else measured, tuple(faults), score))
    known = [score for score in scores if score is not None]
    return AnalysisReport(
        schema_version=REPORT_SCHEMA_VERSION,
        exercise="squat",
        video=track.video,
        repetitions=tuple(judged),
        faults=tuple(fault for one in judged for fault in one.faults),
        not_assessed=(NotAssessed("squat.knees_in", "wrong_view", None, WRONG_VIEW),),
        quality=PoseQuality(0.98, 0.93, "side", 86.0, 1, (Remark("joints_mostly_hidden"),)),
        score=float(np.mean(known)) if known else None,
        signal_name="knee_flexion",
        signal=_knee_flexion(track),
        signal_unit="deg",
    )


def _fault(
    code: str, severity: Severity, repetition: Repetition, frame: int, measured: float, limit: float, unit: str
) -> FormFault:
    return FormFault(code, severity, repetition.index, "descent", frame, measured, limit, unit)


def _knee_flexion(track: PoseTrack) -> NDArray[np.float64]:
    thigh = track.world[:, 25] - track.world[:, 23]
    shank = track.world[:, 27] - track.world[:, 25]
    cosine = (thigh * shank).sum(axis=1) / np.linalg.norm(thigh, axis=1) / np.linalg.norm(shank, axis=1)
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1, 1))), np.float64)


def half_unseen(track: PoseTrack) -> PoseTrack:
    """The same, with nobody found in every other third of a second."""
    gone = (np.arange(len(track.timestamps_s)) // 10) % 2 == 1
    landmarks, world = track.landmarks.copy(), track.world.copy()
    landmarks[gone, :, :3] = np.nan
    landmarks[gone, :, 3] = 0.0
    world[gone] = np.nan
    return replace(track, landmarks=landmarks, world=world)
