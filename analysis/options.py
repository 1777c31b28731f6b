"""How a video is to be analysed, beside the exercise."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AnalysisOptions:
    """What the caller chooses; the defaults are the quickest analysis.

    Attributes:
        blur_faces: Make the faces in every picture and video of the user unrecognisable.
        video: Also make `annotated.mp4`.
        language: Language of the sentences, such as `en`; English where there is no catalogue of it.
        height_m: The person's height in metres, or None: then lengths stay in body heights.
    """

    blur_faces: bool = False
    video: bool = False
    language: str = "en"
    height_m: float | None = None
