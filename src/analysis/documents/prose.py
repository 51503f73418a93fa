"""Figures in sentences: requests, outcomes, disputes and documents that a report tells of.

Wordings are data (`prose.toml`), and strict: what is not known between the words of a phrase makes
no claim. A figure of another year, of a part, of another body or of several years says so (`odd`).
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from analysis.documents.fold import plain
from analysis.documents.narrative import Section
from analysis.documents.wordings import (
    Wording,
    acting_words,
    all_members,
    body_ends,
    has_office,
    judging_bodies,
    odd_words,
    of_requests,
    own_part,
    plain_request,
    receiving,
    scope_words,
    topics,
    wordings,
)

_LONGEST = 1000  # characters of a sentence; longer ones are tables without their lines
_SENTENCES = re.compile("[。！？!?]+")
_CLAUSES = re.compile("[,;:(]")
_APART = re.compile(r"(?<=\d)\s+(?=\d)")
_COUNTED = re.compile(r"[\d〇零一二两三四五六七八九十百千](?:[件宗起例条份项个单%]|万?元)")
_NONE = re.compile(r"[未没无零]|为0(?![\d.])")
_QUOTES = re.compile("[\"“”'‘’「」]")
_SHARE = re.compile(
    r"[,、]?(?:占比?(?:为|达)?|\()(?:(?:办结|答复|办理结果|办理)(?:申请)?(?:总数|总量|总件数|数|量)?的?)?"
    r"(?P<share>\d{1,3}(?:\.\d+)?)%"
)
_YEAR = re.compile(r"((?:19|20)\d\d)(?=年)")
_TITLES = re.compile(r"《[^》]*》|\((?:19|20)\d\d\)\d+号")
_RANGE = re.compile(r"(?:19|20)\d\d年?(?:至|到|-|—|~)(?:19|20)\d\d年|自(?:19|20)\d\d年(?!1月1日)")
_MONTH = re.compile(r"\d{1,2}月(?!\d)")
_ALL_MONTHS = re.compile(r"(?<!\d)1月?(?:[-—~至到])12月")
_COMPARED = re.compile(
    r"(?:较|比|与|同|对照)(?:上一?年度?|去年度?|往年|(?:19|20)\d\d年度?)(?:同期|相比|度|的)*"
)
_CARRIED = re.compile(r"(?:上一?|去)年度?(?:结转|遗留|转结|转入)|结转(?:上一?|去)年度?")
_WHOLE_YEAR = re.compile(r"^.*(?:上半年|季度|月).*[,;]全年")
_THIS_YEAR_ON = re.compile(r"(?:今年|本年|年初)(?:年初)?以来")
_OF_THEM_IN = re.compile(r"^.*其中,?(?=(?:19|20)\d\d年)")
_DISPUTE = re.compile("行政复议|行政诉讼")
_DISCLOSURE = re.compile("信息公开|申请公开")
_DISPUTES = {
    "行政复议": "reconsideration",
    "行政诉讼": "litigation",
    "直接起诉": "",
    "复议后起诉": "",
}
_LAST_DISPUTE = re.compile("|".join(_DISPUTES))
_APPLICATION = re.compile("(?<!依)申请(?!人)")
_ALL_ROUTES = re.compile(r"通过[^,;]*等(?:各种|多种|各类)?(?:方式|渠道|途径|形式)")
_OF_THEM = re.compile(r"其中[,已共]*$")
_TO_ALL = re.compile("^.*(?:全[省市县区州旗盟镇]|我[局委办厅省市县区])")
_WHOLES = ("whole", "handled", "dispute")
_REQUESTS = re.compile("申请(?!人)")
_OF_WHEN = ("year", "cumulative", "part_of_year")
_UNASKED = re.compile("主动公开|公开属性")
_BRACKETS = re.compile(r"\([^()]*\)")
_SELF = "本我"  # in the name of the body that reports: 本镇, 我中心
_NUMERALS = {sign: n for n, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_YUAN = 10_000  # in 万元
_POWERS = {"十": 10, "百": 100, "千": 1000}
_AROUND_NAME = re.compile(
    r"^(?:(?:19|20)\d\d年度?|全年度?|本年度?|今年|年内|一年来)+|[共累已均依法及时总合计]+$"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure that a sentence states.

    `unit` is 件, 万元, or % for a rate or a share of the requests handled. `scope` is whose figure
    the words say it is: agency (a government by itself too), aggregate, other (another body), or
    nothing. `year` is None where none is named. `odd` says why it is no figure of the whole year
    and body, or nothing; `exact`: the words can mean nothing else.
    """

    quantity: str
    value: float
    sentence: str
    section: int
    scope: str = ""
    year: int | None = None
    odd: str = ""
    exact: bool = False
    unit: str = "件"


def figures(sections: Iterable[Section], agency: str | None = None) -> list[Claim]:
    """Every figure in the narrative that a known wording states, in printed order.

    `agency` is whose report it is, so that its own name is not taken for another body's.
    """
    return [
        claim
        for section in sections
        for paragraph in section.text.split("\n")
        if topics().search(paragraph)
        for claim in _in_paragraph(paragraph, section, agency)
    ]


