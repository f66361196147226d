"""The answer in a few sentences, as the office's first screen has them."""

from __future__ import annotations

from collections import Counter
from datetime import date as day
from math import isfinite
from typing import TYPE_CHECKING

from sim.campaign.assumed import played_evidence, playing
from sim.evidence import load
from sim.report import changed, durability, typeset, view
from sim.report.spending import had, still_owed
from sim.study.summary import scalar
from sim.words import label, language, listed, say
from sim.words.numbers import (
    about,
    between,
    date,
    ends_in_hundred,
    exact_percent,
    in_hundred,
    money,
    percent,
    plain_points,
    plain_tens,
    rough,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.scenario import Scenario
    from sim.study import Comparison, Difference, Interval, Proportion, Selection, Summary

#: Where the interval of the chance begins here or above, the target counts as assured.
ASSURED = 0.8
#: Causes, and allocations still open, named one by one; of more there is only a number.
NAMED = 4
#: The day before which incidence was reported last.
REPORTED = day(2018, 1, 1)


def lines(result: Comparison) -> list[str]:
    """Title, date, then a line a question; all figures are those of the baseline unless said."""
    if not result.allocations:
        return [say("answer.nothing")]
    answers = [
        (say("answer.heading_verdict"), verdict(result)),
        (say("answer.heading_task"), task(result)),
        *([(say("answer.heading_lasts"), durability.line(result))] if durability.recorded(result) else []),
        (say("answer.heading_county"), county(result)),
        (say("answer.heading_allocations"), allocations(result)),
        (say("answer.heading_why_not"), why_not(result)),
        (say("answer.heading_money"), spending(result)),
        (say("answer.heading_doubt"), doubt(result)),
    ]
    said = (say("answer.item", heading=heading, text=text) for heading, text in answers)
    return [*heading(result), *cautions(result), *said]


def doubt(result: Comparison) -> str:
    """What no fact settles, where values come from, and what the reading before February's hold-backs says."""
    return say("answer.clause").join((*unsettled(result.scenario), before_holdbacks(result.allocations[0])))


def unsettled(scenario: Scenario) -> tuple[str, str]:
    """What no fact settles, the rural population told apart where it does not vary, and where values come from."""
    base = played_evidence(scenario)["county.rural_population"]
    varies = base.varies and scenario.parameters != "point"
    return (
        say("answer.unsettled") if varies else say("answer.unsettled_base", base=round(base.value * scenario.scale)),
        values_from(scenario),
    )


def values_from(scenario: Scenario) -> str:
    """Where assumed values come from; of a posterior how many of those that vary and play a part."""
    if scenario.posterior is None or scenario.parameters != "posterior":
        return say(f"answer.values.{scenario.parameters}")
    held = {name for column in scenario.posterior.columns for name in column}
    count = sum(entry.varies and entry.name in held for entry in playing(scenario))
    return say("answer.values.posterior", count=count)


def before_holdbacks(row: Summary) -> str:
    """How the year ends, and how often on target, as long as nobody is held back by city and region."""
    incidence, chance = row.incidence_before_holdbacks, row.p_target_before_holdbacks
    return say("answer.before_holdbacks", incidence=percent(incidence.mean), count=in_hundred(chance.estimate))


def verdict(result: Comparison) -> str:
    """Whether the baseline reaches the target, how often, and by how many people it misses."""
    baseline = result.allocations[0]
    chance = baseline.p_target
    mood = "enough" if chance.low >= ASSURED else "likely" if chance.estimate >= ASSURED else "unsure"
    return say(
        f"answer.{mood}", baseline=view.title(result, baseline.name), target=percent(view.target(result)),
        count=in_hundred(chance.estimate), range=_hundreds(chance), distance=_distance(baseline.people_short.mean),
    )  # fmt: skip


def _hundreds(chance: Proportion) -> str:
    low, high = ends_in_hundred(chance.low, chance.high)
    return say("number.between", low=low, high=high)


def task(result: Comparison, prose: bool = False) -> str:
    """People, households and villages due, and how many of them make it; over several years, who leaves."""
    targets, scale, exits = result.scenario.targets, result.scenario.scale, result.allocations[0].exits
    villages = f"{exits['villages'].mean:.{min(1, result.replications - 1)}f}"
    if result.scenario.several_years:
        return say(
            "answer.task_years", years=_years(result), people=_ranged(result, exits["people"]),
            households=about(exits["households"].mean), villages=villages,
        )  # fmt: skip
    return say(
        "answer.task_prose" if prose else "answer.task",
        due_people=round(targets.people * scale), people=_ranged(result, exits["people"]),
        due_households=round(targets.households * scale), households=about(exits["households"].mean),
        due_villages=targets.villages_due(scale), villages=villages,
    )  # fmt: skip


def two_bases(result: Comparison) -> list[str]:
    """That the county's two targets of 2018, incidence and people, go with different rural populations."""
    scenario, known = result.scenario, load()
    written = (known[f"plan.{target}"].value for target in ("incidence", "exits_people"))
    if scenario.several_years or (scenario.targets.incidence, scenario.targets.people) != tuple(written):
        return []
    people, base = (round(known[of].value * scenario.scale) for of in ("plan.exits_people", "county.rural_population"))
    return [say("note.two_bases", target=percent(view.target(result)), people=people, base=base)]


def county(result: Comparison, prose: bool = False) -> str:
    """The county's own test: composite incidence, the rates that belong to it, and all of it together."""
    row = result.allocations[0]
    composite, error, floor = (view.limit(result, f"rule.{of}_limit") for of in ("incidence", "error", "recognition"))
    shares = [run.scalars.get("composite_incidence", run.scalars["incidence"]) for run in view.runs(result, row.name)]
    judged = "sample" if result.scenario.rules.outside_sampling else "all"
    return say(
        "answer.county_prose" if prose else "answer.county",
        below=in_hundred(sum(share < composite for share in shares) / len(shares)),
        judged=say(f"answer.judged_by_{judged}"), exit=in_hundred(row.p_county_exit.estimate),
        wrong=_rate(row.wrong_exit_rate, error), missed=_rate(row.missed_poor_rate, error),
        limit=exact_percent(error), recognition=percent(row.recognition.mean, 0),
        floor=say(f"answer.{_floor(row.recognition, floor)}", floor=exact_percent(floor)),
        composite=exact_percent(composite),
    )  # fmt: skip


def _rate(share: Interval, limit: float) -> str:
    """A rate as it is told, and that it is over its limit where it reads so; on average where that is not told."""
    told = percent(share.mean, 1)
    if round(share.mean, 3) <= limit:
        return told
    return say("answer.over" if share.low > limit else "answer.over_on_average", rate=told)


def _floor(share: Interval, floor: float) -> str:
    if round(share.mean, 2) >= floor:
        return "floor"
    return "below_floor" if share.high < floor else "below_floor_on_average"


def allocations(result: Comparison) -> str:
    """One sentence: which allocation comes closest, and from which it cannot be told apart."""
    settled = _settled(result)
    if len(result.allocations) == 1:
        return say("answer.clause").join([say("answer.only_one"), *settled])
    best = view.summary(result, result.best)
    others = [name for name in view.names(result) if name != best.name]
    if set(result.alike) >= set(others):
        return say("answer.clause").join([*_tied(result, best), *settled])
    difference = next((row for row in result.differences if row.name == best.name), None)
    said = [_closest(result) if difference is None else _better(result, difference)]
    if tied := view.tied(result):
        names = listed(say("answer.quote", name=view.title(result, n)) for n in tied)
        said.append(say("answer.better_tied", names=names))
    apart = (row for row in result.allocations if row.name not in (best.name, *result.alike))
    worse = sum(row.people_short.mean > best.people_short.mean for row in apart)
    if worse and result.alike:
        said.append(say("answer.others_worse", count=worse))
    return say("answer.clause").join([*said, *settled])


def _tied(result: Comparison, best: Summary) -> list[str]:
    """That the best cannot be told from any other; some may be told from the baseline all the same."""
    place = say("answer.nearest" if best.people_short.mean > 0 else "answer.below", target=percent(view.target(result)))
    said = {"place": place, "best": view.title(result, best.name), "distance": _distance(best.people_short.mean)}
    if not view.told_apart(result):
        equal = len({_distance(row.people_short.mean) for row in result.allocations}) == 1
        few = view.too_few(result)
        key = ("few_equal" if few else "all_equal") if equal else "few_tied" if few else "all_tied"
        return [say(f"answer.{key}", **said)]
    counts = Counter(row.verdict for row in result.differences if row.name != best.name)
    baseline = view.title(result, result.baseline)
    known = best.name in view.known_better(result)
    told = {"better": "answer.also_better" if known else "answer.better_than_baseline",
            "worse": "answer.worse_than_baseline"}  # fmt: skip
    apart = (say(key, count=counts[of], baseline=baseline) for of, key in told.items() if counts[of])
    if not known:
        return [say("answer.best_tied", **said), *apart]
    others = len(view.tied(result))
    tied = [say("answer.best_tied_with", count=others)] if others else []
    return [say("answer.best_nearest", **said), say("answer.best_better", baseline=baseline), *tied, *apart]


def why_not(result: Comparison) -> str:
    """The greatest causes by the people they hold last, in per cent."""
    people = view.causes(result.allocations[0], "last")
    total = sum(people.values())
    if total <= 0:
        return say("answer.why_not_none")
    named = sorted(people, key=lambda cause: -people[cause])[:NAMED]
    said = [
        say("answer.why_not", cause=label("why_not", cause), share=percent(people[cause] / total, 0))
        for cause in named
        if people[cause] > 0
    ]
    rest = 1.0 - sum(round(people[cause] / total, 2) for cause in named)
    if rest >= 0.005:
        said.append(say("answer.why_not_other", share=percent(rest, 0)))
    return listed(said)


def spending(result: Comparison) -> str:
    """How much of the money is spent by year end and how much lies idle.

    What went elsewhere and was not recovered is neither spent nor idle, but was there to be spent; what it was to pay
    for is still owed, or was paid once more.
    """
    row = result.allocations[0]
    there = had(row)
    if there <= 0:
        return say("answer.no_money")
    owed = sum(map(still_owed, row.lines.values()))
    told = say(
        "answer.money", there=money(rough(there)), progress=percent(row.spent_yuan / there, 0),
        idle=money(rough(row.idle_yuan)), unlisted=money(rough(row.idle_yuan - owed)), under_way=money(rough(owed)),
    )  # fmt: skip
    lost = there - row.spent_yuan - row.idle_yuan
    return say("answer.money_misused", told=told, misused=money(rough(lost))) if round(lost) > 0 else told


def started(result: Comparison) -> list[str]:
    """Where a start from history has led to, beside what was reported of that day; nothing to say of margins."""
    scenario = result.scenario
    before = scenario.before
    if before is None:
        return []
    runs = view.runs(result, result.baseline)
    shares = scalar(runs, "registered_start_people") / scalar(runs, "N")
    begin, low, high = date(before.start_date), percent(shares.min()), percent(shares.max())
    said = [say("answer.from_history", begin=begin, incidence=percent(shares.mean()), low=low, high=high)]
    if scenario.start_date == REPORTED:
        said.append(say("answer.as_reported", reported=percent(load()["county.incidence_end_2017"].value)))
    if scenario.overrides:
        said.append(say("answer.set_before", begin=begin))
    return [sentences(said)]


def sentences(said: Iterable[str]) -> str:
    """Sentences one after the other."""
    return ("" if language() == "zh" else " ").join(said)


def heading(result: Comparison) -> list[str]:
    """The title, and the day, number and standing of what follows."""
    scenario = result.scenario
    asked = scenario.decide_on or scenario.start_date
    title = typeset.cut(scenario.title[language()])
    return [
        say("title.report", county=say("county.name"), year=_years(result), title=title),
        say("title.as_of", date=date(asked), n=result.replications),
    ]


def _years(result: Comparison) -> str:
    first, last = result.scenario.start_date.year, result.scenario.end_date.year
    return str(last) if first == last else say("number.between", low=first, high=last)


def cautions(result: Comparison) -> list[str]:
    """What to know before reading on: whose people, what is changed, the start, and what is few, partial or open."""
    said = [*_small(result.scenario), *changed.line(result.scenario), *started(result)]
    if result.interrupted or result.replications < result.asked:
        said.append(say("answer.partial", done=result.replications, asked=result.asked))
    selection = result.selection
    if selection and not selection.settled and not result.interrupted:
        said.append(_alone(result, selection) if len(result.allocations) == 1 else _open(result, selection))
    return [*said, *view.few(result.replications)]


def _small(scenario: Scenario) -> list[str]:
    """That a part of the county is played, which its people and sums do not show."""
    return [] if scenario.scale == 1 else [say("answer.small", scale=exact_percent(scenario.scale))]


def _settled(result: Comparison) -> list[str]:
    """What settled the choice, where replications were played until something did."""
    selection = result.selection
    if selection is None or selection.reason is None:
        return []
    return [say(
        f"answer.settled.{selection.reason}", n=result.replications, confidence=exact_percent(selection.confidence),
        zone=plain_points(selection.indifference),
    )]  # fmt: skip


def _open(result: Comparison, selection: Selection) -> str:
    """What is left open where the scenario's number of replications did not settle the choice."""
    count, every = len(selection.left), len(result.allocations)
    names = listed(say("answer.quote", name=view.title(result, n)) for n in selection.left)
    known = isfinite(selection.within)
    return say(
        "answer.open" if known else "answer.open_unknown", n=result.replications,
        confidence=exact_percent(selection.confidence),
        names=names if count <= NAMED else say("answer.open_count", count=count, all=every),
        **({"best": view.title(result, selection.best), "within": plain_points(selection.within)} if known else {}),
    )  # fmt: skip


def _alone(result: Comparison, selection: Selection) -> str:
    if not isfinite(selection.within):
        return say("answer.open_alone_unknown", n=result.replications)
    return say(
        "answer.open_alone", n=result.replications, confidence=exact_percent(selection.confidence),
        within=plain_points(selection.within), zone=plain_points(selection.indifference),
    )  # fmt: skip


def _better(result: Comparison, difference: Difference) -> str:
    """The best allocation against the baseline; with an interval that holds zero it is only the closest."""
    baseline, best = result.allocations[0], view.summary(result, result.best)
    if difference.verdict != "better":
        return _closest(result)
    if baseline.name in result.alike:
        known = say("answer.best_better", baseline=view.title(result, baseline.name))
        return say("answer.clause").join([_closest(result), known])
    before, after = in_hundred(baseline.p_target.estimate), in_hundred(best.p_target.estimate)
    return say(
        "answer.better_as_often" if before == after else "answer.better",
        best=view.title(result, best.name), baseline=view.title(result, baseline.name),
        people=plain_tens(-difference.people.mean), range=between(-difference.people.high, -difference.people.low),
        before=before, after=after,
    )  # fmt: skip


def _closest(result: Comparison) -> str:
    best = view.summary(result, result.best)
    if best.people_short.mean > min(row.people_short.mean for row in result.allocations):
        key = "answer.chosen"
    else:
        key = "answer.closest" if best.people_short.mean > 0 else "answer.furthest"
    return say(
        key, best=view.title(result, best.name), after=in_hundred(best.p_target.estimate),
        distance=_distance(best.people_short.mean),
    )  # fmt: skip


def _distance(people_short: float) -> str:
    return say("answer.short" if people_short > 0 else "answer.beyond", people=plain_tens(abs(people_short)))


def _ranged(result: Comparison, exits: Interval) -> str:
    """The mean, and between what 95 of 100 replications lie, of few all: the spread of outcomes, not of the mean."""
    people = scalar(view.runs(result, result.baseline), "exits_people")
    if len(people) < 2:
        return say("answer.people", people=about(exits.mean))
    low, high, few = view.spread(people)
    told = {"people": about(exits.mean), "range": between(low, high)}
    return say("answer.ranged_few" if few else "answer.ranged", **told)
