"""What is lacking today of what households, hamlets and villages must have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.county.county import VILLAGE_ITEMS

if TYPE_CHECKING:
    from sim.county import County
    from sim.county.county import Bools

#: What a registered household must have; income above the line comes on top.
HAVES = ("income_source", "housing", "insurance", "education", "road", "water", "electricity", "television")
#: Of these, what the keys of a flat at a resettlement site bring.
WITH_KEYS = ("housing", "road", "water", "electricity", "television")
#: What households of a hamlet have or lack together.
OF_HAMLETS = ("road", "water", "television")


class Lacks:
    """By item, who lacks it: households with a place on the books, hamlets, villages; families change them."""

    def __init__(self, county: County) -> None:
        hh, hamlets, villages = county.households, county.hamlets, county.villages
        hamlet = hh.hamlet[: hh.n_registered]
        self.household: dict[str, Bools] = {
            "income_source": hh.lacks_income_source.copy(),
            "housing": hh.lacks_housing | hh.relocates,
            "insurance": hh.lacks_insurance.copy(),
            "education": hh.lacks_education.copy(),
            "road": hamlets.lacks_road[hamlet],
            "water": hamlets.lacks_water[hamlet],
            "electricity": hh.lacks_electricity.copy(),
            "television": hh.lacks_television | hamlets.lacks_television[hamlet],
        }
        self.hamlet: dict[str, Bools] = {item: getattr(hamlets, f"lacks_{item}").copy() for item in OF_HAMLETS}
        self.village: dict[str, Bools] = {item: villages.lacking(item).copy() for item in VILLAGE_ITEMS}

    def unmet(self) -> Bools:
        """Return, by household with a place on the books, whether it lacks one of the eight haves."""
        lacking = self.household["housing"].copy()
        for item in HAVES:
            lacking |= self.household[item]
        return lacking
