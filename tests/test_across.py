"""What reports say against one another is told of each of them, and stays true as files change."""

from collections.abc import Iterable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pandas as pd
import pyarrow as pa
import pytest
from helpers import DISCLOSURE, DISPUTES, REQUESTS, SAMPLE, Table, html, read, with_row
from stores import built, folder, page, store_of, titled

from analysis import load
from analysis.dataset import contents, members, rows, store, successive
from analysis.dataset.across import Across, across_checks, series_keys
from analysis.documents import compared
from analysis.documents.issues import catalogue
from analysis.documents.key_figures import KeyFigures
from analysis.documents.reference import ReferenceDataError

RECEIVED = "一、本年新收政府信息公开申请数量"
CARRIED_IN = "二、上年结转政府信息公开申请数量"
BUREAU = "南京市公安局"
HEADER = "path,agency,region_code,year,scope\n"

# What follows from SAMPLE a year later: 7 carried in, 12 regulations and 66 documents in force.
NEXT_REQUESTS = with_row(
    with_row(REQUESTS, RECEIVED, RECEIVED, *"40 7 1 2 2 3 55".split()),
    *(CARRIED_IN, CARRIED_IN, *"3 2 0 0 1 1 7".split()),
)
NEXT_DISCLOSURE = with_row(
    with_row(DISCLOSURE, "规章", "规章", "1", "2", "12"),
    *("行政规范性文件", "行政规范性文件", "4", "5", "66"),
)
FUJIAN_COLUMNS = ["指标名称", "计量单位", "本年度", "历年累计"]


def found(raw: Path, check: str = "") -> pd.DataFrame:
    """What is found by comparing reports, or by one of these checks."""
    issues = load("issues", store_of(raw))
    paths = load("reports", store_of(raw))[["report_id", "path"]]
    wanted = [check] if check else list(across_checks())
    return issues[issues["check"].isin(wanted)].merge(paths, on="report_id")


def told(raw: Path) -> set[tuple[str, str]]:
    """Which checks find something in which file."""
    return set(found(raw)[["path", "check"]].itertuples(index=False, name=None))


def series(tmp_path: Path, years: dict[int, Iterable[Table]], agency: str = BUREAU) -> Path:
    """A built folder of one agency's reports, a file a year."""
    files = {f"{year}.html": page(titled(agency, year), *tables) for year, tables in years.items()}
    lines = [f"{name},{agency},320100,,agency\n" for name in files]
    raw = folder(tmp_path, dict(files), HEADER + "".join(lines))
    built(raw)
    return raw


def place(raw: Path, lines: Iterable[tuple[str, str, str, int, str]], **tables: Table) -> None:
    """Put reports (file, agency, region, year, scope), some with their own requests, and build."""
    text = HEADER
    for name, agency, region, year, scope in lines:
        own = tables.get(name, REQUESTS)
        folder(raw.parent, {f"{name}.html": page(titled(agency, year), own, DISPUTES)})
        text += f"{name}.html,{agency},{region},{year},{scope}\n"
    folder(raw.parent, {}, text)
    built(raw)


def times(table: Table, factor: int) -> Table:
    """A table of requests or disputes with every figure so many times as large."""
    return [[str(int(c) * factor) if c.isdecimal() else c for c in row] for row in table]


def fujian(year: int, cumulative: int, n_year: int = 2069) -> Table:
    """A short list by the Fujian form of 2013."""
    return [
        FUJIAN_COLUMNS,
        ["一、主动公开文件数", "条", str(n_year), str(cumulative)],
        ["其中：1、政府网站公开数", "条", str(n_year), str(cumulative)],
        ["2、政府公报公开数", "条", "0", "0"],
    ]


# ---- published reports ----


def test_pingtan_s_stock_of_documents_breaks_in_2023_and_both_years_say_so(samples: Path) -> None:
    issues = load("issues", samples).query("check == 'stock'")
    assert issues["year"].tolist() == [2022, 2023]
    assert set(issues["agency"]) == {"平潭综合实验区管理委员会"}
    assert set(issues["row"]) == {"normative_documents"}
    assert set(issues["expected"]) == {"643"}
    assert set(issues["actual"]) == {"470"}
    for message in (*issues["message"], *issues["message_zh"]):
        for part in ("pingtan_2022.txt", "pingtan_2023.html", "698 [2022 t", "470 [2023 t"):
            assert part in message


def test_pingtan_s_count_over_all_years_falls_and_both_years_say_so(samples: Path) -> None:
    issues = load("issues", samples).query("check == 'cumulative' and row == 'disclosed_total'")
    assert issues["year"].tolist() == [2016, 2018]
    for message in (*issues["message"], *issues["message_zh"]):
        for part in ("85376 [2016 t", "2069 [2018 t", "87445", "12106 [2018 t"):
            assert part in message


def test_reports_of_one_city_that_fit_together_are_not_told(samples: Path) -> None:
    issues = load("issues", samples)
    assert not set(issues.loc[issues["agency"] == "宿迁市人民政府", "check"]) & {*across_checks()}


def test_a_member_of_another_year_is_no_member(samples: Path) -> None:
    reports = load("reports", samples).set_index("agency")["year"]
    assert (reports["淮安市人民政府"], reports["淮安市洪泽区人民政府"]) == (2024, 2023)
    assert not set(load("issues", samples)["check"]) & {"below_members", "above_aggregate"}


# ---- from one year to the next ----


def test_a_year_that_follows_from_the_one_before_has_no_finding(tmp_path: Path) -> None:
    years = {2022: [DISCLOSURE, REQUESTS], 2023: [NEXT_DISCLOSURE, NEXT_REQUESTS]}
    assert not told(series(tmp_path, years))


