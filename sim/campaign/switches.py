"""Whether a family works, and what stops or ends on the day from which it does nothing, or never waits."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from sim.campaign.cases import Case, Turn
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.calendar import Calendar
    from sim.campaign.campaign import Campaign


class Switch:
    """Whether a family works: on, ``off`` (its people do nothing) or ``unlimited`` (it never waits), from a day on.

    ``usual`` says that it is neither. Its people work ``until`` the day from which it is off (infinite: throughout).
    """

    __slots__ = ("day", "off", "state", "unlimited", "until", "usual")

    def __init__(self, state: str = "on", day: float = 0.0) -> None:
        self.state, self.day = state, day
        self.until = day if state == "off" else inf
        self.off = self.unlimited = False
        self.usual = True
        if day <= 0:
            self.turn()

    def turn(self) -> None:
        """Act from now on."""
        self.off, self.unlimited = self.state == "off", self.state == "unlimited"
        self.usual = not (self.off or self.unlimited)


def as_stated(setting: object, calendar: Calendar, first_day: float) -> Switch:
    """Return the switch of what a scenario says of a family; one without a date acts from the first day on."""
    when, state = getattr(setting, "from_date", None), getattr(setting, "state", "on")
    if state == "on":
        return Switch()
    return Switch(state, first_day if when is None else calendar.day(when))


def switch_over(c: Campaign, name: str, switch: Switch) -> Steps:
    """From a day on a family does nothing, or never waits: what it has open stops on that day, or ends.

    What that was still to cost, and the places that nobody has taken, bind no money any more.
    """
    yield switch.day
    switch.turn()
    stopped = [case for case in c.cases.open() if case.kind.family == name]
    c.library.give_up_places(name)
    withdraw(c, stopped)
    for case in stopped:
        case.kind.stop(case)
    for case in stopped if switch.unlimited else ():
        c.gates.conclude(case)
    for case in stopped:
        c.library.cut(case, case.cost - case.asked)


def withdraw(c: Campaign, cases: list[Case]) -> None:
    """Let cases wait for a turn or a place on the list no more; money that they wait for they have not asked for.

    The last in a queue goes first, so that nobody who is to go as well moves up.
    """
    c.library.waiting.forget(cases)
    waiting = [turn for case in cases for turn in case.turns]
    for turn in sorted(waiting, key=Turn.place, reverse=True):
        c.turns.pop(turn, None)
        c.payments.ask_less(turn.case, turn.withdraw())
