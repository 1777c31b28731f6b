"""A user's repetitions against a professional's, in joint angles, aligned in time.

Joint angles do not change with place, size, distance or mirroring (left and right are exchanged where that fits
better), and dynamic time warping takes the tempo out (Sakoe and Chiba 1978, with their band). What is left is how
the body is bent at the same moment of the movement.

The similarity of a repetition is

    100 · (D0 − D) / (D0 − T), held within 0 and 100,

where D is the mean absolute angle difference in degrees over joints and aligned moments, each joint of a limb of which
the exercise asks anything weighted by how far the professional moves it (the mean over the user's moments or over the
professional's, whichever is greater, so that what the user leaves out counts); T = 5 degrees is what the measurement
itself may be off; D0 is the same mean for a body that stands still in the professional's position of rest. So 100 is
the same movement within the error of measurement, and 0 is no nearer to it than not moving at all. The similarity at
one moment is the same with D of that moment, and with D0 of that moment where it is the greater one, as at the turning
point. The similarity of a joint is the same of that joint alone, with D0 of that joint.

Of the professional's repetitions the one counts that D is least of. Where a clip cuts a repetition off, the way that it
shows is compared with the same way of the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.judging.alignment import accumulated_costs, cheapest_path
from analysis.judging.sampled import (
    COMPARED_JOINTS,
    SAMPLES,
    Movement,
    Part,
    frames_of,
    mean_of_known,
    mirrored,
    only,
    or_whole,
    part_seen,
    resampled,
)
from analysis.types import JointAngles, Repetition
from analysis.verdicts import Comparison, MomentPair

Array = NDArray[np.float64]

_BAND = 8  # samples that the two movements may be apart, a quarter of the repetition
_TOLERANCE_DEG = 5.0
_LEAST_STILL_DEG = 20.0  # so that a held position is not judged by its trembling
_BASE_WEIGHT_DEG = 15.0  # a joint that the professional holds still, or that is nobody's business, counts a little
_LEAST_SEEN = 0.5  # share of a repetition's moments that must be known
_LEAST_OF_JOINTS = 1 / 3  # by weight, of a moment's: from the side the body hides half of them
_MOST_PROFESSIONAL_REPETITIONS = 8
_PAIRS = 5
_OTHER_MOMENTS = (0.25, 0.75, 0.375, 0.625)  # shares of the repetition


@dataclass(frozen=True, slots=True)
class _Model:
    """The professional's movement, or a part of it, as the measure needs it."""

    repetitions: Sequence[Repetition]
    samples: Array  # (repetitions, samples, 2 x joints) degrees
    weights: Array  # (2 x joints,)
    still_deg: float  # D0
    still_at_deg: Array  # (repetitions, samples) D0 of each moment, not below D0
    still_of_joint_deg: Array  # (2 x joints,) D0 of each joint


@dataclass(frozen=True, slots=True)
class _Alignment:
    """A user's repetition along one of the professional's, moment by moment.

    Attributes:
        rows: (steps,) the user's samples, rising.
        columns: (steps,) the professional's.
        along_deg: (steps,) how far they differ; NaN where too little was seen of either.
    """

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    along_deg: Array

    @property
    def whole_deg(self) -> float:
        """D: the greater of the means over the user's and the professional's moments, for what was left out counts."""
        return _greater_mean(self.rows, self.columns, self.along_deg)

    @property
    def partner(self) -> NDArray[np.intp]:
        """(samples,) the professional's sample for each of the user's."""
        return _mean_by(self.rows, self.columns.astype(np.float64)).round().astype(np.intp)


@dataclass(frozen=True, slots=True)
class _Match:
    """A user's repetition and the professional's that fits it best, aligned."""

    user: Repetition
    professional: Repetition
    partner: NDArray[np.intp]  # (samples,) the professional's sample for each of the user's
    similarity: float  # of the whole repetition
    at_moment: Array  # (samples,) similarity; NaN where too little was seen
    of_joint: Array  # (2 x joints,) similarity of the user's own left and right joints; NaN likewise


def compare(user: Movement, professional: Movement, asked: NDArray[np.bool_] | None = None) -> Comparison:
    """How like the professional's movement the user's is; see the module for the formula.

    A repetition of which too little was seen has similarity NaN and does not count in the mean.

    Args:
        user: Who is compared.
        professional: With whom.
        asked: (2 x joints,) `asked_of` the exercise; of all joints if None.
    """
    models = _models(professional, np.ones(len(COMPARED_JOINTS), dtype=np.bool_) if asked is None else asked)
    matches = [_compared(user.angles, repetition, models) for repetition in or_whole(user)]
    time_s, over_time = _over_time(matches, user.angles.timestamps_s)
    return Comparison(
        similarity=mean_of_known(np.array([match.similarity for match in matches])),
        per_repetition=tuple(match.similarity for match in matches),
        pairs=_pairs(matches),
        time_s=time_s,
        over_time=over_time,
        joints=COMPARED_JOINTS,
        per_joint=tuple(tuple(match.of_joint.tolist()) for match in matches),
    )


