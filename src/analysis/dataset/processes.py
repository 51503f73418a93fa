"""Where files are read: processes of this machine, or the workers of a Dask cluster.

Both are executors of `concurrent.futures`, so that a build goes one way through either.
"""

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

from pebble import ProcessPool


class Processes(Executor):
    """Processes of which each works alone: one that dies takes its own task with it, no other's."""

    def __init__(self, workers: int, initializer: Callable[[], object] | None = None) -> None:
        """Start as many fresh processes as asked for; `initializer` runs first in each."""
        self._pool = ProcessPool(workers, initializer=initializer, context=get_context("spawn"))

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future:
        """Let a process run a function of a module; its future fails where the process dies."""
        return self.submit_within(None, fn, *args, **kwargs)

    def submit_within(
        self, seconds: float | None, fn: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> Future:
        """Let a process run a function, and end the process where that takes too long."""
        future: Future = self._pool.schedule(fn, args=args, kwargs=kwargs, timeout=seconds)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes: at once, or when they have done what they were given."""
        if cancel_futures:
            self._pool.stop()
        else:
            self._pool.close()
        self._pool.join()

    def __exit__(self, kind: object, *_: object) -> None:
        """End the processes, at once where an error or an interrupt came."""
        self.shutdown(cancel_futures=kind is not None)


@contextmanager
def executor(
    workers: int, scheduler: str | Executor | None = None
) -> Iterator[tuple[Executor, int]]:
    """What reads: processes here, the cluster of a Dask scheduler, or a given executor as it is.

    It comes with the number of batches that it can work on at once.
    """
    if isinstance(scheduler, Executor):
        yield scheduler, workers
    elif scheduler:
        with _cluster(scheduler) as cluster:
            yield cluster
    else:
        with processes(workers) as pool:
            yield pool, workers


@contextmanager
def processes(workers: int, initializer: Callable[[], object] | None = None) -> Iterator[Processes]:
    """Fresh processes.

    A fresh process runs the main script again, unless that is guarded. What the workers run stands
    in this package, so the main script is kept from them: analysts' scripts need no guard.
    """
    main = sys.modules["__main__"]
    kept = {n: getattr(main, n) for n in ("__file__", "__spec__") if hasattr(main, n)}
    for name in kept:
        setattr(main, name, None)
    try:
        with Processes(workers, initializer) as pool:
            yield pool
    finally:
        for name, value in kept.items():
            setattr(main, name, value)


@contextmanager
def _cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """The workers of a Dask scheduler; ValueError where there is none at the address."""
    from distributed import Client

    try:
        client = Client(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError) as error:
        raise ValueError(f"no Dask scheduler answers at {address!r}: {error}") from error
    with client, client.get_executor(pure=False) as pool:
        yield pool, max(1, sum(client.nthreads().values()))
