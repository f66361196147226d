"""Which of its shares help an allocation at a total: ``python -m tests.benchmarks.shares finish_relocation --total 60``.

For each line of which it has more than the baseline it gets the baseline's share, and the others what that frees, in
proportion. People still poor against the allocation as it is; the intervals of all lines hold together at 95 %.
"""

from __future__ import annotations

import argparse
from math import isfinite

import sim


def alone(scenario: sim.Scenario, name: str, shares: dict[str, float] | None = None) -> sim.Scenario:
    """The scenario with one allocation, with other shares if any are given."""
    allocation = scenario.allocation(name).model_dump()
    return scenario.replace(allocations={name: allocation | ({"shares": shares} if shares else {})})


def with_share(shares: dict[str, float], line: str, share: float) -> dict[str, float]:
    """The shares where one line has another, and the others what is left in proportion."""
    left = (1.0 - share) / (1.0 - shares[line])
    return {other: share if other == line else left * own for other, own in shares.items()}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("allocation")
    options.add_argument("--total", type=int, default=60, help="M yuan")
    options.add_argument("--replications", type=int, default=24)
    options.add_argument("--scenario", default="scenarios/2018.yaml")
    chosen = options.parse_args()
    scenario = sim.load(chosen.scenario).replace(total=f"{chosen.total} M yuan")
    usual, own = (dict(scenario.allocation(name).shares) for name in (scenario.baseline, chosen.allocation))
    more = [line for line, share in own.items() if share > usual[line]]
    base = alone(scenario, chosen.allocation)
    variants = {line: alone(scenario, chosen.allocation, with_share(own, line, usual[line])) for line in more}
    for effect in sim.effects(base, variants, chosen.replications).effects:
        people = effect.people
        interval = f"({people.low:+.0f} to {people.high:+.0f})" if isfinite(people.low) else "(no interval)"
        line = effect.system
        print(f"{line:20s} {own[line]:6.1%} as {usual[line]:6.1%}  {people.mean:+6.0f}  {interval}")


if __name__ == "__main__":
    main()