# --- what is compared -------------------------------------------------------------------------------------------


def _models(professional: Movement, asked: NDArray[np.bool_]) -> dict[Part, _Model]:
    """The professional's movement, of every part that was seen."""
    seen = [(repetition, part_seen(professional.angles, repetition)) for repetition in or_whole(professional)]
    whole = [repetition for repetition, part in seen if part is Part.WHOLE]
    found = {part: whole or [repetition for repetition, one in seen if one is part] for part in Part}
    return {part: _model(professional.angles, _spread(of), part, asked) for part, of in found.items() if of}


def _model(angles: JointAngles, repetitions: list[Repetition], part: Part, asked: NDArray[np.bool_]) -> _Model:
    shown = [only(repetition, part) for repetition in repetitions]
    samples = np.stack([resampled(angles, repetition) for repetition in shown])
    weights = _moved_deg(samples) * asked + _BASE_WEIGHT_DEG
    rest = np.stack([_rest(angles, repetition) for repetition in repetitions])[:, np.newaxis]
    still_at_deg = _difference(samples, rest, weights)
    still_deg = float(np.fmax(mean_of_known(still_at_deg), _LEAST_STILL_DEG))
    of_joint = [mean_of_known(column) for column in np.abs(samples - rest).reshape(-1, samples.shape[-1]).T]
    still_of_joint_deg = np.fmax(of_joint, _LEAST_STILL_DEG)
    return _Model(shown, samples, weights, still_deg, np.fmax(still_at_deg, still_deg), still_of_joint_deg)


def _rest(angles: JointAngles, repetition: Repetition) -> Array:
    """(2 x joints,) degrees before and after it, of which a clip that cuts it off shows one."""
    part, samples = part_seen(angles, repetition), resampled(angles, repetition)
    ends = {Part.WHOLE: samples[[0, -1]], Part.THERE: samples[[0]], Part.BACK: samples[[-1]]}
    return np.asarray(ends[part].mean(axis=0))


def _spread(repetitions: list[Repetition]) -> list[Repetition]:
    """Those that serve as model, spread over the set."""
    count = min(len(repetitions), _MOST_PROFESSIONAL_REPETITIONS)
    return [repetitions[index] for index in np.linspace(0, len(repetitions) - 1, count).round().astype(int)]


# --- the measure ------------------------------------------------------------------------------------------------


def _moved_deg(model: Array) -> Array:
    """(2 x joints,) how far the professional moves each joint, in degrees; the same for left and right."""
    half = model.shape[-1] // 2
    both = np.concatenate((model[..., :half], model[..., half:])).reshape(-1, half)
    known = np.isfinite(both)
    highest = np.where(known, both, -np.inf).max(axis=0)
    lowest = np.where(known, both, np.inf).min(axis=0)
    movement = np.where(known.any(axis=0), highest - lowest, 0.0)
    return np.tile(movement, 2)


def _difference(first: Array, second: Array, weights: Array) -> Array:
    """Weighted mean absolute difference in degrees over the last axis; NaN where too little is known of either."""
    total = np.zeros(np.broadcast_shapes(first.shape, second.shape)[:-1])
    seen = np.zeros_like(total)
    for joint, weight in enumerate(weights):  # one joint at a time: the whole would be a large array
        difference = np.abs(first[..., joint] - second[..., joint])
        known = np.isfinite(difference)
        total += np.where(known, difference, 0.0) * weight
        seen += known * weight
    enough = seen >= _LEAST_OF_JOINTS * weights.sum()
    result: Array = np.divide(total, seen, out=np.full_like(total, np.nan), where=enough)
    return result


def _similarity(difference_deg: Array | float, still_deg: Array | float) -> Array:
    share = (np.asarray(still_deg) - difference_deg) / (np.asarray(still_deg) - _TOLERANCE_DEG)
    return np.asarray(100 * np.clip(share, 0.0, 1.0))


# --- alignment --------------------------------------------------------------------------------------------------


