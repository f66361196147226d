"""What a search found: the choice, all that is as good, whether it rests on assumptions, and the lines to paste."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.report import view
from sim.report.comparison import chance, span
from sim.report.entries import called
from sim.report.tables import Table, column
from sim.scenario.names import LINES
from sim.study.files import write_text
from sim.study.search import leaning
from sim.words import label, listed, say
from sim.words.catalogue import LANGUAGES
from sim.words.numbers import (
    amount,
    exact_money,
    exact_percent,
    in_hundred,
    percent,
    plain_points,
    plain_tens,
    signed_tens,
    tens,
)

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.study import Comparison, Difference
    from sim.study.optimise import Optimisation, Region, Standing

#: What the allocation is called in a scenario; a number follows where one of that name stands there already.
NAME = "found_by_search"
#: Of what was tried a share of a line that is as good must leave out so much for the line to be called bound.
BOUND = 0.75
#: The file in which the allocation is left.
WRITTEN = "allocation.yaml"


def named(result: Optimisation, name: str) -> str:
    """What readers call an allocation that was tried."""
    if name in result.scenario.allocations:
        return view.title_of(result.scenario, name)
    return say("optimise.tried", number=int(name.rpartition("_")[2]))


def tables(result: Optimisation) -> list[Table]:
    """The leaders beside the scenario's own, what share of each line does as well, and the keys of values named."""
    assert result.choice is not None and result.region is not None
    names = [found.name for found in result.standing.rests_on] if result.standing is not None else []
    choice, region = _choice(result, result.choice), _region(result, result.choice, result.region)
    return [choice, region, *called(names, result.scenario)]


def _choice(result: Optimisation, choice: Comparison) -> Table:
    rows, apart = choice.allocations, {row.name: row for row in choice.differences}

    def against(name: str, cell: str) -> str:
        row = apart.get(name)
        if row is None:
            return ""
        return signed_tens(row.people.mean) if cell == "mean" else span(row.people, signed_tens)

    columns = (
        column(say("table.allocation"), (named(result, row.name) for row in rows), text=True),
        column(say("table.people_short"), (tens(row.people_short.mean) for row in rows)),
        column(say("table.interval"), (span(row.people_short, tens) for row in rows)),
        column(
            say("table.p_target", target=percent(result.scenario.targets.incidence)),
            (chance(row.p_target) for row in rows),
        ),
        column(say("table.difference_people"), (against(row.name, "mean") for row in rows)),
        column(say("table.interval"), (against(row.name, "interval") for row in rows)),
    )  # fmt: skip
    title = say("title.optimise", n=choice.replications)
    notes = [say("note.optimise", baseline=named(result, rows[0].name)), *_drawn(result.scenario)]
    return Table(title, columns, "\n".join(notes))


def _drawn(scenario: Scenario) -> list[str]:
    """Where the assumed values of the choice come from; nothing of those that stand at their points."""
    if scenario.parameters == "point":
        return []
    return [say("note.optimise_posterior" if scenario.parameters == "posterior" else "note.optimise_prior")]


def _region(result: Optimisation, choice: Comparison, region: Region) -> Table:
    scenario, winner = choice.scenario, choice.scenario.allocations[result.winner]
    best, base = scenario.money(result.winner), scenario.money(scenario.baseline)
    unit = say("money.unit")
    columns = (
        column("", [*(label("line", line) for line in LINES), say("optimise.tilt")], text=True),
        column(say("table.baseline_money", unit=unit), [*(amount(base[line]) for line in LINES), ""]),
        column(say("table.winner_money", unit=unit), [*(amount(best[line]) for line in LINES), ""]),
        column(say("table.winner_share"),
               [*(percent(winner.shares[line], 1) for line in LINES), percent(leaning(scenario, winner), 1)]),
        column(say("table.as_good"), [*(_ends(region.shares[line]) for line in LINES), _ends(region.tilt)]),
        column(say("table.all_tried"), [*(_ends(_tried(result, line)) for line in LINES), _ends(_tilts(result))]),
    )  # fmt: skip
    count, others = _others(result, region)
    note = say(
        "note.region", count=count, others=others, n=result.budget.replications, free=exact_money(scenario.free_yuan),
    )  # fmt: skip
    notes = "\n".join([note, *_bounds(result), *view.scaled(scenario)])
    return Table(say("title.region", winner=named(result, result.winner)), columns, notes)


