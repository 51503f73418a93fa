"""A line of corrections.csv is the only way to change a value, and it must find what it expects."""

import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from helpers import DISCLOSURE, DISPUTES, REQUESTS, SAMPLE, Table
from stores import TITLE, built, folder, page, put, store_of, titled

from analysis import load, read_report
from analysis.__main__ import main
from analysis.dataset import corrections as dataset_corrections
from analysis.dataset import store
from analysis.dataset.corrections import STATUSES, find_corrections
from analysis.documents.reference import REFERENCE, ReferenceDataError, read_csv

HEADER = "agency,year,scope,region_code,table,row,column,printed,value,reason,status,source\n"
TOTAL = "disputes,reconsideration,total"
AGENCY = "南京市公安局"
WRONG: Table = [*DISPUTES[:3], [*DISPUTES[3][:4], "0", *DISPUTES[3][5:]]]
PRINTED = page(TITLE, DISCLOSURE, REQUESTS, WRONG)


def line(
    cell: str = TOTAL,
    printed: str = "0",
    value: str = "12",
    status: str = "confirmed_slip",
    whose: str = f"{AGENCY},2023,,",
    reason: str = "the parts add up to 12",
) -> str:
    """Give a line that mends the wrong total of PRINTED, or another one."""
    return f"{whose},{cell},{printed},{value},{reason},{status},https://example.org/notice\n"


def corrected_folder(tmp_path: Path, *lines: str, **files: bytes) -> Path:
    """Give a raw folder with a report with a wrong total, and corrections beside it."""
    content: dict[str, bytes | str] = {"a.html": PRINTED, **files}
    return folder(tmp_path, content | {"corrections.csv": HEADER + "".join(lines)})


def cell(raw: Path, path: str = "a.html", row: str = "reconsideration") -> pd.Series:
    """Give the record of a total of disputes in a file."""
    reports = load("reports", store_of(raw)).set_index("path")
    cells = load("disputes", store_of(raw)).set_index(["report_id", "row", "column"])
    return cells.loc[(reports.loc[path, "report_id"], row, "total")]


# ---- what a correction does ----


def test_a_corrected_cell_has_the_new_value_says_so_and_keeps_its_print(tmp_path: Path):
    raw = corrected_folder(tmp_path, line())
    assert "sum" not in built(raw).issues
    found = cell(raw)
    assert (found["value"], found["raw"], found["corrected"]) == (12, "0", True)
    assert not found["suspect"] and found["verified"]
    assert load("records", store_of(raw))["corrected"].sum() == 1
    told = load("issues", store_of(raw)).query("check == 'corrected'").iloc[0]
    assert (told["severity"], told["actual"], told["expected"]) == ("info", "0", "12")
    assert (told["row"], told["column"]) == ("reconsideration", "total")
    for message in (told["message"], told["message_zh"]):
        assert "the parts add up to 12" in message and "confirmed_slip" in message


def test_sums_are_checked_anew_after_a_correction(tmp_path: Path):
    summary = built(corrected_folder(tmp_path, line(value="13")))
    assert summary.issues["sum"] == 1 and summary.issues["corrected"] == 1


def test_a_cell_that_is_no_figure_can_be_corrected_and_is_an_error_no_more(tmp_path: Path):
    torn: Table = [*DISPUTES[:3], [*DISPUTES[3][:4], "1 2", *DISPUTES[3][5:]]]
    files = {"a.html": page(TITLE, DISCLOSURE, REQUESTS, torn)}
    raw = folder(tmp_path, files | {"corrections.csv": HEADER + line(printed="12")})
    summary = built(raw)
    assert cell(raw)["value"] == 12 and cell(raw)["unit"] == "件" and cell(raw)["verified"]
    assert "not_a_figure" not in summary.issues


def test_a_proposed_correction_is_not_applied(tmp_path: Path):
    raw = corrected_folder(tmp_path, line(status="proposed"))
    assert built(raw).issues["sum"] == 1 and cell(raw)["value"] == 0


