"""How much of a report's narrative its agency has repeated from the year before.

Computed when sections are loaded, from digests of their sentences: so it never goes stale when the
report of the year before changes.
"""

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.dataset.leaders import is_of_one_place
from analysis.dataset.store import AsOf, read
from analysis.dataset.tables import SCHEMAS

_WHOSE = ("agency", "agency_id", "region_code", "scope")
# What makes two reports of successive years the same agency's.
_SAME = ("body", "scope")

_PAIRS = f"""
    SELECT now.report_id, any_value(before.report_id) AS before_id
    FROM now JOIN before
    ON before.year = now.year - 1
    AND {" AND ".join(f"before.{name} IS NOT DISTINCT FROM now.{name}" for name in _SAME)}
    GROUP BY now.report_id HAVING count(*) = 1
"""
_SHARES = """
    WITH told AS (
        SELECT DISTINCT pairs.report_id, unnest(old.sentences) AS sentence
        FROM pairs JOIN old ON old.report_id = pairs.before_id
    ), own AS (
        SELECT n, report_id, unnest(sentences) AS sentence FROM sections
        WHERE report_id IN (SELECT report_id FROM told)
    ), shares AS (
        SELECT n, avg((told.sentence IS NOT NULL)::INTEGER) AS share
        FROM own LEFT JOIN told USING (report_id, sentence) GROUP BY n
    )
    SELECT share FROM sections LEFT JOIN shares USING (n) ORDER BY n
"""


def with_repeats(sections: pa.Table, reports: pa.Table, store: Path, as_of: AsOf) -> pa.Table:
    """Sections with `repeated` in place of their digests.

    It is the share of a section's sentences, from 0 to 1, that stand word for word in the same
    agency's report of the year before; missing where there is no such report, or no one such.

    Args:
        sections: rows of the store's table, with report_id and sentences.
        reports: report_id and facts of the reports that they are of.
        store: the folder that `build` wrote.
        as_of: version of the store.
    """
    texts = pa.schema([SCHEMAS["reports"].field(n) for n in ("report_id", "year", *_WHOSE)])
    now = _told_apart(reports.select(texts.names).cast(texts))
    years = [year - 1 for year in pc.unique(now["year"]).drop_null().to_pylist()]
    numbered = sections.select(["report_id", "sentences"]).append_column(
        "n", pa.array(np.arange(len(sections)))
    )
    with duckdb.connect() as connection:
        connection.register("now", now)
        connection.register("before", _told_apart(_leading(store, as_of, years)))
        pairs = connection.sql(_PAIRS).to_arrow_table()
        where = pc.field("report_id").isin(pairs["before_id"].combine_chunks())
        old = read("sections", store, as_of, ["report_id", "sentences"], where, years)
        for name, table in (("pairs", pairs), ("old", old), ("sections", numbered)):
            connection.register(name, table)
        shares = connection.sql(_SHARES).to_arrow_table()["share"]
    return sections.drop_columns(["sentences"]).append_column("repeated", shares)


def _leading(store: Path, as_of: AsOf, years: list[int]) -> pa.Table:
    """The leading reports of some years."""
    where = pc.field("year").isin(pa.array(years, pa.int32()))
    columns = ["report_id", "year", *_WHOSE, "superseded_by"]
    return read("reports", store, as_of, columns, where & pc.field("superseded_by").is_null())


def _told_apart(reports: pa.Table) -> pa.Table:
    """Reports whose agency is known, and of one place where no region is, with their `body`.

    It is the agency's id, which it keeps through renames, else its name and region.
    """
    unplaced = reports.filter(pc.field("region_code").is_null())
    agencies = pc.unique(unplaced["agency"]).drop_null().to_pylist()
    placed = pa.array([name for name in agencies if is_of_one_place(name)], pa.string())
    is_clear = pc.field("region_code").is_valid() | pc.field("agency").isin(placed)
    known = reports.filter(pc.field("agency").is_valid() & is_clear)
    region = pc.coalesce(known["region_code"], pa.scalar(""))
    named = pc.binary_join_element_wise(known["agency"], region, "\n")
    return known.append_column("body", pc.coalesce(known["agency_id"], named))