def test_what_is_carried_out_and_not_carried_in_is_told_of_both_reports(tmp_path: Path) -> None:
    raw = series(tmp_path, {2022: [REQUESTS], 2023: [REQUESTS, DISPUTES]})
    issues = found(raw, "carried_over").set_index("path")
    assert issues["row"].to_dict() == {"2022.html": "carried_out", "2023.html": "carried_in"}
    assert set(issues["expected"]) == {"7"}
    assert set(issues["actual"]) == {"4"}
    for message in issues["message"]:
        assert "2022.html (2022)" in message
        assert "2023.html (2023)" in message
        assert "Businesses: 2 [2022 t1r31c3] is due, 1 [2023 t1r3c3] is printed" in message
        assert "Natural persons" not in message
    assert all("总计：应为 7 [2022 t1r31c8]，实为 4" in text for text in issues["message_zh"])


def test_what_is_found_neither_unverifies_a_report_nor_makes_a_figure_suspect(
    tmp_path: Path,
) -> None:
    raw = series(tmp_path, {2022: SAMPLE, 2023: SAMPLE})
    assert {"carried_over", "copied_table"} <= set(found(raw)["check"])
    assert not load("records", store_of(raw))["suspect"].any()
    assert load("reports", store_of(raw))["verified"].tolist() == [True, True]
    assert (found(raw)["column"] == "").all()
    assert all(catalogue()[check]["severity"] in ("warning", "info") for check in across_checks())


def test_a_figure_that_its_own_report_puts_in_doubt_accuses_no_other(tmp_path: Path) -> None:
    wrong = with_row(REQUESTS, CARRIED_IN, CARRIED_IN, *"3 1 0 0 0 0 5".split())
    raw = series(tmp_path, {2022: [REQUESTS], 2023: [wrong]})
    text = found(raw, "carried_over")["message"].str.cat()
    assert "Total:" not in text


def test_requests_are_not_carried_over_a_year_of_which_there_is_no_report(tmp_path: Path) -> None:
    assert not told(series(tmp_path, {2021: [REQUESTS], 2023: [REQUESTS, DISPUTES]})) - {
        ("2021.html", "copied_table"),
        ("2023.html", "copied_table"),
    }


def test_a_stock_that_does_not_go_on_from_the_form_s_first_year_is_a_note(tmp_path: Path) -> None:
    years = {2021: [DISCLOSURE], 2022: [DISCLOSURE], 2023: [DISCLOSURE]}
    raw = series(tmp_path, years)
    issues = found(raw)
    first = issues[issues["check"] == "stock_first_year"]
    assert set(first["path"]) == {"2021.html", "2022.html"}
    assert set(first["severity"]) == {"info"}
    later = issues[issues["check"] == "stock"]
    assert set(later["path"]) == {"2022.html", "2023.html"}
    assert set(later["severity"]) == {"warning"}


@pytest.mark.parametrize(
    ("years", "is_told"),
    [
        ({2016: 10037, 2017: 12106}, False),
        ({2016: 10037, 2017: 12107}, True),
        ({2016: 10037, 2018: 20000}, False),
        ({2016: 10037, 2018: 12105}, True),
        ({2016: 85376, 2018: 12106}, True),
    ],
)
def test_a_count_over_all_years_goes_on_by_this_year_s_or_over_gaps_by_no_less(
    tmp_path: Path, years: dict[int, int], is_told: bool
) -> None:
    pages = {year: [fujian(year, count)] for year, count in years.items()}
    raw = series(tmp_path, pages, "平潭综合实验区管理委员会")
    rows_told = set(found(raw, "cumulative")["row"])
    assert rows_told == ({"disclosed_total", "disclosed_website"} if is_told else set())


@pytest.mark.parametrize(
    ("before", "now", "is_told"),
    [
        ("3.52", "35100", True),
        ("251000元", "25.3", False),
        ("251000元", "251000", True),
        ("3.52", "21400", True),
        ("160.5964", "3905964", True),
        ("3.52", "352", False),
        ("3.52", "9000", False),
        ("3.52", "35100.5964", False),  # 元 have no more than two decimals
        ("0", "35100", False),
    ],
)
def test_amounts_that_are_some_ten_thousand_times_as_large_are_told_in_whatever_unit(
    tmp_path: Path, before: str, now: str, is_told: bool
) -> None:
    fees = "行政事业性收费"
    years = {
        2022: [with_row(DISCLOSURE, fees, fees, before)],
        2023: [with_row(NEXT_DISCLOSURE, fees, fees, now)],
    }
    assert told(series(tmp_path, years)) == (
        {("2022.html", "unit_jump"), ("2023.html", "unit_jump")} if is_told else set()
    )


@pytest.mark.parametrize(("unit", "is_told"), [("", False), ("元", True)])
def test_an_amount_without_a_unit_is_none_of_ten_thousand_times_as_much(
    tmp_path: Path, unit: str, is_told: bool
) -> None:
    """The form of 2019 states no unit for procurement: 3.52 beside 3.6万元 may well be 万元."""
    head = ["信息内容", "采购项目数量", "采购总金额"]
    years = {
        year: [REQUESTS, [head, ["政府集中采购", "4", amount]]]
        for year, amount in ((2019, f"3.52{unit}"), (2020, "3.6万元"))
    }
    found = {check for _, check in told(series(tmp_path, years))}
    assert ("unit_jump" in found) is is_told


