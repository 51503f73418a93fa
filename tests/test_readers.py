"""Each format gives the cells as printed; what can't be read is refused with its check."""

import io
import os
import subprocess
import sys

import openpyxl
import pytest
import xlwt
from helpers import docx, docx_table, html, html_table, saved, text, unzipped, workbook, zipped

from analysis.documents.grid import Document, UnreadableError
from analysis.documents.numbers import parse_count
from analysis.documents.readers import archive, choose, plain, read, sheet, word
from analysis.documents.readers import html as page
from analysis.documents.readers.text import decode

TABLE = [["信息内容", "本年制发件数"], ["规章", "8"]]
FAR_CELL = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'


def rows(document: Document, number: int = 0) -> list[list[str | None]]:
    return [[c and c.text.strip() for c in row] for row in document.grids[number].cells]


def read_html(table: str) -> list[list[str | None]]:
    return rows(read(f"<html><table>{table}</table>".encode()))


def refused(data: bytes) -> str:
    with pytest.raises(UnreadableError) as error:
        read(data)
    return error.value.check


# ---- which reader ----


@pytest.mark.parametrize(
    ("data", "reader"),
    [
        (html(TABLE), page.read),
        (html_table(TABLE).encode(), page.read),
        ("\ufeff<!DOCTYPE html><p>x".encode(), page.read),
        (text(TABLE).encode(), plain.read),
        ("a<b 与 c>d\t1".encode(), plain.read),
        (docx(TABLE), word.read),
        (workbook(TABLE), sheet.read),
    ],
)
def test_the_bytes_choose_the_reader(data, reader):
    assert choose(data) is reader


LOADED = """
import sys
from analysis.dataset import work
from analysis.documents.report import read_bytes
read_bytes("<table><tr><td>规章<td>8</table>".encode())
print(*sys.modules)
"""


def test_a_process_that_reads_a_page_loads_no_library_of_another_format():
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", LOADED]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    others = {"doc2docx", "pypdfium2", "python_calamine", "xlrd", "openpyxl", "pandas"}
    assert "lxml" in done.stdout.split()
    assert not others & set(done.stdout.split())


@pytest.mark.parametrize("data", [html(TABLE), docx(TABLE), workbook(TABLE), text(TABLE).encode()])
def test_every_format_gives_the_same_cells(data):
    assert [row for row in rows(read(data)) if any(row)] == TABLE


# ---- encodings ----


@pytest.mark.parametrize(
    "encoding",
    [
        "utf-8",
        "utf-8-sig",
        "gb2312",
        "gbk",
        "gb18030",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
    ],
)
def test_text_is_decoded_by_what_fits_its_bytes(encoding):
    printed = "信息内容\t本年制发件数\n规章\t8\n" * 3
    assert decode(printed.encode(encoding)).lstrip("\ufeff") == printed


@pytest.mark.parametrize(
    ("declared", "used"),
    [("gb2312", "gb18030"), ("utf-8", "gb18030"), ("gb2312", "utf-8"), ("utf-16", "utf-8")],
)
def test_a_wrong_declaration_does_not_mislead(declared, used):
    data = f'<html><meta charset="{declared}"><p>信息公开，堃、䶮</p>'.encode(used)
    assert "信息公开，堃、䶮" in decode(data, declared=True)


def test_big5_is_read_where_it_is_declared():
    data = '<html><meta charset="big5"><p>政府資訊公開年度報告</p>'.encode("big5")
    assert "政府資訊公開年度報告" in decode(data, declared=True)


def test_a_wrong_byte_spoils_no_other_character():
    data = "信息内容".encode() * 20 + b"\xff" + "规章".encode()
    assert decode(data) == "信息内容" * 20 + "\ufffd规章"


# ---- HTML ----


