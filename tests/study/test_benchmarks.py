"""Benchmarks that nobody runs every day: what they play can be played."""

from __future__ import annotations

from sim.campaign import start
from tests.benchmarks import memory
from tests.benchmarks.intensity import INTENSITIES, corners, under


def test_every_intensity_of_inspection_is_a_scenario_and_has_so_many_times_the_patrols(full):
    scenario = full.replace(parameters="point")
    first = next(iter(scenario.allocations))
    patrols = [start(under(scenario, x, ()), first).desks.patrol.members for x in INTENSITIES[1:]]
    assert patrols == [max(1, round(patrols[1] * x)) for x in INTENSITIES[1:]]
    assert all(under(scenario, x, slopes) for x in (INTENSITIES[0], INTENSITIES[-1]) for slopes in corners())


def test_a_worker_says_what_it_holds_after_each_replication(tiny):
    kept = memory.held(tiny, 2)
    assert len(kept) == 2 and min(kept) > 10_000, "kB"
