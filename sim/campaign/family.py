"""A process family of the campaign, and the switch that says whether it works."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.campaign.projects import Need


class Family(Protocol):
    """A process family: it says what it needs money for, and starts its processes.

    One with figures of its own to tell has ``scalars(campaign)`` besides: a number by name, as the run ends. One of a
    researcher's own, passed to `sim.load`, may bring ``parameters`` (a tuple of `sim.Entry`, each named
    ``family.parameter``; a scenario sets them under *assumptions*) and ``words`` (texts by language and key, such as
    ``why_not.<reason>``). A class is passed, since each replication makes a family anew; what no other process can
    import (a class of a notebook) is played in this one.
    """

    name: str

    def needs(self, campaign: Campaign) -> Iterable[Need]:
        """Return the work of this family that the register knows of at the start."""

    def start(self, campaign: Campaign) -> None:
        """Register kinds of cases and start processes (``campaign.env.process(steps, rank)``).

        A rank is best left at 0 or above, where entities are. Below zero are the county's own (`sim.campaign.ranks`):
        below ``Control.YEAR`` it is still the old year on the midnight of 1 January. Processes may go on for ever:
        `Campaign.play` ends them with the scenario. ``campaign.env.run()`` without ``until`` never comes back.
        """


class Switch:
    """Whether a family works: on, ``off`` (its people do nothing) or ``unlimited`` (it never waits), from a day on.

    ``usual`` says that it is neither.
    """

    __slots__ = ("day", "off", "state", "unlimited", "usual")

    def __init__(self, state: str = "on", day: float = 0.0) -> None:
        self.state, self.day = state, day
        self.off = self.unlimited = False
        self.usual = True
        if day <= 0:
            self.turn()

    def turn(self) -> None:
        """Act from now on."""
        self.off, self.unlimited = self.state == "off", self.state == "unlimited"
        self.usual = not (self.off or self.unlimited)
