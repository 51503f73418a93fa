"""Every sum of the forms is checked; a blank is zero only where a sum proves it."""

from unittest.mock import patch

import pytest
from helpers import (
    DISCLOSURE,
    DISPUTES,
    REQUESTS,
    SAMPLE,
    Table,
    checks,
    docx,
    html,
    is_flagged,
    read,
    text,
    with_row,
    with_rows,
    workbook,
)

from analysis.documents.grid import Cell, Document, Grid
from analysis.documents.issues import catalogue
from analysis.documents.report import Report

COLUMNS = ("natural_person", "business", "research", "public_interest", "legal_service")


def requests_with(label: str, at: int, cell: str) -> Table:
    row = next(row for row in REQUESTS if row[0] == label)
    return with_row(REQUESTS, label, *row[:at], cell, *row[at + 1 :])


def disputes_with(at: int, cell: str) -> Table:
    return [*DISPUTES[:3], [*DISPUTES[3][:at], cell, *DISPUTES[3][at + 1 :]]]


def sums(report) -> set[tuple[str, str, str]]:
    return {(i.table, i.row, i.column) for i in report.findings if i.check == "sum"}


def state_of(report, row: str, column: str):
    return next(c for c in report.cells if (c.table, c.row, c.column) == ("requests", row, column))


def test_every_error_has_a_title_and_says_what_it_means_in_both_languages():
    for name, entry in catalogue().items():
        assert entry["severity"] in ("error", "warning", "info"), name
        assert all(entry[key].strip() for key in ("title_en", "title_zh", "en", "zh")), name


def test_sums_that_hold_make_a_report_verified():
    assert read(html(*SAMPLE)).facts["verified"]


@pytest.mark.parametrize(
    ("label", "at", "cell", "broken"),
    [
        (
            "一、本年新收政府信息公开申请数量", 1, "41",
            {("requests", "received", ""), ("requests", "", "natural_person")},
        ),
        (
            "（一）予以公开", 2, "4",
            {("requests", "granted", ""), ("requests", "", "business")},
        ),
        (
            "（一）予以公开", 7, "16",
            {("requests", "granted", ""), ("requests", "", "total")},
        ),
        (
            "四、结转下年度继续办理", 6, "2",
            {("requests", "carried_out", ""), ("requests", "", "other_organisation")},
        ),
    ],
)  # fmt: skip
def test_a_wrong_figure_breaks_the_sums_of_its_row_and_its_column(label, at, cell, broken):
    report = read(html(DISCLOSURE, requests_with(label, at, cell), DISPUTES))
    assert sums(report) == broken and not report.facts["verified"]


@pytest.mark.parametrize(("at", "row"), [(0, "reconsideration"), (9, "litigation_direct")])
def test_a_wrong_figure_of_disputes_breaks_the_sum_of_its_route(at, row):
    report = read(html(DISCLOSURE, REQUESTS, disputes_with(at, "99")))
    assert sums(report) == {("disputes", row, "")}


def test_a_failed_sum_names_both_sides_with_their_figures():
    report = read(html(DISCLOSURE, REQUESTS, disputes_with(4, "0")))
    found = next(i for i in report.findings if i.check == "sum")
    named = ("Administrative reconsideration", "Total 0", "Upheld 6", "Pending 3", "12")
    assert all(part in found.message for part in named)
    assert all(label in found.message_zh for label in ("行政复议", "总计", "结果维持"))
    assert (found.expected, found.actual) == ("12", "0")


def test_an_agencys_own_wrong_sum_stands_as_printed():
    report = read(html(DISCLOSURE, REQUESTS, disputes_with(4, "0")))
    cells = {c.column: c for c in report.cells if c.row == "reconsideration"}
    assert cells["total"].value == 0 and cells["total"].suspect and cells["upheld"].value == 6


def test_figures_of_a_heading_are_checked_against_its_rows():
    right = with_row(REQUESTS, "（三）不予公开", "（三）不予公开", *("11", *"110", "0", "1", "14"))
    assert read(html(DISCLOSURE, right, DISPUTES)).facts["verified"]
    wrong = with_row(REQUESTS, "（三）不予公开", "（三）不予公开", *("12", *"110", "0", "1", "15"))
    found = sums(read(html(DISCLOSURE, wrong, DISPUTES)))
    assert found == {("requests", "", "natural_person"), ("requests", "", "total")}


def test_handled_as_one_row_of_other_handling_adds_up_as_in_2019():
    first = [row[0] for row in REQUESTS].index("（六）其他处理")
    one_row = ["（六）其他处理", "2", "0", "0", "0", "0", "1", "3"]
    table = [*REQUESTS[:first], one_row, *REQUESTS[first + 4 :]]
    report = read(html(DISCLOSURE, table, DISPUTES))
    assert not checks(report) and state_of(report, "other", "total").value == 3


