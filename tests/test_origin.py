import pytest
from helpers import DISCLOSURE, REQUESTS, html, workbook

from analysis.documents.origin import counted_in, preamble_of, read_origin, squeeze
from analysis.documents.readers import read
from analysis.documents.report import read_bytes


def test_a_page_says_its_site_column_and_source() -> None:
    head = (
        '<meta name="SiteName" content="甲市人民政府"><meta name="ColumnName" content="年报">'
        '<meta name="ContentSource" content="甲市教育局">'
    )
    told = read_origin(read(html(DISCLOSURE, head=head)))
    assert (told["site"], told["column"], told["source"]) == ("甲市人民政府", "年报", "甲市教育局")


@pytest.mark.parametrize(
    "line",
    ["来源：甲市教育局", "信息来源: 甲市教育局  发布时间：2023-01-05", "发布机构 ： 甲市教育局"],
)
def test_a_line_above_the_report_says_its_source(line: str) -> None:
    assert read_origin(read(f"{line}\n正文\n".encode()))["source"] == "甲市教育局"


def test_a_document_that_says_nothing_has_no_origin() -> None:
    told = read_origin(read(html(DISCLOSURE)))
    assert not any(told.values())


def test_a_workbook_tells_who_made_it_after_its_lines_were_read() -> None:
    report = read_bytes(workbook([["本报告由甲市教育局编制。"]], DISCLOSURE))
    assert str(report.facts["preamble"]).startswith("本报告由甲市教育局编制")


def test_the_preamble_is_read_across_torn_lines() -> None:
    text = "目录\n本报告由甲市\n教育局编\n制。其他。\n一、总体情况\n甲市教育局认真\n办理。"
    assert (
        preamble_of(squeeze(text)) == "目录本报告由甲市教育局编制。一、总体情况甲市教育局认真办理"
    )


def test_a_menu_that_speaks_of_making_something_else_is_no_preamble() -> None:
    menu = "首页\n机构编制\n规划编制\n政务公开。\n"
    told = preamble_of(squeeze(menu + "本报告由甲市教育局编制。"))
    assert told == "本报告由甲市教育局编制"
    assert preamble_of(squeeze(menu)) is None


def test_a_long_preamble_is_cut_around_what_it_says() -> None:
    told = preamble_of("导航" * 500 + "本报告由甲市教育局编制" + "以及" * 500)
    assert told and "由甲市教育局编制" in told and len(told) < 300


@pytest.mark.parametrize(
    ("sentence", "counted"),
    [
        ("2023年，全市共收到政府信息公开申请12件。", ["全市"]),
        ("全县未收到有关政府信息公开的申请。", ["全县"]),
        ("全州各级行政机关、各部门共受理政府信息公开申请12件。", ["全州"]),
        ("全区主动公开政府信息9000条。", ["全区"]),
        ("全市公安机关共收到政府信息公开申请12件。", ["全市系统"]),
        ("我局收到政府信息公开申请12件。", ["本机关"]),
        ("本报告仅包括本机关数据。", ["仅本机关"]),
        ("本报告汇总全市各部门数据编制而成。", ["汇总"]),
        ("本报告汇总了全部部门和乡镇数据。", ["汇总"]),
        ("本镇收到政府信息公开申请2件。", ["本机关"]),
        ("我市各级行政机关共收到政府信息公开申请12件。", ["全市"]),
        ("全区38家行政机关共收到12件政府信息公开申请。", ["全区"]),
        ("全省政府系统新收政府信息公开申请45,234件。", ["全省"]),
        ("市政府各部门、各街道共收到申请12件。", ["各部门"]),
        ("市直各单位和各县区全年共收到申请12件。", ["各部门"]),
        ("市政府各部门和各县（市、区）政府共收到申请12件。", ["各部门"]),
        ("统计数据范围为各区政府、市政府各部门和市政府办公室。", ["汇总"]),
        ("由市政府办公室综合各县区政府报送的年度报告编制而成。", ["汇总"]),
        ("本报告汇总局机关及所属各事业单位数据。", ["所属汇总"]),
        ("本报告根据局属各单位报送数据汇总编制。", ["所属汇总"]),
        ("本报告汇总市政府所属各部门、直属单位数据。", ["汇总"]),
        ("本报告所列数据不包括市政府各部门的数据。", ["仅本机关"]),
        ("指导各部门、各街道办理政府信息公开申请12件。", []),
        ("规范全市行政机关办理政府信息公开申请的流程，收到申请320件。", []),
        ("建立全市各级各部门受理申请台账。", []),
        ("全市共受理工伤认定申请12031件。", []),
        ("全市行政复议机关办理政府信息公开类行政复议案件131件。", []),
        ("全市没有收到因政府信息公开引起的投诉。", []),
        ("全年收到政府信息公开申请12件。", []),
        ("全市政务公开工作会议召开，办公室受理群众来访。", []),
        ("1.本机关不掌握相关政府信息 3", []),
    ],
)
def test_a_sentence_says_whose_cases_it_counts(sentence: str, counted: list[str]) -> None:
    assert counted_in(sentence) == counted


def test_headings_over_the_tables_name_scopes() -> None:
    page = html(DISCLOSURE, REQUESTS, between="<p>全市政府信息公开申请情况统计表</p>")
    assert read_origin(read(page))["headed"] == ["aggregate"]
    assert read_origin(read(html(DISCLOSURE, REQUESTS)))["headed"] == []
