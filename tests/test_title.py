from collections.abc import Iterator
from itertools import product

import pytest
from helpers import SAMPLE, text

from analysis.documents.readers import read
from analysis.documents.title import agency_in, read_facts, title_parts, year_in

POLICE = "南京市公安局"
FREE_TRADE = "中国(福建)自由贸易试验区厦门片区管理委员会"


def facts(document: str) -> dict[str, object]:
    return read_facts(read(document.encode()))


# ---- titles ----

AGENCIES = (
    "南京市公安局",
    "上海市人民政府办公厅",
    "国家税务总局江苏省税务局",
    "高新技术产业开发区管委会",
    "宿迁市",
    "三亚市",
    "九江市",
    "二道江区",
    "万年县",
    "十年路街道办事处",
    "龙年镇",
    "上海市徐汇区人民政府",
)
YEARS = ("2023年", "2023年度", "２０２３年", " 2023 年", "二〇二三年", "二○二三年度", "二零二三年")
REPORTS = (
    "政府信息公开工作年度报告",
    "政府信息公开年度报告",
    "政府信息公开工作报告",
    "政府信息公开年度工作报告",
    "政府信息公开工作情况报告",
    "政府信息公开年报",
    "政府信息公开 工作 年度报告",
    "政府信息公開工作年度報告",
)
ORDERS = (
    "{agency}{year}{report}",
    "{year}{agency}{report}",
    "{agency}关于{year}{report}",
    "关于{agency}{year}{report}",
    "《{agency}{year}{report}》",
    "“{agency}{year}{report}”",
    "{agency}{report}（{year}）",
    "{agency}{report}({year})",
    "{agency}：{year}{report}",
    "标题：{agency}{year}{report}",
    "【年度报告】{agency}{year}{report}",
    "# {agency}{year}{report}",
    "{agency}{year}{report}（汇总）",
)


def titles() -> Iterator[tuple[str, str]]:
    for order, agency, year, report in product(ORDERS, AGENCIES, YEARS, REPORTS):
        yield order.format(agency=agency, year=year, report=report), agency


def test_every_common_way_of_writing_a_title_tells_agency_and_year() -> None:
    told = {title: (agency_in(title), year_in(title)) for title, _ in titles()}
    assert len(told) > 5000
    wrong = {title: told[title] for title, agency in titles() if told[title] != (agency, 2023)}
    assert not wrong


@pytest.mark.parametrize(
    ("title", "agency", "year"),
    [
        ("南京市公安局关于2023年政府信息公开工作的报告", POLICE, 2023),
        ("南京市公安局关于2023年度政府信息公开工作情况的报告", POLICE, 2023),
        ("关于2023年政府信息公开工作情况的报告", None, 2023),
        ("南京市公安局政府信息公开2023年度报告", POLICE, 2023),
        ("南京市公安局政府信息公开工作2023年度报告", POLICE, 2023),
        ("南京市公安局政府信息公开工作年度报告（2023）", POLICE, 2023),
        ("南京市公安局2023年年度政府信息公开工作年度报告", POLICE, 2023),
        ("南京市公安局2023年政府信息公开工作年度报告（含所属单位）", POLICE, 2023),
        ("南京市公安局（市交警支队）2023年政府信息公开工作年度报告", None, 2023),
        ("（公开）南京市公安局2023年政府信息公开工作年度报告", POLICE, 2023),
        ("2023年某某乡政府信息公开工作年度报告", "某某乡", 2023),
        ("某某镇人民政府政府信息公开工作年度报告（2023年）", "某某镇人民政府", 2023),
        ("江蘇省人民政府2023年政府信息公開工作年度報告", "江苏省人民政府", 2023),
        ("乾县人民政府2023年政府信息公开工作年度报告", "乾县人民政府", 2023),
        ("松原市乾安縣2023年政府信息公開工作年度報告", "松原市乾安县", 2023),
        ("一九九九年南京市公安局政府信息公开工作年度报告", POLICE, 1999),
        ("南京市公安局政府信息公开年报", POLICE, None),
        ("2023年政府信息公开工作年度报告", None, 2023),
        ("二〇二三年度政府信息公开工作年度报告", None, 2023),
        ("政府信息公开工作年度报告", None, None),
        ("政府信息公开指南", None, None),
        ("南京市公安局2023年政务公开要点", None, 2023),
        ("", None, None),
    ],
)
def test_rarer_titles_tell_what_they_tell(title: str, agency: str, year: int) -> None:
    assert (agency_in(title), year_in(title)) == (agency, year)


