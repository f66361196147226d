"""The same small models on SimPy's environment and on the kernel's: what must agree, and what differs on purpose."""

from __future__ import annotations

import gc
import random
import re
from math import inf

import pytest
import simpy

import sim.kernel
from sim.kernel import Environment


def trace(environment, model, until=None):
    """What a model logs, how its run ends, and when."""
    env, log = environment(), []
    end = model(env, lambda *what: log.append((env.now, *what)))
    try:
        log.append(("returned", env.run(until if end is None else end)))
    except Exception as error:
        log.append(("raised", type(error), error.args))
    return [*log, env.now]


# Models that must play the same. One may return the event until which it is run.


def timeouts(env, log):
    def sleeper(name, *naps):
        for nap in naps:
            value = yield env.timeout(nap, value=f"{name} slept {nap}")
            log(value)

    env.process(sleeper("a", 1, 2.5, 0))
    env.process(sleeper("b", 2, 0.25))


def event_that_succeeds(env, log):
    gate = env.event()

    def waits(name):
        log(name, (yield gate), gate.processed)

    def opens():
        yield env.timeout(2)
        gate.succeed("open")
        log("opened", gate.triggered, gate.processed)
        yield env.timeout(1)
        log("late", (yield gate))
        with pytest.raises(RuntimeError):
            gate.succeed()

    env.process(waits("a"))
    env.process(waits("b"))
    env.process(opens())


def event_that_fails(env, log):
    gate = env.event()

    def careful(name):
        try:
            yield gate
        except KeyError as error:
            log(name, error.args)
        yield env.timeout(1)
        log(name, "goes on")

    def breaks():
        yield env.timeout(2)
        gate.fail(KeyError("flood"))

    env.process(careful("a"))
    env.process(careful("b"))
    env.process(breaks())


def event_that_fails_unseen(env, log):
    def breaks():
        yield env.timeout(2)
        env.event().fail(ValueError("flood"))
        log("failed")
        yield env.timeout(1)
        log("never")

    env.process(breaks())


def conditions(env, log):
    def after(delay, value):
        yield env.timeout(delay)
        return value

    def waits():
        fast, slow = env.timeout(1, "fast"), env.timeout(4, "slow")
        log("any", list((yield fast | slow).values()))
        log("all", list((yield fast & slow).values()))
        jobs = [env.process(after(delay, f"job {delay}")) for delay in (3, 1.5)]
        log("jobs", list((yield env.all_of(jobs)).values()))
        first = yield env.any_of([env.process(after(2, "two")), env.process(after(1, "one")), env.event()])
        log("first", list(first.values()))
        log("empty", (yield env.all_of([])).todict())

    env.process(waits())


def condition_with_a_failure(env, log):
    def breaks():
        yield env.timeout(2)
        raise LookupError("landslide")

    def waits():
        try:
            yield env.all_of([env.timeout(5), env.process(breaks())])
        except LookupError as error:
            log(error.args)

    env.process(waits())


def resource(env, log):
    desk = simpy.Resource(env, capacity=2)

    def visitor(name, at, stay, patience):
        yield env.timeout(at)
        with desk.request() as turn:
            got = yield turn | env.timeout(patience)
            log(name, "served" if turn in got else "left", desk.count, len(desk.queue))
            if turn in got:
                yield env.timeout(stay)
        log(name, "gone")

    for visit in (("a", 0, 5, 9), ("b", 1, 5.5, 9), ("c", 2, 3, 1.25), ("d", 2.5, 3, 9), ("e", 2.75, 1, 9)):
        env.process(visitor(*visit))


def priority_resource(env, log):
    crew = simpy.PriorityResource(env, capacity=1)

    def job(name, at, priority):
        yield env.timeout(at)
        with crew.request(priority=priority) as turn:
            yield turn
            log(name)
            yield env.timeout(3)

    for name, at, priority in (("a", 0, 5), ("b", 1, 5), ("c", 1.5, 1), ("d", 2, 3)):
        env.process(job(name, at, priority))


