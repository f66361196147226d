"""A cluster plays what this machine would: the same bytes, also where a worker is killed, and plain words where it fails."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor, Future
from multiprocessing import forkserver
from pathlib import Path
from types import SimpleNamespace

import pytest

from sim.cli import main
from sim.ensemble.cluster import cluster
from sim.study import RunError, compare, compare_all, write
from tests.toy import noting

_cascade_future = pytest.importorskip("distributed.cfexecutor", reason="the extra cluster is not installed")._cascade_future
ROOT = Path(__file__).parents[2]
TOY = "tests.ensemble.test_cluster:slow"
#: So that runs that it has played are given back.
version = 1
QUICK = "scenarios/quick.yaml"


def slow(scenario, allocation, replication, *, gate):
    from tests.toy import replicate

    time.sleep(0.02)
    return replicate(scenario, allocation, replication, gate=gate)


def spawn(module, *words):
    command = [sys.executable, "-m", f"distributed.cli.{module}", *words]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, **quiet)


@pytest.fixture(scope="module")
def machines(tmp_path_factory):
    """A scheduler and two worker processes on loopback; gives its address and the workers."""
    file = tmp_path_factory.mktemp("machines") / "scheduler.json"
    known = ("--scheduler-file", str(file))
    started = [spawn("dask_scheduler", *known, "--host", "127.0.0.1", "--port", "0", "--no-dashboard")]
    workers = [
        spawn("dask_worker", *known, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1")
        for _ in range(2)
    ]
    started += workers
    try:
        yield address(file, 2), workers
    finally:
        for process in started:
            process.kill()
            process.wait()


def address(file, workers, patience=60.0):
    """The scheduler's address, once so many workers have joined it."""
    from distributed import Client

    end = time.monotonic() + patience
    while not file.exists():
        assert time.monotonic() < end, "the scheduler did not start"
        time.sleep(0.1)
    with Client(scheduler_file=str(file), timeout=patience, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=patience)
        return client.scheduler.address


@pytest.fixture
def nannies_fork():
    """The processes of a local cluster are forked from one that has loaded the model, as other local workers here are."""
    forkserver.ensure_running()
    with pytest.importorskip("dask").config.set({"distributed.worker.multiprocessing-method": "forkserver"}):
        yield


def exported(result, folder):
    write(result, folder)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name not in ("timing.json",)}


def test_many_scenarios_end_on_a_cluster_as_they_do_here(machines, tiny):
    counties = [tiny.replace(name=f"c{seed}", seed=seed) for seed in (1, 2, 3)]
    here = compare_all(counties, 5, workers=1, replicate=TOY)
    with cluster(machines[0]) as (executor, size):
        assert compare_all(counties, 5, executor=executor, workers=size, replicate=TOY) == here


def test_a_worker_that_is_killed_mid_run_changes_no_byte(machines, tiny, tmp_path):
    where, (first, _) = machines
    here = exported(compare(tiny, 24, workers=1, replicate=TOY), tmp_path / "here")
    done = []

    def progress(count, total):
        done.append(count)
        if len(done) == 6:
            first.send_signal(signal.SIGKILL)

    with cluster(where) as (executor, size):
        assert size == 2
        there = compare(tiny, 24, executor=executor, workers=size, replicate=TOY, progress=progress)
    assert first.wait(10) == -signal.SIGKILL and len(done) > 6
    assert exported(there, tmp_path / "there") == here


@pytest.mark.usefixtures("nannies_fork")
def test_a_replication_that_kills_its_worker_three_times_becomes_a_row_with_its_reason(one, tmp_path):
    one = noting(one, tmp_path / "begun")
    with cluster("local", 2) as (executor, size):
        found = compare(one, 4, executor=executor, workers=size, replicate="tests.toy:always_dies_on_one")
    assert found.failed == (("deep_tilt_up", "plan", 1, "worker process died"),)
    assert found.replications == 3 and (tmp_path / "begun").read_text() == "xxx" * 2, "again with nothing beside it"


