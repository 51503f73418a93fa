"""The narrative of a report: its sections with their headings, without the tables between them.

A section begins at a heading such as 五、存在的主要问题及改进情况; what is text in it shows in its
marks: sentences end in 。, cells do not. Lines that a page or an editor has wrapped are joined.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

from analysis.documents.fold import fold, plain
from analysis.documents.headings import is_heading_line, section_ordinal
from analysis.documents.numbers import is_page_number
from analysis.documents.reference import load_toml, vocabulary

WRAPPED = ("pdf", "scan", "text")  # formats in which a line of text may go on in the next
_FULL = 0.85  # of the usual width has a line that goes on
_LEAST_LINES = 5  # that are wide, to tell the usual width
_LEAST_WIDE, _MOST_WIDE = 40, 120  # halves of a character; longer lines are whole paragraphs
_MOST_WORDS = 30  # characters of a section that is no sentence
_MOST_HEAD_LINES = 80
_MOST_AROUND_TITLE = 10  # characters; a longer line names the title, and is a sentence
_MOST_UNTOLD = 3  # short lines in a row, and the report has ended
_LEAST_TEXT = 4  # characters of a line that is text, unless it ends a sentence
_LEAST_INTRODUCTION = 12  # characters of a line that ends in a colon
_LEAST_CLAUSES = 15  # characters of a line of clauses that lacks its full stop
_LEAST_SENTENCE = 8  # characters of a sentence that can be told from others
_LONGEST_LABEL = 80
_LONGEST_HEADING = 40
_LONGEST_ROW = 400

_ORDINALS = "一二三四五六七八九十"
_ORDINAL_MARK = re.compile(f"[{_ORDINALS}]、")
_SENTENCE = re.compile("[。！？；!?;]")
_CLAUSES = re.compile(r"[^（）()]{4,}，[^（）()]{4,}")
_IN_BRACKETS = re.compile("[（(][^（）()]*[)）]")
_ENDS = re.compile("[。！？；!?;][”’\"')）》]*$")
_FIGURES = re.compile(
    r"(?:^|\s)-?[\d.,]+(?:\s+[-—/\d.,]+)+$|(?:,[-—/\d.]*){3,}$|^[\s\d.,/|:%—–。；-]+$|^\|"
)
_LAST_FIGURE = re.compile(r"\s[-\d.,]+$")
_SUBHEADING = re.compile(rf"[（(【]?(?:[{_ORDINALS}]{{1,3}}|\d{{1,2}})[)）】、.．]")
_AFTER_NUMBER = r"[)）】、.．，,:：\s]"
_NUMBERED = (
    rf"[第（(【]?(?:[{_ORDINALS}]|\d{{1,2}})(?:(?:部分|章){_AFTER_NUMBER}*|{_AFTER_NUMBER}+)"
)
_MARK = re.compile(_NUMBERED.replace("(?:[", "(?P<n>[", 1))
_BEGINS_MARK = frozenset(_ORDINALS + "第（(【0123456789")
_SENTENCES = re.compile("[。！？；!?;\n]+")


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a report: its ordinal (0 where it has none), its heading and its text.

    The text has a paragraph a line. `sentences` are digests of its sentences as folded, so that
    those of two reports can be compared.
    """

    section: int
    heading: str
    text: str
    sentences: tuple[int, ...] = ()


def sections(lines: Sequence[str], title: object = None, wrapped: bool = False) -> list[Section]:
    """The sections that have a text, in printed order; what stands before the first has number 0.

    Args:
        lines: of the document, as `Document.lines` gives them.
        title: of the report as read; what stands before it is no part of the report.
        wrapped: whether text may go on in the next line.
    """
    full = _full_width(lines) if wrapped else 0
    parts = list(_parts(_parted(lines), title))
    found: list[Section] = []
    for number, (heading, body) in enumerate(parts, start=1):
        blocks = _joined(body, full) if full else body
        is_last = number == len(parts)
        if not is_last and _has_no_table(heading) and _is_text_alone(blocks):
            kept = list(blocks)
        else:
            kept = _narrative(blocks, is_last) or (_few_words(blocks) if heading else [])
        text = "\n".join(kept)
        if text:
            found.append(Section(_ordinal(heading), heading, text, digests(text)))
    return found


def digests(text: str) -> tuple[int, ...]:
    """Digests of the sentences of a text, folded, the same for the same words in any print."""
    folded = "\n".join(map(plain, text.split("\n")))
    told = (one for one in _SENTENCES.split(folded) if len(one) >= _LEAST_SENTENCE)
    return tuple(crc32(one.encode()) for one in told)


# --- Lines → sections ---------------------------------------------------------------------------


