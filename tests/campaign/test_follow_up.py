"""Follow-up of relocation: who moves without work is visited, gets a place while there are any, or is at risk."""

from __future__ import annotations

import numpy as np
import pytest

from sim.campaign.families.follow_up import FollowUp
from sim.campaign.families.relocation import Relocation
from sim.county.county import FARMING
from tests.campaign.conftest import FIRST, at_work
from tests.campaign.null_lever import parted, played_on_and_off


def begun(bench, *families, **options):
    c = bench(*families, **options).campaign
    c.gates.behind |= dict.fromkeys(("filed", "approved", "funded"), lambda case: 0.0)
    c.income.start()
    return at_work(c)


def idle_movers(c):
    """Households of one township with a worker at home and nobody away, of the township with most."""
    hh = c.county.households
    by_township = {}
    for h in np.flatnonzero((hh.workers[: c.register.size] > 0) & (hh.away[: c.register.size] == 0)).tolist():
        by_township.setdefault(c.places.township[c.register.village_of[h]], []).append(h)
    return max(by_township.values(), key=len)


def test_a_mover_without_work_waits_for_a_visit_and_then_has_a_wage(bench):
    c = begun(bench, FollowUp)
    (family,) = c.families
    household = idle_movers(c)[0]
    hands = c.livelihoods.free_hands[household]
    family._moved(household)
    c.env.run(until=0.01)
    assert c.income.rate[household] == 0.0
    site = c.places.site[c.places.township[c.register.village_of[household]]]
    case = c.cases.find("site_work", household)
    assert case.minutes == c.desks.visit == c.desks.teams[site].on_cases
    c.env.run(until=5)
    assert case.done and c.livelihoods.at_work(household) and c.livelihoods.free_hands[household] == hands - 1
    assert c.income.rate[household] == pytest.approx(c.p["follow_up.wage"] / 365)


def test_places_go_first_come_first_served_until_there_are_none(bench):
    c = begun(bench, FollowUp, assumptions={"follow_up.places": 2})
    (family,) = c.families
    first, second, third = idle_movers(c)[:3]
    for household in (third, first, second):
        family._moved(household)
        c.env.run(until=c.env.now + 3)
    assert [c.livelihoods.at_work(h) for h in (third, first, second)] == [True, True, False]
    waiting = c.cases.find("site_work", second)
    assert (waiting.gate, waiting.asked) == ("built", 0), "no place, no money"


def test_who_has_work_is_not_given_a_place_and_who_found_some_meanwhile_leaves_it(bench):
    c = begun(bench, FollowUp, assumptions={"follow_up.places": 1})
    (family,) = c.families
    away = int(np.flatnonzero(c.county.households.away > 0)[0])
    family._moved(away)
    assert c.cases.find("site_work", away) is None
    quick, slow = idle_movers(c)[:2]
    for household in (quick, slow):
        family._moved(household)
    c.livelihoods.free_hands[quick] = 0
    c.env.run(until=5)
    assert not c.income.rate[quick] and c.income.rate[slow] > 0
    assert [c.cases.find("site_work", household).cost > 0 for household in (quick, slow)] == [False, True]


def settled(bench, *families, assumptions=(), **options):
    """Everybody's flat is ready on the first day; long after, all have given up their old houses."""
    days = {"relocation.move_days": 30, "relocation.old_house_days": 90}
    c = begun(bench, *families, assumptions={**days, **dict(assumptions)}, **options)
    for case in c.cases.kinds["relocation"].latest.values():
        case.kind.finish(case)
    c.env.run(until=300)
    return c


def test_who_gives_up_the_old_house_without_work_loses_fields_and_is_at_risk(bench):
    c = settled(bench, Relocation)
    hh, n = c.county.households, c.register.size
    idle = hh.relocates & (hh.away[:n] == 0)
    assert idle.any() and (hh.relocates & ~idle).any()
    usual = hh.income[:n] * c.register.people[:n] * hh.shares[:n, FARMING]
    left = np.where(idle, 1 - c.p["relocation.farming_lost"], 1.0)
    assert c.income.base[:n, FARMING] == pytest.approx(usual * left)
    assert (c.shocked[:n] == idle).all()
    assert c.counts["movers_without_work"] == int(c.register.people[:n][idle].sum())


def test_a_place_before_the_old_house_is_given_up_keeps_a_household_from_risk(bench):
    c = settled(bench, Relocation, FollowUp, assumptions={"follow_up.places": 30, "relocation.old_house_days": 200})
    hh, n = c.county.households, c.register.size
    given = hh.relocates & (c.income.rate[:n] > 0)
    assert given.any()
    assert not c.shocked[:n][given].any()
    assert (c.shocked[:n] <= (hh.relocates & (hh.workers[:n] == 0))).all()


def test_places_are_paid_from_relocation_money_one_site_a_township_with_movers(bench):
    c = bench(Relocation, FollowUp).campaign
    needs = [need for need in c.needs if need.kind == "site_work"]
    hh = c.county.households
    moving = {c.places.township[v] for v in c.register.village[: c.register.size][hh.relocates].tolist()}
    assert needs and {need.line for need in needs} == {"relocation"}
    assert {c.places.township[need.village] for need in needs} <= moving
    assert len({need.village for need in needs}) == len(needs)


def test_without_waiting_work_is_there_on_the_day_of_moving(bench):
    c = begun(bench, FollowUp, families={"follow_up": "unlimited"}, assumptions={"follow_up.places": 1})
    movers = idle_movers(c)[:3]
    for household in movers:
        c.families[0]._moved(household)
    c.env.run(until=0.01)
    assert all(c.livelihoods.at_work(h) for h in movers)


def test_more_places_mean_fewer_movers_without_work(full):
    def result(places):
        import sim

        given = {"follow_up.places": {"value": places, "outside_range": True}}
        return sim.run(full.replace(assumptions=given), FIRST, 2).scalars

    few, many = result(1), result(30)
    assert 0 < few["movers_given_work"] < many["movers_given_work"]
    assert few["movers_without_work"] > many["movers_without_work"]


def test_off_there_are_no_places_and_all_luck_of_others_is_the_same(tiny, monkeypatch):
    soon = {"relocation.handed_over_day": 60, "relocation.phase_households": 1, "relocation.move_days": 20}
    tiny = tiny.replace(assumptions={name: {"value": value, "outside_range": True} for name, value in soon.items()})
    (drawn, log, on), (drawn_off, log_off, off) = played_on_and_off(tiny, "follow_up", monkeypatch)
    assert drawn_off <= drawn and all("site_work" in purpose for purpose in drawn - drawn_off)
    assert on.counts["movers_given_work"] > 0 == off.counts["movers_given_work"]
    assert not any(case.kind.name == "site_work" for case in off.cases.all)
    first_move = next(day for day, kind, *_ in log if kind == "household.moved")
    assert first_move <= parted(log, log_off) < float("inf")
