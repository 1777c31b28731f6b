"""Dynamic time warping of two movements of equal length in samples (Sakoe and Chiba 1978)."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def accumulated_costs(costs: Array, *, band: int) -> Array:
    """Cheapest way to every cell of (candidates, samples, samples), within the band; infinite outside of it.

    Sakoe and Chiba's symmetric form with slope constraint P = 1: no movement runs more than twice as fast as the
    other.
    """
    ways = np.full(costs.shape, np.inf)
    samples = costs.shape[-1]
    ways[:, 0, 0] = 2 * costs[:, 0, 0]
    for row in range(1, samples):
        for column in range(max(1, row - band), min(samples, row + band + 1)):
            here = costs[:, row, column]
            best = ways[:, row - 1, column - 1] + 2 * here
            if column >= 2:
                best = np.minimum(best, ways[:, row - 1, column - 2] + 2 * costs[:, row, column - 1] + here)
            if row >= 2:
                best = np.minimum(best, ways[:, row - 2, column - 1] + 2 * costs[:, row - 1, column] + here)
            ways[:, row, column] = best
    return ways


def cheapest_path(ways: Array, costs: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the cheapest way from the first to the last cell of (samples, samples)."""
    row = column = len(costs) - 1
    cells = [(row, column)]
    while row or column:
        here = costs[row, column]
        steps = [(ways[row - 1, column - 1] + 2 * here, [(row - 1, column - 1)])]
        if column >= 2:
            total = ways[row - 1, column - 2] + 2 * costs[row, column - 1] + here
            steps.append((total, [(row, column - 1), (row - 1, column - 2)]))
        if row >= 2:
            total = ways[row - 2, column - 1] + 2 * costs[row - 1, column] + here
            steps.append((total, [(row - 1, column), (row - 2, column - 1)]))
        cells += min(steps, key=lambda step: step[0])[1]
        row, column = cells[-1]
    rows, columns = np.array(cells[::-1]).T
    return rows, columns
