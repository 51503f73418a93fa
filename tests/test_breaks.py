"""A row that a page break cuts is read whole, or it is flagged: never as two."""

from itertools import pairwise

import pytest
from helpers import APPLICANTS

from analysis.documents.breaks import mend
from analysis.documents.grid import Cell, Grid

ZEROS = ["0"] * 7
BLANKS = [""] * 7


def cut(*rows: list[str], pages: tuple[int, ...] = (1, 2)) -> list[list[str]]:
    """Give the texts of rows on pages of their own once breaks are mended."""
    cells = [
        [Cell(text, r, c, page, 0.9) for c, text in enumerate(row)]
        for r, (row, page) in enumerate(zip(rows, pages, strict=True))
    ]
    breaks = tuple(n for n, (a, b) in enumerate(pairwise(pages), 1) if 0 < a < b)
    mended = mend(Grid(1, cells, breaks=breaks))
    return [[cell.text if cell else "" for cell in row] for row in mended.cells]


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        (["2.其他法律行政法规禁", *BLANKS], ["止公开", *ZEROS]),
        (["2.其他法律行政法规禁", *ZEROS], ["止公开", *BLANKS]),
        (["3.危及“三安全一稳定", *BLANKS], ["\ufffc", *ZEROS]),
        (["3.危及“三安全一稳定", *BLANKS], ["”", *ZEROS]),
        (["四", *BLANKS], ["、结转下年度继续办理", *ZEROS]),
        (["（二）部分公开（区分处理的，", *BLANKS], ["只计这一情形）", *ZEROS]),
    ],
)
def test_a_label_cut_by_a_page_break_is_one_label(upper, lower):
    assert cut(upper, lower) == [[f"{upper[0]}\n{lower[0]}", *ZEROS]]


def test_a_label_is_cut_whatever_unit_stands_beside_it():
    assert cut(["2.其他法律行政法规禁", "件", "0"], ["止公开", "", ""])[0][1:] == ["件", "0"]


def test_a_figure_cut_by_a_page_break_is_no_figure_of_either_page():
    upper, lower = ["2.重复申请", "3", "1098"], ["", "", "5"]
    assert cut(upper, lower) == [["2.重复申请", "3", "1098\n5"]]


def test_figures_below_a_page_break_belong_to_the_label_above_it():
    assert cut(["2.重复申请", *BLANKS], ["", *ZEROS]) == [["2.重复申请", *ZEROS]]


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        (["2.重复申请", *BLANKS], ["3.要求提供公开出版物", *ZEROS]),
        (["2.重复申请", *ZEROS], ["", *ZEROS]),
        (["（三）不予公开", *BLANKS], ["", *ZEROS]),
        (["三、本年度办理结果", *BLANKS], ["（一）予以公开", *ZEROS]),
        (["某项", *BLANKS], ["另一项", *ZEROS]),
        (["申请情况", *APPLICANTS], ["一、本年新收政府信息公开申请数量", *ZEROS]),
    ],
    ids=["two rows", "two figures", "a heading", "a heading and a row", "unknown", "a header"],
)
def test_rows_that_are_not_parts_of_one_stay_apart(upper, lower):
    assert cut(upper, lower) == [upper, lower]


def test_rows_of_one_page_stay_apart():
    rows = [["2.其他法律行政法规禁", *BLANKS], ["止公开", *ZEROS]]
    assert cut(*rows, pages=(1, 1)) == rows
    assert cut(*rows, pages=(0, 0)) == rows


def test_a_mended_cell_is_as_sure_as_its_least_sure_part():
    cells = [
        [Cell("2.其他法律行政法规禁", 0, 0, 1, 0.95), Cell("", 0, 1, 1, 1.0)],
        [Cell("止公开", 1, 0, 2, 0.7), Cell("5", 1, 1, 2, 0.8)],
    ]
    (label, figure), *others = mend(Grid(1, cells, breaks=(1,))).cells
    assert (label.confidence, label.page) == (0.7, 1)
    assert (figure.confidence, figure.page) == (0.8, 2)
    assert not others


def test_rows_of_a_header_on_both_pages_stay_apart():
    person, group, total, blank, end = (Cell(t, 0, 0) for t in ("自然人", "法人", "总计", "", ""))
    upper, lower, last = (
        [Cell(text, 0, 0) for text in texts] for texts in (["科研", "其他"], ["机构", "组织"], "01")
    )
    rows = [
        [Cell("申请情况", 0, 0), person, group, group, total],
        [Cell("（合计）", 1, 0), blank, *upper, end],
        [Cell("", 2, 0), blank, *lower, end],
        [Cell("2.重复申请", 3, 0), Cell("3", 3, 1), *last, Cell("4", 3, 4)],
    ]
    mended = mend(Grid(1, rows, breaks=(1,))).cells
    assert [[cell.text for cell in row if cell] for row in mended[1:3]] == [
        ["（合计）", "自然人", "科研", "其他", "总计"],
        ["", "自然人", "机构", "组织", "总计"],
    ]
