"""Draws pages as PDF, with the rules, tricks and traps of published ones; and as pictures of pages.

What is laid out (typeset_pages.py) is drawn here: text, rules, fills, and what hazards hide in it.
"""

import io
from collections.abc import Callable, Iterable
from dataclasses import replace
from random import Random

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from typeset_pages import (
    EMBEDDED,
    FONT_FILE,
    MARGIN,
    Box,
    Page,
    Piece,
    Words,
    embedded,
    lay_out,
    running,
    width_of,
)
from typeset_strokes import strike_out, underline
from typesetter import Block, Grid, Job

Segment = tuple[float, float, float, float]

RULE_HAZARDS = ("no_rules", "no_vertical_rules", "no_horizontal_rules", "no_frame")
PICTURE_DPI = 200
THIN = 0.5
HIDING = ("mode", "white", "outside", "clipped", "covered")


def print_pdf(job: Job, blocks: list[Block]) -> bytes:
    """Print a PDF document."""
    embedded()
    pages = lay_out(job, blocks)
    rng = job.chance("running")
    head = str(job.facts["title"]) if "running_heads" in job.names else None
    running(rng, pages, head, "page_numbers" in job.names)
    picture = choose_picture(job, blocks)
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1, pageCompression=1, encrypt=encryption(job))
    for number, page in enumerate(pages):
        draw_page(job, canvas, page, job.chance(f"page {number}"), picture)
    canvas.save()
    return out.getvalue()


def encryption(job: Job) -> StandardEncryption | None:
    """Encrypt with an owner's password; anyone can open it, none may copy."""
    if "encrypted" not in job.names:
        return None
    return StandardEncryption("", ownerPassword="owner", canCopy=0, strength=128)


def choose_picture(job: Job, blocks: list[Block]) -> Grid | None:
    """Choose a table that is printed as a picture; its figures can't be told from the text."""
    if "table_as_picture" not in job.names:
        return None
    tables = [b for b in blocks if isinstance(b, Grid) and any(c.key for r in b.rows for c in r)]
    chosen = job.chance("table_as_picture").choice(tables)
    job.lost |= {cell.key for row in chosen.rows for cell in row if cell.key}
    return chosen


# ---- a page ----


def draw_page(job: Job, canvas: Canvas, page: Page, rng: Random, picture: Grid | None) -> None:
    """Draw a page: turned, cropped, with what lies under and over its tables."""
    pen = Pen(canvas, page.height)
    canvas.setPageSize((page.width, page.height))
    turn = turned(job, canvas, page)
    if "crop_offset" in job.names:
        crop(canvas, page, turn)
    if picture:
        draw_picture(pen, page, picture)
    if "xobject" in job.names:
        name = f"form{canvas.getPageNumber()}"
        canvas.beginForm(name, 0, 0, page.width, page.height)
        draw_tables(job, pen, page, rng)
        canvas.endForm()
        canvas.doForm(name)
    else:
        draw_tables(job, pen, page, rng)
    draw_words(job, pen, order(job, rng, page.words), rng)
    if "watermark" in job.names:
        watermark(canvas, page, rng)
    canvas.showPage()


def turned(job: Job, canvas: Canvas, page: Page) -> int:
    """Turn the page's content and let the viewer turn it back, or leave it lying if asked for."""
    if "rotated_page" not in job.names and "lying_page" not in job.names:
        return 0
    turn = job.chance("rotated").choice((90, 180, 270))
    if "lying_page" in job.names:
        turn = 90 if turn == 180 else turn
        canvas.setPageSize((page.height, page.width))
    else:
        canvas.setPageRotation(turn)  # this turns the page's size too
    matrix = {
        90: (0, 1, -1, 0, page.height, 0),
        180: (-1, 0, 0, -1, page.width, page.height),
        270: (0, -1, 1, 0, 0, page.width),
    }
    canvas.transform(*matrix[turn])
    return turn


