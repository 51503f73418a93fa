"""What a document says of itself: title, year, agency and date of publication."""

import re
from collections.abc import Iterable
from itertools import islice

from analysis.documents.fold import plain
from analysis.documents.grid import Document

_REPORT = re.compile(r"政府信息公开.{0,8}?(?:年度报告|年报|年度工作报告|情况报告|工作报告|报告)")
_YEAR = re.compile(r"((?:19|20)\d\d)年?")
_CHINESE_YEAR = re.compile(r"([一二][〇○零Oo0九][〇○零Oo0一二三四五六七八九]{2})年")
_PERIOD = re.compile(r"((?:19|20)\d\d)年1月1日(?:起)?(?:至|到|—|-|~)")
_DATE = re.compile(r"(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})")
_PUBLISHED = re.compile(
    r"(?:发布|公开|发文|成文|信息)(?:时间|日期)[:：]?\s*(20\d\d\D\d{1,2}\D\d{1,2})"
)
_DIGITS = str.maketrans("〇○零Oo一二三四五六七八九", "00000123456789")
_AROUND = re.compile(r"^(?:#+|关于|标题:?)|(?:关于|的)$|[《》“”\"'「」]")
_LONGEST_TITLE = 70
_HEAD_LINES = 80


def read_facts(document: Document) -> dict[str, object]:
    """Title, year, agency, date of publication and address as the document states them, else None.

    The title is taken from the page's metadata, else from the first lines that name a report.
    """
    title = _title(document)
    return {
        "title": title,
        "year": year_in(title or "") or _year_of_period(document.lines()),
        "agency": agency_in(title or ""),
        "published": _published(document),
        "url": document.meta.get("url"),
        "format": document.format,
    }


def _title(document: Document) -> str | None:
    """The first candidate that names a report on disclosure."""
    for candidate in _candidates(document):
        bare = plain(candidate).lstrip("#*")
        if _REPORT.search(bare) and len(bare) <= _LONGEST_TITLE:
            return bare
    return None


def _candidates(document: Document) -> Iterable[str]:
    """Texts that may be the title, the surest first: a title may be broken over three lines."""
    yield document.meta.get("articletitle", "")
    yield from re.split(r"[_|]|\s[-–—]\s", document.meta.get("title", ""))
    lines = list(islice(document.lines(), _HEAD_LINES))
    yield from (line for line in lines if year_in(plain(line)))
    for start in range(len(lines)):
        for count in (1, 2, 3):
            yield "".join(lines[start : start + count])


def year_in(text: str) -> int | None:
    """The year that a text names, as 2023年 or 二〇二三年; None where it names none or several."""
    bare = plain(text)
    years = {int(y) for y in _YEAR.findall(bare)}
    years |= {int(y.translate(_DIGITS)) for y in _CHINESE_YEAR.findall(bare)}
    return years.pop() if len(years) == 1 else None


def agency_in(title: str) -> str | None:
    """The agency that a title names: what is left without year and report."""
    bare = plain(title)
    head = _REPORT.sub("", bare, count=1) if _REPORT.search(bare) else ""
    head = re.sub(r"((?:19|20)\d\d|[一二][〇○零九]..)(?=年)", "", head)
    head = re.sub(r"^年度?|年度?$|年度?(?=工作|$)|\(.*?\)", "", _AROUND.sub("", head))
    return _AROUND.sub("", head.strip("、,.:;年度")) or None


def _year_of_period(lines: Iterable[str]) -> int | None:
    """The year of the statistics period (自2023年1月1日起至…) that the text states."""
    found = {int(y) for line in lines for y in _PERIOD.findall(plain(line))}
    return found.pop() if len(found) == 1 else None


def _published(document: Document) -> str | None:
    """Date of publication as ISO date, from metadata or a line such as 发布时间."""
    stated = document.meta.get("pubdate", "")
    for line in () if stated else islice(document.lines(), _HEAD_LINES):
        found = _PUBLISHED.search(line)
        if found:
            stated = found[1]
            break
    date = _DATE.search(stated)
    return f"{date[1]}-{int(date[2]):02}-{int(date[3]):02}" if date else None
