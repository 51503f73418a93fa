"""The ways in which characters run together can be the figures of a row."""

from collections.abc import Callable, Sequence

from analysis.documents.numbers import parse_count

Way = tuple[str, ...]
MOST_STEPS = 30_000
_MOST_CHARACTERS = 80


def pieces_of(text: str) -> tuple[str, ...]:
    """The pieces that white space parts: a printed blank parts figures, its absence says nothing.

    >>> pieces_of("23 0 00 0 023")
    ('23', '0', '00', '0', '023')
    """
    return tuple(text.split())


def ways(
    texts: Sequence[str], kinds: Sequence[str], allows: Callable[[Way], bool] = lambda _: True
) -> list[Way] | None:
    """Every way to part the texts into one figure for each column, or None if there are too many.

    Figures are as print has them: no leading zeros, a sign or decimals only where the column's kind
    has them. `allows` is asked about each beginning and may refuse it.

    >>> ways(("101",), ("count",) * 2)
    [('10', '1')]
    """
    if sum(map(len, texts)) > _MOST_CHARACTERS:
        return None
    found: list[Way] = []
    begun: list[tuple[int, int, Way]] = [(0, 0, ())]
    for _ in range(MOST_STEPS):
        if not begun:
            return found[::-1]
        number, start, way = begun.pop()
        if number < len(texts):
            begun += _longer(texts, kinds, number, start, way, allows)
        elif len(way) == len(kinds):
            found.append(way)
    return None


def _longer(
    texts: Sequence[str],
    kinds: Sequence[str],
    number: int,
    start: int,
    way: Way,
    allows: Callable[[Way], bool],
) -> list[tuple[int, int, Way]]:
    """A way that has come to a place in a text, with one figure more."""
    text = texts[number]
    left = sum(map(len, texts[number:])) - start
    if not len(texts) - number <= len(kinds) - len(way) <= left:
        return []
    longer: list[tuple[int, int, Way]] = []
    for end in range(start + 1, len(text) + 1):
        if not _is_figure(text[start:end], kinds[len(way)], whole=end - start == len(text)):
            continue
        more = (*way, text[start:end])
        if allows(more):
            longer.append((number, end, more) if end < len(text) else (number + 1, 0, more))
    return longer


def _is_figure(text: str, kind: str, whole: bool) -> bool:
    """Whether a text can stand in a column of some kind; a mark only where blanks part it off."""
    figure = parse_count(text)
    if figure.value is None:
        return whole and figure.state == "mark"
    return (figure.value >= 0 or kind == "change") and (
        figure.value.is_integer() or kind == "amount"
    )


def fewest(texts: Sequence[str]) -> int:
    """The least number of figures that texts can be.

    >>> fewest(["000"]), fewest(["13"]), fewest(["0012", "7"])
    (3, 1, 4)
    """
    return sum(map(_fewest, texts))


def _fewest(text: str) -> int:
    """The least number of figures that one text can be; 0 if it can be none."""
    least = {0: 0}
    for end in range(1, min(len(text), _MOST_CHARACTERS) + 1):
        counts = [
            least[start] + 1
            for start in range(end)
            if start in least and parse_count(text[start:end]).state in ("number", "mark")
        ]
        if counts:
            least[end] = min(counts)
    return least.get(len(text), 0)
