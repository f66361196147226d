"""Coverage of every interval on toys; a tolerance is four standard errors of the coverage itself."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.statistics.intervals import (
    behind,
    chance_change,
    change_interval,
    fewest,
    mcnemar,
    pooled_share,
    range_apart,
    share_interval,
    simultaneous,
)
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


@pytest.mark.parametrize(("sd", "n"), [((0.05, 2.0), 6), ((3.0, 0.1), 12), ((1.0, 1.0), 25)])
def test_pairs_of_unequal_variance_are_covered(sd, n):
    rng = np.random.default_rng(n)
    a, b = rng.normal(1.0, sd[0], (TRIALS, n)), rng.normal(0.6, sd[1], (TRIALS, n))
    hits = sum(1 for x, y in zip(a, b, strict=True) if (i := paired(x, y)[0]).low <= -0.4 <= i.high)
    assert abs(hits / TRIALS - 0.95) < SLACK


def test_six_comparisons_to_a_control_hold_together():
    """Under common luck, all differences nil in truth; each alone at 95 % they would not hold together."""
    trials, n, others = 600, 16, 6
    rng = np.random.default_rng(6)
    luck = rng.normal(0, 1, (trials, n, 1))
    ends = luck + rng.normal(0, 0.3, (trials, n, others + 1))
    families = {0.95: 0, simultaneous(0.95, others): 0}
    for confidence in families:
        for trial in ends.transpose(0, 2, 1):
            intervals = [paired(trial[0], other, confidence)[0] for other in trial[1:]]
            families[confidence] += all(i.low <= 0 <= i.high for i in intervals)
    alone, together = (count / trials for count in families.values())
    slack = 4 * (0.95 * 0.05 / trials) ** 0.5
    assert together >= 0.95 - slack
    assert together <= 1 - 0.05 / others, "nor are they much wider than that takes"
    assert alone < 0.95 - slack


@pytest.mark.parametrize("touched", [0.03, 0.05, 0.1, 0.2, 0.5, 0.9])
def test_of_a_change_that_touches_few_replications_the_intervals_that_are_given_cover(touched):
    """Most differences are nil; Student's interval alone misses the mean up to half the time."""
    rng = np.random.default_rng(int(100 * touched))
    x = np.where(rng.random((TRIALS, 24)) < touched, rng.normal(1.0, 1.0, (TRIALS, 24)), 0.0)

    def missed(interval):
        return not interval.low <= touched <= interval.high

    assert sum(missed(change_interval(row)) for row in x) / TRIALS < 0.05 + SLACK
    if touched <= 0.1:
        assert sum(missed(mean_interval(row)) for row in x) / TRIALS > 0.15


@pytest.mark.parametrize("touched", [0.05, 0.1, 0.2, 0.3])
def test_sixteen_changes_that_touch_few_replications_hold_together(touched):
    """Seldom far: were five that differ enough at any level, a third of the tables at 0.3 would miss."""
    trials, n, others = 400, 24, 16
    rng = np.random.default_rng(int(100 * touched))
    x = np.where(rng.random((trials, others, n)) < touched, rng.exponential(1.0, (trials, others, n)), 0.0)
    together = simultaneous(0.95, others)

    def missed(interval, least=0):
        given = ([interval(row, together) for row in table if np.count_nonzero(row) >= least] for table in x)
        return sum(any(not i.low <= touched <= i.high for i in intervals) for intervals in given) / trials

    assert missed(change_interval) < 0.05 + 4 * (0.95 * 0.05 / trials) ** 0.5
    if touched == 0.3:
        assert missed(mean_interval, 5) > 0.3


def test_as_many_replications_must_differ_as_a_sign_test_takes():
    assert [fewest(simultaneous(0.95, compared)) for compared in (1, 3, 16, 43)] == [6, 7, 10, 11]
    for confidence in (0.5, 0.9, 0.95, 0.99, 0.999):
        k = fewest(confidence)
        assert stats.binomtest(k, k).pvalue <= 1 - confidence < stats.binomtest(k - 1, k - 1).pvalue
    few, enough = change_interval([9.0] * 5 + [0.0] * 19), change_interval([9.0] * 6 + [0.0] * 18)
    assert (few.mean, few.low, few.high) == (1.875, -np.inf, np.inf)
    assert enough == mean_interval([9.0] * 6 + [0.0] * 18)
    assert change_interval([9.0] * 9 + [0.0] * 15, simultaneous(0.95, 16)).high == np.inf


