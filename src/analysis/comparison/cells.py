"""What indicators need of some records: facts of reports, and the figures of the cells asked for.

Records come as a frame that was loaded, or as a selection of which only these cells are read.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import prod

import numpy as np
import pandas as pd

from analysis.dataset.selection import Selection

Records = pd.DataFrame | Selection
Cell = tuple[str, str, str]
Figures = Mapping[Cell, tuple[np.ndarray, np.ndarray]]

# What a report does with a cell besides not printing it.
PRINTED, SUSPECT = 1, 2

_CELL = ["table", "row", "column"]


def facts(records: Records) -> pd.DataFrame:
    """The facts of reports, once each where records are selected, else as they stand."""
    return records.facts if isinstance(records, Selection) else records


def reports(records: Records) -> pd.DataFrame:
    """The facts of reports, once each."""
    known = facts(records)
    return known if isinstance(records, Selection) else known.drop_duplicates("report_id")


def among(records: Records, is_chosen: pd.Series) -> Records:
    """Records of some reports only, told by a flag for each row of their facts."""
    if isinstance(records, Selection):
        return records.among(records.facts[is_chosen])
    return records[is_chosen]


def n_suspect(records: Records) -> int:
    """How many cells are suspect."""
    if not isinstance(records, Selection):
        return int(records["suspect"].sum())
    sql = "SELECT count(*) FROM cells WHERE suspect"
    return int(records.query(sql)[0][0].as_py()) if len(records.facts) else 0


def suspects(records: Records) -> pd.DataFrame:
    """The cells that are suspect."""
    if isinstance(records, Selection):
        return records.load("suspect")
    return records[records["suspect"]]


def tables_with_figures(records: Records, scope: str) -> pd.DataFrame:
    """The tables of reports of a scope in which these print figures: report_id and table."""
    if not isinstance(records, Selection):
        rows = records[records["scope"].eq(scope).fillna(False) & records["value"].notna()]
        return rows[["report_id", "table"]].drop_duplicates().astype("str")
    sql = 'SELECT DISTINCT report_id, "table" FROM cells WHERE value IS NOT NULL'
    chosen = records.among(records.facts[records.facts["scope"].eq(scope).fillna(False)])
    parts = [part.query(sql).to_pandas() for part in chosen.parts()]
    nothing = pd.DataFrame(columns=["report_id", "table"], dtype="str")
    return pd.concat([nothing, *parts], ignore_index=True).astype("str")


def without_tables(records: Records, tables: pd.DataFrame) -> Records:
    """Records without some tables of reports."""
    if isinstance(records, Selection):
        return records.without(tables)
    keys = pd.MultiIndex.from_frame(tables[["report_id", "table"]].astype("str"))
    own = pd.MultiIndex.from_frame(records[["report_id", "table"]].astype("str"))
    return records[~own.isin(keys)]


def figures(
    records: Records, wanted: Sequence[Cell], applicants: Sequence[str] = ()
) -> Iterator[tuple[np.ndarray, Figures]]:
    """The figures of some cells for each report; of a selection some years at a time.

    With applicants it is those for each report and type in turn: a cell of the total of requests
    stands for each type's own.

    Yields:
        The places of reports among all; for each cell its values (NaN where not known) and marks.
        A cell printed twice in a report has two values, and so none that is known.
    """
    cells = pd.DataFrame(wanted, columns=_CELL).assign(number=range(len(wanted)))
    if applicants:
        cells = _of_each(cells, applicants)
    for part, places in _parts(records):
        shape = (len(applicants) or 1, len(wanted), len(places))
        values, marks = _wide(_rows(part, cells), shape)
        yield places, {cell: (values[n], marks[n]) for n, cell in enumerate(wanted)}


def _parts(records: Records) -> Iterator[tuple[Records, np.ndarray]]:
    """Records in parts, with the places of the reports of each among those of all."""
    if isinstance(records, Selection):
        places = np.arange(len(records.facts))
        known = records.facts[["report_id", "year"]].assign(place=places)
        for part in records.among(known).parts():
            yield part, part.facts["place"].to_numpy()
    else:
        yield records, np.arange(records["report_id"].nunique())


def _of_each(cells: pd.DataFrame, applicants: Sequence[str]) -> pd.DataFrame:
    """The cells of the total of requests as those of each applicant type, numbered on."""
    own = cells[cells["table"].eq("requests") & cells["column"].eq("total")]
    firsts = np.arange(len(applicants)) * len(cells)
    types = pd.DataFrame({"column": applicants, "first": firsts})
    each = own.drop(columns="column").merge(types, how="cross")
    return each.assign(number=each["number"] + each["first"])


def _rows(records: Records, cells: pd.DataFrame) -> dict[str, np.ndarray]:
    """Some cells as arrays: place of the report, number of the cell, and figures."""
    if isinstance(records, Selection):
        return records.figures(cells)
    rows = records[[*_CELL, "value", "suspect"]].astype(dict.fromkeys(_CELL, "str"))
    rows = rows.assign(report=pd.factorize(records["report_id"])[0]).merge(cells, on=_CELL)
    return {
        **{name: rows[name].to_numpy() for name in ("report", "number", "suspect")},
        "value": rows["value"].to_numpy("float64", na_value=np.nan),
    }


def _wide(rows: dict[str, np.ndarray], shape: tuple[int, int, int]) -> tuple[np.ndarray, ...]:
    """Figures and marks of applicant types, cells and reports, a row for each cell."""
    place = rows["number"].astype("int64") * shape[-1] + rows["report"]
    values, marks = np.full(prod(shape), np.nan), np.zeros(prod(shape), "int8")
    values[place] = rows["value"]
    marks[place] = np.where(rows["suspect"], SUSPECT, PRINTED)
    if np.count_nonzero(marks) < len(place):
        values[np.bincount(place, minlength=len(values)) > 1] = np.nan
    by_cell = (a.reshape(shape).transpose(1, 2, 0) for a in (values, marks))
    return tuple(a.reshape(shape[1], shape[2] * shape[0]) for a in by_cell)