@pytest.mark.parametrize(
    "title",
    [
        "南京市公安局2022年、2023年政府信息公开工作年度报告",
        "南京市公安局2022-2023年度政府信息公开工作年度报告",
        "南京市公安局2022、2023年政府信息公开工作年度报告",
        "南京市公安局2022—2023年政府信息公开工作年度报告",
        "南京市公安局2022–2023年政府信息公开工作年度报告",
        "南京市公安局二〇二二年至二〇二三年政府信息公开工作年度报告",
        "2024年公布的南京市公安局2023年政府信息公开工作年度报告",
        "南京市公安局2023年政府信息公开工作年度报告（2024年1月25日）",
        "宁公〔2024〕5号 南京市公安局2023年政府信息公开工作年度报告",
    ],
)
def test_a_title_of_two_years_tells_none(title: str) -> None:
    assert year_in(title) is None


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("南京市公安局政府信息公开工作年度报告（2022年1月公布）", None),
        ("南京市公安局政府信息公开工作年度报告（2022年1月20日）", None),
        ("二〇二二年一月二十日公布", None),
        ("南京市公安局2008年5月1日至12月31日政府信息公开工作年度报告", 2008),
        ("2021年，南京市公安局有2021年12月31日的申请", 2021),
    ],
)
def test_the_day_of_publication_tells_no_year_of_a_report(text: str, year: int | None) -> None:
    assert year_in(text) == year


@pytest.mark.parametrize(
    "text",
    [
        *("23年", "3022年", "1850年", "二〇二三", "共203件", "〇二三年", "2023人", "第2000号令"),
        *("编号120231号", "电话025-20231234", "20230105", "12023年"),
    ],
)
def test_what_is_no_year_is_not_read_as_one(text: str) -> None:
    assert year_in(text) is None


@pytest.mark.parametrize(
    ("title", "agency"),
    [
        ("南京市人民政府信息公开工作年度报告（2023年）", "南京市人民政府"),
        ("2023年南京市人民政府信息公开工作年度报告", "南京市人民政府"),
        ("度假区管理委员会政府信息公开工作年度报告", "度假区管理委员会"),
        ("南京市公安局二O二三年政府信息公开工作年度报告", POLICE),
        ("南京市公安局二Ｏ二三年度政府信息公开工作年度报告", POLICE),
        ("**南京市公安局2023年政府信息公开工作年度报告**", POLICE),
        ("南京市公安局2023年政府信息公开工作年度报告.pdf", POLICE),
        ("附件1：南京市公安局2023年政府信息公开工作年度报告", POLICE),
        ("转发南京市公安局2023年政府信息公开工作年度报告", POLICE),
        ("南京市公安局2023年政府信息公开工作年度报告-南京市人民政府网", POLICE),
        ("南京市公安局2023年政府信息公开工作年度报告 2024-01-20", POLICE),
        ("关于公布《南京市公安局2023年政府信息公开工作年度报告》的公告", POLICE),
        ("南京市公安局关于2023年政府信息公开工作年度报告的公示", POLICE),
        ("南京市公安局政府信息公开工作年度报告（2023年1月1日—12月31日）", POLICE),
        ("中国（福建）自由贸易试验区厦门片区管理委员会政府信息公开工作年度报告", FREE_TRADE),
    ],
)
def test_an_agency_ends_where_the_title_goes_on(title: str, agency: str) -> None:
    assert agency_in(title) == agency


@pytest.mark.parametrize(
    "title",
    [
        "关于印发《南京市公安局2023年政府信息公开工作年度报告》的通知",
        "南京市公安局关于印发2023年政府信息公开工作年度报告的通知",
        "1. 南京市公安局2023年政府信息公开工作年度报告",
        "12、南京市公安局2023年政府信息公开工作年度报告",
        "一、南京市公安局2023年政府信息公开工作年度报告",
        "附件：南京市公安局2023年政府信息公开工作年度报告",
        "附件1 南京市公安局2023年政府信息公开工作年度报告",
        "名称：南京市公安局2023年政府信息公开工作年度报告",
        "图解：南京市公安局2023年政府信息公开工作年度报告",
        "南京市公安局2023年政府信息公开工作年度报告解读",
        "南京市公安局2023年政府信息公开工作年度报告.docx",
        "南京市公安局2023年政府信息公开工作年度报告_南京市公安局",
        "南京市公安局2023年政府信息公开工作年度报告 发布时间：2024-01-25",
        "南京市公安局2022-2023年度政府信息公开工作年度报告",
        "2024年公布的南京市公安局2023年政府信息公开工作年度报告",
        "宁公〔2024〕5号 南京市公安局2023年政府信息公开工作年度报告",
        "南京市公安局2023年度法治政府建设和政府信息公开工作年度报告",
        "南京市公安局23年政府信息公开工作年度报告",
    ],
)
def test_a_title_with_more_in_it_names_the_agency_alone_or_none(title: str) -> None:
    assert agency_in(title) in (POLICE, None)


