"""More that print does to tables: columns and rows too many, missing, misplaced or cut apart.

What changes what can be told is decided first (`lose`), so that no slip is planted where it can't
be found; the layout of the tables follows it (`LAYOUT`).
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from typesetter import (
    AMOUNTS,
    APPLICANTS,
    BALANCE,
    Block,
    Cell,
    Grid,
    Job,
    Key,
    Sections,
    State,
    Tables,
    Text,
    cells_of,
    draw_figures,
    keys_of,
    print_cell,
    read_rows,
    request_leaves,
    set_requests,
    split_merges,
)

FIGURES = {row["hazard"]: row for row in read_rows("figures")}
CHINESE = "〇一二三四五六七八九"
ORGANISATIONS = tuple(name for name in APPLICANTS if name != "natural_person")
COLUMNS = (*APPLICANTS, "total")
UNRULED = ("tab", "pipe", "lines", "csv")
LABELS = 3  # columns of labels in the table of requests


# ---- what stands in the cells ----


def lose(job: Job, cells: dict[Key, State]) -> frozenset[Key]:
    """Decide which cells are printed oddly or not at all, and say which of them can't be told."""
    lost: set[Key] = set()
    for name in FIGURES:
        if name in job.names:
            lost |= print_oddly(job, cells, name)
    if job.fmt in UNRULED:  # a cell that is no figure may be a label there
        rows = {key[:2] for key in lost}
        lost |= {key for key in cells if key[:2] in rows}
    if any(key[0] == "disputes" for key in lost):  # they all stand in one row
        lost |= {key for key in cells if key[0] == "disputes"}
    for name, choose in LOSING.items():
        if name in job.names:
            lost |= choose(job, cells)
    if job.fmt in UNRULED and job.moved:  # one row out of place puts them all in doubt
        lost |= lose_requests(job, cells)
    for key in job.absent:
        cells.pop(key, None)
    return frozenset(lost & cells.keys())


def print_oddly(job: Job, cells: dict[Key, State], name: str) -> set[Key]:
    """Choose some figures that are printed in an odd way."""
    rng, row = job.chance(name), FIGURES[name]
    kinds = row["printed"].split("|")
    keys = sorted(key for key in cells if can_be_odd(job, cells, key, row))
    if not keys:
        keys = [("disclosure", "normative_documents", next(iter(disclosed(cells))))]
        cells[keys[0]] = ("number", 0.0 if row["state"] == "zero" else 120.0)
    chosen = rng.sample(keys, min(len(keys), rng.randint(1, 5)))
    for key in chosen:
        value = int(cells[key][1] or 0)
        job.odd[key] = oddly(rng.choice(kinds), value)
        if row["state"] == "text":
            cells[key] = ("text", None)
    return set() if row["told"] == "yes" else set(chosen)


def disclosed(cells: Iterable[Key]) -> list[str]:
    """Name the columns of the row of normative documents."""
    return [column for table, row, column in cells if row == "normative_documents"]


def can_be_odd(job: Job, cells: dict[Key, State], key: Key, row: dict[str, str]) -> bool:
    """Tell whether a cell holds a plain count that an odd print can be made of."""
    state, value = cells[key]
    if state != "number" or value is None or value != int(value) or value < 0 or key in job.odd:
        return False
    if row["state"] == "zero":
        return value == 0
    if key[2] == "procurement_amount" or (
        key[0] == "disclosure" and row["hazard"] == "requests_unit"
    ):
        return False
    return value >= 10 if re.search(r"\{(?!n\}|zh\})", row["printed"]) else value > 0


def oddly(kind: str, value: int) -> str:
    """Print a figure in one odd way."""
    digits = str(value)
    power = f"{value:.2E}" if value < 100 else f"{value / 10 ** (len(digits) - 1):.6f}".rstrip("0")
    power = power if "E" in power else f"{power}E+{len(digits) - 1:02}"
    return kind.replace("\\n", "\n").format(
        n=digits,
        zh=chinese(value),
        letter=digits.replace("0", "O").replace("1", "l")
        if set("01") & set(digits)
        else f"{digits}O",
        spaced=f"{digits[0]} {digits[1:]}",
        mixed=digits[0].translate(WIDE) + digits[1:],
        apart=f"{digits[:-1]}，{digits[-1]}" if value < 1000 else f"{digits[:-3]}’{digits[-3:]}",
        power=power,
        zero=f"{digits[0]}\u200b{digits[1:]}",
        turned=f"\u202e{digits[::-1]}\u202c",
    )


WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def chinese(value: int) -> str:
    """Write a count below a hundred as it is spoken, others digit by digit."""
    if value < 10 or value >= 100:
        return "".join(CHINESE[int(digit)] for digit in str(value))
    tens, ones = divmod(value, 10)
    return (CHINESE[tens] if tens > 1 else "") + "十" + (CHINESE[ones] if ones else "")


def lose_requests(job: Job, cells: dict[Key, State]) -> set[Key]:
    """Give up the whole table of requests."""
    return {key for key in cells if key[0] == "requests"}


def lose_a_row(name: str) -> Callable[[Job, dict[Key, State]], set[Key]]:
    """Make the choice of a row of requests that has figures, for a hazard."""

    def choose(job: Job, cells: dict[Key, State]) -> set[Key]:
        rows = [*BALANCE, *request_leaves(job)]
        rows = [row for row in rows if row != "handled_total" or "no_total_row" not in job.names]
        filled = [row for row in rows if cells["requests", row, "natural_person"][1]]
        job.moved[name] = job.chance(name).choice(filled or rows[:1])
        return set(keys_of("requests", job.moved[name], COLUMNS))

    return choose


def lose_shifted(job: Job, cells: dict[Key, State]) -> set[Key]:
    """Choose a row that is shifted: whether any row stands in its place is in doubt then."""
    rows = [*BALANCE, *request_leaves(job)]
    filled = any(cells["requests", row, "natural_person"][1] for row in rows)
    if "blank_row_totals" in job.names and not filled:
        return set()  # zeros shifted among zeros are the same zeros
    return lose_a_row("shifted_row")(job, cells) | lose_requests(job, cells)


def mark_figures(name: str, state: str | None) -> Callable[[Job, dict[Key, State]], set[Key]]:
    """Make the choice of some counts that something else is printed for or beside."""

    def choose(job: Job, cells: dict[Key, State]) -> set[Key]:
        rng = job.chance(name)
        filled = sorted(
            k for k, (s, v) in cells.items() if s == "number" and v and k not in job.odd
        )
        chosen = set(rng.sample(filled, min(len(filled), rng.randint(1, 5))))
        job.marked[name] = {key for key in chosen if key[2] not in AMOUNTS}
        for key in job.marked[name] if state else ():
            job.odd[key] = f"{cells[key][1]:.0f}"
            cells[key] = (str(state), None)
        return job.marked[name]

    return choose


def lose_straddled(job: Job, cells: dict[Key, State]) -> set[Key]:
    """Choose counts that are printed across a rule; other cells of their tables are in doubt."""
    chosen = mark_figures("straddling_figures", None)(job, cells)
    tables = {key[0] for key in chosen}
    return {key for key in cells if key[0] in tables}


def lose_strayed(job: Job, cells: dict[Key, State]) -> set[Key]:
    """Choose counts that are printed between two columns, which puts their tables in doubt.

    The columns of disputes are too narrow for that: figures would run into one another.
    """
    wide = {key: state for key, state in cells.items() if key[0] != "disputes"}
    tables = {key[0] for key in mark_figures("strayed_figures", None)(job, wide)}
    return {key for key in cells if key[0] in tables}


def merge_figures(job: Job, cells: dict[Key, State]) -> set[Key]:
    """Choose two neighbouring figures that are printed as one over both rows."""
    rng = job.chance("merged_figures")
    column = rng.choice(COLUMNS)
    pair = [("requests", row, column) for row in merged_pair(job)]
    total = sum(cells[key][1] or 0 for key in pair)
    for key in pair:
        cells[key], job.odd[key] = ("text", None), f"{total:.0f}"
    return set(pair)


def merged_pair(job: Job) -> tuple[str, str]:
    """Give two rows that stand one below the other in every form."""
    return job.chance("merged_rows").choice(
        (("denied_state_secret", "denied_law_forbids"), ("received", "carried_in"))
    )


def lose_total(job: Job, cells: dict[Key, State]) -> set[Key]:
    """Give up the row of the total, for which another sum may be taken."""
    return set(keys_of("requests", "handled_total", COLUMNS))


def no_total_row(job: Job, cells: dict[Key, State]) -> set[Key]:
    """Leave out the row of the total handled."""
    job.absent |= set(keys_of("requests", "handled_total", COLUMNS))
    return set()


def no_total_column(job: Job, cells: dict[Key, State]) -> set[Key]:
    """Leave out the column of totals."""
    job.absent |= {key for key in cells if key[0] == "requests" and key[2] == "total"}
    return set()


