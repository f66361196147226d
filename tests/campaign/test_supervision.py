"""Patrols, reports and inspections: who looks, what is found, who puts it right, and what all that takes."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from simpy.events import Event

import sim
from sim.campaign import start
from sim.campaign.families.cadres import Cadres
from sim.campaign.families.files import Files
from sim.campaign.families.supervision import Supervision
from sim.campaign.families.supervision.findings import OUTSIDE, Finding
from sim.campaign.results.balances import check

FIRST = "as_in_2016_17"
SURE = {"people.file_noticed": 1, "people.file_error": 1}


def supervisor(c):
    return next(family for family in c.families if isinstance(family, Supervision))


def test_a_patrol_takes_its_own_days_and_the_villages(bench):
    c = bench(Files, Supervision, assumptions={"people.file_error": 0}).begun()
    c.env.run(until=14.5)
    s, p = supervisor(c), c.p
    days = p["supervision.patrol_days"] / (1 - p["people.forms_share"])
    a_week = c.desks.patrol.members * int(7 / days)
    assert (s.visits, s.weeks) == (a_week, 1)
    assert c.desks.patrol.routine == pytest.approx(2 * a_week * days * 480, abs=2 * a_week)
    teams = sum(team.routine for team in c.desks.teams)
    assert teams == 2 * a_week * round(p["supervision.patrol_days"] * p["supervision.accompany_days"] * 480)


def test_every_village_is_looked_at_in_turn(bench):
    c = bench(Supervision).begun()
    c.env.run(until=70)
    assert supervisor(c)._last.min() > 7


def test_a_village_with_open_findings_is_looked_at_before_a_quiet_one(bench):
    c = bench(Supervision).begun()
    s = supervisor(c)
    c.register.status[:] = 2
    s._take_stock()
    quiet = s._by_risk()
    troubled = quiet[-1]
    s.ledger.add(Finding("policy", "patrol", troubled, c.desks.teams[troubled], 0.0, 30.0))
    assert s._by_risk()[0] == troubled


def test_patrols_go_first_where_most_of_those_registered_today_still_lack_something(bench):
    c = bench(Supervision).begun()
    s, n = supervisor(c), c.register.size
    homes = c.register.village[:n]
    many, few = np.argsort(-c.register.first_households)[:2].tolist()
    for lacking in c.lacks.household.values():
        lacking[:] = False
    c.register.status[:n] = 2
    some, all_left = np.flatnonzero(homes == many)[:8], np.flatnonzero(homes == few)[:2]
    c.register.status[np.concatenate((some, all_left))] = 1
    c.lacks.household["water"][np.concatenate((some[:4], all_left))] = True
    s._take_stock()
    s._take_stock()
    assert s._by_risk()[:2] == [few, many], "two of two lack water, and four of eight"
    c.lacks.household["water"][all_left] = False
    s._take_stock()
    assert s._by_risk()[0] == many


def test_a_file_that_a_patrol_finds_wrong_is_mended_by_the_station_and_checked_on_the_next_visit(bench):
    c = bench(Files, Supervision, assumptions=SURE).begun()
    told = []
    c.hooks.on_finding.append(lambda village, kind, case: told.append(village))
    c.env.run(until=16)
    found = supervisor(c).ledger.all
    assert found and {f.kind for f in found} == {"file"} and told == [f.village for f in found]
    assert c.counts["files_mended"] == len(found)
    assert all(f.rectified > f.opened and not c.cards.wrong[f.household] for f in found)
    assert sum(s.routine for s in c.desks.station) == len(found) * c.desks.mend
    c.env.run(until=364)
    checked = [f for f in found if f.checked <= 364]
    assert len(checked) > len(found) / 2 and all(f.checked > f.rectified for f in checked)


def test_a_finding_on_a_file_stays_open_where_nobody_mends(bench):
    c = bench(Files, Supervision, assumptions=SURE, families={"files": "off"}).begun()
    c.env.run(until=100)
    found = [f for f in supervisor(c).ledger.all if f.kind == "file"]
    named = c.counts["findings_named"]
    assert found and {f.state(c.env.now) for f in found} == {"open", "overdue"} and named > 0
    assert sum(s.routine for s in c.desks.station) > 0 == c.counts["files_mended"]


def waiting_for_money(bench, cash, **assumptions):
    """Three households whose money does not come down to their villages; ``cash`` says whether the county has it."""
    b = bench(Supervision, assumptions={"people.file_error": 0, **assumptions})
    c = b.begun()
    if cash:
        c.treasury.receive("housing", 150)
    arrival = Event(c.env)
    c.payments.way = lambda case, tranche, part: arrival
    kind = b.kind(("funded", "built", "accepted"), line="housing", upfront=lambda case: 50, to_village=True)
    for household in range(3):
        b.places(kind, c.register.village_of[household], 1, 50)
        c.open_case(kind, household, c.register.village_of[household], cost=50)
    return c, arrival


def patrols_found(c):
    return [f for f in supervisor(c).ledger.all if f.kind == "payment" and f.source == "patrol"]


def test_money_that_does_not_come_down_is_found_once_a_village_and_rectified_when_it_has(bench):
    c, arrival = waiting_for_money(bench, cash=True)
    c.env.run(until=c.p["supervision.stuck_days"] + 60)
    payments = patrols_found(c)
    assert len(payments) == len({c.register.village_of[h] for h in range(3)})
    assert all(f.owner in c.desks.township_finance and f.state(c.env.now) in ("open", "overdue") for f in payments)
    assert sum(desk.routine for desk in c.desks.township_finance) > 0
    arrival.succeed()
    c.env.run(until=c.env.now + 60)
    assert all(f.rectified < float("inf") and f.case.paid == 50 for f in payments)


def test_nobody_is_blamed_or_chased_for_cash_that_has_not_come(bench):
    c, _ = waiting_for_money(bench, cash=False)
    c.env.run(until=c.p["supervision.stuck_days"] + 60)
    assert patrols_found(c) == [] and c.desks.county_finance.routine == 0
    c.treasury.receive("housing", 150)
    came = c.env.now
    c.env.run(until=came + c.p["supervision.stuck_days"] + 60)
    assert patrols_found(c) and min(f.opened for f in patrols_found(c)) > came + c.p["supervision.stuck_days"]


def test_of_two_payments_of_a_case_the_slow_one_is_found_and_what_has_arrived_is_not(bench):
    """The second is asked for later and waits for cash; by then the first has long been on its way."""
    c, arrival = waiting_for_money(bench, cash=True)
    case = c.cases.find("job_of_test", 0)
    assert case is not None
    c.env.run(until=50)
    c.env.process(c.payments.pay(case, 10**12), rank=case.number)
    c.env.run(until=c.p["supervision.stuck_days"] + 30)
    assert any(f.case is case for f in patrols_found(c)) and len(case.on_its_way) == 1
    arrival.succeed()
    c.env.run(until=c.env.now + 40)
    assert case.on_its_way == [] and case.paid == 50 < case.asked
    assert all(f.rectified < c.env.now for f in patrols_found(c))


def test_stuck_works_are_pressed_but_a_leader_still_comes_first(bench):
    from sim.campaign.families.works import Works

    c = bench(Works, Supervision, assumptions={
        "people.file_error": 0, "works.builders": 1, "supervision.stuck_days": 30, "works.house_days": 240}).begun()  # fmt: skip
    c.treasury.start()
    c.env.run(until=120)
    found = [f for f in supervisor(c).ledger.all if f.kind == "work" and f.case.held == "no_crew"]
    pressed, claims = [f for f in found if f.opened < 80], {turn.case: turn.claim for turn in c.turns}
    assert pressed and all(claims[f.case].priority == 0.5 for f in pressed)
    assert any(turn.claim.priority > 0.5 for turn in c.turns if turn.case.held == "no_crew")


def test_no_finding_stays_open_on_works_that_have_stopped(full):
    """A village is not ranked lower for a case that nobody works at any more, and its owner is not named for it."""
    few = {name: {"value": value, "outside_range": True}
           for name, value in {"works.builders": 14, "supervision.stuck_days": 30, "works.house_days": 240}.items()}  # fmt: skip
    stop = {"works": {"state": "off", "from": "2018-09-01"}}
    c = start(full.replace(scale=0.2, families=stop, assumptions=few), FIRST)
    open_before = []

    def of_works():
        return [f for findings in supervisor(c).ledger.open for f in findings if f.case and f.case.kind.family == "works"]

    def look():
        yield 240.0
        open_before.extend(of_works())

    c.env.process(look())
    c.play()
    stopped = [f for f in open_before if not f.case.done]
    assert stopped and of_works() == []
    stuck = [f for f in stopped if f.kind == "work"]
    assert stuck and {f.state(c.env.now) for f in stuck} <= {"dropped", "checked", "rectified"}
    assert any(f.state(c.env.now) == "dropped" and f.rectified == inf for f in stuck)


def test_the_month_ranks_villages_and_open_findings_cost_rank(bench):
    c = bench(Supervision).begun()
    ranked = []
    c.hooks.on_ranking.append(ranked.append)
    c.env.run(until=31.5)
    (order,) = ranked
    assert sorted(order) == list(range(c.places.villages))
    stations = sum(s.routine for s in c.desks.station)
    assert stations >= len(c.desks.station) * round(c.p["supervision.report_days"] * 480)
    best = order[0]
    for _ in range(c.register.size):
        supervisor(c).ledger.add(Finding("policy", "patrol", best, c.desks.teams[best], 31.0, 60.0))
    assert supervisor(c)._rank()[-1] == best


def test_quarterly_inspections_go_to_the_bottom_of_the_ranking(bench):
    c = bench(Supervision, assumptions={"supervision.special_days": 14}).begun()
    ranked = []
    c.hooks.on_ranking.append(ranked.append)
    c.env.run(until=104.5)
    inspected = [village for village, day in enumerate(supervisor(c)._last) if day == 104]
    assert set(inspected) == set(ranked[2][-len(inspected):]) and len(inspected) < c.places.villages
    work = c.p["supervision.special_visit_days"] / (1 - c.p["people.forms_share"]) * 480
    assert c.desks.special.routine == pytest.approx(len(inspected) * work, abs=len(inspected))


def test_as_many_are_found_from_outside_as_the_report_says_and_nearly_all_rectified_in_time(year):
    shares = []
    for replication in range(8):
        s = year(replication).scalars
        assert (s["findings_region"], s["findings_city"]) == (28, 19)
        shares.append(s["findings_outside_rectified_share"])
    assert abs(sum(shares) / 8 - 45 / 47) < 0.08


def test_villages_are_ranked_by_those_on_the_register_as_the_year_began(bench):
    """Who left in an earlier year, or comes onto the register in December, is none of this year's task."""
    c = bench(Supervision, end_date="2019-12-31").begun()
    first, n = c.county.households.on_register, c.register.size
    assert (c.register.as_year_began(2018) == first[:n]).all()
    left, stays, new = np.flatnonzero(first)[0], np.flatnonzero(first)[1], np.flatnonzero(~first)[0]
    c.register.leave(np.isin(np.arange(n), [left]), 2018)
    c.register.enter(np.isin(np.arange(len(c.register.status)), [new]), 2018)
    assert [c.register.as_year_began(2018)[h] for h in (left, stays, new)] == [True, True, False]
    assert [c.register.as_year_began(2019)[h] for h in (left, stays, new)] == [False, True, True]


