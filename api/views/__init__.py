"""The routes, by subject."""

from api.views import analyses, devices, legacy, operations, videos

APIS = (analyses.api, videos.api, devices.api, legacy.api, operations.api)