def test_a_worker_that_cannot_be_stopped_since_it_is_being_started_costs_nothing(one, monkeypatch):
    """Dask does not stop one that has died and is not there again: what was played is the answer all the same."""
    from distributed import LocalCluster

    close, closed = LocalCluster.close, []

    def fails(self, timeout=None):
        close(self, timeout)
        closed.append(self)
        raise AssertionError("can only join a started process")

    monkeypatch.setattr(LocalCluster, "close", fails)
    with cluster("local", 1) as (executor, size):
        found = compare(one, 2, executor=executor, workers=size, replicate=TOY)
    assert found.replications == 2 and closed


class Blaming(Executor):
    """A cluster that blames a task for the death of workers that it only waited at, the first time."""

    def __init__(self, deadly):
        self.deadly, self.seen = deadly, []

    def submit(self, call, task):
        future = Future()
        first = task.replication not in self.seen
        self.seen.append(task.replication)
        if task.replication == self.deadly or (first and task.replication == 2):
            future.set_exception(type("KilledWorker", (Exception,), {})())
        else:
            future.set_result(call(task))
        return future


class Losing(Executor):
    """A cluster that loses a worker with the result of replication 2 while it tells of it, as Dask does, once."""

    def __init__(self):
        self.seen = []

    def submit(self, call, task):
        future, played = Future(), call(task)
        self.seen.append(task.replication)

        async def result(raiseit):
            return played

        async def tell(status):
            await _cascade_future(SimpleNamespace(status=status, _result=result), future)

        asyncio.run(tell("lost" if self.seen.count(2) == 1 and task.replication == 2 else "finished"))
        return future


def test_a_result_that_goes_with_its_worker_is_played_again(one):
    losing = Losing()
    found = compare(one, 4, executor=losing, workers=2, replicate=TOY)
    assert not found.failed and found.replications == 4 and sorted(losing.seen) == [0, 1, 2, 2, 3]


def test_an_error_of_the_cluster_that_is_no_loss_is_raised(one):
    class Broken(Executor):
        def submit(self, call, task):
            future = Future()
            future.set_exception(TypeError("a worker of another kind"))
            return future

    with pytest.raises(TypeError, match="another kind"):
        compare(one, 4, executor=Broken(), workers=2, replicate=TOY)


def test_where_the_cluster_is_lost_that_is_said_and_what_had_come_is_kept(one, tmp_path):
    """Dask cancels all that it has not told of when its scheduler is gone."""

    class Lost(Executor):
        seen = 0

        def submit(self, call, task):
            self.seen += 1
            future = Future()
            if self.seen == 1:
                future.set_result(call(task))
            else:
                future.cancel()
                future.set_running_or_notify_cancel()
            return future

    with pytest.raises(RunError, match=r"connection to the cluster was lost|与集群的连接中断"):
        compare(one, 4, executor=Lost(), workers=2, replicate=TOY, out=tmp_path)
    assert compare(one, 1, executor=Nobody(), replicate=TOY, out=tmp_path).replications == 1


class Nobody(Executor):
    def submit(self, call, task):
        raise AssertionError(f"{task.key} is played again")


def test_who_is_blamed_for_anothers_crash_is_played_again(one):
    cluster_like = Blaming(deadly=1)
    found = compare(one, 4, executor=cluster_like, workers=2, replicate=TOY)
    assert [row[2] for row in found.failed] == [1] and found.replications == 3
    assert sorted(cluster_like.seen) == [0, 1, 1, 2, 2, 3]


def test_where_nobody_answers_that_is_said(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sys.modules[cluster.__module__], "PATIENCE", 1)
    code = main([QUICK, "--cluster", "tcp://127.0.0.1:9", "--replications", "2", "--out", str(tmp_path), "--quiet",
                 "--lang", "en"])  # fmt: skip
    assert code == 1 and "no scheduler answers at tcp://127.0.0.1:9" in capsys.readouterr().err


def test_without_dask_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(RunError, match=r"pip install 'sim\[cluster\]'"), cluster("local"):
        pass


@pytest.mark.parametrize("word", ["10.0.0.1", "tcp://", "tcp://host", "tcp://host:port", "localhost:8786", ""])
def test_what_is_no_address_is_refused(word, capsys):
    assert main([QUICK, "--cluster", word, "--lang", "en"]) == 2
    assert "--cluster" in capsys.readouterr().err
