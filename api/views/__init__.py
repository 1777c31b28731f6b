"""The routes, by subject."""

from api.views import analyses, dance, devices, legacy, operations, people, rejudge, signals, videos

APIS = (
    analyses.api,
    rejudge.api,
    videos.api,
    devices.api,
    signals.api,
    people.api,
    people.proofs,
    legacy.api,
    dance.api,
    operations.api,
)
