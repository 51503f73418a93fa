"""Lists of the forms before 2019: labels and headings decide, and wholes bound their parts."""

import pytest
from helpers import SAMPLE, checks, docx, figures, html, is_flagged, pipes, read, text, workbook

from analysis.documents.reference import forms

HEADER = ["统计指标", "单位", "统计数"]
MAKERS = [html, docx, text, pipes, workbook]
formats = pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)


def national(**values):
    """The 2014 list; a figure is its row's number unless told otherwise, sums are right."""
    rows = [e for e in forms()["2014"].entries.values() if e.axis == "row"]
    plain = dict.fromkeys((e.code for e in rows), "0") | values
    return [HEADER] + [
        [e.label, "", ""] if e.kind == "section" else [e.label, e.unit, plain[e.code]] for e in rows
    ]


def fujian(form="fujian_2013", year="2016年度", **values):
    """A Fujian list of zeros unless told otherwise."""
    rows = [e for e in forms()[form].entries.values() if e.axis == "row"]
    header = ["指标名称", "计量单位", year, "历年累计"]
    return [header, *([e.label, e.unit, *values.get(e.code, ("0", "0"))] for e in rows)]


def figure(report, row, column="count"):
    table = "statistics" if column == "count" else "fujian"
    return figures(report).get((table, row, column))


DISPUTES = {
    **dict(reconsiderations="9", reconsiderations_upheld="4", reconsiderations_corrected="3"),
    **dict(reconsiderations_other="2", lawsuits="6", lawsuits_upheld="1", lawsuits_corrected="5"),
}


@formats
def test_a_label_that_recurs_is_told_by_the_heading_above_it(make):
    report = read(make(national(**DISPUTES)))
    assert {code: figure(report, code) for code in DISPUTES} == {
        code: float(value) for code, value in DISPUTES.items()
    }
    assert report.facts["verified"] and report.facts["forms"] == "2014"


def test_a_recurring_label_without_its_heading_is_missing_and_not_guessed():
    table = [row for row in national(**DISPUTES) if row[0] != "四、行政复议数量"]
    report = read(html(table))
    wanted = [("statistics", code, "count") for code in DISPUTES if "reconsiderations" in code]
    assert all(is_flagged(report, key) for key in wanted)
    assert figure(report, "lawsuits_corrected") == 5


def test_rows_under_a_heading_that_was_not_recognised_are_not_those_of_the_one_before():
    own = ("（一）维持", "（二）被依法", "（三）其他情形")
    table = national(reconsiderations="6", lawsuits_upheld="1", lawsuits_corrected="5")
    at = [row[0] for row in table].index("五、行政诉讼数量")
    table = [r for n, r in enumerate(table) if n > at or not r[0].startswith(own)]
    table = [["五、应诉", "件", "6"] if row[0] == "五、行政诉讼数量" else row for row in table]
    report = read(html(table))
    assert figure(report, "reconsiderations_corrected") is None
    assert is_flagged(report, ("statistics", "lawsuits_corrected", "count"))


def test_rows_of_both_halves_of_a_list_are_read():
    table = national(**DISPUTES)
    left, right = table[1:35], table[35:]
    right += [["", "", ""]] * (len(left) - len(right))
    halves = [HEADER * 2] + [a + b for a, b in zip(left, right, strict=True)]
    for make in MAKERS:
        report = read(make(halves))
        assert report.facts["verified"] and figure(report, "lawsuits_corrected") == 5


def test_a_section_beside_its_rows_does_not_hide_the_heading_between():
    table = national(online_interviews="3", online_interviews_led="2")
    section = "二、回应解读情况"
    beside = [[section if "（" in row[0] or "." in row[0] else "", *row] for row in table[1:]]
    report = read(html([["统计指标", *HEADER], *beside]))
    assert figure(report, "online_interviews_led") == 2


def test_of_which_may_stand_in_a_cell_of_its_own():
    table = national(replies_total="3", replies_denied="3", denied_state_secret="3")
    split = [["其中", row[0].removeprefix("其中："), *row[1:]] for row in table[1:]]
    report = read(html([["统计指标", *HEADER], *split]))
    assert figure(report, "denied_state_secret") == 3 and not checks(report)


