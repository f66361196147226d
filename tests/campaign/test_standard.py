"""The standard of a year: what its forms ask, whatever the years around it ask."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.campaign import start
from sim.campaign.exit.assessment import Assessment
from sim.campaign.exit.standard import in_force, reference_items, share_limit
from sim.county.county import VILLAGE_ITEMS
from sim.evidence import Parameters, load
from sim.scenario import Rules

BOTH = ("housing", "reference_items_block")


@pytest.fixture(scope="module")
def five_years(tiny):
    """2016 to 2020 of the small county: two years before, then those of its own."""
    history = "scenarios/2016-2017.yaml"
    return tiny.replace(start="history", history=history, end_date="2020-12-31", parameters="point", scale=0.05)


def standards(scenario):
    """Return by year what is asked in the middle of it, and on its first midnight once all have begun."""
    c = start(scenario, scenario.baseline, 0, families=(Assessment,))
    found = {}

    def looks():
        for year in c.calendar.years(c.horizon):
            yield c.calendar.day_of_year(year, 1) - c.env.now
            midnight = tuple(getattr(c.rules, rule) for rule in BOTH)
            yield 180.0
            assert midnight == tuple(getattr(c.rules, rule) for rule in BOTH)
            found[year] = (*midnight, "collective_income" in reference_items(c), share_limit(c))

    c.env.process(looks(), rank=0)
    c.play()
    return found


def test_each_year_is_judged_by_its_own_forms(five_years):
    assert standards(five_years) == {
        2016: ("half", "on", False, 0.95), 2017: ("fit", "on", True, 0.98), 2018: ("fit", "off", True, 0.98),
        2019: ("fit", "off", True, 0.98), 2020: ("fit", "off", True, 0.98),
    }  # fmt: skip


def test_what_a_scenario_says_holds_in_all_of_its_years(five_years):
    said = five_years.replace(rules={"housing": "half", "reference_items_block": "on"})
    found = {year: rules[:2] for year, rules in standards(said).items()}
    assert found == {2016: ("half", "on"), 2017: ("fit", "on"), **dict.fromkeys((2018, 2019, 2020), ("half", "on"))}


def test_a_date_of_the_standard_is_a_value_like_any_other(five_years):
    changed = five_years.replace(assumptions={
        "rule.former_share_limit_until": {"value": 2018, "outside_range": True},
        "rule.half_built_until": {"value": 2017, "outside_range": True},
        "rule.reference_items_until": {"value": 2019, "outside_range": True},
    })  # fmt: skip
    found = {year: (*rules[:2], rules[-1]) for year, rules in standards(changed).items()}
    assert found == {
        2016: ("half", "on", 0.95), 2017: ("half", "on", 0.95), 2018: ("fit", "on", 0.95), 2019: ("fit", "on", 0.98),
        2020: ("fit", "off", 0.98),
    }  # fmt: skip


@pytest.mark.parametrize("truth", [False, True])
def test_a_truth_says_whether_reference_items_bar_as_the_word_does(truth):
    rules = Rules(reference_items_block=truth)
    assert rules == Rules(reference_items_block="on" if truth else "off")
    assert in_force(rules, 2017, Parameters({name: entry.value for name, entry in load().items()})) == rules.model_copy(update={"housing": "fit"})


def test_the_rules_of_2016_let_out_who_those_of_2018_would_keep(before):
    """The same county and luck, so that only the rule tells them apart."""
    then, later = (before.replace(rules={"housing": rule}, end_date="2016-12-31") for rule in ("in_force", "fit"))
    out = {s.rules.housing: sim.run(s, "as_it_was", 0).scalars["exits_people"] for s in (then, later)}
    assert out["in_force"] > out["fit"]


@pytest.fixture(scope="module")
def before(five_years):
    """The years before by themselves, without the yearly list."""
    return five_years.before.replace(scale=0.1, gate="none", parameters="point")


def test_what_bars_a_village_is_each_of_the_items_of_its_year(before):
    c = start(before, "as_it_was", 0)
    (assessment,) = (family for family in c.families if family.name == "assessment")
    assessment.start(c)
    for year, asked in ((2016, set(VILLAGE_ITEMS) - {"collective_income"}), (2017, set(VILLAGE_ITEMS))):
        c._enter(year)
        for item in VILLAGE_ITEMS:
            for flags in c.lacks.village.values():
                flags[:] = False
            c.lacks.village[item][0] = True
            assert np.flatnonzero(assessment._at_cutoff().reference).tolist() == [0] * (item in asked)
