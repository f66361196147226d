"""Plans made while the campaign runs: an allocation that acts from a date, and the list of every new year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.county.fitting import largest_remainder
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign


def decide(c: Campaign, day: float) -> Steps:
    """On the day of the decision, list anew whatever money no case has claimed; a new year's list is made by it.

    After the year's last re-planning, which gives up what nobody claims, places are only for who waits that day.
    """
    yield day
    if day == c.year_begin:
        return
    _adopt(c)
    _list_the_year(c)
    if c.library.takes_more and day >= c.calendar.day_of_year(c.this_year, c.p["plan.replan_september"]):
        c.library.give_up_places()
        c.library.grant(lambda case: case.cost - case.asked <= c.library.room(case.kind.line or ""))


def _adopt(c: Campaign) -> None:
    """Let the money of this year and of those to come follow the allocation asked about."""
    t = c.treasury
    # What waits for cash is mostly bound already, but not what is paid once more since it did not arrive.
    bound = {line: max(yuan, t.spent(line) + t.funds[line].claimed) for line, yuan in c.library.bound().items()}
    kept = {line: min(yuan, t.total(line)) for line, yuan in bound.items()}
    of_year = {line: max(0, yuan - t.earlier(line)) for line, yuan in kept.items()}
    budget = c.plan.adopt(c.scenario, c.allocation)
    of_this_year = budget.first if c.this_year == c.scenario.start_date.year else budget.later
    given = with_bound(of_this_year, of_year, c.plan.free_money)
    t.reallot(given, of_this_year, budget.goes_on)
    c.plan.keep_fixed({line: yuan - of_this_year[line] for line, yuan in given.items()})


def take_over(c: Campaign) -> Steps:
    """The years before are over: their books are closed, and the scenario's rules, targets and money are in force."""
    yield c.first_day
    scenario = c.scenario
    c.put_in_force(scenario.rules)
    c.close_books()
    c.targets = scenario.targets
    if not scenario.rules.replanning:
        c.library.takes_more = False
    allocation = c.allocation if c.decides is None else scenario.baseline
    c.treasury.plan_years(c.plan.adopt(scenario, allocation))
    for begin in c.hooks.on_first_day:
        begin()


def plan_new_years(c: Campaign) -> Steps:
    """As a year begins its money is listed for what is still needed; what earlier years have bound stays bound."""
    for year in c.calendar.years(c.horizon)[1:]:
        yield c.calendar.day_of_year(year, 1) - c.env.now
        for begin in c.hooks.on_new_year:
            begin()
        c.plan.renew(year)
        if c.decides == c.env.now:
            _adopt(c)
        _list_the_year(c)


def _list_the_year(c: Campaign) -> None:
    """List the year's money, and what earlier years have left unbound."""
    before = c.library.bound_before()
    c.library.relist({line: max(0, c.treasury.total(line) - yuan) for line, yuan in before.items()}, c.needs)


def with_bound(wanted: Mapping[str, int], bound: Mapping[str, int], free: Mapping[str, int]) -> dict[str, int]:
    """Return allotments as close to the wanted ones as what is bound allows, with the same sum.

    A line that has bound more than it would get keeps that. The others give it up in proportion to their room: of what
    the allocation shares out, ``free``, and only where that is not enough of earmarks and floors. In all no more may be
    bound than there is.
    """
    given = {line: max(wanted[line], bound[line]) for line in wanted}
    for most in (free, wanted):
        room = [max(0, min(most[line], yuan - bound[line])) for line, yuan in given.items()]
        excess = min(sum(given.values()) - sum(wanted.values()), sum(room))
        parts = zip(given.items(), largest_remainder(excess, room), strict=True)
        given = {line: yuan - less for (line, yuan), less in parts}
    return given