def crop(canvas: Canvas, page: Page, turn: int) -> None:
    """Show only the text area and a little around it; figures outside it are not seen."""
    width, height = (page.height, page.width) if turn in (90, 270) else (page.width, page.height)
    edge = MARGIN * 0.4
    canvas.setCropBox((edge, edge, width - edge, height - edge))
    pen = Pen(canvas, page.height)
    for y in range(100, 700, 40):
        pen.write(Words("99", edge * 0.2, y, 8))


def watermark(canvas: Canvas, page: Page, rng: Random) -> None:
    """Print large grey words across the page."""
    canvas.saveState()
    canvas.translate(page.width / 2, page.height / 2)
    canvas.rotate(45)
    canvas.setFillGray(0.5)
    canvas.setFillAlpha(0.3)
    text = rng.choice(("信息公开", "2023", "内部资料 12"))
    canvas.setFont(EMBEDDED, 60)
    canvas.drawCentredString(0, 0, text)
    canvas.restoreState()


class Pen:
    """Writes and rules on a page whose places are counted from the top."""

    def __init__(self, canvas: Canvas, height: float) -> None:
        """Remember the canvas and where its top is."""
        self.canvas, self.height = canvas, height

    def write(self, words: Words, mode: int = 0) -> None:
        """Write a line of text."""
        line = self.canvas.beginText(words.x, self.height - words.y)
        line.setFont(words.font, words.size)
        if mode:
            line.setTextRenderMode(mode)
        line.setCharSpace(words.spread)
        line.textOut(words.text)
        self.canvas.drawText(line)

    def rule(self, segment: Segment) -> None:
        """Draw a line."""
        x0, y0, x1, y1 = segment
        self.canvas.line(x0, self.height - y0, x1, self.height - y1)

    def fill(self, box: Box) -> None:
        """Fill a rectangle, without a line around it."""
        width, height = box.x1 - box.x0, box.y1 - box.y0
        self.canvas.rect(box.x0, self.height - box.y1, width, height, stroke=0, fill=1)


# ---- rules ----


def draw_tables(job: Job, pen: Pen, page: Page, rng: Random) -> None:
    """Draw the fills and rules of a page's tables."""
    canvas = pen.canvas
    canvas.saveState()
    if "header_fill" in job.names:
        canvas.setFillColorRGB(*rng.choice(((0.85, 0.9, 1), (0.9, 0.9, 0.9), (1, 0.95, 0.8))))
        for piece in page.pieces:
            if piece.head:
                pen.fill(piece.box)
    canvas.setFillGray(0)
    canvas.setLineWidth(THIN)
    if "dashed_rules" in job.names:
        canvas.setDash(*job.chance("dashes").choice((([3, 2], 0), ([1, 1], 0), ([0.5, 1.5], 0))))
    rule_style(job)(pen, job, page)
    canvas.restoreState()


def rule_style(job: Job) -> Callable[[Pen, Job, Page], None]:
    """Choose how rules are drawn: as long lines, as thin rectangles, or each cell its own box."""
    if "cell_boxes" in job.names:
        return rule_boxes
    if "dashed_rules" in job.names:
        return rule_lines
    return job.chance("rules").choice((rule_lines, rule_rectangles))


def rule_boxes(pen: Pen, job: Job, page: Page) -> None:
    """Draw each cell as a rectangle of its own."""
    for piece in page.pieces:
        box = piece.box
        pen.canvas.rect(box.x0, pen.height - box.y1, box.x1 - box.x0, box.y1 - box.y0)


def rule_lines(pen: Pen, job: Job, page: Page) -> None:
    """Draw rules as lines, as long as they go on."""
    for segment in joined(segments(job, page)):
        for line in doubled(job, segment):
            pen.rule(line)


def rule_rectangles(pen: Pen, job: Job, page: Page) -> None:
    """Draw rules as thin filled rectangles, one for each side of a cell."""
    for segment in segments(job, page):
        for x0, y0, x1, y1 in doubled(job, segment):
            pen.fill(Box(x0 - THIN / 2, y0 - THIN / 2, x1 + THIN / 2, y1 + THIN / 2))


