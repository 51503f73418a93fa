"""Units that a table states: what is counted in hundreds is never taken as it stands."""

import pytest
from helpers import (
    DISCLOSURE,
    DISPUTES,
    REQUESTS,
    Table,
    checks,
    docx,
    html,
    is_flagged,
    pipes,
    read,
    text,
    workbook,
)

from analysis.documents.units import stated_units

formats = pytest.mark.parametrize("make", [html, docx, workbook, text, pipes])
MADE = ("disclosure", "regulations", "made")
PENALTIES = ("disclosure", "penalties", "decisions")
GRANTED = ("requests", "granted", "total")
HANDLED = ("requests", "handled_total", "total")
FEES = ("disclosure", "fees", "fee_amount")


def with_head(table: Table, old: str, new: str) -> Table:
    """Give a table with another label over a column or before a row."""
    assert any(old in row for row in table)
    return [[new if cell == old else cell for cell in row] for row in table]


@pytest.mark.parametrize(
    ("printed", "units"),
    [
        ("（单位：件、万元）", {"件", "万元"}),
        ("单位：百件", {"百件"}),
        ("本年收到数（百件）", {"百件"}),
        ("以下数据均以万件为单位", {"万件"}),
        ("单位：千", {"千"}),
        ("单位/万件", {"万件"}),
        ("万件", {"万件"}),
        ("（单位：条/件）", {"条", "件"}),
        ("各单位：个人信息保护", set()),
        ("22（其中修订16件）", set()),
    ],
)
def test_units_are_stated_in_brackets_or_behind_their_word(printed, units):
    assert stated_units(printed) == units


@formats
def test_a_column_of_hundreds_is_flagged_and_no_other(make):
    table = with_head(DISCLOSURE, "本年制发件数", "本年制发件数（百件）")
    report = read(make(table, REQUESTS, DISPUTES))
    assert checks(report) == {"odd_unit"}
    assert is_flagged(report, MADE)
    assert not is_flagged(report, ("disclosure", "regulations", "in_force"))


@formats
def test_a_column_of_counts_under_an_amount_is_flagged(make):
    table = with_head(DISCLOSURE, "本年处理决定数量", "本年处理决定数量（单位：万元）")
    report = read(make(table, REQUESTS, DISPUTES))
    assert is_flagged(report, PENALTIES)


@formats
def test_a_row_of_hundreds_is_flagged_and_no_other(make):
    table = with_head(REQUESTS, "（七）总计", "（七）总计（百件）")
    report = read(make(DISCLOSURE, table, DISPUTES))
    assert is_flagged(report, HANDLED)
    assert not is_flagged(report, GRANTED)


@formats
def test_hundreds_stated_for_a_group_of_rows_put_its_table_in_doubt(make):
    table = with_head(REQUESTS, "三、本年度办理结果", "三、本年度办理结果（单位：百件）")
    assert is_flagged(read(make(DISCLOSURE, table, DISPUTES)), GRANTED)


@formats
def test_hundreds_stated_above_a_table_put_it_in_doubt(make):
    report = read(make(DISCLOSURE, [["单位：百件"]], REQUESTS, DISPUTES))
    assert is_flagged(report, GRANTED)


def test_hundreds_stated_anywhere_in_a_report_put_it_in_doubt():
    page = html(DISCLOSURE, REQUESTS, DISPUTES).decode() + "<p>注：以上数据单位为百件。</p>"
    assert is_flagged(read(page), GRANTED)
    other = page.replace("以上数据单位为百件", "网站访问量为3万人次，发布信息2千余条")
    assert not checks(read(other))


@formats
def test_plain_units_are_in_no_doubt(make):
    counts = with_head(DISCLOSURE, "本年处理决定数量", "本年处理决定数量（单位：件）")
    report = read(make([["单位：件、万元"]], counts, [["（单位：件）"]], REQUESTS, DISPUTES))
    assert not checks(report)


@formats
def test_the_unit_of_an_amount_is_that_of_its_label(make):
    table = with_head(DISCLOSURE, "本年收费金额（单位：万元）", "本年收费金额（单位：元）")
    assert unit_of_fees(make(table, REQUESTS, DISPUTES)) == "元"


@formats
def test_the_unit_of_an_amount_without_its_own_is_the_one_stated_around(make):
    table = with_head(DISCLOSURE, "本年收费金额（单位：万元）", "本年收费金额")
    assert unit_of_fees(make([["单位：件、元"]], table, REQUESTS, DISPUTES)) == "元"
    assert unit_of_fees(make(table, REQUESTS, DISPUTES)) == "万元"


@formats
def test_units_of_an_amount_that_contradict_each_other_are_flagged(make):
    report = read(make([["单位：件、元"]], DISCLOSURE, REQUESTS, DISPUTES))
    assert is_flagged(report, FEES)
    assert not is_flagged(report, MADE)


@pytest.mark.parametrize(
    "label",
    [
        "本年收费金额（金额单位：元）",
        "本年收费金额（单位为元）",
        "本年收费金额（人民币：元）",
        "本年收费金额（以元计）",
        "本年收费金额(单位:元)(四舍五入)",
        "本年收费金额（单位：RMB元）",
    ],
)
def test_the_unit_of_an_amount_may_be_stated_in_many_ways(label):
    table = with_head(DISCLOSURE, "本年收费金额（单位：万元）", label)
    assert unit_of_fees(html(table, REQUESTS, DISPUTES)) == "元"


@formats
def test_the_unit_of_an_amounts_row_must_be_that_of_its_column(make):
    table = with_head(DISCLOSURE, "行政事业性收费", "行政事业性收费（单位：元）")
    assert is_flagged(read(make(table, REQUESTS, DISPUTES)), FEES)


@pytest.mark.parametrize("unit", ["美元", "亿", "千", "万元、元", "万"])
def test_an_amount_in_no_unit_that_it_can_have_is_flagged(unit):
    table = with_head(DISCLOSURE, "本年收费金额（单位：万元）", f"本年收费金额（单位：{unit}）")
    assert is_flagged(read(html(table, REQUESTS, DISPUTES)), FEES)


def unit_of_fees(document: bytes | str) -> str:
    """Give the unit of the fees as read, where no error was found."""
    report = read(document)
    assert not checks(report)
    return next(r.unit for r in report.cells if (r.table, r.row, r.column) == FEES)