def test_reading_one_file_gives_what_is_printed(tmp_path: Path):
    raw = corrected_folder(tmp_path, line())
    report = read_report(raw / "a.html")
    assert not report.records["corrected"].any() and not report.facts["verified"]


# ---- when it is applied ----


def test_corrections_added_changed_and_taken_away_reread_only_what_they_change(tmp_path: Path):
    raw = folder(tmp_path, {"a.html": PRINTED, "b.html": page("首页")})
    built(raw)
    assert cell(raw)["value"] == 0
    put(raw, "corrections.csv", HEADER + line())
    assert built(raw).read == 1 and cell(raw)["value"] == 12
    assert built(raw).read == 0
    put(raw, "corrections.csv", HEADER + line(reason="the notice of 2024"))
    assert built(raw).read == 1
    (raw / "corrections.csv").unlink()
    assert built(raw).read == 1
    assert cell(raw)["value"] == 0 and not cell(raw)["corrected"]


def test_a_correction_stays_true_when_the_file_is_renamed_and_moved(tmp_path: Path):
    raw = corrected_folder(tmp_path, line())
    built(raw)
    (raw / "2023").mkdir()
    (raw / "a.html").rename(raw / "2023" / "b.html")
    built(raw)
    assert cell(raw, "2023/b.html")["value"] == 12


def test_only_the_file_that_leads_is_corrected(tmp_path: Path):
    mended = page(TITLE, *SAMPLE, published="2024-06-01")
    raw = corrected_folder(tmp_path, line(), **{"b.html": page(TITLE, WRONG)})
    built(raw)
    assert cell(raw)["corrected"]
    put(raw, "b.html", mended)
    with pytest.raises(ReferenceDataError, match=r"prints '12', not '0'; take the line out"):
        built(raw)


@pytest.mark.parametrize("name", ["洪泽区", "淮安市洪泽区人民政府"])
def test_a_line_names_the_agency_in_full_or_as_the_report_does(tmp_path: Path, name: str):
    printed = page(titled("洪泽区"), DISCLOSURE, REQUESTS, WRONG)
    files = {"a.html": printed, "corrections.csv": HEADER + line(whose=f"{name},2023,,")}
    assert built(folder(tmp_path, files)).issues["corrected"] == 1


def test_many_files_are_corrected_in_several_processes_as_in_one(tmp_path: Path):
    files = {f"{n}.html": page(titled(AGENCY, 2001 + n), WRONG) for n in range(33)}
    lines = [line(whose=f"{AGENCY},{2001 + n},,") for n in range(33)]
    raw = folder(tmp_path, {**files, "corrections.csv": HEADER + "".join(lines)})
    assert built(raw, workers=2).issues["corrected"] == 33


def test_a_shipped_correction_of_a_report_that_is_not_here_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    ship(tmp_path, monkeypatch, line() + line(whose="乙局,2023,,"))
    raw = folder(tmp_path, {"a.html": PRINTED})
    assert built(raw).issues["corrected"] == 1


def test_a_shipped_correction_and_one_of_the_folder_are_both_applied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    ship(tmp_path, monkeypatch, line())
    raw = corrected_folder(tmp_path, line("requests,received,total", "58", "59"))
    assert built(raw).issues["corrected"] == 2


def ship(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: str) -> None:
    """Let other corrections stand in the package's own file."""
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "corrections.csv").write_text(HEADER + lines, encoding="utf-8")
    monkeypatch.setattr(dataset_corrections, "REFERENCE", tmp_path / "reference")


def test_the_corrections_that_ship_are_right_and_confirmed():
    shipped = read_csv(REFERENCE / "corrections.csv")
    assert all(row["status"] in STATUSES and row["source"].strip() for _, row in shipped)
    assert len(find_corrections("nowhere")) <= len(shipped)