@pytest.mark.parametrize("make", [html, docx, workbook, text])
def test_a_blank_that_a_sum_leaves_nothing_for_is_proven_zero(make):
    report = read(make(DISCLOSURE, requests_with("（一）予以公开", 3, ""), DISPUTES))
    cell = state_of(report, "granted", "research")
    assert (cell.state, cell.value, cell.proven) == ("blank", None, True)
    assert report.facts["verified"]


@pytest.mark.parametrize("make", [html, docx, workbook, text])
def test_a_blank_that_should_be_a_figure_is_not_proven(make):
    report = read(make(DISCLOSURE, requests_with("（一）予以公开", 1, ""), DISPUTES))
    assert not state_of(report, "granted", "natural_person").proven
    assert not report.facts["verified"]


def test_blanks_without_any_total_prove_nothing():
    table = [[row[0], *("" if c == "0" else c for c in row[1:7]), ""] for row in REQUESTS[1:]]
    report = read(html(DISCLOSURE, [REQUESTS[0], *table], DISPUTES))
    assert not any(state_of(report, "received", c).proven for c in COLUMNS)
    assert not report.facts["verified"] and "sum_open" in checks(report, "info")


def test_a_report_with_a_table_left_blank_is_not_verified():
    none = [[row[0], *("" for _ in row[1:])] if row[1][0].isdigit() else row for row in DISCLOSURE]
    assert not read(html(none, REQUESTS, DISPUTES)).facts["verified"]
    some = with_row(DISCLOSURE, "规章", "规章", "", "", "")
    assert read(html(some, REQUESTS, DISPUTES)).facts["verified"]


def test_disclosure_blanks_are_never_proven():
    table = with_row(DISCLOSURE, "规章", "规章", "", "", "")
    cells = [c for c in read(html(table, REQUESTS, DISPUTES)).cells if c.row == "regulations"]
    assert {(c.state, c.proven) for c in cells} == {("blank", False)}


@pytest.mark.parametrize("make", [workbook, text])
def test_a_padded_row_that_no_sum_confirms_is_flagged(make):
    label = "（一）予以公开"
    table = [[*row[:7], ""] for row in REQUESTS[1:]]
    table = [REQUESTS[0], *with_row(table, label, label, "11", "3", "1", "", "", "", "")]
    assert is_flagged(read(make(DISCLOSURE, table, DISPUTES)), ("requests", "granted", "research"))


def test_digits_run_together_in_a_first_cell_are_flagged_also_where_sums_are_blank():
    blank = [[row[0], *[""] * 7] for row in REQUESTS[1:]]
    table = [
        REQUESTS[0],
        *with_row(blank, "（一）予以公开", "（一）予以公开", "11301001", *[""] * 6),
    ]
    report = read(workbook(DISCLOSURE, table, DISPUTES))
    assert is_flagged(report, ("requests", "granted", "natural_person"))


def test_an_error_marks_the_records_it_covers_and_no_other():
    report = read(html(DISCLOSURE, REQUESTS, disputes_with(0, "99")))
    suspects = {(c.table, c.row) for c in report.cells if c.suspect}
    assert suspects == {("disputes", "reconsideration")}


@pytest.mark.parametrize(
    ("label", "unit", "known"),
    [("规章", "件", True), ("规章", "万元", False), ("规章", "公斤", False)],
)
def test_a_unit_must_fit_its_column(label, unit, known):
    table = with_row(DISCLOSURE, label, label, f"1{unit}", "2", "13")
    report = read(html(table, REQUESTS, DISPUTES))
    assert is_flagged(report, ("disclosure", "regulations", "made")) is not known


@pytest.mark.parametrize(
    ("cell", "unit"), [("3.52", "万元"), ("35200元", "元"), ("3.52亿元", "亿元")]
)
def test_an_amount_has_the_unit_of_its_cell_else_of_its_column(cell, unit):
    report = read(
        html(with_row(DISCLOSURE, "行政事业性收费", "行政事业性收费", cell), REQUESTS, DISPUTES)
    )
    assert next(c.unit for c in report.cells if c.row == "fees") == unit


def test_a_change_may_be_negative_and_nothing_else():
    item = [
        ["信息内容", "上一年项目数量", "本年增/减", "处理决定数量"],
        ["行政许可", "20", "-18", "2"],
    ]
    report = read(html([*DISCLOSURE[:3], *item, *DISCLOSURE[5:]], REQUESTS, DISPUTES))
    assert next(c.value for c in report.cells if c.column == "change") == -18
    item[1][3] = "-2"
    report = read(html([*DISCLOSURE[:3], *item, *DISCLOSURE[5:]], REQUESTS, DISPUTES))
    assert checks(report) == {"impossible_figure"}


def test_rows_of_two_forms_may_stand_in_one_table():
    item = [
        ["信息内容", "上一年项目数量", "本年增/减", "处理决定数量"],
        ["行政许可", "20", "-18", "2"],
    ]
    report = read(html([*DISCLOSURE[:3], *item, *DISCLOSURE[5:]], REQUESTS, DISPUTES))
    assert not checks(report) and report.facts["forms"] == "2021"


# ---- recognised figures ----


