"""Digital PDF: what its rules enclose is read as it prints, on however many pages it stands."""

import io
import re
import sys
from collections.abc import Sequence

import numpy as np
import pdfplumber
import pypdfium2 as pdfium
import pytest
from helpers import compare, read
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from typesetter import Typeset, typeset

from analysis.documents.fold import plain
from analysis.documents.grid import UNREAD, Cell
from analysis.documents.readers import pdf
from analysis.documents.readers.pdf.characters import _signs
from analysis.documents.readers.pdf.geometry import Glyph
from analysis.documents.readers.pdf.glyphs import line_text
from analysis.documents.readers.pdf.wraps import ONE_OF_TWO

RULED_HAZARDS = (
    *("table_cut", "row_cut", "header_again", "page_numbers", "running_heads", "landscape"),
    *("rotated_page", "lying_page", "no_frame", "dashed_rules", "double_rules", "cell_boxes"),
    *("header_fill", "by_character", "kerned_figures", "out_of_order", "invisible_text"),
    *("crop_offset", "fake_bold", "watermark", "tiny_text", "xobject", "encrypted"),
    *("side_by_side", "vertical_label", "split_header", "page_number_row", "repeated_heading"),
)


@pytest.mark.parametrize("hazard", RULED_HAZARDS)
def test_a_ruled_table_is_read_in_full_whatever_its_pages_do(hazard: str):
    for seed in (1, 2):
        document = typeset(seed, "pdf", [hazard], slip=False)
        found = compare(read(document.data), document.truth)
        assert found.right == set(document.truth)


@pytest.mark.parametrize("hazards", [["table_cut", "row_cut", "header_again"], ["row_cut"]])
def test_a_row_cut_by_a_page_break_is_one_row_again(hazards: list[str]):
    document = typeset(5, "pdf", hazards, slip=False)
    found = compare(read(document.data), document.truth)
    assert not found.silent and not found.extra
    assert found.right == set(document.truth)


def test_a_figure_names_the_page_on_which_it_stands():
    document = typeset(1, "pdf", ["table_cut"], slip=False)
    pages = {record.cell.partition("t")[0] for record in read(document.data).cells}
    assert len(pages) > 1 and pages <= {f"p{n}" for n in range(1, 9)}


def test_a_figure_printed_as_a_picture_is_flagged_not_taken_for_a_blank():
    document = typeset(1, "pdf", ["picture_figures"], slip=False)
    found = compare(read(document.data), document.truth)
    assert found.flagged and not found.silent


def test_a_figure_across_a_rule_is_flagged_not_torn_in_two():
    for seed in range(8):
        document = typeset(seed, "pdf", ["straddling_figures"], slip=False)
        assert document.lost and not compare(read(document.data), document.truth).silent


@pytest.mark.parametrize(
    ("x", "y", "cells"),
    [
        (70, 67, ["", "", "13", ""]),
        (96, 67, ["", "", f"1{UNREAD}", f"3{UNREAD}"]),
        (146, 67, ["", "", "", f"1{UNREAD}"]),
        (70, 77, [UNREAD * 2, "", UNREAD, ""]),
    ],
    ids=["in its cell", "over a vertical rule", "over the edge", "over a horizontal rule"],
)
def test_both_cells_of_a_figure_across_a_rule_are_unread(x: int, y: int, cells: list[str]):
    (grid,) = pdf.read(drawn_table([(x, y, "13")])).grids
    assert [cell.text for row in grid.cells for cell in row if cell] == cells


def test_white_digits_over_a_rule_are_not_seen_though_they_cut_it():
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(200, 150))
    canvas.grid((50, 100, 150), (60, 80, 100))
    canvas.drawString(90, 66, "1")
    canvas.setFillGray(1)
    canvas.drawString(95, 66, "99")
    canvas.save()
    (grid,) = pdf.read(out.getvalue()).grids
    assert [cell.text for cell in grid.cells[1] if cell] == ["1", ""]


