"""By when reports are due: the rules of `reference/deadlines.csv`, which names its own sources."""

from datetime import date
from functools import lru_cache

from analysis.dataset.regions import LEVELS
from analysis.documents.reference import REFERENCE, ReferenceDataError, read_csv


@lru_cache(maxsize=1024)
def due_date(scope: str | None, level: str | None, year: int) -> date | None:
    """The day by which the report for a year is due; None where its scope is not known."""
    rules = [
        rule
        for rule in _deadlines()
        if rule[0] == scope and rule[1] in ("", level) and rule[2] <= year
    ]
    if not rules:
        return None
    _, _, _, month, day = max(rules, key=lambda rule: (rule[2], rule[1]))
    return date(year + 1, month, day)


@lru_cache(maxsize=1)
def _deadlines() -> list[tuple[str, str, int, int, int]]:
    """The rules: scope, level, first year of reports, month and day of the year after."""
    rules = []
    names = ("scope", "level", "first_year", "month", "day", "source")
    for number, row in read_csv(REFERENCE / "deadlines.csv", known=names, required=names):
        try:
            first, month, day = (int(row[name]) for name in names[2:5])
            date(first + 1, month, day)
        except ValueError as error:
            raise ReferenceDataError(f"deadlines.csv, line {number}: {error}") from error
        if row["scope"] not in ("agency", "aggregate") or row["level"] not in ("", *LEVELS):
            raise ReferenceDataError(f"deadlines.csv, line {number}: unknown scope or level")
        rules.append((row["scope"], row["level"], first, month, day))
    return rules
