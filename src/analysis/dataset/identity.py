"""Whose report it is: which agency, where it is, and in whose name it speaks.

The strongest source counts: what the manifest gives, then the title, the page's metadata, the
preamble, the period of the statistics, the address, folders and file names. Where sources disagree,
or a name may be that of several agencies, the fact is left open and it is said why.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from analysis.dataset.agencies import MAKERS, OFFICES
from analysis.dataset.names import Reading, called, level_of, lies_below, readings, region_of
from analysis.dataset.place_names import Place
from analysis.dataset.regions import Region, line, regions
from analysis.dataset.scopes import scope_of
from analysis.dataset.witnesses import Witness, with_one_name, witnesses
from analysis.dataset.zones import Zone
from analysis.documents.fold import plain
from analysis.documents.origin import counted_in, preamble_of, squeeze
from analysis.documents.title import agency_in, year_in, year_of_period

CERTAIN, LIKELY = "certain", "likely"
_MOST_NAMED = 6
_NOTE = re.compile(r"\(([^()]*)\)")
_NAMING = ("title", "preamble", "source", "site")
_SURE = ("manifest", "title", "preamble")


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose report it is; None where not known.

    `agency` is the full name as far as it is known, `stated` the name as given or printed.
    `agency_id` is the same through renames: a region's code, or a zone's, with a line of work
    (320800:market_regulation). `level` is central, province, prefecture, county, township or
    institution; `scope` agency or aggregate. `known` says of each fact that is known from which
    source and how surely (`title certain`), `open` of each that was left open why, with the
    candidates.
    """

    agency: str | None = None
    agency_type: str | None = None
    region_code: str | None = None
    level: str | None = None
    scope: str | None = None
    year: int | None = None
    agency_id: str | None = None
    stated: str | None = None
    known: Mapping[str, str] = field(default_factory=dict)
    open: Mapping[str, str] = field(default_factory=dict)


def identify(
    title: str, agency: str | None = None, text: str | None = None, url: str | None = None
) -> Identity:
    """Whose report a title is of; an `agency` given wins over the title's.

    The report's `text` and its address tell which of several agencies of one name it is, and may
    give the year and the scope. Nothing is guessed: what stays open is None and said in `open`.
    """
    squeezed = squeeze(text or "")
    told = {
        "title": title,
        "agency": agency_in(title),
        "year": year_in(title),
        "period": year_of_period(squeezed) or year_in(squeezed),
        "preamble": preamble_of(squeezed) or squeezed[:200],
        "counted": counted_in(squeezed),
        "url": url,
    }
    return identity_of(told, {"agency": agency} if agency else {})


def identity_of(
    told: Mapping[str, object], given: Mapping[str, object], path: str = ""
) -> Identity:
    """Whose report a file is, from what its document tells, what is given, and where it lies."""
    told = with_one_name(told)
    year, year_source = _year(told, given)
    heard: Sequence[Witness] = witnesses(told, path, year)
    stated, source = _stated(told, given)
    read = readings(stated, year) if stated else ()
    if not stated:
        read, source = _named_by_witness(heard)
    case = _Case(read, source, heard, dict(given), source)
    other = _named_beside(told, read, heard, year) if stated and source == "title" else ""
    if other:
        case.readings = tuple(dict.fromkeys(replace(r, body=None) for r in read))
        case.open["agency"] = f"disagree: title {stated} / {other}"
    _settle(case)
    return _identity(case, stated, year, year_source, told)


@dataclass(slots=True)
class _Case:
    """What is found out step by step: the readings left, how sure they are, and what is open."""

    readings: tuple[Reading, ...]
    source: str
    witnesses: Sequence[Witness]
    given: dict[str, object]
    named_by: str = ""
    how: str = ""
    open: dict[str, str] = field(default_factory=dict)


