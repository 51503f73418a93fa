"""A damaged document never raises, hangs or eats memory: it is a Report that says what is wrong."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from fuzz import Outcome, fuzz

READERS = ("html", "docx", "xlsx", "xls", "text", "pdf", "doc")
MUTANTS = 300


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Outcome]:
    """What the mutants of each reader came to."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        return dict(
            zip(READERS, threads.map(lambda name: fuzz(name, MUTANTS), READERS), strict=True)
        )


@pytest.mark.parametrize("reader", READERS)
def test_damaged_documents_are_reports(reader, outcomes):
    assert outcomes[reader].n == MUTANTS
    assert not outcomes[reader].trouble
