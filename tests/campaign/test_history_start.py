"""A start from history: the years before are played by their own scenario, then the year asked about goes on from there."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.campaign import start
from sim.campaign.exit.standard import in_force
from sim.campaign.families.households import Households
from sim.campaign.families.replanning import Replanning
from sim.campaign.results.history import history
from sim.campaign.results.months import Months
from sim.campaign.results.outcome import outcome
from sim.study import compare
from tests.campaign.conftest import at_work

FIRST, OTHER = "as_in_2016_17", "deep_tilt_up"
#: 1 January 2018, counted from that of 2016.
BEGIN = 731.0


@pytest.fixture(scope="module")
def after(tiny):
    """The small county in 2018, after its own 2016 and 2017."""
    return tiny.replace(start="history", history="scenarios/2016-2017.yaml", scale=0.06)


@pytest.fixture(scope="module")
def before(after):
    """The years before by themselves, with the seed and the size of who asks."""
    return after.before.replace(seed=after.seed, scale=after.scale)


@pytest.fixture(scope="module")
def run(after):
    return sim.run(after, FIRST, 0, log=True)


@pytest.fixture(scope="module")
def alone(before):
    return sim.run(before, "as_it_was", 0, log=True)


def earlier(run):
    return [event for event in run.events if event[0] < 0]


def test_the_years_before_are_those_of_their_own_scenario(run, alone):
    """What newcomers lack is looked at for the year to come, if there is one."""
    lived = [(round(day - BEGIN, 6), *rest) for day, *rest in alone.events if day < BEGIN]
    told = [(round(day, 6), *rest) for day, *rest in earlier(run)]
    last = max(day for day, kind, *_ in told if kind == "household.registered")
    for_2018 = [event for event in told if event[:2] == (last, "household.lacks")]
    assert for_2018 and [event for event in told if event not in for_2018] == lived and len(lived) > 5_000


@pytest.mark.parametrize(
    "changes",
    [
        {"total": "300 M yuan"}, {"rules": {"autumn_push": False, "housing": "half", "income_reading": "strict"}},
        {"families": {"works": "off", "cadres": "unlimited", "disbursement": "off"}}, {"decide_on": "2018-03-01"},
        {"targets": {"incidence": 0.05, "people": 100, "households": 30, "villages": 40}},
        {"families": {"industries": {"state": "off", "from": "2018-06-01"}}},
        {"families": {"replanning": {"state": "off", "from": "2018-06-01"}}},
    ],
)  # fmt: skip
def test_nothing_that_is_asked_about_2018_reaches_back(run, after, changes):
    for name in (FIRST, OTHER):
        other = sim.run(after.replace(**changes), name, 0, log=True)
        assert earlier(other) == earlier(run)
    assert other.scalars != run.scalars


def test_the_years_before_are_the_same_under_every_allocation(run, after):
    others = [sim.run(after, name, 0, log=True) for name in after.allocations]
    assert all(earlier(other) == earlier(run) for other in others)
    assert all(other.villages["registered_start"] == run.villages["registered_start"] for other in others)
    assert len({other.to_json() for other in others}) == len(others)


def test_what_the_years_before_left_is_where_2018_begins(run, alone):
    assert run.scalars["registered_start_people"] == alone.scalars["registered_end_people"]
    assert run.scalars["N"] == alone.scalars["N"]
    assert run.monthly["incidence"][0] == alone.scalars["incidence"]
    assert len(run.monthly["incidence"]) == 13 and run.monthly["paid_yuan"][0] == run.monthly["received_yuan"][0] == 0
    assert run.villages["registered_start"] == alone.villages["registered_end"]
    out = np.array(alone.villages["exited"]) + np.array(alone.villages["exited_before"])
    assert run.villages["exited_before"] == tuple(out.tolist())
    assert run.scalars["carried_yuan"] == alone.scalars["idle_yuan"] + alone.scalars["not_recovered_yuan"] > 0


@pytest.mark.parametrize("lived", [True, False])
def test_the_county_meets_and_looks_again_by_the_rules_of_the_day(bench, lived):
    c = bench(Households, Replanning, log=True).campaign
    rules = {asked: c.scenario.rules.model_copy(update={"replanning": asked, "autumn_push": asked})
             for asked in (True, False)}  # fmt: skip
    c.put_in_force(rules[not lived])
    looked = []
    c.hooks.on_visit.append(lambda household: looked.append(c.env.now))
    at_work(c)
    c.env.run(until=1)
    c.put_in_force(rules[lived])
    c.env.run(until=364)
    june, september = (c.calendar.day_of_year(2018, c.p[f"plan.replan_{month}"]) for month in ("june", "september"))
    met = [event[0] for event in c.record.events if event[1] == "plan.replanned"]
    assert met == ([june, september] if lived else [])
    assert ({june, september} <= set(looked)) == lived and (september in looked) == lived


def test_people_yuan_and_minutes_balance_by_themselves_in_2018(run, after):
    s = run.scalars
    left = s["registered_start_people"] - s["exits_people"] + s["new_people"] + s["returned_people"]
    assert left + s["natural_people"] == s["registered_end_people"]
    for line in run.lines.values():
        assert line["allotted"] + line["carried"] + line["moved"] == line["paid"] + line["misused"] + line["idle"]
        assert min(line["paid"], line["misused"], line["idle"]) >= 0
    assert sum(line["moved"] for line in run.lines.values()) == 0
    assert s["allotted_yuan"] == sum(after.money(FIRST, scale=after.scale).values())
    for part in ("carried", "paid", "listed", "idle"):
        assert s[f"{part}_yuan"] == sum(line[part] for line in run.lines.values())
    assert run.monthly["paid_yuan"][-1] == pytest.approx(s["paid_yuan"], rel=0.01)
    exits = [event for event in run.events if event[1] == "household.exited" and event[0] >= 0]
    assert len(exits) == s["exits_households"]
    assert sum(event[1] == "village.exited" and event[0] >= 0 for event in run.events) == s["exits_villages"]


def test_work_and_findings_are_counted_from_the_first_day(after, before):
    """The run of the years before and what is told of 2018 make up the whole run."""
    c = start(after, FIRST, 0)
    months = Months(c)
    months.start()
    c.play()
    told = outcome(c, FIRST, 0, months).scalars
    lived = sim.run(before, "as_it_was", 0).scalars
    whole = sum(c.desks.by_kind().values())
    assert told["work_minutes"] + lived["work_minutes"] == pytest.approx(whole, rel=0.001)
    assert 0 < told["work_minutes"] < 0.6 * whole
    (supervision,) = (family for family in c.families if family.name == "supervision")
    assert told["findings_patrol"] == sum(f.source == "patrol" for f in supervision.ledger.all) > 0
    assert all(finding.opened >= BEGIN for finding in supervision.ledger.all)


def test_money_list_and_targets_of_2018_are_in_force(after):
    c = start(after, OTHER, 0)
    assert (c.first_day, c.first_year, c.last_year) == (BEGIN, 2016, 2018)
    yearly = after.before.money("as_it_was", scale=after.scale)
    assert c.treasury.allotted == yearly | {"relocation": 2 * yearly["relocation"]}, "bonds of both years"
    c.play()
    assert c.targets == after.targets and c.rules == in_force(after.rules, 2018, c.p)
    assert {line: c.treasury.given(line) - c.books.given[line] for line in c.treasury.allotted} == after.money(
        OTHER, scale=after.scale
    )
    assert c.plan.tilt == after.allocations[OTHER].tilt
    assert sum(c.precedence.due) == max(1, round(after.targets.villages * after.scale))


def test_the_list_is_that_of_the_first_day_of_2018(run, after):
    listed = run.projects
    assert len(listed["line"]) > 20 and set(listed["under_way"]) == {0, 1}
    assert all(places > 0 for places in listed["places"]) and all(cost >= 0 for cost in listed["cost_yuan"])
    new = sum(cost for cost, begun in zip(listed["cost_yuan"], listed["under_way"], strict=True) if not begun)
    assert 0 < new <= run.scalars["allotted_yuan"] + run.scalars["carried_yuan"]
    assert sim.run(after, FIRST, 1).projects == {}


def test_equal_shares_are_the_same_allocation(after):
    plan = after.dump()["allocations"]
    twins = after.replace(allocations={"one": plan[FIRST], "two": plan[FIRST]})
    one, two = sim.run(twins, "one", 0), sim.run(twins, "two", 0)
    assert one.to_json().replace('"one"', '"two"') == two.to_json()


def test_one_worker_is_two(after):
    few = after.replace(compare=[FIRST], gate_none_share=0, scale=0.06)
    one, two = (compare(few, 2, workers=n) for n in (1, 2))
    assert [run.to_json() for run in one.runs[FIRST]] == [run.to_json() for run in two.runs[FIRST]]


def test_until_the_decision_the_first_allocation_is_played(after):
    late = after.replace(decide_on="2018-05-01")
    day = 120.0
    first, other = (sim.run(late, name, 0, log=True) for name in (FIRST, list(late.allocations)[-1]))
    until = [[event for event in run.events if event[0] < day] for run in (first, other)]
    assert until[0] == until[1] and first.lines != other.lines
    assert until[0] == [event for event in sim.run(after, FIRST, 0, log=True).events if event[0] < day]
    assert other.scalars["allotted_yuan"] == first.scalars["allotted_yuan"]


def test_what_is_decided_on_the_first_day_is_what_is_played_from_it(after, tiny):
    for scenario in (after, tiny):
        decided = scenario.replace(decide_on="2018-01-01")
        for name in scenario.allocations:
            assert sim.run(decided, name, 1).to_json() == sim.run(scenario, name, 1).to_json()


def test_the_gate_of_a_run_is_that_of_its_years_before(run, after):
    none = sim.run(after, FIRST, 0, gate="none", log=True)
    assert earlier(none) != earlier(run)
    alone = after.before.replace(seed=after.seed, scale=after.scale)
    lived = sim.run(alone, "as_it_was", 0, gate="none").scalars
    assert none.scalars["registered_start_people"] == lived["registered_end_people"]


def test_one_vector_of_assumed_values_holds_in_all_years(after):
    set_before = after.before.replace(
        assumptions={"works.road_crews": 40, "works.road_days": {"times": 2, "outside_range": True}}
    )
    both = after.replace(history=set_before, assumptions={"works.road_days": 100})
    values = start(both, FIRST, 0).p
    assert (values["works.road_crews"], values["works.road_days"]) == (40, 100)


def test_a_start_from_history_draws_from_the_posterior_too(after):
    made = {
        "made_by": {"scenario": "x", "digest": "0" * 8, "model": "0" * 8, "seed": 1, "vectors": 1, "complete": 1},
        "parameters": [{"income.registered_sd": [0.35, 0.45, 0.6]}], "draws": {"plan": ["0.2"], "none": ["0.8"]},
    }  # fmt: skip
    after = after.replace(scale=0.12)
    drawing = after.replace(parameters="posterior", posterior=made)
    p, q = start(drawing, FIRST, 0).p, start(drawing, FIRST, 0, gate="none").p
    assert p["income.registered_sd"] < q["income.registered_sd"]
    assert (
        sim.run(drawing, FIRST, 0).villages["registered_start"] != sim.run(after, FIRST, 0).villages["registered_start"]
    )


def since(run, kind):
    return [event for event in run.events if event[1] == kind and event[0] >= 0]


def test_families_tell_of_2018_alone(run):
    s = run.scalars
    leads, arrived = since(run, "integrity.lead"), since(run, "money.arrived")
    assert s["leads"] == len(leads) < sum(event[1] == "integrity.lead" for event in run.events)
    assert s["leads_by_april"] == sum(day < 120 for day, *_ in leads) > 0
    assert s["packets"] - s["packets_on_their_way"] == len(arrived) > 0
    assert s["files_mended"] == len(since(run, "file.mended")) > 0


def test_shares_of_those_lifted_out_are_shares_of_2018(run, after):
    c = start(after, FIRST, 0)
    out = [int(entity.rpartition(".")[2]) for _, _, entity, *_ in since(run, "household.exited")]
    deep = [c.places.tier[c.register.village_of[household]] == 0 for household in out]
    people = [int(c.register.people[household]) for household in out]
    share = sum(n for n, there in zip(people, deep, strict=True) if there) / sum(people)
    assert run.scalars["exits_share_deep_villages"] == pytest.approx(share, abs=0.02)


def test_wrong_files_are_counted_on_the_first_day_of_2018(after):
    c = start(after.replace(scale=0.12), FIRST, 0)
    seen = []

    def look():
        yield c.first_day
        seen.append(int((np.array(c.cards.wrong) & (c.register.status[: c.register.size] == 1)).sum()))

    c.env.process(look(), rank=10**9)
    c.play()
    assert c.counts["files_wrong_start"] == seen[0] > 0, "files of who came in December among them"


def test_an_industry_that_never_waits_from_the_first_day_pays_in_the_year_that_begins(after):
    sure = {"industry.deer.net": {"value": 1000, "outside_range": True}}
    c = start(after.replace(scale=0.12, families={"industries": "unlimited"}, assumptions=sure), FIRST, 3)
    planted, had = [], []
    c.hooks.on_planting.append(lambda household, product: planted.append((household, c.env.now)))

    def look():
        yield c.first_day + 0.2
        had.extend((household, c.income.received_of[household]) for household, day in planted if day == c.first_day)

    c.env.process(look())
    c.play()
    assert had and all(received > 0 for _, received in had), "experts and companies hear of it, too"


def test_villages_out_before_are_told_apart_from_those_of_2018(after):
    easy = {name: {"value": value, "outside_range": True} for name, value in (
        ("rule.incidence_limit", 0.5), ("rule.share_limit", 0.1), ("rule.former_share_limit", 0.1),
        ("rule.reference_items_until", 2015), ("gate.held_back_villages", 0),
    )}  # fmt: skip
    run = sim.run(after.replace(assumptions=easy), FIRST, 0, log=True)
    out = [event for event in earlier(run) if event[1] == "village.exited"]
    assert sum(run.villages["exited_before"]) == len(out) > 0
    assert sum(run.villages["exited"]) == run.scalars["exits_villages"] == len(since(run, "village.exited"))
    assert not any(a and b for a, b in zip(run.villages["exited"], run.villages["exited_before"], strict=True))
    told = {f"village.{k}" for k, is_out in enumerate(run.census["villages"]["out"]) if is_out}
    assert told == {village for _, _, village, *_ in out}


def own_rows(after, kind, places, cost, **more):
    """A planner's own list of 2018: so many places in each village."""
    c = start(after, FIRST, 0)
    line = {"housing": "housing", "industry": "industry"}[kind]
    return [
        {"line": line, "kind": kind, "village": village + 1, "places": places, "cost_yuan": places * cost, **more}
        for village in range(c.places.villages)
    ]


