"""The routes, by subject."""

from api.views import analyses, devices, legacy, operations, people, signals, videos

APIS = (analyses.api, videos.api, devices.api, signals.api, people.api, people.proofs, legacy.api, operations.api)