def _parts(lines: Sequence[str], title: object) -> Iterator[tuple[str, Sequence[str]]]:
    """Headings of sections with the lines below each; first the lines between title and them."""
    heads = [n for n, line in enumerate(lines) if line[0] in _begins() and _is_section(line)]
    heads = heads or [n for n, line in enumerate(lines) if _is_numbered_otherwise(line)]
    first = heads[0] if heads else len(lines)
    begin = _after_title(lines[: min(first, _MOST_HEAD_LINES)], title)
    yield "", lines[begin:first]
    for head, end in pairwise([*heads, len(lines)]):
        yield lines[head].strip("#* "), lines[head + 1 : end]


def _after_title(lines: Sequence[str], title: object) -> int:
    """The position after the last line that is the title, or an end of it; 0 without one."""
    if not title:
        return 0
    at = (n for n, line in enumerate(lines, start=1) if _ends_title(plain(line), str(title)))
    return max(at, default=0)


def _ends_title(line: str, title: str) -> bool:
    """Whether a line holds a title, or is the last line of one that is broken."""
    holds = title in line and len(line) <= len(title) + _MOST_AROUND_TITLE
    return holds or (len(line) > 3 and title.endswith(line))


@lru_cache(maxsize=1)
def _begins() -> frozenset[str]:
    """The characters that a heading of a section may begin with."""
    return frozenset(_ORDINALS + "#*" + "".join(title[0] for title in _words()["titles"]))


@lru_cache(maxsize=4096)
def _is_section(line: str) -> bool:
    """Whether a line is the heading of a section: not a row of a table, not a sentence."""
    if len(line) > _LONGEST_LABEL or not is_heading_line(line) or _is_row(line):
        return False
    if line[0] in "#*":
        line = line.lstrip("#* ")
    bare = plain(line)
    if not section_ordinal(line):
        return bare.startswith(tuple(_words()["titles"]))
    return len(bare) > 3 and fold(line) not in vocabulary()["requests", "row"]


def _is_numbered_otherwise(line: str) -> bool:
    """Whether a line is a known heading numbered as （一）, 1. or 第一部分, as in some reports."""
    mark = _MARK.match(line)
    if mark is None or not is_heading_line(line) or _is_row(line):
        return False
    return plain(line[mark.end() :]).startswith(tuple(_words()["titles"]))


def _ordinal(heading: str) -> int:
    """The ordinal of a section by its heading, 0 where it has none."""
    mark = _MARK.match(heading)
    if section_ordinal(heading) or mark is None:
        return section_ordinal(heading)
    return int(mark["n"]) if mark["n"].isdecimal() else _ORDINALS.find(mark["n"]) + 1


def _parted(lines: Sequence[str]) -> list[str]:
    """Lines, with the headings of sections that run on into their text on lines of their own."""
    told: list[str] = []
    for line in lines:
        told += _head_and_text(line) if line[0] in _BEGINS_MARK and line[1:] else (line,)
    long = [line for line in told if len(line) > _LONGEST_HEADING]
    if not any(map(_ORDINAL_MARK.search, long)):
        return told
    return [piece for line in told for piece in _pieces(line)]


def _head_and_text(line: str) -> list[str]:
    """A line, parted behind a numbered known heading that ends as a sentence does."""
    found = _known_head().match(line)
    return [part for part in found.groups() if part] if found else [line]


@lru_cache(maxsize=1)
def _known_head() -> re.Pattern[str]:
    """A numbered known heading before its text, or before a full stop."""
    titles = "|".join(_words()["titles"])
    return re.compile(rf"({_NUMBERED}(?:{titles}))[。：:]\s*(.*)$")


def _pieces(line: str) -> list[str]:
    """A line, parted at the headings of sections within it."""
    if len(line) <= _LONGEST_HEADING:
        return [line]
    return [bare for piece in _running_head().split(line) if piece and (bare := piece.strip())]


@lru_cache(maxsize=1)
def _running_head() -> re.Pattern[str]:
    """The heading of a section within a line, before its text."""
    ends, starts = ("|".join(_words()[name]) for name in ("heading_ends", "text_starts"))
    return re.compile(
        rf"(?:^|(?<=[。；;)）\s\d]))((?:[{_ORDINALS}])、[^，。；：,;:\s\d（(]{{2,30}}?(?:{ends}))"
        rf"(?=[\s\d（(本全我]|{starts}|$)"
    )


# --- Lines of a section → its text --------------------------------------------------------------


