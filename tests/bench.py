"""Measures speed and memory as ratios of one run: python tests/bench.py, on two quiet cores 25 min.

Reading against pandas and bare parses, two workers against one, rebuilds against a full build,
memory by number of files, the notebooks' indicators against plain SQL, a Dask cluster, and where a
build's time goes. Large inputs are made in a temporary folder, marked SYNTHETIC, and removed.
Writes reports/bench.json and .md. What is not kept is said; the exit code is 0 either way.
"""

import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import click

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "src")]

import bench_builds  # noqa: E402
from bench_indicators import NOTEBOOKS, RATIOS, national  # noqa: E402
from bench_lines import Line, not_judged, table_of, write  # noqa: E402
from bench_reading import reading  # noqa: E402

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    n_documents: int
    repeats: int
    n_worker_files: int
    n_few: int
    n_files: int
    n_reports: int
    rounds: int
    notebooks: tuple[str, ...]


FULL = Size(15, 5, 3000, 1000, 10_000, 1_700_000, 3, (*NOTEBOOKS, *RATIOS))
QUICK = Size(2, 1, 48, 24, 64, 2000, 1, ("coverage", "outcomes", "dispute_ratio"))
Section = Callable[[Path], Iterator[Line]]


def sections(size: Size) -> dict[str, Section]:
    """What is measured, by name."""
    s = size
    return {
        "reading": lambda _: reading(s.n_documents, s.repeats),
        "workers": partial(bench_builds.workers, n_files=s.n_worker_files, rounds=s.rounds),
        "changes": partial(bench_builds.changes, n_few=s.n_few, n_files=s.n_files, rounds=s.rounds),
        "cluster": partial(bench_builds.cluster, n_files=s.n_worker_files, rounds=s.rounds),
        "profile": partial(bench_builds.profile, n_files=s.n_few),
        "indicators": partial(national, n_reports=s.n_reports, rounds=s.rounds, names=s.notebooks),
    }


@click.command(help=__doc__)
@click.option("--quick", is_flag=True, help="Small sizes, which show that all works and no more.")
@click.option(
    "--only", default="", help="Sections to measure, with commas between; all by default."
)
@click.option("--out", default=str(ROOT / "reports"), help="Where the results go.")
@click.option("--tmp", default=None, help="Where large inputs are made, outside the repository.")
def main(quick: bool, only: str, out: str, tmp: str | None) -> None:
    """Measure, show, write, and say what is not kept."""
    wanted = sections(QUICK if quick else FULL)
    chosen = only.split(",") if only else list(wanted)
    lines: list[Line] = []
    started = time.perf_counter()
    facts: dict[str, object] = {"machine": machine(), "load before": load(), "quick": quick}
    with TemporaryDirectory(prefix="gongkai_SYNTHETIC_", dir=tmp) as folder:
        for name in chosen:
            click.echo(f"{name} …", err=True)
            for measured in wanted[name](Path(folder)):
                each = not_judged(measured) if quick else measured
                click.echo("  ".join(each.told), err=True)
                lines.append(each)
    facts |= {"load after": load(), "minutes": round((time.perf_counter() - started) / 60, 1)}
    write(lines, facts, Path(out))
    print(table_of(lines))
    for each in lines:
        if each.kept is False:
            print(f"not kept: {' '.join(each.told[:4])}")


def machine() -> str:
    """The machine, as far as the system tells."""
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


def load() -> str:
    """How many processes wanted to run lately: over the number of cores, walls tell little."""
    return ", ".join(f"{average:.1f}" for average in os.getloadavg())


if __name__ == "__main__":
    main()