def drawn_table(
    texts: Sequence[tuple[float, float, str]],
    xs: Sequence[float] = (50, 100, 150),
    ys: Sequence[float] = (60, 80, 100),
    lines: Sequence[tuple[float, float, float, float]] = (),
    pages: int = 1,
) -> bytes:
    """Draw texts in a table with rules at some places, or with these lines."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(200, 150))
    for _ in range(pages):
        if lines:
            canvas.lines(lines)
        else:
            canvas.grid(xs, ys)
        canvas.setFont("Helvetica", 10)
        for x, y, text in texts:
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def test_a_figure_goes_on_in_the_next_line_only_where_the_first_has_no_room():
    assert narrow_cell(["1733", "1"]).text == "17331"
    assert narrow_cell(["5780.", "54"], room="5780.").text == "5780.54"
    assert narrow_cell(["173", "1"]).text == "173\n1"
    assert narrow_cell(["1733", "1"], leading=18).text == "1733\n1"
    assert narrow_cell(["1733", "1"], beside=["A", "B"]).text == "1733\n1"


def test_two_figures_one_below_the_other_may_look_the_same_and_are_not_sure():
    assert narrow_cell(["1733", "1"]).confidence == ONE_OF_TWO
    assert narrow_cell(["1733", "07"]).confidence is None
    assert narrow_cell(["12,20", "0"], room="12,20").confidence is None


def narrow_cell(
    printed: Sequence[str], room: str = "1733", leading: float = 11, beside: Sequence[str] = ("A",)
) -> Cell:
    """Read a cell that has room for a text and little more, with another beside it."""
    edge = 50 + stringWidth(room, "Helvetica", 10) + 7
    texts = [(53, 90 - n * leading, text) for n, text in enumerate(printed)]
    texts += [(edge + 3, 90 - n * leading, text) for n, text in enumerate(beside)]
    (grid,) = pdf.read(drawn_table(texts, xs=(50, edge, 150), ys=(60, 100))).grids
    cell = grid.cells[0][0]
    assert cell is not None
    return cell


def test_a_row_that_ends_before_others_has_no_blank_cells_behind_it():
    with_end = pdf.read(drawn_table([], xs=(50, 100, 150))).grids[0].cells
    assert all(cell and cell.blank for row in with_end for cell in row)
    lines = [(50, y, 150, y) for y in (40, 60, 80, 100)] + [(50, 40, 50, 100), (100, 40, 100, 100)]
    closed = drawn_table([], lines=[*lines, (150, 80, 150, 100)])
    assert [row[1] is not None for row in pdf.read(closed).grids[0].cells] == [True, False, False]
    assert all(
        cell for row in pdf.read(drawn_table([], lines=lines)).grids[0].cells for cell in row
    )


def test_a_table_goes_on_whose_next_page_has_wider_rows_too():
    ends = [(50, 20, 50, 60), (100, 20, 100, 60), (50, 60, 100, 60), (50, 40, 100, 40)]
    wider = [*ends, (50, 20, 150, 20), (100, 40, 150, 40), (150, 20, 150, 40)]
    first, second = drawn_table([], lines=[*ends, (50, 20, 100, 20)]), drawn_table([], lines=wider)
    (grid,) = pdf.read(bound([first, second])).grids
    assert [[cell is not None for cell in row] for row in grid.cells] == [
        *([[True, False]] * 3),
        [True, True],
    ]


def test_a_table_that_stands_twice_is_no_table_that_goes_on():
    rows = [(53, 83, "A"), (103, 83, "B"), (53, 63, "C"), (103, 63, "1")]
    once = drawn_table(rows)
    (twice,) = pdf.read(bound([once, once])).grids
    assert [row[0].text for row in twice.cells if row[0]] == ["A", "C", "A", "C"]
    (going_on,) = pdf.read(bound([once, drawn_table([*rows[:2], (53, 63, "D")])])).grids
    assert [row[0].text for row in going_on.cells if row[0]] == ["A", "C", "D"]


def bound(documents: Sequence[bytes]) -> bytes:
    """Bind the pages of documents in one."""
    whole = pdfium.PdfDocument.new()
    for each in documents:
        whole.import_pages(pdfium.PdfDocument(each))
    out = io.BytesIO()
    whole.save(out)
    return out.getvalue()


def test_a_second_reader_finds_the_same_figures_in_each_table():
    for seed in range(4):
        document = typeset(seed, "pdf", ["page_numbers"], slip=False)
        assert figures_of(document) == figures_by_plumber(document)


def figures_of(document: Typeset) -> list[str]:
    """Give the figures of our grids, row by row."""
    grids = pdf.read(document.data).grids
    rows = (grid.spans(r) for grid in grids for r in range(len(grid.cells)))
    return [text for row in rows for s in row if (text := plain(s.cell.text)).isdigit()]


def figures_by_plumber(document: Typeset) -> list[str]:
    """Give the figures of the tables that pdfplumber finds."""
    with pdfplumber.open(io.BytesIO(document.data)) as pages:
        tables = [table for page in pages.pages for table in page.extract_tables()]
    texts = (plain(cell or "") for table in tables for row in table for cell in row)
    return [text for text in texts if text.isdigit()]


def test_a_pdf_that_can_not_be_opened_says_why():
    whole = typeset(1, "pdf", [], slip=False).data
    assert [f.check for f in read(whole[: len(whole) // 3]).findings] == ["truncated"]
    assert [f.check for f in read(blank_pages(1, password="secret")).findings] == ["encrypted"]
    assert [f.check for f in read(blank_pages(pdf.MAX_PAGES + 1)).findings] == ["too_many_pages"]


def test_a_damaged_file_says_what_is_wrong_once():
    whole = typeset(1, "pdf", [], slip=False).data
    (finding,) = read(whole[: len(whole) // 3]).findings
    assert "damaged (Data format error);" in finding.message


def test_a_page_without_a_size_is_damage_and_the_others_are_read():
    whole = drawn_table([(70, 67, "13")], pages=2)
    assert whole.count(b"0 0 200 150") == 2
    damaged = whole.replace(b"0 0 200 150", b"0 0 000 000", 1)
    damage, *_ = read(damaged).findings
    assert damage.check == "truncated" and "page 1 has no size" in damage.message
    assert pdf.read(damaged).text().split() == ["13", "13"]


@pytest.mark.parametrize("n_lost", [1, 2])
def test_a_page_that_can_not_be_loaded_is_damage(n_lost: int):
    damaged = drawn_table([(70, 67, "13")], pages=2)
    for number in re.findall(rb"(\d+) 0 R", damaged.partition(b"/Kids [")[2])[:n_lost]:
        damaged = damaged.replace(b"\n%s 0 obj\n<<" % number, b"\n%s 0 obj\n[[" % number)
    damage = read(damaged).findings[0]
    assert damage.check == "truncated" and "page 1 can't be loaded" in damage.message
    assert n_lost == 2 or pdf.read(damaged).text().split() == ["13"]


def blank_pages(count: int, password: str = "") -> bytes:
    """Draw pages that print nothing, under a password or not."""
    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption(password) if password else None)
    for _ in range(count):
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def test_a_scanned_pdf_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "cv2", None)
    monkeypatch.delitem(sys.modules, "analysis.documents.readers.scan.page", raising=False)
    scanned = typeset(1, "scan", ["wrong_text_layer"], slip=False).data
    (finding,) = read(scanned).findings
    assert finding.check == "ocr_missing" and "make ocr" in finding.message


def test_a_smaller_digit_on_the_line_of_a_figure_is_no_part_of_it():
    large, small = ((0.0, 0.0, 6.0, 8.0, 8.0, 10.6), (6.0, 3.0, 9.5, 8.0, 8.0, 6.6))
    assert line_text([Glyph("4", *large), Glyph("1", *small)]) == "4 1"


def test_a_digit_without_width_on_another_can_not_be_read():
    wide, none = ((0.0, 0.0, 6.0, 8.0, 8.0, 10.6), (3.0, 0.0, 3.0, 8.0, 8.0, 10.6))
    assert line_text([Glyph("4", *wide), Glyph("1", *none)]) == f"4{UNREAD}1"


def test_half_a_character_is_no_sign():
    signs = _signs(np.array([0xD83D, ord("7"), 0xE012]), np.zeros(3))
    assert signs.tolist() == [UNREAD, "7", UNREAD]
