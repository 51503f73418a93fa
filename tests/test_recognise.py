"""Labels place a figure, never its order; what labels don't settle is flagged, never guessed."""

import pytest
from helpers import (
    APPLICANTS,
    DISCLOSURE,
    DISPUTES,
    REQUESTS,
    RESULTS,
    SAMPLE,
    Table,
    checks,
    docx,
    figures,
    html,
    is_flagged,
    pipes,
    read,
    sample_truth,
    text,
    with_row,
    with_rows,
    workbook,
    wrong_in_silence,
)

from analysis.documents.labels import find, find_near
from analysis.documents.recognise import recognise

TRUTH = sample_truth()
IN_FORCE = ("disclosure", "normative_documents", "in_force")
FORMATS = [html, docx, workbook, text, pipes]
formats = pytest.mark.parametrize("make", FORMATS, ids=[make.__name__ for make in FORMATS])


def reversed_columns(table: Table) -> Table:
    return [[row[0], *reversed(row[1:])] for row in table]


def doubled(table: Table) -> Table:
    return [[str(2 * int(c)) if c.isdecimal() else c for c in row] for row in table]


def position(label: str) -> int:
    return [row[0] for row in REQUESTS].index(label)


# ---- what is read ----


@formats
def test_a_clean_report_is_read_in_full_and_verified(make):
    report = read(make(*SAMPLE))
    assert figures(report) == TRUTH and report.facts["verified"] and not report.findings


@formats
def test_the_three_tables_in_one_table_are_told_apart(make):
    assert figures(read(make([row for table in SAMPLE for row in table]))) == TRUTH


@formats
def test_tables_in_another_order_are_known_by_their_labels(make):
    assert figures(read(make(*reversed(SAMPLE)))) == TRUTH


@formats
def test_columns_in_another_order_are_known_by_their_labels(make):
    disclosure = [*reversed_columns(DISCLOSURE[:3]), *DISCLOSURE[3:]]
    assert figures(read(make(disclosure, reversed_columns(REQUESTS), DISPUTES))) == TRUTH


@formats
def test_rows_in_another_order_are_known_by_their_labels(make):
    reasons = slice(position("1.属于国家秘密"), position("（四）无法提供"))
    table = [*REQUESTS]
    table[reasons] = reversed(table[reasons])
    assert figures(read(make(DISCLOSURE, table, DISPUTES))) == TRUTH


@formats
@pytest.mark.parametrize("cut", [3, position("（三）不予公开"), position("（四）无法提供")])
@pytest.mark.parametrize("header_again", [False, True])
def test_a_table_cut_by_a_page_break_is_read_on(make, cut, header_again):
    second = [REQUESTS[0], *REQUESTS[cut:]] if header_again else REQUESTS[cut:]
    assert figures(read(make(DISCLOSURE, REQUESTS[:cut], second, DISPUTES))) == TRUTH


@formats
def test_each_disclosure_item_may_stand_in_a_table_of_its_own(make):
    items = [DISCLOSURE[a:b] for a, b in ((0, 3), (3, 5), (5, 8), (8, 10))]
    assert figures(read(make(*items, REQUESTS, DISPUTES))) == TRUTH


@formats
def test_disputes_may_be_printed_one_route_a_row(make):
    routes = ["行政复议", "未经复议直接起诉", "复议后起诉"]
    rows = [[r, *DISPUTES[3][5 * n : 5 * n + 5]] for n, r in enumerate(routes)]
    assert figures(read(make(DISCLOSURE, REQUESTS, [["", *RESULTS], *rows]))) == TRUTH


@formats
def test_routes_in_another_order_are_known_by_their_headings(make):
    table = [[*row[5:], *row[:5]] for row in DISPUTES]
    assert figures(read(make(DISCLOSURE, REQUESTS, table))) == TRUTH


@formats
def test_a_serial_number_before_the_label_is_no_figure(make):
    table = [["序号", *REQUESTS[0]], *([str(n), *row] for n, row in enumerate(REQUESTS[1:], 1))]
    assert figures(read(make(DISCLOSURE, table, DISPUTES))) == TRUTH


@formats
def test_a_page_number_inside_a_table_is_no_figure(make):
    table = with_rows(REQUESTS, "（二）部分公开", ["-3-", *[""] * 7])
    assert figures(read(make(DISCLOSURE, table, DISPUTES))) == TRUTH