def _in_paragraph(paragraph: str, section: Section, agency: str | None) -> Iterator[Claim]:
    """The figures of one paragraph; a sentence goes on from whose and when the one before names."""
    before = ""
    last: Claim | None = None
    for printed in _SENTENCES.split(plain(_APART.sub("|", paragraph))):
        sentence = _QUOTES.sub("", printed)
        if _may_tell(f"{section.heading}{before}", sentence):
            told = _in_sentence(_TITLES.sub("", sentence), before, section, agency)
            found = [_going_on(claim, last) for claim in told]
            yield from found
            last = found[-1] if found else last
        before = sentence


def _going_on(claim: Claim, last: Claim | None) -> Claim:
    """A claim, of the year and body of the last one before its sentence where that names none."""
    if last is None:
        return claim
    odd, year = claim.odd, claim.year
    if year is None:
        year, odd = last.year, odd or (last.odd if last.odd in _OF_WHEN else "")
    return replace(claim, year=year, odd=odd, scope=claim.scope or last.scope)


def _may_tell(above: str, sentence: str) -> bool:
    """Whether a sentence counts something, or says that there is none, of requests or disputes."""
    if len(sentence) > _LONGEST or not (_COUNTED.search(sentence) or _NONE.search(sentence)):
        return False
    return topics().search(above + sentence) is not None


def _in_sentence(
    sentence: str, before: str, section: Section, agency: str | None
) -> Iterator[Claim]:
    """The figures of one sentence, by the place where they stand."""
    has = {True: _COUNTED.search(sentence) is not None, False: _NONE.search(sentence) is not None}
    found = [
        (match, one)
        for one in wordings()
        if has[one.counts] and one.word in sentence
        for match in one.pattern.finditer(sentence)
    ]
    for match, wording in sorted(found, key=lambda pair: pair[0].start()):
        context = sentence[: match.start()]
        is_told = "dispute" in wording.about and _DISCLOSURE.search(sentence) is not None
        heading = "" if is_told else section.heading
        for quantity in _quantities_of(wording, match, context):
            claim = Claim(
                quantity,
                _value(match),
                sentence,
                section.section,
                _scope(context, agency),
                _year_of(match, sentence),
                _odd(wording, context, match[0], (heading, before, sentence)),
                wording.exact,
                wording.unit,
            )
            yield claim
            if wording.about == "outcome":
                yield from _share_behind(claim, sentence[match.end() :])


def _share_behind(claim: Claim, behind: str) -> Iterator[Claim]:
    """The share that stands right behind a figure."""
    share = _SHARE.match(behind)
    if share:
        yield replace(claim, value=float(share["share"]), unit="%", exact=False)


def _value(match: re.Match[str]) -> float:
    """The figure of a match; 0 where the words say that there is none."""
    told = match.groupdict()
    text = told.get("n")
    value = 0.0 if text is None else number(text)
    return value / _YUAN if told.get("unit") == "元" else value


def number(text: str) -> float:
    """A count in digits, perhaps with separators, or in Chinese.

    >>> number("1,203"), number("两百一十"), number("十二")
    (1203.0, 210.0, 12.0)
    """
    if text[0].isdecimal():
        return float(text.replace(",", ""))
    total = digit = 0
    for sign in text:
        if sign in _POWERS:
            total += (digit or 1) * _POWERS[sign]
            digit = 0
        else:
            digit = _NUMERALS[sign]
    return float(total + digit)


def _quantities_of(wording: Wording, match: re.Match[str], context: str) -> list[str]:
    """What a wording tells of, by its label where it has one.

    A result is of the kind of dispute named last before it.
    """
    named = _LAST_DISPUTE.findall(context) if wording.about == "dispute_result" else []
    dispute = _DISPUTES[named[-1]] if named else ""
    if wording.about == "dispute_result" and not dispute:
        return []
    found = [wording.labels[match["label"]]] if wording.labels else wording.of
    return [quantity.replace("<dispute>", dispute) for quantity in found]


# --- Of when, of what and whose -------------------------------------------------------------------


def _year(text: str) -> int | None:
    """The year named last in a text, comparisons apart."""
    years = _YEAR.findall(_COMPARED.sub("", text))
    return int(years[-1]) if years else None


def _year_of(match: re.Match[str], sentence: str) -> int | None:
    """The year of a figure: that before the one to which it is carried, else that named last."""
    following = match.groupdict().get("following")
    return int(following) - 1 if following else _year(sentence[: match.end()])


