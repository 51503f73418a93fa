"""Worker processes that start from this package alone, whatever script asked for them."""

import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context


@contextmanager
def processes(workers: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of fresh processes.

    A fresh process runs the main script again, unless that is guarded. What the workers run stands
    in this package, so the main script is kept from them: analysts' scripts need no guard.
    """
    main = sys.modules["__main__"]
    kept = {n: getattr(main, n) for n in ("__file__", "__spec__") if hasattr(main, n)}
    for name in kept:
        setattr(main, name, None)
    try:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            yield pool
    finally:
        for name, value in kept.items():
            setattr(main, name, value)