def one_organisation(job: Job, cells: dict[Key, State]) -> set[Key]:
    """Leave out the kinds of organisations: one column holds them all."""
    job.absent |= {key for key in cells if key[0] == "requests" and key[2] in ORGANISATIONS}
    return lose_requests(job, cells)


def count_in_hundreds(job: Job, cells: dict[Key, State]) -> set[Key]:
    """Choose a row of requests or a column of disclosures that is printed in hundreds."""
    rng = job.chance("counts_in_hundreds")
    kinds = [("disclosure", 2), ("requests", 1)]
    codes = {(key[0], key[place]) for table, place in kinds for key in cells if key[0] == table}
    table, job.hundreds = rng.choice(sorted(codes - {("disclosure", code) for code in AMOUNTS}))
    chosen = {key for key in cells if key[0] == table and job.hundreds in key[1:]}
    for key in sorted(chosen):
        state, value = cells[key]
        if state == "number" and value and key not in job.odd:
            job.odd[key] = print_cell(job, key, state, value)[2]
            cells[key] = (state, value * 100)
    return chosen


OTHER_YEAR = ("{}年有关情况如下表所示，供参考。", "{}年，各项工作进展顺利。数据见表。")
OWN_YEAR = (
    "根据2008年施行的有关规定，统计如下。",
    "{0}年有关情况如下表所示，较{1}年有所增长。",
    "{0}年，各项工作进展顺利；{1}年的问题已经整改。数据见下表。",
    "本机关于{1}年完成栏目改版，更新指南3次。",
    "统计期限为{0}年1月1日至{0}年12月31日，情况如下：",
    "（单位：件、万元）",
)


def put_sentences(job: Job, sections: Sections) -> None:
    """Put a sentence that names years right above a table; one of last year puts it in doubt."""
    for name, sentences in (("own_year_sentence", OWN_YEAR), ("other_year_sentence", OTHER_YEAR)):
        if name in job.names:
            rng, year = job.chance(name), int(str(job.facts["year"]))
            own = name == "own_year_sentence"
            text = rng.choice(sentences).format(*((year, year - 1) if own else (year - 1,)))
            sections[table_of(job)].insert(0, Text(text))


def table_of(job: Job) -> str:
    """Draw the table that a sentence stands above."""
    return job.chance("table of sentence").choice(("disclosure", "requests", "disputes"))


def lose_table(job: Job, cells: dict[Key, State]) -> set[Key]:
    """All cells of the table under a sentence of last year: it may be last year's."""
    return {key for key in cells if key[0] == table_of(job)}


LOSING: dict[str, Callable[[Job, dict[Key, State]], set[Key]]] = {
    "empty_header": lose_requests,
    "misspelt_header": lose_requests,
    "transposed_table": lose_requests,
    "counts_in_hundreds": count_in_hundreds,
    "other_year_sentence": lose_table,
    "two_halves": lose_requests,
    "two_years": lose_requests,
    "labels_right": lose_requests,
    "label_holds_figure": lose_a_row("label_holds_figure"),
    "torn_row": lose_a_row("torn_row"),
    "shifted_row": lose_shifted,
    "merged_figures": merge_figures,
    "straddling_figures": lose_straddled,
    "strayed_figures": lose_strayed,
    "struck_out_figures": mark_figures("struck_out_figures", None),
    "unseen_text": mark_figures("unseen_text", None),
    "small_reference": mark_figures("small_reference", None),
    "unseen_figures": mark_figures("unseen_figures", None),
    "unseen_pieces": mark_figures("unseen_pieces", None),
    "odd_display": mark_figures("odd_display", None),
    "formula_figures": mark_figures("formula_figures", None),
    "scaled_figures": mark_figures("scaled_figures", None),
    "date_figures": mark_figures("date_figures", "text"),
    "percent_figures": mark_figures("percent_figures", "text"),
    "figures_hidden_by_format": mark_figures("figures_hidden_by_format", "blank"),
    "subtotal_row": lose_total,
    "no_total_row": no_total_row,
    "no_total_column": no_total_column,
    "one_organisation_column": one_organisation,
}


# ---- layout ----


def row_number(grid: Grid, row: str) -> int:
    """Find a row of requests by its code."""
    return next(
        n for n, cells in enumerate(grid.rows) if any(c.key and c.key[1] == row for c in cells)
    )


def insert_column(grid: Grid, place: int, head: str, texts: Iterable[str]) -> None:
    """Insert a column that the form doesn't have, its header cell merged over all header rows."""
    title, body = Cell(head), iter(texts)
    for number, row in enumerate(grid.rows):
        row.insert(place, title if number < grid.heads else Cell(next(body)))


