"""The typesetter tells the truth about what it prints."""

import csv
import io
import re
import zipfile
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from random import Random

import openpyxl
import pytest
from typeset_layout import FIGURES, LOSING
from typesetter import FORMATS, HAZARDS, Typeset, draw_hazards, identities, typeset

SEEDS = range(20)
# Hazards that change what the cells hold; all others must leave the truth as it is.
TELLING = {
    *("whole_form_blank", "blank_zeros", "blank_applicants_only_total", "blank_row_totals"),
    *("last_total_missing", "nbsp_cells", "marks", "dropped_empty_cells", "dropped_in_disclosure"),
    *(
        "unit_in_cell",
        "fullwidth_digits",
        "thousands_separators",
        "six_decimals",
        "negative_change",
    ),
    *("note_in_cell", "label_traditional", "other_year_table", "two_scopes"),
    *FIGURES,
}
OTHER_FORM = {"extra_row", "mixed_forms", "other_one_row"}
OTHER_FORM |= {"label_short_normative", "label_in_force"}
PRINTED = (*FORMATS, "pdf")  # what can be set quickly; scans are pictures of pdf
CASES = [(hazard, fmt) for hazard, formats in HAZARDS.items() for fmt in formats if fmt in PRINTED]
DROPPING = {"dropped_empty_cells", "dropped_in_disclosure"}
LOSING_FIGURES = {name for name, row in FIGURES.items() if row["told"] != "yes"}


class GridReader(HTMLParser):
    """Reads well-formed tables into grids, merged cells filled: all a clean page needs."""

    def __init__(self, page: str):
        super().__init__()
        self.grids: list[dict[tuple[int, int], str]] = []
        self.row, self.area = -1, []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        spans = dict(attrs)
        if tag == "table":
            self.grids.append({})
            self.row = -1
        elif tag == "tr":
            self.row += 1
        elif tag == "td":
            left = next(c for c in range(99) if (self.row, c) not in self.grids[-1])
            down, across = int(spans.get("rowspan", 1)), int(spans.get("colspan", 1))
            self.area = [(self.row + r, left + c) for r in range(down) for c in range(across)]
            self.grids[-1] |= dict.fromkeys(self.area, "")

    def handle_endtag(self, tag):
        if tag == "td":
            self.area = []

    def handle_data(self, data):
        for place in self.area:
            self.grids[-1][place] += data.strip()


def codes(table: str, axis: str) -> dict[str, str]:
    with Path(__file__).with_name("typesetter_forms.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if (row["table"], row["axis"]) == (table, axis)]
    return {row["label"]: row["code"] for row in rows}


def read_disclosure(grid):
    rows, columns, header = codes("disclosure", "row"), codes("disclosure", "column"), {}
    for (row, column), text in sorted(grid.items()):
        if grid[row, 0] == "信息内容":
            header[column] = text
        elif grid[row, 0] in rows and column:
            yield ("disclosure", rows[grid[row, 0]], columns[header[column]]), text


def read_requests(grid):
    rows, columns = codes("requests", "row"), codes("requests", "column")
    for (row, column), text in grid.items():
        if row > 2 and column > 2:
            yield ("requests", rows[grid[row, 2]], columns[grid[2, column]]), text


def read_disputes(grid):
    rows, columns = codes("disputes", "row"), codes("disputes", "column")
    for (row, column), text in grid.items():
        if row == 3:
            route = grid[0, column] if column < 5 else grid[1, column]
            yield ("disputes", rows[route], columns[grid[2, column]]), text


def printed_texts(fmt: str, data: bytes) -> list[str]:
    """List the texts of cells, in a format read the simplest way that can work."""
    if fmt == "docx":
        document = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
        return re.findall(r"<w:t [^>]*>([^<]*)</w:t>", document)
    if fmt == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(data))
        return [str(v) for sheet in book for row in sheet.values for v in row if v is not None]
    if fmt == "html":
        return re.split(r"<[^>]*>", data.decode())
    ends = {"tab": r"[\t\r\n]+", "pipe": r" \| |\| | \||[\r\n]+", "lines": r"[\r\n]+"}
    return re.split(ends.get(fmt, r"[,\r\n]+"), data.decode())


@cache
def without_hazards(seed: int, fmt: str) -> Typeset:
    """Typeset the clean twin of a document, once for all hazards."""
    return typeset(seed, fmt, (), False)


def broken(document: Typeset) -> list[list]:
    """List the identities that are printed in full, and fail."""
    values = {k: v for k, (state, v, _) in document.truth.items() if state == "number"}
    full = [(a, b) for a, b in identities(document.truth) if values.keys() >= {*a, *b}]
    return [a + b for a, b in full if sum(values[k] for k in a) != sum(values[k] for k in b)]


@pytest.mark.parametrize("fmt", FORMATS)
def test_without_a_slip_every_identity_holds(fmt):
    for seed in SEEDS:
        document = typeset(seed, fmt, slip=False)
        skewed = document.unclear or "counts_in_hundreds" in document.hazards
        assert skewed or not broken(document)
        assert not document.slips


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_slip_breaks_identities_and_they_all_contain_it(fmt):
    for seed in SEEDS:
        document = typeset(seed, fmt, hazards=(), slip=True)
        assert broken(document)
        assert all(document.slips[0] in sides for sides in broken(document))


