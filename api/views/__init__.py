"""The routes, by subject."""

from api.views import analyses, legacy, operations, videos

APIS = (analyses.api, videos.api, legacy.api, operations.api)
