"""Benchmarks that nobody runs every day: what they play can be played."""

from __future__ import annotations

import sim
from sim.campaign import start
from tests.benchmarks import memory, misfits
from tests.benchmarks.intensity import INTENSITIES, corners, under


def test_every_intensity_of_inspection_is_a_scenario_and_has_so_many_times_the_patrols(full):
    scenario = full.replace(parameters="point")
    first = scenario.baseline
    patrols = [start(under(scenario, x, ()), first).desks.patrol.members for x in INTENSITIES[1:]]
    assert patrols == [max(1, round(patrols[1] * x)) for x in INTENSITIES[1:]]
    assert all(under(scenario, x, slopes) for x in (INTENSITIES[0], INTENSITIES[-1]) for slopes in corners())


def test_a_worker_says_what_it_holds_after_each_replication(tiny):
    kept = memory.held(tiny, 2)
    assert len(kept) == 2 and min(kept) > 10_000, "kB"


def test_a_replication_of_the_two_years_before_says_why_due_villages_stay():
    before, after = (sim.load(f"scenarios/{name}.yaml").replace(scale=0.1) for name in ("2016-2017", "2018-after-history"))
    as_it_is, never = (misfits.looked(before, name, 0) for name in list(misfits.CHANGES)[:2])
    incidence, entered, lacking = list(as_it_is)[3:]
    assert as_it_is[incidence] > as_it_is[entered] + as_it_is[lacking] > 0
    assert as_it_is[lacking] > 10 * never[lacking] and as_it_is["villages out"] <= never["villages out"] > 0
    found = misfits.lacking(after, 0)
    assert max(found["housing"], found["water"]) < found["any"] < 100
