"""Running text → a cell for each label and each run of figures.

Copying a page can run the cells of its tables together, in one line or a few. The labels of the
forms still tell where one ends and the next begins: a label stands between signs, figures and other
labels, never within a longer word. Its own ordinal goes with it: in 00000002.其他 the 2 is no
figure. Where an ordinal has lost its sign, that can't be told, and neither side is taken apart.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import groupby, pairwise
from typing import NamedTuple

from analysis.documents.fold import fold, plain
from analysis.documents.grid import Cell, Grid
from analysis.documents.labels import header_word, header_words
from analysis.documents.lines import header_table, unfold
from analysis.documents.numbers import parse_count
from analysis.documents.reference import entries, numbers, vocabulary

_NOTE = re.compile(r"[（(〔【\[]([^（）()〔〕【】\[\]]*[)）〕】\]]|[^（）()〔〕【】\[\]]{,40}$)")
_NUMERAL = re.compile(r"[一二三四五六七八九十\d]{1,3}\W")
_ORDINAL = re.compile(
    r"(?:[（(][一二三四五六七八九十\d]{1,2}[)）][、.．]?|[一二三四五六七八九十]{1,3}[、.．)）]|\d[、.．)）])"
    r"\s*[“\"‘「]?\s*$"
)
_TAIL = re.compile(r"[”\"’」》]?\s*[:：]?")
_FIXED = re.compile(
    r"(?P<item>第[一二三四五六七八九十百\d]{1,4}[条條]第?[（(]?[一二三四五六七八九十\d]{1,3}[)）]?[项項])"
    r"|(?P<year>(?:19|20)\d\d年度?)"
)
_SIGN = r"[-−–－—+/]"
_RUN = "0123456789.,- "
_MOST_FIGURES = 80
_LONGEST_ROW = 40
_PROSE = re.compile(r"[。，；！？]")


class Token(NamedTuple):
    """A piece of a line: where it stands, its kind (`label`, `figures` or `text`), its text."""

    start: int
    end: int
    kind: str
    text: str


def unrun(grid: Grid) -> Grid:
    """Give running text its cells and rows back; lines that are not of a table stay as they are."""
    if grid.ruled:
        return grid
    rows: list[list[Cell | None]] = []
    for alone, block in groupby(grid.cells, key=lambda row: len(row) == 1):
        lines = list(block)
        cells = _cells([row[0] for row in lines if row[0] is not None]) if alone else []
        apart = Grid(grid.number, [[cell] for cell in cells], ruled=False)
        rows += unfold(apart).cells if cells else lines
    return replace(grid, cells=rows)


def _cells(lines: list[Cell]) -> list[Cell]:
    """The cells of a block of lines, or none when no header of a table runs together in it."""
    if not _may_run(lines):
        return []
    tokens = [(number, t) for number, line in enumerate(lines) for t in tokens_of(line.text)]
    tables = _tables(tokens)
    if not any(tables):
        return []
    cells: list[Cell] = []
    for number, group in groupby(zip(tokens, tables, strict=True), key=lambda item: item[0][0]):
        line = lines[number]
        parts = [(token, inside) for (_, token), inside in group]
        texts = list(_texts(line.text, parts))
        apart = [replace(line, text=text, column=place) for place, text in enumerate(texts)]
        cells += apart if len(texts) > 1 else [line]
    return cells


def _may_run(lines: list[Cell]) -> bool:
    """Whether some words that stand only over columns are there: a quick look."""
    text = "\n".join(plain(line.text) for line in lines)
    return sum(word in text for word, alone in header_words().items() if alone) > 1


def _texts(text: str, parts: list[tuple[Token, bool]]) -> Iterator[str]:
    """The texts of a line's tokens inside of tables, and what stands between tables in one."""
    for inside, group in groupby(parts, key=lambda part: part[1]):
        tokens = [token for token, _ in group]
        if inside:
            yield from (token.text for token in tokens)
        else:
            yield text[tokens[0].start : tokens[-1].end]


def _tables(tokens: list[tuple[int, Token]]) -> list[bool]:
    """For each token, whether it is in a table: from a header on, until prose begins."""
    found: list[bool] = []
    for is_word, group in groupby(tokens, key=lambda item: _is_header_word(item[1])):
        run = list(group)
        begins = is_word and _is_running_header(
            run, tokens[(end := len(found) + len(run)) : end + _LONGEST_ROW]
        )
        for _, token in run:
            found.append(begins or (found[-1:] == [True] and not _is_prose(token)))
    return found