@pytest.mark.parametrize(("only_a", "only_b", "both"), [(0, 0, 5), (6, 0, 3), (0, 7, 0), (5, 5, 1), (9, 2, 4)])
def test_mcnemar_is_the_binomial_test_of_the_pairs_that_differ(only_a, only_b, both):
    a = [True] * only_a + [False] * only_b + [True] * both + [False]
    b = [False] * only_a + [True] * only_b + [True] * both + [False]
    apart = only_a + only_b
    assert mcnemar(a, b) == pytest.approx(stats.binomtest(only_a, apart).pvalue if apart else 1.0)


def test_one_comparison_or_none_needs_no_correction():
    assert [simultaneous(0.95, k) for k in (0, 1, 5)] == pytest.approx([0.95, 0.95, 0.99])


def test_an_interval_of_shares_stays_within_them():
    low, high = share_interval([0.0, 0.0, 0.01]), share_interval([1.0, 0.98, 1.0])
    assert (low.low, high.high) == (0.0, 1.0)
    assert low.high == mean_interval([0.0, 0.0, 0.01]).high


@pytest.mark.parametrize("n", [2, 3, 8, 24])
@pytest.mark.parametrize("chance", [0.02, 0.1, 0.3, 0.9, 0.99])
def test_shares_that_are_often_all_or_nothing_are_covered(n, chance):
    x = (np.random.default_rng(n).random((TRIALS, n)) < chance).astype(float)
    hits = sum(1 for row in x if (i := share_interval(row)).low <= chance <= i.high)
    assert hits / TRIALS > 0.95 - SLACK


@pytest.mark.parametrize("n", [3, 24])
@pytest.mark.parametrize("rare", [0.02, 0.1, 0.4])
def test_shares_that_are_nearly_always_the_same_are_covered(n, rare):
    rng = np.random.default_rng(n)
    x = np.where(rng.random((TRIALS, n)) < rare, rng.random((TRIALS, n)) < 0.9, 0.5)
    truth = 0.5 * (1 - rare) + 0.9 * rare
    hits = sum(1 for row in x if (i := share_interval(row)).low <= truth <= i.high)
    assert hits / TRIALS > 0.95 - SLACK


@pytest.mark.parametrize("n", [4, 24])
@pytest.mark.parametrize("most", [13, 60])
@pytest.mark.parametrize("chance", [0.3, 0.9, 0.995])
def test_the_share_of_all_cases_is_covered_where_those_of_a_replication_go_together(n, most, chance):
    """The more cases a replication has the better for them: the mean of shares would be another."""
    rng = np.random.default_rng(n)
    wholes = rng.integers(1, most, (TRIALS, n))
    better = 0.24 * (wholes / most - 0.5) * (1 - chance)
    parts = rng.binomial(wholes, np.clip(rng.beta(20 * chance, 20 * (1 - chance), (TRIALS, n)) + better, 0, 1))
    truth = parts.sum() / wholes.sum()
    found = [pooled_share(part, whole) for part, whole in zip(parts, wholes, strict=True)]
    assert sum(1 for i in found if i.low <= truth <= i.high) / TRIALS > 0.95 - SLACK


def test_a_replication_counts_by_its_cases_and_one_without_any_says_nothing():
    found = pooled_share([1, 8, 0], [1, 9, 0])
    assert found.mean == 0.9 and (found.low, found.high) != pooled_share([1, 8], [1, 8])
    assert pooled_share([1, 8, 0], [1, 9, 0]) == pooled_share([1, 8], [1, 9])
    assert pooled_share([2, 3, 1], [6, 9, 3]) == share_interval([1 / 3] * 3)
    assert pooled_share([3, 2], [3, 2]).low == pytest.approx(clopper_pearson(2, 2).low)
    assert np.isinf(pooled_share([3, 0], [4, 0]).high)