def test_years_from_and_to_name_no_agency() -> None:
    assert agency_in("2008年至2023年政府信息公开工作年度报告") is None


def test_the_same_year_written_twice_is_one_year() -> None:
    assert year_in("二〇二三年报告（2023年度）") == 2023


def test_a_text_that_names_no_report_names_no_agency() -> None:
    assert agency_in("南京市公安局2023年法治政府建设年度报告") is None


# ---- the head of a document ----


def test_a_title_stands_among_the_lines_of_its_page() -> None:
    told = facts(
        "索引号：014000319/2024-00012\n信息分类：政府信息公开年报\n发布机构：南京市公安局\n"
        "文号：无\n南京市公安局2023年政府信息公开工作年度报告\n发布日期：2024-01-21 10:00\n"
        "一、总体情况"
    )
    assert told["title"] == "南京市公安局2023年政府信息公开工作年度报告"
    assert (told["agency"], told["year"]) == (POLICE, 2023)
    assert told["published"] == "2024-01-21"


@pytest.mark.parametrize(
    "lines",
    [
        "南京市公安局2023年\n政府信息公开工作年度报告",
        "南京市公安局\n2023年政府信息公开\n工作年度报告",
        "南京市公安局\n二〇二三年政府信息公开工作\n年度报告",
        "2023年度\n南京市公安局\n政府信息公开工作年度报告",
    ],
)
def test_a_title_broken_over_lines_is_one_title(lines: str) -> None:
    told = facts(lines + "\n一、总体情况\n")
    assert (told["agency"], told["year"]) == (POLICE, 2023)


def test_the_title_of_the_article_wins_over_that_of_the_site() -> None:
    told = facts(
        "<html><head><title>政府信息公开年报_2020年</title>"
        '<meta name="ArticleTitle" content="南京市公安局2023年政府信息公开工作年度报告">'
        '<meta name="Url" content="https://example.cn/1.html"></head><body><p>首页</p>'
    )
    assert (told["agency"], told["year"]) == (POLICE, 2023)
    assert told["url"] == "https://example.cn/1.html"


def test_a_site_name_behind_the_title_is_no_part_of_it() -> None:
    for sign in ("_", " - ", "|", " — "):
        page = f"<html><title>{POLICE}2023年政府信息公开年报{sign}南京市人民政府</title><p>首页</p>"
        assert facts(page)["title"] == "南京市公安局2023年政府信息公开年报"


def test_the_period_of_the_figures_tells_the_year_where_the_title_does_not() -> None:
    head = "南京市公安局政府信息公开工作年度报告\n"
    assert facts(head + "统计期限自2022年1月1日起至2022年12月31日止")["year"] == 2022
    assert facts(head + "统计期限自 2022 年 1 月 1 日 至 12 月 31 日")["year"] == 2022
    assert facts(head + "访问量自2015年1月1日起至今；\n自2022年1月1日至12月31日")["year"] == 2022
    assert facts(head + "自2021年1月1日至12月31日；\n自2022年1月1日至12月31日")["year"] is None


def test_the_year_and_the_agency_may_stand_on_lines_of_their_own() -> None:
    below = facts("南京市公安局政府信息公开工作年度报告\n（2023年）\n一、总体情况\n")
    above = facts("南京市公安局\n2023年政府信息公开工作年度报告\n一、总体情况\n")
    assert (below["agency"], below["year"]) == (above["agency"], above["year"]) == (POLICE, 2023)


def test_a_heading_speaks_where_the_title_of_the_page_names_only_its_column() -> None:
    told = facts(
        "<html><title>政府信息公开年报</title><h1>南京市公安局2023年政府信息公开工作年度报告</h1>"
    )
    assert (told["agency"], told["year"]) == (POLICE, 2023)


