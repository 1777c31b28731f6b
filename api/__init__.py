"""The thin Flask application: who are you, may you, what do you want; enqueues by the task's name.

gunicorn --config python:api.server "api:create_app()"
"""

from threading import BoundedSemaphore

from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI
from werkzeug.middleware.proxy_fix import ProxyFix

from api import errors, request_log
from api.auth import Identify
from api.identity import identify_by
from api.json_reader import JsonReader
from api.limits import Limits
from api.links import Links
from api.queue import Queue
from api.readiness import readiness
from api.schemas import SECURITY_SCHEMES, ErrorReply
from api.services import Services
from api.settings import Settings
from api.start import check_start
from api.uploads import StreamingRequest, hear_out
from api.views import APIS
from storage import open_storage
from storage.access import RedisAccess
from storage.jobs.queue import RedisJobs
from storage.jobs.workers import RedisWorkers
from storage.people.data_requests import RedisDataRequests
from storage.people.guests import RedisGuests
from storage.signals.devices import RedisDevices
from storage.signals.notices import RedisNotices
from storage.signals.webhooks import RedisWebhooks
from telemetry.stores import count_stores
from telemetry.tracing import open_tracing

DESCRIPTION = """Counts and judges repetitions in exercise videos.

1. `POST /v1/videos` puts a video into the store (or it lies there already, under the app's path).
2. `POST /v1/analyses` answers 202 with a job; `GET` it, or follow its `events`.
3. When it has succeeded, its `results` name the files.

Where the service wants to know who you are, send `Authorization: Bearer <Firebase ID token>`, or as a service
`X-API-Key: gr_...`. You reach what belongs to your e-mail address; for everybody else it is not there.

Every error is `{"error": {"code", "message"}, "request_id"}`: the code is stable, the message is a sentence.
`X-Request-ID` is taken from the request or made, and is in every reply and every line of our log."""


def create_app(settings: Settings | None = None, identify: Identify | None = None) -> OpenAPI:
    """The application, with everything it needs; opens no connection yet.

    Args:
        settings: By default from the environment.
        identify: Tells who sent a request; by default as the settings say.

    Raises:
        StartRefused: The service must not start like this.
    """
    settings = settings or Settings()
    check_start(settings)
    open_tracing("goodrep-api")
    count_stores()
    settings.upload_folder.mkdir(parents=True, exist_ok=True)

    app = OpenAPI(
        "api",
        info=Info(title="goodrep", version="1.0.0", description=DESCRIPTION),
        security_schemes=SECURITY_SCHEMES,
        validation_error_status=400,
        validation_error_model=ErrorReply,
        validation_error_callback=errors.refuse_invalid,
        static_folder=None,
    )
    app.request_class = StreamingRequest
    app.json = JsonReader(app)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.config["SWAGGER_CONFIG"] = {"validatorUrl": None}  # the page asks nobody else
    access = RedisAccess(settings.redis_url, answer_timeout_s=settings.redis_answer_s)
    jobs = RedisJobs(settings.redis_url, answer_timeout_s=settings.redis_answer_s)
    objects = open_storage(settings.storage).objects
    app.extensions["goodrep"] = Services(
        settings=settings,
        jobs=jobs,
        objects=objects,
        devices=RedisDevices(settings.redis_url, answer_timeout_s=settings.redis_answer_s),
        webhooks=RedisWebhooks(settings.redis_url, answer_timeout_s=settings.redis_answer_s),
        notices=RedisNotices(settings.redis_url, answer_timeout_s=settings.redis_answer_s),
        data_requests=RedisDataRequests(settings.redis_url, answer_timeout_s=settings.redis_answer_s),
        access=access,
        queue=Queue(settings.redis_url),
        identify=identify or identify_by(settings, access),
        links=Links(access, settings.link_lifetime_s),
        guests=RedisGuests(settings.redis_url, answer_timeout_s=settings.redis_answer_s),
        limits=Limits(settings),
        streams=BoundedSemaphore(settings.max_event_streams),
        waits=BoundedSemaphore(settings.max_legacy_waits),
        workers=RedisWorkers(settings.redis_url, answer_timeout_s=settings.redis_answer_s),
        readiness=readiness(jobs, objects, settings),
    )
    request_log.install(app)
    errors.install(app, max_video_bytes=settings.max_video_bytes)
    app.after_request(hear_out)

    for api in APIS:
        app.register_api(api)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    return app
