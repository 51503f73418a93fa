"""A workbook's cells read as they look in print, whatever value is stored; so do hidden parts."""

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlwt
from helpers import SAMPLE, checks, is_flagged, saved, unzipped, workbook, zipped
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import (
    CellIsRule,
    ColorScaleRule,
    DataBarRule,
    FormulaRule,
    IconSetRule,
    Rule,
)
from openpyxl.styles import Alignment, Color, Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from PIL import Image as Picture

from analysis.documents.grid import Document
from analysis.documents.numbers import parse_count
from analysis.documents.readers import choose, read, sheet, sheet_xls, xml_sheet
from analysis.documents.readers.number_format import printed, printed_text
from analysis.documents.report import read_bytes

DATA = Path(__file__).with_name("data")
STRUCK = Font(strike=True)
# What is stored, in which number format, and what stands on paper: None for what is no figure.
CELLS = [
    (12, "General", "12"),
    (12, '0"件"', "12件"),
    (2.5, "0", "3"),
    (3.14159, "0.00", "3.14"),
    (1234567, "#,##0", "1,234,567"),
    (0, "0;-0;;@", ""),
    (7, ";;;", ""),
    (0, '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', "-"),
    (-18, "0;-0;;@", "-18"),
    (0.12, "0%", "12%"),
    (44934, "yyyy-mm-dd", None),
    (12, '[>10]0"件";0', None),
    (-12, "0;[Red]0", None),
    ("规章", "0", "规章"),
    ("规章", ";;;", ""),
    ("67", '0;0;0;@"件"', "67件"),
]


def odd_workbook() -> openpyxl.Workbook:
    """A workbook with a cell of each format in column A, and parts that print does not show."""
    book = openpyxl.Workbook()
    page = book.active
    for value, number_format, _ in CELLS:
        page.append([value])
        page.cell(page.max_row, 1).number_format = number_format
    page["C1"], page["D1"], page["E1"] = 9, 8, "右"
    page.column_dimensions["C"].hidden = True
    page["D2"], page["D2"].font = 67, STRUCK
    page["D3"] = CellRichText("6", TextBlock(InlineFont(vertAlign="superscript"), "7"))
    page["D4"] = "#DIV/0!"
    page["D5"] = 99
    page.row_dimensions[5].hidden = True
    page.merge_cells("D7:E7")
    page["D7"] = "并"
    book.create_sheet("上年").sheet_state = "hidden"
    book["上年"]["A1"] = 9
    return book


@pytest.fixture(scope="module", params=["xlsx", "xls"])
def odd(request: pytest.FixtureRequest) -> Document:
    """The odd workbook as each format keeps it."""
    if request.param == "xlsx":
        return read(saved(odd_workbook()))
    return read((DATA / "odd_cells.xls").read_bytes())


def text_at(document: Document, row: int, column: int) -> str | None:
    cell = document.grids[0].cells[row][column]
    return cell and cell.text.strip()


@pytest.mark.parametrize("number", [n for n in range(len(CELLS)) if n != 4])
def test_a_cell_reads_as_its_format_prints_it(odd, number):
    shown, expected = text_at(odd, number, 0), CELLS[number][2]
    if expected is None:
        assert parse_count(shown).state == "text"
    else:
        assert shown == expected


@pytest.mark.parametrize("row", [1, 2, 3], ids=["struck", "raised", "error"])
def test_what_is_struck_raised_or_wrong_is_no_figure(odd, row):
    assert parse_count(text_at(odd, row, 3)).state == "text"


def test_hidden_rows_and_columns_and_sheets_print_nothing(odd):
    assert [text_at(odd, 0, c) for c in (2, 3, 4)] == [None, "8", "右"]
    assert [text_at(odd, 4, c) for c in (0, 3)] == [None, None]
    assert len(odd.grids) == 1 and "99" not in odd.text()


def test_merged_cells_keep_their_places(odd):
    assert [text_at(odd, 6, c) for c in (3, 4)] == ["并", "并"]


