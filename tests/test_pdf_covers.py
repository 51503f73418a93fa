"""Digital PDF: what is painted over a figure afterwards hides it; what lies under it does not."""

import io
from collections.abc import Callable

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName
from reportlab.pdfgen.canvas import Canvas
from test_pdf_strokes import drawn

from analysis.documents.grid import UNREAD
from analysis.documents.readers import pdf

Draw = Callable[[Canvas], None]
ALL, HALF_OF_8, FOOT = (58, 64, 25, 12), (59, 64, 4, 12), (58, 64, 25, 5.5)


def filled(box: tuple[float, float, float, float], grey: float, alpha: float = 1.0) -> Draw:
    """Fill a rectangle."""

    def draw(canvas: Canvas) -> None:
        canvas.setFillGray(grey)
        canvas.setFillAlpha(alpha)
        canvas.rect(*box, stroke=0, fill=1)

    return draw


def pasted(alpha: int) -> Draw:
    """Paste a picture over the figure."""
    picture = Image.new("RGBA", (100, 50), (255, 255, 255, alpha))
    return lambda canvas: canvas.drawImage(ImageReader(picture), *ALL, mask="auto")


@pytest.mark.parametrize(
    ("draw", "text"),
    [
        (filled(HALF_OF_8, 1), f"{UNREAD}12"),
        (filled(HALF_OF_8, 0), f"{UNREAD}12"),
        (filled(FOOT, 1), UNREAD * 3),
        (filled(ALL, 0.6), UNREAD),
        (filled(ALL, 0.8, alpha=0.4), "812"),
        (filled(HALF_OF_8, 0.8, alpha=0.4), "812"),
    ],
    ids=["white half", "black half", "foot", "grey all", "marker", "marker on half"],
)
def test_a_digit_that_an_area_hides_in_part_is_in_doubt(draw: Draw, text: str):
    assert drawn(draw) == text


@pytest.mark.parametrize("box", [ALL, HALF_OF_8, FOOT])
def test_an_area_under_a_figure_hides_nothing(box: tuple[float, float, float, float]):
    assert drawn(lambda _: None, under=filled(box, 0.8)) == "812"


def test_digits_under_a_picture_are_not_read_unless_they_show_through():
    assert drawn(pasted(255)) == UNREAD
    assert drawn(pasted(0)) == f"812{UNREAD}"


@pytest.mark.parametrize("under", [True, False])
def test_text_under_the_picture_of_a_page_is_not_what_the_page_shows(under: bool):
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(300, 300))
    picture = ImageReader(Image.new("L", (600, 600), 255))
    if not under:
        canvas.drawImage(picture, 0, 0, 300, 300)
    for n in range(10):
        canvas.drawString(60, 200 - 15 * n, f"abc {n} 12 99")
    if under:
        canvas.drawImage(picture, 0, 0, 300, 300)
    canvas.save()
    pages, _ = pdf._pages(out.getvalue())
    assert [page.is_picture for page in pages] == [under]


@pytest.mark.parametrize("kind", ["Line", "Square", "Redact", "StrikeOut", "FreeText", "Widget"])
def test_a_note_drawn_over_a_figure_puts_it_in_doubt(kind: str):
    assert drawn(noted(kind)) == f"812{UNREAD}"


@pytest.mark.parametrize("kind", ["Highlight", "Underline", "Link", "Popup"])
def test_a_note_that_marks_a_figure_leaves_it_as_it_is(kind: str):
    assert drawn(noted(kind)) == "812"


def test_a_hidden_note_is_not_seen():
    assert drawn(noted("Line", flags=2)) == "812"


def noted(kind: str, flags: int = 4) -> Draw:
    """Add a note over the figure."""
    box = PDFArray([58, 64, 83, 76])
    note = {"Type": PDFName("Annot"), "Subtype": PDFName(kind), "Rect": box, "F": flags}
    return lambda canvas: canvas._addAnnotation(PDFDictionary(note))
