"""Which assumed values matter, of functions whose answer is known."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from math import pi, sin

import numpy as np
import pytest
from scipy import stats

from sim import words
from sim.campaign.assumed import plays, values
from sim.campaign.replicate import start
from sim.cli import main
from sim.ensemble.pool import RunError
from sim.record import Run
from sim.report import style
from sim.report.figures import drawing, save
from sim.report.screening import finding, ranked, tables
from sim.statistics.abc import design
from sim.statistics.intervals import Interval
from sim.streams import Streams
from sim.study.factors import LUCK, REST, START, VALUES, designed, factors, indices, shares, trajectory
from sim.study.screening import _size, write_screening
from sim.study.screening import screen as study
from tests import made

ROOM = "tests.study.test_screening:"
screen = partial(made.designed, study)
SEED = 20180601
#: The three values that the toys look at.
X = ("works.road_days", "works.inspectors", "income.registered_sd")


def quantiles(scenario, replication):
    return scenario.posterior.quantiles(scenario.gate, indices(len(scenario.posterior.draws.plan), replication)[1])


def ended(scenario, allocation, replication, gate, incidence, short):
    return Run(scenario.name, allocation, gate, replication, {"incidence": incidence, "people_short": short})


def luck(scenario, replication):
    begun, _, lucky = indices(len(scenario.posterior.draws.plan), replication)
    streams = Streams(scenario.seed, begun, 0, lucky)
    return streams.one("start", "toy"), streams.one("luck", "toy")


def ishigami(scenario, allocation, replication, *, gate):
    """Ishigami's function of the first three; the second allocation is as far behind as the third value says."""
    q = quantiles(scenario, replication)
    a, b, c = (pi * (2 * q[name] - 1) for name in X)
    y = sin(a) + 7 * sin(b) ** 2 + 0.1 * c**4 * sin(a)
    place = list(scenario.allocations).index(allocation)
    return ended(scenario, allocation, replication, gate, y, 100 * y + place * (1 + 10 * q[X[2]]))


def linear(scenario, allocation, replication, *, gate):
    """Four parts: a value of weight 1, one of weight -2, luck of weight 3 and a start of weight 1."""
    q, (begun, lucky) = quantiles(scenario, replication), luck(scenario, replication)
    y = q[X[0]] - 2 * q[X[1]] + 3 * lucky + begun
    return ended(scenario, allocation, replication, gate, y, 10 * y)


def fails_once(scenario, allocation, replication, *, gate):
    if replication == 3 and scenario.seed % 2:
        raise ValueError("a bridge is out")
    return linear(scenario, allocation, replication, gate=gate)


def ends_once(scenario, allocation, replication, *, gate):
    """Of the two trajectories one cannot be finished."""
    if scenario.seed == Streams(SEED).seed_of("screen.trajectory", 1):
        raise ValueError("a bridge is out")
    return linear(scenario, allocation, replication, gate=gate)


def in_doubt(scenario, names):
    """The scenario with these values in doubt, all others as they stand."""
    point = values(scenario.replace(parameters="point"), 0)
    settled = {name for factor in factors(scenario) for name in factor.names} - set(names)
    return scenario.replace(assumptions={name: {"value": point[name], "outside_range": True} for name in sorted(settled)})


@pytest.fixture(scope="module")
def small(tiny):
    """The small county, two allocations and three values in doubt."""
    return in_doubt(tiny.replace(compare=list(tiny.allocations)[:2]), X)


@pytest.fixture(scope="module")
def found(small):
    return screen(small, 6, 128, workers=1, replicate=f"{ROOM}linear")


def test_a_trajectory_moves_each_factor_once_two_thirds_of_the_way():
    places, order, signs = trajectory(np.random.default_rng(1).random((3, 7)))
    steps = np.diff(places, axis=0)
    assert sorted(order) == list(range(7)) and places.shape == (8, 7)
    for step, factor, sign in zip(steps, order, signs, strict=True):
        assert step[factor] == pytest.approx(sign * 0.6) and np.count_nonzero(step) == 1
    assert places.min() >= 0.05 and places.max() <= 0.95 + 1e-12