def test_an_own_list_is_not_struck_off_by_what_the_years_before_have_built(after):
    rows = own_rows(after, "industry", 20, 500)
    back = sim.run(after.replace(projects={"rows": rows}), FIRST, 0).own_projects
    assert back["listed"] == (20,) * len(rows) and sum(back["wanted"]) > 0


@pytest.mark.parametrize("change", [{"rules": {"replanning": False}}, {"families": {"replanning": "off"}}])
def test_who_does_not_replan_lists_nothing_at_once_whatever_the_years_before_did(after, change):
    c = start(after.replace(**change), FIRST, 0)
    c.env.process(_look(c, found := []))
    c.play()
    assert found == [True, False]


def test_who_replans_until_a_day_lists_at_once_until_then(after, tiny):
    stops = {"families": {"replanning": {"state": "off", "from": "2018-08-01"}}}
    found = []
    for scenario, begin in ((after, BEGIN), (tiny, 0.0)):
        c = start(scenario.replace(**stops), FIRST, 0)
        c.env.process(_look(c, found, (begin + 211.5, begin + 212.0)))
        c.play()
    assert found == [True, False, True, False]


def _look(c, found, days=(BEGIN - 0.5, BEGIN + 1.0)):
    for day in days:
        yield day - c.env.now
        found.append(c.library.takes_more)


