from pathlib import Path

import pytest

from analysis.dataset import shortening
from analysis.dataset import zones as special
from analysis.dataset.leaders import is_of_one_place
from analysis.dataset.place_names import Beginning, at_beginning, candidates, zone_of_agency
from analysis.dataset.regions import regions, within
from analysis.dataset.shortening import rules, short_names
from analysis.dataset.zones import zone_endings, zones
from analysis.documents.reference import ReferenceDataError, load_toml

GULOU = "320106 320302 350102 410204"


def meant(name: str, within: str | None = None, year: int | None = None) -> str:
    return " ".join(place.code for place in candidates(name, within, year))


def told(begun: Beginning) -> str:
    return " ".join(place.code for place in begun.places)


# ---- one name ----


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("南京市", "320100"),
        ("南京", "320100"),
        ("江苏", "320000"),
        ("北京", "110000"),
        ("内蒙古", "150000"),
        ("广西", "450000"),
        ("新疆", "650000"),
        ("西藏", "540000"),
        ("香港", "810000"),
        ("延边州", "222400"),
        ("延边", "222400"),
        ("恩施州", "422800"),
        ("临夏州", "622900"),
        ("临夏市", "622901"),
        ("临夏县", "622921"),
        ("湘西州", "433100"),
        ("湘西自治州", "433100"),
        ("广西自治区", "450000"),
        ("克州", "653000"),
        ("汉中", "610700"),
        ("晋中", "140700"),
        ("科尔沁左翼中", ""),
        ("阿里", "542500"),
        ("玉屏县", "520622"),
        ("浦东", "310115"),
        ("神农架", "429021"),
        ("襄樊市", "420600"),
        ("襄樊", "420600"),
        ("鼓楼区", GULOU),
        ("鼓楼", GULOU),
        ("吉林市", "220200"),
        ("吉林", "220000 220200"),
        ("海南", "460000 632500"),
        ("朝阳", "110105 211300 220104"),
        ("雄安新区", "130000-xiongan"),
        ("平潭综合实验区", "350100-pingtan"),
        ("南阳高新区", "411300-hitech"),
        ("南阳高新技术产业开发区", "411300-hitech"),
        ("厦门火炬高技术产业开发区", "350200-huoju"),
        ("昆山经开区", "320583-economic"),
    ],
)
def test_a_name_means_every_place_that_it_can(name: str, codes: str) -> None:
    assert meant(name) == codes


@pytest.mark.parametrize("name", ["", "县", "寿", "教育局", "高新区", "科尔沁左翼中", "左旗"])
def test_what_is_no_name_means_nothing(name: str) -> None:
    assert meant(name) == ""


def test_a_short_name_of_a_province_or_of_the_prefecture_around_means_no_county() -> None:
    assert meant("河南") == "410000"  # not 河南蒙古族自治县
    assert meant("淮安") == "320800"  # not 淮安区, which lies in it
    assert meant("河南", within="632300") == "632324"


def test_a_name_is_looked_for_within_a_region_and_what_once_lay_in_it() -> None:
    assert meant("鼓楼区", within="320000") == "320106 320302"
    assert meant("鼓楼区", within="350000") == "350102"
    assert meant("洪泽县", within="320800") == meant("洪泽县", within="320813") == "320829"
    assert meant("朝阳", within="110000") == "110105"


def test_the_year_decides_between_places_that_bore_a_name_one_after_another() -> None:
    assert meant("铜仁市", year=2009) == "522201"
    assert meant("铜仁市", year=2015) == "520600"
    assert meant("寿县", year=2014) == "341521"
    assert meant("寿县", year=2015) == "340422"
    assert meant("寿县") == "340422"
    assert meant("桥东区", year=2010) == "130103 130502 130702"
    assert meant("桥东区", year=2023) == "130702"


def test_a_name_is_known_a_year_before_and_after_and_else_where_no_place_bore_it_then() -> None:
    assert meant("湾里区", year=2019) == "360105"
    assert meant("洪泽区", year=2015) == "320813"
    assert meant("洪泽县", year=2023) == "320829"


# ---- at the beginning of a text ----