def test_zeros_that_a_sheet_does_not_show_are_blank():
    book = openpyxl.Workbook()
    book.active.append([0, 10])
    book.active.sheet_view.showZeros = False
    assert [text_at(read(saved(book)), 0, c) for c in (0, 1)] == ["", "10"]


def test_a_date_is_no_figure():
    book = openpyxl.Workbook()
    book.active.append([date(2023, 1, 8)])
    assert parse_count(text_at(read(saved(book)), 0, 0)).state == "text"


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (0.285, "0.00", "0.29"),
        (12.0, "000", "012"),
        (12.5, "0.##", "12.5"),
        (12.0, "#.##", "12"),
        (0.0, "#", ""),
        (1234567.0, "0,", "1235"),
        (12.0, '0.0"万元"', "12.0万元"),
        (12.0, "[$¥-804]#,##0", "¥12"),
        (-12.0, 'General"件"', "-12件"),
        (-3.0, "0_);(0)", "(3)"),
        (5.0, '"无"', "无"),
        (5.0, "", "5"),
    ],
)
def test_a_format_prints_as_excel_does(value, code, shown):
    assert printed(value, code) == shown


@pytest.mark.parametrize(
    "code",
    [
        *("[>10]0;0", "# ?/?", "0.00E+00", "h:mm", "[h]:mm", "yyyy年m月", "0.0 0", "[DBNum2]0"),
        *("[White]0", "[白色]0", "[Color2]0", "[颜色 2]0"),
    ],
)
def test_a_format_that_is_not_understood_leaves_no_figure(code):
    assert parse_count(printed(12.0, code)).state == "text"


def test_a_text_stands_for_itself_unless_its_section_says_otherwise():
    assert printed_text("规章", "#,##0.00") == "规章" and printed_text("规章", ";;;") == ""


# ---- what is seen ----


def solid(colour: str) -> PatternFill:
    return PatternFill("solid", fgColor=colour)


def printed_cell(value: object, **looks: object) -> str | None:
    """What a cell of such a font, fill, alignment or number format prints."""
    book = openpyxl.Workbook()
    cell = book.active["A1"]
    cell.value = value
    for name, look in looks.items():
        setattr(cell, name, look)
    return text_at(read(saved(book)), 0, 0)


UNSEEN = {
    "white": {"font": Font(color="FFFFFFFF")},
    "nearly white": {"font": Font(color="FFF2F2F2")},
    "white by theme": {"font": Font(color=Color(theme=0))},
    "white by number": {"font": Font(color=Color(indexed=9))},
    "black on black": {"fill": solid("FF000000")},
    "red on red": {"font": Font(color="FFFF0000"), "fill": solid("FFFF0000")},
    "tiny": {"font": Font(size=1)},
    "signs": {"font": Font(name="Wingdings")},
    "copies": {"alignment": Alignment(horizontal="fill")},
    "a fraction": {"number_format": "# ?/?"},
    "a date": {"number_format": "mm-dd-yy"},
}
SEEN = {
    "red": {"font": Font(color="FFFF0000")},
    "white on dark": {"font": Font(color="FFFFFFFF"), "fill": solid("FF1F3864")},
    "white on an accent": {"font": Font(color=Color(theme=0)), "fill": solid("FF4472C4")},
    "on a light ground": {"fill": solid("FFDDEBF7")},
    "grey": {"font": Font(color=Color(theme=0, tint=-0.5))},
    "dotted": {"fill": PatternFill("gray125")},
    "small": {"font": Font(size=8)},
    "bold and centred": {"font": Font(bold=True), "alignment": Alignment(horizontal="center")},
}


@pytest.mark.parametrize("look", UNSEEN.values(), ids=UNSEEN)
@pytest.mark.parametrize("value", [67, 67.5])
def test_a_figure_that_is_hardly_seen_is_in_doubt(look, value):
    assert parse_count(printed_cell(value, **look)).state == "text"


