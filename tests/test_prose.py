"""Figures in sentences: what is read and what is left alone, and how they compare with tables."""

import re

import pytest
from helpers import DISCLOSURE, DISPUTES, REQUESTS, SAMPLE, Table, docx, html, html_table, text
from helpers import figures as figures_of

from analysis.documents import wordings as known
from analysis.documents.fold import plain
from analysis.documents.issues import Issue
from analysis.documents.narrative import Section
from analysis.documents.prose import Claim, figures
from analysis.documents.reference import ReferenceDataError
from analysis.documents.report import Report, read_bytes

GOVERNMENT = "宿迁市人民政府"


def claims(sentence: str, heading: str = "一、总体情况", agency: str = GOVERNMENT) -> list[Claim]:
    """Read the figures of one sentence of a section."""
    return figures([Section(1, heading, sentence)], agency)


def told(
    sentence: str, heading: str = "一、总体情况", agency: str = GOVERNMENT
) -> dict[str, float]:
    """Give the plain figures of a sentence by quantity; shares behind a %."""
    found = [claim for claim in claims(sentence, heading, agency) if not claim.odd]
    return {c.quantity + c.unit.replace("件", ""): c.value for c in found}


PLAIN = [
    ("全年受理16件政府信息公开申请，结转至下年度继续办理2件。", {"received": 16, "carried_out": 2}),
    ("2024年，全市共收到政府信息公开申请3,210件。", {"received": 3210}),
    ("本年度新收政府信息公开申请数量58件，上年结转4件。", {"received": 58, "carried_in": 4}),
    ("全年共受理依申请公开１２６件，均在法定期限内办结。", {"received": 126}),
    ("2023年度我局收到公民、法人和其他组织提出的政府信息公开申请共计17件。", {"received": 17}),
    (
        "收到 12 件政府信息公开申请，办结 11 件，1 件结转下年度继续办理。",
        {"received": 12, "handled": 11, "carried_out": 1},
    ),
    ("全年收到申请三件，依法依规答复三件。", {"received": 3, "handled": 3}),
    ("共收到政府信息公开申请一百零二件。", {"received": 102}),
    ("收到政府信息公开申请5份，答复5份。", {"received": 5, "handled": 5}),
    ("较上年增长12%，共收到政府信息公开申请30件。", {"received": 30}),
    ("与2022年相比有所下降，2023年共收到政府信息公开申请30件。", {"received": 30}),
    ("全年累计受理政府信息公开申请44件。", {"received": 44}),
    ("全年收到依申请公开58件，其中予以公开15件。", {"received": 58, "granted": 15}),
    ("全年收到公民、法人和其他组织的申请58件，局办公室办结55件。", {"received": 58, "handled": 55}),
    (
        "收到政府信息公开申请62件（含上年结转4件）。",
        {"received_and_carried_in": 62, "carried_in": 4},
    ),
    (
        "收到政府信息公开申请58件，答复55件（含上年度结转申请4件，另有7件顺延到下年度答复）。",
        {"received": 58, "handled": 55, "carried_in": 4, "carried_out": 7},
    ),
    (
        "办结申请55件，其中予以公开15件，部分公开9件，不予公开13件，无法提供9件，不予处理5件，其他处理3件。",
        {
            "handled": 55,
            "granted": 15,
            "granted_in_part": 9,
            "denied": 13,
            "unavailable": 9,
            "unprocessed": 5,
            "other": 3,
        },
    ),
    (
        "在答复的申请中，同意公开15件、同意部分公开9件、不同意公开14件。",
        {"granted": 15, "granted_in_part": 9, "denied": 14},
    ),
    (
        "办结申请27件：15件予以公开，9件部分公开，3件不予公开。",
        {"handled": 27, "granted": 15, "granted_in_part": 9, "denied": 3},
    ),
    (
        "办结申请55件，其中予以公开15件，占27.27%。",
        {"handled": 55, "granted": 15, "granted%": 27.27},
    ),
    (
        "收到申请58件，其中予以公开15件，占办结总数的27.3%。",
        {"received": 58, "granted": 15, "granted%": 27.3},
    ),
    (
        "因政府信息公开被申请行政复议12件、提起行政诉讼15件。",
        {"reconsideration": 12, "litigation": 15},
    ),
    (
        "政府信息公开行政复议12件，其中结果维持6件，结果纠正2件，其他结果1件，尚未审结3件。",
        {
            "reconsideration": 12,
            "reconsideration_upheld": 6,
            "reconsideration_corrected": 2,
            "reconsideration_other": 1,
            "reconsideration_pending": 3,
        },
    ),
    (
        "政府信息公开行政诉讼15件，其中维持9件，被纠正1件，其他结果2件，未审结3件。",
        {
            "litigation": 15,
            "litigation_upheld": 9,
            "litigation_corrected": 1,
            "litigation_other": 2,
            "litigation_pending": 3,
        },
    ),
    (
        "涉及政府信息公开的行政诉讼中，未经复议直接起诉7件，复议后起诉8件。",
        {"litigation_direct": 7, "litigation_after_reconsideration": 8},
    ),
    (
        "全年有2件涉及政府信息公开的行政复议，1件因信息公开引发的行政诉讼。",
        {"reconsideration": 2, "litigation": 1},
    ),
    ("全年信息公开行政诉讼案件1件、行政复议案件2件。", {"litigation": 1, "reconsideration": 2}),
    ("全年信息公开行政复议、行政诉讼均为0件。", {"reconsideration": 0, "litigation": 0}),
    # the same in other words, as agencies write them
    ("依申请公开受理数为58件，答复数为55件。", {"received": 58, "handled": 55}),
    ("政府信息公开申请总量为58件。", {"received": 58}),
    ("收到依申请公开政府信息58条，受理各类依申请公开58件。", {"received": 58}),
    ("全市新增依申请公开58件，去年结转4件。", {"received": 58, "carried_in": 4}),
    ("新收申请58件、结转上年申请4件。", {"received": 58, "carried_in": 4}),
    ("2023年收到申请58件，7件结转至2024年办理。", {"received": 58, "carried_out": 7}),
    ("收到申请58件，结转7件至下年度。", {"received": 58, "carried_out": 7}),
    ("收到申请58件，其中已答复55件。", {"received": 58, "handled": 55}),
    ("收到申请58件（线上50件、线下8件），答复55件。", {"received": 58, "handled": 55}),
    ("通过网络、信函、当面等方式共收到申请58件。", {"received": 58}),
    ("1月至12月，收到申请58件。", {"received": 58}),
    ("今年以来收到申请58件。", {"received": 58}),
    ("上半年收到申请20件，下半年收到38件，全年共收到申请58件。", {"received": 58}),
    ("本年度办理政府信息公开申请55件。", {"processed": 55}),
    ("共办理55件依申请公开件。", {"processed": 55}),
    (
        "答复结果为：公开15件，部分公开9件，不予公开14件，无法提供9件，不予处理5件，其他3件。",
        {
            "granted": 15,
            "granted_in_part": 9,
            "denied": 14,
            "unavailable": 9,
            "unprocessed": 5,
            "other": 3,
        },
    ),
    (
        "“予以公开”15件（27.3%）、不予公开14件，占比25.5%，无法提供9件，其中本机关不掌握7件。",
        {
            "granted": 15,
            "granted%": 27.3,
            "denied": 14,
            "denied%": 25.5,
            "unavailable": 9,
            "not_held": 7,
        },
    ),
    ("办结申请55件，公开率为43.6%。", {"handled": 55, "disclosure_rate%": 43.6}),
    ("依申请公开被行政复议12件，被行政诉讼15件。", {"reconsideration": 12, "litigation": 15}),
    (
        "政府信息公开行政复议诉讼共27件，其中行政复议12件、行政诉讼15件。",
        {"reconsideration": 12, "litigation": 15},
    ),
    (
        "共有12件涉及政府信息公开的行政复议案件和15件行政诉讼案件。",
        {"reconsideration": 12, "litigation": 15},
    ),
    (
        "政府信息公开行政诉讼15件，其中判决维持或驳回9件。",
        {"litigation": 15, "litigation_upheld": 9},
    ),
    (
        "制定行政规范性文件4件，废止5件，截至年底现行有效67件。",
        {"normative_made": 4, "normative_repealed": 5, "normative_in_force": 67},
    ),
    (
        "废止行政规范性文件5件，现行有效行政规范性文件67件。",
        {"normative_repealed": 5, "normative_in_force": 67},
    ),
    (
        "作出行政许可决定812件、行政处罚31件、行政强制措施9件。",
        {"licensing": 812, "penalties": 31, "coercion": 9},
    ),
    ("全年收取行政事业性收费3.52万元。", {"fees万元": 3.52}),
    ("行政事业性收费总金额35200元。", {"fees万元": 3.52}),
]
NONE = [
    ("政府信息公开申请数量为0。", {"received": 0}),
    ("依申请公开数量为0。", {"received": 0}),
    ("没有公民、法人和其他组织向我局申请政府信息公开。", {"received": 0}),
    ("2023年无依申请公开件。", {"received": 0}),
    ("未发生与信息公开有关的行政复议、行政诉讼。", {"reconsideration": 0, "litigation": 0}),
    ("未因信息公开被申请行政复议或提起行政诉讼。", {"reconsideration": 0, "litigation": 0}),
    ("信息公开行政复议、行政诉讼均为零。", {"reconsideration": 0, "litigation": 0}),
    ("未发生因政府信息公开被提起行政诉讼的案件。", {"litigation": 0}),
    ("2023年未收到政府信息公开申请。", {"received": 0}),
    ("本年度未收到依申请公开事项。", {"received": 0}),
    ("本年度没有收到任何公民、法人或其他组织提出的政府信息公开申请。", {"received": 0}),
    ("本年度无依申请公开事项，无政府信息公开申请。", {"received": 0}),
    ("未发生因政府信息公开引起的行政复议、行政诉讼。", {"reconsideration": 0, "litigation": 0}),
    (
        "没有发生因政府信息公开被申请行政复议、提起行政诉讼的情况。",
        {"reconsideration": 0, "litigation": 0},
    ),
    ("本年度无政府信息公开行政诉讼、行政复议案件。", {"reconsideration": 0, "litigation": 0}),
    ("未收到政府信息公开行政复议申请。", {"reconsideration": 0}),
    (
        "未发生涉及政府信息公开的行政复议、行政诉讼和举报投诉。",
        {"reconsideration": 0, "litigation": 0},
    ),
]
LEFT_ALONE = [
    # of another year, of several, of a part of one
    "2022年共收到政府信息公开申请30件。",
    "去年收到政府信息公开申请30件。",
    "自2008年以来，共收到政府信息公开申请300件。",
    "截至2024年底，累计收到政府信息公开申请300件。",
    "累计收到政府信息公开申请300件。",
    "2021年至2024年共收到政府信息公开申请300件。",
    "上半年收到政府信息公开申请8件。",
    "第四季度收到政府信息公开申请8件。",
    "3月收到政府信息公开申请2件。",
    # about so many
    "共收到政府信息公开申请300余件。",
    "共收到政府信息公开申请约300件。",
    "共收到政府信息公开申请近300件。",
    "共收到政府信息公开申请1.2万件。",
    "共收到政府信息公开申请300件左右。",
    "共收到政府信息公开申请300件次。",
    # a change, not a count
    "收到政府信息公开申请较上年增加5件。",
    "收到政府信息公开申请同比减少5件。",
    # of a route, of a part
    "收到网络申请12件，收到信函申请3件。",
    "网上收到政府信息公开申请12件。",
    "通过邮寄收到政府信息公开申请12件。",
    "其中，收到涉及征地拆迁的申请8件。",
    "其中当面申请2件、网络申请5件。",
    "按时办结52件，延期办结3件。",
    "收到、办结政府信息公开申请分别为10件、9件。",
    "予以公开或部分公开政府信息公开申请24件。",
    "办理答复申请时，予以公开、部分公开共24件。",
    # of something else
    "主动公开政府信息1136条，其中规范性文件25件。",
    "办结群众来信35件，答复网民留言20件。",
    "办理人大代表建议50件、政协提案85件。",
    "全年办结行政处罚案件120件。",
    "收到信访举报类申请3件。",
    "受理行政复议案件1200件，审结1100件。",
    "全年收到行政复议申请500件。",
    "作为行政复议机关，办理政府信息公开行政复议案件20件。",
    "政府信息公开行政复议、行政诉讼共5件。",
    "未发生被复议机关纠错的政府信息公开行政复议案件。",
    "未发生政府信息公开行政诉讼败诉案件。",
    "对无正当理由大量反复申请的，依法不予处理。",
    "申请人可向本机关提出申请，办理时限为20个工作日。",
    "依据《政府信息公开条例》第二十条，公开12项内容。",
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "expected"), PLAIN + NONE)
def test_figures_that_sentences_state_are_read(sentence: str, expected: dict[str, float]) -> None:
    assert told(sentence) == expected


