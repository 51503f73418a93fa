"""How groups are named and texts are broken into lines on figures, in Chinese or English.

Every text comes from the reference data.
"""

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.comparison.catalogue import catalogue, form_title
from analysis.documents.reference import entries

_CLOSING = "，。；：、）”"


def named_groups(
    rows: pd.DataFrame, by: str | Sequence[str], language: str
) -> list[tuple[str, pd.DataFrame]]:
    """The rows of each group under its printed name, in the order of the table."""
    columns = [by] if isinstance(by, str) else list(by)
    grouped = rows.groupby(columns, sort=False, dropna=False, observed=True)
    return [
        (" · ".join(_name(*pair, language) for pair in zip(columns, keys, strict=True)), group)
        for keys, group in grouped
    ]


def _name(column: str, value: Any, language: str) -> str:
    """What is printed for one value of a grouping column."""
    if pd.isna(value):
        return wording("unknown", language)
    if column == "applicant":
        entry = entries()["requests", "column", value]
        return entry.label if language == "zh" else entry.label_en
    if column == "form":
        return form_title(value, language)
    known = catalogue().values.get(column, {})
    return known[value][language] if value in known else str(value)


def wording(key: str, language: str) -> str:
    """One of the texts that figures say around the data."""
    return catalogue().texts[key][language]


def wrapped(text: str, width: float) -> str:
    """Text on lines of at most `width` ems, Latin words and figures whole."""
    if " · " in text and ems(text) > width:
        return "\n".join(wrapped(part, width) for part in text.split(" · "))
    lines = [""]
    for token in re.findall(r"\s*[!-~]+|\s*.", text):
        if ems(lines[-1] + token) > width and lines[-1] and token not in _CLOSING:
            lines.append("")
        lines[-1] += token if lines[-1] else token.lstrip()
    return "\n".join(lines)


def ems(text: str) -> float:
    """The width of a text: a Chinese character is 1 em, a Latin letter about half."""
    return sum(1 if character > "\u2000" else 0.53 for character in text)


def clipped(name: str) -> str:
    """A name short enough to stand left of a row of counts."""
    return name if ems(name) <= 14 else name[: 13 if ems(name) == len(name) else 24] + "…"
