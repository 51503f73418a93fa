"""What a document says of itself: title, year, agency and date of publication.

Nothing is guessed: a title gives its agency and year only when all of it is of the known shape,
such as 某市某局2023年政府信息公开工作年度报告.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from itertools import islice

from analysis.documents.fold import plain
from analysis.documents.grid import UNREAD, Document
from analysis.documents.reference import load_toml

_YEAR = r"(?:(?:19|20)\d\d|[一二][〇○零Oo0九][〇○零Oo0一二三四五六七八九]{2})"
_KIND = r"(?:年度)?(?:工作)?(?:情况)?的?(?:年度)?(?:工作)?(?:年报|报告|报)"
_SCOPE = r"(?:[局委厅办本]?机关|本部门|[省市县区州]?本级|[^()\d]{0,6}汇总)"
_WHOLE_YEAR = r"年1月1日?[至到—~-]+(?:(?P=after)年)?12月31日"
_TITLE = re.compile(
    rf"(?:\([^()\d]{{1,8}}\))?(?:(?P<before>{_YEAR})(?:年?度?|年年度))?"
    rf"(?P<agency>(?:中国\(..\))?[\u4e00-\u9fff·]{{2,40}}?)??(?:\({_SCOPE}\))?[:,-]?"
    rf"(?:关于)?(?:(?P<between>{_YEAR})(?:年?度?|年年度))?的?政府信息公开(?:工作)?"
    rf"(?:(?P<within>{_YEAR})(?:年?度?|年年度))?{_KIND}"
    rf"(?:\((?:(?P<after>{_YEAR})(?:年?度?|{_WHOLE_YEAR})|[^()\d]*)\))?"
)
_LOOSE_TITLE = re.compile(rf"政府信息公开(?:工作)?{_KIND}")
_AND_YEAR = r"[/、和及与至到~—–](?:19|20)\d\d年"
_YEAR_STATED = re.compile(rf"(?<![\d-])((?:19|20)\d\d)(?:年|(?=政府信息公开|\)|{_AND_YEAR}))")
_CHINESE_YEAR = re.compile(r"([一二][〇○零Oo0九][〇○零Oo0一二三四五六七八九]{2})年")
# A day or month, such as that of publication, is not the year of a report; a period may be.
_DAY = re.compile(r"\w{4}年\w{1,2}月(?:\w{1,3}日)?+(?![至到—~-])")
_PERIOD = re.compile(
    r"((?:19|20)\d\d)(?:年0?1月0?1日?|[.\-/]0?1[.\-/]0?1)(?:起)?(?:至|到|—|-|~)"
    r"(?:\1[年.\-/])?12[月.\-/](?:31|底)"
)
_DATE = re.compile(r"(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})")
_DIGITS = str.maketrans("〇○零Oo一二三四五六七八九", "00000123456789")
_WRAPPING = re.compile(
    r"^(?:\d+/\d+/\d+,\d+:\d\d(?:[AP]M)?|[#*|《“\"'「\s]|标题:|附件[\d一二三四五]?[:、.]"
    r"|关于(?!印发)(?:公布|发布)?|转发)+"
    r"|(?:[*|,;》”\"'」\s]|的?(?:公告|公示)|\.(?:docx?|html?|pdf|txt|wps|xlsx?)"
    r"|[-—_][\u4e00-\u9fff]{2,20}(?:人民政府|政府网站?|门户网站|信息网|公开网|官网)"
    r"|(?<!\d)20\d\d-\d\d?-\d\d?)+$"
)
_LONGEST_TITLE = 70
_HEAD_LINES = 80

_YEAR_PLACES = ("before", "between", "within", "after")

Parts = tuple[str | None, int | None]


@lru_cache(maxsize=1)
def _words() -> dict[str, re.Pattern[str]]:
    """Patterns of the words of `words.toml`: a name's end, what is no name, a date's label."""
    known = {key: "|".join(words) for key, words in load_toml("words.toml")["title"].items()}
    date_behind = r"(?:时间|日期)[:：]?\s*(20\d\d\D\d{1,2}\D\d{1,2})"
    return {
        "agency_end": re.compile(rf"(?:{known['agency_ends']})$"),
        "no_agency": re.compile(rf"{known['no_agency']}|^(?:{known['no_agency_begins']})"),
        "published": re.compile(rf"(?:{known['published']}){date_behind}"),
    }


def read_facts(document: Document) -> dict[str, object]:
    """Title, year, agency, publication date and address as the document states them, else None.

    The year is that of the title, else that of the `period` of the statistics.
    """
    title, (agency, year) = _title(document)
    period = _period_of(document.lines())
    return {
        "title": title,
        "year": year or period,
        "period": period,
        "agency": agency,
        "published": _published(document),
        "url": document.meta.get("url"),
        "format": document.format,
    }


def _title(document: Document) -> tuple[str | None, Parts]:
    """The title with its agency and year: the first that has both, else the one that has more."""
    found: dict[str, Parts] = {}
    loose: list[str] = []
    for candidate in _candidates(document):
        bare = _bare(candidate)
        parts = title_parts(candidate)
        if parts and all(parts):
            return bare, parts
        if parts:
            found.setdefault(bare, parts)
        elif _LOOSE_TITLE.search(bare) and len(bare) <= _LONGEST_TITLE:
            loose.append(bare)
    return _best(found, loose)


def _best(found: dict[str, Parts], loose: list[str]) -> tuple[str | None, Parts]:
    """The fullest title without both facts; facts in which titles differ are left open."""
    agencies = {agency for agency, _ in found.values() if agency}
    years = {year for _, year in found.values() if year}
    agency = agencies.pop() if len(agencies) == 1 else None
    year = years.pop() if len(years) == 1 else None
    ranked = sorted(found, key=lambda title: sum(part is None for part in found[title]))
    return next(iter([*ranked, *loose]), None), (agency, year)


def _candidates(document: Document) -> Iterator[str]:
    """Texts that may be the title, the surest first: a title may be broken over three lines."""
    yield document.meta.get("articletitle", "")
    yield document.meta.get("headline", "")
    yield from re.split(r"[_|]|\s[-–—]\s", document.meta.get("title", ""))
    lines = list(islice(document.lines(), _HEAD_LINES))
    for line in lines:
        yield line
        if "_" in line:
            yield from line.split("_")
    for count in (2, 3):
        for start in range(len(lines) - count + 1):
            yield from _torn_title("".join(lines[start : start + count]))


def _torn_title(joined: str) -> Iterator[str]:
    """Lines joined to a title, unless they begin with a line of navigation, not an agency."""
    parts = title_parts(joined)
    if parts is None or parts[0] is None or _words()["agency_end"].search(parts[0]):
        yield joined


def _bare(text: str) -> str:
    """A title without the signs around it; other lines, which are many, are left as they are."""
    bare = plain(text)
    return _WRAPPING.sub("", bare) if "信息公开" in bare else bare


@lru_cache(maxsize=4096)
def title_parts(title: str) -> Parts | None:
    """Agency and year of a title of the known shape; None for any other text.

    A title of which a sign could not be read names no agency: it may be of another's name.
    """
    match = _TITLE.fullmatch(_bare(title))
    if match is None:
        return None
    stated = {_number(match[name]) for name in _YEAR_PLACES if match[name]}
    agency = match["agency"]
    if len(stated) > 1 or (agency and _words()["no_agency"].search(agency)):
        return None
    whole = agency + "政府" if agency and agency.endswith("人民") else agency
    return None if UNREAD in title else whole, stated.pop() if stated else None


def _number(year: str) -> int:
    """A year as printed, also in Chinese digits."""
    return int(year.translate(_DIGITS))


def years_in(text: str) -> set[int]:
    """The years that a text names, as 2023年 or 二〇二三年."""
    bare = plain(text)
    return {_number(year) for year in _YEAR_STATED.findall(bare) + _CHINESE_YEAR.findall(bare)}


def year_in(text: str) -> int | None:
    """The year that a text names; None where it names none, several, or only that of a day."""
    years = years_in(text)
    return years.pop() if len(years) == 1 and years_in(_DAY.sub("", plain(text))) else None


def agency_in(title: str) -> str | None:
    """The agency that a title of the known shape names."""
    parts = title_parts(title)
    return parts[0] if parts else None


def _period_of(lines: Iterable[str]) -> int | None:
    """The year of the one period that the text states."""
    found = {year_of_period(line) for line in lines if "月" in line and "日" in line} - {None}
    return found.pop() if len(found) == 1 else None


def year_of_period(line: str) -> int | None:
    """The year of the statistics period (自2023年1月1日起至…) that a line states, if it is one."""
    found = {int(year) for year in _PERIOD.findall(plain(line))}
    return found.pop() if len(found) == 1 else None


def _published(document: Document) -> str | None:
    """Date of publication as ISO date, from metadata or a line such as 发布时间."""
    stated = document.meta.get("pubdate", "")
    for line in () if stated else islice(document.lines(), _HEAD_LINES):
        found = _words()["published"].search(line)
        if found:
            stated = found[1]
            break
    found = _DATE.search(stated)
    try:
        return date(*map(int, found.groups())).isoformat() if found else None
    except ValueError:
        return None
