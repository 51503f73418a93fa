"""Gongkai (公开): China's annual disclosure reports of government agencies as checked, tidy data.

The public face: read one report, build a store of many, load tidy tables, compare.
"""

from analysis.comparison import article, figures
from analysis.comparison.indicators import indicators
from analysis.dataset.build import build
from analysis.dataset.places import identify
from analysis.dataset.store import load
from analysis.documents.report import read_report

__all__ = ["article", "build", "figures", "identify", "indicators", "load", "read_report"]
