"""A managed Redis: TLS and a password, for API, workers and queue alike (docs/deploy.md)."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.errors import StorageUnavailable
from storage.jobs.queue import RedisJobs
from storage.types import JobStatus
from tests.api_service import running_api
from tests.services import RedisServer, running_redis
from tests.standins.tls import Authority, make_authority, terminating_tls
from tests.worker_service import KEY, workshop

PASSWORD = "correct-horse-battery-staple"


@dataclass
class ManagedRedis:
    """A Redis that is reached by its port with TLS only."""

    server: RedisServer
    port: int
    authority: Authority

    def trusting(self, certificate: Path, password: str = PASSWORD) -> str:
        return f"rediss://:{password}@127.0.0.1:{self.port}/0?ssl_cert_reqs=required&ssl_ca_certs={certificate}"


@pytest.fixture
def managed(tmp_path: Path) -> Iterator[ManagedRedis]:
    folder = tmp_path / "tls"
    folder.mkdir()
    authority = make_authority(folder)
    with (
        running_redis(password=PASSWORD) as behind,
        terminating_tls(authority, behind.port, folder / "tls.log") as port,
    ):
        managed = ManagedRedis(behind, port, authority)
        behind.url = managed.trusting(authority.certificate)
        yield managed


def test_a_job_goes_the_whole_way(managed: ManagedRedis, tmp_path: Path) -> None:
    volumes = tmp_path / "volumes"
    volumes.mkdir()
    with (
        workshop(managed.server, volumes, queued_for_s=600) as shop,  # nothing is sent again that a busy machine delays
        running_api(managed.server, volumes) as api,
    ):
        shop.worker()
        shop.video()
        reply = api.http.post("/v1/analyses", json={"video": KEY, "exercise": "squat"})
        assert reply.status_code == 202, reply.text
        ended = shop.until_ended(shop.jobs.get(reply.json()["id"]))
        assert ended.status is JobStatus.SUCCEEDED, shop.logs()
        assert "messages were lost" not in shop.logs()  # it was told through the queue
        for log in (shop.logs(), api.log.read_text()):
            assert PASSWORD not in log


def test_a_server_with_another_certificate_is_not_believed(managed: ManagedRedis, tmp_path: Path) -> None:
    stranger = make_authority(tmp_path)
    with pytest.raises(StorageUnavailable):
        RedisJobs(managed.trusting(stranger.certificate)).ping()


def test_a_wrong_password_is_told_apart_and_never_shown(managed: ManagedRedis) -> None:
    with pytest.raises(StorageUnavailable) as failed:
        RedisJobs(managed.trusting(managed.authority.certificate, "wrong-password")).ping()
    assert "wrong-password" not in str(failed.value)
