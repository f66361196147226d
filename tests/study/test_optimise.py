"""A search whose answer is known: found, chosen under fresh luck, told with what is as good, the same for all workers."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from importlib import import_module
from types import SimpleNamespace

import numpy as np
import pytest

from sim import load, words
from sim.cli import main
from sim.ensemble.player import Player
from sim.ensemble.pool import RunError
from sim.report import optimise as report
from sim.report import style
from sim.report.figures import drawing, save
from sim.scenario.names import LINES, MOST_REPLICATIONS
from sim.statistics.selection import FIRST as FIRST_LOOK
from sim.streams import Streams
from sim.study import search
from sim.study.optimise import _contest, optimise, write_optimisation
from sim.study.search import budget, elsewhere, leaning, least
from tests import toy
from tests.conftest import SCENARIOS

TOY = "tests.study.test_optimise:replicate"
#: So that runs that it has played are given back.
version = 1
FIRST = "as_in_2016_17"
SEED = 20180601
#: Shares of the free part and the tilt with which nobody is short.
GOAL = {"industry": 0.5, "housing": 0.3, "education": 0.2}
VALUE = "works.road_days"


def _off(scenario, allocation):
    plan = scenario.allocations[allocation]
    far = sum((plan.shares[line] - GOAL.get(line, 0.0)) ** 2 for line in LINES)
    return 4000 * far + 400 * (leaning(scenario, plan) - 0.8) ** 2


def replicate(scenario, allocation, replication, *, gate):
    """People are short by how far the shares are from the goal, and by luck that all share: whole people of it."""
    luck = round(50 * Streams(scenario.seed, replication).one("start", "toy")) / 50
    return toy.ends(scenario, allocation, replication, gate, 0.03 + 0.005 * luck + _off(scenario, allocation) / 10_000)


def flat(scenario, allocation, replication, *, gate):
    return toy.close(scenario, allocation, replication, gate=gate)


def leans_on_a_value(scenario, allocation, replication, *, gate):
    """Industry is worth what an assumed value says: the lead of whoever gives it most is that value's."""
    u = Streams(scenario.seed, parameters=replication).one("parameters", VALUE)
    share = scenario.allocations[allocation].shares["industry"]
    return toy.ends(scenario, allocation, replication, gate, 0.05 - 0.02 * share * u)


def fails_for_some(scenario, allocation, replication, *, gate):
    if replication == 1 and allocation.endswith("5"):
        raise ValueError("a bridge is out")
    return replicate(scenario, allocation, replication, gate=gate)


@pytest.fixture(scope="module")
def found(tiny):
    return optimise(tiny, 700, workers=1, replicate=TOY)


def test_the_best_is_come_near_to_by_evolving_and_told_to_be_better(found):
    first, spread, evolved = (
        min(tried.people_short for tried in found.tried if tried.stage == stage) for stage in ("own", "spread", "evolved")
    )
    least = found.tried[0].people_short - _off(found.scenario, FIRST)
    assert evolved - least < 0.75 * (spread - least) and spread < first
    assert found.found and found.winner in {tried.name for tried in found.tried if tried.stage == "evolved"}
    row = next(row for row in found.choice.differences if row.name == found.winner)
    assert row.verdict == "better" and found.choice.selection.settled
    assert found.runs <= 700 and found.region.names and FIRST not in found.region.names
    low, high = found.region.shares["industry"]
    assert 0.3 < low <= high < 0.7, "others are told to be worse"


def test_what_was_tried_honours_ceilings_and_no_money_moves_but_the_free_part(tiny):
    ceilings = {"industry": "5000 万元", "housing": "1800 万元"}
    bound = tiny.replace(ceilings=ceilings)
    found = optimise(bound, 260, workers=1, replicate=TOY)
    for tried in found.tried:
        if tried.stage != "own":
            played = bound.replace(allocations={"one": {"shares": {k: v for k, v in tried.shares.items() if v}}})
            money = played.money("one")
            assert money["industry"] <= 50_000_000 and money["housing"] <= 18_000_000
            assert all(money[k] >= bound.earmarked.get(k, 0) + bound.floors.get(k, 0) for k in LINES)
            assert sum(money.values()) == bound.total_yuan
    assert found.found
    with words.spoken("en"):
        assert "Ceilings: industry 50 M yuan, housing 18 M yuan." in report.tables(found)[1].note


