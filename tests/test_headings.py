"""A heading names years, scopes and bodies; a sentence, a note or a date names nothing."""

import pytest

from analysis.documents.headings import (
    LAST_YEAR,
    THIS_YEAR,
    Named,
    Subject,
    is_section,
    named,
    subject_of,
    years_of_label,
)


@pytest.mark.parametrize(
    ("line", "years"),
    [
        ("2022年度", {2022}),
        ("附：2022年政府信息公开情况统计表", {2022}),
        ("二〇二二年度", {2022}),
        ("2022", {2022}),
        ("上年度情况", {LAST_YEAR}),
        ("三、本年度办理结果", {THIS_YEAR}),
        ("2023年与2022年对比", {2023, 2022, THIS_YEAR, LAST_YEAR}),
        ("2022年我局共收到申请58件。", set()),
        ("注：2022年数据有调整", set()),
        ("发布日期：2023年1月20日", set()),
        ("2023年1月20日", set()),
        ("二、主动公开政府信息情况", set()),
    ],
)
def test_a_heading_names_years_and_nothing_else_does(line, years):
    assert named([line]).years == years


@pytest.mark.parametrize(
    ("line", "scopes", "bodies"),
    [
        ("本机关情况", {"agency"}, set()),
        ("全市汇总情况", {"aggregate"}, set()),
        ("云水市教育局政府信息公开情况", set(), {"云水市教育局"}),
        ("云水市教育局政府信息公开工作年度报告", set(), {"云水市教育局"}),
        ("三、收到和处理政府信息公开申请情况", set(), set()),
    ],
)
def test_a_heading_names_whose_figures_are_below(line, scopes, bodies):
    assert named([line]) == Named(frozenset(), frozenset(scopes), frozenset(bodies))


def test_the_nearest_heading_speaks_first():
    near, far = named(["全市汇总"]), named(["2022年度", "云水市教育局"])
    assert near.over(far) == Named(frozenset({2022}), frozenset({"aggregate"}))


def test_a_section_is_known_by_its_number_or_its_words():
    assert is_section("四、其他") and is_section("总体情况") and not is_section("2022年度")


def test_a_label_names_the_year_in_its_brackets():
    assert years_of_label("本年（2022）制发件数") == {2022} and not years_of_label("本年制发件数")


def test_what_is_given_about_a_report_wins_over_what_it_says():
    facts = {"year": 2022, "agency": "云水市教育局", "title": "云水市教育局年报（汇总）"}
    assert subject_of(facts, {}) == Subject(2022, "云水市教育局", "aggregate")
    given = {"year": 2023, "scope": "agency"}
    assert subject_of(facts, given) == Subject(2023, "云水市教育局", "agency")
    assert subject_of({"year": None, "agency": None, "title": None}, {}) == Subject()
