"""The round trip of the lists of forms before 2019: read as they stand, or flagged."""

import os

import pytest
from helpers import compare
from measure import LISTS, Tally, measure_many, tally
from typesetter import FORMATS
from typesetter_lists import FORMS, typeset_list

from analysis.dataset.processes import processes
from analysis.documents.report import read_bytes

SEEDS = range(150)


@pytest.fixture(scope="module")
def tallies() -> dict[str, Tally]:
    """What reading came to, by format."""
    formats = FORMATS[::-1]
    with processes(os.cpu_count() or 1) as pool:
        return dict(zip(formats, pool.map(read_all, formats), strict=True))


def read_all(fmt: str) -> Tally:
    """Read every list of one format once."""
    return tally(measure_many(fmt + LISTS, list(SEEDS)))


@pytest.mark.parametrize("fmt", FORMATS)
def test_what_a_list_prints_is_read_right_or_flagged(fmt, tallies):
    found = tallies[fmt]
    assert not found.dishonest, f"wrong, invented or slipped in silence: {found.dishonest}"
    assert found.n_slips_found == found.n_slips > 0
    assert found.right >= 0.995, f"only {found.right:.2%} of the cells that can be told are right"
    assert found.alarm <= 0.005, f"false alarms in {found.alarmed}"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("fmt", [fmt for fmt in FORMATS if fmt != "running"])  # glued: no sum parts
def test_a_list_without_hazards_is_verified_and_says_its_form(fmt, form):
    document = typeset_list(1, fmt, form, hazards=(), slip=False)
    report = read_bytes(document.data)
    assert compare(report, document.truth).right == document.truth.keys()
    assert report.facts["verified"] and report.facts["forms"] == form