def test_a_table_copied_from_last_year_s_is_told_of_both(tmp_path: Path) -> None:
    raw = series(tmp_path, {2022: [REQUESTS, DISPUTES], 2023: [NEXT_REQUESTS, DISPUTES]})
    issues = found(raw).set_index("path")
    assert set(issues["check"]) == {"copied_table"}
    assert set(issues["table"]) == {"disputes"}
    assert "2023.html (2023)" in issues.loc["2022.html", "message"]
    assert "2022 年报告（2022.html）" in issues.loc["2023.html", "message_zh"]


def test_a_table_copied_from_an_earlier_year_s_than_the_last_is_told_too(tmp_path: Path) -> None:
    between = [NEXT_REQUESTS, times(DISPUTES, 2)]
    years = {2021: [REQUESTS, DISPUTES], 2022: between, 2023: [TWICE, DISPUTES]}
    issues = found(series(tmp_path, years), "copied_table").set_index("path")
    assert issues["table"].to_dict() == {"2021.html": "disputes", "2023.html": "disputes"}
    assert "2021.html (2021)" in issues.loc["2023.html", "message"]


def test_small_figures_that_recur_are_no_copy(tmp_path: Path) -> None:
    few = [*DISPUTES[:3], ["3", "0", "0", "0", "3", *"2000210001"]]
    assert not told(series(tmp_path, {2022: [few], 2023: [few]}))


def test_stocks_that_stay_are_no_copy(tmp_path: Path) -> None:
    quiet = [[cell if cell in ("13", "67") else "0" if cell.replace(".", "").isdecimal() else cell
              for cell in row] for row in DISCLOSURE]  # fmt: skip
    big = with_row(quiet, "规章", "规章", "0", "0", "13452")
    assert not told(series(tmp_path, {2022: [big], 2023: [big]}))


# ---- the same figures, and members ----


def test_the_same_figures_of_two_agencies_are_told_of_both(tmp_path: Path) -> None:
    lines = [("a", "南京市公安局", "320100", 2023, "agency")]
    lines += [("b", "苏州市公安局", "320500", 2022, "agency")]
    place(tmp_path / "raw", lines)
    issues = found(tmp_path / "raw", "same_figures").set_index("path")
    assert "b.html (苏州市公安局, 2022)" in issues.loc["a.html", "message"]
    assert "a.html (南京市公安局, 2023)" in issues.loc["b.html", "message_zh"]


def test_the_same_figures_of_one_agency_under_two_names_are_no_other_s(tmp_path: Path) -> None:
    lines = [("a", "南京市环境保护局", "320100", 2018, "agency")]
    lines += [("b", "南京市生态环境局", "320100", 2019, "agency")]
    place(tmp_path / "raw", lines)
    assert not len(found(tmp_path / "raw", "same_figures"))


def test_an_office_s_own_report_with_the_figures_of_the_aggregate_is_told(tmp_path: Path) -> None:
    lines = [("own", "淮安市人民政府", "320800", 2023, "agency")]
    lines += [("all", "淮安市人民政府", "320800", 2023, "aggregate")]
    place(tmp_path / "raw", lines)
    assert told(tmp_path / "raw") == {("own.html", "same_figures"), ("all.html", "same_figures")}


def test_one_file_of_an_agency_filed_twice_is_another_matter(tmp_path: Path) -> None:
    lines = [(name, BUREAU, "320100", 2023, "agency") for name in "ab"]
    place(tmp_path / "raw", lines)
    assert not told(tmp_path / "raw")


CITY = ("city", "淮安市人民政府", "320800", 2024, "aggregate")
DISTRICT = ("district", "淮安市洪泽区人民政府", "320813", 2024, "aggregate")
OFFICE = ("office", "淮安市教育局", "320800", 2024, "agency")
TWICE, THRICE = times(REQUESTS, 2), times(REQUESTS, 3)


def test_an_aggregate_that_prints_as_much_as_its_members_or_more_is_not_told(
    tmp_path: Path,
) -> None:
    place(tmp_path / "raw", [CITY, DISTRICT, OFFICE], city=THRICE, district=TWICE)
    assert not len(found(tmp_path / "raw").query("table == 'requests'"))


def test_a_member_larger_than_the_aggregate_is_told_of_both(tmp_path: Path) -> None:
    place(tmp_path / "raw", [CITY, DISTRICT], district=TWICE)
    issues = found(tmp_path / "raw").set_index("path")
    assert issues["check"].to_dict() == {
        "city.html": "below_members",
        "district.html": "above_aggregate",
    }
    assert set(issues["row"]) == {"received"}
    assert set(issues["expected"]) == {"116"}
    assert set(issues["actual"]) == {"58"}
    assert "district.html 116 [t1r2c8]" in issues.loc["city.html", "message"]
    assert (
        "Received this year: 116 in members, 58 [t1r2c8] here (58 more)"
        in (issues.loc["city.html", "message"])
    )
    assert "right below it that are in: 1 of 7." in issues.loc["city.html", "message"]
    assert "直接下级政府共 7 个，已收入其中 1 个的汇总。" in issues.loc["city.html", "message_zh"]
    said = issues.loc["district.html", "message_zh"]
    assert "（city.html）" in said
    assert "本报告 116 [t1r2c8]，汇总 58 [t1r2c8]（多 58）" in said


def test_of_the_governments_below_an_aggregate_those_are_in_that_stood_there() -> None:
    """洪泽县 is 洪泽区 under its former code; a zone in 淮安区 is not 淮安区."""
    whose = {"year": 2023, "scope": "aggregate"}
    city = whose | {"region_code": "320800", "agency_id": "320800:government"}
    county = whose | {"region_code": "320829", "agency_id": "320813:government"}
    zone = whose | {"region_code": "320803", "agency_id": "320803-development:zone_committee"}
    assert members.right_below(city, [county, zone]) == (1, 7)


