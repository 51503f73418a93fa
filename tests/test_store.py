from datetime import datetime
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable
from helpers import DISCLOSURE, DISPUTES, REQUESTS, with_row
from stores import TITLE, Here, built, folder, page, put, store_of, titled

from analysis import build, load, select
from analysis.dataset import files as table_files
from analysis.dataset import loading, plan, selection
from analysis.dataset import store as stored
from analysis.dataset.loading import selected
from analysis.dataset.regions import within

MANIFEST = """path,agency,region_code,year,scope,published
city21.html,淮安市人民政府,320800,2021,aggregate,
city22.html,淮安市人民政府,320800,2022,aggregate,
district22.html,洪泽区人民政府,320813,2022,agency,
other22.html,宿迁市人民政府,321300,2022,agency,
shanghai22.html,上海市人民政府办公厅,310000,2022,agency,2023-01-09
shanghai22_again.html,上海市人民政府办公厅,310000,2022,agency,2023-02-01
nowhere.html,某局,,2020,,
"""
Versions = tuple[Path, list[dict[str, pd.DataFrame]]]
COLUMNS = (
    "report_id agency agency_id agency_type region_code province prefecture county level scope "
    "year title forms verified table row column state value unit raw cell proven suspect "
    "corrected confidence"
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    names = [line.split(",")[0] for line in MANIFEST.splitlines()[1:]]
    files: dict[str, bytes | str] = {name: page() for name in names}
    files["shanghai22.html"] = page("", DISCLOSURE)
    files["nowhere.html"] = page("", with_row(DISCLOSURE, "规章", "规章", "7", "/", "见附件"))
    raw = folder(tmp_path_factory.mktemp("store"), files, MANIFEST)
    built(raw)
    return store_of(raw)


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Versions:
    """A store of four versions, and its tables as they were loaded after each build."""
    raw = folder(tmp_path_factory.mktemp("versions"), {"a.html": page(titled("甲局"))})
    states = [tables_after_build(raw)]
    put(raw, "b.html", page(titled("乙局"), DISPUTES))
    states.append(tables_after_build(raw))
    put(raw, "a.html", page(titled("甲局"), REQUESTS))
    states.append(tables_after_build(raw))
    (raw / "a.html").unlink()
    return store_of(raw), [*states, tables_after_build(raw)]


def tables_after_build(raw: Path) -> dict[str, pd.DataFrame]:
    built(raw)
    return {name: load(name, store_of(raw)) for name in ("reports", "records", "issues")}


def paths(store: Path, **selection: object) -> set[str]:
    reports = load("reports", store, **selection)
    cells = load("records", store, **selection)
    assert set(cells["report_id"]) == set(reports.loc[reports["superseded_by"].isna(), "report_id"])
    return {path.removesuffix(".html") for path in reports["path"]}


# ---- what is loaded ----


def test_records_have_one_row_a_cell_with_the_facts_of_their_report(store: Path) -> None:
    records = load("records", store)
    assert list(records.columns) == COLUMNS.split()
    assert not records.duplicated(["report_id", "table", "row", "column"]).any()
    row = records.query(
        "agency == '洪泽区人民政府' and row == 'received' and column == 'natural_person'"
    ).iloc[0]
    assert (row["value"], row["raw"], row["unit"], row["state"]) == (40.0, "40", "件", "number")
    assert (row["year"], row["scope"], row["region_code"]) == (2022, "agency", "320813")
    assert (row["province"], row["prefecture"], row["county"]) == ("江苏省", "淮安市", "洪泽区")
    assert (row["level"], row["forms"], row["verified"]) == ("county", "2021", True)


def test_a_table_of_the_form_is_that_part_of_the_records(store: Path) -> None:
    records = load("records", store)
    for name in ("disclosure", "requests", "disputes"):
        expected = records[records["table"] == name].reset_index(drop=True)
        assert len(expected)
        pd.testing.assert_frame_equal(load(name, store), expected, check_categorical=False)


def test_columns_have_types_that_keep_what_is_missing(store: Path) -> None:
    records = load("records", store)
    assert str(records["year"].dtype) == "Int64"
    assert str(records["value"].dtype) == str(records["confidence"].dtype) == "Float64"
    assert {str(records[name].dtype) for name in ("table", "row", "state", "unit", "agency")} == {
        "category"
    }
    assert {records[name].dtype for name in ("proven", "suspect", "verified")} == {np.dtype(bool)}
    nowhere = records[records["agency"] == "某局"]
    assert nowhere[["region_code", "province", "scope"]].isna().all(axis=None)


def test_categories_are_those_of_what_was_loaded_in_the_order_of_their_text(store: Path) -> None:
    requests = load("requests", store, scope="agency")
    assert set(load("records", store)["scope"].cat.categories) == {"agency", "aggregate"}
    for name in ("table", "row", "agency", "scope", "state"):
        assert list(requests[name].cat.categories) == sorted(set(requests[name].dropna())), name
    assert list(requests["table"].cat.categories) == ["requests"]


def test_a_figure_a_mark_and_a_text_stay_three_things(store: Path) -> None:
    cells = load("disclosure", store).query("agency == '某局' and row == 'regulations'")
    told = cells.set_index("column")
    assert told["state"].to_dict() == {"made": "number", "repealed": "mark", "in_force": "text"}
    assert told["raw"].to_dict() == {"made": "7", "repealed": "/", "in_force": "见附件"}
    assert told["value"].isna().to_dict() == {"made": False, "repealed": True, "in_force": True}
    assert told["suspect"].to_dict() == {"made": False, "repealed": False, "in_force": True}


def test_only_the_leading_one_of_two_files_lends_its_cells(store: Path) -> None:
    reports = load("reports", store, regions="上海市").set_index("path")
    early, late = reports.loc["shanghai22.html"], reports.loc["shanghai22_again.html"]
    assert early["superseded_by"] == late["report_id"]
    assert pd.isna(late["superseded_by"])
    assert set(load("records", store, regions="上海市")["report_id"]) == {late["report_id"]}
    issues = load("issues", store, regions="上海市")
    assert set(issues.query("check == 'superseded'")["report_id"]) == {early["report_id"]}


def test_issues_name_their_place_in_two_languages(store: Path) -> None:
    found = load("issues", store).query("check == 'not_a_figure'").iloc[0]
    assert (found["table"], found["row"], found["column"]) == (
        "disclosure",
        "regulations",
        "in_force",
    )
    assert (found["agency"], found["severity"]) == ("某局", "error")
    assert found["cell"] in found["message"]
    assert "见附件" in found["message"] and "见附件" in found["message_zh"]


# ---- what is selected ----


def test_years_are_one_or_several(store: Path) -> None:
    assert paths(store, years=2021) == {"city21"}
    assert paths(store, years=[2020, 2021]) == {"city21", "nowhere"}
    assert paths(store, years=(2021,)) == paths(store, years=range(2021, 2022)) == {"city21"}
    assert paths(store, years=None) == paths(store)
    for year in (np.int64(2021), "2021", 2021.0, np.array([2021])):
        assert paths(store, years=year) == {"city21"}


def test_a_region_means_itself_and_all_below(store: Path) -> None:
    huaian = {"city21", "city22", "district22"}
    assert paths(store, regions="320800") == paths(store, regions="淮安市") == huaian
    assert paths(store, regions=320800) == huaian
    assert paths(store, regions="江苏省") == huaian | {"other22"}
    assert paths(store, regions="洪泽区") == {"district22"}
    assert paths(store, regions=["洪泽区", "321300"]) == {"district22", "other22"}


def test_a_report_without_a_region_is_in_no_region(store: Path) -> None:
    assert "nowhere" in paths(store)
    provinces = [code for code in within(["江苏省", "上海市"]) if code.endswith("0000")]
    assert "nowhere" not in paths(store, regions=provinces)


def test_the_scope_tells_aggregates_from_agencies(store: Path) -> None:
    assert paths(store, scope="aggregate") == {"city21", "city22"}
    assert paths(store, scope="agency") == {
        *("district22", "other22", "shanghai22", "shanghai22_again")
    }


def test_selections_narrow_one_another(store: Path) -> None:
    assert paths(store, years=2022, regions="江苏省", scope="agency") == {"district22", "other22"}


@pytest.mark.parametrize("name", ["reports", "records", "requests", "issues"])
@pytest.mark.parametrize(
    "selection",
    [{"years": 1999}, {"regions": "北京市"}, {"years": 2021, "scope": "agency"}],
    ids=["year", "region", "scope"],
)
def test_a_selection_without_reports_is_an_empty_table(
    store: Path, name: str, selection: dict[str, object]
) -> None:
    frame, whole = load(name, store, **selection), load(name, store)
    assert frame.empty
    pd.testing.assert_series_equal(frame.dtypes.astype("str"), whole.dtypes.astype("str"))


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        ({"name": "request"}, "unknown table 'request': one of disclosure, disputes, fujian"),
        ({"name": "Records"}, "unknown table 'Records'"),
        ({"name": "records", "scope": "both"}, "unknown scope 'both': 'agency' or 'aggregate'"),
        ({"name": "records", "scope": ""}, "unknown scope ''"),
        ({"name": "records", "blanks": "zero"}, "unknown way with blanks 'zero'"),
        ({"name": "records", "years": "MMXXI"}, "'MMXXI' is no year"),
        ({"name": "records", "regions": "江苏"}, "unknown region '江苏'"),
        ({"name": "reports", "regions": ["江苏省", "123"]}, "unknown region '123'"),
    ],
)
def test_a_wrong_request_is_refused_with_what_is_right(
    store: Path, request_: dict[str, str], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        load(store=store, **request_)


def test_a_missing_store_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="python -m analysis build"):
        load("records", tmp_path / "nowhere")


