"""Workers that start late, and workers whose results nobody waits for any more."""

from __future__ import annotations

import multiprocessing

from sim.study import pool

from . import toy

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
