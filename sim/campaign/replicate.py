"""From (scenario, allocation, replication) to a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sim.campaign.assumed import Pairs, drawn, overrides
from sim.campaign.campaign import Campaign
from sim.campaign.exit.assessment import Assessment
from sim.campaign.families.cadres import Cadres
from sim.campaign.families.collective import CollectiveEconomy
from sim.campaign.families.cooperation import Cooperation
from sim.campaign.families.disbursement import Disbursement
from sim.campaign.families.files import Files
from sim.campaign.families.follow_up import FollowUp
from sim.campaign.families.guidance import Guidance
from sim.campaign.families.households import Households
from sim.campaign.families.industries import Industries
from sim.campaign.families.inflow import Inflow
from sim.campaign.families.integrity import Integrity
from sim.campaign.families.order_chain import OrderChain
from sim.campaign.families.party import PartyBuilding
from sim.campaign.families.protection import Protection
from sim.campaign.families.relocation import Relocation
from sim.campaign.families.replanning import Replanning
from sim.campaign.families.responsibility import Responsibility
from sim.campaign.families.shocks import Shocks
from sim.campaign.families.supervision import Supervision
from sim.campaign.families.works import Works
from sim.campaign.families.zones import Zones
from sim.campaign.family import Family
from sim.campaign.results.months import Months
from sim.campaign.results.outcome import outcome
from sim.county import County, synthesise
from sim.evidence import Entry, Parameters
from sim.kernel import collection_paused
from sim.plain import plain
from sim.record import Run
from sim.scenario.given import of_a_scenario
from sim.scenario.own import checked_alone, parameters
from sim.streams import Streams

if TYPE_CHECKING:
    from sim.scenario import Scenario


#: Every family, in the order in which they start. A researcher passes one more: ``(*FAMILIES, Ecommerce)``, for one run
#: here, or to `sim.load` for all that is played of a scenario.
FAMILIES: tuple[Callable[[], Family], ...] = (
    Cadres, Responsibility, Files, Disbursement, PartyBuilding, Works, Relocation, FollowUp, Protection,
    Industries, Guidance, OrderChain, Cooperation, CollectiveEconomy, Households, Shocks, Inflow, Zones,
    Supervision, Integrity, Replanning, Assessment,
)  # fmt: skip


def replicate(
    scenario: Scenario,
    allocation: str,
    replication: int = 0,
    *,
    gate: str | None = None,
    indices: tuple[int, int, int] | None = None,
    log: bool = False,
    families: tuple[Callable[[], Family], ...] | None = None,
) -> Run:
    """Play one campaign and return what happened; equal arguments give equal runs, byte for byte.

    Where assumed values come from a posterior each ``gate`` has its own, and a replication then is another county under
    each: two runs that differ in the gate differ in the values too.
    ``indices`` (start, parameters, luck) name the three groups of luck apart; by default each is the replication.
    ``families`` are played in place of all others, ``(*sim.FAMILIES, Mine)`` is the model's and one more; without
    them those of the model are played and those that the scenario was loaded with.
    """
    with collection_paused():
        return _played(scenario, allocation, replication, gate=gate, indices=indices, log=log, families=families)


def _played(scenario: Scenario, allocation: str, replication: int, **options: Any) -> Run:
    campaign = start(scenario, allocation, replication, **options)
    months = Months(campaign, projects=replication == 0)
    months.start()
    campaign.play()
    happened = outcome(campaign, allocation, int(replication), months)
    campaign.close()
    return happened


def start(
    scenario: Scenario,
    allocation: str,
    replication: int = 0,
    *,
    gate: str | None = None,
    indices: tuple[int, int, int] | None = None,
    log: bool = False,
    families: tuple[Callable[[], Family], ...] | None = None,
) -> Campaign:
    """Return the campaign of a replication on its first day, before anything has happened."""
    of_a_scenario(scenario)
    chosen = _luck(replication, indices)
    if gate not in (None, "plan", "none"):
        raise ValueError(f"gate(={gate!r}) must be 'plan' or 'none'")
    scenario.allocation(allocation)
    makers = (*FAMILIES, *scenario.own) if families is None else checked_alone(families)
    streams = Streams(scenario.seed, *chosen)
    changed = overrides(scenario)
    gate = gate or scenario.gate
    known = tuple(scenario.quantiles(gate, chosen[1]).items())
    year = (scenario.before or scenario).start_date.year
    own = parameters(makers)
    p, county = _county(scenario.seed, chosen, scenario.parameters, known, changed, scenario.scale, year, own)
    return Campaign(scenario, allocation, county, p, streams, tuple(family() for family in makers), gate, log)


def _luck(replication: Any, indices: Any) -> tuple[int, int, int]:
    """Return the indices of the three groups of luck; raises `ValueError` for what cannot be one."""
    number = plain(replication)
    if not _counts(number):
        raise ValueError(f"replication(={replication!r}) must be a whole number >= 0")
    if indices is None:
        return number, number, number
    found = tuple(map(plain, indices)) if isinstance(indices, Iterable) else ()
    if len(found) != 3 or not all(map(_counts, found)):
        raise ValueError(f"indices(={indices!r}) must be three whole numbers >= 0: start, parameters, luck")
    return found


def _counts(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


@lru_cache(maxsize=2)
def _county(
    seed: int, indices: tuple[int, int, int], mode: str, known: Pairs, overrides: tuple[Pairs, Pairs], scale: float,
    year: int, own: tuple[Entry, ...],
) -> tuple[Parameters, County]:  # fmt: skip
    """The first day does not depend on the allocation, so the allocations of a replication share it."""
    streams = Streams(seed, *indices)
    p = drawn(streams, mode, known, overrides, own)
    return p, synthesise(p, streams, scale, year)
