"""The wordings of figures in sentences, as `prose.toml` lists them, and the words around them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from analysis.documents.reference import ReferenceDataError, entries, load_toml, tables

_FIGURE = r"(?<![\d第])(?<!\d[.,])(?P<n>\d{1,3}(?:,\d{3})+|\d+|[〇零一二两三四五六七八九十百千]+)"
_COUNT = rf"{_FIGURE}(?:件|宗|起|例|条|份|项|个|单)(?!次|以上|以内|左右|余|多)"
_AMOUNT = r"(?<![\d.,第])(?P<n>\d+(?:,\d{3})*(?:\.\d+)?)(?P<unit>万?元)(?!以)"
_RATE = r"(?<![\d.])(?P<n>\d{1,3}(?:\.\d+)?)%"
_FIGURES = {"<n>": (_COUNT, "件"), "<amount>": (_AMOUNT, "万元"), "<rate>": (_RATE, "%")}
_NEEDED = {"of", "about", "word", "pattern"}
_ABOUT = (
    *("whole", "carried", "handled", "outcome", "dispute", "dispute_part", "dispute_result"),
    *("document", "decision", "amount", "rate"),
)


Part = tuple[int, str, str]  # a cell of a sum: its sign, row and column


class Reading(NamedTuple):
    """What a quantity may mean in a table: a sum of cells, or such a sum in percent of another."""

    parts: tuple[Part, ...]
    over: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """One pattern of `prose.toml`: what it tells of, and what kind of figure that is.

    `labels` are the names by which it tells of several. It needs its `word` in a sentence, and a
    figure where it `counts`; else it says that none is.
    """

    of: tuple[str, ...]
    labels: dict[str, str]
    about: str
    pattern: re.Pattern[str]
    exact: bool
    word: str
    unit: str
    counts: bool


@lru_cache(maxsize=1)
def _words() -> dict:
    """All of `prose.toml`."""
    return load_toml("prose.toml")


@lru_cache(maxsize=1)
def odd_words() -> dict[str, re.Pattern[str]]:
    """What makes a figure odd, by why it does."""
    return {why: re.compile("|".join(words)) for why, words in _words()["odd"].items()}


@lru_cache(maxsize=1)
def scope_words() -> re.Pattern[str]:
    """Words for each scope, from `headings.toml` and `prose.toml`, as groups of a pattern."""
    known, own = load_toml("headings.toml")["scopes"], _words()["scopes"]
    words = {name: own[name] + known.get(name, []) for name in ("office", "agency", "aggregate")}
    return re.compile("|".join(f"(?P<{name}>{'|'.join(those)})" for name, those in words.items()))


@lru_cache(maxsize=1)
def body_ends() -> tuple[str, ...]:
    """What the name of a body ends in."""
    return tuple(_words()["scopes"]["bodies"])


@lru_cache(maxsize=1)
def all_members() -> re.Pattern[str]:
    """What may stand behind 全市 without naming some bodies of it only."""
    return re.compile(f"(?:{'|'.join(_words()['scopes']['members'])})*")


@lru_cache(maxsize=1)
def judging_bodies() -> tuple[str, ...]:
    """What the name of a body ends in that decides on a case, which is not its own."""
    return tuple(_words()["scopes"]["judges"])


@lru_cache(maxsize=1)
def acting_words() -> re.Pattern[str]:
    """What a body does with requests, documents and decisions."""
    return re.compile(
        "|".join(w for n in ("receive", "handle", "make") for w in _words()["words"][n])
    )


@lru_cache(maxsize=1)
def topics() -> re.Pattern[str]:
    """What a paragraph speaks of that tells figures of the forms."""
    return re.compile("|".join(_words()["narrative"]["topics"]))


@lru_cache(maxsize=1)
def of_requests() -> re.Pattern[str]:
    """Outcomes that only requests have, so that those beside them are of requests too."""
    return re.compile("|".join(_words()["words"]["of_requests"]))


@lru_cache(maxsize=1)
def own_part() -> re.Pattern[str]:
    """其中, where it leads from all bodies to the report's own: its figure is whole again."""
    own = "|".join(_words()["scopes"]["agency"] + _words()["scopes"]["office"])
    return re.compile(rf"其中[,:]?(?=[省市县区]?(?:{own}|本机关))")


@lru_cache(maxsize=1)
def receiving() -> re.Pattern[str]:
    """Words for receiving something."""
    return re.compile(_expanded("<receive>"))


@lru_cache(maxsize=1)
def plain_request() -> re.Pattern[str]:
    """The receiving of requests for information, and of no other applications."""
    return re.compile(_expanded("<receive><of>*(?:<total>*<n>)?<of>*申请"))


@lru_cache(maxsize=1)
def wordings() -> tuple[Wording, ...]:
    """The wordings of `prose.toml`; ReferenceDataError names one that is wrong."""
    return tuple(_wording(n, each) for n, each in enumerate(_words()["patterns"], start=1))


