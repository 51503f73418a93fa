"""Aggregates beside their members: what is in of what they count, and what is left."""

from pathlib import Path

import pandas as pd
import pytest
from helpers import DISPUTES, REQUESTS, Table, with_row
from stores import RAW, built, folder, page, store_of, titled

from analysis import build, load, select
from analysis.comparison import holdings
from analysis.comparison.families import beside_members

HEADER = "path,agency,region_code,scope\n"
CITY = ("淮安市人民政府", "320800", "aggregate")
DISTRICT = ("淮安市洪泽区人民政府", "320813", "aggregate")
BUREAU = ("淮安市教育局", "320800", "agency")
DISTRICT_BUREAU = ("淮安市洪泽区教育局", "320813", "agency")


def times(table: Table, factor: int) -> Table:
    """A table with every figure so many times as large."""
    return [[str(int(c) * factor) if c.isdecimal() else c for c in row] for row in table]


def store_with(tmp_path: Path, *reports: tuple[tuple[str, str, str], int | Table]) -> Path:
    """The store of some reports of 2023: whose, and the sample's requests times so many."""
    files, lines = {}, HEADER
    for number, ((agency, region, scope), own) in enumerate(reports):
        requests = times(REQUESTS, own) if isinstance(own, int) else own
        files[f"{number}.html"] = page(titled(agency), requests, DISPUTES)
        lines += f"{number}.html,{agency},{region},{scope}\n"
    raw = folder(tmp_path, files, lines)
    built(raw)
    return store_of(raw)


def beside(store: Path) -> pd.DataFrame:
    """Each aggregate beside its members."""
    found = beside_members(select(store=store, blanks="proven"), load("reports", store))
    return found.set_index("agency")


def test_the_rest_of_an_aggregate_is_what_its_members_that_are_in_do_not_print(tmp_path):
    store = store_with(tmp_path, (CITY, 7), (DISTRICT, 3), (BUREAU, 2), (DISTRICT_BUREAU, 1))
    city, district = (beside(store).loc[name[0]] for name in (CITY, DISTRICT))
    assert (city["n_members"], city["n_below"], city["n_below_due"]) == (2, 1, 7)
    assert (city["received"], city["by_members"], city["rest"]) == (7 * 58, 5 * 58, 2 * 58)
    assert (district["n_members"], district["by_members"], district["rest"]) == (1, 58, 2 * 58)


def test_members_that_print_more_than_their_aggregate_leave_less_than_nothing(tmp_path):
    store = store_with(tmp_path, (CITY, 1), (DISTRICT, 2))
    assert beside(store).loc[CITY[0], "rest"] == -58


def test_a_member_whose_figure_is_not_known_is_counted_and_adds_nothing(tmp_path):
    label = "一、本年新收政府信息公开申请数量"
    unknown = with_row(REQUESTS, label, label, *["不详"] * 7)
    store = store_with(tmp_path, (CITY, 7), (DISTRICT, 3), (BUREAU, unknown))
    city = beside(store).loc[CITY[0]]
    assert (city["n_members"], city["n_unknown"], city["by_members"]) == (2, 1, 3 * 58)


def test_a_file_that_another_supersedes_or_that_cannot_be_read_is_no_member(tmp_path):
    store_with(tmp_path, (CITY, 7), (DISTRICT, 3), (DISTRICT, 2), (BUREAU, 1))
    (tmp_path / "raw" / "3.html").write_bytes(titled(BUREAU[0]).encode())
    built(tmp_path / "raw")
    city = beside(store_of(tmp_path / "raw")).loc[CITY[0]]
    assert (city["n_members"], city["n_unknown"]) == (1, 0)
    assert city["by_members"] in (2 * 58, 3 * 58)


def test_a_suspect_figure_of_either_side_is_counted_and_marked(tmp_path):
    label = "一、本年新收政府信息公开申请数量"
    wrong = with_row(REQUESTS, label, label, *"40 8 1 2 3 4 59".split())
    store = store_with(tmp_path, (CITY, 7), (DISTRICT, wrong))
    assert beside(store).loc[CITY[0], "n_suspect"] == 1
    records, reports = select(store=store, blanks="proven"), load("reports", store)
    assert "406 ○" in holdings.members(records, reports, "zh").to_html()


def test_an_aggregate_without_members_that_are_in_is_not_listed(tmp_path):
    assert beside(store_with(tmp_path, (CITY, 7), (DISTRICT_BUREAU, 1))).index.tolist() == [CITY[0]]
    assert beside(store_with(tmp_path / "other", (CITY, 7))).empty


@pytest.mark.parametrize(
    ("language", "heading", "share"),
    [("zh", "差额", "290 (71%)"), ("en", "Rest", "290 (71%)")],
)
def test_the_table_names_both_sides_and_what_is_left(tmp_path, language, heading, share):
    store = store_with(tmp_path, (CITY, 7), (DISTRICT, 3), (BUREAU, 2))
    records, reports = select(store=store, blanks="proven"), load("reports", store)
    html = holdings.members(records, reports, language).to_html()
    assert all(word in html for word in (heading, share, "406", "116", "2/2", "1/7 (14%)"))


def test_the_samples_hold_no_aggregate_with_a_member_of_its_year(tmp_path):
    build(RAW, tmp_path / "store", progress=False)
    assert beside(tmp_path / "store").empty
