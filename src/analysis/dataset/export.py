"""Exports the store: one CSV and one workbook a table, each workbook with a codebook sheet."""

from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from analysis.dataset.loading import load, several
from analysis.dataset.store import pin
from analysis.documents.issues import catalogue
from analysis.documents.reference import entries, forms, load_toml, tables

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_MOST_ROWS = 1_000_000
_LONGEST = 32_767  # characters that a cell of a workbook holds


def export(store_path: str | Path, out: str | Path, **selection: Any) -> list[Path]:
    """Write reports, issues, sections and each table as CSV and xlsx; return the paths.

    Each row names the file that it is from, so that a figure can be traced by its row alone.
    `selection` is passed to `load` (years, regions, scope, as_of, blanks). Text that a spreadsheet
    would take for a formula is kept as text: in xlsx by its type, in CSV behind an apostrophe.
    All are of one version of the store. Raises ValueError, before anything is written, for a
    year that has no report, and where no report is chosen.
    """
    asked: dict[str, Any] = selection | {"as_of": pin(store_path, selection.get("as_of"))}
    paths = _chosen(store_path, **asked).set_index("report_id")["path"]
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    for name in ("reports", *tables(), "issues", "sections"):
        frame = load(name, store_path, **asked)
        if name != "reports":
            frame["path"] = frame["report_id"].map(paths)
        made += [_to_csv(frame, folder / f"{name}.csv"), _to_xlsx(frame, name, folder)]
    return made


def _chosen(store_path: str | Path, **asked: Any) -> pd.DataFrame:
    """The reports of a choice; one that nothing fits, or no report of some year, is refused."""
    chosen = load("reports", store_path, **asked)
    asked_years = {int(str(year)) for year in several(asked.get("years") or [])}
    if absent := sorted(asked_years - set(chosen["year"].dropna())):
        every = load("reports", store_path, **{**asked, "years": None})["year"].dropna()
        named, there = (", ".join(map(str, years)) for years in (absent, sorted(set(every))))
        raise ValueError(f"no report of {named} fits; years with reports: {there or 'none'}")
    if chosen.empty and (asked.get("regions") or asked.get("scope")):
        raise ValueError("no report of these regions and this scope is in the store")
    return chosen


def codebook() -> pd.DataFrame:
    """Every code of every table with its labels: table, axis, code, label, label_en, forms."""
    rows = [
        {
            "table": table,
            "axis": axis,
            "code": code,
            "label": entry.label,
            "label_en": entry.label_en,
            "parent": entry.parent,
            "unit": entry.unit,
            "forms": " ".join(f.name for f in forms().values() if (table, axis, code) in f.entries),
        }
        for (table, axis, code), entry in entries().items()
        if axis != "group"
    ]
    return pd.DataFrame(rows)


def columns_book() -> pd.DataFrame:
    """What each column of the exported tables means, in English and Chinese."""
    told = load_toml("columns.toml")
    return pd.DataFrame(
        [{"column": name, "meaning": t["en"], "meaning_zh": t["zh"]} for name, t in told.items()]
    )


def _to_csv(frame: pd.DataFrame, path: Path) -> Path:
    """Write a CSV that Excel opens with its Chinese intact and no text as a formula."""
    safe = frame.astype(dict.fromkeys(frame.select_dtypes("category").columns, "str"))
    for column in safe.columns[[isinstance(t, pd.StringDtype) for t in safe.dtypes]]:
        risky = safe[column].str.startswith(_FORMULA_SIGNS).fillna(False)
        safe.loc[risky, column] = "'" + safe.loc[risky, column]
    safe.to_csv(path, index=False, encoding="utf-8-sig")
    return path


def _to_xlsx(frame: pd.DataFrame, name: str, folder: Path) -> Path:
    """Write a workbook with the table, its codes and the meaning of its columns."""
    if len(frame) > _MOST_ROWS:
        raise ValueError(
            f"{name} has {len(frame):,} rows, more than a sheet holds: export fewer at once"
        )
    book = Workbook(write_only=True)
    _write_sheet(book.create_sheet(name), frame)
    codes = codebook()
    own = codes[codes["table"] == name] if name in tables() else codes
    _write_sheet(book.create_sheet("codebook"), own)
    columns = columns_book()
    _write_sheet(book.create_sheet("columns"), columns[columns["column"].isin(frame.columns)])
    if name == "issues":
        _write_sheet(book.create_sheet("checks"), pd.DataFrame(catalogue()).T.reset_index())
    path = folder / f"{name}.xlsx"
    book.save(path)
    return path


def _write_sheet(sheet: WriteOnlyWorksheet, frame: pd.DataFrame) -> None:
    """Write a frame with a bold, frozen header; all text stays text."""
    sheet.freeze_panes = "A2"
    for number, column in enumerate(frame.columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = max(10, min(40, 4 + len(column)))
    sheet.append([_cell(sheet, str(column), bold=True) for column in frame.columns])
    for row in frame.itertuples(index=False):
        sheet.append([_cell(sheet, value) for value in row])


def _cell(sheet: WriteOnlyWorksheet, value: object, bold: bool = False) -> WriteOnlyCell:
    """A cell of a plain value: missing ones empty, text never a formula."""
    missing = value is None or value is pd.NA or (isinstance(value, float) and value != value)
    if isinstance(value, str):
        value = _shortened(ILLEGAL_CHARACTERS_RE.sub("\ufffd", value))
    cell = WriteOnlyCell(sheet, None if missing else value)
    if isinstance(value, str):
        cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _shortened(text: str) -> str:
    """A text as far as a cell of a workbook holds it, with a sign where it was cut."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