def stores(env, log):
    store, chosen = simpy.Store(env, capacity=2), simpy.FilterStore(env)

    def makes():
        for item in range(5):
            yield env.timeout(1)
            yield store.put(item)
            log("put", item, len(store.items))
            yield chosen.put(item)

    def takes():
        while True:
            yield env.timeout(2.25)
            log("took", (yield store.get()))

    def picks():
        log("picked", (yield chosen.get(lambda item: item == 3)))

    env.process(makes())
    env.process(takes())
    env.process(picks())


def container(env, log):
    money = simpy.Container(env, capacity=100, init=10)

    def spends(name, at, amount):
        yield env.timeout(at)
        yield money.get(amount)
        log(name, money.level)

    def tranches():
        for _ in range(3):
            yield env.timeout(10)
            yield money.put(60)
            log("tranche", money.level)

    for name, at, amount in (("a", 1, 8), ("b", 2, 50), ("c", 3, 1), ("d", 21, 60)):
        env.process(spends(name, at, amount))
    env.process(tranches())


def child_failure_caught(env, log):
    def child():
        yield env.timeout(1)
        raise ValueError("flood", 7)

    def parent():
        job = env.process(child())
        try:
            yield job
        except ValueError as error:
            log("caught", error.args, job.ok, job.is_alive)
        try:
            yield job
        except ValueError as error:
            log("again", error.args)
        yield env.timeout(1)
        return "parent is well"

    return env.process(parent())


def child_failure_uncaught(env, log):
    def child():
        yield env.timeout(1)
        raise ValueError("flood")

    def parent():
        log("waits")
        yield env.process(child())

    def other():
        yield env.timeout(1.5)
        log("never")

    env.process(parent())
    env.process(other())


def child_failure_caught_at_its_instant(env, log):
    """Nobody waits when it fails, but somebody does before its failure is processed."""

    def child():
        yield env.timeout(1)
        raise ValueError("flood")

    job = env.process(child())

    def parent():
        yield env.timeout(1)
        try:
            yield job
        except ValueError as error:
            log("caught", error.args)

    env.process(parent())


def failure_without_parent(env, log):
    def child():
        yield env.timeout(1)
        raise ValueError("flood")

    def other():
        yield env.timeout(0.5)
        log("other")
        yield env.timeout(1)
        log("never")

    env.process(child())
    env.process(other())


def failure_before_the_first_wait(env, log):
    def child():
        raise ValueError("flood")
        yield

    def parent():
        try:
            yield env.process(child())
        except ValueError as error:
            log("caught", error.args)

    env.process(parent())


def values_of_processes(env, log):
    def child(delay):
        yield env.timeout(delay)
        return delay * 2

    def parent():
        short, long = env.process(child(1)), env.process(child(3))
        log("long", (yield long), short.is_alive, short.processed)
        log("short", (yield short))
        nothing = env.process(iter_nothing())
        log("nothing", (yield nothing))

    def iter_nothing():
        yield env.timeout(0)

    job = env.process(parent())
    log("begun", job.is_alive, job.triggered)


def run_until_an_event(env, log):
    stop = env.event()

    def clock():
        for hour in range(9):
            log(hour)
            yield env.timeout(1)
            if hour == 3:
                stop.succeed("stop")

    env.process(clock())
    return stop


def run_until_an_event_that_fails(env, log):
    def child():
        yield env.timeout(1)
        log("breaks")
        raise ValueError("flood")

    return env.process(child())


def run_until_an_event_that_never_comes(env, log):
    def clock():
        yield env.timeout(1)
        log("done")

    env.process(clock())
    return simpy.Event(env)


def preemption(env, log):
    """On either environment with SimPy's own processes."""
    machine = simpy.PreemptiveResource(env, capacity=1)

    def job(name, at, priority):
        yield env.timeout(at)
        with machine.request(priority=priority) as turn:
            yield turn
            try:
                yield env.timeout(4)
                log(name, "done")
            except simpy.Interrupt as interrupt:
                log(name, "preempted", interrupt.cause.usage_since, interrupt.cause.by.is_alive)

    for name, at, priority in (("a", 0, 2), ("b", 1, 1), ("c", 2, 3)):
        simpy.Process(env, job(name, at, priority))


