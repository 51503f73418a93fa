"""The lines of the bench: what was measured, the limit that the project states, if it holds."""

import csv
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

_VERDICTS = {True: "kept", False: "NOT KEPT", None: ""}


@dataclass(frozen=True)
class Limit:
    """The most or least that a figure may be."""

    most: float | None
    least: float | None


@dataclass(frozen=True)
class Line:
    """One figure: its section, what it is of, its unit (a ratio where empty), and its limit."""

    section: str
    what: str
    value: float
    unit: str = ""
    limit: Limit | None = None
    note: str = ""

    @property
    def kept(self) -> bool | None:
        """Whether the limit holds; None where there is none."""
        if self.limit is None:
            return None
        most = math.inf if self.limit.most is None else self.limit.most
        least = -math.inf if self.limit.least is None else self.limit.least
        return least <= self.value <= most

    @property
    def told(self) -> list[str]:
        """The line as cells of a table."""
        most, least = (self.limit.most, self.limit.least) if self.limit else (None, None)
        limit = f"≤ {most:g}" if most is not None else f"≥ {least:g}" if least is not None else ""
        value = f"{self.value:.4g} {self.unit}".strip()
        return [self.section, self.what, value, limit, _VERDICTS[self.kept], self.note]


def limits() -> dict[str, Limit]:
    """The limits that stand beside this module, by measure."""
    with Path(__file__).with_name("bench_limits.csv").open(encoding="utf-8") as file:
        return {
            row["measure"]: Limit(*(float(row[k]) if row[k] else None for k in ("most", "least")))
            for row in csv.DictReader(file)
        }


def line(
    section: str, what: str, value: float, measure: str = "", unit: str = "", note: str = ""
) -> Line:
    """A line with the limit of its measure; KeyError where no limit of that name is stated."""
    return Line(section, what, value, unit, limits()[measure] if measure else None, note)


def table_of(lines: Iterable[Line]) -> str:
    """The lines as a table in Markdown."""
    head = ["section", "what", "measured", "limit", "", "note"]
    rows = [head, ["---"] * len(head), *(each.told for each in lines)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def not_judged(each: Line) -> Line:
    """A line without its limit, which is for full sizes."""
    return replace(each, limit=None)


def write(lines: list[Line], facts: dict[str, object], out: Path) -> None:
    """Write the lines as data and to read."""
    out.mkdir(parents=True, exist_ok=True)
    rows = [
        {"section": e.section, "what": e.what, "value": e.value, "unit": e.unit}
        | {"most": e.limit.most if e.limit else None, "least": e.limit.least if e.limit else None}
        | {"kept": e.kept, "note": e.note}
        for e in lines
    ]
    text = json.dumps(facts | {"lines": rows}, ensure_ascii=False, indent=1)
    (out / "bench.json").write_text(text + "\n", encoding="utf-8")
    told = "\n".join(f"- {name}: {fact}" for name, fact in facts.items())
    (out / "bench.md").write_text(f"# Bench\n\n{told}\n\n{table_of(lines)}\n", encoding="utf-8")


def own_peak() -> int:
    """The most memory that this process has had, in bytes.

    What the system tells of a process by its usage begins with the size of the one that started it.
    """
    told = Path("/proc/self/status").read_text()
    return 1024 * int(next(row for row in told.splitlines() if row.startswith("VmHWM")).split()[1])