def test_the_best_village_is_the_one_whose_poor_of_the_year_have_most(bench):
    c = bench(Supervision, end_date="2019-12-31").begun()
    village, n = 3, c.register.size
    here = np.asarray(c.register.village[:n]) == village
    c.register.leave(c.register.poor()[:n] & here & c.lacks.unmet()[:n], 2017)
    assert supervisor(c)._rank()[0] == village, "those who lack something are of another year"


def test_a_loosely_applied_policy_is_taught_and_makes_fewer_wrong_files(bench):
    c = bench(Supervision, assumptions={"people.file_error": 0.1, "supervision.outside_accounts": 0}).begun()
    c.env.run(until=150)
    taught = [f.village for f in supervisor(c).ledger.all if f.kind == "policy" and f.source in OUTSIDE]
    effect = 1 - c.p["supervision.lesson_effect"]
    assert taught
    assert c.file_error == pytest.approx([0.1 * effect ** taught.count(v) for v in range(len(c.file_error))])


def test_a_team_that_never_waits_has_its_lesson_at_once(bench):
    never = {"cadres": "unlimited"}
    c = bench(Cadres, Supervision, assumptions={"supervision.outside_accounts": 0}, families=never).begun()
    c.env.run(until=150)
    taught = [finding for finding in supervisor(c).ledger.all if finding.kind == "policy"]
    assert taught and all(finding.rectified == finding.opened for finding in taught)


