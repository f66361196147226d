"""The progress map for the wall: villages by what is recorded of each, and what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import places, view
from sim.report.page.markup import Markup, section, tag
from sim.words import label, say

if TYPE_CHECKING:
    from sim.study import Comparison

#: The eleven items of the village standard.
ITEMS = (
    "special_industry", "housing", "insurance", "education", "water", "road", "electricity", "television",
    "public_services", "collective_income", "sound_committee",
)  # fmt: skip


def sheet(result: Comparison) -> Markup | None:
    """What of the eleven items the runs record by village; today none, and that is said."""
    recorded = set(view.runs(result, view.names(result)[0])[0].villages)
    if not places.told(result):
        return None
    missing = [label("criterion", item) for item in ITEMS if item not in recorded]
    said = say("page.sheet_missing", count=len(missing), items=say("answer.joiner").join(missing))
    return section("sheet", say("page.title_sheet"), tag("p", said) if missing else None)
