"""A start from history says where it has led to, beside what was reported."""

import pytest

from sim import words
from sim.report import answer
from sim.report.ablation import ablation as ablation_table
from sim.report.totals import totals as totals_table
from sim.study import ablate, compare
from sim.study.totals import totals
from tests import toy

FIRST = "as_in_2016_17"
TOY = "tests.toy:replicate"


@pytest.fixture(scope="module")
def after(tiny):
    return tiny.replace(
        start="history", history="scenarios/2016-2017.yaml", compare=[FIRST], scale=0.06, gate_none_share=0
    )


def test_the_answer_names_both_figures(after):
    result = compare(after, 2, workers=1)
    shares = [run.scalars["registered_start_people"] / run.scalars["N"] for run in result.runs[FIRST]]
    with words.spoken("en"):
        (said,) = answer.started(result)
        assert said in answer.lines(result)
        assert said == (
            f"Starts where a run of the years before ended (from 1 January 2016): incidence {sum(shares) / 2:.2%}, in single "
            f"replications {min(shares):.2%} to {max(shares):.2%}. 10.59% was reported.".replace("%", " %")
        )
    with words.spoken("zh"):
        (said,) = answer.started(result)
        assert "2016年1月1日" in said and "公开数为10.59%" in said


def test_what_the_scenario_sets_is_said_to_hold_before(after):
    result = compare(after.replace(assumptions={"works.road_days": 100}), 1, workers=1)
    with words.spoken("en"):
        assert answer.started(result)[0].endswith("Values that the scenario sets hold from 1 January 2016 on.")


def test_a_start_from_margins_says_nothing(tiny):
    assert answer.started(compare(tiny, 1, workers=1, replicate=TOY)) == []


def replicate(scenario, allocation, replication, *, gate):
    run = toy.replicate(scenario, allocation, replication, gate=gate)
    return type(run)(**{**vars(run), "scalars": {**run.scalars, "N": 100, "registered_start_people": 9}})


def test_other_tables_say_so_too(after):
    mine = "tests.report.test_started:replicate"
    with words.spoken("en"):
        assert (
            "incidence 9.00 %" in totals_table(totals(after, [10**8], replications=1, workers=1, replicate=mine)).note
        )
        assert "in the years before as well" in ablation_table(ablate(after, 2, workers=1, replicate=mine)).note
        margins = after.replace(start="margins")
        assert "years before" not in ablation_table(ablate(margins, 2, workers=1, replicate=mine)).note