def scanned(doubtful: dict[str, float], tables=SAMPLE) -> Report:
    """Read SAMPLE as a scan in which the cells at some places are not sure."""
    grids = []
    for n, table in enumerate(tables, start=1):
        rows = [[Cell(t, r, c, 1) for c, t in enumerate(row)] for r, row in enumerate(table)]
        grids.append(Grid(n, rows))
        for cell in (cell for row in rows for cell in row):
            cell.confidence = doubtful.get(grids[-1].place(cell), 1.0)
    document = Document("scan", grids, lambda: "")
    with patch("analysis.documents.report.read", lambda data: document):
        return read("")


def test_a_figure_of_a_scan_that_no_sum_confirms_must_be_read_surely():
    report = scanned({"p1t1r3c2": 0.4})
    assert checks(report, "warning") >= {"unconfirmed"}
    assert is_flagged(report, ("disclosure", "normative_documents", "made"))
    assert not is_flagged(report, ("disclosure", "normative_documents", "repealed"))
    assert not report.facts["verified"]


def test_a_figure_of_a_scan_is_confirmed_by_the_sums_of_its_row_and_its_column():
    report = scanned({"p1t2r2c2": 0.4})
    assert "unconfirmed" not in checks(report, "warning")
    assert report.facts["verified"]


def test_one_sum_alone_does_not_confirm_a_figure_of_a_scan():
    assert is_flagged(scanned({"p1t3r4c2": 0.4}), ("disputes", "reconsideration", "corrected"))


def test_a_label_of_a_scan_that_is_not_read_surely_may_be_a_column():
    torn = with_row(DISCLOSURE, "信息内容", "信息内容", "本年制￼件", "本年废止件数", "现行有效件数")
    report = scanned({"p1t1r1c2": 0.3}, (torn, *SAMPLE[1:]))
    assert is_flagged(report, ("disclosure", "regulations", "made"))


@pytest.mark.parametrize("make", [workbook, text])
@pytest.mark.parametrize("cells", [("11", "", "", "1"), ("11", "3", "", "", "", "2")])
def test_a_padded_row_that_keeps_a_blank_between_figures_is_in_no_doubt(make, cells):
    label = "（一）予以公开"
    table = [[*row[:7], ""] for row in REQUESTS[1:]]
    cells = (*cells, *[""] * (7 - len(cells)))
    table = [REQUESTS[0], *with_row(table, label, label, *cells)]
    report = read(make(DISCLOSURE, table, DISPUTES))
    assert "open_row" not in {i.check for i in report.findings if i.row == "granted"}


@pytest.mark.parametrize("make", [workbook, text])
@pytest.mark.parametrize(
    ("cells", "doubtful"), [(("3", "2", "1"), True), (("3", "2", "", "1"), False)]
)
def test_a_total_that_stands_first_confirms_no_place_of_figures_moved_up_to_it(
    make, cells, doubtful
):
    label = "（一）予以公开"
    first = [[row[0], row[7], *row[1:7]] for row in REQUESTS]
    table = with_row(first, label, label, *cells, *[""] * (7 - len(cells)))
    table = [row for row in table if row[0] not in ("（七）总计", "三、本年度办理结果")]
    report = read(make(DISCLOSURE, table, DISPUTES))
    assert ("open_row" in {i.check for i in report.findings if i.row == "granted"}) is doubtful


@pytest.mark.parametrize("make", [html, workbook, text])
def test_a_subtotal_labelled_as_the_total_is_not_taken_for_it(make):
    denied = ["合计", "11", "1", "1", "0", "0", "1", "14"]
    rows = [row for row in REQUESTS if row[0] != "（七）总计"]
    table = with_rows(rows, "8.属于行政查询事项", denied)
    report = read(make(DISCLOSURE, table, DISPUTES))
    assert "doubtful_total" in checks(report)
    assert is_flagged(report, ("requests", "handled_total", "research"))  # its sum holds


@pytest.mark.parametrize("make", [html, workbook, text])
def test_a_part_that_no_form_has_hides_no_row_of_a_form(make):
    table = with_rows(DISCLOSURE, "行政许可", ["其中：网上办理", "3"])
    report = read(make(table, REQUESTS, DISPUTES))
    assert not checks(report) and checks(report, "warning") == {"unplaced_part"}


@pytest.mark.parametrize("make", [html, docx])
@pytest.mark.parametrize(
    ("cells", "needed"),
    [
        (("3", "1", "", "", "", "", "7"), True),
        (("3", "1", "", "", "", "", "4"), False),
        (("", "", "", "", "", "", "7"), False),
    ],
    ids=["three too few", "as many as the total", "only the total is printed"],
)
def test_a_blank_that_would_have_to_be_more_than_zero_is_flagged(make, cells, needed):
    label = "2.重复申请"
    report = read(make(DISCLOSURE, with_row(REQUESTS, label, label, *cells), DISPUTES))
    rows = {i.row for i in report.findings if i.check == "blank_needed"}
    assert ("unprocessed_duplicate" in rows) is needed