@pytest.mark.parametrize(
    ("table", "cells"),
    [
        ("<tr><td colspan=2>a<td>b", [["a", "a", "b"]]),
        ('<tr><td colspan="2;">a<td>b', [["a", "a", "b"]]),
        ("<tr><td colspan=x>a<td>b", [["a", "b"]]),
        ("<tr><td colspan=-3>a<td>b", [["a", "b"]]),
        ("<tr><td colspan=0>a<td>b", [["a", "b"]]),
        ("<tr><td rowspan=2>a<td>b<tr><td>c", [["a", "b"], ["a", "c"]]),
        ("<tr><td rowspan=9>a<td>b<tr><td>c", [["a", "b"], ["a", "c"]]),
        ("<tr><td rowspan=0>a<td>b<tr><td>c", [["a", "b"], ["a", "c"]]),
        ("<tr><td>a<td>b<tr><td>c<td>d", [["a", "b"], ["c", "d"]]),
        ("<tr><td>a</td></tr><td>b</td></tr>", [["a"], ["b"]]),
        ("<thead><tr><th>a<tbody><tr><td>b<tfoot><tr><td>c", [["a"], ["b"], ["c"]]),
        ("<caption>t</caption><colgroup><col></colgroup><tr><td>a", [["a"]]),
        ("<tr><td><o:p>&nbsp;</o:p><td><o:p>8</o:p>", [["", "8"]]),
    ],
)
def test_a_table_is_laid_out_as_a_browser_does(table, cells):
    assert read_html(table) == cells


@pytest.mark.parametrize(
    ("cell", "printed"),
    [
        ("2<span>2</span>", "22"),
        ("6<wbr>7", "67"),
        ("6<!-- 9 -->7", "67"),
        ("67<script>9</script>", "67"),
        ("67<style>i{}</style>", "67"),
        ("67<noscript>9</noscript>", "67"),
        ("67<template>9</template>", "67"),
        ('<span style="display:none">9</span>67', "67"),
        ('<span style="DISPLAY : none !important">9</span>67', "67"),
        ('<span style="visibility:hidden">9</span>67', "67"),
        ("<span hidden>9</span>67", "67"),
        ("<input value=67>", "67"),
        ("67<input type=hidden value=9>", "67"),
    ],
)
def test_a_cell_holds_what_the_page_prints(cell, printed):
    assert read_html(f"<tr><td>{cell}</td></tr>") == [[printed]]


@pytest.mark.parametrize(
    "cell",
    [
        *("6<sup>7</sup>", "6<sub>7</sub>", "<del>6</del>7", "<s>6</s>7", "<del>67</del>"),
        '67<span style="vertical-align:super">2</span>',
        '<span style="text-decoration:line-through">67</span>5',
        '<span style="text-decoration-line: line-through">5</span>67',
        *("<p>6</p><p>7</p>", "6<br>7", "<section>6</section><section>7</section>"),
        *("<blockquote>6</blockquote>7", "<center>6</center><center>7</center>"),
        *("<dl><dt>6</dt><dd>7</dd></dl>", '<span style="display:block">6</span>7'),
        *("6<table><tr><td>7</td></tr></table>", "6<img src=a.png>", "<ruby>67<rt>2</rt></ruby>"),
        '67<a href="#fn1">1</a>',
    ],
)
def test_pieces_that_stand_apart_never_join_into_one_figure(cell):
    assert parse_count(read_html(f"<tr><td>{cell}</td></tr>")[0][0]).state == "text"


@pytest.mark.parametrize(
    "cell",
    [
        "<svg><text>9</text></svg>67",
        '<span style="font-size:0">9</span>67',
        "<input type=checkbox value=9>67",
        "<table><tr><td>67</td></tr></table>",
        "<select><option>67</select>",
        "<textarea>67</textarea>",
    ],
)
def test_what_is_not_printed_is_no_digit_and_what_is_printed_is_no_blank(cell):
    figure = parse_count(read_html(f"<tr><td>{cell}</td></tr>")[0][0])
    assert figure.value == 67 or figure.state == "text"


def test_a_form_around_rows_loses_none_of_them():
    assert read_html("<form><tr><td>a<td>b</form>") == [["a", "b"]]


def test_a_picture_in_a_cell_leaves_its_sign():
    assert read_html("<tr><td><img src=a.png></td></tr>") == [["\ufffc"]]


def test_a_layout_table_holds_no_text_of_the_tables_inside():
    outer, inner = read(b"<html><table><tr><td>x<table><tr><td>8</table></table>").grids
    assert "8" not in outer.cells[0][0].text and inner.cells[0][0].text == "8"