def test_members_that_only_together_exceed_the_aggregate_are_named_there(tmp_path: Path) -> None:
    place(tmp_path / "raw", [CITY, DISTRICT, OFFICE], city=TWICE, district=TWICE)
    issues = found(tmp_path / "raw", "below_members").query("table == 'requests'")
    assert issues["path"].tolist() == ["city.html"]
    message = issues["message"].item()
    assert "Received this year: 174 in members, 116 [t1r2c8] here (58 more)" in message
    assert message.index("district.html 116") < message.index("office.html 58")


def test_what_a_district_counts_already_is_not_counted_again_for_the_city(tmp_path: Path) -> None:
    school = ("school", "淮安市洪泽区教育局", "320813", 2024, "agency")
    place(tmp_path / "raw", [CITY, DISTRICT, school], city=THRICE, district=TWICE, school=TWICE)
    assert not len(found(tmp_path / "raw").query("table == 'requests' and check != 'same_figures'"))
    place(tmp_path / "raw", [CITY, school], city=REQUESTS, school=TWICE)
    assert ("school.html", "above_aggregate") in told(tmp_path / "raw")


@pytest.mark.parametrize(
    "other",
    [
        ("other", "淮安市教育局", "320800", 2024, "aggregate"),  # not a government's
        ("other", "淮安市洪泽区人民政府", "320813", 2023, "aggregate"),
        ("other", "淮安市洪泽区人民政府", "320813", 2024, ""),
        ("other", "鼓楼区人民政府", "", 2024, "aggregate"),  # of one of four cities
        ("other", "宿迁市人民政府", "321300", 2024, "aggregate"),
        ("other", "国家税务总局淮安市税务局", "320800", 2024, "agency"),  # led from above
        ("other", "淮安市气象局", "320800", 2024, "agency"),
        ("other", "淮安市第一人民医院", "320800", 2024, "agency"),  # by rules of its own
        ("other", "淮安市某某协调处", "320800", 2024, "agency"),  # perhaps of a bureau
    ],
)
def test_what_the_aggregate_need_not_count_is_not_compared(
    tmp_path: Path, other: tuple[str, str, str, int, str]
) -> None:
    place(tmp_path / "raw", [CITY, other], other=TWICE)
    assert not told(tmp_path / "raw") & {(f"{n}.html", "below_members") for n in ("city", "other")}


@pytest.mark.parametrize(
    ("branch", "is_member"),
    [
        ("淮安市公安局洪泽分局", False),
        ("淮安市洪泽生态环境局", False),
        ("淮安市洪泽区教育局", True),
        ("淮安市洪泽区生态环境局", True),
    ],
)
def test_a_branch_of_a_city_s_bureau_is_no_member_of_the_district(
    tmp_path: Path, branch: str, is_member: bool
) -> None:
    own = ("branch", branch, "320813", 2024, "agency")
    place(tmp_path / "raw", [DISTRICT, own], branch=TWICE)
    assert (("branch.html", "above_aggregate") in told(tmp_path / "raw")) == is_member


def test_an_aggregate_that_the_office_gives_out_too_is_one(tmp_path: Path) -> None:
    office = ("office", "淮安市人民政府办公室", "320800", 2024, "aggregate")
    place(tmp_path / "raw", [CITY, office, DISTRICT], office=THRICE, district=TWICE)
    assert told(tmp_path / "raw") >= {
        ("city.html", "below_members"),
        ("district.html", "above_aggregate"),
    }
    reports = load("reports", store_of(tmp_path / "raw")).set_index("path")
    assert list(reports.index[reports["superseded_by"].notna()]) == ["office.html"]


def test_one_report_under_two_names_is_one_member(tmp_path: Path) -> None:
    lines = [("own", "淮安市人民政府", "320800", 2024, "agency")]
    lines += [("office", "淮安市人民政府办公室", "320800", 2024, "agency")]
    place(tmp_path / "raw", [CITY, *lines], city=THRICE, own=TWICE, office=TWICE)
    assert not len(found(tmp_path / "raw").query("table == 'requests'"))
    assert {("own.html", "same_figures"), ("office.html", "same_figures")} <= told(tmp_path / "raw")


def test_a_county_that_ended_since_is_a_member_of_its_city(tmp_path: Path) -> None:
    city = ("city", "淮安市人民政府", "320800", 2015, "aggregate")
    county = ("county", "洪泽县人民政府", "320829", 2015, "aggregate")
    place(tmp_path / "raw", [city, county], county=TWICE)
    assert ("county.html", "above_aggregate") in told(tmp_path / "raw")


def test_what_a_region_joined_later_need_not_count_it_yet(tmp_path: Path) -> None:
    """莱芜市 was merged with 济南市 in 2018."""
    lines = [("jinan", "济南市人民政府", "370100", 2017, "aggregate")]
    lines += [("laiwu", "莱芜市人民政府", "371200", 2017, "aggregate")]
    lines += [("school", "莱芜市莱城区教育局", "371202", 2017, "agency")]
    place(tmp_path / "raw", lines, laiwu=TWICE, school=THRICE)
    assert told(tmp_path / "raw") == {
        ("laiwu.html", "below_members"),
        ("school.html", "above_aggregate"),
    }


def test_a_zone_s_aggregate_is_not_that_of_the_city_that_holds_it(tmp_path: Path) -> None:
    zone = ("zone", "淮安经济技术开发区管理委员会", "320800", 2024, "aggregate")
    place(tmp_path / "raw", [CITY, zone, DISTRICT], zone=THRICE, district=TWICE)
    assert told(tmp_path / "raw") >= {
        ("city.html", "below_members"),
        ("district.html", "above_aggregate"),
    }


