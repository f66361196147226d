"""A paragraph in official prose to paste into a report."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sim.campaign.assumed import playing
from sim.report import answer, changed, typeset
from sim.report.html.markup import Markup, section, tag
from sim.words import language, say
from sim.words.numbers import date, exact_percent

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.study import Comparison


def paste(result: Comparison) -> Markup:
    """The answer's sentences in one paragraph, with what they rest on."""
    scenario = result.scenario
    said = say(
        "page.paste", county=say("county.name"), date=date(scenario.decide_on or scenario.start_date),
        n=result.replications, verdict=answer.verdict(result), task=answer.task(result, prose=True),
        county_test=answer.sentences([*answer.two_bases(result), answer.county(result, prose=True)]),
        why=answer.why_not(result), money=answer.spending(result), allocations=answer.allocations(result),
        **_kinds(scenario), seed=scenario.seed, title=typeset.cut(scenario.title[language()]),
        changed=_changed(scenario), values=answer.values_from(scenario),
    )  # fmt: skip
    return section("paste", say("page.title_paste"), tag("blockquote", tag("p", said)))


def _changed(scenario: Scenario) -> str:
    """Of what part of the county it is and what it changes; nothing of the whole county as it is."""
    named = changed.named(scenario)
    part = "" if scenario.scale == 1 else say("page.paste_small", scale=exact_percent(scenario.scale))
    return part + (say("changed.paste", changes=named) if named else "")


def _kinds(scenario: Scenario) -> dict[str, Any]:
    """How many figures play a part, of each kind and in all."""
    found = Counter(entry.kind for entry in playing(scenario))
    return {**found, "all": sum(found.values())}
