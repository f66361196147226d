"""The tables of where the doubt comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import typeset, view
from sim.report.entries import called
from sim.report.tables import Table, column
from sim.streams import GROUPS
from sim.words import label, listed, say
from sim.words.numbers import percent

if TYPE_CHECKING:
    from sim.statistics.intervals import Interval
    from sim.study.influences import Influence
    from sim.study.screening import Screening
    from sim.study.sensitivity import Sensitivity

#: What is looked at first, and how many assumed values a sentence names.
FIRST, NAMED = "incidence", 3
#: From where the low end of the largest share begins it is most by itself; all others end below this where it is all.
MOST, NEXT_TO_NONE = 0.5, 0.1


def sensitivity(result: Sensitivity) -> list[Table]:
    """Of each quantity its spread and how much of it is each group of luck; the values that go along; their keys."""
    names = (found.name for found in result.influences)
    return [_spread(result), _values(result), *called(names, result.scenario)]


def finding(result: Sensitivity) -> str:
    """Which group of luck most of the doubt about incidence comes from, as far as the intervals tell, and which assumed
    values go along most.

    A share estimated at more than the whole is told as the whole; the table has the estimate.
    """
    parts = [part for part in result.parts if part.quantity == FIRST]
    if not parts:
        return say("sensitivity.nothing")
    most = max(parts, key=lambda part: part.share.mean)
    others = max(part.share.high for part in parts if part is not most)
    told = most.share.low > min(MOST, others)
    key = "untold" if not told else "wholly" if others < NEXT_TO_NONE else "group"
    share, low, high = (percent(min(1.0, at), 0) for at in (most.share.mean, most.share.low, most.share.high))
    said = [say(f"sensitivity.{key}", group=label("luck_group", most.group), share=share, low=low, high=high)]
    names = significant(result)
    none = say("sensitivity.none" if result.varied else "sensitivity.point")
    said.append(say("sensitivity.values", names=listed(names)) if names else none)
    return say("answer.clause").join(said)


def significant(result: Sensitivity) -> list[str]:
    """The assumed values that can be told to go along with incidence, those that matter most, in quotes."""
    return [_quoted(found.name) for found in _of(result, FIRST) if found.significant][:NAMED]


def _quoted(name: str) -> str:
    """What a sentence calls an assumed value."""
    return say("answer.quote", name=label("parameter", name))


def _spread(result: Sensitivity) -> Table:
    by = {(part.quantity, part.group): part for part in result.parts}
    columns = [
        column(say("table.quantity"), (named(result, quantity) for quantity in result.sd), text=True),
        column(say("table.spread"), (_size(quantity, sd) for quantity, sd in result.sd.items())),
        *(
            column(label("luck_group", group), (_part(by[quantity, group].share) for quantity in result.sd))
            for group in GROUPS
        ),
    ]
    notes = "\n".join([say("note.sensitivity"), *view.scaled_people(result.scenario)])
    return Table(say("title.sensitivity", n=result.vectors), tuple(columns), notes)


def _values(result: Sensitivity) -> Table:
    most = max((len(_of(result, quantity)) for quantity in result.sd), default=0)
    columns = [
        column(heading(result, quantity), _padded([_told(found) for found in _of(result, quantity)], most), text=True)
        for quantity in result.sd
    ]
    rank = column(say("table.place"), (str(place + 1) for place in range(most)))
    notes = say("note.influences", n=result.varied) if result.varied or not result.parts else say("note.no_influences")
    return Table(say("title.influences"), (rank, *columns), notes)


def _of(result: Sensitivity, quantity: str) -> list[Influence]:
    return [found for found in result.influences if found.quantity == quantity]


def _padded(cells: list[str], to: int) -> list[str]:
    return cells + [""] * (to - len(cells))


def _told(found: Influence) -> str:
    text = f"{label('parameter', found.name)} {found.correlation:+.2f}"
    return text if found.significant else f"({text})"


def heading(result: Sensitivity | Screening, quantity: str) -> str:
    """What a quantity is called at the head of a column, in lines."""
    return typeset.folded(named(result, quantity), 24)


def named(result: Sensitivity | Screening, quantity: str) -> str:
    """What a quantity is called, with the allocations that it is of."""
    titles = {name: view.title_of(result.scenario, name) for name in result.scenario.allocations}
    first, second = result.leaders or ("", "")
    base = result.scenario.baseline
    return say(f"quantity.{quantity}", base=titles[base], first=titles.get(first, ""), second=titles.get(second, ""))


def _size(quantity: str, sd: float) -> str:
    """A standard deviation, without the sign of a difference."""
    of_incidence = quantity == "incidence"
    return say("number.points", value=f"{100 * sd:.2f}") if of_incidence else say("table.people", n=f"{sd:,.0f}")


def _part(share: Interval) -> str:
    return f"{percent(share.mean, 0)} ({percent(share.low, 0)}-{percent(share.high, 0)})"
