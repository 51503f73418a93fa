"""A SYNTHETIC store as large as a nation's, written as builds write: made-up figures."""

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
from deltalake import CommitProperties, Schema, write_deltalake
from deltalake.transaction import AddAction, create_table_with_add_actions
from typesetter import typeset
from typesetter_lists import typeset_list

from analysis.dataset import files
from analysis.dataset.processes import processes
from analysis.dataset.regions import Region, regions
from analysis.dataset.tables import PINNED, SCHEMAS
from analysis.documents.records import Record
from analysis.documents.report import read_bytes

FORM_OF = {
    **dict.fromkeys(range(2015, 2019), "2014"),
    **dict.fromkeys(range(2019, 2021), "2019"),
    **dict.fromkeys(range(2021, 2025), "2021"),
}
_AT_ONCE = 300
_SEEDS = {"2019": 0, "2021": 1}
_LARGE = ("handled_total", "received", "replies_total", "requests_total", "reconsiderations")
_BLANK, _PROVEN, _SUSPECT = 0.03, 0.02, 0.005


def national_store(out: Path, n_reports: int, workers: int = 2) -> Path:
    """Write a store of about so many reports, as many in each year."""
    n_agencies = n_reports // len(FORM_OF)
    with processes(workers) as pool:
        jobs = [(out / "records", year, n_agencies) for year in FORM_OF]
        parts = pool.map(_write_year, *zip(*jobs, strict=True))
        added = [action for part in parts for action in part]
    schema = Schema.from_arrow(SCHEMAS["records"])
    create_table_with_add_actions(
        str(out / "records"), schema, added, "overwrite", ["year"], configuration=files.FOREVER
    )
    for name in set(PINNED) - {"records"}:
        files.create(out / name, ())
    told = {f"{name}_version": "0" for name in PINNED} | {"code_version": "SYNTHETIC"}
    write_deltalake(
        str(out / "reports"),
        pa.RecordBatchReader.from_batches(
            SCHEMAS["reports"], (_reports(year, n_agencies) for year in FORM_OF)
        ),
        configuration=files.FOREVER,
        commit_properties=CommitProperties(custom_metadata=told),
    )
    return out


def _write_year(root: Path, year: int, n_agencies: int) -> list[AddAction]:
    """Write the records of a year."""
    return files.write(root, _records(year, n_agencies), 0)


def _ids(year: int, agencies: range) -> list[str]:
    """The report_ids of some agencies' reports."""
    return [hashlib.sha256(f"{year}/{n}.html".encode()).hexdigest()[:12] for n in agencies]


# ---- reports ----


@lru_cache(maxsize=1)
def _counties() -> list[tuple[Region, Region, Region]]:
    """Counties with the prefectures and provinces that they lie in."""
    known = regions()
    below = [(county, known.get(county.parent)) for county in known.values()]
    pairs = [(county, above) for county, above in below if above and above.parent in known]
    return [(county, above, known[above.parent]) for county, above in pairs]


def _reports(year: int, n_agencies: int) -> pa.RecordBatch:
    """The rows of the reports of a year."""
    agencies = range(n_agencies)
    places = [_counties()[n % len(_counties())] for n in agencies]
    names = [f"合成第{n}号局" for n in agencies]
    nothing = pa.nulls(n_agencies, pa.string())
    columns = {
        "report_id": _ids(year, agencies),
        "year": [year] * n_agencies,
        "agency": names,
        "agency_type": nothing,
        "region_code": [county.code for county, _, _ in places],
        "province": [province.name for _, _, province in places],
        "prefecture": [prefecture.name for _, prefecture, _ in places],
        "county": [county.name for county, _, _ in places],
        "level": ["county"] * n_agencies,
        "scope": ["agency"] * n_agencies,
        "title": [f"{name}{year}年政府信息公开工作年度报告（SYNTHETIC）" for name in names],
        "forms": [FORM_OF[year]] * n_agencies,
        "path": [f"SYNTHETIC/{year}/{n}.html" for n in agencies],
        "n_cells": [len(_cells(FORM_OF[year]))] * n_agencies,
        "n_errors": [0] * n_agencies,
        "verified": [n % 5 > 0 for n in agencies],
    }
    arrays = [
        pa.array(columns[field.name], field.type)
        if field.name in columns
        else pa.nulls(n_agencies, field.type)
        for field in SCHEMAS["reports"]
    ]
    return pa.record_batch(arrays, schema=SCHEMAS["reports"])


# ---- records ----


@lru_cache(maxsize=8)
def _cells(form: str) -> tuple[Record, ...]:
    """The cells that a report by a form prints."""
    if form in _SEEDS:
        document = typeset(_SEEDS[form], "html", hazards=(), slip=False)
    else:
        document = typeset_list(1, "html", form, hazards=(), slip=False)
    report = read_bytes(document.data)
    assert report.facts["forms"] == form and report.facts["verified"]
    return tuple(report.cells)


def _records(year: int, n_agencies: int) -> Iterator[pa.RecordBatch]:
    """The records of a year, some hundred reports at a time."""
    rng = np.random.default_rng(year)
    for first in range(0, n_agencies, _AT_ONCE):
        ids = _ids(year, range(first, min(first + _AT_ONCE, n_agencies)))
        yield _batch(year, ids, rng)


def _batch(year: int, ids: list[str], rng: np.random.Generator) -> pa.RecordBatch:
    """The records of some reports, of which a few are blank, proven blank or suspect."""
    cells = _cells(FORM_OF[year])
    n_rows = len(ids) * len(cells)
    weights = [30 if c.row in _LARGE or c.column == "total" else 1 for c in cells]
    figures = rng.integers(0, 8, n_rows) * np.tile(weights, len(ids))
    chance = rng.random(n_rows)
    is_blank = chance < _BLANK
    varying = {
        "report_id": pa.array(ids).take(pa.array(np.repeat(np.arange(len(ids)), len(cells)))),
        "year": pa.array(np.full(n_rows, year, np.int32)),
        "state": _chosen(is_blank, "blank", "number"),
        "value": pa.array(figures.astype("float64"), mask=is_blank),
        "raw": pa.array(np.where(is_blank, 0, figures)).cast(pa.string()),
        "proven": pa.array(chance < _PROVEN),
        "suspect": pa.array(chance > 1 - _SUSPECT),
    }
    arrays = [
        varying.get(field.name, _constants(FORM_OF[year], len(ids)).get(field.name))
        for field in SCHEMAS["records"]
    ]
    return pa.record_batch(arrays, schema=SCHEMAS["records"])


def _chosen(where: np.ndarray, one: str, other: str) -> pa.Array:
    """One text where something holds, else the other."""
    return pa.array([other, one]).take(pa.array(where.astype("int32")))


@lru_cache(maxsize=8)
def _constants(form: str, n_reports: int) -> dict[str, pa.Array]:
    """The columns that are the same in every report of a form."""
    names = ("table", "row", "column", "unit", "cell", "corrected", "confidence")
    tile = pa.array(np.tile(np.arange(len(_cells(form))), n_reports))
    return {
        name: pa.array([getattr(c, name) for c in _cells(form)], field.type).take(tile)
        for name in names
        for field in [SCHEMAS["records"].field(name)]
    }