def test_every_wording_is_that_of_a_sentence_here() -> None:
    sentences = [plain(sentence).rstrip("。") for sentence, _ in PLAIN + NONE]
    unused = [
        wording.pattern.pattern
        for wording in known.wordings()
        if not any(wording.word in s and wording.pattern.search(s) for s in sentences)
    ]
    assert unused == []


@pytest.mark.parametrize("sentence", LEFT_ALONE)
def test_what_is_no_figure_of_the_whole_year_is_left_alone(sentence: str) -> None:
    found = [c for c in claims(sentence) if not c.odd and c.year in (None, 2024)]
    assert found == []


# ---- beside the tables ----

OFFICE = "宿迁市司法局"
ZEROS: Table = [[c if not c.isdecimal() else "0" for c in row] for row in REQUESTS]


def report(
    *sentences: str, agency: str = GOVERNMENT, scope: str = "", tables: tuple[Table, ...] = SAMPLE
) -> Report:
    """Read a page with a title, sentences under 一、总体情况, and tables."""
    lines = [f"{agency}2024年政府信息公开工作年度报告", "一、总体情况", *sentences]
    body = "".join(f"<p>{line}</p>" for line in lines) + "<p>二、主动公开政府信息情况</p>"
    page = f"<html><body>{body}{''.join(map(html_table, tables))}"
    return read_bytes(page.encode(), given={"scope": scope} if scope else {})