def test_hidden_tables_and_tables_in_scripts_are_no_tables():
    data = b"<html><script>'<table><tr><td>9'</script><div hidden><table><tr><td>9</table></div>"
    assert read(data).grids == []


# ---- Word ----


def box(printed: str) -> str:
    return f"<w:txbxContent><w:p>{run(printed)}</w:p></w:txbxContent>"


HIGHER = '<w:position w:val="6"/>'
RAISED = '<w:vertAlign w:val="superscript"/>'


def word_cell(content: str) -> str:
    return rows(read(docx([[content]])))[0][0]


def run(printed: str, look: str = "") -> str:
    return f"<w:r><w:rPr>{look}</w:rPr><w:t>{printed}</w:t></w:r>"


@pytest.mark.parametrize(
    ("content", "printed"),
    [
        (run("6") + run("7"), "67"),
        (run("9", "<w:vanish/>") + run("67"), "67"),
        (run("67", '<w:vanish w:val="0"/>'), "67"),
        ("<w:del><w:r><w:delText>9</w:delText></w:r></w:del>" + run("67"), "67"),
        (f"<w:del>{run('9')}</w:del>" + run("67"), "67"),
        (f"<w:ins>{run('6')}</w:ins>" + run("7"), "67"),
        (f"<w:moveFrom>{run('9')}</w:moveFrom><w:moveTo>{run('67')}</w:moveTo>", "67"),
        (f"<w:hyperlink>{run('67')}</w:hyperlink>", "67"),
        (f"<w:sdt><w:sdtContent>{run('67')}</w:sdtContent></w:sdt>", "67"),
        ("<w:r><w:instrText>=9+1</w:instrText></w:r>" + run("67"), "67"),
        (f"<w:r><w:drawing><w:txbxContent>{run('67')}</w:txbxContent></w:drawing></w:r>", "67"),
        ("<w:r><w:drawing/></w:r>", "\ufffc"),
    ],
)
def test_a_word_cell_holds_what_word_prints(content, printed):
    assert word_cell(f"<w:p>{content}</w:p>") == printed


@pytest.mark.parametrize(
    "content",
    [
        f"<w:p>{run('6')}{run('7', RAISED)}</w:p>",
        f"<w:p>{run('6', '<w:strike/>')}{run('7')}</w:p>",
        f"<w:p>{run('6')}</w:p><w:p>{run('7')}</w:p>",
        f"<w:p>{run('6')}<w:r><w:br/></w:r>{run('7')}</w:p>",
        f"<w:p>{run('6')}<w:r><w:tab/></w:r>{run('7')}</w:p>",
        f"<w:p>{run('6')}{run('7', HIGHER)}</w:p>",
        f"<w:p>{run('67', '<w:strike/>')}</w:p>",
        f"<w:p>{run('6')}<w:r><w:drawing/></w:r></w:p>",
        f"<w:p>{run('6')}<w:r><w:sym w:font='Wingdings' w:char='F08D'/></w:r></w:p>",
        f"<w:p>{run('6')}<w:r><w:drawing>{box('7')}</w:drawing></w:r></w:p>",
        f"<w:p><w:r><w:drawing>{box('6')}{box('7')}</w:drawing></w:r></w:p>",
        f"<w:p><w:r><w:ruby><w:rt>{run('9')}</w:rt></w:ruby></w:r>{run('67')}</w:p>",
        f"<w:p>{run('6')}</w:p>{docx_table([['7']])}",
        f"{docx_table([['67']])}<w:p/>",
        "<w:p><w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr></w:p>",
    ],
    ids=[
        *("raised", "struck", "paragraphs", "break", "tab", "raised by position", "struck only"),
        *("picture", "symbol", "text box", "two text boxes", "ruby", "figure and table"),
        *("table alone", "automatic number"),
    ],
)
def test_pieces_of_a_word_cell_that_stand_apart_never_join(content):
    assert parse_count(word_cell(content)).state == "text"


def test_word_merges_fill_the_grid():
    cell = "<w:tc><w:tcPr>{}</w:tcPr><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    wide = cell.format('<w:gridSpan w:val="2"/>', "a")
    top = cell.format('<w:vMerge w:val="restart"/>', "b")
    below = cell.format("<w:vMerge/>", "")
    table = [[wide, "c"], [top, "d", "e"], [below, "f", "g"]]
    assert rows(read(docx(table))) == [["a", "a", "c"], ["b", "d", "e"], ["b", "f", "g"]]


