"""Selection keeps its promises: correct, good, no equal thrown out; by hand, and over many made-up races."""

from __future__ import annotations

from math import comb, exp, inf, log, sqrt

import numpy as np
import pytest

from sim.statistics.intervals import anytime_change, anytime_interval, anytime_radius, discordance, fewest
from sim.statistics.selection import FIRST, STEP, Out, kim_nelson, looks, lower_ends, out, race, spread
from tests.benchmarks import selection as made

RACES = 1000
NAMES = ("a", "b", "c", "d")


def told(*columns, confidence=0.95, zone=0.0005, target=0.0241, at=None, names=NAMES):
    """A race of incidences, an allocation a column."""
    x = np.array(columns).T
    at = looks(len(x)) if at is None else at
    return race(names[: x.shape[1]], x, x <= target, range(len(x)), at, confidence, zone)


def noise(seed, n=100, sd=0.001):
    return np.random.default_rng(seed).normal(0.03, sd, n)


# ---- Kim and Nelson


def test_the_constant_is_that_of_the_paper():
    """eta = ((2 alpha / (k - 1))^(-2 / (n0 - 1)) - 1) / 2 and h^2 = 2 eta (n0 - 1), for c = 1."""
    eta = ((2 * 0.05 / 4) ** (-2 / 9) - 1) / 2
    assert spread(0.05, 5, 10) == pytest.approx(2 * eta * 9)
    assert spread(0.05, 2, 10) < spread(0.05, 5, 10) < spread(0.01, 5, 10)
    assert spread(0.05, 5, 20) < spread(0.05, 5, 10)


def one_race(x, at, alpha, zone):
    """The procedure step by step, as it stands in the paper (for small values)."""
    n0, k = at[0], x.shape[1]
    h2 = ((2 * alpha / (k - 1)) ** (-2 / (n0 - 1)) - 1) * (n0 - 1)
    variance = {(i, j): max(np.var(x[:n0, i] - x[:n0, j], ddof=1), zone**2) for i in range(k) for j in range(k)}
    left, gone = set(range(k)), [len(at)] * k
    for place, r in enumerate(at):
        lost = set()
        for i in left:
            for j in left - {i}:
                w = max(0.0, zone / 2 * (h2 * variance[i, j] / zone**2 - r))
                if x[:r, i].sum() > x[:r, j].sum() + w:
                    lost.add(i)
        for i in lost:
            gone[i] = place
        left -= lost
    return gone


@pytest.mark.parametrize("correlation", [0.0, 0.9])
def test_many_races_at_once_are_each_played_as_in_the_paper(correlation):
    x = made.ends(np.random.default_rng(3), 60, 150, [0.0, 0.3, 0.6, 1.0, 4.0], [2.0, 3.0, 1.0, 2.0, 2.0], correlation)
    at = looks(150)
    assert kim_nelson(x, at, 0.05, 1.0).tolist() == [one_race(race, at, 0.05, 1.0) for race in x]


@pytest.mark.parametrize("place", made.PLACES)
@pytest.mark.parametrize("kind", made.SPREADS)
@pytest.mark.parametrize(("level", "correlation"), [("above nil", 0.0), ("below nil", 0.9)])
def test_the_best_is_selected_as_often_as_promised(kind, place, level, correlation):
    chance, _ = made.correct(np.random.default_rng(7), RACES, 4, kind, level, place, correlation)
    assert chance >= made.least(RACES)


@pytest.mark.parametrize(("k", "correlation"), [(2, 0.0), (2, 0.9), (10, 0.8), (50, 0.9)])
def test_so_it_is_of_two_and_of_many(k, correlation):
    chance, _ = made.correct(np.random.default_rng(k), RACES, k, "equal", "below nil", "middle", correlation)
    assert chance >= made.least(RACES)


def test_a_best_that_leads_by_half_the_zone_only_is_missed_more_often():
    """So the promise holds by no more than it must: the tests above could fail."""
    values = made.ends(np.random.default_rng(1), RACES, 600, [0.5, 0.0], [3.0, 3.0], 0.0)
    assert 0.7 < (made.picked(values)[0] == 1).mean() < made.least(RACES)


def test_common_luck_saves_replications():
    _, own = made.correct(np.random.default_rng(2), RACES, 5, "equal", "above nil", "last", 0.0)
    _, common = made.correct(np.random.default_rng(2), RACES, 5, "equal", "above nil", "last", 0.9)
    assert common < 0.4 * own


