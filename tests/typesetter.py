"""Typesets annual reports with drawn figures, so that a reader can be tested against a known truth.

A document is set in five steps: choose the form, draw figures that add up, decide what stands in
each cell (a figure, a blank, a mark, a planted slip), lay the cells out in grids, print the grids.
Each hazard seen in published reports acts in one of these steps and draws from its own random
stream, so that a document differs from its clean twin by its hazards alone.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from itertools import groupby
from pathlib import Path
from random import Random
from types import ModuleType
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

Key = tuple[str, str, str]
Printed = tuple[str, float | None, str]
State = tuple[str, float | None]

FORMATS = ("html", "tab", "pipe", "lines", "running", "csv", "docx", "xlsx")
PADDED = ("tab", "pipe", "lines", "csv", "xlsx", "xls")
SUFFIXES = {"tab": ".txt", "lines": ".txt", "running": ".txt", "pipe": ".md"}
SUFFIXES |= {"html_doc": ".doc", "pdf_office": ".pdf", "scan": ".pdf"}
MODULES = {  # printers in modules of their own, loaded when asked for
    **dict(pdf="typeset_pdf", scan="typeset_scan"),
    **dict(xls="typeset_office", doc="typeset_office", rtf="typeset_office"),
    **dict(pdf_office="typeset_office"),
    **dict(mht="typeset_wraps", zip="typeset_wraps", html_doc="typeset_wraps"),
}
BASES = dict(xls="xlsx", doc="docx", rtf="docx", pdf_office="docx")  # whose hazards they share
BASES |= dict(mht="html", html_doc="html", zip="html")


def read_rows(name: str) -> list[dict[str, str]]:
    """Read a table of facts that stands beside this module."""
    with Path(__file__).with_name(f"typesetter_{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


_HAZARD_ROWS = read_rows("hazards")
# A format behind a = has the hazard alone, not those that share its hazards.
HAZARDS = {row["hazard"]: tuple(row["formats"].replace("=", "").split()) for row in _HAZARD_ROWS}
ALONE = {row["hazard"] for row in _HAZARD_ROWS if "=" in row["formats"]}
MAY_BE_FLAGGED = {row["hazard"] for row in _HAZARD_ROWS if row["may_be_flagged"] == "yes"}
UNREAD_IN_SCANS = {row["hazard"] for row in _HAZARD_ROWS if row["may_be_flagged"] == "scan"}
RULES_OUT = {row["hazard"]: set(row["rules_out"].split()) for row in _HAZARD_ROWS}
WORDINGS = {(row["hazard"], row["label"]): row["printed"] for row in read_rows("wordings")}
_NEEDS_2021 = {"label_short_normative", "label_in_force", "other_one_row"}
_PAIRS = (
    "万萬与與业業个個临臨为為举舉义義于於云雲会會体體关關内內决決况況减減办辦务務动動区區单單县縣发發变變后後国國场場处處复復够夠审審对對将將属屬应應废廢开開"
    "强強当當总總执執护護报報据據数數无無时時机機权權条條构構栏欄没沒济濟现現监監确確稳穩类類纠糾纳納组組织織经經结結统統继繼续續维維编編缴繳罚罰联聯范範获獲"
    "补補规規计計订訂认認训訓议議许許讼訟设設访訪诉訴询詢请請购購费費资資转轉过過运運还還这這进進采採镇鎮问問陈陳页頁项項预預题題额額"
)
_TRADITIONAL = str.maketrans(_PAIRS[::2], _PAIRS[1::2])
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

APPLICANTS = dict(natural_person=1.0, business=0.2, research=0.01)
APPLICANTS |= dict(public_interest=0.02, legal_service=0.08, other_organisation=0.05)
RESULTS = ("upheld", "corrected", "other", "pending")
BALANCE = ("received", "carried_in", "handled_total", "carried_out")
AMOUNTS = ("fee_amount", "procurement_amount")

PLACES = ("云水市", "临溪县", "青柳区", "沙坪坳镇")
OFFICES = ("人民政府", "人民政府办公室", "教育局", "自然资源局", "市场监督管理局")
TITLES = ("{agency}{year}年", "{year}年{agency}", "{agency}{year}年度")
PREFACE = "本报告由{agency}编制，数据统计期限为{year}年1月1日至12月31日。联系人：陈玥堃。"
PROSE = {
    "summary": "本机关认真办理政府信息公开各项工作，全年组织培训3次，更新公开指南1次。",
    "problems": "存在的问题：公开内容的查找还不够方便。下一步将改进栏目设置。",
    "remarks": "本年度没有其他需要报告的事项。",
}
OTHER_TABLES = (  # their figures are drawn where a # stands
    ("首页 政务公开 行政许可 行政处罚 行政强制 其他",),
    (
        "类别 自然人 法人和其他组织 合计",
        "行政许可 # # #",
        "行政处罚 # # #",
        "其他 # # #",
        "总计 # # #",
    ),
    ("支出项目 预算数 决算数 比上年增/减", "行政运行 # # #", "其他支出 # # #", "合计 # # #"),
)


@dataclass(frozen=True)
class Typeset:
    """A typeset document and the truth about it.

    truth holds (state, value, raw) of every printed data cell; raw is the printed text without
    white space around it. slips are cells printed with a wrong figure. lost cells can't be told
    from the document: a reader may give their right value, and must never give a wrong one. An
    unclear document leaves open which of its tables are its own, or where figures belong, or lacks
    rows: it is no clean one.
    """

    data: bytes
    suffix: str
    truth: dict[Key, Printed]
    slips: list[Key]
    hazards: frozenset[str]
    lost: frozenset[Key]
    facts: dict[str, object]
    unclear: bool = False


@dataclass(frozen=True)
class Entry:
    """A label of a form: a section, item, heading, row or column."""

    table: str
    axis: str
    code: str
    parent: str
    forms: str
    label: str
    columns: str
    unit: str


@dataclass(eq=False)
class Cell:
    """A printed cell; one object standing in several places of a grid is a merged cell."""

    text: str
    key: Key | None = None


@dataclass
class Grid:
    """A table: rows of cells, how many rows are its header, and where a narrow column stands."""

    rows: list[list[Cell]]
    heads: int = 0
    narrow: int | None = None


@dataclass(frozen=True)
class Text:
    """A line of text outside tables: the title (level 1), a heading (2, 3) or prose (0)."""

    text: str
    level: int = 0


Block = Text | Grid
Tables = dict[str, list[Grid]]
Sections = dict[str, list[Block]]


@dataclass
class Job:
    """What is being set: the hazards, the forms, the truth, and what happens to which rows."""

    seed: int
    fmt: str
    names: frozenset[str]
    form: str
    facts: dict[str, object]
    item_forms: dict[str, str]
    truth: dict[Key, Printed] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)
    glued: set[str] = field(default_factory=set)
    ragged: set[str] = field(default_factory=set)
    pictures: frozenset[Key] = frozenset()
    lost: frozenset[Key] = frozenset()
    odd: dict[Key, str] = field(default_factory=dict)
    absent: set[Key] = field(default_factory=set)
    moved: dict[str, str] = field(default_factory=dict)
    marked: dict[str, set[Key]] = field(default_factory=dict)
    omitted: frozenset[str] = frozenset()
    hundreds: str = ""
    second: "Second | None" = None

    def chance(self, purpose: object) -> Random:
        """Give each purpose its own random stream, so that hazards don't disturb one another."""
        return Random(f"{self.seed} {self.fmt} {purpose}")


@dataclass(frozen=True)
class Second:
    """Tables that stand beside the report's own: what they print, and the headings over both.

    apart: they stand in a chapter of their own, not table by table. unclear: no heading tells.
    """

    job: Job
    own: str
    other: str
    apart: bool
    before: bool
    caption: bool
    kinds: tuple[str, ...]
    unclear: bool


