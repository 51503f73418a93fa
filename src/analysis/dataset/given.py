"""Where a line of the manifest says something else of a report than the document itself.

What is given wins, and may well put a wrong title right; a line that slipped to another file does
the same, so that it is told.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from analysis.dataset.agencies import MAKERS
from analysis.dataset.names import Reading, readings
from analysis.documents.issues import Issue, issue


def given_issues(row: Mapping[str, Any]) -> Iterator[Issue]:
    """Issues of a report whose manifest line gives another year or agency than the document."""
    given = json.loads(row["given"])
    if not {"year", "agency"} & given.keys():
        return
    told = json.loads(row["read"])
    for fact, differs in (("year", _is_other_year), ("agency", _is_other_agency)):
        if given.get(fact) and told.get(fact) and differs(row, told):
            yield issue(f"{fact}_given_differs", expected=given[fact], actual=told[fact])


def _is_other_year(row: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
    """Whether the document names another year."""
    return bool(told["year"] != row["year"])


def _is_other_agency(row: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
    """Whether the title surely names another agency than that given; offices of one place aside."""
    read = readings(str(told["agency"]), row["year"])
    if not row["agency_id"] or not read or not all(r.agency_id for r in read):
        return False
    own = _apart(row["agency_id"], row["agency_type"])
    return own not in {_apart(str(r.agency_id), _kind(r)) for r in read}


def _apart(agency_id: str, kind: str | None) -> str:
    """What tells an agency from others: the place alone of one that makes its government's."""
    return agency_id.partition(":")[0] if kind in MAKERS else agency_id


def _kind(reading: Reading) -> str | None:
    """The kind of the agency of a reading."""
    return reading.body.line.code if reading.body else None
