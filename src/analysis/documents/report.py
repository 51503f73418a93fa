"""Reads one report: its facts, its records, its issues and its narrative."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.documents.checks import check, mark_suspects
from analysis.documents.corrections import Correction, correct
from analysis.documents.grid import UnreadableError
from analysis.documents.headings import doubtful_notes, subject_of
from analysis.documents.issues import Issue, issue
from analysis.documents.key_figures import digests, key_figures
from analysis.documents.narrative import WRAPPED, Section, sections
from analysis.documents.origin import NO_ORIGIN, read_origin
from analysis.documents.prose import figures as figures_told
from analysis.documents.prose_checks import compare
from analysis.documents.readers import read
from analysis.documents.recognise import recognise
from analysis.documents.records import Record, make_records
from analysis.documents.reference import ReferenceDataError
from analysis.documents.title import read_facts
from analysis.documents.units import scaled_counts

if TYPE_CHECKING:
    import pandas as pd

_PADDED = ("text", "workbook", "doc", "rtf")  # converted rows too are filled up


@dataclass(frozen=True)
class Report:
    """One report as read.

    `facts` says what the document tells of itself, which forms it prints, whether it is verified,
    digests of its figures and tables, the figures that other reports are checked by, and the
    corrections made; `records` has one row for each printed cell of a recognised table, `issues`
    one for each finding (columns as in the data contract), `sections` one for each section of the
    narrative.
    """

    facts: dict[str, object]
    cells: list[Record]
    findings: list[Issue]
    narrative: list[Section] = field(default_factory=list)

    @cached_property
    def records(self) -> "pd.DataFrame":
        """One row a cell: table, row, column, state, value (NA unless number), unit, raw, cell."""
        frame = _frame(self.cells, Record)
        flags = dict.fromkeys(("proven", "suspect", "corrected"), "bool")
        return frame.astype({"value": "float64", "confidence": "float64"} | flags)

    @cached_property
    def issues(self) -> "pd.DataFrame":
        """One row a finding: check, severity, table, row, column, cell, both sides, messages."""
        return _frame(self.findings, Issue)

    @cached_property
    def sections(self) -> "pd.DataFrame":
        """One row a section that has a text: section (its ordinal, 0 without), heading, text."""
        return _frame(self.narrative, Section).drop(columns="sentences")


def read_report(path: str | Path) -> Report:
    """Read the tables of one report file of any supported format.

    Never raises for a bad document (its issues say what is wrong); raises FileNotFoundError for a
    missing one. Figures are as printed: only a build applies `corrections.csv`.
    """
    return read_bytes(Path(path).read_bytes())


def read_bytes(
    data: bytes,
    corrections: Sequence[Correction] = (),
    given: Mapping[str, object] | None = None,
) -> Report:
    """Read the tables of one report from its bytes, and correct some of its cells.

    What is `given` about it (title, agency, year, scope) tells its tables from others beside them.
    Whatever a damaged document makes a library raise becomes an issue, so that nothing else stops.
    Raises ReferenceDataError for a correction that does not find the text that it expects.
    """
    try:
        return _read(data, corrections, given or {})
    except UnreadableError as error:
        return unreadable(issue(error.check, **error.facts))
    except ReferenceDataError:
        raise
    except RecursionError:
        return unreadable(issue("unreadable", reason="its parts are nested too deeply"))
    except Exception as error:
        return unreadable(issue("unreadable", reason=f"{type(error).__name__}: {error}"))


def unreadable(finding: Issue) -> Report:
    """The report of a document that can't be read: no records, and the issue that says why."""
    facts = dict.fromkeys(("title", "year", "period", "agency", "published", "url", "format"))
    none = {"forms": "", "n_cells": 0, "n_errors": 1, "verified": False}
    none |= {"figures": "", "tables": {}, "key_values": {}, "key_cells": {}, "corrections": []}
    none |= {"prose_agrees": 0, "prose_disagrees": 0}
    return Report(facts | NO_ORIGIN | none, [], [finding])


def _read(data: bytes, corrections: Sequence[Correction], given: Mapping[str, object]) -> Report:
    """Read → recognise → records → corrections → checks."""
    document = read(data)
    told = read_facts(document) | read_origin(document)
    subject = subject_of(told, given)
    lines = document.lines()
    placements, unplaced = recognise(document.grids, subject, lines)
    unplaced += [issue(error.check, **error.facts) for error in document.unread]
    unplaced += scaled_counts(lines) + doubtful_notes(lines, subject)
    records, unread = make_records(placements)
    figures, tables = digests(records)
    found = correct(records, unplaced + unread, corrections)
    checked = check(records, found, padded=document.format in _PADDED)
    narrative = sections(lines, told["title"], document.format in WRAPPED)
    compared = compare(figures_told(narrative, subject.agency), records, subject)
    findings = found + checked.issues + compared.issues + _years(told["year"], told["period"])
    mark_suspects(records, findings)
    key = key_figures(records)
    n_errors = sum(finding.severity == "error" for finding in findings)
    facts = told | {
        "forms": " ".join(checked.forms),
        "n_cells": len(records),
        "n_errors": n_errors,
        "verified": checked.sums_hold and not n_errors,
        "figures": figures,
        "tables": tables,
        "key_values": key.values,
        "key_cells": key.cells,
        "corrections": [str(each) for each in corrections],
        "prose_agrees": compared.agrees,
        "prose_disagrees": compared.disagrees,
        "agreeing": compared.agreeing,
        "differing": compared.differing,
    }
    return Report(facts, records, findings, narrative)


def _years(title: object, period: object) -> list[Issue]:
    """An issue where the title names another year than the period of the statistics."""
    disagree = title and period and title != period
    return [issue("year_disagrees", expected=title, actual=period)] if disagree else []


def _frame(items: list, kind: type) -> "pd.DataFrame":
    """A frame with one row an item and the kind's fields as columns, also when there are none.

    pandas is imported here, since builds, which make no frames, read in fresh processes.
    """
    import pandas as pd

    names = [f.name for f in fields(kind)]
    columns = {name: [getattr(item, name) for item in items] for name in names}
    return pd.DataFrame(columns, columns=names)
