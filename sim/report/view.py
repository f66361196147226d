"""What figures and tables read of a comparison: titles, and scalars and series as arrays over replications."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.campaign.replicate import values as assumed
from sim.study.intervals import FEW, FEWEST
from sim.words import language, say
from sim.words.numbers import percent

if TYPE_CHECKING:
    from sim.record import Run
    from sim.scenario import Scenario
    from sim.study import Comparison, Interval, Proportion, Summary

Floats = NDArray[np.float64]

CAUSES = (
    "not_proposed", "ready_late", "undiagnosed", "desk", "file_wrong", "unapproved", "no_quota", "unfunded",
    "on_its_way", "no_crew", "season", "unfinished", "unaccepted", "income_young", "income_short", "income_misread",
    "shock", "turned_away", "frozen", "misused", "registered_late",
)  # fmt: skip
#: Titles are the planner's own words, of any length; what is longer (in columns of the terminal) is cut.
LONGEST = 44
#: Chinese signs that open, and stay with what follows them.
OPENING = tuple("（“《")
#: How full a line of whole clauses may be: Chinese takes a little more than two columns a sign.
FULL = 0.9
#: Between Chinese clauses, and between phrases, which end in a sign or a particle or begin with a sign.
CLAUSES = re.compile(r"(?<=[；，：。])(?![”）》])")
PARTICLES = "的和与"
PHRASES = re.compile(rf"(?<=[；，：。、{PARTICLES}])(?![”）》、，])|(?=[（“《])")
#: What is called by its name, and stays in a line that has room for it if it is no wider than so many columns.
QUOTED, NAME = re.compile(r'“[^“”]*”|"[^"]*"'), 36


class Span(NamedTuple):
    """An estimate and its interval; where one replication gives no interval, the estimate alone."""

    estimate: float
    low: float
    high: float


def names(result: Comparison) -> list[str]:
    """The allocations compared, the baseline first."""
    return list(result.runs)


def title(result: Comparison, name: str) -> str:
    """What readers call an allocation, in the language in use."""
    return title_of(result.scenario, name)


def title_of(scenario: Scenario, name: str) -> str:
    """What readers of a scenario call one of its allocations."""
    return cut(scenario.allocations[name].title.get(language(), name))


def cut(text: str, longest: int = LONGEST) -> str:
    """One line of a text, at most `longest` columns wide; a Chinese character takes two."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if _width(line) <= longest:
        return line
    line = line[:longest]
    while _width(line) > longest - 1:
        line = line[:-1]
    return line + "…"


def one_line(text: str) -> str:
    """A head of several lines in one."""
    return ("" if language() == "zh" else " ").join(text.split("\n")).replace("- ", "")


def scaled(scenario: Scenario) -> list[str]:
    """What to know of sums that are those of the full county where a part of it is played."""
    return [] if scenario.scale == 1 else [say("note.scaled", scale=percent(scenario.scale, 0))]


def folded(text: str, wide: int = 22) -> str:
    """A title in lines of about the same length, few over `wide` columns, broken before a bracket if it has one."""
    if _width(text) <= wide:
        return text
    whole = _whole(text, wide)
    bracket = next((place for place, sign in enumerate(text) if place and sign in "(（" and place not in whole), 0)
    if bracket:
        return f"{folded(text[:bracket].rstrip(), wide)}\n{folded(text[bracket:], wide)}"
    return wrapped(text, wide)


