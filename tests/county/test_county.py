from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.county import synthesise
from sim.county.fitting import choose_groups, largest_remainder, rake, tilted
from sim.evidence import load
from sim.streams import Streams
from tests.county.margins import check


def county(index: int, scale: float = 1.0, parameters: int | None = None):
    streams = Streams(7, index, index if parameters is None else parameters, index)
    p = load().parameters(lambda name: streams.one("parameters", name))
    return synthesise(p, streams, scale), p


@pytest.mark.parametrize("scale", [1.0, 0.12])
@pytest.mark.parametrize("index", range(8))
def test_every_margin_is_met(index, scale):
    made, p = county(index, scale)
    assert [margin for margin in check(made, p) if not margin.met] == []


def test_extreme_parameters_still_make_a_county():
    for u in (0.001, 0.999):
        p = load().parameters(lambda name, u=u: u)
        made = synthesise(p, Streams(1))
        assert [m.name for m in check(made, p) if not m.met] == []


def test_people_balance_to_the_last_one():
    made, _ = county(3)
    hh, v = made.households, made.villages
    assert (np.bincount(hh.village, weights=hh.people) == v.base_people).all()
    assert (hh.people >= 1).all()
    assert hh.people[: hh.n_registered].max() <= 8
    assert (hh.away <= hh.workers).all()
    assert (made.hamlets.village[hh.hamlet] == hh.village).all()
    assert not (hh.lacks_housing & hh.relocates).any()


def test_the_same_luck_makes_the_same_county_and_other_luck_another():
    a, b, c = county(1)[0], county(1)[0], county(2, parameters=1)[0]
    assert (a.households.income == b.households.income).all()
    assert a.households.n_registered != c.households.n_registered or (a.villages.tier != c.villages.tier).any()


def test_the_county_cannot_be_changed_by_accident():
    made, _ = county(1, 0.12)
    with pytest.raises(ValueError, match="read-only"):
        made.households.income[0] = 1.0


def test_income_short_share_lies_in_the_range_of_doubt_on_average():
    shares = []
    for index in range(12):
        made, p = county(index)
        n = made.households.n_registered
        shares.append(float((made.households.income[:n] < p["income.line_2018"]).mean()))
    assert 0.33 < np.mean(shares) < 0.60


@given(st.integers(0, 10_000), st.lists(st.floats(0.0, 50.0), min_size=1, max_size=20).filter(lambda w: sum(w) > 0.1))
def test_largest_remainder_sums(total, weights):
    parts = largest_remainder(total, weights)
    assert sum(parts) == total
    assert all(abs(p - total * w / sum(weights)) <= 1 for p, w in zip(parts, weights, strict=True))


def test_raking_by_hand():
    # The odds ratio of the seed (1) is kept: margins 30/70 x 40/60 give the independent table.
    fitted = rake(np.ones((2, 2)), [30, 70], [40, 60])
    assert fitted == pytest.approx(np.array([[12, 18], [28, 42]]))


@given(st.floats(1.5, 6.5))
def test_tilting_meets_the_mean(mean):
    share = tilted([0.1, 0.2, 0.2, 0.2, 0.1, 0.1, 0.05, 0.05], mean)
    assert share.sum() == pytest.approx(1)
    assert (share * np.arange(1, 9)).sum() == pytest.approx(mean, abs=1e-6)


def test_groups_are_chosen_nearest_to_the_total():
    u = np.array([0.9, 0.8, 0.7, 0.1])
    chosen = choose_groups(u, np.ones(4), np.array([5, 5, 5, 100]), 11)
    assert chosen.tolist() == [True, True, False, False]
