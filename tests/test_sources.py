import hashlib
import os
from pathlib import Path

import pytest
from helpers import zipped
from stores import RAW, facts_given, folder, page, put, store_of

from analysis import build, load
from analysis.dataset.regions import regions
from analysis.dataset.sources import find_source, find_sources
from analysis.documents.reference import ReferenceDataError

FILES = {"a.html": "<p>a", "江苏/淮安 2023.html": "<p>b"}


def given(tmp_path: Path, manifest: str | bytes) -> dict[str, dict[str, object]]:
    return facts_given(folder(tmp_path, FILES, manifest))


def paths(raw: Path) -> list[str]:
    return [source.path for source in find_sources(raw)]


# ---- the folder ----


def test_every_file_at_any_depth_is_a_source_in_the_order_of_paths(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"b.docx": "", "a/c/d.txt": "", "a/b.html": "", "无后缀": ""})
    assert paths(raw) == ["a/b.html", "a/c/d.txt", "b.docx", "无后缀"]


def test_what_is_no_report_is_left_out(tmp_path: Path) -> None:
    other = ["README.md", "a/readme.txt", "Thumbs.db", "desktop.ini", ".DS_Store", "~$b.docx"]
    other += [".ipynb_checkpoints/a.html", "a/.git/b"]
    raw = folder(tmp_path, dict.fromkeys([*other, "b.docx"], ""), "path,agency\nb.docx,X\n")
    assert paths(raw) == ["b.docx"]


def test_a_folder_is_no_source_whatever_its_name(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"page.html/index.html": ""})
    assert paths(raw) == ["page.html/index.html"]


def test_an_empty_folder_has_no_sources(tmp_path: Path) -> None:
    assert find_sources(tmp_path) == []


def test_a_missing_folder_is_refused_and_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="put the report files there, or pass --raw"):
        find_sources(tmp_path / "nowhere")
    (tmp_path / "file").write_text("")
    with pytest.raises(FileNotFoundError):
        find_sources(tmp_path / "file")


def test_a_report_is_known_by_its_path_alone(tmp_path: Path) -> None:
    one = find_sources(folder(tmp_path / "1", {"a/b.html": "x"}))[0]
    other = find_sources(folder(tmp_path / "2", {"a/b.html": "y", "c.html": "x"}))
    assert one.report_id == hashlib.sha256(b"a/b.html").hexdigest()[:12]
    assert [source.report_id == one.report_id for source in other] == [True, False]


def test_a_link_to_a_report_is_a_report(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"a.html": "x"})
    (raw / "b.html").symlink_to(raw / "a.html")
    assert paths(raw) == ["a.html", "b.html"]


def test_a_name_that_another_system_wrote_in_gbk_is_read(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"a.html": "x"})
    put(raw, os.fsdecode("鼓楼区/报告.html".encode("gbk")), "y")
    assert paths(raw) == ["a.html", "鼓楼区/报告.html"]
    assert find_sources(raw)[1].read() == b"y"
    put(raw, "鼓楼区/报告.html", "z")
    with pytest.raises(ValueError, match="two files are named 鼓楼区/报告"):
        find_sources(raw)


def test_a_link_that_leads_to_itself_is_told_and_stops_nothing(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"a.html": "x"})
    (raw / "b.html").symlink_to(raw / "b.html")
    assert paths(raw) == ["a.html", "b.html"]


def test_a_linked_folder_is_read_where_its_link_stands(tmp_path: Path) -> None:
    put(tmp_path, "elsewhere/淮安/b.html", "x")
    raw = folder(tmp_path, {"a.html": "x"})
    (raw / "江苏").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "again").symlink_to(tmp_path / "elsewhere" / "淮安")
    assert paths(raw) == ["a.html", "江苏/淮安/b.html"]
    assert find_sources(raw)[1].read() == b"x"


def test_a_link_to_a_folder_that_is_read_anyway_reads_nothing_twice(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"2023/a.html": "x"})
    (raw / "latest").symlink_to(raw / "2023")
    assert paths(raw) == ["2023/a.html"]


def test_a_link_to_a_folder_around_it_is_told_and_not_followed(tmp_path: Path) -> None:
    raw = folder(tmp_path, {"a.html": page()})
    (raw / "up").symlink_to(tmp_path)
    assert paths(raw) == ["a.html", "up"]
    build(raw, store_of(raw), workers=1)
    told = load("issues", store_of(raw)).set_index("check")["message"]
    assert "could not be read (Is a directory)" in told["unreadable"]


# ---- one source ----


def test_one_source_is_found_by_its_path_from_here_or_below_the_raw_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = folder(tmp_path, {"江苏/a.html": "x", "b.html": "raw"})
    put(tmp_path, "b.html", "here")
    monkeypatch.chdir(tmp_path)
    assert find_source("raw/江苏/a.html", "raw").path == "江苏/a.html"
    assert find_source("江苏/a.html", raw).path == "江苏/a.html"
    assert find_source("b.html", raw).read() == b"here"
    assert find_source(raw / "b.html", raw).read() == b"raw"