def test_the_store_is_found_from_the_folders_below_it(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = store.parent / "notebooks" / "drafts"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert len(load("reports", store.name)) == 7


# ---- blanks ----


def test_a_blank_is_no_zero_unless_asked_for(samples: Path) -> None:
    kept = load("records", samples, regions="上海市", years=2019)
    blank = kept[kept["state"] == "blank"]
    assert len(blank) > 100
    assert blank["value"].isna().all()
    assert blank["proven"].any() and not blank["proven"].all()


def test_only_proven_blanks_are_filled_and_nothing_else_changes(samples: Path) -> None:
    kept = load("records", samples)
    filled = load("records", samples, blanks="proven")
    proven = kept["proven"]
    assert proven.any()
    assert (filled.loc[proven, "value"] == 0).all()
    assert kept.loc[proven, "value"].isna().all()
    assert set(kept.loc[proven, "state"]) == {"blank"}
    pd.testing.assert_frame_equal(filled[~proven], kept[~proven])
    pd.testing.assert_frame_equal(filled.drop(columns="value"), kept.drop(columns="value"))


def test_the_samples_give_the_figures_that_they_print(samples: Path) -> None:
    requests = load("requests", samples, years=2024, regions="宿迁市")
    assert requests["report_id"].nunique() == 1
    disputes = load("disputes", samples, years=2024, regions="宿迁市")
    totals = disputes[disputes["column"] == "total"].set_index("row")["value"].to_dict()
    assert totals == {
        "reconsideration": 170.0,
        "litigation_direct": 25.0,
        "litigation_after_reconsideration": 52.0,
    }


# ---- versions ----


def test_a_version_names_its_number_time_and_code(
    versions: Versions,
) -> None:
    store, _ = versions
    first, *_, last = (stored.version(store, as_of=number) for number in range(4))
    assert stored.version(store) == last
    assert (first["version"], last["version"]) == ("0", "3")
    assert first["time"] <= last["time"]
    assert first["code"] == last["code"] and len(first["code"]) == 12


@pytest.mark.parametrize("name", ["reports", "records", "issues"])
def test_an_earlier_version_opens_as_it_was(versions: Versions, name: str) -> None:
    store, states = versions
    for number, state in enumerate(states):
        pd.testing.assert_frame_equal(load(name, store, as_of=number), state[name])


@pytest.mark.parametrize("as_of", ["2099-01-01", "2099-01-01T12:00", datetime(2099, 1, 1)])
def test_a_time_means_the_last_build_before_it(versions: Versions, as_of: str | datetime) -> None:
    store, states = versions
    pd.testing.assert_frame_equal(load("records", store, as_of=as_of), states[-1]["records"])


@pytest.mark.parametrize("as_of", [99, -1, "2001-01-01T00:00:00Z", "rubbish"])
def test_an_unknown_version_is_refused(versions: Versions, as_of: int | str) -> None:
    with pytest.raises(ValueError, match="version"):
        load("reports", versions[0], as_of=as_of)


# ---- builds, and what they found changed ----


def test_the_history_lists_builds_with_what_they_did(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"a.html": page(titled("甲局"), DISPUTES), "b.html": page()})
    built(raw)
    put(raw, "a.html", page(titled("甲局"), REQUESTS))
    (raw / "b.html").rename(raw / "c.html")
    put(raw, "d.html", "")
    built(raw)
    (raw / "a.html").unlink()
    built(raw)
    built(raw)  # changes nothing, and so is no version
    builds = stored.history(store_of(raw)).set_index("version")
    assert list(builds.index) == [2, 1, 0]
    counts = builds.drop(columns=["time", "code", "kept"]).to_dict("index")
    assert counts == {
        2: {"files": 2, "read": 0, "renamed": 0, "removed": 1, "revised": 0, **held(1, 200, 1)},
        1: {"files": 3, "read": 2, "renamed": 1, "removed": 0, "revised": 1, **held(1, 375, 1)},
        0: {"files": 2, "read": 2, "renamed": 0, "removed": 0, "revised": 0, **held(0, 215, 1)},
    }
    assert builds["kept"].all()
    assert builds["time"].is_monotonic_decreasing and builds["code"].str.len().eq(12).all()


