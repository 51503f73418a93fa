"""Executes planned notebooks with papermill, several at a time."""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import papermill
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError

from analysis.runs.plan import Run

_PACKAGES = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Done:
    """An executed run: its notebook with outputs, and the error that stopped it, if any."""

    run: Run
    executed: Path
    error: str = ""


def execute(
    runs: list[Run], store: str | Path, out: str | Path, workers: int | None = None
) -> Iterator[Done]:
    """Execute runs into `out`/notebooks; one that fails stops no other. Yields them in order."""
    folder = Path(out) / "notebooks"
    folder.mkdir(parents=True, exist_ok=True)
    jobs = [(run, Path(store).resolve(), folder / f"{run.name}.ipynb") for run in runs]
    workers = min(workers or os.cpu_count() or 1, len(jobs) or 1)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_execute, jobs)


def _execute(job: tuple[Run, Path, Path]) -> Done:
    """Execute one notebook; its failure is kept with it.

    The kernel starts elsewhere, so it is told where this package lies. Its own log stays shut: an
    error in a cell comes back as a message, and the interrupt that ends every kernel is no error.
    """
    run, store, executed = job
    os.environ["PYTHONPATH"] = os.pathsep.join([str(_PACKAGES), os.environ.get("PYTHONPATH", "")])
    try:
        papermill.execute_notebook(
            str(run.notebook),
            str(executed),
            parameters=run.parameters | {"store": str(store)},
            kernel_name="python3",
            progress_bar=False,
            cwd=str(executed.parent),
            extra_arguments=["--log-level=CRITICAL"],
        )
    except PapermillExecutionError as error:
        return Done(run, executed, f"{error.ename}: {error.evalue}")
    except DeadKernelError as error:
        return Done(run, executed, str(error))
    return Done(run, executed)
