"""Queues of the kernel against closed forms; tolerances are four standard errors over independent runs."""

from __future__ import annotations

from math import factorial

import numpy as np
import pytest

from sim.kernel import Environment, FifoServer, QueueServer
from sim.streams import Streams

CUSTOMERS, RUNS = 3000, 16


def erlang_c(c: int, load: float) -> float:
    top = load**c / factorial(c) * c / (c - load)
    return top / (sum(load**k / factorial(k) for k in range(c)) + top)


def waits(c: int, rate: float, service, run: int, real: bool) -> float:
    """Mean wait of customers after a warm-up of a tenth."""
    streams = Streams(99, run, run, run)
    gaps = -np.log(streams.uniform("luck", "arrival", CUSTOMERS)) / rate
    work = service(streams.uniform("luck", "service", CUSTOMERS)).tolist()
    env, waited = Environment(), []
    fifo, queue = FifoServer(env, c), QueueServer(env, c)

    def customer(at, need):
        yield at
        if real:
            yield queue.request(0, 0)
            waited.append(env.now - at)
            yield need
            queue.release()
        else:
            delay = fifo.book(need)
            waited.append(delay - need)

    for k, at in enumerate(np.cumsum(gaps).tolist()):
        env.process(customer(at, work[k]), rank=k)
    env.run(until=1e9)
    return float(np.mean(waited[CUSTOMERS // 10 :]))


def close(samples: list[float], expected: float) -> bool:
    error = np.std(samples, ddof=1) / len(samples) ** 0.5
    return bool(abs(np.mean(samples) - expected) < 4 * error)


@pytest.mark.parametrize("real", [False, True])
@pytest.mark.parametrize(("c", "rate"), [(1, 0.7), (2, 1.5), (5, 4.0)])
def test_mmc_waits_as_erlang_says(c, rate, real):
    samples = [waits(c, rate, lambda u: -np.log(u), run, real) for run in range(RUNS)]
    assert close(samples, erlang_c(c, rate) / (c - rate))


@pytest.mark.parametrize(("service", "second_moment"), [(np.ones_like, 1.0), (lambda u: 2 * u, 4 / 3)])
def test_mg1_waits_as_pollaczek_and_khinchine_say(service, second_moment):
    rate = 0.6
    samples = [waits(1, rate, service, run, False) for run in range(RUNS)]
    assert close(samples, rate * second_moment / (2 * (1 - rate)))
