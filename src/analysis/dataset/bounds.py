"""Bounds on time and memory of reading one file, held by the system and not by the reader.

A file that hangs, even within a library's own code, ends the process that reads it; one that asks
for more memory than it may gets a MemoryError. Both hold only in a process that others replace.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import parent_process
from threading import Lock

import psutil

if sys.platform != "win32":
    import resource

_ONE_FILE_AT_A_TIME = Lock()


@dataclass(frozen=True, slots=True)
class Bounds:
    """What reading one file may take: seconds, and MiB over what its process has already."""

    seconds: float = 300.0
    mebibytes: int = 2048


@contextmanager
def bounded(bounds: Bounds) -> Iterator[None]:
    """Hold what runs within to its bounds; nothing is bounded in a process that none replaces."""
    with _ONE_FILE_AT_A_TIME:
        if parent_process() is None or sys.platform == "win32":
            yield
            return
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        mapped = psutil.Process(os.getpid()).memory_info().vms
        most = mapped + bounds.mebibytes * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (min([most, *_set(soft, hard)]), hard))
        signal.setitimer(signal.ITIMER_REAL, bounds.seconds)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _set(*limits: int) -> list[int]:
    """Those limits that are set."""
    return [limit for limit in limits if limit != resource.RLIM_INFINITY]