def _year(told: Mapping[str, object], given: Mapping[str, object]) -> tuple[int | None, str]:
    """The year with its source: given, of the title, else of the period of the statistics."""
    for facts, name, source in ((given, "year", "manifest"), (told, "year", "title")):
        if facts.get(name):
            year = int(str(facts[name]))
            of_title = source == "manifest" or year in (year_in(str(told.get("title") or "")), None)
            return year, source if of_title else "period"
    period = told.get("period")
    return (int(str(period)), "period") if period else (None, "")


def _stated(told: Mapping[str, object], given: Mapping[str, object]) -> tuple[str | None, str]:
    """The agency's name as given or as the title states it, with its source."""
    for facts, source in ((given, "manifest"), (told, "title")):
        if facts.get("agency"):
            return str(facts["agency"]), source
    return None, ""


def _named_beside(
    told: Mapping[str, object], read: Sequence[Reading], heard: Sequence[Witness], year: int | None
) -> str:
    """Another agency that a note in the title names (…报告（市政府办公室）), or the preamble.

    Any office may make the report of a government; a department makes its own.
    """
    own = {r.body.line.code for r in read if r.body}
    for note in _NOTE.findall(plain(str(told.get("title") or ""))):
        if any(r.body and r.body.line.code not in own for r in readings(note, year)):
            return str(note)
    if not own or not own.isdisjoint(MAKERS):
        return ""
    ids = {r.agency_id for r in read if r.agency_id}
    makers = [r for w in heard if w.source == "preamble" for r in w.readings if r.body]
    alien = [r for r in makers if r.body and r.body.line.code not in own | MAKERS]
    if ids and ids.isdisjoint(r.agency_id for r in makers):
        alien += [
            r
            for r in makers
            if r.body and r.body.line.code in own and any(_lies_in(r.place, x.place) for x in read)
        ]
    return f"preamble {alien[0].name(year)}" if alien else ""


def _named_by_witness(heard: Sequence[Witness]) -> tuple[tuple[Reading, ...], str]:
    """The agency that witnesses name where the title names none, with the strongest source.

    Who makes a government's report makes one of its own as well, and so tells only where; so do
    witnesses that name several agencies.
    """
    naming = [
        w for w in heard if w.source in _NAMING and any(r.body or r.central for r in w.readings)
    ]
    if not naming:
        return (), ""
    kinds = {r.body.key for w in naming for r in w.readings if r.body}
    makers = {r.body.line.code for w in naming for r in w.readings if r.body} & MAKERS
    read = naming[0].readings
    if makers or len(kinds) > 1:
        read = tuple(dict.fromkeys(replace(r, body=None, central="") for r in read))
    return read, naming[0].source


# --- Which of several places --------------------------------------------------------------------


def _settle(case: _Case) -> None:
    """Leave the readings that all witnesses bear out, or none where they disagree."""
    given = case.given.get("region_code")
    placed = tuple(r for r in case.readings if r.place is not None and not r.inside)
    if case.readings and case.readings[0].central:
        case.how = CERTAIN if case.source in _SURE else LIKELY
    elif given:
        _take_given(case, placed, regions()[str(given)])
    elif placed:
        _choose(case, _as_one(placed))
    elif case.readings:
        _find_place(case)


def _take_given(case: _Case, placed: Sequence[Reading], region: Region) -> None:
    """Take the region given; a name without a place is of an agency there.

    A name of another place leaves open which agency it is.
    """
    case.how = CERTAIN
    here = tuple(r for r in placed if r.region_code == region.code)
    bodies = dict.fromkeys(r.body for r in case.readings)
    if placed and not here:
        named = f"manifest {region.code} {region.name} / {case.source} {_named(placed)}"
        case.open["agency"] = f"disagree: {named}"
        case.readings = tuple(Reading(None, body) for body in bodies)
    else:
        case.readings = here or tuple(
            Reading(region, body, inside=lies_below(region, body))
            for body in bodies
            if body and not _is_of_zone(body)
        )