def test_a_trajectory_says_what_the_reference_says():
    sample = pytest.importorskip("SALib.analyze.morris")
    luck_of = np.random.default_rng(3)
    walks = [trajectory(luck_of.random((3, 3))) for _ in range(12)]
    places = np.concatenate([places for places, *_ in walks])
    y = places[:, 0] ** 2 + 3 * places[:, 1] - places[:, 1] * places[:, 2]
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0.05, 0.95]] * 3}
    told = sample.analyze(problem, (places - 0.05) / 0.9, y, num_levels=4, seed=1)
    steps = np.zeros((12, 3))
    for k, (_, order, signs) in enumerate(walks):
        steps[k, order] = np.diff(y[4 * k : 4 * k + 4]) * signs
    assert np.abs(steps).mean(axis=0) == pytest.approx(np.asarray(told["mu_star"]) * 2 / 3)
    assert steps.std(axis=0, ddof=1) == pytest.approx(np.asarray(told["sigma"]) * 2 / 3)


def test_shares_of_ishigamis_function_are_those_in_the_books():
    def y(u):
        a, b, c = (pi * (2 * u[:, k] - 1) for k in range(3))
        return np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)

    own, other = np.split(design(6, 4096, 5), 2, axis=1)
    for k, (first, total) in enumerate([(0.3139, 0.5576), (0.4424, 0.4424), (0.0, 0.2437)]):
        mixed = own.copy()
        mixed[:, k] = other[:, k]
        assert shares(y(own), y(mixed), y(other)) == (pytest.approx(first, abs=0.03), pytest.approx(total, abs=0.03))


def test_shares_are_those_of_the_library():
    from scipy.stats import sobol_indices

    own, one, two, other = np.random.default_rng(2).random((4, 64))
    told = sobol_indices(func={"f_A": own[None], "f_B": other[None], "f_AB": np.stack([one, two])[:, None]}, n=64)
    for k, mixed in enumerate((one, two)):
        first, total = shares(own, mixed, other)
        assert (first, total) == (pytest.approx(told.first_order.ravel()[k]), pytest.approx(told.total_order.ravel()[k]))


def test_runs_of_a_point_are_its_vectors_then_start_luck_and_all_others():
    assert [indices(4, r) for r in range(7)] == [
        (0, 0, 0), (0, 1, 0), (0, 2, 0), (0, 3, 0), (1, 0, 0), (0, 0, 1), (1, 3, 1),
    ]  # fmt: skip


def test_what_a_run_is_only_held_against_is_no_factor(tiny):
    names = {name for factor in factors(tiny) for name in factor.names}
    assert "works.road_days" in names
    assert all(plays(tiny, name) for name in names)


def test_what_varies_is_what_differs_and_a_posterior_keeps_its_groups_and_draws(tiny, small):
    assert {factor.names[0] for factor in factors(small)} == set(X)
    learnt = factors(tiny.replace(parameters="posterior"))
    columns = tiny.posterior.columns
    assert [factor.names for factor in learnt[: len(columns)]] == [tuple(column) for column in columns]
    first = learnt[0]
    assert first.draws == tuple(sorted(row[0] for row in tiny.posterior.draws.plan))
    assert first.quantiles(np.array([0.5]))[0] == pytest.approx(np.median(first.draws))
    assert len({name for factor in learnt for name in factor.names}) == sum(len(factor.names) for factor in learnt)
    with pytest.raises(RunError) as refused:
        study(tiny.replace(parameters="point"), 2, workers=1)
    assert refused.value.code == "nothing_varies"


def test_a_design_is_played_value_by_value(tiny):
    found = factors(tiny)
    u = design(len(found), 4, 1)
    played = designed(tiny, found, u, "test", 2)
    name = tiny.baseline
    begun = start(played, name, 1, indices=indices(4, 1)).p
    assert begun == values(played, 1) and begun != values(played, 2)
    other = designed(tiny, found, u, "test", 3)
    one, two = ({name: p[name] for name in p if plays(tiny, name)} for p in (values(other, 1), begun))
    assert one == two and other.seed != played.seed, "another point has other luck, not other values"


