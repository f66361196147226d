"""When a comparison ends by itself: looks that no worker can move, a cap, and the same bytes after any break."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from sim.ensemble.ensemble import Looks
from sim.ensemble.player import Player
from sim.statistics.intervals import anytime_change, change_interval, simultaneous
from sim.statistics.selection import FIRST, Out, looks
from sim.study import compare, write
from sim.study.compare import fold
from tests.ensemble.test_ensemble import files, rows_of

TOY = "tests.toy"


@pytest.fixture(scope="module")
def long(tiny):
    """More replications than it takes."""
    return tiny.replace(replications=60)


def played(scenario, kind="close", replications=None, **options):
    return compare(scenario, replications, **({"workers": 1} | options), replicate=f"{TOY}:{kind}")


def written(done, folder):
    write(done, folder)
    return files(folder)


def test_a_clear_winner_ends_it_at_the_first_look(long):
    done = played(long, "replicate")
    first, second, last = long.allocations
    assert (done.replications, done.asked, done.other_replications) == (FIRST, FIRST, FIRST // 4)
    assert (done.best, done.alike, done.selection.reason) == (last, (), "one_left")
    assert done.selection.out == (Out(first, FIRST, "incidence"), Out(second, FIRST, "incidence"))


def test_equals_end_it_as_tied_and_nobody_is_out(long):
    done = played(long, "equal")
    first, *others = long.allocations
    assert (done.replications, done.best, done.alike) == (FIRST, first, tuple(others))
    assert (done.selection.reason, done.selection.out) == ("zone", ())


def test_what_is_close_takes_longer_and_a_finer_zone_longer_still(long):
    plain, fine = played(long), played(long.replace(indifference="0.02 %"))
    assert FIRST < plain.replications < fine.replications <= 60
    assert plain.selection.looks == looks(60)[: len(plain.selection.looks)]
    assert plain.selection.reason == "zone" and plain.selection.out == ()


def test_more_confidence_takes_longer(long):
    surer = played(long.replace(confidence="99.9 %"))
    assert surer.replications > played(long).replications
    assert surer.selection.confidence == 0.999


def test_the_cap_ends_what_is_not_settled(tiny, tmp_path):
    done = played(tiny.replace(replications=FIRST + 2, indifference="0.02 %"))
    assert (done.replications, done.asked) == (FIRST + 2, FIRST + 2)
    assert (done.selection.settled, done.selection.looks) == (False, (FIRST, FIRST + 2))
    assert len(done.selection.left) > 1 and done.best in done.selection.left
    assert set(done.alike) == set(tiny.allocations) - {done.best}
    write(done, tmp_path)
    said = json.loads((tmp_path / "summary.json").read_text())["selection"]
    assert (said["ended"], said["settled"], said["cap"], said["best"]) == ("cap", False, FIRST + 2, done.best)
    assert (said["left"], said["looks"]) == (list(done.selection.left), [FIRST, FIRST + 2])


def test_the_summary_says_what_settled_it(long, tmp_path):
    done = played(long, "replicate")
    write(done, tmp_path)
    said = json.loads((tmp_path / "summary.json").read_text())
    first, second, last = long.allocations
    assert said["selection"] == {
        "best": last, "confidence": 0.95, "indifference": 0.0005, "looks": [FIRST], "settled": True, "ended": "one_left",
        "cap": 60, "left": [last], "tied": [], "within": 0.0,
        "out": [{"name": name, "look": FIRST, "by": "incidence"} for name in (first, second)],
    }  # fmt: skip
    assert (said["replications"], said["replications_asked"]) == (FIRST, FIRST)


def test_a_number_of_replications_is_played_exactly_and_judged_as_fixed(long, tmp_path):
    done = played(long, "replicate", 30)
    assert (done.replications, done.asked, done.selection) == (30, 30, None)
    write(done, tmp_path)
    assert json.loads((tmp_path / "summary.json").read_text())["selection"] is None


def test_intervals_are_those_that_hold_whatever_ended_it(long):
    done = played(long)
    fixed = played(long, replications=done.replications)
    confidence = simultaneous(0.95, 2)
    for made, interval_of in ((done, anytime_change), (fixed, change_interval)):
        for row in made.differences:
            base, other = ([r.scalars["incidence"] for r in made.runs[n]] for n in (made.baseline, row.name))
            assert row.incidence == interval_of([b - a for a, b in zip(base, other, strict=True)], confidence)
    assert [s.incidence for s in done.allocations] == [s.incidence for s in fixed.allocations]


def test_one_allocation_is_played_until_it_is_known_to_within_the_zone(tiny):
    one = tiny.replace(replications=2000, compare=[tiny.baseline], indifference="0.2 %")
    done = played(one)
    assert done.selection.reason == "narrow" and FIRST < done.replications < 200
    assert done.selection.within <= 0.002 < played(one.replace(replications=FIRST)).selection.within


@pytest.mark.parametrize("kind", ["close", "replicate"])
def test_workers_do_not_change_where_it_ends(long, tmp_path, kind):
    one = written(played(long, kind, workers=1), tmp_path / "one")
    two = written(played(long, kind, workers=2), tmp_path / "two")
    assert one == two and len(one) == 9  # nobody is held back in the toy: no why_not.csv


def test_nor_does_what_is_finished_first(long):
    plain = played(long)
    for workers in (2, 7):
        with ThreadPoolExecutor(workers) as pool:
            done = played(long, "close_out_of_order", executor=pool, workers=workers)
        assert (done.rows(), done.selection) == (plain.rows(), plain.selection)


@pytest.mark.parametrize("after", [1, 40, 77])
def test_an_interrupted_run_goes_on_to_the_same_bytes(long, tmp_path, after):
    whole = written(played(long, out=tmp_path / "whole"), tmp_path / "whole")
    calls = []

    def stop(done, total):
        calls.append(done)
        if len(calls) == after:
            raise KeyboardInterrupt

    broken = played(long, out=tmp_path / "broken", progress=stop)
    assert broken.interrupted and broken.asked == 60
    assert broken.selection is None or not broken.selection.settled
    assert written(played(long, out=tmp_path / "broken"), tmp_path / "broken") == whole


KILLED = """
import os, signal, sys
from pathlib import Path
import sim