@formats
def test_a_remark_in_a_further_column_is_no_figure(make):
    table = [[*row, note] for row, note in zip(DISCLOSURE[:3], ["备注", "", "见说明"], strict=True)]
    report = read(make([*table, *DISCLOSURE[3:]], REQUESTS, DISPUTES))
    assert figures(report) == TRUTH and "unplaced_text" in checks(report, "info")


@pytest.mark.parametrize(
    ("table", "axis", "label", "code"),
    [
        ("disclosure", "row", "规范性文件", "normative_documents"),
        ("disclosure", "column", "现行有效件", "in_force"),
        ("disclosure", "column", "本年(2023)制发件数", "made"),
        ("disclosure", "column", "處理決定數量", "decisions"),
        ("requests", "row", "2.其他法律行政止公开", "denied_law_forbids"),
        ("requests", "row", "3.危及“三安全一稳定”", "denied_security_stability"),
        ("requests", "row", "（七）总计", "handled_total"),
        ("requests", "column", "企业", "business"),
        ("disputes", "row", "行政法复议", "reconsideration"),
        ("disputes", "column", "结果\n维持", "upheld"),
        ("disputes", "column", "本年制发件数", None),
        ("requests", "row", "其中：主动公开", None),
        ("requests", "row", "", None),
    ],
)
def test_a_label_seen_in_print_has_its_code(table, axis, label, code):
    assert find(table, axis, [label]) == code


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("5.属于三类内部事务信患", "denied_internal_affairs"),
        ("4.保护第三方和法权益", "denied_third_party"),
        ("其它", None),
        ("（五）不予处罚", None),
    ],
)
def test_a_near_miss_is_read_only_where_one_label_is_meant(label, code):
    assert find_near("requests", "row", label) == code


def test_a_misprinted_label_is_read_and_named():
    table = with_row(DISCLOSURE, "行政规范性文件", "行政规范性文仵", "4", "5", "67")
    report = read(html(table, REQUESTS, DISPUTES))
    assert figures(report) == TRUTH and "unfamiliar_label" in checks(report, "info")


def test_the_figures_of_an_open_table_never_run_into_an_unrelated_one():
    other = [
        ["类别", "上年", "今年", "增减"],
        ["行政许可", *"567"],
        ["其他", *"777"],
        ["总计", *"234"],
    ]
    for before in ((other, *SAMPLE), (DISCLOSURE, other, REQUESTS, DISPUTES), (*SAMPLE, other)):
        assert figures(read(html(*before))) == TRUTH


# ---- what is flagged ----


@formats
@pytest.mark.parametrize(
    ("row", "check"),
    [
        (["行政规范性文件", "4", "5", "67", "8"], "incomplete_row"),
        (["行政规范性文件", "4", "5", "6 7"], "not_a_figure"),
        (["行政规范性文件", "4", "5", "6O"], "not_a_figure"),
        (["行政规范性文件", "4", "5", "6l"], "not_a_figure"),
        (["行政规范性文件", "4", "5", "67", "67"], "incomplete_row"),
        (["行政规范性文件", "4", "5", "-67"], "impossible_figure"),
        (["行政规范性文件", "4", "5", "6.7"], "impossible_figure"),
        (["行政规范性文件", "4", "5", "67元"], "impossible_figure"),
    ],
)
def test_a_row_that_does_not_fit_its_header_is_flagged(make, row, check):
    report = read(make(with_row(DISCLOSURE, row[0], *row), REQUESTS, DISPUTES))
    assert check in checks(report) and not wrong_in_silence(report)


@pytest.mark.parametrize("make", [html, docx, text, pipes])
def test_a_row_without_its_empty_cells_is_flagged(make):
    table = with_row(DISCLOSURE, "行政规范性文件", "行政规范性文件", "4", "67")
    report = read(make(table, REQUESTS, DISPUTES))
    assert checks(report) == {"incomplete_row"} and not wrong_in_silence(report)