@pytest.mark.parametrize("means", made.WITHIN.values(), ids=made.WITHIN)
def test_what_is_selected_lies_within_the_zone_of_the_best(means):
    sds = made.SPREADS["rising"](len(means))
    chosen, _ = made.raced(np.random.default_rng(4), RACES, means, sds, 0.3)
    assert (np.asarray(means)[chosen] < 1.0).mean() >= made.least(RACES)


def test_two_alike_never_eliminate_each_other():
    x = np.repeat(noise(1)[:, None], 2, axis=1)
    assert kim_nelson(x, looks(100), 0.05, 0.0005).tolist() == [len(looks(100))] * 2


def test_where_the_first_stage_shows_no_variance_the_rest_may_still_differ():
    """Alike in the first stage; what one replication then shows is not believed before a pair that varies by the zone."""
    x = np.zeros((40, 20))
    x[14, 0] = 0.2
    at = (12, 16, 40)
    assert 16 < spread(0.05, 20, 12) < 40
    assert kim_nelson(x, at, 0.05, 1.0).tolist() == [2] + [3] * 19


# ---- boundaries that always hold


def test_the_radius_is_where_the_martingale_reaches_one_in_alpha():
    for n, alpha in ((5, 0.05), (24, 0.001), (300, 0.05)):
        t = anytime_radius(n, alpha) * sqrt(n)
        grown = ((1 + t**2 / (n - 1)) / (1 + t**2 / ((n - 1) * (1 + n)))) ** (n / 2) / sqrt(1 + n)
        assert grown == pytest.approx(1 / alpha)
    assert [anytime_radius(n, 0.001) for n in (0, 1, 2)] == [inf] * 3


def test_the_martingale_is_the_mixture_it_is_said_to_be():
    """Of five values: the likelihoods of effects with a standard normal prior, scales with the right Haar prior."""
    x = np.array([0.3, 1.4, 0.9, -0.2, 1.1])
    scale = np.exp(np.linspace(-5, 6, 2201))[:, None]
    effect = np.linspace(-7, 7, 1401)[None, :]

    def likelihood(mean):
        return np.exp(-((x - mean[..., None]) ** 2).sum(-1) / (2 * scale**2)) / scale ** len(x)

    width = 14 / 1400
    mixed = (likelihood(effect * scale) * np.exp(-(effect**2) / 2) / sqrt(2 * np.pi)).sum(axis=1) * width
    ratio = mixed.sum() / likelihood(np.zeros(1))[:, 0].sum()
    t2 = 5 * x.mean() ** 2 / x.var(ddof=1)
    assert ratio == pytest.approx(((1 + t2 / 4) / (1 + t2 / 24)) ** 2.5 / sqrt(6), rel=1e-3)


@pytest.mark.parametrize("alpha", [0.05, 0.2])
def test_an_interval_holds_at_every_look_from_the_second_value_on(alpha):
    x = np.random.default_rng(6).normal(0, 1, (4000, 300))
    n = np.arange(1, 301)
    mean = x.cumsum(axis=1) / n
    sd = np.sqrt(((x**2).cumsum(axis=1) - n * mean**2)[:, 1:] / n[:-1])
    radius = [anytime_radius(values, alpha) for values in range(2, 301)]
    missed = (np.abs(mean[:, 1:]) > radius * sd).any(axis=1)
    assert alpha / 4 < missed.mean() <= alpha + 3 * sqrt(alpha * (1 - alpha) / 4000)


@pytest.mark.parametrize("touched", [0.05, 0.1, 0.3, 0.9])
def test_of_differences_mostly_nil_it_holds_too_where_one_is_given(touched):
    rng = np.random.default_rng(int(100 * touched))
    x = np.where(rng.random((RACES, 120)) < touched, rng.normal(1.0, 1.0, (RACES, 120)), 0.0)
    missed = np.zeros(RACES, bool)
    for n in looks(120):
        radius = anytime_radius(n, 0.05) * x[:, :n].std(axis=1, ddof=1)
        given = np.count_nonzero(x[:, :n], axis=1) >= fewest(0.95)
        missed |= given & (np.abs(x[:, :n].mean(axis=1) - touched) > radius)
    assert missed.mean() <= 1 - made.least(RACES)


def test_an_interval_of_a_change_is_given_where_enough_replications_differ():
    few, enough = anytime_change([9.0] * 5 + [0.0] * 19), anytime_change([9.0] * 6 + [0.0] * 18)
    assert (few.mean, few.low, few.high) == (1.875, -inf, inf)
    assert enough == anytime_interval([9.0] * 6 + [0.0] * 18)
    assert (anytime_interval([0.5]).low, anytime_interval([0.5]).high) == (-inf, inf)


