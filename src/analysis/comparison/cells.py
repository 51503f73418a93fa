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
    parts = records.by_year() if isinstance(records, Selection) else [records]
    ids = units.index.get_level_values("report_id")
    cells = pd.DataFrame(wanted, columns=_CELL).assign(cell=range(len(wanted)))
    by_applicant = units.index.nlevels > 1
    if by_applicant:
        cells = _of_each(cells, applicants)
    for part in parts:
        some = units[ids.isin(part.facts["report_id"])] if isinstance(part, Selection) else units
        rows = _rows(part, cells)
        at = rows["report_id"].astype("str")
        keys = pd.MultiIndex.from_arrays([at, rows["applicant"]]) if by_applicant else pd.Index(at)
        yield some, _wide(rows, some.index.get_indexer(keys), some.index, wanted)


def _of_each(cells: pd.DataFrame, applicants: pd.Series) -> pd.DataFrame:
    """The cells of the total of requests as those of each applicant type."""
    own = cells[cells["table"].eq("requests") & cells["column"].eq("total")]
    types = pd.DataFrame({"column": applicants.astype("str"), "applicant": applicants})
    return own.drop(columns="column").merge(types, how="cross")


def _rows(records: Records, cells: pd.DataFrame) -> pd.DataFrame:
    """The records of some cells, each with the number of its cell."""
    if not isinstance(records, Selection):
        rows = records[["report_id", *_CELL, "value", "suspect"]]
        return rows.astype(dict.fromkeys(_CELL, "str")).merge(cells, on=_CELL)
    wanted = cells.astype(dict.fromkeys(cells.columns.intersection([*_CELL, "applicant"]), "str"))
    sql = """
        SELECT n, value, suspect, wanted.* FROM cells JOIN wanted USING ("table", "row", "column")
    """
    found = records.query(sql, wanted=wanted)
    return found.assign(report_id=records.facts["report_id"].to_numpy()[found["n"]])


def _wide(rows: pd.DataFrame, at: np.ndarray, index: pd.Index, wanted: Sequence[Cell]) -> Figures:
    """Rows as two frames, one row a unit and one column a cell."""
    place = at * len(wanted) + rows["cell"].to_numpy()
    place, taken = place[at >= 0], rows[at >= 0]
    n_places = len(index) * len(wanted)
    values, suspicions = np.full(n_places, np.nan), np.full(n_places, np.nan)
    values[place] = taken["value"].to_numpy("float64", na_value=np.nan)
    suspicions[place] = taken["suspect"].to_numpy("float64")
    values[np.bincount(place, minlength=n_places) > 1] = np.nan
    columns = pd.MultiIndex.from_tuples(wanted, names=_CELL)
    shape = (len(index), len(wanted))
    return (
        pd.DataFrame(values.reshape(shape), index, columns),
        pd.DataFrame(suspicions.reshape(shape), index, columns),
    )
