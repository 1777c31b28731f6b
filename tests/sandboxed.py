"""A process in the sandbox that is in an intruder's hands: what he tries, by name. `analysis.sandbox.serving`."""

import os
import pickle
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from analysis.sandbox.room import Allowance
from analysis.sandbox.serving import serve

AMPLE = Allowance(cpu_s=60.0, memory_bytes=1_000_000_000)


@dataclass(frozen=True, slots=True)
class Try:
    """Report what came of an attempt, as text, then None."""

    attempt: str
    argument: str = ""
    allowance: Allowance = AMPLE


def connect(port: str) -> object:
    return socket.create_connection(("127.0.0.1", int(port)), timeout=5)


def raw_connect_without_socket(_: str) -> object:
    """On the one socket that it has: the way to its parent."""
    with socket.socket(fileno=os.dup(int(sys.argv[1]))) as known:
        known.connect("\0somewhere")
    return None


def run_program(_: str) -> object:
    return subprocess.run(["/bin/true"], check=True)


def fork(_: str) -> object:
    return os.fork() or os._exit(0)


def execute(_: str) -> object:
    return os.execv("/bin/true", ["true"])


def signal_somebody(pid: str) -> None:
    os.kill(int(pid), signal.SIGTERM)


def change_anothers_limits(pid: str) -> object:
    return resource.prlimit(int(pid), resource.RLIMIT_NOFILE, (64, 64))


def read(path: str) -> object:
    return Path(path).read_bytes()[:4]


def write(path: str) -> object:
    return Path(path).write_bytes(b"x")


def link(path: str) -> None:
    Path(path).symlink_to("/etc/passwd")


def write_much(path: str) -> object:
    return Path(path).write_bytes(bytes(2_000_000))


def open_many(path: str) -> object:
    return len([os.open(path, os.O_RDONLY) for _ in range(200)])


def fill_memory(_: str) -> object:
    return len(bytearray(2_000_000_000))


def spin(_: str) -> object:
    while True:
        pass


def sleep(_: str) -> object:
    time.sleep(600)
    return None


def raise_limits(_: str) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def leave_core(_: str) -> object:
    return resource.getrlimit(resource.RLIMIT_CORE)


def hang_up(_: str) -> None:
    os.close(int(sys.argv[1]))
    time.sleep(600)


def chatter(_: str) -> object:
    return os.write(2, b"never mind " * 50_000)


def start_thread(_: str) -> object:
    done: list[str] = []
    thread = threading.Thread(target=lambda: done.append("ran"))
    thread.start()
    thread.join()
    return done[0]


def environment(_: str) -> object:
    return ",".join(sorted(os.environ))


def die(_: str) -> object:
    return os.abort()


class _Call:
    def __reduce__(self) -> tuple[Callable[..., object], tuple[str, ...]]:
        return os.mkdir, ("/tmp/goodrep-was-called",)


def _answers(command: Try) -> Iterator[object]:
    if command.attempt == "pickle":
        yield _Call()
        return
    if command.attempt == "broken_pickle":
        yield pickle.PickleBuffer(b"")  # a type that no reader expects
        return
    try:
        yield f"done: {globals()[command.attempt](command.argument)}"
    except OSError as error:
        yield f"refused: {type(error).__name__} {error.errno}"


if __name__ == "__main__":
    sys.modules["tests.sandboxed"] = sys.modules["__main__"]  # commands are pickled by that name
    serve(_answers)
