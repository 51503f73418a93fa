"""Typesets the lists of the forms before 2019, in the steps and formats of the typesetter.

A list has one row an indicator and a column or two of figures. Its hazards are its own; those of
mark-up and encoding act where the formats are printed.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from random import Random

from typesetter import (
    LAYOUT,
    OFFICES,
    PLACES,
    PREFACE,
    PROSE,
    SUFFIXES,
    Block,
    Cell,
    Entry,
    Grid,
    Job,
    Key,
    Printed,
    State,
    Text,
    Typeset,
    add_other_tables,
    draw_count,
    entries,
    mirror_block,
    mirrored,
    print_figure,
    printer_of,
    read_rows,
    run_together,
    split_merges,
)

FORMS = {"2014": "statistics", "fujian_2009": "fujian", "fujian_2013": "fujian"}
YEARS = {"2014": (2014, 2018), "fujian_2009": (2009, 2012), "fujian_2013": (2013, 2018)}
_ROWS = read_rows("list_hazards")
HAZARDS = {row["hazard"]: set(row["formats"].split()) for row in _ROWS}
FOR_FORMS = {row["hazard"]: set(row["forms"].split()) for row in _ROWS}
RULES_OUT = {
    "unit_in_label": {"no_unit_column", "units_in_cells"},
    "side_by_side": {"list_cut", "list_header_again", "list_page_number", "empty_last_column"},
    "list_cut": {"list_header_again", "rowspan_too_long"},
    "gb2312_declared": {"utf16_bom"},
    "gb18030_bytes": {"utf16_bom"},
    "blank_zeros": {"glued_figures", "unknown_row"},
}
AMOUNTS = ("fees_charged", "budget", "fee_reduction")
FULL_LABELS = {
    "disclosed_total": "（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）",
    "responses": "（一）回应公众关注热点或重大舆情数（不同方式回应同一热点或舆情计1次）",
    "press_conferences_led": "其中：主要负责同志参加新闻发布会总次数",
    "online_interviews_led": "其中：主要负责同志参加政府网站在线访谈次数",
    "offices": "（一）政府信息公开工作专门机构数",
    "reading_points": "（二）设置政府信息公开查阅点数",
    "staff": "（三）从事政府信息公开工作人员数",
    "staff_full_time": "1.专职人员数（不包括政府公报及政府网站工作人员数）",
    "staff_part_time": "2.兼职人员数",
    "budget": "（四）政府信息公开专项经费"
    "（不包括用于政府公报编辑管理及政府网站建设维护等方面的经费）",
    "training_section": "九、政府信息公开会议和培训情况",
    "meetings": "（一）召开政府信息公开工作会议或专题会议数",
    "training_courses": "（二）举办各类培训班数",
}
LABELS = {
    "full_labels": FULL_LABELS,
    "same_label_twice": {"lawsuits_upheld": "（一）维持具体行政行为数"},
    "joined_of_which": {"denied_state_secret": "不同意公开答复数 其中：1.涉及国家秘密"},
    "label_typo": {
        "fees_charged": "七、依申请公开信息收的费用",
        "fee_reduction": "政府信息公开收费减金额",
    },
}
UNKNOWN = {"2014": ("budget", "（五）开放日活动数"), "fujian_2013": ("lawsuits", "公众来访数")}


@dataclass(frozen=True)
class Line:
    """A printed row of a list: what it is, how deep it stands, and the section it is in."""

    entry: Entry
    depth: int
    section: str


def typeset_list(
    seed: int, fmt: str, form: str, hazards: Iterable[str] | None = None, slip: bool | None = None
) -> Typeset:
    """Set the list of a seed and form in a format; arguments as those of `typeset`."""
    job = take_list_job(seed, fmt, form, hazards)
    cells = list_states(job, draw_list(job))
    lost = lose_list_rows(job, cells)
    job.truth = {key: print_list_cell(job, key, *cell) for key, cell in cells.items()}
    lost |= run_together(job)
    slips = plant_list_slip(job, cells, lost, slip)
    job.truth = {key: print_list_cell(job, key, *cell) for key, cell in cells.items()}
    data = printer_of(fmt)(job, compose_list(job))
    suffix = SUFFIXES.get(fmt, f".{fmt}")
    return Typeset(data, suffix, job.truth, slips, job.names, lost, job.facts)


def take_list_job(seed: int, fmt: str, form: str, hazards: Iterable[str] | None) -> Job:
    """Settle which hazards, year and agency a seed stands for."""
    possible = [name for name in HAZARDS if fmt in HAZARDS[name] and form in FOR_FORMS[name]]
    rng = Random(f"{seed} {fmt} {form}")
    count = rng.choices(range(6), (25, 22, 20, 16, 11, 6))[0]
    drawn = rng.sample(possible, min(count, len(possible)))
    asked = set(drawn if hazards is None else hazards)
    if asked - set(possible):
        raise ValueError(f"no hazards {sorted(asked - set(possible))} in {form} as {fmt}")
    for name in HAZARDS:
        asked -= RULES_OUT.get(name, set()) if name in asked else set()
    year = rng.randint(*YEARS[form])
    agency = rng.choice(PLACES) + rng.choice(OFFICES)
    facts = {"title": f"{agency}{year}年政府信息公开工作年度报告", "agency": agency, "year": year}
    return Job(seed, fmt, frozenset(asked), form, facts, {})


# ---- the figures ----


def list_lines(job: Job) -> list[Line]:
    """The printed rows of the form, each with its depth and the section that it stands in."""
    table, known = FORMS[job.form], {}
    for entry in entries(table, "row", job.form):
        above = known.get(entry.parent)
        section = above.section or (above.entry.code if above else "") if above else ""
        known[entry.code] = Line(entry, above.depth + 1 if above else 0, section)
    left_out = {"fee_reduction"} if "row_left_out" in job.names else set()
    return [line for code, line in known.items() if code not in left_out]


def list_columns(job: Job) -> list[Entry]:
    """The columns of figures."""
    return list(entries(FORMS[job.form], "column", job.form))


def sums_of(job: Job) -> dict[str, list[str]]:
    """Each row that is a sum, with the rows that add up to it."""
    rows = [line.entry for line in list_lines(job)]
    sections = {e.code for e in rows if "section" in e.columns}
    sums: dict[str, list[str]] = {}
    for entry in rows:
        if entry.parent and entry.parent not in sections and "of_which" not in entry.columns:
            sums.setdefault(entry.parent, []).append(entry.code)
    return sums


def wholes_of(job: Job) -> dict[str, str]:
    """Each row that is a part which others need not complete, with its whole."""
    rows = (line.entry for line in list_lines(job))
    return {e.code: e.parent for e in rows if "of_which" in e.columns}


def draw_list(job: Job) -> dict[Key, float]:
    """Draw figures so that sums hold, parts lie within wholes, and all years include this one."""
    rng, table = job.chance("list figures"), FORMS[job.form]
    scale = rng.choices((0, 3, 40, 900), (1, 4, 3, 2))[0]
    year = draw_rows(job, rng, scale)
    if table == "statistics":
        return {(table, row, "count"): value for row, value in year.items()}
    past = draw_rows(job, rng, scale * 4)
    figures = {(table, row, "year"): value for row, value in year.items()}
    return figures | {(table, r, "cumulative"): round(year[r] + past[r], 2) for r in year}


def draw_rows(job: Job, rng: Random, scale: float) -> dict[str, float]:
    """Draw one column: leaves first, then sums from the innermost, then parts of wholes."""
    rows = [line.entry for line in list_lines(job) if "section" not in line.entry.columns]
    sums, wholes = sums_of(job), wholes_of(job)
    drawn: dict[str, float] = {}
    for entry in reversed(rows):
        if entry.code in sums:
            drawn[entry.code] = sum(drawn[part] for part in sums[entry.code])
        elif entry.code in AMOUNTS:
            drawn[entry.code] = round(draw_count(rng, scale) * 1.37, 2)
        else:
            shown = 12000 if "thousands_separators" in job.names else 0
            drawn[entry.code] = draw_count(rng, scale) + shown * (rng.random() < 0.2)
    for part, whole in wholes.items():
        drawn[part] = rng.randint(0, int(drawn[whole]))
    return {entry.code: drawn[entry.code] for entry in rows}


# ---- what stands in each cell ----


def list_states(job: Job, figures: dict[Key, float]) -> dict[Key, State]:
    """Decide the state of each cell: a figure, a blank, or a mark."""
    cells: dict[Key, State] = {key: ("number", value) for key, value in figures.items()}
    if "blank_zeros" in job.names:
        cells |= {key: ("blank", None) for key, value in figures.items() if not value}
    if "marked_cells" in job.names:
        row = job.chance("marked").choice(sorted({key[1] for key in figures}))
        cells |= {key: ("mark", None) for key in figures if key[1] == row}
    return cells


def lose_list_rows(job: Job, cells: dict[Key, State]) -> frozenset[Key]:
    """Choose rows whose two figures are glued, or of which only one is printed."""
    rng, rows = job.chance("lost rows"), sorted({key[1] for key in cells})
    filled = [
        r for r in rows if all(s == "number" for (_, o, _), (s, _) in cells.items() if o == r)
    ]
    if "glued_figures" in job.names and filled:
        job.glued = set(rng.sample(filled, min(len(filled), rng.randint(1, 3))))
    if "dropped_blank" in job.names and set(filled) - job.glued:
        job.dropped = {rng.choice(sorted(set(filled) - job.glued))}
        cells |= {
            (t, r, c): ("blank", None) for t, r, c in cells if r in job.dropped and c == "year"
        }
    return frozenset(key for key in cells if key[1] in job.glued | job.dropped)


def list_identities(job: Job) -> list[tuple[list[Key], list[Key]]]:
    """What must be equal: the parts of each sum and the sum, in each column."""
    table = FORMS[job.form]
    return [
        ([(table, part, column.code) for part in parts], [(table, whole, column.code)])
        for whole, parts in sums_of(job).items()
        for column in list_columns(job)
    ]


def list_bounds(job: Job) -> list[tuple[Key, Key]]:
    """What must not be more than what: a part than its whole, this year than all years."""
    table, columns = FORMS[job.form], [column.code for column in list_columns(job)]
    bounds = [((table, p, c), (table, w, c)) for p, w in wholes_of(job).items() for c in columns]
    if "cumulative" in columns:
        rows = [line.entry.code for line in list_lines(job)]
        bounds += [((table, row, "year"), (table, row, "cumulative")) for row in rows]
    return bounds


def plant_list_slip(
    job: Job, cells: dict[Key, State], lost: frozenset[Key], slip: bool | None
) -> list[Key]:
    """Break one sum or bound that is printed in full, and name the figure that does."""
    rng = job.chance("list slip")
    if not (rng.random() < 0.15 if slip is None else slip):
        return []
    legible = {key for key, (state, _) in cells.items() if state == "number"} - lost
    sums = [left + right for left, right in list_identities(job) if legible >= {*left, *right}]
    bounds = [pair for pair in list_bounds(job) if legible.issuperset(pair)]
    if bounds and (not sums or rng.random() < 0.4):
        part, whole = rng.choice(bounds)
        cells[part] = ("number", int(cells[whole][1] or 0) + rng.choice((1, 2, 10)))
        return [part]
    if not sums:
        return []
    key = rng.choice(rng.choice(sums))
    value = int(cells[key][1] or 0)
    wrong = {value + 1, value + 10, value - 1, value - 9, value * 10} - {value}
    cells[key] = ("number", rng.choice(sorted(n for n in wrong if n > 0)))
    return [key]


def print_list_cell(job: Job, key: Key, state: str, value: float | None) -> Printed:
    """Print a cell as it stands in the document."""
    if value is None:
        mark = job.chance("mark").choice(("/", "-", "—", "无"))
        return state, None, mirrored(job, mark) if state == "mark" else ""
    text = print_figure(job, key, value)
    if "units_in_cells" in job.names and job.chance(f"unit {key}").random() < 0.5:
        text += next(x.entry.unit for x in list_lines(job) if x.entry.code == key[1])
    return state, float(value), mirrored(job, text)


# ---- the labels and the table ----


def list_label(job: Job, line: Line) -> str:
    """Word a label as the hazards ask for."""
    text = line.entry.label
    for name, words in LABELS.items():
        if name in job.names:
            text = words.get(line.entry.code, text)
    if "of_which_cell" in job.names:
        text = text.removeprefix("其中：")
    if "other_ordinals" in job.names:
        swapped = {".": "、", "、": "."}
        text = re.sub(r"(?<=\d)[.、](?=\D)", lambda found: swapped[found[0]], text)
    if "unit_in_label" in job.names and line.entry.unit:
        text += f"（{line.entry.unit}）"
    return "\u3000" * line.depth * ("indented_labels" in job.names) + text


def has_units(job: Job) -> bool:
    """Whether the list has a column of units."""
    return not job.names & {"no_unit_column", "unit_in_label"}


def label_width(job: Job) -> int:
    """How many columns the labels take."""
    depth = 3 if "label_columns" in job.names else 1
    return depth + bool(job.names & {"of_which_cell"}) + ("vertical_sections" in job.names)


def list_header(job: Job) -> list[Cell]:
    """The header row."""
    other = (job.form == "2014") == ("list_heading" in job.names)
    indicator, unit = ("指标名称", "计量单位") if other else ("统计指标", "单位")
    figures = [column.label for column in list_columns(job)]
    if job.form != "2014" or "year_in_header" in job.names:
        wording = job.chance("year").choice(("{}年度", "{}年")).format(job.facts["year"])
        figures[0] = wording if "year_in_header" in job.names else "本年度"
    units = [Cell(unit)] if has_units(job) else []
    return [Cell(indicator)] * label_width(job) + units + [Cell(text) for text in figures]


def list_grid(job: Job) -> Grid:
    """Set the list: a header, then a row for each indicator."""
    lines = list_lines(job)
    grid = Grid([list_header(job)], heads=1)
    sections = {line.entry.code: Cell("\n".join(line.entry.label)) for line in lines}
    groups = {line.entry.parent: Cell("其中") for line in lines}
    stands_beside = "vertical_sections" in job.names
    for line in lines:
        if stands_beside and not line.depth and "section" in line.entry.columns:
            continue
        labels = label_cells(job, line, sections, groups)
        grid.rows.append([*labels, *unit_cells(job, line), *figure_cells(job, line)])
        if "unknown_row" in job.names and line.entry.code == UNKNOWN[job.form][0]:
            grid.rows.append(unknown_row(job))
    return grid


def label_cells(
    job: Job, line: Line, sections: dict[str, Cell], groups: dict[str, Cell]
) -> list[Cell]:
    """The cells of a row's label: section, 其中, indentation, then the label itself."""
    width, label = label_width(job), Cell(list_label(job, line))
    before: list[Cell] = []
    if "vertical_sections" in job.names and line.section:
        before.append(sections[line.section] if is_section(job, line.section) else Cell(""))
    if "label_columns" in job.names:
        before += [Cell("") for _ in range(min(line.depth, 2) - len(before))]
    if "of_which_cell" in job.names and is_of_which(job, line):
        before.append(groups[line.entry.parent])
    return [*before, *[label] * (width - len(before))]


