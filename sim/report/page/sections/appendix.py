"""The appendix: what was asked, with which seed and versions, on what evidence."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sim.report import appendix as rests_on
from sim.report import changed
from sim.report.html.markup import Markup, folded, section, table, tag
from sim.words import say

if TYPE_CHECKING:
    from sim.study import Comparison


def appendix(result: Comparison) -> Markup:
    """Evidence by kind, seed and versions, and the resolved scenario, once for both languages."""
    scenario = json.dumps(result.scenario.dump(), ensure_ascii=False, indent=1)
    changes = changed.named(result.scenario, len(changed.changes(result.scenario)))
    return section(
        "appendix", say("page.title_appendix"), tag("p", say("changed.all", changes=changes)) if changes else None,
        table(rests_on.evidence(result.scenario)), table(rests_on.versions(result)),
        folded(say("charts.all_evidence"), table(rests_on.entries(result.scenario))),
        folded(say("page.scenario"), tag("pre", scenario, dir="ltr", tabindex="0")), class_="page",
    )  # fmt: skip
