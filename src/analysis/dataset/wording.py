"""An identity in words, in both languages, for people who look at one report."""

from analysis.dataset.agencies import lines
from analysis.dataset.identity import Identity
from analysis.dataset.regions import LEVELS, places

_FACTS = {
    "agency": "机关 agency",
    "agency_type": "类别 kind",
    "region_code": "区划 region",
    "level": "级别 level",
    "scope": "范围 scope",
    "year": "年度 year",
    "agency_id": "标识 id",
}


def in_words(identity: Identity) -> str:
    """Each fact on a line with how it is known, or why it was left open."""
    told = [_line(identity, fact, label) for fact, label in _FACTS.items()]
    return "\n".join(line for line in told if line) + "\n"


def _line(identity: Identity, fact: str, label: str) -> str:
    """One fact as a line; none where there is nothing to say."""
    value = getattr(identity, fact)
    if value is None:
        why = identity.open.get(fact)
        return f"{label}: ? ({why})" if why else ""
    how = identity.known.get(fact)
    return f"{label}: {value}{_meaning(fact, str(value))}" + (f" ({how})" if how else "")


def _meaning(fact: str, value: str) -> str:
    """What a code stands for."""
    if fact == "agency_type":
        return f" {lines()[value].zh} {lines()[value].en}"
    if fact == "region_code":
        names = places(value)
        return " " + "".join(name for level in LEVELS if (name := names[level]))
    return ""