def typeset(
    seed: int,
    fmt: str,
    hazards: Iterable[str] | None = None,
    slip: bool | None = None,
    printer: "Printer | None" = None,
) -> Typeset:
    """Set the document of a seed in a format, with given or drawn hazards.

    slip=True plants a wrong figure where some identity is printed in full, slip=None in about
    15% of documents. Raises ValueError for an unknown format, or a hazard the format can't have.
    """
    job = take_job(seed, fmt, hazards)
    cells = blank_cells(job, draw_figures(job))
    whole = dict(cells)
    job.lost = lose_rows(job, cells) | lose_cells(job, cells)
    job.lost |= import_module("typeset_layout").lose(job, cells)
    slips = plant_slip(job, cells, job.lost, slip)
    job.truth = {key: print_cell(job, key, *cell) for key, cell in (whole | cells).items()}
    job.lost |= run_together(job)
    job.second = draw_second(job, cells)
    data = (printer or printer_of(fmt))(job, compose(job))
    suffix = SUFFIXES.get(fmt, f".{fmt}")
    printed = (key for key in job.truth if key in cells and key[1] not in job.omitted)
    truth = {key: job.truth[key] for key in printed}
    unclear = bool(job.omitted) or (job.second is not None and job.second.unclear)
    unclear |= is_packed(job, cells)
    slips = [] if job.omitted else slips  # no sum is printed in full any more
    return Typeset(data, suffix, truth, slips, job.names, job.lost, job.facts, unclear)


# ---- the form ----

ENTRIES = tuple(Entry(**row) for row in read_rows("forms"))


def take_job(seed: int, fmt: str, hazards: Iterable[str] | None) -> Job:
    """Settle which hazards, form, year and agency a seed stands for."""
    if fmt not in (*FORMATS, *MODULES):
        raise ValueError(f"unknown format {fmt!r}")
    drawn = draw_hazards(Random(f"{seed} {fmt} hazards"), fmt)
    names = settle(drawn if hazards is None else hazards, fmt)
    rng = Random(f"{seed} {fmt} facts")
    form = choose_form(rng, names)
    year = rng.choice((2021, 2022, 2023, 2024) if form == "2021" else (2019, 2020, 2020, 2022))
    agency = rng.choice(PLACES) + rng.choice(OFFICES)
    title = rng.choice(TITLES).format(agency=agency, year=year) + "政府信息公开工作年度报告"
    title += rng.choice(("（汇总）", "（本级）", "", "")) if "two_scopes" in names else ""
    facts: dict[str, object] = {"title": title, "agency": agency, "year": year}
    items = [e.code for e in entries("disclosure", "item", form)]
    job = Job(seed, fmt, names, form, facts, dict.fromkeys(items, form))
    if "mixed_forms" in names:
        older = job.chance("mixed_forms").choice(("item_5", "item_6", "item_5 item_6 item_9"))
        job.item_forms |= dict.fromkeys(older.split(), "2019")
    return job


def draw_hazards(rng: Random, fmt: str) -> list[str]:
    """Draw no hazard for a quarter of documents, and one to five for the others."""
    possible = [name for name in HAZARDS if fits(name, fmt)]
    return rng.sample(possible, rng.choices(range(6), (25, 22, 20, 16, 11, 6))[0])


def fits(hazard: str, fmt: str) -> bool:
    """Tell whether a format can have a hazard."""
    base = fmt if hazard in ALONE else BASES.get(fmt, fmt)
    formats = HAZARDS.get(hazard, ())
    return f"-{fmt}" not in formats and bool({fmt, base} & set(formats))


def settle(names: Iterable[str], fmt: str) -> frozenset[str]:
    """Leave out hazards that others rule out, and mix the forms where both are needed."""
    asked = set(names)
    for name in asked:
        if not fits(name, fmt):
            raise ValueError(f"no hazard {name!r} in format {fmt!r}")
    for name in HAZARDS:
        asked -= RULES_OUT[name] if name in asked else set()
    both = "negative_change" in asked and asked & _NEEDS_2021
    return frozenset(asked | {"mixed_forms"} if both else asked)


def choose_form(rng: Random, names: frozenset[str]) -> str:
    """Choose the form that the hazards need, else the 2021 form in three of five documents."""
    drawn = rng.choices(("2021", "2019"), (3, 2))[0]
    if names & (_NEEDS_2021 | {"mixed_forms"}):
        return "2021"
    return "2019" if "negative_change" in names else drawn


@cache
def entries(table: str, axis: str, form: str, parent: str | None = None) -> tuple[Entry, ...]:
    """Give the entries of a table's axis in a form, those under one parent if named."""
    found = (e for e in ENTRIES if (e.table, e.axis) == (table, axis) and form in e.forms)
    return tuple(e for e in found if parent is None or e.parent == parent)


def request_rows(job: Job, parent: str) -> tuple[Entry, ...]:
    """Give the rows below a row of the requests table; 其他处理 can be a row of its own."""
    one_row = parent == "other" and "other_one_row" in job.names
    return () if one_row else entries("requests", "row", job.form, parent)


def request_leaves(job: Job, parent: str = "handled") -> list[str]:
    """Give the rows whose figures add up to the total handled."""
    codes: list[str] = []
    for entry in request_rows(job, parent):
        codes += request_leaves(job, entry.code) or [entry.code]
    return [code for code in codes if code != "handled_total"]


def item_rows(job: Job, item: str) -> tuple[Entry, ...]:
    """Give the rows of a disclosure item in the form it is printed in."""
    return entries("disclosure", "row", job.item_forms[item], item)


def keys_of(table: str, row: str, columns: Iterable[str]) -> list[Key]:
    """Name some cells of a row."""
    return [(table, row, column) for column in columns]


# ---- the figures ----


def draw_figures(job: Job) -> dict[Key, float]:
    """Draw figures for every data cell, so that all sums and balances hold."""
    rng = job.chance("figures")
    scale = rng.choices((0, 3, 40, 900), (1, 5, 3, 1))[0]
    if "dropped_empty_cells" in job.names:
        scale = max(scale, 3)
    figures = draw_disclosure(job) | draw_requests(job, rng, scale)
    for entry in entries("disputes", "row", job.form):
        counts = [draw_count(rng, scale / 6) for _ in RESULTS]
        keys = keys_of("disputes", entry.code, (*RESULTS, "total"))
        figures |= dict(zip(keys, [*counts, sum(counts)], strict=True))
    return figures


def draw_count(rng: Random, mean: float) -> int:
    """Draw a count: many zeros, a few large ones."""
    return int(rng.expovariate(1) * mean)


def draw_disclosure(job: Job) -> dict[Key, float]:
    """Draw the disclosure figures, which no sum binds."""
    figures: dict[Key, float] = {}
    for entry in (entry for item in job.item_forms for entry in item_rows(job, item)):
        drawn = draw_disclosed(job, entry.code)
        keys = keys_of("disclosure", entry.code, entry.columns.split())
        figures |= {key: drawn[key[2]] for key in keys}
    if "extra_row" in job.names:
        columns = item_rows(job, "item_1")[0].columns.split()
        extra = keys_of("disclosure", "other_documents", columns)
        figures |= {key: job.chance(f"extra {n}").randint(0, 300) for n, key in enumerate(extra)}
    return figures


def draw_disclosed(job: Job, row: str) -> dict[str, float]:
    """Draw what a row of the disclosure table would print in any column."""
    rng = job.chance(row)
    scale = rng.choice((0, 0.1, 1, 1, 10)) * (0.1 if row == "regulations" else 1)
    new, gone, stock, decisions = (draw_count(rng, scale * mean) for mean in (8, 4, 60, 900))
    change, amount = rng.choice((0, new, -min(gone, stock))), round(decisions * 3.1416, 2)
    if "dropped_in_disclosure" in job.names and row == "normative_documents":
        new, gone = 0, max(gone, 1)
    if "note_in_cell" in job.names and row == "normative_documents":
        new += 22
    if "thousands_separators" in job.names:
        decisions += 12000
    if "negative_change" in job.names:
        change, stock = -gone - 1, stock + gone + 1
    if "six_decimals" in job.names:
        amount = float(f"{decisions}.{rng.randint(0, 99999):05}{rng.randint(1, 9)}")
    return {
        **dict(made=new, repealed=gone, in_force=new + stock),
        **dict(newly_made=new, newly_disclosed=new + gone, total_disclosed=new + gone + stock),
        **dict(prior_year_items=stock, change=change, decisions=decisions),
        **dict(fee_amount=amount, procurement_items=new, procurement_amount=amount),
    }