def _compared(angles: JointAngles, repetition: Repetition, models: Mapping[Part, _Model]) -> _Match:
    """The part of a repetition that both clips show; one that they do not have in common is like nothing known."""
    seen = part_seen(angles, repetition)
    common = [part for part in Part if part in models and seen in (Part.WHOLE, part)]
    shown = only(repetition, common[0] if common else seen)
    samples = resampled(angles, shown)
    if common:
        return _match(shown, samples, models[common[0]])
    return _match(shown, np.full_like(samples, np.nan), next(iter(models.values())))


def _match(repetition: Repetition, samples: Array, model: _Model) -> _Match:
    """The nearest of the professional's repetitions, as it is or mirrored, and how near it is."""
    candidates = np.concatenate((model.samples, mirrored(model.samples)))
    aligned = _aligned(samples, candidates, model.weights)
    # What is aligned by its shape alone may go elsewhere: the nearest is the one that differs least.
    best = int(np.argmin(np.nan_to_num([one.whole_deg for one in aligned], nan=np.inf)))
    way, number = aligned[best], best % len(model.repetitions)
    return _Match(
        user=repetition,
        professional=model.repetitions[number],
        partner=way.partner,
        similarity=float(_similarity(way.whole_deg, model.still_deg)),
        at_moment=_similarity(_smoothed(_mean_by(way.rows, way.along_deg)), model.still_at_deg[number][way.partner]),
        of_joint=_of_joints(
            np.abs(samples[way.rows] - candidates[best][way.columns]),
            way.rows,
            way.columns,
            model.still_of_joint_deg if best < len(model.repetitions) else mirrored(model.still_of_joint_deg),
        ),
    )


def _aligned(samples: Array, candidates: Array, weights: Array) -> list[_Alignment]:
    """The user's (samples, 2 x joints) along each of (candidates, samples, 2 x joints)."""
    shapes = _difference(_shape(samples)[None, :, None], _shape(candidates)[:, None], weights)
    unknown = ~np.isfinite(shapes)
    # Unknown moments must neither attract nor repel the path.
    costs = np.where(unknown, 0.0 if unknown.all() else mean_of_known(shapes), shapes)
    accumulated = accumulated_costs(costs, band=_BAND)
    found = []
    for number, candidate in enumerate(candidates):
        rows, columns = cheapest_path(accumulated[number], costs[number])
        along_deg = _difference(samples[rows], candidate[columns], weights)
        if np.isfinite(along_deg).mean() < _LEAST_SEEN:
            along_deg[:] = np.nan
        found.append(_Alignment(rows, columns, along_deg))
    return found


def _of_joints(differences_deg: Array, rows: NDArray[np.intp], columns: NDArray[np.intp], still_deg: Array) -> Array:
    """(2 x joints,) similarity of each joint alone, from (path, 2 x joints) differences along the path."""
    found = []
    for joint in range(differences_deg.shape[1]):
        along = differences_deg[:, joint]
        enough = np.isfinite(along).mean() >= _LEAST_SEEN
        whole_deg = _greater_mean(rows, columns, along) if enough else np.nan
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


def _greater_mean(rows: NDArray[np.intp], columns: NDArray[np.intp], along: Array) -> float:
    """Of the means over the user's and over the professional's moments."""
    return float(np.fmax(mean_of_known(_mean_by(rows, along)), mean_of_known(_mean_by(columns, along))))


def _mean_by(group: NDArray[np.intp], values: Array) -> Array:
    """(samples,) mean of the known values in each group; NaN where none is known."""
    known = np.isfinite(values)
    counts = np.bincount(group[known], minlength=SAMPLES)
    sums = np.bincount(group[known], values[known], SAMPLES)
    result: Array = np.divide(sums, counts, out=np.full(SAMPLES, np.nan), where=counts > 0)
    return result


# --- what is shown ----------------------------------------------------------------------------------------------


def _over_time(matches: Sequence[_Match], timestamps_s: Array) -> tuple[list[float], list[float]]:
    """Seconds and similarity of every sample of which enough was seen."""
    time_s: list[float] = []
    values: list[float] = []
    for match in matches:
        seconds = np.interp(frames_of(match.user), np.arange(len(timestamps_s)), timestamps_s)
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
    frames = frames_of(match.user)
    turn = int(np.argmin(np.abs(frames - match.user.turn)))
    wanted = turn if moment == 0 else round(_OTHER_MOMENTS[moment - 1] * (SAMPLES - 1))
    known = np.flatnonzero(np.isfinite(match.at_moment))
    sample = int(known[np.argmin(np.abs(known - wanted))])
    return MomentPair(
        user_frame=match.user.turn if sample == turn else round(frames[sample]),
        professional_frame=round(frames_of(match.professional)[match.partner[sample]]),
        phase=sample / (SAMPLES - 1),
        similarity=float(match.at_moment[sample]),
    )