def test_a_hundred_patrol_teams_eat_the_visits_of_the_villages(bench):
    def wait(people):
        c = bench(Cadres, Supervision, assumptions={
            "people.poverty_office": people, "people.helper_days": 0.5, "supervision.patrol_share": 1}).begun()  # fmt: skip
        c.env.run(until=150)
        return sum(team.backlog() for team in c.desks.teams)

    few, many = wait(30), wait(2 * 100 / 0.12)
    assert many > few + 1


def test_more_patrols_find_more_wrong_files(tiny):
    def found(people):
        more = {"people.poverty_office": {"value": people, "outside_range": True}}
        return sum(sim.run(tiny.replace(assumptions=more), FIRST, r).scalars["files_mended"] for r in range(2))

    assert found(400) > found(30)


@pytest.mark.parametrize("name", ["people.poverty_office", "supervision.special_teams"])
def test_twice_the_inspectors_change_an_outcome_somewhere(full, name):
    def outcome(factor, r):
        staffed = full.replace(assumptions={name: {"value": factor, "outside_range": True}})
        s = sim.run(staffed, FIRST, r).scalars
        return [s[k] for k in ("registered_end_people", "exits_villages", "paid_yuan", "crew_days")]

    few = {"people.poverty_office": 30, "supervision.special_teams": 2}[name]
    assert any(outcome(few, r) != outcome(2 * few, r) for r in range(3))