def _bounds(result: Optimisation) -> list[str]:
    """What bound the search."""
    scenario = result.scenario
    bound = scenario.ceilings.items()
    ceilings = [say("note.ceiling", line=label("line", line), sum=exact_money(yuan)) for line, yuan in bound]
    said = [say(
        "note.bounds", earmarked=exact_money(sum(scenario.earmarked.values())),
        floors=exact_money(sum(scenario.floors.values())),
    )]  # fmt: skip
    return [*said, *([say("note.ceilings", ceilings=listed(ceilings))] if ceilings else [])]


def _tried(result: Optimisation, line: str) -> tuple[float, float]:
    shares = [tried.shares[line] for tried in result.tried]
    return min(shares), max(shares)


def _tilts(result: Optimisation) -> tuple[float, float]:
    tilts = [tried.tilt for tried in result.tried]
    return min(tilts), max(tilts)


def _ends(of: tuple[float, float]) -> str:
    return say("number.span", low=percent(of[0], 1), high=percent(of[1], 1))


def lines(result: Optimisation) -> list[str]:
    """What was found, what is as good, whether it is sure, and on what it rests."""
    assert result.choice is not None and result.region is not None
    said = [finding(result), as_good(result)]
    said += _unsettled(result, result.choice)
    if result.standing is not None:
        said += _standing(result, result.standing)
    return said if result.evolved else [*said, say("optimise.no_cma")]


def finding(result: Optimisation) -> str:
    """How much better the winner is than the baseline, as far as it can be told: in people, or in chance."""
    assert result.choice is not None
    base = named(result, result.scenario.baseline)
    told: dict[str, Any] = {"tried": len(result.tried), "winner": named(result, result.winner), "base": base}
    row = next((row for row in result.choice.differences if row.name == result.winner), None)
    if row is None:
        return say("optimise.baseline", **told)
    if row.people.high < 0:
        return say("optimise.better", people=plain_tens(-row.people.mean), **_between(row), **told)
    if result.scenario.baseline in result.choice.alike:
        return say("optimise.alike", **told)
    chances = {each.name: each.p_target.estimate for each in result.choice.allocations}
    before, after = chances[result.scenario.baseline], chances[result.winner]
    if after <= before:
        return say("optimise.behind", **told)
    key = "oftenest" if after == max(chances.values()) else "oftener"
    often = say(f"optimise.{key}", before=in_hundred(before), after=in_hundred(after), **told)
    return say("answer.clause").join([often, _more_poor(row)])


def _between(row: Difference) -> dict[str, str]:
    return {"low": plain_tens(-row.people.high), "high": plain_tens(-row.people.low)}


def _more_poor(row: Difference) -> str:
    """That the one that reaches the target more often leaves more people poor, or that this cannot be told."""
    if row.people.low <= 0:
        return say("optimise.people_untold")
    low, high = plain_tens(row.people.low), plain_tens(row.people.high)
    return say("optimise.more_poor", people=plain_tens(row.people.mean), low=low, high=high)


