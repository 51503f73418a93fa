"""How names of regions are shortened, after `region_names.toml`."""

import re
from dataclasses import dataclass
from functools import lru_cache

from analysis.dataset.regions import regions
from analysis.documents.reference import ReferenceDataError, load_toml

_RULES = "region_names.toml"


@dataclass(frozen=True, slots=True)
class Rules:
    """What makes short names, and what follows a name and makes it another."""

    endings: tuple[str, ...]
    no_short_of: tuple[str, ...]
    autonomous: re.Pattern[str]
    no_short_before: re.Pattern[str]
    no_ending_in: re.Pattern[str]
    no_place_alone: frozenset[str]
    short: dict[str, list[str]]


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The rules; a missing or wrong one raises ReferenceDataError."""
    told = load_toml(_RULES)
    if unknown := told.get("short", {}).keys() - regions().keys():
        raise ReferenceDataError(f"{_RULES}, [short]: unknown region {min(unknown)}")
    try:
        peoples = "|".join(sorted(told["peoples"], key=len, reverse=True))
        return Rules(
            tuple(told["endings"]),
            tuple(told["no_short_of"]),
            re.compile(rf"(?P<stem>.{{2,}}?)(?:(?:{peoples})族?)+自治(?P<unit>[区州县旗])"),
            re.compile(told["no_short_before"]),
            re.compile(told["no_ending_in"]),
            frozenset(told["no_place_alone"]),
            told["short"],
        )
    except (KeyError, re.error) as error:
        raise ReferenceDataError(f"{_RULES}: missing or wrong: {error}") from error


def short_names(code: str, name: str) -> tuple[str, ...]:
    """Short names of a region: 南京 of 南京市, 延边 of 延边朝鲜族自治州, none of 寿县."""
    return (*_by_rule(name), *rules().short.get(code, ()))


def _by_rule(name: str) -> tuple[str, ...]:
    """Short names that follow from a name."""
    if found := rules().autonomous.fullmatch(name):
        stem, unit = found["stem"], found["unit"]
        return (stem, f"{stem}自治{unit}", *(() if unit == "区" else (stem + unit,)))
    for ending in rules().endings:
        stem = name.removesuffix(ending)
        if stem != name:
            return () if len(stem) < 2 or name.endswith(rules().no_short_of) else (stem,)
    return ()
