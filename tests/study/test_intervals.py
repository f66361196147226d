"""Coverage of every interval on toys; a tolerance is four standard errors of the coverage itself."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.study import clopper_pearson, mean_interval, paired

TRIALS = 2000
SLACK = 4 * (0.95 * 0.05 / TRIALS) ** 0.5


@pytest.mark.parametrize(("n", "sd"), [(5, 1.0), (20, 3.0), (40, 0.1)])
def test_the_mean_is_covered(n, sd):
    x = np.random.default_rng(n).normal(2.0, sd, (TRIALS, n))
    hits = sum(1 for row in x if (i := mean_interval(row)).low <= 2.0 <= i.high)
    assert abs(hits / TRIALS - 0.95) < SLACK


@pytest.mark.parametrize("p", [0.01, 0.2, 0.5, 0.97])
def test_a_chance_is_covered_at_least_as_often_as_promised(p):
    counts = np.random.default_rng(3).binomial(30, p, TRIALS)
    hits = sum(1 for k in counts if (i := clopper_pearson(int(k), 30)).low <= p <= i.high)
    assert hits / TRIALS > 0.95 - SLACK


@pytest.mark.parametrize(("count", "n"), [(0, 10), (3, 10), (10, 10), (17, 40)])
def test_clopper_and_pearson_agree_with_scipy(count, n):
    ours, theirs = clopper_pearson(count, n), stats.binomtest(count, n).proportion_ci(method="exact")
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high))


def test_pairing_covers_and_pays():
    rng = np.random.default_rng(8)
    common = rng.normal(0, 1, (TRIALS, 15))
    a, b = common + rng.normal(0, 0.2, common.shape), common + 0.3 + rng.normal(0, 0.4, common.shape)
    results = [paired(x, y) for x, y in zip(a, b, strict=True)]
    hits = sum(1 for interval, _ in results if interval.low <= 0.3 <= interval.high)
    assert abs(hits / TRIALS - 0.95) < SLACK
    expected = (1.04 + 1.16) / 0.2
    assert np.median([factor for _, factor in results]) == pytest.approx(expected, rel=0.15)


@pytest.mark.parametrize(("count", "n"), [(-1, 5), (6, 5), (0, 0)])
def test_an_impossible_share_is_refused(count, n):
    with pytest.raises(ValueError, match="count"):
        clopper_pearson(count, n)