def test_a_clean_page_read_by_its_labels_gives_the_truth():
    for seed in SEEDS:
        document = typeset(seed, "html", hazards=())
        disclosure, requests, disputes = GridReader(document.data.decode()).grids
        found = dict(read_disclosure(disclosure))
        found |= dict(read_requests(requests)) | dict(read_disputes(disputes))
        assert found == {key: raw for key, (_, _, raw) in document.truth.items()}


@pytest.mark.parametrize("fmt", [fmt for fmt in FORMATS if fmt != "running"])
def test_every_figure_of_a_clean_document_is_printed_once(fmt):
    for seed in range(10):
        document = typeset(seed, fmt, hazards=())
        figures = Counter(raw for _, _, raw in document.truth.values())
        texts = Counter(text.strip() for text in printed_texts(fmt, document.data))
        assert {text: texts[text] for text in figures} == figures


def test_the_raw_text_of_a_clean_figure_is_its_value():
    for seed in SEEDS:
        for state, value, raw in typeset(seed, "csv", hazards=(), slip=False).truth.values():
            assert state == "number" and float(raw.removesuffix("元")) == value


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_seed_always_gives_the_same_document(fmt):
    assert typeset(7, fmt) == typeset(7, fmt)
    assert typeset(7, fmt).data != typeset(8, fmt).data


@pytest.mark.parametrize(("hazard", "fmt"), CASES)
def test_a_hazard_changes_the_document_and_only_what_it_should(hazard, fmt):
    for seed in range(2):
        document, clean = typeset(seed, fmt, [hazard], False), without_hazards(seed, fmt)
        assert hazard in document.hazards
        assert document.data != clean.data
        assert document.lost <= document.truth.keys()
        if hazard not in TELLING | OTHER_FORM:
            told = {key: clean.truth[key] for key in document.truth.keys() - document.lost}
            assert told == {key: document.truth[key] for key in told}
            assert hazard in LOSING or document.truth == clean.truth


@pytest.mark.parametrize("fmt", FORMATS)
def test_every_hazard_is_drawn_and_a_quarter_of_documents_have_none(fmt):
    drawn = [draw_hazards(Random(seed), fmt) for seed in range(1000)]
    assert {name for names in drawn for name in names} == {h for h in HAZARDS if fmt in HAZARDS[h]}
    assert 0.2 < sum(not names for names in drawn) / len(drawn) < 0.3
    assert max(map(len, drawn)) <= 5


def test_only_hazards_that_lose_cells_do():
    for seed in SEEDS:
        for fmt in FORMATS:
            document = typeset(seed, fmt)
            losing = {
                "dropped_empty_cells",
                "dropped_in_disclosure",
                "glued_row",
                "ragged_text",
                *LOSING,
                *LOSING_FIGURES,
            }
            assert losing & document.hazards or fmt == "running" or not document.lost
    assert any(typeset(seed, "tab", ["glued_row"]).lost for seed in SEEDS)


def test_running_text_holds_every_cell_and_loses_rows_that_more_than_one_reading_fits():
    for seed in SEEDS:
        document = typeset(seed, "running", hazards=())
        text = document.data.decode()
        assert all(raw in text for _, _, raw in document.truth.values())
        for key in document.truth.keys() - document.lost:
            row = [raw for k, (_, _, raw) in document.truth.items() if k[:2] == key[:2]]
            assert len(row) == 1 or all(len(raw) == 1 for raw in row[:-1])


def test_hazards_of_other_formats_are_refused():
    with pytest.raises(ValueError, match="ragged_text"):
        typeset(0, "html", ["ragged_text"])
    with pytest.raises(ValueError, match="papyrus"):
        typeset(0, "papyrus")


def test_declared_encodings_are_the_wrong_ones():
    page = typeset(0, "html", ["gb2312_declared"]).data
    assert b'charset="gb2312"' in page and "信息内容" in page.decode("gb18030")
    with pytest.raises(UnicodeDecodeError):
        page.decode("gb2312")
    assert typeset(0, "csv", ["utf16_bom"]).data.startswith(b"\xff\xfe")


def test_rows_of_word_tables_fill_the_grid():
    for seed in SEEDS:
        data = typeset(seed, "docx", ["phantom_column", "repeated_header", "split_header"]).data
        document = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
        for table in document.split("<w:tbl>")[1:]:
            for row in table.split("<w:tr>")[1:]:
                spans = sum(int(n) - 1 for n in re.findall(r'gridSpan w:val="(\d+)"', row))
                assert row.count("<w:tc>") + spans == table.count("<w:gridCol")


def test_workbooks_merge_what_the_form_merges():
    for seed in range(5):
        book = openpyxl.load_workbook(io.BytesIO(typeset(seed, "xlsx", hazards=()).data))
        merges = [str(area) for sheet in book for area in sheet.merged_cells.ranges]
        assert len(merges) == len(set(merges)) or len(book.sheetnames) > 1
        assert len(merges) > 25
