"""What Word computes or hides reads as it prints; a column too narrow to print anything is none."""

import pytest
from helpers import SAMPLE, docx, docx_table, figures, read, sample_truth, zipped
from typesetter import WORD

from analysis.documents import readers
from analysis.documents.numbers import parse_count

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