@pytest.mark.parametrize("font", [Font(color="FFFFFFFF"), Font(size=1), STRUCK])
def test_a_figure_kept_as_text_is_in_doubt_too(font):
    assert parse_count(printed_cell("67", font=font)).state == "text"


@pytest.mark.parametrize("look", SEEN.values(), ids=SEEN)
def test_a_figure_that_is_seen_is_read(look):
    assert (printed_cell(67, **look), printed_cell("67", **look)) == ("67", "67")


def test_white_words_stay_words():
    assert printed_cell("行政许可", font=Font(color="FFFFFFFF")) == "行政许可"


@pytest.mark.parametrize(
    ("font", "fill", "is_seen"),
    [
        (InlineFont(color="FFFFFFFF"), None, False),
        (InlineFont(color="FFFFFFFF"), solid("FF1F3864"), True),
        (InlineFont(sz=5), None, False),
        (InlineFont(sz=11, b=True), None, True),
        (InlineFont(color="FFFF0000"), None, True),
        (InlineFont(rFont="Webdings"), None, False),
    ],
    ids=["white", "white on dark", "small", "bold", "red", "signs"],
)
def test_pieces_of_a_text_may_be_seen_or_not(font, fill, is_seen):
    looks = {"fill": fill} if fill else {}
    shown = printed_cell(CellRichText("67", TextBlock(font, "1")), **looks)
    assert (shown == "671") is is_seen


def with_rule(rule: Rule, *values: float) -> list[str | None]:
    """What cells one below the other print that a conditional format covers."""
    book = openpyxl.Workbook()
    for value in values:
        book.active.append([value])
    book.active.conditional_formatting.add(f"A1:A{len(values)}", rule)
    document = read(saved(book))
    return [text_at(document, n, 0) for n in range(len(values))]


def differently(**look: object) -> Rule:
    return Rule("expression", formula=["TRUE"], dxf=DifferentialStyle(**look))


HIDING = {
    "white": FormulaRule(["TRUE"], font=Font(color="FFFFFFFF")),
    "as the ground": FormulaRule(["TRUE"], fill=PatternFill(bgColor="FF000000")),
    "struck": FormulaRule(["TRUE"], font=Font(strike=True)),
    "no number": differently(numFmt=NumberFormat(numFmtId=170, formatCode=";;;")),
    "a bar instead": DataBarRule("min", 0, "max", 9, color="FFFF0000", showValue=False),
    "a sign instead": IconSetRule("3Arrows", "percent", [0, 33, 67], showValue=False),
}
PLAIN_RULES = {
    "stripes": FormulaRule(["MOD(ROW(),2)=0"], fill=PatternFill(bgColor="FFDDEBF7")),
    "red": FormulaRule(["TRUE"], font=Font(color="FFFF0000")),
    "white on dark": FormulaRule(
        ["TRUE"], font=Font(color="FFFFFFFF"), fill=PatternFill(bgColor="FFC00000")
    ),
    "a bar behind": DataBarRule("min", 0, "max", 9, color="FF63C384"),
    "a scale": ColorScaleRule("min", start_color="FFF8696B", end_type="max", end_color="FF63BE7B"),
}


@pytest.mark.parametrize("rule", HIDING.values(), ids=HIDING)
def test_a_conditional_format_that_may_hide_a_figure_puts_it_in_doubt(rule):
    assert all(parse_count(shown).state == "text" for shown in with_rule(rule, 67, 8))


@pytest.mark.parametrize("rule", PLAIN_RULES.values(), ids=PLAIN_RULES)
def test_a_conditional_format_that_only_adorns_changes_nothing(rule):
    assert with_rule(rule, 67, 8) == ["67", "8"]


def test_a_condition_that_is_understood_decides():
    rule = CellIsRule("equal", ["0"], font=Font(color="FFFFFFFF"))
    shown = with_rule(rule, 67, 0)
    assert shown[0] == "67" and parse_count(shown[1]).state == "text"


