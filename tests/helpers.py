"""Small documents whose figures are known, and the comparison of a report with the truth."""

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field

import openpyxl

from analysis.documents.report import Report, read_bytes

Key = tuple[str, str, str]
Printed = tuple[str, float | None, str]
Table = list[list[str]]

APPLICANTS = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
RESULTS = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]

DISCLOSURE: Table = [
    ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
    ["规章", "1", "2", "13"],
    ["行政规范性文件", "4", "5", "67"],
    ["信息内容", "本年处理决定数量"],
    ["行政许可", "812"],
    ["信息内容", "本年处理决定数量"],
    ["行政处罚", "31"],
    ["行政强制", "9"],
    ["信息内容", "本年收费金额（单位：万元）"],
    ["行政事业性收费", "3.52"],
]
REQUESTS: Table = [
    ["申请情况", *APPLICANTS],
    ["一、本年新收政府信息公开申请数量", "40", "8", "1", "2", "3", "4", "58"],
    ["二、上年结转政府信息公开申请数量", "3", "1", "0", "0", "0", "0", "4"],
    ["三、本年度办理结果", *[""] * 7],
    ["（一）予以公开", "11", "3", "0", "1", "0", "0", "15"],
    ["（二）部分公开", "7", "1", "0", "0", "1", "0", "9"],
    ["（三）不予公开", *[""] * 7],
    ["1.属于国家秘密", "1", "0", "0", "0", "0", "0", "1"],
    ["2.其他法律行政法规禁止公开", "2", "0", "0", "0", "0", "0", "2"],
    ["3.危及“三安全一稳定”", "0", "0", "0", "0", "0", "0", "0"],
    ["4.保护第三方合法权益", "3", "1", "0", "0", "0", "0", "4"],
    ["5.属于三类内部事务信息", "1", "0", "0", "0", "0", "1", "2"],
    ["6.属于四类过程性信息", "2", "0", "0", "0", "0", "0", "2"],
    ["7.属于行政执法案卷", "1", "0", "1", "0", "0", "0", "2"],
    ["8.属于行政查询事项", "1", "0", "0", "0", "0", "0", "1"],
    ["（四）无法提供", *[""] * 7],
    ["1.本机关不掌握相关政府信息", "5", "1", "0", "0", "1", "0", "7"],
    ["2.没有现成信息需要另行制作", "1", "0", "0", "0", "0", "0", "1"],
    ["3.补正后申请内容仍不明确", "1", "0", "0", "0", "0", "0", "1"],
    ["（五）不予处理", *[""] * 7],
    ["1.信访举报投诉类申请", "1", "1", "0", "0", "0", "0", "2"],
    ["2.重复申请", "1", "0", "0", "1", "0", "0", "2"],
    ["3.要求提供公开出版物", "0", "0", "0", "0", "0", "0", "0"],
    ["4.无正当理由大量反复申请", "0", "0", "0", "0", "0", "0", "0"],
    ["5.要求行政机关确认或重新出具已获取信息", "0", "0", "0", "0", "0", "1", "1"],
    ["（六）其他处理", *[""] * 7],
    ["1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", *"1000001"],
    ["2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请", *"0000000"],
    ["3.其他", "1", "0", "0", "0", "0", "1", "2"],
    ["（七）总计", "40", "7", "1", "2", "2", "3", "55"],
    ["四、结转下年度继续办理", "3", "2", "0", "0", "1", "1", "7"],
]
DISPUTES: Table = [
    [*["行政复议"] * 5, *["行政诉讼"] * 10],
    [*["行政复议"] * 5, *["未经复议直接起诉"] * 5, *["复议后起诉"] * 5],
    RESULTS * 3,
    ["6", "2", "1", "3", "12", "4", "1", "0", "2", "7", "5", "0", "2", "1", "8"],
]
SAMPLE = (DISCLOSURE, REQUESTS, DISPUTES)

_DISCLOSURE_CODES = {
    "规章": ("regulations", ("made", "repealed", "in_force")),
    "行政规范性文件": ("normative_documents", ("made", "repealed", "in_force")),
    "行政许可": ("licensing", ("decisions",)),
    "行政处罚": ("penalties", ("decisions",)),
    "行政强制": ("coercion", ("decisions",)),
    "行政事业性收费": ("fees", ("fee_amount",)),
}
_REQUEST_CODES = [
    *("received", "carried_in", "handled", "granted", "granted_in_part", "denied"),
    *("denied_state_secret", "denied_law_forbids", "denied_security_stability"),
    *("denied_third_party", "denied_internal_affairs", "denied_process_information"),
    *("denied_enforcement_file", "denied_inquiry", "unavailable", "unavailable_not_held"),
    *("unavailable_must_create", "unavailable_unclear", "unprocessed", "unprocessed_petition"),
    *("unprocessed_duplicate", "unprocessed_publication", "unprocessed_excessive"),
    *("unprocessed_reissue", "other", "other_not_corrected", "other_fee_unpaid"),
    *("other_remaining", "handled_total", "carried_out"),
]
_APPLICANT_CODES = [
    *("natural_person", "business", "research", "public_interest", "legal_service"),
    *("other_organisation", "total"),
]
_ROUTE_CODES = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
_RESULT_CODES = ("upheld", "corrected", "other", "pending", "total")