def test_the_ends_of_all_pairs_are_those_of_their_intervals():
    x = np.stack([noise(s, 20) for s in range(3)], axis=1)
    ends = lower_ends(x, 0.01)
    for i in range(3):
        for j in range(3):
            interval = anytime_change(x[:, i] - x[:, j], 0.99)
            assert (ends[i, j], -ends[j, i]) == (pytest.approx(interval.low), pytest.approx(interval.high))


def test_a_fair_coin_gains_nothing_on_average_and_seldom_much():
    for m in (1, 4, 9):
        assert sum(comb(m, a) * exp(discordance(a, m - a)) for a in range(m + 1)) == pytest.approx(2.0**m)
    assert exp(discordance(7, 0)) == pytest.approx(2**7 / 8)
    heads = np.random.default_rng(8).integers(0, 2, (4000, 500)).cumsum(axis=1)
    thrown = np.arange(1, 501)
    assert (discordance(heads, thrown - heads).max(axis=1) >= log(20)).mean() <= 0.05
    assert np.isfinite(discordance(100_000, 0))


@pytest.mark.parametrize("chance", [None, 0.3])
def test_an_equal_is_put_out_in_one_race_of_twenty_at_most(chance):
    always, naive = made.eliminated(np.random.default_rng(9), RACES, 150, chance)
    assert always <= 1 - made.least(RACES)
    assert naive > 0.15, "repeated 95 % looks would"


def test_what_is_worse_is_put_out():
    values = made.ends(np.random.default_rng(3), 300, 40, [0.0, 2.0], [2.0, 2.0], 0.8)
    _, by_incidence = out(values, np.zeros(values.shape, bool), 0.025, 2)
    assert by_incidence[:, 1].mean() > 0.9 and not by_incidence[:, 0].any()
    hit = np.random.default_rng(3).random((300, 60, 2)) < [0.6, 0.05]
    by_chance, _ = out(np.zeros(hit.shape), hit, 0.025, 2)
    assert by_chance[:, 1].mean() > 0.9 and not by_chance[:, 0].any()


# ---- the race


def test_looks_are_fixed_grow_by_a_tenth_and_end_at_the_most():
    assert looks(FIRST + 2 * STEP) == (FIRST, FIRST + STEP, FIRST + 2 * STEP)
    assert (looks(3), looks(FIRST), looks(FIRST + 1)) == ((3,), (FIRST,), (FIRST, FIRST + 1))
    many = looks(100_000)
    assert len(many) < 150 and many[-1] == 100_000 and list(many) == sorted(set(many))
    assert looks(500)[:30] == many[:30]


def test_one_that_leads_clearly_is_left_alone():
    luck = noise(2, 40)
    found = told(luck, luck + 0.005 + noise(3, 40) / 100, luck - 0.005 + noise(4, 40) / 100, at=(12,))
    assert (found.best, found.reason, found.left, found.tied) == ("c", "one_left", ("c",), ())
    assert found.out == (Out("a", 12, "incidence"), Out("b", 12, "incidence"))
    assert found.settled and found.within == 0


def test_those_within_the_zone_are_tied_and_the_lowest_is_named():
    luck = noise(2, 40)
    found = told(luck, luck + noise(3, 40, 0.0001) - 0.03, luck + 0.02 + noise(5, 40, 0.0001), at=(12, 16))
    assert (found.reason, {found.best, *found.tied}) == ("zone", {"a", "b"})
    lower = "a" if luck[:16].mean() <= (luck + noise(3, 40, 0.0001) - 0.03)[:16].mean() else "b"
    assert (found.best, found.left) == (lower, (lower,))
    assert found.out == (Out("c", 12, "incidence"),)


def test_half_of_what_may_go_wrong_is_the_picks_and_a_quarter_bounds_what_is_left():
    """At every look, until it is settled, against Kim and Nelson's procedure and the intervals of all pairs."""
    at, ended = looks(100), []
    for seed in range(8):
        x = np.stack([noise(9, 100)] * 3, axis=1) + np.random.default_rng(seed).normal(0, 0.0006, (100, 3))
        for place, n in enumerate(at):
            found = told(*x[:n].T, target=0.0, at=at[: place + 1], names=NAMES[:3])
            gone = kim_nelson(x[:n], at[: place + 1], 0.025, 0.0005)
            assert found.settled == ((gone == place + 1).sum() == 1) and found.out == ()
            best = NAMES.index(found.best)
            ends = [anytime_change(x[:n, best] - x[:n, j], 1 - 0.05 / 4 / 3).high for j in range(3) if j != best]
            assert found.within == pytest.approx(max(ends))
            if found.settled:
                break
        ended.append(n)
    assert len(set(ended)) > 2


