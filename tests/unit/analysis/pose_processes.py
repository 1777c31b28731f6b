"""The processes of ours that estimate poses."""

import psutil


def pose_processes() -> list[psutil.Process]:
    """Those that are alive, among all that this process has started."""
    return [each for each in psutil.Process().children(recursive=True) if _estimates_poses(each)]


def _estimates_poses(process: psutil.Process) -> bool:
    try:
        return "analysis.pose.worker" in process.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):  # it ended while it was looked at
        return False