@pytest.mark.parametrize(("height", "is_seen"), [(1, False), (3.75, False), (13.5, True)])
def test_a_row_without_height_shows_no_figure(height, is_seen):
    book = openpyxl.Workbook()
    book.active.append([67, "规章"])
    book.active.row_dimensions[1].height = height
    document = read(saved(book))
    assert (text_at(document, 0, 0) == "67") is is_seen
    assert text_at(document, 0, 1) == "规章"


@pytest.mark.parametrize(
    ("width", "value", "code", "is_seen"),
    [
        (1, 812, "General", False),
        (3, 812, "0", False),
        (3.71, 812, "0", True),
        (4, 812.123456, "General", True),
        (4, 812, "0.00", False),
        (8.43, 1234567, "General", True),
        (1, "812", "@", True),
    ],
)
def test_a_number_wider_than_its_column_is_printed_as_signs(width, value, code, is_seen):
    book = openpyxl.Workbook()
    book.active["B2"], book.active["B2"].number_format = value, code
    book.active.column_dimensions["B"].width = width
    assert (parse_count(text_at(read(saved(book)), 1, 1)).state == "number") is is_seen


def test_a_number_over_merged_columns_has_their_width():
    book = openpyxl.Workbook()
    book.active["A1"] = 812
    book.active.column_dimensions["A"].width = 1
    book.active.merge_cells("A1:C1")
    assert text_at(read(saved(book)), 0, 0) == "812"


def with_picture(at: str) -> Document:
    """A workbook of a title, two figures and a blank cell, with a picture at a place."""
    book = openpyxl.Workbook()
    for row in (["云水市教育局2023年政府信息公开工作年度报告"], ["规章", 67], ["规章", None]):
        book.active.append(row)
    out = io.BytesIO()
    Picture.new("RGB", (60, 18)).save(out, "PNG")
    book.active.add_image(Image(out), at)
    return read(saved(book))


@pytest.mark.parametrize(("at", "row"), [("B2", 1), ("B3", 2)])
def test_a_cell_under_a_picture_is_in_doubt(at, row):
    document = with_picture(at)
    assert parse_count(text_at(document, row, 1)).state == "text"
    assert parse_count(text_at(document, 3 - row, 1)).state != "text"


def test_a_title_under_a_picture_stays_a_title():
    assert text_at(with_picture("A1"), 0, 0) == "云水市教育局2023年政府信息公开工作年度报告"


@pytest.mark.parametrize("place", [b"B2", b"b2"])
def test_a_place_for_which_two_cells_are_stored_is_in_doubt(place: bytes):
    parts = unzipped(workbook(*SAMPLE))
    name = "xl/worksheets/sheet1.xml"
    other = parts[name].replace(b'<c r="B2"', b'<c r="%b"><v>9</v></c><c r="B2"' % place, 1)
    report = read_bytes(zipped(parts | {name: other}))
    assert is_flagged(report, ("disclosure", "regulations", "made"))
    assert not checks(read_bytes(zipped(parts)))


def test_many_conditional_formats_are_taken_as_one():
    book = openpyxl.Workbook()
    rule = CellIsRule("equal", ["0"], font=Font(color="FFFFFFFF"))
    for n in range(1, 600):
        book.active.cell(n, 1, 67)
        book.active.conditional_formatting.add(f"A{n}:A{n}", rule)
    assert parse_count(text_at(read(saved(book)), 9, 0)).state == "text"


def old_cell(value: object, style: str, height: int = 300, width: int = 2600) -> str | None:
    """What a cell of an old workbook prints."""
    book = xlwt.Workbook()
    page = book.add_sheet("1")
    page.row(0).height_mismatch, page.row(0).height = True, height
    page.col(0).width = width
    if isinstance(value, tuple):
        page.write_rich_text(0, 0, value, xlwt.easyxf(style))
    else:
        page.write(0, 0, value, xlwt.easyxf(style))
    out = io.BytesIO()
    book.save(out)
    return text_at(read(out.getvalue()), 0, 0)


def old_pieces(style: str) -> tuple[object, ...]:
    return ("67", ("1", xlwt.easyxf(style).font))