def interrupts(env, log):
    def sleeper():
        try:
            yield env.timeout(10)
        except simpy.Interrupt as interrupt:
            log("woken", interrupt.cause, env.active_process is job)

    def caller():
        yield env.timeout(3)
        job.interrupt("flood")

    job = simpy.Process(env, sleeper())
    env.process(caller())


def clinic(env, log):
    """Random times, so that hardly anything falls together."""
    luck = random.Random(7)
    desk, crew, store = simpy.Resource(env, 2), simpy.PriorityResource(env, 1), simpy.Store(env)

    def visitor(number):
        with desk.request() as turn:
            yield turn
            yield env.timeout(luck.expovariate(0.6))
        yield store.put(number)
        with crew.request(priority=number % 3) as turn:
            got = yield turn | env.timeout(luck.expovariate(0.2))
            log(number, turn in got)
            yield env.timeout(luck.expovariate(1.5))
        return number

    def arrivals():
        jobs = []
        for number in range(150):
            yield env.timeout(luck.expovariate(1.0))
            jobs.append(env.process(visitor(number)))
        log("all", sorted((yield env.all_of(jobs)).values()) == list(range(150)))

    def collector():
        while True:
            log("collected", (yield store.get()))

    env.process(arrivals())
    env.process(collector())


MODELS = (
    timeouts, event_that_succeeds, event_that_fails, event_that_fails_unseen, conditions, condition_with_a_failure,
    resource, priority_resource, stores, container, child_failure_caught, child_failure_uncaught,
    child_failure_caught_at_its_instant, failure_without_parent, failure_before_the_first_wait, values_of_processes,
    run_until_an_event, run_until_an_event_that_fails, run_until_an_event_that_never_comes, preemption,
    interrupts, clinic,
)  # fmt: skip


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_model_plays_as_in_simpy(model):
    theirs, ours = trace(simpy.Environment, model), trace(Environment, model)
    if ours[-2][:2] == ("raised", RuntimeError):  # which says in its own words that no event is left
        theirs[-2], ours[-2] = theirs[-2][:2], ours[-2][:2]
    assert ours == theirs
    assert len(theirs) > 2, "a model that shows nothing proves nothing"


@pytest.mark.parametrize("until", [2.1, 7.3, 30])
@pytest.mark.parametrize("model", [timeouts, resource, stores, container, clinic], ids=lambda model: model.__name__)
def test_a_model_plays_as_in_simpy_up_to_a_time_at_which_nothing_is_due(model, until):
    until += 0.0137
    assert trace(Environment, model, until) == trace(simpy.Environment, model, until)


# What differs on purpose: each gives what SimPy does and what the kernel does.


def until(environment):
    env, log = environment(), []

    def clock():
        for _ in range(3):
            yield env.timeout(1)
            log.append(env.now)

    env.process(clock())
    env.run(until=2)
    try:
        env.run(until=2)
    except ValueError:
        log.append("refused")
    return log


def stop(environment):
    """A process begins to wait, during the run, for the event that ends the run."""
    env, log = environment(), []
    gate = env.timeout(1)

    def waits():
        yield gate
        log.append("goes on")

    env.process(waits())
    env.run(until=gate)
    log.append("run is over")
    env.run()
    return log


def tie(environment):
    env, log = environment(), []

    def naps(name, *delays):
        for delay in delays:
            yield env.timeout(delay) if environment is simpy.Environment else float(delay)
        log.append(name)

    env.process(naps("created first, slept last", 1, 1))
    env.process(naps("created last, slept first", 2))
    env.run()
    return log


def start(environment):
    env, log = environment(), []

    def child():
        log.append("child")
        yield env.timeout(1)

    def parent(gate):
        yield env.timeout(1)
        gate.succeed()
        env.process(child())
        log.append("parent")

    def other(gate):
        yield gate
        log.append("other")

    gate = env.event()
    env.process(other(gate))
    env.process(parent(gate))
    env.run()
    return log