@formats
@pytest.mark.parametrize(
    ("table", "check"),
    [
        ([row for row in REQUESTS if row[0] != "2.重复申请"], "missing_row"),
        ([row[:-1] for row in REQUESTS], "missing_column"),
        ([REQUESTS[0][:-1], *REQUESTS[1:]], "incomplete_row"),
        ([["", *APPLICANTS[:5], "其他", "其他"], *REQUESTS[1:]], "ambiguous_column"),
        (with_row(REQUESTS, "（一）予以公开", "（一）给与", *REQUESTS[4][1:]), "missing_row"),
    ],
)
def test_what_a_table_lacks_is_flagged(make, table, check):
    report = read(make(DISCLOSURE, table, DISPUTES))
    assert check in checks(report) and not wrong_in_silence(report)


@formats
@pytest.mark.parametrize("lost", [0, 1, 2])
def test_a_missing_table_is_flagged(make, lost):
    report = read(make(*(table for n, table in enumerate(SAMPLE) if n != lost)))
    assert checks(report) == {"missing_table"} and not wrong_in_silence(report)


@formats
@pytest.mark.parametrize(
    "label", ["（一）予以公开", "3.其他", "（七）总计", "四、结转下年度继续办理"]
)
@pytest.mark.parametrize("before", [False, True])
def test_a_label_torn_from_its_figures_is_flagged(make, label, before):
    at = position(label)
    torn = [[label, *[""] * 7], ["", *REQUESTS[at][1:]]]
    table = [*REQUESTS[:at], *(reversed(torn) if before else torn), *REQUESTS[at + 1 :]]
    report = read(make(DISCLOSURE, table, DISPUTES))
    assert "torn_row" in checks(report) and not wrong_in_silence(report)


@formats
def test_a_row_printed_twice_with_other_figures_is_flagged(make):
    table = with_rows(DISCLOSURE, "行政规范性文件", ["行政规范性文件", "4", "5", "68"])
    report = read(make(table, REQUESTS, DISPUTES))
    assert "repeated_cell" in checks(report) and is_flagged(report, IN_FORCE)
    assert not is_flagged(report, (*IN_FORCE[:2], "made"))


@formats
def test_a_row_printed_twice_alike_is_no_issue(make):
    table = with_rows(DISCLOSURE, "行政规范性文件", ["行政规范性文件", "4", "5", "67"])
    assert read(make(table, REQUESTS, DISPUTES)).facts["verified"]


def test_the_lower_part_of_a_row_that_rules_cut_in_two_is_no_row_of_its_own():
    """So browsers print a page to PDF: merged cells end a little below the rows beside them."""
    requests = REQUESTS
    for label in ("3.补正后申请内容仍不明确", "（七）总计"):
        row = next(row for row in REQUESTS if row[0] == label)
        tall = [f'<td rowspan="2">{text}</td>' for text in row]
        requests = with_rows(with_row(requests, label, *tall), tall[0], [""])
    report = read(html(DISCLOSURE, requests, DISPUTES))
    assert figures(report) == TRUTH
    assert report.facts["verified"]


@formats
def test_a_row_that_no_form_has_is_named_and_nothing_else_suffers(make):
    table = with_rows(DISCLOSURE, "规章", ["地方性法规", "7", "8", "9"])
    report = read(make(table, REQUESTS, DISPUTES))
    assert figures(report) == TRUTH and checks(report, "warning") == {"unplaced_row"}


@formats
def test_a_figure_under_an_unknown_column_is_flagged(make):
    table = [[*row, extra] for row, extra in zip(DISCLOSURE[:3], ["上年", "8", "9"], strict=True)]
    report = read(make([*table, *DISCLOSURE[3:]], REQUESTS, DISPUTES))
    assert "unplaced_figure" in checks(report) and not wrong_in_silence(report)


@formats
def test_a_second_table_without_a_heading_changes_no_figure_and_flags_them_all(make):
    report = read(make(*SAMPLE, doubled(REQUESTS)))
    assert figures(report) == TRUTH and checks(report) == {"several_tables"}
    assert {key[0] for key in TRUTH if is_flagged(report, key)} == {"requests"}


@pytest.mark.parametrize("tag", ["<td rowspan=2>", "<td rowspan=9>"])
def test_a_figure_merged_over_rows_is_flagged(tag):
    table = [DISCLOSURE[0], ["规章", "1", "2", f"{tag}67</td>"], ["行政规范性文件", "4", "5"]]
    report = read(html([*table, *DISCLOSURE[3:]], REQUESTS, DISPUTES))
    assert is_flagged(report, IN_FORCE) and not wrong_in_silence(report)


