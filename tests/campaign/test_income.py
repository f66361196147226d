"""The income account: what is received, what is expected, what flows by the day."""

from __future__ import annotations

import numpy as np
import pytest


@pytest.fixture
def account(bench):
    c = bench().campaign
    c.income.start()
    return c


def test_a_year_brings_what_the_year_is_worth(account):
    before = account.income.annual().copy()
    account.env.run(until=200)
    assert account.income.annual() == pytest.approx(before)
    account.env.run(until=364.9)
    so_far, expected = account.income.so_far(), account.income.annual()
    assert (so_far <= expected + 1e-9).all()
    account.env.run(until=365)
    assert account.income.year_total == pytest.approx(before)


@pytest.mark.parametrize("day", [0.0, 45.0, 300.5])
def test_what_flows_by_the_day_flows_from_its_day_on(account, day):
    base = account.income.annual_of(0)
    account.env.run(until=day)
    account.income.begin_rate(0, 10.0)
    gain = 10.0 * (365 - day) / account.income.people[0]
    assert account.income.annual_of(0) - base == pytest.approx(gain)
    account.env.run(until=365)
    assert account.income.year_total[0] - base == pytest.approx(gain)


def test_arrears_are_paid_from_the_day_they_are_due(account):
    base = account.income.annual_of(0)
    account.env.run(until=100)
    account.income.begin_rate(0, 10.0, since=40.0)
    assert account.income.annual_of(0) - base == pytest.approx(10.0 * 325 / account.income.people[0])


def test_one_household_and_all_agree(account):
    account.env.run(until=111)
    account.income.pending[3] += 77.0
    account.income.begin_rate(3, 4.0)
    assert account.income.annual_of(3) == pytest.approx(account.income.annual()[3])
    assert np.isfinite(account.income.annual()).all()
    assert account.income.annual(5) == pytest.approx(account.income.annual()[:5])