def differences(found: Report) -> list[Issue]:
    """Give the issues of figures that differ."""
    return [one for one in found.findings if "prose" in one.check]


def is_suspect(found: Report, row: str, column: str = "total") -> bool:
    """Say whether a figure is marked."""
    return any(r.suspect for r in found.cells if (r.row, r.column) == (row, column))


def test_figures_that_agree_are_counted_and_not_told() -> None:
    found = report("2024年，全市共收到政府信息公开申请58件，办结55件，7件结转下年度继续办理。")
    assert (found.facts["prose_agrees"], found.facts["prose_disagrees"]) == (3, 0)
    assert differences(found) == []


def test_a_figure_that_differs_is_told_with_its_sentence_and_both_figures() -> None:
    found = report("2024年，全市共收到政府信息公开申请85件，办结55件。")
    [issue] = differences(found)
    assert (issue.check, issue.severity) == ("prose_disagrees", "warning")
    assert (issue.table, issue.row, issue.expected, issue.actual) == (
        *("requests", "received", "85", "58"),
    )
    assert "共收到政府信息公开申请85件" in issue.message
    assert "共收到政府信息公开申请85件" in issue.message_zh
    assert (found.facts["prose_agrees"], found.facts["prose_disagrees"]) == (1, 1)


def test_a_cell_is_suspect_only_where_both_are_surely_of_the_same() -> None:
    sentence = "2024年，全市收到政府信息公开申请85件。"
    assert not is_suspect(report(sentence), "received")  # the table may be the office's own
    assert is_suspect(report(sentence, scope="aggregate"), "received")
    assert is_suspect(report("我局收到政府信息公开申请85件。", agency=OFFICE), "received")
    assert not is_suspect(report("我局受理政府信息公开申请85件。", agency=OFFICE), "received")