def test_alike_in_every_replication_is_within_the_zone_once_the_floor_says_so():
    luck = noise(2, 40)
    found = told(luck, luck, luck, luck, at=(12, 16))
    assert spread(0.025, 4, 12) < 16
    assert (found.best, found.reason, found.tied, found.out) == ("a", "zone", ("b", "c", "d"), ())
    early = told(*[luck] * 4, confidence=0.99, at=(12,))
    assert spread(0.005, 4, 12) > 12
    assert (early.reason, early.left, early.tied) == (None, ("a", "b", "c", "d"), ())


def test_what_reaches_the_target_more_often_comes_before_what_ends_lower():
    """The first reaches it in all replications, narrowly; the second ends lower on the average, yet seldom reaches it."""
    n = 60
    first = 0.024 + noise(1, n, 1e-5) - 0.03
    second = np.where(np.arange(n) % 6 == 0, 0.0, 0.0245) + noise(2, n, 1e-5) - 0.03
    assert second.mean() < first.mean() - 0.002
    found = told(first, second)
    assert (found.best, [(row.name, row.by) for row in found.out]) == ("a", [("b", "chance")])


def test_who_is_out_by_chance_puts_nobody_out_by_incidence():
    far = np.where(np.arange(60) % 2 == 0, 0.0, 0.0245) + noise(2, 60, 1e-5) - 0.03
    x = np.stack([0.024 + noise(1, 60, 1e-5) - 0.03, far], axis=1)
    assert lower_ends(x, 0.05 / 8)[0, 1] > 0, "the second ends lower, told"
    by_chance, by_incidence = out(x, x <= 0.0241, 0.025, 2)
    assert (by_chance.tolist(), by_incidence.tolist()) == ([False, True], [False, False])


def test_out_is_out_for_good_and_who_is_out_puts_nobody_out():
    luck = noise(2, 16, 1e-5)
    worse = np.concatenate([luck[:12] + 0.001 * (1 + np.arange(12) % 2), luck[12:] - 0.1])
    found = told(luck, worse, at=(12, 16))
    assert found.out == (Out("b", 12, "incidence"),) and worse.mean() < luck.mean()
    assert (found.best, found.reason) == ("a", "one_left")


def test_replications_that_are_missing_do_not_count():
    luck, other = noise(2, 40), noise(3, 40)
    some = [r for r in range(40) if r not in (3, 11, 17)]
    x = np.stack([luck, other], axis=1)[some]
    found = race(NAMES[:2], x, x < 0, some, (12, 16), 0.95, 0.0005)
    again = race(NAMES[:2], x[:14], x[:14] < 0, range(14), (10, 14), 0.95, 0.0005)
    assert (found.best, found.reason, found.left, found.within) == (again.best, again.reason, again.left, again.within)


@pytest.mark.parametrize("n", [0, 1, 2, 4])
def test_of_too_few_nothing_is_said(n):
    found = told(*[noise(s, 4)[:n] for s in (1, 2, 3)], at=(n,))
    assert (found.reason, found.left, found.tied, found.out, found.within) == (None, ("a", "b", "c"), (), (), inf)


def test_one_alone_is_known_to_within_the_zone_or_not_yet():
    luck = noise(2, 400)
    found, early = told(luck), told(luck[:12])
    for race_, n in ((found, 400), (early, 12)):
        assert race_.within == pytest.approx(anytime_radius(n, 0.05) * luck[:n].std(ddof=1))
    assert (found.reason, early.reason) == ("narrow", None)
    assert told(np.empty(0), at=(3,)).within == inf


@pytest.mark.parametrize("rival", [0.0, 0.0004])
def test_the_whole_race_keeps_its_confidence(rival):
    """Two equals, or a rival less than the zone behind: nobody is called worse who is not; a third clearly is."""
    rng = np.random.default_rng(12)
    wrong = 0
    for _ in range(400):
        shared = rng.normal(0.0241, 0.001, (80, 1))
        x = shared + rng.normal([0.0, rival, 0.004], 0.0006, (80, 3))
        for place, n in enumerate(looks(80)):
            found = race(NAMES[:3], x[:n], x[:n] <= 0.0241, range(n), looks(80)[: place + 1], 0.95, 0.0005)
            if found.settled:
                break
        assert found.settled
        gone = {row.name for row in found.out}
        wrong += "a" in gone or (rival == 0 and "b" in gone) or found.best == "c"
    assert wrong <= 400 * (1 - made.least(400))
