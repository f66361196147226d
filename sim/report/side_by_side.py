"""Two run folders side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from sim.report import answer, typeset, view
from sim.report.comparison import chance, span, verdict
from sim.report.printed import Parts, printed
from sim.report.tables import Table, column
from sim.scenario.names import MONEY
from sim.statistics.intervals import fewest, simultaneous
from sim.study.compare import CONFIDENCE
from sim.study.pairs import changed, differences
from sim.words import known, label, language, say
from sim.words.numbers import bare_points, exact_money, percent, signed_tens, tens

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.study import Comparison, Summary
    from sim.study.reopen import Reopened

Row = tuple[str, Any, Any]
_CELLS: dict[str, Callable[[Summary], str]] = {
    "incidence": lambda row: percent(row.incidence.mean),
    "people_short": lambda row: tens(row.people_short.mean),
    "p_target": lambda row: chance(row.p_target),
}
_ASSUMED = "assumptions."
#: By the language in use, what a title in the other one is called.
_TITLES = {"zh": "title.en", "en": "title.zh"}
#: What two counties have to agree in for people of one to be subtracted from people of the other.
_EXTENT = ("scale", "start_date", "end_date")


def side_by_side(one: Reopened, two: Reopened) -> Parts:
    """Return what differs in the scenarios key by key, then both answers, of comparisons allocation by allocation."""
    said = [_scenarios(one, two)]
    if one.study == two.study == "compare" and one.result.allocations and two.result.allocations:
        return [*said, *_answers(one.result, two.result)]
    return [*said, *printed(one.study, one.result), *printed(two.study, two.result)]


def _scenarios(one: Reopened, two: Reopened) -> Table | str:
    rows = list(_folded(changed(one.result.scenario, two.result.scenario), one.result.scenario, two.result.scenario))
    if not rows:
        return say("show.same_scenario")
    columns = (
        column(say("table.key"), (_key(key) for key, _, _ in rows), text=True),
        column(say("table.first"), (_value(key, value) for key, value, _ in rows), text=True),
        column(say("table.second"), (_value(key, value) for key, _, value in rows), text=True),
    )
    return Table(say("title.changed"), columns, say("note.changed", first=one.folder, second=two.folder))


def _folded(rows: list[Row], one: Scenario, two: Scenario) -> Iterator[Row]:
    """The rows, an allocation that only one scenario has told of once, by what it is called."""
    plans = one.allocations, two.allocations
    alone = {name: [side.get(name) for side in plans] for name in plans[0].keys() ^ plans[1].keys()}
    for row in rows:
        if row[0] == "projects.encoding" or row[0].endswith(_TITLES[language()]):
            continue
        family, _, rest = row[0].partition(".")
        name = rest.partition(".")[0]
        if family != "allocations" or name not in alone:
            yield row
        elif any(alone[name]):
            first, second = (plan and plan.title[language()] for plan in alone[name])
            alone[name] = []
            yield f"allocations.{name}", first, second


def _key(key: str) -> str:
    """The key; of an assumed value with what it is called."""
    _, assumed, name = key.rpartition(_ASSUMED)
    tries = (name, name.rpartition(".")[0]) if assumed else ()
    found = next((name for name in tries if known(f"parameter.{name}")), None)
    return key if found is None else say("show.assumed", name=label("parameter", found), key=key)


def _value(key: str, value: Any) -> str:
    if value is None:
        return "-"
    if key.endswith("posterior"):
        draws = value["draws"]
        return say("show.draws", plan=len(draws.get("plan", ())), none=len(draws.get("none", ())))
    if key == "projects.rows":
        return say("show.rows", count=len(value))
    if isinstance(value, bool):
        return "on" if value else "off"
    if key.removeprefix("history.").partition(".")[0] in MONEY and isinstance(value, int):
        return exact_money(value)
    return typeset.cut(str(value))


def _answers(one: Comparison, two: Comparison) -> Parts:
    names = list(dict.fromkeys([*view.names(one), *view.names(two)]))
    titles = [view.title(one if name in one.runs else two, name) for name in names]
    goal = [percent(view.target(result)) for result in (one, two)]
    columns = [column(say("table.allocation"), titles, text=True)]
    for key, cell in _CELLS.items():
        for which, result, target in zip(("first", "second"), (one, two), goal, strict=True):
            found = {row.name: cell(row) for row in result.allocations}
            header = f"{say(f'table.{which}')}\n{say(f'table.{key}', target=target)}"
            columns.append(column(header, (found.get(name, "-") for name in names)))
    note = say("note.answers", first=one.replications, second=two.replications)
    return [Table(say("title.answers"), tuple(columns), note), *_suggested(one, two), _paired(one, two)]


def _suggested(one: Comparison, two: Comparison) -> list[str]:
    lines = []
    for which, result in (("first", one), ("second", two)):
        said = answer.allocations(result)
        lines.append(f"{say(f'table.{which}')}{'：' if language() == 'zh' else ': '}{said}")
    return ["\n".join(lines)]


def _paired(one: Comparison, two: Comparison) -> Table | str:
    if any(getattr(one.scenario, key) != getattr(two.scenario, key) for key in _EXTENT):
        return say("show.other_extent")
    rows = differences(one, two)
    if rows is None:
        return say("show.not_paired")
    if not rows:
        return say("show.none_in_both")
    least = fewest(simultaneous(CONFIDENCE, len(rows)))
    columns = (
        column(say("table.allocation"), (view.title(one, row.name) for row in rows), text=True),
        column(say("table.difference_people"), (signed_tens(row.people.mean) for row in rows)),
        column(say("table.interval"), (span(row.people, signed_tens) for row in rows)),
        column(say("table.difference_incidence"), (bare_points(row.incidence.mean) for row in rows)),
        column(say("table.verdict"), (verdict(row, one.replications < least) for row in rows), text=True),
    )
    return Table(say("title.paired"), columns, say("note.paired", fewest=least))
