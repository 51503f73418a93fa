"""Records of a store that are read only as far as a question needs them.

`load` puts every cell into memory; a nation's years have hundreds of millions. A selection keeps
the facts of its reports, one row each, and has DuckDB look up in the files of the store the cells
that are asked for, some years at a time.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from analysis.dataset import store as stored
from analysis.dataset.loading import check_request, frame_of, selected
from analysis.dataset.tables import FACTS, SCHEMAS

Files = Mapping[int | None, Sequence[str]]

_TABLE_OF_REPORT = ["report_id", "table"]
_AT_ONCE = 100_000
# Reports in the order of facts, the cells of each as they lie in their files.
_AS_PRINTED = "n, filename, file_row_number"


def _nothing() -> pd.DataFrame:
    """No table of no report."""
    return pd.DataFrame(columns=_TABLE_OF_REPORT, dtype="str")


@dataclass(frozen=True)
class Selection:
    """Some reports of a store with their cells, of which none has been read yet.

    `facts` has one row for each report that prints a cell, without its title, which is read with
    the cells; `left_out` names tables of reports whose cells are taken as not there.
    """

    facts: pd.DataFrame
    files: Files
    reports: ds.Dataset
    blanks: str = "keep"
    left_out: pd.DataFrame = field(default_factory=_nothing)

    def without(self, tables: pd.DataFrame) -> "Selection":
        """The same without some tables of reports; a report goes when all of its tables do."""
        left_out = pd.concat([self.left_out, tables[_TABLE_OF_REPORT].astype("str")])
        rest = replace(self, left_out=left_out)
        is_touched = self.facts["report_id"].isin(left_out["report_id"])
        sql = "SELECT DISTINCT report_id FROM cells"
        touched = rest.among(self.facts[is_touched])
        parts = [part.query(sql).to_pandas() for part in touched.parts()]
        there = pd.concat([_nothing(), *parts])
        stays = ~is_touched | self.facts["report_id"].isin(there["report_id"])
        return rest.among(self.facts[stays])

    def among(self, facts: pd.DataFrame) -> "Selection":
        """The same of some of the reports only."""
        return replace(self, facts=facts)

    def parts(self) -> Iterator["Selection"]:
        """The selection in parts of whole years, several where they have few reports."""
        year_of_report, _ = pd.factorize(self.facts["year"], use_na_sentinel=False)
        sizes = np.bincount(year_of_report)
        part_of_year = (sizes.cumsum() - sizes) // _AT_ONCE
        for part in np.unique(part_of_year):
            yield self.among(self.facts[(part_of_year == part)[year_of_report]])

    def query(self, sql: str, **tables: pd.DataFrame) -> pa.Table:
        """Ask the cells in SQL: `cells` has the columns of records, and `n`, the place in facts.

        Further tables may be given by name.
        """
        years = {None if pd.isna(year) else year for year in self.facts["year"].unique()}
        files = [file for year in self.files if year in years for file in self.files[year]]
        with duckdb.connect() as connection:
            for name, frame in tables.items():
                connection.register(name, frame)
            connection.register("chosen", _numbered(self.facts["report_id"]))
            connection.register("left_out", self.left_out)
            connection.execute(_view(files, self.blanks, bool(len(self.left_out))))
            return connection.sql(sql).to_arrow_table()

    def figures(self, cells: pd.DataFrame) -> dict[str, np.ndarray]:
        """The figures of some cells (table, row, column, and their number).

        Returns:
            Arrays of one length: report (its place in facts), number, value (NaN where not known)
            and suspect.
        """
        sql = """
            SELECT n AS report, number, coalesce(value, 'NaN'::DOUBLE) AS value, suspect
            FROM cells JOIN wanted USING ("table", "row", "column")
        """
        text = dict.fromkeys(("table", "row", "column"), "str")
        found = self.query(sql, wanted=cells.astype(text))
        return {name: found[name].to_numpy() for name in found.column_names}

    def load(self, where: str = "true") -> pd.DataFrame:
        """The cells that a condition in SQL chooses, as `load("records")` gives them."""
        names = [name for name in SCHEMAS["records"].names if name != "year"]
        quoted = ", ".join(f'"{name}"' for name in names)
        sql = f"SELECT {quoted} FROM cells WHERE {where} ORDER BY {_AS_PRINTED}"
        schema = pa.schema([SCHEMAS["records"].field(name) for name in names])
        parts = [part.query(sql).cast(schema) for part in self.parts()]
        frame = frame_of(pa.concat_tables([schema.empty_table(), *parts]))
        facts = self.facts[self.facts["report_id"].isin(frame["report_id"])]
        titles = frame_of(self.reports.to_table(columns=["report_id", "title"]))
        facts = facts.merge(titles, on="report_id")
        return facts[[*dict.fromkeys([*FACTS, *facts])]].merge(frame, on="report_id")


def select(
    store: str | Path = "data/processed",
    years: int | Sequence[int] | None = None,
    regions: str | Sequence[str] | None = None,
    scope: str | None = None,
    as_of: stored.AsOf = None,
    blanks: str = "keep",
) -> Selection:
    """Choose records as `load("records", …)` does, without reading them yet.

    It takes and refuses what `load` does; `indicators` and what `article` tabulates take either.
    """
    check_request("records", scope, blanks)
    store = stored.locate(store)
    version = stored.pin(store, as_of)
    told = [name for name in FACTS if name != "title"]
    columns = [*told, "superseded_by", "n_cells"]
    leads = pc.field("superseded_by").is_null() & (pc.field("n_cells") > 0)
    reports = selected(store, columns, years, regions, scope, version, leads)
    every = stored.dataset(store / "reports", version)
    facts = frame_of(reports.select(told))
    return Selection(facts, stored.files_by_year(store, version), every, blanks)


def _numbered(ids: pd.Series) -> pa.Table:
    """Report ids with their places."""
    numbers = pa.array(np.arange(len(ids), dtype=np.int32))
    return pa.table({"report_id": pa.array(ids.astype("str")), "n": numbers})


def _view(files: Sequence[str], blanks: str, some_left_out: bool) -> str:
    """SQL that makes the view of the cells of the chosen reports."""
    listed = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
    value = "CASE WHEN proven THEN 0.0 ELSE value END" if blanks == "proven" else "value"
    kept = 'ANTI JOIN left_out USING (report_id, "table")' if some_left_out else ""
    return f"""
        CREATE VIEW cells AS
        SELECT stored.* REPLACE ({value} AS value), chosen.n
        FROM read_parquet([{listed}], hive_partitioning = false, filename = true,
            file_row_number = true) AS stored
        JOIN chosen USING (report_id) {kept}
    """