def _is_header_word(token: Token) -> bool:
    """Whether a token is a word that stands over columns."""
    return token.kind == "label" and header_word(token.text) is not None


def _is_prose(token: Token) -> bool:
    """Whether a text is a sentence or part of one."""
    return token.kind == "text" and _PROSE.search(_NOTE.sub("", token.text)) is not None


def _is_running_header(run: list[tuple[int, Token]], after: list[tuple[int, Token]]) -> bool:
    """Whether words make up the header of a table whose cells run together.

    They do so in the header, or in the row that follows it.
    """
    cells = [Cell(token.text, number, 0) for number, token in run]
    if header_table(cells) is None:
        return False
    lines = [number for number, _ in run]
    row = [token.kind for number, token in after if number == after[0][0]]
    return len(set(lines)) < len(lines) or ("label", "figures") in pairwise(row)


# --- One line → tokens --------------------------------------------------------------------------


def tokens_of(text: str) -> list[Token]:
    """Cut a line into labels, runs of figures, and other text.

    >>> [t.text for t in tokens_of("1.属于国家秘密00000002.其他法律行政法规禁止公开 0000000")]
    ['1.属于国家秘密', '0000000', '2.其他法律行政法规禁止公开', '0000000']
    """
    tokens: list[Token] = []
    end = 0
    for label in [*_labels(text), Token(len(text), len(text), "end", "")]:
        before = tokens[-1] if tokens and tokens[-1].end == end else None
        unit = _unit(text, end, label.start) if before and before.kind == "label" else None
        if before and unit:
            tokens[-1] = before._replace(end=unit.end(), text=f"{before.text}（{unit[1]}）")
            end = unit.end()
        tokens += _between(text, end, label.start)
        tokens += [label] if label.kind != "end" else []
        end = label.end
    return tokens


def _unit(text: str, start: int, end: int) -> re.Match[str] | None:
    """The unit that stands between a label and its figures, as in a column of units."""
    return re.compile(rf"\s*({_units()})(?=\s*[-−–－\d/])").match(text, start, end)


@lru_cache(maxsize=1)
def _units() -> str:
    """All units, as alternatives, the longest first."""
    known = {unit for kind in numbers()["units"].values() for unit in kind}
    return "|".join(sorted(known, key=len, reverse=True))


@lru_cache(maxsize=1)
def _figures() -> re.Pattern[str]:
    """Figures and marks run together, each figure perhaps with a unit.

    A digit before the sign of an ordinal is none of them.
    """
    unit = rf"(?:(?:{_units()})(?!\s*[^\W\d]))?+"
    digit = r"\d(?![、.．)）]\s*[^\W\d_])"
    figure = rf"{digit}(?:[.,．]?{digit})*+{unit}"
    more = rf"(?:\s*(?:{_SIGN}\s*)*+{figure})*+"
    return re.compile(rf"{_SIGN}\s*(?:{_SIGN}\s*)*+(?:{figure}{more})?|{figure}{more}")


def _between(text: str, start: int, end: int) -> list[Token]:
    """What stands between labels: runs of figures, and other text."""
    tokens: list[Token] = []
    between = text[start:end]
    last = 0
    for found in [*filter(_is_figures, _figures().finditer(between)), None]:
        stop = found.start() if found else len(between)
        if any(c.isalnum() for c in between[last:stop]):
            kind = "figures" if _are_marks(between[last:stop]) else "text"
            tokens.append(_token(text, start + last, start + stop, kind))
        if found:
            tokens.append(_token(text, start + found.start(), start + found.end(), "figures"))
            last = found.end()
    return tokens


def _are_marks(text: str) -> bool:
    """Whether a text is marks such as 无, parted by blanks."""
    return all(parse_count(piece).state == "mark" for piece in text.split())


def _is_figures(found: re.Match[str]) -> bool:
    """Whether a match holds figures, or marks that stand by themselves."""
    around = found.string[max(0, found.start() - 1) : found.end() + 1]
    return any(map(str.isdigit, found[0])) or not any(map(str.isalpha, around))


def _token(text: str, start: int, end: int, kind: str) -> Token:
    """A piece of a text."""
    return Token(start, end, kind, text[start:end].strip())


# --- Labels -------------------------------------------------------------------------------------


class _Found(NamedTuple):
    """A label that may stand in a line: where it starts with its ordinal, without it, and ends."""

    start: int
    word: int
    end: int
    kind: str


