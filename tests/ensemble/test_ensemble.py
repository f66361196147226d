from __future__ import annotations

import errno
import json
import os
import pickle
import sqlite3
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from functools import partial

import numpy as np
import pytest

import sim
from sim import words
from sim.ensemble.player import Player
from sim.ensemble.store import Store, StoreBusyError, locked, model_hash
from sim.record import Run
from sim.study import RunError, compare, write
from tests.made import designed
from tests.toy import noting

TOY = "tests.toy:replicate"


def files(folder):
    skip = {"timing.json", "runs.sqlite", ".lock"}
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file() and p.name not in skip}


def test_workers_do_not_change_a_byte(tiny, tmp_path):
    for workers, name in ((1, "one"), (2, "two")):
        done = compare(tiny, 6, workers=workers, out=tmp_path / name, replicate=TOY)
        write(done, tmp_path / name)
    assert files(tmp_path / "one") == files(tmp_path / "two")
    assert len(files(tmp_path / "one")) == 9  # nobody is held back in the toy: no why_not.csv


def test_a_second_run_reuses_and_a_longer_one_adds(tiny, tmp_path):
    calls = []
    compare(tiny, 4, workers=1, out=tmp_path, replicate=TOY)
    again = compare(tiny, 6, workers=1, out=tmp_path, replicate=TOY, progress=lambda done, total: calls.append(done))
    assert calls[0] == (4 + 1) * len(tiny.allocations)
    assert again.rows() == compare(tiny, 6, workers=1, replicate=TOY).rows()


def reused(scenario, folder, replications=4):
    """How many runs of a comparison the folder had already, and the comparison."""
    calls = []
    done = compare(scenario, replications, workers=1, out=folder, replicate=TOY, progress=lambda d, t: calls.append(d))
    return calls[0], done


def test_a_changed_scenario_never_reuses(tiny, tmp_path):
    compare(tiny, 3, workers=1, out=tmp_path, replicate=TOY)
    assert reused(tiny.replace(seed=5), tmp_path)[0] == 0


def test_switched_families_never_meet_rows_of_other_switches(tiny, tmp_path):
    off = tiny.replace(families={"zones": "off"})
    played = (4 + 1) * len(tiny.allocations)
    assert [reused(scenario, tmp_path)[0] for scenario in (tiny, off, tiny, off)] == [0, 0, played, played]
    two = off.replace(families={"zones": "off", "works": {"state": "off", "from": "2018-06-01"}})
    assert reused(two, tmp_path)[0] == 0


def test_a_flipped_gate_reuses_what_was_played_under_it(tiny, tmp_path):
    compare(tiny, 4, workers=1, out=tmp_path, replicate=TOY)
    none = tiny.replace(gate="none")
    known, done = reused(none, tmp_path)
    assert known == (1 + 1) * len(tiny.allocations), "replication 0 under both gates"
    assert done.rows() == compare(none, 4, workers=1, replicate=TOY).rows()
    assert {run.gate for runs in done.runs.values() for run in runs} == {"none"}


def test_a_failed_replication_is_a_row_and_the_rest_stands(tiny):
    done = compare(tiny, 5, workers=1, replicate="tests.toy:fails_on_two")
    assert done.replications == 4
    assert {(gate, r, why) for _, gate, r, why in done.failed if gate == "plan"} == {
        ("plan", 2, "ValueError: a bridge is out")
    }


def rows_of(folder):
    with closing(sqlite3.connect(folder / "runs.sqlite")) as db, db:
        return db.execute("SELECT allocation, gate, replication FROM runs WHERE run IS NOT NULL").fetchall()


def test_a_dying_worker_costs_only_its_run(tiny, tmp_path):
    done = compare(tiny, 8, workers=2, out=tmp_path, replicate="tests.toy:dies_on_one")
    assert done.replications == 7
    assert done.failed == (("deep_tilt_up", "plan", 1, "worker process died"),)
    assert len(rows_of(tmp_path)) == len(tiny.allocations) * (8 + 2) - 1


@pytest.mark.parametrize(("kind", "begun", "failed"), [
    ("always_dies_on_one", "xxx", (("deep_tilt_up", "plan", 1, "worker process died"),)),
    ("dies_once_on_one", "xx", ()),
])  # fmt: skip
def test_a_run_that_kills_its_process_is_tried_three_times(one, tmp_path, kind, begun, failed):
    done = compare(noting(one, tmp_path / "begun"), 3, workers=2, replicate=f"tests.toy:{kind}")
    assert (done.failed, done.replications) == (failed, 3 - len(failed))
    assert (tmp_path / "begun").read_text() == begun