def test_a_figure_merged_over_columns_is_flagged():
    table = with_row(DISCLOSURE, "行政规范性文件", "行政规范性文件", "4", "<td colspan=2>5</td>")
    report = read(html(table, REQUESTS, DISPUTES))
    assert is_flagged(report, IN_FORCE) and not wrong_in_silence(report)


@pytest.mark.parametrize("hide", ["hidden", 'style="display:none"', "class=x"])
def test_a_hidden_cell_never_shifts_a_row_in_silence(hide):
    row = ["行政规范性文件", f"<td {hide}>9</td>", "4", "5", "67"]
    report = read(html(with_row(DISCLOSURE, row[0], *row), REQUESTS, DISPUTES))
    assert not wrong_in_silence(report)


@pytest.mark.parametrize("digits", ["40812346 58", "4081234658"])
def test_figures_run_together_are_flagged(digits):
    label = "一、本年新收政府信息公开申请数量"
    for make in FORMATS:
        report = read(make(DISCLOSURE, with_row(REQUESTS, label, label, digits), DISPUTES))
        assert not wrong_in_silence(report)


# ---- blanks ----


@formats
def test_blank_zeros_are_blanks_that_the_totals_prove(make):
    table = [[row[0], *("" if c == "0" else c for c in row[1:])] for row in REQUESTS]
    report = read(make(DISCLOSURE, table, DISPUTES))
    zeros = {key for key, value in TRUTH.items() if key[0] == "requests" and value == 0}
    cells = {(c.table, c.row, c.column): c for c in report.cells}
    assert report.facts["verified"] and {cells[key].state for key in zeros} == {"blank"}
    assert all(cells[key].proven for key in zeros) and not wrong_in_silence(report, figures(report))


@formats
@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_blank_form_is_all_blanks_and_no_figure(make, which):
    blank = [
        [c if not c.replace(".", "").isdecimal() else "" for c in row] for row in SAMPLE[which]
    ]
    tables = [blank if n == which else table for n, table in enumerate(SAMPLE)]
    name = ("disclosure", "requests", "disputes")[which]
    report = read(make(*tables))
    assert figures(report) == {key: value for key, value in TRUTH.items() if key[0] != name}
    assert not [cell for cell in report.cells if cell.proven]


@formats
@pytest.mark.parametrize("mark", ["/", "-", "—", "无"])
def test_a_mark_is_kept_as_a_mark(make, mark):
    report = read(make(with_row(DISCLOSURE, "规章", "规章", mark, mark, mark), REQUESTS, DISPUTES))
    cells = [cell for cell in report.cells if cell.row == "regulations"]
    assert [(c.state, c.value, c.raw) for c in cells] == [("mark", None, mark)] * 3


def test_nothing_is_recognised_where_nothing_is_printed():
    assert recognise([]) == ([], [])


def without(*keys):
    return {key: value for key, value in TRUTH.items() if key not in keys}


@formats
@pytest.mark.parametrize(
    ("rows", "blank"),
    [
        (
            [
                *DISCLOSURE[:3],
                ["信息内容", "上年数", "本年处理决定数量"],
                ["行政许可", "700", ""],
                *DISCLOSURE[5:],
            ],
            ("disclosure", "licensing", "decisions"),
        ),
        (
            [
                ["信息内容", "上年数", *DISCLOSURE[0][1:]],
                ["规章", "8", "1", "2", "13"],
                ["行政规范性文件", "99", "4", "5", ""],
                *DISCLOSURE[3:],
            ],
            IN_FORCE,
        ),
        (
            [
                [*DISCLOSURE[0], ""],
                ["规章", "1", "2", "13", "8"],
                ["行政规范性文件", "4", "5", "", "99"],
                *DISCLOSURE[3:],
            ],
            IN_FORCE,
        ),
        (
            [
                ["信息内容", "今年出台", *DISCLOSURE[0][2:]],
                DISCLOSURE[1],
                ["行政规范性文件", "4", "5", ""],
                *DISCLOSURE[3:],
            ],
            IN_FORCE,
        ),
    ],
    ids=["last year before", "last year before, three columns", "no label", "unknown label"],
)
def test_a_figure_of_an_unknown_column_never_moves_into_a_known_one(make, rows, blank):
    assert not wrong_in_silence(read(make(rows, REQUESTS, DISPUTES)), without(blank))