def test_the_figures_of_a_government_s_office_may_be_the_government_s() -> None:
    found = report("市政府收到政府信息公开申请17件。", agency=f"{GOVERNMENT}办公室")
    assert [one.check for one in differences(found)] == ["prose_disagrees"]
    assert not is_suspect(found, "received")


def test_all_disputes_are_no_figure_of_those_about_disclosure() -> None:
    sentence = "全年行政复议案件60件，行政诉讼案件70件，其中涉及政府信息公开的分别为12件、15件。"
    heading = "四、政府信息公开行政复议、行政诉讼情况"
    assert told(sentence, heading) == {}
    assert told("全年行政复议案件12件。", heading) == {"reconsideration": 12}


def test_a_warning_without_a_cell_leaves_the_figures_and_the_report_as_they_are() -> None:
    found = report("2024年，全市收到政府信息公开申请85件。")
    assert not any(r.suspect for r in found.cells)
    assert found.facts["verified"]
    assert figures_of(found) == figures_of(report())


def test_figures_of_another_scope_are_told_as_that_and_not_as_errors() -> None:
    found = report("2024年，市政府办公室收到政府信息公开申请17件。", scope="aggregate")
    [issue] = differences(found)
    assert (issue.check, issue.severity, issue.column) == ("prose_of_another_scope", "info", "")
    assert (issue.expected, issue.actual) == ("17", "58")
    assert found.facts["prose_disagrees"] == 0


def test_a_government_by_itself_is_another_scope_than_all_its_agencies() -> None:
    found = report("2024年，市政府收到政府信息公开申请17件。")
    assert [one.check for one in differences(found)] == ["prose_of_another_scope"]


