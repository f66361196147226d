"""Visits, training, shocks and what flows into and back to poverty."""

from __future__ import annotations

from collections import Counter
from math import inf

import numpy as np
import pytest

import sim
from sim.campaign import start
from sim.campaign.desks import minutes
from sim.campaign.families.cadres import Cadres
from sim.campaign.families.inflow import Inflow
from sim.campaign.families.party import PartyBuilding
from sim.campaign.families.shocks import Shocks
from sim.campaign.results.balances import check
from sim.county.county import CROPS, ENTERPRISE, PRODUCTS
from tests.campaign.conftest import FIRST, at_work


def test_rounds_take_the_teams_days_of_every_month(bench):
    b = bench(Cadres)
    c = b.campaign
    at_work(c)
    c.env.run(until=59.5)
    assert (c.register.status[: c.register.known] == 2).sum() > 100, "who has left is monitored"
    expected = 3 * sum(
        round(n * c.p["people.visits_a_month"] * c.desks.visit)
        for n in np.bincount(c.register.village, minlength=c.places.villages)
    )
    assert sum(team.routine for team in c.desks.teams) == expected
    assert c.visit(0) > c.desks.visit / 480, "a visit waits for the round"


def test_where_no_cadre_works_no_visit_ends(bench):
    b = bench(Cadres, families={"cadres": "off"})
    assert b.campaign.visit(0) == float("inf")
    assert bench(Cadres, families={"cadres": "unlimited"}).campaign.visit(0) == 0.0


def test_training_makes_files_right_and_takes_days(bench):
    b = bench(PartyBuilding)
    c = b.campaign
    c.families[0].start(c)
    c.treasury.start()
    before = list(c.file_error)
    c.env.run(until=360)
    trained = [case.village for case in c.cases.all if case.kind.name == "training" and case.done]
    lesson = minutes(c.p["party.training_days"])
    sound = [v for v in trained if c.cases.find("committee", v) is None]
    assert [c.desks.teams[v].on_cases for v in sound] == [lesson * c.desks.full_time[v] for v in sound]
    assert len({c.desks.full_time[v] for v in sound}) == 2, "every member of its own team, whatever its size"
    effect = 1 - c.p["party.training_effect"]
    assert trained
    assert all(c.file_error[v] == pytest.approx(before[v] * effect) for v in trained)


def test_a_trained_team_is_trained_and_paid_for_every_year_and_knows_no_more_for_it(tiny):
    one_line = {"party_building": 6_000_000}
    years = tiny.replace(end_date="2020-12-31", earmarked=dict(tiny.earmarked) | one_line, families={"supervision": "off"})
    c = start(years, FIRST)
    before = list(c.file_error)
    c.play()
    training = [case for case in c.cases.all if case.kind.name == "training"]
    by_year = Counter(c.calendar.year(case.opened) for case in training)
    assert set(by_year) == {2018, 2019, 2020} and by_year[2018] == c.places.villages
    again = [case for case in training if case.attempt == 1 and case.done]
    assert again and all(case.paid > 0 for case in again)
    effect = 1 - c.p["party.training_effect"]
    assert all(c.file_error[case.village] == pytest.approx(before[case.village] * effect) for case in again)
    check(c)


def test_a_team_that_is_not_trained_for_a_year_has_forgotten_what_it_was_taught(bench):
    c = bench(PartyBuilding, end_date="2020-12-31").campaign
    c.families[0].start(c)
    c.treasury.start()
    before = list(c.file_error)
    c.env.run(until=360)
    trained = [case.village for case in c.cases.all if case.kind.name == "training" and case.done]
    c.gates.behind["funded"] = lambda case: inf
    for village in trained:
        c.file_error[village] *= 0.9  # what supervision taught
    c.env.run(until=729)
    effect = 1 - c.p["party.training_effect"]
    assert trained and all(c.file_error[v] == pytest.approx(before[v] * effect * 0.9) for v in trained), "a year it lasts"
    c.env.run(until=731)
    assert all(c.file_error[v] == pytest.approx(before[v] * 0.9) for v in trained)