@pytest.mark.parametrize(
    ("value", "style"),
    [
        (67, "font: colour white"),
        (67, "pattern: pattern solid, fore_colour black"),
        (67, "font: height 20"),
        (67, "font: name Wingdings"),
        (67, "align: horiz filled"),
        (old_pieces("font: colour white"), ""),
        (old_pieces("font: height 100"), ""),
    ],
)
def test_figures_of_old_workbooks_that_are_hardly_seen_are_in_doubt(value, style):
    assert parse_count(old_cell(value, style)).state == "text"


@pytest.mark.parametrize(
    ("value", "style", "shown"),
    [
        (67, "font: colour red", "67"),
        (67, "font: colour white; pattern: pattern solid, fore_colour dark_blue", "67"),
        (67, "pattern: pattern solid, fore_colour light_green", "67"),
        (old_pieces("font: bold on"), "", "671"),
        ("规章", "font: colour white", "规章"),
    ],
)
def test_figures_of_old_workbooks_that_are_seen_are_read(value, style, shown):
    assert old_cell(value, style) == shown


def test_rows_and_columns_of_old_workbooks_may_be_too_small():
    assert parse_count(old_cell(67, "", height=20)).state == "text"
    assert parse_count(old_cell(812, "", width=256)).state == "text"


def test_conditional_formats_of_old_workbooks_may_hide_figures():
    document = read((DATA / "ruled_cells.xls").read_bytes())
    shown = [text_at(document, n, 0) for n in range(5)]
    assert [parse_count(text).state for text in shown] == [
        "text",
        "number",
        "number",
        "text",
        "text",
    ]
    assert shown[1:3] == ["8", "9"]


# ---- one XML file ----

