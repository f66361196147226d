"""The event log: how a household stands in the end follows from how it stood on the first day and what is dated."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

import sim
from sim.campaign import start
from sim.campaign.income import SOLD_BEFORE_END
from sim.county.county import EXITED, REGISTERED

MENDS = {"housing": {"household.half_built"}, "income_source": {"household.planted"}}
LOSES = {"housing": {"household.half_built"}, "income_source": {"household.post_ended"}}


@pytest.fixture(scope="module", params=["two years", "half a house counts", "after history"])
def run(request, years, tiny):
    """A run that kept its log, and by kind of work what it mends."""
    scenario = {
        "two years": years, "half a house counts": tiny.replace(rules={"housing": "half"}),
        "after history": sim.load("scenarios/2018-after-history.yaml").replace(scale=0.12),
    }[request.param]  # fmt: skip
    campaign = start(scenario, scenario.baseline, 1, log=True)
    campaign.play()
    kinds = {name: {*kind.items} for name, kind in campaign.cases.kinds.items()}
    return sim.run(scenario, scenario.baseline, 1, log=True), kinds, campaign


def happened(run):
    """What is dated of the time told of, by whom it is about."""
    found = defaultdict(list)
    for day, kind, entity, code, number in run.events:
        if day >= 0:
            found[entity].append((kind, code, number))
    return found


def test_whatever_a_household_lacks_no_more_or_newly_has_its_date(run):
    told, kinds, _ = run
    homes, by = told.census["households"], happened(told)
    mended = lost = 0
    for at, (before, after) in enumerate(zip(homes["lacks"], homes["lacks_end"], strict=True)):
        events = by[f"household.{at}"] + by[f"hamlet.{homes['hamlet'][at]}"]
        for item in {*before} - {*after}:
            mended += 1
            assert any(
                (kind == "case.done" and (item in kinds[code] or code == "relocation")) or kind in MENDS.get(item, ())
                for kind, code, _ in events
            ), (at, item)  # fmt: skip
        for item in {*after} - {*before}:
            lost += 1
            assert any(
                (kind, code) == ("household.lacks", item) or kind in LOSES.get(item, ()) for kind, code, _ in events
            ), (at, item)  # fmt: skip
    assert mended > 100 and (lost > 0) is (told.scenario == "2016-2017")


def test_who_is_on_the_register_and_how_many_they_are_follows_from_what_is_dated(run):
    told, _, campaign = run
    homes, by = told.census["households"], happened(told)
    stands = {"household.exited": EXITED, "household.registered": REGISTERED, "household.returned": REGISTERED}
    for at, before in enumerate(homes["status"]):
        events = by[f"household.{at}"]
        (*_, status) = (before, *(stands[kind] for kind, *_ in events if kind in stands))
        (*_, people) = (homes["people"][at], *(number for kind, _, number in events if kind == "household.people"))
        assert (status, people) == (homes["status_end"][at], homes["people_end"][at])
    entered = Counter(kind for events in by.values() for kind, *_ in events)
    assert entered["household.registered"] == campaign.counts["new_households"] > 0


def test_every_newcomer_is_told_of_in_its_village(run):
    told, _, campaign = run
    came = {entity for day, kind, entity, *_ in told.events if day >= 0 and kind == "household.registered"}
    stories = [sim.trace(told, village=number) for number in range(1, 1 + len(told.census["villages"]["due"]))]
    assert came == {e[2] for story in stories for e in story.events if e[1] == "household.registered"}
    home = campaign.county.households.village
    for story in stories:
        assert {int(home[int(e[2][10:])]) for e in story.events if e[2].startswith("household.")} <= {story.number - 1}
        assert ("newly identified" in sim.trace(told, village=story.number, lang="en").text) is any(
            e[1] == "household.registered" for e in story.events
        )


def test_a_contract_is_dated_when_it_is_signed_not_when_it_first_counts(run):
    told, _, campaign = run
    days = [day for day, kind, *_ in told.events if kind == "household.contract"]
    rounds = {round(end - SOLD_BEFORE_END - campaign.first_day, 6) for end in campaign.calendar.month_ends(campaign.horizon)}
    assert len(days) > 3 and not rounds & {round(day, 6) for day in days}


def test_who_comes_onto_the_register_hears_of_its_hamlets_works(years):
    """Its road is mended in the year in which it is registered; who never is on the register hears of none."""
    told = sim.run(years, years.baseline, 1, log=True)
    homes = told.census["households"]
    entered = {int(e[2][10:]) for e in told.events if e[1] in ("household.registered", "household.returned")}
    works = {e[2] for e in told.events if e[1] == "case.done" and e[2].startswith("hamlet.")}
    those = [at for at in range(len(homes["status"])) if homes["status"][at] != REGISTERED
             and f"hamlet.{homes['hamlet'][at]}" in works]  # fmt: skip
    hear = {at: any(e[2].startswith("hamlet.") for e in sim.trace(told, at + 1).events) for at in those}
    assert {at for at, heard in hear.items() if heard} == entered & {*those} and any(hear.values()) and not all(hear.values())
