"""What the headings over tables say: of which year, and whose, the figures below are.

A heading is a short line that is no sentence; a line that compares years names none of them.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from analysis.documents.fold import plain
from analysis.documents.issues import Issue, issue
from analysis.documents.reference import load_toml
from analysis.documents.title import agency_in, title_parts, year_of_period, years_in

THIS_YEAR, LAST_YEAR = 0, -1
END_OF_RUN = "。"  # reads as a sentence, which no heading goes on over
_LONGEST = 40
_LONGEST_NOTE = 120
_CORRECTED = re.compile(r"\d.*(?:应为|改为|更正为|有误)|(?:应为|改为|更正为|有误).*\d")
_SENTENCE = re.compile(r"[。!;？！；?]")
_BARE_YEAR = re.compile(r"(?:19|20)\d\d")
_STATED_YEAR = re.compile(r"(?:年[度份]:|期:|FY)((?:19|20)\d\d)(?!\d)")
_MONTHS = re.compile(
    r"(?<!\d)(\d{1,2})月?(?:1日)?(?:至|到|—|-|~)(?:(?:19|20)\d\d年)?(\d{1,2})月"
    r"|截至(?:19|20)\d\d年(?:\d|1[01])月|为(?:19|20)\d\d年\d{1,2}月(?=的?数)"
)
_SHORT_YEAR = re.compile(r"(?<!\d)([0-3]\d)年度")
_YEAR_IN_BRACKETS = re.compile(r"\(((?:19|20)\d\d)年?度?\)")
_BEGINS_WITH_YEAR = re.compile(r"\W*(?:(?:19|20)\d\d年|上年|去年|上一年|往年)")
_FILLED_BY = re.compile(r"(?:填报|报送|编制)?(?:单位|机关|部门)(?:名称)?:")
_SECTION = re.compile(r"#*[一二三四五六七八九十]{1,3}[、.,:]")


@dataclass(frozen=True, slots=True)
class Named:
    """What lines name: years (0 for this one, -1 for the last), scopes, and bodies."""

    years: frozenset[int] = frozenset()
    scopes: frozenset[str] = frozenset()
    bodies: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether anything is named."""
        return bool(self.years or self.scopes or self.bodies)

    def __or__(self, other: "Named") -> "Named":
        """What either names."""
        return Named(
            self.years | other.years, self.scopes | other.scopes, self.bodies | other.bodies
        )

    def over(self, other: "Named") -> "Named":
        """What this names; what the other names where this leaves year, or whose it is, open."""
        whose = self if self.scopes or self.bodies else other
        return Named(self.years or other.years, whose.scopes, whose.bodies)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is known of a report as a whole: its year, its agency, its scope."""

    year: int | None = None
    agency: str | None = None
    scope: str | None = None


def subject_of(facts: Mapping[str, object], given: Mapping[str, object]) -> Subject:
    """The subject of a report by its own title and text, and by what is given about it."""
    known = {**facts, **given}
    year, agency = known.get("year"), known.get("agency")
    scopes = _scopes(plain(str(known.get("title") or "")))
    scope = given.get("scope") or (next(iter(scopes)) if len(scopes) == 1 else None)
    return Subject(
        int(str(year)) if year else None,
        plain(str(agency)) if agency else None,
        str(scope) if scope else None,
    )


def named(lines: Iterable[str]) -> Named:
    """What the headings among some lines name."""
    found = Named()
    for line in lines:
        if told := _named(plain(line)):
            found |= told
    return found


@lru_cache(maxsize=4096)
def is_heading_line(line: str) -> bool:
    """Whether a line may be a heading: short, and no sentence."""
    bare = plain(line)
    return len(bare) <= _LONGEST and not _SENTENCE.search(bare)


def named_by_sentences(lines: Iterable[str]) -> Named:
    """The years, and bodies below its own, of which sentences right above a table say it is.

    A sentence says so where its clause that points below names them, where it begins with a year,
    or where it states the period of the figures; one that compares years names none.
    """
    said = Named()
    for line in lines:
        if told := _named_by_sentence(plain(line)):
            said |= told
    return said


@lru_cache(maxsize=4096)
def _named_by_sentence(line: str) -> Named:
    """What one line says the figures below are of."""
    period = year_of_period(line)
    if period is not None:
        return Named(frozenset({period}))
    clauses = [clause for clause in re.split(r"[,;。]", _undated(line)) if clause]
    telling = [c for c in clauses if any(word in c for word in _words()["pointing"])]
    bodies = frozenset(body for clause in telling for body in _subordinates(clause))
    telling += [c for c in clauses[:1] if _BEGINS_WITH_YEAR.match(c)]
    if any(word in line for word in _words()["comparison"]):
        return Named(bodies=bodies)
    return Named(frozenset(year for clause in telling for year in _years(clause)), bodies=bodies)


def doubtful_notes(lines: Iterable[str], subject: Subject) -> list[Issue]:
    """An error where a note gives the figures above another year, a warning at each correction."""
    found: list[Issue] = []
    corrections, notes, above = (tuple(_words()[n]) for n in ("corrections", "notes", "above"))
    for line in lines:
        bare = plain(line)
        if bare.startswith(corrections) and _CORRECTED.search(bare):
            found.append(issue("correction_notice", raw=line[:_LONGEST_NOTE]))
        elif subject.year and (
            bare.startswith(notes) or (len(bare) <= _LONGEST and bare.lstrip("(").startswith(above))
        ):
            years = {int(year) for year in _about_above().findall(bare)}
            if years and subject.year not in years:
                found.append(issue("note_of_another_year", raw=line[:_LONGEST_NOTE]))
    return found


@lru_cache(maxsize=1)
def _about_above() -> re.Pattern[str]:
    """The year that a note gives the figures above it."""
    above = "|".join(_words()["above"])
    return re.compile(
        rf"(?:{above})[^,;。\d]{{0,6}}(?:为|系|是|属于?)((?:19|20)\d\d)年度?(?=的?数|情况|统计|$|[,;。)])"
    )


@lru_cache(maxsize=4096)
def is_section(line: str) -> bool:
    """Whether a line begins a section of the report, such as 三、收到和处理…."""
    bare = plain(line)
    if _SECTION.match(bare):
        return True
    return is_heading_line(line) and any(word in bare for word in _words()["sections"])


def section_ordinal(line: str) -> int:
    """The ordinal of a section heading such as 三、收到和处理…; 0 where it has none."""
    found = re.match(r"#*([一二三四五六七八九十])[、.,:]", plain(line))
    return "一二三四五六七八九十".index(found[1]) + 1 if found else 0


def is_chapter(line: str) -> bool:
    """Whether a line names a year and no subject, such as 第二部分2022年度数据."""
    bare = _undated(plain(line))
    if not _years(bare) - {THIS_YEAR}:
        return False
    words = "|".join(_words()["chapter"])
    return not re.sub(rf"(?:19|20)?\d\d年?|第[一二三四五六]部分|{words}|[\W\d]", "", bare)


def names_only(line: str, year: int | None) -> bool:
    """Whether a line names this year and no subject, and is no title."""
    if str(year) not in line or is_title(line) or not is_chapter(line.replace("年度", "年")):
        return False
    return _years(_undated(plain(line))) == {year}


@lru_cache(maxsize=4096)
def is_of_no_year(line: str) -> bool:
    """Whether a heading says that what is below is of no whole year: a sum over years, a sample."""
    bare = plain(line)
    if not is_heading_line(line):
        return False
    months = _MONTHS.search(bare)
    part = months is not None and (months[1], months[2]) not in (("1", "12"), ("01", "12"))
    return part or any(word in bare for word in _words()["other_figures"])


def is_title(line: str) -> bool:
    """Whether a line is the title of a report: it names a body and a year."""
    parts = title_parts(line)
    return parts is not None and all(parts)


@lru_cache(maxsize=4096)
def years_of_label(label: str) -> frozenset[int]:
    """Years that a label names, as in 本年(2023)制发件数 or 2015年; not that of 上一年(2022)."""
    bare = _undated(plain(label))
    if any(word in bare for word in _words()["last_year"]):
        return frozenset()
    return frozenset(map(int, _YEAR_IN_BRACKETS.findall(bare))) | years_in(bare)


@lru_cache(maxsize=1)
def _words() -> dict:
    """The words of `headings.toml`."""
    return load_toml("headings.toml")


@lru_cache(maxsize=4096)
def _named(line: str) -> Named:
    """What one line names."""
    if not is_heading_line(line) or line.startswith(tuple(_words()["notes"])):
        return Named()
    years = _years(line)
    if any(word in line for word in _words()["comparison"]):
        years |= {THIS_YEAR, LAST_YEAR} if years else set()
    return Named(frozenset(years), frozenset(_scopes(line)), frozenset(_bodies(line)))


@lru_cache(maxsize=1)
def _dated() -> re.Pattern[str]:
    """Dates, numbers of documents, and years of rules or of cases carried over."""
    year = r"(?:(?:19|20)\d\d年?|[一二][〇○零一二三四五六七八九]{3}年)"
    month = (
        r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})月(?:(?:\d{1,2}|[一二三四五六七八九十]{1,3})日)?"
    )
    acts, carried = "|".join(_words()["dated_acts"]), "|".join(_words()["carried_over"])
    last = "|".join(_words()["last_year"])
    return re.compile(
        rf"{year}{month}(?:的?(?:{acts}))?|{year}的?(?:《[^》]*》)?(?:{acts})"
        rf"|\((?:19|20)\d\d\)第?\d+号|(?:{year}|{last})度?的?(?:{carried})"
    )


def _undated(line: str) -> str:
    """A line without dates, and without years that tell of something else than figures."""
    return _dated().sub("", line)


def _years(line: str) -> set[int]:
    """Years that a line names, dates apart, also as 22年度 or 统计年度：2022."""
    undated = _undated(line)
    years = set(years_in(undated)) | {int(year) for year in _STATED_YEAR.findall(undated)}
    years |= {2000 + int(year) for year in _SHORT_YEAR.findall(undated)}
    if _BARE_YEAR.fullmatch(undated):
        years.add(int(undated))
    for name, year in (("last_year", LAST_YEAR), ("this_year", THIS_YEAR)):
        if any(word in undated for word in _words()[name]):
            years.add(year)
    return years


def _scopes(line: str) -> set[str]:
    """Scopes that a line names."""
    return {name for name, words in _words()["scopes"].items() if any(w in line for w in words)}


@lru_cache(maxsize=1)
def _body() -> re.Pattern[str]:
    """A body at the beginning of a heading, before what is said of it."""
    ends = "|".join(sorted(_words()["bodies"], key=len, reverse=True))
    return re.compile(
        r"[#*\W]*(?:附[件表]?\d*\W*)?(?:\(?[一二三四五六七八九十\d]{1,3}[)、.])?(?:(?:19|20)\d\d年?度?)?"
        rf"(?P<body>[\u4e00-\u9fff]{{2,25}}?(?:{ends}))"
        r"(?=$|\W|(?:19|20)\d\d|政府信息|主动公开|依申请|本级|机关|汇总|情况|统计|数据|年|收费|申请|行政|办理|代理|答复)"
    )


def _subordinates(text: str) -> set[str]:
    """Bodies below the report's own that a text names by themselves, as in 所属单位情况."""
    joined = any(word in text for word in _words()["joined"])
    return set() if joined else {word for word in _words()["subordinate"] if word in text}


def _bodies(line: str) -> set[str]:
    """The body that a line names: as a title does, or at its beginning."""
    if title_parts(line):
        agency = agency_in(line)
        return {agency} if agency else set()
    subordinates = _subordinates(line)
    if subordinates:
        return subordinates
    found = _body().match(_FILLED_BY.sub("", line))
    return {found["body"]} if found else set()
