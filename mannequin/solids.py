"""Solids before a camera: round cones and ellipsoids, met by the ray of every pixel; the nearest is seen.

The intersection with a cone is after Inigo Quilez, "Intersectors", rounded cone (iquilezles.org/articles/intersectors).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Picture = NDArray[np.uint8]
Colour = tuple[float, float, float]
"""Blue, green and red, 0 to 255."""

Ball = tuple[Values, float]
"""Centre and radius, metres."""

AMBIENT, DIFFUSE, RIM = 0.66, 0.42, 0.26
"""Brightness of what no light falls on, what straight light adds to it, and what is lost where a surface turns away."""

NEAREST_M = 0.05
"""What reaches so near to the camera is not drawn."""


@dataclass(frozen=True, slots=True)
class Cone:
    """What a ball sweeps that goes from `start` to `end`; metres as the camera sees them.

    Attributes:
        start: (3,) Centre of the first ball.
        end: (3,) Of the last.
        radii: Of both.
        colour: Of its surface.
        cuff: From this share of the way on it has the other colour.
        other: That colour.
    """

    start: Values
    end: Values
    radii: tuple[float, float]
    colour: Colour
    cuff: float = 2.0
    other: Colour = (0.0, 0.0, 0.0)

    @property
    def balls(self) -> tuple[Ball, ...]:
        """In whose hull it lies."""
        return (self.start, self.radii[0]), (self.end, self.radii[1])


@dataclass(frozen=True, slots=True)
class Patch:
    """A spot on an ellipsoid: what lies within `cosine` of a `direction` from its centre, in shares of its radii."""

    direction: tuple[float, float, float]
    cosine: float
    colour: Colour


@dataclass(frozen=True, slots=True)
class Ellipsoid:
    """An ellipsoid; metres as the camera sees them.

    Attributes:
        centre: (3,).
        axes: (3, 3) unit vectors in rows.
        radii: Along them.
        colour: Of its surface.
        patches: Spots of another colour, later ones over earlier ones.
    """

    centre: Values
    axes: Values
    radii: tuple[float, float, float]
    colour: Colour
    patches: tuple[Patch, ...] = ()

    @property
    def balls(self) -> tuple[Ball, ...]:
        """In whose hull it lies."""
        return ((self.centre, max(self.radii)),)


Solid = Cone | Ellipsoid


@dataclass(frozen=True, slots=True)
class _Hits:
    """Where rays meet a solid.

    Attributes:
        index: (hits,) of the ray among those that were asked, row by row.
        away: (hits,) metres along the optical axis.
        normal: (hits, 3) of any length.
        colour: (hits, 3).
    """

    index: NDArray[np.intp]
    away: Values
    normal: Values
    colour: Values


class Canvas:
    """A picture that knows how far away each of its pixels is."""

    def __init__(self, picture: Picture, focal_px: float, centre_px: tuple[float, float], light: Values) -> None:
        """Of a camera with that focal length and optical axis; `light` is the direction where light comes from."""
        height, width = picture.shape[:2]
        self.picture, self.focal_px, self.centre_px = picture, focal_px, centre_px
        self.light = light / np.linalg.norm(light)
        self.depth = np.full(height * width, np.inf)
        self.shown = np.zeros((height * width, 3))
        self.u: Values = (np.arange(width, dtype=np.float64) - centre_px[0]) / focal_px
        self.v: Values = (np.arange(height, dtype=np.float64) - centre_px[1]) / focal_px

    def add(self, solid: Solid) -> None:
        """Draw a solid where nothing is nearer."""
        box = self._box(solid.balls)
        if box is None:
            return
        rows, columns = box
        u, v = self.u[columns], self.v[rows, np.newaxis]
        hits = _meet_cone(solid, u, v) if isinstance(solid, Cone) else _meet_ellipsoid(solid, u, v)
        row, column = np.divmod(hits.index, len(u))
        pixel = (row + rows.start) * len(self.u) + column + columns.start
        nearer = np.flatnonzero(hits.away < self.depth[pixel])
        pixel, normal = pixel[nearer], hits.normal[nearer]
        length = np.sqrt(np.einsum("ij,ij->i", normal, normal))
        lit, turned_away = np.maximum(normal @ self.light, 0.0) / length, 1.0 + normal[:, 2] / length
        bright = AMBIENT + DIFFUSE * lit - RIM * turned_away * turned_away
        self.depth[pixel] = hits.away[nearer]
        self.shown[pixel] = hits.colour[nearer] * bright[:, np.newaxis]

    def paint(self) -> None:
        """Put what was drawn into the picture."""
        drawn = np.isfinite(self.depth)
        self.picture.reshape(-1, 3)[drawn] = np.clip(self.shown[drawn], 0.0, 255.0).astype(np.uint8)

    def _box(self, balls: tuple[Ball, ...]) -> tuple[slice, slice] | None:
        """Rows and columns in which the balls may be seen; None where they are not."""
        lows, highs = [], []
        for centre, radius in balls:
            near = float(centre[2]) - radius
            if near < NEAREST_M:
                return None
            size = self.focal_px * radius / near + 1.0
            middle = [self.centre_px[axis] + self.focal_px * float(centre[axis] / centre[2]) for axis in (0, 1)]
            lows.append([at - size for at in middle])
            highs.append([at + size for at in middle])
        left, top = (max(int(min(low[axis] for low in lows)), 0) for axis in (0, 1))
        ends = (len(self.u), len(self.v))
        right, bottom = (min(int(max(high[axis] for high in highs)) + 1, ends[axis]) for axis in (0, 1))
        return (slice(top, bottom), slice(left, right)) if left < right and top < bottom else None


def _meet_cone(solid: Cone, u: Values, v: Values) -> _Hits:
    """Where the rays (u, v, 1) of (columns,) and (rows, 1) directions meet the cone."""
    (first, last), a, b = solid.radii, solid.start, solid.end
    axis, taper = b - a, first - last
    m0, m1, m5, m7 = float(axis @ axis), -float(axis @ a), float(a @ a), float(b @ b)
    d2 = m0 - taper * taper
    if d2 <= 0.0:
        # one ball holds the other
        centre, radius = solid.balls[0] if first > last else solid.balls[1]
        return _meet_ellipsoid(Ellipsoid(centre, np.eye(3), (radius, radius, radius), solid.colour), u, v)
    dd = u * u + (v * v + 1.0)
    m2 = axis[0] * u + (axis[1] * v + axis[2])
    m3 = -(a[0] * u + (a[1] * v + a[2]))
    k2 = d2 * dd - m2 * m2
    k1 = d2 * m3 - (m1 - taper * first) * m2
    k0 = d2 * m5 - m1 * m1 + 2.0 * m1 * taper * first - m0 * first * first
    h = (k1 * k1 - k0 * k2).ravel()
    index = np.flatnonzero(h >= 0.0)
    rows, columns = np.divmod(index, len(u))
    u, v, h = u[columns], v[rows, 0], h[index]
    dd, m2, m3, k1, k2 = (values.ravel()[index] for values in (dd, m2, m3, k1, k2))
    away = (-np.sqrt(h) - k1) / k2
    share = (m1 - first * taper + away * m2) / d2
    for end, radius, square, outside in ((0.0, first, m5, share <= 0.0), (1.0, last, m7, share >= 1.0)):
        beyond = np.flatnonzero(outside)
        m = m3[beyond] - end * m2[beyond]
        h = m * m - dd[beyond] * (square - radius * radius)
        away[beyond] = np.where(h >= 0.0, (-m - np.sqrt(np.maximum(h, 0.0))) / dd[beyond], np.inf)
        share[beyond] = end
    normal = _places(np.where(np.isfinite(away), away, 0.0), u, v) - a - share[:, np.newaxis] * axis
    colours = np.array([solid.colour, solid.other])
    return _Hits(index, away, normal, colours[(share >= solid.cuff).astype(np.intp)])


def _meet_ellipsoid(solid: Ellipsoid, u: Values, v: Values) -> _Hits:
    """Where the rays (u, v, 1) of (columns,) and (rows, 1) directions meet the ellipsoid."""
    to_ball = solid.axes / np.array(solid.radii)[:, np.newaxis]
    centre, square = to_ball @ solid.centre, to_ball.T @ to_ball
    a = square[0, 0] * u * u + 2.0 * (square[0, 1] * u * v + square[0, 2] * u + square[1, 2] * v)
    a = a + (square[1, 1] * v * v + square[2, 2])
    towards = centre @ to_ball
    b = towards[0] * u + (towards[1] * v + towards[2])
    h = (b * b - a * (float(centre @ centre) - 1.0)).ravel()
    index = np.flatnonzero(h >= 0.0)
    rows, columns = np.divmod(index, len(u))
    away = (b.ravel()[index] - np.sqrt(h[index])) / a.ravel()[index]
    within = (_places(away, u[columns], v[rows, 0]) - solid.centre) @ to_ball.T
    colour = np.tile(np.array(solid.colour), (len(index), 1))
    for patch in solid.patches:
        direction = np.array(patch.direction)
        colour[within @ direction > patch.cosine * np.linalg.norm(direction)] = patch.colour
    return _Hits(index, away, within @ to_ball, colour)


def _places(away: Values, u: Values, v: Values) -> Values:
    """(hits, 3) metres."""
    return np.stack([away * u, away * v, away], axis=1)