def test_one_source_has_the_facts_given_for_it_and_another_file_of_its_name_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = folder(tmp_path, {"a.html": "x"}, "path,scope\na.html,aggregate\n")
    put(tmp_path, "other/a.html", "y")
    monkeypatch.chdir(tmp_path)
    assert find_source(raw / "a.html", raw).given == {"scope": "aggregate"}
    assert find_source("other/a.html", raw).given == {}


def test_every_source_is_found_by_the_path_that_it_has(tmp_path: Path) -> None:
    inner = zipped({"c.html": b"c"})
    raw = folder(tmp_path, {"a.html": "a", "b.zip": zipped({"2023/b.html": b"b", "i.zip": inner})})
    put(raw, os.fsdecode("鼓楼区.html".encode("gbk")), "d")
    found = find_sources(raw)
    assert len(found) == 4
    for source in found:
        assert find_source(source.path, raw).read() == source.read()


@pytest.mark.parametrize("name", ["c.html", "raw", "b.zip/c.html", "a.html/c.html"])
def test_a_file_that_is_nowhere_is_refused(tmp_path: Path, name: str) -> None:
    raw = folder(tmp_path, {"a.html": "a", "b.zip": zipped({"b.html": b"b"})})
    with pytest.raises(FileNotFoundError, match=r"no file|no archive|is a directory"):
        find_source(name, raw)


# ---- the folder's own files ----


@pytest.mark.parametrize("name", ["Manifest.csv", "MANIFEST.CSV", "江苏/manifest.csv"])
def test_a_manifest_under_another_name_or_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    raw = folder(tmp_path, FILES | {name: "path,year\na.html,2023\n"})
    with pytest.raises(ReferenceDataError, match=f"{name}: the manifest must be .*manifest.csv"):
        find_sources(raw)


# ---- the manifest ----


def test_a_path_that_is_nearly_right_is_told_which_file_it_means(tmp_path: Path) -> None:
    for wrong in ("data/raw/江苏/淮安 2023.html", "江苏/淮安2023.html", "淮安 2023.html"):
        with pytest.raises(ReferenceDataError, match=r"is it '江苏/淮安 2023.html'\?"):
            given(tmp_path, f"path,year\n{wrong},2023\n")
    with pytest.raises(ReferenceDataError, match=r"beside the manifest$"):
        given(tmp_path, "path,year\nnothing like it,2023\n")


def test_a_folder_needs_no_manifest(tmp_path: Path) -> None:
    assert given(tmp_path, "") == {"a.html": {}, "江苏/淮安 2023.html": {}}


def test_a_manifest_gives_facts_and_its_empty_cells_give_nothing(tmp_path: Path) -> None:
    facts = given(
        tmp_path,
        "path,title,agency,region_code,year,scope,published,url,note\n"
        "江苏/淮安 2023.html,报告,淮安市人民政府,320800,2023,aggregate,2024-03-08,http://a.cn,x\n"
        "a.html,, ,,,,,,\n",
    )
    assert facts["a.html"] == {}
    assert facts["江苏/淮安 2023.html"] == {
        "title": "报告",
        "agency": "淮安市人民政府",
        "region_code": "320800",
        "year": 2023,
        "scope": "aggregate",
        "published": "2024-03-08",
        "url": "http://a.cn",
        "note": "x",
    }


