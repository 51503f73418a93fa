"""What mark-up and workbooks can do to a figure without changing what is seen, or the reverse.

Each function is asked where a cell is printed and answers only for the hazards of the document.
"""

import re
from random import Random

from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Color, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet
from typesetter import AMOUNTS, Cell, Grid, Job, cells_of

GHOST = "99"
STYLES = {
    "hidden_by_class": ".zw7, .c4.q3 { display: none } .c4 { color: #333 } "
    "tr { & .c5 { display: none } } @media (max-width: 9999px) { .c6 { d\\69splay: none } } "
    ":root { --h: none } .c7 { display: var(--h, inline) } "
    "@media (max-width: 767px) { td { color: #fff } } @media print { td { display: none } }",
    "unseen_text": ":root { --w: #fff } .w1 { color: var(--w) } .w2 { color: #ffffffff } "
    "@scope (body) { .w3 { display: none } }",
    "small_reference": ".n2 { font-size: 60% } td .n3 { position: relative; top: -4px }",
    "odd_display": ".z::after { content: attr(data-n) } .y { direction: rtl } "
    ".y { unicode-bidi: bidi-override } .x { display: inline-flex; flex-direction: row-reverse }",
    "equal_pieces": ".e1 { font-size: 10.5pt } .e2 { font-size: 14px }",
}
HIDDEN_BY_STYLE = (
    '<span class="zw7">99</span>',
    '<i class="c4 q3">99</i>',
    *(f'<span class="{name}">99</span>' for name in ("c5", "c6", "c7")),
    '<span style="d\\69splay:none">99</span>',
)
UNSEEN = (
    '<font color="#ffffff">99</font>',
    '<span style="color:#FFF">99</span>',
    '<span style="position:absolute;left:-9999px">99</span>',
    '<span style="opacity:0">99</span>',
    *(
        f'<span style="color:{colour}">99</span>'
        for colour in (
            *("#ffffffff", "#0000", "rgb(100%,100%,100%)", "rgb(255 255 255 / .9)"),
            *("hsl(0,0%,100%)", "oklch(1 0 0)", "lab(100% 0 0)", "color-mix(in srgb, white, #fff)"),
        )
    ),
    *(f'<i class="{name}">99</i>' for name in ("w1", "w2", "w3")),
)
REFERENCES = (  # behind a figure, as notes are
    '<font size="1">9</font>',
    "<small>9</small>",
    '<span style="font-size:60%">9</span>',
    '<span style="font-size:smaller">9</span>',
    '<span style="position:relative;top:-4px">9</span>',
    '<span style="vertical-align:4px">9</span>',
    '<i class="n2">9</i>',
    '<i class="n3">9</i>',
)
DISPLAYS = (  # of a figure that is cut into its first digit and the rest, and of that turned
    '<b class="z" data-n="{rest}">{first}</b>',
    "{first}<script>document.write({rest})</script>",
    '<b class="y">{turned}</b>',
    '<b style="unicode-bidi:bidi-override;direction:rtl">{turned}</b>',
    '<b class="x"><i>{rest}</i><i>{first}</i></b>',
    '<b style="display:inline-flex"><i style="order:2">{rest}</i><i>{first}</i></b>',
    '<b style="float:right">{rest}</b>{first}',
    '<b id="f{rest}">{first}</b><script>var e = document.getElementById("f{rest}"); '
    "e.innerHTML += {rest}</script>",
    '<b style="background:#222"><i>{first}</i></b>{rest}',
    '{first}<i class="num-{rest}"></i>',
    '{first}<input type="button" value="{rest}"/>',
    "{first}<svg><text>{rest}</text></svg>",
)
PIECES = (  # of a figure, alike in size and level
    '<span style="font-size:10.5pt">{first}</span><span style="font-size:14px">{rest}</span>',
    '<i class="e1">{first}</i><i class="e2">{rest}</i>',
    '<font size="2">{first}</font><font size="2"><b>{rest}</b></font>',
    '<font size="2">{first}<b>{rest}</b></font>',
    '<span style="position:relative;top:2px">{first}<i>{rest}</i></span>',
)
FAR = 40  # a column beyond every table
FORMATS = ("0.00", "#,##0", '0"件"', "@", "0_ ", "General")


# ---- pages ----