def test_known_moves_and_shares_of_a_sum_are_found_with_the_seed_apart(found):
    by = {(row.quantity, row.name): row for row in found.moved}
    assert by["incidence", X[0]].size.mean == pytest.approx(0.6) == by["incidence", X[0]].mean
    assert by["incidence", X[1]].mean == pytest.approx(-1.2) and by["incidence", X[1]].spread == pytest.approx(0, abs=1e-9)
    assert by["incidence", X[2]].size.mean == 0.0 and by["incidence", LUCK].size.mean > 0
    assert [row.name for row in ranked(found, "incidence")] == [X[1], X[0]] and set(found.kept) == {X[0], X[1]}
    whole = 1 + 4 + 9 + 1
    index = {row.factor: row for row in found.indices if row.quantity == "incidence"}
    for factor, share in {X[0]: 1, X[1]: 4, REST: 0, VALUES: 5, LUCK: 9, START: 1}.items():
        for part in (index[factor].first, index[factor].total):
            assert part.low - 0.02 <= share / whole <= part.high + 0.02 and part.high - part.low < 0.6
    assert index[REST].total.mean == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("sign", [0.0, 1.0])
def test_how_far_a_value_moves_a_quantity_is_covered_by_eight_trajectories(sign):
    """Resampled trajectories cover but 86 of 100; the distance of steps that go both ways is skewed."""
    steps = sign + np.random.default_rng(8).standard_normal((2000, 8))
    truth = folded(sign)
    found = [_size(row) for row in steps]
    assert sum(i.low <= truth <= i.high for i in found) / 2000 > 0.92
    assert all(i.low >= 0.0 for i in found)


def test_of_what_moved_a_quantity_as_far_in_every_trajectory_no_interval_is_told():
    assert _size(np.array([0.2, -0.2, 0.2])) == Interval(0.2, -np.inf, np.inf)
    assert _size(np.zeros(8)) == Interval(0.0, -np.inf, np.inf)
    people = np.array([5_000, 5_100, 5_203])
    shares = _size((people + 3) / 163_220 - people / 163_220)
    assert (shares.low, shares.high) == (-np.inf, np.inf), "the same people, as shares"


def folded(mean):
    """The mean distance from nil of a normal number of such a mean and spread 1."""
    return float(np.sqrt(2 / pi) * np.exp(-(mean**2) / 2) + mean * (1 - 2 * stats.norm.cdf(-mean)))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_of_the_only_trajectory_that_is_whole_no_interval_is_told(small, lang):
    only = screen(small, 2, 0, workers=1, replicate=f"{ROOM}ends_once")
    assert only.trajectories == 1 and all(np.isinf([row.size.low, row.size.high]).all() for row in only.moved)
    with words.spoken(lang), style.styled():
        assert "inf" not in str(tables(only)) and drawing("screening")(style.canvas()[1], only).get_yticklabels()


def test_of_the_difference_and_regret_only_what_moves_them_is_kept(small):
    found = screen(small, 6, 64, workers=1, replicate=f"{ROOM}ishigami")
    names = list(small.allocations)
    assert found.leaders == (names[0], names[1])
    assert [row.name for row in ranked(found, "difference")] == [X[2]]
    assert ranked(found, "regret") == [], "the first leads always"
    index = {row.factor: row.total.mean for row in found.indices if row.quantity == "difference"}
    assert index[X[2]] == pytest.approx(1.0, abs=0.2) and index[LUCK] == index[START] == 0.0
    assert all(row.total.mean == 0.0 for row in found.indices if row.quantity == "regret")


