"""The eleven items of the village standard, as the assessment reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.campaign.exit.counts import count_villages, without
from sim.campaign.exit.standard import STANDARDS, share_limit

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign

#: Items that results name after what the standard is about.
_NAMED = {"hardened_road": "road", "broadcast": "television"}
#: In the order of the standard.
ITEMS = {_NAMED.get(item, item): item for item in STANDARDS["village"]}


def village_items(c: Campaign) -> dict[str, list[int]]:
    """Return by item whether each village has it now: an item of households where enough of them do."""
    households = count_villages(c)[2]
    allowed = (1.0 - share_limit(c)) * households
    has = {item: (count <= allowed) for item, count in without(c).items()}
    has |= {item: ~lacks for item, lacks in c.lacks.village.items()}
    return {name: has[item].astype(int).tolist() for name, item in ITEMS.items()}
