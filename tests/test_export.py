from functools import cache
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from helpers import DISCLOSURE, DISPUTES, REQUESTS, with_row
from openpyxl.worksheet.worksheet import Worksheet
from stores import built, folder, page, put, store_of, titled

from analysis import load
from analysis.dataset.export import codebook, columns_book, export
from analysis.documents.reference import entries

NAMES = (
    *("reports", "statistics", "disclosure", "requests", "disputes", "fujian", "issues"),
    "sections",
)
FORMULAS = ("=1+1", "+1-1", "-2+3", "@SUM(A1)", '=HYPERLINK("http://a.cn","点")')
MANIFEST = """path,title,agency,region_code,year,scope,url
a.html,=1+1,淮安市人民政府,320800,2022,aggregate,+1-1
b.html,@SUM(A1),"=HYPERLINK(""http://a.cn"",""点"")",310000,2023,agency,-2+3
"""


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cells = with_row(DISCLOSURE, "规章", "规章", "=1+1", "@SUM(A1)", "-5")
    files: dict[str, bytes | str] = {
        "a.html": page("首页", cells, REQUESTS, DISPUTES),
        "b.html": page().replace(b"<body>", "<body><p>一、总体情况</p><p>一切正常。</p>".encode()),
        "c.html": page(titled("甲局"), DISPUTES),
    }
    raw = folder(tmp_path_factory.mktemp("export"), files, MANIFEST)
    built(raw)
    return raw


@pytest.fixture(scope="module")
def out(raw: Path) -> Path:
    export(store_of(raw), raw.parent / "out")
    return raw.parent / "out"


@cache
def workbook(path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path)


def sheet(out: Path, book: str, name: str) -> Worksheet:
    return workbook(out / f"{book}.xlsx")[name]


def frame(worksheet: Worksheet) -> pd.DataFrame:
    header, *rows = worksheet.iter_rows(values_only=True)
    return pd.DataFrame(rows, columns=header)