def draw_requests(job: Job, rng: Random, scale: float) -> dict[Key, float]:
    """Draw the requests: outcomes first, then what was carried over, then what came in."""
    counts: dict[tuple[str, str], float] = {}
    leaves = request_leaves(job)
    shares = {leaf: rng.choice((0, 0, 0.05, 0.3, 0.8)) for leaf in leaves}
    for column, weight in APPLICANTS.items():
        for leaf in leaves:
            counts[leaf, column] = draw_count(rng, scale * weight * shares[leaf])
        counts["granted", column] = draw_count(rng, scale * weight) + (scale > 0) * int(weight)
        handled = sum(counts[leaf, column] for leaf in leaves)
        carried_out = draw_count(rng, scale * weight / 5)
        carried_in = min(draw_count(rng, scale * weight / 5), handled + carried_out)
        balance = (handled + carried_out - carried_in, carried_in, handled, carried_out)
        counts |= {(row, column): count for row, count in zip(BALANCE, balance, strict=True)}
    for row in (*BALANCE, *leaves):
        counts[row, "total"] = sum(counts[row, column] for column in APPLICANTS)
    return {("requests", *place): count for place, count in counts.items()}


def identities(keys: Iterable[Key]) -> list[tuple[list[Key], list[Key]]]:
    """List what must be equal in a report with these cells: the sums of two lists of cells."""
    rows = list(dict.fromkeys(key[:2] for key in keys if key[0] != "disclosure"))
    parts = {"requests": tuple(APPLICANTS), "disputes": RESULTS}
    found = [(keys_of(*row, parts[row[0]]), keys_of(*row, ["total"])) for row in rows]
    leaves = [row for table, row in rows if table == "requests" and row not in BALANCE]
    for column in (*APPLICANTS, "total"):
        received, carried_in, handled, carried_out = (("requests", r, column) for r in BALANCE)
        found.append(([received, carried_in], [handled, carried_out]))
        found.append(([("requests", leaf, column) for leaf in leaves], [handled]))
    return found


# ---- what stands in each cell ----


def blank_cells(job: Job, figures: dict[Key, float]) -> dict[Key, State]:
    """Decide the state of each cell: a figure, a blank, or a mark."""
    cells: dict[Key, State] = {key: ("number", value) for key, value in figures.items()}
    for name, blanked in BLANKED.items():
        if name in job.names:
            cells |= {key: ("blank", None) for key in figures if blanked(job, key, figures[key])}
    if "marks" in job.names:
        marked = job.chance("marks").choice(("regulations", "coercion", "regulations coercion"))
        cells |= {key: ("mark", None) for key in figures if key[1] in marked.split()}
    return cells


def in_blank_form(job: Job, key: Key, value: float) -> bool:
    """Tell whether a cell is in a form that was left blank: one of the three, or all."""
    table = job.chance("whole_form_blank").choice(("disclosure", "requests", "disputes", "all"))
    return table in (key[0], "all")


BLANKED: dict[str, Callable[[Job, Key, float], bool]] = {
    "whole_form_blank": in_blank_form,
    "blank_zeros": lambda job, key, value: value == 0,
    "nbsp_cells": lambda job, key, value: key[0] != "disclosure" and value == 0,
    "blank_applicants_only_total": lambda job, key, value: key[2] in APPLICANTS,
    "blank_row_totals": lambda job, key, value: key[0] == "requests" and key[2] == "total",
    "last_total_missing": lambda job, key, value: key == ("requests", "carried_out", "total"),
}


def lose_rows(job: Job, cells: dict[Key, State]) -> frozenset[Key]:
    """Choose rows whose cells are dropped, glued or shifted, and say which cells that loses."""
    rows = {row: keys_of("requests", row, (*APPLICANTS, "total")) for row in request_leaves(job)}
    rows |= {row: keys_of("requests", row, (*APPLICANTS, "total")) for row in BALANCE}
    if "dropped_empty_cells" in job.names:
        values = {row: [cells[key][1] for key in keys] for row, keys in rows.items()}
        job.dropped = some(job, "dropped", [r for r in rows if any(values[r]) > all(values[r])], 20)
        for key in (key for row in job.dropped for key in rows[row] if not cells[key][1]):
            cells[key] = ("blank", None)
    if "dropped_in_disclosure" in job.names:
        rows |= drop_in_disclosure(job, cells)
    full = {row for row in rows if all(cells[key][0] == "number" for key in rows[row])}
    if "glued_row" in job.names:
        job.glued = some(job, "glued", [row for row in rows if row in full])
    if "ragged_text" in job.names:
        job.ragged = some(job, "ragged", list(rows), 12) - job.dropped
    lost = job.dropped | job.glued | (job.ragged - full)
    return frozenset(key for row in lost for key in rows[row])


def lose_cells(job: Job, cells: dict[Key, State]) -> frozenset[Key]:
    """Choose figures that are printed in a way that can't be told, each to be flagged."""
    filled = sorted(key for key, (state, _) in cells.items() if state == "number")
    if "picture_figures" in job.names and filled:
        rng = job.chance("picture_figures")
        job.pictures = frozenset(rng.sample(filled, rng.randint(1, min(6, len(filled)))))
    return job.pictures


def run_together(job: Job) -> frozenset[Key]:
    """Say which cells running text loses: blanks leave no trace, nor does where a figure ends.

    Nor can a page number be told from a figure.
    """
    lost = set(job.truth) if "page_number_row" in job.names and job.fmt == "running" else set()
    tables = dict.fromkeys(key[0] for key in job.truth) if job.fmt == "running" else ()
    for table in tables:
        own = {key: raw for key, (_, _, raw) in job.truth.items() if key[0] == table}
        rows = [[key for key in own if key[1] == row] for row in dict.fromkeys(k[1] for k in own)]
        rows = [list(own)] if table == "disputes" else rows
        for row in rows:
            texts = [own[key] for key in row]
            alone = len(row) == 1 or set(texts[:-1]) == {"0"}
            summed = table in ("requests", "disputes")
            single = summed and all(len(text) == 1 for text in own.values())
            lost |= set() if all(texts) and (alone or single) else set(row)
    return frozenset(lost)


def drop_in_disclosure(job: Job, cells: dict[Key, State]) -> dict[str, list[Key]]:
    """Drop the zeros of some rows of the disclosure table."""
    rows: dict[str, list[Key]] = {}
    for key in (key for key in cells if key[0] == "disclosure"):
        rows.setdefault(key[1], []).append(key)
    values = {row: [cells[key][1] for key in keys] for row, keys in rows.items()}
    dropped = some(job, "in disclosure", [r for r in rows if any(values[r]) > all(values[r])])
    for key in (key for row in dropped for key in rows[row] if not cells[key][1]):
        cells[key] = ("blank", None)
    job.dropped |= dropped
    return {row: rows[row] for row in dropped}


def some(job: Job, purpose: str, rows: list[str], most: int = 4) -> set[str]:
    """Choose a few rows, one at least if there is any."""
    rng = job.chance(purpose)
    return set(rng.sample(rows, min(len(rows), rng.randint(1, most))))


def is_packed(job: Job, cells: dict[Key, State]) -> bool:
    """Tell whether a table that no total checks prints the figures of all rows before any blank.

    Where short rows are filled up, a document that drops its empty cells looks the same: nothing
    in it tells under which columns the figures belong.
    """
    rows: dict[tuple[str, str], list[bool]] = {}
    for (table, row, _), (state, _) in cells.items():
        rows.setdefault((table, row), []).append(state != "blank")
    disclosure = [row for (table, _), row in rows.items() if table == "disclosure"]
    requests = [row for (table, _), row in rows.items() if table == "requests" and any(row)]
    no_total = all(not row[-2] for row in requests)
    return job.fmt in PADDED and (packs(disclosure) or (no_total and packs(requests)))