calls = []

def kill(done, total):
    calls.append(done)
    if len(calls) == 26:
        os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    sim.compare(sim.load(sys.argv[1]).replace(replications=60), workers=2, out=Path(sys.argv[2]), progress=kill,
                replicate="tests.toy:close_out_of_order")
"""


def test_so_does_one_that_is_killed(long, tmp_path):
    script, folder = tmp_path / "killed.py", tmp_path / "broken"
    script.write_text(KILLED)
    words = [sys.executable, str(script), "scenarios/quick.yaml", str(folder)]
    died = subprocess.run(words, check=False, env={**os.environ, "PYTHONPATH": "."})
    assert died.returncode == -signal.SIGKILL and 0 < len(rows_of(folder)) < 60 * 3
    done = played(long, "close_out_of_order", out=folder)
    assert written(done, folder) == written(played(long, "close_out_of_order"), tmp_path / "whole")


def test_rows_beyond_the_end_are_left_in_the_store_and_out_of_the_answer(long, tmp_path):
    played(long, replications=50, out=tmp_path / "longer")
    done = played(long, out=tmp_path / "longer")
    assert done.replications < 50
    assert written(done, tmp_path / "longer") == written(played(long), tmp_path / "plain")


def test_what_is_settled_is_not_played_again(long, tmp_path):
    first = played(long, out=tmp_path)
    calls = []
    again = played(long, out=tmp_path, progress=lambda done, total: calls.append((done, total)))
    kept = len(rows_of(tmp_path))
    assert calls == [(kept, kept)] and again == first


def test_a_higher_cap_goes_on_from_where_the_lower_one_ended(tiny, tmp_path):
    capped = played(tiny.replace(replications=FIRST), out=tmp_path)
    assert not capped.selection.settled
    more = tiny.replace(replications=60)
    calls = []
    done = played(more, out=tmp_path, progress=lambda done, total: calls.append(done))
    assert calls[0] == (FIRST + FIRST // 4) * 3
    assert (done.rows(), done.selection) == (played(more).rows(), played(more).selection)


def test_replications_that_fail_are_missing_at_every_look(long):
    done = played(long, "close_fails")
    assert done.replications == done.asked - 2 and done.selection.settled
    assert {r for _, _, r, _ in done.failed} == {3, 13}


def test_a_failure_beyond_the_end_is_not_part_of_the_answer(long):
    done = played(long, "replicate_fails_late", workers=2)
    assert (done.replications, done.failed) == (FIRST, ())


def test_ensembles_end_with_the_first_plan_that_is_enough(tiny, tmp_path):
    plans = [[("plan", 2), ("none", 1)], [("plan", 4), ("none", 1)], [("plan", 9), ("none", 5)]]
    seen = []

    def enough(ensembles):
        seen.append(sorted({(gate, r) for gate, _, r in ensembles[""].runs}))
        return len(seen) == 2

    played(tiny, "replicate", 9, out=tmp_path)
    player = Player(workers=1, out=tmp_path, replicate=f"{TOY}:replicate")
    done = player.ensemble(tiny, Looks(plans, enough))
    none = [("none", 0)]
    assert seen == [[*none, *[("plan", r) for r in range(n)]] for n in (2, 4)]
    assert sorted({(gate, r) for gate, _, r in done.runs}) == seen[-1]


def test_a_run_broken_off_before_the_first_look_is_looked_at_as_it_is(tiny):
    def stop(done, total):
        if done >= 8 * 3:
            raise KeyboardInterrupt

    done = played(tiny.replace(replications=60), "replicate", progress=stop)
    assert (done.interrupted, done.replications, done.selection.looks) == (True, 8, (8,))


def test_a_fold_without_looks_is_that_of_a_fixed_number(tiny):
    ensemble = Player(workers=1, replicate=f"{TOY}:replicate").ensemble(tiny, [("plan", 12)])
    assert fold(tiny, ensemble, 12).selection is None
    assert fold(tiny, ensemble, 12, (12,)).selection.settled
