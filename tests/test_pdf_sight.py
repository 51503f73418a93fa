"""Digital PDF: a figure that nobody sees is not read, by whatever means the file hides it."""

import io
from collections.abc import Callable

import pytest
from reportlab.pdfgen.canvas import Canvas
from test_pdf_covers import filled
from test_pdf_strokes import drawn
from typeset_pages import EMBEDDED, embedded

from analysis.documents.grid import UNREAD
from analysis.documents.readers import pdf
from analysis.documents.readers.pdf import objects, sight
from analysis.documents.readers.pdf.paper import Paper

Draw = Callable[[Canvas], None]
BEHIND, CELL = (79, 66), (51, 61, 98, 18)  # the place behind the figure, and most of its cell


def ghost(
    *code: str, text: str = "99", where: tuple[float, float] = BEHIND, size: float = 10
) -> Draw:
    """Write more digits behind the figure after some operators."""

    def draw(canvas: Canvas) -> None:
        canvas.saveState()
        canvas._code.extend(code)
        canvas.setFont("Helvetica", 10)
        canvas.drawString(*where, "99")
        canvas.restoreState()

    return draw


def then(*draws: Draw) -> Draw:
    """Draw one after the other."""
    return lambda canvas: [draw(canvas) for draw in draws] and None


@pytest.mark.parametrize(
    "draw",
    [
        ghost("1 g"),
        ghost("0.99 g"),
        ghost("3 Tr"),
        ghost("7 Tr"),
        ghost("1 Tr 1 G"),
        ghost("0 0 1 1 re W n"),
        ghost("50 61 29 18 re W n"),
        ghost("79 60 m 99 60 l 79 50 l h W n"),
        ghost("60 60 m 60 99 l 99 99 l h W n"),
        ghost("54.5 60 m 114.5 160 l 114.5 60 l 54.5 160 l h W n"),
        ghost("BT 7 Tr /F1 9 Tf 0 0 Td (1) Tj ET"),
        then(ghost(), filled((78, 62, 15, 14), 1)),
        then(filled((78, 62, 15, 14), 0), ghost()),
        ghost(where=(79, 166)),
    ],
    ids=[
        *("white", "nearly white", "mode 3", "mode 7", "white strokes", "cut away", "cut beside"),
        *("cut to a corner", "cut aslant", "cut crosswise", "cut to text", "covered"),
        *("black on black", "outside"),
    ],
)
def test_digits_that_nobody_sees_are_no_part_of_a_figure(draw: Draw):
    assert drawn(draw) in {"812", f"812{UNREAD}"}


def test_digits_that_show_are_told_from_those_that_do_not():
    assert drawn(ghost()) == "81299"
    assert drawn(ghost("0.3 g")) == "81299"


def bare_pdf(content: str, meaning: str = "0039") -> bytes:
    """A page with a table, where /L is a layer that is off, /E a font without shapes, /X a form.

    What the 9 of /E and of another font, /H, means can be told.
    """
    lines = "50 60 m 150 60 l 50 80 m 150 80 l 50 100 m 150 100 l 50 60 m 50 100 l "
    stream = f"{lines} 100 60 m 100 100 l 150 60 m 150 100 l S {content}"
    objects = [
        "<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[5 0 R]/D<</OFF[5 0 R]>>>>>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 150]/Contents 4 0 R/Resources"
        "<</Font<</F 6 0 R/E 7 0 R/H 10 0 R>>/XObject<</X 11 0 R>>/Properties<</L 5 0 R>>>>>>",
        f"<</Length {len(stream)}>>stream\n{stream}\nendstream",
        "<</Type/OCG/Name(L)>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        "<</Type/Font/Subtype/Type3/FontBBox[0 0 600 700]/FontMatrix[.001 0 0 .001 0 0]"
        "/FirstChar 57/LastChar 57/Widths[600]/CharProcs<</nine 8 0 R>>"
        "/Encoding<</Differences[57/nine]>>/ToUnicode 9 0 R>>",
        "<</Length 22>>stream\n600 0 0 0 600 700 d1  \nendstream",
        f"<</Length 32>>stream\n1 beginbfchar<39><{meaning}>endbfchar\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 9 0 R>>",
        "<</Subtype/Form/BBox[0 0 1 1]/Length 14>>stream\n0 0 .1 .1 re f\nendstream",
    ]
    body = "".join(f"{n} 0 obj\n{each}\nendobj\n" for n, each in enumerate(objects, start=1))
    return f"%PDF-1.7\n{body}trailer<</Size 12/Root 1 0 R>>\n%%EOF".encode()


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("BT /F 10 Tf 79 66 Td (99) Tj ET", "81299"),
        ("/OC /L BDC BT /F 10 Tf 79 66 Td (99) Tj ET EMC", "812"),
        ("/Span BMC BT /F 10 Tf 79 66 Td (99) Tj ET EMC", "81299"),
        ("BT /E 10 Tf 79 66 Td (99) Tj ET", "812"),
    ],
    ids=["seen", "in a layer that is off", "marked", "in a font without shapes"],
)
def test_a_layer_that_is_off_and_a_font_without_shapes_show_nothing(content: str, text: str):
    (grid,) = pdf.read(bare_pdf(f"BT /F 10 Tf 60 66 Td (812) Tj ET {content}")).grids
    assert next(cell.text for cell in grid.cells[1] if cell) == text


