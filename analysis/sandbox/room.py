"""The room in which a process reads a stranger's video: what it may touch, and how much it may use up."""

import math
import os
import resource
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from analysis.sandbox import kernel, landlock, seccomp

# Modules and networks are opened now and then while a video is read; what else does a decoder want to open?
MAX_OPEN_FILES = 64
# What a process can ask the kernel for at most, whatever it is allowed for a command.
MAX_CPU_S = 4 * 3600
_PACKAGE = Path(__file__).parents[1]
# The C library's and Python's own files, and what XNNPACK asks about the processor.
_PROGRAM = (
    _PACKAGE,
    _PACKAGE.parent / "models",
    Path(sys.prefix),
    Path(sys.base_prefix),
    *map(Path, ("/usr/lib", "/usr/local/lib", "/usr/share/zoneinfo", "/lib", "/lib64")),
    *map(Path, ("/etc/ld.so.cache", "/etc/localtime", "/dev/null", "/dev/zero", "/dev/urandom")),
    *map(Path, ("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/self", "/sys/devices/system")),
)

# Where an operator may have put the networks.
_MODELS = ("GOODREP_POSE_MODEL", "GOODREP_FACE_MODEL")


@dataclass(frozen=True, slots=True)
class Room:
    """What a process may touch besides the program itself.

    Attributes:
        reads: Files and folders.
        writes: Folders.
        file_bytes: Size of the largest file that it may write.
    """

    reads: tuple[Path, ...] = ()
    writes: tuple[Path, ...] = ()
    file_bytes: int = 256_000_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one command may use up.

    Attributes:
        cpu_s: Seconds of processor time, of all threads.
        memory_bytes: Memory of its own (RLIMIT_DATA): what is mapped from files, such as libraries, does not count.
    """

    cpu_s: float
    memory_bytes: int


def missing_means() -> tuple[str, ...]:
    """Which of the means this machine does not have, in words for its operator."""
    means = {"seccomp (no network, no other programs)": seccomp.is_available(), "landlock (files)": landlock.version()}
    return tuple(name for name, there in means.items() if not there)


def enter(room: Room) -> None:
    """Give up, for good, all that reading a video does not need; before other threads and the first strange byte.

    What the machine has no means for is left out: `missing_means`.
    """
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    _be_the_first_to_go()
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, MAX_OPEN_FILES)
    _limit(resource.RLIMIT_FSIZE, room.file_bytes)
    _limit(resource.RLIMIT_CPU, MAX_CPU_S)
    if landlock.version():
        models = (Path(os.environ[name]) for name in _MODELS if os.environ.get(name))
        landlock.restrict((*_PROGRAM, *models, *room.reads), (*room.writes, Path("/dev/null")))
    if seccomp.is_available():
        seccomp.restrict()


def allow(allowance: Allowance) -> None:
    """Set what may be used up from now on, until the next call."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu_s = math.ceil(used.ru_utime + used.ru_stime + allowance.cpu_s)
    for limit, value in ((resource.RLIMIT_CPU, cpu_s), (resource.RLIMIT_DATA, allowance.memory_bytes)):
        _, hard = resource.getrlimit(limit)
        resource.setrlimit(limit, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _limit(which: int, value: int) -> None:
    _, hard = resource.getrlimit(which)
    lowest = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (lowest, lowest))


def _be_the_first_to_go() -> None:
    """When the machine or container runs out of memory, the kernel ends this process before the worker (proc(5))."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