def is_section(job: Job, code: str) -> bool:
    """Whether a row only names a section."""
    table = FORMS[job.form]
    return any("section" in e.columns for e in entries(table, "row", job.form) if e.code == code)


def is_of_which(job: Job, line: Line) -> bool:
    """Whether a row stands in a group that 其中 opens."""
    table, parent = FORMS[job.form], line.entry.parent
    group = entries(table, "row", job.form, parent) if parent else ()
    return bool(group) and group[0].label.startswith("其中")


def unit_cells(job: Job, line: Line) -> list[Cell]:
    """The cell of a row's unit, where the list has a column of units."""
    mark = "——" if "marked_sections" in job.names and not line.entry.unit else ""
    return [Cell(line.entry.unit or mark)] if has_units(job) else []


def figure_cells(job: Job, line: Line) -> list[Cell]:
    """The figures of a row, glued or without a blank one if chosen."""
    table, row = FORMS[job.form], line.entry.code
    keys = [(table, row, column.code) for column in list_columns(job)]
    if "section" in line.entry.columns:
        return [Cell("——" if "marked_sections" in job.names else "") for _ in keys]
    figures = [Cell(job.truth[key][2], key) for key in keys]
    if row in job.glued:
        return [Cell("".join(cell.text for cell in figures))] * len(figures)
    return [cell for cell in figures if cell.text or row not in job.dropped]


