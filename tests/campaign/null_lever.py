"""A family that is off leaves the luck of all others alone, and their doings until the day it would have acted."""

from __future__ import annotations

from sim.campaign import start
from sim.streams import Streams
from tests.campaign.conftest import FIRST


def played_on_and_off(scenario, name, monkeypatch, replication=0):
    """Return the purposes of all luck and the event log, with a family on and off.

    Misuse is left out: which of a project's payments there are to misuse is what happens, not luck.
    """
    found = []
    uniform = Streams.uniform
    for state in ("on", "off"):
        asked = set()

        def noted(self, group, purpose, n, period=0, asked=asked):
            if group == "luck" and not purpose.startswith("integrity.misuse/"):
                asked.add(purpose)
            return uniform(self, group, purpose, n, period)

        monkeypatch.setattr(Streams, "uniform", noted)
        c = start(scenario.replace(families={name: state}), FIRST, replication, log=True)
        c.play()
        found.append((asked, c.record.events, c))
    monkeypatch.setattr(Streams, "uniform", uniform)
    return found


def parted(one, other):
    """The day on which two event logs part; infinite if they never do."""
    return next((min(a[0], b[0]) for a, b in zip(one, other, strict=False) if a != b), float("inf"))
