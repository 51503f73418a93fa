"""The catalogue of indicators: `reference/indicators.toml`, loaded and checked with the forms."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from analysis.documents.reference import ReferenceDataError, entries, forms, load_toml

FILE = "indicators.toml"
KINDS = ("share", "ratio", "difference")
LANGUAGES = ("zh", "en")
_REQUIRED = {"family", "kind", "numerator", "forms", "title", "caveat", "source"}
_OPTIONAL = {"denominator", "per", "each", "label"}
_SECTIONS = {"indicator", "family", "form", "text", "value"}
_ORDINAL = re.compile(r"^(?:\d+\.|（\w+）)")

Texts = Mapping[str, str]


class Term(NamedTuple):
    """One printed cell, added (sign 1) or subtracted (sign -1)."""

    sign: int
    table: str
    row: str
    column: str


@dataclass(frozen=True)
class Indicator:
    """One entry of the catalogue: what is divided by what, and how it may be read."""

    code: str
    entry: str
    family: str
    kind: str
    numerator: tuple[Term, ...]
    denominator: tuple[Term, ...]
    per: float
    forms: tuple[str, ...]
    title: Texts
    label: Texts
    caveat: Texts
    source: str


@dataclass(frozen=True)
class Catalogue:
    """All indicators by code, with the titles of families, forms, values and figure texts."""

    indicators: dict[str, Indicator]
    families: dict[str, dict[str, Any]]
    forms: dict[str, dict[str, Any]]
    texts: dict[str, Texts]
    values: dict[str, dict[str, Texts]]


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The shipped catalogue, loaded and checked once."""
    return read_catalogue(load_toml(FILE))


def read_catalogue(document: dict[str, Any]) -> Catalogue:
    """Check a parsed `indicators.toml` and return it as a Catalogue.

    Raises:
        ReferenceDataError: an unknown key, code, kind, family or form, or a missing key or
            translation; the message names the file and the entry.
    """
    _refuse(set(document) ^ _SECTIONS, "the file", "sections missing or unknown")
    found: dict[str, Indicator] = {}
    for code, entry in document["indicator"].items():
        _check_entry(code, entry, document)
        found |= {each.code: each for each in _expanded(code, entry)}
    return Catalogue(
        found, document["family"], document["form"], document["text"], document["value"]
    )


def _check_entry(code: str, entry: dict[str, Any], document: dict[str, Any]) -> None:
    """Refuse an entry with keys, kinds, families, forms or translations that do not hold."""
    _refuse(_REQUIRED - set(entry), code, "missing keys")
    _refuse(set(entry) - _REQUIRED - _OPTIONAL, code, "unknown keys")
    _refuse({entry["kind"]} - set(KINDS), code, "unknown kind")
    _refuse({entry["family"]} - set(document["family"]), code, "unknown family")
    _refuse(set(entry["forms"]) - set(document["form"]), code, "forms without a [form] line")
    _refuse(set(entry["forms"]) - set(forms()), code, "forms without a file")
    for key in ("title", "caveat", *({"label"} & set(entry))):
        _refuse(set(entry[key]) ^ set(LANGUAGES), code, f"{key}: languages missing or unknown")
    if ("denominator" in entry) == (entry["kind"] == "difference"):
        raise ReferenceDataError(
            f"{FILE}: [indicator.{code}] shares and ratios have a denominator, differences none"
        )


def _refuse(wrong: set[str], code: str, what: str) -> None:
    """Stop with the file, the entry and what is wrong about it."""
    if wrong:
        place = code if " " in code else f"[indicator.{code}]"
        raise ReferenceDataError(f"{FILE}: {place} {what}: {', '.join(sorted(wrong))}")


def _expanded(code: str, entry: dict[str, Any]) -> Iterator[Indicator]:
    """The indicators of one entry: itself, or one for each code that it names."""
    if "each" not in entry:
        yield _indicator(code, code, entry)
        return
    for key in entry["each"]:
        _refuse(set() if key.count(".") == 2 else {key}, code, "not a table.axis.code")
        table, axis, one = key.split(".")
        _refuse(set() if (table, axis, one) in entries() else {key}, code, "unknown codes")
        for part in children(entry["forms"], table, axis, one) or (one,):
            known = entries()[table, axis, part]
            printed = {"zh": _ORDINAL.sub("", known.label), "en": known.label_en}
            yield _indicator(f"{code}.{part}", code, _filled(entry, part, printed))


def _filled(entry: dict[str, Any], code: str, printed: Texts) -> dict[str, Any]:
    """The entry with {each} replaced: by the code in cells, by the printed label in texts."""
    filled = dict(entry)
    for key in {"numerator", "denominator"} & set(entry):
        filled[key] = [cell.replace("{each}", code) for cell in entry[key]]
    for key in {"title", "label", "caveat"} & set(entry):
        filled[key] = {
            lang: text.replace("{each}", printed[lang]) for lang, text in entry[key].items()
        }
    return filled


def _indicator(code: str, name: str, entry: dict[str, Any]) -> Indicator:
    """One checked entry as an Indicator."""
    return Indicator(
        code=code,
        entry=name,
        family=entry["family"],
        kind=entry["kind"],
        numerator=tuple(_term(name, cell) for cell in entry["numerator"]),
        denominator=tuple(_term(name, cell) for cell in entry.get("denominator", ())),
        per=float(entry.get("per", 1)),
        forms=tuple(entry["forms"]),
        title=entry["title"],
        label=entry.get("label", entry["title"]),
        caveat=entry["caveat"],
        source=entry["source"],
    )


def _term(code: str, cell: str) -> Term:
    """One cell reference such as "-disputes.reconsideration.pending", checked against the forms."""
    table, row, column = ([*cell.removeprefix("-").split("."), "total"] + [""] * 2)[:3]
    if cell.count(".") not in (1, 2) or not (
        (table, "row", row) in entries() and (table, "column", column) in entries()
    ):
        raise ReferenceDataError(f"{FILE}: [indicator.{code}] unknown cell {cell!r}")
    return Term(-1 if cell.startswith("-") else 1, table, row, column)


def children(form_names: Iterable[str], table: str, axis: str, code: str) -> tuple[str, ...]:
    """The codes right below a heading or total in any of these forms, in printed order."""
    found = {
        entry.code: None
        for name in form_names
        for entry in forms()[name].entries.values()
        if (entry.table, entry.axis, entry.parent) == (table, axis, code)
    }
    return tuple(found)
