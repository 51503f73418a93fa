"""The round trip of the lists of forms before 2019: read as they stand, or flagged."""

import os

import pytest
from helpers import compare
from test_fidelity import Measured, add
from typesetter import FORMATS
from typesetter_lists import FORMS, typeset_list

from analysis.dataset.processes import processes
from analysis.documents.report import read_bytes

SEEDS = range(100)


@pytest.fixture(scope="module")
def measured() -> dict[str, Measured]:
    """What reading came to, by format."""
    formats = FORMATS[::-1]
    with processes(os.cpu_count() or 1) as pool:
        return dict(zip(formats, pool.map(measure, formats), strict=True))


def measure(fmt: str) -> Measured:
    """Read every list of one format once and count what its tests ask for."""
    measured = Measured()
    for form in FORMS:
        for seed in SEEDS:
            document = typeset_list(seed, fmt, form)
            report = read_bytes(document.data)
            add(measured, seed, document, report, compare(report, document.truth))
    return measured


@pytest.mark.parametrize("fmt", FORMATS)
def test_what_a_list_prints_is_read_right_or_flagged(fmt, measured):
    found = measured[fmt]
    assert not found.silent, f"silently wrong cells in seeds {found.silent}"
    assert not found.invented, f"figures nobody printed in seeds {found.invented}"
    assert not found.missed_slips, f"slips not flagged in seeds {found.missed_slips}"
    share = found.n_right / found.n_cells
    assert share >= 0.995, f"only {share:.2%} of the cells that can be told are right"
    alarms = found.false_alarms
    assert len(alarms) <= 0.005 * found.n_clean, f"false alarms in clean seeds {alarms}"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("fmt", FORMATS)
def test_a_list_without_hazards_is_verified_and_says_its_form(fmt, form):
    document = typeset_list(1, fmt, form, hazards=(), slip=False)
    report = read_bytes(document.data)
    assert compare(report, document.truth).right == document.truth.keys()
    assert report.facts["verified"] and report.facts["forms"] == form