def packs(rows: list[list[bool]]) -> bool:
    """Tell whether blanks stand behind the figures of some rows, and before those of none."""
    packed = all(row == sorted(row, reverse=True) for row in rows)
    return packed and any(any(row) and not all(row) for row in rows)


def plant_slip(
    job: Job, cells: dict[Key, State], lost: frozenset[Key], slip: bool | None
) -> list[Key]:
    """Change one figure of an identity that is printed in full, and name it."""
    rng = job.chance("slip")
    wanted = rng.random() < 0.15 if slip is None else slip
    whole = [left + right for left, right in identities(cells)]
    legible = {key for key, (state, _) in cells.items() if state == "number"} - lost
    legible -= job.odd.keys()
    printed = [keys for keys in whole if legible.issuperset(keys)]
    if not wanted or not printed:
        return []
    key = rng.choice(rng.choice(printed))
    value = int(cells[key][1] or 0)
    wrong = {value + 1, value + 10, value - 1, value - 9, value * 10, 0} - {value}
    cells[key] = ("number", rng.choice(sorted(n for n in wrong if n >= 0)))
    return [key]


def print_cell(job: Job, key: Key, state: str, value: float | None) -> Printed:
    """Print a cell as it stands in the document."""
    if key in job.odd:
        return state, value, job.odd[key]
    if value is not None:
        return state, float(value), mirrored(job, print_figure(job, key, value))
    mark = job.chance("mark").choice(("/", "-", "—", "无"))
    return state, None, mirrored(job, mark) if state == "mark" else ""


def print_figure(job: Job, key: Key, value: float) -> str:
    """Print a figure with the separators, unit, note and digits that the hazards ask for."""
    text = f"{value:,.6f}" if "thousands_separators" in job.names else f"{value:.6f}"
    text = text.rstrip("0").rstrip(".")
    if key[2] == "procurement_amount" or job.names & {"unit_in_cell", "note_in_cell"}:
        text += print_unit_and_note(job, key, value)
    return text.translate(_FULL_WIDTH) if "fullwidth_digits" in job.names else text


def print_unit_and_note(job: Job, key: Key, value: float) -> str:
    """Print what stands behind a figure in its own cell."""
    rng, column, text = job.chance(f"figure {key}"), key[2], ""
    asked = "unit_in_cell" in job.names and (column in AMOUNTS or rng.random() < 0.5)
    if column == "procurement_amount" or (asked and key[0] == "disclosure"):
        text += next(e.unit for e in ENTRIES if e.axis == "column" and e.code == column)
    if "note_in_cell" in job.names and key[1] == "normative_documents" and value >= 1:
        text += f"（{rng.choice(('其中修订', '含自然失效'))}{rng.randint(1, int(value))}件）"
    return text


def mirrored(job: Job, text: str) -> str:
    """Print in traditional characters, as mirrors for readers elsewhere do."""
    if "label_traditional" not in job.names:
        return text
    return text.translate(_TRADITIONAL).replace("重復", "重複").replace("制作", "製作")


# ---- tables beside the report's own ----

YEAR_HEADINGS = ("{}年度", "{}年度政府信息公开情况统计表", "附：{}年数据", "（{}年）")
SCOPE_HEADINGS = {"（本级）": ("本机关情况", "本级"), "（汇总）": ("全市汇总情况", "各部门汇总")}
OTHER_BODY = "云水市档案局"


def draw_second(job: Job, cells: dict[Key, State]) -> Second | None:
    """Draw the tables that stand beside the report's own, if a hazard asks for them."""
    names = job.names & {"other_year_table", "two_scopes", "same_table_twice"}
    if not names:
        return None
    rng = job.chance("second")
    apart, before = rng.random() < 0.5, rng.random() < 0.5
    own, other, unclear = draw_headings(job, rng, before)
    second = second_job(job, rng, cells)
    kinds = ("disclosure", "requests", "disputes")
    kinds = kinds if apart or rng.random() < 0.5 else (rng.choice(kinds),)
    caption = not apart and rng.random() < 0.3
    unclear |= "one_table" in job.names and not apart and bool(other)  # over all three, or one?
    return Second(second, own, other, apart, before, caption, kinds, unclear)


def draw_headings(job: Job, rng: Random, before: bool) -> tuple[str, str, bool]:
    """Draw the headings over the report's own tables and the others, and whether none tells."""
    if "same_table_twice" in job.names:
        return "", "", False
    if "other_year_table" in job.names:
        year = int(str(job.facts["year"]))
        heading = rng.choice(YEAR_HEADINGS)
        own = heading.format(year) if rng.random() < (0.8 if before else 0.3) else ""
        other = rng.choice((heading.format(year - 1), heading.format(year - 1), "上年度情况", ""))
        return own, other, not other or (before and not own)
    return draw_scopes(job, rng)


def draw_scopes(job: Job, rng: Random) -> tuple[str, str, bool]:
    """Draw headings that name scopes or bodies; the title's scope tells which are the own ones."""
    mark = next((mark for mark in SCOPE_HEADINGS if str(job.facts["title"]).endswith(mark)), "")
    if rng.random() < 0.3:
        return str(job.facts["agency"]), OTHER_BODY, False
    scope = mark or rng.choice(list(SCOPE_HEADINGS))
    other = next(name for name in SCOPE_HEADINGS if name != scope)
    own, others = rng.choice(SCOPE_HEADINGS[scope]), rng.choice(SCOPE_HEADINGS[other])
    none = rng.random() < 0.2
    return ("", "", True) if none else (own, others, not mark)


def second_job(job: Job, rng: Random, cells: dict[Key, State]) -> Job:
    """Draw other figures, or mostly the same ones, and leave rows out of either table."""
    if "same_table_twice" in job.names:
        return replace(job)
    facts = job.facts
    if "other_year_table" in job.names:
        facts = facts | {"year": int(str(facts["year"])) - 1}
    names = job.names - job.moved.keys()  # its rows stay in their places
    other = replace(job, seed=job.seed + 10**6, facts=facts, names=names)
    drawn = blank_cells(other, draw_figures(other))
    if rng.random() < 0.4:
        changed = set(rng.sample(sorted({key[1] for key in cells}), 3))
        drawn = {key: drawn[key] if key[1] in changed else cell for key, cell in cells.items()}
    rows = [row for row in request_leaves(job) if row != "granted"] + ["licensing", "coercion"]
    rows = [row for row in rows if row not in job.glued | job.dropped]
    some_rows = frozenset(rng.sample(rows, rng.randint(1, 3)))
    left_out = rng.choice(("none", "other", "other", "own"))
    job.omitted = some_rows if left_out == "own" else frozenset()
    other.omitted = some_rows if left_out == "other" else frozenset()
    other.truth = {key: print_cell(other, key, *cell) for key, cell in drawn.items()}
    other.truth = job.truth | other.truth  # also what a hazard has taken from the report itself
    return other


def add_second(job: Job, second: Second, sections: Sections, headings: dict[str, str]) -> None:
    """Set other tables beside the report's own, table by table."""
    others = set_tables(second.job, headings)
    for kind in [kind for kind in sections if kind in second.kinds]:
        own = titled(second.own, list(sections[kind]), second.caption)
        other = titled(second.other, list(others[kind]), second.caption)
        sections[kind] = other + own if second.before else own + other


def titled(heading: str, blocks: list[Block], caption: bool) -> list[Block]:
    """Set a heading over a table, or as its first row."""
    if not heading:
        return blocks
    if caption and isinstance(blocks[0], Grid):
        grid = blocks[0]
        rows = [[Cell(heading)] * max(map(len, grid.rows)), *grid.rows]
        narrow = grid.narrow
        return [Grid(rows, grid.heads + 1, narrow), *blocks[1:]]
    return [Text(heading, 3), *blocks]


