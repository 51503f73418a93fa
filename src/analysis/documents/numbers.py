"""Turns the text of a cell into a figure, a blank, a mark or unreadable text; nothing else does."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from analysis.documents.fold import plain
from analysis.documents.grid import Cell
from analysis.documents.reference import numbers

# Measured on rendered pages: text recognised less surely than this is what can be wrong.
SURE = 0.9


@dataclass(frozen=True, slots=True)
class Figure:
    """What a cell prints: its state, its value (number only) and the unit printed with it."""

    state: str
    value: float | None = None
    unit: str = ""


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    """One leading figure, perhaps a unit, perhaps a note in brackets or after a word like 其中."""
    known = numbers()
    units = sorted(_units(), key=len, reverse=True)
    return re.compile(
        r"(?P<figure>[+-]?(?:0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*)(?:\.\d+)?)"
        rf"(?P<unit>{'|'.join(units)})?"
        rf"(?P<note>\((?=[^()]*[^\W\d_])[^()]*\)|[,;、]?(?:{'|'.join(known['notes'])}).*)?"
    )


_MINUS = str.maketrans("−–", "--")
_MOST_DIGITS = 15  # what a float64 holds exactly
# Pictures, and turned order.
_UNPRINTABLE = re.compile("[\ufffc\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_NEARLY_DIGITS = re.compile(r"[EeOoIl\d.,+-]*\d[EeOoIl\d.,+-]*")
_NUMERAL = re.compile("[〇零一二两三四五六七八九十百千万]+")
_BROKEN = re.compile(r"^[^(（]*[\d,.]\s+[\d,.]")


@lru_cache(maxsize=65536)
def parse_count(text: str) -> Figure:
    """Read a cell's text as one figure.

    A number is one leading figure, perhaps with thousands separators, a sign, decimals, a unit and
    a note. White space or raised digits in it, leading zeros, a picture beside it, more than 15
    digits and anything else make it `text`.

    >>> parse_count("22（其中修订16件）").value
    22.0
    >>> parse_count("160.5964万元").unit
    '万元'
    >>> parse_count("8 0").state
    'text'
    """
    bare = plain(text).translate(_MINUS)
    if _UNPRINTABLE.search(text) or _has_odd_digits(text):
        return Figure("text")
    if not bare:
        return Figure("blank")
    if bare in _marks():
        return Figure("mark")
    found = None if _BROKEN.search(text) else _pattern().fullmatch(bare)
    if found is None or sum(c.isdigit() for c in found["figure"]) > _MOST_DIGITS:
        return Figure("text")
    note = (found["note"] or "").strip("()")
    if note != found["unit"] and _other_note().fullmatch(note):
        return Figure("text")
    return Figure("number", float(found["figure"].replace(",", "")), found["unit"] or "")


@lru_cache(maxsize=1)
def _other_note() -> re.Pattern[str]:
    """A note by which a figure is not what its cell counts: another unit, about so many, a slip."""
    units, notes = "|".join(sorted(_units(), key=len, reverse=True)), numbers()["other_notes"]
    scales = f"[{numbers()['stated']['scales']}]"
    return re.compile(
        rf"(?:单位:?)?{scales}*(?:{units})|{scales}+|{'|'.join(notes['whole'])}"
        rf"|.*(?:{'|'.join(notes['have'])}).*"
    )


def _has_odd_digits(text: str) -> bool:
    """Whether digits stand raised, lowered or circled, as notes do, or as fractions."""
    return any(unicodedata.category(c) == "No" for c in text)


@lru_cache(maxsize=1)
def _marks() -> frozenset[str]:
    """The marks as they read when folded."""
    return frozenset(plain(mark).translate(_MINUS) for mark in numbers()["marks"])


@lru_cache(maxsize=4096)
def is_page_number(text: str) -> bool:
    """Whether a cell prints nothing but a stray page number, such as -3-."""
    return re.fullmatch(numbers()["page_number"], plain(text)) is not None


def is_figure(cell: Cell) -> bool:
    """Whether a cell prints one figure."""
    return parse_count(cell.text).state == "number"


@lru_cache(maxsize=1)
def _run() -> re.Pattern[str]:
    """Figures run together, each perhaps with a unit."""
    known = {unit for kind in numbers()["units"].values() for unit in kind}
    units = "|".join(sorted(known, key=len, reverse=True))
    return re.compile(rf"(?:[+-]?\d(?:[+.,-]?\d)*+(?:{units})?+)++")


@lru_cache(maxsize=65536)
def prints_figures(text: str) -> bool:
    """Whether a text is figures and marks and nothing else, perhaps run together.

    >>> prints_figures("230 000023"), prints_figures("13575394432.52元"), prints_figures("1.其他")
    (True, True, False)
    """
    pieces = [plain(piece).translate(_MINUS) for piece in text.split()]
    return (
        not _has_odd_digits(text)
        and any(map(str.isdigit, text))
        and all(piece in _marks() or _run().fullmatch(piece) for piece in pieces)
    )


def is_label(cell: Cell) -> bool:
    """Whether a cell could be a label: neither blank nor mark nor figures, with a letter in it.

    Letters that stand for digits, or for powers of ten (8.40E+01), make none, nor do numerals.
    """
    return _is_label(cell.text)


@lru_cache(maxsize=65536)
def _is_label(text: str) -> bool:
    """Whether a text could be a label."""
    if parse_count(text).state != "text" or prints_figures(text):
        return False
    if _NEARLY_DIGITS.fullmatch(plain(text)) or _NUMERAL.fullmatch(plain(text)):
        return False
    return any(c.isalpha() for c in text)


def is_numeral(cell: Cell) -> bool:
    """Whether a cell prints a number in Chinese: an ordinal, or a figure that is not read."""
    return _NUMERAL.fullmatch(plain(cell.text)) is not None


@lru_cache(maxsize=4096)
def ends_in_figure(label: str) -> bool:
    """Whether a label ends in a number in brackets that is no year.

    >>> ends_in_figure("（七）总计【12】"), ends_in_figure("规章（2023年）")
    (True, False)
    """
    units = "|".join(sorted(_units(), key=len, reverse=True))
    figure = rf"[^(]\((?!(?:19|20)\d\d\))\d[\d,.]*(?:{units})?\)$"
    return re.search(figure, plain(label)) is not None


@lru_cache(maxsize=4096)
def unit_alone(text: str) -> str:
    """The unit that is all that a cell prints, such as 件 or （万元）, or nothing."""
    bare = plain(text).strip("()")
    return bare if bare in _units() else ""


@lru_cache(maxsize=1)
def _units() -> frozenset[str]:
    """All units, of counts and of amounts."""
    return frozenset(u for kind in numbers()["units"].values() for u in kind)