def test_unquoted_thousands_in_csv_never_become_two_figures():
    table = with_row(DISCLOSURE, "行政规范性文件", "行政规范性文件", "4", "", "1,067")
    expected = without(("disclosure", "normative_documents", "repealed")) | {IN_FORCE: 1067.0}
    assert not wrong_in_silence(read(text(table, REQUESTS, DISPUTES, separator=",")), expected)


@formats
@pytest.mark.parametrize("which", [(0,), (1,), (2,), (0, 1, 2)])
def test_another_years_table_before_this_years_is_flagged_wherever_it_differs(make, which):
    assert not wrong_in_silence(read(make(*(doubled(SAMPLE[n]) for n in which), *SAMPLE)))


@pytest.mark.parametrize(
    "table",
    [
        [*DISPUTES, [*"111140000000000"]],
        [["年度", *DISPUTES[0]], *(["", *row] for row in DISPUTES[1:3]),
         ["2022年", *"111140000000000"], ["2023年", *DISPUTES[3]]],
    ],
    ids=["without labels", "labelled by year"],
)  # fmt: skip
def test_a_second_row_of_disputes_is_never_dropped_in_silence(table):
    report = read(html(DISCLOSURE, REQUESTS, table))
    assert checks(report) and not wrong_in_silence(report)


def test_a_row_behind_the_last_one_is_never_dropped_in_silence():
    table = [*REQUESTS, ["四、结转下年度继续办理", *"9000009"]]
    assert "repeated_cell" in checks(read(html(DISCLOSURE, table, DISPUTES)))


def test_a_fee_under_a_header_of_decisions_is_flagged():
    table = [row for row in DISCLOSURE if row != DISCLOSURE[8]]
    table = with_row(table, "行政事业性收费", "行政事业性收费", "3")
    report = read(html(table, REQUESTS, DISPUTES))
    assert is_flagged(report, ("disclosure", "fees", "decisions"))


def test_a_table_with_a_header_of_its_own_ends_an_open_table():
    table = [row for row in DISCLOSURE[:8] if row[0] != "行政强制"]
    other = [["事项", "办结"], ["行政强制", "5"]]
    report = read(html(table, other, DISCLOSURE[8:], REQUESTS, DISPUTES))
    assert ("disclosure", "coercion", "decisions") not in figures(report)


def test_an_unknown_row_before_a_heading_does_not_make_the_heading_torn():
    table = with_rows(REQUESTS, "8.属于行政查询事项", ["9.其他", "1", "0", "0", "0", "0", "0", "1"])
    assert "torn_row" not in checks(read(html(DISCLOSURE, table, DISPUTES)))


@formats
def test_a_repeated_header_keeps_the_heading_above_it(make):
    at = position("3.其他")
    report = read(make(DISCLOSURE, REQUESTS[:at], [REQUESTS[0], *REQUESTS[at:]], DISPUTES))
    assert report.facts["verified"]


@pytest.mark.parametrize("make", [workbook, text])
@pytest.mark.parametrize("lost", [0, 1, 2])
def test_a_line_of_disputes_that_lost_a_cell_is_flagged_throughout(make, lost):
    line = [*DISPUTES[3][:lost], *DISPUTES[3][lost + 1 :], ""]
    report = read(make(DISCLOSURE, REQUESTS, [*DISPUTES[:3], line]))
    last = ("disputes", "litigation_after_reconsideration", "total")
    assert not wrong_in_silence(report, without(last))


@formats
@pytest.mark.parametrize("word", ["件数", "2023年", "序号"])
def test_a_plain_word_before_the_line_of_disputes_loses_nothing(make, word):
    table = [["类型", *DISPUTES[0]], *(["", *row] for row in DISPUTES[1:3]), [word, *DISPUTES[3]]]
    assert figures(read(make(DISCLOSURE, REQUESTS, table))) == TRUTH


def test_a_label_that_prints_another_year_is_not_read_as_this_years() -> None:
    table = [[cell.replace("本年", "2019年") for cell in row] for row in DISCLOSURE]
    report = read(html(table, REQUESTS, DISPUTES))
    assert not {key for key in figures(report) if key[2] in ("made", "repealed")}
    assert "missing_cell" in checks(report) or "missing_table" in checks(report)


