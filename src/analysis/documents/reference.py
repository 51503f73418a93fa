"""Loads the reference data: what is known about forms, labels, sums and messages, as data.

Wrong reference data always stops the run, with the file and the line that is wrong.
"""

import csv
import io
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from analysis.documents.fold import fold
from analysis.documents.readers.text import decode

REFERENCE = Path(__file__).parents[1] / "reference"
_REPLACED = "\ufffd"  # what stands for bytes that no encoding knows

# What an entry of a form can be besides a plain row or column of counts.
KINDS = {
    *("heading", "section", "of_which", "optional", "route", "unconfirmed"),
    *("count", "amount", "change"),
}


class ReferenceDataError(ValueError):
    """Reference data, a manifest or a request is wrong; the message names the file and the line."""


@dataclass(frozen=True)
class Entry:
    """One line of a form: a row, a column or a heading over columns, with its labels and parent.

    A `heading` prints no figures of its own and is the sum of the rows below it; a `section` is
    only a place to find them. An `of_which` row is a part that need not add up to its parent, an
    `optional` one is not in every report. A `route` is named by the header. A table is
    `unconfirmed` where its rows were not compared with the notice.
    """

    table: str
    axis: str
    code: str
    label: str
    label_en: str
    parent: str
    columns: tuple[str, ...]
    kind: str
    unit: str

    def has(self, kind: str) -> bool:
        """Whether the entry is of a kind; it can be of several."""
        return kind in self.kind.split()


@dataclass(frozen=True)
class Form:
    """One form generation: its entries in printed order, keyed by (table, axis, code)."""

    name: str
    entries: dict[tuple[str, str, str], Entry]

    def codes(self, table: str, axis: str) -> list[str]:
        """Codes of one axis of a table, in printed order."""
        return [c for (t, a, c) in self.entries if t == table and a == axis]

    def rows_with_figures(self, table: str) -> list[str]:
        """Rows that print figures in every report: not mere headings, and none that is optional."""
        return [
            e.code
            for e in self.entries.values()
            if e.table == table
            and e.axis == "row"
            and not any(map(e.has, ("heading", "section", "optional")))
        ]

    def tables(self) -> list[str]:
        """Codes of the tables of the form, in printed order."""
        return [table for (table, axis, _) in self.entries if axis == "table"]

    def has_table(self, table: str) -> bool:
        """Whether a table is one of the form."""
        return (table, "table", table) in self.entries

    def columns_of(self, table: str, row: str) -> tuple[str, ...]:
        """Columns that this form prints for a row."""
        own = self.entries[table, "row", row].columns
        return own or tuple(self.codes(table, "column"))


def read_csv(
    path: Path, known: Collection[str] | None = None, required: Collection[str] = ()
) -> list[tuple[int, dict[str, str]]]:
    """Read a CSV as (line number, row) pairs; rows without any text are passed over.

    Raises ReferenceDataError, with the line, for a row of the wrong length, an open quote, bytes
    that can't be decoded, and a column that stands twice, is not `known` or is `required` and
    missing.
    """
    reader = csv.DictReader(io.StringIO(_decoded(path), newline=""), strict=True)
    lines: list[tuple[int, dict[str, str]]] = []
    try:
        _check_header(path, list(reader.fieldnames or []), known, required)
        for row in reader:
            if None in row or None in row.values():
                raise ReferenceDataError(
                    f"{path.name}, line {reader.line_num}: expected {len(reader.fieldnames or [])} "
                    "fields; check the commas and quotes there"
                )
            if any(value.strip() for value in row.values()):
                lines.append((reader.line_num, row))
    except csv.Error as error:
        number = reader.reader.line_num
        raise ReferenceDataError(
            f"{path.name}, line {number}: {error}; check its quotes"
        ) from error
    return lines


def _decoded(path: Path) -> str:
    """The text of a CSV; bytes that no encoding knows are refused with their line."""
    data = path.read_bytes()
    text = decode(data)
    found = -1 if _REPLACED.encode() in data else text.find(_REPLACED)
    if found >= 0:
        line = text.count("\n", 0, found) + 1
        raise ReferenceDataError(f"{path.name}, line {line}: unknown bytes; save it as UTF-8")
    return text


def _check_header(
    path: Path, columns: list[str], known: Collection[str] | None, required: Collection[str]
) -> None:
    """Refuse a header with a column twice, one that is not known, or without a required one."""
    if "" in columns:
        raise ReferenceDataError(
            f"{path.name}, line 1: a column has no name; take out the commas at the ends of all "
            "lines, which spreadsheets leave"
        )
    for column in columns:
        if columns.count(column) > 1:
            raise ReferenceDataError(f"{path.name}, line 1: the column {column!r} stands twice")
        if known is not None and column not in known:
            raise ReferenceDataError(
                f"{path.name}, line 1: unknown column {column!r}; known ones are {', '.join(known)}"
            )
    for column in required if columns else ():
        if column not in columns:
            raise ReferenceDataError(f"{path.name}, line 1: there is no column {column!r}")


