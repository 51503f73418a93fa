"""Damaged documents of every format become reports with issues: none raises or never ends."""

import random
import sys
from pathlib import Path

import pytest
from helpers import SAMPLE, docx, html, read, saved, text, workbook, zipped
from test_saved_pages import FLAT, TABLES, WORD_2003, mhtml
from test_workbooks import SPREADSHEET, odd_workbook
from typesetter import typeset

from analysis.documents.readers import office
from analysis.documents.report import read_bytes

DATA = Path(__file__).with_name("data")
PAGE = html(*SAMPLE, head="<style>.a .hide{display:none}</style>")
DOCUMENTS = {
    "docx": docx(*SAMPLE),
    "xlsx": saved(odd_workbook()),
    "doc": (DATA / "form_2021_plain.doc").read_bytes(),
    "xls": (DATA / "odd_cells.xls").read_bytes(),
    "html": PAGE,
    "mhtml": mhtml(PAGE, PAGE, encoding="quoted-printable"),
    "text": text(*SAMPLE).encode(),
    "zip": zipped({"a.zip": zipped({"b.html": PAGE}), "c.xlsx": workbook(*SAMPLE)}),
    "flat": FLAT.format(TABLES).encode(),
    "word 2003": WORD_2003.format(TABLES).encode(),
    "excel 2003": SPREADSHEET.encode(),
}


def damaged(data: bytes, rng: random.Random) -> bytes:
    """The data cut off, with a piece lost, with a piece repeated, or with wrong bytes."""
    at, length = rng.randrange(len(data)), rng.randrange(1, 1000)
    kind = rng.randrange(6)
    if kind == 0:
        return data[:at]
    if kind == 1:
        return data[:at] + data[at + length :]
    if kind == 2:
        return data[:at] + data[at : at + length] * rng.choice((2, 50)) + data[at + length :]
    wrong = bytearray(data)
    for _ in range(rng.choice((1, 5, 50))):
        wrong[rng.randrange(len(wrong))] = rng.choice((0, 255, rng.randrange(256)))
    return bytes(wrong)


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_damaged_document_is_a_report_whatever_it_says(kind, monkeypatch):
    monkeypatch.setattr(office, "to_docx", lambda data, suffix: None)
    for seed in range(10 if kind == "doc" else 40):
        report = read(damaged(DOCUMENTS[kind], random.Random(seed)))
        assert report.cells or report.findings, f"nothing told of seed {seed}"


def calls_to_read(*lines):
    """Python functions that are called while a text is read."""
    count = 0

    def note(_, event, __):
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    try:
        read_bytes("\n".join(lines).encode())
    finally:
        sys.setprofile(None)
    return count


def test_rows_that_stand_many_times_take_as_many_times_as_long():
    """A damaged document may repeat a piece of itself thousands of times."""
    lines = typeset(3, "csv").data.decode().split("\n")
    end = len(lines) - 18
    rows = lines[end - 7 : end]
    few, many = (calls_to_read(*lines[:end], *rows * times, *lines[end:]) for times in (200, 400))
    assert many < 2.3 * few
