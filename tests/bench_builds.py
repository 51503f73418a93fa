"""Times builds: by one worker and two, after changes, in memory, on a cluster, and where it goes.

Run as a program: python bench_builds.py RAW OUT WORKERS [SCHEDULER], one build in a process of its
own whose memory and processor's time are then that build's own; it tells them as JSON.
"""

import hashlib
import json
import os
import resource
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "src")]

from bench_lines import Line, line, own_peak  # noqa: E402
from stores import SOURCE, Here  # noqa: E402
from synthetic import synthetic_folder, synthetic_page  # noqa: E402

from analysis import build  # noqa: E402
from analysis.dataset.processes import processes  # noqa: E402
from analysis.documents.report import read_bytes  # noqa: E402

MIB, GIB = 2**20, 2**30


@dataclass(frozen=True)
class Took:
    """What a build took: seconds of the call, and of the whole command with imports; peak bytes.

    CPU time is that of the process and of those that it ended; `parent` is its own share. That of
    the largest worker is at least what the parent had when it began that worker.
    """

    wall: float
    cpu: float
    parent: float
    command: float
    parent_peak: int
    worker_peak: int
    read: int


def main(raw: str, out: str, workers: str, scheduler: str | None = None) -> None:
    """Build, and tell what it took."""
    before, start = os.times(), time.perf_counter()
    summary = build(raw, out, int(workers), scheduler, progress=False)
    wall, after = time.perf_counter() - start, os.times()
    spent = [b - a for a, b in zip(before[:4], after[:4], strict=True)]
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    took = (wall, sum(spent), spent[0] + spent[1], 0.0, own_peak(), largest, summary.read)
    print(json.dumps(took))


def built(raw: Path, out: Path, workers: int = 2, scheduler: str | None = None) -> Took:
    """Build in a process of its own."""
    arguments = [str(raw), str(out), str(workers), *([scheduler] if scheduler else [])]
    start = time.perf_counter()
    told = subprocess.run(
        [sys.executable, __file__, *arguments], stdout=subprocess.PIPE, text=True, check=True
    )
    command = time.perf_counter() - start
    wall, cpu, parent, _, *rest = json.loads(told.stdout)
    return Took(wall, cpu, parent, command, *rest)


def ideal_wall(took: Took) -> float:
    """Seconds of a build on two cores of its own: the parent's time and half of the workers'."""
    return took.parent + (took.cpu - took.parent) / 2


def median(values: Iterable[float]) -> float:
    """The median of some figures."""
    return statistics.median(list(values))


# ---- one worker and two ----


