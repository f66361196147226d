from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from sim.campaign import start
from sim.campaign.cases import Kind

FIRST = "as_in_2016_17"


@dataclass
class Bench:
    """A campaign in which only the given families work, and what a test needs to push it about."""

    campaign: object

    def begun(self):
        """Return the campaign with its families at work."""
        return at_work(self.campaign)

    def kind(self, route, line=None, scope="household", name="job_of_test", build=None, **options):
        """Register a kind whose finished cases are noted in ``done`` with their day."""
        c = self.campaign
        c.switches.setdefault("test", next(iter(type(c.switches)({"x": _on()}).values())))
        self.done = getattr(self, "done", [])

        def finish(case):
            self.done.append((case.entity, c.env.now))

        return c.cases.register(Kind(name, "test", line, scope, route, build or _nothing, finish, **options), 1000)

    def places(self, kind, village, count, cost):
        """List places for a kind."""
        from sim.campaign.money.projects import Project

        library = self.campaign.library
        project = Project(kind.line, kind.name, village, -1, cost, count, 1.0)
        library.projects.append(project)
        library._by_key[project.key] = project
        library.listed[kind.line] += project.cost_yuan
        library._note(project)
        return project


def at_work(c):
    """Return a campaign that was not played with its families at work."""
    for family in c.families:
        family.start(c)
    return c


def begun(bench, *families, **options):
    """Return a campaign with these families at work, and incomes that flow."""
    c = bench(*families, **options).campaign
    c.income.start()
    return at_work(c)


def _on():
    from sim.campaign.switches import Switch

    return Switch()


def _nothing(case):
    yield 0.0


@pytest.fixture
def bench(tiny):
    """Return a maker of benches: families, changes of the scenario, replication."""

    def make(*families, replication=0, scenario=tiny, **changes):
        assumptions, log = changes.pop("assumptions", {}), changes.pop("log", False)
        changed = scenario.replace(
            assumptions={name: {"value": value, "outside_range": True} for name, value in assumptions.items()},
            **changes,
        )
        return Bench(start(changed, FIRST, replication, families=families, log=log))

    return make


@pytest.fixture
def still():
    """Assumptions under which nothing is wrong, lost or misjudged."""
    return {
        "people.file_error": 0, "gate.held_back_people": 0, "gate.held_back_villages": 0, "income.measurement_sd": 0,
        "verification.refuses": 0, "verification.objection": 0, "verification.county_sample": 0,
        "industry.price_sd": 0, "industry.crash_probability": 0, "industry.plot_loss": 0,
    }  # fmt: skip


def first_of(flags):
    """The first entity of which something is true."""
    return int(np.flatnonzero(flags)[0])


def set_in(c, part, **values):
    """Set values of the first day in a part of the county, by entity, before a family starts."""
    arrays = {name: getattr(getattr(c.county, part), name).copy() for name in values}
    for name, found in values.items():
        for entity, value in found.items():
            arrays[name][entity] = value
    c.county = replace(c.county, **{part: replace(getattr(c.county, part), **arrays)})
