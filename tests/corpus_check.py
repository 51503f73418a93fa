"""Measures reading on published reports that are kept elsewhere: python tests/corpus_check.py DIR.

DIR/real holds the reports, DIR/expected/<file>.csv what each prints: table, row, column, state,
value, raw. Exit code 1 when a figure is silently wrong or invented, or when a file that should be
read in full is not; 2 when DIR does not hold a corpus.
"""

import csv
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "src")]

from helpers import Comparison, Key, Printed, compare  # noqa: E402

from analysis.documents.report import read_report  # noqa: E402

READ_IN_FULL = {
    "nanyang_hitech_zone_2023.txt",
    "pingtan_zone_2023.html",
    "shanghai_gov_office_2019.html",
}


def main(arguments: list[str]) -> int:
    """Check every report of the corpus; give the exit code."""
    if len(arguments) != 1:
        print("usage: python tests/corpus_check.py DIR")
        return 2
    pairs = corpus(Path(arguments[0]))
    if not pairs:
        print(f"{arguments[0]}: no corpus here; DIR/real and DIR/expected with reports are needed")
        return 2
    passed = sum(check(report, expected) for report, expected in pairs)
    print(f"{passed} passed, {len(pairs) - passed} failed")
    return int(passed < len(pairs))


def corpus(folder: Path) -> list[tuple[Path, Path]]:
    """Pair each report with the transcription of what it prints."""
    reports = sorted(path for path in folder.glob("real/*") if path.is_file())
    return [(path, folder / "expected" / f"{path.name}.csv") for path in reports]


def check(report: Path, expected: Path) -> bool:
    """Compare one report with its transcription, print a line, and say whether it passes."""
    if not expected.is_file():
        print(f"{report.name}: no transcription {expected.name} in {expected.parent}")
        return False
    truth = read_expected(expected)
    found = compare(read_report(report), truth)
    n_cells = len(truth)
    print(f"{report.name}: n {n_cells}, {counts(found)}")
    for name in ("silent", "extra"):
        for key in sorted(getattr(found, name)):
            print(f"    {name}: {'/'.join(key)}")
    in_full = report.name not in READ_IN_FULL or len(found.right) == n_cells
    return in_full and not found.silent and not found.extra


def counts(found: Comparison) -> str:
    """Give the counts of a comparison in words."""
    return ", ".join(f"{name} {len(cells)}" for name, cells in vars(found).items())


def measure_report(report: Path, expected: Path) -> dict[str, int]:
    """Count the cells that a transcription has, and those that were read right, flagged or not."""
    truth = read_expected(expected)
    found = compare(read_report(report), truth)
    return {"cells": len(truth)} | {name: len(cells) for name, cells in vars(found).items()}


def read_expected(path: Path) -> dict[Key, Printed]:
    """Read a transcription as (state, value, raw) by (table, row, column)."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {
            (line["table"], line["row"], line["column"]): (
                line["state"],
                float(line["value"]) if line["value"] else None,
                line["raw"],
            )
            for line in csv.DictReader(file)
        }


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
