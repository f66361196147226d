"""Allocations as points: on the grid, under the ceilings, even over all splits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.ensemble.pool import RunError
from sim.scenario.names import LINES
from sim.statistics.abc import design
from sim.study.points import GRID, Plan, Room, room

WHOLE = Room(LINES, np.full(len(LINES), float(GRID)))


def test_spread_points_are_shares_on_the_grid_and_even_over_all_splits():
    plans = WHOLE.spread(design(WHOLE.dimension, 256, 7))
    shares = np.array([plan.shares for plan in plans])
    assert np.array_equal(np.round(shares * GRID) / GRID, shares)
    assert np.all(np.round(shares * GRID).sum(axis=1) == GRID)
    assert shares.mean(axis=0) == pytest.approx([0.1] * 10, abs=0.01)
    assert (shares > 0.5).mean() == pytest.approx(0.5**9, abs=0.003), "a share of an even split exceeds x with (1-x)^9"
    assert np.mean([plan.tilt for plan in plans]) == pytest.approx(0.5, abs=0.02)


@given(
    weights=st.lists(st.floats(1e-9, 1e9), min_size=10, max_size=10),
    most=st.lists(st.integers(1, GRID), min_size=10, max_size=10).filter(lambda most: sum(most) > GRID),
)
def test_no_ceiling_is_passed_and_what_is_below_all_keeps_its_proportions(weights, most):
    plan = Room(LINES, np.array(most, dtype=float)).plan(np.array(weights), 0.5)
    steps = [round(share * GRID) for share in plan.shares]
    assert sum(steps) == GRID and all(0 <= step <= top for step, top in zip(steps, most, strict=True))
    below = [k for k in range(10) if steps[k] < most[k]]
    for j in below:
        for k in below:
            if weights[j] >= weights[k]:
                assert steps[j] >= steps[k] - 1


def test_what_a_ceiling_holds_back_goes_to_the_others_in_proportion():
    narrow = Room(("industry", "housing", "medical"), np.array([200.0, 1000.0, 1000.0]))
    plan = narrow.plan(np.array([6.0, 3.0, 1.0]), 0.4321)
    assert plan == Plan(tuple({"industry": 0.2, "housing": 0.6, "medical": 0.2}.get(line, 0.0) for line in LINES), 0.432)
    assert plan.written() == {"shares": {"industry": 0.2, "housing": 0.6, "medical": 0.2}, "tilt": 0.432}


def test_a_point_and_its_allocation_belong_together():
    plan = WHOLE.plan(np.arange(1.0, 11.0), 0.25)
    assert WHOLE.at(WHOLE.point(dict(zip(LINES, plan.shares, strict=True)), plan.tilt)) == plan
    nothing = dict.fromkeys(LINES, 0.0) | {"industry": 1.0}
    assert np.isfinite(WHOLE.point(nothing, 0.0)).all() and np.isfinite(WHOLE.point(nothing, 1.0)).all()
    assert WHOLE.at(np.array([900.0] + [-900.0] * 9 + [-50.0])) == Plan((1.0,) + (0.0,) * 9, 0.0)


def test_room_is_what_ceilings_leave_above_earmark_and_floor(tiny):
    assert room(tiny).lines == LINES and set(room(tiny).most) == {GRID}
    narrow = tiny.replace(ceilings={"relocation": "4400 万元", "housing": "1500 万元", "medical": "9000 万元"})
    found = room(narrow)
    assert found.lines == tuple(line for line in LINES if line != "relocation")
    most = dict(zip(found.lines, found.most, strict=True))
    assert (most["housing"], most["medical"], most["industry"]) == (100, 754, GRID), "11 and 83 of 110 M, rounded down"


def test_where_nothing_can_be_chosen_it_says_so(tiny):
    first = tiny.baseline
    only = tiny.replace(compare=[first])
    for left in (
        only.replace(total_yuan=110_000_000, earmarked=tiny.earmarked, floors=tiny.floors),
        only.replace(ceilings=only.money(first)),
    ):
        with pytest.raises(RunError) as refused:
            room(left)
        assert (refused.value.code, refused.value.fields) == ("no_room", {"free": left.free_yuan})


def test_where_each_allocation_has_a_list_of_its_own_there_is_none_for_one_that_is_tried(tiny):
    row = {"line": "housing", "kind": "housing", "village": 1, "places": 3, "cost_yuan": 90_000}
    assert room(tiny.replace(projects={"rows": [row]})).dimension > 2
    named = tiny.replace(projects={"rows": [{**row, "allocation": name} for name in tiny.allocations]})
    with pytest.raises(RunError) as refused:
        room(named)
    assert refused.value.code == "listed_by_name"
