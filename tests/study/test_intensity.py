"""The benchmark of inspection: all that it plays can be played."""

from __future__ import annotations

from sim.campaign import start
from tests.benchmarks.intensity import INTENSITIES, corners, under


def test_every_intensity_is_a_scenario_and_has_so_many_times_the_patrols(full):
    scenario = full.replace(parameters="point")
    first = next(iter(scenario.allocations))
    patrols = [start(under(scenario, x, ()), first).desks.patrol.members for x in INTENSITIES[1:]]
    assert patrols == [max(1, round(patrols[1] * x)) for x in INTENSITIES[1:]]
    assert all(under(scenario, x, slopes) for x in (INTENSITIES[0], INTENSITIES[-1]) for slopes in corners())
