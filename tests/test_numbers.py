"""Text is folded in one way, and becomes a figure only where it can be nothing else."""

import pytest

from analysis.documents.fold import fold, plain
from analysis.documents.grid import Cell
from analysis.documents.numbers import (
    ends_in_figure,
    is_label,
    is_page_number,
    parse_count,
)


@pytest.mark.parametrize(
    ("printed", "typed"),
    [
        ("规 章", "规章"),
        ("规\u3000\u00a0章\u200b", "规章"),
        ("本年新\r\n制作数量", "本年新制作数量"),
        ("１２３", "123"),
        ("【注】〔1〕", "(注)(1)"),
        ("行政許可", "行政许可"),
    ],
)
def test_plain_text_is_as_one_would_type_it_today(printed, typed):
    assert plain(printed) == typed


@pytest.mark.parametrize(
    ("printed", "key"),
    [
        ("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", "部分公开"),
        ("(二)部分公开", "部分公开"),
        ("1.属于国家秘密", "属于国家秘密"),
        ("1、属于国家秘密", "属于国家秘密"),
        ("１．属于国家秘密", "属于国家秘密"),
        ("三、本年度办理结果", "本年度办理结果"),
        ("3.危及“三安全一稳定”", "危及三安全一稳定"),
        ("3.危及「三安全一稳定」", "危及三安全一稳定"),
        ("本年增/减", "本年增减"),
        ("本年(2023)制发件数", "本年制发件数"),
        ("本年收费金额（单位：万元）", "本年收费金额"),
        ("（七）總計", "总计"),
        ("注（未闭合", "注"),
        ("注（外（内）外）", "注"),
        ("（只有括号）", "只有括号"),
        ("", ""),
        ("——", ""),
    ],
)
def test_print_variants_of_a_label_have_one_key(printed, key):
    assert fold(printed) == key


@pytest.mark.parametrize("key", ["三安全一稳定", "一次性告知", "十九大", "部分公开"])
def test_a_key_folds_to_itself(key):
    assert fold(key) == key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("其他", "其他结果"),
        ("未经复议直接起诉", "复议后起诉"),
        ("本年制发件数", "本年废止件数"),
        ("予以公开", "不予公开"),
    ],
)
def test_different_labels_keep_different_keys(one, other):
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("8", 8),
        ("801", 801),
        (" 8\t", 8),
        ("\u30008\u00a0\r\n", 8),
        ("\u200b8\ufeff", 8),
        ("１２", 12),
        ("1,234", 1234),
        ("12,345,678", 12345678),
        ("1，234", 1234),
        ("１，２３４", 1234),
        ("160.5964", 160.5964),
        ("24252.311082", 24252.311082),
        ("3．52", 3.52),
        ("0.0", 0),
        ("12.00", 12),
        ("+5", 5),
        ("-18", -18),
        ("－18", -18),
        ("−18", -18),
        ("–18", -18),
        ("﹣18", -18),
        ("- 18", -18),
        ("1573179", 1573179),
    ],
)
def test_one_figure_is_read_as_it_stands(text, value):
    figure = parse_count(text)
    assert (figure.state, figure.value) == ("number", value)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("251000元", 251000, "元"),
        ("160.5964万元", 160.5964, "万元"),
        ("1,234.5 万元", 1234.5, "万元"),
        ("2亿元", 2, "亿元"),
        ("12件", 12, "件"),
        ("12 件", 12, "件"),
        ("3项", 3, "项"),
    ],
)
def test_a_unit_is_kept_and_the_figure_never_rescaled(text, value, unit):
    figure = parse_count(text)
    assert (figure.state, figure.value, figure.unit) == ("number", value, unit)


@pytest.mark.parametrize(
    "text",
    [
        "22（其中修订16件）",
        "22(其中修订16件)",
        "22其中修订16件",
        "22，其中修订16件",
        "22件，其中修订16件",
        "22（含自然失效29件）",
        "22含自然失效29件",
        "22[注1]",
    ],
)
def test_a_note_behind_a_figure_is_no_part_of_it(text):
    assert parse_count(text).value == 22


