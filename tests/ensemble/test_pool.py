"""Workers that start late, and workers whose results nobody waits for any more."""

from __future__ import annotations

import multiprocessing
import time

import pytest

from sim.ensemble import pool
from sim.study import compare
from tests import toy

TOY = f"{toy.__name__}:replicate"


def test_a_worker_that_starts_when_all_is_over_ends_without_a_word(capfd, monkeypatch, spawned):
    monkeypatch.setattr(pool, "_spawn", lambda executor, workers: executor.submit(int))
    with pool._pool(1, TOY):
        late = multiprocessing.active_children()
    for process in late:
        process.join()
    assert late and capfd.readouterr().err == ""


def test_a_worker_begins_no_run_once_all_is_over(tiny, monkeypatch):
    over, until = multiprocessing.Pipe(duplex=False)
    monkeypatch.setattr(pool, "_over", [over])
    task = pool.Task(tiny, tuple(tiny.allocations), "plan", 0, TOY)
    assert len(pool.play(task).runs) == len(tiny.allocations)
    until.close()
    assert pool.play(task).runs == []
    over.close()


@pytest.mark.parametrize("kind", ["replicate", "dies_on_one"])
def test_once_all_is_played_no_worker_is_left_for_the_end_of_the_script(tiny, kind):
    """A process that ends while the pool is closing behind it ends with a traceback."""
    before = multiprocessing.active_children()
    compare(tiny, 4, workers=2, replicate=f"{toy.__name__}:{kind}")
    assert [process for process in multiprocessing.active_children() if process not in before] == []


def test_who_stops_does_not_wait_for_what_is_being_played(tiny):
    def stop(done, total):
        if done:
            raise KeyboardInterrupt

    begun = time.monotonic()
    assert compare(tiny, 4, workers=2, replicate=f"{__name__}:takes_long", progress=stop).interrupted
    assert time.monotonic() - begun < LONG


#: Seconds.
LONG = 8


def takes_long(scenario, allocation, replication, *, gate):
    if replication:
        time.sleep(LONG)
    return toy.replicate(scenario, allocation, replication, gate=gate)
