"""The chain of company, cooperative, base and household: orders with a price floor, and a dividend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.income import SOLD_BEFORE_END
from sim.campaign.ranks import Control
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign



class OrderChain:
    """In some villages a company buys the village's product from a base of so many households.

    From spring festival on the village team visits grower after grower to sign. A contract promises the market's
    price, and a floor; the further the market lies below the floor, the likelier the company does not keep its
    word. At the year's end the cooperative pays a dividend, unless its company has defaulted.
    """

    name = "order_chain"

    def start(self, c: Campaign) -> None:
        """Place the companies, hear who plants, and sign."""
        self._c, self._switch, villages = c, c.switches[self.name], c.places.villages
        self._floor, self._dividend = c.p["order.floor"], c.p["order.dividend"]
        product = c.county.households.product
        present = c.luck("order.company", villages) < c.p["order.company_villages"]
        self._room: list[int] = (present * round(c.p["order.households"])).tolist()
        self._product: list[int] = c.county.villages.product.tolist()
        self._default: dict[int, list[float]] = {
            year: c.luck("order.default", villages, year).tolist() for year in c.calendar.years(c.horizon)
        }
        growers = np.flatnonzero(product >= 0)
        #: What each grower grows that it began last.
        self._grows: dict[int, int] = dict(zip(growers.tolist(), product[growers].tolist(), strict=True))
        self._signing, self._asked = False, set[int]()
        #: The day on which a contract will have been signed, by household; then what it is due of the dividend, yuan.
        self._signed: dict[int, float] = {}
        self._members: dict[int, float] = {}
        self._broken = set[int]()
        c.hooks.on_planting.append(self._planted)
        c.hooks.price_got.append(self._price)
        c.env.process(self._sign_up(), rank=Control.ORDERS)
        c.env.process(self._months(), rank=Control.ORDERS)
        if self._switch.state == "off" and 0 < self._switch.day < c.horizon:
            c.env.process(self._dissolve(self._switch.day), rank=Control.ORDERS)

    def scalars(self, c: Campaign) -> dict[str, float]:
        """Contracts signed, and villages whose company did not keep them."""
        return {name: c.counts[name] for name in ("contracts", "orders_defaulted_villages")}

    def _sign_up(self) -> Steps:
        """Once spring festival is over companies look for growers; who plants later is asked then."""
        c = self._c
        if not self._switch.unlimited:
            yield max(0.0, c.calendar.festival(c.first_year) + c.p["works.festival_days"] * 2 / 3)
        self._signing = True
        for household in sorted(self._grows):
            self._ask(household)

    def _planted(self, household: int, product: int) -> None:
        self._grows[household] = product
        if self._signing:
            self._ask(household)

    def _ask(self, household: int) -> None:
        """Where the company wants what a household grows and has room, the team visits for the contract."""
        c, switch, village = self._c, self._switch, self._c.register.village_of[household]
        if not (self._room[village] or switch.unlimited) or switch.off or household in self._asked:
            return
        if switch.unlimited:
            self._asked.add(household)
            self._join(household, c.env.now)
        elif self._grows[household] == self._product[village]:
            self._asked.add(household)
            self._room[village] -= 1
            self._signed[household] = c.env.now + c.visit(village)

    def _months(self) -> Steps:
        """Contracts signed during a month count from its last sales on; the December round pays the dividend."""
        c, switch = self._c, self._switch
        for end in c.calendar.month_ends(c.horizon):
            yield end - SOLD_BEFORE_END - c.env.now
            if switch.unlimited:
                for household in sorted(self._grows):
                    self._ask(household)
            for household in [h for h, day in self._signed.items() if day <= c.env.now]:
                self._join(household, self._signed.pop(household))
            if c.year_end == end:
                self._pay()
                yield SOLD_BEFORE_END
                self._open_year()

    def _join(self, household: int, signed: float) -> None:
        self._c.counts["contracts"] += 1
        self._c.record.household(signed, "household.contract", household)
        self._owe(household, self._c.rest_of_year)

    def _owe(self, household: int, part: float) -> None:
        """A member may expect its part of a year's dividend."""
        due = self._members[household] = self._dividend * part
        self._c.income.pending_of[household] += due

    def _pay(self) -> None:
        c = self._c
        for household, due in self._members.items():
            c.income.pending_of[household] -= due
            if c.register.village_of[household] not in self._broken:
                c.income.received_of[household] += due

    def _dissolve(self, day: float) -> Steps:
        """From that day on nobody is a member, or expects a dividend."""
        yield day
        for household, due in self._members.items():
            self._c.income.pending_of[household] -= due
        self._members.clear()
        self._signed.clear()

    def _open_year(self) -> None:
        self._broken.clear()
        for household in self._members:
            self._owe(household, 1.0)

    def _price(self, household: int, product: int, price: float) -> float:
        """A member gets the floor where the market pays less and the company keeps its word."""
        if household not in self._members:
            return price
        c, switch, floor = self._c, self._switch, self._floor
        if price >= floor:
            return price
        village = c.register.village_of[household]
        if product != self._product[village] and not switch.unlimited:
            return price
        chance = c.p["order.default"] * (1.0 - price / floor)
        if self._default[c.this_year][village] < chance:
            if village not in self._broken:
                self._broken.add(village)
                c.counts["orders_defaulted_villages"] += 1
            return price
        return floor
