"""Kinds of agencies: what an agency's name, without its place, says of its line of work.

A department's name is read in whole or not at all: words of work, joined, and an ending such as 局.
Combined names such as 文化和旅游局 are of the line of their first word. What has words that are not
known is of no kind.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from analysis.documents.reference import REFERENCE, ReferenceDataError, read_csv

TYPES = REFERENCE / "agency_types.csv"
_NAMES = REFERENCE / "agency_names.csv"
_COLUMNS = ("code", "zh", "en", "words", "former", "names", "ends", "heir", "by_name", "level")
_JOINED = "[和与及、]"
_ENDING = "(?:领导小组)?(?:局|厅|委员会|委|办公室|办)"
_TOWNSHIP = re.compile(
    r"(?P<name>[\u4e00-\u9fff·]{1,14}?(?:民族乡|族乡|乡|镇|苏木))(?:人民)?(?:政府)?"
)
_SUBDISTRICT = re.compile(
    r"(?:(?P<name>[\u4e00-\u9fff·]{1,12}?)街道(?:办事处|办)?"
    r"|(?P<area>[\u4e00-\u9fff·]{2,12}?(?:地区))办事处"
    r"|(?P<bare>[\u4e00-\u9fff·]{2,12}?)(?:街道)?办事处)"
)
_BESIDE_BUREAUS = ("中心", "馆")
_NOT_LOCAL = re.compile(r"..[省市县区旗盟].|驻|政府|^街道$|^[乡镇]$")
# Kinds of agencies that are a government or its office, and all that make a government's report.
GOVERNING = frozenset(("government", "zone_committee"))
OFFICES = GOVERNING | {"government_office"}
MAKERS = OFFICES | {
    *("government_services", "administrative_approval", "big_data", "business_environment"),
}
_BARE_KIND = 2  # 图书馆 names one agency of a place, 中学 or 医院 any of several


@dataclass(frozen=True, slots=True)
class Line:
    """A line of work: its code, its names, and where an agency of it stands.

    `heir` is the line that took over what it did, as 市场监督管理 did from 工商行政管理; an agency
    of it has the heir's id. Of a line `by_name` a region has several agencies, told by their names.
    `level` is that of its agencies where it is not their region's.
    """

    code: str
    zh: str
    en: str
    heir: str
    by_name: bool
    level: str | None


@dataclass(frozen=True, slots=True)
class Body:
    """An agency by its name without the place: the line, and the name in full.

    `own` is what tells it from others of its line (老子山镇), else empty.
    """

    line: Line
    name: str
    own: str = ""

    @property
    def key(self) -> str:
        """What tells it from the other agencies of its region: the line, where need be the name.

        Beside a bureau there may be a centre or an archive of the same line.
        """
        code = self.line.heir or self.line.code
        named = self.line.by_name or self.name.endswith(_BESIDE_BUREAUS)
        return f"{code}:{self.own or self.name}" if named else code


@lru_cache(maxsize=1)
def _rows() -> list[tuple[int, dict[str, str]]]:
    """The lines of `agency_types.csv`."""
    return read_csv(TYPES, known=_COLUMNS, required=_COLUMNS)


@lru_cache(maxsize=1)
def lines() -> dict[str, Line]:
    """All lines of work by code.

    Raises ReferenceDataError, with the line, for a code that stands twice and an unknown heir.
    """
    known: dict[str, Line] = {}
    for number, row in _rows():
        if row["code"] in known:
            raise ReferenceDataError(f"{TYPES.name}, line {number}: {row['code']} stands twice")
        known[row["code"]] = Line(
            row["code"],
            row["zh"],
            row["en"],
            row["heir"],
            row["by_name"] == "yes",
            row["level"] or None,
        )
    for number, row in _rows():
        if row["heir"] and row["heir"] not in known:
            raise ReferenceDataError(f"{TYPES.name}, line {number}: unknown heir {row['heir']!r}")
        if row["level"] not in ("", "township", "institution"):
            raise ReferenceDataError(f"{TYPES.name}, line {number}: unknown level {row['level']!r}")
    return known


@lru_cache(maxsize=1)
def _words() -> dict[str, Line]:
    """The words of work, of today and of before, with the line that each is of."""
    return _learn("words", "former")


@lru_cache(maxsize=1)
def _whole_names() -> dict[str, Line]:
    """Names that are those of an agency as they stand."""
    return _learn("names")


def _learn(*columns: str) -> dict[str, Line]:
    """Texts of some columns with their lines; one that two lines claim stops with the second."""
    known: dict[str, Line] = {}
    for number, row in _rows():
        for text in (text for column in columns for text in row[column].split()):
            if text in known:
                raise ReferenceDataError(
                    f"{TYPES.name}, line {number}: {text!r} is of {known[text].code} already"
                )
            known[text] = lines()[row["code"]]
    return known


@lru_cache(maxsize=1)
def _department() -> re.Pattern[str]:
    """The name of a department: one or several words of work and an ending."""
    word = "|".join(sorted(map(re.escape, _words()), key=len, reverse=True))
    return re.compile(
        rf"(?:(?:人民)?政府|管理委员会|管委会)?(?P<first>{word})(?:{_JOINED}?(?:{word}))*{_ENDING}(?:\(.*\))?"
    )


@lru_cache(maxsize=1)
def _institution() -> re.Pattern[str]:
    """The end of the name of a school, a hospital or another institution."""
    return re.compile(
        "|".join(f"(?P<{row['code']}>{_any(row)})$" for _, row in _rows() if row["ends"])
    )


def _any(row: dict[str, str]) -> str:
    """A pattern of the endings of a line, the longest first."""
    return "|".join(sorted(map(re.escape, row["ends"].split()), key=len, reverse=True))


@lru_cache(maxsize=1)
def _full_names() -> dict[str, str]:
    """Short names with what they are short for; one that stands twice stops with its line."""
    known: dict[str, str] = {}
    for number, row in read_csv(_NAMES, required=("short", "full")):
        if row["short"] in known:
            raise ReferenceDataError(f"{_NAMES.name}, line {number}: {row['short']} stands twice")
        known[row["short"]] = row["full"]
    return known


@lru_cache(maxsize=16384)
def body_of(name: str) -> Body | None:
    """The agency whose name without its place is given; None where any of it is not known.

    >>> body_of("卫健委").name
    '卫生健康委员会'
    """
    full = _full_names().get(name, name)
    line = _whole_names().get(full) or _whole_names().get(name)
    if line:
        return Body(line, full)
    match = _department().fullmatch(full)
    if match:
        return Body(_words()[match["first"]], full)
    found = _institution().search(name)
    if found and (len(name) > len(found[0]) or len(name) > _BARE_KIND):
        return Body(lines()[str(found.lastgroup)], name)
    return _local(name)


def _local(name: str) -> Body | None:
    """A township or a subdistrict, without a place before its name."""
    township = _TOWNSHIP.fullmatch(name)
    if township and not _NOT_LOCAL.search(township["name"]):
        return Body(lines()["township"], township["name"] + "人民政府", township["name"])
    street = _SUBDISTRICT.fullmatch(name)
    if not street:
        return None
    bare = street["name"] or street["bare"] or street["area"]
    own = bare if street["area"] else f"{bare}街道"
    if _NOT_LOCAL.search(bare):
        return None
    return Body(lines()["subdistrict"], own + "办事处", own)