@pytest.mark.parametrize(
    "document",
    [
        *(
            f"{line}\n南京市公安局2023年\n政府信息公开工作年度报告\n一、总体情况\n"
            for line in ("首页", "索引号：014000/2024-00012", "信息公开", "附件")
        ),
        "南京市公安局政府信息公开工作年度报告\n（2023年）\n"
        "根据《条例》要求，现将本机关2023年政府信息公开工作年度报告公布如下：\n一、总体情况\n",
        "当前位置：首页 > 政府信息公开 > 政府信息公开年报 > 2022年政府信息公开年报\n"
        "南京市公安局2023年政府信息公开工作年度报告\n一、总体情况\n",
        "<html><title>南京市公安局</title><ul><li><a>2024年政府信息公开工作年度报告</a></li>"
        "<li><a>2022年政府信息公开工作年度报告</a></li></ul>"
        "<h1>南京市公安局2023年政府信息公开工作年度报告</h1>",
        *(
            f"<html><title>{title}</title><p>首页</p>"
            for title in (
                "政府信息公开年报-南京市公安局",
                "南京市公安局-2023年政府信息公开工作年度报告",
                "2023年政府信息公开工作年度报告--南京市公安局",
                "南京市公安局 政府信息公开年报 南京市公安局2023年政府信息公开工作年度报告",
            )
        ),
        "| 南京市公安局2023年政府信息公开工作年度报告 | | |\n|---|---|---|\n| 一 | 1 | 2 |\n",
    ],
)
def test_lines_around_a_title_never_give_another_agency_or_year(document: str) -> None:
    told = facts(document)
    assert told["agency"] in (POLICE, None)
    assert told["year"] in (2023, None)


def test_a_title_in_a_row_of_csv_ends_at_the_comma() -> None:
    title = "南京市公安局2023年政府信息公开工作年度报告"
    assert facts(f"{title},,,\n规章,1,2,3\n行政规范性文件,1,2,3\n")["title"] == title


def test_a_date_of_publication_is_not_taken_for_the_year() -> None:
    told = facts("南京市公安局政府信息公开工作年度报告\n发布日期：2024-01-05\n一、总体情况")
    assert (told["year"], told["published"]) == (None, "2024-01-05")


@pytest.mark.parametrize(
    "line",
    [
        "发布日期：2024-01-05",
        "发布时间:2024年1月5日",
        "成文日期：2024/1/5",
        "发文日期： 2024.01.05",
        "来源：南京市公安局  发布时间：2024-01-05 09:30  浏览次数：12",
        "公开日期：2024-1-5",
    ],
)
def test_a_date_of_publication_is_read_however_it_is_written(line: str) -> None:
    assert facts(f"南京市公安局2023年政府信息公开年报\n{line}\n")["published"] == "2024-01-05"


@pytest.mark.parametrize("date", ["2024-13-45", "2024-02-30", "2024-00-10"])
def test_a_date_that_no_calendar_has_is_no_date_of_publication(date: str) -> None:
    assert facts(f"南京市公安局2023年政府信息公开年报\n发布日期：{date}\n")["published"] is None


def test_the_period_of_the_figures_is_no_date_of_publication() -> None:
    told = facts("南京市公安局2023年政府信息公开年报\n统计时间：2023年1月1日至2023年12月31日")
    assert told["published"] is None


def test_a_document_without_a_title_tells_nothing() -> None:
    told = facts(text(*SAMPLE))
    assert {told[name] for name in ("title", "agency", "year", "published", "url")} == {None}


def test_a_sentence_is_no_title() -> None:
    sentence = "为做好" + "各项" * 40 + "工作，现将2023年政府信息公开工作年度报告公布如下。"
    assert facts(sentence)["title"] is None


def test_a_title_of_which_a_sign_could_not_be_read_names_its_year_alone():
    assert title_parts("\ufffc通市人民政府2023年政府信息公开工作年度报告") == (None, 2023)
    assert title_parts("南\ufffc市人民政府2023年政府信息公开工作年度报告") == (None, 2023)
    whole = "<title>南通市人民政府2023年政府信息公开工作年度报告</title>"
    torn = "<p>\ufffc通市人民政府2023年政府信息公开工作年度报告</p>"
    assert read_facts(read(torn.encode()))["agency"] is None
    assert read_facts(read((whole + torn).encode()))["agency"] == "南通市人民政府"
