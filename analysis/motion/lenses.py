"""Ways to look at some frames of a body before they are measured: as seen, in metres, or as from exactly the side.

Each errs in its own way, so that what two of them say together is surer than either.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from analysis.motion.measures import Body

Lens = Callable[[Body], Body]
"""From some frames of a body to the same frames, other in their pixels only."""


def as_seen(body: Body) -> Body:
    """The body as it is in the picture."""
    return body


def in_metres(body: Body) -> Body:
    """The body with the model's metres in the place of pixels, for angles that the picture foreshortens."""
    return replace(body, image=body.world)


@dataclass(frozen=True, slots=True)
class Widened:
    """The body as the camera would see it if its width were whole again.

    So would be all that lies in the body's middle plane, seen from near the side; or across it, seen from near the
    front.

    Attributes:
        width_left: Share of the width that is left in the picture.
    """

    width_left: float

    def __call__(self, body: Body) -> Body:
        """The frames, widened."""
        image = body.image.copy()
        image[..., 0] /= self.width_left
        return replace(body, image=image)