def test_one_worker_or_two_and_a_run_cut_off_give_the_same(small, tmp_path):
    def stop(done, total):
        if done >= 60:
            raise KeyboardInterrupt

    options = {"out": tmp_path, "replicate": f"{ROOM}linear"}
    cut = screen(small, 4, 10, workers=1, progress=stop, **options)
    assert cut.interrupted
    calls = []
    again = screen(small, 4, 10, workers=2, progress=lambda done, total: calls.append((done, total)), **options)
    whole = screen(small, 4, 10, workers=1, replicate=f"{ROOM}linear")
    assert (again.rows(), again.indices) == (whole.rows(), whole.indices) and not again.interrupted
    assert all(done <= total for done, total in calls) and calls[-1][0] == calls[-1][1]


def test_a_point_that_is_not_whole_does_not_count(small):
    found = screen(small, 8, 8, workers=1, replicate=f"{ROOM}fails_once")
    assert found.failed and 0 < found.trajectories < 8 and found.asked == 8 and 0 < found.base < 8
    assert found.indices == (), "of so few points that are whole nothing is shared out"


def test_the_real_campaign_is_screened(tiny, small):
    found = study(small.replace(compare=list(small.allocations)[:1]), 2, 8, workers=1)
    assert found.leaders is None and {row.quantity for row in found.moved} == {"incidence"}
    assert found.trajectories == 2 and found.base == 8 and not found.failed
    assert np.isfinite([row["size"] for row in found.rows()]).all()


def test_nobody_is_told_of_more_than_the_whole(found):
    most = tuple(replace(row, total=Interval(1.16, 0.79, 1.84)) for row in found.indices)
    with words.spoken("en"):
        told = finding(replace(found, indices=most))
    assert "100 %" in told and "116 %" not in told


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tables_figure_and_file(found, small, tmp_path, lang):
    only = screen(small, 2, 0, workers=1, replicate=f"{ROOM}linear")
    with words.spoken(lang):
        moves, parts, keys = tables(found)
        called = [words.label("parameter", name) for name in found.kept]
        assert len({len(column.cells) for column in moves.columns}) == 1
        assert parts.columns[0].cells[:2] == tuple(called) and len(parts.columns) == 7
        assert set(found.kept) <= set(keys.columns[1].cells) <= set(X)
        named = words.label("parameter", X[1])
        assert named in finding(found) and len(tables(only)) == 2 and named in finding(only)
        assert not [key for key in X if key in f"{moves}{parts}{finding(found)}"]
        with style.styled():
            for result in (found, only):
                assert drawing("screening")(style.canvas()[1], result).get_yticklabels()
    assert {path.stem for path in save(found, tmp_path, lang)} == {"screening"}
    write_screening(found, tmp_path)
    kept = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    assert kept["kept"] == list(found.kept) and len(kept["indices"]) == len(found.indices)


def test_the_command(capsys, tmp_path, monkeypatch, small):
    monkeypatch.setattr("sim.study.factors.replicate", linear)
    plan = tmp_path / "plan.yaml"
    plan.write_text(json.dumps(small.dump()), encoding="utf-8")
    line = ["sensitivity", str(plan), "--out", str(tmp_path / "o"), "--workers", "1", "--lang", "en", "--quiet"]
    assert main([*line, "--screen", "2", "--vectors", "8"]) == 0
    assert "Assumed values make" in capsys.readouterr().out
    assert {path.name for path in (tmp_path / "o").iterdir()} >= {"summary.json", "manifest.json", "runs.sqlite", "figures"}


@pytest.mark.parametrize(
    ("words_given", "code", "told"),
    [
        (["--screen", "1"], 2, "--screen: 1: must be a whole number from 2 to 1000"),
        (["--screen", "all"], 2, "--screen: all: must be a whole number from 2 to 1000"),
        (["--screen"], 2, "--screen: a value must follow"),
        (["--screen", "2", "--point"], 1, "no assumed value varies here (--point, or all are set): there is nothing to screen"),
    ],
)
def test_what_cannot_be_screened_is_one_line(capsys, tmp_path, words_given, code, told):
    line = ["sensitivity", "scenarios/quick.yaml", "--out", str(tmp_path), "--quiet", "--lang", "en", *words_given]
    assert main(line) == code and capsys.readouterr().err.splitlines()[0] == told
