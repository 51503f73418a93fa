"""Recognition of scans: drawn pages are read as they print, or flagged. Needs `make ocr`."""

import io
from pathlib import Path

import numpy as np
import pytest
from helpers import (
    DISCLOSURE,
    DISPUTES,
    REQUESTS,
    Table,
    checks,
    figures,
    is_flagged,
    read,
    sample_truth,
    with_row,
    wrong_in_silence,
)
from PIL import Image, ImageDraw, ImageFont

from analysis.documents.readers.scan.ocr import Read
from analysis.documents.readers.scan.page import _agreed
from analysis.documents.readers.scan.picture import straighten

FONT = Path(__file__).parents[1] / "src/analysis/reference/fonts/NotoSansSC-gongkai.ttf"
DPI = 170
WIDTH, EDGE = 1500, 60
ROW, LABEL, FIGURE = 32, 600, 104
MADE = ("disclosure", "regulations", "made")


def drawn(*tables: Table) -> Image.Image:
    """Draw tables on a page; neighbouring cells of a row with one label are one merged cell."""
    height = 2 * EDGE + sum(len(table) * ROW + EDGE for table in tables)
    page, top = Image.new("L", (WIDTH, height), "white"), EDGE
    for table in tables:
        across = lines(table)
        for row in table:
            draw_row(page, row, across, top)
            top += ROW
        top += EDGE
    return page


