"""Measures reading against the truth: of one typeset document, and of many taken together."""

import csv
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from importlib import import_module
from pathlib import Path

from helpers import Comparison, compare, is_flagged
from typesetter import MAY_BE_FLAGGED, Key, Typeset, typeset
from typesetter_lists import FORMS, typeset_list

from analysis.documents.report import Report, read_bytes


@dataclass(frozen=True)
class Limit:
    """What reading a format must come to.

    n is how many documents a full run sets, least_right the share of cells that must be right,
    most_alarms the share of clean documents that may be flagged, most_ratio the time that reading
    may take as a multiple of the bare parse by a library (`bare`), where there is one.
    """

    n: int
    family: str
    least_right: float
    most_alarms: float
    most_ratio: float | None
    bare: str


def read_limits() -> dict[str, Limit]:
    """Read the limits that stand beside this module."""
    with Path(__file__).with_name("fidelity_formats.csv").open(encoding="utf-8") as file:
        return {
            row["format"]: Limit(
                int(row["n"]),
                row["family"],
                float(row["least_right"]),
                float(row["most_alarms"]),
                float(row["most_ratio"]) if row["most_ratio"] else None,
                row["bare"],
            )
            for row in csv.DictReader(file)
        }


LIMITS = read_limits()
LISTS = " lists"
OFFICE_FORMATS = ("doc", "rtf", "pdf_office")


@dataclass(frozen=True)
class Outcome:
    """What reading one typeset document came to.

    Cells that can't be told (`Typeset.lost`, all of an `unclear` document) count in none of
    `n_cells` and `n_right`, but a wrong figure for one without a flag is silent like any other. A
    clean document has neither a slip nor lost cells nor a table that differs from the form; an
    error in one is a false alarm.
    """

    fmt: str
    seed: int
    hazards: tuple[str, ...]
    n_cells: int
    n_right: int
    n_flagged: int
    silent: tuple[Key, ...]
    invented: tuple[Key, ...]
    slips: tuple[Key, ...]
    missed: tuple[Key, ...]
    clean: bool
    alarms: tuple[str, ...]
    seconds: float

    @property
    def alarmed(self) -> bool:
        """Whether a clean document was flagged as wrong."""
        return self.clean and bool(self.alarms)

    @property
    def dishonest(self) -> bool:
        """Whether a figure was wrong without a flag, whether read, invented, or printed wrong."""
        return bool(self.silent or self.invented or self.missed)


def measure_many(fmt: str, seeds: list[int]) -> list[Outcome]:
    """Set, read and compare many documents of a format; those an office converts all in one go.

    A format that ends in `lists` has the lists of the forms before 2019, each form in turn.
    """
    if fmt.endswith(LISTS):
        base = fmt.removesuffix(LISTS)
        documents: Iterable[Typeset] = (
            typeset_list(seed, base, tuple(FORMS)[seed % len(FORMS)]) for seed in seeds
        )
    elif fmt in OFFICE_FORMATS:
        documents = import_module("typeset_office").typeset_many(fmt, seeds)
    else:
        documents = (typeset(seed, fmt) for seed in seeds)
    pairs = zip(seeds, documents, strict=True)
    return [measure_document(seed, fmt, document) for seed, document in pairs]


def measure_document(seed: int, fmt: str, document: Typeset) -> Outcome:
    """Read a document and compare it with its truth."""
    start = time.perf_counter()
    report = read_bytes(document.data)
    seconds = time.perf_counter() - start
    return judge(seed, fmt, document, report, compare(report, document.truth), seconds)


def judge(
    seed: int, fmt: str, document: Typeset, report: Report, found: Comparison, seconds: float
) -> Outcome:
    """Count what a comparison found."""
    told = frozenset() if document.unclear else document.truth.keys()
    tellable = told - document.lost
    odd = document.slips or document.lost or document.unclear
    return Outcome(
        fmt,
        seed,
        tuple(sorted(document.hazards)),
        n_cells=len(tellable),
        n_right=len(found.right & tellable),
        n_flagged=len(found.flagged & tellable),
        silent=tuple(sorted(found.silent)),
        invented=tuple(sorted(found.extra)),
        slips=tuple(document.slips),
        missed=tuple(key for key in document.slips if not is_flagged(report, key)),
        clean=not (odd or document.hazards & MAY_BE_FLAGGED),
        alarms=tuple(sorted({f.check for f in report.findings if f.severity == "error"})),
        seconds=seconds,
    )


@dataclass
class Tally:
    """The outcomes of many documents taken together; lists name documents by format and seed."""

    n_documents: int = 0
    n_cells: int = 0
    n_right: int = 0
    n_flagged: int = 0
    n_silent: int = 0
    n_invented: int = 0
    n_slips: int = 0
    n_slips_found: int = 0
    n_clean: int = 0
    n_alarmed: int = 0
    dishonest: list[str] = field(default_factory=list)
    alarmed: list[str] = field(default_factory=list)

    @property
    def right(self) -> float:
        """Share of the cells that can be told which were read right."""
        return self.n_right / self.n_cells if self.n_cells else 1.0

    @property
    def alarm(self) -> float:
        """Share of the clean documents that were flagged as wrong."""
        return self.n_alarmed / self.n_clean if self.n_clean else 0.0

    def as_dict(self) -> dict[str, object]:
        """Give the counts and lists by name."""
        return asdict(self)


def merged(one: Tally, other: Tally) -> Tally:
    """Add up two tallies."""
    return Tally(**{name: count + getattr(other, name) for name, count in vars(one).items()})


def tally(outcomes: Iterable[Outcome]) -> Tally:
    """Take outcomes together."""
    total = Tally()
    for outcome in outcomes:
        add(total, outcome)
    return total


def add(total: Tally, outcome: Outcome) -> None:
    """Add one document to a tally."""
    counts = dict(
        n_documents=1,
        n_cells=outcome.n_cells,
        n_right=outcome.n_right,
        n_flagged=outcome.n_flagged,
        n_silent=len(outcome.silent),
        n_invented=len(outcome.invented),
        n_slips=len(outcome.slips),
        n_slips_found=len(outcome.slips) - len(outcome.missed),
        n_clean=outcome.clean,
        n_alarmed=outcome.alarmed,
    )
    for name, count in counts.items():
        setattr(total, name, getattr(total, name) + count)
    place = f"{outcome.fmt} {outcome.seed}"
    total.dishonest += [place] * outcome.dishonest
    total.alarmed += [place] * outcome.alarmed
