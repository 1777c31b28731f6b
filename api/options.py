"""How a video is to be analysed: what the request says, what its headers say, and what the house insists on."""

from flask import request

from api.schemas import WantedOptions
from api.services import services
from storage.types import AnalysisOptions

LANGUAGES = ("en", "ko", "es", "de")
"""Those in which results can be told, English first; a test holds them against the analysis' catalogues."""


def chosen_options(wanted: WantedOptions) -> AnalysisOptions:
    """The options of a job for this request."""
    return AnalysisOptions(
        blur_faces=wanted.blur_faces or services().settings.blur_faces_always,
        video=wanted.video,
        language=_primary(wanted.language) if wanted.language else _language_of_client(),
        height_m=wanted.height_m,
    )


def _language_of_client() -> str:
    """Of the languages that we have the one that the client likes best, by `Accept-Language`; else English."""
    liked = (_primary(language) for language, quality in request.accept_languages if quality > 0)
    return next((language for language in liked if language in LANGUAGES), LANGUAGES[0])


def _primary(language: str) -> str:
    """`pt-BR` is `pt`."""
    return language.replace("_", "-").partition("-")[0].lower()