def test_what_comes_back_of_an_own_list_is_of_its_own_time(after):
    """Work that goes on under a place of the years before is under way, not what the list asks for."""
    rows = own_rows(after, "housing", 400, 10) + own_rows(after, "housing", 400, 10, under_way=True)
    c = start(after.replace(projects={"rows": rows}), FIRST, 0)
    months, begun = Months(c), []

    def note():
        begun.extend(case for case in c.cases.all if case.kind.name == "housing" and case.project and not case.done)

    c.hooks.on_first_day.append(note)
    months.start()
    c.play()
    back, villages = months.own_projects(), len(rows) // 2
    by_village = [sum(case.village == village for case in begun) for village in range(villages)]
    assert back["listed"][villages:] == back["wanted"][villages:] == by_village and sum(by_village) > 0
    asked = [case for case in c.cases.all if case.kind.name == "housing" and case.closed >= BEGIN and case not in begun]
    assert sum(back["wanted"][:villages]) == len(asked) > 0
    assert all(day >= -1 for name in ("approved", "begun", "finished", "accepted", "settled") for day in back[name])


def test_shares_of_yuan_listed_are_shares_of_2018(after):
    c = start(after.replace(scale=0.12), FIRST, 0)
    before = {}
    c.hooks.on_first_day.append(lambda: before.update((x, x.taken_yuan) for x in c.library.projects))
    c.play()
    own = np.zeros(c.places.villages)
    for project in c.library.projects:
        if project.line == "industry":
            own[project.village] += project.cost_yuan - before.get(project, 0)
    deep = c.county.townships.deep[np.array(c.places.township)]
    assert sum(before.values()) > 0
    assert history(c)["industry_deep_townships_share"] == pytest.approx(own[deep].sum() / own.sum())


@pytest.mark.parametrize("off", ["off", "unlimited", {"state": "off", "from": "2018-07-01"}])
def test_of_what_is_listed_a_share_is_a_share_where_works_of_before_are_given_up(off):
    scenario = sim.load("scenarios/2018-after-history.yaml").replace(scale=0.06, families={"works": off})
    scalars = sim.run(scenario, scenario.baseline, 0).scalars
    shares = [value for name, value in scalars.items() if name.startswith("infrastructure_deep")]
    assert len(shares) == 2 and all(0 <= share <= 1 for share in shares)
