"""Finds the code that a printed label means: by its folded text, else by a clear near miss."""

import re
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from analysis.documents.fold import fold
from analysis.documents.reference import entries, forms, numbers, tables, vocabulary

_SHORTEST_NEAR_MISS = 5
_RESEMBLES = 0.5


def find(table: str, axis: str, texts: Sequence[str]) -> str | None:
    """Code of the label that the last texts make up together, or None.

    `texts` run from the outermost label to the innermost; the innermost alone is tried first, then
    together with those before it (a label may be split over two cells). Of a label that recurs
    under several headings, it is the first code.
    """
    codes = _meanings(table, axis, tuple(texts[-4:]))
    return codes[0] if codes else None


def meanings(table: str, axis: str, texts: Sequence[str]) -> tuple[str, ...]:
    """Codes of the label that the last texts make up: several where it recurs under headings."""
    return _meanings(table, axis, tuple(texts[-4:]))


@lru_cache(maxsize=65536)
def _meanings(table: str, axis: str, texts: tuple[str, ...]) -> tuple[str, ...]:
    """Cached search over the vocabulary of one table and axis."""
    known = vocabulary().get((table, axis), {})
    named_by_year = axis == "column" and is_list(table)
    for count in range(1, len(texts) + 1):
        key = "".join(map(fold, texts[-count:]))
        codes = known.get(_as_this_year(key) if named_by_year else key)
        if codes:
            return codes
    return ()


def _as_this_year(key: str) -> str:
    """A column label that begins with a year, such as 2016年度, as 本年度 would."""
    return re.sub(f"^(?:{numbers()['this_year']})", "本年度", key)


def find_near(table: str, axis: str, text: str) -> str | None:
    """Code of the one label that a misprinted text can mean, or None.

    At most a quarter of the characters may be lost, one of them replaced, and every label of
    another code must be at least three more edits away. Short labels are never guessed, and a label
    with more in it than the known one, or another word, may mean something else.
    """
    return _near(table, axis, fold(text))


@lru_cache(maxsize=4096)
def _near(table: str, axis: str, key: str) -> str | None:
    """Cached search over the vocabulary of one table and axis."""
    if len(key) < _SHORTEST_NEAR_MISS:
        return None
    distances: dict[str, int] = {}
    for label, codes in vocabulary().get((table, axis), {}).items():
        if len(key) > len(label) or _telling(key) != _telling(label):
            continue
        distance = Levenshtein.distance(key, label)
        if distance > len(label) - len(key) + 1:
            continue
        for code in codes:
            distances[code] = min(distance, distances.get(code, distance))
    if not distances:
        return None
    best, *others = sorted(distances.items(), key=lambda item: item[1])
    clear = not others or others[0][1] >= best[1] + 3
    return best[0] if clear and 4 * best[1] <= len(key) else None


def _telling(key: str) -> str:
    """What no misprint of a label changes: its digits, one of which may be a figure, and words.

    不 and 有, or 本 and 上, turn the meaning over.
    """
    return "".join(c for c in key if c.isdigit() or c in numbers()["telling"])


def resembled(table: str, text: str) -> list[str]:
    """Codes of rows that not every report prints, and whose label a text shares half of."""
    return [
        code
        for (t, axis, code), entry in entries().items()
        if (t, axis) == (table, "row") and entry.has("optional")
        if Levenshtein.normalized_similarity(fold(text), fold(entry.label)) >= _RESEMBLES
    ]


@lru_cache(maxsize=1)
def header_words() -> dict[str, bool]:
    """Folded words that stand over columns → whether one alone shows a header.

    A word that also labels a row of its own table (其他, 总计) shows one only among others.
    """
    words: dict[str, bool] = {}
    for table in tables():
        rows = set(vocabulary().get((table, "row"), {}))
        routes = rows if names_rows(table) else set()
        columns = set(vocabulary()[table, "column"]) | set(vocabulary().get((table, "group"), {}))
        for word in columns | routes:
            words[word] = words.get(word, True) and word not in _row_words() - routes
    return words


@lru_cache(maxsize=65536)
def header_word(text: str) -> bool | None:
    """Whether a text alone shows a header; None for one that stands over no column."""
    key = fold(text)
    return header_words().get(key, header_words().get(_as_this_year(key)))


def names_year(text: str) -> bool:
    """Whether a text stands over columns only as its year, such as 2016年度 for 本年度."""
    return fold(text) not in header_words() and header_word(text) is not None


@lru_cache(maxsize=16)
def is_list(table: str) -> bool:
    """Whether a table is one list of indicators, as the forms before 2019 are."""
    return (table, "group", "indicator") in entries()


@lru_cache(maxsize=65536)
def is_indicator(text: str) -> bool:
    """Whether a text is the head over the labels of a list, such as 统计指标."""
    return any(find(table, "group", [text]) == "indicator" for table in filter(is_list, tables()))


@lru_cache(maxsize=16)
def names_rows(table: str) -> bool:
    """Whether a table's headers name its rows, as routes of dispute stand over their results."""
    return any(e.kind == "route" for (t, a, _), e in entries().items() if (t, a) == (table, "row"))


@lru_cache(maxsize=1)
def _row_words() -> frozenset[str]:
    """Folded labels of the rows of all tables."""
    return frozenset(w for table in tables() for w in vocabulary().get((table, "row"), {}))


@lru_cache(maxsize=1)
def generic_row_words() -> frozenset[str]:
    """Row labels that mean something only under their parent: they recur, or label columns too."""
    rows = (vocabulary().get((table, "row"), {}) for table in tables())
    recurring = {word for known in rows for word, codes in known.items() if len(codes) > 1}
    return frozenset(w for w in _row_words() if header_words().get(w) is False or w in recurring)


@lru_cache(maxsize=256)
def is_always_heading(table: str, code: str) -> bool:
    """Whether a row never prints figures of its own, in any form that has it."""
    own = [f.entries[table, "row", code] for f in forms().values() if code in f.codes(table, "row")]
    return bool(own) and all(entry.kind in ("heading", "section") for entry in own)


@lru_cache(maxsize=256)
def is_heading(table: str, code: str) -> bool:
    """Whether a row is a heading over other rows in any form."""
    return any(t == table and a == "row" and e.parent == code for (t, a, _), e in entries().items())
