"""What a build withstands: bad files, a kill, an interrupt, another build, another machine."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import psutil
import pytest
from filelock import FileLock
from helpers import DISPUTES, REQUESTS, docx, zipped
from poisons import ABORT, BOMB, FAULT, HANG, poison_reader
from stores import SOURCE, Here, built, folder, page, put, store_of, titled

from analysis import build, load
from analysis.dataset import reading, store, work
from analysis.dataset.bounds import Bounds
from analysis.dataset.processes import processes
from analysis.dataset.reading import Job
from analysis.dataset.sources import find_sources

N_FILES = 60


def many(tmp_path: Path, n_files: int = N_FILES) -> Path:
    """Give a folder of small reports, one an agency."""
    files: dict[str, bytes | str] = {
        f"{n:03}.html": page(titled(f"第{n}局"), DISPUTES) for n in range(n_files)
    }
    return folder(tmp_path, files)


def assert_whole(raw: Path) -> None:
    """See that the store has every report once, with all of its cells."""
    reports, records = load("reports", store_of(raw)), load("records", store_of(raw))
    assert sorted(reports["path"]) == sorted(path.name for path in raw.glob("*.html"))
    leading = reports[reports["superseded_by"].isna()].set_index("report_id")["n_cells"]
    counts = records.groupby("report_id", observed=True).size()
    assert counts.to_dict() == leading[leading > 0].to_dict()


def script(tmp_path: Path, raw: Path, options: str = "") -> Path:
    """Write a program that builds."""
    path = tmp_path / "script.py"
    path.write_text(
        "from analysis import build\n"
        f"build({str(raw)!r}, {str(store_of(raw))!r}, workers=2, progress=False{options})\n"
    )
    return path


def start(path: Path) -> subprocess.Popen[str]:
    """Start a program of its own, apart from this one's interrupts."""
    return subprocess.Popen(
        [sys.executable, path],
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_for(path: Path, pattern: str, process: subprocess.Popen[str]) -> None:
    """Wait until a program has written a file."""
    while process.poll() is None and not list(path.glob(pattern)):
        time.sleep(0.01)


# ---- bad files ----


def test_files_that_hang_crash_or_exhaust_memory_are_issues_and_cost_no_other(
    tmp_path: Path,
) -> None:
    raw = many(tmp_path)
    poisons = {3: HANG, 17: ABORT, 18: FAULT, 40: BOMB, 41: ABORT}
    for n, poison in poisons.items():
        put(raw, f"{n:03}.html", page(titled(f"第{n}局"), DISPUTES) + poison)
    with processes(2, poison_reader) as pool:
        summary = build(raw, store_of(raw), 2, pool, progress=False, bounds=Bounds(3, 512))
    assert (summary.read, summary.unreadable, summary.cells) == (60, 5, 55 * 15)
    assert {path: message.split(":")[0] for path, message in summary.failed.items()} == {
        f"{n:03}.html": "Could not be read" for n in poisons
    }
    assert "took longer than 3 s" in summary.failed["003.html"]
    assert "(SIGABRT)" in summary.failed["017.html"] and "(SIGSEGV)" in summary.failed["018.html"]
    assert "asked for more than 512 MiB" in summary.failed["040.html"]
    assert_whole(raw)
    assert built(raw).read == 0  # nor does the next build fall for them again


def test_a_file_larger_than_its_reader_may_take_is_an_issue(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"good.html": page()})
    with (raw / "large.html").open("wb") as file:
        file.truncate(2**30)
    bounds = Bounds(mebibytes=256)
    summary = build(raw, store_of(raw), workers=1, progress=False, bounds=bounds)
    assert "asked for more than 256 MiB" in summary.failed["large.html"]
    assert (summary.read, summary.cells) == (2, 200)
    assert built(raw).read == 0


def test_documents_made_to_burst_or_to_nest_without_end_are_issues(tmp_path: Path) -> None:
    bomb = zipped({"word/document.xml": b"<a>" + bytes(2**28)})
    nested = b"<table><tr><td>" * 20_000
    deep = docx(body="<w:tbl><w:tr><w:tc>" * 5_000)
    raw = folder(tmp_path, {"bomb.docx": bomb, "deep.docx": deep, "good.html": page()})
    put(raw, "nested.html", nested)
    summary = build(raw, store_of(raw), workers=1, progress=False)
    assert summary.failed.keys() == {"bomb.docx", "deep.docx", "nested.html"}
    assert summary.cells == 200


def test_memory_and_time_are_bounded_only_in_a_process_that_is_replaced() -> None:
    before = signal.getitimer(signal.ITIMER_REAL)
    job = Job(find_sources(SOURCE.parent / "data" / "raw")[0])
    reading.read_files([job], Bounds(seconds=1e-6, mebibytes=0))
    assert signal.getitimer(signal.ITIMER_REAL) == before


def test_batches_are_bounded_by_number_and_by_bytes(tmp_path: Path) -> None:
    raw = many(tmp_path, 40)
    put(raw, "large.html", bytes(9 * 2**20))
    jobs = [Job(source) for source in find_sources(raw)]
    sizes = [len(batch) for batch in work.batches(jobs, workers=1)]
    assert sum(sizes) == 41 and max(sizes) == 6 and sizes[-1] == 1
    assert [job for batch in work.batches(jobs, 1) for job in batch] == jobs


# ---- builds that break off ----


