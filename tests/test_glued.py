"""A row is parted where the table proves it, whatever one figure may be misprinted as; else not."""

import pytest
from helpers import (
    DISCLOSURE,
    DISPUTES,
    REQUESTS,
    SAMPLE,
    checks,
    docx,
    figures,
    html,
    is_flagged,
    read,
    sample_truth,
    text,
    with_row,
    workbook,
)

from analysis.documents.glued import Line, part
from analysis.documents.reference import forms

RECEIVED = "一、本年新收政府信息公开申请数量"
GRANTED = "（一）予以公开"
FORM = forms()["2021"]
COLUMNS = FORM.codes("requests", "column")
ROUTES = FORM.codes("disputes", "row")
RESULTS = FORM.codes("disputes", "column")
TRUTH = sample_truth()


def line(row: str, glued: str) -> Line:
    return Line(tuple(("requests", row, column) for column in COLUMNS), glued)


def table(**changed: str) -> list[Line]:
    """The sample's requests, every row run together, some rows with other characters."""
    rows = [row for row in FORM.rows_with_figures("requests")]
    texts = {row: "".join(f"{TRUTH['requests', row, c]:g}" for c in COLUMNS) for row in rows}
    return [line(row, glued) for row, glued in (texts | changed).items()]


def read_rows(lines: list[Line], known=None) -> dict[str, list[float] | None]:
    """The figures of each row, None where they can't be told."""
    parted = {row: one for rows in part(lines, known or {}) for row, one in rows.items()}
    return {
        row: None if one.figures is None else [float(piece) for piece in one.figures]
        for row, one in parted.items()
    }


def true_row(row: str) -> list[float]:
    return [TRUTH["requests", row, column] for column in COLUMNS]


# ---- what the sums of a whole table prove ----


def test_a_table_run_together_is_read_where_its_sums_prove_every_figure():
    assert all(found == true_row(row) for row, found in read_rows(table()).items())


def test_no_misprint_makes_another_row_wrong():
    for row in ("granted", "denied_state_secret", "handled_total", "carried_out"):
        for place, column in enumerate(COLUMNS):
            printed = [f"{n:g}" for n in true_row(row)]
            printed[place] = f"{TRUTH['requests', row, column] + 10:g}"
            found = read_rows(table(**{row: "".join(printed)}))
            others = {r: f for r, f in found.items() if f is not None and r != row}
            assert all(figures == true_row(r) for r, figures in others.items())
            assert found[row] in (None, [float(n) for n in printed])


def test_a_row_whose_own_sum_leaves_one_way_is_not_parted_by_it_alone():
    alone = [line("received", "640020470")]
    assert read_rows(alone) == {"received": None}
    (rows,) = part(alone, {})
    assert rows["received"].ways == (("64", "0", "0", "2", "0", "4", "70"),)


def test_ways_that_a_whole_table_leaves_are_all_named():
    with_two_ways = table(granted="270020130", handled_total="270020130", received="270020130")
    (rows,) = [r for r in part(with_two_ways, {}) if "granted" in r]
    assert rows["granted"].figures is None and len(rows["granted"].ways) > 1


def test_a_row_of_one_digit_figures_needs_its_own_sum():
    assert read_rows([line("granted", "7000007")])["granted"] == [7, 0, 0, 0, 0, 0, 7]
    assert read_rows([line("granted", "7000006")])["granted"] is None


def test_where_a_cell_of_the_table_is_blank_only_zeros_are_certain():
    short = [line("granted", "1000001"), line("carried_in", "0000000"), line("carried_out", "77")]
    assert read_rows(short) == {"granted": None, "carried_in": [0] * 7, "carried_out": None}
    known = {("requests", "received", "total"): None}
    assert read_rows([line("granted", "1000001")], known) == {"granted": None}


def test_columns_tell_nothing_when_a_row_of_the_form_was_not_recognised():
    complete = read_rows(table())
    assert complete["handled_total"] is not None
    without = [one for one in table() if one.keys[0][1] != "denied_third_party"]
    assert read_rows(without)["handled_total"] is None