SPREADSHEET = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:x="urn:schemas-microsoft-com:office:excel"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Styles><Style ss:ID="Default"/>
<Style ss:ID="s1"><NumberFormat ss:Format="0&quot;件&quot;"/></Style>
<Style ss:ID="s2"><Font ss:StrikeThrough="1"/></Style></Styles>
<Worksheet ss:Name="1"><Table><Column ss:Index="4" ss:Hidden="1"/>
<Row><Cell ss:MergeAcross="1"><Data ss:Type="String">规章</Data></Cell>
<Cell ss:StyleID="s1"><Data ss:Type="Number">67</Data></Cell><Cell><Data ss:Type="Number">9</Data>
</Cell></Row>
<Row ss:Index="3"><Cell ss:Index="3" ss:StyleID="s2"><Data ss:Type="Number">8</Data></Cell></Row>
<Row ss:Hidden="1"><Cell><Data ss:Type="Number">9</Data></Cell></Row>
</Table></Worksheet>
<Worksheet ss:Name="2"><Table><Row><Cell><Data ss:Type="Number">9</Data></Cell></Row></Table>
<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet></Workbook>"""


def test_a_workbook_in_one_xml_file_reads_as_it_looks():
    document = read(SPREADSHEET.encode())
    assert choose(SPREADSHEET.encode()) is xml_sheet.read
    (grid,) = document.grids
    assert [[c and c.text for c in row] for row in grid.cells] == [
        ["规章", "规章", "67件", None],
        ["", "", "", None],
        ["", "", "8\ufffc", None],
        [None] * 4,
    ]


@pytest.mark.parametrize(
    ("look", "is_seen"),
    [
        ('<Font ss:Color="#FFFFFF"/>', False),
        ('<Font ss:Color="#FFFFFF"/><Interior ss:Color="#1F3864" ss:Pattern="Solid"/>', True),
        ('<Interior ss:Color="#000000" ss:Pattern="Solid"/>', False),
        ('<Interior ss:Color="#DDEBF7" ss:Pattern="Solid"/>', True),
        ('<Font ss:Size="1"/>', False),
        ('<Font ss:FontName="Wingdings"/>', False),
        ('<Font ss:Size="9" ss:Color="#FF0000" ss:Bold="1"/>', True),
        ('<Alignment ss:Horizontal="Fill"/>', False),
    ],
)
def test_a_workbook_in_one_file_lets_figures_be_seen_or_not(look, is_seen):
    page = SPREADSHEET.replace('<Font ss:StrikeThrough="1"/>', look)
    assert (read(page.encode()).grids[0].cells[2][2].text == "8") is is_seen


@pytest.mark.parametrize("size", ['html:Color="#FFFFFF"', 'html:Size="5"'])
def test_pieces_of_a_workbook_in_one_file_may_be_marks(size):
    piece = f'67<Font xmlns:html="http://www.w3.org/TR/REC-html40" {size}>1</Font>'
    page = SPREADSHEET.replace(">67<", f">{piece}<")
    assert parse_count(read(page.encode()).grids[0].cells[0][2].text).state == "text"


def test_a_row_of_a_workbook_in_one_file_without_height_shows_no_figure():
    page = SPREADSHEET.replace('<Row ss:Index="3">', '<Row ss:Index="3" ss:Height="1">')
    page = page.replace('<Font ss:StrikeThrough="1"/>', "")
    assert parse_count(read(page.encode()).grids[0].cells[2][2].text).state == "text"


# ---- the bytes choose ----


def test_old_and_new_workbooks_have_their_own_readers():
    assert choose((DATA / "odd_cells.xls").read_bytes()) is sheet_xls.read
    assert choose(saved(openpyxl.Workbook())) is sheet.read


def test_an_old_workbook_cut_off_is_damaged():
    data = (DATA / "odd_cells.xls").read_bytes()
    assert checks(read_bytes(data[: len(data) // 2])) == {"truncated"}


# ---- what is stored otherwise than printed ----


def told(value: float, code: str) -> dict[str, tuple[str, str, str, str]]:
    """Give what a report says of a figure that is stored so and printed by a format."""
    book = openpyxl.load_workbook(io.BytesIO(workbook(*SAMPLE)))
    cell = next(c for row in book.active for c in row if c.value == 812)
    cell.value, cell.number_format = value, code
    report = read_bytes(saved(book))
    record = next(r for r in report.cells if r.row == "licensing")
    found = [f for f in report.findings if f.row == "licensing"]
    assert not any(f.severity == "error" for f in found)
    return {f.check: (f.severity, f.expected, record.raw, f.message) for f in found}


@pytest.mark.parametrize(
    ("value", "code", "printed"),
    [(811.6, "0", "812"), (812.4, "#,##0", "812"), (812.004, "0.00", "812.00"), (1.5, "0", "2")],
)
def test_a_figure_that_its_format_rounds_is_read_as_printed_with_a_note(value, code, printed):
    (severity, stored, raw, message) = told(value, code)["rounded_figure"]
    assert (severity, stored, raw) == ("info", str(value), printed)
    assert printed in message and str(value) in message


@pytest.mark.parametrize(
    ("value", "code", "printed"),
    [(812345, "0,", "812"), (812345678, "#,##0,,", "812"), (812, '0"0"', "8120"), (812, ";;;", "")],
)
def test_a_figure_that_its_format_scales_or_hides_is_in_doubt(value, code, printed):
    (severity, stored, raw, message) = told(value, code)["stored_otherwise"]
    assert (severity, stored, raw) == ("warning", str(value), printed)
    assert printed in message and str(value) in message


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (812, "0"),
        (812, "0.00"),
        (1812, "#,##0"),
        (812, '0"件"'),
        (0, "0;-0;;@"),
        (812.0, "General"),
    ],
)
def test_a_figure_that_prints_the_stored_value_is_not_spoken_of(value, code):
    assert not told(value, code)


def test_old_workbooks_and_those_in_one_file_tell_what_they_store():
    page = SPREADSHEET.replace(">67<", ">66.7<").encode()
    assert read(page).grids[0].cells[0][2].stored == "66.7"
    grid = read((DATA / "odd_cells.xls").read_bytes()).grids[0]
    assert (grid.cells[2][0].text, grid.cells[2][0].stored) == ("3", "2.5")