@pytest.mark.parametrize("text", ["", " ", "\u00a0", "\u3000\n", "\u200b", "\ufeff"])
def test_white_space_is_a_blank(text):
    assert parse_count(text).state == "blank"


@pytest.mark.parametrize(
    "text", ["/", "／", "-", "－", "--", "—", "——", "无", "無", "N/A", "不适用", "*"]
)
def test_a_mark_is_neither_a_blank_nor_a_figure(text):
    figure = parse_count(text)
    assert (figure.state, figure.value) == ("mark", None)


@pytest.mark.parametrize(
    "text",
    [
        *("8 0", "8\n0", "8\t0", "8\u30000", "1 234", "6\u00a07", "3. 52"),
        *("007", "00", "05", ".5", "5.", "1.2.3", "1,23", "1,2", "1234,567", "1.234,5", "1、234"),
        *("1O", "O", "o", "l", "I", "l2", "12l", "Ⅷ", "〇", "零", "两", "五", "十二"),
        *("5-", "+-5", "--5", "(5)", "（5）", "△5", "▲5", "负5", "—5"),
        *("约12", "12余", "≥12", "12+", "12-15", "12～15", "3/5", "50%", "½", "1½"),
        *("1e5", "1E5", "0x1F", "NaN", "inf", "None", "null", "TRUE", "#REF!", "=12"),
        *("5万", "2亿", "3千", "￥12", "$12", "2023年", "3月", "12件次", "1项2件", "3件2项"),
        *("12(3)", "5(+2)", "12（2023）", "12*", "*12", "12※", "12。", "（12", "12）", "•12"),
        *("待定", "同上", "详见附件", "\ufffc", "\ufffd5", "٣", "३", "1·5", "1'234", "1_234"),
    ],
)
def test_anything_else_is_text_and_never_a_guess(text):
    figure = parse_count(text)
    assert (figure.state, figure.value) == ("text", None)


@pytest.mark.parametrize("text", ["5²", "5₂", "²", "12①", "3⑵", "9" * 18, "1" + "0" * 400])
def test_raised_lowered_circled_or_endless_digits_are_no_figure(text):
    assert parse_count(text).state == "text"


@pytest.mark.parametrize("text", ["\u202e21\u202c", "1\u202e2", "\u20661\u2069"])
def test_digits_that_are_printed_in_another_order_than_written_are_no_figure(text):
    assert parse_count(text).state == "text"


@pytest.mark.parametrize("text", ["-3-", "— 5 —", "－12－", "第3页", "第3页共8页", "3/8页"])
def test_a_page_number_is_known_by_its_signs(text):
    assert is_page_number(text)


@pytest.mark.parametrize("text", ["3", "-3", "-", "", "第3项", "3-5", "3/8"])
def test_a_figure_is_no_page_number(text):
    assert not is_page_number(text)


@pytest.mark.parametrize(
    ("text", "expected"), [("规章", True), ("8", False), ("", False), ("无", False), ("……", False)]
)
def test_a_label_has_letters_and_is_no_figure_blank_or_mark(text, expected):
    assert is_label(Cell(text, 0, 0)) is expected


@pytest.mark.parametrize("text", ["8.40E+01", "1O", "l0"])
def test_a_text_that_is_nearly_digits_is_no_label(text):
    assert not is_label(Cell(text, 0, 0))


@pytest.mark.parametrize(
    ("label", "ends"),
    [
        ("（七）总计【12】", True),
        ("（七）总计（12件）", True),
        ("规章（2023）", False),
        ("规章（含1项）", False),
        ("(12)", False),
    ],
)
def test_a_number_in_brackets_at_the_end_of_a_label_may_be_a_figure(label, ends):
    assert ends_in_figure(label) is ends


@pytest.mark.parametrize(
    "text",
    ["18（减）", "4（以上）", "4（应为5）", "4（万）", "4（均为2022年）", "4（累计）", "4（作废）"],
)
def test_a_figure_with_a_note_that_changes_it_is_not_read(text):
    assert parse_count(text).state == "text"
