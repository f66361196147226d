"""Many scenarios in one ensemble: each ends as it would alone, whoever plays, and one that fails costs no other."""

from __future__ import annotations

import csv
import json
import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from inspect import signature
from pathlib import Path

import pytest

from sim.ensemble.store import locked
from sim.study import compare, compare_all, write
from sim.study.across import write_across
from tests.ensemble.test_ensemble import files, rows_of

TOY = "tests.toy"


@pytest.fixture(scope="module")
def counties(tiny):
    """More replications than it takes, and a zone so fine that one takes longer than another."""
    plan = tiny.replace(replications=100, indifference="0.04 %")
    return [plan.replace(name=f"county-{seed}", seed=seed) for seed in (1, 2, 3)]


def played(counties, kind="close", replications=None, folder=None, **options):
    """All of them, each left in its folder."""
    def left(scenario, answer):
        if folder and not isinstance(answer, Exception) and answer.allocations:
            write(answer, folder / scenario.name)

    given = {"workers": 1, "out": folder, "left": left, "replicate": f"{TOY}:{kind}"} | options
    return compare_all(counties, replications, **given)


@pytest.fixture(scope="module")
def alone(counties, tmp_path_factory):
    """What each county leaves by itself."""
    folder = tmp_path_factory.mktemp("alone")
    for county in counties:
        write(compare(county, workers=1, replicate=f"{TOY}:close"), folder / county.name)
    return bytes_of(folder, counties)


def bytes_of(folder, counties):
    return {county.name: files(folder / county.name) for county in counties}


@pytest.mark.parametrize("workers", [1, 2])
def test_each_ends_as_it_would_alone(counties, alone, tmp_path, workers):
    found = played(counties, folder=tmp_path, workers=workers)
    assert bytes_of(tmp_path, counties) == alone
    ends = [outcome.replications for outcome in found.scenarios]
    assert len(set(ends)) > 1 and max(ends) < 100, "each by its own looks"
    assert {outcome.state for outcome in found.scenarios} == {"settled"}


def test_nor_does_it_matter_what_is_finished_first(counties):
    plain = played(counties)
    for workers in (2, 7):
        with ThreadPoolExecutor(workers) as pool:
            done = played(counties, "close_out_of_order", executor=pool, workers=workers)
        assert done == plain


class Noting(ThreadPoolExecutor):
    """Notes which scenario each task that it is given is of."""

    def __init__(self):
        super().__init__(1)
        self.given = []

    def submit(self, call, task):
        self.given.append(task.scenario.name)
        return super().submit(call, task)


def test_they_take_turns_and_only_as_many_are_open_as_keep_all_busy(tiny):
    counties = [tiny.replace(name=f"c{n}", seed=n) for n in range(6)]
    with Noting() as pool:
        played(counties, replications=4, executor=pool, workers=2)
    assert pool.given[:4] == ["c0", "c1", "c0", "c1"]
    last = {name: len(pool.given) - 1 - pool.given[::-1].index(name) for name in pool.given}
    for at, name in enumerate(pool.given):
        assert sum(pool.given.index(other) <= at <= last[other] for other in last) <= 2, name


def test_a_number_of_replications_is_played_in_each_and_judged_as_fixed(counties):
    found = played(counties, replications=5)
    assert [(row.replications, row.state) for row in found.scenarios] == [(5, "fixed")] * 3


def test_one_that_is_not_settled_says_so(counties):
    found = played([county.replace(replications=12) for county in counties])
    assert {row.state for row in found.scenarios} == {"open"}


def test_what_is_there_is_not_played_again(counties, tmp_path, monkeypatch):
    first = played(counties, folder=tmp_path)
    monkeypatch.setattr("sim.ensemble.pool.play", None)
    calls = []
    assert played(counties, folder=tmp_path, progress=lambda *counts: calls.append(counts)) == first
    assert calls[-1] == (sum(len(rows_of(tmp_path / county.name)) for county in counties),) * 2


