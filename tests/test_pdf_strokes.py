"""Digital PDF: a figure that a stroke runs through is in doubt, one that it underlines is not."""

import io
from collections.abc import Callable, Sequence

import pytest
from helpers import checks, compare, read
from reportlab.pdfgen.canvas import Canvas
from test_pdf import drawn_table
from typesetter import typeset

from analysis.documents.grid import UNREAD
from analysis.documents.readers import pdf
from analysis.documents.readers.pdf.geometry import Rule
from analysis.documents.readers.pdf.rules import joined

DOUBLE = f"88{UNREAD}11{UNREAD}22"

Draw = Callable[[Canvas], object]


def drawn(draw: Draw, xs: Sequence[float] = (50, 100, 150), under: Draw | None = None) -> str:
    """The cell of a small table with the figure 812 at (60, 66), over and under which is drawn."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(200, 150))
    canvas.grid(xs, (60, 80, 100))
    if under:
        canvas.saveState()
        under(canvas)
        canvas.restoreState()
    canvas.setFont("Helvetica", 10)
    canvas.drawString(60, 66, "812")
    draw(canvas)
    canvas.save()
    grid = next(grid for grid in pdf.read(out.getvalue()).grids if grid.ruled)
    return next(cell.text for cell in grid.cells[1] if cell)


@pytest.mark.parametrize(
    "draw",
    [
        lambda canvas: canvas.line(60, 69, 77, 69),
        lambda canvas: canvas.rect(60, 69, 17, 0.6, stroke=0, fill=1),
        lambda canvas: canvas.lines([(60, 68, 77, 68), (60, 70.5, 77, 70.5)]),
        lambda canvas: canvas.lines([(60, 66, 77, 73), (60, 73, 77, 66)]),
        lambda canvas: canvas.line(60, 64, 66, 75),
    ],
    ids=["line", "rectangle", "two lines", "cross", "one digit aslant"],
)
def test_digits_that_a_stroke_runs_through_are_in_doubt(draw: Draw):
    assert UNREAD in drawn(draw)


def test_of_a_figure_in_part_struck_out_the_rest_is_no_figure_either():
    assert drawn(lambda canvas: canvas.line(60, 69, 65.5, 69)) == f"{UNREAD}12"


@pytest.mark.parametrize(
    "draw",
    [
        lambda canvas: canvas.line(60, 65, 77, 65),
        lambda canvas: canvas.line(60, 74, 77, 74),
        lambda canvas: canvas.line(54, 69, 59, 69),
        lambda canvas: canvas.line(80, 69, 95, 69),
        lambda canvas: canvas.line(78, 62, 82, 78),
        lambda canvas: canvas.line(0, 0, 200, 40),
    ],
    ids=["underlined", "overlined", "line before", "line behind", "slash behind", "line elsewhere"],
)
def test_lines_beside_a_figure_strike_nothing(draw: Draw):
    assert drawn(draw) == "812"


def test_a_stroke_is_no_rule_that_parts_the_rows_of_a_table():
    assert drawn(lambda canvas: canvas.line(59, 69, 77, 69), xs=(58, 100, 150)) == UNREAD * 3


@pytest.mark.parametrize("aside", [2.4, 3.0, 4.0])
def test_a_figure_printed_twice_a_little_aside_is_not_the_digits_of_both(aside: float):
    assert drawn(lambda canvas: canvas.drawString(60 + aside, 66, "812")) in {"812", DOUBLE}


@pytest.mark.parametrize(("x", "y"), [(0.5, 0.5), (1.0, 1.0), (-0.7, -0.7), (1.5, 0.0)])
def test_a_shadow_behind_a_figure_is_no_second_figure(x: float, y: float):
    def shadow(canvas: Canvas) -> None:
        canvas.setFillGray(0.7)
        canvas.setFont("Helvetica", 10)
        canvas.drawString(60 + x, 66 - y, "812")

    assert drawn(lambda _: None, under=shadow) == "812"


def test_rules_of_two_tables_a_little_aside_of_one_another_stay_where_they_are():
    upper = [Rule(100.0, 0.0, 50.0), Rule(150.0, 0.0, 50.0)]
    lower = [Rule(102.5, 80.0, 120.0), Rule(150.0, 80.0, 120.0)]
    assert joined([*upper, *lower]) == sorted([*upper, *lower])


@pytest.mark.parametrize("rules", [[], ["no_rules"], ["no_vertical_rules"]])
def test_struck_figures_are_flagged_in_tables_with_and_without_rules(rules: list[str]):
    for seed in range(4):
        document = typeset(seed, "pdf", ["struck_out_figures", *rules], slip=False)
        found = compare(read(document.data), document.truth)
        assert document.lost and not found.silent and not found.extra


@pytest.mark.parametrize("rules", [[], ["no_rules"], ["no_horizontal_rules"]])
def test_underlined_figures_are_read_without_a_finding(rules: list[str]):
    for seed in (0, 1, 23):
        document = typeset(seed, "pdf", ["underlined_figures", *rules], slip=False)
        report = read(document.data)
        assert compare(report, document.truth).right == set(document.truth)
        assert not checks(report)


@pytest.mark.parametrize(
    ("figure", "x", "cells"),
    [
        ("812", 155, ["", UNREAD]),
        ("812", 185, ["", ""]),
        ("no", 155, ["", ""]),
    ],
    ids=["right behind", "far behind", "words"],
)
def test_a_figure_behind_the_frame_puts_the_blank_beside_it_in_doubt(
    figure: str, x: float, cells: list[str]
):
    (grid,) = pdf.read(drawn_table([(x, 66, figure)])).grids
    assert [cell.text for cell in grid.cells[1] if cell] == cells


def test_a_figure_behind_the_frame_leaves_a_full_cell_as_it_is():
    (grid,) = pdf.read(drawn_table([(110, 66, "31"), (155, 66, "812")])).grids
    assert [cell.text for cell in grid.cells[1] if cell] == ["", "31"]
