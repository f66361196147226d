"""The scenario: everything one comparison needs, frozen, in whole yuan, dates and fractions of one."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError, ValidationInfo, field_validator, model_validator

from sim.scenario.allocation import STRICT, Allocation, Title, split, titled
from sim.scenario.consistency import conflicts
from sim.scenario.fields import Count, Day, Fixed, Replications, Scale, ScenarioName, Share, Total, refuse
from sim.scenario.names import LINES, nearest
from sim.scenario.parts import (
    Allocations,
    Assumptions,
    Compared,
    Rules,
    Switches,
    Targets,
    Yuan,
    all_families,
)
from sim.scenario.problems import Problem, ScenarioError
from sim.scenario.years import Year, Years


class Scenario(BaseModel):
    """One question to the county: the year, the money, the rules, the allocations to compare.

    ``allocations`` holds those that are played, the baseline first. Money is that of the full county:
    where ``scale`` is below 1, ask `money` for the scaled amounts. Variants are made with `replace`.
    """

    model_config = STRICT

    name: ScenarioName
    title: Title = Field(default_factory=Fixed)
    start: Literal["margins", "history"] = "margins"
    start_date: Day
    end_date: Day
    decide_on: Day | None = None
    seed: Count
    replications: Replications
    parameters: Literal["prior", "point"] = "prior"
    gate: Literal["plan", "none"] = "plan"
    gate_none_share: Share = 0.25
    scale: Scale = 1.0
    targets: Targets
    total_yuan: Total = Field(alias="total")
    earmarked: Yuan = Field(default_factory=Fixed)
    floors: Yuan = Field(default_factory=Fixed)
    years: Years = Field(default_factory=Fixed)
    rules: Rules = Field(default_factory=Rules)
    families: Switches = Field(default_factory=lambda: all_families({}))
    overrides: Assumptions = Field(default_factory=Fixed, alias="assumptions")
    allocations: Allocations
    compare: Compared = ()

    @field_validator("start")
    @classmethod
    def _margins_only(cls, start: str) -> str:
        if start == "history":
            raise refuse("not_yet", "margins")
        return start

    @field_validator("*")
    @classmethod
    def _remember(cls, value: Any, info: ValidationInfo) -> Any:
        """Keep what is sound by itself, so that the whole can be judged even where a part is wrong."""
        if info.context is not None:
            info.context[info.field_name] = value
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Scenario:
        if found := conflicts(self.__dict__):
            raise ValidationError.from_exception_data("Scenario", found)
        chosen = self.compare or tuple(self.allocations)
        self.__dict__["allocations"] = Fixed({name: self.allocations[name] for name in chosen})
        self.__dict__["compare"] = chosen
        self.__dict__["title"] = titled(self.title, self.name)
        return self

    @property
    def assumptions(self) -> dict[str, int | float]:
        """The overrides of the evidence: value by name."""
        return {name: found.value for name, found in self.overrides.items() if found.value is not None}

    @property
    def factors(self) -> dict[str, int | float]:
        """By how much the evidence's values are multiplied once they are drawn, by name."""
        return {name: found.times for name, found in self.overrides.items() if found.times is not None}

    @property
    def free_yuan(self) -> int:
        """What the allocations may move: the total less earmarks and floors."""
        return self.total_yuan - sum(self.earmarked.values()) - sum(self.floors.values())

    @property
    def aims(self) -> Targets:
        """What the last year is to reach."""
        return self.in_year(self.end_date.year).targets

    def in_year(self, year: int) -> Scenario:
        """Return the scenario with the money and the targets that hold in a year."""
        begun = [begins for begins in self.years if begins <= year]
        if not begun:
            return self
        held = self.years[begun[-1]]
        return self.model_copy(update={name: getattr(held, name) for name in Year.model_fields})

    def allocation(self, name: str) -> Allocation:
        """Return an allocation; raises `ScenarioError` with the nearest name where there is none."""
        if name in self.allocations:
            return self.allocations[name]
        known = ", ".join(self.allocations)
        near = nearest(name, self.allocations)
        raise ScenarioError([Problem("unknown_allocation", self.name, 0, "allocations", name, known, near)])

    def money(self, allocation: str | Allocation, scale: float = 1.0) -> dict[str, int]:
        """Return the yuan allotted to each line: earmark, floor, share of the free part; exactly the total.

        With ``scale`` the same for a county of that size: it sums to the rounded multiple of the total.
        """
        if isinstance(allocation, str):
            allocation = self.allocation(allocation)
        free = split(self.free_yuan, allocation.shares)
        full = {n: self.earmarked.get(n, 0) + self.floors.get(n, 0) + free[n] for n in LINES}
        return full if scale == 1.0 else split(round(self.total_yuan * scale), full)

    def replace(self, **changes: Any) -> Scenario:
        """Return a validated variant: each change replaces the key of that name, in any form a file allows.

        A new total takes earmarks, floors and the money of later years along in proportion, unless the same call sets
        them.
        """
        from sim.scenario.variant import replaced

        return replaced(self, changes)

    def dump(self) -> dict[str, Any]:
        """Return the resolved scenario in the words of a file, plain and JSON-able; loads as itself."""
        content: dict[str, Any] = self.model_dump(mode="json", by_alias=True, exclude={"compare"})
        content["assumptions"] = {name: override.dump() for name, override in self.overrides.items()}
        return content

    def digest(self, allocation: str | None = None) -> str:
        """Return a hash of the resolved scenario, or of what one allocation's replications depend on.

        The latter leaves out titles, the gate (runs are told apart by it), the number of replications and the other
        allocations (but for the first, which is played until ``decide_on``).
        """
        content = self.dump() if allocation is None else _played(self, self.allocation(allocation))
        text = json.dumps(content, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
        return blake2b(text.encode(), digest_size=16).hexdigest()

    def __str__(self) -> str:
        return repr(self)

    def __repr__(self) -> str:
        return (
            f"<Scenario {self.name}: {len(self.allocations)} allocations x {self.replications} replications>"
        )

    def __hash__(self) -> int:
        return hash(self.digest())


def _played(scenario: Scenario, allocation: Allocation) -> dict[str, Any]:
    content = scenario.dump()
    first = next(iter(scenario.allocations)) if scenario.decide_on else None
    names = [allocation.name, first]
    plans = [{**content["allocations"][name], "title": None, "name": name} if name else None for name in names]
    skipped = ("title", "replications", "gate", "gate_none_share")
    return {**{key: value for key, value in content.items() if key not in skipped}, "allocations": plans}