def add_chapter(second: Second, blocks: list[Block], headings: dict[str, str]) -> list[Block]:
    """Set other tables in a chapter of their own, before or behind the report's own chapters."""
    chapter: list[Block] = [Text(second.other, 2)] if second.other else []
    for kind, grids in set_tables(second.job, headings).items():
        chapter += [Text(headings[kind], 2), *grids]
    own: list[Block] = [Text(second.own, 2)] if second.own else []
    front, rest = blocks[:2], blocks[2:]
    return [*front, *chapter, *own, *rest] if second.before else [*front, *own, *rest, *chapter]


# ---- the labels and the tables ----


def label(job: Job, entry: Entry) -> str:
    """Word a label as the hazards ask for."""
    text = entry.label.lstrip("0123456789.")
    ordinal = entry.label.removesuffix(text)
    for (name, plain), printed in WORDINGS.items():
        if name in job.names and text == plain:
            text = printed.format(year=job.facts["year"])
    if "label_article" in job.names and entry.axis == "item":
        text = text.replace("（", "(").replace("）", ")")
    if "label_ordinals" in job.names:
        ordinal = ordinal.replace(".", "、")
    if "vertical_label" in job.names and entry.code == "handled":
        text = "\n".join(text)
    if entry.code == job.hundreds:
        text += job.chance("hundreds").choice(
            ("（百件）", "（单位：百件）", "（单位：百件、百条）")
        )
    return ordinal + text


def heading(job: Job, table: str, code: str) -> Cell:
    """Set a heading that is neither a row nor a column."""
    return Cell(label(job, next(e for e in ENTRIES if (e.table, e.code) == (table, code))))


def permuted(job: Job, hazard: str, items: Sequence[Entry]) -> list[Entry]:
    """Put entries in another order if the hazard is used, ordinals as printed or renumbered."""
    printed = list(items)
    if hazard not in job.names or len(printed) < 2:
        return printed
    rng = job.chance(f"{hazard} {printed[0].code}")
    order = rng.sample(printed, len(printed))
    order = printed[::-1] if order == printed else order
    if rng.random() < 0.5:
        return order
    return [replace(e, label=re.sub(r"^\d(?=\.)", str(n), e.label)) for n, e in enumerate(order, 1)]


def set_disclosure(job: Job) -> list[Grid]:
    """Set the disclosure table: per item a heading, a header row and its rows."""
    items = [set_item(job, item) for item in job.item_forms]
    if "table_per_item" in job.names:
        return [Grid(rows) for rows in items]
    return [Grid([row for rows in items for row in rows])]


def set_item(job: Job, item: str) -> list[list[Cell]]:
    """Set one item of the disclosure table."""
    data = permuted(job, "permuted_rows", item_rows(job, item))
    columns = entries("disclosure", "column", job.item_forms[item])
    columns = [column for column in columns if column.code in data[0].columns.split()]
    columns = permuted(job, "permuted_columns", columns)
    head, body = spans(job, item, len(columns))
    rows = [[heading(job, "disclosure", item)] * (1 + sum(head))]
    names = [Cell(label(job, column)) for column in columns]
    rows.append([heading(job, "disclosure", "content"), *widen(names, head)])
    for entry in data:
        keys = keys_of("disclosure", entry.code, (column.code for column in columns))
        figures = [Cell(job.truth[key][2], key) for key in keys]
        kept = [cell for cell in figures if cell.text or entry.code not in job.dropped]
        rows.append([Cell(label(job, entry)), *widen(kept, body[: len(kept)])])
    if item == "item_1" and "extra_row" in job.names:
        keys = keys_of("disclosure", "other_documents", (column.code for column in columns))
        extra = [Cell(job.truth[key][2], key) for key in keys]
        rows.append([heading(job, "disclosure", "extra"), *widen(extra, body)])
    return rows


