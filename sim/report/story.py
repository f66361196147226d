"""The story of a trace: its head, what happened by date, and why it ended as it did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sim.county.county import COMPONENTS, EXITED, NEVER, REGISTERED
from sim.record import Event
from sim.report import typeset
from sim.words import known, label, language, listed, say
from sim.words.numbers import date, percent

if TYPE_CHECKING:
    from sim.report.trace import Trace

#: The parts of an income, and what flows by the day.
PARTS = (*COMPONENTS, "running")
#: What a case's way through its gates is told by.
_WAY = ("case.opened", "case.done", "gate.")
_CASE = ("case.", "gate.")
#: What a proposal comes to.
_DECIDED = {"household.verified", "household.turned_away"}
#: Events of a village's households and hamlets that its story counts, month by month.
COUNTED = (
    "household.visited", "household.moved", "household.planted", "household.lost_job", "shock.illness",
    "household.proposed", "household.seen_again", "household.verified", "household.turned_away", "household.exited",
    "household.registered", "household.returned", "finding.opened", "finding.rectified", "finding.checked",
)  # fmt: skip
#: Of these what happens once to a household: they are counted in households.
ONCE = frozenset({
    "household.moved", "household.proposed", "household.verified", "household.turned_away", "household.exited",
    "household.registered", "household.returned",
})  # fmt: skip


def lines(told: Trace) -> list[str]:
    """Everything, paragraph by paragraph."""
    household = told.scope == "household"
    head = _household(told) if household else _village(told)
    happened = _by_date(told) if household else _by_month(told)
    end = _household_end(told) if household else _village_end(told)
    chosen = [say(f"story.chosen.{told.chosen}")] if told.chosen else []
    return [_title(told), say("story.note"), *chosen, *head, *happened, *end]


def sentence(event: Event, line: float = 0.0) -> str:
    """What happened, without its date; whose it is only where that is the hamlet."""
    if event[1].startswith(_CASE):
        return say("story.work", work=_work(event), text=_happened(event, line))
    text = _happened(event, line)
    return say("story.hamlet", text=text) if event[2].startswith("hamlet.") else text


def _work(event: Event) -> str:
    """What a case is for."""
    work = words_of(event[1], event[3])
    return say("story.hamlet_work", work=work) if event[2].startswith("hamlet.") else work


def _happened(event: Event, line: float) -> str:
    _, kind, _, code, number = event
    special = f"story.event.{kind}_{code or 'none'}"
    if kind == "household.sold" and number < 1:
        special = f"story.event.household.sold_{'at_a_loss' if number <= -1 else 'nothing'}"
        number = abs(number)
    key = special if known(special) else f"story.event.{kind}"
    if not known(key):
        return label("event", kind)
    return say(key, code=words_of(kind, code), yuan=_yuan(number), line=_yuan(line), count=f"{number:.0f}")


def words_of(kind: str, code: str) -> str:
    """An event's code in words: a line, a product, a kind of work, who found what, what is there now; '' for none."""
    family = kind.partition(".")[0]
    if not code:
        return ""
    if family == "finding":
        source, _, what = code.partition(".")
        said = label("event.source", source)
        return say("story.found", source=said, what=label("event.found", what)) if what else said
    if kind in ("household.planted", "household.sold"):
        return label("product", code)
    if kind == "village.stayed":
        return label("story.stayed", code)
    if kind in ("village.has", "household.lacks"):
        return _item(code)
    if family == "money":
        return label("line", code)
    return label("event.work", code) if family in ("case", "gate") else code


def name(scope: str, number: int) -> str:
    """What a household or village is called: never anything that could be taken for a real one."""
    return say(f"story.name_{scope}", number=f"{number:0{4 if scope == 'household' else 2}d}")


def _title(told: Trace) -> str:
    lang = language()
    first, last = told.start[:4], told.end[:4]
    year = first if first == last else say("number.between", low=first, high=last)
    return say(
        "story.title", name=name(told.scope, told.number), year=year,
        scenario=typeset.cut(told.titles["scenario"].get(lang, told.scenario)),
        allocation=typeset.cut(told.titles["allocation"].get(lang, told.allocation)), replication=told.replication,
    )  # fmt: skip