@pytest.mark.parametrize(
    ("text", "codes", "rest"),
    [
        ("江苏省南京市鼓楼区教育局", "320000 320100 320106", "教育局"),
        ("南京市鼓楼区人民政府", "320100 320106", "人民政府"),
        ("江苏省鼓楼区人民政府", "320000 320106|320000 320302", "人民政府"),
        ("洪泽区人民政府", "320813", "人民政府"),
        ("江苏南京鼓楼区", "320000 320100 320106", ""),
        ("江苏昆山公安局", "320000 320583", "公安局"),
        ("南京公安局", "320100", "公安局"),
        ("昆山公安局", "", "昆山公安局"),
        ("吉林省吉林市公安局", "220000 220200", "公安局"),
        ("吉林公安厅", "220000|220200", "公安厅"),
        ("上海市浦东新区财政局", "310000 310115", "财政局"),
        ("济南市市中区财政局", "370100 370103", "财政局"),
        ("济南市中区财政局", "370100 370103", "财政局"),
        ("阳泉市矿区公安局", "140300 140303", "公安局"),
        ("新乡市城乡一体化示范区管委会", "410700 410700-integration", "管委会"),
        ("六安市寿县财政局", "341500 341521", "财政局"),
        ("淮南市寿县财政局", "340400 340422", "财政局"),
        ("毕节地区黔西县财政局", "522400 522423", "财政局"),
        ("巴州库尔勒市财政局", "652800 652801", "财政局"),
        ("淮安市高新区管委会", "320800 320800-hitech", "管委会"),
        ("淮安经济技术开发区管委会", "320800-economic", "管委会"),
        ("昆山高新技术产业开发区管委会", "320583-hitech", "管委会"),
        ("邢台高新区管委会", "130500-hitech", "管委会"),
        ("国家税务总局", "", "国家税务总局"),
        ("", "", ""),
    ],
)
def test_a_text_is_read_from_above_to_below(text: str, codes: str, rest: str) -> None:
    begun = at_beginning(text)
    assert "|".join(map(told, begun)) == codes
    assert {b.rest for b in begun} <= {rest}


@pytest.mark.parametrize(
    ("text", "year", "codes"),
    [
        *(("莱芜教育局", 2018, "371200"), ("莱芜教育局", 2023, "")),
        *(("济南市莱芜教育局", 2018, "370100 371200"), ("济南市莱芜教育局", 2023, "370100")),
    ],
)
def test_a_short_name_means_no_region_that_ended_more_than_a_year_before(
    text: str, year: int, codes: str
) -> None:
    """莱芜市 was one up to 2017; 莱芜区 is no prefecture, of which a short name would do."""
    assert "|".join(map(told, at_beginning(text, year))) == codes


def test_a_name_of_several_places_begins_as_many_chains() -> None:
    begun = at_beginning("鼓楼区人民政府")
    assert " ".join(map(told, begun)) == GULOU
    assert {b.rest for b in begun} == {"人民政府"}


@pytest.mark.parametrize(
    "text",
    [
        *("延安路街道办事处", "北京东路街道", "南京镇人民政府", "太湖流域管理局", "新华书店"),
        *("矿区公安局", "东区街道办事处", "鼓楼区街道办事处"),
    ],
)
def test_what_goes_on_as_another_name_is_no_place(text: str) -> None:
    assert at_beginning(text) == ()


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("南京市场监督管理局", "市场监督管理局"),
        ("南京市市场监督管理局", "市场监督管理局"),
        ("南京乡村振兴局", "乡村振兴局"),
    ],
)
def test_a_name_takes_nothing_from_the_word_after_it(text: str, rest: str) -> None:
    assert [(told(b), b.rest) for b in at_beginning(text)] == [("320100", rest)]


def test_a_beginning_says_whether_all_its_names_are_full() -> None:
    full = {text: at_beginning(text)[0].full for text in ("南京市鼓楼区", "南京鼓楼区", "延边")}
    assert full == {"南京市鼓楼区": True, "南京鼓楼区": False, "延边": False}


def test_the_year_decides_between_chains() -> None:
    assert [told(b) for b in at_beginning("铜仁市财政局")] == ["520600", "522201"]
    assert [told(b) for b in at_beginning("铜仁市财政局", 2009)] == ["522201"]
    assert [told(b) for b in at_beginning("桥东区财政局", 2023)] == ["130702"]


def test_every_name_of_a_region_leads_back_to_it_and_every_chain_to_its_end() -> None:
    for region in regions().values():
        year = region.last_year or 2024
        above = regions()[region.parent].name if region.parent else ""
        assert region in candidates(region.name, region.parent or None, year), region
        assert region in [b.places[-1] for b in at_beginning(above + region.name, year)], region


def test_an_agency_is_of_one_place_where_its_name_says_which() -> None:
    names = ["南京市公安局", "寿县公安局", "鼓楼区公安局", "南京公安局", "公安局", "铜仁市公安局"]
    assert [is_of_one_place(name) for name in names] == [True, True, *[False] * 4]
    assert is_of_one_place("铜仁市公安局", 2015)


# ---- zones ----


def test_a_zone_is_filed_under_the_division_that_holds_it_or_that_it_is() -> None:
    (pingtan,) = candidates("平潭综合实验区")
    (nanyang,) = candidates("南阳高新区")
    assert (pingtan.region_code, nanyang.region_code) == ("350128", "411300")
    assert pingtan.region_code in within(["350100"]) and nanyang.region_code in within(["411300"])
    assert (nanyang.name, nanyang.level) == ("南阳高新技术产业开发区", "county")


def test_a_region_holds_the_reports_of_its_zones() -> None:
    for zone in zones().values():
        assert zone.region_code in within([zone.held_by]), zone


