"""Issues: what is wrong or uncertain, where, and what to do; the messages are reference data."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from analysis.documents.reference import ReferenceDataError, load_toml


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding: no row and column means the whole table, no table the whole report."""

    check: str
    severity: str
    table: str = ""
    row: str = ""
    column: str = ""
    cell: str = ""
    expected: str = ""
    actual: str = ""
    message: str = ""
    message_zh: str = ""
    suggestion: str = ""


@lru_cache(maxsize=1)
def catalogue() -> dict[str, dict[str, str]]:
    """Every check: its severity and its messages in English and Chinese, from `checks.toml`."""
    checks = load_toml("checks.toml")
    for name, entry in checks.items():
        if set(entry) != {"severity", "title_en", "title_zh", "en", "zh"}:
            raise ReferenceDataError(f"checks.toml: [{name}] needs severity, titles, en and zh")
    return checks


def issue(
    check: str,
    table: str = "",
    row: str = "",
    column: str = "",
    cell: str = "",
    expected: object = "",
    actual: object = "",
    suggestion: object = "",
    **facts: Any,
) -> Issue:
    """An issue with its messages filled in from the catalogue."""
    entry = catalogue()[check]
    known = {
        "table": table,
        "row": row,
        "column": column,
        "cell": cell,
        "expected": expected,
        "actual": actual,
        "suggestion": suggestion,
    } | facts
    return Issue(
        check,
        entry["severity"],
        table,
        row,
        column,
        cell,
        str(expected),
        str(actual),
        entry["en"].format(**known),
        entry["zh"].format(**known),
        str(suggestion),
    )