def test_progress_ends_at_all_there_is(counties):
    calls = []
    found = played(counties, workers=2, progress=lambda done, total: calls.append((done, total)))
    counted = sum(3 * (row.replications + -(-row.replications // 4)) for row in found.scenarios)
    assert calls[-1] == (counted, counted) or calls[-1][0] == calls[-1][1] > counted, "some were played beyond the end"
    assert calls[0][1] == 3 * 3 * (100 + 25)


def test_one_that_fails_is_a_row_with_its_reason(counties, tmp_path):
    found = played(counties, "fails_in_one", folder=tmp_path, workers=2)
    assert [row.state for row in found.scenarios] == ["settled", "failed", "settled"]
    lost = found.scenarios[1]
    assert lost.why.startswith("RunError: no_replication") and "the valley is flooded" in lost.why
    assert (lost.best, lost.incidence, lost.replications, found.failed) == ("", None, 0, 1)
    assert not (tmp_path / "county-2" / "summary.json").exists()


def test_one_whose_runs_kill_their_process_costs_no_other(counties, tmp_path):
    counties = [county.replace(compare=list(county.allocations)[:2]) for county in counties]
    found = played(counties, "dies_in_one", replications=2, folder=tmp_path, workers=2)
    assert [(row.replications, row.failed) for row in found.scenarios] == [(2, 0), (1, 2), (2, 0)]
    with closing(sqlite3.connect(tmp_path / "county-2" / "runs.sqlite")) as db, db:
        whys = db.execute("SELECT failure FROM runs WHERE run IS NULL").fetchall()
    assert whys == [("worker process died",)] * 2


def test_a_folder_in_use_costs_no_other(counties, tmp_path):
    with locked(tmp_path / "county-1"):
        found = played(counties, folder=tmp_path)
    assert [row.state for row in found.scenarios] == ["failed", "settled", "settled"]
    assert found.scenarios[0].why.startswith("StoreBusyError")


def test_a_record_that_cannot_be_read_costs_no_other(counties, tmp_path):
    (tmp_path / "county-3").mkdir()
    (tmp_path / "county-3" / "runs.sqlite").write_bytes(b"no data base" * 200)
    found = played(counties, folder=tmp_path)
    assert [row.state for row in found.scenarios] == ["settled", "settled", "failed"]


@pytest.mark.parametrize("after", [1, 60, 100, 160])
def test_an_interrupt_keeps_what_is_done_and_goes_on_to_the_same_bytes(counties, alone, tmp_path, after):
    calls = []

    def stop(done, total):
        calls.append(done)
        if len(calls) == after:
            raise KeyboardInterrupt

    broken = played(counties, folder=tmp_path / "broken", progress=stop)
    assert broken.interrupted and broken.scenarios[-1].state == "interrupted"
    assert after < 160 or broken.scenarios[0].state == "settled", "one that was at its end by then stays as it is"
    assert not played(counties, folder=tmp_path / "broken").interrupted
    assert bytes_of(tmp_path / "broken", counties) == alone


STOPPED = """
import os, signal, sys
from pathlib import Path
import sim

calls = []

def stop(done, total):
    calls.append(done)
    if len(calls) == 40:
        os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    counties = [sim.load(sys.argv[1]).replace(name=f"county-{seed}", seed=seed, replications=100) for seed in (1, 2, 3)]
    sim.compare_all(counties, workers=2, out=Path(sys.argv[2]), progress=stop,
                    replicate="tests.toy:close_out_of_order")
"""


def test_so_does_a_process_that_is_killed(counties, tmp_path):
    script = tmp_path / "stopped.py"
    script.write_text(STOPPED)
    words = [sys.executable, str(script), "scenarios/quick.yaml", str(tmp_path / "broken")]
    assert subprocess.run(words, check=False, env={**os.environ, "PYTHONPATH": "."}).returncode == -signal.SIGKILL
    kept = sum(len(rows_of(tmp_path / "broken" / county.name)) for county in counties[:2])
    assert 30 * 3 < kept < 60 * 3
    done = played(counties, "close_out_of_order", folder=tmp_path / "broken")
    assert done == played(counties, "close")


def test_scenarios_may_come_one_by_one(counties):
    at_once, one_by_one = (compare_all(some, 2, workers=1, replicate=f"{TOY}:close") for some in (counties, iter(counties)))
    assert one_by_one == at_once and len(one_by_one.scenarios) == len(counties)
    assert signature(compare_all).parameters["scenarios"].annotation == "Iterable[Scenario]"


def test_two_of_one_name_are_refused(tiny):
    with pytest.raises(ValueError, match=r"scenarios\(=\['quick'\]\) must have different names"):
        compare_all([tiny, tiny.replace(seed=4)], 2, workers=1, replicate=f"{TOY}:close")
    with pytest.raises(ValueError, match=r"replications\(=0\)"):
        compare_all([tiny], 0, workers=1, replicate=f"{TOY}:close")


def test_a_callers_error_is_the_callers(counties):
    def broken(scenario, answer):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        played(counties, left=broken)


def test_the_result_is_fixed_flat_and_written(counties, tmp_path):
    found = played(counties, "fails_in_one", replications=1)
    frame = found.frame()
    assert list(frame["scenario"]) == ["county-1", "county-2", "county-3"]
    assert repr(found) == "<Across 3 scenarios: 2 fixed, 1 failed>" and "<table>" in found._repr_html_()
    with pytest.raises(AttributeError):
        found.interrupted = True
    with pytest.raises(TypeError):
        found.scenarios[0].title["en"] = "another"
    write_across(found, tmp_path)
    with (tmp_path / "across.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["state"] for row in rows] == ["fixed", "failed", "fixed"]
    assert rows[0]["incidence"] and rows[0]["people_short_low"] == rows[1]["incidence"] == "", "one gives no interval"
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert [row["name"] for row in summary["scenarios"]] == [county.name for county in counties]
    assert summary["scenarios"][1]["incidence"] is None


def test_no_file_of_a_run_is_one_that_could_be_executed_when_read(counties, tmp_path):
    """Rows are text: nothing in the store is a pickle, whose first byte would be 0x80."""
    played(counties, replications=2, folder=tmp_path)
    for county in counties:
        with closing(sqlite3.connect(tmp_path / county.name / "runs.sqlite")) as db, db:
            kinds = db.execute("SELECT DISTINCT typeof(run), typeof(key), typeof(failure) FROM runs").fetchall()
            assert kinds == [("text", "text", "text")]
            for (row,) in db.execute("SELECT run FROM runs"):
                json.loads(row)
    assert not [path for path in Path(tmp_path).rglob("*") if path.is_file() and path.read_bytes()[:1] == b"\x80"]
