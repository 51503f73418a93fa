from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from helpers import DISPUTES, REQUESTS, with_row
from stores import built, folder, page, put, store_of, titled

from analysis import article, indicators, load, select
from analysis.comparison.cells import n_suspect, suspects
from analysis.dataset import selection

BY = (["year"], ["agency", "year"], ["province", "scope", "level"], ["form"], ["year", "applicant"])
MANIFEST = """path,agency,region_code,year,scope
province.html,江苏省人民政府,320000,2022,aggregate
city.html,淮安市人民政府,320800,2022,aggregate
city21.html,淮安市人民政府,320800,2021,aggregate
nowhere.html,某市人民政府,,2022,aggregate
disputes.html,宿迁市人民政府,321300,2022,aggregate
own.html,上海市公安局,310000,2022,agency
slip.html,,,,agency
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files: dict[str, bytes | str] = {
        line.split(",")[0]: page() for line in MANIFEST.splitlines()[1:]
    }
    files["disputes.html"] = page("", DISPUTES)
    files["undated.html"] = page("首页", REQUESTS)
    slip = with_row(DISPUTES, "6", "6", *DISPUTES[-1][1:4], "13", *DISPUTES[-1][5:])
    files["slip.html"] = page(titled("甲局"), REQUESTS, slip)
    raw = folder(tmp_path_factory.mktemp("selection"), files, MANIFEST)
    built(raw)
    put(raw, "later.html", page(titled("乙局", 2024), DISPUTES))
    put(raw, "manifest.csv", f"{MANIFEST}later.html,,,,agency\n")
    built(raw)
    return store_of(raw)


@pytest.mark.parametrize("by", BY, ids="-".join)
@pytest.mark.parametrize(
    ("chosen", "options"),
    [
        ({"scope": "agency"}, {}),
        ({"years": [2021, 2023, 2024]}, {"complete": True, "codes": "outcomes"}),
        ({"as_of": 0}, {"codes": ["outcomes", "disputes"]}),
    ],
    ids=["agency", "years", "as_of"],
)
def test_a_selection_gives_the_indicators_of_the_loaded_records(
    store: Path, by: list[str], chosen: dict, options: dict
) -> None:
    if "applicant" in by:
        options = {**options, "verified_only": True}
    loaded = article.without_members(load("records", store, **chosen, blanks="proven"))
    selected = article.without_members(select(store, **chosen, blanks="proven"))
    if "scope" not in by:
        by = [*by, "scope"]
    expected = indicators(loaded, by, **options)
    assert len(expected) and expected["value"].notna().any()
    pd.testing.assert_frame_equal(
        indicators(selected, by, **options), expected, check_dtype=False, check_categorical=False
    )


@pytest.mark.parametrize("n_reports", [1, 4, 100])
def test_a_selection_gives_the_same_however_many_reports_are_read_at_once(
    store: Path, n_reports: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "_AT_ONCE", n_reports)
    loaded, selected = load("records", store), select(store)
    parts = [part.facts for part in selected.parts()]
    assert (len(parts) == 1) == (n_reports == 100)
    assert len(pd.concat(parts)) == pd.concat(parts)["report_id"].nunique() == len(selected.facts)
    by = ["agency", "year", "scope"]
    pd.testing.assert_frame_equal(
        indicators(selected, by), indicators(loaded, by), check_dtype=False, check_categorical=False
    )


@pytest.mark.parametrize("blanks", ["keep", "proven"])
def test_a_selection_gives_the_indicators_of_the_samples(samples: Path, blanks: str) -> None:
    for scope in ("aggregate", "agency"):
        loaded = load("records", samples, scope=scope, blanks=blanks)
        expected = indicators(loaded, ["agency", "year"])
        found = indicators(select(samples, scope=scope, blanks=blanks), ["agency", "year"])
        pd.testing.assert_frame_equal(found, expected, check_dtype=False, check_categorical=False)


def test_a_selection_leaves_out_what_another_aggregate_counts_already(store: Path) -> None:
    records, selected = load("records", store, scope="aggregate"), select(store, scope="aggregate")
    pooled, lazily = article.without_members(records), article.without_members(selected)
    assert set(lazily.facts["report_id"]) == set(pooled["report_id"])
    assert len(pooled) < len(records)
    with pytest.raises(ValueError, match="which it already counts"):
        indicators(selected, ["year"])
    for language in ("zh", "en"):
        told = article.members_note(records, pooled, language)
        assert article.members_note(selected, lazily, language).data == told.data


def test_a_selection_loads_its_suspect_cells_alone(store: Path) -> None:
    records, selected = load("records", store), select(store)
    assert n_suspect(selected) == n_suspect(records) > 0
    order = ["report_id", "table", "row", "column"]
    expected = suspects(records).sort_values(order, ignore_index=True)
    found = suspects(selected).sort_values(order, ignore_index=True)
    pd.testing.assert_frame_equal(found, expected, check_categorical=False)
    assert article.groups_to_compare(selected) == article.groups_to_compare(records)
    assert article.place_to_compare(selected) == article.place_to_compare(records)


def test_loaded_cells_are_in_the_order_of_print_though_threads_read_them(tmp_path: Path) -> None:
    raw = folder(tmp_path, {f"{n}.html": page(titled(f"{n}局")) for n in range(8)})
    built(raw)
    for file in (store_of(raw) / "records").rglob("*.parquet"):
        pq.write_table(pq.read_table(file, partitioning=None), file, row_group_size=37)
    loaded = load("records", store_of(raw))
    for _ in range(5):
        cells = select(store_of(raw)).load()
        assert list(cells["cell"]) == list(loaded["cell"])


def test_a_selection_of_nothing_has_no_indicators(store: Path) -> None:
    nothing = select(store, years=1999)
    assert indicators(nothing).empty and n_suspect(nothing) == 0 and suspects(nothing).empty


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        ({"scope": "both"}, "unknown scope 'both'"),
        ({"blanks": "zero"}, "unknown way with blanks 'zero'"),
        ({"regions": "江苏"}, "unknown region '江苏'"),
        ({"as_of": 99}, r"no version as of 99: the first is 0 of 20\d\d-.+, the last \d of 20"),
        ({"as_of": "2001-01-01"}, "no version as of 2001-01-01: the first is 0 of 20"),
    ],
)
def test_a_wrong_selection_is_refused(store: Path, request_: dict, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        select(store, **request_)
    with pytest.raises(ValueError, match=told):
        load("records", store, **request_)
