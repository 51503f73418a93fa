"""Reads an agency's name: the place that it stands for, and what kind of agency it is.

Every way to read a name is found: 鼓楼区教育局 may be of four districts, and which one it is only
what stands around the name can tell. What is known of neither place nor kind gives no reading.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from analysis.dataset.agencies import Body, body_of, lines
from analysis.dataset.place_names import Beginning, Place, at_beginning, candidates
from analysis.dataset.regions import Region, former_codes, regions
from analysis.dataset.zones import Zone, zone_endings, zones
from analysis.documents.fold import plain
from analysis.documents.reference import REFERENCE, ReferenceDataError, read_csv

CENTRAL = "000000"
_CENTRAL = "central_agencies.csv"
_CENTRAL_BRANCHES = "central_branches.csv"
_HINTED = re.compile(r"(?P<hint>[省市县区旗州盟])(?P<rest>.+)")
_STREET = re.compile(r"人民政府(?P<rest>.+(?:街道|地区)办事处)")
_BRANCH = re.compile(r"(?P<department>.{2,16}?(?:局|委员会|委))(?P<place>.{2,10})(?:分|管理)局")
_COMMITTEE = re.compile(r"(?P<zone>.*?[区园城港岛])(?:管委会|管理委员会)")
_DEPARTMENT = re.compile(r"[^省市县区旗州盟镇乡街村路]{2,14}(?:局|委员会|委|办公室|办|支队|总队)")
_STATE = "中华人民共和国"
_LOCAL = ("township", "subdistrict")
_UNITS = "区县市旗"
_SHORT = range(2, 9)  # lengths of short names of counties
_WHOLE = ("customs", "maritime", "securities", "financial_regulation")
_OF_PROVINCES = re.compile(r"(?<!办公)厅$")


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a name: its place and its body, None where the name does not say.

    `inside` says that the agency lies somewhere in the place and which county's it is, is not said.
    `hint` is the unit of the place that a name such as 市教育局 leaves out (市), or the kind of its
    zone (高新区管委会). A central body has the part of its id after the region as `central`.
    `whole` is a full name that is not made of place and body (国家统计局淮安调查队).
    """

    place: Place | None
    body: Body | None
    inside: bool = False
    hint: str = ""
    central: str = ""
    whole: str = ""

    @property
    def region_code(self) -> str | None:
        """Code of the division under which its reports are filed."""
        return None if self.place is None or self.inside else region_of(self.place)

    @property
    def agency_id(self) -> str | None:
        """An id that stays the same through renames; None where place or kind are open."""
        if self.central:
            return f"{CENTRAL}:{self.central}"
        if self.place is None or self.body is None or self.inside:
            return None
        return f"{lasting(self.place)}:{self.body.key}"

    def name(self, year: int | None = None) -> str | None:
        """The full name with that of its place in a year; None where place or kind are open."""
        if self.body is None or self.inside or (self.place is None and not self.central):
            return None
        if self.place and not self.whole and not has_own_name(self.place):
            return None
        return self.whole or (called(self.place, year) if self.place else "") + self.body.name


# --- Places -------------------------------------------------------------------------------------


def region_of(place: Place) -> str:
    """Code of the division that a place is, is coextensive with, or lies in."""
    return place.region_code


def is_zone(place: Place) -> bool:
    """Whether a place is a zone that is no division under another name."""
    return isinstance(place, Zone) and not place.coextensive_with


def has_own_name(place: Place) -> bool:
    """Whether a place's name is known and that of its agencies begins with it.

    That of a zone known only by its kind and holder is not; a division of the corps bears its
    city's name too.
    """
    return isinstance(place, Region) or (place.code in zones() and place.kind != "xpcc")


def level_of(place: Place) -> str | None:
    """Level of a place: that of its division where it is one; None for a zone of unknown rank."""
    if not is_zone(place):
        return regions()[region_of(place)].level
    return place.level if place.code in zones() else None


@lru_cache(maxsize=8192)
def lasting(place: Place) -> str:
    """A code that stays through renames: of the zone, or of the division that went on as one.

    洪泽县 (320829) went on as 洪泽区 (320813) and nothing else did; 莱芜市, which became a part of
    济南市, keeps its own code.
    """
    code = place.code if is_zone(place) else region_of(place)
    if code not in regions() or not regions()[code].successors:
        return code
    heir = regions()[code].successors[0]
    return heir if code in former_codes(heir) else code


@lru_cache(maxsize=8192)
def called(place: Place, year: int | None = None) -> str:
    """A place's name as agencies bore it in a year: a district's with its prefecture's before."""
    if not isinstance(place, Region):
        return place.name
    name = _name_in(place, year)
    if place.level != "county" or not name.endswith("区"):
        return name
    above = regions()[place.parent]
    return name if above.name.endswith(("省", "自治区")) else _name_in(above, year) + name