def add_units(job: Job, tables: Tables) -> None:
    """Insert a column of units between labels and figures."""
    grid = tables["requests"][0]
    insert_column(grid, LABELS, "单位", ["件"] * len(grid.rows))


def add_ordinals(job: Job, tables: Tables) -> None:
    """Insert a column that numbers the rows."""
    grid = tables["requests"][0]
    insert_column(grid, 0, "序号", map(str, range(1, len(grid.rows) + 1)))


def add_column(job: Job, tables: Tables) -> None:
    """Insert a column of figures that the form doesn't have."""
    grid, rng = tables["requests"][0], job.chance("extra_column figures")
    place = rng.choice((LABELS + 1, len(grid.rows[0])))
    texts = [str(rng.randint(0, 30)) for _ in grid.rows]
    insert_column(grid, place, rng.choice(("其中：网上申请", "上年同期", "备注")), texts)


def add_spacers(job: Job, tables: Tables) -> None:
    """Give each column of figures a second, empty one, that its header spans too."""
    grid, first = tables["requests"][0], job.chance("spacers").random() < 0.5
    for number, row in enumerate(grid.rows):
        wide = row[:LABELS]
        for cell in row[LABELS:]:
            pair = [cell, Cell("")] if first else [Cell(""), cell]
            wide += [cell, cell] if number < grid.heads or cell in row[:LABELS] else pair
        grid.rows[number] = wide


def add_subtotal(job: Job, tables: Tables) -> None:
    """End the rows of 不予公开 with their sum."""
    grid = tables["requests"][0]
    rows = [row for row in grid.rows if any(c.key and c.key[1].startswith("denied_") for c in row)]
    sums = [
        Cell(added_up(row[place].text for row in rows)) for place in range(LABELS, len(rows[0]))
    ]
    at = 1 + max(n for n, row in enumerate(grid.rows) if row is rows[-1])
    grid.rows.insert(
        at, [*rows[-1][:2], Cell(job.chance("subtotal").choice(("小计", "合计"))), *sums]
    )


def added_up(texts: Iterable[str]) -> str:
    """Add up what can be read as counts."""
    return str(sum(int(text) for text in texts if text.isascii() and text.isdigit()))


def add_note(job: Job, tables: Tables) -> None:
    """End each table with a note that has figures in it."""
    for grid in (grid for grids in tables.values() for grid in grids):
        note = Cell("注：以上数据截至12月31日，其中涉及公众号文章36件。")
        grid.rows.append([note] * max(map(len, grid.rows)))


def blank_header(job: Job, tables: Tables) -> None:
    """Blank the header of the column that was given up."""
    grid = tables["requests"][0]
    column = job.chance("empty_header").choice(list(APPLICANTS))
    row = next(r for r in grid.rows if any(c.key and c.key[2] == column for c in r))
    place = next(n for n, cell in enumerate(row) if cell.key and cell.key[2] == column)
    for cell in (row[place] for row in grid.rows[1 : grid.heads]):
        cell.text = cell.text if cell.text.startswith("法人") else ""


def drop_absent(job: Job, tables: Tables) -> None:
    """Leave the cells that are not printed out of the table: a row of them, or columns."""
    grid = tables["requests"][0]
    gone = [n for n, row in enumerate(grid.rows) if figures_absent(job, row)]
    grid.rows = [row for n, row in enumerate(grid.rows) if n not in gone]
    body = next(row for row in grid.rows if any(cell.key for cell in row))
    places = [n for n, cell in enumerate(body) if cell.key in job.absent]
    if "one_organisation_column" in job.names and len(places) > 1:
        keep_one_column(grid, places)
        places = places[1:]
    for row in grid.rows:
        row[:] = [cell for n, cell in enumerate(row) if n not in places]


def figures_absent(job: Job, row: list[Cell]) -> bool:
    """Tell whether every figure of a row is not printed."""
    keys = [cell.key for cell in row if cell.key]
    return bool(keys) and job.absent.issuperset(keys)


def keep_one_column(grid: Grid, places: list[int]) -> None:
    """Put the sum of some columns into the first of them, below the header of their group."""
    first = places[0]
    for number, row in enumerate(grid.rows):
        if number < grid.heads:
            row[first] = grid.rows[1][first] if number else row[first]
        elif any(cell.key for cell in row):
            row[first] = Cell(added_up(row[place].text for place in places))