def spans(job: Job, item: str, columns: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Give the widths of an item's header and data cells; a hazard sets them at odds."""
    if "misaligned_spans" in job.names:
        data = job.chance(f"spans {item}").choice(((2, 1, 1), (1, 1, 2)))
        return {1: ((4,), (4,)), 2: ((2, 2), (3, 1)), 3: ((1, 2, 1), data)}[columns]
    widths = {1: (3,), 2: (1, 2), 3: (1, 1, 1)}[columns]
    return widths, widths


def widen(cells: list[Cell], widths: tuple[int, ...]) -> list[Cell]:
    """Let each cell stand in as many columns as its width says."""
    return [cell for cell, width in zip(cells, widths, strict=True) for _ in range(width)]


def set_requests(job: Job) -> list[Grid]:
    """Set the requests table: three label columns and a column for each kind of applicant."""
    person, *organisations, total = entries("requests", "column", job.form)
    columns = [person, *permuted(job, "permuted_columns", organisations)]
    total_first = "permuted_columns" in job.names and job.chance("total").random() < 0.5
    columns.insert(0 if total_first else len(columns), total)
    header = requests_header(job, columns)
    grid = Grid(header, heads=len(header))
    for entry in request_rows(job, ""):
        top = Cell(label(job, entry))
        for group_entry in request_rows(job, entry.code) or [entry]:
            group = top if group_entry is entry else Cell(label(job, group_entry))
            leaves = permuted(job, "permuted_rows", request_rows(job, group_entry.code))
            for leaf in leaves or [group_entry]:
                last = Cell(label(job, leaf)) if leaves else group
                grid.rows.append([top, group, last, *request_figures(job, columns, leaf.code)])
    return [grid]


def requests_header(job: Job, columns: list[Entry]) -> list[list[Cell]]:
    """Set the header of the requests table: three rows, four where labels are split."""
    codes = ("note", "applicants", "organisations")
    note, applicants, organisations = (heading(job, "requests", code) for code in codes)
    leaves = [Cell(label(job, column)) for column in columns]
    pairs = zip(columns, leaves, strict=True)
    middle = [organisations if column.parent else leaf for column, leaf in pairs]
    rows = [[applicants] * len(columns), middle, leaves]
    if "split_header" in job.names:
        rows.append([Cell(leaf.text[-2:]) if len(leaf.text) > 3 else leaf for leaf in leaves])
        for leaf in leaves:
            leaf.text = leaf.text[:-2] if len(leaf.text) > 3 else leaf.text
    return [[note] * 3 + row for row in rows]


def request_figures(job: Job, columns: list[Entry], row: str) -> list[Cell]:
    """Set the figures of a row of requests, glued or with empty cells dropped if chosen."""
    keys = keys_of("requests", row, (column.code for column in columns))
    figures = [Cell(job.truth[key][2], key) for key in keys]
    if row in job.glued:
        return [Cell("".join(cell.text for cell in figures))] * len(figures)
    return [cell for cell in figures if cell.text or row not in job.dropped]


def set_disputes(job: Job) -> list[Grid]:
    """Set the disputes table: three routes side by side and one row of figures."""
    columns = permuted(job, "permuted_columns", entries("disputes", "column", job.form))
    litigation = heading(job, "disputes", "litigation")
    stacks = []
    for route in entries("disputes", "row", job.form):
        name = Cell(label(job, route))
        for column in columns:
            key = ("disputes", route.code, column.code)
            leaf = Cell(label(job, column))
            top = [litigation, name, leaf] if route.parent else [name, leaf, leaf]
            stacks.append([*top, Cell(job.truth[key][2], key)])
    return [Grid([list(row) for row in zip(*stacks, strict=True)], heads=3)]


# ---- layout hazards ----


def insert_phantom(rng: Random, tables: Tables) -> None:
    """Insert a narrow column that the header gives to one neighbour and the rows to the other."""
    grid = tables["requests"][0]
    place, header_left = rng.randint(3, 9), rng.random() < 0.5
    for number, row in enumerate(grid.rows):
        if place < len(row):
            left = header_left == (number < grid.heads)
            row.insert(place, row[place - 1] if left else row[place])
    grid.narrow = place


def split_merges(grid: Grid, at: int, repeat: bool) -> None:
    """Cut the merged cells that cross the top of a row; the lower half repeats the text or not."""
    for cell in {id(c): c for c in grid.rows[at] if c in grid.rows[at - 1]}.values():
        lower = Cell(cell.text if repeat else "")
        for row in grid.rows[at:]:
            row[:] = [lower if other is cell else other for other in row]


def repeat_heading(rng: Random, tables: Tables) -> None:
    """Break the block of 三、本年度办理结果 before a group and print its label again."""
    grid = tables["requests"][0]
    pairs = enumerate(zip(grid.rows, grid.rows[1:], strict=False), 1)
    starts = [n for n, (a, b) in pairs if a[0] is b[0] and a[1] is not b[1] and n > grid.heads]
    split_merges(grid, rng.choice(starts), repeat=True)


def repeat_header(rng: Random, tables: Tables) -> None:
    """Print the header rows again at a page break inside the requests table."""
    grid = tables["requests"][0]
    header = grid.rows[: grid.heads]
    at = rng.randint(grid.heads + 3, len(grid.rows) - 2)
    split_merges(grid, at, repeat=rng.random() < 0.5)
    copies = {id(cell): Cell(cell.text) for row in header for cell in row}
    grid.rows[at:at] = [[copies[id(cell)] for cell in row] for row in header]


def insert_page_number(rng: Random, tables: Tables) -> None:
    """Insert a row that holds nothing but a page number."""
    grid = rng.choice((tables["requests"], tables["disclosure"]))[0]
    filled = [any(cell.key for cell in row) for row in grid.rows]
    at = rng.choice([n for n in range(1, len(filled)) if filled[n - 1] or filled[n]])
    number, merged = Cell(rng.choice(("-3-", "- 4 -", "— 5 —", "－6－"))), rng.random() < 0.5
    row: list[Cell] = []
    for cell in grid.rows[at]:
        fresh = number if merged or number not in row else Cell("")
        row.append(cell if cell in grid.rows[at - 1] else fresh)
    grid.rows.insert(at, row)


def break_labels(rng: Random, tables: Tables) -> None:
    """Break labels over two lines."""
    for cell in all_cells(tables):
        if not cell.key and re.fullmatch(r"[^\d\n]{4,}", cell.text) and rng.random() < 0.6:
            half = len(cell.text) // 2
            cell.text = f"{cell.text[:half]}\n{cell.text[half:]}"


def pad_cells(rng: Random, tables: Tables) -> None:
    """Put white space around figures."""
    for cell in (cell for cell in all_cells(tables) if cell.key and cell.text):
        cell.text = rng.choice(("{} ", " {} ", "  {}", "\u3000{}")).format(cell.text)


def fill_nbsp(rng: Random, tables: Tables) -> None:
    """Fill blank cells with a no-break space."""
    for cell in (cell for cell in all_cells(tables) if cell.key and not cell.text):
        cell.text = "\xa0"


def add_empty_row(rng: Random, tables: Tables) -> None:
    """End the tables with an empty row."""
    for grid in (grid for grids in tables.values() for grid in grids):
        grid.rows.append([Cell("") for _ in grid.rows[-1]])


def add_empty_column(rng: Random, tables: Tables) -> None:
    """End the tables with an empty column."""
    for row in (row for grids in tables.values() for grid in grids for row in grid.rows):
        row.append(Cell(""))


LAYOUT: dict[str, Callable[[Random, Tables], None]] = {
    "phantom_column": insert_phantom,
    "repeated_heading": repeat_heading,
    "repeated_header": repeat_header,
    "page_number_row": insert_page_number,
    "label_breaks": break_labels,
    "padded_cells": pad_cells,
    "nbsp_cells": fill_nbsp,
    "empty_last_row": add_empty_row,
    "empty_last_column": add_empty_column,
}


def cells_of(grid: Grid) -> list[Cell]:
    """List a grid's cells in printed order, merged ones once."""
    return list(dict.fromkeys(cell for row in grid.rows for cell in row))


def all_cells(tables: Tables) -> list[Cell]:
    """List the cells of all tables."""
    return [cell for grids in tables.values() for grid in grids for cell in cells_of(grid)]


# ---- the document ----


def compose(job: Job) -> list[Block]:
    """Put title, sections, prose and tables in order."""
    headings = number_sections(job)
    sections: Sections = {kind: list(grids) for kind, grids in set_tables(job, headings).items()}
    import_module("typeset_layout").put_sentences(job, sections)
    second = job.second
    if second and not second.apart:
        add_second(job, second, sections, headings)
    blocks: list[Block] = [Text(str(job.facts["title"]), 1), Text(PREFACE.format(**job.facts))]
    for code, text in headings.items():
        if code in sections or code not in SETTERS:
            blocks += [Text(text, 2), *sections.get(code, [])]
            blocks += [Text(PROSE[code])] if code in PROSE else []
    if second and second.apart:
        blocks = add_chapter(second, blocks, headings)
    if "two_years" in job.names:
        import_module("typeset_layout").add_last_year(job, blocks)
    if "other_tables" in job.names:
        add_other_tables(job.chance("other_tables"), blocks)
    return [mirror_block(job, block) for block in blocks]


def set_tables(job: Job, headings: dict[str, str]) -> Tables:
    """Set the tables as the hazards of layout ask for, without the rows that are left out."""
    tables: Tables = {name: setter(job) for name, setter in SETTERS.items()}
    more = import_module("typeset_layout")
    for name, alter in more.LAYOUT.items():
        if name in job.names:
            alter(job, tables)
    for name, change in LAYOUT.items():
        if name in job.names:
            change(job.chance(name), tables)
    for grid in (grid for grids in tables.values() for grid in grids):
        grid.rows = [
            row for row in grid.rows if not any(c.key and c.key[1] in job.omitted for c in row)
        ]
    return join_tables(tables, headings) if "one_table" in job.names else tables


SETTERS: dict[str, Callable[[Job], list[Grid]]] = {
    "disclosure": set_disclosure,
    "requests": set_requests,
    "disputes": set_disputes,
}


def number_sections(job: Job) -> dict[str, str]:
    """Number the sections from one; shifted, from none or two."""
    sections = {e.code: label(job, e) for e in entries("report", "section", job.form)}
    ordinals = ["一、", "二、", "三、", "四、", "五、", "六、"]
    if "shifted_sections" in job.names and job.chance("shifted_sections").random() < 0.5:
        ordinals = ["", *ordinals[:-1]]
    elif "shifted_sections" in job.names:
        ordinals, sections = [*ordinals, "七、"], {"preface": "概述", **sections}
    numbered = zip(ordinals, sections.items(), strict=True)
    return {code: ordinal + text for ordinal, (code, text) in numbered}


def join_tables(tables: Tables, headings: dict[str, str]) -> Tables:
    """Join the three tables into one, with the headings of the later two as rows."""
    rows = list(tables["disclosure"][0].rows)
    for name in ("requests", "disputes"):
        grid = tables[name][0]
        rows += [[Cell(headings[name])] * len(grid.rows[0]), *grid.rows]
    return {"disclosure": [Grid(rows)]}


def add_other_tables(rng: Random, blocks: list[Block]) -> None:
    """Add tables about other things that have labels in common with the form."""
    navigation, *others = (
        Grid(
            [
                [Cell(text.replace("#", str(rng.randint(0, 90)))) for text in row.split()]
                for row in rows
            ]
        )
        for rows in OTHER_TABLES
    )
    places = [n for n, block in enumerate(blocks) if isinstance(block, Text) and not block.level]
    for place, grid in zip(sorted(rng.sample(places, 2), reverse=True), others, strict=True):
        blocks.insert(place + 1, grid)
    blocks.insert(0, navigation)


def mirror_block(job: Job, block: Block) -> Block:
    """Print a block in traditional characters if it is on a mirror."""
    if isinstance(block, Text):
        return replace(block, text=mirrored(job, block.text))
    for cell in cells_of(block):
        cell.text = mirrored(job, cell.text)
    return block


def runs(grid: Grid, number: int) -> Iterator[tuple[int, int, int, Cell]]:
    """Give the place, width, height and cell of a row's cells; height 0 goes on from above."""
    place = 0
    for cell, group in groupby(grid.rows[number]):
        width = len(list(group))
        above = grid.rows[number - 1] if number else []
        below = sum(1 for row in grid.rows[number:] if cell in row)
        yield place, width, 0 if cell in above else below, cell
        place += width


# ---- plain text ----


def text_rows(job: Job, grid: Grid, line_break: str) -> list[list[str]]:
    """Give a grid's texts, a merged cell's in its first place and blanks in the others."""
    texts = []
    for number, row in enumerate(grid.rows):
        line = [""] * len(row)
        for place, _, height, cell in runs(grid, number):
            line[place] = cell.text.replace("\n", line_break) if height else ""
        shifted = {cell.key[1] for cell in row if cell.key} & job.ragged
        texts.append(shift_row(job, line, shifted.pop()) if shifted else line)
    return texts


def shift_row(job: Job, line: list[str], code: str) -> list[str]:
    """Let a row's figures start too early: blanks among its labels stand at its end instead."""
    labels = [text for text in line[:3] if text]
    blanks = 3 - len(labels)
    kept = job.chance(f"ragged {code}").randrange(blanks) if blanks else 0
    return [*labels, *[""] * kept, *line[3:], *[""] * (blanks - kept)]


def print_tab(job: Job, blocks: list[Block]) -> bytes:
    """Print tab-separated text."""
    lines = []
    for block in blocks:
        rows = [[block.text]] if isinstance(block, Text) else text_rows(job, block, " ")
        lines += ["\t".join(row) for row in rows] + [""]
    return encode(job, lines)


def print_pipe(job: Job, blocks: list[Block]) -> bytes:
    """Print Markdown with tables drawn by pipes."""
    lines = []
    for block in blocks:
        if isinstance(block, Text):
            lines += ["#" * block.level + " " * bool(block.level) + block.text, ""]
            continue
        rows = text_rows(job, block, "<br>")
        width = max(map(len, rows))
        drawn = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in rows]
        lines += [drawn[0], "|" + "---|" * width, *drawn[1:], ""]
    return encode(job, lines)