def csv(out: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(out / f"{name}.csv", dtype=str, keep_default_na=False)


# ---- what is written ----


def test_each_table_is_written_as_csv_and_as_workbook(raw: Path, tmp_path: Path) -> None:
    made = export(store_of(raw), tmp_path / "new" / "out")
    assert [path.name for path in made] == [
        f"{n}.{kind}" for n in NAMES for kind in ("csv", "xlsx")
    ]
    assert all(path.is_file() for path in made)


@pytest.mark.parametrize("name", NAMES)
def test_both_hold_every_row_and_column_of_the_store(raw: Path, out: Path, name: str) -> None:
    loaded = load(name, store_of(raw))
    for written in (csv(out, name), frame(sheet(out, name, name))):
        assert list(written.columns) == list(dict.fromkeys([*loaded.columns, "path"]))
        assert len(written) == len(loaded)
        assert list(written["report_id"]) == list(loaded["report_id"])
    assert loaded.empty == (name in ("statistics", "fujian"))  # no report of these forms is in


@pytest.mark.parametrize("name", ["disclosure", "requests", "issues", "sections"])
def test_each_row_names_the_file_that_it_is_from(raw: Path, out: Path, name: str) -> None:
    reports = load("reports", store_of(raw)).set_index("report_id")["path"]
    for written in (csv(out, name), frame(sheet(out, name, name))):
        assert list(written["path"]) == list(reports[written["report_id"]])


def test_figures_stay_numbers_and_blanks_stay_empty(raw: Path, out: Path) -> None:
    loaded = load("disclosure", store_of(raw))
    written = frame(sheet(out, "disclosure", "disclosure"))
    assert loaded["value"].isna().any()
    pd.testing.assert_series_equal(written["value"].astype("Float64"), loaded["value"])
    fee = written[(written["row"] == "fees") & (written["year"] == 2023)].iloc[0]
    assert (fee["value"], fee["unit"], fee["raw"]) == (3.52, "万元", "3.52")
    assert set(map(type, written["suspect"])) == {bool}


def test_codes_keep_their_form_as_text(out: Path) -> None:
    assert set(csv(out, "reports")["region_code"]) == {"320800", "310000", ""}
    codes = frame(sheet(out, "reports", "reports"))["region_code"]
    assert set(codes.dropna()) == {"320800", "310000"}


def test_chinese_stays_intact_and_opens_in_excel(out: Path) -> None:
    data = (out / "requests.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert "淮安市人民政府" in data.decode("utf-8-sig")
    assert "淮安市人民政府" in set(frame(sheet(out, "requests", "requests"))["agency"])


def test_control_characters_in_print_break_nothing(tmp_path: Path) -> None:
    cells = with_row(DISCLOSURE, "规章", "规章", "1\x01", "2\x07", "3\x1b[31m")
    raw = folder(tmp_path, {"a.html": page(titled("甲局"), cells)})
    built(raw)
    export(store_of(raw), tmp_path / "out")
    written = frame(sheet(tmp_path / "out", "disclosure", "disclosure"))
    assert len(written) == len(load("disclosure", store_of(raw)))
    made = written[(written["row"] == "regulations") & (written["column"] == "made")]
    assert made["raw"].str.startswith("1").all()


# ---- no text becomes a formula ----


def test_no_cell_of_any_workbook_is_a_formula(out: Path) -> None:
    for name in NAMES:
        for worksheet in workbook(out / f"{name}.xlsx"):
            kinds = {cell.data_type for row in worksheet.iter_rows() for cell in row}
            assert "f" not in kinds, worksheet.title


def test_text_that_looks_like_a_formula_is_kept_as_it_stands_in_a_workbook(out: Path) -> None:
    reports = frame(sheet(out, "reports", "reports"))
    told = {*reports["title"], *reports["agency"], *reports["url"]}
    assert told >= set(FORMULAS)
    assert {"=1+1", "@SUM(A1)", "-5"} <= set(frame(sheet(out, "disclosure", "disclosure"))["raw"])


def test_text_that_looks_like_a_formula_stands_behind_an_apostrophe_in_csv(out: Path) -> None:
    reports = csv(out, "reports")
    told = {*reports["title"], *reports["agency"], *reports["url"]}
    assert told >= {f"'{formula}" for formula in FORMULAS}
    for name in NAMES:
        table = csv(out, name)
        texts = table.drop(columns=[c for c in ("value", "year") if c in table])
        risky = texts.apply(lambda column: column.str.startswith(("=", "+", "-", "@")))
        assert not risky.any(axis=None), name


def test_a_negative_change_stays_a_number_in_csv(tmp_path: Path) -> None:
    items = [
        ["信息内容", "上一年项目数量", "本年增/减", "处理决定数量"],
        ["行政许可", "20", "-18", "7"],
        ["其他对外管理服务事项", "3", "0", "1"],
    ]
    raw = folder(tmp_path, {"a.html": page(titled("甲局", 2019), items)})
    built(raw)
    export(store_of(raw), tmp_path / "out")
    change = csv(tmp_path / "out", "disclosure").query('raw == "\'-18"').iloc[0]
    assert (change["row"], float(change["value"])) == ("licensing", -18.0)


# ---- what explains it ----


@pytest.mark.parametrize("name", ["disclosure", "requests", "disputes"])
def test_each_workbook_explains_its_codes(out: Path, name: str) -> None:
    book = frame(sheet(out, name, "codebook"))
    data = frame(sheet(out, name, name))
    assert set(book["table"]) == {name}
    for axis in ("row", "column"):
        explained = set(book.loc[book["axis"] == axis, "code"])
        assert set(data[axis]) <= explained


@pytest.mark.parametrize("name", NAMES)
def test_each_workbook_explains_its_columns(out: Path, name: str) -> None:
    told = frame(sheet(out, name, "columns"))
    assert set(told["column"]) == set(frame(sheet(out, name, name)).columns)
    assert told.notna().all(axis=None)


def test_the_workbook_of_issues_explains_its_checks(out: Path) -> None:
    told = frame(sheet(out, "issues", "checks"))
    assert set(csv(out, "issues")["check"]) <= set(told.iloc[:, 0])


def test_the_codebook_has_every_code_in_two_languages() -> None:
    book = codebook()
    codes = {key for key in entries() if key[1] != "group"}
    assert set(book[["table", "axis", "code"]].itertuples(index=False, name=None)) == codes
    assert (book[["label", "label_en", "forms"]] != "").all(axis=None)
    received = book[(book["code"] == "received") & (book["axis"] == "row")].iloc[0]
    assert received["forms"] == "2019 2021"
    assert "新收" in received["label"]


def test_the_columns_book_names_each_column_once() -> None:
    assert not columns_book()["column"].duplicated().any()


# ---- what is chosen ----


def test_a_selection_is_that_of_load(raw: Path, tmp_path: Path) -> None:
    export(store_of(raw), tmp_path, years=[2023], regions=["上海市"], scope="agency")
    for name in ("reports", "requests"):
        assert set(csv(tmp_path, name)["region_code"]) == {"310000"}


def test_a_store_without_reports_writes_headers_only(raw: Path, tmp_path: Path) -> None:
    empty = folder(tmp_path / "empty", {})
    built(empty)
    made = export(store_of(empty), tmp_path)
    assert len(made) == 2 * len(NAMES)
    for name in NAMES:
        for written in (csv(tmp_path, name), frame(sheet(tmp_path, name, name))):
            assert written.empty
            assert list(written.columns)[:10] == list(load(name, store_of(raw)).columns)[:10]


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({"years": [1999]}, "no report of 1999 fits; years with reports: 2022, 2023"),
        ({"years": [2022, 2023, 1999, 2024]}, "no report of 1999, 2024 fits"),
        ({"years": [2022], "regions": ["上海市"]}, "no report of 2022 fits; .* reports: 2023"),
        ({"regions": ["浙江省"]}, "no report of these regions and this scope"),
    ],
)
def test_a_choice_that_nothing_fits_is_refused_and_writes_nothing(
    raw: Path, tmp_path: Path, chosen: dict, told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        export(store_of(raw), tmp_path / "out", **chosen)
    assert not (tmp_path / "out").exists()


def test_a_wrong_selection_is_refused(raw: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="unknown region '江苏'"):
        export(store_of(raw), tmp_path, regions=["江苏"])


def test_an_export_without_a_store_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no store"):
        export(tmp_path / "nowhere", tmp_path / "out")


def test_an_export_again_replaces_the_one_before(raw: Path, tmp_path: Path) -> None:
    put(tmp_path, "requests.csv", "old")
    export(store_of(raw), tmp_path)
    first = (tmp_path / "requests.csv").read_bytes()
    export(store_of(raw), tmp_path)
    assert (tmp_path / "requests.csv").read_bytes() == first != b"old"
