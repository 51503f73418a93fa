"""PDF tables without rules: a figure that may be its neighbour's leaves no silent blank."""

import pytest
from test_pdf_alignment import grid_of, texts
from typeset_pages import embedded, width_of

from analysis.documents.grid import UNREAD

HEADER = ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")
ROWS = (
    ("规章", "1", "2", "13"),
    ("行政许可", "120", "7", "1504"),
    ("行政处罚", "3", "45", "6"),
    ("行政规范性文件", "8", "26", "66"),
)
MIDDLES = (100.0, 220.0, 340.0, 460.0)
WIDE = 60.0  # from the middle of a column to its sides
SIZE = 10.5


def test_of_two_figures_in_one_column_one_may_be_the_blank_beside_them():
    found = read(moved={"26": -95})
    assert found[:3] == list(ROWS[:3])
    assert all(UNREAD in text for text in found[3][1:])


@pytest.mark.parametrize("shift", [-60, -45, 45, 60])
def test_a_figure_between_two_columns_is_in_neither_for_sure(shift):
    assert is_doubt(read(moved={"26": shift})[3])


def test_a_figure_out_of_line_puts_the_blanks_of_its_row_in_doubt():
    found = read(rows=[*ROWS[:3], ("行政规范性文件", "", "26", "66")], moved={"26": -35})
    assert found[:3] == list(ROWS[:3]) and is_doubt(found[3])


@pytest.mark.parametrize("shift", [-75, 75])
def test_a_lone_figure_in_its_column_stands_where_the_header_says(shift):
    rows = [(label, a, "", c) for label, a, _, c in ROWS[:3]]
    found = read(rows=[*rows, ("行政规范性文件", "8", "26", "66")], moved={"26": shift})
    assert is_doubt(found[3])


@pytest.mark.parametrize("shift", [-120, -90, -70, -50, 50, 70, 90, 120])
def test_figures_that_all_stand_aside_of_their_headers_are_right_or_in_doubt(shift):
    found = read(moved=dict.fromkeys((text for row in ROWS for text in row[1:]), shift))
    assert found == list(ROWS) or all(is_doubt(row) for row in found)


@pytest.mark.parametrize("shift", [-50, 50])
def test_a_column_aside_of_its_header_is_in_doubt(shift):
    found = read(moved=dict.fromkeys(("2", "7", "45", "26"), shift))
    assert all(is_doubt(row) for row in found)


@pytest.mark.parametrize("heads", ["left", "middle"])
@pytest.mark.parametrize("figures", ["left", "middle", "right"])
def test_figures_in_line_are_read_however_they_are_set(heads, figures):
    assert read(heads=heads, figures=figures) == list(ROWS)


@pytest.mark.parametrize("figures", ["left", "middle", "right"])
def test_a_column_left_blank_is_read_so_or_all_are_in_doubt(figures):
    rows = [(label, a, "", c) for label, a, _, c in ROWS]
    found = read(rows=rows, figures=figures)
    assert found == rows or (figures != "middle" and all(is_doubt(row) for row in found))


@pytest.mark.parametrize("figures", ["left", "middle", "right"])
def test_blanks_beside_figures_in_line_stay_blank(figures):
    rows = [ROWS[0], ("行政许可", "120", "", ""), *ROWS[2:]]
    assert read(rows=rows, figures=figures) == rows


def test_a_figure_below_the_last_row_is_not_left_out():
    words = [*printed(), (MIDDLES[1], 185, "-5")]
    grid = grid_of(words)
    assert grid.unsure or any("-5" in text for row in texts(grid) for text in row)


# ---- tables ----


def read(rows=ROWS, moved=None, heads="middle", figures="middle") -> list[tuple[str, ...]]:
    """Print a table with some figures moved, and give its rows as read; none if it is unsure."""
    grid = grid_of(printed(rows, moved or {}, heads, figures))
    return [("?",)] * len(rows) if grid.unsure else texts(grid)[-len(rows) :]


def printed(rows=ROWS, moved=None, heads="middle", figures="middle") -> list:
    """Set a table in columns of one width, figure by figure."""
    embedded()
    words = [at(middle, 100, text, heads) for middle, text in zip(MIDDLES, HEADER, strict=True)]
    for n, (label, *cells) in enumerate(rows):
        words.append((MIDDLES[0] - WIDE + 2, 120 + 20 * n, label))
        for middle, text in zip(MIDDLES[1:], cells, strict=True):
            shift = (moved or {}).get(text, 0)
            words += [at(middle + shift, 120 + 20 * n, text, figures)] if text else []
    return words


def at(middle: float, y: float, text: str, how: str) -> tuple[float, float, str]:
    """Set a text to one side of a column or in its middle."""
    width = width_of(text, SIZE)
    left = {"left": 2.5 - WIDE, "middle": -width / 2, "right": WIDE - 2.5 - width}[how]
    return middle + left, y, text


def is_doubt(row: tuple[str, ...]) -> bool:
    """Whether a row says that it can't be read: none of its cells is a blank nobody doubts."""
    return row == ("?",) or (any(UNREAD in text for text in row) and all(row))
