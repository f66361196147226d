"""What a process family of the campaign is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.campaign.money.projects import Need


class Family(Protocol):
    """A process family: it says what it needs money for, and starts its processes.

    One with figures of its own to tell has ``scalars(campaign)`` besides: a number by name, as the run ends. One of a
    researcher's own, passed to `sim.load`, may bring ``parameters`` (a tuple of `sim.Entry`, each named
    ``family.parameter``; a scenario sets them under *assumptions*) and ``words`` (texts by language and key, such as
    ``why_not.<reason>``, or ``result.replications.<figure>`` for what it tells). A class is passed, since each
    replication makes a family anew; what no other process can import (a class of a notebook) is played in this one.
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
