"""One household's or village's year, out of a run that kept its log: who, what happened when, how it ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from html import escape
from typing import Any

from sim.county.county import REGISTERED
from sim.fixed import FixedFields
from sim.plain import plain
from sim.record import Event, Run
from sim.report import story
from sim.rows import Rows
from sim.words import spoken

#: What says little about a household, however often it happens.
_PASSAGES = ("gate.", "money.", "case.pushed")
_ENTERS = ("household.registered", "household.returned")


@dataclass(frozen=True, repr=False)
class Trace(FixedFields, Rows):
    """What is known of a simulated household or village, and what happened to it since the first day.

    ``number`` counts from 1, as village codes and the rows of its frame do; entities of ``events`` count from 0, as in
    the log: of household 131 they are ``household.130``. ``subject`` are the columns of
    the census for it, ``place`` the row of its village. ``chosen`` says why it was picked, '' where it was asked for.
    ``lang`` is the language it is told in, None: the one in use when it is read.
    """

    scenario: str
    allocation: str
    replication: int
    scope: str
    number: int
    chosen: str
    titles: Mapping[str, Mapping[str, str]]
    start: str
    end: str
    lines: Mapping[str, float]
    place: Mapping[str, Any]
    subject: Mapping[str, Any]
    events: Sequence[Event]
    lang: str | None = None

    @property
    def text(self) -> str:
        """The story, a line a paragraph or date."""
        return "\n".join(self._lines())

    def date(self, day: float) -> date:
        """Return the date of an event; the last midnight is of the last day."""
        return min(date.fromisoformat(self.start) + timedelta(days=int(day // 1)), date.fromisoformat(self.end))

    def line(self, day: float) -> float:
        """Return the poverty line of an event's year, yuan a head."""
        return self.lines[str(self.date(day).year)]

    def rows(self) -> list[dict[str, Any]]:
        """Return one row an event, with its sentence; entities count from 1: household 131."""
        with spoken(self.lang):
            return [
                {"date": self.date(event[0]).isoformat(), "kind": event[1], "entity": _counted(event[2]),
                 "code": event[3], "number": event[4], "text": story.sentence(event, self.line(event[0]))}
                for event in self.events
            ]  # fmt: skip

    def __repr__(self) -> str:
        return f"<Trace {self.scenario}/{self.allocation} {self.scope} {self.number}: {len(self.events)} events>"

    def _repr_html_(self) -> str:
        return "".join(f"<p>{escape(line)}</p>" for line in self._lines())

    def _lines(self) -> list[str]:
        with spoken(self.lang):
            return story.lines(self)


def trace(run: Run, household: int | None = None, village: int | None = None, lang: str | None = None) -> Trace:
    """Tell what happened to a household or a village (each counted from 1) in a run played with ``log=True``.

    Without either an instructive household is chosen, with ``village=0`` an instructive village. It is told in the
    language ``lang`` (zh, en), else the one in use.
    """
    with spoken(lang):
        return replace(_told(run, household, village), lang=lang)


def _told(run: Run, household: int | None, village: int | None) -> Trace:
    if not isinstance(run, Run):
        raise TypeError(f"run(={run!r}) must be what sim.run(..., log=True) returned")
    if run.events is None or not run.census:
        raise ValueError("this run kept no event log: play it with log=True")
    household, village = plain(household), plain(village)
    if household is not None and village is not None:
        raise ValueError(f"household(={household}) and village(={village}): only one of them can be told of")
    scope = "household" if village is None else "village"
    asked = household if village is None else village
    any_one = asked is None or (type(village) is int and village == 0)
    number, chosen = _instructive(run, scope) if any_one else (asked, "")
    most = count(run, scope)
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= most:
        raise ValueError(f"{scope}(={number!r}) must be a whole number from 1 to {most}")
    return _traced(run, scope, number, chosen)


def count(run: Run, scope: str) -> int:
    """Return how many households or villages a run with a log can tell of."""
    return len(run.census["households" if scope == "household" else "villages"]["lacks"])


def _traced(run: Run, scope: str, number: int, chosen: str) -> Trace:
    census, at = run.census, number - 1
    columns = census[f"{scope}s"]
    subject = {name: column[at] for name, column in columns.items()}
    home = subject["village"] if scope == "household" else at
    place = {name: column[home] for name, column in run.villages.items()}
    return Trace(
        run.scenario, run.allocation, run.replication, scope, number, chosen,
        {"scenario": census["title"], "allocation": census["allocation"]}, census["start"], census["end"],
        census["lines"], place, subject, tuple(_events(run, scope, at)),
    )  # fmt: skip


def _events(run: Run, scope: str, at: int) -> Iterator[Event]:
    """What happened to it since the first day: to a household also by way of its hamlet, to a village in all of it."""
    homes, hamlets = run.census["households"], run.census["hamlets"]["village"]
    if scope == "household":
        village = f"village.{homes['village'][at]}"
        wanted = {f"household.{at}"}
        if homes["status"][at] == REGISTERED or _enters(run, f"household.{at}"):
            wanted.add(f"hamlet.{homes['hamlet'][at]}")
    else:
        village = f"village.{at}"
        wanted = {village, *(f"hamlet.{k}" for k, v in enumerate(hamlets) if v == at)}
        wanted |= {f"household.{k}" for k, v in enumerate(run.census["homes"]) if v == at}
    for event in run.events or ():
        if event[0] >= 0 and (event[2] in wanted or (event[1] == "village.flooded" and event[2] == village)):
            yield event


def _enters(run: Run, household: str) -> bool:
    return any(who == household and kind in _ENTERS for _, kind, who, *_ in run.events or ())


def _counted(entity: str) -> str:
    """Return the name of an entity of the log, which counts from 0, as a trace counts: from 1."""
    scope, _, at = entity.partition(".")
    return f"{scope} {int(at) + 1}"


def _instructive(run: Run, scope: str) -> tuple[int, str]:
    """Return whom most happened to, of those turned away if there are any, else of those who stayed, else of all."""
    happened: Counter[int] = Counter()
    turned: set[int] = set()
    size = count(run, scope)
    for day, kind, entity, _, _ in run.events or ():
        where, _, number = entity.partition(".")
        if where == scope and day >= 0 and not kind.startswith(_PASSAGES) and int(number) < size:
            happened[int(number)] += 1
            if kind in ("household.turned_away", "village.stayed"):
                turned.add(int(number))
    census = run.census["households"]
    poor = {k for k in happened if scope == "household" and census["status_end"][k] == REGISTERED}
    for code, those in (("turned_away", turned & poor), ("stayed", poor or turned), ("eventful", set(happened))):
        if those:
            return 1 + max(those, key=lambda k: (happened[k], -k)), code if scope == "household" else f"village_{code}"
    return 1, "first"