def html_figure(job: Job, rng: Random, cell: Cell, text: str) -> str:
    """Print a figure of a page with references, fields, or figures that nobody sees."""
    if not cell.key or not text.strip():
        return text
    if "entities" in job.names:
        text = "".join(f"&#{ord(c)};" if c.isdigit() and c.isascii() else c for c in text)
    if "input_fields" in job.names and rng.random() < 0.3:
        text = f'<input type="text" size="4" value="{text}"/>'
    if "hidden_by_class" in job.names and rng.random() < 0.2:
        text += rng.choice(HIDDEN_BY_STYLE)
    if cell.key in job.marked.get("unseen_text", ()):
        text += rng.choice(UNSEEN)
    if cell.key in job.marked.get("small_reference", ()):
        text += rng.choice(REFERENCES)
    if cell.key in job.marked.get("odd_display", ()):
        text = in_pieces(rng.choice(DISPLAYS), text)
    if "equal_pieces" in job.names and rng.random() < 0.5:
        text = in_pieces(rng.choice(PIECES), text)
    return text


def in_pieces(print_as: str, text: str) -> str:
    """Print a figure of more than one digit in pieces."""
    bare = text.strip()
    if len(bare) < 2 or not (bare.isascii() and bare.isdigit()):
        return text
    return print_as.format(first=bare[0], rest=bare[1:], turned=bare[::-1])


def page_style(job: Job) -> str:
    """Print the style sheet that the hazards of a page need."""
    rules = " ".join(rules for name, rules in STYLES.items() if name in job.names)
    return f"<style>{rules}</style>" if rules else ""


def html_rows(job: Job, rng: Random, grid: Grid, rows: list[str]) -> list[str]:
    """Print rows of a page with rows between them that nobody sees, or in bodies of their own."""
    apart = [
        not set(cells) & set(above) for above, cells in zip(grid.rows, grid.rows[1:], strict=False)
    ]
    for at in range(len(apart), 0, -1):
        if not apart[at - 1]:
            continue
        if "hidden_rows" in job.names and rng.random() < 0.4:
            rows.insert(at, hidden_row(rng, grid.rows[at - 1]))
        if "many_bodies" in job.names:
            rows.insert(at, "</tbody><tbody>")
    return rows


def hidden_row(rng: Random, like: list[Cell]) -> str:
    """Print a row that looks like another but for its figures, and is not seen."""
    hide = rng.choice(('style="display:none"', "hidden", 'style="visibility: collapse"'))
    texts = [GHOST if cell.key else cell.text for cell in like]
    return f"<tr {hide}>{''.join(f'<td>{text}</td>' for text in texts)}</tr>"


# ---- Word ----

BOX = (
    '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent><w:p>'
    "{}</w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
)
CHANGE = 'w:id="7" w:author="a" w:date="2024-01-01T00:00:00Z"'
DELETED = f"<w:del {CHANGE}><w:r><w:delText>{GHOST}</w:delText></w:r></w:del>"
CONVERTED = ("doc", "rtf", "pdf_office")
CONTROL = "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>"
FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> =SUM(1) </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>{}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)

UNSEEN_RUNS = (
    '<w:color w:val="FFFFFF"/>',
    '<w:color w:val="auto" w:themeColor="background1"/>',
    '<w:color w:val="000000"/><w:shd w:val="clear" w:fill="000000"/>',
    '<w:sz w:val="2"/>',
    '<w:w w:val="1"/>',
    '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>',
)
UNSEEN_PIECES = (*UNSEEN_RUNS, '<w:sz w:val="10"/>', '<w:position w:val="8"/>')


def docx_figure(job: Job, cell: Cell, run: str) -> str:
    """Print a figure's runs as tracked changes, content controls, fields or text boxes."""
    if not cell.key or not cell.text.strip():
        return run
    rng = job.chance(f"trick {cell.key}")
    look = job.chance(f"look {cell.key}")
    if cell.key in job.marked.get("unseen_figures", ()):
        run = run.replace("<w:r><w:t", f"<w:r><w:rPr>{look.choice(UNSEEN_RUNS)}</w:rPr><w:t")
    if cell.key in job.marked.get("unseen_pieces", ()):
        run += f"<w:r><w:rPr>{look.choice(UNSEEN_PIECES)}</w:rPr><w:t>9</w:t></w:r>"
    if "tracked_changes" in job.names and rng.random() < 0.4:
        run = rng.choice((f"<w:ins {CHANGE}>{run}</w:ins>{DELETED}", f"{DELETED}{run}"))
    if "content_controls" in job.names and rng.random() < 0.4:
        run = CONTROL.format(run)
    if "fields" in job.names and rng.random() < 0.4:
        run = rng.choice((FIELD, '<w:fldSimple w:instr="=1">{}</w:fldSimple>')).format(run)
    if "text_boxes" in job.names and rng.random() < 0.1:
        run = BOX.format(run)
    return run


def docx_cell(job: Job, cell: Cell, markup: str) -> str:
    """Put a whole cell into a content control, but not where LibreOffice is to convert it.

    It writes some of what such a control holds several times, and what is deleted as text.
    """
    rng = job.chance(f"control {cell.key}")
    may_be = "content_controls" in job.names and job.fmt not in CONVERTED
    inside = may_be and cell.key and rng.random() < 0.2
    return CONTROL.format(markup) if inside else markup


