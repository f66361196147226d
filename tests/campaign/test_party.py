"""First secretaries and village committees: what they save or cost are a village team's minutes."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.campaign import start
from sim.campaign.cases import WORKS_ROUTE
from sim.campaign.desks import DAY_MINUTES
from sim.campaign.exit.assessment import Assessment
from sim.campaign.families.cadres import Cadres
from sim.campaign.families.party import PartyBuilding

FIRST = "as_in_2016_17"


def led(bench, *more, state="on", **assumptions):
    b = bench(PartyBuilding, *more, families={"party_building": state}, assumptions=assumptions)
    b.campaign.families[0].start(b.campaign)
    return b


def poor(c):
    return [village for village, tier in enumerate(c.places.tier) if tier < 2]


def test_a_skilled_first_secretary_saves_minutes_of_a_visit(bench):
    c = led(bench, **{"party.weak_visit": 0}).campaign
    spread, usual = c.p["party.skill_spread"], c.desks.visit
    skill = c.luck("party.skill", c.places.villages, 0)
    for village in range(c.places.villages):
        pace = 1 + spread * (1 - 2 * skill[village]) if village in poor(c) else 1
        assert c.desks.visits[village] == round(usual * pace)
    best, worst = (pick(poor(c), key=lambda v: skill[v]) for pick in (max, min))
    assert c.desks.visits[best] < usual < c.desks.visits[worst]
    teams = c.desks.teams
    for village in (best, worst):
        c.visit(village)
    assert [teams[v].routine for v in (best, worst)] == [c.desks.visits[v] for v in (best, worst)]


def test_the_monthly_round_takes_what_a_visit_takes_in_the_village(bench):
    c = led(bench, Cadres).campaign
    c.families[1].start(c)
    c.env.run(until=15)
    households = np.bincount(c.register.village[c.register.status[: c.register.known] > 0], minlength=c.places.villages).tolist()
    a_month = c.p["people.visits_a_month"]
    rounds = [round(n * a_month * each) for n, each in zip(households, c.desks.visits, strict=True)]
    assert [team.routine for team in c.desks.teams] == rounds


@pytest.mark.parametrize("state", ["on", "off"])
def test_until_the_next_first_secretary_is_there_the_team_misses_a_member(bench, state):
    c = led(bench, state=state, **{"party.replaced_share": 1, "party.gap_days": 20, "party.weak_visit": 0}).campaign
    day = c.calendar.day_of_year(2018, c.p["party.rotation_day"])
    before = list(c.desks.visits)
    c.env.run(until=day + 0.01)
    gap = 2 * 20 * c.luck("party.gap", c.places.villages)
    absent = [team.absent for team in c.desks.teams]
    if state == "off":
        assert sum(absent) == 0
    else:
        assert absent == [round(gap[v] * 480) if v in poor(c) else 0 for v in range(len(absent))]
        late = max(poor(c), key=lambda v: gap[v])
        assert c.desks.visits[late] == c.desks.visit, "nobody's skill counts while the seat is empty"
    c.env.run(until=day + 41)
    after, skill = c.desks.visits, c.luck("party.skill", c.places.villages, 1)
    if state == "off":
        assert after == before
    else:
        spread = c.p["party.skill_spread"]
        assert all(after[v] == round(c.desks.visit * (1 + spread * (1 - 2 * skill[v]))) for v in poor(c))


@pytest.mark.parametrize(("year", "replaced"), [(2017, False), (2018, True), (2019, False)])
def test_first_secretaries_rotate_in_the_year_that_the_evidence_says(bench, year, replaced):
    c = led(bench, **{"party.rotation_year": year, "party.replaced_share": 1}).campaign
    before = list(c.desks.visits)
    c.env.run(until=364)
    assert (c.desks.visits != before) == replaced


def test_a_weak_committee_costs_the_team_minutes_of_every_visit_until_it_is_strengthened(bench):
    b = bench(PartyBuilding, assumptions={"party.skill_spread": 0, "party.weak_days": 2})
    c, (party,) = b.campaign, b.campaign.families
    c.lacks.village["sound_committee"][:] = [village == 0 for village in range(c.places.villages)]
    party.start(c)
    assert c.desks.visits[0] == round(c.desks.visit * (1 + c.p["party.weak_visit"]))
    assert set(c.desks.visits[1:]) == {c.desks.visit}
    assert c.hooks.meeting(0) >= 2 and c.hooks.meeting(1) == 0.0
    party._sound(c.cases.find("committee", 0))
    assert c.desks.visits[0] == c.desks.visit
    assert c.hooks.meeting(0) == 0.0


def test_a_list_is_met_on_before_the_visits_that_wait_and_what_is_booked_then_comes_later(bench):
    c = led(bench, **{"party.weak_days": 2}).campaign
    c.lacks.village["sound_committee"][0] = True
    team = c.desks.teams[0]
    team.share(100 * team.members * DAY_MINUTES)
    waited, takes = team.backlog(), team.days(2 * DAY_MINUTES)
    assert {c.hooks.meeting(0) for _ in range(team.members)} == {takes}
    assert takes < waited and team.backlog() == pytest.approx(waited + takes)


@pytest.mark.parametrize("weak", [False, True])
def test_where_the_committee_is_weak_the_team_wins_the_village_over_before_works_begin(bench, weak):
    b = bench(PartyBuilding)
    c, (party,) = b.campaign, b.campaign.families
    c.lacks.village["sound_committee"][:] = weak
    party.start(c)
    gates = ("diagnosed", "filed", "approved", "funded", "accepted")
    c.gates.behind |= dict.fromkeys(gates, lambda case: 1.0 if case.kind.family == "test" else 1000.0)
    road, crop = b.kind(WORKS_ROUTE), b.kind(("funded", "built"), name="crop_of_test")
    under_way = c.open_case(road, 1, 0, first=4)
    begins, plants = c.open_case(road, 2, 0), c.open_case(crop, 3, 0)
    c.env.run(until=40)
    days = round(c.p["party.weak_days"] * 480)
    assert (under_way.minutes, begins.minutes, plants.minutes) == (0, days * weak, 0)
    done = dict(b.done)
    assert done[1] == 1.0 and done[3] == 1.0
    assert done[2] == pytest.approx(5 + weak * days / 480)


def test_a_list_is_made_public_later_where_the_committee_is_weak(full):
    """The team calls the village together first, so that its households are verified later."""
    verified = []
    for days in (0, 20):
        scenario = full.replace(
            scale=0.1, families={"party_building": "off"},
            assumptions={"party.weak_days": {"value": days, "outside_range": True}},
        )  # fmt: skip
        c = start(scenario, FIRST, 0, families=(PartyBuilding, Assessment), log=True)
        c.lacks.village["sound_committee"][:] = True
        for item in c.lacks.household:
            c.lacks.household[item][:] = False
        c.play()
        verified.append([event[0] for event in c.record.events if event[1] == "household.verified"])
    assert len(verified[0]) > 10
    assert min(verified[1]) > min(verified[0]) + 15


def test_party_building_leaves_luck_alone_and_everything_before_its_first_money_or_rotation(tiny, drawn):
    runs, draws = [], []
    for state in ("on", "off"):
        drawn.clear()
        runs.append(sim.run(tiny.replace(families={"party_building": state}), FIRST, 0, log=True))
        draws.append(dict(drawn))
    shared = draws[0].keys() & draws[1].keys()
    assert len(shared) > 60
    assert all(draws[0][address] == draws[1][address] for address in shared)
    begin = min(event[0] for event in runs[0].events if event[1] == "money.tranche")
    own = ("training", "committee")  # cases of its own stand before a gate from the first day
    before = [[event for event in run.events if event[0] < begin and event[3] not in own] for run in runs]
    assert len(before[0]) > 20
    assert before[0] == before[1]
    assert runs[0].events != runs[1].events
