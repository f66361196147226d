"""Calibration of a campaign whose answer is known: what it finds, what it leaves open, that it can be cut off."""

from __future__ import annotations

import numpy as np
import pytest

from sim import words
from sim.evidence import load
from sim.record import Run
from sim.report import style
from sim.report.calibration import calibration as tables
from sim.report.calibration import finding
from sim.report.figures import drawing
from sim.streams import Streams
from sim.study.backcast import facts
from sim.study.calibrate import Parameter, calibrate, parameters, variants, write_calibration
from sim.study.posterior import text

TOY = "tests.study.test_calibrate:replicate"
#: So that runs that it has played are given back.
version = 1
MEDIAN, SD = "income.registered_median_2016", "income.registered_sd"
MOVED = (Parameter(MEDIAN, ("income.registered_median_2018",)), Parameter(SD, ()))
#: The luck of one vector of a calibration whose seed is 1.
LUCKY = Streams(1).seed_of("calibrate", 7)
#: The value at which the toy reproduces every fact.
TRUE = 2_600.0


def replicate(scenario, allocation, replication, *, gate):
    """Facts hold where the median is TRUE; the other parameter does nothing; luck adds 2 %."""
    luck = Streams(scenario.seed, replication)
    ratio = scenario.assumptions[MEDIAN] / TRUE
    noise = {fact.name: 0.04 * (luck.one("luck", fact.name) - 0.5) for fact in facts(scenario.scale)}
    return Run(scenario.name, allocation, gate, replication,
               {fact.name: fact.value * (ratio + noise[fact.name]) for fact in facts(scenario.scale)})  # fmt: skip


@pytest.fixture(scope="module")
def found(years):
    return calibrate(years, 64, workers=1, replicate=TOY, moved=MOVED)


def test_at_most_six_assumed_values_with_a_range_are_named(tiny):
    named = parameters()
    assert 0 < len(named) <= 6
    for parameter in named:
        values = parameter.values(0.5)
        assert set(values) == {parameter.name, *parameter.along}
        assert all(load()[name].low < value < load()[name].high for name, value in values.items())
    every = [name for parameter in named for name in (parameter.name, *parameter.along)]
    assert len(set(every)) == len(every)


def test_a_vector_sets_its_values_its_luck_and_nothing_else(years):
    quantiles = np.array([[0.2, 0.7], [0.5, 0.5]])
    one, two = variants(years, quantiles, MOVED).values()
    assert one.seed != two.seed
    assert set(one.assumptions) == {MEDIAN, SD, "income.registered_median_2018"} | set(years.assumptions)
    assert one.assumptions[MEDIAN] == MOVED[0].values(0.2)[MEDIAN]
    assert list(one.allocations) == [years.baseline]


def test_campaigns_of_neighbouring_seeds_share_no_vectors_luck(years):
    quantiles = np.full((64, 2), 0.5)
    seeds = [{v.seed for v in variants(years.replace(seed=s), quantiles, MOVED).values()} for s in (0, 1, 2, 10**12)]
    assert len(set.union(*seeds)) == 4 * 64


def test_the_value_that_reproduces_the_facts_is_found_and_the_other_left_open(found):
    for gate in ("plan", "none"):
        median, sd = (row for row in found.rows() if row["gate"] == gate)
        assert median["low"] < TRUE < median["high"]
        assert median["high"] - median["low"] < 0.2 * (median["prior_high"] - median["prior_low"])
        assert median["learnt"] > 0.95
        assert abs(sd["learnt"]) < 0.35
    left, ways = found.fits[0].directions()
    assert left[0] < 0.05 < 0.6 < left[1] and abs(ways[0, 0]) > 0.95


def test_workers_a_kill_and_a_second_call_change_nothing(years, tmp_path, found):
    def stop(done, total):
        if done > total // 3:
            raise KeyboardInterrupt

    cut = calibrate(years, 64, workers=1, out=tmp_path, replicate=TOY, moved=MOVED, progress=stop)
    assert cut.interrupted and cut.vectors < cut.asked == 64
    begun: list[int] = []
    on = calibrate(years, 64, workers=2, out=tmp_path, replicate=TOY, moved=MOVED, progress=lambda d, t: begun.append(d))
    assert begun[0] > 64 and on.rows() == found.rows()
    write_calibration(on, tmp_path)
    first = (tmp_path / "summary.json").read_bytes()
    write_calibration(found, tmp_path)
    assert (tmp_path / "summary.json").read_bytes() == first
    assert tuple(found.rows()[0]) == found.COLUMNS


@pytest.mark.parametrize("moved", [("county.rural_population",), "county.rural_population", MOVED[0], (*MOVED, None)])
def test_what_moves_are_parameters_and_not_their_names(years, moved):
    with pytest.raises(TypeError, match=r"moved\(=.*\) must be parameters in a tuple, such as .*parameters\(\)"):
        calibrate(years, 4, workers=1, replicate=TOY, moved=moved)


