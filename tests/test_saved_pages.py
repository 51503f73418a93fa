"""Pages saved as MHTML, by Word or Excel, and XML of Word: the bytes choose, never the suffix."""

import base64
import quopri

import pytest
from helpers import (
    SAMPLE,
    checks,
    docx,
    docx_table,
    figures,
    html,
    html_table,
    read,
    sample_truth,
    text,
    workbook,
)

from analysis.documents import readers
from analysis.documents.numbers import parse_count
from analysis.documents.readers import choose, mail, plain, xml_word
from analysis.documents.readers import html as page

PAGE = html(*SAMPLE)
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TABLES = "".join(map(docx_table, SAMPLE))


def mhtml(
    *bodies: bytes, encoding: str = "base64", charset: str = "utf-8", lead: str = ""
) -> bytes:
    """A saved page of one or more parts, and a picture."""
    encode = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring, "8bit": bytes}
    parts = [
        f'Content-Type: text/html; charset="{charset}"\r\nContent-Transfer-Encoding: {encoding}'
        "\r\n\r\n".encode()
        + encode[encoding](body)
        for body in bodies
    ]
    parts.append(
        b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo="
    )
    head = f'{lead}MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="=_x"\r\n\r\n'
    return head.encode() + b"".join(b"--=_x\r\n" + p + b"\r\n" for p in parts) + b"--=_x--\r\n"


# ---- MHTML ----


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "8bit"])
@pytest.mark.parametrize(
    "lead",
    [
        "",
        "\ufeff",
        "\r\n",
        "From: <Saved by Blink>\r\nSubject: =?utf-8?Q?a?=\r\n =?utf-8?Q?b?=\r\n",
    ],
)
def test_a_saved_page_reads_as_the_page(encoding, lead):
    data = mhtml(PAGE, encoding=encoding, lead=lead)
    assert choose(data) is mail.read
    report = read(data)
    assert figures(report) == sample_truth() and report.facts["format"] == "mhtml"


@pytest.mark.parametrize("charset", ["gb2312", "gbk", "gb18030", "utf-16", "utf-8"])
def test_a_saved_page_is_decoded_as_its_part_says(charset):
    used = "gb18030" if charset.startswith("gb") else charset
    assert figures(read(mhtml(PAGE.decode().encode(used), charset=charset))) == sample_truth()


def test_big5_is_known_from_the_header_of_its_part():
    body = "<html><p>政府資訊公開年度報告".encode("big5")
    assert "政府資訊公開年度報告" in readers.read(mhtml(body, charset="big5")).text()


@pytest.mark.parametrize("charset", ["no-such-thing", "utf-16-nonsense"])
def test_an_unknown_charset_is_not_heeded(charset):
    assert figures(read(mhtml(PAGE, charset=charset))) == sample_truth()


def test_a_workbook_saved_as_one_page_has_a_part_for_each_sheet():
    frames = b"<html><frameset><frame src=sheet001.htm></frameset></html>"
    document = readers.read(mhtml(frames, *(html(table) for table in SAMPLE)))
    assert [grid.number for grid in document.grids] == [1, 2, 3]
    assert figures(read(mhtml(frames, *(html(table) for table in SAMPLE)))) == sample_truth()


def test_a_saved_page_without_a_page_is_damaged():
    assert checks(read(mhtml())) == {"truncated"}


# ---- pages saved by Word and Excel ----

