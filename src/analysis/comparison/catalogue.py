"""The catalogue of indicators: `reference/indicators.toml`, loaded and checked with the forms.

What forms count alike, and with which break, is in `reference/comparability.csv`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from analysis.dataset.agencies import lines
from analysis.documents.reference import (
    REFERENCE,
    ReferenceDataError,
    entries,
    forms,
    load_toml,
    read_csv,
)

FILE = "indicators.toml"
QUANTITIES = "comparability.csv"
KINDS = ("share", "ratio", "difference", "count")
COMPARABLE = ("yes", "break", "no")
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
class Quantity:
    """How one form counts a quantity, and whether that compares with the form now in force."""

    terms: tuple[Term, ...]
    comparable: str
    note: Texts


@dataclass(frozen=True)
class Indicator:
    """One entry of the catalogue: what is divided by what in each form, and how it may be read.

    `breaks` says for each form that counts otherwise than the one in force what it counts.
    """

    code: str
    entry: str
    family: str
    kind: str
    numerator: Mapping[str, tuple[Term, ...]]
    denominator: Mapping[str, tuple[Term, ...]]
    per: float
    forms: tuple[str, ...]
    breaks: Mapping[str, Texts]
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
    values = document["value"] | {
        "agency_type": {code: {"zh": kind.zh, "en": kind.en} for code, kind in lines().items()}
    }
    return Catalogue(found, document["family"], document["form"], document["text"], values)


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
    if ("denominator" in entry) == (entry["kind"] in ("difference", "count")):
        raise ReferenceDataError(
            f"{FILE}: [indicator.{code}] shares and ratios have a denominator, others none"
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
    numerator, denominator = entry["numerator"], entry.get("denominator", [])
    return Indicator(
        code=code,
        entry=name,
        family=entry["family"],
        kind=entry["kind"],
        numerator={form: _terms(name, numerator, form) for form in entry["forms"]},
        denominator={form: _terms(name, denominator, form) for form in entry["forms"]},
        per=float(entry.get("per", 1)),
        forms=tuple(entry["forms"]),
        breaks=_breaks(name, [*numerator, *denominator], entry["forms"]),
        title=entry["title"],
        label=entry.get("label", entry["title"]),
        caveat=entry["caveat"],
        source=entry["source"],
    )


def _terms(code: str, names: list[str], form: str) -> tuple[Term, ...]:
    """The cells that some quantities and cells add up in one form."""
    found: list[Term] = []
    for name in names:
        found += _quantity(code, name, form).terms if _is_quantity(name) else [_term(code, name)]
    return tuple(found)


def _is_quantity(name: str) -> bool:
    """Whether a name is that of a quantity, not of a cell."""
    return "." not in name


def _quantity(code: str, name: str, form: str) -> Quantity:
    """What a quantity is in a form; refused where that form does not count it."""
    known = quantities().get(name)
    if known is None or form not in known:
        what = "unknown cell" if known is None else f"the form {form} does not count"
        raise ReferenceDataError(f"{FILE}: [indicator.{code}] {what} {name!r}")
    return known[form]


def form_in_force(year: int) -> str:
    """The form of the notice in force for a year's reports; empty before the first known."""
    begun = [
        (form["first_year"], name)
        for name, form in catalogue().forms.items()
        if form.get("first_year", year + 1) <= year
    ]
    return max(begun, default=(0, ""))[1]


def form_title(form: str, language: str) -> str:
    """The printed name of a form or of a mixture of forms."""
    known = catalogue().forms
    return " + ".join(known[f]["title"][language] if f in known else f for f in form.split())


def _breaks(code: str, names: list[str], form_names: list[str]) -> dict[str, Texts]:
    """For each form that counts otherwise than the one in force, what it counts.

    Forms that do not count the same at all can't be in one indicator.
    """
    found: dict[str, Texts] = {}
    for form in form_names:
        counted = [_quantity(code, name, form) for name in names if _is_quantity(name)]
        if len(form_names) > 1 and any(each.comparable == "no" for each in counted):
            raise ReferenceDataError(
                f"{FILE}: [indicator.{code}] the form {form} can't be compared with others"
            )
        notes = [each.note for each in counted if each.comparable == "break"]
        if notes:
            found[form] = {
                language: between.join(dict.fromkeys(note[language] for note in notes))
                for language, between in (("zh", "，"), ("en", ", "))
            }
    return found


@lru_cache(maxsize=1)
def quantities() -> dict[str, dict[str, Quantity]]:
    """Each quantity of `comparability.csv` by form; a wrong line stops with its number."""
    found: dict[str, dict[str, Quantity]] = {}
    columns = ("quantity", "form", "cells", "comparable", "note_zh", "note_en")
    for number, row in read_csv(REFERENCE / QUANTITIES, columns, columns):
        where = f"{QUANTITIES}, line {number}"
        if row["form"] not in forms() or row["comparable"] not in COMPARABLE:
            raise ReferenceDataError(f"{where}: unknown form or answer; known are {COMPARABLE}")
        if row["comparable"] != "yes" and not (row["note_zh"] and row["note_en"]):
            raise ReferenceDataError(f"{where}: a note must say in both languages what differs")
        if row["form"] in found.setdefault(row["quantity"], {}):
            raise ReferenceDataError(f"{where}: the form stands twice for {row['quantity']!r}")
        terms = tuple(_read_term(cell, where, row["form"]) for cell in row["cells"].split())
        note = {"zh": row["note_zh"], "en": row["note_en"]}
        found[row["quantity"]][row["form"]] = Quantity(terms, row["comparable"], note)
    return found


def _term(code: str, cell: str) -> Term:
    """One cell of an indicator, such as "-disputes.reconsideration.pending"."""
    return _read_term(cell, f"{FILE}: [indicator.{code}]")


def _read_term(cell: str, where: str, form: str = "") -> Term:
    """One cell reference, checked against one form or all; without a column it is that of 总计."""
    table, row, column = ([*cell.removeprefix("-").split("."), "total"] + [""] * 2)[:3]
    known = forms()[form].entries if form else entries()
    if cell.count(".") not in (1, 2) or not (
        (table, "row", row) in known and (table, "column", column) in known
    ):
        raise ReferenceDataError(f"{where} unknown cell {cell!r}")
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
