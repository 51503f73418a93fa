"""One row of the reports table for each file: the facts given win over those read."""

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from analysis.dataset.identity import identity_of
from analysis.dataset.reading import given_as_text, reader_version, subject
from analysis.dataset.regions import places
from analysis.dataset.sources import Source
from analysis.dataset.tables import SCHEMAS
from analysis.documents.reference import REFERENCE

Row = dict[str, Any]

_TOLD = ("title", "published", "url")
_WHOSE = ("agency", "agency_id", "agency_type", "region_code", "scope", "year", "stated")
_READ = (
    *("forms", "format", "n_cells", "n_errors", "verified", "prose_agrees", "prose_disagrees"),
)
_MADE_BY = (
    *(
        "rows.py",
        "leaders.py",
        "given.py",
        "identity.py",
        "names.py",
        "agencies.py",
        "witnesses.py",
    ),
    *("scopes.py", "regions.py", "zones.py", "place_names.py", "shortening.py"),
    *("across.py", "successive.py", "members.py"),
)
_KNOWN = (
    *("regions.csv", "zones.csv", "zone_kinds.csv", "region_names.toml", "agency_types.csv"),
    *("agency_names.csv", "central_agencies.csv", "central_branches.csv", "hosts.csv"),
)


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
    kept = {name: told.get(name) for name in _READ}
    whose = identity_of(told | {"url": facts["url"]}, source.given, source.path)
    where = places(whose.region_code)
    row = dict.fromkeys(SCHEMAS["reports"].names) | facts | kept | where
    return (
        row
        | {name: getattr(whose, name) for name in _WHOSE}
        | {
            "report_id": source.report_id,
            "path": source.path,
            "level": whose.level or where["level"],
            "sha256": sha256,
            "known": _as_text(whose.known),
            "left_open": _as_text(whose.open),
            "fingerprint": told["figures"] if told["tables"] else None,
            "reader": reader_version(),
            "read": read,
            "given": given_as_text(source),
        }
    )


def _as_text(said: Mapping[str, str]) -> str:
    """What is said of some facts, as text: `year: title certain; scope: text likely`."""
    return "; ".join(f"{fact}: {what}" for fact, what in said.items())


def fits(row: Mapping[str, Any], source: Source, sha256: str) -> bool:
    """Whether a row's reading is that of a file: its bytes, this reader, the same facts given.

    The row may be of a file of the same bytes at another path.
    """
    if (row["sha256"], row["reader"]) != (sha256, reader_version()):
        return False
    told = json.loads(row["read"])
    return subject(told, source.given) == subject(told, json.loads(row["given"]))


def corrections_of(read: str) -> list[str]:
    """The corrections that a report was read with, each in one line."""
    return list(json.loads(read)["corrections"])
