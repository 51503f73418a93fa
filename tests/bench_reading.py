"""Times reading documents against pandas and against the bare parse by the library below."""

import io
import statistics
import time
import warnings
from collections.abc import Callable, Iterator

import pandas as pd
from bench_lines import Line, line
from measure import LIMITS
from timing import BARE
from typesetter import typeset

from analysis.documents.readers import read
from analysis.documents.report import read_bytes

FORMATS = {
    "html": "bare lxml",
    "html_doc": "bare lxml",
    "docx": "bare lxml",
    "xlsx": "bare calamine",
    "xls": "bare xlrd",
    "pdf": "bare pdfium",
}
Way = Callable[[bytes], object]


def tables_alone(data: bytes) -> object:
    """Take a page's tables with pandas, by lxml; nothing but their texts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pd.read_html(io.BytesIO(data), flavor="lxml")


def reading(n_documents: int, repeats: int) -> Iterator[Line]:
    """Lines on each format: whole report and reader alone, against pandas and the bare parse."""
    for fmt, bare in FORMATS.items():
        ways: dict[str, Way] = {"bare": BARE[LIMITS[fmt].bare], "reader": read, "whole": read_bytes}
        if fmt == "html":
            ways["pandas"] = tables_alone
        found = documents(fmt, n_documents, ways)
        took = timed(found, ways, repeats)
        note = f"CPU, {1000 * took['whole']:.1f} ms a report, {len(found)} typeset ones"
        if fmt == "html":
            for way, what in (("reader", "tables alone"), ("whole", "whole report")):
                ratio = took[way] / took["pandas"]
                what = f"html: {what} / pandas.read_html"
                yield line("reading", what, ratio, "html / read_html", note=note)
        ratio = took["reader"] / took["bare"]
        yield line("reading", f"{fmt}: reader / {bare}", ratio, f"{fmt} reader / {bare}")
        yield line("reading", f"{fmt}: whole / {bare}", took["whole"] / took["bare"], note=note)


def documents(fmt: str, n_documents: int, ways: dict[str, Way]) -> list[bytes]:
    """Set documents of a format of which every way finds tables."""
    found: list[bytes] = []
    seed = 0
    while len(found) < n_documents:
        data = typeset(seed, fmt).data
        if all(succeeds(way, data) for way in ways.values()):
            found.append(data)
        seed += 1
    return found


def succeeds(way: Way, data: bytes) -> bool:
    """Whether a library is not lost on a document, as on one that declares a wrong encoding."""
    try:
        return way(data) is not None
    except (ValueError, LookupError):
        return False


def timed(documents: list[bytes], ways: dict[str, Way], repeats: int) -> dict[str, float]:
    """Seconds of the processor's time a document by each way: medians of turns taken."""
    total = dict.fromkeys(ways, 0.0)
    for data in documents:
        turns: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(repeats):
            for name, way in ways.items():
                start = time.process_time()
                way(data)
                turns[name].append(time.process_time() - start)
        for name, times in turns.items():
            total[name] += statistics.median(times) / len(documents)
    return total
