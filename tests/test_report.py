"""A report from its file to its tables: figures, facts, issues, and what bad files say."""

import csv
import io
import math
import os
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from helpers import (
    DISCLOSURE,
    DISPUTES,
    REQUESTS,
    SAMPLE,
    checks,
    docx,
    html,
    pipes,
    read,
    sample_truth,
    text,
    with_row,
    workbook,
    wrong_in_silence,
    zipped,
)

from analysis.documents import readers
from analysis.documents.report import read_report

RAW = Path(__file__).parents[1] / "data" / "raw"
SAMPLES = sorted(path for path in RAW.glob("*/*"))
VERIFIED = {
    "nanyang_hitech_zone_2023.txt", "pingtan_2019.html", "pingtan_2021.docx",
    "pingtan_2022.txt", "pingtan_2023.html", "suqian_2023.xlsx", "suqian_2024.csv",
    "huaian_2024.html", "pingtan_county_2011.html", "pingtan_2014.docx", "pingtan_2016.xlsx",
    "pingtan_2018.html",
}  # fmt: skip


def write(tmp_path, name: str, data: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def only_issue(path: Path) -> dict[str, str]:
    """Read a file that can't be read: no record, one error, and both are frames all the same."""
    report = read_report(path)
    assert len(report.records) == 0 and "value" in report.records
    assert not report.facts["verified"] and report.facts["n_errors"] == 1
    assert len(report.issues) == 1 and report.issues.severity[0] == "error"
    return report.issues.iloc[0].to_dict()


# ---- good files ----


def test_a_report_has_its_facts_records_and_issues(tmp_path):
    title = "云水市人民政府2023年政府信息公开工作年度报告"
    head = f"<title>{title}</title><meta name=PubDate content=2024-01-30>"
    report = read_report(write(tmp_path, "a.html", html(*SAMPLE, head=head)))
    assert report.facts["title"] == title
    assert (report.facts["year"], report.facts["agency"]) == (2023, "云水市人民政府")
    assert (report.facts["published"], report.facts["format"]) == ("2024-01-30", "html")
    assert (report.facts["forms"], report.facts["verified"]) == ("2021", True)
    assert report.facts["n_cells"] == len(report.records) == 200
    assert report.issues.empty and "message_zh" in report.issues


def test_records_have_the_columns_and_types_of_the_contract():
    records = read(
        html(with_row(DISCLOSURE, "规章", "规章", "", "/", "8"), REQUESTS, DISPUTES)
    ).records
    columns = ["table", "row", "column", "state", "value", "unit", "raw", "cell"]
    assert list(records)[:8] == columns and records.value.dtype == "float64"
    first = records[records.row == "regulations"]
    assert list(first.state) == ["blank", "mark", "number"] and list(first.raw) == ["", "/", "8"]
    assert list(first.cell) == ["t1r2c2", "t1r2c3", "t1r2c4"] and math.isnan(first.value.iloc[0])
    assert list(first.unit) == ["", "", "件"]


@pytest.mark.parametrize("make", [html, docx, workbook, text, pipes])
def test_every_record_can_be_traced_to_its_cell(make):
    report = read(make(*SAMPLE))
    places = {(r.table, r.row, r.column): (r.cell, r.raw) for r in report.cells}
    assert len({cell for cell, _ in places.values()}) == len(places) == 200
    assert all(float(raw) == sample_truth()[key] for key, (_, raw) in places.items())


def test_the_suffix_never_decides(tmp_path):
    for name, data in (
        ("a.txt", docx(*SAMPLE)),
        ("a.docx", html(*SAMPLE)),
        ("a", workbook(*SAMPLE)),
    ):
        assert read_report(write(tmp_path, name, data)).facts["verified"]


@pytest.mark.parametrize(
    ("title", "year", "agency"),
    [
        ("云水市人民政府2023年政府信息公开工作年度报告", 2023, "云水市人民政府"),
        ("2023年云水市教育局政府信息公开工作年度报告", 2023, "云水市教育局"),
        ("云水市教育局2021年度政府信息公开年报", 2021, "云水市教育局"),
        ("二〇二三年云水市教育局政府信息公开工作年度报告", 2023, "云水市教育局"),
        ("云水市教育局政府信息公开工作年度报告", None, "云水市教育局"),
    ],
)
def test_title_year_and_agency_are_as_the_page_states_them(title, year, agency):
    facts = read(html(*SAMPLE, head=f"<title>{title}</title>")).facts
    assert (facts["title"], facts["year"], facts["agency"]) == (title, year, agency)


@pytest.mark.parametrize(("period", "told"), [("2022", True), ("2023", False)])
def test_a_period_of_another_year_than_the_title_names_is_told(period, told):
    stated = f"数据统计期限为{period}年1月1日至12月31日。"
    head = "<title>南京市公安局2023年政府信息公开工作年度报告</title>"
    preface = f"<body><p>{stated}</p><p>一、总体情况</p><p>二、主动公开政府信息情况</p>"
    report = read(html(*SAMPLE, head=head).replace(b"<body>", preface.encode()))
    assert report.facts["year"] == 2023 and not any(c.suspect for c in report.cells)
    found = [i for i in report.findings if i.check == "year_disagrees"]
    assert bool(found) is told
    for finding in found:
        assert "2023" in finding.message and period in finding.message_zh


def test_facts_that_a_page_does_not_state_are_none():
    facts = read(html(*SAMPLE)).facts
    assert [facts[name] for name in ("title", "year", "agency", "published", "url")] == [None] * 5


# ---- sample files ----


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_sample_file_is_read_and_verified_where_its_sums_hold(path):
    report = read_report(path)
    assert report.facts["verified"] is (path.name in VERIFIED), report.issues.message.tolist()
    assert report.facts["year"] and report.facts["title"]
    by_list = str(report.facts["forms"]).startswith("fujian")
    owed = {"fujian"} if by_list else {"disclosure", "requests", "disputes"}
    assert set(report.records.table) == owed


def test_a_sample_file_gives_the_figures_that_a_reader_sees_in_it():
    records = read_report(RAW / "jiangsu" / "suqian_2024.csv").records
    value = records.set_index(["table", "row", "column"]).value
    assert value["disclosure", "licensing", "decisions"] == 1573179
    assert value["disclosure", "fees", "fee_amount"] == 72701.2578
    assert value["requests", "received", "total"] == 3525
    assert value["requests", "denied_third_party", "natural_person"] == 16


def test_every_sample_in_the_manifest_stands_in_its_folder():
    with (RAW / "manifest.csv").open(encoding="utf-8") as file:
        paths = {row["path"] for row in csv.DictReader(file)}
    assert paths == {path.relative_to(RAW).as_posix() for path in SAMPLES}


# ---- bad files ----


def test_a_missing_file_raises(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_report(tmp_path / "none.html")


BAD = {
    "empty file": (b"", "empty_file", "download it again"),
    "page without tables": (b"<html><p>x</p></html>", "no_tables", "another version"),
    "prose": ("本年度没有需要报告的事项。".encode(), "no_tables", "another version"),
    "unknown bytes": (bytes(range(256)) * 9, "format_unknown", "save the report as"),
    "cut PDF": (b"%PDF-1.7\n", "truncated", "cut off or damaged"),
    "7z": (b"7z\xbc\xaf\x27\x1c", "archive_not_read", "unpack it"),
    "cut PNG": (b"\x89PNG\r\n", "truncated", "cut off or damaged"),
    "zip": (zipped({"a": bytes(9), "b": b""}), "no_report_inside", "2 files: a, b"),
    "cut docx": (docx(*SAMPLE)[:-99], "truncated", "cut off or damaged"),
    "cut xlsx": (workbook(*SAMPLE)[:-99], "truncated", "download it again"),
    "Word without XML": (zipped({"word/document.xml": b""}), "unreadable", "could not be read"),
    "Word with broken XML": (zipped({"word/document.xml": b"<w:p>"}), "unreadable", "be read"),
    "endless CSV cell": (b'a,b\n"' + b"x" * 200_000 + b"\na,b\n", "no_tables", "another"),
    "huge spans": (
        html([["<td colspan=999999999 rowspan=999999999>x</td>"] * 99] * 99),
        "table_too_large",
        "remove stray cells",
    ),
    "deep nesting": (html([["<span>" * 5000 + "1"]]), "unreadable", "could not be read"),
    "deep Word tables": (
        docx(body="<w:tbl><w:tr><w:tc>" * 3000 + "</w:tc></w:tr></w:tbl>" * 3000),
        "unreadable",
        "could not be read",
    ),
}


@pytest.mark.parametrize(("data", "check", "advice"), BAD.values(), ids=BAD)
def test_a_bad_file_says_what_is_wrong_and_what_to_do(tmp_path, data, check, advice):
    found = only_issue(write(tmp_path, "bad", data))
    assert found["check"] == check and advice in found["message"]
    assert found["message_zh"] and (found["table"], found["row"], found["column"]) == ("", "", "")


def test_a_zip_bomb_says_so(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bomb:
        bomb.writestr("word/document.xml", bytes(300 * 2**20))
    found = only_issue(write(tmp_path, "bomb.docx", out.getvalue()))
    assert found["check"] == "zip_bomb" and "not opened further" in found["message"]


def test_a_file_over_the_limit_is_not_parsed(tmp_path, monkeypatch):
    monkeypatch.setattr(readers, "MAX_BYTES", 1000)
    assert only_issue(write(tmp_path, "big.html", html(*SAMPLE)))["check"] == "file_too_large"


def test_a_really_large_file_says_how_large(tmp_path):
    path = write(tmp_path, "big.txt", b"x")
    os.truncate(path, 200 * 2**20)
    found = only_issue(path)
    assert found["check"] == "file_too_large"
    assert "200 MiB" in found["message"] and "alone" in found["message"]


@pytest.mark.parametrize("make", [html, docx, workbook, text])
def test_any_damage_gives_issues_and_never_an_exception_or_a_wrong_figure(make):
    document = make(*SAMPLE)
    data = document.encode() if isinstance(document, str) else document
    for part in range(1, 20):
        report = read(data[: len(data) * part // 20])
        truth = sample_truth()
        shown = {(c.table, c.row, c.column): c for c in report.cells if c.state == "number"}
        assert not report.facts["verified"]
        wrong = [key for key, c in shown.items() if not c.suspect and truth.get(key) != c.value]
        assert not wrong, part


def test_issues_of_many_reports_can_be_stacked():
    frames = [read(data).issues for data in (html(*SAMPLE), b"", html(DISCLOSURE))]
    assert set(pd.concat(frames).check) == {"empty_file", "missing_table"}


def test_a_text_of_brackets_alone_is_read_in_no_time() -> None:
    assert checks(read("规章" + "(" * 50000 + "\t1")) == {"no_tables"}


def test_parts_nested_too_deeply_are_named() -> None:
    report = read("<html><table><tr><td>" + "<span>" * 3000 + "规章")
    assert checks(report) == {"unreadable"} and "nested" in report.findings[0].message


def test_control_characters_in_a_page_do_not_keep_it_from_being_read() -> None:
    report = read(html(*SAMPLE, between="\x01<p>\x02</p>\x03"))
    assert not wrong_in_silence(report) and not checks(report)
