"""Series of governments follow their regions to those that stand now, and say so."""

import pandas as pd
import pytest

from analysis import article, indicators, load
from analysis.comparison.successors import successions, with_successors

BY = ["standing_agency", "year"]
both_languages = pytest.mark.parametrize("language", ["zh", "en"])


@pytest.fixture(scope="module")
def hongze(samples) -> pd.DataFrame:
    """The records of a report: 洪泽区, 2023, an aggregate."""
    records = load("records", samples, regions="320813", blanks="proven")
    assert records["report_id"].nunique() == 1
    return records


def reports_of(hongze: pd.DataFrame, *whose: tuple[str, str | None, int]) -> pd.DataFrame:
    """The same figures as those of governments of other names, regions and years."""
    parts = [
        hongze.assign(report_id=f"{code}-{year}-{name}", agency=name, region_code=code, year=year)
        for name, code, year in whose
    ]
    joined = pd.concat(parts, ignore_index=True).drop(columns="agency_id")
    return with_successors(joined)


def counted(records: pd.DataFrame) -> list[list[object]]:
    """Agency, year and number of reports of each group."""
    found = indicators(records, BY, ["requests_received"])
    return found[[*BY, "n_reports"]].values.tolist()


def test_a_government_is_one_series_through_a_change_of_its_region(hongze):
    records = reports_of(
        hongze, ("洪泽县人民政府", "320829", 2014), ("洪泽区人民政府", "320813", 2017)
    )
    assert article.groups_to_compare(records) == BY
    assert article.place_to_compare(records) == "standing_agency"
    assert counted(records) == [["洪泽区人民政府", 2014, 1], ["洪泽区人民政府", 2017, 1]]


def test_a_bureau_s_aggregate_is_not_added_to_the_government_that_followed(hongze):
    told = hongze.assign(year=2014, region_code="320829", agency="洪泽县教育局")
    bureau = told.assign(report_id="bureau", agency_type="education")
    joined = pd.concat([hongze, bureau], ignore_index=True).drop(columns="agency_id")
    assert "洪泽县教育局" in set(with_successors(joined)["standing_agency"])


def test_governments_whose_regions_became_one_are_added_up_in_the_years_before(hongze):
    records = reports_of(
        hongze, ("莱芜市人民政府", "371200", 2016), ("济南市人民政府", "370100", 2016)
    )
    received = indicators(records, BY, ["requests_received"])
    alone = indicators(hongze, ["year"], ["requests_received"])
    assert counted(records) == [["济南市人民政府", 2016, 2]]
    assert received["value"].tolist() == [2 * alone["value"].iloc[0]]


def test_a_year_in_which_not_all_that_became_one_are_in_is_not_the_whole_s(hongze):
    """莱芜市 alone is not 济南市 of 2015, nor is 港闸区 the later 崇川区."""
    records = reports_of(
        hongze,
        ("莱芜市人民政府", "371200", 2015),
        *(("莱芜市人民政府", "371200", 2016), ("济南市人民政府", "370100", 2016)),
        *(("港闸区人民政府", "320611", 2018), ("崇川区人民政府", "320613", 2021)),
    )
    assert counted(records) == [
        ["崇川区人民政府", 2021, 1],
        ["济南市人民政府", 2016, 2],
        ["港闸区人民政府", 2018, 1],
        ["莱芜市人民政府", 2015, 1],
    ]
    assert successions(records)[0] == [("莱芜市人民政府", "济南市人民政府")]


def test_the_newest_name_of_the_government_that_followed_stands_for_all(hongze):
    records = reports_of(
        hongze,
        ("洪泽县人民政府", "320829", 2014),
        ("洪泽区政府", "320813", 2016),
        ("洪泽区人民政府", "320813", 2017),
    )
    assert successions(records)[0] == [("洪泽县人民政府", "洪泽区人民政府")]


