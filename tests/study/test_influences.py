"""Values that have nothing to do with an answer are seldom told, at any number of draws."""

import sys

import numpy as np
import pytest

import sim
from sim.campaign.assumed import drawn, plays, values
from sim.campaign.replicate import _county
from sim.evidence import Parameters, load
from sim.study.influences import FEWEST_DRAWS, along, repeated, varying


@pytest.mark.parametrize("draws", [3, 5, 12, FEWEST_DRAWS, 48])
def test_of_values_that_mean_nothing_seldom_one_is_told(draws):
    generator = np.random.default_rng(draws)
    told = 0
    for _ in range(40):
        columns = {f"value {k}": generator.random(draws) for k in range(150)}
        told += any(found.significant for found in along("lead", generator.random(draws), columns, {}))
    assert told <= 7, "40 times 5 in 100 are 2"


def test_what_moves_the_answer_is_told_first():
    column = np.random.default_rng(1).random(FEWEST_DRAWS)
    first, other = along("lead", 2.0 * column, {"idle": column[::-1].copy(), "moves": column}, {})
    assert (first.name, first.significant, other.significant) == ("moves", True, False)


def test_values_that_come_over_again_are_told_no_more_often_than_others():
    """What draws of one row have in common is not the doing of a value that stands in it; as ninety draws it looks so."""
    generator = np.random.default_rng(9)
    which, tables, told = np.repeat(np.arange(30), 3), 400, {"once": 0, "each": 0}
    for _ in range(tables):
        answer = generator.random(30)[which] + 0.3 * generator.random(90)
        columns = {"value": generator.random(30)[which]}
        for how, same in (("once", {"value": which}), ("each", {})):
            told[how] += along("lead", answer, columns, same)[0].significant
    assert told["once"] / tables < 0.05 + 4 * (0.05 * 0.95 / tables) ** 0.5 < 0.2 < told["each"] / tables


def test_what_stands_in_a_posterior_counts_once_a_row(tiny):
    scenario = tiny.replace(parameters="posterior")
    count = 2 * len(scenario.posterior.draws.plan)
    same = repeated(scenario, range(count))
    assert set(same) == {name for column in scenario.posterior.columns for name in column}
    played = [values(scenario, number) for number in range(count)]
    for name, which in same.items():
        assert len({(row, p[name]) for row, p in zip(which.tolist(), played, strict=True)}) == which.max() + 1
        assert np.array_equal(which[: count // 2], which[count // 2 :])
    assert repeated(tiny.replace(parameters="prior"), range(3)) == {}


def test_the_mean_answer_of_a_row_is_what_goes_along():
    which = np.array([0, 1, 1, 2])
    (found,) = along("lead", np.array([1.0, 9.0, 3.0, 5.0]), {"value": np.array([4.0, 8.0, 8.0, 6.0])}, {"value": which})
    assert found.correlation == 1.0 and not found.significant


def test_no_value_of_years_that_are_not_played_is_named(full):
    """It stands where its twin stands in a posterior, and would be named for what that one does."""
    after = full.replace(start="history", history="scenarios/2016-2017.yaml", parameters="prior")
    twins = {f"income.registered_median_{year}" for year in (2016, 2018)}
    assert twins & varying(full, range(3)).keys() == {"income.registered_median_2018"}
    assert twins & varying(after.before, range(3)).keys() == {"income.registered_median_2016"}
    assert twins < varying(after, range(3)).keys()


@pytest.mark.parametrize(("which", "ends"), [("tiny", 2018), ("tiny", 2020), ("years", 2017)])
def test_what_is_said_not_to_play_changes_nothing(which, ends, monkeypatch, request):
    scenario = request.getfixturevalue(which).replace(end_date=f"{ends}-12-31")
    silent = {name for name in load() if not plays(scenario, name)}

    def ended(changed):
        def otherwise(*asked):
            p = drawn(*asked)
            return Parameters({name: value * (1.2 if name in changed else 1.0) for name, value in p.items()}, p.drawn)

        monkeypatch.setattr(sys.modules["sim.campaign.replicate"], "drawn", otherwise)
        return sim.run(scenario, scenario.baseline, 0).scalars

    monkeypatch.setattr(sys.modules["sim.campaign.replicate"], "_county", _county.__wrapped__)
    assert silent and ended(silent) == ended(set()) != ended({"works.road_days"})
