"""Plain text, Markdown and CSV → one grid whose rows are the document's own lines."""

import csv
import re

from analysis.documents.grid import Cell, Document, Grid
from analysis.documents.readers.text import decode

csv.field_size_limit(2**31 - 1)  # an open quote makes a long field, which is no error of its own
_RULE = re.compile(r"^(?=.*[-=─━])[\s|:+\-=─━┼├┤│]*$")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_PIPE = re.compile(r"(?<!\\)[|│┃]")
_LINE_END = re.compile(r"\r\n|\r|\n")
_META = re.compile(r"^(标题|发布时间|发布日期|发文机关|来源|原文链接)\s*[:：]\s*(.+)$")
_META_NAMES = {
    "标题": "articletitle",
    "发布时间": "pubdate",
    "发布日期": "pubdate",
    "发文机关": "contentsource",
    "来源": "contentsource",
    "原文链接": "url",
}


def read(data: bytes) -> Document:
    """Read text: a tab, a `|` or a CSV comma parts cells; a line without any is one cell."""
    text = decode(data).replace("\0", "")
    lines = _LINE_END.split(text)
    rows = _csv_rows(lines) if _is_csv(lines) else [_split(line) for line in lines]
    cells: list[list[Cell | None]] = [
        [Cell(text, r, c) for c, text in enumerate(row)] for r, row in enumerate(rows)
    ]
    meta = {_META_NAMES[m[1]]: m[2].strip() for m in map(_META.match, lines[:40]) if m}
    grids = [Grid(1, cells, ruled=False)] if cells else []
    return Document("text", grids, lambda: text, meta)


def _split(line: str) -> list[str]:
    """Cells of one line; the rule under a Markdown header is an empty line."""
    if "\t" in line:
        return line.split("\t")
    if not _PIPE.search(line):
        return [line]
    if _RULE.match(line):
        return [""]
    cells = [_markdown_text(cell) for cell in _PIPE.split(line.strip())]
    return cells[line.strip()[0] in "|│┃" : len(cells) - (line.strip()[-1] in "|│┃")]


def _markdown_text(cell: str) -> str:
    """Text of a Markdown cell: line breaks, escaped pipes and emphasis as they print."""
    return _BREAK.sub("\n", cell).replace("\\|", "|").strip(" *")


def _is_csv(lines: list[str]) -> bool:
    """Whether most lines have commas where tabs and pipes have none."""
    filled = [line for line in lines if line.strip()]
    if any("\t" in line or _PIPE.search(line) for line in filled):
        return False
    return 2 * sum("," in line for line in filled) > len(filled)


def _csv_rows(lines: list[str]) -> list[list[str]]:
    """Rows of a CSV text, each at the line on which it begins, so that places are line numbers."""
    rows: list[list[str]] = []
    reader = csv.reader([line + "\n" for line in lines])
    for row in reader:
        begin = len(rows)
        rows.append(row or [""])
        rows.extend([""] for _ in range(reader.line_num - begin - 1))
    return rows
