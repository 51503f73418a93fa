"""Loads tidy tables of the store, with the facts of each report joined on.

Only the columns and years asked for are read from disk; codes and facts come as categories, numbers
that may be missing as nullable ones.
"""

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import and_
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.dataset.regions import within
from analysis.dataset.repeats import with_repeats
from analysis.dataset.store import AsOf, holds, locate, pin, read
from analysis.dataset.tables import CATEGORIES, FACTS, INTERNAL, SCHEMAS
from analysis.documents.reference import tables


def load(
    name: str,
    store: str | Path = "data/processed",
    years: int | Sequence[int] | None = None,
    regions: str | Sequence[str] | None = None,
    scope: str | None = None,
    as_of: AsOf = None,
    blanks: str = "keep",
) -> pd.DataFrame:
    """Load a tidy table of the store, with the facts of each report joined on.

    Args:
        name: `reports`, `records`, `issues`, `sections`, or one table of the forms: `requests`,
            `disputes`, `disclosure`, `statistics`, `fujian`.
        store: the folder that `build` wrote.
        years: a year or several; all when None.
        regions: codes or full names; each means itself, all regions below it, and those that
            ended and lie in it today.
        scope: `agency` or `aggregate`.
        as_of: an earlier version, by number or time (the last build at or before it).
        blanks: `keep`, or `proven` to fill with 0 those blanks that sums prove zero.

    Returns:
        One row a report, issue, section or printed cell. Of several files of the same agency, year
        and scope only the leading one's cells and sections are loaded; `reports` and `issues` show
        all. `sections` say how much of each is `repeated` from the year before.

    Raises:
        ValueError: for an unknown name, year, region, scope, version or way with blanks; for
            sections of a build that did not keep them yet.
        FileNotFoundError: where no store has been built.
    """
    check_request(name, scope, blanks)
    store = locate(store)
    as_of = pin(store, as_of)
    shown = [column for column in SCHEMAS["reports"].names if column not in INTERNAL]
    if name == "sections" and not holds(name, store, as_of):
        raise ValueError("this build was made before sections were kept: build the store again")
    wanted = shown if name == "reports" else [*FACTS, "superseded_by"]
    leads = pc.field("superseded_by").is_null()
    only = None if name in ("reports", "issues") else leads
    reports = selected(store, wanted, years, regions, scope, as_of, only)
    if name == "reports":
        return frame_of(reports)
    source = name if name in ("issues", "sections") else "records"
    chosen = pc.field("report_id").isin(reports["report_id"].combine_chunks())
    if name in tables():
        chosen &= pc.field("table") == name
    some = pc.unique(reports["year"]).to_pylist()
    columns = [column for column in SCHEMAS[source].names if column != "year"]
    rows = read(source, store, as_of, columns, chosen, some, CATEGORIES)
    frame = frame_of(with_repeats(rows, reports, store, as_of) if name == "sections" else rows)
    if blanks == "proven" and source == "records":
        frame.loc[frame["proven"], "value"] = 0.0
    facts = frame_of(reports.select(list(FACTS)))
    return facts.merge(frame, on="report_id").reset_index(drop=True)


def check_request(name: str, scope: str | None, blanks: str) -> None:
    """Refuse a request that names something unknown."""
    known = {"reports", "records", "issues", "sections", *tables()}
    if name not in known:
        raise ValueError(f"unknown table {name!r}: one of {', '.join(sorted(known))}")
    if scope not in (None, "agency", "aggregate"):
        raise ValueError(f"unknown scope {scope!r}: 'agency' or 'aggregate'")
    if blanks not in ("keep", "proven"):
        raise ValueError(f"unknown way with blanks {blanks!r}: 'keep' or 'proven'")


def selected(
    store: Path,
    columns: Sequence[str],
    years: int | Sequence[int] | None = None,
    regions: str | Sequence[str] | None = None,
    scope: str | None = None,
    as_of: AsOf = None,
    only: pc.Expression | None = None,
) -> pa.Table:
    """Columns of the reports of the years, regions and scope asked for, and only of some.

    Those that are categories come as codes, with a dictionary of their texts.
    """
    asked = [] if only is None else [only]
    if years is not None:
        asked.append(pc.field("year").isin(pa.array(map(_year, several(years)), pa.int32())))
    if regions is not None:
        asked.append(pc.field("region_code").isin(sorted(within(several(regions)))))
    if scope is not None:
        asked.append(pc.field("scope") == scope)
    where = reduce(and_, asked) if asked else None
    needed = [*columns, *{"year", "region_code", "scope"}.difference(columns)]
    return read("reports", store, as_of, needed, where, categories=CATEGORIES).select(list(columns))


def frame_of(table: pa.Table) -> pd.DataFrame:
    """A frame of a table: codes and facts as categories, in the order of their text."""
    coded = {name: _category(table[name]) for name in table.column_names if name in CATEGORIES}
    rest = table.drop_columns(list(coded)).to_pandas(types_mapper=_pandas_type)
    return pd.DataFrame({n: coded[n] if n in coded else rest[n] for n in table.column_names})


def _category(column: pa.ChunkedArray) -> pd.Categorical:
    """A column as categories: the texts that it has, in their order."""
    known = column.dictionary_encode().unify_dictionaries().combine_chunks()
    codes = known.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    is_used = np.bincount(codes + 1, minlength=len(known.dictionary) + 1)[1:] > 0
    used = known.dictionary.filter(pa.array(is_used))
    order = pc.array_sort_indices(used)
    places = np.full(len(known.dictionary) + 1, -1)  # a code of -1 stays one
    places[np.flatnonzero(is_used)[order.to_numpy()]] = np.arange(len(used))
    return pd.Categorical.from_codes(places[codes], used.take(order).to_pandas().astype("str"))


def several(items: object) -> list[object]:
    """One item or several as a list."""
    return list(items) if isinstance(items, Iterable) and not isinstance(items, str) else [items]


def _year(year: object) -> int:
    """A year as an integer; refused where it is none."""
    try:
        number = int(str(year).removesuffix(".0"))
    except ValueError as error:
        raise ValueError(f"{year!r} is no year") from error
    return number


def _pandas_type(kind: pa.DataType) -> object:
    """Nullable numbers and strings for pandas; booleans as NumPy has them."""
    if pa.types.is_int32(kind):
        return pd.Int64Dtype()
    if pa.types.is_floating(kind):
        return pd.Float64Dtype()
    return pd.StringDtype(na_value=float("nan")) if pa.types.is_string(kind) else None
