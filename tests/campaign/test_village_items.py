"""The eleven items of each village, and the works of each command zone, as a run tells of them."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.campaign import start
from sim.campaign.exit.counts import count_villages
from sim.campaign.exit.village_items import ITEMS, village_items
from sim.campaign.results.zone_works import GATES, WORKS

FIRST = "as_in_2016_17"
DECIDING = ("housing", "insurance", "education", "electricity", "water")


@pytest.fixture(scope="module")
def run(year):
    return year(1)


def test_the_items_are_the_eleven_that_the_sheet_shows(run):
    assert len(ITEMS) == 11
    assert all(set(run.villages[item]) <= {0, 1} and len(run.villages[item]) == 74 for item in ITEMS)


def test_a_village_that_exits_has_every_item_that_decides(run):
    out = np.array(run.villages["exited"], dtype=bool)
    assert out.any() and all(np.array(run.villages[item])[out].all() for item in DECIDING)


def test_items_follow_what_is_lacking(tiny):
    c = start(tiny, FIRST, 1)
    before = village_items(c)
    assert set(c.lacks.village) < set(ITEMS.values())
    for name, item in ITEMS.items():
        if item in c.lacks.village:
            assert before[name] == [int(not lacks) for lacks in c.lacks.village[item]]
    households = count_villages(c)[2]
    village = int((c.register.first_households / households).argmax())
    inhabited = int(households[village])
    here = np.flatnonzero(c.register.village[: c.register.size] == village)
    allowed = int((1.0 - c.p["rule.share_limit"]) * inhabited)
    c.lacks.household["education"][:] = False
    c.lacks.household["education"][here[:allowed]] = True
    assert village_items(c)["education"][village] == 1
    c.lacks.household["education"][here[: allowed + 1]] = True
    assert len(here) > allowed and village_items(c)["education"][village] == 0
    c.lacks.hamlet["water"][:] = True
    assert sum(village_items(c)["water"]) == 0


def test_what_a_zone_tells_of_its_works_is_what_its_cases_came_to(tiny):
    c = start(tiny, FIRST, 2)
    c.play()
    told = sim.run(tiny, FIRST, 2).works
    kinds = {kind for those in WORKS.values() for kind in those}
    assert sum(told["cases"]) == sum(case.kind.name in kinds for case in c.cases.all)
    assert sum(told["accepted"]) == sum(case.kind.name in kinds and case.done for case in c.cases.all)
    for row in zip(*told.values(), strict=True):
        of = dict(zip(told, row, strict=True))
        counts = [of["cases"], *(of[gate] for gate in GATES)]
        assert counts == sorted(counts, reverse=True)
        for gate, half in (("begun", "half_begun"), ("accepted", "half_accepted")):
            assert (of[half] >= 0) == (2 * of[gate] >= of["cases"])


def test_a_run_stays_small(year):
    assert len(year(0).to_json()) < 100_000
