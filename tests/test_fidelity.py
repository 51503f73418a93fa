"""The round trip: what the typesetter prints is read as it stands, or it is flagged."""

import os

import pytest
from helpers import Comparison, compare
from measure import Tally, measure_many, tally
from typesetter import FORMATS, typeset

from analysis.dataset.processes import processes
from analysis.documents.report import read_bytes

SEEDS = range(250)
# A few hundred documents say less than the thousands of `make fidelity`, which keeps the limits.
LEAST_RIGHT, MOST_ALARMS = 0.99, 0.02


@pytest.fixture(scope="module")
def tallies() -> dict[str, Tally]:
    """What reading came to, by format; the slowest formats, which stand last, are begun first."""
    formats = FORMATS[::-1]
    with processes(os.cpu_count() or 1) as pool:
        return dict(zip(formats, pool.map(read_all, formats), strict=True))


def read_all(fmt: str) -> Tally:
    """Read every document of a format once."""
    return tally(measure_many(fmt, list(SEEDS)))


formats = pytest.mark.parametrize("fmt", FORMATS)
formats_with_cells = pytest.mark.parametrize("fmt", [fmt for fmt in FORMATS if fmt != "running"])


@formats
def test_what_is_printed_is_read_right_or_flagged(fmt, tallies):
    found = tallies[fmt]
    assert not found.dishonest, f"wrong, invented or slipped in silence: {found.dishonest}"
    assert found.n_slips_found == found.n_slips > 0
    assert found.right >= LEAST_RIGHT, f"only {found.right:.2%} of the cells are right"
    assert found.alarm <= MOST_ALARMS, f"false alarms in {found.alarmed}"


@formats_with_cells
def test_a_truth_that_is_off_by_one_in_a_single_cell_is_noticed(fmt):
    document = typeset(3, fmt, hazards=(), slip=False)
    report = read_bytes(document.data)
    assert compare(report, document.truth) == Comparison(right=set(document.truth))
    for key, (state, value, raw) in document.truth.items():
        wrong = document.truth | {key: (state, (value or 0.0) + 1, raw)}
        assert compare(report, wrong).silent == {key}


@formats_with_cells
def test_a_cell_that_the_truth_does_not_have_is_noticed(fmt):
    document = typeset(3, fmt, hazards=(), slip=False)
    report = read_bytes(document.data)
    for key in list(document.truth)[::20]:
        without = {other: printed for other, printed in document.truth.items() if other != key}
        assert compare(report, without).extra == {key}
