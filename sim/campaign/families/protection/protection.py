"""Protection: back to school, insured, and minimum income for those who cannot work, within a quota."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sim.campaign.families.protection.backstop import Backstop, backstop_needs
from sim.campaign.families.protection.entitlements import Entitlements, entitlement_needs
from sim.campaign.families.protection.gaps import Gaps
from sim.campaign.families.protection.rolls import Rolls
from sim.campaign.money.projects import Need

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign


class Protection:
    """Education, medical care and the backstop: entitlements paid by village, gaps closed household by household."""

    name = "protection"

    def needs(self, c: Campaign) -> Iterable[Need]:
        """The year's subsidies, premiums and minimum income by village, and room for new enrolments."""
        yield from entitlement_needs(c)
        yield from backstop_needs(c)

    def start(self, c: Campaign) -> None:
        """Pay entitlements, enrol drop-outs and the uninsured, offer minimum income."""
        self.rolls = Rolls(c)
        self.entitlements = Entitlements(c, self.name, self.rolls)
        self.gaps = Gaps(c, self.name, self.entitlements)
        self.backstop = Backstop(c, self.name, self.rolls)
        for part in (self.gaps, self.backstop):
            c.hooks.on_newcomers.append(part.take_in)
        c.hooks.on_illness.append(self.backstop.fallen_ill)
        for yearly in (self.entitlements, self.backstop):
            c.hooks.on_new_year.append(yearly.begin_year)
