"""Intervals for shares and ratios, over whole arrays at once."""

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2
from statsmodels.stats.proportion import proportion_confint

CONFIDENCE = 0.95

Floats = npt.NDArray[np.float64]


def wilson(count: npt.ArrayLike, total: npt.ArrayLike) -> tuple[Floats, Floats]:
    """The 95% Wilson score interval of each share count / total.

    Args:
        count: numerators, in units of the thing counted.
        total: denominators, of the same shape.

    Returns:
        Lower and upper limits between 0 and 1; NaN where the two are not a share
        (an unknown part, a total that is not positive, a count outside 0 to total).

    Source: Wilson (1927), as recommended by Newcombe (1998).
    """
    k, n = np.broadcast_arrays(_floats(count), _floats(total))
    low, high = np.full(k.shape, np.nan), np.full(k.shape, np.nan)
    is_share = (n > 0) & (k >= 0) & (k <= n)
    low[is_share], high[is_share] = proportion_confint(
        k[is_share], n[is_share], alpha=1 - CONFIDENCE, method="wilson"
    )
    # None and all have limits of exactly 0 and 1, which rounding misses by 1e-17.
    low[is_share & (k == 0)], high[is_share & (k == n)] = 0.0, 1.0
    return low, high


def poisson_ratio(
    count: npt.ArrayLike, base: npt.ArrayLike, per: float = 1.0
) -> tuple[Floats, Floats]:
    """The exact 95% Poisson interval of each ratio per x count / base.

    Args:
        count: events, such as reviews and lawsuits.
        base: what they are set against, such as requests handled; taken as fixed.
        per: the unit of the ratio, 100 for "per 100 handled".

    Returns:
        Lower and upper limits in the unit of the ratio; NaN where a part is unknown,
        the base is not positive or the count is negative.

    Source: Garwood (1936), limits from the chi-squared distribution.
    """
    k, n = np.broadcast_arrays(_floats(count), _floats(base))
    tail = (1 - CONFIDENCE) / 2
    is_ratio = (n > 0) & (k >= 0)
    scale = np.divide(per / 2, n, out=np.full(k.shape, np.nan), where=is_ratio)
    lower = np.where(k == 0, 0.0, chi2.ppf(tail, 2 * np.where(k > 0, k, 1)))
    upper = chi2.ppf(1 - tail, 2 * (np.where(is_ratio, k, 0) + 1))
    return lower * scale, upper * scale


def _floats(values: npt.ArrayLike) -> Floats:
    """Any column of numbers as a float array, unknown as NaN."""
    return np.asarray(values, dtype=np.float64)
