"""Intervals match published worked examples, and are NaN rather than wrong."""

import math

import numpy as np
import pandas as pd
import pytest

from analysis.comparison.statistics import poisson_ratio, wilson

pytestmark = pytest.mark.filterwarnings("error")


@pytest.mark.parametrize(
    ("count", "total", "low_percent", "high_percent"), [(3, 9, 12, 65), (300, 900, 30, 37)]
)
def test_a_third_of_nine_says_less_than_a_third_of_nine_hundred(
    count, total, low_percent, high_percent
):
    low, high = wilson([count], [total])
    assert math.floor(100 * low[0]) == low_percent
    assert math.ceil(100 * high[0]) == high_percent


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_matches_newcombe_1998_table_1(count, total, low, high):
    assert np.round(np.concatenate(wilson([count], [total])), 4).tolist() == [low, high]


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0.0, 3.689), (1, 0.0253, 5.572), (3, 0.6187, 8.767), (10, 4.795, 18.39)],
)
def test_poisson_matches_the_exact_limits_of_garwood(count, low, high):
    assert np.concatenate(poisson_ratio([count], [1])) == pytest.approx([low, high], rel=1e-3)


def test_poisson_scales_to_its_unit():
    low, high = poisson_ratio([10], [400], per=100)
    assert [low[0], high[0]] == pytest.approx([4.795 / 4, 18.39 / 4], rel=1e-3)


@pytest.mark.parametrize("count, total", [(1, 0), (np.nan, 5), (1, np.nan), (-1, 5), (1, -2)])
def test_no_interval_without_a_share_or_ratio(count, total):
    limits = [*wilson([count], [total]), *poisson_ratio([count], [total])]
    assert np.isnan(np.concatenate(limits)).all()


def test_a_published_count_above_its_total_has_no_share_interval():
    assert np.isnan(np.concatenate(wilson([11], [10]))).all()


def test_none_and_all_have_exact_ends():
    low, high = wilson([0, 7], [7, 7])
    assert (low[0], high[1]) == (0.0, 1.0)


def test_nullable_columns_are_taken_as_they_are():
    low, _ = wilson(pd.array([3, None], dtype="Float64"), pd.array([9, 9], dtype="Float64"))
    assert np.isnan(low).tolist() == [False, True]
