"""`check FILE...`: are these scenarios fit to be played?"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.cli import codes, faults, first_day
from sim.scenario import ScenarioError, load
from sim.words import say
from sim.words.numbers import exact_money

if TYPE_CHECKING:
    from sim.scenario.projects import ProjectList


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
        if (found := scenario.projects) is not None:
            if not chosen.quiet:
                print(say("progress.list_read", file=found.file, rows=len(found.rows), encoding=found.encoding))
            for line in _dear(found, round(scenario.total_yuan * scenario.scale)):
                print(line, file=sys.stderr)
    return codes.BAD_INPUT if bad else codes.DONE


def _dear(found: ProjectList, total: int) -> Iterator[str]:
    """A line on the projects that alone cost more than all the money, as where a unit is mistaken; else none."""
    dear = [(number, row.cost_yuan) for number, row in enumerate(found.rows, start=1) if row.cost_yuan > total]
    if dear:
        number, cost = dear[0]
        yield say(
            "progress.list_dear", file=found.file, count=len(dear), number=number, cost=exact_money(cost),
            total=exact_money(total),
        )  # fmt: skip
