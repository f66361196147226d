"""Joint responsibility: units answer for all their villages, in helpers' hours and in forms, and in nothing else."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

import sim
from sim.campaign import FAMILIES
from sim.campaign.families.cadres import Cadres
from sim.campaign.families.responsibility import Responsibility, pair
from sim.kernel import Steps
from tests.campaign.conftest import at_work

FIRST = "as_in_2016_17"


def answering(bench, families=None, **assumptions):
    c = bench(Responsibility, families=families or {}, assumptions=assumptions).campaign
    c.families[0].start(c)
    return c, c.families[0]


def absent(c):
    return np.array([team.absent for team in c.desks.teams])


class Found:
    """Supervision of a test: on a day it finds something in every village and ranks them by number."""

    name = "found"
    day = 100.0

    def needs(self, c):
        return ()

    def start(self, c):
        c.env.process(self._find(c), rank=5)

    def _find(self, c) -> Steps:
        yield self.day
        villages = list(range(c.places.villages))
        for village in villages:
            for listen in c.hooks.on_inspection:
                listen(village)
            for listen in c.hooks.on_finding:
                listen(village, "work", None)
        for listen in c.hooks.on_ranking:
            listen(villages)


def test_equal_units_share_out_all_helpers_and_every_village_has_a_lead(full):
    from sim.campaign import start

    c = start(full, FIRST, 0, families=(Responsibility,))
    paired, lead = pair(c)
    helpers = np.array(c.desks.helpers)
    assert paired.shape == (74, round(c.p["responsibility.units"]))
    assert paired[helpers > 0].sum(axis=1) == pytest.approx(1)
    sent = helpers @ paired
    assert sent == pytest.approx(helpers.sum() / paired.shape[1])
    assert all(paired[v, lead[v]] == paired[v].max() for v in range(74))
    assert max(np.count_nonzero(paired, axis=0)) > 1, "a unit may have several villages"
    townships = np.array(c.places.township)
    assert all(np.ptp(townships[np.flatnonzero(column)]) <= 1 for column in paired.T), "neighbours"


def test_helpers_are_absent_by_the_hours_that_effort_leaves_out(bench):
    c, _ = answering(bench, **{"responsibility.resting_effort": 0.6})
    c.env.run(until=35)
    months = [[round(helpers * 0.4 * days * 480) for helpers in c.desks.helpers] for days in (31, 28)]
    assert (absent(c) == np.sum(months, axis=0)).all()
    assert sum(c.desks.by_kind().values()) == 0, "absence is no work"
    c, _ = answering(bench, **{"responsibility.resting_effort": 1.0})
    c.env.run(until=20)
    assert absent(c).sum() == 0


def test_a_finding_moves_the_whole_unit_and_wears_off(bench):
    c, family = answering(bench)
    p = c.p
    several = np.count_nonzero(family.paired, axis=0) > 1
    village = next(v for v, unit in enumerate(family.lead) if several[unit])
    unit = family.lead[village]
    rest = family.effort().copy()
    c.hooks.on_finding[0](village, "file", None)
    raised = family.effort()
    assert raised[unit] == pytest.approx(rest[unit] + (1 - rest[unit]) * p["responsibility.rise"])
    assert (np.delete(raised, unit) == np.delete(rest, unit)).all()
    c.env.run(until=0.5)
    plain = np.array([round(n * (1 - rest[0]) * 31 * 480) for n in c.desks.helpers])
    assert set(np.flatnonzero(absent(c) < plain)) == set(np.flatnonzero(family.paired[:, unit])), "all its villages"
    half = p["responsibility.half_life"]
    ahead = family.effort(ahead=half)[unit] - rest[unit]
    days = (np.arange(1000) + 0.5) / 1000
    assert ahead == pytest.approx((family.effort()[unit] - rest[unit]) * (0.5**days).mean(), rel=1e-4)
    c.env.run(until=half)
    assert family.effort()[unit] - rest[unit] == pytest.approx((raised[unit] - rest[unit]) / 2)
    c.hooks.on_finding[0](village, "file", None)
    c.hooks.on_finding[0](village, "file", None)
    assert raised[unit] < family.effort()[unit] < 1


def test_only_the_end_of_the_ranking_is_named_and_everybody_fills_in_forms(bench):
    c, family = answering(bench, **{"responsibility.named_share": 0.15})
    villages = list(range(c.places.villages))
    c.hooks.on_ranking[0](villages)
    moved = set(np.flatnonzero(family.effort() > family._rest).tolist())
    assert moved == {family.lead[villages[-1]]}
    forms = round(c.p["responsibility.forms_days"] * 480)
    assert [team.routine for team in c.desks.teams] == [forms] * len(villages)
    c.hooks.on_inspection[0](0)
    c.hooks.on_finding[0](0, "file", None)
    assert c.desks.teams[0].routine == 3 * forms
    assert c.counts["forms_minutes"] == (len(villages) + 2) * forms


def test_units_that_need_not_answer_stay_at_rest_and_fill_in_nothing(bench):
    c, family = answering(bench, families={"responsibility": "off"})
    c.hooks.on_finding[0](0, "file", None)
    c.hooks.on_ranking[0](list(range(c.places.villages)))
    assert (family.effort() == family._rest).all()
    assert sum(team.routine for team in c.desks.teams) == 0
    c.env.run(until=1)
    assert absent(c).sum() > 0


def test_effort_and_forms_both_reach_a_visit_through_hours(bench):
    """With so few people that a visit waits, effort brings it forward and forms put it off."""
    days = {}
    for name, rest, forms in (("idle", 0.4, 0), ("eager", 1.0, 0), ("busy", 1.0, 1000)):
        c, family = answering(bench, **{"responsibility.resting_effort": rest})
        c.env.run(until=0.5)
        village = int(np.argmax(c.desks.helpers))
        for _ in range(forms):
            family._fill_in(village)
        days[name] = max(c.visit(village) for _ in range(100))
    assert days["eager"] < days["idle"] < days["busy"] < inf


def test_units_leave_luck_and_everything_before_the_first_finding_alone(tiny, drawn):
    runs, draws = [], []
    for state in ("on", "off"):
        drawn.clear()
        scenario = tiny.replace(families={"responsibility": state, "supervision": "off"})
        runs.append(sim.run(scenario, FIRST, 0, log=True, families=(*FAMILIES, Found)))
        draws.append(dict(drawn))
    shared = draws[0].keys() & draws[1].keys()
    assert len(shared) > 60
    assert all(draws[0][address] == draws[1][address] for address in shared)
    before = [[event for event in run.events if event[0] < Found.day] for run in runs]
    assert before[0] == before[1]
    on, off = (run.scalars for run in runs)
    assert on["absent_minutes"] < off["absent_minutes"]
    assert on["forms_minutes"] > off["forms_minutes"] == 0


def test_an_absence_of_less_than_a_minute_takes_nobody_away(bench):
    """A first secretary whose place is filled at once leaves no gap; nor does a team lose more than its members."""
    team = bench(Responsibility).campaign.desks.teams[0]
    members = team.members
    team.miss(0, 1e-4)
    team.miss(1, 1e-4)
    assert (team.absent, team.members) == (1, members)
    assert team.book(1) < 1


@pytest.mark.parametrize("state", ["off", "unlimited"])
def test_who_does_not_work_or_never_waits_fills_in_no_form_and_misses_no_day(bench, state):
    c = at_work(bench(Responsibility, Cadres, families={"cadres": state}).campaign)
    c.hooks.on_ranking[0](list(range(c.places.villages)))
    c.env.run(until=35)
    assert c.counts["forms_minutes"] == absent(c).sum() == sum(c.desks.by_kind().values()) == 0


def test_where_no_cadres_work_nobody_trains_strengthens_or_fills_in_forms(tiny):
    run = sim.run(tiny.replace(families={"cadres": "off"}), "as_in_2016_17", 0, log=True)
    done = {code for _, kind, _, code, _ in run.events if kind == "case.done"}
    assert done and not done & {"training", "committee"}
    assert run.scalars["forms_minutes"] == 0