def unknown_row(job: Job) -> list[Cell]:
    """A row that the form does not have."""
    rng, label = job.chance("unknown row"), Cell(UNKNOWN[job.form][1])
    units = [Cell("次")] if has_units(job) else []
    figures = [Cell(str(rng.randint(0, 300))) for _ in list_columns(job)]
    return [*[label] * label_width(job), *units, *figures]


# ---- layout ----


def lay_out(job: Job, grid: Grid) -> list[Grid]:
    """Change the layout as the hazards ask for; a page break makes two tables of one."""
    rng = job.chance("list layout")
    if "side_by_side" in job.names:
        grid = side_by_side(grid)
    at = rng.randint(3, len(grid.rows) - 3)
    if "list_header_again" in job.names:
        split_merges(grid, at, repeat=rng.random() < 0.5)
        grid.rows[at:at] = [[Cell(text) for text in one_by_one(grid.rows[0])]]
    if "list_page_number" in job.names:
        above, below = grid.rows[at - 1], grid.rows[at]
        number = Cell(rng.choice(("-3-", "- 4 -", "— 5 —")))
        grid.rows.insert(at, [c if c in above else number for c in below])
    for name in ("label_breaks", "padded_cells", "empty_last_row", "empty_last_column"):
        if name in job.names:
            LAYOUT[name](job.chance(name), {"list": [grid]})
    if "list_cut" in job.names:
        split_merges(grid, at, repeat=True)
        return [Grid(grid.rows[:at], heads=1), Grid(grid.rows[at:])]
    return [grid]