def test_a_run_that_is_finished_is_kept_though_its_replication_is_not(tiny, tmp_path):
    done = compare(tiny, 3, workers=1, out=tmp_path, replicate="tests.toy:stopped_in_the_third")
    assert done.interrupted and done.replications == 0
    assert rows_of(tmp_path) == [(name, "plan", 0) for name in list(tiny.allocations)[:2]]


def test_an_interrupt_keeps_what_is_complete_for_all(tiny, tmp_path):
    def stop(done, total):
        if done >= 2 * len(tiny.allocations):
            raise KeyboardInterrupt

    done = compare(tiny, 5, workers=1, out=tmp_path, replicate=TOY, progress=stop)
    assert done.interrupted
    assert done.replications == 2
    assert compare(tiny, 5, workers=1, out=tmp_path, replicate=TOY).replications == 5


@pytest.mark.parametrize("moment", ["play_all", "Part.result"])
def test_an_interrupt_before_the_first_run_or_after_the_last_is_one_like_any_other(tiny, tmp_path, monkeypatch, moment):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(f"sim.ensemble.play.{moment}", stop)
    cut = compare(tiny, 2, workers=1, out=tmp_path, replicate=TOY)
    assert cut.interrupted and (cut.replications, cut.asked) == (0, 2)
    monkeypatch.undo()
    assert compare(tiny, 2, workers=1, out=tmp_path, replicate=TOY) == compare(tiny, 2, workers=1, replicate=TOY)