BY_WORD = """<html xmlns:v="urn:schemas-microsoft-com:vml" 
 xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40">
<head><meta http-equiv=Content-Type content="text/html; charset={charset}">
<!--[if gte mso 9]><xml><o:DocumentProperties><o:Pages>9</o:Pages></o:DocumentProperties></xml>
<![endif]--><xml><w:WordDocument><w:View>Print</w:View></w:WordDocument></xml>
<style><!-- p.MsoNormal {{mso-style-parent:""; margin:0cm;}} span.gone {{mso-hide:all}} --></style>
</head><body lang=ZH-CN><div class=WordSection1>{tables}</div></body></html>"""
BY_EXCEL = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>
<xml><x:ExcelWorkbook><x:ExcelWorksheets><x:ExcelWorksheet><x:Name>1</x:Name>
</x:ExcelWorksheet></x:ExcelWorksheets></x:ExcelWorkbook></xml>
<style>.xl65 {{mso-number-format:"0_ "; }}</style></head><body>{tables}
<![if supportMisalignedColumns]><tr height=0 style='display:none'><td width=72>9</td></tr>
<![endif]></body></html>"""


def by_word(cell: str) -> str:
    return f"<td><p class=MsoNormal><span class=gone>9</span>{cell}<o:p></o:p></p></td>"


@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "utf-16"])
def test_a_page_saved_by_word_reads_as_it_looks(charset):
    tables = "".join(html_table([[by_word(c) for c in row] for row in t]) for t in SAMPLE)
    data = BY_WORD.format(charset=charset, tables=tables)
    assert (
        figures(read(data.encode("gb18030" if charset == "gb2312" else charset))) == sample_truth()
    )


def test_a_page_saved_by_excel_reads_as_it_looks():
    tables = "".join(map(html_table, SAMPLE)).removesuffix("</table>")
    report = read(BY_EXCEL.format(tables=tables + "\n"))
    assert figures(report) == sample_truth()


# ---- pages whose style sheet hides something ----


def cell_of(body: str, style: str, media: str = "") -> str:
    head = f"<style>{style}</style><style media='{media}'></style>"
    document = readers.read(f"<html><head>{head}</head><body>{body}</body></html>".encode())
    return document.grids[0].cells[0][0].text


HIDES = "<table><tr><td>67<span class='a hide' id=x>99</span></td></tr></table>"


@pytest.mark.parametrize(
    "style",
    [
        ".hide{display:none}",
        "/* .hide{} */ .b,\n.a.hide { color:red; DISPLAY : none !important }",
        "td > span.hide {visibility:hidden}",
        "table .hide{display:none}",
        "#x{display:none}",
        "@media screen{.hide{display:none}}",
        "@font-face{font-family:x} @media print{p{color:red}} .hide{display:none}",
        "<!-- .hide{mso-hide:all} -->",
        ".hide{display:none;",
        ".hide{display:inline} span.hide{display:none} .a{display:block}",
    ],
)
def test_what_a_style_sheet_hides_is_not_read(style):
    assert cell_of(HIDES, style) == "67"


@pytest.mark.parametrize(
    "style",
    [
        "@media print{.hide{display:none}}",
        "@media (max-width:600px){.hide{display:none}}",
        ".nav .hide{display:none}",
        ".hide{display:none} .hide{display:inline}",
        ".hide:hover{display:none}",
        ".hide::before{display:none}",
        ".hide{opacity:0.5}",
        ".other{display:none}",
    ],
)
def test_what_a_style_sheet_does_not_hide_is_read(style):
    assert "99" in cell_of(HIDES, style) or parse_count(cell_of(HIDES, style)).state == "text"


@pytest.mark.parametrize(
    "style", [".hide{text-decoration:line-through}", ".hide{vertical-align:super}", ".a{opacity:0}"]
)
def test_what_a_style_sheet_sets_apart_never_joins_a_figure(style):
    assert parse_count(cell_of(HIDES, style)).state == "text"


def test_an_element_that_shows_itself_is_shown():
    shown = HIDES.replace("id=x", "style='display:inline'")
    assert "99" in cell_of(shown, ".hide{display:none}")
    assert cell_of(shown, ".hide{display:none !important}") == "67"


def test_hidden_rows_and_cells_take_no_place_and_blank_ones_do():
    rows = "<tr class=h><td>9</td></tr><tr><td class=h>9</td><td class=b>9</td><td>67</td></tr>"
    data = f"<html><style>.h{{display:none}} .b{{visibility:hidden}}</style><table>{rows}</table>"
    (grid,) = readers.read(data.encode()).grids
    assert [[c.text for c in row] for row in grid.cells] == [["", "67"]]


def test_a_cell_struck_through_is_no_figure():
    struck = "<html><table><tr><td style='text-decoration:line-through'>67</td></tr></table>"
    assert parse_count(readers.read(struck.encode()).grids[0].cells[0][0].text).state == "text"


# ---- XML of Word ----

FLAT = f"""<?xml version="1.0" standalone="yes"?><?mso-application progid="Word.Document"?>
<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">
<pkg:part pkg:name="/word/document.xml"><pkg:xmlData><w:document {W}><w:body>{{}}</w:body>
</w:document></pkg:xmlData></pkg:part><pkg:part pkg:name="/word/styles.xml"><pkg:xmlData>
<w:styles {W}><w:style w:styleId="gone"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>
</pkg:xmlData></pkg:part></pkg:package>"""
WORD_2003 = """<?xml version="1.0"?><?mso-application progid="Word.Document"?>
<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"
 xmlns:aml="http://schemas.microsoft.com/aml/2001/core"><w:body>{}</w:body></w:wordDocument>"""


@pytest.mark.parametrize("frame", [FLAT, WORD_2003])
def test_word_xml_reads_as_the_document(frame):
    data = frame.format(TABLES).encode()
    assert choose(data) is xml_word.read and figures(read(data)) == sample_truth()


def test_merges_and_deletions_of_word_2003_are_as_in_a_docx():
    deleted = '<aml:annotation w:type="Word.Deletion"><aml:content><w:r><w:t>9</w:t></w:r>'
    deleted += "</aml:content></aml:annotation>"
    top = '<w:tc><w:tcPr><w:vmerge w:val="restart"/></w:tcPr>'
    top += "<w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc>"
    below = "<w:tc><w:tcPr><w:vmerge/></w:tcPr><w:p/></w:tc>"
    cell = f"<w:tc><w:p>{deleted}<w:r><w:t>67</w:t></w:r></w:p></w:tc>"
    table = f"<w:tbl><w:tr>{top}{cell}</w:tr><w:tr>{below}{cell}</w:tr></w:tbl>"
    (grid,) = readers.read(WORD_2003.format(table).encode()).grids
    assert [[c.text for c in row] for row in grid.cells] == [["a", "67"], ["a", "67"]]


# ---- what a file begins with ----


@pytest.mark.parametrize(
    ("data", "reader"),
    [
        (b"\xef\xbb\xbf \r\n<!-- saved from url=(0014)about:internet -->\n" + PAGE, page.read),
        (b"<!--" + b"x" * 20_000 + b"-->" + PAGE, page.read),
        (b"<?xml version='1.0'?><!DOCTYPE html>" + PAGE, page.read),
        (b"<!-- a --><!-- b -->" * 500 + PAGE, page.read),
        (PAGE.decode().encode("utf-16"), page.read),
        ("Content: a\nType: b\n规章\t8\n".encode(), plain.read),
        ("<某某市>报告\n规章\t8\n".encode(), plain.read),
        (text(*SAMPLE).encode("utf-16"), plain.read),
    ],
)
def test_what_stands_before_the_document_does_not_mislead(data, reader):
    assert choose(data) is reader


@pytest.mark.parametrize("data", [docx(*SAMPLE), workbook(*SAMPLE), PAGE, mhtml(PAGE)])
def test_a_wrong_suffix_misleads_nobody(data, tmp_path):
    from analysis.documents.report import read_report

    for suffix in (".doc", ".xls", ".pdf", ".wps", ""):
        (tmp_path / f"report{suffix}").write_bytes(data)
        assert figures(read_report(tmp_path / f"report{suffix}")) == sample_truth()
