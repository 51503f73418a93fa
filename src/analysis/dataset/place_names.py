"""What a name of a place can mean, and the places with which a text begins.

A place is a region or a zone. Names are full (南京市), former (襄樊市) or short (南京, 延边州), as
`regions.csv`, `zones.csv` and `region_names.toml` have them. None is guessed at: a name that can
mean several places means all of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from analysis.dataset.regions import FIRST_YEAR, Region, line, regions, standing, upwards
from analysis.dataset.shortening import rules, short_names
from analysis.dataset.zones import Zone, zone_endings, zone_of, zones

Place = Region | Zone
_UNITS = ("州", "县", "旗")  # 酉阳县 is as good as 酉阳土家族苗族自治县, 赣县 as 赣县区


@dataclass(frozen=True, slots=True)
class Beginning:
    """Places with which a text begins, from above to below, and the rest of the text.

    It is `full` where each is written with a full name, as 南京市鼓楼区 and not 江苏南京.
    """

    places: tuple[Place, ...]
    rest: str
    full: bool


@dataclass(frozen=True, slots=True)
class _Naming:
    """A name that a place bears or bore: whether in full, from which year and to which.

    `lies_in` are the regions in which it lies or lay, `height` is 2 for a province, 1 for a
    prefecture and 0 for a county and for every zone. `length` is that of a name that is listed. A
    name `only_in` a region stands for the place where that is known, as 江北新区 in 南京市 does.
    """

    place: Place
    full: bool
    first_year: int | None
    last_year: int | None
    lies_in: frozenset[str]
    height: int
    length: int
    only_in: str

    def years_off(self, year: int | None) -> int:
        """0 where the place bore the name at the end of a year, 1 a year off, else 2.

        The report on the year in which a region is renamed may bear the new name or the old one.
        """
        if year is None:
            return 0
        early = (self.first_year or year) - year
        late = year - (self.last_year or year)
        return min(2, max(0, early, late))


def _naming(
    name: str, place: Place, full: bool, years: tuple[int | None, int | None], only_in: str = ""
) -> _Naming:
    """A name of a place, with the years in which it bore it."""
    heights = {"province": 2, "prefecture": 1}
    height = heights.get(place.level, 0) if isinstance(place, Region) else 0
    return _Naming(place, full, *years, line(place.region_code), height, len(name), only_in)


_Chain = tuple[_Naming, ...]


def candidates(name: str, within: str | None = None, year: int | None = None) -> tuple[Place, ...]:
    """Every region and zone that a name can mean, by code; none where it is no name of a place.

    `within` is the code of a region in which they must lie. Where a `year` is given, only those
    that bore the name at its end count; if none did, those that did a year before or after, and
    if none did, all. A full name counts before a short one; a short one means no county where a
    province or the county's own prefecture is called so too; a region that ended gives way to
    the one that followed it under the same name.
    """
    found = [*_namings().get(name, ()), *_of_held_zones(name)]
    chains = [
        (naming,)
        for naming in found
        if naming.only_in in ("", within) and (not within or within in naming.lies_in)
    ]
    places = {chain[0].place.code: chain[0].place for chain in _best(chains, year)}
    return tuple(places[code] for code in sorted(places))


@lru_cache(maxsize=8192)
def at_beginning(text: str, year: int | None = None) -> tuple[Beginning, ...]:
    """The longest chains of places with which a text begins, each place in the one before.

    江苏省南京市鼓楼区… has one chain, 鼓楼区… as many as there are such districts. A short name
    counts where it is of a province or prefecture (南京…), of a county after another short name
    (江苏昆山…) or before the ending of a zone (昆山高新区…), and nothing follows that makes it
    another name (延安路). Of equally long chains only those count whose names fit the `year` best,
    and of these those with the fewest short names.
    """
    chains = [each for each in _chains(text, 0, ()) if not _is_bygone(each[0], year)]
    longest = max((end for _, end in chains), default=0)
    best = _best([chain for chain, end in chains if end == longest], year)
    fullness = {tuple(n.place for n in chain): all(n.full for n in chain) for chain in best}
    return tuple(Beginning(places, text[longest:], full) for places, full in fullness.items())


@lru_cache(maxsize=65536)
def zone_of_agency(agency: str) -> str | None:
    """The code of the zone whose committee or agency is named; None for all others.

    A zone that is a division under another name is that division.
    """
    ends = [beginning.places[-1] for beginning in at_beginning(agency)]
    zones_named = (end for end in ends if isinstance(end, Zone) and not end.coextensive_with)
    return next((zone.code for zone in zones_named), None)


def _best(chains: Sequence[_Chain], year: int | None) -> Sequence[_Chain]:
    """The chains that rank highest, without those whose last place gives way to another's."""
    if len(chains) < 2:
        return chains
    ranks = [_rank(chain, year) for chain in chains]
    best = [chain for chain, rank in zip(chains, ranks, strict=True) if rank == min(ranks)]
    last = [chain[-1] for chain in best]
    return [chain for chain in best if not _outdone(chain[-1], last)]