def load_form(path: Path) -> Form:
    """Load one form file; a duplicate code or an unknown parent or column stops with its line."""
    entries: dict[tuple[str, str, str], Entry] = {}
    lines = read_csv(path)
    for number, row in lines:
        entry = _entry(path, number, row)
        key = (entry.table, entry.axis, entry.code)
        if key in entries:
            raise ReferenceDataError(
                f"{path.name}, line {number}: the code {'/'.join(key)} stands twice"
            )
        entries[key] = entry
    for number, row in lines:
        _check_links(path, number, row, entries)
    return Form(path.stem, entries)


def _entry(path: Path, number: int, row: dict[str, str]) -> Entry:
    """One line of a form as an entry."""
    try:
        columns = tuple(row.pop("columns").split())
        return Entry(columns=columns, **row)
    except (KeyError, TypeError) as error:
        raise ReferenceDataError(f"{path.name}, line {number}: wrong columns ({error})") from error


def _check_links(
    path: Path, number: int, row: dict[str, str], entries: dict[tuple[str, str, str], Entry]
) -> None:
    """Refuse a parent or a column that no line of the form defines, and an unknown kind."""
    table, axis, parent = row["table"], row["axis"], row["parent"]
    for kind in set(row["kind"].split()) - KINDS:
        raise ReferenceDataError(f"{path.name}, line {number}: unknown kind {kind!r}")
    if parent and (table, axis, parent) not in entries:
        raise ReferenceDataError(f"{path.name}, line {number}: unknown parent {parent!r}")
    for column in entries[table, axis, row["code"]].columns:
        if (table, "column", column) not in entries:
            raise ReferenceDataError(f"{path.name}, line {number}: unknown column {column!r}")


Vocabulary = dict[tuple[str, str], dict[str, tuple[str, ...]]]


@lru_cache(maxsize=1)
def forms() -> dict[str, Form]:
    """All forms by name, oldest first."""
    paths = sorted((REFERENCE / "forms").glob("*.csv"))
    return {form.name: form for form in map(load_form, paths)}


@lru_cache(maxsize=1)
def tables() -> tuple[str, ...]:
    """Codes of all tables, in printed order."""
    return tuple(dict.fromkeys(t for form in forms().values() for (t, _, _) in form.entries))


@lru_cache(maxsize=1)
def entries() -> dict[tuple[str, str, str], Entry]:
    """The entry of every (table, axis, code) over all forms; the newest form speaks first."""
    merged: dict[tuple[str, str, str], Entry] = {}
    for form in reversed(forms().values()):
        for key, entry in form.entries.items():
            merged.setdefault(key, entry)
    return merged


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Folded label → codes for every (table, axis), from all forms and `aliases.csv`.

    A label may mean several rows under different parents; one that would mean two codes of one
    table and axis otherwise stops with the file and line.
    """
    words: Vocabulary = {}
    for form in forms().values():
        for entry in form.entries.values():
            _learn(words, entry.table, entry.axis, entry.code, entry.label, f"form {form.name}")
    for number, row in read_csv(REFERENCE / "aliases.csv"):
        where = f"aliases.csv, line {number}"
        if (row["table"], row["axis"], row["code"]) not in entries():
            raise ReferenceDataError(f"{where}: unknown code {row['code']!r}")
        _learn(words, row["table"], row["axis"], row["code"], row["label"], where)
    return words


def _learn(words: Vocabulary, table: str, axis: str, code: str, label: str, where: str) -> None:
    """Add one label; one that already means a code that can't be told apart is refused."""
    known = words.setdefault((table, axis), {})
    for key in _spellings(table, axis, code, fold(label)):
        codes = known.setdefault(key, (code,))
        if code in codes:
            continue
        parents = [entries()[table, axis, c].parent for c in (*codes, code)]
        if axis != "row" or "" in parents or len(set(parents)) < len(parents):
            raise ReferenceDataError(
                f"{where}: the label {label!r} already means {codes[0]!r}, not {code!r}"
            )
        known[key] = (*codes, code)


def _spellings(table: str, axis: str, code: str, key: str) -> list[str]:
    """A folded label, and that of a part also as 其中 it and as its whole, 其中 it."""
    parent = entries()[table, axis, code].parent if axis == "row" else ""
    if not parent:
        return [key]
    bare, word = key.removeprefix(numbers()["of_which"]), numbers()["of_which"]
    whole = fold(entries()[table, "row", parent].label)
    return [bare, word + bare, whole + word + bare]


@lru_cache(maxsize=1)
def identities() -> tuple[dict[str, str], ...]:
    """Balances that the forms imply beside their parent columns, one dict a line."""
    rows = read_csv(REFERENCE / "identities.csv")
    for number, row in rows:
        other_axis = "row" if row["axis"] == "column" else "column"
        for code in (row["left"] + " " + row["right"]).split():
            if (row["table"], other_axis, code) not in entries():
                raise ReferenceDataError(f"identities.csv, line {number}: unknown code {code!r}")
        if row["relation"] not in ("=", "<="):
            raise ReferenceDataError(
                f"identities.csv, line {number}: the relation {row['relation']!r} is not = or <="
            )
    return tuple(row for _, row in rows)


@lru_cache(maxsize=1)
def numbers() -> dict:
    """Marks, units and note openers, from `numbers.toml`."""
    return load_toml("numbers.toml")


def load_toml(name: str) -> dict:
    """Load one TOML file of the reference folder; a syntax error names the file and line."""
    try:
        return tomllib.loads((REFERENCE / name).read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ReferenceDataError(f"{name}: {error}") from error