def test_an_illness_that_falls_below_the_line_costs_what_is_above(bench):
    b = bench(Shocks)
    c = b.campaign
    (family,) = c.families
    family._c = c
    rich = int(np.argmax(c.income.annual()[: c.register.size]))
    c.env.process(family._fall_ill([(100.0, rich, True)]))
    c.env.run(until=101)
    assert c.income.annual_of(rich) == pytest.approx(c.p["shock.illness_level"] * c.line_of_poverty(2018))
    assert c.shocked[rich]


def test_the_insured_who_are_lucky_lose_nothing_and_the_uninsured_fall(bench):
    b = bench(Shocks)
    c = b.campaign
    (family,) = c.families
    family._c = c
    c.lacks.household["insurance"][:] = False
    lucky, uninsured = np.argsort(c.income.annual()[: c.register.size])[-2:].tolist()
    c.lacks.household["insurance"][uninsured] = True
    before = c.income.annual_of(lucky)
    c.env.process(family._fall_ill([(10.0, household, False) for household in (lucky, uninsured)]))
    c.env.run(until=11)
    assert c.income.annual_of(lucky) == before
    assert c.income.annual_of(uninsured) < c.line_of_poverty(2018)


@pytest.mark.parametrize("state", ["on", "off"])
def test_a_flood_takes_from_farms_and_plots_of_neighbours(bench, state):
    b = bench(Shocks, families={"shocks": state},
              assumptions={"shock.flood_probability": 1, "shock.illness_rate": 0, "shock.illness_falls": 0})  # fmt: skip
    c = b.campaign
    before = c.income.annual().copy()
    c.families[0].start(c)
    c.env.run(until=300)
    left = 1 - c.p["shock.flood_loss"]
    hit = {village for village, share in enumerate(c.crop_left) if share < 1}
    if state == "off":
        assert not hit and not c.shocked.any() and (c.income.annual() == before).all()
        return
    assert len(hit) == max(1, round(c.p["shock.flood_plots"] * len(c.crop_left)))
    assert all(c.crop_left[village] == pytest.approx(left) for village in hit)
    struck = np.isin(c.register.village, list(hit))
    assert (c.income.annual()[struck] < before[struck]).all()
    assert (c.income.annual()[~struck] == before[~struck]).all()
    assert (c.shocked == np.isin(c.county.households.village, list(hit))).all(), "the never registered too"
    assert set(c.flooded) == hit
    c.env.run(until=c.year_end)
    assert c.crop_left == [1.0] * len(c.crop_left)


def test_a_flood_takes_of_what_grows_in_its_villages_and_not_of_herds_or_what_is_sold_apart(full):
    given = {name: {"value": value, "outside_range": True} for name, value in
             {"shock.flood_probability": 1, "shock.illness_rate": 0, "shock.illness_falls": 0}.items()}  # fmt: skip
    c = start(full.replace(assumptions=given), FIRST, 0, families=(Shocks,))
    c.families[0].start(c)
    c.env.run(until=300)
    hh, n = c.county.households, c.register.size
    wet = np.isin(c.register.village[:n], list(c.flooded))
    hit = wet & np.isin(hh.product, [PRODUCTS.index(name) for name in CROPS]) & (hh.planted == 0)
    assert hit.any() and (wet & (hh.product >= 0) & ~hit).any() and (wet & (hh.product < 0)).any()
    left = 1 - c.p["shock.flood_loss"]
    assert c.income.factor[:n, ENTERPRISE] == pytest.approx(np.where(hit, left, 1.0))
    assert (c.income.factor[n:, ENTERPRISE] == 1.0).all(), "nobody knows what the exited sell"


def test_only_who_was_struck_returns_and_at_the_known_rate(full):
    expected, found = 0.0, 0.0
    for replication in range(6):
        c = start(full, "as_in_2016_17", replication, families=(Shocks, Inflow))
        at_work(c)
        c.env.run(until=c.p["assessment.announce_day"] + 1.5)
        back = (c.register.status[c.register.size : c.register.known] == 1)
        assert c.shocked[c.register.size : c.register.known][back].all()
        exited = c.register.known - c.register.size
        expected += exited * c.p["inflow.return_rate_2018"]
        found += int(back.sum())
    assert found > 0
    assert found < 6 * expected, "floods come in some years only, so the mean over six is loose"


def test_entry_is_likelier_the_lower_the_income(full):
    c = start(full, "as_in_2016_17", 0, families=(Inflow,))
    (family,) = c.families
    family._c = c
    weight = family._nearness()
    never = c.register.status == 0
    income = c.county.households.income
    assert np.corrcoef(np.log(income[never]), np.log(weight[never]))[0, 1] < -0.99
    assert float((weight[never] * c.register.people[never]).sum() / c.register.people[never].sum()) == pytest.approx(1)