def test_nothing_differs_before_the_first_patrol(tiny):
    on = sim.run(tiny, FIRST, 1, log=True).events
    off = sim.run(tiny.replace(families={"supervision": "off"}), FIRST, 1, log=True).events
    assert [e for e in on if e[0] < 7] == [e for e in off if e[0] < 7]
    assert on != off and not any(e[1].startswith("finding") for e in off)


def test_the_ledger_knows_every_finding_once(tiny):
    c = start(tiny, FIRST, 2)
    c.play()
    check(c)
    ledger, now = supervisor(c).ledger, c.env.now
    still = [f for findings in ledger.open for f in findings]
    unchecked = [f for findings in ledger.unchecked for f in findings]
    checked = [f for f in ledger.all if f.state(now) == "checked"]
    assert len(still) + len(unchecked) + len(checked) == len(ledger.all) > 0
    assert {f.state(now) for f in still} <= {"open", "overdue"}
    assert {f.state(now) for f in unchecked} <= {"rectified"}


@pytest.mark.parametrize("begins", [0.0, 10.0, 13.0])
def test_a_payment_is_found_on_the_first_patrol_that_sees_it_wait_too_long_and_on_none_before(bench, begins):
    b = bench(Supervision, assumptions={"supervision.stuck_days": 25, "people.poverty_office": 10_000})
    c = b.begun()
    c.treasury.receive("housing", 50)
    c.payments.way = lambda case, tranche, part: Event(c.env)
    kind = b.kind(("funded", "built", "accepted"), line="housing", upfront=lambda case: 50, to_village=True)
    b.places(kind, 0, 1, 50)

    def opens():
        yield begins
        c.open_case(kind, c.register.village_of.index(0), 0, cost=50)

    c.env.process(opens())
    c.env.run(until=90)
    first = min(f.opened for f in supervisor(c).ledger.all if f.kind == "payment")
    assert begins + 25 <= first <= begins + 25 + 7


@pytest.mark.parametrize(("months", "inspected"), [(1, range(1, 36)), (3, range(3, 36, 3)), (5, range(5, 36, 5)), (24, (24,))])
def test_special_inspections_come_every_so_many_months(bench, months, inspected):
    c = bench(Supervision, assumptions={"fact.inspection_months": months}, end_date="2020-12-31").begun()
    seen = []

    def noted(worst):
        seen.append(c.env.now)
        yield 0.0

    supervisor(c)._special = noted
    c.env.run(until=c.horizon - 1)
    ends = c.calendar.month_ends(c.horizon)
    assert [ends.index(day) + 1 for day in seen] == list(inspected)
