from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.county.fitting import (
    apportion,
    apportion_within,
    choose,
    choose_groups,
    invert,
    largest_remainder,
    rake,
    rake_shares,
    rank_within,
    settle,
    tilted,
)

WEIGHTS = st.lists(st.just(0.0) | st.floats(0.01, 50.0), min_size=1, max_size=20).filter(any)


@given(st.integers(0, 10_000), WEIGHTS)
def test_largest_remainder_sums_and_stays_within_one(total, weights):
    parts = largest_remainder(total, weights)
    assert sum(parts) == total
    assert all(abs(p - total * w / sum(weights)) < 1 for p, w in zip(parts, weights, strict=True))


def test_largest_remainder_gives_ties_to_the_first():
    assert largest_remainder(5, [1, 1, 1]) == [2, 2, 1]
    assert largest_remainder(7, [0.0, 0.0]) == [0, 0]


def test_apportion_keeps_its_bounds():
    assert apportion(np.array([0.2, 3.9, 5.9]), 10, low=1, high=[9, 3, 9]).tolist() == [1, 3, 6]
    with pytest.raises(ValueError, match=r"total\(=9\) must lie between"):
        apportion(np.array([4.0, 5.0]), 9, high=4)


@given(st.lists(st.tuples(st.integers(0, 300), WEIGHTS), min_size=1, max_size=8))
def test_apportion_within_groups_is_largest_remainder_of_each(groups):
    weight = np.concatenate([w for _, w in groups])
    group = np.repeat(np.arange(len(groups)), [len(w) for _, w in groups])
    totals = np.array([total for total, _ in groups])
    parts = apportion_within(weight, group, totals)
    assert np.bincount(group, parts, len(groups)).tolist() == totals.tolist()
    assert (np.abs(parts - totals[group] * weight / np.bincount(group, weight)[group]) < 1 + 1e-9).all()


def test_rank_within_counts_from_zero_in_each_group():
    assert rank_within(np.array([0, 0, 2, 2, 2]), 4).tolist() == [0, 1, 0, 1, 2]


def test_raking_by_hand():
    # The seed's odds ratio, (1 x 4) / (2 x 2) = 1, is kept: with 30/70 x 40/60 the table is independent.
    assert rake([[1, 2], [2, 4]], [30, 70], [40, 60]) == pytest.approx(np.array([[12, 18], [28, 42]]))
    # Odds ratio 4, margins 1/2 each: the diagonal is 2/3 of the half, since (2/3 x 2/3) / (1/3 x 1/3) = 4.
    table = rake([[4, 1], [1, 1]], [3, 3], [3, 3])
    assert table == pytest.approx(np.array([[2, 1], [1, 2]]), abs=1e-6)


def test_raking_shares_is_raking_a_table_of_two_columns():
    share, size = np.array([0.3, 0.1, 0.05]), np.array([100, 200, 700])
    table = np.column_stack([share * size, (1 - share) * size])
    by_table = rake(table, size, [150, 850])[:, 0] / size
    assert rake_shares(share, size, 150) == pytest.approx(by_table, abs=1e-5)


def test_raking_shares_keeps_bounds_and_goes_as_far_as_they_allow():
    share, size = np.array([0.3, 0.1]), np.array([100, 100])
    fitted = rake_shares(share, size, 60, high=np.array([0.35, 1.0]))
    assert fitted @ size == pytest.approx(60, abs=1e-3)
    assert fitted[0] == pytest.approx(0.35)
    assert rake_shares(share, size, 190, high=0.5) @ size == pytest.approx(100, abs=1e-3)


@given(st.floats(1.1, 7.8))
def test_tilting_meets_the_mean(mean):
    share = tilted([0.1, 0.2, 0.2, 0.2, 0.1, 0.1, 0.05, 0.05], mean)
    assert share.sum() == pytest.approx(1)
    assert share @ np.arange(1, 9) == pytest.approx(mean, abs=1e-9)


def test_tilting_to_its_own_mean_changes_nothing_and_rows_are_means():
    base = np.array([0.2, 0.5, 0.3])
    assert tilted(base, [2.1, 1.5])[0] == pytest.approx(base)
    with pytest.raises(ValueError, match="must be > 1"):
        tilted(base, [1.0])


def test_invert_takes_the_category_whose_probability_u_falls_into():
    table = np.array([[0.5, 0.5, 0.0], [0.0, 0.25, 0.75]])
    found = invert(table, np.array([0, 0, 1, 1, 1]), np.array([0.4, 0.6, 0.1, 0.3, 1 - 1e-16]))
    assert found.tolist() == [0, 1, 1, 2, 2]


def test_settle_moves_as_few_as_needed():
    group = np.array([0, 0, 0, 2, 2])
    assert settle(np.array([2, 2, 2, 1, 8]), group, np.array([8, 0, 8]), 1, 8).tolist() == [3, 3, 2, 1, 7]
    with pytest.raises(ValueError, match="cannot reach"):
        settle(np.array([8, 8]), np.array([0, 0]), np.array([17]), 1, 8)


def test_choose_takes_exactly_so_many_and_never_weight_zero():
    u = np.linspace(0.01, 0.99, 50)
    weight = (np.arange(50) % 2).astype(float)
    assert choose(u, weight, 10.4).sum() == 10
    assert not (choose(u, weight, 40) & (weight == 0)).any()
    assert choose(u, weight, 40).sum() == 25


def test_choose_prefers_the_heavy_in_proportion():
    u = np.random.default_rng(1).random(200_000)
    weight = np.where(np.arange(200_000) < 100_000, 3.0, 1.0)
    chosen = choose(u, weight, 2_000)
    assert chosen[:100_000].sum() / chosen[100_000:].sum() == pytest.approx(3.0, rel=0.1)


def test_choose_keeps_the_order_of_the_others_when_one_more_is_wanted():
    u = (np.arange(1, 100) * 0.6180339887) % 1.0
    assert (choose(u, np.ones(99), 21) >= choose(u, np.ones(99), 20)).all()


def test_groups_are_chosen_nearest_to_the_total():
    u, load = np.array([0.9, 0.8, 0.7, 0.1]), np.array([5, 5, 5, 100])
    assert choose_groups(u, np.ones(4), load, 11).tolist() == [True, True, False, False]
    assert choose_groups(u, np.ones(4), load, 2).sum() == 0
