"""What indicators need of some records: facts of reports, and the figures of the cells asked for.

Records come as a frame that was loaded, or as a selection of which only these cells are read.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from analysis.dataset.selection import Selection

Records = pd.DataFrame | Selection
Cell = tuple[str, str, str]
Figures = tuple[pd.DataFrame, pd.DataFrame]

_CELL = ["table", "row", "column"]


def facts(records: Records) -> pd.DataFrame:
    """The facts of reports, once each where records are selected, else as they stand."""
    return records.facts if isinstance(records, Selection) else records


def reports(records: Records) -> pd.DataFrame:
    """The facts of reports, once each."""
    known = facts(records)
    return known if isinstance(records, Selection) else known.drop_duplicates("report_id")


def n_suspect(records: Records) -> int:
    """How many cells are suspect."""
    if isinstance(records, Selection):
        sql = "SELECT count(*) AS n FROM cells WHERE suspect"
        return sum(int(part.query(sql)["n"].iloc[0]) for part in records.by_year())
    return int(records["suspect"].sum())


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
    parts = [part.query(sql) for part in chosen.by_year()]
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
    records: Records, units: pd.DataFrame, wanted: Sequence[Cell], applicants: pd.Series
) -> Iterator[tuple[pd.DataFrame, Figures]]:
    """Units with the figures of some cells, one column a cell; of a selection a year at a time.

    Where units are of applicant types too, a cell of the total stands for each type's own.

    Yields:
        The units; values (NaN where not known) and suspicions (1 or 0; NaN where the cell is not
        printed). A cell printed twice in a report has two values, and so none that is known.
    """
    cells = pd.DataFrame(wanted, columns=_CELL).assign(cell=range(len(wanted)), applicant=0)
    n_types = 1
    if "applicant" in units:
        n_types = len(applicants)
        cells = _of_each(cells, applicants.astype("str").tolist())
    for part, reports in _parts(records):
        some = units.iloc[(reports[:, None] * n_types + np.arange(n_types)).ravel()]
        rows = _rows(part, cells)
        unit = rows["report"] * n_types + rows["applicant"]
        place = unit * len(wanted) + rows["cell"]
        yield some, _wide(rows["value"], rows["suspect"], place, some.index, wanted)


def _parts(records: Records) -> Iterator[tuple[Records, np.ndarray]]:
    """Records in parts, with the places of the reports of each among those of all."""
    if isinstance(records, Selection):
        places = np.arange(len(records.facts))
        known = records.facts[["report_id", "year"]].assign(place=places)
        for part in records.among(known).by_year():
            yield part, part.facts["place"].to_numpy()
    else:
        yield records, np.arange(records["report_id"].nunique())


def _of_each(cells: pd.DataFrame, applicants: Sequence[str]) -> pd.DataFrame:
    """The cells of the total of requests as those of each applicant type."""
    own = cells[cells["table"].eq("requests") & cells["column"].eq("total")]
    types = pd.DataFrame({"column": applicants, "applicant": range(len(applicants))})
    return own.drop(columns=["column", "applicant"]).merge(types, how="cross")


def _rows(records: Records, cells: pd.DataFrame) -> dict[str, np.ndarray]:
    """Some cells as arrays: place of the report, numbers of cell and applicant, and figures."""
    if isinstance(records, Selection):
        return records.figures(cells)
    rows = records[[*_CELL, "value", "suspect"]].astype(dict.fromkeys(_CELL, "str"))
    rows = rows.assign(report=pd.factorize(records["report_id"])[0]).merge(cells, on=_CELL)
    return {
        **{name: rows[name].to_numpy() for name in ("report", "cell", "applicant")},
        "value": rows["value"].to_numpy("float64", na_value=np.nan),
        "suspect": rows["suspect"].to_numpy("float64"),
    }


def _wide(
    value: np.ndarray,
    suspect: np.ndarray,
    place: np.ndarray,
    index: pd.Index,
    wanted: Sequence[Cell],
) -> Figures:
    """Figures as two frames, one row a unit and one column a cell."""
    n_places = len(index) * len(wanted)
    values, suspicions = np.full(n_places, np.nan), np.full(n_places, np.nan)
    values[place], suspicions[place] = value, suspect
    values[np.bincount(place, minlength=n_places) > 1] = np.nan
    columns = pd.MultiIndex.from_tuples(wanted, names=_CELL)
    shape = (len(index), len(wanted))
    return (
        pd.DataFrame(values.reshape(shape), index, columns),
        pd.DataFrame(suspicions.reshape(shape), index, columns),
    )
