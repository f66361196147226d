"""What must add up in every replication: yuan, minutes of work, households and people."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from sim.campaign.money.ledger import CASH

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign

_minutes = attrgetter("minutes")


def check_money(c: Campaign) -> None:
    """Raise ArithmeticError if a yuan was made or lost, or if a fund holds other cash than the ledger says."""
    c.treasury.ledger.check()
    for line, fund in c.treasury.funds.items():
        booked = c.treasury.ledger.balance[CASH[line]]
        if fund.balance != booked:
            raise ArithmeticError(f"{line}: {fund.balance} yuan in the fund, {booked} in the ledger")


def check(c: Campaign) -> None:
    """Raise ArithmeticError if yuan, minutes of work, households or people do not balance."""
    check_money(c)
    _check_work(c)
    k, poor = c.counts, c.register.poor()
    people = int(c.books.people.sum()) - k["exits_people"] + k["new_people"] + k["returned_people"]
    _check_register("people", people + k["natural_people"], int(c.register.people[poor].sum()))
    households = c.books.households - k["exits_households"] + k["new_households"] + k["returned_households"]
    _check_register("households", households, int(poor.sum()))


def _check_work(c: Campaign) -> None:
    booked, worked = sum(desk.on_cases for desk in c.desks), sum(map(_minutes, c.cases.all))
    if booked != worked:
        raise ArithmeticError(f"work does not balance: {booked} minutes at the desks, {worked} on cases")


def _check_register(what: str, expected: int, found: int) -> None:
    if expected != found:
        raise ArithmeticError(f"the register does not balance: {expected} and {found} {what}")