def test_nested_word_tables_are_tables_of_their_own():
    outer, inner = read(docx([[f"<w:p/>{docx_table([['8']])}<w:p/>"]])).grids
    assert "8" not in outer.cells[0][0].text and inner.cells[0][0].text == "8"


# ---- workbooks ----


def book_cell(value: object, number_format: str = "General") -> str:
    book = openpyxl.Workbook()
    book.active["A1"].value, book.active["A1"].number_format = value, number_format
    book.active["B2"].value = "规章"
    return rows(read(saved(book)))[0][0]


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (67, "67"),
        (67.0, "67"),
        (160.5964, "160.5964"),
        (0.1 + 0.2, "0.3"),
        ("67件", "67件"),
        (0, "0"),
    ],
)
def test_a_workbook_cell_gives_its_value_as_text(value, printed):
    assert book_cell(value) == printed


@pytest.mark.parametrize(
    ("value", "number_format"), [(67, "yyyy-mm-dd"), (True, "General"), (1e20, "General")]
)
def test_a_date_or_truth_value_is_no_figure(value, number_format):
    assert not book_cell(value, number_format).isdecimal()


SHEET = "xl/worksheets/sheet1.xml"


def with_part(data: bytes, old: str, new: str, name: str = SHEET, to: str = SHEET) -> bytes:
    """Give a container in which a part reads otherwise, and stands elsewhere if asked for."""
    parts = unzipped(data)
    assert old.encode() in parts[name]
    parts[to] = parts.pop(name).replace(old.encode(), new.encode())
    rels = "xl/_rels/workbook.xml.rels"
    parts[rels] = parts[rels].replace(SHEET.encode(), to.encode())
    return zipped(parts)


def test_a_stored_formula_gives_its_stored_value():
    data = with_part(workbook([["67"]]), "<v>67</v>", "<f>60+8</f><v>68</v>")
    assert rows(read(data)) == [["68"]]


@pytest.mark.parametrize("value", ["=60+7", "#REF!", "#DIV/0!", "#N/A"])
def test_an_error_or_a_formula_without_a_stored_value_is_no_blank(value):
    assert parse_count(book_cell(value)).state == "text"


@pytest.mark.parametrize("look", ['<vertAlign val="superscript"/>', "<strike/>"])
def test_raised_or_struck_text_in_a_workbook_is_no_digit(look):
    rich = f"<is><r><t>67</t></r><r><rPr>{look}</rPr><t>2</t></r></is>"
    data = with_part(workbook([["67件"]]), "<is><t>67&#20214;</t></is>", rich)
    assert parse_count(rows(read(data))[0][0]).state == "text"


def test_hidden_sheets_are_not_read_and_sheets_keep_their_numbers():
    book = openpyxl.Workbook()
    book.active.sheet_state = "hidden"
    book.active.append(["上年"])
    book.create_sheet().append(["本年"])
    document = read(saved(book))
    assert rows(document) == [["本年"]] and document.grids[0].number == 2


def test_a_merged_range_beyond_the_text_of_a_sheet_changes_nothing():
    book = xlwt.Workbook()
    sheet = book.add_sheet("1")
    sheet.write(0, 0, "规章")
    sheet.write_merge(0, 1, 3, 4, "")
    out = io.BytesIO()
    book.save(out)
    assert read(out.getvalue()).grids[0].cells[0][0].text == "规章"


def test_merged_ranges_fill_the_grid_and_cells_keep_their_places():
    book = openpyxl.Workbook()
    book.active["B2"].value = "a"
    book.active.merge_cells("B2:C3")
    book.active["D3"].value = 8
    grid = read(saved(book)).grids[0]
    filled = {
        (r, c) for r, row in enumerate(grid.cells) for c, x in enumerate(row) if x.text == "a"
    }
    assert filled == {(1, 1), (1, 2), (2, 1), (2, 2)}
    assert grid.place(grid.cells[2][2]) == "t1r2c2"


# ---- text ----