def held(unreadable: int, cells: int, verified: int) -> dict[str, int]:
    """Give what a store holds after a build."""
    return {"unreadable": unreadable, "cells": cells, "verified": verified}


def test_a_revision_lists_the_cells_that_changed_with_both_sides(tmp_path: Path) -> None:
    label = "（一）予以公开"
    raw = folder(tmp_path, {"a.html": page(), "b.html": page(titled("甲局"), DISPUTES)})
    built(raw)
    assert stored.revisions(store_of(raw)).empty
    changed = with_row(REQUESTS, label, label, "12", "3", "0", "/", "0", "0", "16")
    put(raw, "a.html", page(TITLE, changed, DISPUTES))
    put(raw, "b.html", page(titled("甲局"), DISPUTES) + b"<p>")
    assert built(raw).revised == 2
    found = stored.revisions(store_of(raw))
    assert set(found["build"]) == {1} and found["sha256"].ne(found["old_sha256"]).all()
    cells = found[found["table"] == "requests"].set_index("column")
    assert cells[["row", "old_raw", "raw", "old_state", "state"]].T.to_dict("list") == {
        "natural_person": ["granted", "11", "12", "number", "number"],
        "public_interest": ["granted", "1", "/", "number", "mark"],
        "total": ["granted", "15", "16", "number", "number"],
    }
    assert cells.loc["total", ["old_value", "value"]].tolist() == [15, 16]
    gone = found[found["table"] == "disclosure"]
    assert len(gone) == 10 and gone["state"].isna().all() and gone["old_raw"].notna().all()
    same = found[found["path"] == "b.html"]
    assert len(same) == 1 and same["table"].isna().all()