def test_a_part_need_not_complete_its_whole_but_is_never_more():
    within = dict(disclosed_total="10", disclosed_normative="4", disclosed_website="99")
    assert not checks(read(html(national(**within))))
    report = read(html(national(disclosed_total="10", disclosed_normative="40")))
    assert checks(report) == {"part_exceeds_whole"}
    flagged = {(i.row, i.column) for i in report.findings if i.severity == "error"}
    assert flagged == {("disclosed_normative", "count"), ("disclosed_total", "count")}


def test_a_sum_that_fails_puts_its_own_cells_in_doubt_and_no_others():
    report = read(html(national(requests_total="5", requests_fax="4")))
    assert checks(report) == {"sum"}
    assert {c.row for c in report.cells if c.suspect} == {
        *("requests_total", "requests_in_person", "requests_fax"),
        *("requests_online", "requests_letter"),
    }


def test_a_blank_part_of_a_whole_of_zero_is_zero_and_a_blank_whole_is_not():
    report = read(html(national(disclosed_normative="", press_conferences="")))
    proven = {cell.row for cell in report.cells if cell.proven}
    assert proven == {"disclosed_normative"}


def test_all_years_together_are_never_less_than_this_year():
    assert not checks(read(html(fujian(lawsuits=("2", "2")))))
    report = read(html(fujian(lawsuits=("12", "2"))))
    assert checks(report) == {"part_exceeds_whole"}


@formats
def test_one_figure_where_others_have_two_is_flagged(make):
    report = read(make(fujian(lawsuits=("12", ""), appeals=("3", "8"))))
    assert is_flagged(report, ("fujian", "lawsuits", "year"))
    assert is_flagged(report, ("fujian", "lawsuits", "cumulative"))


def test_two_years_side_by_side_are_not_both_this_year():
    table = [[*row[:2], "7", *row[2:]] for row in fujian()]
    table[0][2] = "2015年度"
    report = read(html(table))
    assert "ambiguous_column" in checks(report)


@pytest.mark.parametrize(
    ("label", "unit", "cell", "read_as"),
    [
        ("七、依申请公开信息收取的费用", "元", "35", "元"),
        ("七、依申请公开信息收取的费用（元）", "", "35", "元"),
        ("七、依申请公开信息收取的费用", "万元", "35元", "元"),
        ("七、依申请公开信息收取的费用", "", "35", "万元"),
    ],
)
@formats
def test_the_unit_is_that_of_the_cell_else_of_the_row_else_of_the_form(
    make, label, unit, cell, read_as
):
    table = [[label, unit, cell] if row[0].startswith("七、") else row for row in national()]
    report = read(make(table))
    assert next(c.unit for c in report.cells if c.row == "fees_charged") == read_as


def test_one_cell_a_line_keeps_rows_and_units():
    table = national(budget="3.5", requests_total="2", requests_fax="2")
    report = read("\n".join(cell for row in table for cell in row))
    assert report.facts["verified"] and figure(report, "budget") == 3.5
    assert next(c.unit for c in report.cells if c.row == "budget") == "万元"


def test_a_report_owes_the_tables_of_its_own_form_alone():
    assert not checks(read(html(national())))
    assert not checks(read(html(fujian())))
    assert not checks(read(html(*SAMPLE)))
    assert checks(read(html(SAMPLE[0], national()))) == {"missing_table"}


def test_a_report_may_print_tables_of_two_forms():
    report = read(html(*SAMPLE, national()))
    assert report.facts["verified"] and report.facts["forms"] == "2014 2021"


def test_a_form_that_was_not_compared_with_its_notice_says_so():
    assert "form_unconfirmed" in checks(read(html(national())), "info")
    assert "form_unconfirmed" not in checks(read(html(fujian())), "info")


def test_a_row_that_not_every_report_prints_is_read_and_not_missed():
    table = fujian(fee_reduction=("3.5", "9"))
    assert figure(read(html(table)), "fee_reduction", "year") == 3.5
    without = [row for row in table if "收费减免" not in row[0]]
    report = read(html(without))
    assert report.facts["verified"] and not checks(report, "warning")


def test_figures_under_a_label_like_that_of_such_a_row_are_flagged_as_perhaps_its_own():
    table = [["政府信息公收费免金", *row[1:]] if "收费减免" in row[0] else row for row in fujian()]
    report = read(html(table))
    assert is_flagged(report, ("fujian", "fee_reduction", "year"))


def test_a_list_about_other_things_is_no_table_of_a_report():
    other = [["指标", "单位", "数量"], ["常住人口", "万人", "12"], ["学校", "所", "3"]]
    report = read(html(*SAMPLE, other))
    assert report.facts["verified"] and not checks(report)
