"""A user's repetitions against a professional's, in joint angles, aligned in time.

Joint angles do not change with place, size, distance or mirroring (left and right are exchanged where that fits
better), and dynamic time warping takes the tempo out (Sakoe and Chiba 1978, with their band). What is left is how
the body is bent at the same moment of the movement.

The similarity of a repetition is

    100 · (D0 − D) / (D0 − T), held within 0 and 100,

where D is the mean absolute angle difference in degrees over joints and aligned moments, each joint weighted by how
far the professional moves it (the mean over the user's moments or over the professional's, whichever is greater, so
that what the user leaves out counts); T = 5 degrees is what the measurement itself may be off; D0 is the same mean
for a body that stands still in the professional's position of rest. So 100 is the same movement within the error of
measurement, and 0 is no nearer to it than not moving at all. The similarity at one moment is the same with D of that
moment, and with D0 of that moment where it is the greater one, as at the turning point. The similarity of a joint is
the same of that joint alone, with D0 of that joint.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.judging.alignment import accumulated_costs, cheapest_path
from analysis.motion.landmarks import SIDES
from analysis.types import JointAngles, Repetition
from analysis.verdicts import Comparison, MomentPair

Array = NDArray[np.float64]

# Compared on both sides of the body. Wrists and ankles are left out: their landmarks are the least exact.
_JOINTS = ("elbow_flexion", "shoulder_elevation", "hip_flexion", "knee_flexion")
_SAMPLES = 32
_BAND = 8  # samples that the two movements may be apart, a quarter of the repetition
_TOLERANCE_DEG = 5.0
_LEAST_STILL_DEG = 20.0  # so that a held position is not judged by its trembling
_BASE_WEIGHT_DEG = 15.0  # a joint that the professional holds still still counts a little
_LEAST_SEEN = 0.5  # share of a moment's joints, and of a repetition's moments, that must be known
_MOST_PROFESSIONAL_REPETITIONS = 8
_PAIRS = 5
_OTHER_MOMENTS = (0.25, 0.75, 0.375, 0.625)  # shares of the repetition


@dataclass(frozen=True, slots=True)
class Movement:
    """What is compared of one video.

    Attributes:
        angles: Joint angles of the whole video.
        repetitions: In order; where there is none the whole video counts as one.
    """

    angles: JointAngles
    repetitions: Sequence[Repetition]


@dataclass(frozen=True, slots=True)
class _Model:
    """The professional's movement, as the measure needs it."""

    repetitions: Sequence[Repetition]
    samples: Array  # (repetitions, samples, 2 x joints) degrees
    weights: Array  # (2 x joints,)
    still_deg: float  # D0
    still_at_deg: Array  # (repetitions, samples) D0 of each moment, not below D0
    still_of_joint_deg: Array  # (2 x joints,) D0 of each joint


@dataclass(frozen=True, slots=True)
class _Match:
    """A user's repetition and the professional's that fits it best, aligned."""

    user: Repetition
    professional: Repetition
    partner: NDArray[np.intp]  # (samples,) the professional's sample for each of the user's
    similarity: float  # of the whole repetition
    at_moment: Array  # (samples,) similarity; NaN where too little was seen
    of_joint: Array  # (2 x joints,) similarity of the user's own left and right joints; NaN likewise


def compare(user: Movement, professional: Movement) -> Comparison:
    """How like the professional's movement the user's is; see the module for the formula.

    A repetition of which too little was seen has similarity NaN and does not count in the mean.
    """
    model = _model(professional)
    matches = [_match(repetition, _resampled(user.angles, repetition), model) for repetition in _or_whole(user)]
    time_s, over_time = _over_time(matches, user.angles.timestamps_s)
    return Comparison(
        similarity=_mean(np.array([match.similarity for match in matches])),
        per_repetition=tuple(match.similarity for match in matches),
        pairs=_pairs(matches),
        time_s=time_s,
        over_time=over_time,
        joints=tuple(f"{side}_{joint}" for side in SIDES for joint in _JOINTS),
        per_joint=tuple(tuple(match.of_joint.tolist()) for match in matches),
    )


# --- what is compared -------------------------------------------------------------------------------------------


