"""What Word computes or hides reads as it prints; a column too narrow to print anything is none."""

import pytest
from helpers import SAMPLE, docx, docx_table, figures, read, sample_truth, zipped
from typesetter import WORD

from analysis.documents import readers
from analysis.documents.numbers import parse_count

MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"
NOT_STRUCK = '<w:strike w:val="0"/>'
DOCUMENT = f'<w:document xmlns:w="{WORD}"><w:body>{{}}</w:body></w:document>'


def run(printed: str, look: str = "") -> str:
    return f"<w:r><w:rPr>{look}</w:rPr><w:t>{printed}</w:t></w:r>"


def sign(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def field(code: str, result: str | None) -> str:
    """A field, with its result after the separator where it has one."""
    shown = "" if result is None else sign("separate") + run(result)
    code = f"<w:r><w:instrText>{code}</w:instrText></w:r>"
    return sign("begin") + code + shown + sign("end")


def cell_of(content: str, styles: str = "") -> str:
    """What a cell of one paragraph prints."""
    parts = {"word/document.xml": DOCUMENT.format(docx_table([[f"<w:p>{content}</w:p>"]])).encode()}
    if styles:
        parts["word/styles.xml"] = f'<w:styles xmlns:w="{WORD}">{styles}</w:styles>'.encode()
    return readers.read(zipped(parts)).grids[0].cells[0][0].text


def grid_of(table: str) -> list[list[str | None]]:
    data = zipped({"word/document.xml": DOCUMENT.format(table).encode()})
    return [[cell and cell.text for cell in row] for row in readers.read(data).grids[0].cells]


# ---- fields ----


@pytest.mark.parametrize(
    "content",
    [
        field("=SUM(ABOVE)", "67"),
        run("6") + field("DATE", "7"),
        field('IF 1=1 "x"', "67"),
        sign("begin") + field("PAGE", "9") + sign("separate") + run("67") + sign("end"),
        sign("separate") + run("67") + sign("end"),
        sign("begin") + "<w:r><w:instrText>LINK</w:instrText></w:r>" + sign("separate") + run("67"),
    ],
    ids=["sum", "beside text", "condition", "within a code", "ends here", "ends elsewhere"],
)
def test_a_field_prints_its_result_and_not_its_code(content):
    assert cell_of(content) == "67"


@pytest.mark.parametrize(
    "content",
    [
        field(r"EQ \o\ac(○,8)", None),
        run("6") + field("PAGE", None) + run("7"),
        f'<w:fldSimple w:instr=" EQ \\x(8) ">{run("8")}</w:fldSimple>',
        sign("begin") + "<w:r><w:instrText>EQ 8</w:instrText></w:r>",
    ],
)
def test_a_field_that_is_drawn_from_its_code_is_no_blank_and_no_figure(content):
    assert parse_count(cell_of(content)).state == "text"


# ---- styles ----


@pytest.mark.parametrize(
    ("look", "printed"),
    [("<w:vanish/>", "67"), ('<w:vanish w:val="0"/>', "6799")],
)
def test_text_hidden_by_its_style_is_not_read(look, printed):
    base = f'<w:style w:styleId="base"><w:rPr>{look}</w:rPr></w:style>'
    styles = base + '<w:style w:styleId="own"><w:basedOn w:val="base"/></w:style>'
    assert cell_of(run("67") + run("99", '<w:rStyle w:val="own"/>'), styles) == printed


@pytest.mark.parametrize("look", ["<w:strike/>", '<w:vertAlign w:val="superscript"/>'])
def test_text_struck_or_raised_by_its_style_never_joins_a_figure(look):
    styles = f'<w:style w:styleId="own"><w:rPr>{look}</w:rPr></w:style>'
    content = run("6") + run("7", '<w:rStyle w:val="own"/>')
    assert parse_count(cell_of(content, styles)).state == "text"


def test_a_paragraph_style_hides_its_runs_and_a_run_may_show_itself():
    styles = '<w:style w:styleId="own"><w:rPr><w:vanish/></w:rPr></w:style>'
    paragraph = '<w:pPr><w:pStyle w:val="own"/></w:pPr>'
    shown = run("67", '<w:vanish w:val="0"/>')
    assert cell_of(f"{paragraph}<w:r><w:t>99</w:t></w:r>{shown}", styles) == "67"


def test_a_number_that_a_paragraph_style_prints_is_no_part_of_a_figure():
    number = "<w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr>"
    styles = f'<w:style w:styleId="own">{number}</w:style>'
    content = '<w:pPr><w:pStyle w:val="own"/></w:pPr>' + run("67")
    assert parse_count(cell_of(content, styles)).state == "text"


def test_styles_in_a_circle_end():
    styles = '<w:style w:styleId="a"><w:basedOn w:val="a"/><w:rPr><w:vanish/></w:rPr></w:style>'
    assert cell_of(run("67") + run("9", '<w:rStyle w:val="a"/>'), styles) == "67"


@pytest.mark.parametrize(
    "styles",
    [
        "<w:docDefaults><w:rPrDefault><w:rPr><w:vanish/></w:rPr></w:rPrDefault></w:docDefaults>",
        '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:rPr><w:vanish/></w:rPr>'
        "</w:style>",
    ],
    ids=["of the document", "of paragraphs"],
)
def test_text_hidden_by_default_is_not_read(styles):
    shown = run("67", '<w:vanish w:val="0"/>')
    assert cell_of(shown + run("9") + "<w:r><w:t>9</w:t></w:r>", styles) == "67"


def test_a_table_style_hides_what_no_nearer_style_shows():
    styles = '<w:style w:styleId="t"><w:rPr><w:vanish/></w:rPr></w:style>'
    content = run("67", '<w:vanish w:val="0"/>') + run("9")
    table = docx_table([[f"<w:p>{content}</w:p>"]])
    table = table.replace("<w:tbl>", '<w:tbl><w:tblPr><w:tblStyle w:val="t"/></w:tblPr>')
    parts = {"word/document.xml": DOCUMENT.format(table).encode()}
    parts["word/styles.xml"] = f'<w:styles xmlns:w="{WORD}">{styles}</w:styles>'.encode()
    assert readers.read(zipped(parts)).grids[0].cells[0][0].text == "67"


# ---- looks ----

WHITE = '<w:color w:val="FFFFFF"/>'
BLACK = '<w:color w:val="000000"/>'
NAVY = '<w:shd w:val="clear" w:color="auto" w:fill="1F3864"/>'
HIDING = {
    "white": WHITE,
    "nearly white": '<w:color w:val="F2F2F2"/>',
    "white by theme": '<w:color w:val="auto" w:themeColor="background1"/>',
    "black on black": BLACK + '<w:shd w:val="clear" w:fill="000000"/>',
    "black on solid": BLACK + '<w:shd w:val="solid" w:color="auto" w:fill="auto"/>',
    "redacted": '<w:highlight w:val="black"/>',
    "tiny": '<w:sz w:val="2"/>',
    "narrow": '<w:w w:val="1"/>',
    "overlapping": '<w:spacing w:val="-400"/>',
    "fitted into nothing": '<w:fitText w:val="20"/>',
    "two lines in one": '<w:eastAsianLayout w:combine="1"/>',
    "signs": '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>',
    "hidden as a mark": "<w:specVanish/>",
}
SHOWING = {
    "red": '<w:color w:val="FF0000"/>',
    "black": BLACK,
    "white on dark": WHITE + NAVY,
    "dark by theme": '<w:color w:val="auto" w:themeColor="text1"/>',
    "a shaded theme": '<w:color w:val="7F7F7F" w:themeColor="background1" w:themeShade="7F"/>',
    "chosen on dark": '<w:color w:val="auto"/><w:shd w:val="clear" w:fill="000000"/>',
    "marked": '<w:highlight w:val="yellow"/>' + BLACK,
    "the font of symbols, which has digits": '<w:rFonts w:ascii="Symbol"/>',
    "pressed a little": '<w:spacing w:val="-10"/><w:w w:val="80"/>',
    "one size": '<w:sz w:val="20"/>',
}


@pytest.mark.parametrize("look", HIDING.values(), ids=HIDING)
def test_digits_that_are_hardly_seen_are_in_doubt(look):
    assert parse_count(cell_of(run("9", look) + run("67"))).state == "text"


@pytest.mark.parametrize("look", HIDING.values(), ids=HIDING)
def test_digits_that_a_style_lets_hardly_be_seen_are_in_doubt(look):
    styles = f'<w:style w:styleId="own"><w:rPr>{look}</w:rPr></w:style>'
    cell = cell_of(run("9", '<w:rStyle w:val="own"/>') + run("67"), styles)
    assert parse_count(cell).state == "text"


@pytest.mark.parametrize("look", SHOWING.values(), ids=SHOWING)
def test_digits_that_are_seen_are_read(look):
    assert cell_of(run("9", look) + run("67")) == "967"
    assert cell_of(run("9", look) + run("67", look)) == "967"


@pytest.mark.parametrize(
    ("first", "second", "printed"),
    [(21, 10, "67 1"), (20, 16, "67 1"), (21, 20, "671"), (10, 10, "671"), (10, 21, "67 1")],
)
def test_smaller_digits_behind_others_are_a_mark_and_no_part_of_the_figure(first, second, printed):
    content = run("67", f'<w:sz w:val="{first}"/>') + run("1", f'<w:sz w:val="{second}"/>')
    assert cell_of(content) == printed


def test_sizes_that_styles_give_part_digits_too():
    styles = '<w:style w:styleId="s"><w:rPr><w:sz w:val="10"/></w:rPr></w:style>'
    styles += "<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val='21'/></w:rPr></w:rPrDefault>"
    styles += "</w:docDefaults>"
    assert cell_of(run("67") + run("1", '<w:rStyle w:val="s"/>'), styles) == "67 1"
    assert cell_of(run("67", '<w:sz w:val="20"/>') + run("1"), styles) == "671"


@pytest.mark.parametrize(
    ("around", "is_seen"),
    [
        (f"<w:tcPr>{NAVY}</w:tcPr><w:p>{{}}</w:p>", True),
        (f"<w:p><w:pPr>{NAVY}</w:pPr>{{}}</w:p>", True),
        ('<w:tcPr><w:shd w:val="clear" w:fill="auto"/></w:tcPr><w:p>{}</w:p>', False),
        (
            '<w:tcPr><w:shd w:val="pct10" w:color="auto" w:fill="auto"/></w:tcPr><w:p>{}</w:p>',
            False,
        ),
    ],
    ids=["cell", "paragraph", "no shade", "a faint one"],
)
def test_white_digits_are_seen_on_a_dark_ground_alone(around, is_seen):
    table = f"<w:tbl><w:tr><w:tc>{around.format(run('67', WHITE))}</w:tc></w:tr></w:tbl>"
    assert (grid_of(table) == [["67"]]) is is_seen


def test_white_words_and_numbers_outside_tables_are_left_alone():
    assert cell_of(run("行政许可", WHITE)) == "行政许可"
    title = f"<w:p>{run('云水市教育局2023年政府信息公开工作年度报告', WHITE)}</w:p>"
    assert read(docx(*SAMPLE, body=title)).facts["agency"] == "云水市教育局"


@pytest.mark.parametrize(
    "content",
    [
        '<m:oMath xmlns:m="{0}"><m:sSup><m:e><m:r><m:t>6</m:t></m:r></m:e><m:sup><m:r><m:t>7</m:t>'
        "</m:r></m:sup></m:sSup></m:oMath>",
        '<m:oMath xmlns:m="{0}"><m:f><m:num><m:r><m:t>6</m:t></m:r></m:num><m:den><m:r><m:t>7</m:t>'
        "</m:r></m:den></m:f></m:oMath>",
        '<w:bdo w:val="rtl"><w:r><w:t>76</w:t></w:r></w:bdo>',
        '<w:pPr><w:framePr w:dropCap="drop" w:lines="2"/></w:pPr><w:r><w:t>67</w:t></w:r>',
        '<w:pPr><w:spacing w:line="20" w:lineRule="exact"/></w:pPr><w:r><w:t>67</w:t></w:r>',
        '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" style="position:absolute">'
        "<v:textbox><w:txbxContent><w:p><w:r><w:t>67</w:t></w:r></w:p></w:txbxContent></v:textbox>"
        "</v:shape></w:pict></w:r>",
    ],
    ids=["power", "fraction", "turned", "initial", "line without height", "box elsewhere"],
)
def test_what_stands_otherwise_than_in_a_line_is_no_figure(content):
    cell = cell_of(content.replace("{0}", MATH))
    assert parse_count(cell).state == "text"


def test_a_formula_in_a_line_reads_as_its_text():
    formula = f'<m:oMath xmlns:m="{MATH}"><m:r><m:rPr><m:sty/></m:rPr><m:t>67</m:t></m:r></m:oMath>'
    assert cell_of(formula) == "67"


@pytest.mark.parametrize(("height", "is_seen"), [(1, False), (40, False), (240, True)])
def test_a_row_without_height_shows_no_figure(height, is_seen):
    look = f'<w:trPr><w:trHeight w:val="{height}" w:hRule="exact"/></w:trPr>'
    row = f"<w:tr>{look}<w:tc><w:p>{run('67')}</w:p></w:tc></w:tr>"
    assert (grid_of(f"<w:tbl>{row}</w:tbl>") == [["67"]]) is is_seen


# ---- rows and columns ----


@pytest.mark.parametrize("gone", ["<w:hidden/>", '<w:del w:id="1"/>'])
def test_hidden_and_deleted_rows_are_not_printed(gone):
    row = "<w:tr>{}<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc></w:tr>"
    rows = row.format(f"<w:trPr>{gone}</w:trPr>", "9") + row.format("", "67")
    assert grid_of(f"<w:tbl>{rows}</w:tbl>") == [["67"]]


def test_cells_merged_in_the_old_way_are_one():
    cell = "<w:tc><w:tcPr><w:hMerge{}/></w:tcPr><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    merged = cell.format(' w:val="restart"', "a") + cell.format("", "")
    rows = f"<w:tr>{merged}</w:tr><w:tr>{'<w:tc><w:p/></w:tc>' * 2}</w:tr>"
    assert grid_of(f"<w:tbl>{rows}</w:tbl>") == [["a", "a"], ["", ""]]


def columned(widths: list[int], *rows: list[tuple[str, int]]) -> str:
    """A table of columns so wide; its cells are (text, how many columns)."""
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="{1}"/></w:tcPr>'
    cell += "<w:p><w:r><w:t>{0}</w:t></w:r></w:p></w:tc>"
    printed = "".join(f"<w:tr>{''.join(cell.format(*c) for c in row)}</w:tr>" for row in rows)
    return f"<w:tbl><w:tblGrid>{columns}</w:tblGrid>{printed}</w:tbl>"


def test_edges_of_rows_that_differ_a_little_are_one_edge():
    table = columned(
        [880, 40, 860, 30, 900],
        [("a", 1), ("b", 2), ("c", 2)],
        [("d", 2), ("e", 2), ("f", 1)],
        [("g", 2), ("", 1), ("h", 2)],
    )
    assert grid_of(table) == [["a", "b", "c"], ["d", "e", "f"], ["g", "", "h"]]


def test_a_narrow_column_without_text_goes():
    table = columned([900, 20, 900], [("a", 1), ("", 1), ("b", 1)], [("c", 2), ("d", 1)])
    assert grid_of(table) == [["a", "b"], ["c", "d"]]


@pytest.mark.parametrize("widths", [[900, 20, 900], [50, 50, 50], [0, 0, 0], []])
def test_no_cell_that_prints_something_is_ever_snapped_away(widths):
    table = columned(widths, [("6", 1), ("7", 1), ("8", 1)])
    assert grid_of(table) == [["6", "7", "8"]]


def test_a_row_longer_than_the_grid_keeps_its_cells():
    table = columned([900, 20], [("a", 2), ("b", 1), ("c", 1)])
    assert grid_of(table) == [["a", "b", "c"]]


# ---- parts ----


def test_the_document_may_stand_in_a_part_of_another_number():
    tables = "".join(map(docx_table, SAMPLE))
    data = zipped({"word/document2.xml": DOCUMENT.format(tables).encode()})
    assert figures(read(data)) == sample_truth()


def test_plain_cells_and_mixed_ones_read_alike():
    mixed = [[cell and f"<w:p>{run(cell, NOT_STRUCK)}</w:p>" for cell in row] for row in SAMPLE[1]]
    assert figures(read(docx(SAMPLE[0], mixed, SAMPLE[2]))) == sample_truth()
