"""Running text is read by its labels; labels and figures whose order is broken are not joined."""

import re

import pytest
from helpers import (
    REQUESTS,
    SAMPLE,
    checks,
    figures,
    is_flagged,
    read,
    sample_truth,
    text,
    with_row,
    wrong_in_silence,
)

from analysis.documents.running import tokens_of

TRUTH = sample_truth()
HEAD = "申请人情况自然人法人或其他组织总计商业企业科研机构社会公益组织法律服务机构其他"
ROWS = REQUESTS[1:]
GRANTED_ROW = "（一）予以公开1"
ROUTES = (
    "行政复议行政诉讼结果维持结果纠正其他结果尚未审结总计未经复议直接起诉复议后起诉"
    "结果维持结果纠正其他结果尚未审结总计结果维持结果纠正其他结果尚未审结总计"
)


def run(*rows, gap: str = "", head: str = HEAD) -> str:
    """Print rows of requests with all cells run together."""
    return head + "".join(gap.join([row[0], "".join(row[1:])]) for row in rows)


def texts(line: str) -> list[str]:
    return [token.text for token in tokens_of(line)]


# ---- labels in a line ----


def test_an_ordinal_belongs_to_its_label_and_not_to_the_figures_before_it():
    assert texts("1.属于国家秘密00000002.其他法律行政法规禁止公开 0000000") == [
        *("1.属于国家秘密", "0000000", "2.其他法律行政法规禁止公开", "0000000")
    ]
    assert texts("条346085376其中")[-2:] == ["346085376", "其中"]


def test_an_ordinal_without_its_sign_leaves_both_sides_together():
    kinds = [
        token.kind for token in tokens_of("1.属于国家秘密00000002其他法律行政法规禁止公开0000000")
    ]
    assert kinds == ["label", "text", "figures"]


def test_an_ordinal_before_an_unknown_label_is_no_figure_either():
    assert texts("规章0005.某种新事项3") == ["规章", "000", "5.某种新事项", "3"]


def test_notes_and_headings_go_with_their_labels():
    assert texts("三、本年度办理结果（一）予以公开7（二）部分公开（不计其他情形） 8") == [
        *("三、本年度办理结果", "（一）予以公开", "7", "（二）部分公开（不计其他情形）", "8")
    ]


def test_a_label_within_a_longer_word_is_none():
    assert [t.kind for t in tokens_of("规章制度建设3")] == ["text", "figures"]
    assert [t.kind for t in tokens_of("其他某类文件5")] == ["text", "figures"]
    assert [t.kind for t in tokens_of("不属于国家秘密5")] == ["text", "figures"]


def test_marks_of_letters_part_labels():
    assert texts("规章无无无行政规范性文件") == ["规章", "无无无", "行政规范性文件"]
    assert texts("行政强制无第二十条第（八）项") == ["行政强制", "无", "第二十条第（八）项"]
    assert [t.kind for t in tokens_of("行政强制无法办理")] == ["text"]


def test_years_and_articles_are_no_figures():
    assert texts("第二十条第（一）项信息内容")[0] == "第二十条第（一）项"
    assert "2022年" in texts("结果维持000000 2022年，全区")


def test_a_unit_between_label_and_figures_is_a_note_of_the_label():
    assert texts("行政许可 件 2543") == ["行政许可（件）", "2543"]


# ---- whole documents ----


DISCLOSED = (
    "二、主动公开政府信息情况第二十条第（一）项信息内容本年制发件数本年废止件数现行有效件数规章000"
    "行政规范性文件0013第二十条第（五）项信息内容本年处理决定数量行政许可812"
    "第二十条第（六）项信息内容本年处理决定数量行政处罚31行政强制9"
    "第二十条第（八）项信息内容本年收费金额（单位：万元）行政事业性收费3.52"
)


@pytest.mark.parametrize("gap", ["", " ", "\n"])
def test_a_report_in_one_line_is_read_where_figures_are_certain(gap):
    disputes = ROUTES + "621312" + "410207" + "50210" + "8"
    document = gap.join([DISCLOSED, run(*ROWS), disputes + "五、存在的主要问题及改进情况"])
    report = read(document)
    found = figures(report)
    requests = {key: value for key, value in TRUTH.items() if key[0] == "requests"}
    assert {key: found.get(key) for key in requests} == requests
    assert found["disclosure", "normative_documents", "in_force"] == 13
    assert found["disclosure", "fees", "fee_amount"] == 3.52
    assert not [f for f in report.findings if f.severity == "error" and f.table == "requests"]


def test_lines_of_text_with_blanks_between_figures_are_read():
    lines = [" ".join(cell for cell in row if cell) for row in ROWS]
    head = (
        "申请人情况\n自然人 法人或其他组织 总计\n商业企业 科研机构 社会公益组织 法律服务机构 其他"
    )
    found = figures(read("\n".join([head, *lines])))
    assert {k: v for k, v in TRUTH.items() if k[0] == "requests"} == found