def _or_whole(movement: Movement) -> list[Repetition]:
    frames = len(movement.angles.timestamps_s)
    return list(movement.repetitions) or [Repetition(1, 0, frames // 2, frames, complete=False)]


def _model(professional: Movement) -> _Model:
    repetitions = _chosen(_or_whole(professional))
    samples = np.stack([_resampled(professional.angles, repetition) for repetition in repetitions])
    weights = _weights(samples)
    rest = (samples[:, :1] + samples[:, -1:]) / 2
    still_at_deg = _difference(samples, rest, weights)
    still_deg = float(np.fmax(_mean(still_at_deg), _LEAST_STILL_DEG))
    of_joint = [_mean(column) for column in np.abs(samples - rest).reshape(-1, samples.shape[-1]).T]
    still_of_joint_deg = np.fmax(of_joint, _LEAST_STILL_DEG)
    return _Model(repetitions, samples, weights, still_deg, np.fmax(still_at_deg, still_deg), still_of_joint_deg)


def _chosen(repetitions: list[Repetition]) -> list[Repetition]:
    """The professional's repetitions that serve as model: whole ones, spread over the set."""
    whole = [repetition for repetition in repetitions if repetition.complete] or repetitions
    count = min(len(whole), _MOST_PROFESSIONAL_REPETITIONS)
    return [whole[index] for index in np.linspace(0, len(whole) - 1, count).round().astype(int)]


def _frames(repetition: Repetition) -> Array:
    """The frame, not whole, of each sample."""
    return np.linspace(repetition.start, max(repetition.start, repetition.end - 1), _SAMPLES)


def _resampled(angles: JointAngles, repetition: Repetition) -> Array:
    """(samples, 2 x joints) degrees: left sides, then right sides; NaN where a neighbouring frame is unknown."""
    columns = [_column(angles, f"{side}_{joint}") for side in SIDES for joint in _JOINTS]
    at = _frames(repetition)
    low = np.floor(at).astype(int)
    high = np.minimum(low + 1, len(angles.timestamps_s) - 1)
    share = (at - low)[:, None]
    table = np.stack(columns, axis=1)
    mixed: Array = table[low] * (1 - share) + table[high] * share
    return np.where(share == 0, table[low], mixed)


def _column(angles: JointAngles, name: str) -> Array:
    return angles[name] if name in angles.names else np.full(len(angles.timestamps_s), np.nan)


def _mirrored(samples: Array) -> Array:
    half = samples.shape[-1] // 2
    return np.concatenate((samples[..., half:], samples[..., :half]), axis=-1)


# --- the measure ------------------------------------------------------------------------------------------------


def _weights(model: Array) -> Array:
    """(2 x joints,) how far the professional moves each joint, in degrees; the same for left and right."""
    half = model.shape[-1] // 2
    both = np.concatenate((model[..., :half], model[..., half:])).reshape(-1, half)
    known = np.isfinite(both)
    highest = np.where(known, both, -np.inf).max(axis=0)
    lowest = np.where(known, both, np.inf).min(axis=0)
    movement = np.where(known.any(axis=0), highest - lowest, 0.0)
    return np.tile(movement + _BASE_WEIGHT_DEG, 2)


def _difference(first: Array, second: Array, weights: Array) -> Array:
    """Weighted mean absolute difference in degrees over the last axis; NaN where too little is known of either."""
    total = np.zeros(np.broadcast_shapes(first.shape, second.shape)[:-1])
    seen = np.zeros_like(total)
    for joint, weight in enumerate(weights):  # one joint at a time: the whole would be a large array
        difference = np.abs(first[..., joint] - second[..., joint])
        known = np.isfinite(difference)
        total += np.where(known, difference, 0.0) * weight
        seen += known * weight
    enough = seen >= _LEAST_SEEN * weights.sum()
    result: Array = np.divide(total, seen, out=np.full_like(total, np.nan), where=enough)
    return result


def _similarity(difference_deg: Array | float, still_deg: Array | float) -> Array:
    share = (np.asarray(still_deg) - difference_deg) / (np.asarray(still_deg) - _TOLERANCE_DEG)
    return np.asarray(100 * np.clip(share, 0.0, 1.0))


def _mean(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")


# --- alignment --------------------------------------------------------------------------------------------------


def _match(repetition: Repetition, samples: Array, model: _Model) -> _Match:
    """The nearest of the professional's repetitions, as it is or mirrored, and how near it is."""
    candidates = np.concatenate((model.samples, _mirrored(model.samples)))
    shapes = _difference(_shape(samples)[None, :, None], _shape(candidates)[:, None], model.weights)
    unknown = ~np.isfinite(shapes)
    # Unknown moments must neither attract nor repel the path.
    costs = np.where(unknown, 0.0 if unknown.all() else _mean(shapes), shapes)
    accumulated = accumulated_costs(costs, band=_BAND)
    best = int(np.argmin(np.where(unknown.mean(axis=(1, 2)) > _LEAST_SEEN, np.inf, accumulated[:, -1, -1])))
    rows, columns = cheapest_path(accumulated[best], costs[best])
    along = _difference(samples[rows], candidates[best][columns], model.weights)
    if np.isfinite(along).mean() < _LEAST_SEEN:
        along[:] = np.nan
    partner = _mean_by(rows, columns.astype(np.float64)).round().astype(np.intp)
    number = best % len(model.repetitions)
    # The greater of the means over the user's and over the professional's moments: what was left out counts.
    whole_deg = np.fmax(_mean(_mean_by(rows, along)), _mean(_mean_by(columns, along)))
    return _Match(
        user=repetition,
        professional=model.repetitions[number],
        partner=partner,
        similarity=float(_similarity(whole_deg, model.still_deg)),
        at_moment=_similarity(_smoothed(_mean_by(rows, along)), model.still_at_deg[number][partner]),
        of_joint=_of_joints(
            np.abs(samples[rows] - candidates[best][columns]),
            rows,
            columns,
            model.still_of_joint_deg if best < len(model.repetitions) else _mirrored(model.still_of_joint_deg),
        ),
    )


def _of_joints(differences_deg: Array, rows: NDArray[np.intp], columns: NDArray[np.intp], still_deg: Array) -> Array:
    """(2 x joints,) similarity of each joint alone, from (path, 2 x joints) differences along the path."""
    found = []
    for joint in range(differences_deg.shape[1]):
        along = differences_deg[:, joint]
        enough = np.isfinite(along).mean() >= _LEAST_SEEN
        whole_deg = np.fmax(_mean(_mean_by(rows, along)), _mean(_mean_by(columns, along))) if enough else np.nan
        found.append(float(_similarity(whole_deg, still_deg[joint])))
    return np.array(found)


def _shape(samples: Array) -> Array:
    """Each joint between its least and greatest flexion in the repetition, 0 to 1, so that moments correspond.

    Aligned by the angles themselves, a shallow squat would be stretched until only the lowest moment differed.
    """
    known = np.isfinite(samples)
    lowest = np.where(known, samples, np.inf).min(axis=-2, keepdims=True)
    highest = np.where(known, samples, -np.inf).max(axis=-2, keepdims=True)
    size = np.maximum(highest - lowest, _LEAST_STILL_DEG)
    return np.asarray((samples - np.where(np.isfinite(lowest), lowest, 0.0)) / size)


def _smoothed(values: Array) -> Array:
    """Running mean of the known values over five samples: the warping makes steps. What is unknown stays so."""
    known = np.isfinite(values)
    window = np.ones(5)
    total = np.convolve(np.where(known, values, 0.0), window, mode="same")
    count = np.convolve(known.astype(np.float64), window, mode="same")
    return np.where(known, np.divide(total, count, out=np.zeros_like(total), where=count > 0), np.nan)


def _mean_by(group: NDArray[np.intp], values: Array) -> Array:
    """(samples,) mean of the known values in each group; NaN where none is known."""
    known = np.isfinite(values)
    counts = np.bincount(group[known], minlength=_SAMPLES)
    sums = np.bincount(group[known], values[known], _SAMPLES)
    result: Array = np.divide(sums, counts, out=np.full(_SAMPLES, np.nan), where=counts > 0)
    return result


# --- what is shown ----------------------------------------------------------------------------------------------


def _over_time(matches: Sequence[_Match], timestamps_s: Array) -> tuple[list[float], list[float]]:
    """Seconds and similarity of every sample of which enough was seen."""
    time_s: list[float] = []
    values: list[float] = []
    for match in matches:
        seconds = np.interp(_frames(match.user), np.arange(len(timestamps_s)), timestamps_s)
        known = np.isfinite(match.at_moment)
        time_s += seconds[known].tolist()
        values += match.at_moment[known].tolist()
    return time_s, values


def _pairs(matches: Sequence[_Match]) -> tuple[MomentPair, ...]:
    """Five moments, the most similar repetition first, each at its turning point; then other moments of the same."""
    ranked = sorted(
        (match for match in matches if np.isfinite(match.similarity)), key=lambda match: match.similarity, reverse=True
    )
    if not ranked:
        return ()
    return tuple(_pair(ranked[place % len(ranked)], place // len(ranked)) for place in range(_PAIRS))


def _pair(match: _Match, moment: int) -> MomentPair:
    frames = _frames(match.user)
    turn = int(np.argmin(np.abs(frames - match.user.turn)))
    wanted = turn if moment == 0 else round(_OTHER_MOMENTS[moment - 1] * (_SAMPLES - 1))
    known = np.flatnonzero(np.isfinite(match.at_moment))
    sample = int(known[np.argmin(np.abs(known - wanted))])
    return MomentPair(
        user_frame=match.user.turn if sample == turn else round(frames[sample]),
        professional_frame=round(_frames(match.professional)[match.partner[sample]]),
        phase=sample / (_SAMPLES - 1),
        similarity=float(match.at_moment[sample]),
    )