def _rank(chain: _Chain, year: int | None) -> tuple[int, int, int, int]:
    """How badly a chain fits; the least rank is the best.

    How far its names are off a year, how many are short, how many places lie elsewhere today, and
    how little of the text the last name takes, where a listed name may go before one by rule.
    """
    codes = [naming.place.region_code for naming in chain]
    moved = sum(above not in upwards(below) for above, below in pairwise(codes))
    off = max(naming.years_off(year) for naming in chain)
    return off, sum(not naming.full for naming in chain), moved, -chain[-1].length


def _is_bygone(chain: _Chain, year: int | None) -> bool:
    """Whether a chain has the short name of a region that ended: 莱芜 is not 莱芜市 in 2023."""
    return any(
        not naming.full and naming.years_off(year) > 1 and standing(code) != (code,)
        for naming in chain
        for code in (naming.place.region_code,)
    )


def _outdone(naming: _Naming, others: Sequence[_Naming]) -> bool:
    """Whether a place gives way to one that followed it or has the better right to a short name.

    That is a province, or the prefecture around the place. 宣化区 stood beside 宣化县 before.
    """
    code = naming.place.region_code
    after, ended = standing(code), regions()[code].last_year
    for other in others:
        follows = after == (other.place.region_code,) and ended is not None
        if follows and regions()[other.place.region_code].first_year > (ended or 0):
            return True
        around = other.height == 2 or (other.height and other.place.region_code in naming.lies_in)
        if around and not (naming.full or naming.height):
            return True
    return False


def _chains(text: str, start: int, above: _Chain) -> Iterator[tuple[_Chain, int]]:
    """Chains with which a text goes on after the places above, each with its end."""
    for name, namings in _by_beginning().get(text[start : start + 2], ()):
        if not text.startswith(name, start) or (not above and name in rules().no_place_alone):
            continue
        end = start + len(name)
        for naming in namings:
            if not _follows(naming, above):
                continue
            yield from _held_zone(text, end, naming, above)
            if naming.full or naming.height or (above and not above[-1].full):
                chain = (*above, naming)
                yield from _chains(text, end, chain)
                if _ends_at(text, end, naming.full):
                    yield chain, end


def _follows(naming: _Naming, above: _Chain) -> bool:
    """Whether a name may come after the places above it."""
    if not above:
        return not naming.only_in
    region_code = above[-1].place.region_code
    if naming.place == above[-1].place and not naming.full:
        return False  # 淮安市淮安生态环境局 is of 淮安区
    return region_code in naming.lies_in and naming.only_in in ("", region_code)


def _held_zone(
    text: str, start: int, holder: _Naming, above: _Chain
) -> Iterator[tuple[_Chain, int]]:
    """The chain with the zone that a place holds, where its ending follows the place's name."""
    if isinstance(holder.place, Zone):
        return
    if not text.startswith(_endings(), start):
        return
    for ending, kind in zone_endings():
        if text.startswith(ending, start):
            named = (*above, holder) if holder.full else above
            zone = _zone_naming(holder, kind, text[:start])
            yield (*named, zone), start + len(ending)
            return


