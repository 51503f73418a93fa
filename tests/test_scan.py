"""Scans: what reading them needs, refuses and stitches; test_scanned.py has the recognition."""

import io
import os
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from helpers import checks, read
from PIL import Image

from analysis.documents.grid import UnreadableError
from analysis.documents.readers import scan
from analysis.documents.readers.scan.stitch import Box, Page, Piece, RuledText, stitch

PAGE = "analysis.documents.readers.scan.page"


def picture(fmt: str = "PNG", size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    """Give the bytes of a white picture."""
    out = io.BytesIO()
    Image.new(str(options.pop("mode", "L")), size, "white").save(out, fmt, **options)
    return out.getvalue()


@pytest.fixture
def pages(monkeypatch) -> list[tuple[np.ndarray, float | None]]:
    """Note the pages that would be recognised, instead of recognising them."""
    noted: list[tuple[np.ndarray, float | None]] = []

    def read_page(pixels: np.ndarray, dpi: float | None) -> Page:
        noted.append((pixels, dpi))
        return Page([], list, 1.0)

    monkeypatch.setitem(sys.modules, PAGE, SimpleNamespace(read_page=read_page))
    return noted


# ---- the extra ----


def test_a_scan_without_the_extra_says_what_to_install(monkeypatch):
    monkeypatch.delitem(sys.modules, PAGE, raising=False)
    for name in ("ocr", "picture", "rules", "textlines"):
        monkeypatch.delitem(sys.modules, f"analysis.documents.readers.{name}", raising=False)
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    monkeypatch.setitem(sys.modules, "cv2", None)
    report = read(picture())
    assert checks(report) == {"ocr_missing"}
    assert "make ocr" in report.findings[0].message
    assert "make ocr" in report.findings[0].message_zh


def test_the_package_is_imported_without_the_extra():
    heavy = "{'cv2', 'onnxruntime', 'rapidocr'}"
    code = f"import sys, analysis; sys.exit(bool({heavy} & set(sys.modules)))"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=False)
    assert done.returncode == 0


# ---- pictures ----


@pytest.mark.parametrize("fmt", ["PNG", "JPEG", "TIFF", "BMP"])
def test_pictures_are_read_by_their_bytes(fmt, pages):
    report = read(picture(fmt, dpi=(200, 200)))
    assert checks(report) == {"scan_without_rules"}
    pixels, dpi = pages[0]
    assert pixels.shape == (30, 40)
    assert pixels.min() == 255
    assert dpi == pytest.approx(200, abs=0.1)


def test_a_tiff_is_read_page_by_page(pages):
    more = [Image.new("L", (50, 60), n) for n in (1, 2)]
    read(picture("TIFF", save_all=True, append_images=more))
    assert [pixels.shape for pixels, _ in pages] == [(30, 40), (60, 50), (60, 50)]


def test_a_pdf_of_nothing_but_pictures_is_read_page_by_page(monkeypatch):
    ruled = page([table([["规章", "1"]], (0, 0.5, 1))])
    monkeypatch.setitem(sys.modules, PAGE, SimpleNamespace(read_page=lambda *_: ruled))
    paper, out = Image.new("L", (700, 900), "white"), io.BytesIO()
    paper.save(out, "PDF", save_all=True, append_images=[paper])
    assert checks(read(out.getvalue())) == {"no_tables"}


@pytest.mark.parametrize(("printed", "taken"), [(72, 100), (150, 150), (300, 200)])
def test_a_picture_in_a_pdf_is_taken_at_its_own_resolution_up_to_a_limit(printed, taken, pages):
    paper, out = Image.new("L", (8 * printed, 11 * printed), "white"), io.BytesIO()
    paper.save(out, "PDF", resolution=printed)
    read(out.getvalue())
    pixels, dpi = pages[0]
    assert (pixels.shape[1], dpi) == (8 * taken, pytest.approx(taken))


def test_transparent_paper_is_white(pages):
    out = io.BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(out, "PNG")
    read(out.getvalue())
    assert pages[0][0].min() == 255


def test_a_picture_that_would_fill_the_memory_is_refused(pages):
    assert checks(read(picture(size=(9_000, 9_000), mode="1"))) == {"picture_too_large"}
    assert checks(read(picture(size=(30_000, 30_000), mode="1"))) == {"picture_too_large"}
    assert not pages


def test_a_tiff_of_too_many_pages_is_refused(pages, monkeypatch):
    monkeypatch.setattr(scan, "MAX_PAGES", 1)
    data = picture("TIFF", save_all=True, append_images=[Image.new("L", (5, 5))])
    assert checks(read(data)) == {"too_many_pages"}