def doubled(job: Job, segment: Segment) -> list[Segment]:
    """Draw a rule twice, close together, if asked for."""
    if "double_rules" not in job.names:
        return [segment]
    x0, y0, x1, y1 = segment
    dx, dy = (1.5, 0) if x0 == x1 else (0, 1.5)
    return [segment, (x0 + dx, y0 + dy, x1 + dx, y1 + dy)]


def segments(job: Job, page: Page) -> list[Segment]:
    """List the sides of all cells once, without those that hazards leave out."""
    found: dict[Segment, None] = {}
    for piece in page.pieces:
        found |= dict.fromkeys(sides(job, piece))
    return list(found)


def sides(job: Job, piece: Piece) -> list[Segment]:
    """List the sides of a cell that are drawn."""
    box, names = piece.box, job.names
    x0, x1, y0, y1 = (round(place, 2) for place in (box.x0, box.x1, box.y0, box.y1))
    level = {"t": (x0, y0, x1, y0), "b": (x0, y1, x1, y1)}
    upright = {"l": (x0, y0, x0, y1), "r": (x1, y0, x1, y1)}
    if names & {"no_rules", "no_horizontal_rules"}:
        level = {}
    if names & {"no_rules", "no_vertical_rules", "strayed_figures"}:
        upright = {}
    without = piece.outer if "no_frame" in names else ""
    return [segment for side, segment in (level | upright).items() if side not in without]


def in_line(segment: Segment) -> tuple[bool, float, Segment]:
    """Sort rules so that those in one line follow one another."""
    upright = segment[0] == segment[2]
    return upright, segment[0 if upright else 1], segment


def joined(parts: Iterable[Segment]) -> list[Segment]:
    """Join rules that go on in one line."""
    lines: list[Segment] = []
    for x0, y0, x1, y1 in sorted(parts, key=in_line):
        last = lines[-1] if lines else (0.0, 0.0, 0.0, 0.0)
        if y0 == y1 == last[1] == last[3] and x0 <= last[2] + 0.01 and last[0] != last[2]:
            lines[-1] = (last[0], y0, max(x1, last[2]), y1)
        elif x0 == x1 == last[0] == last[2] and y0 <= last[3] + 0.01:
            lines[-1] = (x0, last[1], x1, max(y1, last[3]))
        else:
            lines.append((x0, y0, x1, y1))
    return lines


# ---- text ----


def order(job: Job, rng: Random, words: list[Words]) -> list[Words]:
    """Put text in an order other than that of reading, if asked for."""
    return rng.sample(words, len(words)) if "out_of_order" in job.names else words


def draw_words(job: Job, pen: Pen, words: list[Words], rng: Random) -> None:
    """Write all lines of a page, figures as the hazards ask for."""
    for line in words:
        if line.cell and line.cell.key in job.pictures:
            draw_figure_picture(pen, line)
            continue
        for piece in pieces_of(job, line, rng):
            write(job, pen, piece)
        if "invisible_text" in job.names and line.cell and line.cell.key and rng.random() < 0.2:
            hide(pen, line, job.chance("hiding").choice(HIDING))
        draw_lines(job, pen, line, rng)


def draw_lines(job: Job, pen: Pen, line: Words, rng: Random) -> None:
    """Draw lines through a figure, or below it, if asked for."""
    if not line.cell or not line.cell.key:
        return
    if line.cell.key in job.marked.get("struck_out_figures", ()):
        if beside := strike_out(pen.canvas, pen.height, line, rng):
            pen.write(beside)
    elif "underlined_figures" in job.names and rng.random() < 0.3:
        underline(pen.canvas, pen.height, line, rng)


def write(job: Job, pen: Pen, line: Words) -> None:
    """Write a line, twice for a bold look."""
    pen.write(line)
    if "fake_bold" in job.names and line.cell:
        pen.write(replace(line, x=line.x + 0.25))


