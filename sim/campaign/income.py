"""The income account of registered and exited households: what they have received, and what they may expect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.campaign.ranks import Control
from sim.county.county import ENTERPRISE, FARMING, PROPERTY, TRANSFERS, WAGES
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign

#: Days before a month is over at which what is ready is sold, by whatever contract has been signed by then.
SOLD_BEFORE_END = 0.5


class IncomeAccount:
    """Yuan a household, in one array over all households that are or were registered.

    ``base`` is a year's income by component if nothing new is done, ``factor`` what shocks leave of it,
    ``rate`` the yuan a day of running jobs, posts and minimum income, ``pending`` what stands in the field
    and will be sold this year, ``received`` what has come in since 1 January. ``lost`` is what shocks have taken of it,
    ``lost_harvest`` what they take of a year's farming and enterprise, ``lost_rate`` the yuan a day of jobs lost, all
    of this year. What is done to one household goes through ``rate_of``, ``pending_of``, ``received_of``, ``lost_of``
    and ``lost_rate_of``: the same books as memory, at a third of the price.
    """

    def __init__(self, c: Campaign) -> None:
        hh, n = c.county.households, c.register.known
        self._c = c
        self.people = c.register.people[:n]
        # By column, since all households are summed over components: that is no work for a linear algebra library,
        # which would wake its threads for it.
        self.base = np.asfortranarray((hh.income[:n] * self.people)[:, None] * hh.shares[:n])
        self.factor = np.ones_like(self.base)
        #: By registered household: the product from which its enterprise income comes, -1 where that is not known. What
        #: is young on the first day is sold apart, as whatever is begun later.
        self.sells: NDArray[np.int64] = np.where(hh.planted > 0, -1, hh.product)
        #: By registered household, what the village team's reading of its income comes to of what it is.
        self.error = self.misread("income.seen")
        self.received = np.zeros(n)
        self.rate = np.zeros(n)
        self.pending = np.zeros(n)
        self.lost, self.lost_harvest, self.lost_rate = np.zeros((3, n))
        self.received_of: memoryview[float] = self.received.data  # type: ignore[assignment]
        self.rate_of: memoryview[float] = self.rate.data  # type: ignore[assignment]
        self.pending_of: memoryview[float] = self.pending.data  # type: ignore[assignment]
        self.lost_of: memoryview[float] = self.lost.data  # type: ignore[assignment]
        self.lost_rate_of: memoryview[float] = self.lost_rate.data  # type: ignore[assignment]
        self._weights = received_by_month(c.p["income.harvest_first_month"], c.p["income.harvest_last_month"])
        #: By month, from 0: the share of a component's year that is still to come as it begins.
        self._to_come = [self._weights[:, month:].sum(axis=1) for month in range(13)]
        self._posted = 0.0
        self._month = 0
        #: Yuan a head of the last complete calendar year.
        self.year_total = np.zeros(n)

    def start(self) -> None:
        """Start the monthly posting."""
        self._c.env.process(self._post(), rank=Control.INCOME)

    def _post(self) -> Steps:
        c = self._c
        for end in c.calendar.month_ends(c.horizon):
            yield end - c.env.now
            self.post_month(end)
            if c.calendar.date(end).month == 1:
                self._new_year()

    def post_month(self, end: float) -> None:
        """Enter what a month has brought."""
        self.received += (self.base * self.factor * self._weights[:, self._month]).sum(axis=1)
        self.received += self.rate * (end - self._posted)
        self.lost += self.lost_harvest * self._weights[FARMING, self._month] + self.lost_rate * (end - self._posted)
        self._posted, self._month = end, self._month + 1

    def _new_year(self) -> None:
        self.year_total = self.received / self.people
        self._month = 0
        for books in (self.received, self.lost, self.lost_harvest, self.lost_rate):
            books[:] = 0.0
        self.factor[:] = 1.0
        self.base *= 1.0 + self._c.p["income.growth"]

    def begin_rate(self, household: int, yuan_a_day: float, since: float | None = None) -> None:
        """Begin (or with a negative sum end) an income that flows by the day, from now on or from a day before."""
        self.rate_of[household] += yuan_a_day
        self.received_of[household] -= yuan_a_day * ((self._c.env.now if since is None else since) - self._posted)

    def begin_job(self, household: int, yuan_a_day: float) -> None:
        """Begin a wage; it makes good as much of one that was lost this year."""
        self.begin_rate(household, yuan_a_day)
        if lost := self.lost_rate_of[household]:
            self._lose_rate(household, -min(yuan_a_day, lost))

    def lose_job(self, household: int, yuan_a_day: float) -> None:
        """End a wage that would have gone on."""
        self.begin_rate(household, -yuan_a_day)
        self._lose_rate(household, yuan_a_day)

    def _lose_rate(self, household: int, yuan_a_day: float) -> None:
        self.lost_rate_of[household] += yuan_a_day
        self.lost_of[household] -= yuan_a_day * (self._c.env.now - self._posted)

    def lose(self, those: int | NDArray[np.bool_] | NDArray[np.int64], component: int, share: float) -> None:
        """A shock takes a share of what farming or enterprise still brings one household or several this year."""
        self.book_lost(those, component, share)
        self.factor[those, component] *= 1.0 - share

    def book_lost(self, those: int | NDArray[np.bool_] | NDArray[np.int64], component: int, share: float) -> None:
        """Book what a shock is about to take of farming or enterprise, which come in the same months."""
        self.lost_harvest[those] += share * self.base[those, component] * self.factor[those, component]

    def annual(self, n: int | None = None) -> NDArray[np.float64]:
        """Return received and expected income of the calendar year, yuan a head (the *practised* reading).

        Of the first ``n`` households, or of all.
        """
        rest = (self.base[:n] * self.factor[:n] * self._to_come[self._month]).sum(axis=1)
        flow = self.rate[:n] * (self._c.year_end - self._posted)
        return np.asarray((self.received[:n] + rest + flow + self.pending[:n]) / self.people[:n])

    def annual_of(self, household: int) -> float:
        """Return `annual` of one household."""
        rest = (self.base[household] * self.factor[household]).dot(self._to_come[self._month])
        flow = self.rate_of[household] * (self._c.year_end - self._posted) + self.pending_of[household]
        return float((self.received_of[household] + rest + flow) / self.people.item(household))

    def misread(self, purpose: str, period: int = 0) -> NDArray[np.float64]:
        """Return, by household of the register, what one reading of its income comes to of what it is."""
        c = self._c
        return np.asarray(np.exp(c.p["income.measurement_sd"] * ndtri(c.luck(purpose, c.register.size, period))))

    def so_far(self) -> NDArray[np.float64]:
        """Return what has been received since 1 January, yuan a head (the *strict* reading)."""
        running = self.rate * (self._c.env.now - self._posted)
        return np.asarray((self.received + running) / self.people)

    def taken(self, strict: bool) -> NDArray[np.float64]:
        """Return what shocks have taken of this year's income, yuan a head: of `so_far` or else of `annual`."""
        flow = self.lost_rate * ((self._c.env.now if strict else self._c.year_end) - self._posted)
        rest = 0.0 if strict else self.lost_harvest * self._to_come[self._month][FARMING]
        return np.asarray((self.lost + flow + rest) / self.people)


def received_by_month(first_harvest: float, last_harvest: float) -> NDArray[np.float64]:
    """Return the share of a year's income that each month brings, shape (component, 12).

    Farming and enterprise pay in the harvest months, wages in all but February (spring festival), property
    at the year's end, transfers at the end of each quarter.
    """
    weights = np.zeros((5, 12))
    weights[[FARMING, ENTERPRISE], round(first_harvest) - 1 : round(last_harvest)] = 1.0
    weights[WAGES] = 1.0
    weights[WAGES, 1] = 0.0
    weights[PROPERTY, 11] = 1.0
    weights[TRANSFERS, 2::3] = 1.0
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))
