"""What families do at moments that others bring about: each puts its part in as it starts, all are told in turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.campaign.cases import Case


def _nothing(village: int) -> float:
    return 0.0


@dataclass(slots=True)
class Hooks:
    """The moments of a campaign, and who acts then. Households are registered ones unless it says otherwise."""

    #: The scenario's own time begins after the years before: of what comes from here is told.
    on_first_day: list[Callable[[], None]] = field(default_factory=list)
    #: A new year begins, before its money is listed.
    on_new_year: list[Callable[[], None]] = field(default_factory=list)
    #: A tranche of the year's money has come to the county.
    on_tranche: list[Callable[[], None]] = field(default_factory=list)
    #: Other villages are due (those of which that has changed).
    on_due: list[Callable[[set[int]], None]] = field(default_factory=list)
    #: Households come onto the register, as a year begins and before its money is listed.
    on_newcomers: list[Callable[[list[int]], None]] = field(default_factory=list)
    #: A household has been visited and offered what it needs.
    on_visit: list[Callable[[int], None]] = field(default_factory=list)
    #: A household has begun a product (household, product).
    on_planting: list[Callable[[int, int], None]] = field(default_factory=list)
    #: A household has moved in at a resettlement site.
    on_move: list[Callable[[int], None]] = field(default_factory=list)
    #: Somebody of a household with a place on the books has fallen severely ill.
    on_illness: list[Callable[[int], None]] = field(default_factory=list)
    #: A village has been inspected.
    on_inspection: list[Callable[[int], None]] = field(default_factory=list)
    #: Something of a kind was found in a village, in a case or not.
    on_finding: list[Callable[[int, str, Case | None], None]] = field(default_factory=list)
    #: All villages have been ranked, best first.
    on_ranking: list[Callable[[list[int]], None]] = field(default_factory=list)
    #: What families make of a price (household, product, price as a share of the usual one).
    price_got: list[Callable[[int, int, float], float]] = field(default_factory=list)
    #: The days until a village has met on a list that is to be made public.
    meeting: Callable[[int], float] = _nothing