def join_figures(job: Job, tables: Tables) -> None:
    """Let one cell hold the figures of two rows."""
    grid = tables["requests"][0]
    upper, lower = (row_number(grid, row) for row in merged_pair(job))
    for place, cell in enumerate(grid.rows[lower]):
        if cell.key in job.odd and cell.text == grid.rows[upper][place].text:
            grid.rows[lower][place] = grid.rows[upper][place]


def figure_to_label(job: Job, tables: Tables) -> None:
    """Print a row's first figure behind its label, in the label's own cell."""
    grid = tables["requests"][0]
    row = grid.rows[row_number(grid, job.moved["label_holds_figure"])]
    label, figure = row[LABELS - 1], next(cell for cell in row if cell.key)
    label.text, figure.text = f"{label.text} {figure.text}", ""


def tear_row(job: Job, tables: Tables) -> None:
    """Print a row's figures one row below its label."""
    grid = tables["requests"][0]
    at = row_number(grid, job.moved["torn_row"])
    row = grid.rows[at]
    around = [cell for near in grid.rows[at - 1 : at + 2 : 2] for cell in near[:LABELS]]
    below = [cell if cell.key or cell in around else Cell("") for cell in row]
    grid.rows[at] = [Cell("") if cell.key else cell for cell in row]
    grid.rows.insert(at + 1, below)


def shift_figures(job: Job, tables: Tables) -> None:
    """Shift a row's figures by one column, out of the table at its end."""
    if "shifted_row" in job.moved:
        grid = tables["requests"][0]
        grid.rows[row_number(grid, job.moved["shifted_row"])].insert(LABELS, Cell(""))


def turn_table(job: Job, tables: Tables) -> None:
    """Print kinds of applicants as rows and outcomes as columns."""
    grid = tables["requests"][0]
    tables["requests"] = [Grid([list(row) for row in zip(*grid.rows, strict=True)], heads=LABELS)]


def halve_table(job: Job, tables: Tables) -> None:
    """Print the lower half of the table to the right of the upper, below a header of its own."""
    grid = tables["requests"][0]
    at = (len(grid.rows) + grid.heads) // 2
    split_merges(grid, at, repeat=True)
    head, upper, lower = grid.rows[: grid.heads], grid.rows[grid.heads : at], grid.rows[at:]
    copies = {id(cell): Cell(cell.text) for row in head for cell in row}
    blank = [[Cell("") for _ in head[0]] for _ in range(len(upper) - len(lower))]
    upper += [[Cell("") for _ in head[0]] for _ in range(len(lower) - len(upper))]
    right = [[copies[id(cell)] for cell in row] for row in head] + lower + blank
    grid.rows = [a + b for a, b in zip(head + upper, right, strict=True)]


def labels_to_right(job: Job, tables: Tables) -> None:
    """Print the labels to the right of the figures."""
    for row in tables["requests"][0].rows:
        row[:] = row[LABELS:] + row[:LABELS]


LAYOUT: dict[str, Callable[[Job, Tables], None]] = {
    "no_total_row": drop_absent,
    "no_total_column": drop_absent,
    "one_organisation_column": drop_absent,
    "empty_header": blank_header,
    "merged_figures": join_figures,
    "label_holds_figure": figure_to_label,
    "torn_row": tear_row,
    "shifted_row": shift_figures,
    "subtotal_row": add_subtotal,
    "extra_column": add_column,
    "spacer_columns": add_spacers,
    "unit_column": add_units,
    "ordinal_column": add_ordinals,
    "note_row": add_note,
    "two_halves": halve_table,
    "labels_right": labels_to_right,
    "transposed_table": turn_table,
}


def add_last_year(job: Job, blocks: list[Block]) -> None:
    """Print last year's requests beside this year's, each below a heading that names its year."""
    year = int(str(job.facts["year"]))
    other = replace(job, seed=job.seed + 10**6, names=frozenset(), odd={}, truth={}, absent=set())
    figures = draw_figures(other).items()
    other.truth = {key: print_cell(other, key, "number", value) for key, value in figures}
    grid = set_requests(other)[0]
    at = next(n for n, b in enumerate(blocks) if isinstance(b, Grid) and holds(b, "requests"))
    heading = Text(f"{year - 1}年收到和处理政府信息公开申请情况", 2)
    if job.chance("two_years").random() < 0.5:
        blocks[at:at] = [heading, grid, Text(f"{year}年收到和处理政府信息公开申请情况", 2)]
    else:
        blocks[at + 1 : at + 1] = [heading, grid]
    for cell in cells_of(grid):
        cell.key = None


def holds(grid: Grid, table: str) -> bool:
    """Tell whether a grid has figures of a table."""
    return any(cell.key and cell.key[0] == table for row in grid.rows for cell in row)