def _name_in(region: Region, year: int | None) -> str:
    """The name that a region bore at the end of a year, or bears now."""
    former = (name for name, last_year in region.former_names if year and year <= last_year)
    return next(former, region.name)


# --- Reading ------------------------------------------------------------------------------------


@lru_cache(maxsize=16384)
def readings(name: str, year: int | None = None) -> tuple[Reading, ...]:
    """All ways to read an agency's name in the year of its report; none where nothing is known.

    >>> [reading.agency_id for reading in readings("鼓楼区教育局", 2023)]
    ['320106:education', '320302:education', '350102:education', '410204:education']
    """
    bare = plain(name)
    for text in dict.fromkeys((bare, bare.removeprefix("原"))):
        for read in (_central, _placed, _placeless):
            found = tuple(dict.fromkeys(read(text, year)))
            if found:
                return found
    return ()


def _placed(name: str, year: int | None) -> Iterator[Reading]:
    """Readings of a name that begins with a place."""
    beginnings = at_beginning(name, year)
    known = [reading for each in beginnings for reading in _of(each, name, year)]
    yield from known
    for each in () if known else beginnings:
        if each.full:
            yield Reading(each.places[-1], None, inside=not _is_right_below(each, year))


def _is_right_below(beginning: Beginning, year: int | None) -> bool:
    """Whether an agency of unknown kind is the place's own, or of a part without a code."""
    place, rest = beginning.places[-1], beginning.rest
    if _is_lowest(place):
        return True
    if isinstance(place, Zone) or _BRANCH.fullmatch(rest) or not _DEPARTMENT.fullmatch(rest):
        return False
    return not any(candidates(rest[:length], place.code, year) for length in _SHORT)


def _of(beginning: Beginning, name: str, year: int | None) -> Iterator[Reading]:
    """Readings of what follows a place."""
    for also in () if beginning.full else _of_same_short_name(beginning, name, year):
        yield from _of(also, name, year)
    place, rest = beginning.places[-1], beginning.rest
    street = _STREET.fullmatch(rest)
    body = body_of(street["rest"] if street else rest) if rest else _own_body(place)
    if body is None and place.name.endswith("市"):
        body = _department("市" + rest)  # 南京市监局
    # 荆州市公安消防支队 is no 消防支队 of 公安县.
    parts = _in_a_part(beginning, name, year)
    yield from (r for r in parts if not (body and r.body and r.body.line == body.line))
    if body and _fits(beginning, body):
        inside = lies_below(place, body)
        whole = name if body.line.code in _WHOLE else ""
        if not whole and not has_own_name(place):
            whole = name[: len(name) - len(rest)] + (body.name if rest else "")
        yield Reading(place, _as_of(place, body), inside=inside, whole=whole)


def _of_same_short_name(beginning: Beginning, name: str, year: int | None) -> Iterator[Beginning]:
    """Counties of a place that may be called by the same short name, as 淮安区 of 淮安市."""
    place = beginning.places[-1]
    short = name[: len(name) - len(beginning.rest)]
    for unit in _UNITS if isinstance(place, Region) else "":
        for other in candidates(short + unit, place.code, year):
            if other.code != place.code:
                yield Beginning((other,), beginning.rest, False)


def _department(name: str) -> Body | None:
    """The department of a name, and nothing that stands below a county."""
    body = body_of(name)
    return None if body and body.line.level else body


def _own_body(place: Place) -> Body:
    """What runs a place itself; 茫崖行政委员会 is a committee by its own name."""
    if not isinstance(place, Zone):
        return Body(lines()["government"], "人民政府")
    return Body(lines()["zone_committee"], "" if place.name.endswith("委员会") else "管理委员会")


def _as_of(place: Place, body: Body) -> Body:
    """A body as that of its place: what runs a division is its government, a zone its committee.

    平潭综合实验区管委会 is the government of 平潭县, 加格达奇区人民政府 runs what is no division.
    """
    if body.line.code not in ("zone_committee", "government"):
        return body
    return Body(lines()["zone_committee" if is_zone(place) else "government"], body.name)


def _fits(beginning: Beginning, body: Body) -> bool:
    """Whether a place can have a body, by how the place is written and what it is."""
    place, code = beginning.places[-1], body.line.code
    if not beginning.rest or code in _LOCAL or body.line.level == "institution":
        return beginning.full
    if code == "zone_committee":
        return isinstance(place, Zone)
    if code == "government":
        return not is_zone(place) or (isinstance(place, Zone) and place.kind == "administrative")
    return not _OF_PROVINCES.search(body.name) or level_of(place) == "province"


def lies_below(place: Place, body: Body) -> bool:
    """Whether a body lies in some part of a place, as a township of a prefecture does."""
    if body.line.level == "institution":
        return level_of(place) == "province"
    return body.line.code in _LOCAL and not _is_lowest(place)