def test_a_second_run_on_the_folder_says_so_and_a_dead_one_is_no_bar(tmp_path):
    holder = subprocess.Popen(
        [sys.executable, "-c", "import sys, time; from pathlib import Path; from sim.ensemble.store import locked\n"
         "with locked(Path(sys.argv[1])):\n    print('held', flush=True); time.sleep(60)", str(tmp_path)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(StoreBusyError), locked(tmp_path):
        pass
    holder.kill()
    holder.wait()
    holder.stdout.close()
    with locked(tmp_path), pytest.raises(StoreBusyError), locked(tmp_path):
        pass


def test_a_disk_without_locks_is_not_called_busy(tmp_path, monkeypatch):
    def unable(_):
        raise OSError(errno.ENOLCK, "no locks available")

    monkeypatch.setattr("sim.ensemble.store._take", unable)
    with pytest.raises(OSError, match="no locks"), locked(tmp_path):
        pass


@pytest.mark.parametrize("study", ["screen", "optimise"])
def test_a_study_of_many_playings_holds_its_folder_between_them(tiny, tmp_path, monkeypatch, study):
    ensembles, played = Player.ensembles, []

    def while_held(player, *args, **options):
        with pytest.raises(StoreBusyError), locked(tmp_path):
            pass
        played.append(player)
        return ensembles(player, *args, **options)

    monkeypatch.setattr(Player, "ensembles", while_held)
    play, *asked = {"screen": (partial(designed, sim.screen), 2, 8), "optimise": (sim.optimise, 300)}[study]
    play(tiny, *asked, workers=1, out=tmp_path, replicate=TOY)
    assert len(played) > 1
    with locked(tmp_path):
        pass


def test_a_damaged_row_is_played_again(tiny, tmp_path):
    compare(tiny, 2, workers=1, out=tmp_path, replicate=TOY)
    with closing(sqlite3.connect(tmp_path / "runs.sqlite")) as db, db:
        db.execute("UPDATE runs SET run = '{}' WHERE replication = 1")
    calls = []
    compare(tiny, 2, workers=1, out=tmp_path, replicate=TOY, progress=lambda done, total: calls.append(done))
    assert calls[0] == 2 * len(tiny.allocations), "replication 0 under both gates"


def test_runs_read_back_make_the_same_files(tiny, tmp_path):
    first = compare(tiny, 4, workers=1, out=tmp_path / "runs", replicate=TOY)
    again = compare(tiny, 4, workers=1, out=tmp_path / "runs", replicate=TOY)
    for done, name in ((first, "first"), (again, "again")):
        write(done, tmp_path / name)
    assert files(tmp_path / "first") == files(tmp_path / "again")


def test_a_campaign_of_ones_own_never_meets_rows_of_another(tiny, tmp_path):
    compare(tiny, 2, workers=1, out=tmp_path, replicate=TOY)
    calls = []
    compare(tiny, 2, workers=1, out=tmp_path, replicate="tests.toy:fails_on_two",
            progress=lambda done, total: calls.append(done))  # fmt: skip
    assert calls[0] == 0


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_any_executor_gives_the_same_answer_and_stays_the_callers(tiny, pool):
    with pool(2) as executor:
        done = compare(tiny, 5, executor=executor, replicate=TOY)
        assert executor.submit(int).result() == 0
    assert done.rows() == compare(tiny, 5, workers=1, replicate=TOY).rows()


def test_where_nothing_was_played_that_is_an_error(tiny):
    with pytest.raises(RunError) as refused:
        compare(tiny, 2, workers=1, replicate="tests.toy:always_fails")
    error = refused.value
    assert error.code == "no_replication" and error.fields["why"] == "ValueError: the valley is flooded"
    for lang in ("zh", "en"):
        with words.spoken(lang):
            assert str(error) == words.say("failure.no_replication", **error.fields)
            assert {"zh": "{}次未完成", "en": "{} runs failed"}[lang].format(error.fields["count"]) in str(error)
    again = pickle.loads(pickle.dumps(error))
    assert (again.code, again.fields, str(again)) == (error.code, error.fields, str(error))
    with pytest.raises(ValueError, match=r"replications\(=0\)"):
        compare(tiny, 0, workers=1, replicate=TOY)


def test_a_script_without_a_guard_is_told_so(tmp_path):
    script = tmp_path / "unguarded.py"
    script.write_text("import sim\nsim.compare(sim.load('scenarios/quick.yaml'), replications=2, workers=2)\n")
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": "."}
    )
    assert done.returncode == 1
    _, raised, told = done.stderr.rpartition("RunError: ")
    # Python's own tracker may add that workers which never came up left semaphores behind.
    assert raised and told.count("if __name__") == 1 and "Traceback" not in told


def test_the_store_holds_text_and_gives_back_the_run(tiny, tmp_path):
    from tests.toy import replicate

    run = replicate(tiny, tiny.baseline, 0, gate="plan")
    store = Store(tmp_path / "runs.sqlite")
    store.put("k", "plan", 0, run.allocation, run)
    assert store.get("k", "plan", 0) == run
    assert store.get("k", "none", 0) is None
    store.close()


def test_the_comparison_by_hand(tiny):
    done = compare(tiny, 8, workers=1, replicate=TOY)
    names = list(tiny.allocations)
    assert done.best == names[-1]
    last = done.differences[-1]
    assert last.incidence.mean == pytest.approx(-0.002 * (len(names) - 1))
    assert last.verdict == "better"
    assert last.variance_reduction > 1e6
    assert done.allocations[0].why_not[0]["cause"] == "unfunded"
    assert done.other_replications == 2
    assert all(row.incidence.mean == pytest.approx(-0.001) for row in done.other_gate), "on the same replications"
    assert "best" in repr(done)
    assert "<table>" in done._repr_html_()


def test_totals_compare_at_each(tiny, tmp_path):
    from sim.study.totals import totals, write_totals

    found = totals(tiny, (300_000_000, 150_000_000), replications=3, workers=1, out=tmp_path, replicate=TOY)
    write_totals(found, tmp_path)
    assert list(found.comparisons) == [150_000_000, 300_000_000]
    assert (tmp_path / "summary.json").exists()
    resting = json.loads((tmp_path / "manifest.json").read_text())
    assert resting["totals"] == [150_000_000, 300_000_000]
    assert (resting["model"], resting["scenario"]["name"]) == (model_hash(), tiny.name)


def test_totals_that_are_no_whole_yuan_are_named(tiny):
    from sim.study.totals import totals

    with pytest.raises(ValueError, match=r"at\(=60000000\.5\) must be whole yuan"):
        totals(tiny, (6e7 + 0.5, 220_000_000))


def test_totals_are_taken_as_they_come(tiny):
    from sim.study.totals import totals

    found = totals(tiny, (np.int64(total) for total in (300_000_000, 150_000_000)), replications=1, workers=1, replicate=TOY)
    assert list(found.comparisons) == [150_000_000, 300_000_000]


def test_results_cannot_be_changed_and_still_travel(tiny):
    done = compare(tiny, 2, workers=1, replicate=TOY)
    run = done.runs["deep_tilt_up"][0]
    for table, key in (
        (done.runs, "deep_tilt_up"), (done.runs["deep_tilt_up"], 0), (done.failed, 0), (run.scalars, "incidence"),
        (run.monthly["incidence"], 0), (run.why_not[0], "people"), (run.lines["industry"], "paid"),
        (done.allocations[0].exits, "people"), (done.allocations[0].lines["industry"], "paid"),
        (done.allocations[0].why_not[0], "held"),
    ):  # fmt: skip
        with pytest.raises(TypeError):
            table[key] = 0
    assert pickle.loads(pickle.dumps(done)) == done
    assert Run.from_json(run.to_json()) == run