def test_of_a_large_table_only_the_row_groups_that_hold_a_report_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_files, "_GROUP_ROWS", 15)
    files = {f"{n}.html": page(titled(f"{name}局"), DISPUTES) for n, name in enumerate("甲乙丙丁")}
    raw = folder(tmp_path, {**files, "older.html": page(titled("甲局", 2020), DISPUTES)})
    built(raw)
    data = stored.dataset(store_of(raw) / "records", stored.pins(store_of(raw))["records"])
    reports = load("reports", store_of(raw)).set_index("path")["report_id"]
    wanted = pa.array([reports["2.html"], reports["older.html"]])
    found = stored.holding(data, wanted, [2023]).to_table()
    assert data.count_rows() == 75 and found.num_rows == 15
    assert set(found["report_id"].to_pylist()) == {reports["2.html"]}
    (raw / "1.html").rename(raw / "renamed.html")
    put(raw, "2.html", page(titled("丙局"), with_row(DISPUTES, "6", "7", *DISPUTES[-1][1:])))
    summary = built(raw)
    assert (summary.read, summary.renamed, summary.revised) == (1, 1, 1)
    assert stored.revisions(store_of(raw))["old_raw"].tolist() == ["6"]
    fresh = folder(tmp_path / "fresh", {path.name: path.read_bytes() for path in raw.iterdir()})
    built(fresh)
    pd.testing.assert_frame_equal(load("records", store_of(raw)), load("records", store_of(fresh)))


def test_what_was_revised_stays_known_when_the_report_goes(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"a.html": page()})
    built(raw)
    put(raw, "a.html", page(TITLE, DISPUTES))
    built(raw)
    before = stored.revisions(store_of(raw))
    (raw / "a.html").unlink()
    built(raw, full=True)
    pd.testing.assert_frame_equal(stored.revisions(store_of(raw)), before)
    assert stored.revisions(store_of(raw), as_of=0).empty


def test_revisions_of_reports_that_lie_far_apart_are_kept_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "_AT_ONCE", 1)
    names = [f"{name}.html" for name in "abcd"]
    raw = folder(tmp_path, {name: page(titled(f"{name[0]}局"), DISPUTES) for name in names})
    built(raw)
    changed = with_row(DISPUTES, "6", "6", *DISPUTES[-1][1:4], "13", *DISPUTES[-1][5:])
    for name in ("a.html", "d.html"):
        put(raw, name, page(titled(f"{name[0]}局"), changed))
    assert built(raw).revised == 2
    assert set(stored.revisions(store_of(raw))["path"]) == {"a.html", "d.html"}