@pytest.mark.parametrize("body", ["镇政府", "全镇", "我镇", "本镇", ""])
def test_a_town_is_one_body_whatever_it_calls_itself(body: str) -> None:
    found = report(f"{body}收到政府信息公开申请85件。", agency="洪泽区岔河镇人民政府")
    assert [one.check for one in differences(found)] == ["prose_disagrees"]
    assert not is_suspect(found, "received")


def test_a_sentence_goes_on_from_whose_and_when_the_one_before_names() -> None:
    office = "市政府办公室收到申请12件。办结11件，其中予以公开3件。"
    assert {one.check for one in differences(report(office))} == {"prose_of_another_scope"}
    assert differences(report("2023年全市收到申请70件。办结66件，其中予以公开20件。")) == []
    assert differences(report("近五年收到申请300件。办结280件。")) == []
    both = report(f"{office}全市收到申请58件。办结55件。")
    assert (both.facts["prose_agrees"], both.facts["prose_disagrees"]) == (2, 0)


def test_an_agency_of_which_all_agencies_figures_are_told_has_two_scopes() -> None:
    found = report("2024年，全市各部门收到政府信息公开申请300件。", agency=OFFICE)
    assert [one.check for one in differences(found)] == ["prose_of_another_scope"]


def test_another_body_that_is_named_is_not_the_report_s() -> None:
    for body in ("市公安局", "各镇（街道）", "市政府办公室", "申请最多的部门"):
        assert differences(report(f"{body}收到政府信息公开申请30件。", agency=OFFICE)) == []
    own = report("市司法局收到政府信息公开申请30件。", agency=OFFICE)
    assert [one.check for one in differences(own)] == ["prose_disagrees"]


def test_a_body_that_calls_itself_this_one_speaks_of_itself() -> None:
    for agency, body in (("华侨路街道办事处", "本街道"), ("淮安市图书馆管理中心", "本中心")):
        told = report(f"{body}共收到政府信息公开申请85件。", agency=agency)
        assert [one.check for one in differences(told)] == ["prose_disagrees"]
    assert differences(report("本区各街道共收到政府信息公开申请85件。", agency=OFFICE)) == []


def test_words_that_may_mean_another_sum_are_no_difference() -> None:
    # received with those carried in; handled of those received
    found = report("全年受理政府信息公开申请62件，答复51件。")
    assert (found.facts["prose_agrees"], found.facts["prose_disagrees"]) == (0, 0)
    assert differences(found) == []


def test_where_one_sentence_agrees_another_is_no_difference() -> None:
    found = report("全市收到政府信息公开申请58件。", "共收到政府信息公开申请17件。")
    assert (found.facts["prose_agrees"], found.facts["prose_disagrees"]) == (1, 0)


@pytest.mark.parametrize("year", ["2023", "2022"])
def test_figures_of_another_year_are_not_compared(year: str) -> None:
    assert differences(report(f"{year}年，全市共收到政府信息公开申请30件。")) == []


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("二、上年结转政府信息公开申请数量", "受理政府信息公开申请62件。"),
        ("二、上年结转政府信息公开申请数量", "收到政府信息公开申请62件（含上年结转4件）。"),
        ("一、本年新收政府信息公开申请数量", "收到政府信息公开申请85件。"),
        ("1.属于国家秘密", "在答复的申请中，不予公开30件。"),
    ],
)
def test_blanks_that_are_not_known_are_compared_with_nothing(row: str, sentence: str) -> None:
    blank = [[r[0], *[""] * 7] if r[0] == row else r for r in REQUESTS]
    assert differences(report(sentence, tables=(DISCLOSURE, blank, DISPUTES))) == []


def test_a_form_of_2019_is_compared_by_its_one_row_of_other_handling() -> None:
    parts = [r for r in REQUESTS if r[0][0] in "123" and ("申请人" in r[0] or r[0] == "3.其他")]
    whole = ["（六）其他处理", "2", "0", "0", "0", "0", "1", "3"]
    table = [whole if r[0] == whole[0] else r for r in REQUESTS if r not in parts]
    tables = (DISCLOSURE, table, DISPUTES)
    assert report("办结申请55件，其他处理3件。", tables=tables).facts["prose_agrees"] == 2
    [issue] = differences(report("办结申请55件，其他处理8件。", tables=tables))
    assert (issue.row, issue.expected, issue.actual) == ("other", "8", "3")


