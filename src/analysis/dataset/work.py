"""Gives files to an executor in batches, and finds the one that takes its process down.

A batch whose process dies is read again, each file alone; a file whose process dies once more is an
issue, and everything else is read. Only a few batches are under way at a time, so memory does not
grow with the number of files.
"""

import signal
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from typing import Any

from analysis.dataset.bounds import Bounds
from analysis.dataset.processes import Processes
from analysis.dataset.reading import Job, message, read_files
from analysis.documents.issues import Issue, issue
from analysis.documents.report import unreadable

_MOST_FILES = 64
_MOST_BYTES = 8 * 2**20
_BATCHES_EACH = 8
_UNDER_WAY_EACH = 3
_DEATHS = ("ProcessExpired", "KilledWorker", "TimeoutError")
_GRACE = 60.0

Batch = list[Job]


def read_all(
    jobs: Sequence[Job], pool: Executor, workers: int, bounds: Bounds
) -> Iterator[tuple[Batch, bytes]]:
    """Read files in batches; yields the files of a batch with their readings, as they come."""
    alone: Batch = []
    for batch, outcome in _outcomes(batches(jobs, workers), pool, workers, bounds):
        if isinstance(outcome, bytes):
            yield batch, outcome
        else:
            alone += batch
    # A process of a cluster may read several files at once: one alone shows which is at fault.
    width = workers if isinstance(pool, Processes) else 1
    for batch, outcome in _outcomes(([job] for job in alone), pool, width, bounds):
        yield batch, outcome if isinstance(outcome, bytes) else _given_up(batch, outcome, bounds)


def batches(jobs: Sequence[Job], workers: int) -> Iterator[Batch]:
    """Files in batches, by number and bytes, with several for each worker where files are few."""
    most = max(1, min(_MOST_FILES, -(-len(jobs) // (workers * _BATCHES_EACH))))
    batch: Batch = []
    size = 0
    for job in jobs:
        if batch and (len(batch) >= most or size + job.source.size > _MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(job)
        size += job.source.size
    if batch:
        yield batch


def _outcomes(
    waiting: Iterable[Batch], pool: Executor, width: int, bounds: Bounds
) -> Iterator[tuple[Batch, bytes | BaseException]]:
    """Keep a few batches under way; yields each with its readings, or how its process died."""
    batches_left = iter(waiting)
    under_way: dict[Future, Batch] = {}
    most = width * _UNDER_WAY_EACH if width > 1 else 1
    while True:
        while len(under_way) < most and (batch := next(batches_left, None)):
            under_way[_submit(pool, batch, bounds)] = batch
        if not under_way:
            return
        done, _ = wait(under_way, return_when=FIRST_COMPLETED)
        for future in done:
            error = future.exception()
            if error is not None and type(error).__name__ not in _DEATHS:
                raise error
            yield under_way.pop(future), error or future.result()


def _submit(pool: Executor, batch: Batch, bounds: Bounds) -> Future:
    """Give a batch to the executor, bounded as a whole too.

    Each file is bounded where it is read; but word that a process died can get lost, and then a
    build must not wait for ever.
    """
    if isinstance(pool, Processes):
        most = bounds.seconds * len(batch) + _GRACE
        return pool.submit_within(most, read_files, batch, bounds)
    return pool.submit(read_files, batch, bounds)


def _given_up(batch: Batch, error: BaseException, bounds: Bounds) -> bytes:
    """The reading of a file that ends every process that reads it: an issue, and nothing else."""
    finding = _death(error, bounds)
    return message([(job, job.source.sha256(), unreadable(finding)) for job in batch])


def _death(error: Any, bounds: Bounds) -> Issue:
    """Why the process that read a file alone died, as far as it left word."""
    code = getattr(error, "exitcode", None)
    if code == -signal.SIGALRM:
        return issue("too_slow", limit=f"{bounds.seconds:g}")
    if code is None:
        told = f"it died, or took longer than {bounds.seconds:g} s"
        return issue("reader_died", reason=told)
    name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
    return issue("reader_died", reason=name)
