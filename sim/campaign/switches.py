"""Whether a family works, and what stops or ends on the day from which it does nothing, or never waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.campaign.cases import Case
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.calendar import Calendar
    from sim.campaign.campaign import Campaign


class Switch:
    """Whether a family works: on, ``off`` (its people do nothing) or ``unlimited`` (it never waits), from a day on.

    ``usual`` says that it is neither.
    """

    __slots__ = ("day", "off", "state", "unlimited", "usual")

    def __init__(self, state: str = "on", day: float = 0.0) -> None:
        self.state, self.day = state, day
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
    """From a day on a family does nothing, or never waits: what it has open stops on that day, or ends."""
    yield switch.day
    switch.turn()
    stopped = [case for case in c.cases.open() if case.kind.family == name]
    c.library.waiting = [item for item in c.library.waiting if item[0].kind.family != name]
    for case in stopped:
        _withdraw(c, case)
    for case in stopped:
        case.kind.stop(case)
    for case in stopped if switch.unlimited else ():
        c.gates.conclude(case)


def _withdraw(c: Campaign, case: Case) -> None:
    """Let a case wait for its turn no more; money that it waits for it has not asked for."""
    for waiting in case.turns:
        c.turns.pop(waiting, None)
        case.asked -= waiting.withdraw()
