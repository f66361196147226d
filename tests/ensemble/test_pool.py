"""Workers that start late, and workers whose results nobody waits for any more."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from importlib.util import module_from_spec, spec_from_file_location

import pytest

from sim.ensemble import pool
from sim.study import RunError, compare
from sim.words import spoken
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


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_worker_of_another_pool_can_start_none_and_is_told_so(tiny, monkeypatch, lang):
    monkeypatch.setitem(multiprocessing.current_process()._config, "daemon", True)
    with spoken(lang), pytest.raises(RunError, match=r"`?workers=1.*`--workers 1`"):
        compare(tiny, 2, workers=2, replicate=TOY)
    assert compare(tiny, 2, workers=1, replicate=TOY).replications == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_executor_that_was_shut_down_is_told_of(tiny, lang):
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    with spoken(lang), pytest.raises(RunError, match="shutdown") as caught:
        compare(tiny, 2, executor=executor, replicate=TOY)
    assert caught.value.code == "executor_over"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_executor_whose_workers_die_is_told_of(tiny, lang):
    with ProcessPoolExecutor(1) as executor, spoken(lang), pytest.raises(RunError) as caught:
        compare(tiny, 2, executor=executor, replicate=f"{toy.__name__}:dies_on_one")
    assert caught.value.code == "executor_broken"


def test_a_family_that_the_workers_of_an_executor_do_not_find_costs_it_nothing(tiny, monkeypatch, tmp_path):
    file = tmp_path / "only_here.py"
    file.write_text("class Mine:\n    name, version = 'mine', 1\n\n    def start(self, c):\n        pass\n", encoding="utf-8")
    spec = spec_from_file_location("only_here", file)
    here = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "only_here", here)
    spec.loader.exec_module(here)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context) as executor:
        with pytest.raises(RunError) as caught:
            compare(tiny.extended((here.Mine,)), 2, executor=executor, replicate=TOY)
        assert caught.value.code == "unfound_family"
        assert executor.submit(abs, -1).result() == 1


def test_who_stops_does_not_wait_for_what_is_being_played(tiny):
    def stop(done, total):
        if done:
            raise KeyboardInterrupt

    begun = time.monotonic()
    assert compare(tiny, 4, workers=2, replicate=f"{__name__}:takes_long", progress=stop).interrupted
    assert time.monotonic() - begun < LONG


@pytest.fixture
def hears():
    """Interrupts are heard, though who runs the tests in the background may have left them ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("masks", [True, False])
def test_an_interrupt_while_workers_start_is_heard_when_they_have(hears, monkeypatch, masks):
    if not masks:
        monkeypatch.delattr(signal, "pthread_sigmask", raising=False)
    seen = []
    with pytest.raises(KeyboardInterrupt), pool.interrupts_held():
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.01)
        seen.append("to its end")
    assert seen and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    with pool.interrupts_held():
        pass


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="no masks here")
def test_who_is_started_meanwhile_hears_none(hears):
    code = "import os, signal; os.kill(os.getpid(), signal.SIGINT)"
    with pool.interrupts_held():
        within = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, check=False)
    after = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, check=False)
    assert within.returncode == 0 != after.returncode and b"KeyboardInterrupt" in after.stderr


#: Seconds.
LONG = 8


def takes_long(scenario, allocation, replication, *, gate):
    if replication:
        time.sleep(LONG)
    return toy.replicate(scenario, allocation, replication, gate=gate)
