"""What a scenario changes of the evidence: values set and multiplied, but for those that leave all as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.campaign.assumed import Pairs, evidence_of, overrides

if TYPE_CHECKING:
    from sim.scenario import Scenario


def altered(scenario: Scenario) -> tuple[Pairs, Pairs]:
    """Return values and factors as `overrides` has them; a value set to what it is anyway counts if it varies."""
    values, factors = overrides(scenario)
    usual = evidence_of(scenario)
    fixed = tuple((name, value) for name, value in values if usual[name].varies or value != usual[name].value)
    return fixed, tuple((name, times) for name, times in factors if usual[name].multiplied(times) != usual[name])


def marks(scenario: Scenario) -> dict[str, str]:
    """Return for each value that is changed what stands in place of the evidence's own, as the exports say it."""
    values, factors = altered(scenario)
    usual = evidence_of(scenario)
    said = {
        name: f"fixed at {value:g}" if value == usual[name].value else f"{value:g} instead of {usual[name].value:g}"
        for name, value in values
    }
    return said | {name: f"{times:g} times {usual[name].value:g}" for name, times in factors}
