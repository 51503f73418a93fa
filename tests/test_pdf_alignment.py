"""PDF tables without rules: what stands in line is read; what does not is never guessed."""

import io
from collections.abc import Iterable

import pytest
from helpers import compare, is_flagged, read
from reportlab.pdfgen.canvas import Canvas
from typeset_pages import EMBEDDED, embedded
from typesetter import typeset

from analysis.documents.grid import Grid
from analysis.documents.readers import pdf

WITHOUT_RULES = ("no_rules", "no_vertical_rules", "no_horizontal_rules")
OTHER_HAZARDS = (
    *("table_cut", "row_cut", "header_again", "page_numbers", "running_heads", "landscape"),
    *("rotated_page", "header_fill", "by_character", "out_of_order", "invisible_text"),
    *("letter_spaced", "tiny_text", "permuted_columns", "one_table", "table_per_item"),
    *("vertical_label", "split_header", "label_breaks", "label_notes", "page_number_row"),
    *("repeated_header", "repeated_heading", "spacer_columns", "empty_last_row", "blank_zeros"),
)
LABELS = (("行政处罚", "12", "3"), ("行政强制", "4", "56"))
HEADER = ("信息内容", "本年制发件数", "现行有效件数")
PLACES = (60, 200, 340)

Printed = tuple[float, float, str]


@pytest.mark.parametrize("rules", WITHOUT_RULES)
@pytest.mark.parametrize("hazard", OTHER_HAZARDS)
def test_a_table_is_read_in_full_whichever_rules_it_lacks(rules: str, hazard: str):
    for seed in (1, 2):
        document = typeset(seed, "pdf", [rules, hazard], slip=False)
        found = compare(read(document.data), document.truth)
        assert not found.silent and not found.extra
        assert found.right == set(document.truth)


@pytest.mark.parametrize("rules", WITHOUT_RULES)
def test_a_figure_that_can_not_be_told_is_flagged_not_taken_for_a_blank(rules: str):
    for hazard in ("two_figures", "merged_figures", "torn_row", "misaligned_spans", "labels_right"):
        document = typeset(3, "pdf", [rules, hazard], slip=False)
        found = compare(read(document.data), document.truth)
        assert not found.silent and not found.extra


@pytest.mark.parametrize("rules", WITHOUT_RULES)
def test_a_planted_slip_is_found_without_rules_too(rules: str):
    for seed in range(4):
        document = typeset(seed, "pdf", [rules], slip=True)
        report = read(document.data)
        assert document.slips and all(is_flagged(report, key) for key in document.slips)


def test_figures_stand_under_the_header_above_them():
    assert texts(grid_of(table())) == [HEADER, *LABELS]


def test_a_blank_stays_where_it_is_printed():
    gaps = [(x, y, text) for x, y, text in table() if text != "12"]
    assert texts(grid_of(gaps)) == [HEADER, ("行政处罚", "", "3"), LABELS[1]]


def test_a_label_of_two_lines_is_one_row_with_the_figures_beside_its_middle():
    words = [
        *row(100, *HEADER),
        *((60, 120, "行政规范性"), (60, 134, "文件")),
        *((200, 127, "7"), (340, 127, "8")),
        *row(160, *LABELS[0]),
    ]
    assert texts(grid_of(words))[1] == ("行政规范性\n文件", "7", "8")


def test_a_heading_stands_over_the_columns_around_its_middle():
    heads = [(x, 120, text) for x, text in zip((60, 160, 260, 360), "甲乙丙丁", strict=True)]
    figures = [(x, 140, text) for x, text in zip((60, 160, 260, 360), "1234", strict=True)]
    grid = grid_of([(107.5, 100, "复议"), (307.5, 100, "诉讼"), *heads, *figures])
    spans = [(s.cell.text, s.start, s.end) for s in grid.spans(0)]
    assert spans == [("复议", 0, 1), ("诉讼", 2, 3)]


def test_figures_that_reach_over_two_headers_are_one_cell_under_both():
    long = "123456789012345678"
    grid = grid_of(
        [*row(100, *HEADER), *row(120, *LABELS[0]), (60, 140, "行政强制"), (250, 140, long)]
    )
    assert texts(grid)[1:] == [LABELS[0], ("行政强制", long)]


def test_a_header_spread_over_its_column_is_one():
    words = [*row(100, *HEADER[:2], ""), (340, 100, "总"), (361, 100, "计")]
    grid = grid_of([*words, *row(120, *LABELS[0]), *row(140, *LABELS[1])])
    assert [len(line) for line in texts(grid)] == [3, 3, 3]
    assert texts(grid)[0][2] == "总 计"


def test_a_table_that_is_not_clear_is_an_error_of_its_rows():
    document = typeset(1, "pdf", ["no_rules", "labels_right"], slip=False)
    report = read(document.data)
    lost = document.truth.keys() - {(c.table, c.row, c.column) for c in report.cells}
    assert lost and all(is_flagged(report, key) for key in lost)


def test_prose_with_figures_is_no_table():
    prose = [
        (60, 100 + 16 * n, f"全年组织培训{n}次，公开信息 2023 条，答复 15 件。") for n in range(20)
    ]
    assert pdf.read(page(prose)).grids == []


def test_a_page_full_of_figures_and_labels_is_read_without_hanging():
    words = [
        (20 + 11 * x, 40 + 7 * y, "12" if x % 7 == 3 else "a")
        for x in range(50)
        for y in range(100)
    ]
    assert pdf.read(page(words, size=4)).format == "pdf"


# --- Pages ---


def table() -> list[Printed]:
    """Give a header and two rows, one below the other."""
    rows = enumerate([HEADER, *LABELS])
    return [printed for n, cells in rows for printed in row(100 + 20 * n, *cells)]


def row(y: float, *cells: str) -> list[Printed]:
    """Set the cells of a row at the places of the columns."""
    return [(x, y, text) for x, text in zip(PLACES, cells, strict=True) if text]


def page(words: Iterable[Printed], size: float = 10.5) -> bytes:
    """Print words at their places, from the left and the top, without any rule."""
    embedded()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    canvas.setFont(EMBEDDED, size)
    for x, y, text in words:
        canvas.drawString(x, 842 - y, text)
    canvas.save()
    return out.getvalue()


def grid_of(words: Iterable[Printed]) -> Grid:
    """Read the one table of a page."""
    (grid,) = pdf.read(page(words)).grids
    return grid


def texts(grid: Grid) -> list[tuple[str, ...]]:
    """Give the texts of a grid's rows."""
    return [tuple(span.cell.text for span in grid.spans(r)) for r in range(len(grid.cells))]
