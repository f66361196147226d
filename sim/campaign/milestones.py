"""On which days the work of a case began and ended, and on which it came through its gates."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.campaign.cases import Case

#: What a case may wait for at the gate *built* before anything begins.
BEFORE_WORK = ("no_crew", "no_quota", "season", "unfunded")


def work_days(cases: Sequence[Case]) -> tuple[list[float], list[float]]:
    """Return the days on which the work of each case began and ended, infinite where it did not.

    All are of one kind.
    """
    built = cases[0].kind.route.index("built")
    begun, ended = ([case.came(gate) for case in cases] for gate in (built, built + 1))
    for place, case in enumerate(cases):
        if case.started > begun[place]:
            begun[place] = case.started
        if case.begin > begun[place]:
            begun[place] = case.begin
        if case.held in BEFORE_WORK and case.gate == "built" and not case.done:
            begun[place] = inf
    return begun, ended


def gate_days(case: Case) -> dict[str, float]:
    """Return the day on which a case came through each gate, infinite where it did not."""
    (begun,), (finished,) = work_days([case])
    return {
        "approved": case.left("approved") if "approved" in case.kind.route else begun,
        "begun": begun, "finished": finished, "accepted": case.closed, "settled": case.settled,
    }  # fmt: skip
