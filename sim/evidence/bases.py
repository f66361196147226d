"""One rural population for all years, and what each possible one says about people entering poverty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.evidence.figure import Figure, count

BASES = (150_000, 155_000, 160_000, 165_000, 168_680)


@dataclass(frozen=True)
class Base:
    """A rural population, and the inflow that the rates and exits of both times would mean with it."""

    population: int
    inflow_2016_17: Figure
    inflow_2018: Figure
    share_of_exits: Figure

    @property
    def possible(self) -> bool:
        """Whether neither inflow has to be negative, as far as the rounding of the rates shows."""
        return self.inflow_2016_17.high >= 0 and self.inflow_2018.high >= 0


def base(population: int, figures: Mapping[str, Figure]) -> Base:
    """Work out a base from the published rates and exits."""
    start, middle = figures["county.incidence_end_2015"], figures["county.incidence_end_2017"]
    end = figures["plan.incidence"]
    before, planned = figures["county.exited_people"], figures["plan.exits_people"]
    people = count(population)
    inflow = before - (start - middle) * people
    return Base(population, inflow, planned - (middle - end) * people, inflow / before)