def test_a_zone_that_bears_the_name_of_a_division_needs_no_line() -> None:
    (zone,) = candidates("洪泽经济开发区")
    assert zone.code not in zones()
    assert (zone.name, zone.held_by) == ("洪泽区经济技术开发区", "320813")


def test_a_zone_that_bears_its_holder_s_name_has_the_code_that_follows_from_it() -> None:
    """Else 丰城市高新区 and 丰城高新区 were two."""
    wrong = {
        zone.code: name
        for zone in zones().values()
        for holder in [regions()[zone.held_by]]
        for name in (zone.name, *zone.short_names)
        for short in (holder.name, *short_names(holder.code, holder.name))
        if name in {short + ending for ending, kind in zone_endings() if kind == zone.kind}
        and zone.code != f"{holder.code}-{zone.kind}"
    }
    assert wrong == {"350600-zhangzhou-zhaoshang": "漳州开发区"}  # 漳州 holds others too


def test_zones_known_by_name_are_found_by_each_of_their_names() -> None:
    for zone in zones().values():
        for name in (zone.name, *zone.short_names):
            assert candidates(name) == (zone,), name
            assert [b.places[-1] for b in at_beginning(name + "管委会")] == [zone], name


@pytest.mark.parametrize(
    ("text", "codes", "rest"),
    [
        ("南京市江北新区管委会", "320100 320100-jiangbei", "管委会"),
        ("江苏省南京江北新区管委会", "320000 320100-jiangbei", "管委会"),
        ("江北新区管委会", "", "江北新区管委会"),
        ("河北雄安新区容城县教育局", "130000-xiongan 130629", "教育局"),
        ("东湖高新区管委会", "420100-donghu", "管委会"),
        ("武汉市东湖新技术开发区管委会", "420100 420100-donghu", "管委会"),
        ("苏州工业园区管委会", "320500-industrial", "管委会"),
        ("新疆生产建设兵团第八师石河子市教育局", "650000-xpcc-8", "教育局"),
        ("平潭综合实验区管理委员会", "350100-pingtan", "管理委员会"),
    ],
)
def test_zones_begin_a_text_as_regions_do(text: str, codes: str, rest: str) -> None:
    begun = at_beginning(text)
    assert "|".join(map(told, begun)) == codes
    assert {b.rest for b in begun} <= {rest}


def test_an_agency_is_of_a_zone_where_it_names_one_that_is_no_division() -> None:
    assert zone_of_agency("南阳高新技术产业开发区管委会") == "411300-hitech"
    assert zone_of_agency("洪泽经济开发区管委会") == "320813-economic"
    for other in ("南阳市人民政府", "平潭综合实验区管委会", "高新区管委会"):
        assert zone_of_agency(other) is None


def test_a_name_that_begins_with_its_holder_s_stands_without_it_there_alone() -> None:
    assert meant("江北新区") == meant("江北新区", within="320000") == ""
    assert meant("江北新区", within="320100") == "320100-jiangbei"


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("320500-a,甲区,,hitech,county,320500,,,", "320500-a stands twice"),
        ("320500-b,乙区,,hitech,county,329900,,,", "unknown region 329900"),
        ("320500-b,乙区,,hitech,county,320500,329900,,", "unknown region 329900"),
        ("320100-b,乙区,,hitech,county,320500,,,", "the code must begin with 320500-"),
        ("320500-b,乙区,,zone,county,320500,,,", "unknown kind 'zone'"),
        ("320500-b,乙区,,hitech,city,320500,,,", "level 'city'"),
        ("320500-b,乙区,,hitech,county,320500,,早,", "years such as 2014"),
        ("320800-b,乙区,,hitech,county,320800,320813,2010,", "did not stand when the zone began"),
    ],
)
def test_a_wrong_line_of_the_zones_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, wrong: str
) -> None:
    head = "code,name,short_names,kind,level,held_by,coextensive_with,first_year,last_year"
    first = "320500-a,甲区,,hitech,county,320500,,,"
    (tmp_path / "zones.csv").write_text("\n".join([head, first, line]) + "\n")
    monkeypatch.setattr(special, "ZONES", tmp_path / "zones.csv")
    with pytest.raises(ReferenceDataError, match=f"zones.csv, line 3: .*{wrong}"):
        zones.__wrapped__()


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"short": {"329900": ["某州"]}}, r"\[short\]: unknown region 329900"),
        ({"no_short_before": "("}, "missing or wrong: "),
        ({"endings": None}, "missing or wrong: 'endings'"),
    ],
)
def test_a_wrong_rule_is_named(monkeypatch: pytest.MonkeyPatch, change: dict, wrong: str) -> None:
    told = load_toml("region_names.toml") | change
    known = {key: value for key, value in told.items() if value is not None}
    monkeypatch.setattr(shortening, "load_toml", lambda name: known)
    with pytest.raises(ReferenceDataError, match=f"region_names.toml.*{wrong}"):
        rules.__wrapped__()
