"""What Redis needs for a thousand jobs: `python -m benchmarks.redis_memory`, last line `key=value` in megabytes.

Records are made and ended through the product's own door, with as many result files as a set of twelve repetitions has.
"""

import contextlib

import redis

from storage.jobs.queue import RedisJobs
from storage.types import NewJob
from tests.services import running_redis

JOBS = 1000
USERS = 50
RESULT_FILES = [
    *("report.json", "report.html", "summary.png", "graph.png", "angles.csv", "landmarks.csv", "landmarks.npz"),
    *(f"rep_{number:02d}.jpg" for number in range(1, 13)),
    *(f"best{number}_user.jpg" for number in range(1, 6)),
]


def main() -> None:
    with running_redis() as server, contextlib.closing(redis.Redis.from_url(server.url)) as client:
        jobs = RedisJobs(server.url)

        def used_mb() -> float:
            return float(client.info("memory")["used_memory_dataset"]) / 1e6

        empty = used_mb()
        for number in range(JOBS):
            owner = f"user{number % USERS}@example.com"
            video = f"temp/video/user/{owner}/exercise_Squat_{number:010d}.mp4"
            jobs.create(NewJob(owner, video, f"{number:064x}", "squat", f"{number:032x}"))
        waiting = used_mb() - empty
        for _ in range(JOBS):
            claim = jobs.claim_next(worker="benchmark", lease_s=60, max_attempts=3, most_per_owner=JOBS)
            assert claim is not None
            prefix = f"temp/image/{claim.job.owner}/exercise_Squat_0000000000/{claim.job.id}"
            jobs.succeed(claim, results_prefix=prefix, result_files=RESULT_FILES)
        ended = used_mb() - empty
        for key in client.scan_iter("goodrep:events:*"):
            client.delete(key)
        later = used_mb() - empty
    print(f"waiting_mb={waiting:.1f} ended_mb={ended:.1f} without_events_mb={later:.1f} jobs={JOBS}")


if __name__ == "__main__":
    main()