def test_three_of_three_are_not_all_there_are():
    every, none, half = (share_interval([share] * 3) for share in (1.0, 0.0, 0.5))
    bound = clopper_pearson(3, 3).low
    assert (every.mean, every.low, every.high) == (1.0, pytest.approx(bound), 1.0) and 0.29 < bound < 0.3
    assert (none.mean, none.low, none.high) == (0.0, 0.0, pytest.approx(1 - bound))
    assert (half.low, half.high) == (pytest.approx(0.5 * bound), pytest.approx(1 - 0.5 * bound))


@pytest.mark.parametrize("n", [3, 24])
@pytest.mark.parametrize(("up", "down"), [(0.0, 0.0), (0.03, 0.0), (0.0, 0.2), (0.3, 0.25), (1.0, 0.0), (0.02, 0.95)])
def test_the_change_of_a_chance_is_covered_however_few_pairs_differ(n, up, down):
    u = np.random.default_rng(n).random((TRIALS, n))
    x = np.where(u < up, 1.0, np.where(u < up + down, -1.0, 0.0))
    found = [chance_change(row) for row in x]
    assert sum(1 for i in found if i.low <= up - down <= i.high) / TRIALS > 0.95 - SLACK
    assert all(-1.0 <= i.low < i.mean + 1e-12 and i.mean - 1e-12 < i.high <= 1.0 and i.low < i.high for i in found)


def test_of_one_replication_nothing_is_known_but_its_value():
    assert paired([0.03], [0.02]) == (mean_interval([0.02 - 0.03]), 1.0)
    assert (mean_interval([0.5]).low, mean_interval([0.5]).high) == (-np.inf, np.inf)
    assert share_interval([0.5]) == mean_interval([0.5])
    ten, one = share_interval([2.0, 9.9, 10.0], 10.0), share_interval([0.2, 0.99, 1.0])
    assert (ten.low, ten.high) == pytest.approx((10 * one.low, 10 * one.high)) and ten.high == 10


@pytest.mark.parametrize(("systems", "n"), [(3, 5), (30, 6)])
@pytest.mark.parametrize(("alike", "held"), [(0, 0.95), (1, 0.9), (3, 0.95)])
def test_of_equals_none_is_told_from_another_more_often_than_promised(systems, n, alike, held):
    """Under luck that all share, also where systems answer to more of it alike; the widest distance is what counts."""
    luck = np.random.default_rng(systems)
    trials = 400
    x = luck.normal(0, 1, (trials, systems, n)) + luck.normal(0, 9, (trials, 1, n))
    x += 9 * np.einsum("tsk,tkn->tsn", luck.normal(0, 1, (trials, systems, alike)), luck.normal(0, 1, (trials, alike, n)))
    reach = stats.studentized_range.ppf(0.95, systems, n - 1)
    first = range_apart(x[0])
    left = x - x.mean(axis=1, keepdims=True) - x.mean(axis=2, keepdims=True) + x.mean(axis=(1, 2), keepdims=True)
    apart = reach * np.sqrt((left**2).sum(axis=(1, 2)) / ((systems - 1) * (n - 1)) / n)
    assert first == pytest.approx(apart[0])
    hits = np.ptp(x.mean(axis=2), axis=1) <= apart
    assert hits.mean() > held - 3 * (held * (1 - held) / trials) ** 0.5
    assert range_apart(x[0, :, :1]) == range_apart(x[0, :1]) == np.inf


def test_none_of_those_that_are_as_good_is_told_to_be_behind_the_best_of_them_more_often_than_promised():
    """Though the best is picked by the same numbers, and though others are far behind and vary more."""
    luck, trials, wrong = np.random.default_rng(8), 400, 0
    for _ in range(trials):
        x = np.concatenate([luck.normal(0, 1, (12, 6)), luck.normal(20, 4, (6, 6))]) + luck.normal(0, 9, (1, 6))
        flags = behind(x, int(x.mean(axis=1).argmin()))
        assert flags[12:].all()
        wrong += bool(flags[:12].any())
    assert wrong / trials < 0.05 + 4 * (0.05 * 0.95 / trials) ** 0.5


def test_by_itself_what_varies_little_is_told_where_others_hide_it():
    luck = np.random.default_rng(9)
    x = np.concatenate([luck.normal(0, 0.1, (4, 6)), luck.normal(1, 0.1, (2, 6)), luck.normal(90, 20, (6, 6))])
    assert range_apart(x) > 2 and behind(x, 0).tolist() == [False] * 4 + [True] * 8