def test_a_row_that_is_not_certain_is_flagged_with_its_ways_and_gets_no_figures():
    report = read(DISCLOSED.replace("规章000", "规章1234"))
    assert is_flagged(report, ("disclosure", "regulations", "made"))
    assert not [r for r in report.cells if r.row == "regulations"]
    (said,) = [f for f in report.findings if f.check == "glued_figures"]
    assert "1|2|34; 1|23|4; 12|3|4" in said.message


def test_prose_with_the_words_of_a_table_is_not_read():
    prose = "申请办理情况：涉及自然人72件、商业企业3件，予以公开7件，部分公开2件，总计75件。"
    assert not read(prose).cells
    report = read("\n".join([prose, text(*SAMPLE), prose]))
    assert figures(report) == TRUTH and not checks(report)


def test_an_unknown_row_takes_no_figures_from_its_neighbours():
    unknown = ["9.某种新情形", *"0000000"]
    found = read(run(*ROWS[:14], unknown, *ROWS[14:]))
    assert not [key for key in wrong_in_silence(found) if key[0] == "requests"]


def test_a_row_of_which_only_the_label_is_printed_is_missing():
    report = read(run(*[row if row[0] != "3.其他" else ["3.其他"] for row in ROWS]))
    assert is_flagged(report, ("requests", "other_remaining", "total"))


def test_text_without_end_is_read_to_its_end():
    assert not read(HEAD * 3000).cells
    rows = "".join(f"{GRANTED_ROW}{n:015}" for n in range(1000))
    assert not read(HEAD + rows).cells


# ---- labels torn from their figures ----


def alternating(order) -> str:
    """Print the requests a line at a time: labels and rows of figures in some order."""
    head = "\n".join(REQUESTS[0])
    pieces = [piece for row in ROWS for piece in ((row[0], " ".join(row[1:]).strip()))]
    return head + "\n" + "\n".join(piece for piece in order(pieces) if piece)


def figures_first(pieces):
    return [piece for pair in zip(pieces[1::2], pieces[::2], strict=True) for piece in pair]


def two_by_two(pieces):
    labels, rows = pieces[::2], pieces[1::2]
    pairs = range(0, len(labels), 2)
    return [p for n in pairs for p in (*labels[n : n + 2], *rows[n : n + 2])]


def shifted_from(start):
    def order(pieces):
        labels, rows = pieces[::2], pieces[1::2]
        before = [p for pair in zip(labels[:start], rows[:start], strict=True) for p in pair]
        after = [p for pair in zip(rows[start:], labels[start:], strict=True) for p in pair]
        return before + after

    return order


def all_labels_first(pieces):
    return pieces[::2] + pieces[1::2]


@pytest.mark.parametrize(
    "order", [figures_first, two_by_two, shifted_from(3), shifted_from(9), all_labels_first]
)
@pytest.mark.parametrize("gap", [" ", ""], ids=["blanks", "glued"])
def test_torn_labels_and_figures_are_never_joined_by_their_order(order, gap):
    document = alternating(order)
    document = document if gap else re.sub(r"(?<=\d) (?=\d)", "", document)
    report = read(document)
    requests = {key: value for key, value in TRUTH.items() if key[0] == "requests"}
    assert not [k for k in wrong_in_silence(report, requests) if k[0] == "requests"]


def test_lines_in_their_order_are_read():
    report = read(alternating(lambda pieces: pieces))
    assert {k: v for k, v in TRUTH.items() if k[0] == "requests"} == figures(report)


def test_cells_a_line_each_in_the_wrong_order_are_never_joined():
    cells = [[row[0], *row[1:]] if n % 2 else [*row[1:], row[0]] for n, row in enumerate(ROWS)]
    lines = "\n".join([*REQUESTS[0], *(c for row in cells for c in row if c)])
    requests = {key: value for key, value in TRUTH.items() if key[0] == "requests"}
    assert not wrong_in_silence(read(lines), requests)


def test_a_table_with_one_row_missing_its_figures_flags_that_row_and_the_next():
    lines = [" ".join(c for c in row if c) for row in with_row(REQUESTS, ROWS[3][0], ROWS[3][0])]
    report = read("\n".join(["\n".join(REQUESTS[0]), *lines[1:]]))
    assert is_flagged(report, ("requests", "granted", "total"))
    assert not wrong_in_silence(report, {k: v for k, v in TRUTH.items() if k[0] == "requests"})


@pytest.mark.parametrize("below", ["（七）总计", "3.其他"])
def test_a_row_below_a_header_printed_again_is_no_column_though_it_reads_like_one(below: str):
    at = next(n for n, row in enumerate(REQUESTS) if row[0] == below)
    rows = [*REQUESTS[:at], REQUESTS[0], *REQUESTS[at:]]
    report = read("\n".join(cell for row in rows for cell in row))
    assert figures(report) == {k: v for k, v in TRUTH.items() if k[0] == "requests"}


def test_sample_tables_in_lines_stay_as_they_were():
    lines = "\n".join(cell for table in SAMPLE for row in table for cell in row)
    assert not wrong_in_silence(read(lines))
