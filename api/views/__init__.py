"""The routes, by subject."""

from api.views import analyses, dance, devices, legacy, operations, rejudge, signals, videos

APIS = (analyses.api, rejudge.api, videos.api, devices.api, signals.api, legacy.api, dance.api, operations.api)
