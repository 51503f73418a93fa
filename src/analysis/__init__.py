"""Gongkai (公开): China's annual disclosure reports of government agencies as checked, tidy data.

The public face: read one report, build a store of many, load tidy tables, compare. Each part is
imported when it is first asked for, so that a process that only reads does not load what draws.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.comparison import article, coverage, figures, holdings
    from analysis.comparison.indicators import indicators
    from analysis.dataset.build import build
    from analysis.dataset.identity import identify
    from analysis.dataset.loading import load
    from analysis.dataset.selection import select
    from analysis.dataset.store import pin
    from analysis.documents.report import read_report

__all__ = [
    "article",
    "build",
    "coverage",
    "figures",
    "holdings",
    "identify",
    "indicators",
    "load",
    "pin",
    "read_report",
    "select",
]

_HOME = {
    "article": "analysis.comparison.article",
    "build": "analysis.dataset.build",
    "coverage": "analysis.comparison.coverage",
    "figures": "analysis.comparison.figures",
    "holdings": "analysis.comparison.holdings",
    "identify": "analysis.dataset.identity",
    "indicators": "analysis.comparison.indicators",
    "load": "analysis.dataset.loading",
    "pin": "analysis.dataset.store",
    "read_report": "analysis.documents.report",
    "select": "analysis.dataset.selection",
}


def __getattr__(name: str) -> object:
    """Import a part of the public face when it is first asked for."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(_HOME[name])
    return getattr(module, name, module)
