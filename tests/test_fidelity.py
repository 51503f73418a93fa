"""The round trip: what the typesetter prints is read as it stands, or it is flagged."""

import os
from dataclasses import dataclass, field

import pytest
from helpers import Comparison, checks, compare, is_flagged
from typesetter import FORMATS, Typeset, typeset

from analysis.dataset.processes import processes
from analysis.documents.report import Report, read_bytes

SEEDS = range(500)


@dataclass
class Measured:
    """What reading the documents of one format came to; lists hold seeds."""

    n_cells: int = 0
    n_right: int = 0
    silent: list[int] = field(default_factory=list)
    invented: list[int] = field(default_factory=list)
    missed_slips: list[int] = field(default_factory=list)
    n_clean: int = 0
    false_alarms: list[int] = field(default_factory=list)


@pytest.fixture(scope="module")
def measured() -> dict[str, Measured]:
    """What reading came to, by format; the slowest formats, which stand last, are begun first."""
    formats = FORMATS[::-1]
    with processes(os.cpu_count() or 1) as pool:
        return dict(zip(formats, pool.map(measure, formats), strict=True))


def measure(fmt: str) -> Measured:
    """Read every document of a format once and count what its tests ask for."""
    measured = Measured()
    for seed in SEEDS:
        document = typeset(seed, fmt)
        report = read_bytes(document.data)
        add(measured, seed, document, report, compare(report, document.truth))
    return measured


def add(measured: Measured, seed: int, document: Typeset, report: Report, found: Comparison):
    tellable = set() if document.unclear else document.truth.keys() - document.lost
    measured.n_cells += len(tellable)
    measured.n_right += len(found.right & tellable)
    measured.silent += [seed] * bool(found.silent)
    measured.invented += [seed] * bool(found.extra)
    if document.slips:
        measured.missed_slips += [seed] * (not all(is_flagged(report, k) for k in document.slips))
    elif not document.lost and not document.unclear:
        measured.n_clean += 1
        measured.false_alarms += [seed] * bool(checks(report))


formats = pytest.mark.parametrize("fmt", FORMATS)


@formats
def test_what_is_printed_is_read_right_or_flagged(fmt, measured):
    found = measured[fmt]
    assert not found.silent, f"silently wrong cells in seeds {found.silent}"
    assert not found.invented, f"figures nobody printed in seeds {found.invented}"
    assert not found.missed_slips, f"slips not flagged in seeds {found.missed_slips}"
    share = found.n_right / found.n_cells
    assert share >= 0.995, f"only {share:.2%} of the cells that can be told are right"
    alarms = found.false_alarms
    assert len(alarms) <= 0.005 * found.n_clean, f"false alarms in clean seeds {alarms}"


@formats
def test_a_truth_that_is_off_by_one_in_a_single_cell_is_noticed(fmt):
    document = typeset(3, fmt, hazards=(), slip=False)
    report = read_bytes(document.data)
    assert compare(report, document.truth) == Comparison(right=set(document.truth))
    for key, (state, value, raw) in document.truth.items():
        wrong = document.truth | {key: (state, (value or 0.0) + 1, raw)}
        assert compare(report, wrong).silent == {key}


@formats
def test_a_cell_that_the_truth_does_not_have_is_noticed(fmt):
    document = typeset(3, fmt, hazards=(), slip=False)
    report = read_bytes(document.data)
    for key in list(document.truth)[::20]:
        without = {other: printed for other, printed in document.truth.items() if other != key}
        assert compare(report, without).extra == {key}
