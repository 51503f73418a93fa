"""Executes planned notebooks with papermill, several at a time."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import papermill
from papermill.exceptions import PapermillExecutionError
from pebble import ProcessExpired

from analysis.dataset.processes import processes
from analysis.dataset.store import AsOf, pin
from analysis.runs.plan import Run

_PACKAGES = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Done:
    """An executed run: its notebook with outputs, and the error that stopped it, if any."""

    run: Run
    executed: Path
    error: str = ""


def execute(
    runs: list[Run],
    store: str | Path,
    out: str | Path,
    workers: int | None = None,
    as_of: AsOf = None,
) -> Iterator[Done]:
    """Execute runs into `out`/notebooks; one that fails stops no other. Yields them in order.

    All stand on one version of the store, whatever is built meanwhile.
    What their processes print beside the notebooks, such as a library's last words when a kernel
    ends, goes to kernels.log beside them.
    """
    folder = Path(out) / "notebooks"
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "kernels.log"
    log.unlink(missing_ok=True)
    data = {"store": str(Path(store).resolve()), "as_of": pin(store, as_of)}
    workers = min(workers or os.cpu_count() or 1, len(runs) or 1)
    with processes(workers, partial(_log_to, log)) as pool:
        pending = []
        for run in runs:
            executed = folder / f"{run.name}.ipynb"
            executed.unlink(missing_ok=True)
            future = pool.submit(_execute, run, data, executed)
            pending.append((run, executed, future))
        for run, executed, future in pending:
            try:
                yield future.result()
            except ProcessExpired as error:
                yield Done(run, executed, f"{error}; see {log}")


def _log_to(log: Path) -> None:
    """Let this process and those that it starts print their errors to a file."""
    with log.open("ab") as file:
        os.dup2(file.fileno(), sys.stderr.fileno())


def _execute(run: Run, data: dict[str, object], executed: Path) -> Done:
    """Execute one notebook on a version of a store; its failure is kept with it.

    The kernel starts elsewhere, so it is told where this package lies. Its own log stays shut: an
    error in a cell comes back as a message, and the interrupt that ends every kernel is no error.
    """
    os.environ["PYTHONPATH"] = os.pathsep.join([str(_PACKAGES), os.environ.get("PYTHONPATH", "")])
    try:
        papermill.execute_notebook(
            str(run.notebook),
            str(executed),
            parameters=run.parameters | data,
            kernel_name="python3",
            progress_bar=False,
            cwd=str(executed.parent),
            extra_arguments=["--log-level=CRITICAL"],
        )
    except PapermillExecutionError as error:
        return Done(run, executed, f"{error.ename}: {error.evalue}")
    except RuntimeError as error:  # a kernel that died, or never answered
        return Done(run, executed, str(error))
    return Done(run, executed)
