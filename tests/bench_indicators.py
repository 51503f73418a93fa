"""Times a notebook's indicators over a large store, this package's way or in plain SQL.

Run as a program: python bench_indicators.py STORE WAY NOTEBOOK, in a process of its own whose peak
memory is then that way's own; it tells what it found as JSON.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "src")]

from bench_lines import Line, line, own_peak  # noqa: E402
from notebook_sql import query  # noqa: E402
from synthetic_store import national_store  # noqa: E402

from analysis import indicators, select  # noqa: E402
from analysis.comparison.catalogue import catalogue  # noqa: E402
from analysis.comparison.cells import n_suspect  # noqa: E402
from analysis.dataset import store as stored  # noqa: E402

BY = ["year", "province"]
WAYS = ("ours", "plain")
# What each notebook asks for in all, and each ratio that it draws alone.
NOTEBOOKS: dict[str, list[str]] = {
    "coverage": [],
    "outcomes": ["disclosure_rate", "outcomes", "requests_received", "completion_rate"],
    "denials": ["denial_rate", "denial_reasons"],
    "disputes": ["disputes", "reconsideration_results", "litigation_results"],
}
RATIOS = ("disclosure_rate", "denial_rate", "dispute_ratio", "litigation_ratio")
_FORMS = {**dict.fromkeys(range(2015, 2019), "2014"), 2019: "2019", 2020: "2019"}
_COUNTED = ["numerator", "denominator", "n_reports", "n_suspect"]


class Ours:
    """By this package: the way that notebooks go."""

    def __init__(self, store: str) -> None:
        self._records = select(store, blanks="proven")

    def find(self, codes: list[str]) -> Any:
        """Pool indicators, or count the suspect cells where none are asked for."""
        return indicators(self._records, BY, codes) if codes else n_suspect(self._records)


class Plain:
    """In plain SQL on the same files, a year after the other."""

    def __init__(self, store: str) -> None:
        self._files = stored.files_by_year(store)
        self._connection = duckdb.connect()
        reports = sorted(map(str, (Path(store) / "reports").glob("*.parquet")))
        self._connection.execute(
            "CREATE TEMP TABLE every AS SELECT report_id, year, province "
            "FROM read_parquet(?) WHERE superseded_by IS NULL AND n_cells > 0",
            [reports],
        )

    def find(self, codes: list[str]) -> Any:
        """Pool indicators, or count the suspect cells where none are asked for."""
        if not codes:
            return self._n_suspect()
        every = catalogue().indicators.values()
        chosen = [e.code for e in every if {e.code, e.entry, e.family} & set(codes)]
        return pd.concat(self._of_year(year, chosen) for year in self._files)

    def _of_year(self, year: int | None, codes: list[str]) -> pd.DataFrame:
        """The indicators of a year by province."""
        self._connection.execute(
            "CREATE OR REPLACE VIEW reports AS "
            f"SELECT report_id, province FROM every WHERE year = {year}"
        )
        sql = query(_FORMS.get(year or 0, "2021"), codes, self._files[year])
        return self._connection.execute(sql).df().assign(year=year) if sql else pd.DataFrame()

    def _n_suspect(self) -> int:
        """How many cells are suspect."""
        every = [file for some in self._files.values() for file in some]
        sql = "SELECT count(*) FROM read_parquet(?, hive_partitioning = false) WHERE suspect"
        row = self._connection.execute(sql, [every]).fetchone()
        return int(row[0]) if row else 0


# ---- lines ----


def national(
    folder: Path, n_reports: int, rounds: int, names: Sequence[str] = (*NOTEBOOKS, *RATIOS)
) -> Iterator[Line]:
    """Lines on notebooks' indicators over a large store; both ways must find the same."""
    store = national_store(folder / "nation", n_reports)
    for name in names:
        turns = [{way: run(store, way, name) for way in WAYS} for _ in range(rounds)]
        for turn in turns:
            assert turn["ours"]["found"] == turn["plain"]["found"] != [], f"{name} differs"
        yield from _lines(name, turns)


def run(store: Path, way: str, notebook: str) -> dict[str, Any]:
    """Find a notebook's indicators in a process of its own."""
    command = [sys.executable, __file__, str(store), way, notebook]
    told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(told.stdout))


def _lines(name: str, turns: list[dict[str, dict[str, Any]]]) -> Iterator[Line]:
    """Lines on a notebook, from opening the store, or on a ratio, as one of a notebook's calls."""
    what = f"{name}, {_how(name)}"
    for kind, key in (("CPU", "cpu"), ("wall", "wall")):
        took = {way: statistics.median(turn[way][key] for turn in turns) for way in WAYS}
        measure = f"indicators / plain SQL ({kind})" if codes_of(name) else ""
        note = f"{took['ours']:.1f} s against {took['plain']:.1f} s; results equal"
        ratio = took["ours"] / took["plain"]
        yield line("indicators", f"{what} / plain SQL ({kind})", ratio, measure, note=note)
    if name in NOTEBOOKS:
        peak, own = (max(turn[way]["peak"] for turn in turns) / 2**30 for way in WAYS)
        note = f"plain SQL: {own:.2f} GiB"
        yield line("indicators", f"{name}, peak memory", peak, "indicators' memory", "GiB", note)


def _how(name: str) -> str:
    """How a notebook or ratio is asked for."""
    if name in RATIOS:
        return "one call of several"
    return "its indicators in one go" if NOTEBOOKS[name] else "its count of suspect cells"


def codes_of(name: str) -> list[str]:
    """The indicators of a notebook, or the one."""
    return [name] if name in RATIOS else NOTEBOOKS[name]


# ---- one way, in a process of its own ----


def long(wide: pd.DataFrame) -> pd.DataFrame:
    """What plain SQL found, one row a group and indicator."""
    rows = wide.melt([*BY, "n_total"])
    rows[["indicator", "what"]] = rows.pop("variable").str.split(" ", n=1, expand=True)
    keys = [*BY, "indicator", "n_total"]
    return rows.pivot(index=keys, columns="what", values="value").reset_index()


def told(found: Any) -> Any:
    """What was found as sorted rows, without indicators that no report of a group has."""
    if not isinstance(found, pd.DataFrame):
        return int(found)
    frame = found if "indicator" in found else long(found)
    frame = frame[frame["n_reports"].fillna(0) > 0]
    frame = frame.assign(denominator=frame["denominator"].fillna(0.0))
    rows = frame[[*BY, "indicator", "n_total", *_COUNTED]].astype({"province": "str"}).to_numpy()
    return sorted([*map(str, row[:3]), *map(float, row[3:])] for row in rows)


def main(store: str, way: str, name: str) -> None:
    """Find a notebook's indicators, or a ratio, one way; tell what they are and what they took.

    A notebook's are timed from opening the store, a ratio as one of several calls on what is open.
    """
    clocks = [(time.perf_counter(), time.process_time())]
    finder = Ours(store) if way == "ours" else Plain(store)
    clocks.append((time.perf_counter(), time.process_time()))
    found = finder.find(codes_of(name))
    (wall, cpu), ended = clocks[name in RATIOS], (time.perf_counter(), time.process_time())
    took = {"wall": ended[0] - wall, "cpu": ended[1] - cpu, "peak": own_peak()}
    print(json.dumps({**took, "found": told(found)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