def test_a_zone_s_bureau_is_a_member_of_the_zone_and_the_zone_one_of_its_city(
    tmp_path: Path,
) -> None:
    zone = ("zone", "淮安经济技术开发区管理委员会", "320800", 2024, "aggregate")
    bureau = ("bureau", "淮安经济技术开发区教育局", "320800", 2024, "agency")
    tables = {"city": times(REQUESTS, 4), "zone": THRICE, "bureau": TWICE}
    place(tmp_path / "raw", [CITY, zone, bureau], **tables)
    assert not len(found(tmp_path / "raw").query("table == 'requests'"))
    place(tmp_path / "raw", [CITY, zone, bureau], **tables | {"city": TWICE, "bureau": TWICE})
    above = found(tmp_path / "raw", "above_aggregate").query("table == 'requests'")
    assert above["path"].tolist() == ["zone.html"]


def test_a_zone_of_a_city_s_rank_and_its_bureaus_are_no_members_of_the_city(tmp_path: Path) -> None:
    """平潭 has answered to 福建省 since it became a zone in 2009; its county lies in 福州市."""
    lines = [("province", "福建省人民政府", "350000", 2022, "aggregate")]
    lines += [("city", "福州市人民政府", "350100", 2022, "aggregate")]
    lines += [("zone", "平潭综合实验区管理委员会", "350128", 2022, "aggregate")]
    lines += [("bureau", "平潭综合实验区教育局", "350128", 2022, "agency")]
    place(tmp_path / "raw", lines, zone=THRICE, bureau=TWICE)
    assert ("city.html", "below_members") not in told(tmp_path / "raw")
    above = found(tmp_path / "raw", "above_aggregate").query("table == 'requests'")
    assert above["path"].tolist() == ["zone.html"]
    assert "province.html" in above["message"].iloc[0]
    before = [("city", "福州市人民政府", "350100", 2008, "aggregate")]
    before += [("county", "平潭县人民政府", "350128", 2008, "aggregate")]
    place(tmp_path / "2008" / "raw", before, county=THRICE)
    assert ("city.html", "below_members") in told(tmp_path / "2008" / "raw")


@pytest.mark.parametrize(
    ("years", "is_told"), [((2016, 2017), True), ((2017, 2018), False), ((2018, 2019), False)]
)
def test_nothing_follows_from_last_year_s_where_a_region_was_merged_into_another(
    tmp_path: Path, years: tuple[int, int], is_told: bool
) -> None:
    """莱芜市 became a part of 济南市 in 2018; what it had carried over came with it."""
    lines = [(str(year), "济南市人民政府", "370100", year, "aggregate") for year in years]
    place(tmp_path / "raw", lines, **{str(years[1]): TWICE})
    assert ("carried_over" in {check for _, check in told(tmp_path / "raw")}) == is_told


def test_a_county_that_became_a_district_goes_on(tmp_path: Path) -> None:
    lines = [("old", "洪泽县人民政府", "320829", 2015, "aggregate")]
    lines += [("new", "淮安市洪泽区人民政府", "320813", 2016, "aggregate")]
    place(tmp_path / "raw", lines)
    assert told(tmp_path / "raw") >= {("old.html", "carried_over"), ("new.html", "carried_over")}


# ---- whose series ----


def test_a_government_s_reports_under_two_names_are_one_series(tmp_path: Path) -> None:
    lines = [("old", "平潭县人民政府", "350128", 2022, "aggregate")]
    lines += [("new", "平潭综合实验区管理委员会", "350128", 2023, "aggregate")]
    place(tmp_path / "raw", lines)
    assert set(load("reports", store_of(tmp_path / "raw"))["agency_id"]) == {"350128:government"}
    assert told(tmp_path / "raw") >= {("old.html", "carried_over"), ("new.html", "carried_over")}


FORMER, NEWER = "南京市环境保护局", "南京市生态环境局"


def test_a_department_that_was_renamed_goes_on(tmp_path: Path) -> None:
    lines = [("old", FORMER, "320100", 2022, "agency"), ("new", NEWER, "320100", 2023, "agency")]
    place(tmp_path / "raw", lines)
    assert load("reports", store_of(tmp_path / "raw"))["agency_id"].nunique() == 1
    assert told(tmp_path / "raw") >= {("old.html", "carried_over"), ("new.html", "carried_over")}


def test_two_of_one_kind_that_report_side_by_side_are_series_of_their_own(tmp_path: Path) -> None:
    lines = [("other", FORMER, "320100", 2022, "agency")]
    lines += [(name, NEWER, "320100", y, "agency") for name, y in (("a", 2022), ("b", 2023))]
    place(tmp_path / "raw", lines, other=TWICE)
    assert set(found(tmp_path / "raw", "carried_over")["path"]) == {"a.html", "b.html"}


def test_departments_that_share_an_heir_are_series_of_their_own(tmp_path: Path) -> None:
    lines = [("old", "南京市质量技术监督局", "320100", 2022, "agency")]
    lines += [("new", "南京市市场监督管理局", "320100", 2023, "agency")]
    place(tmp_path / "raw", lines)
    assert load("reports", store_of(tmp_path / "raw"))["agency_id"].nunique() == 1
    assert "carried_over" not in {check for _, check in told(tmp_path / "raw")}


