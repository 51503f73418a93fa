import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from helpers import DISCLOSURE, DISPUTES, REQUESTS, SAMPLE, with_row, zipped
from helpers import text as text_of
from stores import SOURCE, TITLE, Here, built, folder, page, put, store_of, tidy, titled

from analysis import build, load
from analysis.dataset import build as builder
from analysis.dataset import commits, plan, reading, rows, sources, staged, stamps, store
from analysis.dataset.bounds import Bounds
from analysis.dataset.build import Summary
from analysis.documents.reference import ReferenceDataError

TABLES = ("reports", "records", "issues")


@pytest.fixture
def read_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files read, in order."""
    names: list[str] = []
    read = reading.read_source

    def note(job: reading.Job, bounds: Bounds) -> tuple[str, object]:
        names.append(job.source.path)
        return read(job, bounds)

    monkeypatch.setattr(reading, "read_source", note)
    return names


def contents(raw: Path) -> dict[str, pd.DataFrame]:
    return {name: tidy(load(name, store_of(raw))) for name in TABLES}


def assert_same(one: dict[str, pd.DataFrame], other: dict[str, pd.DataFrame]) -> None:
    for name in TABLES:
        pd.testing.assert_frame_equal(one[name], other[name])


def versions(raw: Path) -> dict[str, str]:
    return store.version(store_of(raw))


def report(raw: Path, path: str) -> pd.Series:
    return load("reports", store_of(raw)).set_index("path").loc[path]


def cells_by_agency(raw: Path) -> dict[str, int]:
    return load("records", store_of(raw)).groupby("agency").size().to_dict()


def break_off(monkeypatch: pytest.MonkeyPatch, raw: Path, table: str = "reports") -> None:
    """Let a build break off where it writes a table."""
    create, replace = commits.files.create, commits._replace

    def stop(path: str | Path, way: Callable[..., object], *rest: object, **options: object):
        if Path(path).name == table:
            raise OSError("no space left on device")
        return way(path, *rest, **options)

    with monkeypatch.context() as broken, pytest.raises(OSError, match="no space left"):
        broken.setattr(commits.files, "create", lambda p, *r: stop(p, create, *r))
        broken.setattr(commits, "_replace", lambda p, *r: stop(p, replace, *r))
        built(raw)


def checks(raw: Path, path: str) -> set[str]:
    issues = load("issues", store_of(raw))
    return set(issues.loc[issues["report_id"] == report(raw, path)["report_id"], "check"])


# ---- one build ----


def test_a_build_counts_what_it_did_and_what_the_store_holds(tmp_path: Path) -> None:
    wrong = with_row(DISPUTES, DISPUTES[-1][0], *DISPUTES[-1][:4], "13", *DISPUTES[-1][5:])
    raw = folder(
        tmp_path,
        {
            "good.html": page(titled("甲局")),
            "wrong_sum.html": page(titled("乙局"), REQUESTS, wrong),
            "empty.html": "",
            "scan.pdf": b"%PDF-1.7\n",
            "unnamed.html": page("首页", REQUESTS),
        },
    )
    summary = built(raw)
    cells = len(load("records", store_of(raw)))
    assert summary == Summary(
        files=5,
        read=5,
        unchanged=0,
        removed=0,
        unreadable=2,
        cells=cells,
        verified=1,
        issues=summary.issues,
        failed=summary.failed,
    )
    assert summary.failed.keys() == {"empty.html", "scan.pdf"}
    assert "cut off or damaged" in summary.failed["scan.pdf"]
    assert summary.issues == load("issues", store_of(raw))["check"].value_counts().to_dict()
    assert summary.issues == {
        "scope_unknown": 3,
        "missing_table": 3,
        "year_unknown": 1,
        "agency_unknown": 1,
        "sum": 1,
        "empty_file": 1,
        "truncated": 1,
    }


def test_a_bad_file_stops_nothing_and_is_told(tmp_path: Path) -> None:
    raw = folder(
        tmp_path,
        {
            "a.docx": b"PK\x03\x04 cut off",
            "b.html": page(),
            "c.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "d.bin": bytes(range(256)) * 9,
            "e.txt": "\n\n",
            "f.jpg": b"\xff\xd8\xff\xe0",
            "g.html": "<table><tr><td>今天天气",
        },
    )
    assert built(raw).unreadable == 6
    reports = load("reports", store_of(raw)).set_index("path")
    assert reports["verified"].to_dict() == {path: path == "b.html" for path in reports.index}
    for path in reports.index.drop("b.html"):
        severities = load("issues", store_of(raw)).query(
            "report_id == @report_id", local_dict={"report_id": reports.loc[path, "report_id"]}
        )["severity"]
        assert "error" in set(severities), path


def test_a_file_that_cannot_be_opened_is_told_and_makes_one_version(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"a.html": page()})
    (raw / "gone.html").symlink_to(raw / "nowhere.html")
    assert built(raw).unreadable == 1
    assert "unreadable" in checks(raw, "gone.html")
    assert report(raw, "a.html")["verified"]
    version = versions(raw)
    assert built(raw).unreadable == 1
    assert versions(raw) == version


def test_what_the_manifest_states_wins_over_what_the_document_says(tmp_path: Path) -> None:
    raw = folder(
        tmp_path,
        {"a.html": page(published="2024-01-05"), "b.html": page(published="2024-01-05")},
        "path,title,agency,region_code,year,scope,published,url\n"
        "a.html,另一题目,苏州市公安局,320500,2022,aggregate,2023-02-01,https://example.cn/a\n",
    )
    built(raw)
    stated, own = report(raw, "a.html"), report(raw, "b.html")
    assert stated[["title", "agency", "year", "scope", "published", "url"]].tolist() == [
        *("另一题目", "苏州市公安局", 2022, "aggregate", "2023-02-01", "https://example.cn/a")
    ]
    assert stated[["province", "prefecture", "level"]].tolist() == [
        "江苏省",
        "苏州市",
        "prefecture",
    ]
    assert own[["title", "agency", "year", "published", "region_code", "scope"]].tolist() == [
        *(TITLE, "南京市公安局", 2023, "2024-01-05", "320100", "agency")
    ]
    assert pd.isna(own["url"])


def test_an_unknown_year_agency_or_scope_is_told_and_a_stated_one_is_not(tmp_path: Path) -> None:
    raw = folder(
        tmp_path,
        {"a.html": page("首页"), "b.html": page("首页")},
        "path,agency,year,scope\nb.html,甲局,2023,agency\n",
    )
    built(raw)
    assert checks(raw, "a.html") == {"year_unknown", "agency_unknown", "scope_unknown"}
    assert checks(raw, "b.html") == set()
    assert pd.isna(report(raw, "a.html")["year"])
    assert len(load("records", store_of(raw))) == 400


def test_an_empty_folder_builds_an_empty_store(tmp_path: Path) -> None:
    raw = folder(tmp_path, {})
    assert built(raw) == Summary(0, 0, 0, 0, 0, 0, 0, {}, {})
    assert all(load(name, store_of(raw)).empty for name in (*TABLES, "requests"))
    put(raw, "a.html", page())
    assert built(raw).read == 1
    assert len(load("records", store_of(raw))) == 200


def test_a_missing_folder_is_refused_and_makes_no_store(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="put the report files there"):
        built(tmp_path / "raw")
    assert not (tmp_path / "processed").exists()


@pytest.mark.parametrize("inside", ["", "processed"])
def test_a_store_in_the_raw_folder_is_refused(tmp_path: Path, inside: str) -> None:
    raw = folder(tmp_path, {"a.html": page()})
    with pytest.raises(ValueError, match="lies in the raw folder"):
        build(raw, raw / inside, workers=1, progress=False)
    assert [path.name for path in raw.iterdir()] == ["a.html"]


@pytest.mark.parametrize("workers", [0, -2])
def test_fewer_than_one_worker_are_refused(tmp_path: Path, workers: int) -> None:
    raw = folder(tmp_path, {"a.html": page()})
    with pytest.raises(ValueError, match="give 1 or more"):
        built(raw, workers=workers)
    assert not store_of(raw).exists()


def test_a_wrong_manifest_is_refused_and_nothing_is_done(
    tmp_path: Path, read_files: list[str]
) -> None:
    raw = folder(tmp_path, {"a.html": page()}, "path,year\na.html,MMXXIII\n")
    with pytest.raises(ReferenceDataError, match=r"manifest\.csv, line 2"):
        built(raw)
    assert not store_of(raw).exists()
    put(raw, "manifest.csv", "path,year\na.html,2023\n")
    built(raw)
    before, version = contents(raw), versions(raw)
    put(raw, "b.html", page())
    put(raw, "manifest.csv", "path,year\nc.html,2023\n")
    with pytest.raises(ReferenceDataError, match=r"no file 'c\.html'"):
        built(raw)
    assert_same(contents(raw), before)
    assert versions(raw) == version
    assert read_files == ["a.html"]


def test_source_files_are_never_changed(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"a/a.html": page(), "b.csv": "1,2"}, "path,year\nb.csv,2023\n")
    before = {path: path.read_bytes() for path in raw.rglob("*") if path.is_file()}
    built(raw)
    assert {path: path.read_bytes() for path in raw.rglob("*") if path.is_file()} == before


# ---- the next build ----


def test_nothing_changed_means_nothing_read_and_no_new_version(
    tmp_path: Path, read_files: list[str]
) -> None:
    raw = folder(tmp_path, {"a.html": page(), "b.html": page("首页"), "empty.txt": ""})
    first = built(raw)
    version = versions(raw)
    read_files.clear()
    again = built(raw)
    assert (again.files, again.read, again.unchanged, again.removed) == (3, 0, 3, 0)
    assert (again.cells, again.verified, again.issues) == (400, first.verified, first.issues)
    assert again.unreadable == first.unreadable == 1
    assert read_files == []
    assert versions(raw) == version


def test_a_file_saved_again_with_the_same_bytes_is_not_read(
    tmp_path: Path, read_files: list[str]
) -> None:
    raw = folder(tmp_path, {"a.html": page()})
    built(raw)
    put(raw, "a.html", page())
    assert built(raw).read == 0
    assert read_files == ["a.html"]


def test_an_unchanged_file_is_told_by_its_stamp_without_its_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "_SURE_AFTER", -(10**10))
    raw = folder(tmp_path, {"a.html": page(), "b.zip": zipped({"c.html": page("首页")})})
    built(raw)
    monkeypatch.setattr(sources.Source, "sha256", lambda source: pytest.fail(source.path))
    assert built(raw).unchanged == 2


def test_only_a_changed_file_or_an_archive_is_opened_to_see_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "_SURE_AFTER", -(10**10))
    files = {"a.html": page(), "b.zip": zipped({"c.html": page("首页")}), "d.html": page()}
    raw = folder(tmp_path, dict(files))
    built(raw)
    opened: list[str] = []
    look = sources._is_zip
    monkeypatch.setattr(sources, "_is_zip", lambda file: opened.append(file.name) or look(file))
    put(raw, "d.html", files["b.zip"])
    assert built(raw).files == 3
    assert sorted(opened) == ["b.zip", "d.html"]
    opened.clear()
    monkeypatch.setattr(stamps, "reader_version", lambda: "0123456789ab")
    built(raw)
    assert sorted(opened) == ["a.html", "b.zip", "d.html"]


def test_an_archive_that_could_not_be_opened_once_is_opened_by_the_next_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "_SURE_AFTER", -(10**10))
    raw = folder(tmp_path, {"b.zip": zipped({"c.html": page(), "d.html": page("首页")})})

    def fail(file: Path) -> bool:
        raise OSError("stale file handle")

    with monkeypatch.context() as broken:
        broken.setattr(sources, "_is_zip", fail)
        assert built(raw).files == 1
    assert built(raw).files == 2


def test_a_file_changed_within_the_same_moment_and_size_is_read(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"a.html": page(titled("甲局"), DISPUTES)})
    path = raw / "a.html"
    moment = path.stat()
    built(raw)
    put(raw, "a.html", page(titled("乙局"), DISPUTES))
    os.utime(path, ns=(moment.st_atime_ns, moment.st_mtime_ns))
    assert path.stat().st_size == moment.st_size
    assert built(raw).read == 1
    assert set(load("records", store_of(raw))["agency"]) == {"乙局"}


def test_two_files_of_one_moment_and_size_have_two_stamps() -> None:
    times = {"st_size": 9, "st_mtime_ns": 1, "st_ctime_ns": 2}
    told = [SimpleNamespace(st_ino=n, **times) for n in (1, 2)]
    entries = [SimpleNamespace(stat=lambda found=found: found) for found in told]
    assert len({sources._size_and_stamp(entry) for entry in entries}) == 2


def test_an_archive_within_an_archive_changed_within_the_same_moment_is_read(
    tmp_path: Path,
) -> None:
    packed = [
        zipped({"b.zip": zipped({"c.html": page(titled(agency), DISPUTES)})})
        for agency in ("甲局", "乙局")
    ]
    raw = folder(tmp_path, {"a.zip": packed[0]})
    moment = (raw / "a.zip").stat()
    built(raw)
    put(raw, "a.zip", packed[1])
    os.utime(raw / "a.zip", ns=(moment.st_atime_ns, moment.st_mtime_ns))
    assert built(raw).read == 1
    assert set(load("records", store_of(raw))["agency"]) == {"乙局"}


def test_without_its_stamps_a_build_finds_the_same(tmp_path: Path, read_files: list[str]) -> None:
    raw = folder(tmp_path, {"a.html": page(), "b.html": page("首页")})
    built(raw)
    (store_of(raw) / ".build" / "stamps.json").write_text("rubbish")
    assert built(raw).unchanged == 2 and len(read_files) == 2


def test_a_change_of_regions_makes_rows_anew_without_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_files: list[str]
) -> None:
    raw = folder(tmp_path, {"a.html": page()}, "path,region_code\na.html,320100\n")
    built(raw)
    known = rows.places

    def renamed(code: str | None) -> dict[str, str | None]:
        return known(code) | {"prefecture": "金陵市"}

    monkeypatch.setattr(rows, "places", renamed)
    monkeypatch.setattr(builder, "rows_version", lambda: "another")
    assert built(raw).read == 0 and read_files == ["a.html"]
    assert set(load("records", store_of(raw))["prefecture"]) == {"金陵市"}


def test_a_report_that_newer_code_takes_for_another_years_goes_there_with_its_cells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = folder(tmp_path, {"a.html": page(titled("甲局")), "b.html": page(titled("乙局", 2021))})
    built(raw)
    known = plan.row_of

    def dated(*told: object) -> dict[str, object]:
        row = known(*told)
        return row | {"year": 2022 if row["year"] == 2023 else row["year"]}

    monkeypatch.setattr(plan, "row_of", dated)
    monkeypatch.setattr(builder, "rows_version", lambda: "another")
    summary = built(raw)
    assert (summary.read, summary.renamed) == (0, 0)
    for name in ("records", "issues", "sections"):
        assert store.read(name, store_of(raw), columns=["year"], years=[2023]).num_rows == 0
    assert len(load("records", store_of(raw), years=2022)) == 200
    assert len(load("records", store_of(raw))) == 400


def test_only_new_and_changed_files_are_read(tmp_path: Path, read_files: list[str]) -> None:
    raw = folder(tmp_path, {f"{n}.html": page(titled(f"{n}局")) for n in "甲乙丙"})
    built(raw)
    read_files.clear()
    put(raw, "乙.html", page(titled("乙局"), DISPUTES))
    put(raw, "丁.html", page(titled("丁局")))
    summary = built(raw)
    assert (summary.files, summary.read, summary.unchanged) == (4, 2, 2)
    assert sorted(read_files) == ["丁.html", "乙.html"]
    n_cells = load("reports", store_of(raw)).set_index("agency")["n_cells"].to_dict()
    assert n_cells == {"甲局": 200, "乙局": 15, "丙局": 200, "丁局": 200}
    assert cells_by_agency(raw) == n_cells
    issues = load("issues", store_of(raw)).query("check == 'missing_table'")
    assert set(issues["agency"]) == {"乙局"}


def test_a_removed_file_leaves_the_store(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"a.html": page(titled("甲局"), REQUESTS), "b.html": page()})
    built(raw)
    (raw / "a.html").unlink()
    summary = built(raw)
    assert (summary.files, summary.read, summary.removed) == (1, 0, 1)
    for name in ("reports", "records"):
        assert set(load(name, store_of(raw))["agency"]) == {"南京市公安局"}
    assert "missing_table" not in summary.issues


def test_a_moved_file_is_not_read_again(tmp_path: Path, read_files: list[str]) -> None:
    raw = folder(tmp_path / "moved", {"a.html": page(), "b.html": page("首页", REQUESTS)})
    built(raw)
    (raw / "sub").mkdir()
    (raw / "a.html").rename(raw / "sub" / "a.html")
    (raw / "b.html").rename(raw / "a.html")
    read_files.clear()
    summary = built(raw)
    assert (summary.read, summary.renamed, summary.removed) == (1, 1, 1)
    assert read_files == ["a.html"]  # other bytes at a known path are a revision
    files: dict[str, bytes | str] = {"a.html": page("首页", REQUESTS), "sub/a.html": page()}
    fresh = folder(tmp_path / "fresh", files)
    built(fresh)
    assert_same(contents(raw), contents(fresh))


def test_a_copy_of_a_file_is_not_read_and_says_which_leads(
    tmp_path: Path, read_files: list[str]
) -> None:
    raw = folder(tmp_path / "copied", {"b.html": page()})
    built(raw)
    files: dict[str, bytes | str] = {name: page() for name in ("a.html", "b.html", "c.html")}
    folder(tmp_path / "copied", files)
    summary = built(raw)
    assert (summary.read, summary.renamed, read_files) == (0, 2, ["b.html"])
    fresh = folder(tmp_path / "fresh", files)
    built(fresh)
    assert_same(contents(raw), contents(fresh))


def test_the_last_file_removed_leaves_an_empty_store(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"a.html": page()})
    built(raw)
    (raw / "a.html").unlink()
    assert built(raw) == Summary(0, 0, 0, 1, 0, 0, 0, {}, {})
    assert load("reports", store_of(raw)).empty


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("title", "另一题目"),
        ("agency", "苏州市公安局"),
        ("region_code", "320500"),
        ("year", 2022),
        ("scope", "aggregate"),
        ("published", "2024-03-08"),
        ("url", "https://example.cn"),
    ],
)
def test_a_fact_stated_later_holds_as_if_stated_from_the_start(
    tmp_path: Path, column: str, value: object
) -> None:
    files: dict[str, bytes | str] = {"a.html": page(), "b.html": page("首页", REQUESTS)}
    raw = folder(tmp_path / "later", files)
    built(raw)
    manifest = f"path,{column}\na.html,{value}\nb.html,{value}\n"
    put(raw, "manifest.csv", manifest)
    built(raw)
    fresh = folder(tmp_path / "start", files, manifest)
    built(fresh)
    assert report(raw, "b.html")[column] == value
    assert_same(contents(raw), contents(fresh))


def test_an_address_stated_later_that_speaks_of_another_place_is_told(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {"a.html": page(titled("鼓楼区教育局")), "b.html": page()}
    raw = folder(tmp_path / "later", files)
    assert built(raw).issues["region_ambiguous"] == 1
    manifest = "path,url\na.html,http://www.huaian.gov.cn/a\n"
    put(raw, "manifest.csv", manifest)
    summary = built(raw)
    assert (summary.read, summary.issues["sources_disagree"]) == (0, 1)
    fresh = folder(tmp_path / "start", files, manifest)
    built(fresh)
    assert_same(contents(raw), contents(fresh))


def test_a_fact_taken_back_is_the_documents_own_again(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"a.html": page()}, "path,agency,year\na.html,甲局,2020\n")
    built(raw)
    (raw / "manifest.csv").unlink()
    built(raw)
    assert report(raw, "a.html")[["agency", "year"]].tolist() == ["南京市公安局", 2023]
    assert set(load("records", store_of(raw))["year"]) == {2023}
    assert set(store.read("records", store_of(raw)).column("year").to_pylist()) == {2023}


def test_a_stated_year_is_the_key_of_records_and_issues_too(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"a.html": page(TITLE, REQUESTS)})
    built(raw)
    put(raw, "manifest.csv", "path,year\na.html,2020\n")
    built(raw)
    for name in ("records", "issues"):
        assert set(store.read(name, store_of(raw)).column("year").to_pylist()) == {2020}


def test_a_full_build_reads_every_file_and_finds_the_same(
    tmp_path: Path, read_files: list[str]
) -> None:
    raw = folder(tmp_path, {"a.html": page(), "b.html": page("首页", REQUESTS)})
    built(raw)
    (raw / "a.html").rename(raw / "c.html")
    built(raw)
    before = contents(raw)
    read_files.clear()
    summary = built(raw, full=True)
    assert (summary.read, summary.unchanged) == (2, 0)
    assert read_files == ["b.html", "c.html"]
    assert_same(contents(raw), before)


def test_another_reader_reads_every_file_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = folder(tmp_path, {"a.html": page(), "b.html": page("首页")})
    built(raw)
    before = contents(raw)
    for part in (reading, rows, staged, plan, builder):
        monkeypatch.setattr(part, "reader_version", lambda: "0123456789ab")
    assert built(raw).read == 2
    after = contents(raw)
    assert set(after["reports"].pop("reader")) == {"0123456789ab"}
    assert versions(raw)["code"] == "0123456789ab"
    assert store.version(store_of(raw), as_of=0)["code"] != "0123456789ab"
    before["reports"].pop("reader")
    assert_same(after, before)
    assert built(raw).read == 0


def test_builds_in_steps_end_where_one_build_does(tmp_path: Path) -> None:
    raw = folder(tmp_path / "steps", {"a.html": page("首页"), "z.html": page(titled("甲局"))})
    built(raw)
    put(raw, "b.html", page(titled("甲局"), DISPUTES, published="2024-01-05"))
    built(raw)
    (raw / "z.html").unlink()
    put(raw, "a.html", page(titled("甲局"), REQUESTS))
    built(raw)
    put(raw, "manifest.csv", "path,agency\nb.html,乙局\n")
    built(raw)
    files: dict[str, bytes | str] = {p.name: p.read_bytes() for p in raw.glob("*.html")}
    once = folder(tmp_path / "once", files, "path,agency\nb.html,乙局\n")
    built(once)
    assert_same(contents(raw), contents(once))


# ---- the same report twice ----


def test_however_files_change_reports_stand_in_the_order_of_their_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "_AT_ONCE", 2)
    names = [f"{name}.html" for name in "abcdefgh"]
    raw = folder(tmp_path, {name: page(titled(f"{name[0]}局")) for name in names})
    built(raw)
    put(raw, "c.html", page(titled("丙局"), DISPUTES))
    put(raw, "e2.html", page(titled("戊局"), REQUESTS))
    (raw / "a.html").rename(raw / "z.html")
    (raw / "d.html").unlink()
    built(raw)
    steps = load("reports", store_of(raw))
    assert list(steps["path"]) == sorted(path.name for path in raw.iterdir())
    built(raw, full=True)
    pd.testing.assert_frame_equal(load("reports", store_of(raw)), steps)


def test_of_two_files_of_a_report_the_later_published_leads(tmp_path: Path) -> None:
    raw = folder(
        tmp_path,
        {
            "a.html": page(TITLE, DISPUTES, published="2024-03-01"),
            "b.html": page(published="2024-01-31"),
            "c.html": page(),
        },
    )
    summary = built(raw)
    assert summary.issues["superseded"] == 2
    leader = report(raw, "a.html")["report_id"]
    reports = load("reports", store_of(raw)).set_index("path")
    assert reports["superseded_by"].dropna().to_dict() == {"b.html": leader, "c.html": leader}
    assert set(load("records", store_of(raw))["report_id"]) == {leader}
    assert summary.cells == 415
    told = load("issues", store_of(raw)).query("check == 'superseded'")
    assert told["message"].str.startswith("a.html").all()


def test_without_dates_the_fuller_file_leads(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"a.html": page(), "b.html": page(TITLE, DISPUTES)})
    built(raw)
    assert pd.isna(report(raw, "a.html")["superseded_by"])
    assert len(load("records", store_of(raw))) == 200
    told = load("issues", store_of(raw)).query("check == 'superseded'")["message"]
    assert not told.str.contains("later published").any()


def test_another_year_scope_agency_or_region_is_another_report(tmp_path: Path) -> None:
    raw = folder(
        tmp_path,
        {f"{n}.html": page(titled("南京市人民政府")) for n in range(7)},
        "path,year,scope,agency,region_code\n1.html,2022,,,\n2.html,,agency,,\n"
        "3.html,,aggregate,,\n4.html,,,甲局,\n5.html,,,,320800\n6.html,,,,321300\n",
    )
    assert "superseded" not in built(raw).issues
    assert load("records", store_of(raw))["report_id"].nunique() == 7


def test_reports_of_unknown_agency_or_year_never_supersede(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"a.html": page("首页"), "b.html": page("首页")})
    assert "superseded" not in built(raw).issues
    assert load("records", store_of(raw))["report_id"].nunique() == 2


def test_a_superseded_file_leads_again_when_the_other_goes(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"a.html": page(), "b.html": page(published="2024-01-05")})
    built(raw)
    assert "superseded" in checks(raw, "a.html")
    (raw / "b.html").unlink()
    built(raw)
    assert not checks(raw, "a.html")
    assert pd.isna(report(raw, "a.html")["superseded_by"])
    assert len(load("records", store_of(raw))) == 200


def test_a_date_stated_later_changes_which_file_leads(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"a.html": page(), "b.html": page(published="2024-01-05")})
    built(raw)
    put(raw, "manifest.csv", "path,published\na.html,2024-06-01\n")
    built(raw)
    assert "superseded" not in checks(raw, "a.html")
    assert "superseded" in checks(raw, "b.html")


def test_a_name_of_no_one_place_does_not_make_two_files_one_report(tmp_path: Path) -> None:
    title = titled("鼓楼区人民政府")
    raw = folder(tmp_path, {"a.html": page(title), "b.html": page(title, DISPUTES)})
    summary = built(raw)
    assert summary.issues["same_name"] == 2 and "superseded" not in summary.issues
    told = load("issues", store_of(raw)).query("check == 'same_name'").set_index("report_id")
    leader = report(raw, "a.html")["report_id"]
    assert told.loc[leader, "message"].startswith("b.html is of an agency of the same name")
    put(raw, "manifest.csv", "path,region_code\na.html,320106\nb.html,350102\n")
    assert "same_name" not in built(raw).issues


def test_files_that_print_the_same_figures_are_one_report_whatever_the_name(tmp_path: Path) -> None:
    title = titled("鼓楼区人民政府")
    files = {"a.html": page(title), "b.txt": f"{title}\n{text_of(*SAMPLE)}"}
    raw = folder(tmp_path, files, "path,region_code\nb.txt,350102\n")
    summary = built(raw)
    assert summary.issues["superseded"] == 1 and "same_name" not in summary.issues


def test_a_report_with_and_one_without_a_region_are_one_where_the_name_is_of_one_place(
    tmp_path: Path,
) -> None:
    raw = folder(
        tmp_path,
        {"a.html": page(), "b.html": page(TITLE, DISPUTES)},
        "path,region_code\nb.html,320100\n",
    )
    assert built(raw).issues["superseded"] == 1


def test_an_aggregate_without_a_region_is_told(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"a.html": page(titled("甲局"))}, "path,scope\na.html,aggregate\n")
    assert built(raw).issues == {"region_unknown": 1}
    put(raw, "manifest.csv", "path,scope,region_code\na.html,aggregate,320100\n")
    assert built(raw).issues == {}


# ---- whole builds ----


@pytest.mark.parametrize("table", ["records", "issues", "reports"])
def test_a_build_that_breaks_off_leaves_readers_the_build_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    raw = folder(tmp_path, {"a.html": page(titled("甲局"), REQUESTS), "b.html": page()})
    built(raw)
    before, version = contents(raw), versions(raw)
    put(raw, "a.html", page(titled("甲局"), DISPUTES))
    (raw / "b.html").unlink()
    put(raw, "c.html", page("首页", DISPUTES))
    break_off(monkeypatch, raw, table)
    assert_same(contents(raw), before)
    assert versions(raw) == version


@pytest.mark.parametrize("table", ["records", "issues", "reports"])
def test_the_build_after_one_that_broke_off_ends_where_a_fresh_one_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    raw = folder(tmp_path / "broken", {"a.html": page(titled("甲局"), REQUESTS), "b.html": page()})
    built(raw)
    put(raw, "a.html", page(titled("甲局"), DISPUTES))
    put(raw, "c.html", page("首页", DISPUTES))
    break_off(monkeypatch, raw, table)
    built(raw)
    files: dict[str, bytes | str] = {path.name: path.read_bytes() for path in raw.iterdir()}
    fresh = folder(tmp_path / "fresh", files)
    built(fresh)
    assert_same(contents(raw), contents(fresh))


def test_a_file_put_back_after_a_build_broke_off_has_its_own_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = folder(tmp_path, {"a.html": page(titled("甲局"))})
    built(raw)
    put(raw, "a.html", page(titled("甲局"), DISPUTES))
    break_off(monkeypatch, raw)
    put(raw, "a.html", page(titled("甲局")))
    put(raw, "b.html", page(titled("乙局")))
    built(raw)
    assert cells_by_agency(raw) == {"甲局": 200, "乙局": 200}


def test_a_first_build_that_breaks_off_is_no_store_and_leaves_nothing_to_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = folder(tmp_path, {"a.html": page("首页")})
    break_off(monkeypatch, raw)
    with pytest.raises(FileNotFoundError, match="no store"):
        load("reports", store_of(raw))
    assert built(raw).issues == dict.fromkeys(
        ["year_unknown", "agency_unknown", "scope_unknown"], 1
    )
    assert len(load("records", store_of(raw))) == 200


# ---- the same inputs, the same outputs ----


def test_two_builds_into_two_folders_are_the_same_row_by_row(tmp_path: Path) -> None:
    raw = folder(
        tmp_path,
        {f"{n}.html": page(titled(f"{n}局", 2020 + k % 3)) for k, n in enumerate("戊甲丁乙丙")},
    )
    for out in ("one", "other"):
        build(raw, tmp_path / out, scheduler=Here(), progress=False)
    for name in TABLES:
        one, other = load(name, tmp_path / "one"), load(name, tmp_path / "other")
        pd.testing.assert_frame_equal(one, other)


def test_two_workers_of_a_plain_script_make_the_same_store_as_one(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {
        f"{n}.html": page(titled(f"第{n}局"), DISPUTES) for n in range(33)
    }
    files |= {"empty.txt": "", "requests.html": page("首页", REQUESTS)}
    raw, other = folder(tmp_path / "one", files), folder(tmp_path / "two", files)
    (tmp_path / "script.py").write_text(
        "from analysis import build\n"
        f"build({str(other)!r}, {str(store_of(other))!r}, workers=2, progress=False)\n"
    )
    done = subprocess.run(
        [sys.executable, tmp_path / "script.py"],
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    built(raw)
    for name in TABLES:
        pd.testing.assert_frame_equal(load(name, store_of(raw)), load(name, store_of(other)))


def test_a_scope_stated_later_tells_which_of_two_tables_is_the_reports_own(tmp_path: Path) -> None:
    double = [[str(2 * int(c)) if c.isdecimal() else c for c in row] for row in REQUESTS]
    tables = (DISCLOSURE, [["本机关"], *REQUESTS], [["全市汇总"], *double], DISPUTES)
    raw = folder(tmp_path, {"a.html": page(TITLE, *tables)})
    built(raw)
    assert "several_tables" in set(load("issues", store_of(raw)).check)
    put(raw, "manifest.csv", "path,scope\na.html,aggregate\n")
    built(raw)
    records = load("records", store_of(raw)).set_index(["table", "row", "column"]).value
    assert records["requests", "received", "total"] == 116
    assert "several_tables" not in set(load("issues", store_of(raw)).check)