def test_a_row_without_a_sum_is_parted_only_where_it_cannot_be_fewer_figures():
    keys = [("disclosure", "regulations", c) for c in ("made", "repealed", "in_force")]
    found = {
        glued: read_rows([Line(tuple(keys), glued)]) for glued in ("000", "007", "123", "898989")
    }
    assert {glued: rows["regulations"] for glued, rows in found.items()} == {
        "000": [0, 0, 0],
        "007": [0, 0, 7],
        "123": None,
        "898989": None,
    }


def test_of_routes_on_one_line_those_are_read_that_every_way_agrees_on():
    keys = tuple(("disputes", row, column) for row in ROUTES for column in RESULTS)
    found = read_rows([Line(keys, "10203120001200000")])
    assert found["reconsideration"] == [1, 0, 2, 0, 3]
    assert found["litigation_direct"] is None
    assert read_rows([Line(keys, "0" * 15)]) == dict.fromkeys(ROUTES, [0.0] * 5)


def test_rows_of_many_digits_are_given_up_and_not_searched_for_ever():
    rows = FORM.rows_with_figures("requests")
    assert not any(read_rows([line(row, "1234567891234567891234567") for row in rows]).values())


# ---- a glued row within a proper table ----


GLUED_GRANTED = "11" + "3" + "0" + "1" + "0" + "0" + "15"


MERGED_TD = f'<td colspan="7">{GLUED_GRANTED}</td>'
MERGED_TC = (
    '<w:tc><w:tcPr><w:gridSpan w:val="7"/></w:tcPr>'
    f"<w:p><w:r><w:t>{GLUED_GRANTED}</w:t></w:r></w:p></w:tc>"
)


@pytest.mark.parametrize(
    ("make", "cells"),
    [
        pytest.param(html, [MERGED_TD], id="html"),
        pytest.param(html, [GLUED_GRANTED], id="html, lone"),
        pytest.param(html, [GLUED_GRANTED, *[""] * 6], id="html, blanks"),
        pytest.param(docx, [MERGED_TC], id="docx"),
        pytest.param(docx, [GLUED_GRANTED, *[""] * 6], id="docx, blanks"),
        pytest.param(text, [GLUED_GRANTED], id="text"),
        pytest.param(text, [GLUED_GRANTED, *[""] * 6], id="text, blanks"),
        pytest.param(workbook, [GLUED_GRANTED, *[""] * 6], id="workbook"),
    ],
)
def test_a_glued_row_of_a_table_is_read_or_flagged(make, cells):
    report = read(make(DISCLOSURE, with_row(REQUESTS, GRANTED, GRANTED, *cells), DISPUTES))
    read_right = {c: TRUTH["requests", "granted", c] for c in COLUMNS}
    found = {c: figures(report).get(("requests", "granted", c)) for c in COLUMNS}
    flagged = all(is_flagged(report, ("requests", "granted", column)) for column in COLUMNS)
    assert found == read_right or flagged


def test_a_glued_row_that_the_rest_of_the_table_proves_is_read_and_says_so():
    report = read(html(DISCLOSURE, with_row(REQUESTS, GRANTED, GRANTED, MERGED_TD), DISPUTES))
    assert figures(report) == TRUTH and not checks(report)
    (said,) = [f for f in report.findings if f.check == "parted_row"]
    assert said.row == "granted" and "11|3|0|1|0|0|15" in said.message
    assert {r.cell for r in report.cells if r.row == "granted"} == {said.cell}


def test_a_clean_table_is_never_parted():
    for document in (html(*SAMPLE), docx(*SAMPLE), text(*SAMPLE), workbook(*SAMPLE)):
        report = read(document)
        assert not {"parted_row", "glued_figures"} & {f.check for f in report.findings}


def test_a_glued_row_of_which_other_cells_are_printed_is_no_such_row():
    row = [RECEIVED, "40800000", "8", "1", "2", "3", "4", "58"]
    report = read(html(DISCLOSURE, with_row(REQUESTS, RECEIVED, *row), DISPUTES))
    assert figures(report)["requests", "received", "natural_person"] == 40800000
    assert is_flagged(report, ("requests", "received", "natural_person"))