def print_lines(job: Job, blocks: list[Block]) -> bytes:
    """Print each cell on a line of its own."""
    texts = [[block] if isinstance(block, Text) else cells_of(block) for block in blocks]
    return encode(job, [piece.text for pieces in texts for piece in pieces])


def print_running(job: Job, blocks: list[Block]) -> bytes:
    """Print all cells run together, with a blank here and there or between all, in few lines."""
    rng = job.chance("running")
    blanks = rng.choice((0, 0, 0.2, 0.8, 1))
    lines = [""]
    for block in blocks:
        texts = [block.text] if isinstance(block, Text) else [c.text for c in cells_of(block)]
        lines += [""] if isinstance(block, Text) and (not block.level or rng.random() < 0.3) else []
        for text in texts:
            lines[-1] += " " * (rng.random() < blanks) + text.replace("\n", "")
    return encode(job, lines)


def print_csv(job: Job, blocks: list[Block]) -> bytes:
    """Print comma-separated values."""
    out = io.StringIO(newline="")
    for block in blocks:
        rows = [[block.text]] if isinstance(block, Text) else text_rows(job, block, "\n")
        csv.writer(out).writerows([*rows, []])
    return encode(job, [out.getvalue()])


def encode(job: Job, lines: list[str]) -> bytes:
    """Encode text as the hazards ask for, else as UTF-8."""
    end = job.chance("line ends").choice(("\n", "\r\n"))
    codecs = {"utf16_bom": "utf-16", "utf8_bom": "utf-8-sig", "gb18030_bytes": "gb18030"}
    codecs |= {"gb2312_declared": "gb18030", "wrong_declaration": wrong_declaration(job)[1]}
    used = next((codec for name, codec in codecs.items() if name in job.names), "utf-8")
    return end.join(lines).encode(used)


def wrong_declaration(job: Job) -> tuple[str, str]:
    """Give the encoding that a page declares and the one that it uses."""
    pairs = (("utf-8", "gb18030"), ("gb2312", "utf-8"), ("iso-8859-1", "utf-8"))
    return job.chance("wrong_declaration").choice(pairs)


# ---- HTML ----

SKINS = (  # how a table, a cell and its text look
    ('align="center" border="1" cellspacing="1"', ' nowrap style="width:60px;"', "<p>{}</p>"),
    (
        'style="border-collapse:collapse;border:none" cellspacing="0" align="center" border="1"',
        ' style="padding:0 4px;border:1px solid windowtext" valign="center" width="48"',
        '<p style="text-indent: 0em;">{}</p>',
    ),
    (
        'class="MsoTableGrid" border="1" cellspacing="0" cellpadding="0"',
        ' valign="top" width="62"',
        '<p class="MsoNormal" align="center"><span style="font-family:仿宋">{}</span></p>',
    ),
    ('border="1"', "", "{}"),
)
HIDDEN = (
    "<!-- 99 -->",
    '<span style="display:none">99</span>',
    "<script>var n = 99;</script>",
)
FAKE_TABLE = (
    "<table><tr><td>一、本年新收政府信息公开申请数量</td><td>91</td><td>92</td><td>93</td>"
    "<td>94</td><td>95</td><td>96</td><td>561</td></tr></table>"
)
LAYOUT_TABLE = (
    '<table width="100%"><tr><td width="160" valign="top"><table><tr><td>行政许可</td></tr>'
    "<tr><td>行政处罚</td></tr><tr><td>其他</td></tr></table></td><td>{}</td></tr>"
    '<tr><td colspan="2">总计访问量：20315</td></tr></table>'
)


def print_html(job: Job, blocks: list[Block]) -> bytes:
    """Print an HTML page."""
    body = "\n".join(html_block(job, block) for block in blocks)
    if "script_tables" in job.names:
        scripts = f"<script>var demo = '{FAKE_TABLE}';</script>\n<!-- {FAKE_TABLE} -->"
        body = f'<script type="text/template">{FAKE_TABLE}</script>\n{body}\n{scripts}'
    if "layout_tables" in job.names:
        body = LAYOUT_TABLE.format(body)
    charset = "gb2312" if "gb2312_declared" in job.names else "utf-8"
    charset = wrong_declaration(job)[0] if "wrong_declaration" in job.names else charset
    title = mirrored(job, str(job.facts["title"]))
    head = (
        f'<head><meta charset="{charset}"><title>{title}</title>{tricks().page_style(job)}</head>'
    )
    return encode(job, ["<!DOCTYPE html>", f"<html>{head}", f"<body>{body}</body></html>"])


def html_block(job: Job, block: Block) -> str:
    """Print a heading, a paragraph or a table, with faults of mark-up if asked for."""
    if isinstance(block, Text):
        bold = ' style="font-weight: bold;"'
        style = ("", f' align="center"{bold}', bold, "")
        return f"<p{style[block.level]}>{escape(block.text)}</p>"
    rng, skin = job.chance(f"html {len(block.rows)}"), job.chance("skin").choice(SKINS)
    rows = [html_row(job, rng, block, number, skin) for number in range(len(block.rows))]
    rows = tricks().html_rows(job, rng, block, rows)
    return "".join([f"<table {skin[0]}><tbody>", *rows, "</tbody></table>"])