# ---- what stops a build ----


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (line(printed="1"), "disputes/reconsideration/total prints '0', not '1'"),
        (line(cell="disputes,reconsideration,closed"), "'disputes' has no column .* 'closed'"),
        (line(cell="disputes,appeal,total"), "'disputes' has no row of the code 'appeal'"),
        (line(cell="requests,received,upheld"), "'requests' has no column"),
        (line(cell="disclosure,other_services,decisions"), "has no cell disclosure/other_services"),
        (line(value="twelve"), "the value 'twelve' is no plain figure"),
        (line(value="12件"), "is no plain figure"),
        (line(value="-1"), "can't be: it is negative"),
        (line(value="1.5"), "can't be: it is no whole number"),
        (line(value=""), "value is empty"),
        (line(reason=""), "reason is empty"),
        (line(status="sure"), "the status 'sure' is none of"),
        (line(whose=f"{AGENCY},23,,"), "the year '23' is none"),
        (line(whose=f"{AGENCY},2023,whole,"), "the scope 'whole' is none of"),
        (line(whose=f"{AGENCY},2023,,999999"), "unknown region code '999999'"),
        (line(whose=",2023,,"), "agency is empty"),
        (line(whose=f"{AGENCY},2023,aggregate,"), "a.html has another scope or region"),
        (line(whose="乙局,2023,,"), "no such report of 乙局 2023 is here"),
        (line() + line(), r"the cell is corrected in raw/corrections.csv, line 2 already"),
    ],
)
def test_a_correction_that_does_not_fit_stops_the_build_with_its_line(tmp_path, wrong, message):
    raw = corrected_folder(tmp_path, wrong)
    with pytest.raises(ReferenceDataError, match=f"^raw/corrections.csv, line [23]: .*{message}"):
        built(raw)
    assert not store.exists(store_of(raw))


def test_a_correction_that_no_longer_fits_leaves_the_store_as_it_was(tmp_path: Path):
    raw = corrected_folder(tmp_path, line())
    built(raw)
    put(raw, "a.html", page())
    with pytest.raises(ReferenceDataError, match="prints '12'"):
        built(raw)
    assert cell(raw)["raw"] == "0"


def test_a_correction_of_one_of_several_reports_must_say_which(tmp_path: Path):
    files = {"b.html": PRINTED, "manifest.csv": b"path,scope\na.html,agency\nb.html,aggregate\n"}
    raw = corrected_folder(tmp_path, line(), **files)
    with pytest.raises(ReferenceDataError, match=r"a.html, b.html.*state scope or region_code"):
        built(raw)
    put(raw, "corrections.csv", HEADER + line(whose=f"{AGENCY},2023,aggregate,"))
    built(raw)
    assert (cell(raw)["value"], cell(raw, "b.html")["value"]) == (0, 12)


def test_a_correction_of_a_report_that_can_not_be_read_stops_the_build(tmp_path: Path):
    manifest = f"path,agency,year\nb.pdf,{AGENCY},2022\n".encode()
    files = {"b.pdf": b"%PDF-1.7 nothing", "manifest.csv": manifest}
    raw = corrected_folder(tmp_path, line(whose=f"{AGENCY},2022,,"), **files)
    with pytest.raises(ReferenceDataError, match=r"b.pdf could not be read"):
        built(raw)


@pytest.mark.parametrize("name", ["sub/corrections.csv", "Corrections.CSV"])
def test_corrections_elsewhere_than_beside_the_manifest_are_refused(tmp_path: Path, name: str):
    raw = folder(tmp_path, {"a.html": PRINTED, name: HEADER})
    with pytest.raises(ReferenceDataError, match=f"{name}: the corrections must be"):
        built(raw)


def test_the_command_says_what_is_wrong_and_exits_2(tmp_path: Path):
    raw = corrected_folder(tmp_path, line(printed="1"))
    arguments = ["build", "--raw", str(raw), "--out", str(store_of(raw)), "--workers", "1"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert "gongkai: raw/corrections.csv, line 2: " in result.output


def test_the_store_names_the_corrections_that_a_report_was_read_with(tmp_path: Path):
    raw = corrected_folder(tmp_path, line())
    built(raw)
    (read,) = store.read("reports", store_of(raw)).column("read").to_pylist()
    assert json.loads(read)["corrections"] == [
        "disputes/reconsideration/total 0 → 12 (confirmed_slip: the parts add up to 12)"
    ]