def one_by_one(row: Sequence[Cell]) -> list[str]:
    """The texts of a header row, each merged cell's in its first place alone."""
    return ["" if n and cell is row[n - 1] else cell.text for n, cell in enumerate(row)]


def side_by_side(grid: Grid) -> Grid:
    """Set the second half of a list beside the first."""
    half = (len(grid.rows) + 2) // 2
    split_merges(grid, half, repeat=True)
    header, left, right = grid.rows[0], grid.rows[1:half], grid.rows[half:]
    copies = {id(cell): Cell(cell.text) for cell in header}
    right = [[copies[id(cell)] for cell in header], *right]
    left = [header, *left]
    left += [[Cell("") for _ in header] for _ in range(len(right) - len(left))]
    right += [[Cell("") for _ in header] for _ in range(len(left) - len(right))]
    return replace(grid, rows=[a + b for a, b in zip(left, right, strict=True)])


def compose_list(job: Job) -> list[Block]:
    """Put title, sections, prose and the list in order."""
    blocks: list[Block] = [
        Text(str(job.facts["title"]), 1),
        Text(PREFACE.format(**job.facts)),
        Text("一、总体情况", 2),
        Text(PROSE["summary"]),
        Text("二、政府信息公开情况统计表", 2),
        *lay_out(job, list_grid(job)),
        Text("三、存在的主要问题及改进情况", 2),
        Text(PROSE["problems"]),
    ]
    if "other_tables" in job.names:
        add_other_tables(job.chance("other_tables"), blocks)
    return [mirror_block(job, block) for block in blocks]
