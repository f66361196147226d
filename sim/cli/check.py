"""`check FILE...`: are these scenarios fit to be played?"""

from __future__ import annotations

import sys
from argparse import Namespace

from sim.cli import codes, faults, first_day, units
from sim.scenario import ScenarioError, load
from sim.words import say
from sim.words.numbers import exact_money


def run(chosen: Namespace) -> int:
    """Say for every file that it is valid, or everything that is wrong with it."""
    bad = False
    for file in chosen.files:
        try:
            scenario = load(file)
            first_day.refuse([(scenario, file)])
        except ScenarioError as error:
            bad = True
            print(*faults.lines(error), sep="\n", file=sys.stderr)
            continue
        if not chosen.quiet:
            print(say(
                "progress.valid", file=file, allocations=len(scenario.allocations),
                replications=scenario.replications, total=exact_money(scenario.total_yuan),
            ))  # fmt: skip
        if (found := scenario.projects) is not None and not chosen.quiet:
            print(say(
                "progress.list_read", file=found.file, rows=len(found.rows), encoding=found.encoding,
                cost=exact_money(sum(row.cost_yuan for row in found.rows)),
            ))  # fmt: skip
        for line in units.doubted(scenario):
            print(line, file=sys.stderr)
    return codes.BAD_INPUT if bad else codes.DONE
