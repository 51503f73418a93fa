"""One row of the reports table for each file: the facts given win over those read."""

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from analysis.dataset.reading import given_as_text, reader_version, subject
from analysis.dataset.regions import places
from analysis.dataset.sources import Source
from analysis.dataset.tables import SCHEMAS
from analysis.documents.reference import REFERENCE

Row = dict[str, Any]

_TOLD = ("title", "agency", "year", "published")
_GIVEN = ("region_code", "scope", "url")
_READ = (
    *("forms", "format", "n_cells", "n_errors", "verified", "prose_agrees", "prose_disagrees"),
)
_MADE_BY = (
    *("rows.py", "places.py", "leaders.py"),
    *("regions.py", "zones.py", "place_names.py", "shortening.py"),
)
_KNOWN = ("regions.csv", "zones.csv", "zone_kinds.csv", "region_names.toml")


@lru_cache(maxsize=1)
def rows_version() -> str:
    """Version of all that a row depends on beside its reading, whose change makes rows anew."""
    files = [REFERENCE / name for name in _KNOWN]
    files += [Path(__file__).with_name(name) for name in _MADE_BY]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def row_of(source: Source, sha256: str, read: str) -> Row:
    """A file's row, from the facts given and those read, which come as text and are kept so."""
    told = json.loads(read)
    facts = {name: source.given.get(name, told.get(name)) for name in _TOLD}
    given = {name: source.given.get(name) for name in _GIVEN}
    kept = {name: told.get(name) for name in _READ}
    row = dict.fromkeys(SCHEMAS["reports"].names) | facts | given | kept
    return (
        row
        | places(row["region_code"])
        | {
            "report_id": source.report_id,
            "path": source.path,
            "url": given["url"] or told.get("url"),
            "sha256": sha256,
            "reader": reader_version(),
            "read": read,
            "given": given_as_text(source),
        }
    )


def fits(row: Mapping[str, Any], source: Source, sha256: str) -> bool:
    """Whether a row's reading is that of a file: its bytes, this reader, the same facts given.

    The row may be of a file of the same bytes at another path.
    """
    if (row["sha256"], row["reader"]) != (sha256, reader_version()):
        return False
    known = subject(row, {"scope": row["scope"]})
    return subject(json.loads(row["read"]), source.given) == known


def corrections_of(read: str) -> list[str]:
    """The corrections that a report was read with, each in one line."""
    return list(json.loads(read)["corrections"])