def test_scopes_regions_and_unknown_agencies_are_series_of_their_own() -> None:
    names = ["甲局", "甲局", "甲局", "甲局", None]
    table = pa.table(
        {
            "scope": ["agency", "aggregate", "agency", None, "agency"],
            "agency": names,
            "body": names,
            "agency_id": pa.nulls(5, pa.string()),
            "agency_type": pa.nulls(5, pa.string()),
            "region_code": ["320100", "320100", "320500", "320100", "320100"],
        }
    )
    keys = series_keys(table).to_pylist()
    assert len(set(keys[:3])) == 3
    assert keys[3:] == [None, None]


def test_a_name_of_no_one_place_makes_no_series(tmp_path: Path) -> None:
    files = {f"{year}.html": page(titled("教育局", year), REQUESTS) for year in (2022, 2023)}
    lines = [f"{name},教育局,,,agency\n" for name in files]
    raw = folder(tmp_path, dict(files), HEADER + "".join(lines))
    built(raw)
    assert not told(raw)


def test_only_files_that_lead_are_compared(tmp_path: Path) -> None:
    raw = series(tmp_path, {2022: [REQUESTS], 2023: [NEXT_REQUESTS]})
    lines = [f"{name},{BUREAU},320100,,agency\n" for name in ("2022.html", "2023.html", "z.html")]
    again = page(titled(BUREAU, 2023), REQUESTS)  # not so full as the other
    folder(tmp_path, {"z.html": again}, HEADER + "".join(lines))
    folder(tmp_path, {"2023.html": page(titled(BUREAU, 2023), NEXT_REQUESTS, DISPUTES)})
    built(raw)
    assert not told(raw)


def test_versions_of_one_report_that_print_other_figures_are_told_of_both(tmp_path: Path) -> None:
    raw = series(tmp_path, {2022: [REQUESTS, DISPUTES]})
    again = page(titled(BUREAU, 2022), TWICE, DISPUTES, published="2023-06-20")
    lines = [f"{name},{BUREAU},320100,2022,agency\n" for name in ("2022.html", "again.html")]
    folder(tmp_path, {"again.html": again}, HEADER + "".join(lines))
    built(raw)
    issues = as_built(raw).query("check == 'other_version'")
    messages = dict(zip(issues["report_id"], issues["message"], strict=True))
    paths = load("reports", store_of(raw)).set_index("path")["report_id"]
    assert "Total: 58 [t1r2c8] here, 116 [t1r2c8] there" in messages[paths["2022.html"]]
    assert "Total: 116 [t1r2c8] here, 58 [t1r2c8] there" in messages[paths["again.html"]]
    assert all("again.html counts" in message for message in messages.values())
    assert not load("records", store_of(raw))["suspect"].any()
    assert_as_a_full_build(raw)
    folder(tmp_path, {"again.html": page(titled(BUREAU, 2022), REQUESTS, DISPUTES)})
    built(raw)
    assert set(as_built(raw)["check"]) & {"superseded", "other_version"} == {"superseded"}
    assert_as_a_full_build(raw)


def test_versions_that_differ_in_a_cell_not_compared_elsewhere_are_told_too(tmp_path: Path) -> None:
    other = with_row(DISCLOSURE, "行政许可", "行政许可", "843")
    raw = series(tmp_path, {2022: [DISCLOSURE, REQUESTS]})
    lines = [f"{name},{BUREAU},320100,2022,agency\n" for name in ("2022.html", "again.html")]
    again = page(titled(BUREAU, 2022), other, REQUESTS)
    folder(tmp_path, {"again.html": again}, HEADER + "".join(lines))
    built(raw)
    messages = as_built(raw).query("check == 'other_version'")["message"]
    assert len(messages) == 2
    assert messages.str.contains("in cells that are not compared between reports").all()


def test_a_version_that_its_title_calls_corrected_counts(tmp_path: Path) -> None:
    raw = series(tmp_path, {2022: [REQUESTS]})
    titles = {"2022.html": titled(BUREAU, 2022), "2.html": titled(BUREAU, 2022) + "（更正版）"}
    files = {"2022.html": page(titles["2022.html"], REQUESTS, DISPUTES, published="2023-06-20")}
    files["2.html"] = page(titles["2.html"], TWICE)
    folder(tmp_path, files, HEADER)
    built(raw)
    reports = load("reports", store_of(raw)).set_index("path")
    assert reports["superseded_by"].isna().to_dict() == {"2.html": True, "2022.html": False}


# ---- as files change ----


def as_built(raw: Path) -> pd.DataFrame:
    """All issues as they are loaded, in their order."""
    return load("issues", store_of(raw))