@lru_cache(maxsize=1)
def _endings() -> tuple[str, ...]:
    """The endings alone."""
    return tuple(ending for ending, _ in zone_endings())


def _zone_naming(holder: _Naming, kind: str, name: str) -> _Naming:
    """The name of a zone made of its holder's, with which a text ends.

    That of a county, left short, is no full one, nor that of a prefecture where counties elsewhere
    are called so too, as 朝阳, and the zone is not listed.
    """
    assert isinstance(holder.place, Region)
    zone = zone_of(holder.place, kind)
    is_clear = zone.code in zones() or not name.endswith(_shared_with_counties())
    full = holder.full or (holder.height > 0 and is_clear)
    return _naming("", zone, full, (holder.first_year, holder.last_year))


@lru_cache(maxsize=1)
def _shared_with_counties() -> tuple[str, ...]:
    """Short names of prefectures, or provinces, that counties which lie elsewhere have too."""
    return tuple(
        name
        for name, namings in _namings().items()
        for above in namings
        if above.height and not above.full
        for naming in namings
        if not (naming.height or naming.full) and above.place.code not in naming.lies_in
    )


def _of_held_zones(name: str) -> list[_Naming]:
    """Zones that bear the name of the division holding them."""
    for ending, kind in zone_endings():
        if name.endswith(ending):
            holders = _namings().get(name.removesuffix(ending), ())
            regional = [h for h in holders if isinstance(h.place, Region)]
            return [_zone_naming(h, kind, name.removesuffix(ending)) for h in regional]
    return []


def _ends_at(text: str, end: int, full: bool) -> bool:
    """Whether what follows a name leaves it what it is."""
    if full:
        return not rules().no_ending_in.match(text, end - 1)
    return not rules().no_short_before.match(text, end)


@lru_cache(maxsize=1)
def _namings() -> dict[str, tuple[_Naming, ...]]:
    """All that each name can stand for, zones of the divisions' own names aside."""
    known: dict[str, list[_Naming]] = {}
    for region in regions().values():
        for name, years in _names_of(region):
            known.setdefault(name, []).append(_naming(name, region, True, years))
            for short in short_names(region.code, name):
                full = short.endswith(_UNITS) and name.endswith((short[-1], "县区"))
                known.setdefault(short, []).append(_naming(short, region, full, years))
    for zone in zones().values():
        years = (zone.first_year, zone.last_year)
        for name in (zone.name, *zone.short_names):
            known.setdefault(name, []).append(_naming(name, zone, True, years))
        if name := _name_within(zone):
            known.setdefault(name, []).append(_naming(name, zone, True, years, zone.held_by))
    return {name: tuple(namings) for name, namings in known.items()}


def _names_of(region: Region) -> Iterator[tuple[str, tuple[int | None, int | None]]]:
    """The names of a region with their first and last years, None where open."""
    first_year = region.first_year if region.first_year > FIRST_YEAR else None
    for name, last_year in region.former_names:
        yield name, (first_year, last_year)
        first_year = last_year + 1
    yield region.name, (first_year, region.last_year)


def _name_within(zone: Zone) -> str:
    """A zone's name without that of its holder, where it begins with it and more follows."""
    holder = regions()[zone.held_by]
    for prefix in (holder.name, *short_names(holder.code, holder.name)):
        name = zone.name.removeprefix(prefix)
        if name != zone.name and name not in zone.short_names and name not in _endings():
            return name
    return ""


@lru_cache(maxsize=1)
def _by_beginning() -> dict[str, list[tuple[str, tuple[_Naming, ...]]]]:
    """Names, and what they stand for, by their first two characters."""
    found: dict[str, list[tuple[str, tuple[_Naming, ...]]]] = {}
    for name, namings in _namings().items():
        found.setdefault(name[:2], []).append((name, namings))
    return found
