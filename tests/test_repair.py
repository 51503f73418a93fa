"""Failed sums come with the smallest corrections that mend them; nothing is ever applied."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from random import Random

import pytest
from helpers import (
    DISCLOSURE,
    DISPUTES,
    REQUESTS,
    SAMPLE,
    Table,
    checks,
    docx,
    figures,
    html,
    read,
    with_row,
    with_rows,
)
from typesetter import typeset

from analysis.documents.records import Record
from analysis.documents.reference import forms
from analysis.documents.repair import MOST_NAMED, in_words, repairs
from analysis.documents.sums import Key, find_sums, prove_zeros, verdict


def requests_with(*changes: tuple[str, int, str], table: Table = REQUESTS) -> Table:
    """Give the requests table with other cells, each by its label, place and text."""
    for label, at, cell in changes:
        row = next(row for row in table if row[0] == label)
        table = with_row(table, label, *row[:at], cell, *row[at + 1 :])
    return table


def disputes_with(*cells: str) -> Table:
    return [*DISPUTES[:3], [*cells, *DISPUTES[3][len(cells) :]]]


def suggestions(report) -> set[str]:
    """Give what the failed sums of a report suggest."""
    return {i.suggestion for i in report.findings if i.check == "sum"}


def suggested(*changes: tuple[str, int, str]) -> set[str]:
    return suggestions(read(html(DISCLOSURE, requests_with(*changes), DISPUTES)))


# ---- what is suggested ----


def test_one_wrong_cell_is_named_with_its_old_and_its_right_value():
    assert suggested(("（一）予以公开", 2, "4")) == {"requests/granted/business 4 → 3"}
    assert suggested(("四、结转下年度继续办理", 7, "8")) == {"requests/carried_out/total 8 → 7"}
    assert suggested(("（七）总计", 1, "4")) == {"requests/handled_total/natural_person 4 → 40"}


def test_the_cell_has_an_issue_of_its_own_in_both_languages_that_flags_nothing():
    report = read(html(DISCLOSURE, requests_with(("（一）予以公开", 2, "4")), DISPUTES))
    found = next(i for i in report.findings if i.check == "repair")
    assert (found.table, found.row, found.column) == ("requests", "granted", "business")
    assert (found.severity, found.actual, found.expected) == ("info", "4", "3")
    assert "Granted / Businesses: 4 → 3" in found.message
    assert "（一）予以公开 / 商业企业" in found.message_zh and "4 → 3" in found.message_zh
    assert found.cell == next(c.cell for c in report.cells if c.raw == "4" and c.suspect)


def test_two_wrong_cells_are_named_together():
    assert suggested(("（一）予以公开", 2, "4"), ("2.重复申请", 1, "3")) == {
        "requests/granted/business 4 → 3; requests/unprocessed_duplicate/natural_person 3 → 1"
    }


def test_a_published_total_of_nothing_has_one_correction_where_no_part_can_make_up_for_it():
    report = read(html(DISCLOSURE, REQUESTS, disputes_with("10", "1", "0", "0", "0")))
    assert suggestions(report) == {"disputes/reconsideration/total 0 → 11"}


def test_equally_small_corrections_are_all_named_and_none_is_preferred():
    report = read(html(DISCLOSURE, REQUESTS, disputes_with("5", "0", "0", "0", "0")))
    assert suggestions(report) == {
        "disputes/reconsideration/upheld 5 → 0 | disputes/reconsideration/total 0 → 5"
    }
    assert "repair" not in checks(report, "info")


def test_published_totals_of_a_column_may_be_right_and_the_rows_wrong():
    """Pingtan 2020: 20 and 21 stand printed and balance with what came in; the rows add 6 more."""
    none = [[row[0], *("0" if cell else "" for cell in row[1:])] for row in REQUESTS[1:]]
    table = [REQUESTS[0], *none]
    for label, *cells in (
        ("一、本年新收政府信息公开申请数量", *"20 1 0 0 0 0 21".split()),
        ("（一）予以公开", *"6 1 0 0 0 0 7".split()),
        ("（二）部分公开", *"6 0 0 0 0 0 6".split()),
        ("1.本机关不掌握相关政府信息", *"5 0 0 0 0 0 5".split()),
        ("2.没有现成信息需要另行制作", *"5 0 0 0 0 0 5".split()),
        ("2.重复申请", *"4 0 0 0 0 0 4".split()),
        ("（七）总计", *"20 1 0 0 0 0 21".split()),
    ):
        table = with_row(table, label, label, *cells)
    assert suggestions(read(html(DISCLOSURE, table, DISPUTES))) == {
        "requests/granted/natural_person 6 → 0; requests/granted/total 7 → 1"
        " | requests/granted_in_part/natural_person 6 → 0; requests/granted_in_part/total 6 → 0"
    }


def test_many_equal_corrections_are_cut_short_and_counted():
    """Totals that balance and are one more than the rows: any of 21 rows may lack a request."""
    (text,) = suggested(
        *(("（七）总计", 1, "41"), ("（七）总计", 7, "56")),
        *(("四、结转下年度继续办理", 1, "2"), ("四、结转下年度继续办理", 7, "6")),
    )
    *named, count = text.split(" | ")
    assert len(named) == MOST_NAMED and count == "… (21)"


def test_failed_sums_that_share_no_cell_are_mended_apart():
    report = read(
        html(
            DISCLOSURE,
            requests_with(("（一）予以公开", 2, "4")),
            disputes_with("10", "1", "0", "0", "0"),
        )
    )
    assert suggestions(report) == {
        "requests/granted/business 4 → 3",
        "disputes/reconsideration/total 0 → 11",
    }


def test_a_blank_that_a_wrong_total_proves_zero_may_be_filled():
    (text,) = suggested(("（一）予以公开", 4, ""), ("（一）予以公开", 7, "14"))
    first = "requests/granted/public_interest blank → 1; requests/granted/total 14 → 15"
    assert text.split(" | ")[0] == first


# ---- what is not suggested ----


def test_sums_that_hold_suggest_nothing():
    assert not read(html(*SAMPLE)).findings


def test_a_sum_with_unknown_cells_leaves_its_total_open_and_suggests_nothing():
    report = read(html(DISCLOSURE, REQUESTS, disputes_with("10", "1", "", "", "0")))
    assert suggestions(report) == {""}


def test_a_row_that_another_error_covers_suggests_nothing():
    first, second = ("（一）予以公开", 2, "4"), ("（一）予以公开", 3, "1 2")
    assert suggested(first, second) == {""}


def test_a_table_with_a_row_under_an_unknown_label_suggests_nothing():
    extra = ["9.其他原因", "1", "0", "0", "0", "0", "0", "1"]
    table = with_rows(requests_with(("（七）总计", 1, "41")), "8.属于行政查询事项", extra)
    report = read(html(DISCLOSURE, table, DISPUTES))
    assert "unplaced_row" in checks(report, "warning") and suggestions(report) == {""}


def test_a_misread_table_suggests_nothing():
    shifted = [[row[0], *row[2:], row[1]] if row[1] else row for row in REQUESTS[1:]]
    report = read(html(DISCLOSURE, [REQUESTS[0], *shifted], DISPUTES))
    assert "sum" in checks(report) and suggestions(report) == {""}


def test_a_suggestion_changes_no_value():
    table = requests_with(("（一）予以公开", 2, "4"))
    report = read(docx(DISCLOSURE, table, DISPUTES))
    assert figures(report)["requests", "granted", "business"] == 4
    assert not any(cell.corrected for cell in report.cells)


# ---- how it reads ----


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Granted / Businesses: 4 → 3 | Duplicate / Total: blank → 1 | … (9)"),
        ("zh", "（一）予以公开 / 商业企业: 4 → 3 | 2.重复申请 / 总计: blank → 1 | … (9)"),
    ],
)
def test_a_suggestion_can_be_told_in_words(language, words):
    coded = "requests/granted/business 4 → 3 | requests/unprocessed_duplicate/total blank → 1"
    assert in_words(f"{coded} | … (9)", language) == words


# ---- measured ----


def planted(fmt: str, seed: int) -> tuple[Key, str, list[str], int]:
    """Give a planted slip, the step that undoes it, what is suggested, and how many sums fail."""
    document, twin = (typeset(seed, fmt, hazards=(), slip=slip) for slip in (True, False))
    (key,) = document.slips
    step = f"{'/'.join(key)} {document.truth[key][1]:.15g} → {twin.truth[key][1]:.15g}"
    sums = [i for i in read(document.data).findings if i.check == "sum"]
    (text,) = {i.suggestion for i in sums}
    return key, step, text.split(" | ") if text else [], len(sums)


@pytest.mark.parametrize("fmt", ["html", "xlsx"])
def test_a_planted_slip_is_always_among_the_suggestions_and_alone_where_two_sums_show_it(fmt):
    for seed in range(60):
        key, step, options, n_sums = planted(fmt, seed)
        assert step in options, (seed, key)
        assert n_sums < 2 or options == [step], (seed, key)


def small_tables(seeds: range) -> Iterator[tuple[int, dict[Key, Record]]]:
    """Give small tables of two columns, with slips and blanks, as records by their codes."""
    rows = ("received", "carried_in", "granted", "granted_in_part", "handled_total", "carried_out")
    for seed in seeds:
        rng = Random(seed)
        one, other, left = (rng.randint(0, 3) for _ in range(3))
        printed = (one + other + left, 0, one, other, one + other, left)
        counts = dict(zip(rows, printed, strict=True))
        by_key = {
            ("requests", row, c): Record("requests", row, c, "number", float(n), "", str(n), "t1")
            for row, n in counts.items()
            for c in ("natural_person", "total")
        }
        for key in rng.sample(list(by_key), rng.randint(1, 2)):
            by_key[key].value = float(rng.randint(0, 4))
        for key in rng.sample(list(by_key), rng.choice((0, 0, 1, 3))):
            by_key[key].state, by_key[key].value = "blank", None
        yield seed, by_key


def sums_of(by_key: dict[Key, Record]):
    """Give the sums over the printed cells alone, as if the form had no other columns."""
    whole = find_sums("requests", forms()["2021"], by_key)
    sides = [[tuple(k for k in side if k in by_key) for side in (s.left, s.right)] for s in whole]
    return [replace(s, left=a, right=b) for s, (a, b) in zip(whole, sides, strict=True)]


def mended_by_one(by_key: dict[Key, Record], sums: list) -> list[dict[Key, float]]:
    """Give every change of one cell to 0–9 after which no sum fails, by trying them all."""
    found = []
    for (key, record), new in product(by_key.items(), range(10)):
        state = (record.value, record.proven)
        known = 0.0 if record.proven else record.value
        if known is None or known == new:
            continue
        record.value, record.proven = float(new), False
        if not any(verdict(s, by_key) == "fails" for s in sums):
            found.append({key: float(new)})
        record.value, record.proven = state
    return found


def test_the_search_finds_what_trying_every_single_change_finds():
    n_compared = 0
    for seed, by_key in small_tables(range(150)):
        sums = sums_of(by_key)
        prove_zeros(sums, by_key)
        if not any(verdict(s, by_key) == "fails" for s in sums):
            continue
        tried = mended_by_one(by_key, sums)
        cells = [tuple(change) for change in tried]
        found = [option for _, options in repairs(sums, by_key, set()) for option in options]
        if tried and len(set(cells)) == len(cells):
            assert sorted(found, key=str) == sorted(tried, key=str), seed
            n_compared += 1
        else:
            assert all(len(option) > 1 for option in found), seed
    assert n_compared >= 30
