"""The Celery application: how messages are taken, what happens when processes die, and what runs beside the jobs."""

import ctypes
from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing.sharedctypes import RawValue
from typing import Any

from celery import Celery, bootsteps, signals

from storage.errors import UnsafeEnvironment
from storage.jobs.queue import RedisJobs
from storage.jobs.workers import RedisWorkers
from storage.redis.broker import broker_options
from storage.signals.notices import RedisNotices
from storage.types import ExerciseName
from telemetry.exposition import share_counters
from telemetry.stores import count_stores
from telemetry.tracing import close_tracing, open_tracing
from worker.analyse import Analyse
from worker.deaths import AtHand, DeathWatch
from worker.intake import Intake
from worker.log import configure_logging
from worker.metrics import metrics, serve_metrics
from worker.presence import Announcer, Presence
from worker.reconcile import Broker, Housekeeping
from worker.room import Room
from worker.self_test import self_test
from worker.settings import WorkerSettings
from worker.signalling.channels import open_channels
from worker.signalling.delivery import Signals
from worker.tasks import add_tasks


def create_app(
    settings: WorkerSettings, load_analyse: Callable[[], Analyse], exercises: Callable[[], Sequence[ExerciseName]]
) -> Celery:
    """The worker's application.

    Args:
        settings: What the operator chose.
        load_analyse: Imports the analysis; called in the processes that do the jobs, as they start.
        exercises: What the analysis can judge; called once, in the parent of these processes.

    Raises:
        SystemExit: Production must not start in this environment; with a sentence.
    """
    _refuse_unsafe(settings)
    if settings.worker_metrics_port:
        share_counters()
    count_stores()
    metrics()  # from now on every counter is there, at 0
    app = Celery("goodrep", broker=settings.redis_url, set_as_current=False)
    app.conf.update(broker_options())
    app.conf.update(
        # a message is kept until its job has been left, and comes back when the process is killed meanwhile
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        # a busy worker hoards nothing
        worker_prefetch_multiplier=1,
        worker_disable_prefetch=True,
        # one job uses every core
        worker_concurrency=1,
        # a process is ready when it has imported the analysis, which takes its time on a busy machine
        worker_proc_alive_timeout=120.0,
        broker_connection_retry=True,
        broker_connection_max_retries=None,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        worker_soft_shutdown_timeout=settings.stop_grace_s + 5.0,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_send_task_events=False,
        worker_enable_remote_control=False,
    )
    # made before the fork, so that the processes that do the jobs see it
    stopped = RawValue(ctypes.c_bool, False)  # never locked: a child killed with a lock would hold it for ever

    def stopping() -> bool:
        return bool(stopped.value)

    room = Room(settings.staging_root, settings.min_free_disk_bytes)
    workers = RedisWorkers(settings.redis_url)
    presence = Presence(
        room,
        workers,
        partial(_self_test, load_analyse, settings) if settings.self_test else None,
    )
    at_hand = AtHand()
    add_tasks(app, settings, load_analyse, stopping, room, presence, at_hand)
    _keep_house(app, settings, exercises, presence, partial(_death_watch, at_hand, settings, stopping))

    @signals.setup_logging.connect(weak=False)
    def log(**_: object) -> None:
        configure_logging(level=settings.log_level, as_json=settings.log_json)

    @signals.worker_shutting_down.connect(weak=False)
    def stop(**_: object) -> None:
        stopped.value = True

    @signals.worker_process_init.connect(weak=False)
    def warm_up(**_: object) -> None:
        open_tracing("goodrep-worker")
        load_analyse()  # imports take seconds, which no job shall wait for
        presence.try_out()

    @signals.worker_process_shutdown.connect(weak=False)
    def say_farewell(**_: object) -> None:
        close_tracing()

    @signals.celeryd_init.connect(weak=False)
    def log_from_the_start(instance: Any, **_: object) -> None:
        instance.quiet = instance.quiet or settings.log_json  # a banner is no JSON
        configure_logging(level=settings.log_level, as_json=settings.log_json)

    return app


def _refuse_unsafe(settings: WorkerSettings) -> None:
    if settings.production:
        from storage.firebase.project import check_environment  # the embedded default does without Google's libraries

        try:
            check_environment(production=True)
        except UnsafeEnvironment as error:
            raise SystemExit(f"goodrep's worker does not start. {error}") from error


def _self_test(load_analyse: Callable[[], Analyse], settings: WorkerSettings) -> None:
    self_test(load_analyse(), settings.staging_root)


def _death_watch(at_hand: AtHand, settings: WorkerSettings, stopping: Callable[[], bool]) -> DeathWatch:
    return DeathWatch(at_hand, RedisJobs(settings.redis_url), stopping, delay_s=settings.retry_delay_s)


def _keep_house(
    app: Celery,
    settings: WorkerSettings,
    exercises: Callable[[], Sequence[ExerciseName]],
    presence: Presence,
    death_watch: Callable[[], DeathWatch],
) -> None:
    class Chores(bootsteps.StartStopStep):
        """Runs `Announcer`, `Housekeeping`, `Signals` and `DeathWatch` in the parent while the worker runs."""

        requires = ("celery.worker.components:Pool",)

        def start(self, parent: Any) -> None:
            self.announcer = Announcer(presence, Intake(parent))
            self.announcer.start()
            self.thread = Housekeeping(RedisJobs(settings.redis_url), Broker(app), settings, exercises)
            self.thread.start()
            open_tracing("goodrep-worker")  # of signals
            notices = RedisNotices(settings.redis_url, kept_s=settings.deliveries_kept_s, kept=settings.deliveries_kept)
            self.signals = Signals(notices, open_channels(settings), settings)
            self.signals.start()
            self.death_watch = death_watch()
            self.death_watch.start()
            serve_metrics(settings)

        def stop(self, parent: Any) -> None:  # noqa: ARG002
            self.thread.stop()
            self.signals.stop()
            self.announcer.stop()
            self.death_watch.stop()

        def terminate(self, parent: Any) -> None:
            self.stop(parent)

    app.steps["worker"].add(Chores)
