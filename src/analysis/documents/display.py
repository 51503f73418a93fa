"""Shows a report in the terminal: its tables as read, with the issues beside the cells."""

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from analysis.documents.issues import Issue
from analysis.documents.records import Record
from analysis.documents.reference import Entry, entries, forms, tables
from analysis.documents.repair import in_words
from analysis.documents.report import Report

_STYLE = {"error": "bold red", "warning": "yellow", "info": "dim"}
_MARK = {"error": "✗", "warning": "!", "info": "·"}


def display(report: Report, name: str, whose: str = "") -> Group:
    """A report as a rich renderable: facts, whose it is, tables, and a list of issues."""
    parts: list[RenderableType] = [_facts(report, name)]
    parts += [Text(whose)] if whose else []
    parts += [table for code in tables() if (table := _table(report, code))]
    parts += [_issue(*like) for like in _like(report.findings)]
    return Group(*parts)


def _like(findings: list[Issue]) -> list[list[Issue]]:
    """Findings with errors before warnings and notes; notes of one check stand together."""
    groups: dict[tuple[int, object], list[Issue]] = {}
    for number, finding in enumerate(findings):
        rank = list(_STYLE).index(finding.severity)
        key = finding.check if finding.severity == "info" else number
        groups.setdefault((rank, key), []).append(finding)
    return sorted(groups.values(), key=lambda like: list(_STYLE).index(like[0].severity))


def _facts(report: Report, name: str) -> Text:
    """The heading: file, title, agency, year, and whether the report is verified."""
    facts = report.facts
    text = Text(f"{facts.get('title') or name}\n", style="bold")
    told = [name, facts["agency"], facts["year"], facts["format"], f"forms {facts['forms'] or '?'}"]
    text.append(" · ".join(str(fact) for fact in told if fact), style="dim")
    verdict = "verified 已核对" if facts["verified"] else "not verified 未核对"
    text.append(f"\n{facts['n_cells']} cells, {verdict}\n", "green" if facts["verified"] else "red")
    return text


def _table(report: Report, table: str) -> Table | None:
    """One table of the form as read, or None when nothing of it was."""
    cells = {(r.row, r.column): r for r in report.cells if r.table == table}
    if not cells:
        return None
    known = _entries(report, table)
    columns = _in_order(known, table, "column", {column for _, column in cells})
    name = known[table, "table", table]
    shown = Table(
        title=f"{name.label} · {name.label_en}", title_justify="left", header_style="bold cyan"
    )
    shown.add_column("", min_width=8, max_width=36, overflow="fold")
    for column in columns:
        widest = max(
            (cell_len(_cell(cells.get((row, column))).plain) for row, _ in cells), default=1
        )
        label = known[table, "column", column].label
        shown.add_column(label, justify="right", min_width=widest, overflow="fold")
    for row in _in_order(known, table, "row", {row for row, _ in cells}):
        label = known[table, "row", row].label
        shown.add_row(label, *(_cell(cells.get((row, c))) for c in columns))
    return shown


def _entries(report: Report, table: str) -> dict[tuple[str, str, str], Entry]:
    """The entries of the form that a table is by, with those of other forms behind them."""
    named = [forms()[name] for name in str(report.facts["forms"]).split()]
    own = next((form.entries for form in reversed(named) if form.has_table(table)), {})
    return own | {key: entry for key, entry in entries().items() if key not in own}


def _in_order(
    known: dict[tuple[str, str, str], Entry], table: str, axis: str, codes: set[str]
) -> list[str]:
    """Codes in the order of the forms."""
    return [code for (t, a, code) in known if (t, a) == (table, axis) and code in codes]


def _cell(record: Record | None) -> Text:
    """A cell as printed, coloured by the worst issue that covers it."""
    if record is None:
        return Text("")
    text = " ".join(record.raw.split()) or "␣"
    if record.proven:
        return Text(f"{text}=0", style="dim")
    if not record.suspect:
        return Text(text, style="dim" if record.state == "blank" else "")
    return Text(f"{text} {_MARK['error']}", style=_STYLE["error"])


def _issue(finding: Issue, *more: Issue) -> Text:
    """An issue as one line with its place, in both languages, and where more of its kind are."""
    where = _place(finding)
    text = Text(f"{_MARK[finding.severity]} {finding.check}", style=_STYLE[finding.severity])
    text.append(f" {where}" if where else "", "cyan")
    text.append(f"\n    {finding.message}\n    {finding.message_zh}", "default")
    if finding.suggestion and finding.check == "sum":
        for title, language in (("Suggestion", "en"), ("建议", "zh")):
            text.append(f"\n    {title}: {in_words(finding.suggestion, language)}", "green")
    if more:
        places = ", ".join(map(_place, more))
        text.append(f"\n    also at 另见 ({len(more)}): {places}", "dim")
    return text


def _place(finding: Issue) -> str:
    """Where a finding is: its cell, or its table, row and column."""
    return finding.cell or "/".join(filter(None, (finding.table, finding.row, finding.column)))
