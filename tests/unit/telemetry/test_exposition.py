"""Counters of several processes and threads are added up, whatever becomes of the processes; nothing is left behind."""

import os
import subprocess
import sys
from pathlib import Path

from tests.services import REPOSITORY

CODE = """
import os, signal, threading
from prometheus_client import CollectorRegistry, Counter
from prometheus_client.multiprocess import MultiProcessCollector
from telemetry.exposition import OneEachProcess, share_counters

class Counters:
    def __init__(self):
        self.seen = Counter("goodrep_seen", "x", registry=CollectorRegistry())

share_counters()
counters = OneEachProcess(Counters)
counters().seen.inc()

def count():
    for _ in range(200):
        counters().seen.inc()

for _ in range(3):
    # a fork while another thread holds the locks, and threads that count first at the same moment
    with counters._lock:
        child = os.fork()
    if not child:
        threads = [threading.Thread(target=count) for _ in range(8)]
        [each.start() for each in threads]
        [each.join() for each in threads]
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
registry = CollectorRegistry()
MultiProcessCollector(registry)
print(registry.get_sample_value("goodrep_seen_total"), os.environ["PROMETHEUS_MULTIPROC_DIR"])
"""


def test_nothing_that_was_counted_is_lost() -> None:
    told = subprocess.run([sys.executable, "-c", CODE], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    total, folder = told.stdout.split()
    assert float(total) == 1 + 3 * 8 * 200
    assert not Path(folder).exists()


def test_what_a_killed_process_left_is_swept() -> None:
    kill = "\nos.kill(os.getpid(), signal.SIGKILL)\n"
    killed = subprocess.run(
        [sys.executable, "-u", "-c", CODE + kill], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    left = Path(killed.stdout.split()[1])
    assert left.exists()
    subprocess.run([sys.executable, "-c", CODE], cwd=REPOSITORY, capture_output=True, check=True)
    assert not left.exists()
    assert os.access(left.parent, os.W_OK)
