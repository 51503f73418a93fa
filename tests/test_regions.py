from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.dataset import regions as divisions
from analysis.dataset.regions import (
    as_it_stood,
    is_of_one_territory,
    places,
    regions,
    standing,
    within,
)
from analysis.documents.reference import ReferenceDataError, read_csv


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A list of regions of one's own; the shipped one is back afterwards."""
    monkeypatch.setattr(divisions, "REGIONS", tmp_path / "regions.csv")
    regions.cache_clear()
    yield tmp_path / "regions.csv"
    regions.cache_clear()


HEAD = "code,name,level,parent,first_year,last_year,former_names,successors\n"
PROVINCE = "320000,江苏省,province,,2008,,,\n"

# ---- the list ----


@pytest.mark.parametrize(
    ("code", "year", "stood"),
    [
        *(("320813", 2015, "320829"), ("320829", 2016, "320813")),  # 洪泽县 became 洪泽区
        *(("320813", 2016, "320813"), ("320829", 2015, "320829")),
        ("371200", 2018, "371200"),  # 莱芜市 joined 济南市, which stood before
        ("341400", 2012, "341400"),  # 巢湖市 was divided
        *(("630203", 2012, "632121"), ("630203", 2014, "630221")),  # 平安区 was 平安县 twice
        *(("632121", 2013, "630221"), ("632121", 2015, "630203")),
    ],
)
def test_a_region_that_took_another_s_place_is_that_one_in_years_before(
    code: str, year: int, stood: str
) -> None:
    assert as_it_stood(code, year) == stood


@pytest.mark.parametrize(
    ("earlier", "later", "years", "is_one"),
    [
        *(("370100", "370100", years, is_one) for years, is_one in (
            ((2015, 2016), True), ((2017, 2018), False), ((2018, 2019), False),
            ((2019, 2020), True), ((2015, 2020), False))),
        ("320829", "320813", (2015, 2016), True),
        ("320813", "320813", (2016, 2017), True),  # 洪泽区 has what 洪泽县 had
        ("632121", "630203", (2012, 2015), True),
        ("320800", "320800", (2015, 2016), True),
        ("341500", "341500", (2015, 2016), False),  # 寿县 left 六安市
        ("", "", (2015, 2016), True),
    ],
)  # fmt: skip
def test_a_region_is_of_one_territory_unless_another_joined_or_left_it(
    earlier: str, later: str, years: tuple[int, int], is_one: bool
) -> None:
    assert is_of_one_territory(earlier, later, years) == is_one


def test_every_region_lies_in_a_known_one_of_a_higher_level() -> None:
    order = ["province", "prefecture", "county"]
    assert len(regions()) > 3000
    for region in regions().values():
        if region.parent:
            above = regions()[region.parent]
            assert order.index(above.level) < order.index(region.level), region
        else:
            assert region.level == "province", region


def test_a_region_names_all_that_it_lies_in() -> None:
    assert places("320813") == {
        "province": "江苏省",
        "prefecture": "淮安市",
        "county": "洪泽区",
        "level": "county",
    }
    assert places("320800") | {"county": None} == places("320800")
    assert places("310000")["level"] == "province"


def test_a_district_of_a_municipality_has_no_prefecture() -> None:
    told = places("310104")
    assert (told["province"], told["prefecture"], told["county"]) == ("上海市", None, "徐汇区")


def test_no_region_names_no_place() -> None:
    assert set(places(None).values()) == set(places("").values()) == {None}


def test_a_region_holds_all_below_it_and_nothing_else() -> None:
    jiangsu = within(["江苏省"])
    assert {"320000", "320800", "320813", "321300"} <= jiangsu
    assert {code[:2] for code in jiangsu} == {"32"}
    assert within(["320800"]) == {c for c in jiangsu if c[:4] == "3208"}
    assert within(["320803"]) == {"320803"}


def test_a_region_holds_what_fell_and_lies_in_it_today() -> None:
    assert {"320802", "320829"} <= within(["320800"])
    assert within(["320813"]) == {"320813", "320829"}
    assert {"371200", "371202"} <= within(["370100"])
    assert "341521" in within(["340400"]) & within(["341500"])  # 寿县, of 淮南市 and once of 六安市
    assert {"522400", "522423"} <= within(["520500"])
    assert "341400" not in within(["340100"])  # 巢湖市 was divided among three


def test_regions_are_chosen_by_code_or_name_and_together() -> None:
    assert within(["320000"]) == within(["江苏省"])
    assert within(["江苏省", "310000"]) == within(["江苏省"]) | within(["上海市"])
    assert within([]) == set()