def draw_row(page: Image.Image, row: list[str], across: list[int], top: int) -> None:
    """Draw a row of cells, the last one as wide as the rest of the table."""
    pen, font = ImageDraw.Draw(page), ImageFont.truetype(str(FONT), 16)
    starts = [n for n, text in enumerate(row) if not n or text != row[n - 1] or text < "一"]
    for n, after in zip(starts, [*starts[1:], None], strict=True):
        right = across[-1] if after is None else across[after]
        pen.rectangle((across[n], top, right, top + ROW), outline="black", width=2)
        pen.text((across[n] + 9, top + ROW // 2), row[n], fill="black", font=font, anchor="lm")


def lines(table: Table) -> list[int]:
    """Give where the columns of a table begin and end; a table of few columns has labels."""
    width = max(map(len, table))
    first, each = (90, 90) if width > 10 else (LABEL, FIGURE if width > 5 else 180)
    return [EDGE + (first + each * (n - 1) if n else 0) for n in range(width + 1)]


def scanned(*pages: Image.Image, fmt: str = "PNG", dpi: int = DPI) -> bytes:
    """Give the bytes of pages as a picture."""
    out = io.BytesIO()
    more = {"save_all": True, "append_images": pages[1:]} if fmt == "TIFF" else {}
    pages[0].save(out, fmt, dpi=(dpi, dpi), **more)
    return out.getvalue()


def skewed(page: Image.Image, degrees: float) -> Image.Image:
    """Lay a page on the scanner a little askew."""
    return page.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor="white")


def test_a_scan_is_read_in_full_and_its_sums_confirm_it():
    report = read(scanned(skewed(drawn(DISCLOSURE, REQUESTS, DISPUTES), 1.3)))
    assert figures(report) == sample_truth()
    assert not checks(report)
    assert report.facts["format"] == "scan"
    assert report.facts["verified"]
    assert {cell.cell[:2] for cell in report.cells} == {"p1"}
    assert report.records["confidence"].between(0, 1).all()


def test_a_page_that_lies_on_its_side_or_its_head_is_turned():
    upright = figures(read(scanned(drawn(DISCLOSURE))))
    assert upright[MADE] == 1
    for degrees in (90, 180):
        page = drawn(DISCLOSURE).rotate(degrees, expand=True)
        assert figures(read(scanned(page))) == upright


def test_a_table_goes_on_over_pages():
    pages = [drawn(REQUESTS[:20]), drawn(REQUESTS[20:])]
    found = figures(read(scanned(*pages, fmt="TIFF")))
    assert found == {key: value for key, value in sample_truth().items() if key[0] == "requests"}


def test_a_wrong_figure_in_a_scan_breaks_its_sums():
    wrong = with_row(REQUESTS, "2.重复申请", "2.重复申请", *"1002002")
    report = read(scanned(drawn(wrong)))
    assert is_flagged(report, ("requests", "unprocessed_duplicate", "public_interest"))


def test_ink_that_can_not_be_read_is_never_blank():
    page = drawn(with_row(DISCLOSURE, "规章", "规章", "", "2", "13"))
    x, y = lines(DISCLOSURE)[1] + 60, EDGE + ROW + ROW // 2
    for offset in range(-9, 10, 3):
        ImageDraw.Draw(page).arc((x + offset, y - 9, x + offset + 14, y + 9), 20, 300, "black", 2)
    report = read(scanned(page))
    assert is_flagged(report, MADE)
    assert not wrong_in_silence(report, {MADE: -1.0}).get(MADE)


def test_faint_print_is_never_blank():
    page = drawn(with_row(DISCLOSURE, "规章", "规章", "", "2", "13"))
    place = (lines(DISCLOSURE)[1] + 60, EDGE + ROW + ROW // 2)
    font = ImageFont.truetype(str(FONT), 16)
    ImageDraw.Draw(page).text(place, "7", fill=215, font=font, anchor="lm")
    report = read(scanned(page))
    assert figures(report).get(MADE) == 7 or is_flagged(report, MADE)


@pytest.mark.parametrize(("text", "state"), [("", "blank"), ("—", "mark"), ("无", "mark")])
def test_blanks_and_marks_of_a_scan_are_told_apart(text, state):
    page = drawn(with_row(DISCLOSURE, "规章", "规章", text, "2", "13"))
    cells = {(c.table, c.row, c.column): c for c in read(scanned(page)).cells}
    assert cells[MADE].state == state


def test_a_slanting_stroke_is_a_mark_or_it_is_flagged():
    report = read(scanned(drawn(with_row(DISCLOSURE, "规章", "规章", "/", "2", "13"))))
    cells = {(c.table, c.row, c.column): c for c in report.cells}
    assert cells[MADE].state == "mark" or is_flagged(report, MADE)


def test_a_table_without_rules_is_not_guessed():
    page = Image.new("L", (WIDTH, 500), "white")
    font = ImageFont.truetype(str(FONT), 16)
    for n, (label, *cells) in enumerate(DISCLOSURE):
        row = label.ljust(12, "\u3000") + "    ".join(cells)
        ImageDraw.Draw(page).text((EDGE, EDGE + ROW * n), row, fill="black", font=font)
    assert checks(read(scanned(page))) == {"scan_without_rules"}


@pytest.mark.parametrize("beyond", [1, 4, 7, 9])
def test_a_figure_that_a_rule_cuts_is_flagged(beyond):
    page = drawn(with_row(DISCLOSURE, "规章", "规章", "", "2", "13"))
    place = (lines(DISCLOSURE)[2] + beyond, EDGE + ROW + ROW // 2)
    font = ImageFont.truetype(str(FONT), 16)
    ImageDraw.Draw(page).text(place, "1375", fill=0, font=font, anchor="rm")
    assert is_flagged(read(scanned(page)), MADE)


def test_figures_in_print_of_few_pixels_are_flagged():
    page = drawn(DISCLOSURE)
    size = (round(page.width * 0.45), round(page.height * 0.45))
    report = read(scanned(page.resize(size, Image.Resampling.BOX), dpi=round(DPI * 0.45)))
    found = figures(report)
    assert len(found) > 5
    assert all(is_flagged(report, key) for key in found)


@pytest.mark.parametrize(
    ("text", "least", "sure"),
    [("1,234", 0.99, 0.0), ("1.234", 0.999, 0.999), ("12.34", 0.99, 0.99), ("1,234.5", 0.99, 0.99)],
)
def test_a_comma_that_may_be_a_point_must_be_read_very_surely(text, least, sure):
    assert _agreed(Read(text, least, least), Read(text, 1.0, 1.0), len(text)).least == sure


def test_a_point_that_ink_shows_is_not_lost():
    assert _agreed(Read("352", 0.99, 0.99), Read("352", 0.99, 0.99), 4).least == 0


def test_of_two_readings_the_figure_is_left_to_its_sums():
    assert _agreed(Read("Q", 0.6, 0.6), Read("0", 0.5, 0.5), 1) == Read("0", 0.0, 0.5)


def test_units_in_a_column_of_their_own_hide_no_figure():
    rows = [[label, "件" if n else "单位", *cells] for n, (label, *cells) in enumerate(REQUESTS)]
    found = figures(read(scanned(drawn(rows))))
    assert found == {key: value for key, value in sample_truth().items() if key[0] == "requests"}


def test_dots_of_a_rule_are_no_specks():
    page = np.full((400, 300), 255, np.uint8)
    page[100, 20:280:4] = page[20:280:4, 60] = page[200, 150] = 0
    ink = straighten(page, dpi=280).ink
    assert ink[100, 20:280].any() and ink[20:280, 60].any()
    assert not ink[190:210, 140:160].any()
