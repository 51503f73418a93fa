"""Measures reading: python tests/fidelity.py, over typeset documents and published ones.

Sets documents of every format with known truth, reads them, and says how many cells are right,
flagged, silently wrong or invented, how many planted slips were found and how many clean documents
were wrongly flagged, for each format and each hazard. Writes reports/fidelity.json and .md, and
keeps the worst cases under reports/fidelity/. Exit code 1 when a figure was silently wrong or
invented, a slip was missed, or a limit of fidelity_formats.csv was not kept.
"""

import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import click
from tqdm import tqdm

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "src")]

from corpus_check import corpus, measure_report  # noqa: E402
from fidelity_report import keep_worst, table_of, write_markdown  # noqa: E402
from measure import LIMITS, OFFICE_FORMATS, Limit, Outcome, Tally, measure_many, merged, tally  # noqa: E402
from timing import Times, time_all  # noqa: E402
from typeset_office import office  # noqa: E402

from analysis.dataset.processes import processes  # noqa: E402

ROOT = Path(__file__).parents[1]
CHUNK = {"scan": 2, **dict.fromkeys(OFFICE_FORMATS, 50)}


@dataclass
class Result:
    """What a run found: tallies by format and by hazard, times, the corpus, what was left out."""

    formats: dict[str, Tally]
    hazards: dict[str, dict[str, Tally]]
    times: dict[str, Times] = field(default_factory=dict)
    corpus: dict[str, dict[str, int]] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)


@click.command(help=__doc__)
@click.option("--share", default=1.0, help="Share of each format's number of documents to set.")
@click.option(
    "--formats", default=",".join(LIMITS), help="Formats to measure, with commas between."
)
@click.option("--corpus", "folder", default=str(ROOT / "../shared/corpus"), help="Published ones.")
@click.option("--out", default=str(ROOT / "reports"), help="Where the results go.")
@click.option("--workers", default=os.cpu_count() or 1, help="Processes.")
def main(share: float, formats: str, folder: str, out: str, workers: int) -> None:
    """Measure, show, write, and say by the exit code whether every limit was kept."""
    left_out = unavailable()
    wanted = [fmt for fmt in formats.split(",") if fmt not in left_out]
    outcomes = measure_all(wanted, share, workers)
    result = Result(by_format(outcomes, wanted), by_hazard(outcomes), left_out=left_out)
    result.times = time_all(wanted)
    result.corpus = read_corpus(Path(folder))
    result.failures = failures(result)
    write(result, outcomes, Path(out))
    print(table_of(result.formats, result.times))
    for line in [*(f"left out: {f}: {why}" for f, why in left_out.items()), *result.failures]:
        print(line)
    raise SystemExit(int(bool(result.failures)))


def unavailable() -> dict[str, str]:
    """Name the formats that can't be measured here, and why."""
    missing = {}
    if office() is None:
        missing |= dict.fromkeys(OFFICE_FORMATS, "LibreOffice is not installed")
    if find_spec("rapidocr") is None:
        missing["scan"] = "the text recogniser is not installed (requirements-ocr.txt)"
    return missing


def measure_all(formats: Iterable[str], share: float, workers: int) -> list[Outcome]:
    """Set and read the documents of all formats in parallel, the slowest ones first."""
    jobs = [
        (fmt, list(range(n))[start : start + CHUNK.get(fmt, 25)])
        for fmt in sorted(formats, key=lambda f: CHUNK.get(f, 25) == 25)
        for n in [max(1, round(LIMITS[fmt].n * share))]
        for start in range(0, n, CHUNK.get(fmt, 25))
    ]
    with processes(workers) as pool:
        done = pool.map(measure_many, *zip(*jobs, strict=True))
        return [o for part in tqdm(done, total=len(jobs), unit="part") for o in part]


def by_format(outcomes: list[Outcome], formats: Iterable[str]) -> dict[str, Tally]:
    """Take the outcomes of each format together."""
    return {fmt: tally(o for o in outcomes if o.fmt == fmt) for fmt in formats}


def by_hazard(outcomes: list[Outcome]) -> dict[str, dict[str, Tally]]:
    """Take the outcomes of each hazard together, over all formats and in each."""
    groups: dict[str, dict[str, list[Outcome]]] = defaultdict(lambda: defaultdict(list))
    for outcome in outcomes:
        for hazard in outcome.hazards or ("none",):
            groups[hazard]["all"].append(outcome)
            groups[hazard][outcome.fmt].append(outcome)
    return {
        hazard: {fmt: tally(part) for fmt, part in parts.items()}
        for hazard, parts in sorted(groups.items())
    }


def read_corpus(folder: Path) -> dict[str, dict[str, int]]:
    """Read the published reports, where there are any."""
    pairs = [pair for pair in corpus(folder) if pair[1].is_file()]
    return {report.name: measure_report(report, expected) for report, expected in pairs}


def failures(result: Result) -> list[str]:
    """Say what kept no promise or no limit."""
    found = [
        line for family, (t, limit) in families(result).items() for line in broken(family, t, limit)
    ]
    for fmt, times in result.times.items():
        most = LIMITS[fmt].most_ratio
        if most is not None and times.ratio > most:
            found.append(f"{fmt}: reading takes {times.ratio:.1f} times a bare parse, over {most}")
    for name, counts in result.corpus.items():
        if counts["silent"] or counts["extra"]:
            found.append(f"{name}: {counts['silent']} silently wrong, {counts['extra']} invented")
    return found


def families(result: Result) -> dict[str, tuple[Tally, Limit]]:
    """Take formats together that one limit is for, such as all that are plain text."""
    found: dict[str, tuple[Tally, Limit]] = {}
    for fmt, own in result.formats.items():
        limit = LIMITS[fmt]
        so_far = found.get(limit.family, (Tally(), limit))[0]
        found[limit.family] = (merged(so_far, own), limit)
    return found


def broken(fmt: str, found: Tally, limit: Limit) -> list[str]:
    """Say which limits the documents of a family of formats did not keep."""
    lines = []
    if found.dishonest:
        lines.append(
            f"{fmt}: {found.n_silent} silently wrong, {found.n_invented} invented, "
            f"{found.n_slips - found.n_slips_found} slips missed: {', '.join(found.dishonest[:9])}"
        )
    if found.right < limit.least_right:
        share = f"{found.n_right}/{found.n_cells} = {found.right:.3%}"
        lines.append(f"{fmt}: {share} right, under {limit.least_right:.1%}")
    if found.alarm > limit.most_alarms:
        seeds = ", ".join(found.alarmed[:9])
        lines.append(f"{fmt}: {found.n_alarmed}/{found.n_clean} clean documents flagged: {seeds}")
    return lines


def write(result: Result, outcomes: list[Outcome], out: Path) -> None:
    """Write the results as data and to read, and keep the worst cases."""
    out.mkdir(parents=True, exist_ok=True)
    facts = {
        "formats": {fmt: found.as_dict() for fmt, found in result.formats.items()},
        "hazards": {
            hazard: {fmt: found.as_dict() for fmt, found in parts.items()}
            for hazard, parts in result.hazards.items()
        },
        "times": {fmt: vars(times) for fmt, times in result.times.items()},
        "corpus": result.corpus,
        "left_out": result.left_out,
        "failures": result.failures,
        "limits": {fmt: vars(limit) for fmt, limit in LIMITS.items()},
    }
    text = json.dumps(facts, ensure_ascii=False, indent=1)
    (out / "fidelity.json").write_text(text + "\n", encoding="utf-8")
    write_markdown(result, out / "fidelity.md")
    keep_worst(outcomes, out / "fidelity")


if __name__ == "__main__":
    main()