def _wording(position: int, line: dict) -> Wording:
    """One wording, its quantities and kind known and its pattern sound."""
    where = f"prose.toml, pattern {position}"
    if not _NEEDED <= line.keys() <= _NEEDED | {"exact"}:
        raise ReferenceDataError(
            f"{where}: it needs {', '.join(sorted(_NEEDED))}, and may be exact"
        )
    if line["about"] not in _ABOUT:
        raise ReferenceDataError(f"{where}: unknown kind {line['about']!r}")
    labels = _labels_of(line["of"])
    for quantity in labels.values() or line["of"]:
        for known in (quantity.replace("<dispute>", d) for d in ("reconsideration", "litigation")):
            if known not in _words()["quantities"]:
                raise ReferenceDataError(f"{where}: unknown quantity {known!r}")
    try:
        pattern = re.compile(_expanded(line["pattern"]))
    except re.error as error:
        raise ReferenceDataError(f"{where}: {error}") from error
    units = [unit for sign, (_, unit) in _FIGURES.items() if sign in line["pattern"]]
    return Wording(
        *(tuple(line["of"]), labels, line["about"], pattern, line.get("exact", False)),
        *(line["word"], units[0] if units else "件", bool(units)),
    )


def _labels_of(of: list[str]) -> dict[str, str]:
    """The labels that name what a wording tells of; none where it is always the same."""
    return dict(_words()["labels"].get(of[0].strip("<>"), {}))


def _expanded(pattern: str) -> str:
    """A pattern with the words and labels that its <names> stand for.

    What was passed over is never looked at again: words within others make no two ways.
    """
    text = pattern
    for sign, (figure, _) in _FIGURES.items():
        text = text.replace(sign, figure)
    for name, labels in _words()["labels"].items():
        text = text.replace(f"<{name}>", f"(?P<label>{_longest_first(labels)})")
    for name, words in _words()["words"].items():
        for sign in ("*", "+"):
            text = text.replace(f"<{name}>{sign}", f"(?:{_longest_first(words)}){sign}+")
        text = text.replace(f"<{name}>", f"(?:{_longest_first(words)})")
    return text


def _longest_first(words: Iterable[str]) -> str:
    """Words as alternatives, of which the longest is tried first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@lru_cache(maxsize=1)
def readings() -> dict[str, dict[str, tuple[Reading, ...]]]:
    """For each quantity and table, what it may mean there.

    ReferenceDataError names a cell that no form has.
    """
    return {
        quantity: {
            table: tuple(_reading(quantity, table, text) for text in told[table])
            for table in tables()
            if table in told
        }
        for quantity, told in _words()["quantities"].items()
    }


def shares(table: str, meant: Iterable[Reading]) -> list[Reading]:
    """Readings as shares: of each whole of their table, where they are no rates already."""
    wholes = [whole.parts for whole in _wholes().get(table, ())]
    return [
        reading if reading.over else Reading(reading.parts, whole)
        for whole in wholes
        for reading in meant
    ]


@lru_cache(maxsize=1)
def _wholes() -> dict[str, tuple[Reading, ...]]:
    """What shares may be of, by table."""
    return {
        table: tuple(_reading(f"wholes.{table}", table, text) for text in texts)
        for table, texts in _words()["wholes"].items()
    }


def _reading(quantity: str, table: str, text: str) -> Reading:
    """One reading such as received + carried_in, perhaps over (/) another sum."""
    parts, _, over = text.partition("/")
    return Reading(_parts(quantity, table, parts), _parts(quantity, table, over))


def _parts(quantity: str, table: str, text: str) -> tuple[Part, ...]:
    """The cells of a sum, of the table's own column of totals."""
    whole = {"requests": "total", "disputes": "total", "statistics": "count", "fujian": "year"}
    cells: list[Part] = []
    for sign, name in re.findall(r"([+-]?)\s*([\w.]+)", text):
        row, _, column = name.partition(".")
        column = column or whole[table]
        if (table, "row", row) not in entries() or (table, "column", column) not in entries():
            raise ReferenceDataError(
                f"prose.toml, [quantities.{quantity}]: no form has {table}/{row}/{column}"
            )
        cells.append((-1 if sign == "-" else 1, row, column))
    return tuple(cells)


@lru_cache(maxsize=1)
def compared_columns() -> frozenset[str]:
    """The columns of the cells that claims can be of."""
    every = (
        reading for own in readings().values() for several in own.values() for reading in several
    )
    return frozenset(column for reading in every for _, _, column in reading.parts)


def titles_of(quantity: str) -> dict[str, str]:
    """What a quantity is called, in English (`en`) and Chinese (`zh`)."""
    return {language: _words()["quantities"][quantity][language] for language in ("en", "zh")}


def is_government(agency: str) -> bool:
    """Whether an agency reports for the bodies below it, by its name."""
    return agency.endswith(tuple(_words()["scopes"]["governments"]))


def scope_by_name(agency: str) -> str:
    """The scope that an agency's reports have by its name; a town may mean either by its own."""
    if agency.removesuffix("办事处").removesuffix("政府").removesuffix("人民").endswith(_towns()):
        return ""
    return "aggregate" if is_government(agency) else "agency"


def _towns() -> tuple[str, ...]:
    """What the name of a place ends in that has no agencies below it which report."""
    return tuple(_words()["scopes"]["towns"])


def has_office(agency: str) -> bool:
    """Whether an agency is a government, or its office: then the office's figures are its own."""
    return is_government(agency) or agency.endswith(("办公室", "办公厅"))
