"""The worker analyses as the job's record says, and as the house insists."""

from pathlib import Path

from storage.types import AnalysisOptions, NewJob
from tests.services import RedisServer
from tests.worker_service import KEY, OWNER, workshop


def test_the_options_are_those_of_the_job_and_of_the_house(redis_server: RedisServer, tmp_path: Path) -> None:
    with workshop(redis_server, tmp_path, blur_faces_always=True) as shop:
        shop.worker()
        wanted = AnalysisOptions(video=True, language="ko", height_m=1.72)
        job, _ = shop.jobs.create(NewJob(OWNER, KEY, shop.video(), "Squat", options=wanted))
        shop.send(job.id)
        ended = shop.until_ended(job)
        assert ended.options == wanted
        with shop.storage.objects.open(f"{ended.results_prefix}/report.json") as report:
            assert str(AnalysisOptions(True, True, "ko", 1.72)) in report.read().decode()
