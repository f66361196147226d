from __future__ import annotations

import gc

import pytest
import simpy
from hypothesis import given
from hypothesis import strategies as st

from sim.kernel import Environment, FifoServer, Fund, QueueServer


@pytest.fixture
def env() -> Environment:
    return Environment()


@pytest.fixture
def log() -> list:
    return []


def test_a_process_sleeps_by_yielding_a_number(env, log):
    def sleeper():
        yield 2
        log.append(env.now)
        yield 0.5
        log.append(env.now)

    env.process(sleeper())
    env.run(until=10)
    assert log == [2, 2.5]
    assert env.now == 10


def test_ties_are_broken_by_rank_then_by_creation(env, log):
    def named(name):
        yield 1.0
        log.append(name)

    for name, rank in (("c", 2), ("b", 1), ("d", 2), ("a", 0)):
        env.process(named(name), rank)
    env.run(until=1)
    assert log == ["a", "b", "c", "d"]


def test_others_may_wait_for_a_process_and_get_its_value(env, log):
    def worker():
        yield 3.0
        return "done"

    def boss(job):
        value = yield job
        log.append((env.now, value))
        again = yield job
        log.append((env.now, again))

    env.process(boss(env.process(worker())))
    env.run(until=5)
    assert log == [(3.0, "done"), (3.0, "done")]


def test_simpys_own_events_and_resources_work_in_it(env, log):
    desk = simpy.Resource(env, 1)

    def visitor(name):
        with desk.request() as turn:
            yield turn | env.timeout(100)
            yield env.timeout(2)
        log.append((env.now, name))

    both = env.all_of([env.process(visitor("a"), 1), env.process(visitor("b"), 2)])

    def watcher():
        yield both
        log.append((env.now, "both"))

    env.process(watcher())
    env.run(until=20)
    assert log == [(2, "a"), (4, "b"), (4, "both")]


def test_an_exception_leaves_run_with_its_own_type_and_gc_comes_back(env):
    def broken():
        yield 1.0
        raise KeyError("village")

    env.process(broken())
    with pytest.raises(KeyError, match="village"):
        env.run(until=5)
    assert gc.isenabled()


@pytest.mark.parametrize(
    ("wait", "error"), [("soon", TypeError), (True, TypeError), (-1, ValueError), (float("nan"), ValueError)]
)
def test_a_wait_that_makes_no_sense_is_named(env, wait, error):
    def odd():
        yield wait

    env.process(odd())
    with pytest.raises(error, match=str(wait)):
        env.run(until=5)


def test_a_failed_event_is_thrown_into_the_process(env, log):
    def careful(event):
        try:
            yield event
        except RuntimeError as error:
            log.append(str(error))

    event = env.event()
    env.process(careful(event))
    event.fail(RuntimeError("flood"))
    env.run(until=1)
    assert log == ["flood"]


def test_an_infinite_sleep_never_ends(env, log):
    def forever():
        yield float("inf")
        log.append("woke")

    env.process(forever())
    env.run(until=1e9)
    assert log == []


jobs = st.lists(st.tuples(st.floats(0, 20), st.floats(0.01, 5)), min_size=1, max_size=30)


@given(jobs, st.integers(1, 4))
def test_the_computed_server_agrees_with_a_real_queue(arrivals, capacity):
    computed, queued = [], []
    for ends, real in ((computed, False), (queued, True)):
        env = Environment()
        fifo = FifoServer(env, capacity)
        desk = simpy.Resource(env, capacity)

        def job(name, at, work, env=env, ends=ends, real=real, fifo=fifo, desk=desk):
            yield at
            if real:
                with desk.request() as turn:
                    yield turn
                    yield env.timeout(work)
            else:
                yield fifo.book(work)
            ends.append((name, env.now))

        for name, (at, work) in enumerate(arrivals):
            env.process(job(name, at, work), rank=name)
        env.run(until=1000)
    assert [name for name, _ in sorted(computed)] == [name for name, _ in sorted(queued)]
    assert [t for _, t in sorted(computed)] == pytest.approx([t for _, t in sorted(queued)])


def test_a_server_without_capacity_never_serves_and_without_limit_always(env):
    assert FifoServer(env, 0).book(1.0) == float("inf")
    unlimited = FifoServer(env, None)
    assert [unlimited.book(3.0) for _ in range(4)] == [3.0] * 4


def test_the_queue_serves_by_priority_and_grows(env, log):
    crews = QueueServer(env, 1)

    def job(name, priority):
        claim = crews.request(priority, name)
        yield claim
        yield 2.0
        log.append((env.now, name))
        crews.release()

    for name, priority in ((0, 3), (1, 3), (2, 1), (3, 2)):
        env.process(job(name, priority), rank=name)

    def help_comes():
        yield 3.0
        crews.capacity = 2

    env.process(help_comes())
    env.run(until=20)
    assert log == [(2.0, 0), (4.0, 2), (5.0, 3), (6.0, 1)]
    assert crews.in_use == 0


def test_a_waiting_claim_can_be_pushed(env, log):
    crews = QueueServer(env, 1)
    claims = [crews.request(1, entity) for entity in range(4)]
    crews.reprioritise(claims[3], 0)
    crews.release()
    assert [claim.triggered for claim in claims] == [True, False, False, True]


@given(
    st.lists(
        st.one_of(st.tuples(st.just("put"), st.integers(0, 50)), st.tuples(st.just("take"), st.integers(0, 50))),
        max_size=40,
    )
)
def test_a_fund_conserves_money_and_serves_in_order(moves):
    env = Environment()
    fund = Fund(env)
    put = 0
    taken: list[tuple[int, object]] = []
    for number, (kind, amount) in enumerate(moves):
        if kind == "put":
            fund.put(amount)
            put += amount
        else:
            taken.append((amount, fund.take(amount, 0, number)))
    served = [event is None or event.triggered for _, event in taken]
    given_out = sum(amount for (amount, _), ok in zip(taken, served, strict=True) if ok)
    assert put == fund.balance + given_out
    assert fund.balance >= 0
    assert served == sorted(served, reverse=True)


@pytest.mark.parametrize("amount", [-1, 1.5, True])
def test_a_fund_takes_whole_yuan_only(env, amount):
    with pytest.raises((TypeError, ValueError), match="amount"):
        Fund(env).put(amount)