def test_sums_of_several_rows_are_compared() -> None:
    agreeing = "办结申请55件，其中不予公开14件，无法提供9件，不予处理5件，其他处理3件。"
    assert report(agreeing).facts["prose_agrees"] == 5
    [issue] = differences(report(agreeing.replace("14", "41")))
    assert (issue.check, issue.row, issue.expected, issue.actual) == (
        *("prose_disagrees", "", "41", "14"),
    )


def test_disputes_are_compared_with_their_results() -> None:
    sentence = "政府信息公开行政复议12件，其中结果维持6件，结果纠正2件；行政诉讼{}件。"
    assert report(sentence.format(15)).facts["prose_agrees"] == 4
    [issue] = differences(report(sentence.format(19)))
    assert (issue.table, issue.expected, issue.actual) == ("disputes", "19", "15")


def test_the_word_none_is_compared_too() -> None:
    found = report("未发生因政府信息公开引起的行政复议、行政诉讼。")
    assert [(one.check, one.expected, one.actual) for one in differences(found)] == [
        ("prose_disagrees", "0", "12"),
        ("prose_disagrees", "0", "15"),
    ]


def test_shares_are_compared_to_the_decimals_that_they_state() -> None:
    sentence = "办结申请55件，其中予以公开15件，占{}%。"
    assert report(sentence.format("27.27")).facts["prose_agrees"] == 3
    assert report(sentence.format("27")).facts["prose_agrees"] == 3
    [issue] = differences(report(sentence.format("72.3")))
    assert (issue.column, issue.expected) == ("", "72.3")
    assert "72.3%" in issue.message


def test_a_share_that_may_be_of_another_sum_is_no_difference() -> None:
    """24 of 55 are granted, wholly or in part."""
    sentence = "办结申请55件，其中予以公开24件，占{}%。"
    assert differences(report(sentence.format("43.6"))) == []
    assert [one.expected for one in differences(report(sentence.format("34.6")))] == ["34.6"]


def test_a_stated_disclosure_rate_is_compared_with_each_definition_in_use() -> None:
    """Of 55 handled, 15 were granted and 9 in part; 14 were denied."""
    sentence = "全市收到申请58件，公开率为{}%。"
    assert report(sentence.format("43.6")).facts["prose_agrees"] == 2
    for other in ("27.3", "63.2"):  # without those granted in part; of those decided on
        assert differences(report(sentence.format(other))) == []
    [issue] = differences(report(sentence.format("34.6")))
    assert (issue.expected, issue.actual, issue.column) == ("34.6", "43.64", "")


def test_documents_decisions_and_fees_are_compared_with_the_first_table() -> None:
    agreeing = "制定规范性文件4件，作出行政许可812件，收取行政事业性收费3.52万元。"
    assert report(agreeing).facts["prose_agrees"] == 3
    told_otherwise = agreeing.replace("4件", "6件").replace("3.52", "5.32")
    assert [(i.row, i.expected, i.actual) for i in differences(report(told_otherwise))] == [
        ("normative_documents", "6", "4"),
        ("fees", "5.32", "3.52"),
    ]


def test_of_figures_of_two_scopes_the_tables_are_of_those_that_agree() -> None:
    """The office's 17 in prose and the city's 58 in the table, or the other way round."""
    sentence = "全市共收到政府信息公开申请{}件，其中市政府办公室收到申请{}件。"
    office, city = report(sentence.format(95, 58)), report(sentence.format(58, 17))
    assert [one.check for one in differences(office)] == ["prose_of_another_scope"]
    assert differences(city) == []
    assert (office.facts["agreeing"], office.facts["differing"]) == (["agency"], ["aggregate"])
    assert (city.facts["agreeing"], city.facts["differing"]) == (["aggregate"], ["agency"])


def test_a_table_of_zeros_beside_figures_is_told_once() -> None:
    tables = (DISCLOSURE, ZEROS, DISPUTES)
    found = report("全市共收到政府信息公开申请58件，办结55件。", tables=tables)
    assert [(one.check, one.severity, one.table) for one in differences(found)] == [
        ("zero_beside_prose", "warning", "requests")
    ]
    assert report("全市未收到政府信息公开申请。", tables=tables).facts["prose_agrees"] == 1


