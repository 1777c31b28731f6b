"""A message whose acknowledgement fails does not keep the worker from taking the next."""

import logging
from typing import Any

from celery import Celery
from kombu import Queue

from storage.redis.broker import QUEUE, broker_options
from tests.services import RedisServer
from worker.messages import ForgivingRequest

NOTHING = "tests.nothing"


def test_redis_that_is_away_for_the_acknowledgement_does_not_block_the_queue(redis_server: RedisServer) -> None:
    app = Celery(broker=redis_server.url, set_as_current=False)
    app.conf.update(broker_options())

    @app.task(name=NOTHING, shared=False)
    def nothing() -> None: ...

    app.send_task(NOTHING, task_id="1")
    with app.connection_for_read() as connection:
        channel: Any = connection.default_channel
        channel.basic_qos(0, 1, False)
        message: Any = Queue(QUEUE)(channel).get(no_ack=False)
        request = ForgivingRequest(
            message,
            app=app,
            task=app.tasks[NOTHING],
            on_ack=message.ack_log_error,
            connection_errors=connection.connection_errors,
        )
        assert not channel.qos.can_consume()
        redis_server.kill()
        try:
            logging.disable(logging.CRITICAL)
            request.acknowledge()
        finally:
            logging.disable(logging.NOTSET)
            redis_server.start()
        assert channel.qos.can_consume()