def test_a_killed_build_leaves_a_whole_version_and_the_next_one_completes(tmp_path: Path) -> None:
    raw = many(tmp_path)
    chance = random.Random(1)
    for round_ in range(3):
        for n in chance.sample(range(N_FILES), 45):
            tables = (REQUESTS,) if chance.random() < 0.5 else (DISPUTES, REQUESTS)
            put(raw, f"{n:03}.html", page(titled(f"第{n}局"), *tables) + b" " * round_)
        process = start(script(tmp_path, raw))
        wait_for(store_of(raw) / ".build" / "read", "*", process)
        time.sleep(chance.uniform(0, 0.6))
        workers = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.communicate()
        if store.exists(store_of(raw)):
            assert_whole(raw)
        built(raw)
        assert_whole(raw)
        _, alive = psutil.wait_procs(workers, timeout=30)
        assert not alive


def test_a_build_that_broke_off_is_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = many(tmp_path)
    stop_after(monkeypatch, 20)
    with pytest.raises(KeyboardInterrupt, match=r"stopped; .* 24 files are read and kept"):
        built(raw)
    assert not store.exists(store_of(raw))
    monkeypatch.undo()
    summary = built(raw)
    assert (summary.read, summary.resumed) == (60, 24)
    assert_whole(raw)
    assert not (store_of(raw) / ".build" / "read").exists()


def test_what_was_read_before_is_not_taken_where_it_no_longer_fits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = many(tmp_path)
    stop_after(monkeypatch, 20)
    with pytest.raises(KeyboardInterrupt):
        built(raw)
    monkeypatch.undo()
    put(raw, "000.html", page(titled("第0局"), REQUESTS))
    put(raw, "manifest.csv", "path,year\n001.html,2020\n")
    (raw / "002.html").rename(raw / "renamed.html")
    (store_of(raw) / ".build" / "read" / "0000003.arrow").write_bytes(b"cut off")
    assert built(raw).resumed == 24 - 8 - 2
    fresh = folder(tmp_path / "fresh", {p.name: p.read_bytes() for p in raw.iterdir()})
    built(fresh)
    for name in ("reports", "records", "issues"):
        pd.testing.assert_frame_equal(load(name, store_of(raw)), load(name, store_of(fresh)))


def stop_after(monkeypatch: pytest.MonkeyPatch, n_files: int) -> None:
    """Interrupt a build as soon as it has read more than some files."""
    outcomes = work._outcomes

    def stop(*arguments: object) -> object:
        n_read = 0
        for batch, outcome in outcomes(*arguments):
            yield batch, outcome
            n_read += len(batch)
            if n_read > n_files:
                raise KeyboardInterrupt

    monkeypatch.setattr(work, "_outcomes", stop)


def test_an_interrupt_ends_a_build_at_once_and_says_what_stays(tmp_path: Path) -> None:
    raw = many(tmp_path, 2000)
    process = subprocess.Popen(
        [sys.executable, "-m", "analysis", "build", "--raw", raw, "--out", store_of(raw)],
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    wait_for(store_of(raw) / ".build" / "read", "*.arrow", process)
    workers = psutil.Process(process.pid).children(recursive=True)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers too
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "the store is as it was" in told and "Traceback" not in told
    assert not psutil.wait_procs(workers, timeout=30)[1]


# ---- two builds at once ----


def test_a_build_waits_for_another_says_so_and_then_sees_what_is_there(tmp_path: Path) -> None:
    raw = many(tmp_path, 3)
    built(raw)
    with FileLock(store_of(raw) / ".build" / "lock"):
        waiting = start(script(tmp_path, raw))
        assert waiting.stderr and "another build of" in waiting.stderr.readline()
        put(raw, "later.html", page(titled("乙局"), DISPUTES))
    _, told = waiting.communicate(timeout=60)
    assert (waiting.returncode, told) == (0, "")
    assert list(store.history(store_of(raw))["version"]) == [1, 0]
    assert_whole(raw)


def test_two_builds_at_once_make_one_version(tmp_path: Path) -> None:
    raw = many(tmp_path, 40)
    path = script(tmp_path, raw)
    both = [start(path), start(path)]
    assert [process.wait(timeout=120) for process in both] == [0, 0]
    assert list(store.history(store_of(raw))["version"]) == [0]
    assert_whole(raw)


# ---- another machine ----


@pytest.fixture(scope="module")
def scheduler() -> object:
    """The address of a cluster of two workers."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        yield cluster.scheduler_address


def digests(out: Path) -> dict[str, str]:
    """Give the digests of a table's files, without what is random in their names."""
    files = sorted(out.rglob("*.parquet"))
    return {
        f"{path.parent.name}/{path.name[:11]}": hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def test_a_dask_cluster_makes_the_same_store_byte_for_byte(tmp_path: Path, scheduler: str) -> None:
    raw = many(tmp_path, 100)
    put(raw, "requests.html", page(titled("甲局", 2021), REQUESTS))
    build(raw, tmp_path / "dask", 2, scheduler, progress=False)
    build(raw, tmp_path / "local", 2, progress=False)
    build(raw, tmp_path / "here", 2, Here(), progress=False)
    for name in ("records", "issues"):
        made = [digests(tmp_path / out / name) for out in ("dask", "local", "here")]
        assert made[0] == made[1] == made[2] and len(made[0]) == 2


def test_an_address_without_a_scheduler_is_a_wrong_request(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no Dask scheduler answers at .tcp://127\.0\.0\.1:1.: "):
        build(many(tmp_path, 1), tmp_path / "out", scheduler="tcp://127.0.0.1:1", progress=False)


def test_workers_with_other_code_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "reader_version", lambda: "0123456789ab")
    with pytest.raises(ValueError, match=r"workers read by other code \(0123456789ab\)"):
        built(many(tmp_path, 1))
