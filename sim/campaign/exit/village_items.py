"""The eleven items of the village standard, as the assessment reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.campaign.exit.assessment import count_villages, without_water
from sim.campaign.exit.standard import DECIDING, share_limit

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign

#: Items that a village as a whole has or lacks, by what is noted of them.
OF_VILLAGES = {
    "special_industry": "special_industry", "road": "hardened_road", "television": "broadcast",
    "public_services": "public_services", "collective_income": "collective_income",
    "sound_committee": "sound_committee",
}  # fmt: skip
#: In the order of the standard.
ITEMS = (
    "special_industry", "housing", "insurance", "education", "water", "road", "electricity", "television",
    "public_services", "collective_income", "sound_committee",
)  # fmt: skip


def village_items(c: Campaign) -> dict[str, list[int]]:
    """Return by item whether each village has it now: an item of households where enough of them do."""
    households = count_villages(c)[2]
    lacking = {item: c.register.count(c.lacks.household[item]) for item in DECIDING}
    lacking["water"] = without_water(c)
    allowed = (1.0 - share_limit(c)) * households
    has = {item: (count <= allowed) for item, count in lacking.items()}
    has |= {item: ~c.lacks.village[noted] for item, noted in OF_VILLAGES.items()}
    return {item: has[item].astype(int).tolist() for item in ITEMS}