def test_who_was_overlooked_lives_where_the_registered_live(history):
    c = start(history, "as_it_was", 0, families=(Inflow,))
    (family,) = c.families
    family.start(c)
    nearness = family._nearness()
    weight, never = family._overlooked(nearness), c.register.status == 0
    likely = c.register.people * nearness * never
    assert float((weight * likely).sum() / likely.sum()) == pytest.approx(1), "as many enter as before"
    share = (c.register.first_people / c.county.villages.base_people)[c.county.households.village]
    assert np.corrcoef(share[never], weight[never])[0, 1] == pytest.approx(1)
    c.env.run(until=364)
    entered = (c.register.status == 1) & never
    assert entered.any() and share[entered].mean() > share[never].mean()


def test_visits_asked_for_together_are_over_when_those_asked_for_one_by_one_are(bench):
    together, single = (bench(Cadres).campaign for _ in range(2))
    assert together.visits(0, 5) == [single.visit(0) for _ in range(5)]
    assert together.desks.teams[0].routine == single.desks.teams[0].routine
    assert together.visits(0, 0) == []


@pytest.mark.parametrize(("state", "days"), [("off", float("inf")), ("unlimited", 0.0)])
def test_visits_of_teams_that_are_off_never_end_and_of_unlimited_ones_take_no_time(bench, state, days):
    c = bench(Cadres, families={"cadres": state}).campaign
    assert c.visits(0, 3) == [days] * 3 == [c.visit(0)] * 3
    assert c.desks.teams[0].routine == 0


def test_what_a_team_has_not_ended_when_it_stops_is_never_ended(bench):
    c = bench(Cadres, families={"cadres": {"state": "off", "from": "2018-01-04"}}).campaign
    days = [c.visit(0) for _ in range(200)]
    ended = [day for day in days if day < inf]
    assert 0 < len(ended) < 200 and max(ended) < 3.0
    assert days == ended + [inf] * (200 - len(ended))


def test_nobody_is_diagnosed_once_the_teams_have_stopped(tiny):
    run = sim.run(tiny.replace(families={"cadres": {"state": "off", "from": "2018-01-31"}}), FIRST, 0, log=True)
    diagnosed = [day for day, kind, *_ in run.events if kind == "gate.diagnosed"]
    filed = [day for day, kind, who, what, _ in run.events if kind == "gate.filed" and what in ("housing", "insurance")]
    assert len(diagnosed) > len(filed) > 0 and max(filed) < 30.0


def test_helpers_serve_the_registered_and_the_monitored_alike(full):
    from sim.campaign import start

    for replication in range(3):
        c = start(full, "as_in_2016_17", replication, families=())
        assert c.register.served().sum() == c.register.known == (c.register.status > 0).sum()
        helpers = np.array(c.desks.helpers)
        assert abs(helpers - helpers.sum() * c.register.served() / c.register.known).max() <= 1
        round_days = c.register.served() * c.p["people.visits_a_month"] * c.desks.visit / 480
        assert (round_days < 30 * np.array([team.members for team in c.desks.teams])).all(), "no team has more than a round"


def test_who_was_never_registered_is_not_visited_every_month(history):
    from sim.campaign import start

    c = start(history.replace(end_date="2017-12-31"), "as_it_was", 0, families=(Cadres,))
    assert c.register.known > 40_000
    assert c.register.served().sum() == (c.register.status == 1).sum() < 8_000


@pytest.mark.parametrize("name", ["shock.illness_falls", "shock.flood_probability", "shock.flood_plots"])
def test_an_assumption_that_is_set_to_what_is_drawn_changes_nothing(full, name):
    def register(**assumptions):
        c = start(full.replace(assumptions=assumptions), FIRST, 0, families=(Shocks, Inflow))
        at_work(c)
        c.env.run(until=c.p["assessment.announce_day"] + 1.5)
        return (c.register.status.tolist(), c.families[1]._expected()), c.p[name]

    as_it_is, value = register()
    for same in ({"times": 1}, {"value": value, "outside_range": True}):
        assert register(**{name: same}) == (as_it_is, value)
