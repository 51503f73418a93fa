"""In whose name a report speaks: one body's own (agency), or all bodies of a region (aggregate).

A government's report is either, and only what it says tells which; every other body reports for
itself, unless its report says that it counts others too. The rules follow articles 49 and 50 of
the regulations on the disclosure of government information (2019).
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from analysis.dataset.agencies import GOVERNING, MAKERS, Line
from analysis.dataset.names import Reading
from analysis.documents.fold import plain
from analysis.documents.reference import load_toml

Scope = tuple[str | None, str, str]  # the scope, how it is known, and why it is open

_NOTE = re.compile(r"\(([^()]*)\)")
# A year or a period, or a word for the report.
_NO_SCOPE = r"(?:\d*|[〇零一二三四五六七八九十]*)年?度?|\d{4}年1月1日?\D.*|公开|年报|年度报告"
_TOTALS = ("汇总", "所属汇总")
_NEITHER = "government: neither said"
_UNITS = {
    "自治区": "区",
    "自治州": "州",
    "自治县": "县",
    "自治旗": "旗",
    "地区": "区",
    "新区": "区",
}


def scope_of(
    given: Mapping[str, object],
    told: Mapping[str, object],
    kind: Line | None,
    reading: Reading | None,
) -> Scope:
    """The scope of a report, how it is known, and why it is left open."""
    if given.get("scope"):
        return str(given["scope"]), "manifest certain", ""
    noted = _of_title(plain(str(told.get("title") or "")), kind)
    if noted[0] or noted[2]:
        return noted
    if kind is None:
        return None, "", "unknown kind"
    counted, headed = _said(told, "counted"), _said(told, "headed")
    governs = kind.code in GOVERNING
    said = _of_government(counted, reading) if governs else _of_body(counted, kind)
    said = _as_figured(said, _said(told, "agreeing"), _said(told, "differing"), kind)
    return _as_headed(said, headed, governs)


def _said(told: Mapping[str, object], fact: str) -> set[str]:
    """The words that a document has for a fact."""
    words = told.get(fact)
    return set(words) if isinstance(words, list) else set()


def _as_headed(said: Scope, headed: set[str], governs: bool) -> Scope:
    """The scope by sentences and by the headings over the tables, open where these disagree.

    A heading such as 全市统计表 alone tells that a government's report is an aggregate; 本级 may be
    the government's office, or all bodies of its own rank.
    """
    scope, _, left_open = said
    if not headed or headed == {scope}:
        return said
    if governs and left_open == _NEITHER and headed == {"aggregate"}:
        return "aggregate", "headings likely", ""
    return None, "", f"headings say {' and '.join(sorted(headed))}"


@lru_cache(maxsize=1)
def _no_scope() -> re.Pattern[str]:
    """A note in a title that says nothing of the scope, but of the year, report or version."""
    words = "|".join(w for several in load_toml("words.toml")["versions"].values() for w in several)
    return re.compile(rf"{_NO_SCOPE}|(?:已|经|重新)?(?:{words})[后版稿]*")


def _of_title(title: str, kind: Line | None) -> Scope:
    """The scope that a note in the title says, such as （汇总）."""
    for note in _NOTE.findall(title):
        if "汇总" in note and (kind is None or kind.code in MAKERS):
            return "aggregate", "title certain", ""
        if note in ("本机关", "本部门", "机关", "局机关", "委机关", "厅机关", "办机关"):
            return "agency", "title certain", ""
        if note.endswith("本级") and kind and kind.code not in GOVERNING:
            return "agency", "title certain", ""
        if not _no_scope().fullmatch(note):
            return None, "", f"title says ({note})"
    return None, "", ""


def _of_government(counted: set[str], reading: Reading | None) -> Scope:
    """The scope of a government's report by whose cases its sentences count."""
    name = reading.place.name if reading and reading.place else ""
    own_unit = next((unit for end, unit in _UNITS.items() if name.endswith(end)), name[-1:])
    whole = not {f"全{own_unit}", "各部门", *_TOTALS}.isdisjoint(counted)
    only = "仅本机关" in counted
    if whole and only:
        return None, "", "text says both"
    if whole:
        return "aggregate", "text certain" if "汇总" in counted else "text likely", ""
    return ("agency", "text certain", "") if only else (None, "", _NEITHER)


def _of_body(counted: set[str], kind: Line) -> Scope:
    """The scope of the report of a body that governs no region.

    An office that makes its government's report may say that it has put others' together; those
    of its own units are no government's. What a town or a hospital tells of the county is no count
    of its own.
    """
    own = not {"本机关", "仅本机关"}.isdisjoint(counted)
    if "汇总" in counted and kind.code in MAKERS and not own:
        return "aggregate", "text certain", ""
    others = sorted(w for w in counted if w[0] == "全" or w in ("各部门", *_TOTALS))
    if others and (kind.level is None or not counted.isdisjoint(_TOTALS)):
        return None, "", f"text counts {', '.join(others)}"
    return "agency", "text certain" if own else "kind likely", ""


def _as_figured(said: Scope, agreeing: set[str], differing: set[str], kind: Line) -> Scope:
    """The scope by sentences, and by which of the figures in them the tables print.

    Where the narrative tells figures of both scopes and the tables print those of one, they are
    of that one; where they print none of all bodies that it tells, nothing says whose they are,
    unless the report calls itself an aggregate.
    A body that governs no region may tell of others too: its tables are its own where they print
    its own figures.
    """
    clear = agreeing - differing
    told_apart = len(clear) == 1 and differing - agreeing
    if clear == {"agency"} and (told_apart or (said[0] is None and kind.code not in GOVERNING)):
        return "agency", "figures likely", ""
    if told_apart and kind.code in MAKERS:
        return "aggregate", "figures likely", ""
    if said[:2] == ("aggregate", "text likely") and "aggregate" in differing - agreeing:
        return None, "", "figures of all bodies are not those of the tables"
    return said
