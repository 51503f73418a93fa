"""A row that no sum checks is flagged where its blanks may be cells that were dropped."""

import pytest
from helpers import DISCLOSURE, DISPUTES, REQUESTS, html, is_flagged, read, text, with_row, workbook

ROW = ("disclosure", "normative_documents", "made")
padded = pytest.mark.parametrize("make", [workbook, text])


def without_zeros(table):
    return [["" if cell == "0" else cell for cell in row] for row in table]


@padded
@pytest.mark.parametrize("cells", [("67", "", ""), ("5", "67", "")])
def test_blanks_behind_figures_are_in_doubt_where_zeros_are_printed(make, cells):
    table = with_row(DISCLOSURE, "行政规范性文件", "行政规范性文件", *cells)
    assert is_flagged(read(make(table, REQUESTS, DISPUTES)), ROW)


@padded
@pytest.mark.parametrize("cells", [("", "5", "67"), ("4", "", "67"), ("", "", "67"), ("", "", "")])
def test_blanks_before_figures_are_in_no_doubt(make, cells):
    table = with_row(DISCLOSURE, "行政规范性文件", "行政规范性文件", *cells)
    assert not is_flagged(read(make(table, REQUESTS, DISPUTES)), ROW)


@padded
def test_blanks_for_zeros_are_in_no_doubt_where_the_table_keeps_them_before_figures(make):
    table = with_row(DISCLOSURE, "规章", "规章", "", "", "13")
    table = with_row(table, "行政规范性文件", "行政规范性文件", "4", "", "")
    rest = [without_zeros(REQUESTS), without_zeros(DISPUTES)]
    assert not is_flagged(read(make(table, *rest)), ROW)
    alone = with_row(DISCLOSURE, "行政规范性文件", "行政规范性文件", "4", "", "")
    assert is_flagged(read(make(alone, *rest)), ROW)


def test_a_format_that_fills_nothing_up_is_in_no_doubt():
    table = with_row(DISCLOSURE, "行政规范性文件", "行政规范性文件", "4", "", "")
    assert not is_flagged(read(html(table, REQUESTS, DISPUTES)), ROW)


AMOUNT = ("disclosure", "procurement", "procurement_amount")


@padded
def test_an_amount_that_ends_in_its_unit_has_no_other_figure_run_on(make):
    head = ["信息内容", "采购总金额", "采购项目数量"]
    amount = [*DISCLOSURE, head, ["政府集中采购", "986.46元", ""]]
    assert not is_flagged(read(make(amount, REQUESTS, DISPUTES)), AMOUNT)
    bare = [*DISCLOSURE, head, ["政府集中采购", "986.46", ""]]
    assert is_flagged(read(make(bare, REQUESTS, DISPUTES)), AMOUNT)
