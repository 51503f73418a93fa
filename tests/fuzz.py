"""Reads damaged documents: python tests/fuzz.py [--n N] [--readers "html docx"].

Each reader gets N mutants of typeset and of published documents. Reading must give a Report for
every one: no exception, no hang, no crash, and no more memory than the bound. What goes wrong is
kept under reports/fuzz/, and the exit code is 1.
"""

import io
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

import click
import pypdfium2

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "src")]

from mutate import mutant  # noqa: E402
from typesetter import typeset  # noqa: E402

from analysis.documents.report import Report, read_bytes  # noqa: E402

ROOT = Path(__file__).parents[1]
READERS = {
    "html": ("html",),
    "docx": ("docx",),
    "xlsx": ("xlsx",),
    "xls": ("xls",),
    "doc": (),
    "text": ("tab", "pipe", "lines", "csv"),
    "mht": ("mht",),
    "zip": ("zip",),
    "pdf": ("pdf",),
    "scan": ("scan",),
    "picture": (),
}
SUFFIXES = {
    "html": (".html", ".htm"),
    "text": (".txt", ".md", ".csv"),
    **{name: (f".{name}",) for name in ("docx", "xlsx", "xls", "pdf", "mht", "zip", "doc", "rtf")},
}
SECONDS = 10  # of computing for a mutant, and so many more for each MiB of it
SECONDS_TO_RECOGNISE = 50  # more: noise may look like hundreds of lines, each read by itself
SECONDS_A_MEBIBYTE = 3
PATIENCE = 4  # times as long by the clock, since other work may go on
SECONDS_TO_START = 120
MEBIBYTES = 1024
PICTURES = ("PNG", "JPEG", "TIFF", "BMP", "PDF")
DPI = 130
RECOGNISED = ("scan", "picture")
SLOW = {"scan": 200}  # one mutant for so many of the others
SAMPLES = 12


@dataclass
class Outcome:
    """What the mutants of one reader came to; trouble names the mutants by number.

    `caught` has for each reason the mutants of which a library raised what no reader expects.
    """

    reader: str
    n: int = 0
    trouble: dict[int, str] = field(default_factory=dict)
    caught: dict[str, list[int]] = field(default_factory=dict)
    slowest: tuple[float, int] = (0.0, 0)
    peak: int = 0


@click.command(help=__doc__)
@click.option("--n", default=20000, help="Mutants a reader.")
@click.option("--readers", default=" ".join(READERS), help="Readers to try.")
@click.option("--corpus", default=str(ROOT / "../shared/corpus"), help="Published documents.")
@click.option("--out", default=str(ROOT / "reports/fuzz"), help="Where offending bytes are kept.")
def main(n: int, readers: str, corpus: str, out: str) -> None:
    """Try all readers, two at a time, and print what they came to."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        jobs = [(name, max(1, n // SLOW.get(name, 1)), corpus) for name in readers.split()]
        outcomes = list(threads.map(lambda job: fuzz(*job), jobs))
    for outcome in outcomes:
        print(told(outcome))
        keep(outcome, corpus, Path(out))
    raise SystemExit(int(any(outcome.trouble for outcome in outcomes)))


def told(outcome: Outcome) -> str:
    """Say in words what a reader's mutants came to."""
    kinds = Counter(kind.split(":")[0] for kind in outcome.trouble.values())
    found = ", ".join(f"{count} {kind}" for kind, count in kinds.items()) or "none unhandled"
    most = sorted(outcome.caught.items(), key=lambda one: -len(one[1]))[:5]
    caught = "; ".join(f"{len(some)} x {why} (number {some[0]})" for why, some in most)
    seconds, number = outcome.slowest
    facts = f"slowest {seconds:.1f} s (number {number}), at most {outcome.peak} MiB more"
    return f"{outcome.reader}: {outcome.n} mutants, {found}; {facts}; caught: {caught or 'nothing'}"


def keep(outcome: Outcome, corpus: str, folder: Path) -> None:
    """Keep the mutants that made trouble, each with what went wrong."""
    for number, trouble in list(outcome.trouble.items())[:50]:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{outcome.reader}-{number}"
        path.with_suffix(".bin").write_bytes(make(outcome.reader, number, corpus))
        path.with_suffix(".txt").write_text(trouble + "\n", encoding="utf-8")


# ---- mutants ----