def _labels(text: str) -> list[Token]:
    """The labels in a line, from left to right: those that are no part of a longer word."""
    found = sorted([*_fixed(text), *_words(text)])
    while True:
        starts, ends = {f.start for f in found}, {f.end for f in found}
        kept = [f for f in found if _stands_alone(text, f, starts, ends)]
        if len(kept) == len(found):
            return [_token(text, f.start, f.end, f.kind) for f in found]
        found = kept


def _stands_alone(text: str, found: _Found, starts: set[int], ends: set[int]) -> bool:
    """Whether signs, figures, its ordinal or other labels stand on both sides of a label."""
    if found.kind != "label":
        return True
    begin, end = _past_marks(text, found, starts, ends)
    begins = begin in ends or not text[max(0, begin - 1) : begin].isalpha()
    ends_there = end in starts or not text[end : end + 1].isalpha()
    has_unit = _unit(text, found.end, len(text)) is not None
    return (begins or found.word > found.start) and (ends_there or has_unit)


def _past_marks(text: str, found: _Found, starts: set[int], ends: set[int]) -> tuple[int, int]:
    """Where a label begins and ends, or the marks of letters do that part it from another one."""
    words = "|".join(mark for mark in numbers()["marks"] if mark.isalpha())
    marks = rf"\s*(?:(?:{words})\s*)+"
    before = re.compile(marks + "$").search(text, max(0, found.start - 20), found.start)
    after = re.compile(marks).match(text, found.end)
    return (
        before.start() if before and before.start() in ends else found.start,
        after.end() if after and after.end() in starts else found.end,
    )


def _fixed(text: str) -> list[_Found]:
    """Headings of items, and years, whose digits are no figures."""
    return [
        _Found(
            m.start(),
            m.start(),
            m.end(),
            "label" if m["year"] and header_word(m[0]) is not None else "text",
        )
        for m in _FIXED.finditer(text)
    ]


def _words(text: str) -> list[_Found]:
    """Known labels in a line, the longest at each place, with their ordinals and notes."""
    characters, places = _letters(text)
    words = _known_words()
    found: list[_Found] = []
    at = 0
    while at < len(characters):
        fitting = (w for w in words.get(characters[at], ()) if characters.startswith(w, at))
        word = next(fitting, "")
        if word:
            found.append(_around(text, word, places[at], places[at + len(word) - 1] + 1))
        at += len(word) or 1
    return found


def _letters(text: str) -> tuple[str, list[int]]:
    """The letters and digits of a line as they fold, outside of notes, and where each stands."""
    noted = {n for note in _NOTE.finditer(text) if _is_note(note) for n in range(*note.span())}
    pairs = [
        (c, place)
        for place, printed in enumerate(text)
        if place not in noted
        for c in plain(printed)
        if c.isalnum()
    ]
    return "".join(c for c, _ in pairs), [place for _, place in pairs]


def _is_note(found: re.Match[str]) -> bool:
    """Whether brackets hold a note and no ordinal."""
    return _NUMERAL.fullmatch(found[1]) is None


def _around(text: str, word: str, start: int, end: int) -> _Found:
    """A known word with its ordinal before it and the notes and signs behind it.

    A digit right before it that may be an ordinal without its sign leaves all of it text.
    """
    ordinal = _ORDINAL.search(text, max(0, start - 8), start)
    end = _tail(text, end)
    if ordinal:
        return _Found(ordinal.start(), start, end, "label")
    before = text[max(0, start - _MOST_FIGURES) : start]
    if before[-1:] in _ordinals().get(word, ()):
        return _Found(start - len(before) + len(before.rstrip(_RUN)), start, end, "text")
    return _Found(start, start, end, "label")


def _tail(text: str, end: int) -> int:
    """Where a label ends with the closing signs and notes behind it."""
    while True:
        sign = _TAIL.match(text, end)
        note = _NOTE.match(text, sign.end() if sign else end)
        if note and _is_note(note):
            end = note.end()
        elif sign and sign.end() > end:
            end = sign.end()
        else:
            return end


@lru_cache(maxsize=1)
def _known_words() -> dict[str, list[str]]:
    """Folded labels of all tables and axes by their first character, the longest first."""
    words: dict[str, list[str]] = {}
    for word in sorted({w for known in vocabulary().values() for w in known}, key=len)[::-1]:
        words.setdefault(word[:1], []).append(word)
    return words


@lru_cache(maxsize=1)
def _ordinals() -> dict[str, set[str]]:
    """Folded label → the digits that the forms print before it as its ordinal."""
    found: dict[str, set[str]] = {}
    for entry in entries().values():
        ordinal = re.match(r"\d(?=[、.])", entry.label)
        if ordinal:
            found.setdefault(fold(entry.label), set()).add(ordinal[0])
    return found
