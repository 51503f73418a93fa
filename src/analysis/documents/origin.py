"""What a document says of where it comes from, beside its title: site, source, preamble.

Nothing is concluded here: these are the words as they stand, for whoever asks whose report it is.
"""

import re
from functools import lru_cache

from analysis.documents.grid import Document
from analysis.documents.headings import is_heading_line, named
from analysis.documents.reference import load_toml

_HEAD = 20_000
_BEFORE = 160
_BEHIND = 80
_CLAUSES = re.compile("[。；;，,]")
_NAME = r"[\u4e00-\u9fff]{3,30}"
_META = {
    "site": ("sitename",),
    "column": ("columnname", "channel"),
    "source": ("contentsource", "source"),
}
NO_ORIGIN: dict[str, object] = {
    **dict.fromkeys((*_META, "preamble")),
    **{"counted": [], "headed": [], "agreeing": [], "differing": []},
}


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    """The patterns of `words.toml` for the origin of a report."""
    told = load_toml("words.toml")["origin"]
    words = {key: "|".join(several) for key, several in told.items() if key != "many"}
    scopes = load_toml("headings.toml")["scopes"]
    cases = rf"(?:{words['counting']})[^。；;]{{0,30}}?(?:{words['counted']})"
    counts = rf"(?:[未没][^。；;，,]{{0,4}}|(?=[^。；;，]{{0,48}}{told['many']})){cases}"
    return {
        "source": re.compile(rf"(?:{words['source']})\s*[:：]\s*({_NAME})"),
        "preamble": re.compile(words["preamble"]),
        "opening": re.compile(words["opening"]),
        "report": re.compile(words["report"]),
        "whole": re.compile(rf"[全我本]([省市县区州旗盟])([^。；;，,]{{0,24}}?){counts}"),
        "members": re.compile(
            rf"(?:{words['members']})(?:[、和及与]|{words['members']}|{words['bodies']}){{0,16}}+{counts}"
        ),
        "directing": re.compile(words["directing"]),
        "own": re.compile(rf"({words['own']})[^。；;，,]{{0,12}}?{cases}"),
        "only": re.compile(rf"(?:{words['figures']})[^。；;]{{0,30}}?(?:{words['only']})"),
        "bodies": re.compile(rf"(?:[^\w]*(?:{words['bodies']}))*[共]?"),
        "scoped": re.compile("|".join(w for words in scopes.values() for w in words)),
        "total": re.compile(rf"(?:{words['total']})"),
        "parts": re.compile(words["parts"]),
    }


def read_origin(document: Document) -> dict[str, object]:
    """Site, column, source and preamble of a document, and whose cases it counts.

    `counted` is what its sentences say of that, `headed` which scopes the headings over its tables
    name. Each is None, or empty, where nothing is said.
    """
    text = document.text()
    meta = {
        name: next((document.meta[key] for key in keys if document.meta.get(key)), None)
        for name, keys in _META.items()
    }
    if meta["source"] is None:
        found = _patterns()["source"].search(text, 0, _HEAD)
        meta["source"] = found[1] if found else None
    squeezed = squeeze(text)
    return {
        **meta,
        "preamble": preamble_of(squeezed),
        "counted": counted_in(squeezed),
        "headed": _headed(document),
    }


def _headed(document: Document) -> list[str]:
    """The scopes that headings over the tables name."""
    scoped = _patterns()["scoped"]
    headings = (grid.heading for grid in document.grids if scoped.search(grid.heading))
    lines = (line for heading in headings for line in heading.split("\n") if scoped.search(line))
    return sorted(named(line for line in lines if is_heading_line(line)).scopes)


def squeeze(text: str) -> str:
    """Text without white space: a converted document breaks its lines anywhere."""
    return "".join(text.split())


def preamble_of(squeezed: str) -> str | None:
    """The sentence that says who made the report, and how its first section begins."""
    made = (
        _sentence_around(squeezed, *found.span())
        for found in _patterns()["preamble"].finditer(squeezed, 0, _HEAD)
    )
    opening = _patterns()["opening"].search(squeezed, 0, _HEAD)
    parts = [
        next((sentence for sentence in made if _patterns()["report"].search(sentence)), ""),
        _sentence_around(squeezed, *opening.span()) if opening else "",
    ]
    return "。".join(filter(None, parts)) or None


def _sentence_around(text: str, start: int, end: int) -> str:
    """The sentence that holds a part of a text, cut to its nearer parts where it is long."""
    begins = max(text.rfind("。", 0, start) + 1, start - _BEFORE)
    stop = text.find("。", end)
    return text[begins : min(stop if stop > 0 else len(text), end + _BEHIND)]


def counted_in(squeezed: str) -> list[str]:
    """Whose cases and documents the sentences of a report count, each once, as it says.

    全市 is all bodies of a city, 全市系统 those of one line of work, 各部门 several members of a
    government, 汇总 an aggregate by name, 所属汇总 one of an agency's own parts, 本机关 the
    agency's own and 仅本机关 nothing else.
    """
    found: dict[str, None] = {}
    for match in _patterns()["whole"].finditer(squeezed):
        if not _is_directed(squeezed, match):
            of_all = _patterns()["bodies"].fullmatch(match[2])
            found[f"全{match[1]}" if of_all else f"全{match[1]}系统"] = None
    of_members = _patterns()["members"].finditer(squeezed)
    if not found and any(not _is_directed(squeezed, match) for match in of_members):
        found["各部门"] = None
    for name, word in (("own", "本机关"), ("only", "仅本机关")):
        if _patterns()[name].search(squeezed):
            found[word] = None
    for match in _patterns()["total"].finditer(squeezed):
        found["所属汇总" if _patterns()["parts"].search(match[0]) else "汇总"] = None
    return list(found)


def _is_directed(text: str, match: re.Match[str]) -> bool:
    """Whether the clause of a match tells what others are to do, not what was counted."""
    clause = _CLAUSES.split(text[max(match.start() - _BEFORE, 0) : match.start()])[-1]
    return _patterns()["directing"].search(clause) is not None