# ---- workbooks ----


BLACK = PatternFill("solid", fgColor="FF000000")
UNSEEN_LOOKS = (
    {"font": Font(color="FFFFFFFF")},
    {"font": Font(color=Color(theme=0))},
    {"font": Font(color=Color(indexed=9))},
    {"font": Font(size=1)},
    {"font": Font(name="Webdings")},
    {"fill": BLACK},
    {"alignment": Alignment(horizontal="fill")},
    {},  # a condition hides it
)
UNSEEN_FONTS = (InlineFont(color="FFFFFFFF"), InlineFont(sz=5), InlineFont(vertAlign="superscript"))
UNSEEN_STYLES = (
    "font: colour white",
    "font: height 20",
    "font: name Wingdings",
    "pattern: pattern solid, fore_colour black",
    "align: horiz filled",
)
ROUNDED = ("0", "#,##0", '0"件"')
SCALED = ("0,", "#,##0,", '0,"件"')
NUMBER_LOOKS = {
    "date_figures": "yyyy-mm-dd",
    "percent_figures": "0%",
    "figures_hidden_by_format": ";;;",
}


def number_look(job: Job, cell: Cell) -> tuple[float, str] | None:
    """Give the number that a hazard stores for a figure, and the format that prints it."""
    for name, look in NUMBER_LOOKS.items():
        if cell.text and cell.key in job.marked.get(name, ()):
            return float(cell.text), look
    rng = job.chance(f"format {cell.key}")
    if not cell.key or not re.fullmatch(r"-?(?:0|[1-9][0-9]*)", cell.text):
        return None
    if cell.key[2] in AMOUNTS:  # which are in no 件
        return (float(cell.text), "General") if "number_formats" in job.names else None
    if cell.key in job.marked.get("scaled_figures", ()):
        return float(cell.text) * 1000 + rng.randrange(-400, 400), rng.choice(SCALED)
    if "rounded_figures" in job.names and rng.random() < 0.3:
        part = rng.choice((0.25, 0.4) if cell.text == "0" else (-0.4, 0.25, 0.4))
        return float(cell.text) + part, rng.choice(ROUNDED)
    return (float(cell.text), rng.choice(FORMATS)) if "number_formats" in job.names else None


def sheet_figure(job: Job, cell: Cell, at: SheetCell) -> None:
    """Give a figure's cell a number format, a formula, or a comment."""
    if "cell_comments" in job.names and job.chance(f"comment {cell.key}").random() < 0.2:
        at.comment = Comment("去年为99件", "a")
    look = number_look(job, cell)
    if cell.text and cell.key in job.marked.get("formula_figures", ()):
        at.value = f"={cell.text}+0"
    elif look:
        at.value, at.number_format = look
    hide_figure(job, cell, at)


def hide_figure(job: Job, cell: Cell, at: SheetCell) -> None:
    """Let a figure's cell, or a digit behind the figure, look so that nobody sees it."""
    rng = job.chance(f"look {cell.key}")
    if cell.key in job.marked.get("unseen_figures", ()):
        looks = rng.choice(UNSEEN_LOOKS)
        for name, look in looks.items():
            setattr(at, name, look)
        if not looks:
            rule = FormulaRule(["TRUE"], font=Font(color="FFFFFFFF"))
            at.parent.conditional_formatting.add(at.coordinate, rule)
    if cell.key in job.marked.get("unseen_pieces", ()):
        at.value = CellRichText(cell.text, TextBlock(rng.choice(UNSEEN_FONTS), "9"))


def old_style(job: Job, cell: Cell) -> str:
    """Give the look of a figure's cell in an old workbook."""
    is_unseen = cell.key in job.marked.get("unseen_figures", ())
    return job.chance(f"look {cell.key}").choice(UNSEEN_STYLES) if is_unseen else ""


def hide_in_sheet(job: Job, sheet: Worksheet, top: int, grid: Grid) -> None:
    """Add a hidden row and a hidden column of other figures behind a table, and a hidden sheet."""
    if "hidden_places" not in job.names or not any(cell.key for cell in cells_of(grid)):
        return
    for n, cell in enumerate(grid.rows[-1]):
        sheet.cell(top + len(grid.rows), 1 + n, 99 if cell.key else cell.text)
    sheet.row_dimensions[top + len(grid.rows)].hidden = True
    other = sheet.parent.create_sheet()
    other.sheet_state = "hidden"
    for row in grid.rows:
        other.append([GHOST if cell.key else cell.text for cell in row])
    sheet.cell(top, FAR, 99)
    sheet.column_dimensions[sheet.cell(top, FAR).column_letter].hidden = True