@pytest.mark.parametrize(
    "whose",
    [
        [("洪泽县人民政府", "320829", 2014)],  # the government that followed is not in
        [("巢湖市人民政府", "341400", 2009), ("合肥市人民政府", "340100", 2014)],  # divided
        [("洪泽县人民政府", "320829", 2015), ("洪泽区人民政府", "320813", 2015)],  # itself twice
        [("莱芜市人民政府", "371200", 2016), ("济南高新区管委会", "370100", 2020)],  # a zone's
        [("甲政府", "320813", 2020), ("乙政府", None, 2021)],
    ],
)
def test_what_can_not_be_followed_keeps_its_name(hongze, whose):
    records = reports_of(hongze, *whose)
    assert set(records["standing_agency"]) == {name for name, _, _ in whose}
    assert article.groups_to_compare(records) == ["agency", "year"]


def test_a_government_of_one_name_goes_on_where_its_region_moved_to_another_prefecture(hongze):
    records = reports_of(hongze, ("寿县政府", "341521", 2013), ("寿县政府", "340422", 2017))
    records["prefecture"] = records["year"].map({2013: "六安市", 2017: "淮南市"})
    assert article.groups_to_compare(records) == BY
    assert counted(records) == [["寿县政府", 2013, 1], ["寿县政府", 2017, 1]]
    pair = ("寿县政府（安徽省六安市寿县）", "寿县政府（安徽省淮南市寿县）")
    assert successions(records)[0] == [pair]


def test_a_region_made_anew_under_its_name_is_told_from_the_former_by_its_code(hongze):
    """崇川区 of 2020 is 崇川区 and 港闸区 of the years before."""
    records = reports_of(
        hongze,
        ("崇川区人民政府", "320602", 2019),
        ("港闸区人民政府", "320611", 2019),
        ("崇川区人民政府", "320613", 2021),
    )
    pair, _ = successions(records)[0]
    assert pair[0] != pair[1]
    assert ("320602" in pair[0], "320613" in pair[1]) == (True, True)


def test_a_government_that_is_one_agency_through_its_rename_is_told_by_its_name_of_then(hongze):
    parts = [("即墨市人民政府", "370282", 2016), ("青岛市即墨区人民政府", "370215", 2018)]
    records = reports_of(hongze, *parts).assign(agency_id="370215:government")
    renamed = "青岛市即墨区人民政府（原即墨市人民政府）"
    assert successions(records)[0] == [("即墨市人民政府", renamed)]


def test_only_aggregates_are_joined(hongze):
    records = reports_of(
        hongze, ("洪泽县人民政府", "320829", 2014), ("洪泽区人民政府", "320813", 2017)
    )
    own = with_successors(records.assign(scope="agency"))
    assert set(own["standing_agency"]) == {"洪泽县人民政府", "洪泽区人民政府"}


def test_agencies_of_one_name_stay_apart(hongze):
    records = reports_of(
        hongze,
        ("鼓楼区人民政府", "320106", 2020),
        ("鼓楼区人民政府", "350102", 2020),
        ("鼓楼区人民政府", "320106", 2010),
        ("下关区人民政府", "320107", 2010),
    )
    assert counted(records) == [
        ["鼓楼区人民政府（江苏省南京市鼓楼区）", 2010, 2],
        ["鼓楼区人民政府（江苏省南京市鼓楼区）", 2020, 1],
        ["鼓楼区人民政府（福建省福州市鼓楼区）", 2020, 1],
    ]


@both_languages
def test_the_governments_joined_and_those_that_can_not_be_are_named(hongze, language):
    records = reports_of(
        hongze,
        ("洪泽县人民政府", "320829", 2014),
        ("洪泽区人民政府", "320813", 2017),
        ("巢湖市人民政府", "341400", 2009),
        ("淮安市人民政府", "320800", 2014),
    )
    said = article.successors_note(records, BY, language).data
    among = "、" if language == "zh" else ", "
    assert "洪泽县人民政府 → 洪泽区人民政府" in said
    assert f"巢湖市人民政府 → {among.join(['合肥市', '芜湖市', '马鞍山市'])}" in said
    assert "淮安市" not in said
    assert article.successors_note(records, ["agency", "year"], language).data == ""


def test_agencies_are_compared_with_all_their_records_and_places_with_what_adds_up(hongze):
    pooled = hongze.iloc[:1]
    assert article.to_compare(hongze, pooled, BY) is hongze
    assert article.to_compare(hongze, pooled, "agency") is hongze
    assert article.to_compare(hongze, pooled, "province") is pooled
    assert article.to_compare(hongze, pooled, ["year"]) is pooled
