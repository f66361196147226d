"""What a process family of the campaign is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from sim.campaign.money.projects import Need
from sim.scenario.names import LINES

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign


class Family(Protocol):
    """A process family: it starts its processes.

    One that needs money has ``needs(campaign)`` besides: the work that the register knows of at the start, each made by
    `sim.campaign.money.projects.needed`. One with figures of its own to tell has ``scalars(campaign)``: a number by
    name, as the run ends. One of a researcher's own, passed to `sim.load`, may bring ``parameters`` (a tuple of
    `sim.Entry`, each named ``family.parameter``; a scenario sets them under *assumptions*) and ``words`` (texts by
    language and key, such as ``why_not.<reason>``, or ``result.replications.<figure>`` for what it tells). A class is
    passed, since each replication makes a family anew; what no other process can import (a class of a notebook) is
    played in this one.
    """

    name: str

    def start(self, campaign: Campaign) -> None:
        """Register kinds of cases and start processes (``campaign.env.process(steps, rank)``).

        A rank is best left at 0 or above, where entities are. Below zero are the county's own (`sim.campaign.ranks`):
        below ``Control.YEAR`` it is still the old year on the midnight of 1 January. Processes may go on for ever:
        `Campaign.play` ends them with the scenario. ``campaign.env.run()`` without ``until`` never comes back.
        """


def needs_of(family: Family, campaign: Campaign) -> list[Need]:
    """Return what a family needs money for, if anything; raises `TypeError` or `ValueError` for what is no need."""
    told = getattr(family, "needs", None)
    found = () if told is None else told(campaign)
    if not isinstance(found, Iterable):
        raise TypeError(f"needs of {family.name} (={found!r}) must be an iterable of needs")
    needs = list(found)
    for need in needs:
        if not isinstance(need, Need):
            raise TypeError(f"needs of {family.name}: {need!r} must be made by sim.campaign.money.projects.needed")
        if need.line not in LINES:
            raise ValueError(f"needs of {family.name}: line(={need.line!r}) must be one of {', '.join(LINES)}")
    return needs
