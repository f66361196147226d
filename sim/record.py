"""What happened: the small, plain result of one replication, and the event log behind it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sim.fixed import FixedFields

#: One line of the event log: day, kind (a key of the catalogues), entity, code (likewise), number. Entities count from
#: 0: ``household.130`` is number 131 for `sim.trace`, ``village.2`` the village with the code 03.
Event = tuple[float, str, str, str, float]


@dataclass(frozen=True, repr=False)
class Run(FixedFields):
    """One replication of one allocation: scalars, monthly series, a row a village, what stopped whom, money by line.

    What each scalar, series and column is stands in `sim/RESULTS.md`, from ``result`` in the catalogues of words.

    Shares are fractions of one, ``people_short`` is signed (below zero: the target is beaten). Money is whole yuan of
    the county as it is played: where ``scale`` is below 1, of the scaled one. ``monthly`` series begin with the state
    on the first day; their yuan are what has come or been paid since. ``projects``, the list that the rule made of the
    allocation on the day from which it acts, is kept by replication 0 alone; ``own_projects`` says what became of each
    project of the planner's own list (`sim.campaign.results.came_back.COLUMNS`). ``proposals`` are people along the
    list of proposed exits, and those of them who left the register; ``works`` has a row a command zone and kind of
    work. ``held``, of a run that holds work back, says by gate on which days how many cases came through
    (`sim.campaign.families.hold`). ``events`` and ``census``, what the log's entities are, are there only where a log
    was kept. ``seed`` and ``indices`` (start, parameters, luck) are those of its luck; one of a study's design has a
    ``replication`` that is its number there. Everything is plain Python, read-only, and survives JSON.

    Events are in the order of their days. One is (day, kind, entity, code, number). The day counts from the first day,
    which is 0; days of years played before are below zero. The number is 0 but for: yuan (``money.paid``,
    ``money.returned``, ``money.misused``, ``household.sold``, and ``shock.illness``, which it costs), yuan a head and
    year as they are seen (``household.visited``, ``household.assessed``), days on the way (``money.arrived``), which
    tranche since the county began (``money.tranche``), cases given money (``plan.replanned``), villages hit
    (``shock.flood``), members (``household.people``).
    """

    scenario: str
    allocation: str
    gate: str
    replication: int
    scalars: Mapping[str, float] = field(default_factory=dict)
    monthly: Mapping[str, Sequence[float]] = field(default_factory=dict)
    villages: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    why_not: Sequence[Mapping[str, Any]] = ()
    lines: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    projects: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    own_projects: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    proposals: Mapping[str, Sequence[int]] = field(default_factory=dict)
    works: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    held: Mapping[str, Sequence[Sequence[int]]] = field(default_factory=dict)
    events: Sequence[Event] | None = None
    census: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    indices: Sequence[int] = ()

    def to_json(self) -> str:
        """Return the run as text: equal runs give equal bytes, and all keys keep their order."""
        return json.dumps(asdict(self), separators=(",", ":"), allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Run:
        """Read a run back from `to_json`."""
        return cls(**json.loads(text))

    def frame(self) -> Any:
        """Return the monthly series as a pandas frame: row 0 is the first day, each other one a month's end.

        A year has 13 rows. Yuan are cumulative. Needs the notebook extra.
        """
        import pandas as pd

        return pd.DataFrame(self.monthly)

    def __repr__(self) -> str:
        share = self.scalars.get("incidence")
        shown = "not finished" if share is None else f"incidence {share:.2%}"
        luck = f"replication={self.replication}{self._luck()}"
        return f"<Run {self.scenario}/{self.allocation} gate={self.gate} {luck}: {shown}>"

    def _luck(self) -> str:
        """The seed where it is known, and the indices of the groups of luck that are not the replication's."""
        seed = "" if self.seed is None else f" seed={self.seed}"
        usual = {*self.indices} <= {self.replication}
        return seed if usual else f"{seed} indices={','.join(map(str, self.indices))}"

    def _repr_html_(self) -> str:
        from html import escape

        from sim.words import known, say

        said = {name: f"result.replications.{name}" for name in sorted(self.scalars)}
        rows = "".join(
            f"<tr><th>{escape(name)}</th><td>{self.scalars[name]:,.6g}</td>"
            f"<td>{escape(say(key)) if known(key) else ''}</td></tr>"
            for name, key in said.items()
        )
        return f"<table><caption>{escape(repr(self))}</caption>{rows}</table>"


class Record:
    """The event log while a replication runs; costs nothing unless somebody asked for it."""

    __slots__ = ("events", "on")

    def __init__(self, log: bool) -> None:
        self.events: list[Event] | None = [] if log else None
        #: Whether anybody asked; what is dear to say is said only then.
        self.on = log

    def add(self, day: float, kind: str, entity: str, code: str = "", number: float = 0.0) -> None:
        """Write a line if a log is kept."""
        if self.events is not None:
            self.events.append((day, kind, entity, code, number))

    def household(self, day: float, kind: str, household: int, code: str = "", number: float = 0.0) -> None:
        """Write a line about a household if a log is kept."""
        if self.events is not None:
            self.events.append((day, kind, f"household.{household}", code, number))