def test_a_name_that_several_regions_bear_is_refused_with_their_codes() -> None:
    with pytest.raises(ValueError, match=r"'鼓楼区' is the name of several regions: .*320106"):
        within(["鼓楼区"])


@pytest.mark.parametrize("wanted", ["江苏", "999999", "32", "", "江苏省 ", "Jiangsu"])
def test_an_unknown_region_is_refused_by_name(wanted: str) -> None:
    with pytest.raises(ValueError, match=f"unknown region '{wanted}'.*江苏省"):
        within(["上海市", wanted])


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("320000,江苏省,province,,2008,,,", "stands twice"),
        ("320100,南京市,city,320000,2008,,,", "unknown level 'city'"),
        ("320100,南京市,prefecture,330000,2008,,,", "unknown parent 330000"),
        ("320100,南京市,prefecture,320000,早,,,", "years such as 2014"),
        ("320100,南京市,prefecture,320000,2008,,金陵市,", "with its last year, not '金陵市'"),
        ("320829,洪泽县,county,320000,2008,2015,,", "a code that ended has successors"),
        ("320829,洪泽县,county,320000,2008,,,320000", "one that stands has none"),
        ("320829,洪泽县,county,320000,2008,2015,,320813", "320813 does not stand now"),
        ("320829,洪泽县,county,320000,2008,2015,,320829", "320829 does not stand now"),
    ],
)
def test_a_wrong_line_is_named(listed: Path, line: str, wrong: str) -> None:
    listed.write_text(HEAD + PROVINCE + line + "\n")
    with pytest.raises(ReferenceDataError, match=f"regions.csv, line 3: .*{wrong}"):
        regions()


def test_a_region_knows_its_years_and_former_names() -> None:
    assert regions()["420600"].former_names == (("襄樊市", 2009),)
    assert (regions()["320829"].first_year, regions()["320829"].last_year) == (2008, 2015)
    assert regions()["320813"].last_year is None


# ---- successors ----


@pytest.mark.parametrize(
    ("code", "name", "now"),
    [
        ("320829", "洪泽县", "320813 洪泽区"),
        ("110103", "崇文区", "110101 东城区"),
        ("310119", "南汇区", "310115 浦东新区"),
        ("120107", "塘沽区", "120116 滨海新区"),
        ("371200", "莱芜市", "370100 济南市"),
        ("371202", "莱城区", "370116 莱芜区"),
        ("341521", "寿县", "340422 寿县"),
        ("340823", "枞阳县", "340722 枞阳县"),
        ("220381", "公主岭市", "220184 公主岭市"),
        ("512081", "简阳市", "510185 简阳市"),
        ("469003", "儋州市", "460400 儋州市"),
        ("522400", "毕节地区", "520500 毕节市"),
        ("522401", "毕节市", "520502 七星关区"),
        ("522423", "黔西县", "520581 黔西市"),
        ("542232", "错那县", "540581 错那市"),
        ("652200", "哈密地区", "650500 哈密市"),
        ("341422", "无为县", "340281 无为市"),
        ("320602", "崇川区", "320613 崇川区"),
        ("341400", "巢湖市", "340100 合肥市 340200 芜湖市 340500 马鞍山市"),
        ("330104", "江干区", "330102 上城区 330114 钱塘区"),
        ("130103", "桥东区", "130102 长安区 130104 桥西区"),
        ("230715", "红星区", "230724 丰林县"),
    ],
)
def test_what_ended_is_followed_to_what_stands_now(code: str, name: str, now: str) -> None:
    assert regions()[code].name == name
    assert " ".join(f"{c} {regions()[c].name}" for c in standing(code)) == now


def test_a_region_that_stands_is_its_own_successor() -> None:
    assert standing("320813") == ("320813",)
    assert standing("420600") == ("420600",)


def test_each_region_that_ended_has_successors_in_its_province() -> None:
    ended = [region for region in regions().values() if region.last_year]
    assert len(ended) == 377
    for region in ended:
        assert {code[:2] for code in standing(region.code)} == {region.code[:2]}, region


def test_the_successors_that_were_listed_are_those_of_the_list_of_regions() -> None:
    path = Path(__file__).parents[1] / "scripts" / "region_successors.csv"
    lines = read_csv(path, required=("code", "name", "successors"))
    assert len(lines) == 110
    for number, line in lines:
        listed = line["successors"].split(";")
        assert regions()[line["code"]].name == line["name"], number
        assert set(standing(line["code"])) == {c for code in listed for c in standing(code)}, number