def _is_lowest(place: Place) -> bool:
    """Whether townships lie right in a place: in a county, or a prefecture that has none."""
    if is_zone(place):
        return False
    code = region_of(place)
    return regions()[code].level == "county" or (code[4:] == "00" and code not in _parents())


@lru_cache(maxsize=1)
def _parents() -> frozenset[str]:
    """Codes of regions with others below them."""
    return frozenset(region.parent for region in regions().values())


def _in_a_part(beginning: Beginning, name: str, year: int | None) -> Iterator[Reading]:
    """A branch in a part of the place: 南京市公安局玄武分局, 淮安市洪泽生态环境局."""
    place, rest = beginning.places[-1], beginning.rest
    if isinstance(place, Zone):
        return
    branch = _BRANCH.fullmatch(rest)
    if branch:
        parts = [(branch["place"], branch["department"])]
    else:
        parts = [(rest[:length], rest[length:]) for length in _SHORT]
    for part, department in parts:
        body = body_of(department)
        if body is None or body.line.level or body.line.by_name or body.line.code in _ZONES:
            continue
        found = _parts(part, place.code, year)
        yield from (Reading(p, body, whole=name) for p in found)
        if branch and not found and rest.endswith("分局"):
            yield Reading(place, body, inside=True)


def _parts(name: str, code: str, year: int | None) -> list[Place]:
    """The parts of a region that a name means, 淮安区 where 淮安市 is called so too."""
    found = [p for p in candidates(name, code, year) if region_of(p) != code]
    with_unit = [p for unit in _UNITS for p in candidates(name + unit, code, year)]
    return found or [p for p in with_unit if region_of(p) != code and _stands(p, year)]


def _stands(place: Place, year: int | None) -> bool:
    """Whether a place stands in a year, or did in the year before."""
    return year is None or (place.last_year or year) >= year - 1


_ZONES = ("zone_committee", "government", "government_office")


# --- Names without a place ----------------------------------------------------------------------


def _placeless(name: str, year: int | None) -> Iterator[Reading]:
    """The reading of a name without a place; it may name the level, or the kind of the zone."""
    body = body_of(name)
    if body and body.line.code != "zone_committee":
        yield Reading(None, body)
        return
    committee = _COMMITTEE.fullmatch(name)
    if committee:
        yield Reading(None, _committee(), hint=dict(zone_endings()).get(committee["zone"], ""))
        return
    hinted = _HINTED.fullmatch(name)
    body = body_of(hinted["rest"]) if hinted else None
    if hinted and body and body.line.code not in _LOCAL:
        yield Reading(None, body, hint=hinted["hint"])


def _committee() -> Body:
    """The committee of a zone."""
    return Body(lines()["zone_committee"], "管理委员会")


# --- Central bodies and their branches ----------------------------------------------------------


def _central(name: str, year: int | None) -> Iterator[Reading]:
    """A central body, or its branch in a place (国家税务总局江苏省税务局)."""
    known = _central_bodies().get(name) or _central_bodies().get(name.removeprefix(_STATE))
    if known:
        yield Reading(None, known[0], central=known[1])
        return
    for prefix, ending, code in _branches():
        if name.startswith(prefix) and name.endswith(ending) and len(name) > len(prefix):
            inner = name[len(prefix) : len(name) - len(ending)]
            found = [] if code in _WHOLE else list(candidates(inner, None, year))
            if not found:
                found = [each.places[-1] for each in at_beginning(inner, year) if not each.rest]
            body = Body(lines()[code], name)
            yield from (Reading(place, body, whole=name) for place in found)


@lru_cache(maxsize=1)
def _central_bodies() -> dict[str, tuple[Body, str]]:
    """Central bodies by full and short name, with the part of their id after the region."""
    known: dict[str, tuple[Body, str]] = {}
    for number, row in read_csv(
        REFERENCE / _CENTRAL, required=("name", "short", "agency_type", "id")
    ):
        body = Body(lines()[_checked(_CENTRAL, number, row["agency_type"])], row["name"])
        known |= dict.fromkeys([row["name"], *row["short"].split()], (body, row["id"]))
    return known


@lru_cache(maxsize=1)
def _branches() -> list[tuple[str, str, str]]:
    """Beginnings and endings of the names of branches of central bodies, with their kind."""
    rows = read_csv(REFERENCE / _CENTRAL_BRANCHES, required=("prefix", "ending", "agency_type"))
    return [
        (row["prefix"], row["ending"], _checked(_CENTRAL_BRANCHES, number, row["agency_type"]))
        for number, row in rows
    ]


def _checked(file: str, number: int, code: str) -> str:
    """The code of a kind of agencies, refused with the line where it is none."""
    if code not in lines():
        raise ReferenceDataError(f"{file}, line {number}: unknown agency type {code!r}")
    return code