def as_good(result: Optimisation) -> str:
    """How many of the others tried are as good, which share is bound most by that and which least."""
    assert result.region is not None
    region, winner, count, others = result.region, named(result, result.winner), *_others(result, result.region)
    if not count:
        played = sum(isfinite(tried.people_short) for tried in result.tried)
        return say("optimise.alone", winner=winner, others=played - 1)
    tried = {line: _tried(result, line) for line in LINES}
    wide = {line: _wide(ends) for line, ends in tried.items()}
    kept = {line: _wide(region.shares[line]) / wide[line] for line in LINES if wide[line] > 0}
    tight, loose = min(kept, key=lambda line: kept[line]), max(kept, key=lambda line: kept[line])
    leans = _whole(region.tilt)
    if kept[tight] > BOUND:
        return say("optimise.unbound", winner=winner, count=count, others=others, leans=leans)
    low, high = (percent(end, 0) for end in region.shares[tight])
    least, most = (percent(end, 0) for end in region.shares[loose])
    return say(
        "optimise.region", winner=winner, count=count, others=others, leans=leans,
        tight=label("line", tight), low=low, high=high, loose=label("line", loose), least=least, most=most,
        tight_tried=_whole(tried[tight]), loose_tried=_whole(tried[loose]),
    )  # fmt: skip


def _others(result: Optimisation, region: Region) -> tuple[int, int]:
    """How many of those tried are as good as the winner, and how many there are beside it."""
    return len(region.names) - 1, len(result.tried) - 1


def _whole(of: tuple[float, float]) -> str:
    return say("number.between", low=percent(of[0], 0), high=percent(of[1], 0))


def _wide(of: tuple[float, float]) -> float:
    return of[1] - of[0]


def _unsettled(result: Optimisation, choice: Comparison) -> list[str]:
    selection = choice.selection
    if selection is None:
        return []
    told: dict[str, Any] = {"n": choice.replications, "confidence": exact_percent(selection.confidence)}
    if selection.settled:
        return [say("optimise.settled", zone=plain_points(selection.indifference), **told)]
    names = [name for name in selection.left if name != result.winner]
    joined = listed(say("answer.quote", name=named(result, name)) for name in names)
    return [say("optimise.open", names=joined, **told)] if names else []


def _standing(result: Optimisation, standing: Standing) -> Iterator[str]:
    yield say(
        "optimise.standing" if standing.varied else "optimise.standing_point", count=in_hundred(standing.best.estimate),
        n=standing.best.n, regret=plain_tens(standing.regret.mean), worst=plain_tens(standing.worst),
    )  # fmt: skip
    rival = named(result, standing.rival)
    if standing.rests_on:
        values = listed(
            say("optimise.along", name=label("parameter", f.name), correlation=f"{f.correlation:+.2f}")
            for f in standing.rests_on
        )
        yield say("optimise.rests_on", rival=rival, values=values)
    elif standing.varied:
        yield say("optimise.rests_on_none", rival=rival, varied=standing.varied)


def allocation_text(result: Optimisation) -> str:
    """Return the winner as lines to be pasted below `allocations:` of a scenario."""
    assert result.choice is not None
    allocation = result.choice.scenario.allocations[result.winner]
    name, titles = NAME, {lang: say("optimise.title", lang) for lang in LANGUAGES}
    while name in result.scenario.allocations:
        name = f"{NAME}_{int(name.removeprefix(NAME).strip('_') or 1) + 1}"
    tilts = set(allocation.tilt.values())
    leans = [f"    tilt: {_share(tilts.pop())}"] if len(tilts) == 1 else [
        "    tilt:", *(f"      {line}: {_share(tilt)}" for line, tilt in allocation.tilt.items()),
    ]  # fmt: skip
    return "\n".join([
        *(f"  # {say('optimise.paste', lang, scenario=result.scenario.name, runs=result.runs)}" for lang in LANGUAGES),
        f"  {name}:",
        f"    title: {{{', '.join(f'{lang}: {title}' for lang, title in titles.items())}}}",
        "    shares:",
        *(f"      {line}: {_share(share)}" for line, share in allocation.shares.items() if share),
        *leans,
    ]) + "\n"  # fmt: skip


def _share(share: float) -> str:
    """A share as a planner writes it where that is exact."""
    text = f"{100 * share:.1f} %"
    return text if round(share, 3) == share else repr(share)


def write_allocation(result: Optimisation, folder: Path) -> Path:
    """Write the lines to be pasted, whole or not at all."""
    path = folder / WRITTEN
    write_text(path, allocation_text(result))
    return path
