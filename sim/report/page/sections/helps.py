"""What helps more than money: the systems of the campaign, left out and doubled, where that was played."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import ablation as effects
from sim.report.page import beside, first_screen
from sim.report.page.markup import Markup, section, table, tag
from sim.words import say

if TYPE_CHECKING:
    from sim.study.effects import Effects


def helps(ablated: Effects | None) -> Markup:
    """The table of the ablation, or the command that adds it."""
    title = say("page.title_helps")
    if ablated is None:
        return section("helps", title, tag("p", beside.command("ablate")))
    return section("helps", title, table(effects.ablation(ablated)), finding=str(first_screen.helps(ablated)))