def test_disputes_of_another_year_are_not_read_as_this_years() -> None:
    table = [["", *row] for row in DISPUTES[:-1]] + [["上年数", *DISPUTES[-1]]]
    report = read(html(DISCLOSURE, REQUESTS, table))
    assert not {key for key in figures(report) if key[0] == "disputes"}
    assert not report.facts["verified"]


def test_figures_below_a_merged_heading_and_a_blank_label_are_not_the_headings() -> None:
    group = '<td rowspan="9">（三）不予公开</td>'
    leaves = [row for row in REQUESTS if row[0][:2] in {f"{n}." for n in range(1, 9)}][:8]
    torn = [group, leaves[0][0], *[""] * 7], ["", *leaves[0][1:]]
    rows = [*torn, *([row[0], *row[1:]] for row in leaves[1:])]
    table = [["申请情况", "", *APPLICANTS]]
    for row in REQUESTS[1:]:
        if row in leaves:
            table += rows if row is leaves[0] else []
        elif row[0] != "（三）不予公开":
            table.append([f'<td colspan="2">{row[0]}</td>', *row[1:]])
    report = read(html(DISCLOSURE, table, DISPUTES))
    assert not wrong_in_silence(report)
    assert ("requests", "denied", "natural_person") not in figures(report)


@pytest.mark.parametrize("blank_first", [True, False])
def test_a_blank_row_beside_disputes_that_cannot_be_read_is_not_taken_for_them(blank_first) -> None:
    unread = [*DISPUTES[-1][:1], "二", *DISPUTES[-1][2:]]
    rows = [[""] * 15, unread] if blank_first else [unread, [""] * 15]
    report = read(html(DISCLOSURE, REQUESTS, [*DISPUTES[:-1], *rows]))
    assert not wrong_in_silence(report)


def test_a_table_of_which_nothing_is_read_is_flagged_as_a_whole() -> None:
    turned = [[*row[1:], row[0]] for row in REQUESTS]
    report = read(html(DISCLOSURE, turned, DISPUTES))
    assert "missing_table" in checks(report) and not wrong_in_silence(report)


def test_a_fraction_in_the_place_of_a_figure_is_no_page_number() -> None:
    report = read(pipes(with_row(DISCLOSURE, "行政许可", "行政许可", "812/3", ""), *SAMPLE[1:]))
    assert is_flagged(report, ("disclosure", "licensing", "decisions"))


def test_a_page_number_beside_figures_is_not_dropped_in_silence() -> None:
    report = read(text(with_row(DISCLOSURE, "行政许可", "行政许可", "-8-", ""), *SAMPLE[1:]))
    assert is_flagged(report, ("disclosure", "licensing", "decisions"))


def test_a_figure_behind_its_label_is_not_read_as_a_misprint_of_the_label() -> None:
    label = "四、结转下年度继续办理"
    moved = with_row(REQUESTS, label, f"{label} 3", "", "2", "0", "0", "1", "1", "7")
    report = read(html(DISCLOSURE, moved, DISPUTES))
    assert not wrong_in_silence(report)


def test_columns_that_all_stand_twice_are_flagged() -> None:
    twice = [row + row for row in REQUESTS]
    report = read(html(DISCLOSURE, twice, DISPUTES))
    assert not wrong_in_silence(report) and "unreadable" not in checks(report)


def test_a_label_torn_from_its_figures_is_flagged_though_both_print_their_unit():
    table = [[row[0], "件" if n else "单位", *row[1:]] for n, row in enumerate(REQUESTS)]
    torn = [[table[1][0], "件", *[""] * 7], ["", *table[1][1:]]]
    report = read(text(DISCLOSURE, [table[0], *torn, *table[2:]], DISPUTES))
    assert "torn_row" in checks(report) and not wrong_in_silence(report)


@pytest.mark.parametrize("make", [html, docx])
def test_a_row_that_lost_a_cell_before_an_empty_last_column_is_flagged(make):
    table = [[*row, ""] for row in REQUESTS]
    table = with_row(table, "（一）予以公开", "（一）予以公开", "11", "3", "1", "0", "0", "15", "")
    assert "incomplete_row" in checks(read(make(DISCLOSURE, table, DISPUTES)))


