"""What a researcher's code hands over: numbers and dates of numpy and pandas, and arguments that cannot be meant."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pytest

import sim

FIRST = "as_in_2016_17"


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({"total": np.int64(250_000_000)}, {"total": 250_000_000}),
        ({"total_yuan": np.int64(22_000)}, {"total_yuan": 22_000}),
        ({"earmarked": {"medical": np.int64(200_000)}}, {"earmarked": {"medical": 200_000}}),
        ({"replications": np.int64(5)}, {"replications": 5}),
        ({"scale": np.float64(0.5)}, {"scale": 0.5}),
        ({"assumptions": {"works.road_days": np.int64(110)}}, {"assumptions": {"works.road_days": 110}}),
        ({"assumptions": {"works.road_days": {"times": np.float32(0.75)}}}, {"assumptions": {"works.road_days": {"times": 0.75}}}),
        ({"rules": {"double_recognition": np.bool_(False)}}, {"rules": {"double_recognition": False}}),
        ({"decide_on": datetime(2018, 6, 30)}, {"decide_on": date(2018, 6, 30)}),
        ({"decide_on": np.datetime64("2018-06-30")}, {"decide_on": date(2018, 6, 30)}),
        ({"decide_on": np.datetime64("2018-06-30", "ns")}, {"decide_on": date(2018, 6, 30)}),
    ],
)  # fmt: skip
def test_a_scenario_takes_numbers_and_dates_of_other_libraries(tiny, given, meant):
    found, plain = tiny.replace(**given), tiny.replace(**meant)
    assert found == plain and found.digest() == plain.digest()


def test_a_scenario_takes_a_day_of_pandas(tiny):
    pandas = pytest.importorskip("pandas")
    assert tiny.replace(decide_on=pandas.Timestamp("2018-06-30")).decide_on == date(2018, 6, 30)


@pytest.mark.parametrize(
    ("given", "code", "near"),
    [
        ({"total": np.float64(250e6)}, "not_money", "250000000"), ({"total": np.float64("nan")}, "not_finite", None),
        ({"replications": np.float64(5)}, "not_whole", "5"), ({"decide_on": np.datetime64("NaT")}, "not_a_date", None),
        ({"decide_on": datetime(2018, 6, 30, 12)}, "not_a_date", None),
    ],
)  # fmt: skip
def test_what_it_refuses_of_them_it_refuses_like_any_other(tiny, given, code, near):
    with pytest.raises(sim.ScenarioError) as caught:
        tiny.replace(**given)
    assert [(found.code, found.nearest) for found in caught.value.problems] == [(code, near)]


def test_a_run_takes_whole_numbers_of_numpy(tiny):
    run = sim.run(tiny, FIRST, 1)
    assert sim.run(tiny, FIRST, np.int64(1)).to_json() == run.to_json()
    assert sim.run(tiny, FIRST, 1, indices=np.array([1, 1, 1])).to_json() == run.to_json()


@pytest.mark.parametrize("indices", [(1, 2), (), (1.5, 2, 3), (-1, 2, 3), (True, 1, 1), ("x", "y", "z"), "123", 5])
def test_indices_are_three_whole_numbers(tiny, indices):
    with pytest.raises(ValueError, match=r"indices\(=.* must be three whole numbers >= 0: start, parameters, luck"):
        sim.run(tiny, FIRST, indices=indices)


@pytest.mark.parametrize("replication", [1.0, True, -1, "1", None])
def test_a_replication_is_a_whole_number(tiny, replication):
    with pytest.raises(ValueError, match=r"replication\(=.*must be a whole number >= 0"):
        sim.run(tiny, FIRST, replication)


def test_what_is_no_scenario_and_no_name_of_an_allocation_is_refused(tiny):
    with pytest.raises(TypeError, match=r"scenario\(='quick\.yaml'\) must be a scenario, such as sim\.load"):
        sim.run("quick.yaml", FIRST)
    with pytest.raises(TypeError, match=r"scenario\(=3\) must be a scenario, such as sim\.load"):
        sim.values(3, 1)
    for wrong in (tiny.allocations[FIRST], None, 1):
        with pytest.raises(TypeError, match=rf"^allocation\(=.*\) must be a name: {FIRST}, "):
            sim.run(tiny, wrong)


def test_a_change_extends_nothing(tiny):
    with pytest.raises(TypeError, match="extends is for files alone"):
        tiny.replace(extends="2018.yaml")