@pytest.mark.parametrize(
    ("printed", "cells"),
    [
        ("规章\t8\t\t0", [["规章", "8", "", "0"]]),
        ("| 规章 | 8 |", [["规章", "8"]]),
        ("规章 | 8", [["规章", "8"]]),
        ("| a | b |\n|---|:-:|\n| c | d |", [["a", "b"], [""], ["c", "d"]]),
        ("| **规章** | 本年<br>件数 |", [["规章", "本年\n件数"]]),
        ("│规章│8│", [["规章", "8"]]),
        ('规章,"1,234"\n许可,8', [["规章", "1,234"], ["许可", "8"]]),
        ("a\r\nb\rc", [["a"], ["b"], ["c"]]),
    ],
)
def test_a_line_of_text_is_parted_into_cells(printed, cells):
    assert rows(read(printed.encode())) == cells


@pytest.mark.parametrize("sign", ["\u2028", "\x0b", "\x0c", "\x85", "\x1c"])
def test_only_line_ends_end_a_line(sign):
    printed = "\n".join([f"规章\t6{sign}7", *["许可\t8"] * 40])
    assert len(rows(read(printed.encode()))) == 41


def test_a_csv_cell_over_two_lines_keeps_later_places():
    grid = read('规章,"本年\n件数"\n许可,8\n处罚,9\n'.encode()).grids[0]
    assert [grid.place(row[1]) for row in grid.cells if len(row) > 1] == [
        "t1r1c2",
        "t1r3c2",
        "t1r4c2",
    ]


# ---- refusals ----


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\0" * 64, b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_refused(data):
    assert refused(data) == "empty_file"


@pytest.mark.parametrize(
    ("magic", "name"),
    [
        (zipped({"[Content_Types].xml": b"x"}), "Office (OOXML)"),
    ],
)
def test_formats_that_are_not_read_are_named(magic, name):
    with pytest.raises(UnreadableError) as error:
        read(magic)
    assert (error.value.check, error.value.facts["format"]) == ("format_not_supported", name)


@pytest.mark.parametrize("data", [bytes(range(256)) * 20, b"GIF89a" + bytes(range(256)) * 4])
def test_unknown_bytes_are_refused(data):
    assert refused(data) == "format_unknown"


@pytest.mark.parametrize("make", [docx, workbook])
@pytest.mark.parametrize("share", [0.01, 0.3, 0.6, 0.99])
def test_a_container_cut_off_anywhere_is_refused(make, share):
    data = make(TABLE)
    assert refused(data[: max(2, int(len(data) * share))]) == "truncated"


def test_an_old_container_cut_off_is_refused():
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512) == "truncated"


@pytest.mark.parametrize(("make", "part"), [(docx, b"word/document.xml"), (workbook, b"xl/work")])
def test_damaged_bytes_inside_a_container_are_refused(make, part):
    data = bytearray(make(TABLE))
    at = data.index(part) + 40
    data[at : at + 30] = b"\xff" * 30
    assert refused(bytes(data)) == "truncated"


@pytest.mark.parametrize(
    "data",
    [
        zipped({"word/document.xml": b"0" * 2_000_000}),
        zipped({"xl/workbook.xml": b"0" * 600_000, "xl/b.xml": b"0" * 600_000}),
    ],
    ids=["one part", "parts together"],
)
def test_a_container_that_unpacks_too_large_is_refused(data, monkeypatch):
    monkeypatch.setattr(archive, "MAX_UNPACKED", 2**20)
    assert len(data) < 10_000 and refused(data) == "zip_bomb"


FAR = {
    "plain": (FAR_CELL, "worksheets"),
    "single quotes": (FAR_CELL.replace('"', "'"), "worksheets"),
    "spaces": (FAR_CELL.replace("r=", "r = "), "worksheets"),
    "lower case": (FAR_CELL.replace("XFD", "xfd"), "worksheets"),
    "four letters": (FAR_CELL.replace("XFD1048576", "ZZZZ9999999"), "worksheets"),
    "another folder": (FAR_CELL, "other"),
}
# Running out of memory would end the process: so another one reads, with little memory.
READ = """
import resource, sys
from analysis.documents.report import read_report
resource.setrlimit(resource.RLIMIT_AS, (2**32, 2**32))
for path in sys.argv[1:]:
    print(read_report(path).issues.check[0], flush=True)
"""