def test_too_few_vectors_give_no_answer_rather_than_a_bad_one(years):
    few = calibrate(years, 4, workers=1, replicate=TOY, moved=MOVED)
    assert few.fits == () and f"4 of 4 vectors, too few to say anything: at least {few.fewest} are needed" in repr(few)
    assert calibrate(years, few.fewest, workers=1, replicate=TOY, moved=MOVED).fits
    assert not calibrate(years, few.fewest - 1, workers=1, replicate=TOY, moved=MOVED).fits


def far(scenario, allocation, replication, *, gate):
    """The toy, in which nobody who is to be relocated ever moves."""
    run = replicate(scenario, allocation, replication, gate=gate)
    return Run(run.scenario, allocation, gate, replication, {**run.scalars, "relocated_share": 0.1})


def test_a_fact_that_no_run_comes_near_is_named_and_not_fitted(years, found):
    with_it = calibrate(years, 64, workers=1, replicate="tests.study.test_calibrate:far", moved=MOVED)
    for fit in with_it.fits:
        assert [fact.name for fact in fit.beyond] == ["relocated_share"]
        assert "relocated_share" not in {fact.name for fact in fit.fitted} | fit.alone.keys()
        assert fit.posterior.mean()[0] == pytest.approx(found.fits[0].posterior.mean()[0], abs=0.05)
    with words.spoken("en"):
        assert "outside 95 % of the runs" in tables(with_it)[0].note and "moved in" in tables(with_it)[0].note
        assert "outside 95 % of the runs" not in tables(found)[0].note


def rare(scenario, allocation, replication, *, gate):
    """The toy, in which one run of 128 moves as many as reported, for reasons that no parameter knows of."""
    run = replicate(scenario, allocation, replication, gate=gate)
    share = 0.9 if (scenario.seed, replication) == (LUCKY, 0) else 0.1
    return Run(run.scenario, allocation, gate, replication, {**run.scalars, "relocated_share": share})


def test_a_fact_that_a_single_run_reaches_by_luck_is_not_fitted_either(years):
    """What one run of 128 does by chance would pull values along that have nothing to do with it."""
    ones = years.replace(seed=1)
    assert LUCKY in {vector.seed for vector in variants(ones, np.full((64, 2), 0.5), MOVED).values()}
    fits = calibrate(ones, 64, workers=1, replicate="tests.study.test_calibrate:rare", moved=MOVED).fits
    for fit in fits:
        assert [fact.name for fact in fit.beyond] == ["relocated_share"]


def idle(scenario, allocation, replication, *, gate):
    """A campaign of which no value says anything: luck alone."""
    luck = Streams(scenario.seed, replication)
    noise = {fact.name: 0.4 * (luck.one("luck", f"idle.{fact.name}") - 0.5) for fact in facts(scenario.scale)}
    return Run(scenario.name, allocation, gate, replication,
               {fact.name: fact.value * (1.0 + noise[fact.name]) for fact in facts(scenario.scale)})  # fmt: skip


def test_what_chance_takes_of_a_value_is_not_told(years, found):
    """Of few vectors more than a tenth of some value's doubt goes where nothing can be learnt."""
    nothing = calibrate(years, 64, workers=1, replicate="tests.study.test_calibrate:idle", moved=MOVED)
    most = max(max(of.learnt().max() for of in (fit.posterior, *fit.alone.values())) for fit in nothing.fits)
    assert 0.1 < most <= nothing.by_chance < 0.9
    assert {row["learnt_by_chance"] for row in nothing.rows()} == {nothing.by_chance}
    with words.spoken("en"):
        assert finding(nothing) == "History takes from none of the values more doubt than chance would"
        shown = tables(nothing)[0]
        assert f"more than {100 * nothing.by_chance:.0f} % in 5 of 100" in shown.note
        assert {cell for column in (shown.columns[3], *shown.columns[5:]) for cell in column.cells} == {"-"}
        assert f"doubt from 1 of {len(MOVED)} values" in finding(found) and found.by_chance < 0.9


def test_two_runs_of_a_vector_are_worth_one_draw(found):
    for fit in found.fits:
        weight = np.bincount(fit.posterior.rows // 2, fit.posterior.weights)
        assert fit.effective == pytest.approx(weight.sum() ** 2 / (weight**2).sum())
        assert fit.effective <= len(np.unique(fit.posterior.rows // 2)) < fit.posterior.effective()
    with words.spoken("en"):
        draws = round(found.fits[0].effective)
        assert f"worth {draws} independent" in tables(found)[0].note and f"Worth {draws} independent" in text(found)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_figure_shows_what_is_left_and_the_ranks(found, lang):
    with words.spoken(lang), style.styled():
        _, ax = style.canvas(10, 4)
        drawing("calibration")(ax, found)
        assert len(ax.get_yticks()) == len(MOVED) * 2 and len(ax.patches) == 2 * len(MOVED) * 8
        assert {"1", "2"} <= set(ax.get_title(loc="left")), "doubt is taken from one of two values"


def test_what_was_played_is_found_again(found):
    for row in found.rows():
        assert 0.6 < row["found_again_90"] <= 1.0 and row["found_again_50"] < row["found_again_90"]
