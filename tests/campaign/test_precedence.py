"""Whose turn it is: who is due and who is deep say how early, and who becomes due later overtakes from then on."""

from __future__ import annotations

import numpy as np
import pytest

from sim import words
from sim.campaign import start
from sim.campaign.cases import FIRST
from sim.campaign.families.supervision.rectification import PRESSED
from sim.report import answer
from tests.report import example


def ways(c):
    """By village: whether it is due, whether it is deep, and when its turn is."""
    return set(zip(c.precedence.due, c.places.deep, c.precedence.of, strict=True))


def test_villages_due_come_before_deep_ones_and_these_before_the_others(bench):
    c = bench().campaign
    assert {(True, True, 1.0), (True, False, 1.0), (False, True, 2.0), (False, False, 3.0)} >= ways(c)
    c.precedence.change([False] * c.places.villages)
    assert ways(c) == {(False, True, 2.0), (False, False, 3.0)}
    c.precedence.change([True] * c.places.villages)
    assert {turn for _, _, turn in ways(c)} == {1.0}


def test_a_village_that_becomes_due_has_another_turn_for_what_is_opened_and_what_waits(bench):
    b = bench()
    c = b.campaign
    kind = b.kind(("approved",), line="housing", scope="village")
    village = c.precedence.due.index(False)
    waiting, pushed, pressed = (c.open_case(kind, entity, village, cost=1) for entity in (0, 1, 4))
    pushed.priority, pressed.priority = FIRST, PRESSED
    c.precedence.change([v == village for v in range(c.places.villages)])
    assert (waiting.priority, pushed.priority, pressed.priority) == (1.0, FIRST, PRESSED)
    assert c.open_case(kind, 2, village, cost=1).priority == 1.0
    assert c.open_case(kind, 3, (village + 1) % c.places.villages, cost=1).priority > 1.0


def test_the_plan_takes_due_villages_below_the_limit_and_shares_the_rest_among_the_others(bench):
    c = bench().campaign
    households, people = c.register.first_households, c.register.first_people
    planned, due = c.precedence.planned(households, people), np.array(c.precedence.due)
    assert planned.sum() == pytest.approx(c.targets.households * c.scale) and (planned <= households).all()
    left = (1 - planned / np.maximum(1, households)) * people / c.county.villages.base_people
    assert due.any() and left[due & (planned > 0)] == pytest.approx(c.p["rule.incidence_limit"])
    rest = (planned / np.maximum(1, households))[~due & (households > 0)]
    assert 0 < rest.min() == pytest.approx(rest.max())
    c.targets = c.targets.model_copy(update={"households": 0})
    assert not c.precedence.planned(households, people)[~due].any()
    c.targets = c.targets.model_copy(update={"households": 10**9})
    assert c.precedence.planned(households, people)[~due] == pytest.approx(households[~due])


@pytest.mark.parametrize(("villages", "due"), [(0, 0), (1, 1), (13, 2)])
def test_as_many_villages_are_due_as_the_answer_says(tiny, villages, due):
    scenario = tiny.replace(targets={"villages": villages})
    assert sum(start(scenario, scenario.baseline, 0).precedence.due) == due
    made = example.comparison(4, scenario=scenario)
    with words.spoken("en"):
        assert f"; {due} villages: " in answer.task(made)