def test_a_far_cell_makes_no_huge_table(tmp_path):
    paths = [tmp_path / f"{name}.xlsx" for name in FAR]
    for path, (far, folder) in zip(paths, FAR.values(), strict=True):
        to = f"xl/{folder}/sheet1.xml"
        path.write_bytes(with_part(workbook(TABLE), "</sheetData>", far, to=to))
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", READ, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    found = dict(zip(FAR, done.stdout.split(), strict=False))
    assert found == dict.fromkeys(FAR, "table_too_large")


def test_wide_word_cells_make_no_huge_table():
    wide = '<w:tc><w:tcPr><w:gridSpan w:val="99999"/></w:tcPr><w:p/></w:tc>'
    assert refused(docx([[wide] * 150] * 150)) == "table_too_large"


def test_huge_spans_make_no_huge_table():
    wide = ["<td colspan=999999999 rowspan=999999999>x</td>"] * 100
    assert refused(html([wide] * 100)) == "table_too_large"


def test_one_huge_span_is_cut_to_what_a_form_can_have():
    assert len(read_html("<tr><td colspan=999999999>a<td>b")[0]) < 1000


def test_deep_nesting_around_a_table_is_read():
    data = b"<html>" + b"<div>" * 1000 + html_table(TABLE).encode()
    assert rows(read(data)) == TABLE


@pytest.mark.parametrize(
    "ghost",
    [
        '<font color="#FFFFFF">9</font>',
        "<span style='color: white'>9</span>",
        "<span style='position:absolute; left:-9999px'>9</span>",
    ],
)
def test_text_that_a_page_may_not_show_is_not_taken_for_a_part_of_a_figure(ghost):
    (cells,) = read_html(f"<tr><td>规章</td><td>8{ghost}</td></tr>")
    assert parse_count(cells[1]).state == "text"


def test_white_paper_hides_nothing():
    page = '<tr><td style="background-color:#ffffff">规章</td><td style="color:#fffaaa">8</td></tr>'
    assert read_html(page) == [["规章", "8"]]


# ---- what stands above a table ----


def test_a_table_knows_the_text_between_the_one_before_and_it():
    first, second = [["a"]], [["b"]]
    between = "<p>x</p><p>2022年</p>"
    paragraph = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
    body = paragraph.format("t") + docx_table(first) + paragraph.format("2022年")
    for data in (
        html(first, second, between=between),
        docx(second, body=body),
    ):
        above = [grid.heading.split() for grid in read(data).grids]
        assert above[0] in ([], ["t"]) and above[1][-1] == "2022年" and "a" not in above[1]


def test_a_caption_stands_above_its_table():
    data = b"<table><caption>2022</caption><tr><td>1</table>"
    assert read(data).grids[0].heading.split() == ["2022"]


def test_text_of_a_layout_table_stands_above_the_table_inside():
    data = f"<table><tr><td>2022{html_table([['1']])}2023{html_table([['2']])}</table>".encode()
    assert [g.heading.split() for g in read(data).grids] == [[], ["2022"], ["2023"]]


def test_a_sheet_is_headed_by_its_name():
    book = openpyxl.Workbook()
    book.active.title = "2022"
    book.active.append(["a"])
    assert read(saved(book)).grids[0].heading == "2022"


def test_a_row_of_empty_cells_at_the_end_of_a_sheet_is_kept():
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    for column in (1, 2):
        book.active.cell(2, column).alignment = openpyxl.styles.Alignment(wrap_text=True)
    assert [[c.text for c in row] for row in read(saved(book)).grids[0].cells] == [
        ["a", "b"],
        ["", ""],
    ]


def test_small_digits_behind_a_figure_are_no_part_of_it():
    (cells,) = read_html("<tr><td>行政处罚</td><td>195<small>1</small></td></tr>")
    assert parse_count(cells[1]).state == "text"


def test_a_figure_printed_in_another_order_than_it_is_written_is_not_read():
    (cells,) = read_html("<tr><td>行政处罚</td><td><bdo dir=rtl>62</bdo></td></tr>")
    assert parse_count(cells[1]).state == "text"