@cache
def originals(reader: str, corpus: str) -> tuple[bytes, ...]:
    """Give the documents that mutants of a reader are made from."""
    formats = READERS.get(reader, ())
    found = [typeset(seed, fmt).data for fmt in formats for seed in range(SAMPLES)]
    found += map(picture, range(SAMPLES)) if reader == "picture" else []
    paths = sorted((ROOT / "tests/data").iterdir())
    paths += sorted(Path(corpus).glob("real/*")) if corpus else []
    found += [p.read_bytes() for p in paths if p.suffix in SUFFIXES.get(reader, ())]
    if not found:
        raise ValueError(f"no documents to damage for {reader!r}")
    return tuple(found)


def picture(seed: int) -> bytes:
    """Scan a part of a page that holds a few cells, so that thousands of mutants can be read."""
    with pypdfium2.PdfDocument(typeset(seed, "pdf").data) as document:
        page = document[0].render(scale=DPI / 72).to_pil().convert("L")
    width, height = page.size
    part, data = page.crop((0, height // 3, width * 2 // 3, height // 3 + 120)), io.BytesIO()
    part.save(data, PICTURES[seed % len(PICTURES)], dpi=(DPI, DPI), resolution=DPI)
    return data.getvalue()


def make(reader: str, number: int, corpus: str) -> bytes:
    """Make a mutant; the same number always gives the same bytes."""
    rng = Random(f"{reader} {number}")
    documents = originals(reader, corpus)
    return mutant(rng, rng.choice(documents), rng.choice(documents))


# ---- reading them in a process of their own ----


def fuzz(reader: str, n: int, corpus: str = "") -> Outcome:
    """Read a reader's mutants, in a fresh process after each one that made trouble."""
    outcome = Outcome(reader)
    while outcome.n < n:
        watch(outcome, n, corpus)
    return outcome


def watch(outcome: Outcome, n: int, corpus: str) -> None:
    """Follow a process through the mutants until it ends or one of them makes trouble."""
    context = get_context("spawn")
    here, there = context.Pipe(duplex=False)
    job = (there, outcome.reader, outcome.n, n, corpus)
    process = context.Process(target=read_mutants, args=job, daemon=True)
    process.start()
    there.close()
    try:
        while outcome.n < n and note(outcome, here):
            pass
    finally:
        process.kill()
        process.join()
        here.close()


def note(outcome: Outcome, pipe: Connection) -> bool:
    """Note what came of the next mutant; False where its process can't go on."""
    number, outcome.n = outcome.n, outcome.n + 1
    try:
        if not pipe.poll(SECONDS_TO_START):
            raise EOFError
        limit = SECONDS + SECONDS_A_MEBIBYTE * pipe.recv() / 2**20
        limit += SECONDS_TO_RECOGNISE if outcome.reader in RECOGNISED else 0
        if not pipe.poll(limit * PATIENCE):
            outcome.trouble[number] = f"hang: over {limit:.0f} s"
            return False
        seconds, mebibytes, caught, trouble = pipe.recv()
    except EOFError:
        outcome.trouble[number] = "crash: the process died"
        return False
    outcome.slowest = max(outcome.slowest, (seconds, number))
    outcome.peak = max(outcome.peak, mebibytes)
    if caught:
        outcome.caught.setdefault(caught, []).append(number)
    if seconds > limit:
        trouble = trouble or f"hang: {seconds:.0f} s"
    if mebibytes > MEBIBYTES:
        trouble = trouble or f"memory: {mebibytes} MiB more"
    if trouble:
        outcome.trouble[number] = trouble
    return not trouble


def read_mutants(pipe: Connection, reader: str, start: int, end: int, corpus: str) -> None:
    """Read mutants one after another and tell of each what `read_one` gives."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # a dying library prints at length
    os.environ["PATH"] = ""  # office programs guard themselves, and are slow to start
    limit = 4 * MEBIBYTES * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    documents = originals(reader, corpus)
    read_bytes(documents[0])
    before = peak()
    for number in range(start, end):
        data = make(reader, number, corpus)
        pipe.send(len(data))
        pipe.send(read_one(data, before))


def read_one(data: bytes, before: int) -> tuple[float, int, str, str]:
    """Read one mutant; give seconds, more memory than before in MiB, what was caught, trouble."""
    begin = time.process_time()
    trouble, caught = "", ""
    try:
        report = read_bytes(data)
        caught = next(generic(report), "")
        if not isinstance(report, Report) or not (report.cells or report.findings):
            trouble = "silence: neither cells nor findings"
    except BaseException as error:
        trouble = f"exception: {type(error).__name__}: {error}"
    return time.process_time() - begin, peak() - before, caught, trouble


def generic(report: Report) -> Iterator[str]:
    """Give what a library raised that only the last resort caught."""
    for finding in report.findings:
        if finding.check == "unreadable":
            yield finding.message.partition("(")[2].partition(")")[0][:60]


def peak() -> int:
    """Give the most memory this process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
