import pytest

from analysis.dataset.regions import places, regions, within


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
    assert within(["320813"]) == {"320813"}


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
