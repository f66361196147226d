"""The table of what decides holds together as a whole."""

from __future__ import annotations

from sim.statistics.intervals import mean_interval, simultaneous
from tests.benchmarks.deciding import CHANGES, line


def test_its_intervals_hold_together_and_few_that_differ_give_none():
    people = [*[-120.0, -80.0, -100.0, -90.0, -110.0] * 2, -100.0, 0.0]
    wide = mean_interval(people, simultaneous(0.95, len(CHANGES)))
    assert len(CHANGES) > 10
    assert line("no shocks", people).split()[2:] == [
        "-92", f"({wide.low:+.0f}", "to", f"{wide.high:+.0f})", "11", "of", "12", "differ",
    ]  # fmt: skip
    assert line("no shocks", [*people[:5], *[0.0] * 7]).split()[2:] == ["-42", "(no", "interval)", "5", "of", "12", "differ"]