def test_a_manifest_may_have_dates_as_a_spreadsheet_writes_them(tmp_path: Path) -> None:
    facts = given(tmp_path, "path,published\na.html,2024/3/8\n")
    assert facts["a.html"] == {"published": "2024-03-08"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_manifest_saved_by_excel_or_an_editor_reads_the_same(
    tmp_path: Path, encoding: str, end: str
) -> None:
    lines = ["path,agency", "江苏/淮安 2023.html,淮安市人民政府", "a.html,南京市公安局", ""]
    facts = given(tmp_path, end.join(lines).encode(encoding))
    assert facts["江苏/淮安 2023.html"] == {"agency": "淮安市人民政府"}
    assert facts["a.html"] == {"agency": "南京市公安局"}


def test_columns_may_stand_in_any_order_and_be_left_out(tmp_path: Path) -> None:
    assert given(tmp_path, "year,path\n2023,a.html\n")["a.html"] == {"year": 2023}


def test_blank_lines_and_quotes_are_those_of_csv(tmp_path: Path) -> None:
    facts = given(tmp_path, 'path,agency\n\n"a.html","甲,乙""丙"""\n\n,\n,\n')
    assert facts["a.html"] == {"agency": '甲,乙"丙"'}


def test_spaces_around_a_cell_are_no_part_of_it(tmp_path: Path) -> None:
    assert given(tmp_path, "path,year\n a.html , 2023 \n")["a.html"] == {"year": 2023}


def test_a_path_may_be_written_as_windows_does(tmp_path: Path) -> None:
    facts = given(tmp_path, "path,year\n江苏\\淮安 2023.html,2023\n")
    assert facts["江苏/淮安 2023.html"] == {"year": 2023}


def test_digits_of_any_width_make_a_year(tmp_path: Path) -> None:
    assert given(tmp_path, "path,year\na.html,２０２３\n")["a.html"] == {"year": 2023}


def test_an_empty_manifest_gives_nothing(tmp_path: Path) -> None:
    raw = folder(tmp_path, FILES)
    (raw / "manifest.csv").write_bytes(b"")
    assert facts_given(raw) == {"a.html": {}, "江苏/淮安 2023.html": {}}


@pytest.mark.parametrize(
    ("manifest", "line", "told"),
    [
        ("path,year\na.html,2023\nb.html,2023\n", 3, "no file 'b.html' beside the manifest"),
        ("path,year\nA.HTML,2023\n", 2, "no file 'A.HTML'"),
        ("path,year\n../raw/a.html,2023\n", 2, "no file"),
        ("path,year\n江苏,2023\n", 2, "no file '江苏'"),
        ("path\nmanifest.csv\n", 2, "no file 'manifest.csv'"),
        ("path,year\na.html,2023\na.html,2022\n", 3, "'a.html' stands already in line 2"),
        ("path\n\na.html\n\n a.html\n", 5, "'a.html' stands already in line 3"),
        ("path,region_code\na.html,999999\n", 2, "unknown region code '999999'"),
        ("path,region_code\na.html,江苏省\n", 2, "unknown region code '江苏省'"),
        ("path,region_code\na.html,32\n", 2, "unknown region code '32'"),
        ("path,year\na.html,二〇二三\n", 2, "the year '二〇二三' is none; write four digits"),
        ("path,year\na.html,2023年\n", 2, "the year '2023年' is none; write four digits"),
        ("path,year\na.html,23\n", 2, "the year '23' is none; write four digits"),
        ("path,year\na.html,2023.0\n", 2, "the year '2023.0' is none; write four digits"),
        ("path,year\na.html,-2023\n", 2, "the year '-2023' is none; write four digits"),
        ("path,year\na.html,20233\n", 2, "the year '20233' is none; write four digits"),
        ("path,year\na.html,²\n", 2, "the year '²' is none; write four digits"),
        ("path,scope\na.html,汇总\n", 2, "the scope '汇总' is none of agency, aggregate"),
        ("path,scope\na.html,Agency\n", 2, "the scope 'Agency'"),
        ("path,published\na.html,2024-02-30\n", 2, "'2024-02-30' is no date like 2024-03-31"),
        ("path,published\na.html,3/8/2024\n", 2, "'3/8/2024' is no date"),
        ("path,published\na.html,2024/13/8\n", 2, "'2024/13/8' is no date"),
        ("path,year,,\na.html,2023,,\n", 1, "a column has no name; take out the commas"),
        ("path,published\na.html,去年\n", 2, "'去年' is no date"),
        ("path,agencies\na.html,X\n", 1, "unknown column 'agencies'; known ones are path, title"),
        ("path, agency\na.html,X\n", 1, "unknown column ' agency'"),
        ("file,agency\na.html,X\n", 1, "unknown column 'file'; known ones are path"),
        ("file,year\n", 1, "unknown column 'file'; known ones are path"),
        ("path;agency\na.html;X\n", 1, "unknown column 'path;agency'"),
        ("path\tyear\na.html\t2023\n".encode("utf-16"), 1, "unknown column 'path\\tyear'"),
        ("year\n2023\n", 1, "'path'"),
        ("path,year,year\na.html,2023,2022\n", 1, "'year'"),
        ("path,agency\na.html,X,Y\n", 2, "expected 2 fields"),
        ("path,agency,year\na.html,X\n", 2, "expected 3 fields"),
        ('path,agency\na.html,"甲\n乙"\nb.html,X\n', 4, "no file 'b.html'"),
        ("path,agency\na.html,甲局".encode() + b"\xff\xfe\n", 2, "unknown bytes; save it as UTF-8"),
    ],
)
def test_a_wrong_line_is_refused_by_its_number_and_what_is_wrong(
    tmp_path: Path, manifest: str | bytes, line: int, told: str
) -> None:
    with pytest.raises(ReferenceDataError) as refused:
        given(tmp_path, manifest)
    assert str(refused.value).startswith(f"manifest.csv, line {line}: ")
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        ('a.html,"甲\n', "2"),
        ('a.html,甲\n江苏/淮安 2023.html,"乙\n', "3"),
        ('a.html,"甲\n江苏/淮安 2023.html,乙\n', r"\d"),
    ],
)
def test_a_quote_left_open_is_refused(tmp_path: Path, lines: str, line: str) -> None:
    with pytest.raises(ReferenceDataError, match=rf"manifest\.csv, line {line}: .*quotes"):
        given(tmp_path, "path,agency\n" + lines)


# ---- the samples ----


def test_the_samples_are_all_described(tmp_path: Path) -> None:
    sources = find_sources(RAW)
    assert len(sources) == 16
    for source in sources:
        assert source.given.keys() >= {"agency", "region_code", "scope"}, source.path
        assert source.given["region_code"] in regions()
