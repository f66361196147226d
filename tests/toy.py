"""A campaign that costs nothing: used to test what plays, keeps and compares."""

from __future__ import annotations

import dataclasses
import os
import time
from pathlib import Path

from sim.record import Run
from sim.statistics.selection import FIRST
from sim.streams import Streams

#: So that runs that it has played are given back.
version = 1


def replicate(scenario, allocation, replication, *, gate):
    luck = Streams(scenario.seed, replication).one("start", "toy")
    better = list(scenario.allocations).index(allocation) * 0.002
    incidence = 0.03 + 0.01 * luck - better + (0.001 if gate == "plan" else 0.0)
    people = round(incidence * 10_000)
    scalars = {
        "N": 10_000, "incidence": incidence, "incidence_strict": incidence + 0.01,
        "incidence_before_holdbacks": incidence - 0.001, "people_short": people - 241,
        "registered_end_people": people, "exits_people": 1059 - people, "exits_households": (1059 - people) // 4,
        "exits_villages": 1, "county_exit": int(incidence < 0.03), "paid_yuan": 100, "idle_yuan": 10,
        "work_minutes": 4800, "crew_days": 30, "wrong_exit_rate": 0.0, "missed_poor_rate": 0.0, "recognition": 0.95,
    }  # fmt: skip
    why = [{"cause": "unfunded", "people": people, "sole": people // 2, "last": people, "households": 1}]
    lines = {"industry": {"allotted": 110, "listed": 105, "paid": 100, "idle": 10}}
    return Run(
        scenario.name,
        allocation,
        gate,
        replication,
        scalars,
        {"incidence": [0.1, incidence]},
        {"code": ["01"]},
        why,
        lines,
    )


def told_by_its_family(scenario, allocation, replication, *, gate):
    run = replicate(scenario, allocation, replication, gate=gate)
    return dataclasses.replace(run, scalars={**run.scalars, "told": scenario.own[0].told})


def counts_in_its_family(scenario, allocation, replication, *, gate):
    scenario.own[0].told += 1
    return told_by_its_family(scenario, allocation, replication, gate=gate)


def fails_on_two(scenario, allocation, replication, *, gate):
    if replication == 2:
        raise ValueError("a bridge is out")
    return replicate(scenario, allocation, replication, gate=gate)


def always_fails(scenario, allocation, replication, *, gate):
    raise ValueError("the valley is flooded")


def dies_on_one(scenario, allocation, replication, *, gate):
    """The second allocation of replication 1 kills its process while replication 0 is still being played."""
    if replication == 0 and gate == "plan":
        time.sleep(0.1)
    if replication == 1 and gate == "plan" and allocation == list(scenario.allocations)[1]:
        os._exit(9)
    return replicate(scenario, allocation, replication, gate=gate)


def noting(scenario, notes):
    """The scenario, with the file in which the runs that kill their process are noted."""
    return scenario.replace(title={"zh": str(notes), "en": str(notes)})


def noted(scenario):
    """How often this was called in a test, by whatever process."""
    notes = Path(scenario.title["en"])
    with notes.open("a") as file:
        file.write("x")
    return len(notes.read_text())


def always_dies_on_one(scenario, allocation, replication, *, gate):
    if replication == 1:
        noted(scenario)
        os._exit(9)
    return replicate(scenario, allocation, replication, gate=gate)


def dies_once_on_one(scenario, allocation, replication, *, gate):
    if replication == 1 and noted(scenario) == 1:
        os._exit(9)
    return replicate(scenario, allocation, replication, gate=gate)


def until_ctrl_c(scenario, allocation, replication, *, gate):
    if replication == 5:
        raise KeyboardInterrupt
    return replicate(scenario, allocation, replication, gate=gate)


def stopped_in_the_third(scenario, allocation, replication, *, gate):
    if allocation == list(scenario.allocations)[2]:
        raise KeyboardInterrupt
    return replicate(scenario, allocation, replication, gate=gate)


def ends(scenario, allocation, replication, gate, incidence):
    """A replication of the toy that ends elsewhere."""
    run = replicate(scenario, allocation, replication, gate=gate)
    people = round(incidence * 10_000)
    ended = {"incidence": incidence, "registered_end_people": people, "people_short": people - 241}
    return dataclasses.replace(run, scalars={**run.scalars, **ended})


def equal(scenario, allocation, replication, *, gate):
    """All allocations end alike in every replication."""
    luck = Streams(scenario.seed, replication).one("start", "toy")
    return ends(scenario, allocation, replication, gate, 0.03 + 0.01 * luck)


def close(scenario, allocation, replication, *, gate):
    """All end at the same incidence on average, each with luck of its own of a tenth of a point."""
    luck = Streams(scenario.seed, replication)
    own = luck.one("start", f"toy.{allocation}") - 0.5
    return ends(scenario, allocation, replication, gate, 0.03 + 0.01 * luck.one("start", "toy") + 0.0025 * own)


def close_fails(scenario, allocation, replication, *, gate):
    if replication in (3, 13) and allocation == list(scenario.allocations)[1]:
        raise ValueError("a bridge is out")
    return close(scenario, allocation, replication, gate=gate)


def fails_in_one(scenario, allocation, replication, *, gate):
    """The second of several counties fails."""
    if scenario.name == "county-2":
        raise ValueError("the valley is flooded")
    return close(scenario, allocation, replication, gate=gate)


def dies_in_one(scenario, allocation, replication, *, gate):
    """Replication 1 of the second of several counties kills its process."""
    if scenario.name == "county-2" and replication == 1 and gate == "plan":
        os._exit(9)
    return close(scenario, allocation, replication, gate=gate)


def close_out_of_order(scenario, allocation, replication, *, gate):
    """The earlier replications of each four take longer."""
    time.sleep(0.004 * (3 - replication % 4))
    return close(scenario, allocation, replication, gate=gate)


def replicate_fails_late(scenario, allocation, replication, *, gate):
    """It fails after the first look."""
    if replication >= FIRST:
        raise ValueError("a bridge is out")
    return replicate(scenario, allocation, replication, gate=gate)