def _odd(wording: Wording, context: str, words: str, around: tuple[str, str, str]) -> str:
    """Why a figure is no count of the whole year and body, or nothing.

    `context` is what stands before its `words` in the sentence, `around` the heading of its
    section, the sentence before and the sentence.
    """
    text = _CARRIED.sub("", _COMPARED.sub("", context))
    for whole in (_OF_THEM_IN, _THIS_YEAR_ON, _ALL_MONTHS, _WHOLE_YEAR):
        text = whole.sub("", text)
    segment = text.rpartition(";")[2]
    if any(found.lastgroup == "aggregate" for found in scope_words().finditer(text)):
        segment = own_part().sub("", segment)
    odd = _odd_when(text) or _odd_part(wording, segment, words)
    if odd:
        return odd
    if wording.about in ("document", "decision", "amount"):
        return "published" if odd_words()["published"].search(segment) else ""
    is_meant = _is_of_disclosure if "dispute" in wording.about else _is_of_requests
    return "" if is_meant(wording, text + words, words, around) else "other_matter"


def _odd_when(text: str) -> str:
    """Why a figure behind a text is not of the whole year, or nothing."""
    odd = odd_words()
    if odd["year"].search(text) or _RANGE.search(text):
        return "year"
    if odd["cumulative"].search(odd["this_year_cumulative"].sub("", text)):
        return "cumulative"
    is_of_part = odd["part_of_year"].search(text) or _MONTH.search(text)
    return "part_of_year" if is_of_part else ""


def _odd_part(wording: Wording, segment: str, words: str) -> str:
    """Why a figure behind a segment of a sentence is a part of another, or nothing."""
    odd, told = odd_words(), _BRACKETS.sub("", segment)
    clause = _CLAUSES.split(_ALL_ROUTES.sub("", segment))[-1]
    told = _OF_THEM.sub("", told) if wording.about == "handled" else told
    members = _TO_ALL.sub("", segment)
    if wording.about in _WHOLES and (odd["part"].search(told) or odd["members"].search(members)):
        return "part"
    if wording.about == "whole" and odd["one_kind"].search(words):
        return "part"
    if wording.about in ("handled", "outcome") and odd["topic"].search(segment):
        return "part"
    is_by_route = wording.about != "dispute_result" and odd["route"].search(clause)
    return "route" if is_by_route else ""


def _is_of_disclosure(_: Wording, text: str, __: str, around: tuple[str, str, str]) -> bool:
    """Whether disputes are about disclosure, and not cases that the body itself decides."""
    if odd_words()["as_organ"].search(text.rpartition(";")[2]):
        return False
    return (_DISCLOSURE.search(text) or _DISPUTE.search(around[0])) is not None


def _is_of_requests(wording: Wording, text: str, words: str, around: tuple[str, str, str]) -> bool:
    """Whether a figure is of requests: not of disputes, petitions or what is disclosed unasked."""
    segment = text.rpartition(";")[2].removesuffix(words)
    heading, before, sentence = around
    is_told = "申请" in f"{heading}{before}{text}" or of_requests().search(sentence) is not None
    if wording.about != "whole" and not is_told:
        return False
    if wording.about == "rate" and not _REQUESTS.search(text):
        return False
    if wording.about == "outcome" and _UNASKED.search(segment):
        return False
    if wording.about in ("handled", "outcome") and _is_of_others(segment):
        return False
    near = _CLAUSES.split(segment)[-2 if wording.about == "handled" else -1 :]
    other = odd_words()["other_matter"].search(" ".join(near))
    return other is None and _DISPUTE.search(segment) is None


def _is_of_others(segment: str) -> bool:
    """Whether what was last received before a figure is something else, such as 行政许可申请."""
    received = deque(receiving().finditer(segment), maxlen=1)
    if not received:
        return False
    named = _CLAUSES.split(segment[received[0].start() :])[0]
    is_plain = _APPLICATION.search(named) is None or plain_request().match(named)
    return not is_plain or odd_words()["other_matter"].search(named) is not None


def _scope(context: str, agency: str | None) -> str:
    """Whose figure it is by the last words before it that say so: a scope, or a body that acts."""
    context = _BRACKETS.sub("", context)
    words = deque(scope_words().finditer(context), maxlen=1)
    at, scope = (words[0].end(), str(words[0].lastgroup)) if words else (0, "")
    if scope == "office":
        scope = "agency" if agency is None or has_office(agency) else "other"
    acting = [found.start() for found in acting_words().finditer(context, at)]
    for end in (len(context), *reversed(acting)):
        clause = _CLAUSES.split(context[at:end])[-1]
        body = _body_in(clause, agency)
        if body and not (scope and all_members().fullmatch(context[at:end])):
            return body
    return scope


def _body_in(named: str, agency: str | None) -> str:
    """Whose figure it is where words before a verb are the name of a body: its own, or another."""
    name = _AROUND_NAME.sub("", named)
    if not name.endswith(body_ends()) or name.endswith(judging_bodies()) or name[0] == "全":
        return ""
    is_own = name[0] in _SELF and name[1:] in body_ends()
    return "agency" if is_own or (agency is not None and _shortens(name, agency)) else "other"


def _shortens(name: str, agency: str) -> bool:
    """Whether a name is a short form of an agency's: its characters, in order."""
    left = iter(agency)
    return all(character in left for character in name)
