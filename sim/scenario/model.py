"""The scenario: everything one comparison needs, frozen, in whole yuan, dates and fractions of one."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import Annotated, Any, Literal

from pydantic import (
    Field,
    PlainValidator,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from sim.scenario.allocation import Allocation, Title, split, titled, unknown
from sim.scenario.consistency import conflicts
from sim.scenario.fields import (
    Confidence,
    Count,
    Day,
    Fixed,
    Replications,
    Scale,
    ScenarioName,
    Share,
    Strict,
    Total,
    Zone,
    refuse,
)
from sim.scenario.names import LINES
from sim.scenario.own import Own, hashed, versioned
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
from sim.scenario.posterior import Posterior
from sim.scenario.problems import Problem, ScenarioError
from sim.scenario.projects import ListedProject, ProjectList


def _years_before(value: object) -> object:
    """Validate the years before by themselves; what a history does not decide, its asker does."""
    if value is None:
        return None
    if not isinstance(value, Scenario):
        if isinstance(value, dict) and value.get("start") == "history":
            raise refuse("history_of_history", "margins")
        value = Scenario.model_validate(value)
    return value.model_copy(update={"parameters": "prior", "posterior": None, "history": None, "projects": None})


History = Annotated[Any, PlainValidator(_years_before), WithJsonSchema({"type": "string"})]


class Scenario(Strict):
    """One question to the county: the year, the money, the rules, the allocations to compare.

    ``allocations`` holds those that are played, the baseline first. Money is that of the full county: where ``scale``
    is below 1, what is played is ``s.money(name, scale=s.scale)``. ``replications`` are the most that are played to
    settle the choice with ``confidence``, up to a difference in incidence of ``indifference``. Variants are made with
    `replace`.
    """

    name: ScenarioName
    title: Title = Field(default_factory=Fixed)
    start: Literal["margins", "history"] = "margins"
    #: The years before, whose end is the start where that is *history*; a scenario whose first allocation is played.
    history: History = None
    start_date: Day
    end_date: Day
    decide_on: Day | None = None
    seed: Count
    replications: Replications
    confidence: Confidence = 0.95
    indifference: Zone = 0.0005
    parameters: Literal["prior", "point", "posterior"] = "prior"
    posterior: Posterior | None = None
    gate: Literal["plan", "none"] = "plan"
    gate_none_share: Share = 0.25
    scale: Scale = 1.0
    targets: Targets
    total_yuan: Total = Field(alias="total")
    earmarked: Yuan = Field(default_factory=Fixed)
    floors: Yuan = Field(default_factory=Fixed)
    #: Yuan that a line may get at most in a year, by allocation and by re-planning; lines without one may get all.
    ceilings: Yuan = Field(default_factory=Fixed)
    rules: Rules = Field(default_factory=Rules)
    families: Switches = Field(default_factory=lambda: all_families({}))
    overrides: Assumptions = Field(default_factory=Fixed, alias="assumptions")
    allocations: Allocations
    #: The projects of the first year, in place of the rule that makes a list of an allocation's money.
    projects: ProjectList | None = None
    compare: Compared = ()
    _own: Own = PrivateAttr(default=())

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
        self.__dict__["projects"] = self.projects and self.projects.only(chosen)
        self.__dict__["title"] = titled(self.title, self.name)
        return self

    @property
    def baseline(self) -> str:
        """The name of the first allocation: the one that differences are against."""
        return next(iter(self.allocations))

    @property
    def several_years(self) -> bool:
        """Whether it ends in a later calendar year than it begins in."""
        return self.end_date.year > self.start_date.year

    @property
    def own(self) -> Own:
        """The process families of a researcher's own that are played besides the model's."""
        return self._own

    def extended(self, own: Own) -> Scenario:
        """Return the scenario with families of a researcher's own."""
        copy = self.model_copy() if own else self
        if own:
            copy._own = own
        return copy

    @property
    def assumptions(self) -> dict[str, int | float]:
        """The overrides of the evidence: value by name."""
        return {name: found.value for name, found in self.overrides.items() if found.value is not None}

    @property
    def factors(self) -> dict[str, int | float]:
        """By how much the evidence's values are multiplied once they are drawn, by name."""
        return {name: found.times for name, found in self.overrides.items() if found.times is not None}

    def quantiles(self, gate: str, number: int) -> dict[str, float]:
        """Return where in its range each value stands that a replication takes from the posterior of its gate.

        ``number`` is the replication's index of assumed values. Without a posterior in use there is none.
        """
        if self.parameters != "posterior" or self.posterior is None:
            return {}
        return self.posterior.quantiles(gate, number)

    @property
    def free_yuan(self) -> int:
        """What the allocations may move: the total less earmarks and floors."""
        return self.total_yuan - sum(self.earmarked.values()) - sum(self.floors.values())

    @property
    def before(self) -> Scenario | None:
        """The years that are played before the scenario's own; None where it starts from margins."""
        found: Scenario | None = self.history if self.start == "history" else None
        return found

    def allocation(self, name: str) -> Allocation:
        """Return an allocation; raises `ScenarioError` with the nearest name where there is none."""
        if not isinstance(name, str):
            raise TypeError(f"allocation(={name!r}) must be a name: {', '.join(self.allocations)}")
        if name in self.allocations:
            return self.allocations[name]
        known, near, titles = unknown(name, self.allocations)
        place = self.name, 0, "allocations", name
        raise ScenarioError([Problem("unknown_allocation", *place, known, near, {"titles": titles})])

    def money(self, allocation: str | Allocation, scale: float = 1.0) -> dict[str, int]:
        """Return the yuan allotted to each line: earmark, floor, share of the free part; exactly the total.

        That is of the full county, whatever the scenario's scale. With ``scale`` it is the same for a county of that
        size, such as ``scale=s.scale`` for the one played: it sums to the rounded multiple of the total.
        """
        if isinstance(allocation, str):
            allocation = self.allocation(allocation)
        free = split(self.free_yuan, allocation.shares)
        full = {n: self.earmarked.get(n, 0) + self.floors.get(n, 0) + free[n] for n in LINES}
        return full if scale == 1.0 else split(round(self.total_yuan * scale), full)

    def own_projects(self, allocation: str) -> tuple[ListedProject, ...]:
        """Return an allocation's rows of the planner's own list, none where the rule makes the list."""
        return () if self.projects is None else self.projects.of(allocation)

    def replace(self, **changes: Any) -> Scenario:
        """Return a validated variant: each change replaces the key of that name, in any form a file allows.

        As in a file, ``total="220 M yuan"`` needs its unit, and a small number without one is refused; ``total_yuan=``
        is whole yuan, however few.
        Of rules, targets and families only those that are named change; other tables are replaced whole: of
        assumptions, where a file keeps those of the one it extends, only those given now are left. To keep them write
        ``assumptions={**s.dump()["assumptions"], "works.road_days": 110}``. A new total takes earmarks, floors and
        ceilings along in proportion, unless the same call sets them. ``compare`` picks among the allocations that the
        scenario has: those that it leaves out are gone, and ``compare="all"`` does not bring them back; make both
        variants of the scenario that has them all.
        """
        from sim.scenario.variant import replaced

        return replaced(self, changes)

    def dump(self) -> dict[str, Any]:
        """Return the resolved scenario in the words of a file, plain and JSON-able; loads as itself."""
        content: dict[str, Any] = self.model_dump(mode="json", by_alias=True, exclude={"compare", "history"})
        content["history"] = None if self.history is None else self.history.dump()
        content["assumptions"] = {name: override.dump() for name, override in self.overrides.items()}
        return content

    def digest(self, allocation: str | None = None) -> str:
        """Return a hash of the resolved scenario, or of what one allocation's replications depend on.

        The latter leaves out titles, the gate (runs are told apart by it), what says how many replications are played,
        a posterior or history that is not in use and the other allocations (but for the first, which is played until
        ``decide_on``). What tells families of a researcher's own apart is in both where each has a version: without
        one, no run of theirs is found again.
        """
        content = self.dump() if allocation is None else _played(self, self.allocation(allocation))
        if self.own and versioned(self.own):
            content["own"] = hashed(self.own)
        text = json.dumps(content, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
        return blake2b(text.encode(), digest_size=16).hexdigest()

    def __str__(self) -> str:
        return repr(self)

    def __repr__(self) -> str:
        return (
            f"<Scenario {self.name}: {len(self.allocations)} allocations x {self.replications} replications>"
        )

    def _repr_html_(self) -> str:
        from sim.scenario.shown import html

        return html(self)

    def __hash__(self) -> int:
        return hash(self.digest())


def _played(scenario: Scenario, allocation: Allocation) -> dict[str, Any]:
    content = scenario.dump()
    first = scenario.baseline if scenario.decide_on else None
    names = [allocation.name, first]
    plans = [{**content["allocations"][name], "title": None, "name": name} if name else None for name in names]
    skipped = ["title", "replications", "confidence", "indifference", "gate", "gate_none_share"]
    if scenario.parameters != "posterior":
        skipped.append("posterior")
    before = None if scenario.before is None else _lived(scenario.before)
    told = {"allocations": plans, "history": before, "projects": [_rows(scenario, name) for name in names if name]}
    return {**{key: value for key, value in content.items() if key not in skipped}, **told}


def _rows(scenario: Scenario, allocation: str) -> list[dict[str, Any]]:
    """The rows of an allocation, whichever allocations share them, under whatever name."""
    rows = (row.model_dump(mode="json") for row in scenario.own_projects(allocation))
    return [{key: value for key, value in row.items() if key not in ("allocation", "name")} for row in rows]


def _lived(history: Scenario) -> dict[str, Any]:
    """What of a history is played; seed and scale are those of who asks."""
    content = _played(history, history.allocations[history.baseline])
    return {key: value for key, value in content.items() if key not in ("name", "seed", "scale")}