@pytest.mark.parametrize(("year", "received", "handled"), [(2023, 3511, 3486), (2024, 3525, 3521)])
def test_published_figures_are_told_apart_from_altered_ones(
    year: int, received: int, handled: int
) -> None:
    """Figures alone of two published reports, in a sentence of our own."""
    row = ["一、本年新收政府信息公开申请数量", *["0"] * 6, str(received)]
    total = ["（七）总计", *["0"] * 6, str(handled)]
    table = [row if r[0] == row[0] else total if r[0] == total[0] else r for r in REQUESTS]
    sentence = f"{year}年，全市收到政府信息公开申请{received}件，办结{{}}件。"
    page = html(table).decode()
    title = f"宿迁市{year}年政府信息公开工作年度报告"
    for told_value, expected in ((handled, (2, 0)), (handled - 9, (1, 1))):
        lines = f"<p>{title}</p><p>一、总体情况</p><p>{sentence.format(told_value)}</p>"
        found = read_bytes(page.replace("<body>", f"<body>{lines}").encode())
        assert (found.facts["prose_agrees"], found.facts["prose_disagrees"]) == expected


def test_a_form_of_2014_and_one_of_fujian_are_compared_by_their_own_rows() -> None:
    table = [
        ["指标名称", "计量单位", "2016年度", "历年累计"],
        ["受理依申请公开信息总数", "条", "7", "40"],
        ["对申请的答复总数", "条", "7", "40"],
        ["行政复议数", "件", "1", "2"],
    ]
    sentences = "2016年全县收到政府信息公开申请7件，因政府信息公开被申请行政复议3件。"
    lines = ["平潭县人民政府2016年政府信息公开工作年度报告", "一、概述", sentences]
    page = html(table).decode().replace("<body>", "<body>" + "".join(f"<p>{x}</p>" for x in lines))
    found = read_bytes(page.encode())
    assert found.facts["prose_agrees"] == 1
    assert [(i.table, i.row, i.actual) for i in differences(found)] == [
        ("fujian", "reconsiderations", "1")
    ]


# ---- other formats, and wrong reference data ----


def test_prose_is_compared_in_text_and_word_too() -> None:
    lines = ["宿迁市人民政府2024年政府信息公开工作年度报告", "一、总体情况"]
    lines += ["全市共收到政府信息公开申请85件。", "三、收到和处理政府信息公开申请情况"]
    paragraphs = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    for data in (
        docx(*SAMPLE, body=paragraphs),
        ("\n".join(lines) + "\n" + text(*SAMPLE)).encode(),
    ):
        found = read_bytes(data)
        assert [(one.check, one.expected) for one in differences(found)] == [
            ("prose_disagrees", "85")
        ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"of": ["parking"]}, "pattern 1: unknown quantity 'parking'"),
        ({"about": "nothing"}, "pattern 1: unknown kind 'nothing'"),
        ({"pattern": "("}, "pattern 1: missing"),
        ({"word": None}, "pattern 1: it needs"),
    ],
)
def test_a_wrong_wording_is_named(change: dict, message: str) -> None:
    line = {"of": ["received"], "about": "whole", "word": "", "pattern": "收到<n>"} | change
    line = {key: value for key, value in line.items() if value is not None}
    with pytest.raises(ReferenceDataError, match=re.escape(message)):
        known._wording(1, line)


def test_a_reading_of_an_unknown_cell_is_named() -> None:
    with pytest.raises(ReferenceDataError, match=r"quantities\.received.*requests/parked/total"):
        known._reading("received", "requests", "parked")


