"""What speaks of whose report a file is, beside its title: preamble, page, address and folders.

A witness names agencies, or places only. The strongest comes first.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from analysis.dataset.agencies import GOVERNING, MAKERS
from analysis.dataset.names import Reading, readings
from analysis.dataset.place_names import Place, at_beginning
from analysis.dataset.regions import regions
from analysis.documents.fold import plain
from analysis.documents.reference import REFERENCE, ReferenceDataError, read_csv
from analysis.documents.title import agency_in, title_parts

HOSTS = REFERENCE / "hosts.csv"
_GOVERNMENT = ".gov.cn"
_NOTE = re.compile(r"\(([^()]*)\)")
_TWO_NAMES = re.compile(r"(?:\d{4}年度?)?(?P<first>[^()\d]{4,40})\((?P<second>[^()\d]{4,40})\)")
_MADE_BY = (
    re.compile(
        r"由(?P<name>[\u4e00-\u9fff]{3,40}?)(?:根据|按照|依据|依照|(?:负责|组织)?(?:编制|编写))"
    ),
    re.compile(
        r"(?:^|[,。;:、]|现将|现公布|特将|公布)(?P<name>[\u4e00-\u9fff]{3,40}?)"
        r"(?:根据|按照|依据|(?:组织|认真)?(?:编制|编写)|(?=(?:19|20)\d\d年度?政府信息公开))"
    ),
)
_PINYIN = re.compile(r"(?<![a-z])[a-z]{4,}(?![a-z])")
_CLAUSE = re.compile(r"[\u4e00-\u9fff]{3,}")
_LONGEST_NAME = 30
_LEADING = re.compile(r"^(?:年度?|本报告由?|本年度报告由?|由|现将|现公布|公布|近年来)+")


@dataclass(frozen=True, slots=True)
class Witness:
    """What one source says: the ways to read the agency that it names, or the places alone.

    A `weak` one can choose between places and never speaks against one.
    """

    source: str
    readings: tuple[Reading, ...] = ()
    places: tuple[Place, ...] = ()
    weak: bool = False

    def all_places(self) -> set[Place]:
        """All places that it names."""
        return {r.place for r in self.readings if r.place is not None} | set(self.places)


def with_one_name(told: Mapping[str, object]) -> Mapping[str, object]:
    """What a document tells, its title without a second name as in 上海市水务局（上海市海洋局）.

    That must be of an agency of the same place. An office that makes the reports of others
    may stand there as their maker, and who is meant stays open.
    """
    title = plain(str(told.get("title") or ""))
    named = _TWO_NAMES.match(title)
    if not named or told.get("agency"):
        return told
    first, second = ({r for r in readings(name) if r.body} for name in named.groups())
    here = {r.region_code for r in first if r.region_code}
    if here.isdisjoint(r.region_code for r in second) or any(_is_maker(r) for r in second):
        return told
    bare = title.replace(f"({named['second']})", "", 1)
    return {**told, "title": bare, "agency": agency_in(bare)}


def _is_maker(reading: Reading) -> bool:
    """Whether a reading is of an office that makes the reports of others."""
    return reading.body is not None and reading.body.line.code in MAKERS - GOVERNING


def witnesses(told: Mapping[str, object], path: str, year: int | None) -> list[Witness]:
    """What notes in the title, preamble, page, address and folders say, as far as it is read."""
    found = [
        *_of_notes(str(told.get("title") or ""), year),
        *_of_preamble(str(told.get("preamble") or ""), year),
        *(_of_name(source, str(told.get(source) or ""), year) for source in ("source", "site")),
        _of_host(str(told.get("url") or "")),
        *_of_path(path, year),
    ]
    return [witness for witness in found if witness.readings or witness.places]


def _of_preamble(preamble: str, year: int | None) -> Iterator[Witness]:
    """Who made the report by its preamble, else the places with which its clauses begin.

    Of several names those readings count that all of them have, else every one.
    """
    text = plain(preamble)
    named = [
        tuple(r for r in readings(_LEADING.sub("", match["name"]), year) if r.body and r.place)
        for pattern in _MADE_BY
        for match in pattern.finditer(text)
    ]
    makers = [each for each in named if each]
    if makers:
        every = dict.fromkeys(r for each in makers for r in each)
        common = tuple(r for r in every if all(r in each for each in makers))
        yield Witness("preamble", common or tuple(every))
        return
    begun = [at_beginning(_LEADING.sub("", c)[:_LONGEST_NAME], year) for c in _CLAUSE.findall(text)]
    places = dict.fromkeys(b.places[-1] for each in begun for b in each if b.full)
    yield Witness("preamble", places=tuple(places), weak=True)


def _of_notes(title: str, year: int | None) -> Iterator[Witness]:
    """The agency that stands in brackets in a title that names none before."""
    if title_parts(title) and not agency_in(title):
        for note in _NOTE.findall(plain(title)):
            yield _of_name("title", note, year)


def _of_name(source: str, name: str, year: int | None) -> Witness:
    """The agency or the place that a name in the page's metadata is of."""
    return Witness(source, tuple(r for r in readings(name, year) if r.place or r.central))


def _of_host(url: str) -> Witness:
    """The place whose government's domain an address is in."""
    host = _host(url)
    code = hosts().get(_domain(host)) if host.endswith(_GOVERNMENT) else None
    return Witness("host", places=(regions()[code],) if code else ())


def _host(url: str) -> str:
    """The host of an address; nothing where it has none."""
    try:
        return urlsplit(url if "//" in url else f"//{url}").hostname or ""
    except ValueError:
        return ""


def _domain(host: str) -> str:
    """The label of a host below gov.cn, as huaian in www.huaian.gov.cn."""
    return host.removesuffix(_GOVERNMENT).rpartition(".")[2]


def _of_path(path: str, year: int | None) -> Iterator[Witness]:
    """The places that folders and the file are named after; short names are weak hints."""
    for part in path.split("/"):
        name = part.rpartition(".")[0] or part
        begun = at_beginning(plain(name), year)
        places = tuple(b.places[-1] for b in begun if b.full)
        if places:
            yield Witness("path", places=places)
        codes = [hosts().get(word) for word in _PINYIN.findall(name.lower())]
        pinyin = tuple(regions()[code] for code in codes if code)
        short = tuple(b.places[-1] for b in begun if not (b.full or b.rest))
        if hinted := pinyin or short:
            yield Witness("path", places=hinted, weak=True)


@lru_cache(maxsize=1)
def hosts() -> dict[str, str]:
    """Region codes by the label of the government's domain below gov.cn.

    Raises ReferenceDataError, with the line, for another domain, one that stands twice, and an
    unknown region.
    """
    known: dict[str, str] = {}
    for number, row in read_csv(HOSTS, required=("host", "region_code")):
        where = f"{HOSTS.name}, line {number}"
        label = row["host"].removesuffix(_GOVERNMENT)
        if label == row["host"] or "." in label or label in known:
            raise ReferenceDataError(f"{where}: {row['host']!r} is no domain, or stands twice")
        if row["region_code"] not in regions():
            raise ReferenceDataError(f"{where}: unknown region {row['region_code']!r}")
        known[label] = row["region_code"]
    return known
