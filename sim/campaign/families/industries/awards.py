"""Awards for what households plant: by mu, up to a cap a household and year."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.campaign.cases import Case


def award(c: Campaign) -> int:
    """Return the award for what a household plants, yuan: by mu, up to the cap, no more than it costs to join."""
    p = c.p
    most = min(p["industry.award_cap"], p["industry.award_per_mu"] * p["industry.mu_per_household"])
    return min(int(p["industry.cost_per_household"]), int(most))


class Awards:
    """What each case is awarded: granted as its product is begun, expected once it is accepted, then paid."""

    def __init__(self, c: Campaign) -> None:
        self._c, self._cap = c, int(c.p["industry.award_cap"])
        #: What follows the acceptance of one case where the cap leaves room, yuan.
        self.usual = award(c)
        self._granted: dict[tuple[int, int], int] = {}
        self._of: dict[Case, int] = {}

    def of(self, case: Case) -> int:
        """Return what a case that has begun is awarded, yuan; KeyError where it has not begun."""
        return self._of[case]

    def left(self, household: int) -> int:
        """Return the award for what a household begins now, yuan: no more than the year's cap leaves."""
        granted = self._granted.get((household, self._c.this_year))
        return self.usual if granted is None else min(self.usual, self._cap - granted)

    def grant(self, case: Case, whole: int) -> None:
        """Award a case the ``whole``, or what the year's cap leaves of it; the case then costs so much less."""
        key = case.entity, self._c.this_year
        granted = self._granted.get(key, 0)
        amount = self._of[case] = min(whole, self._cap - granted)
        self._granted[key] = granted + amount
        if amount < whole:
            self._c.library.cut(case, whole - amount)

    def expect(self, case: Case) -> None:
        """Accepted: the household may count on its award."""
        self._c.income.pending_of[case.entity] += self._of[case]

    def pay(self, case: Case) -> None:
        """The award that was expected has come."""
        amount, income = self._of[case], self._c.income
        income.pending_of[case.entity] -= amount
        income.received_of[case.entity] += amount