def _place(told: Trace) -> str:
    where, village = told.place, name("village", int(told.place["code"]))
    return say("story.place", village=village, township=label("township", where["township"]),
               tier=label("tier", where["tier"]))  # fmt: skip


def _household(told: Trace) -> list[str]:
    home = told.subject
    about = [say("story.home", place=_place(told), people=home["people"], workers=home["workers"])]
    about += [say(f"story.{item}", count=home[item]) for item in ("away", "pupils") if home[item]]
    about += [say(f"story.{item}") for item in ("ill", "disabled", "relocates") if home[item]]
    about += [say("story.cause", cause=label("cause", home["cause"]))] if home["cause"] else []
    about += [say("story.product", product=label("product", home["product"]))] if home["product"] else []
    parts = [say("story.part", name=say(f"story.income.{part}"), yuan=_yuan(home[part])) for part in PARTS
             if home[part] >= 0.5]  # fmt: skip
    total = sum(home[part] for part in PARTS)
    line = _yuan(told.lines[told.start[:4]])
    said = say("story.income_total", yuan=_yuan(total), parts=listed(parts), line=line)
    if not parts:
        said = say("story.income_none", line=line)
    before = {REGISTERED: [], EXITED: [say("story.registered_before")], NEVER: [say("story.registered_not")]}
    lacking = _lacking("story.lacks", "story.lacks_nothing", home["lacks"])
    return [say("story.whole", text=say("story.comma").join(about)), *before[home["status"]], said, lacking]


def _village(told: Trace) -> list[str]:
    where, village = told.place, told.subject
    about = say(
        "story.village", place=_place(told), people=where["base_people"], poor=where["registered_start"],
        incidence=percent(where["incidence_start"], 1),
    )  # fmt: skip
    due = "out" if village["out"] else "due" if where["due"] else "not_due"
    lacking = _lacking("story.lacks", "story.village_lacks_nothing", village["lacks"])
    return [about, say(f"story.village_{due}"), lacking]


def _by_date(told: Trace) -> Iterator[str]:
    """One line a day; of the gates that a case passes on one day only the last is told."""
    for _, happened in groupby(told.events, key=lambda event: told.date(event[0])):
        yield _dated(told, _last_steps(list(happened)))


def _dated(told: Trace, events: list[Event]) -> str:
    """What a day brought: of each case its steps, cases that went the same way together, all else by itself."""
    steps: dict[tuple[str, str], list[str]] = {}
    for event in events:
        if event[1].startswith(_CASE):
            steps.setdefault(event[2:4], []).append(_happened(event, told.line(event[0])))
    said: dict[object, list[str]] = {}
    for place, event in enumerate(events):
        if event[1].startswith(_CASE):
            said.setdefault(tuple(steps[event[2:4]]), []).append(_work(event))
        else:
            said[place] = [sentence(event, told.line(event[0]))]
    parts = (
        say("story.work", work=listed(dict.fromkeys(what)), text=say("story.step").join(way))
        if isinstance(way, tuple) else what[0]
        for way, what in said.items()
    )  # fmt: skip
    return say("story.dated", date=date(told.date(events[0][0])), text=say("answer.clause").join(parts))


def _last_steps(events: list[Event], passed: str | tuple[str, ...] = "gate.") -> list[Event]:
    """Leave out the steps (of the kinds ``passed``) that a case took on the way to a later one."""
    last = {(e[2], e[3]): place for place, e in enumerate(events) if e[1].startswith(_WAY)}
    return [e for place, e in enumerate(events) if not e[1].startswith(passed) or last[e[2], e[3]] == place]