def wrapped(text: str, wide: int) -> str:
    """A sentence in lines of about the same length, few over `wide` columns; between Chinese clauses if it can.

    Else between phrases; a name in quotation marks is not broken where a line has room for it.
    """
    count = max(1, -(-_width(text) // wide))
    rooms, whole = range(-(-_width(text) // count), wide + 1), _whole(text, wide)
    by_sense = ({found.start() for found in sense.finditer(text)} for sense in (CLAUSES, PHRASES))
    sensible, pieces = [_parts(text, places - whole) for places in by_sense], _parts(text, _breaks(text) - whole)
    senses = (_filled(parts, room) for parts in sensible for room in rooms)
    tries = [*(lines for lines in senses if max(map(_width, lines)) <= FULL * wide),
             *(_filled(pieces, room) for room in rooms)]  # fmt: skip
    return "\n".join(next((lines for lines in tries if len(lines) == count), _filled(pieces, wide)))


def _whole(text: str, wide: int) -> set[int]:
    """The places within quotations that a line has room for."""
    fitting = (found for found in QUOTED.finditer(text) if _width(found[0]) <= min(NAME, FULL * wide))
    return {place for found in fitting for place in range(found.start() + 1, found.end())}


def _filled(pieces: Iterable[str], room: int) -> list[str]:
    """As many pieces a line as fit."""
    lines = [""]
    for piece in pieces:
        if lines[-1] and _width(lines[-1] + piece) > room:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return lines


def runs(result: Comparison, name: str) -> list[Run]:
    """The replications of an allocation, in their order."""
    return list(result.runs[name])


def values(runs: Iterable[Run], scalar: str) -> Floats:
    """A scalar over replications."""
    return np.array([run.scalars[scalar] for run in runs], dtype=float)


def series(runs: Iterable[Run], name: str) -> Floats:
    """A monthly series: a row a replication, a column a month end (the first: the start)."""
    return np.array([run.monthly[name] for run in runs], dtype=float)


def target(result: Comparison) -> float:
    """The incidence to be reached."""
    return float(result.scenario.targets.incidence)


def limit(result: Comparison, rule: str) -> float:
    """What a rule of the exit asks for, as this campaign has it."""
    return float(assumed(result.scenario, 0)[rule])


def summary(result: Comparison, name: str) -> Summary:
    """An allocation over all replications."""
    return next(row for row in result.allocations if row.name == name)


def told_apart(result: Comparison) -> bool:
    """Whether an allocation is known to do better or worse than the baseline."""
    return any(row.verdict != "indistinguishable" for row in result.differences)


def too_few(result: Comparison) -> bool:
    """Whether there are too few replications to tell any two allocations apart, or to say that they do not differ."""
    return result.replications < FEWEST


def few(replications: int) -> list[str]:
    """That so few replications give no intervals, or rough ones; nothing to say of enough."""
    if replications >= FEW:
        return []
    return [say("answer.few" if replications > 1 else "answer.single", done=replications)]


def tied(result: Comparison) -> list[str]:
    """Those from which the best cannot be told apart; not the baseline where the best is known to do better."""
    known = result.best in known_better(result)
    return [name for name in result.alike if not (known and name == result.baseline)]


def known_better(result: Comparison) -> list[str]:
    """The allocations known to do better than the baseline, each held against it alone."""
    return [row.name for row in result.differences if row.verdict == "better"]


def span(of: Interval | Proportion) -> Span:
    """The estimate and its interval of a mean or a chance."""
    estimate = getattr(of, "mean", None)
    middle = of.estimate if estimate is None else float(estimate)  # type: ignore[union-attr]
    return Span(middle, *(end if isfinite(end) else middle for end in (of.low, of.high)))


def causes(of: Summary, column: str) -> dict[str, float]:
    """People by cause (`held`, `sole` or `last`), the mean of a replication, in the order of the gates."""
    people = {row["cause"]: float(row[column]) for row in of.why_not}
    known = [cause for cause in CAUSES if cause in people]
    return {cause: people[cause] for cause in [*known, *sorted(set(people) - set(known))]}


def _columns(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 0 if unicodedata.combining(character) else 1


def _width(text: str) -> int:
    return sum(map(_columns, text))


def _parts(text: str, places: Iterable[int]) -> list[str]:
    """The text cut at these places."""
    ends = sorted({0, *places, len(text)})
    return [text[begin:end] for begin, end in pairwise(ends)]


def _breaks(text: str) -> set[int]:
    """Where a line may break: before a space (not in 3 %), between Chinese characters, not between what binds.

    Punctuation stays with what is before it, a figure with what it counts, an opening sign with what it opens.
    """
    places = set()
    for place, character in enumerate(text):
        apart = character == " " and text[place + 1 : place + 2] != "%"
        before = text[:place][-1:]
        free = not (before.isdigit() or before in (*OPENING, "("))
        chinese = character in OPENING or (_columns(character) == 2 and character.isalpha())
        if apart or (chinese and free):
            places.add(place)
    return places