def html_row(job: Job, rng: Random, grid: Grid, number: int, skin: tuple[str, str, str]) -> str:
    """Print a row of a page."""
    lines = ["<tr>"]
    if "missing_tr" in job.names and number and rng.random() < 0.3:
        lines.pop()
    for _, width, height, cell in runs(grid, number):
        if height:
            tag = "th" if "header_cells" in job.names and rng.random() < 0.3 else "td"
            spans = html_spans(job, rng, grid, number, width, height)
            lines.append(f"<{tag}{spans}{skin[1]}>" + skin[2].format(html_text(job, rng, cell)))
            closed = "unclosed_td" not in job.names or rng.random() >= 0.3
            lines.append(f"</{tag}>" if closed else "")
    return "".join([*lines, "</tr>"])


def tricks() -> ModuleType:
    """Give the module of what mark-up and workbooks do to figures."""
    return import_module("typeset_tricks")


def html_spans(job: Job, rng: Random, grid: Grid, number: int, width: int, height: int) -> str:
    """Print a cell's spans, as numbers or as published pages have them."""
    across = f' colspan="{width}"' if width > 1 else ""
    if "colspan_junk" in job.names and rng.random() < 0.7:
        across = f' colspan="{width};"'
    if "colspan_percent" in job.names and width == len(grid.rows[number]):
        across = ' colspan="100%"'
    if "rowspan_too_long" in job.names and number + height == len(grid.rows):
        height += 5
    return across + (f' rowspan="{height}"' if height > 1 else "")


def html_text(job: Job, rng: Random, cell: Cell) -> str:
    """Print a cell's text as mark-up."""
    text = escape(cell.text).replace("\n", "<br/>")
    if text == "\xa0":
        return rng.choice(("&nbsp;", "<o:p>&nbsp;</o:p>"))
    if cell.key and "nested_tags" in job.names and len(text.strip()) > 1:
        last = len(text.rstrip()) - 1
        text = f"{text[:last]}<span>{text[last:]}</span>"
    if cell.key and "hidden_text" in job.names and rng.random() < 0.2:
        text += rng.choice(HIDDEN)
    return tricks().html_figure(job, rng, cell, text)


# ---- docx and xlsx ----

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "application/vnd.openxmlformats-"
DOCX_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
    f'<Default Extension="rels" ContentType="{TYPES}package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" '
    f'ContentType="{TYPES}officedocument.wordprocessingml.document.main+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
}
SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
BORDERS = "".join(f'<w:{side} w:val="single" w:sz="4"/>' for side in SIDES)
PAPER = (  # wide enough for the table of disputes
    '<w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
    '<w:pgMar w:top="900" w:right="900" w:bottom="900" w:left="900" w:header="450" w:footer="450"'
    ' w:gutter="0"/></w:sectPr>'
)
NUMBER = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?"  # what a workbook holds as a number
WRAPPED = Alignment(wrap_text=True)


def print_docx(job: Job, blocks: list[Block]) -> bytes:
    """Print a Word document."""
    body = "".join(
        docx_table(job, block) if isinstance(block, Grid) else docx_text(job, Cell(block.text))
        for block in blocks
    )
    document = f'<w:document xmlns:w="{WORD}"><w:body>{body}{PAPER}</w:body></w:document>'
    prolog = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    parts = {**DOCX_PARTS, "word/document.xml": document}
    return pack({name: (prolog + text).encode() for name, text in parts.items()})


def docx_table(job: Job, grid: Grid) -> str:
    """Print a Word table: column widths, then rows of cells with gridSpan and vMerge."""
    widths = [900] * max(map(len, grid.rows))
    if grid.narrow is not None:
        widths[grid.narrow] = 20
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = ""
    for number in range(len(grid.rows)):
        cells = [docx_cell(job, widths, *run) for run in runs(grid, number)]
        after = len(widths) - len(grid.rows[number])
        look = f'<w:trPr><w:gridAfter w:val="{after}"/></w:trPr>' if after else ""
        rows += f"<w:tr>{look}{''.join(cells)}</w:tr>"
    look = f"<w:tblPr><w:tblBorders>{BORDERS}</w:tblBorders></w:tblPr>"
    return f"<w:tbl>{look}<w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl><w:p/>"


def docx_cell(job: Job, widths: list[int], place: int, width: int, height: int, cell: Cell) -> str:
    """Print a cell; a merged one stands again, empty, in each further row."""
    look = f'<w:tcW w:w="{sum(widths[place : place + width])}" w:type="dxa"/>'
    look += f'<w:gridSpan w:val="{width}"/>' if width > 1 else ""
    look += {0: "<w:vMerge/>", 1: ""}.get(height, '<w:vMerge w:val="restart"/>')
    text = docx_text(job, cell if height else Cell(""))
    return tricks().docx_cell(job, cell, f"<w:tc><w:tcPr>{look}</w:tcPr>{text}</w:tc>")


def docx_text(job: Job, cell: Cell) -> str:
    """Print a cell's lines as paragraphs, figures cut into runs if asked for."""
    paragraphs = ""
    for line in cell.text.split("\n"):
        cut = len(line.rstrip()) - 1 if cell.key and "nested_tags" in job.names else 0
        pieces = [(part, "") for part in (line[:cut], line[cut:]) if part]
        if cell.key and "hidden_text" in job.names and job.chance(cell.key).random() < 0.2:
            pieces.append(("99", "<w:rPr><w:vanish/></w:rPr>"))
        run = '<w:r>{1}<w:t xml:space="preserve">{0}</w:t></w:r>'
        runs_ = "".join(run.format(escape(t), look) for t, look in pieces)
        paragraphs += f"<w:p>{tricks().docx_figure(job, cell, runs_)}</w:p>"
    return paragraphs


def print_xlsx(job: Job, blocks: list[Block]) -> bytes:
    """Print a workbook: all on one sheet, or a sheet for each section."""
    rng = job.chance("workbook")
    many, typed = rng.random() < 0.3, rng.random() < 0.7
    book = openpyxl.Workbook()
    sheet, top = book.active, 1
    for block in blocks:
        if isinstance(block, Text):
            if many and block.level == 2:
                sheet, top = book.create_sheet(), 1
            sheet.cell(top, 1, block.text)
        else:
            xlsx_table(job, sheet, top, block, typed)
            tricks().hide_in_sheet(job, sheet, top, block)
        top += 1 if isinstance(block, Text) else len(block.rows) + 1
    out = io.BytesIO()
    book.save(out)
    return pack(undated(out))


def xlsx_table(job: Job, sheet: Worksheet, top: int, grid: Grid, typed: bool) -> None:
    """Write a grid into a sheet, merged cells merged, figures as numbers if typed."""
    for number in range(len(grid.rows)):
        for place, width, height, cell in runs(grid, number):
            if not height:
                continue
            figure = typed and re.fullmatch(NUMBER, cell.text)
            at = sheet.cell(top + number, 1 + place)
            at.value = float(cell.text) if figure else cell.text or None
            if cell.key and cell.text:
                tricks().sheet_figure(job, cell, at)
            if not cell.text:
                at.alignment = WRAPPED  # an empty cell is kept for its style
            if width > 1 or height > 1:
                last = (at.row + height - 1, at.column + width - 1)
                sheet.merge_cells(None, at.row, at.column, *last)


def undated(workbook: io.BytesIO) -> dict[str, bytes]:
    """Take a workbook's parts, without the time at which it was written."""
    with zipfile.ZipFile(workbook) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    core = "docProps/core.xml"
    parts[core] = re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z", b"2024-01-01T00:00:00Z", parts[core])
    return parts


def pack(parts: dict[str, bytes]) -> bytes:
    """Zip parts, always to the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0))
            archive.writestr(info, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


Printer = Callable[[Job, list[Block]], bytes]
PRINTERS: dict[str, Printer] = {
    "html": print_html,
    "tab": print_tab,
    "pipe": print_pipe,
    "lines": print_lines,
    "running": print_running,
    "csv": print_csv,
    "docx": print_docx,
    "xlsx": print_xlsx,
}


def printer_of(fmt: str) -> Printer:
    """Give the printer of a format."""
    return PRINTERS.get(fmt) or getattr(import_module(MODULES[fmt]), f"print_{fmt}")