def _by_month(told: Trace) -> Iterator[str]:
    """What happened to the village itself by date, then what the month brought its households, counted."""
    own = f"village.{told.number - 1}"
    for _, happened in groupby(told.events, key=lambda event: told.date(event[0]).replace(day=1)):
        month = list(happened)
        built = {e[2] for e in month if e[1] == "case.done" and e[2].startswith("hamlet.")}
        itself = [e for e in month if e[1] not in COUNTED and (e[2] == own or (e[1] == "case.done" and e[2] in built))]
        for _, day in groupby(itself, key=lambda event: told.date(event[0])):
            yield _dated(told, _last_steps(list(day), _WAY))
        if counts := list(_counted(month)):
            first = told.date(month[0][0])
            yield say("story.month", year=first.year, month=say(f"month.{first.month}"), text=listed(counts))


def _counted(month: list[Event]) -> Iterator[str]:
    kinds = Counter(e[1] for e in month)
    for kind in COUNTED:
        if kinds[kind]:
            key = "story.households" if kind in ONCE else "story.times"
            yield say(key, what=label("event", kind), count=kinds[kind])
    done = Counter(e[3] for e in month if e[1] == "case.done" and e[2].startswith("household."))
    for work, times in sorted(done.items()):
        yield say("story.done", what=label("event.work", work), count=times)


def _household_end(told: Trace) -> list[str]:
    home = told.subject
    several = told.start[:4] != told.end[:4]
    end = say(
        "story.end", outcome=say(f"story.outcome.{_outcome(home)}"), yuan=_yuan(home["income_end"]),
        line=_yuan(told.lines[told.end[:4]]), when=say("story.last_year" if several else "story.whole_year"),
    )  # fmt: skip
    lacking = [_lacking("story.lacks_still", "", home["lacks_end"])] if home["lacks_end"] else []
    if home["status_end"] != REGISTERED:
        return [end, *(lacking if home["status_end"] == EXITED else [])]
    others = [label("why_not", cause) for cause in dict.fromkeys(home["why"]) if cause != home["last"]]
    said = [end]
    if _unverified(told):
        said.append(say("story.unverified"))
    if home["last"]:
        said.append(say("story.end_last", cause=label("why_not", home["last"])))
    if others:
        said.append(say("story.end_others", causes=listed(others)))
    return [*said, *lacking]


def _unverified(told: Trace) -> bool:
    """Whether a household was proposed in the last year, and nothing came of it in time but a wrong file."""
    kinds = [event[1] for event in told.events if told.date(event[0]).year == int(told.end[:4])]
    if "household.proposed" not in kinds or _DECIDED & {*kinds}:
        return False
    files = [kind for kind in kinds if kind.startswith("file.")]
    return files[-1:] != ["file.noticed"]


def _outcome(home: Mapping[str, Any]) -> str:
    """How a household stands in the end, beside how it stood on the first day."""
    before, after = home["status"], home["status_end"]
    if after == EXITED:
        return "still_out" if before == EXITED else "wrong" if home["wrong"] else "out"
    return "never" if after == NEVER else "poor" if before == REGISTERED else "became_poor"


def _village_end(told: Trace) -> list[str]:
    where, village = told.place, told.subject
    stayed = [e for e in told.events if e[1] == "village.stayed"]
    state = "exits" if village["exits"] else "stays" if where["due"] or stayed else "rest"
    said = say(
        f"story.village_{state}", poor=where["registered_end"],
        incidence=percent(where["incidence_end"], 1),
    )  # fmt: skip
    why = [say("story.because", why=words_of(*stayed[-1][1:4:2]))] if stayed and not village["exits"] else []
    lacking = [_lacking("story.lacks_still", "", village["lacks_end"])] if village["lacks_end"] else []
    return [said, *why, *lacking]


def _lacking(some: str, none: str, items: Iterable[str]) -> str:
    named = [_item(item) for item in items]
    return say(some, items=listed(named)) if named else say(none)


def _item(item: str) -> str:
    return label("criterion" if known(f"criterion.{item}") else "event.item", item)


def _yuan(value: float) -> str:
    return f"{value:.0f}" if language() == "zh" else f"{value:,.0f}"