def _is_of_zone(body: object) -> bool:
    """Whether a body runs a zone, whose place a region's code does not tell."""
    return getattr(getattr(body, "line", None), "code", "") == "zone_committee"


def _as_one(placed: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """One reading for the same agency under the codes of several times: the one that stands."""
    if len(placed) > 1 and len({r.agency_id for r in placed}) == 1 and placed[0].agency_id:
        standing = [r for r in placed if not regions()[str(r.region_code)].successors]
        return tuple(standing[:1]) or placed
    return placed


def _choose(case: _Case, placed: tuple[Reading, ...]) -> None:
    """Leave those of several places that the witnesses bear out."""
    left, sources = placed, [case.source]
    for witness in case.witnesses:
        kept = tuple(r for r in left if _is_named_by(witness, r))
        kept = kept or tuple(r for r in left if _bears_out(witness, r))
        if not kept and not witness.weak:
            _disagree(case, left, witness)
            return
        if kept and len(kept) < len(left):
            left = kept
            sources.append(witness.source)
    case.readings = left
    case.how = CERTAIN if len(sources) == 1 and sources[0] in _SURE else LIKELY
    case.source = "+".join(dict.fromkeys(sources))
    if len(left) > 1:
        case.open["region_code"] = f"several: {_named(left)}"


def _is_named_by(witness: Witness, reading: Reading) -> bool:
    """Whether a witness names the very agency of a reading."""
    return any(
        r.agency_id == reading.agency_id or (r.place == reading.place and _is_office(r))
        for r in witness.readings
        if r.agency_id
    )


def _is_office(reading: Reading) -> bool:
    """Whether a reading is of a government or its office."""
    return reading.body is not None and reading.body.line.code in OFFICES


def _bears_out(witness: Witness, reading: Reading) -> bool:
    """Whether a witness speaks of a place that holds the reading's, or lies in it."""
    return not witness.all_places() or any(
        _lies_in(reading.place, place) or _lies_in(place, reading.place)
        for place in witness.all_places()
    )


def _lies_in(place: Place | None, other: Place | None) -> bool:
    """Whether a place lies in another, or is it; of zones the division counts."""
    if place is None or other is None:
        return False
    if isinstance(place, Zone) and isinstance(other, Zone):
        return place.region_code == other.region_code
    return region_of(other) in line(region_of(place))


def _disagree(case: _Case, left: Sequence[Reading], witness: Witness) -> None:
    """Leave the place open where a witness speaks of another one."""
    others = ", ".join(sorted(p.name for p in witness.all_places())[:_MOST_NAMED])
    case.open["region_code"] = f"disagree: {case.source} {_named(left)} / {witness.source} {others}"
    case.readings = tuple(dict.fromkeys(Reading(None, r.body) for r in left))


def _find_place(case: _Case) -> None:
    """Find the place of an agency whose name leaves it out, where the witnesses agree on one."""
    found: dict[str, Reading] = {}
    sources: list[str] = []
    for witness in case.witnesses:
        for reading in _placed_by(witness, case.readings[0]):
            if found and reading.region_code not in found:
                case.open["region_code"] = f"disagree: {_named([*found.values(), reading])}"
                return
            found[str(reading.region_code)] = reading
            sources.append(witness.source)
    if found:
        case.readings = tuple(found.values())
        case.source = "+".join(dict.fromkeys([case.source, *sources]))
        case.how = LIKELY
    elif case.readings[0].body or case.readings[0].place:
        inside = case.readings[0].place
        case.open["region_code"] = f"unsaid: {inside.name if inside else 'nothing'}"


def _placed_by(witness: Witness, reading: Reading) -> list[Reading]:
    """The reading at the place that a witness tells, if it tells one."""
    if witness.weak and not _is_of_zone(reading.body):
        return []
    same = [r for r in witness.readings if r.place and not r.inside and _is_same(r, reading)]
    if same:
        return [replace(r, body=reading.body) if reading.body else r for r in same[:2]]
    fitting = [p for p in witness.all_places() if _may_lie(reading, p)]
    return [replace(reading, place=p, inside=False) for p in fitting[:2]]


def _is_same(one: Reading, reading: Reading) -> bool:
    """Whether two readings are of agencies of one kind and, where need be, of one name."""
    if one.body is None or reading.body is None or one.body.key != reading.body.key:
        return False
    assert one.place is not None
    within = reading.place is None or _lies_in(one.place, reading.place)
    return within and _fits_hint(reading, one.place)


def _fits_hint(reading: Reading, place: Place) -> bool:
    """Whether a place is of the unit, or the kind of zone, that a name hints at."""
    if isinstance(place, Zone) and reading.hint:
        return place.kind == reading.hint
    return not reading.hint or place.name.endswith(reading.hint)


def _may_lie(reading: Reading, place: Place) -> bool:
    """Whether an agency that leaves out its place must be that of a place told beside it.

    It is where its name hints at the unit of the place, or in a county, below which are none.
    """
    if reading.body is None or (reading.place and not _lies_in(place, reading.place)):
        return False
    if _is_of_zone(reading.body):
        return isinstance(place, Zone) and bool(reading.hint) and place.kind == reading.hint
    if isinstance(place, Zone) and not place.coextensive_with:
        return False
    if reading.hint:
        return _fits_hint(reading, place)
    return level_of(place) == "county" and reading.body.line.level != "institution"


def _named(read: Sequence[Reading]) -> str:
    """The places of some readings by code and name."""
    named = [f"{r.place.code} {called(r.place)}" for r in read if r.place]
    return ", ".join(named[:_MOST_NAMED]) + (" …" if len(named) > _MOST_NAMED else "")


# --- The whole identity -------------------------------------------------------------------------


def _identity(
    case: _Case, stated: str | None, year: int | None, year_source: str, told: Mapping[str, object]
) -> Identity:
    """The facts that follow from the readings that are left."""
    read = case.readings
    bodies = dict.fromkeys(r.body.line for r in read if r.body) if all(r.body for r in read) else {}
    kind = next(iter(bodies)) if len(bodies) == 1 else None
    only = read[0] if len(read) == 1 else None
    region = case.given.get("region_code") or (only.region_code if only else None)
    scope, scope_how, scope_open = scope_of(case.given, told, kind, only)
    name = case.given.get("agency") or (only.name(year) if only and not _renames(only) else None)
    facts = {
        "agency": name or stated,
        "agency_type": kind.code if kind else None,
        "region_code": region,
        "level": _level(only),
        "scope": scope,
        "year": year,
        "agency_id": only.agency_id if only else None,
        "stated": stated,
    }
    how = f"{case.source} {case.how or CERTAIN}"
    known = {n: how for n, value in facts.items() if value is not None and n != "stated"}
    known |= {"agency_type": f"{case.named_by} {CERTAIN}"} if kind else {}
    known |= {n: "manifest certain" for n in ("agency", "region_code") if case.given.get(n)}
    known |= {"scope": scope_how} if scope else {}
    known |= {"year": f"{year_source} {CERTAIN}"} if year else {}
    left_open = dict(case.open) | ({"scope": scope_open} if scope_open else {})
    if read and not kind and stated and "agency" not in left_open:
        left_open["agency_type"] = "several kinds" if len(bodies) > 1 else "unknown kind"
    return Identity(**facts, known=known, open=left_open)  # type: ignore[arg-type]


def _renames(reading: Reading) -> bool:
    """Whether nothing of the name is known but where it is."""
    return reading.body is None


def _level(reading: Reading | None) -> str | None:
    """The level of an agency, by its kind or by its place."""
    if reading is None or reading.body is None:
        return None
    if reading.central:
        return "central"
    if reading.body.line.level:
        return reading.body.line.level
    return level_of(reading.place) if reading.place and not reading.inside else None
