"""Zone commands: pushes, helpers and crews move, and nobody is doubled."""

from __future__ import annotations

import numpy as np

from sim.campaign.works import Works
from sim.campaign.zones import Zones


def commanded(bench, **assumptions):
    b = bench(Works, Zones, assumptions={"works.builders": 7, **assumptions})
    c = b.campaign
    c.gates.behind |= dict.fromkeys(("diagnosed", "filed", "approved", "funded"), lambda case: 0.0)
    works, zones = c.families
    works.start(c)
    return c, zones


def test_a_push_brings_the_oldest_case_of_a_poor_village_to_the_front(bench):
    c, zones = commanded(bench)
    c.env.run(until=30)
    waiting = [case for case in c.waiting_for_crew.values() if c.village_tier[case.village] < 2]
    zones._push(c)
    pushed = [case for case in waiting if case.priority == 0.0]
    assert pushed
    assert len({case.village for case in pushed}) == len(pushed), "one leader a village, one push a month"
    for case in pushed:
        rivals = [x for x in waiting if x.village == case.village]
        assert (case.since, case.number) == min((x.since, x.number) for x in rivals)
    assert all(case.priority > 0 for case in c.waiting_for_crew.values() if c.village_tier[case.village] > 1)


def test_in_the_autumn_push_every_waiting_case_of_a_poor_village_goes_to_the_front(bench):
    c, zones = commanded(bench)
    c.env.run(until=300)
    poor = [case for case in c.waiting_for_crew.values() if c.village_tier[case.village] < 2]
    zones._push(c)
    assert poor and all(case.priority == 0.0 for case in poor)


def test_an_idle_crew_goes_where_work_waits_and_its_home_has_one_less(bench):
    c, zones = commanded(bench)
    c.env.run(until=30)
    pools = c.crews["builder"]
    before = sum(pool.capacity for pool in pools)
    idle = max(range(7), key=lambda t: (pools[t].idle, -pools[t].waiting))
    pools[idle].capacity += 2
    longest = max(range(7), key=lambda t: pools[t].waiting)
    had = pools[longest].capacity
    zones._send(c, pools)
    c.env.run(until=30.01)
    assert sum(pool.capacity for pool in pools) < before + 2, "on the way"
    c.env.run(until=30 + c.p["works.crew_move_days"] + 1)
    assert sum(pool.capacity for pool in pools) == before + 2
    assert pools[longest].capacity > had


def test_a_helper_moves_within_the_township_to_the_village_behind(bench):
    c, zones = commanded(bench)
    township = max(range(7), key=lambda t: len(c.villages_of_township[t]))
    _ahead, behind, *_ = c.villages_of_township[township]
    for item in c.lacks:
        c.lacks[item][:] = False
    here = np.flatnonzero(c.village[: c.registered] == behind)
    c.lacks["housing"][here] = True
    before = [team.members for team in c.desks.teams]
    zones._move_helpers(c)
    after = [team.members for team in c.desks.teams]
    assert sum(after) == sum(before)
    assert after[behind] == before[behind] + 1


def test_a_pushed_case_gets_the_next_crew(bench):
    c, zones = commanded(bench)
    c.env.run(until=30)
    queues = [[] for _ in range(7)]
    for case in c.waiting_for_crew.values():
        if c.crew_pools[case.kind.name] is c.crews["builder"]:
            queues[case.township].append(case)
    next_before = [min(queue, key=lambda case: (case.priority, case.number), default=None) for queue in queues]
    zones._push(c)
    jumped = 0
    for queue, before in zip(queues, next_before, strict=True):
        pushed = [case for case in queue if case.priority == 0.0]
        if not pushed:
            continue
        while not (started := [case for case in queue if case.started >= 0]):
            c.env.run(until=c.env.now + 0.5)
        assert started == [min(pushed, key=lambda case: case.number)]
        jumped += started != [before]
    assert jumped, "without the push another would have been next"


def test_at_the_end_of_a_month_a_command_pushes_cases_moves_helpers_and_sends_crews(bench):
    c, zones = commanded(bench)
    c.env.run(until=30)
    pools = c.crews["builder"]
    spare = max(range(7), key=lambda t: (pools[t].idle, -pools[t].waiting))
    pools[spare].capacity += 2
    crews, teams = [pool.capacity for pool in pools], [team.members for team in c.desks.teams]
    zones.start(c)
    c.env.run(until=30.99)
    assert [pool.capacity for pool in pools] == crews and all(case.priority for case in c.waiting_for_crew.values())
    c.env.run(until=31 + c.p["works.crew_move_days"] + 0.01)
    arrived = [pool.capacity for pool in pools]
    assert sum(arrived) == sum(crews) and arrived[spare] < crews[spare]
    assert any(case.priority == 0.0 for case in c.cases.all)
    assert [team.members for team in c.desks.teams] != teams
