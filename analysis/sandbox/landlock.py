"""Which files a process sees: Linux' Landlock, by which it gives up all others for good.

Its connections and signals to others end, too, as far as the kernel's version of Landlock goes
(https://docs.kernel.org/userspace-api/landlock.html).
"""

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

from analysis.sandbox import kernel

# The same on every machine.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION, _PATH_BENEATH = 1, 1

_WRITE_FILE, _READ_FILE, _READ_DIRECTORY, _REMOVE_FILE, _MAKE_FILE, _TRUNCATE = (
    1 << bit for bit in (1, 2, 3, 5, 8, 14)
)
_OF_FILES = _WRITE_FILE | _READ_FILE | _TRUNCATE
_READING = _READ_FILE | _READ_DIRECTORY
_WRITING = _READING | _WRITE_FILE | _REMOVE_FILE | _MAKE_FILE | _TRUNCATE
# By version: how many rights there are, from the lowest bit.
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
_ALL_RIGHTS = 16
_NET_SINCE, _ALL_NET = 4, 0b11
_SCOPE_SINCE, _ALL_SCOPES = 6, 0b11


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("rights", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """Which Landlock this kernel has, and what contains us lets through; 0 for none."""
    try:
        return kernel.syscall(_CREATE_RULESET, None, 0, _VERSION)
    except OSError:
        return 0


def restrict(reads: Iterable[Path], writes: Iterable[Path]) -> None:
    """Leave this thread, and those that it will start, only what lies beneath these files and folders.

    Paths that do not exist are left out. `PR_SET_NO_NEW_PRIVS` must have been set before.

    Raises:
        OSError: The kernel will not have it.
    """
    found = version()
    rights = (1 << _RIGHTS.get(found, _ALL_RIGHTS)) - 1
    wanted = _Ruleset(rights, _ALL_NET if found >= _NET_SINCE else 0, _ALL_SCOPES if found >= _SCOPE_SINCE else 0)
    size = 24 if found >= _SCOPE_SINCE else 16 if found >= _NET_SINCE else 8
    ruleset = kernel.syscall(_CREATE_RULESET, ctypes.byref(wanted), ctypes.c_size_t(size), 0)
    try:
        for allowed, paths in ((_READING, reads), (_WRITING, writes)):
            for path in paths:
                _allow(ruleset, path, allowed & rights)
        kernel.syscall(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: Path, rights: int) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return
    try:
        of_path = rights if path.is_dir() else rights & _OF_FILES
        rule = _PathBeneath(of_path, opened)
        kernel.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(opened)