def test_another_reader_makes_no_revision(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"a.html": page()})
    built(raw)
    assert built(raw, full=True).revised == 0
    assert stored.revisions(store_of(raw)).empty


@pytest.mark.parametrize("module", [loading, selection])
def test_what_is_loaded_is_of_one_build_though_another_is_committed_meanwhile(
    module: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = folder(tmp_path, {"a.html": page(titled("甲局"))})
    built(raw)
    before = load("records", store_of(raw))
    put(raw, "a.html", page(titled("甲局"), with_row(DISCLOSURE, "规章", "规章", "7", "8", "99")))

    def and_then_build(*request: object) -> pa.Table:
        found = selected(*request)
        built(raw)
        return found

    monkeypatch.setattr(module, "selected", and_then_build)
    is_loaded = module is loading
    now = load("records", store_of(raw)) if is_loaded else select(store_of(raw)).load()
    assert now["value"].tolist() == before["value"].tolist()


def test_old_versions_go_by_age_and_never_the_current_one(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"a.html": page(titled("甲局"), DISPUTES), "b.html": page()})
    for n in range(3):
        put(raw, "a.html", page(titled("甲局"), DISPUTES) + b" " * n)
        built(raw)
    assert stored.history(store_of(raw))["kept"].all()
    assert len(load("records", store_of(raw), as_of=0)) == 215
    put(raw, "a.html", page(titled("甲局"), REQUESTS))
    build(raw, store_of(raw), scheduler=Here(), progress=False, keep_days=0)
    assert list(stored.history(store_of(raw))["kept"]) == [True, False, False, False]
    assert len(load("records", store_of(raw))) == 375
    with pytest.raises(ValueError, match="version 0 of the store is no longer kept"):
        load("records", store_of(raw), as_of=0)
    put(raw, "a.html", page(titled("甲局"), DISPUTES))
    built(raw)
    assert list(stored.history(store_of(raw))["kept"]) == [True, True, False, False, False]
    assert len(load("records", store_of(raw), as_of=3)) == 375


def test_many_small_builds_do_not_leave_many_small_files(tmp_path: Path) -> None:
    raw = folder(tmp_path, {})
    for n in range(24):
        put(raw, f"{n}.html", page(titled(f"{chr(0x4E00 + n)}局"), DISPUTES))
        built(raw)
    files = DeltaTable(str(store_of(raw) / "records")).file_uris()
    assert len(files) <= 17
    once = folder(tmp_path / "once", {p.name: p.read_bytes() for p in raw.glob("*.html")})
    built(once)
    for name in ("reports", "records", "issues"):
        pd.testing.assert_frame_equal(load(name, store_of(raw)), load(name, store_of(once)))


# ---- where it lies ----


@pytest.mark.parametrize("name", ["我的 文档", "a[1]*b", "it's 100%"])
def test_a_store_may_lie_in_a_folder_of_almost_any_name(tmp_path: Path, name: str) -> None:
    raw = folder(tmp_path / name, {"a.html": page()})
    built(raw)
    put(raw, "b.html", page(titled("甲局"), DISPUTES))
    built(raw)
    now, before = load("records", store_of(raw)), load("records", store_of(raw), as_of=0)
    assert len(now) > len(before) > 0
    assert len(select(store_of(raw)).load()) == len(now)
    assert stored.history(store_of(raw))["kept"].all()


@pytest.mark.parametrize("name", ["a?b", "a#b", "a%20b", "a\\b"])
def test_a_folder_in_which_no_store_can_lie_is_refused(tmp_path: Path, name: str) -> None:
    raw = folder(tmp_path, {"a.html": page()})
    with pytest.raises(ValueError, match="no store can lie below a name with"):
        build(raw, tmp_path / name / "out", workers=1, progress=False)
    assert not (tmp_path / name).exists()


# ---- memory ----


def test_rows_that_wait_for_their_file_are_few_however_many_years_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_files, "_MOST_WAITING", 4 * 2**10)
    schema = stored.SCHEMAS["issues"]
    rows = [
        {name: None for name in schema.names} | {"year": 2015 + n % 10, "message": f"{n:0100}"}
        for n in range(1000)
    ]
    batches = (pa.RecordBatch.from_pylist(rows[n : n + 10], schema) for n in range(0, 1000, 10))
    made = table_files.write(tmp_path / "issues", batches, 0)
    assert len(made) == 10
    for action in made:
        file = pq.ParquetFile(tmp_path / "issues" / action.path)
        groups = [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)]
        assert sum(groups) == 100
        assert max(groups) < 20
        written = [int(text) for text in file.read(["message"])["message"].to_pylist()]
        assert written == sorted(written)