def workers(folder: Path, n_files: int, rounds: int) -> Iterator[Line]:
    """Lines on two workers against one, beside what two plain processes gain at that moment."""
    raw = synthetic_folder(folder / "workers", n_files)
    ones, twos, gains = [], [], []
    for turn in range(rounds):
        ones.append(built(raw, folder / f"one{turn}", 1))
        twos.append(built(raw, folder / f"two{turn}", 2))
        gains.append(gain_of_two(n_files // 8))
    ratio = median(one.wall / two.wall for one, two in zip(ones, twos, strict=True))
    note = f"{n_files} SYNTHETIC pages, median of {rounds}; the call of build"
    yield line("workers", "two / one (wall)", ratio, "two workers / one (wall)", note=note)
    gain = median(gains)
    yield line(
        "workers", "two plain processes / one", gain, note="what this machine gave just then"
    )
    yield line("workers", "share of that gain", ratio / gain)
    ideal = median(one.cpu / ideal_wall(one) for one in ones)
    note = "by CPU times: the parent's own and half of the rest, nothing overlapping"
    yield line("workers", "two / one on two cores of their own", ideal, note=note)
    cpu = median(two.cpu / one.cpu for one, two in zip(ones, twos, strict=True))
    yield line("workers", "CPU time, two / one", cpu)


def gain_of_two(n_pages: int) -> float:
    """How many times as much two processes get done as one, of the same plain reading."""
    with processes(2) as pool:
        list(pool.map(read_pages, [8, 8]))  # so that both have begun
        start = time.perf_counter()
        list(pool.map(read_pages, [n_pages]))
        one = time.perf_counter() - start
        start = time.perf_counter()
        list(pool.map(read_pages, [n_pages, n_pages]))
        return 2 * one / (time.perf_counter() - start)


def read_pages(n_pages: int) -> None:
    """Read pages and keep nothing."""
    for n in range(n_pages):
        read_bytes(synthetic_page(n))


# ---- what changed ----


def changes(folder: Path, n_few: int, n_files: int, rounds: int) -> Iterator[Line]:
    """Lines on builds where nothing or one file changed, and on memory by number of files."""
    few = built(synthetic_folder(folder / "few", n_few), folder / "few_store")
    raw, out = synthetic_folder(folder / "many", n_files), folder / "store"
    fulls = [built(raw, out)]
    unchanged, changed = [], []
    for turn in range(rounds):
        unchanged.append(built(raw, out))
        touched = n_files // 2 + turn
        (raw / f"{touched // 1000:03}" / f"{touched:06}.html").write_bytes(
            synthetic_page(touched, 2)
        )
        changed.append(built(raw, out))
    fulls.append(built(raw, folder / "again"))
    assert {b.read for b in unchanged} == {0} and {b.read for b in changed} == {1}
    assert {b.read for b in fulls} == {n_files}
    yield from _shares(fulls, {"unchanged": unchanged, "one file changed": changed}, n_files)
    yield from _memory("", few, fulls[0], n_few, n_files)
    against = [
        built(
            synthetic_folder(folder / f"against{n}", n, agree=False), folder / f"against{n}_store"
        )
        for n in (n_few, n_files)
    ]
    yield from _memory(", no two years agree", *against, n_few, n_files)


def _shares(fulls: list[Took], again: dict[str, list[Took]], n_files: int) -> Iterator[Line]:
    """Lines on what a build after another takes, as a share of the full one."""
    whole = {k: median(getattr(b, k) for b in fulls) for k in ("wall", "cpu", "command")}
    full = f"full: {whole['wall']:.1f} s wall, {whole['cpu']:.1f} s CPU, two workers"
    yield line(
        "changes", f"full build of {n_files} SYNTHETIC files", whole["wall"], unit="s", note=full
    )
    for what, builds in again.items():
        for key, kind in (("wall", "wall"), ("cpu", "CPU")):
            took = median(getattr(b, key) for b in builds)
            share, measure = took / whole[key], f"{what} / full ({kind})"
            yield line("changes", measure, share, measure, note=f"{took:.2f} s, the call of build")
        took, apart = median(b.wall for b in builds), median(map(ideal_wall, fulls))
        note = f"of {apart:.1f} s by CPU times; the wall above is what a busy machine made of it"
        yield line(
            "changes", f"{what} (wall) / full on two cores of its own", took / apart, note=note
        )
        took = median(b.command for b in builds)
        note = f"{took:.2f} s, of which Python and its libraries are started"
        share = took / whole["command"]
        yield line("changes", f"{what} / full (wall of the whole program)", share, note=note)


def _memory(how: str, few: Took, many: Took, n_few: int, n_files: int) -> Iterator[Line]:
    """Lines on peak memory at few and many files that are somehow."""
    note = f"{few.parent_peak / MIB:.0f} and {many.parent_peak / MIB:.0f} MiB"
    ratio, measure = many.parent_peak / few.parent_peak, "parent's memory at most files / fewest"
    yield line("memory", f"parent at {n_files} files / {n_few}{how}", ratio, measure, note=note)
    for took, n in ((few, n_few), (many, n_files)):
        peak = took.worker_peak / GIB
        yield line("memory", f"largest worker at {n} files{how}", peak, "largest worker", "GiB")


# ---- a cluster ----


def cluster(folder: Path, n_files: int, rounds: int) -> Iterator[Line]:
    """Lines on a Dask cluster of two workers against two processes; the stores must be equal."""
    from distributed import LocalCluster

    raw = synthetic_folder(folder / "cluster", n_files)
    local, dask = [], []
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as two:
        built(raw, folder / "first", 2, two.scheduler_address)  # so that workers have begun
        for turn in range(rounds):
            local.append(built(raw, folder / f"local{turn}"))
            dask.append(built(raw, folder / f"dask{turn}", 2, two.scheduler_address))
    made = [digests(folder / f"{name}0" / "records") for name in ("local", "dask")]
    assert made[0] == made[1] and made[0], "Dask's records are others"
    ratio = median(a.wall / b.wall for a, b in zip(local, dask, strict=True))
    note = f"{n_files} SYNTHETIC pages; records equal byte for byte"
    yield line(
        "cluster", "Dask / two workers (speed)", ratio, "Dask / two workers (speed)", note=note
    )


def digests(table: Path) -> dict[str, str]:
    """Give the digests of a table's files, without what is random in their names."""
    return {
        f"{path.parent.name}/{path.name[:11]}": hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(table.rglob("*.parquet"))
    }


# ---- where the time goes ----


def profile(folder: Path, n_files: int) -> Iterator[Line]:
    """Lines on the share of each module in a build's CPU time, by samples taken in one process."""
    raw = synthetic_folder(folder / "profile", n_files)
    counts = sampled(lambda: build(raw, folder / "profiled", 1, Here(), progress=False))
    note = f"of {sum(counts.values())} samples of a build of {n_files} SYNTHETIC pages"
    wings: Counter[str] = Counter()
    for module, n in counts.items():
        wings[_wing(module)] += n
    for name, n in [*wings.most_common(), *counts.most_common(20)]:
        yield line(
            "profile", name, n / sum(counts.values()), note=note if name in wings else "module"
        )


def sampled(work: Callable[[], object]) -> Counter[str]:
    """Samples by the module of this package that was at work, called libraries counted in."""
    counts: Counter[str] = Counter()

    def note(_: int, frame: FrameType | None) -> None:
        counts[_module_of(frame)] += 1

    before = signal.signal(signal.SIGPROF, note)
    signal.setitimer(signal.ITIMER_PROF, 0.002, 0.002)
    try:
        work()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return counts


def _wing(module: str) -> str:
    """The part of the package that a module is of."""
    readers = "documents/readers"
    return f"all of {readers if module.startswith(readers) else module.partition('/')[0]}"


def _module_of(frame: FrameType | None) -> str:
    """The module of this package whose function runs innermost."""
    package = SOURCE / "analysis"
    while frame is not None:
        file = Path(frame.f_code.co_filename)
        if file.is_relative_to(package):
            return file.relative_to(package).with_suffix("").as_posix().removesuffix("/__init__")
        frame = frame.f_back
    return "outside the package"


if __name__ == "__main__":
    main(*sys.argv[1:])
