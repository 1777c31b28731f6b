"""What a process may no longer ask of the kernel: no network, no other process, nothing that administers a machine.

A filter in the kernel's classic BPF (seccomp(2)), put on for good. It lists what is refused and not what is allowed:
MediaPipe, FFmpeg and the C library ask for other calls in every version, while what an intruder needs stays the same.
"""

import ctypes
import errno
import os
import platform
import struct

from analysis.sandbox import kernel

# Numbers on x86-64 and on aarch64 (asm/unistd_64.h, asm-generic/unistd.h); None where there is no such call.
_REFUSED: dict[str, tuple[int, int | None]] = {
    # the network
    "socket": (41, 198),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    # programs and other processes; `clone`, `kill` and their like are looked at more closely below
    "execve": (59, 221),
    "execveat": (322, 281),
    "fork": (57, None),
    "vfork": (58, None),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "kcmp": (312, 272),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    # what the kernel itself has been broken into by, and asks like the above by another way
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "modify_ldt": (154, None),
    "personality": (135, 92),
    # other roots and namespaces
    "unshare": (272, 97),
    "setns": (308, 268),
    "chroot": (161, 51),
    "pivot_root": (155, 41),
    "mount": (165, 40),
    "umount2": (166, 39),
    "move_mount": (429, 429),
    "open_tree": (428, 428),
    "fsopen": (430, 430),
    "fsmount": (432, 432),
    "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
    # the machine
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "sethostname": (170, 161),
    "acct": (163, 89),
    "syslog": (103, 116),
}
_CLONE, _CLONE3 = (56, 220), (435, 435)
_ONLY_ON_ITSELF = {"kill": (62, 129), "tgkill": (234, 131)}
_PRLIMIT64 = (302, 261)
_SECCOMP = (317, 277)

# Machine as Python names it: column above, and the kernel's name (linux/audit.h).
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_X32_BIT = 0x40000000

# Of linux/filter.h, linux/seccomp.h and linux/sched.h.
_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_AT_LEAST, _JUMP_IF_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_AT_NUMBER, _AT_MACHINE, _AT_FIRST_ARGUMENT = 0, 4, 16
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
_SET_MODE_FILTER, _ALL_THREADS, _GET_ACTION_AVAILABLE = 1, 1, 2
_CLONE_THREAD = 0x00010000


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def is_available() -> bool:
    """Whether this kernel, and what contains us, let a process filter its own calls."""
    if platform.machine() not in _MACHINES:
        return False
    column, _ = _MACHINES[platform.machine()]
    try:
        kernel.syscall(_SECCOMP[column], _GET_ACTION_AVAILABLE, 0, ctypes.byref(ctypes.c_uint32(_REFUSE)))
    except OSError:
        return False
    return True


def restrict() -> None:
    """Refuse from now on, in all threads. Raises `OSError` where the kernel will not have it."""
    column, machine = _MACHINES[platform.machine()]
    code = b"".join(_filter(column, machine, os.getpid()))
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    program = _Program(len(code) // 8, code)
    kernel.syscall(_SECCOMP[column], _SET_MODE_FILTER, _ALL_THREADS, ctypes.byref(program))


def _filter(column: int, machine: int, own_pid: int) -> list[bytes]:
    """The filter's instructions; a jump's two numbers say how many to skip if true and if false."""
    refuse = _instruction(_RETURN, _REFUSE | errno.EPERM)
    allow = _instruction(_RETURN, _ALLOW)

    def first_argument(number: int, test: int, value: int) -> list[bytes]:
        """The call `number` only where the test of its first argument holds."""
        return [
            _instruction(_JUMP_IF_EQUAL, number, 0, 4),
            _instruction(_LOAD, _AT_FIRST_ARGUMENT),
            _instruction(test, value, 0, 1),
            allow,
            refuse,
        ]

    code = [
        _instruction(_LOAD, _AT_MACHINE),
        _instruction(_JUMP_IF_EQUAL, machine, 1, 0),
        _instruction(_RETURN, _KILL),  # calls of a 32-bit program, whose numbers mean something else
        _instruction(_LOAD, _AT_NUMBER),
    ]
    if column == 0:
        code += [_instruction(_JUMP_IF_AT_LEAST, _X32_BIT, 0, 1), refuse]
    for numbers in _REFUSED.values():
        number = numbers[column]
        if number is not None:
            code += [_instruction(_JUMP_IF_EQUAL, number, 0, 1), refuse]
    # The flags of `clone3` lie where a filter cannot look; without it the C library starts threads by `clone`.
    code += [_instruction(_JUMP_IF_EQUAL, _CLONE3[column], 0, 1), _instruction(_RETURN, _REFUSE | errno.ENOSYS)]
    code += first_argument(_CLONE[column], _JUMP_IF_ANY_BIT, _CLONE_THREAD)
    for only in _ONLY_ON_ITSELF.values():
        code += first_argument(only[column], _JUMP_IF_EQUAL, own_pid)
    code += first_argument(_PRLIMIT64[column], _JUMP_IF_EQUAL, 0)
    return [*code, allow]


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)
