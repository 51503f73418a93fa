"""Figures are rounded as everyone learns it, and alike wherever they are read."""

import pytest

from analysis.comparison.rounding import percent, written


@pytest.mark.parametrize(
    ("share", "text"),
    [
        *((0.625, "63%"), (0.125, "13%"), (0.25, "25%"), (0.005, "1%"), (0.0, "0%")),
        *((57 / 200, "29%"), (1 / 3, "33%"), (1.0, "100%"), (1.0541, "105%")),
        *((1 / 365, "<1%"), (364 / 365, ">99%")),
    ],
)
def test_halves_of_a_per_cent_are_rounded_up(share, text):
    assert percent(share) == text


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        *(("share", 0.0625, "6.3%"), ("share", 0.3125, "31.3%"), ("share", 0.30608, "30.6%")),
        *(("ratio", 0.25, "0.3"), ("ratio", 1234.56, "1,234.6")),
        *(("difference", 2.5, "+3"), ("difference", -12.0, "-12"), ("count", 1234.0, "1,234")),
    ],
)
def test_values_of_each_kind_are_rounded_the_same_way(kind, value, text):
    assert written(kind, value) == text
