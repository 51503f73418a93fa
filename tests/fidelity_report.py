"""Puts what was measured into tables to read, and keeps the worst cases to look at."""

import csv
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from measure import OFFICE_FORMATS, Outcome, Tally
from timing import Times
from typeset_office import typeset_many
from typesetter import Typeset, typeset

from analysis.documents.report import read_bytes

if TYPE_CHECKING:
    from fidelity import Result

HEADER = ["documents", "right", "flagged", "silent", "invented", "slips found", "clean flagged"]
MOST_DISHONEST, MOST_OTHERS = 10, 3


def row_of(found: Tally) -> list[str]:
    """Give a tally's numbers with what they are out of."""
    return [
        str(found.n_documents),
        f"{found.n_right}/{found.n_cells} ({share(found.right)})",
        str(found.n_flagged),
        str(found.n_silent),
        str(found.n_invented),
        f"{found.n_slips_found}/{found.n_slips}",
        f"{found.n_alarmed}/{found.n_clean}",
    ]


def share(value: float) -> str:
    """Print a share so that only a whole one reads as 100%."""
    return f"{min(value, 0.9999) if value < 1 else 1:.2%}"


def table_of(formats: Mapping[str, Tally], times: Mapping[str, Times]) -> str:
    """Print the formats as a table; times as multiples of a bare parse of the same bytes."""
    rows = [["format", *HEADER, "reader/bare", "report/bare"]]
    for fmt, found in formats.items():
        t = times.get(fmt)
        ratios = [f"{t.ratio:.1f}", f"{t.whole_ratio:.1f}"] if t else ["", ""]
        rows.append([fmt, *row_of(found), *ratios])
    return pipes(rows)


def pipes(rows: list[list[str]]) -> str:
    """Draw rows as a Markdown table whose columns also line up as plain text."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(f"{t:<{w}}" for t, w in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    return "\n".join([lines[0], "|" + "|".join("-" * (w + 2) for w in widths) + "|", *lines[1:]])


def write_markdown(result: "Result", path: Path) -> None:
    """Write what a run found, formats first, then hazards from the least right on."""
    parts = ["# Fidelity", table_of(result.formats, result.times)]
    parts += ["## Limits not kept", "\n".join(f"- {f}" for f in result.failures) or "None."]
    if result.left_out:
        parts += ["## Left out", "\n".join(f"- {f}: {w}" for f, w in result.left_out.items())]
    parts += ["## Published reports", corpus_table(result.corpus)]
    parts += ["## Hazards", "Over all formats, the least right first.", hazard_table(result)]
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def corpus_table(counts: Mapping[str, Mapping[str, int]]) -> str:
    """Print what reading each published report came to."""
    if not counts:
        return "None here."
    names = list(next(iter(counts.values())))
    rows = [[name, *(str(found[n]) for n in names)] for name, found in counts.items()]
    return pipes([["report", *names], *rows])


def hazard_table(result: "Result") -> str:
    """Print the hazards: over all formats, and where the least is right."""
    rows = []
    for hazard, parts in sorted(result.hazards.items(), key=lambda item: item[1]["all"].right):
        formats = {fmt: found for fmt, found in parts.items() if fmt != "all"}
        worst = min(formats, key=lambda fmt: formats[fmt].right)
        rows.append([hazard, *row_of(parts["all"]), f"{worst} {share(formats[worst].right)}"])
    return pipes([["hazard", *HEADER, "worst in"], *rows])


# ---- the worst cases ----


def keep_worst(outcomes: list[Outcome], folder: Path) -> None:
    """Keep the documents that were read worst, each with its truth, what was read, and issues."""
    shutil.rmtree(folder, ignore_errors=True)
    for fmt in dict.fromkeys(outcome.fmt for outcome in outcomes):
        for outcome in worst(o for o in outcomes if o.fmt == fmt):
            keep(outcome, folder / f"{fmt}-{outcome.seed}")


def worst(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Choose the dishonest documents, then a few false alarms and a few with little right."""
    found = list(outcomes)
    chosen = [o for o in found if o.dishonest][:MOST_DISHONEST]
    chosen += [o for o in found if o.alarmed][:MOST_OTHERS]
    partly = [o for o in found if 0 < o.n_right < o.n_cells]
    chosen += sorted(partly, key=lambda o: o.n_right / o.n_cells)[:MOST_OTHERS]
    return list({o.seed: o for o in chosen}.values())


def keep(outcome: Outcome, folder: Path) -> None:
    """Keep one document to look at."""
    folder.mkdir(parents=True)
    fmt, seed = outcome.fmt, outcome.seed
    office = fmt in OFFICE_FORMATS
    document = typeset_many(fmt, [seed])[0] if office else typeset(seed, fmt)
    report = read_bytes(document.data)
    (folder / f"document{document.suffix}").write_bytes(document.data)
    write_truth(document, outcome, folder / "truth.csv")
    report.records.to_csv(folder / "read.csv", index=False)
    report.issues.to_csv(folder / "issues.csv", index=False)


def write_truth(document: Typeset, outcome: Outcome, path: Path) -> None:
    """Write the truth of a document, cell by cell, with what happened to each."""
    notes = dict.fromkeys(document.lost, "can't be told") | dict.fromkeys(outcome.slips, "slip")
    notes |= dict.fromkeys(outcome.silent, "SILENTLY WRONG")
    notes |= dict.fromkeys(outcome.missed, "SLIP MISSED")
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(["table", "row", "column", "state", "value", "raw", "note"])
        for key, printed in document.truth.items():
            out.writerow([*key, *printed, notes.get(key, "")])
        out.writerows([*key, "", "", "", "INVENTED"] for key in outcome.invented)
        out.writerow(["hazards:", *outcome.hazards])