def take_away(raw: Path, name: str) -> None:
    """Remove a file and its line in the manifest, and build."""
    (raw / name).unlink()
    lines = (raw / "manifest.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    folder(raw.parent, {}, "".join(line for line in lines if not line.startswith(name)))
    built(raw)


def assert_as_a_full_build(raw: Path) -> None:
    """The issues are those of a build that begins anew, in the same order."""
    steps = as_built(raw)
    with TemporaryDirectory(dir=raw.parent) as other:
        fresh = folder(Path(other), {p.name: p.read_bytes() for p in raw.iterdir()})
        built(fresh)
        whole = as_built(fresh)
    pd.testing.assert_frame_equal(steps, whole)


def test_a_neighbour_that_changes_comes_or_goes_changes_what_is_told(tmp_path: Path) -> None:
    raw = series(tmp_path, {2022: [REQUESTS], 2023: [NEXT_REQUESTS]})
    assert not told(raw)
    folder(tmp_path, {"2022.html": page(titled(BUREAU, 2022), NEXT_REQUESTS)})
    built(raw)
    assert told(raw) == {(f"{y}.html", "copied_table") for y in (2022, 2023)}
    assert_as_a_full_build(raw)
    folder(tmp_path, {"2023.html": page(titled(BUREAU, 2023), REQUESTS)})
    summary = built(raw)
    assert (summary.read, summary.revised) == (1, 1)
    assert told(raw) == {(f"{y}.html", "carried_over") for y in (2022, 2023)}
    take_away(raw, "2022.html")
    assert not told(raw)
    assert_as_a_full_build(raw)


def test_a_series_closes_over_a_report_that_goes(tmp_path: Path) -> None:
    counts = {2016: 85376, 2017: 10037, 2018: 12106}
    pages = {year: [fujian(year, count)] for year, count in counts.items()}
    raw = series(tmp_path, pages, "平潭综合实验区管理委员会")
    assert {path for path, _ in told(raw)} == {"2016.html", "2017.html"}
    take_away(raw, "2017.html")
    assert {path for path, _ in told(raw)} == {"2016.html", "2018.html"}
    assert_as_a_full_build(raw)


def test_a_renamed_file_is_named_anew_by_what_it_contradicts(tmp_path: Path) -> None:
    raw = series(tmp_path, {2022: [REQUESTS], 2023: [REQUESTS]})
    (raw / "2022.html").rename(raw / "0.html")
    manifest = (raw / "manifest.csv").read_text().replace("2022.html", "0.html")
    folder(tmp_path, {}, manifest)
    assert built(raw).renamed == 1
    messages = found(raw, "carried_over").set_index("path")["message"]
    assert all("0.html (2022)" in message for message in messages)
    assert_as_a_full_build(raw)


def test_a_fact_stated_later_brings_members_to_their_aggregate(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    city = ("city", "南京市人民政府", "320100", 2024, "aggregate")
    lines = [city, ("district", "鼓楼区人民政府", "", 2024, "aggregate")]
    place(raw, lines, district=TWICE)
    assert not {check for _, check in told(raw)} & {"below_members"}
    lines[1] = ("district", "鼓楼区人民政府", "320106", 2024, "aggregate")
    place(raw, lines, district=TWICE)
    assert ("city.html", "below_members") in told(raw)
    assert_as_a_full_build(raw)
    place(raw, [(*city[:4], "agency"), lines[1]], district=TWICE)
    assert not {check for _, check in told(raw)} & {"below_members", "above_aggregate"}
    assert_as_a_full_build(raw)


def test_regions_stated_anew_for_all_files_at_once_make_other_series(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    name = "教育局"
    place(raw, [("0", name, "320100", 2022, "agency"), ("1", name, "320500", 2023, "agency")])
    assert {check for _, check in told(raw)} == {"same_figures"}
    place(raw, [("0", name, "320200", 2022, "agency"), ("1", name, "320200", 2023, "agency")])
    assert told(raw) >= {("0.html", "carried_over"), ("1.html", "carried_over")}
    assert_as_a_full_build(raw)


def test_an_aggregate_between_takes_the_members_below_it(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    school = ("school", "淮安市洪泽区教育局", "320813", 2024, "agency")
    place(raw, [CITY, school], school=TWICE)
    assert told(raw) >= {("city.html", "below_members"), ("school.html", "above_aggregate")}
    place(raw, [CITY, school, DISTRICT], school=TWICE)
    assert (
        "district.html" in found(raw, "below_members").query("table == 'requests'")["path"].item()
    )
    assert_as_a_full_build(raw)


BODIES = [
    ("江苏省人民政府", "320000", "aggregate"),
    ("淮安市人民政府", "320800", "aggregate"),
    ("淮安市洪泽区人民政府", "320813", "aggregate"),
    ("洪泽县人民政府", "320829", "aggregate"),
    ("淮安市洪泽区教育局", "320813", "agency"),
    ("淮安市教育局", "320800", "agency"),
]


@pytest.mark.parametrize("seed", range(2))
def test_however_files_come_change_and_go_the_findings_are_those_of_one_build(
    tmp_path: Path, seed: int
) -> None:
    chance = Random(seed)
    lines: dict[str, str] = {}
    raw = folder(tmp_path, {"0.html": page(titled(BUREAU, 2022))})
    n_found = 0
    for step in range(9):
        for name in [f"{step}.html", *chance.sample(sorted(lines), k=len(lines) // 3)]:
            if name in lines and chance.random() < 0.3:
                (raw / name).unlink()
                del lines[name]
                continue
            agency, region, scope = chance.choice(BODIES)
            year, requests = chance.choice([2022, 2023]), chance.choice([REQUESTS, TWICE, THRICE])
            stated = chance.choice([scope, scope, ""])
            lines[name] = f"{name},{agency},{region},{year},{stated}\n"
            if chance.random() < 0.7 or not (raw / name).exists():
                folder(tmp_path, {name: page(titled(agency, year), DISCLOSURE, requests)})
        folder(tmp_path, {}, HEADER + "".join(lines.values()))
        built(raw)
        n_found += len(told(raw))
        assert_as_a_full_build(raw)
    assert n_found > 10


def test_a_build_with_nothing_changed_writes_nothing(tmp_path: Path) -> None:
    raw = series(tmp_path, {2022: [REQUESTS], 2023: [REQUESTS]})
    files = {p: p.stat().st_mtime_ns for p in store_of(raw).rglob("*.parquet")}
    version = store.version(store_of(raw))
    built(raw)
    assert store.version(store_of(raw)) == version
    assert {p: p.stat().st_mtime_ns for p in store_of(raw).rglob("*.parquet")} == files


def test_other_code_of_comparing_tells_anew_without_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = series(tmp_path, {2022: [REQUESTS], 2023: [REQUESTS]})
    expected = as_built(raw)
    with monkeypatch.context() as other:
        other.setattr("analysis.dataset.build.rows_version", lambda: "0123456789ab")
        other.setattr(Across, "findings", lambda self, groups=None: iter(()))
        assert built(raw).read == 0
        assert not told(raw)
    assert built(raw).read == 0
    pd.testing.assert_frame_equal(as_built(raw), expected)


def test_what_a_reader_of_before_has_kept_is_not_asked(tmp_path: Path) -> None:
    reports = store.read("reports", store_of(series(tmp_path, {2022: SAMPLE, 2023: SAMPLE})))
    at = reports.column_names.index("read")
    before = reports.set_column(at, "read", pa.array(["{}"] * len(reports), pa.string()))
    fresh = set(reports["report_id"].to_pylist())
    assert contents.retold(before, reports, fresh, set()) == ()


def test_findings_come_one_by_one_and_are_never_all_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports = store.read(
        "reports", store_of(series(tmp_path, dict.fromkeys(range(2020, 2024), SAMPLE)))
    )
    compare, years = successive.compare, []
    monkeypatch.setattr(
        successive, "compare", lambda before, now: years.append(now.year) or compare(before, now)
    )
    findings = Across(reports).findings()
    next(findings)
    assert years == [2021]
    assert list(findings)
    assert years == [2021, 2022, 2023]


# ---- what a report keeps for others ----


def test_key_figures_are_those_of_the_records_with_their_places() -> None:
    report = read(html(*SAMPLE))
    told = KeyFigures(report.facts["key_values"], report.facts["key_cells"])
    records = {(r.table, r.row, r.column): r for r in report.cells}
    keys = [key for keys in compared.kept().values() for key in keys if key in records]
    assert len(keys) > 50
    for key in keys:
        assert told.value(key) == records[key].value
        if records[key].value is not None:
            figure = told.figure(key)
            assert (figure.value, figure.cell) == (records[key].value, records[key].cell)
    assert told.figure(("disclosure", "fees", "fee_amount")).unit == "万元"
    assert told.cells["disputes"].startswith("t3r4c1 > > >")  # in few characters


def test_what_is_blank_or_suspect_is_unknown_and_what_is_proven_is_zero() -> None:
    blank = with_row(REQUESTS, CARRIED_IN, CARRIED_IN, "3", "1", "", "", "", "", "4")
    told = read(html(blank)).facts
    figures = KeyFigures(told["key_values"], told["key_cells"])
    assert figures.value(("requests", "carried_in", "research")) == 0  # the row's sum proves it
    wrong = read(html(with_row(REQUESTS, CARRIED_IN, CARRIED_IN, *"3 1 0 0 0 0 5".split()))).facts
    figures = KeyFigures(wrong["key_values"], wrong["key_cells"])
    assert figures.value(("requests", "carried_in", "total")) is None
    assert figures.value(("requests", "granted", "total")) is None  # its column fails too
    assert figures.value(("disputes", "reconsideration", "total")) is None  # not printed


# ---- what is compared is data ----


GOOD = "carried_over,requests,column,carried_out,,carried_in,=,,,,,here"
COLUMNS = "check,table,axis,before,since,now,next_year,later,forms,from,to,source\n"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("carried_out", "carried_off"), "unknown code 'carried_off'"),
        ((",=,", ",>,"), "unknown relation '>'"),
        (("carried_over", "carried_under"), "unknown check 'carried_under'"),
        (("carried_in,=,,,", "carried_in,=,,2099,"), "unknown form '2099'"),
        (("column", "table"), "needs an axis"),
        ((",carried_in,", ",,"), "one cell now"),
        ((",,,here", ",20x2,,here"), "a year is wrong"),
    ],
)
def test_a_wrong_balance_stops_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: tuple[str, str], says: str
) -> None:
    path = tmp_path / compared.BALANCES
    path.write_text(f"{COLUMNS}{GOOD}\n{GOOD.replace(*change)}\n", encoding="utf-8")
    monkeypatch.setattr(compared, "REFERENCE", tmp_path)
    with pytest.raises(ReferenceDataError, match=f"balances.csv, line 3: .*{says}"):
        compared.balances.__wrapped__()


NOTHING = {"standing": [], "government": "", "outside": [], "branches": "", "additive": {}}


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({}, "needs standing, government, outside, branches, additive"),
        (NOTHING | {"standing": ["nowhere"]}, "unknown code 'nowhere'"),
        (
            NOTHING | {"additive": {"requests": {"rows": ["nowhere"]}}},
            r"\[additive.requests\] unknown code 'nowhere'",
        ),
    ],
)
def test_what_is_compared_beside_names_known_codes(
    monkeypatch: pytest.MonkeyPatch, document: dict, says: str
) -> None:
    monkeypatch.setattr(compared, "load_toml", lambda name: document)
    with pytest.raises(ReferenceDataError, match=f"across.toml: .*{says}"):
        compared.across.__wrapped__()


def test_kinds_outside_of_aggregates_are_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "across", lambda: NOTHING | {"outside": ["nowhere"]})
    with pytest.raises(ReferenceDataError, match=r"across\.toml: outside: unknown kind 'nowhere'"):
        members.outside.__wrapped__()


def test_every_finding_is_known_in_both_languages() -> None:
    assert set(across_checks()) <= set(catalogue())
    assert rows.rows_version()  # the code that compares is part of it
    assert {"across.py", "successive.py", "members.py"} <= set(rows._MADE_BY)
