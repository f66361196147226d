"""The standard by which households and villages are judged, as the forms of a year had it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.campaign.lacks import HAVES
from sim.county.county import VILLAGE_ITEMS

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.evidence import Parameters
    from sim.scenario import Rules

#: The items of each exit standard, one leader each.
STANDARDS: dict[str, tuple[str, ...]] = {
    "household": HAVES,
    "village": (
        "special_industry", "housing", "insurance", "education", "water", "hardened_road", "electricity", "broadcast",
        "public_services", "collective_income", "sound_committee",
    ),
    "county": (
        "special_industry", "housing", "insurance", "education", "water", "hardened_road", "electricity",
        "public_services", "social_assistance",
    ),
}  # fmt: skip
#: What decides about a village, beside incidence and water.
DECIDING = ("housing", "insurance", "education", "electricity")


def in_force(rules: Rules, year: int, p: Parameters) -> Rules:
    """Return the rules of a year: those that a scenario leaves *in_force* as that year had them."""
    then = {"housing": "half" if year <= p["rule.half_built_until"] else "fit",
            "reference_items_block": "on" if year <= p["rule.reference_items_until"] else "off"}  # fmt: skip
    return rules.model_copy(update={name: rule for name, rule in then.items() if getattr(rules, name) == "in_force"})


def last_day(c: Campaign, year: int, scope: str) -> float:
    """Return the day number of the run from which it is too late in a year.

    What a village needs has to be there as the cut-off day ends, what anybody else needs when the last are proposed.
    """
    cutoff = c.p["assessment.cutoff_day"]
    day = cutoff + 1 if scope == "village" else cutoff - c.p["assessment.notice_days"]
    return c.calendar.day_of_year(year, day)


def share_limit(c: Campaign) -> float:
    """Return the least share of a village's households that must have an item this year."""
    former = min(c.this_year, c.last_year) <= c.p["rule.former_share_limit_until"]
    return c.p["rule.former_share_limit" if former else "rule.share_limit"]


def reference_items(c: Campaign) -> list[str]:
    """Return the reference items asked for this year: a collective income only once it had to be of some size."""
    sized = c.this_year >= c.p["rule.collective_income_from"]
    return [item for item in VILLAGE_ITEMS if sized or item != "collective_income"]
