"""Cleaning signals over time, for uneven frame times, without inventing what was not seen.

Every function takes (frames,) or (frames, columns) values with NaN where nothing was seen, and returns a new array.
"""

from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.ndimage import median_filter
from scipy.signal import butter, sosfiltfilt

Signal = NDArray[np.float64]

LONGEST_FILLED_GAP_S = 0.5
"""A joint hidden for longer than this may have gone anywhere: no line is drawn across."""

MAD_TO_SIGMA = 1.4826
"""Median absolute deviation of a normal distribution to its standard deviation."""


def without_outliers(values: Signal, timestamps_s: Signal, *, window_s: float = 0.5, sigmas: float = 3.0) -> Signal:
    """The values with single leaps set to NaN (Hampel's identifier; Pearson, IEEE Trans. Control Syst. Technol. 2002).

    A frame counts as a leap when it lies further from its neighbourhood's median than `sigmas` robust standard
    deviations of that neighbourhood. At low frame rates, where a window holds under five frames, nothing is removed.
    """
    size = _odd_frames(window_s, timestamps_s)
    if size < 5:
        return values.copy()
    result = values.copy()
    for column in _columns(result):
        seen = np.flatnonzero(np.isfinite(column))
        if seen.size < size:
            continue
        centre = median_filter(column[seen], size, mode="mirror")
        around = sliding_window_view(np.pad(column[seen], size // 2, mode="reflect"), size)
        sigma = MAD_TO_SIGMA * _medians(np.abs(around - centre[:, np.newaxis]))
        column[seen[np.abs(column[seen] - centre) > np.maximum(sigmas * sigma, 1e-6)]] = np.nan
    return result


def fill_gaps(values: Signal, timestamps_s: Signal, *, longest_s: float = LONGEST_FILLED_GAP_S) -> Signal:
    """The values with short gaps bridged by straight lines; longer gaps and both ends stay NaN."""
    result = values.copy()
    for column in _columns(result):
        seen = np.flatnonzero(np.isfinite(column))
        if seen.size < 2:
            continue
        before, after = seen[:-1], seen[1:]
        short = (after - before > 1) & (timestamps_s[after] - timestamps_s[before] <= longest_s)
        for first, last in zip(before[short], after[short], strict=True):
            inside = slice(first + 1, last)
            column[inside] = np.interp(timestamps_s[inside], timestamps_s[[first, last]], column[[first, last]])
    return result


def low_pass(values: Signal, timestamps_s: Signal, *, cutoff_hz: float) -> Signal:
    """The values without what is faster than `cutoff_hz`, without delay (second-order Butterworth, run both ways).

    Each unbroken stretch is filtered by itself on an even time grid and read back at the frames' own times, so a
    variable frame rate does no harm. A stretch whose frame rate cannot hold the cut-off (Nyquist) is left as it is.
    """
    result = values.copy()
    flat = result.reshape(result.shape[0], -1)
    seen = np.isfinite(flat)
    alike: dict[bytes, list[int]] = {}
    for column in range(flat.shape[1]):  # joints come and go together: filtered together, they cost a tenth
        alike.setdefault(seen[:, column].tobytes(), []).append(column)
    for columns in alike.values():
        for first, end in stretches(seen[:, columns[0]]):
            flat[first:end, columns] = _low_pass_stretch(flat[first:end, columns], timestamps_s[first:end], cutoff_hz)
    return result


def stretches(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Half-open ranges in which `mask` is true, in order."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype(np.int8), [0]))))
    return [(int(first), int(end)) for first, end in zip(edges[::2], edges[1::2], strict=True)]


def frame_interval_s(timestamps_s: Signal) -> float:
    """Median seconds between two frames; NaN for fewer than two frames."""
    return float(np.median(np.diff(timestamps_s))) if timestamps_s.size > 1 else float("nan")


def _low_pass_stretch(values: Signal, timestamps_s: Signal, cutoff_hz: float) -> Signal:
    """(frames, columns) without gaps, low-passed."""
    step_s = frame_interval_s(timestamps_s) if timestamps_s.size > 1 else float("nan")
    if not step_s * cutoff_hz < 0.45:
        return values
    grid_s = np.arange(timestamps_s[0], timestamps_s[-1] + step_s, step_s)
    sections = _butterworth(cutoff_hz, step_s)
    padding = min(grid_s.size - 1, int(1.0 / (cutoff_hz * step_s)) + 1)
    if padding < 1:
        return values
    even = np.column_stack([np.interp(grid_s, timestamps_s, column) for column in values.T])
    smooth = sosfiltfilt(sections, even, axis=0, padlen=padding)
    return np.column_stack([np.interp(timestamps_s, grid_s, column) for column in smooth.T])


@lru_cache(maxsize=64)
def _butterworth(cutoff_hz: float, step_s: float) -> Signal:
    """Second-order sections; designed once for the hundreds of columns of a track."""
    return np.asarray(butter(2, cutoff_hz, fs=1.0 / step_s, output="sos"))


def _medians(windows: Signal) -> Signal:
    """(frames,) medians of (frames, odd) windows without NaN; twice as fast as `np.median`, which looks for NaN."""
    middle = windows.shape[1] // 2
    return np.asarray(np.partition(windows, middle, axis=1)[:, middle])


def _odd_frames(duration_s: float, timestamps_s: Signal) -> int:
    interval = frame_interval_s(timestamps_s)
    return int(duration_s / interval / 2.0) * 2 + 1 if np.isfinite(interval) and interval > 0 else 1


def _columns(values: Signal) -> list[Signal]:
    """Views of the columns of (frames,) or (frames, columns...) values."""
    flat = values.reshape(values.shape[0], -1)
    return [flat[:, index] for index in range(flat.shape[1])]