def sample_truth() -> dict[Key, float]:
    """Give the figures of SAMPLE by their codes."""
    truth: dict[Key, float] = {}
    for label, *texts in DISCLOSURE:
        row, columns = _DISCLOSURE_CODES.get(label, ("", ()))
        truth |= {("disclosure", row, c): float(t) for c, t in zip(columns, texts, strict=False)}
    for row, (_, *texts) in zip(_REQUEST_CODES, REQUESTS[1:], strict=True):
        pairs = zip(_APPLICANT_CODES, texts, strict=True)
        truth |= {("requests", row, c): float(t) for c, t in pairs if t}
    keys = [("disputes", row, c) for row in _ROUTE_CODES for c in _RESULT_CODES]
    return truth | dict(zip(keys, map(float, DISPUTES[-1]), strict=True))


# ---- small documents ----


def with_row(table: Table, label: str, *cells: str) -> Table:
    """Give a table in which the row of a label has other cells (label included)."""
    assert any(row[0] == label for row in table)
    return [list(cells) if row[0] == label else row for row in table]


def with_rows(table: Table, after: str, *rows: list[str]) -> Table:
    """Give a table with more rows after the row of a label."""
    at = [row[0] for row in table].index(after) + 1
    return [*table[:at], *rows, *table[at:]]


def html(*tables: Table, head: str = "", between: str = "") -> bytes:
    """Print tables as a page; a text that begins with <td stands for the whole cell."""
    return f"<html><head>{head}</head><body>{between.join(map(html_table, tables))}".encode()


def html_table(table: Table) -> str:
    """Print a table of a page."""
    rows = ("".join(c if c.startswith("<td") else f"<td>{c}</td>" for c in row) for row in table)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def text(*tables: Table, separator: str = "\t") -> str:
    """Print tables as lines of text."""
    return "\n\n".join("\n".join(separator.join(row) for row in table) for table in tables)


def pipes(*tables: Table) -> str:
    """Print tables as Markdown."""
    rows = ["\n".join(f"| {' | '.join(row)} |" for row in table) for table in tables]
    return "\n\n".join(rows)


def workbook(*tables: Table) -> bytes:
    """Print tables one below the other on a sheet, figures as numbers."""
    book = openpyxl.Workbook()
    for row in [row for table in tables for row in [*table, []]]:
        book.active.append([float(c) if c.replace(".", "").isdecimal() else c or None for c in row])
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    """Give the bytes of a workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx(*tables: Table, body: str = "") -> bytes:
    """Print tables as a Word document; a text that begins with < is the markup of the cell."""
    content = body + "".join(map(docx_table, tables))
    document = f"<w:document {_W}><w:body>{content}</w:body></w:document>"
    return zipped({"word/document.xml": document.encode()})


def docx_table(table: Table) -> str:
    """Print a table of a Word document."""
    rows = ("".join(docx_cell(c) for c in row) for row in table)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def docx_cell(content: str) -> str:
    """Print a cell of a Word document."""
    if content.startswith("<w:tc>"):
        return content
    inner = content if content.startswith("<") else f"<w:p><w:r><w:t>{content}</w:t></w:r></w:p>"
    return f"<w:tc>{inner}</w:tc>"


def zipped(parts: dict[str, bytes]) -> bytes:
    """Give a zip container of some parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    """Give the parts of a zip container."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# ---- what a report says ----


def read(document: bytes | str) -> Report:
    """Read a document from its bytes or text."""
    return read_bytes(document.encode() if isinstance(document, str) else document)


def figures(report: Report) -> dict[Key, float]:
    """Give the figures of a report by their codes."""
    return {(r.table, r.row, r.column): r.value for r in report.cells if r.value is not None}


def checks(report: Report, severity: str = "error") -> set[str]:
    """Name the checks of a severity that a report failed."""
    return {finding.check for finding in report.findings if finding.severity == severity}


def is_flagged(report: Report, key: Key) -> bool:
    """Whether an error covers a cell or a warning names it."""
    return any(
        all(own in ("", code) for own, code in zip((i.table, i.row, i.column), key, strict=True))
        for i in report.findings
        if i.severity == "error" or (i.severity == "warning" and i.column)
    )


@dataclass
class Comparison:
    """A report against the truth: cells that are right, flagged, silently wrong, or invented."""

    right: set[Key] = field(default_factory=set)
    flagged: set[Key] = field(default_factory=set)
    silent: set[Key] = field(default_factory=set)
    extra: set[Key] = field(default_factory=set)


def compare(report: Report, truth: dict[Key, Printed]) -> Comparison:
    """Compare every cell; a cell outside the truth counts as invented when it prints anything."""
    cells = {(r.table, r.row, r.column): r for r in report.cells}
    found = Comparison()
    for key, (state, value, _) in truth.items():
        cell = cells.get(key)
        right = cell is not None and cell.state == state
        right = right and (state != "number" or abs((cell.value or 0.0) - (value or 0.0)) < 1e-9)
        place = found.right if right else found.flagged
        (place if right or is_flagged(report, key) else found.silent).add(key)
    outside: Iterable[Key] = (k for k, c in cells.items() if k not in truth and c.state != "blank")
    found.extra = {key for key in outside if not is_flagged(report, key)}
    return found


def wrong_in_silence(report: Report, expected: dict[Key, float] | None = None) -> dict[Key, object]:
    """Give the cells that differ from SAMPLE (or other figures) without a flag, as read."""
    truth = sample_truth() if expected is None else expected
    found = compare(report, {key: ("number", value, "") for key, value in truth.items()})
    return {key: figures(report).get(key) for key in found.silent | found.extra}