def _narrative(lines: Sequence[str], is_last: bool) -> list[str]:
    """The lines of a section that are text, with the headings right above them.

    The last section ends where the page goes on.
    """
    kept: list[str] = []
    above: list[str] = []
    untold = 0
    is_listing = False
    for line in lines:
        is_short = len(line) < _LEAST_TEXT and line[-1] != "。"
        is_clauses = not (is_last and untold) and _is_clauses(line)
        if not is_short and (is_clauses or _is_text(line)):
            kept += [*above, line]
            above, untold = [], 0
            is_listing = line[-1] in "：:"
        elif not is_short and _SUBHEADING.match(line) and not _is_printed_in_table(line):
            (kept if is_listing else above).append(line)
        else:
            is_listing = False
            above = []
            untold += is_last and not _stands_alone(line)
        if is_last and (untold == _MOST_UNTOLD or _is_end(line)):
            break
    return kept


def _is_text(line: str) -> bool:
    """Whether a line is text: it has the end of a sentence, or introduces what follows."""
    if _SENTENCE.search(line):
        is_sentence = line[-1] == "。" and len(line) >= _LEAST_SENTENCE
        return not _is_end(line) and (is_sentence or not _is_row(line))
    return len(line) >= _LEAST_INTRODUCTION and line[-1] in "：:"


def _is_clauses(line: str) -> bool:
    """Whether a line is clauses of a sentence whose full stop was forgotten, and no label."""
    bare = _IN_BRACKETS.sub("", _SUBHEADING.sub("", line, count=1))
    if len(bare) < _LEAST_CLAUSES or not _CLAUSES.fullmatch(bare):
        return False
    return not (_is_end(line) or _stands_alone(line))


@lru_cache(maxsize=1)
def _end() -> re.Pattern[str]:
    """What stands below a report on a page."""
    return re.compile("|".join(_words()["ends"]))


def _is_end(line: str) -> bool:
    """Whether a line belongs to the page, not to the report."""
    return _end().match(line) is not None


def _has_no_table(heading: str) -> bool:
    """Whether a heading is of a section that has no table in any form."""
    return any(word in heading for word in _words()["without_table"])


def _is_text_alone(lines: Sequence[str]) -> bool:
    """Whether all lines of a section are its text, with or without full stops: none is a table's.

    A long line without a full stop is a table whose cells have run together.
    """
    return not any(
        _stands_alone(line) or _is_end(line) or (len(line) > _LONGEST_LABEL and not _is_text(line))
        for line in lines
    )


def _few_words(lines: Sequence[str]) -> list[str]:
    """How a section without tables or sentences begins: such as 无其他需要报告的事项.

    A heading within it goes with the line below.
    """
    words = lines[: 2 if lines and _SUBHEADING.match(lines[0]) else 1]
    if any(map(_is_row, lines)) or any(len(line) > _MOST_WORDS for line in words):
        return []
    is_other = any(_is_end(line) or _is_printed_in_table(line) for line in words)
    is_heading = not words or _SUBHEADING.match(words[-1])
    return [] if is_other or is_heading else list(words)


@lru_cache(maxsize=4096)
def _is_printed_in_table(line: str) -> bool:
    """Whether a line is a label of a form, perhaps with a figure behind it."""
    if len(line) > _LONGEST_LABEL:
        return False
    return fold(_LAST_FIGURE.sub("", line)) in _labels()


@lru_cache(maxsize=1)
def _labels() -> frozenset[str]:
    """All labels of all forms, folded."""
    return frozenset(label for labels in vocabulary().values() for label in labels)


@lru_cache(maxsize=1)
def _words() -> dict:
    """What tells narrative from what is around it, from `prose.toml`."""
    return dict(load_toml("prose.toml")["narrative"])


# --- Wrapped lines ------------------------------------------------------------------------------


def _full_width(lines: Sequence[str]) -> float:
    """From which width on a line may go on in the next; 0 where lines are whole paragraphs."""
    widths = sorted(width for line in lines if (width := _width(line)) >= _LEAST_WIDE)
    usual = widths[len(widths) // 2] if len(widths) >= _LEAST_LINES else _MOST_WIDE + 1
    return _FULL * usual if usual <= _MOST_WIDE else 0


def _joined(lines: Sequence[str], full: float) -> list[str]:
    """Paragraphs: a line of full width that ends no sentence goes on in the next."""
    blocks: list[str] = []
    goes_on = False
    for line in lines:
        if is_page_number(line):
            continue
        if goes_on and not _stands_alone(line) and not _SUBHEADING.match(line):
            blocks[-1] += line
        else:
            blocks.append(line)
        goes_on = _width(line) >= full and not _ENDS.search(line) and not _stands_alone(line)
    return blocks


def _width(line: str) -> int:
    """The width of a line in print, in halves of a character."""
    return len(line.encode("gb18030", "replace"))


def _is_row(line: str) -> bool:
    """Whether a line is figures, or ends in several, as rows of tables do."""
    return len(line) <= _LONGEST_ROW and _FIGURES.search(line) is not None


def _stands_alone(line: str) -> bool:
    """Whether a line is no part of a paragraph, but a row or a label of a table."""
    return _is_row(line) or _is_printed_in_table(line)