@pytest.mark.parametrize("fmt", ["PNG", "JPEG", "TIFF", "BMP"])
def test_a_damaged_picture_is_an_issue(fmt, pages):
    data = picture(fmt, size=(300, 300))
    assert checks(read(data[: len(data) // 2])) == {"truncated"}


def test_a_page_whose_size_is_lost_is_damage(pages):
    page, out = Image.new("L", (40, 30), "white"), io.BytesIO()
    page.save(out, "TIFF", save_all=True, append_images=[page])
    width = b"\x00\x01\x04\x00"  # the tag, and that it is a number
    before, _, behind = out.getvalue().rpartition(width)
    assert checks(read(before + b"\xff\x00\x04\x00" + behind)) == {"truncated"}


# ---- pages → grids ----


def table(
    rows: list[list[str]], across: tuple[float, ...], top: int = 0, bottom: int = 1000
) -> RuledText:
    """Give a table of a page, one cell a place."""
    cells = [
        Piece(Box(r, r + 1, c, c + 1), text, 0.95)
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
    ]
    return RuledText(Box(top, bottom, 0, 700), across, len(rows), cells)


def line(text: str, top: int) -> Piece:
    """Give a line of text outside tables."""
    return Piece(Box(top, top + 20, 0, 700), text, 1.0)


def page(tables: list[RuledText], *lines: Piece) -> Page:
    """Give a page with some lines outside its tables."""
    return Page(tables, lambda: list(lines), 1.0)


def texts(pages: list[Page]) -> list[list[list[str]]]:
    """Give the texts of the grids that pages make."""
    grids = stitch(pages, 1)
    return [[[c.text if c else "" for c in row] for row in grid.cells] for grid in grids]


def test_a_table_cut_by_a_page_break_is_one_grid():
    first = page([table([["a", "1"]], (0, 0.5, 1))], line("— 1 —", 1100))
    second = page([table([["b", "2"]], (0, 0.505, 1))])
    assert texts([first, second]) == [[["a", "1"], ["b", "2"]]]


def test_a_running_head_does_not_end_a_table():
    head = line("某县2023年政府信息公开工作年度报告正文", 10)
    pages = [page([table([[text, "1"]], (0, 0.5, 1), top=60)], head) for text in "ab"]
    assert texts(pages) == [[["a", "1"], ["b", "1"]]]


def test_a_part_with_fewer_columns_goes_on_under_the_same_lines():
    first = page([table([["a", "1", "2"]], (0, 0.3, 0.6, 1))])
    second = page([table([["b", "3"]], (0, 0.3, 1))])
    assert texts([first, second]) == [[["a", "1", "2"], ["b", "3", "3"]]]


@pytest.mark.parametrize(
    "second",
    [
        page([table([["b", "2"]], (0, 0.4, 1))]),
        page([table([["b", "2"]], (0, 0.5, 1), top=400)], line("四、" + "行" * 20, 300)),
    ],
    ids=["other columns", "a heading between"],
)
def test_another_table_on_the_next_page_is_another_grid(second):
    first = page([table([["a", "1"]], (0, 0.5, 1))])
    assert len(texts([first, second])) == 2


def test_a_table_knows_the_lines_between_it_and_the_one_before():
    first = page([table([["a", "1"]], (0, 0.5, 1), top=60)], line("2023年", 10), line("尾", 1100))
    tables = [table([["b", "2"]], (0, 0.4, 1), 60, 90), table([["c", "3"]], (0, 0.3, 1), 200)]
    second = page(tables, line("2022年", 10), line("三、", 150))
    headings = [grid.heading for grid in stitch([first, second], 1)]
    assert headings == ["2023年", "尾\n2022年", "三、"]


def test_pages_without_tables_are_not_recognised():
    def recognised() -> list[Piece]:
        raise AssertionError

    assert not stitch([Page([], recognised, 0.0)] * 2, 1)


def test_cells_know_their_page_and_confidence():
    pages = [page([table([["a", "1"]], (0, 0.5, 1))])] * 2
    grid = stitch(pages, first_page=3)[0]
    assert [grid.place(row[1]) for row in grid.cells] == ["p3t1r1c2", "p4t1r2c2"]
    assert {cell.confidence for row in grid.cells for cell in row} == {0.95}


def test_pages_of_another_reader_are_read_alike(pages):
    grids, text = scan.read_pictures([np.zeros((3, 4), np.uint8)], [None], first_page=2)
    assert (grids, text(), len(pages)) == ([], "", 1)
    with pytest.raises(ValueError, match="shorter"):
        scan.read_pictures([np.zeros((3, 4), np.uint8)], [])


def test_a_scan_without_ruled_tables_says_so(pages):
    with pytest.raises(UnreadableError) as raised:
        scan.read(picture())
    assert raised.value.check == "scan_without_rules"