def returned(environment):
    env, log = environment(), []

    def child():
        yield env.timeout(1)

    job = env.process(child())
    while env.peek() <= 1:
        env.step()
        log.append((job.triggered, job.processed))
    return log[-2:]


def number(environment):
    env, log = environment(), []

    def child(wait):
        try:
            yield wait
            log.append(env.now)
        except TypeError:
            log.append("thrown in")

    for wait in (1.5, "soon"):
        env.process(child(wait))
        try:
            env.run()
        except RuntimeError:
            log.append("left run")
    return log


class CodedError(Exception):
    """An error that its args do not make again."""

    def __init__(self, *, code):
        super().__init__()
        self.code = code


def error(environment):
    env, log = environment(), []

    def child(what):
        yield env.timeout(1)
        raise what

    def parent(what):
        try:
            yield env.process(child(what))
        except (Exception, KeyboardInterrupt) as caught:
            log.append("itself" if caught is what else "another")

    for what in (ValueError("flood"), CodedError(code="flood"), KeyboardInterrupt()):
        env.process(parent(what))
        try:
            env.run()
        except (TypeError, KeyboardInterrupt) as left:
            log.append(f"{type(left).__name__} left run")
    return log


def infinity(environment):
    env, log = environment(), []

    def child():
        try:
            yield env.timeout(inf)
            log.append("infinity came")
        finally:
            log.append("closed")

    def impatient():
        never, soon = env.timeout(inf), env.timeout(3)
        got = yield never | soon
        log.append((env.now, never in got, soon in got))

    env.process(child())
    env.process(impatient())
    env.run()
    gc.collect()  # what sleeps forever is not dropped
    log.append(env.now)
    return log


def interrupt(environment):
    env, log = environment(), []

    def child():
        log.append(env.active_process is job)
        yield env.timeout(1)

    job = env.process(child())
    log += [hasattr(job, name) for name in ("interrupt", "target", "name", "is_alive")]
    env.run()
    return log


DIFFERENCES = {
    "until": (until, [1, "refused"], [1, 2]),
    "stop": (stop, ["run is over", "goes on"], ["goes on", "run is over"]),
    "tie": (
        tie,
        ["created last, slept first", "created first, slept last"],
        ["created first, slept last", "created last, slept first"],
    ),
    "start": (start, ["parent", "child", "other"], ["parent", "other", "child"]),
    "return": (returned, [(True, False), (True, True)], [(False, False), (True, True)]),
    "number": (number, ["left run", "left run"], [1.5, "thrown in"]),
    "error": (
        error,
        ["another", "TypeError left run", "another"],
        ["itself", "itself", "KeyboardInterrupt left run"],
    ),
    "infinity": (
        infinity,
        [(3, False, True), "infinity came", "closed", inf],
        [(3, False, True), 3],
    ),
    "interrupt": (interrupt, [True, True, True, True, True], [False, False, False, True, False]),
}  # fmt: skip


@pytest.mark.parametrize("what", DIFFERENCES)
def test_a_difference_from_simpy_is_as_documented(what):
    model, theirs, ours = DIFFERENCES[what]
    assert (model(simpy.Environment), model(Environment)) == (theirs, ours)


def test_the_documented_differences_are_those_tested():
    documented = re.findall(r"^(\w+) {2,}", sim.kernel.__doc__, re.MULTILINE)
    assert documented == ["what", *DIFFERENCES]


def test_preemption_of_a_light_process_is_refused_by_simpy():
    """It has nobody to interrupt, and says so at once instead of going on with both."""
    env = Environment()
    machine = simpy.PreemptiveResource(env, capacity=1)

    def job(at, priority):
        yield at
        with machine.request(priority=priority) as turn:
            yield turn
            yield 4.0

    env.process(job(0.0, 2))
    env.process(job(1.0, 1))
    with pytest.raises(AttributeError, match="interrupt"):
        env.run()