def test_the_search_and_the_choice_share_no_luck_and_take_other_rows_of_a_posterior(tiny):
    there = elsewhere(tiny)
    assert there.seed != tiny.seed and elsewhere(tiny) == there
    rows, moved = tiny.posterior.draws.plan, there.posterior.draws.plan
    half = len(rows) // 2
    assert moved[:half] == rows[half:] and sorted(moved) == sorted(rows)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_more_is_said_of_the_assumed_values_of_the_choice_than_is_so(tiny, found, lang):
    """The rows of a posterior are fewer draws over again: some stand in both halves."""
    rows = tiny.posterior.draws.plan
    assert set(rows[: len(rows) // 2]) & set(rows[len(rows) // 2 :])
    with words.spoken(lang):
        for parameters, told in (("prior", "prior"), ("posterior", "posterior"), ("point", None)):
            note = report.tables(replace(found, scenario=tiny.replace(parameters=parameters)))[0].note
            said = [key for key in ("prior", "posterior") if words.say(f"note.optimise_{key}") in note.splitlines()]
            assert said == [told] * (told is not None)


def test_workers_a_second_run_and_one_cut_off_give_the_same_bytes(tiny, found, tmp_path):
    small = optimise(tiny, 260, workers=1, replicate=TOY)

    def stop(done, total):
        if done >= 120:
            raise KeyboardInterrupt

    cut = optimise(tiny, 260, workers=1, out=tmp_path / "a", replicate=TOY, progress=stop)
    assert cut.interrupted and not cut.winner and cut.choice is None and cut.runs < 260
    again = optimise(tiny, 260, workers=2, out=tmp_path / "a", replicate=TOY)
    for place, result in (("a", again), ("b", small)):
        write_optimisation(result, tmp_path / place)
        report.write_allocation(result, tmp_path / place)
    for name in ("summary.json", "allocation.yaml", "manifest.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    calls = []
    optimise(tiny, 260, workers=1, out=tmp_path / "a", replicate=TOY, progress=lambda done, total: calls.append((done, total)))
    assert all(done <= total for done, total in calls) and calls == sorted(calls)
    assert again.runs <= calls[-1][0] == calls[-1][1] <= 260


def test_no_state_of_others_is_touched(tiny):
    np.random.seed(3)  # noqa: NPY002
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    optimise(tiny, 300, workers=1, replicate=TOY)
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002


def test_without_the_package_points_are_spread_and_a_line_says_how_to_get_it(tiny, monkeypatch):
    monkeypatch.setattr(import_module("sim.study.optimise"), "can_evolve", lambda: False)
    found = optimise(tiny, 400, workers=1, replicate=TOY)
    assert not found.evolved and {tried.stage for tried in found.tried} == {"own", "spread"}
    assert len(found.tried) > 40
    with words.spoken("zh"):
        assert "pip install 'sim[optimise]'" in report.lines(found)[-1]


def test_a_flat_optimum_is_told_as_a_region(tiny):
    found = optimise(tiny, 300, workers=1, replicate="tests.study.test_optimise:flat")
    assert len(found.region.names) > 0.7 * len(found.tried)
    wide = found.region.shares["industry"][1] - found.region.shares["industry"][0]
    assert wide > 0.3
    with words.spoken("en"):
        assert "cannot be told from" in report.finding(found) or "none comes nearer" in report.finding(found)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_who_is_as_good_is_counted_among_the_others(found, lang):
    """The winner is none of them; who failed is neither as good nor told to be worse."""
    assert found.region.names == (found.winner,)
    others, alike = len(found.tried) - 1, 2
    names = (found.winner, *(one.name for one in found.tried[:alike]))
    several = replace(found, region=replace(found.region, names=names))
    failed = replace(found, tried=(*(replace(one, people_short=np.inf) for one in found.tried[:3]), *found.tried[3:]))
    with words.spoken(lang):
        said, note = report.as_good(several), report.tables(several)[1].note
        whole, part = report.as_good(found), report.as_good(failed)
    assert {"zh": f"其他{others}个方案中有{alike}个与", "en": f"{alike} of the other {others} tried cannot be told"}[lang] in said
    assert {"zh": f"其他{others}个中的{alike}个", "en": f"{alike} of the other {others} tried"}[lang] in note
    for text, worse in ((whole, others), (part, others - 3)):
        assert {"zh": f"其他{worse}个方案都看得出不如", "en": f"All {worse} others that were tried are told to be worse"}[lang] in text


def test_a_lead_that_rests_on_an_assumed_value_is_warned_of(tiny, found, tmp_path):
    rests = optimise(tiny, 300, workers=1, replicate="tests.study.test_optimise:leans_on_a_value")
    assert [influence.name for influence in rests.standing.rests_on] == [VALUE]
    assert rests.standing.best.estimate == 1.0 and rests.standing.regret.mean == 0.0
    with words.spoken("en"):
        named = words.label("parameter", VALUE)
        assert any(line.startswith("Take care") and f'"{named}"' in line for line in report.lines(rests))
        assert report.tables(rests)[2].columns[1].cells == (VALUE,) and len(report.tables(found)) == 2
        assert not any(line.startswith("Take care") for line in report.lines(found))
    write_optimisation(rests, tmp_path)
    (kept,) = json.loads((tmp_path / "summary.json").read_text())["standing"]["rests_on"]
    assert sorted(kept) == ["correlation", "name", "quantity", "told"] and kept["told"]


def test_at_their_points_nothing_is_said_of_assumed_values(tiny):
    found = optimise(tiny.replace(parameters="point"), 300, workers=1, replicate=TOY)
    assert found.standing.varied == 0 and found.standing.rests_on == ()
    with words.spoken("en"):
        assert any("nothing is said of them" in line for line in report.lines(found))


def test_who_cannot_be_played_is_out_of_the_search_and_told(tiny):
    found = optimise(tiny, 300, workers=1, replicate="tests.study.test_optimise:fails_for_some")
    lost = {tried.name for tried in found.tried if not np.isfinite(tried.people_short)}
    assert lost and {row[0] for row in found.failed} == lost
    assert found.winner and not lost.intersection({*found.region.names, *found.choice.runs})
    assert not any(row["told_worse"] for row in found.rows() if row["name"] in lost), "nothing is told of them"
    assert any(row["told_worse"] for row in found.rows())


def fails_once_in_the_search(scenario, allocation, replication, *, gate):
    """Replication 1 of the search, which has luck of its own, cannot be finished of the allocation that is best."""
    if scenario.seed != SEED and (allocation, replication) == (FIRST, 1):
        raise ValueError("a bridge is out")
    end = 0.02 if allocation == FIRST else replicate(scenario, allocation, replication, gate=gate).scalars["incidence"]
    return toy.ends(scenario, allocation, replication, gate, end)


def test_a_replication_that_one_of_its_own_lost_counts_for_nobody_and_the_one_may_win(tiny, tmp_path):
    assert tiny.seed == SEED
    found = optimise(tiny, 300, workers=1, replicate="tests.study.test_optimise:fails_once_in_the_search")
    assert found.failed == ((FIRST, tiny.gate, 1, "ValueError: a bridge is out"),) and found.winner == FIRST
    assert all(np.isfinite(tried.people_short) for tried in found.tried) and FIRST in found.region.names
    with words.spoken("en"):
        assert report.lines(found) and report.tables(found)
    write_optimisation(found, tmp_path)


def never_ends_by_deep_tilt(scenario, allocation, replication, *, gate):
    if allocation == "deep_tilt_up":
        raise ValueError("a bridge is out")
    return replicate(scenario, allocation, replication, gate=gate)


def test_where_one_of_its_own_cannot_be_played_nothing_is_searched(tiny):
    seen = []
    with pytest.raises(RunError, match="ValueError: a bridge is out"):
        optimise(tiny, 300, workers=1, replicate="tests.study.test_optimise:never_ends_by_deep_tilt",
                 progress=lambda done, _: seen.append(done))  # fmt: skip
    assert max(seen) == budget(tiny, 300, True).replications * len(tiny.allocations)


def test_until_a_decision_the_first_allocation_is_played_under_every_name(tiny):
    late = tiny.replace(decide_on="2018-06-30")
    seen = {}

    def play(batches, done):
        seen.update(batches)
        return search_play(batches, done)

    spent = budget(late, 300, True)

    def search_play(batches, done):
        return Player(workers=1, replicate=TOY).ensembles(batches, [(late.gate, spent.replications)])

    found = search.Search(late, spent, play)
    found.all(True)
    assert len(seen) > 1 and all(batch.baseline == FIRST for batch in seen.values())
    assert found.runs <= spent.search


@pytest.mark.parametrize("runs", [0, 1, 138])
def test_too_small_a_budget_is_refused(tiny, runs):
    assert least(tiny) == 139
    with pytest.raises(ValueError, match=rf"budget_of_runs\(={runs}\) must be a whole number >= 139"):
        optimise(tiny, runs, workers=1, replicate=TOY)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_help_names_the_smallest_budget(capsys, tiny, full, lang):
    one = least(tiny.replace(compare=[FIRST]))
    each = least(tiny) - least(tiny.replace(compare=list(tiny.allocations)[:2]))
    assert main(["optimise", "--help", "--lang", lang]) == 0
    (line,) = (line for line in capsys.readouterr().out.splitlines() if "--budget-of-runs N" in line)
    assert [int(number) for number in re.findall(r"\d+", line)] == [1000, one - each, each, len(full.allocations), least(full)]


def test_of_the_smallest_budget_the_choice_is_looked_at_once(tiny):
    found = optimise(tiny, least(tiny), workers=1, replicate=TOY)
    assert search.CHOOSING < FIRST_LOOK and found.choice.selection.looks == (search.CHOOSING,)
    assert found.winner and found.runs == least(tiny)


@pytest.mark.parametrize("runs", [139, 140, 600, 5_000])
@pytest.mark.parametrize("evolving", [True, False])
def test_a_budget_is_never_overdrawn(tiny, full, runs, evolving):
    for scenario in (tiny, full):
        if runs >= least(scenario):
            spent, own = budget(scenario, runs, evolving), len(scenario.allocations)
            assert spent.points >= 8 and spent.replications >= 5
            assert spent.replications * (own + spent.points) <= spent.search
            assert runs - spent.search >= search.CHOOSING * (own + search.LEADERS)


@pytest.mark.parametrize("own", [False, True])
def test_the_lines_validate_where_they_are_pasted(found, tiny, tmp_path, own):
    result = found if not own else optimise(tiny, 300, workers=1, replicate="tests.toy:equal")
    assert result.found is not own
    text = report.allocation_text(result)
    base = json.dumps(str(SCENARIOS / "quick.yaml"))
    path = tmp_path / "plan.yaml"
    path.write_text(f"extends: {base}\ncompare: all\nallocations:\n{text}", encoding="utf-8")
    got, want = load(path).allocations["found_by_search"], result.choice.scenario.allocations[result.winner]
    assert (got.shares, got.tilt) == (want.shares, want.tilt) and got.title == {"zh": "搜索所得方案", "en": "found by search"}
    source = (SCENARIOS / "2018.yaml").read_text(encoding="utf-8")
    mark = "# ---- 规则 rules"
    assert source.count(mark) == 1
    (tmp_path / "posterior").symlink_to(SCENARIOS / "posterior")
    path.write_text(source.replace(mark, f"{text}\n{mark}"), encoding="utf-8")
    assert len(load(path).allocations) == 8


def test_a_name_that_stands_there_already_is_not_taken_again(found, tiny):
    plans = {**tiny.dump()["allocations"], "found_by_search": {"shares": {"medical": 1.0}}, "found_by_search_2": {"shares": {"medical": 1.0}}}
    again = optimise(tiny.replace(allocations=plans, compare="all"), 300, workers=1, replicate=TOY)
    assert "  found_by_search_3:\n" in report.allocation_text(again)
    assert "  found_by_search:\n" in report.allocation_text(found)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tables_lines_figures_and_summary(found, tmp_path, lang):
    with words.spoken(lang):
        choice, region = report.tables(found)
        assert len({len(column.cells) for column in choice.columns}) == 1 == len({len(column.cells) for column in region.columns})
        assert len(region.columns[0].cells) == 11
        assert found.winner not in "".join(report.lines(found)), "readers are not told names of the code"
        assert len(found.plot().subfigs) == 2
        with style.styled():
            ax = drawing("optimise")(style.canvas()[1], found)
            assert len(ax.get_legend().get_texts()) == 3
            rows = drawing("region")(style.canvas()[1], found)
            assert len(rows.get_yticklabels()) == 11
    write_optimisation(found, tmp_path)
    kept = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    assert kept["winner"]["name"] == found.winner and kept["runs"] == found.runs
    assert len(kept["tried"]) == len(found.tried) == len(found.rows())
    assert "<table>" in found._repr_html_()


def test_figures_are_left_as_files(found, tmp_path):
    assert {path.stem for path in save(found, tmp_path, "zh")} == {"optimise", "region"}


def test_the_command(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr("sim.campaign.replicate", replicate)
    line = ["optimise", "scenarios/quick.yaml", "--out", str(tmp_path), "--workers", "1", "--lang", "en"]
    assert main([*line, "--budget-of-runs", "300"]) == 0
    out, _ = capsys.readouterr()
    assert "comes nearest" in out and "found_by_search:" in out
    assert {path.name for path in tmp_path.iterdir()} >= {
        "summary.json", "manifest.json", "runs.sqlite", "figures", "allocation.yaml",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("138", "--budget-of-runs: 138: too few for this scenario: its own allocations, a search and a choice take 139"),
        ("0", "--budget-of-runs: 0: must be a whole number from 1 to 1000000"),
        ("many", "--budget-of-runs: many: must be a whole number from 1 to 1000000"),
    ],
)
def test_a_budget_that_cannot_be_is_one_line_and_nothing_is_made(capsys, tmp_path, given, told):
    line = ["optimise", "scenarios/quick.yaml", "--out", str(tmp_path / "o"), "--budget-of-runs", given, "--lang", "en"]
    assert main(line) == 2 and capsys.readouterr().err.splitlines()[0] == told
    assert not (tmp_path / "o").exists()


def test_no_room_is_one_line(capsys, tmp_path):
    plan = tmp_path / "plan.yaml"
    base = json.dumps(str(SCENARIOS / "quick.yaml"))
    plan.write_text(f"extends: {base}\ntotal: 110 M yuan\n", encoding="utf-8")
    assert main(["optimise", str(plan), "--out", str(tmp_path), "--workers", "1", "--quiet", "--lang", "en"]) == 1
    assert "nothing to choose: 0 M yuan" in capsys.readouterr().err


def test_more_runs_than_a_scenario_may_ask_for_are_not_asked_for(tiny):
    search = SimpleNamespace(leaders=list, runs=1000)
    assert _contest(tiny, SimpleNamespace(runs=10**6), search).replications == MOST_REPLICATIONS