NO_ALARM = [
    "各镇（街道）收到政府信息公开申请20件，区直部门收到38件。",
    "区住建局、公安局、教育局分别收到申请20件、15件、8件。",
    "年均收到政府信息公开申请300件。",
    "近三年共收到政府信息公开申请300件。",
    "共收到申请58件，其中自然人40件、法人18件。",
    "本年度办理政府信息公开申请62件，答复55件，结转下年7件。",
    "本年度按期答复政府信息公开申请55件，按期答复率100%。",
    "政府信息公开行政诉讼15件，其中一审10件、二审5件。",
    "行政诉讼：未经复议直接起诉7件，其中维持4件；复议后起诉8件，其中维持5件，均涉信息公开。",
    "2023年信息公开行政复议20件，2024年12件，下降40%。",
    "收到58件申请，全部办结。",
    "收到补正后重新提出的申请3件，申请人撤回申请2件。",
    "未收到要求减免费用的申请，未收到外国公民提出的申请。",
    "未发生因公开不当引起的行政复议。",
    "收到省政府办公厅转办的政府信息公开申请2件。",
    "收到涉及土地征收的政府信息公开申请30件。",
    "审核公文120件，其中主动公开80件，依申请公开20件，不予公开20件。",
    "全年共公开信息120条，其中予以公开100条、部分公开20条。",
    # some applicants, some requests, those of the largest receiver
    "收到自然人申请40件，收到法人或其他组织申请18件。",
    "新收公民申请40件，未收到法人申请。",
    "单日收到申请10件，一次性收到申请12件。",
    "正式受理申请50件，其余8件逾期未补正。",
    "EMS收到申请20件，市教育局申请量最大，收到申请12件。",
    "收到申请量居前的是市住建局，收到申请20件；其次是市教育局，收到申请10件。",
    "局机关收到申请20件，基层分局收到申请38件。",
    "全年收到书面申请20件，当面申请8件。",
    # some of those handled, or something else done with them
    "办结上年结转申请4件，办结本年新收申请51件。",
    "法定期限内答复申请52件，延期答复申请3件。",
    "共收到依申请公开件58件，转办5件，直接答复50件。",
    "疑难复杂申请会商答复20件，抽查答复12件，法制审核申请答复20件。",
    "协办政府信息公开申请20件，办结20件。",
    "收到申请58件；某项目相关申请20件，予以公开5件，不予公开3件。",
    "收到申请58件；涉及征地类申请20件，予以公开5件，无法提供12件。",
    "针对一名申请人的18件申请，予以公开2件，不予处理6件。",
    # other years, and differences
    "五年来共收到政府信息公开申请300件，近5年来办结280件。",
    "比去年多收到申请20件，多办结22件。",
    # other applications
    "受理行政许可申请812件，办结812件。",
    "开设依申请公开平台，收到网民咨询12件，答复12件。",
    # disputes of others, and parts of one's own
    "政府信息公开行政复议0件被纠错，政府信息公开行政诉讼1件败诉。",
    "市法院受理政府信息公开行政诉讼案件20件。",
    "市政府行政复议机构收到政府信息公开行政复议申请30件，受理28件。",
    "代理县政府政府信息公开行政诉讼案件5件，行政复议案件3件。",
    "涉及政府信息公开的案件中，新发生行政诉讼10件，上年结转行政诉讼5件。",
    "行政诉讼方面，涉信息公开的一审维持4件，二审维持5件。",
    "以市政府为被申请人的政府信息公开行政复议3件，以市政府为被告的行政诉讼2件。",
    "政府信息公开行政复议案件占全部行政复议案件的20%，全部行政复议案件60件。",
    "有8个单位全年未收到政府信息公开申请。",
    # members of a government, and ways of asking
    "各乡镇收到申请12件，县直部门收到申请46件。",
    "部分乡镇全年未收到政府信息公开申请。",
    "县区政府政府信息公开行政诉讼12件。",
    "各街道收到申请12件，均已办结12件。",
    "全市公安机关收到政府信息公开申请120件。",
    "全年通过政务服务网收到申请30件，通过邮寄收到申请28件。",
    "1-6月收到申请30件，7-12月收到申请28件。",
    "收到申请58件，涉及申请人30人，合并答复40件。",
    "协助市政府办公室答复申请20件，会同住建局办理申请12件。",
    "收到申请58件，4件由2022年结转至2023年办理。",
    "出庭应诉信息公开行政诉讼案件9件。",
    "政府信息公开行政复议12件，其中复议机关维持6件。",
    "收到申请58件，其中我局答复30件，转其他单位答复25件。",
    "局属各单位收到申请3件。",
    "收到申请70件，其中12件为重复提交，剔除后58件。",
    "涉及信息公开行政复议案件共有14件，其中上年结转2件。",
    "我局作为第三人参加信息公开行政复议3件。",
    "按申请人分，自然人申请予以公开11件，法人予以公开4件。",
    # documents and decisions that are not those made in the year
    "主动公开规范性文件25件，公开行政许可信息120条、行政处罚信息30条。",
    "全市清理行政规范性文件120件，废止12件，继续有效88件。",
    "市住建局作出行政许可决定120件、行政处罚决定12件。",
    "全市政务服务中心办理行政许可12031件，办结率100%。",
    "其中行政许可200件，行政处罚12件。",
    "全年减免行政事业性收费120万元。",
    # rates of something else
    "预决算信息公开率100%，政府网站信息公开率98%。",
    "向申请人提供政府信息15条，公开率达90%。",
    "收到申请58件，主动公开率100%，按时办结率98%。",
]


@pytest.mark.parametrize("sentence", NO_ALARM)
@pytest.mark.parametrize("agency", [GOVERNMENT, OFFICE])
def test_figures_of_parts_and_other_matters_raise_no_alarm(sentence: str, agency: str) -> None:
    assert differences(report(sentence, agency=agency)) == []
