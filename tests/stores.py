"""Small folders of reports and the stores built from them."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pandas as pd
from helpers import SAMPLE, Table, html

import analysis
from analysis import build
from analysis.dataset.build import Summary
from analysis.dataset.sources import find_sources

RAW = Path(__file__).parents[1] / "data" / "raw"
SOURCE = Path(analysis.__file__).parents[1]
TITLE = "南京市公安局2023年政府信息公开工作年度报告"


def titled(agency: str, year: int = 2023) -> str:
    """Give the title of an agency's report."""
    return f"{agency}{year}年政府信息公开工作年度报告"


def page(title: str = TITLE, *tables: Table, published: str = "") -> bytes:
    """Print a report as a page, with the tables of SAMPLE unless told otherwise."""
    dated = f'<meta name="PubDate" content="{published}">' if published else ""
    head = f'<meta charset="utf-8"><title>{title}</title>{dated}'
    return html(*(tables or SAMPLE), head=head)


def folder(tmp_path: Path, files: dict[str, bytes | str], manifest: bytes | str = "") -> Path:
    """Write files, and a manifest where there is one, to a folder of raw files."""
    raw = tmp_path / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        put(raw, name, content)
    if manifest:
        put(raw, "manifest.csv", manifest)
    return raw


def put(raw: Path, name: str, content: bytes | str) -> None:
    """Write one file below a folder."""
    (raw / name).parent.mkdir(parents=True, exist_ok=True)
    (raw / name).write_bytes(content.encode() if isinstance(content, str) else content)


class Here(Executor):
    """An executor that runs what it is given at once, in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future:
        """Run a function."""
        future: Future = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def built(raw: Path, full: bool = False, workers: int = 1) -> Summary:
    """Build the store beside a folder of raw files, in this process unless in several."""
    where = Here() if workers == 1 else None
    return build(raw, store_of(raw), workers, where, full=full, progress=False)


def store_of(raw: Path) -> Path:
    """Name the store beside a folder of raw files."""
    return raw.parent / "processed"


def facts_given(raw: Path) -> dict[str, dict[str, object]]:
    """Give the facts that the manifest states, by file."""
    return {source.path: source.given for source in find_sources(raw)}


def tidy(frame: pd.DataFrame) -> pd.DataFrame:
    """Give a frame without the order of its rows."""
    return frame.sort_values(list(frame.columns), ignore_index=True)