def pieces_of(job: Job, line: Words, rng: Random) -> list[Words]:
    """Cut a line into the pieces of text that are written one by one."""
    if "by_character" in job.names:
        return cut(line, range(1, len(line.text)), 0.0)
    figure = line.cell and line.cell.key and len(line.text) > 1
    if "kerned_figures" in job.names and figure:
        at = rng.randrange(1, len(line.text))
        return cut(line, [at], rng.choice((-0.03, 0.0, 0.04)) * line.size)
    return [line]


def cut(line: Words, places: Iterable[int], gap: float) -> list[Words]:
    """Cut a line at some places, each piece where it would stand, give or take a gap."""
    starts = [0, *places]
    ends = [*starts[1:], len(line.text)]
    return [
        Words(
            line.text[a:b],
            line.x + width_of(line.text[:a], line.size) + gap * bool(a),
            line.y,
            line.size,
            line.cell,
        )
        for a, b in zip(starts, ends, strict=True)
        if line.text[a:b].strip()
    ]


def hide(pen: Pen, line: Words, how: str) -> None:
    """Put a figure beside another where nobody sees it."""
    canvas, ghost = pen.canvas, Words("99", line.x + line.width, line.y, line.size)
    canvas.saveState()
    if how == "mode":
        pen.write(ghost, mode=3)
    elif how == "outside":
        pen.write(Words("99", -40, line.y, line.size))
    elif how == "clipped":
        path = canvas.beginPath()
        path.rect(0, 0, 1, 1)
        canvas.clipPath(path, stroke=0, fill=0)
        pen.write(ghost)
    else:
        canvas.setFillGray(1 if how == "white" else 0)
        pen.write(ghost)
        canvas.setFillGray(1)
        if how == "covered":
            top = ghost.y - ghost.size
            pen.fill(Box(ghost.x, top, ghost.x + ghost.width, ghost.y + 1))
    canvas.restoreState()


# ---- pictures ----


def draw_figure_picture(pen: Pen, line: Words) -> None:
    """Print a figure as a small picture."""
    scale = PICTURE_DPI / 72
    size = (int(line.width * scale) + 4, int(line.size * 1.3 * scale))
    picture = Image.new("RGB", size, "white")
    font = ImageFont.truetype(FONT_FILE, line.size * scale)
    ImageDraw.Draw(picture).text((1, 0), line.text, fill="black", font=font)
    top = pen.height - line.y - line.size * 0.25
    width, height = (side / scale for side in size)
    pen.canvas.drawImage(ImageReader(picture), line.x, top, width, height)


def draw_picture(pen: Pen, page: Page, grid: Grid) -> None:
    """Print a table of the page as a picture, and take its text and rules off the page."""
    cells = {cell for row in grid.rows for cell in row}
    pieces = [piece for piece in page.pieces if piece.cell in cells]
    words = [line for line in page.words if line.cell in cells]
    page.pieces = [piece for piece in page.pieces if piece.cell not in cells]
    page.words = [line for line in page.words if line.cell not in cells]
    if pieces:
        place_picture(pen, pieces, words)


def place_picture(pen: Pen, pieces: list[Piece], words: list[Words]) -> None:
    """Paint rules and text into a picture and put it where the table stood."""
    left, top = min(p.box.x0 for p in pieces) - 1, min(p.box.y0 for p in pieces) - 1
    right, foot = max(p.box.x1 for p in pieces) + 1, max(p.box.y1 for p in pieces) + 1
    scale = PICTURE_DPI / 72
    picture = Image.new("L", (int((right - left) * scale), int((foot - top) * scale)), 255)
    brush = ImageDraw.Draw(picture)
    for box in (piece.box for piece in pieces):
        corners = (box.x0 - left, box.y0 - top, box.x1 - left, box.y1 - top)
        brush.rectangle([place * scale for place in corners], outline=0)
    for line in words:
        font = ImageFont.truetype(FONT_FILE, line.size * scale)
        place = ((line.x - left) * scale, (line.y - top) * scale)
        brush.text(place, line.text, fill=0, font=font, anchor="ls")
    pen.canvas.drawImage(ImageReader(picture), left, pen.height - foot, right - left, foot - top)