def test_an_unknown_row_with_a_label_of_its_own_tears_no_other():
    table = with_row(DISCLOSURE, "规章", "规章", "", "", "")
    table = with_rows(table, "规章", ["其他主动公开文件", "7", "8", "9"])
    assert "torn_row" not in checks(read(html(table, REQUESTS, DISPUTES)))


@pytest.mark.parametrize("part", ["申请", ""])
def test_a_row_with_a_part_of_a_label_may_be_torn_from_the_one_before(part):
    label = "4.无正当理由大量反复申请"
    at = position(label)
    torn = [[label[:-2], *[""] * 7], [part, *REQUESTS[at][1:]]]
    table = [*REQUESTS[:at], *torn, *REQUESTS[at + 1 :]]
    assert is_flagged(
        read(html(DISCLOSURE, table, DISPUTES)), ("requests", "unprocessed_excessive", "total")
    )


@formats
def test_figures_before_their_labels_are_flagged(make):
    table = [[row[-1], row[0], *[""] * 7] for row in REQUESTS]
    table[0] = ["", *REQUESTS[0]]
    report = read(make(DISCLOSURE, table, DISPUTES))
    assert "torn_row" in checks(report) and not wrong_in_silence(report)


@formats
def test_ordinals_before_labels_of_blank_rows_are_no_figures(make):
    blank = [[str(n), row[0], *[""] * 3] for n, row in enumerate(DISCLOSURE[1:3], start=1)]
    table = [["", *DISCLOSURE[0]], *blank, *[["", *row] for row in DISCLOSURE[3:]]]
    assert "torn_row" not in checks(read(make(table, REQUESTS, DISPUTES)))


@formats
def test_a_number_in_brackets_behind_a_label_may_be_a_figure_of_its_row(make):
    table = with_row(REQUESTS, "（七）总计", "（七）总计【40】", "", "7", "1", "2", "2", "3", "55")
    report = read(make(DISCLOSURE, table, DISPUTES))
    assert is_flagged(report, ("requests", "handled_total", "natural_person"))


def test_a_figure_that_is_not_read_takes_no_row_into_the_header():
    label = REQUESTS[1][0]
    only_total = with_row(REQUESTS, label, label, *[""] * 6, "l6")
    report = read(html(SAMPLE[0], only_total, SAMPLE[2]))
    flagged = {(f.check, f.row, f.column) for f in report.findings if f.severity == "error"}
    assert ("not_a_figure", "received", "total") in flagged
    assert {row for _, row, _ in flagged} == {"received"}


@formats
def test_routes_of_dispute_may_stand_one_below_the_other_each_with_its_own_header(make):
    blocks = [
        [[heading, *[""] * 4], RESULTS, DISPUTES[-1][at : at + 5]]
        for heading, at in (("行政复议", 0), ("未经复议直接起诉", 5), ("复议后起诉", 10))
    ]
    report = read(make(DISCLOSURE, REQUESTS, [row for block in blocks for row in block]))
    assert figures(report) == TRUTH and not checks(report)


@formats
def test_figures_beside_a_note_below_their_label_are_flagged(make):
    table = with_row(DISCLOSURE, "行政事业性收费", "行政事业性收费", "")
    report = read(make([*table, ["（含代收）", "3.52"]], REQUESTS, DISPUTES))
    assert is_flagged(report, ("disclosure", "fees", "fee_amount"))


@pytest.mark.parametrize(
    "label", ["1.本机关掌握相关政府信息", "4.有正当理由大量反复申请", "四、结转上年度继续办理"]
)
def test_a_label_that_says_the_opposite_is_no_misprint(label):
    assert find_near("requests", "row", label) is None


@pytest.mark.parametrize("label", ["行政事业性收费减免", "行政许可（不予许可）"])
def test_a_label_with_another_word_in_it_is_no_misprint(label):
    assert find_near("disclosure", "row", label) is None and not find("disclosure", "row", [label])


@formats
def test_a_header_with_a_column_that_is_not_known_ends_the_one_before(make):
    table = with_row(DISCLOSURE, "行政处罚", "行政处罚", "31")
    at = [row[0] for row in table].index("行政处罚") - 1
    table[at] = ["信息内容", "本年处理决定数量（罚款额）"]
    report = read(make(table, REQUESTS, DISPUTES))
    assert is_flagged(report, ("disclosure", "penalties", "decisions"))
