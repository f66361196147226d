"""The first screen: will we make it, with which allocation, what stands in the way, what to do, how sure."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from sim.report import answer, beside, deadlines, durability, effects, optimise, places, sensitivity, view
from sim.report.html.markup import Markup, joined, own, sentence, tag
from sim.statistics.intervals import FEW
from sim.study.effects import MORE_YUAN
from sim.study.gates import other_gate
from sim.study.summary import scalar
from sim.words import label, language, listed, say
from sim.words.numbers import about, bare_points, date, in_hundred, percent, plain_tens, points
from sim.words.numbers import money as sum_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.record import Run
    from sim.report.beside import Beside
    from sim.report.view import Floats
    from sim.scenario import Scenario
    from sim.study import Comparison
    from sim.study.deadlines import Deadlines
    from sim.study.effects import Effects

#: Sums that are moved by less are not worth a word, in yuan.
MOVED = 1_000_000
#: Townships, lines and systems named one by one.
NAMED = 2
HELPS = 3


def first_screen(result: Comparison, others: Beside) -> Markup:
    """The cautions, then a numbered line a question, each leading to its section."""
    rows = lines(result, others)
    numbers = "一二三四五六七八九十" if language() == "zh" else ""
    terms: list[Markup] = []
    for place, (heading, where, said) in enumerate(rows):
        number = (numbers[place] if place < 10 else f"十{numbers[place - 10]}") + "、" if numbers else f"{place + 1}. "
        terms.append(tag("dt", tag("a", number + heading, href=f"#{own(where)}")))
        terms.append(tag("dd", sentence(said), class_="verdict" if place == 0 else None))
    cautions = [tag("p", line, class_="caution") for line in answer.cautions(result)]
    return joined(*cautions, tag("dl", *terms, class_="answer"))


def lines(result: Comparison, others: Beside) -> list[tuple[str, str, str | Markup]]:
    """Heading, section and sentence of each line."""
    found: list[tuple[str, str, str | Markup]] = [
        (say("answer.heading_verdict"), "chance", answer.verdict(result)),
        (say("answer.heading_task"), "chance", task(result)),
        (say("answer.heading_county"), "honesty", answer.county(result)),
        (say("answer.heading_allocations"), "allocations", answer.allocations(result)),
        (say("page.heading_adjust"), "money" if others.optimise is None else "search", moves(result, others)),
        (say("answer.heading_why_not"), "why", answer.why_not(result)),
    ]
    if places.recorded(result):
        found.append((say("page.heading_where"), "where", where(result)))
    found += [
        (say("page.heading_dates"), "dates", dates(others.deadlines)),
        (say("answer.heading_money"), "helps", money_and_more(result, others)),
        (say("answer.heading_doubt"), "doubt", doubts(result, others)),
    ]
    if durability.recorded(result):
        found.insert(2, (say("answer.heading_lasts"), "lasts", durability.line(result)))
    return found


def task(result: Comparison) -> Markup:
    """What is due and how much of it is done; below it, why it is not to be held against the people still short."""
    return joined(answer.task(result), *(tag("p", line, class_="note") for line in answer.two_bases(result)))


def adjusted(result: Comparison) -> str:
    """From which lines to which money goes when the suggested allocation takes the place of the baseline."""
    first, best = result.allocations[0], view.summary(result, result.best)
    bound = say("page.bound", earmarked=sum_of(sum(result.scenario.earmarked.values()) * result.scenario.scale))
    if best.name not in view.known_better(result) or first.name in result.alike:
        return say("answer.clause").join([_unmoved(result), bound])
    if result.scenario.money(best.name, 1.0) == result.scenario.money(first.name, 1.0):
        return say("answer.clause").join([say("page.adjust_tilt", title=view.title(result, best.name)), bound])
    moved = {line: best.lines[line]["allotted"] - first.lines[line]["allotted"] for line in first.lines}
    said = [
        listed(
            say(f"page.adjust.{key}", line=label("line", line), sum=sum_of(abs(moved[line])))
            for line in sorted(moved, key=lambda line: sign * -moved[line])
            if sign * moved[line] >= MOVED
        )
        for key, sign in (("less", -1), ("more", 1))
    ]
    return say("answer.clause").join([*filter(None, said), bound])


def _unmoved(result: Comparison) -> str:
    """Why no other allocation is suggested, though some may be known to do better than the baseline."""
    if len(result.allocations) == 1:
        return say("answer.only_one")
    better = view.known_better(result)
    if not better:
        return say("page.adjust_nothing")
    names = say("page.and").join(say("answer.quote", name=view.title(result, name)) for name in better)
    key = "page.adjust_tied" if result.best in better else "page.adjust_other"
    return say(key, names=names, best=view.title(result, result.best))


def moves(result: Comparison, others: Beside) -> str:
    """What to move, and whether a search found a better split."""
    said = [adjusted(result), *([optimise.finding(others.optimise)] if others.optimise else [])]
    return say("answer.clause").join(said)


def where(result: Comparison) -> str:
    """The townships that keep most people on the register, and how many villages due are more likely to stay."""
    runs = view.runs(result, result.baseline)
    townships = sorted(places.townships(runs), key=lambda row: -row.end)[:NAMED]
    left, due = sum(row.end for row in places.townships(runs)), villages_due(result, runs)
    if not left:
        return say("page.where_nobody", due=due)
    names = say("page.and").join(label("township", row.key) for row in townships)
    share = sum(row.end for row in townships) / left
    return say("page.where", names=names, share=percent(share, 0), people=about(left), due=due)


def villages_due(result: Comparison, runs: list[Run]) -> str:
    """How many villages a replication has that are due, and how many do exit; then of how many places that can be said.

    A place of the map may be due in some replications only, so that there are not as many as a replication has.
    """
    counts = [sum(run.villages["due"]) for run in runs]
    exits = result.allocations[0].exits["villages"].mean
    key = "where_due_single" if len(runs) == 1 else "where_due" if len(set(counts)) == 1 else "where_due_mean"
    due = say(f"page.{key}", exits=f"{exits:.{min(1, len(runs) - 1)}f}", due=f"{sum(counts) / len(counts):.3g}")
    usual = [village for rows in places.villages(result, runs).values() for village in rows if village.is_due]
    if len(runs) == 1 or not usual:
        return due
    differ = len({tuple(map(bool, run.villages["due"])) for run in runs}) > 1
    which = [say("page.where_places", places=len(usual))] if differ else []
    return say("answer.clause").join([due, *which, *_unsure(usual)])


def _unsure(due: list[places.Village]) -> Iterator[str]:
    """How many of these villages are more likely to stay, and of how many that cannot be said."""
    told = [village.chance for village in due if village.chance is not None]
    if told:
        yield say("page.where_unsure", unsure=sum(chance < 0.5 for chance in told))
    if seldom := len(due) - len(told):
        yield say("page.where_seldom", seldom=seldom, fewest=places.FEWEST)


def dates(found: Deadlines | None) -> str | Markup:
    """What has to begin first and what may begin last, or the command that adds it."""
    return beside.command("deadlines") if found is None else deadlines.finding(found)


def money_and_more(result: Comparison, others: Beside) -> str | Markup:
    """What is spent, and what would help more than money, by the study of small steps or that of whole systems."""
    more = helps(others.ablate) if others.value is None else quicker(others.value)
    played = others.value or others.ablate
    told = [] if played is None or played.too_few else list(_how_told(result.scenario))
    return joined(answer.spending(result), say("answer.clause"), more, *told)


def _how_told(scenario: Scenario) -> Iterator[str]:
    """What to know of the effects that are told: whose sums they are of, and from when on."""
    if scenario.scale != 1:
        yield say("page.whole")
    if scenario.decide_on is not None:
        yield say("page.from_first_day", day=date(scenario.decide_on))


def quicker(valued: Effects) -> str:
    """The step of management that lifts most people out, beside the reference sum where it does most."""
    if valued.too_few:
        return say("page.helps_few", n=valued.replications, enough=FEW)
    money, management = (
        max((row for row in valued.effects if (row.state in ("line", "shared")) is of_money and row.lifted.low > 0),
            key=lambda row: row.lifted.mean, default=None)
        for of_money in (True, False)
    )  # fmt: skip
    if management is None and money is None:
        return say("charts.nothing_told", money=sum_of(MORE_YUAN))
    said = [
        say("charts.no_step") if management is None
        else say("charts.step", step=effects.name(management), people=plain_tens(management.lifted.mean)),
        say("page.helps_untold", money=sum_of(MORE_YUAN)) if money is None
        else say("charts.by_money", step=effects.name(money), people=plain_tens(money.lifted.mean)),
    ]  # fmt: skip
    return say("answer.clause").join(said)


def helps(ablated: Effects | None) -> str | Markup:
    """What can be told to help more than the reference sum of money, the greatest first."""
    if ablated is None:
        return beside.command("value", "charts.add_helps")
    if ablated.too_few:
        return say("page.helps_few", n=ablated.replications, enough=FEW)
    more = next((row for row in ablated.effects if row.state == "more"), None)
    gain = -more.people.mean if more else 0.0
    better = sorted(
        (row for row in ablated.effects
         if row.significant and row.state not in ("off", "more") and -row.people.mean > gain),
        key=lambda row: row.people.mean,
    )  # fmt: skip
    key = "helps_money" if more and more.significant else "helps_untold"
    reference = say(f"page.{key}", money=sum_of(MORE_YUAN), people=plain_tens(gain))
    if not better:
        return say("answer.clause").join([say("page.helps_nothing"), reference])
    names = (
        say("figure.ablation.fewer", effect=effects.name(row), people=plain_tens(-row.people.mean))
        for row in better[:HELPS]
    )
    return say("answer.clause").join([listed(names), reference])


def doubts(result: Comparison, others: Beside) -> str | Markup:
    """The doubt of the runs, then where it comes from, or the command that says so."""
    found = others.sensitivity
    more = sensitivity.finding(found) if found else beside.command("sensitivity", "charts.add_doubt")
    return joined(doubt(result), say("answer.clause"), more)


def doubt(result: Comparison) -> str:
    """Between what most replications lie, what no fact settles, where values come from, what other readings say."""
    row = result.allocations[0]
    said = [
        _spread(scalar(view.runs(result, row.name), "incidence")),
        *answer.unsettled(result.scenario),
        say(
            "page.strict", incidence=percent(row.incidence_strict.mean), count=in_hundred(row.p_target_strict.estimate)
        ),
        answer.before_holdbacks(row),
    ]
    if result.other_gate:
        said.append(_other_gate(result))
    return say("answer.clause").join(said)


def _spread(shares: Floats) -> str:
    """Between what incidence ends; of few replications the whole range, of a single one nothing."""
    if len(shares) == 1:
        return say("page.spread_single", share=percent(float(shares[0])))
    low, high, few = view.spread(shares)
    return say("page.spread_few" if few else "page.spread", n=len(shares), low=percent(low), high=percent(high))


def _other_gate(result: Comparison) -> str:
    """What the other list changes, with its interval or how few replications there are."""
    there = other_gate(result.scenario.gate)
    change = result.other_gate[0].incidence
    if isfinite(change.high):
        known = say("number.span", low=bare_points(change.low), high=bare_points(change.high))
    else:
        known = say("page.few_both", n=result.other_replications)
    return say("page.other_gate", gate=say(f"plan_gate.{there}"), points=points(change.mean), known=known)
