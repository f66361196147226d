"""Zone commands and leaders' attention: pushes wait for slots, helpers and crews move, and nobody is doubled."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.campaign import start
from sim.campaign.cases import Case, Kind
from sim.campaign.desks import DAYS_PER_MONTH
from sim.campaign.exit.standard import STANDARDS
from sim.campaign.families.protection import Protection
from sim.campaign.families.protection.backstop import Backstop
from sim.campaign.families.protection.rolls import Rolls
from sim.campaign.families.works import Works
from sim.campaign.families.zones.attention import Attention
from sim.campaign.families.zones.moves import InspectorMoves, Moves
from sim.campaign.families.zones.zones import Zones, _of_plan
from sim.kernel import QueueServer
from tests.campaign.conftest import at_work

FIRST = "as_in_2016_17"


def commanded(bench, **assumptions):
    b = bench(Works, Zones, assumptions={"works.builders": 7, **assumptions})
    c = b.campaign
    c.gates.behind |= dict.fromkeys(("diagnosed", "filed", "approved", "funded"), lambda case: 0.0)
    c.families[0].start(c)
    return c


def waiting(c):
    return [turn for turn in c.turns if turn.case.held == "no_crew"]


def test_every_case_has_the_leader_of_its_village_of_its_criteria_and_of_its_zone(full):
    c = start(full, FIRST, 0, families=(Works, Zones))
    attention = Attention(c)
    assert sum(len(items) for items in STANDARDS.values()) == 28, "eight, eleven and nine haves"
    assert len(attention.villages) == 42, "one a registered poor village"
    assert len({id(desk) for _, desk in attention.criteria}) == 28
    members = [desk.members for desk in attention.zones]
    assert set(members) == {4, 5} and abs(sum(members) - 7 * (1 + c.p["zones.leaders"])) <= 0.5
    kind = Kind("housing", "works", "housing", "household", (), None, None, items=("housing",))
    case = Case(kind, 5, 3, c.places.township[3], 1.0)
    own = [attention.villages[3]] if c.places.tier[3] < 2 else []
    assert attention.responsible(case) == [*own, *attention.of_criteria(kind), attention.zones[case.township]]
    assert [item for item, desk in attention.criteria if desk in attention.responsible(case)] == 3 * ["housing"]


def test_every_kind_of_case_has_a_leader_of_its_criterion(full):
    c = start(full, FIRST, 0)
    at_work(c)
    attention, kinds = Attention(c), c.cases.kinds.values()
    assert kinds and not [kind.name for kind in kinds if not attention.of_criteria(kind)]
    assert {item for kind in kinds for item in kind.items} == {item for of in STANDARDS.values() for item in of}


def test_of_a_standard_a_kind_works_for_one_item_so_that_one_leader_answers(full):
    c = start(full, FIRST, 0)
    at_work(c)
    for kind in c.cases.kinds.values():
        assert all(sum(item in kind.items for item in items) <= 1 for items in STANDARDS.values()), kind.name


def test_what_waits_too_long_waits_for_a_slot_of_a_leader_and_is_then_put_first(bench):
    slots = {"zones.leaders": 0, "zones.leader_days": DAYS_PER_MONTH / 2, "zones.push_days": 0.5}
    c = commanded(bench, **{"zones.stuck_days": 20, **slots})
    attention = Attention(c)
    c.env.run(until=19)
    attention.escalate()
    assert sum(desk.on_cases for desk in c.desks.leaders) == 0, "nothing is stuck yet"
    c.env.run(until=30)
    stuck = [turn for turn in waiting(c) if turn.since <= 10]
    fresh = [turn for turn in waiting(c) if turn.since > 10]
    assert len(stuck) > 10
    attention.escalate()
    slot = round(c.p["zones.push_days"] * 480)
    assert {turn.case.minutes for turn in stuck} == {slot} and not any(turn.case.minutes for turn in fresh)
    assert sum(desk.on_cases for desk in c.desks.leaders) == slot * len(stuck)
    c.env.run(until=31 - 0.01)
    assert c.counts["pushed_cases"] == 0
    c.env.run(until=31 + 0.01)
    now_first = [turn for turn in stuck if turn.case.priority == 0.0]
    assert 0 < len(now_first) < len(stuck), "slots are scarce"
    attention.escalate()
    assert {turn.case.minutes for turn in stuck} == {slot}, "a wait is escalated once"


def test_a_pushed_case_gets_the_next_crew(bench):
    c = commanded(bench, **{"zones.stuck_days": 20, "zones.leader_days": 30, "zones.push_days": 0.01})
    c.env.run(until=30)
    crowded = max(range(7), key=lambda township: sum(x.case.township == township for x in waiting(c)))
    *rivals, turn = sorted(
        (x for x in waiting(c) if x.case.township == crowded), key=lambda x: (x.case.priority, x.case.number)
    )
    assert all((x.case.priority, x.case.number) < (turn.case.priority, turn.case.number) for x in rivals)
    c.turns = {turn: None}
    Attention(c).escalate()
    c.env.run(until=30.5)
    assert turn.case.priority == 0.0 and turn.case.held == "no_crew"
    c.crew_pools[turn.case.kind.name][turn.case.township].capacity += 1
    c.env.run(until=30.6)
    assert turn.case.held == "" and turn.case.started == pytest.approx(30.5)
    assert rivals and all(x.case.held == "no_crew" for x in rivals if x.case.kind.name == turn.case.kind.name)


def test_the_leader_with_the_shortest_backlog_takes_a_case(bench):
    c = commanded(bench, **{"zones.stuck_days": 20})
    attention = Attention(c)
    c.env.run(until=30)
    turn = waiting(c)[0]
    c.turns = {turn: None}
    *busy, free = attention.responsible(turn.case)
    for desk in busy:
        desk.book(10)
    attention.escalate()
    assert free.on_cases == turn.case.minutes > 0


def test_before_money_has_come_nobody_pushes_a_payment_and_then_it_goes_first(bench):
    b = bench(Zones, assumptions={"zones.stuck_days": 5, "zones.push_days": 0.01})
    c = b.campaign
    b.kind(("funded",), name="other")
    kind = b.kind(("funded",), line="industry", upfront=lambda case: 100)
    b.places(kind, 0, 2, 100)
    early, late = (c.open_case(kind, n, 0, 100) for n in (1, 2))
    c.env.run(until=10)
    attention = Attention(c)
    attention.escalate()
    assert c.treasury.funds["industry"].claims == 2 and early.minutes == late.minutes == 0
    c.treasury.tranche = 1
    del c.turns[early.turns[0]]
    attention.escalate()
    attention.escalate()
    slot = round(c.p["zones.push_days"] * 480)
    assert (early.minutes, late.minutes) == (0, slot), "taken up once"
    c.env.run(until=11)
    assert late.priority == 0.0
    assert [claim.entity for claim in c.treasury.funds["industry"]] == [late.number, early.number]


def test_a_pushed_claim_on_the_quota_goes_first(bench):
    c = bench(Protection, assumptions={"backstop.quota_growth": 0}).campaign
    backstop = Backstop(c, "protection", Rolls(c))
    kind = c.cases.kinds["backstop"]
    early, late = (Case(kind, n, 0, 0, 2.0) for n in (1, 2))
    for case in (early, late):
        c.env.process(backstop.admit(case))
    c.env.run(until=1)
    assert [turn.case for turn in c.turns] == [early, late]
    list(c.turns)[1].push(0.0)
    backstop._quota[0].capacity += 1
    c.env.run(until=2)
    assert (early.held, late.held) == ("no_quota", "")
    assert [turn.case for turn in c.turns] == [early]


def test_in_the_autumn_push_a_poor_villages_case_need_not_wait_to_be_stuck(bench):
    for pushes in (True, False):
        c = commanded(bench, **{"zones.stuck_days": 400})
        c.rules = c.rules.model_copy(update={"autumn_push": pushes})
        c.env.run(until=300)
        attention = Attention(c)
        all_of_them = waiting(c)
        poor = {turn for turn in all_of_them if c.places.tier[turn.case.village] < 2}
        attention.escalate()
        assert 0 < len(poor) < len(all_of_them)
        assert {turn for turn in all_of_them if turn.case.minutes} == (poor if pushes else set())


def test_with_half_the_leaders_time_cases_are_pushed_later(full):
    """Of what the leaders take up, less has been pushed by the end of June where each gives half the time."""
    pushed = {}
    for days in (1.0, 2.0):
        scenario = full.replace(assumptions={"zones.leader_days": days})
        c = start(scenario, FIRST, 1)
        c.treasury.start()
        c.income.start()
        at_work(c)
        c.env.run(until=180)
        pushed[days] = c.counts["pushed_cases"]
    assert pushed[1.0] < 0.9 * pushed[2.0]


def test_without_zones_nothing_is_pushed_and_luck_stays_as_it_was(tiny, drawn):
    runs, draws = [], []
    for state in ("on", "off"):
        drawn.clear()
        runs.append(sim.run(tiny.replace(families={"zones": state}), FIRST, 0, log=True))
        draws.append(dict(drawn))
    on, off = runs
    assert on.scalars["pushed_cases"] > 0 == off.scalars["pushed_cases"]
    assert on.scalars["minutes_leader"] > 0 == off.scalars["minutes_leader"]
    shared = draws[0].keys() & draws[1].keys()
    assert len(shared) > 60 and all(draws[0][address] == draws[1][address] for address in shared)
    first = min(event[0] for event in on.events if event[1] == "case.pushed")
    begin = min(first, 30.0)
    before = [[event for event in run.events if event[0] < begin] for run in runs]
    assert len(before[0]) > 20 and before[0] == before[1]


def test_an_idle_crew_goes_where_work_waits_and_its_home_has_one_less(bench):
    c = commanded(bench)
    c.env.run(until=30)
    pools = c.crews["builder"]
    before = sum(pool.capacity for pool in pools)
    idle = max(range(7), key=lambda t: (pools[t].idle, -pools[t].waiting))
    pools[idle].capacity += 2
    longest = max(range(7), key=lambda t: pools[t].waiting)
    had = pools[longest].capacity
    Moves(c, pools).send()
    c.env.run(until=30.01)
    assert sum(pool.capacity for pool in pools) < before + 2, "on the way"
    c.env.run(until=30 + c.p["works.crew_move_days"] + 1)
    assert sum(pool.capacity for pool in pools) == before + 2
    assert pools[longest].capacity > had


@pytest.mark.parametrize(
    ("waiting", "idle", "sent_to"),
    [
        ([5, 0, 3, 0], [0, 2, 0, 1], [3, 0, 0, 0]),
        ([5, 0, 4, 0], [0, 3, 0, 1], [3, 0, 1, 0]),
        ([1, 0, 1, 0], [0, 9, 0, 4], [1, 0, 1, 0]),
        ([0, 0, 0, 0], [2, 1, 3, 0], [0, 0, 0, 0]),
        ([9, 7, 0, 8], [0, 0, 0, 0], [0, 0, 0, 0]),
    ],
)
def test_as_many_idle_crews_go_as_jobs_wait_each_to_the_longest_queue_that_the_others_leave(
    bench, waiting, idle, sent_to
):  # fmt: skip
    c = bench(Zones).campaign
    pools = [QueueServer(c.env, max(1, free)) for free in idle]
    for pool, jobs, free in zip(pools, waiting, idle, strict=True):
        for _ in range(jobs + (not free)):
            pool.request()
    before = [pool.capacity for pool in pools]
    assert [pool.waiting for pool in pools] == waiting and [pool.idle for pool in pools] == idle
    Moves(c, pools).send()
    c.env.run(until=0.01)
    left = [had - pool.capacity for had, pool in zip(before, pools, strict=True)]
    assert sum(left) == sum(sent_to) and all(gone <= free for gone, free in zip(left, idle, strict=True))
    c.env.run(until=c.p["works.crew_move_days"] + 0.01)
    assert [pool.waiting for pool in pools] == [jobs - more for jobs, more in zip(waiting, sent_to, strict=True)]
    assert sum(pool.capacity for pool in pools) == sum(before)


def test_a_helper_moves_within_the_township_to_the_village_behind(bench):
    c = commanded(bench)
    township = max(range(7), key=lambda t: len(c.places.villages_of[t]))
    _ahead, behind, *_ = c.places.villages_of[township]
    for item in c.lacks.household:
        c.lacks.household[item][:] = False
    here = np.flatnonzero(c.register.village[: c.register.size] == behind)
    c.lacks.household["housing"][here] = True
    before = [team.members for team in c.desks.teams]
    Zones()._move_helpers(c)
    after = [team.members for team in c.desks.teams]
    assert sum(after) == sum(before)
    assert after[behind] == before[behind] + 1


def test_of_a_team_only_helpers_move(bench):
    c = commanded(bench)
    for item in c.lacks.household:
        c.lacks.household[item][:] = False
    c.lacks.household["housing"][: c.register.size : 3] = True
    teams, own = c.desks.teams, c.desks.full_time
    for _ in range(60):
        Zones()._move_helpers(c)
        assert all(team.members >= stay for team, stay in zip(teams, own, strict=True))
    for team, stay in zip(teams, own, strict=True):
        team.members = stay
    Zones()._move_helpers(c)
    assert [team.members for team in teams] == own


def test_behind_is_who_has_done_least_of_its_plan_not_of_its_register(bench):
    """More of the due village's households are ready, but it has to take out all of them, the others a quarter."""
    c = commanded(bench, **{"rule.incidence_limit": 0})
    registered = c.register.first_households
    villages = max(c.places.villages_of, key=lambda villages: sorted(registered[villages])[:-1][-1:])
    due = max(villages, key=registered.item)
    c.precedence.change([village == due for village in range(c.places.villages)])
    planned = registered[due] + 0.25 * (registered.sum() - registered[due])
    c.targets = c.targets.model_copy(update={"households": planned / c.scale})
    for item in c.lacks.household:
        c.lacks.household[item][:] = False
    for village in villages:
        here = np.flatnonzero((c.register.village[: c.register.size] == village) & (c.register.status[: c.register.size] == 1))
        c.lacks.household["housing"][here[: len(here) // (3 if village == due else 2)]] = True
    before = c.desks.teams[due].members
    Zones()._move_helpers(c)
    assert c.desks.teams[due].members == before + 1


def test_done_of_the_plan_are_households_of_this_year_and_who_is_to_take_nobody_out_has_done_all(bench):
    c = commanded(bench)
    village = int(c.register.first_households.argmax())
    here = np.flatnonzero((c.register.village[: c.register.size] == village) & (c.register.status[: c.register.size] == 1))
    for item in c.lacks.household:
        c.lacks.household[item][here] = False
    planned = c.precedence.planned(c.register.first_households, c.register.first_people)
    assert len(here) > 10 and _of_plan(c)[village] == pytest.approx(len(here) / planned[village])
    c.register.status[here[:4]], c.register.exit_year[here[:4]] = 2, c.this_year
    assert _of_plan(c)[village] == pytest.approx(len(here) / planned[village]), "who left this year was done"
    c.register.exit_year[here[:4]] = c.this_year - 1
    assert _of_plan(c)[village] != pytest.approx(len(here) / planned[village]), "who left before is not of this year"
    c.register.status[here], c.register.exit_year[here] = 2, c.this_year - 1
    assert np.isinf(_of_plan(c)[village])
    c.precedence.change([False] * c.places.villages)
    c.targets = c.targets.model_copy(update={"households": 0})
    assert np.isinf(_of_plan(c)).all()


def test_as_a_year_begins_no_helper_moves_since_its_plan_is_not_made(bench, tiny, monkeypatch):
    days = []
    monkeypatch.setattr(Zones, "_move_helpers", lambda zones, c: days.append(c.env.now))
    c = bench(Zones, scenario=tiny.replace(end_date="2019-12-31")).campaign
    Zones().start(c)
    c.env.run(until=c.horizon)
    assert days == [end for end in c.calendar.month_ends(c.horizon - 1) if end != 365.0] and len(days) == 22


def test_no_helper_leaves_a_village_whose_team_has_more_to_do_than_that_behind(bench):
    """Else the command would empty a village month by month until nobody is left there for a visit."""
    c = commanded(bench)
    villages = max(c.places.villages_of, key=len)
    for item in c.lacks.household:
        c.lacks.household[item][:] = False
    c.lacks.household["housing"][np.flatnonzero(c.register.village[: c.register.size] == villages[1])] = True
    for village in villages:
        c.desks.teams[village].share(10_000_000 * (village != villages[1]))
    before = [c.desks.teams[village].members for village in villages]
    Zones()._move_helpers(c)
    assert [c.desks.teams[village].members for village in villages] == before
    c.desks.teams[villages[1]].share(1_000_000_000)
    Zones()._move_helpers(c)
    assert c.desks.teams[villages[1]].members == before[1] + 1


def test_at_the_end_of_a_month_a_command_moves_helpers_and_sends_crews(bench):
    c, zones = commanded(bench), Zones()
    c.env.run(until=30)
    pools = c.crews["builder"]
    spare = max(range(7), key=lambda t: (pools[t].idle, -pools[t].waiting))
    pools[spare].capacity += 2
    crews, teams = [pool.capacity for pool in pools], [team.members for team in c.desks.teams]
    zones.start(c)
    c.env.run(until=30.99)
    assert [pool.capacity for pool in pools] == crews and [team.members for team in c.desks.teams] == teams
    c.env.run(until=31 + c.p["works.crew_move_days"] + 0.01)
    arrived = [pool.capacity for pool in pools]
    assert sum(arrived) == sum(crews) and arrived[spare] < crews[spare]
    assert [team.members for team in c.desks.teams] != teams


def test_a_crew_that_was_sent_away_comes_home_once_work_waits_there_and_its_job_is_done(bench):
    c = commanded(bench, **{"works.days_spread": 0})
    c.env.run(until=30)
    pools = c.crews["builder"]
    crews = Moves(c, pools)
    home, host = sorted((t for t in range(7) if pools[t].waiting), key=lambda t: -pools[t].waiting)[:2]
    total, own = sum(pool.capacity for pool in pools), pools[home].capacity
    for place, step in ((home, -own), (host, own)):
        pools[place].capacity += step
    for _ in range(2):
        crews.call_home()
    c.env.run(until=30.5)
    assert pools[home].capacity == 0 and crews._called[home] == own, "it finishes its job first"
    c.env.run(until=700)
    assert pools[home].capacity == own == crews._home[home], "called once, not twice"
    assert sum(pool.capacity for pool in pools) == total
    assert crews._called == crews._leaving == crews._coming == [0] * 7


def test_who_waits_to_go_home_or_is_on_the_road_is_no_job_and_no_job_is_walked_to_twice(bench):
    """Home of the guests, at work where they are; where they are; with two that are idle; with one job that waits."""
    c = bench(Zones, assumptions={"works.crew_move_days": 40}).campaign
    pools = [QueueServer(c.env, capacity) for capacity in (3, 1, 2, 1)]
    crews = Moves(c, pools)
    pools[0].capacity, pools[1].capacity = 0, 4
    for pool, jobs in zip(pools, (3, 4, 0, 2), strict=True):
        for _ in range(jobs):
            pool.request()
    for _ in range(2):
        crews.call_home()
    assert [pool.waiting for pool in pools] == [3, 3, 0, 1] and crews._leaving == [0, 3, 0, 0], "each is called once"
    crews.send()
    assert crews._coming == [2, 0, 0, 0] and [pool.capacity for pool in pools] == [0, 4, 0, 1]
    pools[2].capacity = 2
    crews.send()
    assert crews._coming == [3, 0, 0, 1], "one for each of those for which nobody is on the road"
    pools[2].capacity = 2
    crews.send()
    assert crews._coming == [3, 0, 0, 1] and pools[2].idle == 2, "no more jobs"
    for _ in range(3):
        pools[1].release()
    c.env.run(until=41)
    assert [pool.capacity for pool in pools] == [6, 1, 2, 2] and not any(pool.waiting for pool in pools)
    assert crews._called == crews._leaving == crews._coming == [0] * 4


def test_an_idle_guest_goes_home_at_once_and_nobody_is_sent_for_the_same_job(bench):
    c = bench(Zones).campaign
    pools = [QueueServer(c.env, capacity) for capacity in (1, 1, 1)]
    crews = Moves(c, pools)
    pools[0].capacity, pools[1].capacity = 0, 2
    pools[0].request()
    crews.call_home()
    assert [pool.capacity for pool in pools] == [0, 1, 1]
    crews.send()
    c.env.run(until=100)
    assert [pool.capacity for pool in pools] == [1, 1, 1] and pools[0].waiting == 0


def test_of_inspectors_who_has_to_stay_is_planned_for_no_queue(bench):
    c, _ = inspected(bench, {})
    desks = c.desks.inspectors[:4]
    for desk, members in zip(desks, (2, 1, 3, 1), strict=True):
        desk.members, desk.queue.capacity, desk._free[:] = members, members, [0.0] * members
    moves = InspectorMoves(c, desks)
    accept(c, 1, 3, days=20)
    accept(c, 3, 2, days=20)
    c.env.run(until=1)
    moves.send()
    assert [desk.queue.capacity for desk in desks] == [1, 1, 1, 1] and moves._coming == [0, 2, 0, 1]


def test_a_crew_stays_where_it_is_while_nothing_waits_at_home(bench):
    c = commanded(bench)
    pools = [QueueServer(c.env, capacity) for capacity in (1, 1, 2)]
    crews = Moves(c, pools)
    for place, capacity in enumerate((1, 0, 3)):
        pools[place].capacity = capacity
    crews.call_home()
    c.env.run(until=100)
    assert [pool.capacity for pool in pools] == [1, 0, 3]


def accept(c, township, acceptances, days):
    """Put so many acceptances before the inspectors of a township."""
    desk = c.desks.inspectors[township]

    def waits(number):
        yield desk.queue.request(1, number)

    for number in range(acceptances):
        c.env.process(desk.serve(waits(number), days * 480))


def inspected(bench, acceptances):
    """A campaign whose inspectors have so many acceptances before them, by township, each of ten days."""
    c = bench(Zones, assumptions={"works.inspectors": 100, "works.crew_move_days": 4}).campaign
    for township, waiting in acceptances.items():
        accept(c, township, waiting, days=10)
    return c, InspectorMoves(c, c.desks.inspectors)


def test_an_idle_inspector_goes_with_his_days_where_most_acceptances_wait_and_one_stays(bench):
    c, moves = inspected(bench, {3: 30, 4: 20})
    desks = c.desks.inspectors
    c.env.run(until=1)
    had = [desk.members for desk in desks]
    idle = [t for t in range(7) if t not in (3, 4) and had[t] > 1]
    assert idle and 1 in had and desks[3].queue.waiting > desks[4].queue.waiting > 0
    moves.send()
    c.env.run(until=1.01)
    left = [1 if t in idle else had[t] for t in range(7)]
    came = sum(had) - sum(left)
    assert [desk.queue.capacity for desk in desks] == left and desks[3].queue.capacity == had[3], "on the way"
    busy = desks[3].queue.in_use
    c.env.run(until=5.01)
    assert len(idle) < came <= desks[3].queue.waiting + came - desks[4].queue.waiting, "all of them had work there"
    assert desks[3].queue.capacity == desks[3].members == had[3] + came
    assert desks[3].queue.in_use == busy + came and desks[4].queue.capacity == had[4]
    assert max(desks[3]._free) == pytest.approx(15), "who came works at once, not behind those who were there"


def test_an_inspector_comes_home_once_acceptances_wait_there(bench):
    c, moves = inspected(bench, {3: 30})
    desks = c.desks.inspectors
    c.env.run(until=1)
    had = [desk.members for desk in desks]
    home = max((t for t in range(7) if t != 3), key=had.__getitem__)
    moves.send()
    c.env.run(until=6)
    sent = desks[3].members - had[3]
    accept(c, home, 2, days=1)
    c.env.run(until=6.01)
    assert desks[home].queue.waiting == 1 and had[home] > 1 and sent > 1, "one has stayed"
    moves.call_home()
    c.env.run(until=40)
    assert [desks[t].queue.capacity for t in (home, 3)] == [2, had[3] + sent - 1], "one had work there, one came"
    assert [desk.members for desk in desks] == [desk.queue.capacity for desk in desks]
    assert sum(desk.members for desk in desks) == sum(had)
    assert moves._called == moves._leaving == moves._coming == [0] * 7


def test_who_is_called_home_is_not_sent_on_at_the_same_meeting(bench):
    """Else two would leave a township that has one idle and one to stay, or a crew would be in two places."""
    c, _ = inspected(bench, {})
    desks = c.desks.inspectors[:3]
    for desk, members in zip(desks, (1, 2, 1), strict=True):
        desk.members, desk.queue.capacity, desk._free[:] = members, members, [0.0] * members
    moves = InspectorMoves(c, desks)
    accept(c, 0, 3, days=2)
    c.env.run(until=1)
    moves.send()
    c.env.run(until=8)
    assert [desk.queue.capacity for desk in desks] == [2, 1, 1]
    accept(c, 1, 3, days=20)
    c.env.run(until=8.5)
    moves.call_home()
    moves.send()
    c.env.run(until=8.6)
    assert [desk.queue.capacity for desk in desks] == [1, 1, 1]
    c.env.run(until=20)
    assert [desk.queue.capacity for desk in desks] == [1, 2, 1] == [desk.members for desk in desks]


def test_inspectors_move_where_the_rule_has_it_and_nowhere_else(full):
    ended = {}
    for rule in (False, True):
        c = start(full.replace(rules={"inspectors_move": rule}), FIRST, 0)
        had = [desk.members for desk in c.desks.inspectors]
        c.play()
        ended[rule] = [desk.members for desk in c.desks.inspectors]
        assert sum(ended[rule]) == sum(had)
        assert (ended[rule] == had) is not rule