def test_a_mark_of_any_name_stops_no_page():
    (grid,) = pdf.read(bare_pdf("/A#ED#A0#80 BMC BT /F 10 Tf 60 66 Td (812) Tj ET EMC")).grids
    assert next(cell.text for cell in grid.cells[1] if cell) == "812"


@pytest.mark.parametrize("half", ["D835", "DC35"])
def test_half_a_character_in_a_figure_is_in_doubt(half: str):
    data = bare_pdf("BT /F 10 Tf 60 66 Td (8) Tj /H 10 Tf (9) Tj /F 10 Tf (2) Tj ET", half)
    (grid,) = pdf.read(data).grids
    assert next(cell.text for cell in grid.cells[1] if cell) == f"8{UNREAD}2"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("BT /F 10 Tf 60 66 Td (812) Tj ET /X Do {} 1 g 55 62 40 16 re f", ""),
        ("{} BT 3 Tr /F 10 Tf 60 66 Td (812) Tj ET", ""),
        ("{} BT /F 10 Tf 60 66 Td (812) Tj ET", "812"),
    ],
    ids=["covered", "invisible", "seen"],
)
def test_of_a_page_with_more_than_is_looked_at_figures_are_drawn(
    content: str, text: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(objects, "MAX_OBJECTS", 40)
    (grid,) = pdf.read(bare_pdf(content.format("0 0 .1 .1 re f " * 40))).grids
    assert next(cell.text for cell in grid.cells[1] if cell) == text


def test_a_figure_torn_at_a_wide_comma_is_in_doubt_on_both_sides():
    def split(canvas: Canvas) -> None:
        embedded()
        canvas.setFont(EMBEDDED, 10)
        canvas.drawString(77, 66, "，")
        canvas.setFont("Helvetica", 10)
        canvas.drawString(87, 66, "345")

    assert UNREAD in drawn(split, xs=(50, 86.5, 150))


@pytest.mark.parametrize(("size", "text"), [(60, ""), (9, UNREAD)], ids=["watermark", "figure"])
def test_a_watermark_fills_no_blank_through_which_it_runs_but_slanted_type_does(
    size: float, text: str
):
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(200, 150))
    canvas.grid((50, 100, 150), (60, 80, 100))
    canvas.setFillGray(0.5)
    canvas.translate(75, 66)
    canvas.rotate(45)
    canvas.setFont("Helvetica", size)
    canvas.drawCentredString(0, 0, "12")
    canvas.save()
    (grid,) = pdf.read(out.getvalue()).grids
    assert [cell.text for cell in grid.cells[1] if cell] == [text, ""]


def test_a_white_sign_over_a_figure_is_no_figure():
    def sign(canvas: Canvas) -> None:
        embedded()
        canvas.setFillGray(1)
        canvas.setFont(EMBEDDED, 12)
        canvas.drawString(58, 65, "田")

    assert not drawn(sign).isdigit()


def counted(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Count how often pages are drawn, by scale."""
    scales: list[float] = []
    draw = Paper._picture
    monkeypatch.setattr(Paper, "_picture", lambda p, s: (scales.append(s), draw(p, s))[1])
    return scales


@pytest.mark.parametrize(
    ("draw", "is_drawn"),
    [
        (lambda _: None, False),
        (filled((150, 20, 20, 20), 0), False),
        (lambda canvas: canvas.rect(52, 62, 96, 17), False),
        (filled(CELL, 0.95), True),
        (filled(CELL, 1, alpha=0.5), True),
        (ghost("1 g"), True),
        (lambda canvas: canvas.line(90, 62, 90, 78), False),
        (lambda canvas: canvas.line(120, 62, 130, 78), True),
    ],
    ids=["nothing", "elsewhere", "frame", "light", "veil", "white", "beside", "in the blank"],
)
def test_a_page_is_drawn_only_where_something_may_hide_a_figure_or_fill_a_blank(
    draw: Draw, is_drawn: bool, monkeypatch: pytest.MonkeyPatch
):
    scales = counted(monkeypatch)
    drawn(draw)
    assert bool(scales) == is_drawn


@pytest.mark.parametrize("limit", ["_MOST_PAIRS", "_MOST_LAYERS"])
def test_where_more_is_painted_than_is_quick_to_compare_the_page_is_drawn(
    limit: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sight, limit, 0)
    scales = counted(monkeypatch)
    assert drawn(lambda _: None, under=filled((50, 60, 100, 20), 0.95)) == "812"
    assert scales
