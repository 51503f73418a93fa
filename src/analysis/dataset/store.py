"""The store: Delta Lake tables that builds commit together, opened at one whole version.

`records`, `issues`, `sections` and `revisions` are committed first and `reports` last; the metadata
of that last commit pins the versions of the others, so a reader sees one whole build.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from deltalake import DeltaTable

from analysis.dataset.tables import BUILD_COUNTS, PINNED, SCHEMAS

_BY_YEAR = ds.partitioning(pa.schema([("year", pa.int32())]), flavor="hive")

AsOf = int | str | datetime | None


def exists(store: str | Path) -> bool:
    """Whether a whole build has been committed to the store."""
    return DeltaTable.is_deltatable(str(Path(store) / "reports"))


def read(
    name: str,
    store: str | Path,
    as_of: AsOf = None,
    columns: Sequence[str] | None = None,
    where: pc.Expression | None = None,
    years: Sequence[int] | None = None,
    categories: Sequence[str] = (),
) -> pa.Table:
    """One table of the store (reports, records, issues, sections …) at one whole version.

    Only the columns and years asked for are read from disk; `where` names columns asked for.
    `categories` are columns that come as codes, with a dictionary of their texts.
    """
    made = _commit_of(store, as_of)
    version = _versions(made).get(name)
    names = list(columns or SCHEMAS[name].names)
    schema = _coded(SCHEMAS[name], categories)
    if version is None:
        return schema.empty_table().select(names)
    if not made["is_last"] and not _is_kept(Path(store), made):
        raise ValueError(
            f"version {made['version']} of the store is no longer kept: "
            "`python -m analysis history` lists those that are"
        )
    batches = scan(dataset(Path(store) / name, version, categories), names, where, years)
    return pa.Table.from_batches(batches, pa.schema([schema.field(column) for column in names]))


def _coded(schema: pa.Schema, categories: Sequence[str]) -> pa.Schema:
    """A schema with some columns as codes."""
    coded = pa.dictionary(pa.int32(), pa.string())
    return pa.schema([f.with_type(coded) if f.name in categories else f for f in schema])


def scan(
    data: ds.Dataset,
    columns: Sequence[str],
    where: pc.Expression | None = None,
    years: Iterable[int | None] | None = None,
) -> Iterator[pa.RecordBatch]:
    """Rows of some files as they are read from disk; of other years no file is opened.

    `where` names columns that are asked for. It is applied to what is read: files that Delta has
    rewritten have text of another type, with whose statistics nothing can be compared.
    """
    some = None if years is None else _of_years(years)
    schema = pa.schema([data.schema.field(column) for column in columns])
    ahead = {"batch_size": 2**17, "batch_readahead": 2, "fragment_readahead": 1}
    for batch in data.to_batches(columns=list(columns), filter=some, **ahead):
        rows = batch if where is None else batch.filter(where)
        if rows.num_rows:
            yield pa.record_batch(rows.columns, schema=schema)


def holding(data: ds.Dataset, reports: pa.Array, years: Iterable[int | None]) -> ds.Dataset:
    """The row groups that hold rows of some reports of some years; of others only ids are read."""
    groups = [
        group
        for fragment in data.get_fragments(_of_years(years))
        for group in fragment.split_by_row_group()
        if _holds(group, reports)
    ]
    return ds.FileSystemDataset(groups, data.schema, data.format)


def _holds(group: ds.Fragment, reports: pa.Array) -> bool:
    """Whether some rows are those of some reports."""
    ids = group.to_table(columns=["report_id"])["report_id"].cast(pa.string())
    return bool(pc.any(pc.is_in(ids, reports)).as_py())


def _of_years(years: Iterable[int | None]) -> pc.Expression:
    """Rows of some years, of those without a year too where None is among them."""
    known = [year for year in years if year is not None]
    some = pc.field("year").isin(pa.array(known, pa.int32()))
    return some | pc.field("year").is_null() if None in set(years) else some


def dataset(path: Path, version: int, categories: Sequence[str] = ()) -> ds.Dataset:
    """The files of one table at one version, in the order of years and builds."""
    root = path.resolve()
    return opened(root, [file["path"] for file in files_of(_table(root, version))], categories)


def files_of(table: DeltaTable) -> list[dict[str, Any]]:
    """The files of a table in the order of their paths within it, with what Delta counts of them.

    Its own whole addresses write a space or a Chinese name of a folder above as %20 and the like.
    """
    return pa.table(table.get_add_actions(flatten=True)).sort_by("path").to_pylist()


def _table(root: Path, version: int) -> DeltaTable:
    """A table at one version."""
    return DeltaTable(str(root.resolve()), version=version)


def files_by_year(store: str | Path, as_of: AsOf = None) -> dict[int | None, list[str]]:
    """The files of the records of each year."""
    made = _commit_of(store, as_of)
    root = Path(store).resolve() / "records"
    found: dict[int | None, list[str]] = {}
    for file in files_of(_table(root, _versions(made)["records"])):
        found.setdefault(file["partition.year"], []).append(str(root / file["path"]))
    return found


def opened(root: Path, files: Sequence[str], categories: Sequence[str] = ()) -> ds.Dataset:
    """Files of one table, some columns as codes; columns that older ones lack are empty."""
    base = root.resolve()
    return ds.dataset(
        [str(base / file) for file in files],
        schema=_coded(SCHEMAS[root.name], categories),
        format=ds.ParquetFileFormat(dictionary_columns=list(categories)),
        partitioning=_BY_YEAR if root.name in PINNED else None,
        partition_base_dir=str(base),
    )


def pins(store: str | Path) -> dict[str, int]:
    """Versions of the other tables that belong to the last build."""
    return _pins(_commits(store)[-1])


def holds(name: str, store: str | Path, as_of: AsOf = None) -> bool:
    """Whether a build kept a table; one by older code may know nothing of it."""
    return name in _versions(_commit_of(store, as_of))


def pin(store: str | Path = "data/processed", as_of: AsOf = None) -> int:
    """The number of a version: builds that are committed meanwhile don't change what it opens.

    Give it as `as_of` to all that is loaded for one purpose.
    """
    return int(_commit_of(locate(store), as_of)["version"])


def last_build(store: str | Path) -> dict[str, Any]:
    """What was kept with the commit of the last build: its version, counts, and the code."""
    return _commits(store)[-1]


def _commits(store: str | Path) -> list[dict[str, Any]]:
    """Commits of the reports table, the earliest first; each is one whole build."""
    if not exists(store):
        raise FileNotFoundError(
            f"no store at {Path(store).resolve()}: "
            "run `make report` or `python -m analysis build` first"
        )
    made = DeltaTable(str(Path(store) / "reports")).history()
    return sorted((h for h in made if "code_version" in h), key=lambda h: h["version"])


def _pins(made: dict[str, Any]) -> dict[str, int]:
    """Versions of the other tables that belong to a commit of the reports table."""
    return {name: int(made[f"{name}_version"]) for name in PINNED if f"{name}_version" in made}


def _versions(made: dict[str, Any]) -> dict[str, int]:
    """Versions of all tables that belong to a commit of the reports table."""
    return {"reports": made["version"], **_pins(made)}


def _is_kept(store: Path, made: dict[str, Any]) -> bool:
    """Whether the files of a version are all there yet."""
    return all(
        (store / name / file["path"]).exists()
        for name, version in _versions(made).items()
        for file in files_of(_table(store / name, version))
    )


def history(store: str | Path = "data/processed") -> pd.DataFrame:
    """The builds that made the store, the last one first.

    Returns:
        One row a build: version, time, code, what it did (files, read, renamed, removed, revised),
        what the store then held (unreadable, cells, verified), and whether it can still be opened.
    """
    store = locate(store)
    rows = [
        {
            **version(store, made["version"]),
            **{name: made.get(name) for name in BUILD_COUNTS},
            "kept": _is_kept(store, made),
        }
        for made in reversed(_commits(store))
    ]
    return pd.DataFrame(rows).astype(dict.fromkeys(("version", *BUILD_COUNTS), "Int64"))


def revisions(store: str | Path = "data/processed", as_of: AsOf = None) -> pd.DataFrame:
    """What agencies changed in reports that had been built before.

    Returns:
        One row a changed cell: report_id, path, year, the build that found it, table, row, column,
        state, value, unit and raw before (`old_…`) and after, and the digests of both files. A
        revision that changed no cell has one row without a cell.
    """
    found = read("revisions", locate(store), as_of).to_pandas()
    return found.sort_values(["build", "path"], kind="stable", ignore_index=True)


def _commit_of(store: str | Path, as_of: AsOf) -> dict[str, Any]:
    """The commit that a version number or a time asks for; the last one when None.

    `is_last` says whether it is the last one, of which everything is kept.
    """
    commits = _commits(store)
    if as_of is None:
        return commits[-1] | {"is_last": True}
    if isinstance(as_of, int):
        fitting = [made for made in commits if made["version"] == as_of]
    else:
        fitting = [made for made in commits if made["timestamp"] <= _milliseconds(as_of)]
    if not fitting:
        first, last = (f"{m['version']} of {_time(m)}" for m in (commits[0], commits[-1]))
        raise ValueError(
            f"the store has no version as of {as_of}: the first is {first}, the last {last}"
        )
    return fitting[-1] | {"is_last": fitting[-1] is commits[-1]}


def _milliseconds(time: str | datetime) -> float:
    """A time, or a text such as 2024-03-31 or 2024-03-31T12:00, in milliseconds since 1970."""
    try:
        moment = datetime.fromisoformat(time) if isinstance(time, str) else time
    except ValueError as error:
        raise ValueError(
            f"as_of is a version number or a time such as 2024-03-31, not {time!r}"
        ) from error
    return moment.timestamp() * 1000


def locate(store: str | Path) -> Path:
    """The store's folder: a relative one is looked for here and in the folders above.

    So notebooks find the project's store from their own folder.
    """
    above = [Path.cwd(), *Path.cwd().parents]
    return next((base / store for base in above if exists(base / store)), Path(store))


def version(store: str | Path, as_of: AsOf = None) -> dict[str, str]:
    """Version of the store as a build committed it: number, time, and the code that made it."""
    made = _commit_of(locate(store), as_of)
    return {"version": str(made["version"]), "time": _time(made), "code": made["code_version"]}


def _time(made: dict[str, Any]) -> str:
    """When a build was committed, by the clock of this place, and what that is ahead of UTC."""
    moment = datetime.fromtimestamp(made["timestamp"] / 1000).astimezone()
    return moment.isoformat(timespec="seconds")
