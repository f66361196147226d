"""Who comes first, and what the servers count."""

from __future__ import annotations

import gc
import weakref
from math import inf

import pytest
from simpy.events import Event

from sim.kernel import Claim, Environment, FifoServer, Fund, QueueServer, collection_paused
from sim.kernel.line import Line


@pytest.fixture
def env() -> Environment:
    return Environment()


@pytest.fixture
def log() -> list:
    return []


def waits(log, name, event):
    yield event
    log.append(name)


def held(env, capacity=1):
    """A queue whose servers are all taken."""
    crews = QueueServer(env, capacity)
    for _ in range(capacity):
        crews.request()
    return crews


def test_a_line_is_served_by_priority_then_entity_then_arrival(env, log):
    crews = held(env)
    for name, priority, entity in (
        ("late", 2, 0), ("c", 1, 3), ("a", 1, 1), ("b", 1, 2), ("a again", 1, 1), ("first", 0, 9),
    ):  # fmt: skip
        env.process(waits(log, name, crews.request(priority, entity)))

    def frees():
        for _ in range(6):
            yield 1.0
            crews.release()

    env.process(frees())
    env.run()
    assert log == ["first", "a", "a again", "b", "c", "late"]


def test_what_a_process_schedules_comes_at_its_rank(env, log):
    def early(name):
        yield 1.0
        env.timeout(2.0).callbacks.append(lambda _: log.append(name))

    def late(name):
        yield 2.0
        env.timeout(1.0).callbacks.append(lambda _: log.append(name))

    env.process(early("rank 2, scheduled first"), rank=2)
    env.process(late("rank 1, scheduled last"), rank=1)
    env.run(until=5)
    assert log == ["rank 1, scheduled last", "rank 2, scheduled first"]


def test_a_process_may_start_later_at_its_rank_and_the_place_of_its_creation(env, log):
    def named(name):
        log.append((env.now, name))
        yield 0.0

    def sleeps(name):
        yield 2.0
        log.append((env.now, name))

    env.process(named("b"), 1, 2.0)
    env.process(sleeps("c"), 1)
    env.process(named("a"), 0, delay=2)
    env.process(named("never"), 0, inf)
    env.run()
    assert log == [(2.0, "a"), (2.0, "b"), (2.0, "c")]
    for delay in (-1.0, float("nan")):
        with pytest.raises(ValueError, match="delay"):
            env.process(named("refused"), 0, delay)


@pytest.mark.parametrize("server", ["queue", "fund"])
def test_who_is_granted_goes_on_at_the_rank_of_the_one_who_grants(env, log, server):
    crews, fund = held(env), Fund(env)
    claim = crews.request() if server == "queue" else fund.take(5)
    env.process(waits(log, "granted by rank 2", claim), rank=0)

    def newcomer():
        log.append("newcomer of rank 1")
        yield 0.0

    def grants():
        yield 1.0
        crews.release() if server == "queue" else fund.put(5)
        env.process(newcomer(), rank=1)

    env.process(grants(), rank=2)
    env.run(until=2)
    assert log == ["newcomer of rank 1", "granted by rank 2"]


def test_after_a_grant_a_process_has_its_own_rank_again(env, log):
    fund = Fund(env)

    def taker(name, claim):
        yield claim
        yield 1.0
        log.append(name)

    env.process(taker("rank 3", fund.take(1, 0, 0)), rank=3)
    env.process(taker("rank 1", fund.take(1, 0, 1)), rank=1)

    def pays():
        yield 1.0
        fund.put(2)

    env.process(pays(), rank=5)
    env.run(until=5)
    assert log == ["rank 1", "rank 3"]


def test_each_callback_of_an_event_runs_at_the_rank_of_the_event(env, log):
    gate = env.event()

    def opens():
        yield 1.0
        gate.succeed()

    env.process(waits(log, "the one who waits, rank 7", gate), rank=7)
    env.process(opens(), rank=4)
    env.run(until=0)
    gate.callbacks.append(lambda _: env.timeout(1.0).callbacks.append(lambda _: log.append("from the second callback")))

    def rival():
        yield 2.0
        log.append("rival of rank 5")

    env.process(rival(), rank=5)
    env.run(until=3)
    assert log == ["the one who waits, rank 7", "from the second callback", "rival of rank 5"]


def test_what_is_scheduled_after_a_single_step_has_no_rank_of_what_was_played(env, log):
    def stepped():
        yield 1.0

    env.process(stepped(), rank=7)
    env.step()
    env.timeout(1.0).callbacks.append(lambda _: log.append("from outside, rank 0"))

    def rival():
        yield 1.0
        log.append("rival of rank 5")

    env.process(rival(), rank=5)
    env.run()
    assert log == ["from outside, rank 0", "rival of rank 5"]


def test_looking_ahead_changes_nothing_and_an_error_leaves_the_rest_for_later(env, log):
    def looks():
        yield 1.0
        log.append(env.peek())
        env.process(named("same instant"))
        log.append(env.peek())

    def named(name):
        log.append(name)
        yield 1.0
        log.append((env.now, name))
        raise KeyError(name)

    env.process(looks())
    with pytest.raises(KeyError):
        env.run()
    env.process(named("again"))
    assert (env.now, env.peek()) == (2.0, 2.0)
    with pytest.raises(KeyError):
        env.run(until=9)
    env.run(until=9)
    assert (env.now, env.peek()) == (9.0, inf)
    assert log == [inf, 1.0, "same instant", (2.0, "same instant"), "again", (3.0, "again")]


def test_control_of_a_rank_below_zero_comes_before_every_entity(env, log):
    def named(name):
        yield 1.0
        env.timeout(1.0).callbacks.append(lambda _: log.append(name))

    for name, rank in (("entity 0", 0), ("control -1", -1), ("entity 1", 1), ("control -2", -2)):
        env.process(named(name), rank)
    env.run()
    assert log == ["control -2", "control -1", "entity 0", "entity 1"]


def test_who_sleeps_forever_is_kept_and_nothing_of_it_is_run_or_closed(env, log):
    def forever():
        try:
            yield inf
        finally:
            log.append("closed")

    def after_an_event():
        try:
            yield env.timeout(1)
            yield inf
        finally:
            log.append("closed")

    def other():
        for _ in range(3):
            yield 1.0
        log.append("other")

    env.process(forever())
    env.process(after_an_event())
    env.process(other())
    env.run(until=5)
    gc.collect()
    assert log == ["other"]


# Lines.


def test_a_claim_that_left_may_come_back_once_and_last_among_equals(env):
    line = Line()
    first, second = Claim(env, 1, 0), Claim(env, 1, 0)
    line.join(first)
    line.join(second)
    assert line.leave(first)
    line.join(first)
    assert (list(line), line.size) == ([second, first], 2)
    assert [line.pop(), line.pop()] == [second, first]
    with pytest.raises(IndexError):
        line.head()


def test_a_claim_that_waits_cannot_join_again(env):
    line, claim = Line(), Claim(env, 1, 0)
    line.join(claim)
    with pytest.raises(ValueError, match="join"):
        line.join(claim)
    line.move(claim, 0)
    with pytest.raises(ValueError, match="join"):
        line.join(claim)
    assert (list(line), line.size) == ([claim], 1)


def test_a_claim_that_is_moved_there_and_back_stands_where_it_stood_once(env):
    line = Line()
    claims = [Claim(env, 1, 0) for _ in range(3)]
    for claim in claims:
        line.join(claim)
    for priority in (0, 1, 2, 1) * 50:
        assert line.move(claims[1], priority)
    assert (list(line), line.size) == (claims, 3)
    assert len(line._heap) <= 2 * line.size + 8, "what was left behind takes no room"
    assert [line.pop() for _ in claims] == claims


# Money.


def test_a_large_head_blocks_the_small_behind_it(env, log):
    fund = Fund(env)
    for entity, (name, amount) in enumerate((("large", 10), ("small", 3), ("smaller", 2))):
        env.process(waits(log, name, fund.take(amount, 0, entity)))
    fund.put(9)
    env.run(until=1)
    assert (log, fund.balance, fund.claimed, fund.claims) == ([], 9, 15, 3)
    fund.put(3)
    env.run(until=2)
    assert (log, fund.balance, fund.claimed, fund.claims) == (["large"], 2, 5, 2)


@pytest.mark.parametrize(
    ("priority", "entity", "passes"), [(4, 9, True), (5, 2, True), (5, 3, False), (5, 4, False), (6, 0, False)]
)
def test_only_who_comes_before_the_waiting_head_may_pass_it(env, priority, entity, passes):
    fund = Fund(env, 5)
    assert fund.take(8, 5, 3) is not None
    claim = fund.take(2, priority, entity)
    assert (claim is None, fund.balance) == ((True, 3) if passes else (False, 5))


def test_only_money_that_nobody_waits_for_is_drawn_down(env):
    fund = Fund(env, 5)
    assert (fund.draw_down(2), fund.balance) == (2, 3)
    claim = fund.take(8)
    assert (fund.draw_down(2), fund.balance) == (0, 3)
    assert fund.withdraw(claim)
    assert (fund.draw_down(9), fund.balance) == (3, 0)


def test_a_claim_given_up_lets_those_behind_it_through(env, log):
    fund = Fund(env, 5)
    large = fund.take(8, 0, 0)
    env.process(waits(log, "small", fund.take(4, 0, 1)))
    assert fund.withdraw(large)
    env.run(until=1)
    assert (log, fund.balance, fund.claimed, fund.withdraw(large)) == (["small"], 1, 0, False)


# Queues with somebody who chooses.


def test_a_claim_on_money_that_is_moved_forward_is_paid_as_soon_as_it_can_be(env, log):
    fund = Fund(env, 5)
    large, small = fund.take(9, 1, 1), fund.take(4, 2, 2)
    for claim, name in ((large, "large"), (small, "small")):
        env.process(waits(log, name, claim))
    assert fund.reprioritise(small, 0)
    env.run(until=1)
    assert (log, fund.balance, fund.claimed, fund.reprioritise(small, 0)) == (["small"], 1, 9, False)


def test_a_claim_withdrawn_is_never_served(env, log):
    crews = held(env)
    gone, stays = crews.request(0, 0), crews.request(0, 1)
    env.process(waits(log, "gone", gone))
    env.process(waits(log, "stays", stays))
    assert crews.withdraw(gone)
    assert crews.waiting == 1
    crews.release()
    env.run(until=1)
    assert (log, crews.waiting, crews.withdraw(gone), crews.withdraw(stays)) == (["stays"], 0, False, False)


# Computed servers.


def test_a_computed_server_tells_when_what_is_booked_is_done(env):
    desk = FifoServer(env, 1)
    assert [desk.book(work) for work in (4.0, 2.0, 3.0)] == [4.0, 6.0, 9.0]
    assert desk.backlog() == 9.0
    env.run(until=7)
    assert desk.backlog() == 2.0
    assert desk.book(1.0) == 3.0
    env.run(until=40)
    assert desk.backlog() == 0.0


def test_nobody_serves_never_and_no_end_of_servers_at_once(env):
    nobody, anybody = FifoServer(env, 0), FifoServer(env, None)
    assert (nobody.book(1.0), nobody.backlog()) == (inf, inf)
    assert (anybody.book(1.0), anybody.book(1.0), anybody.backlog()) == (1.0, 1.0, 0.0)


def test_occupying_gives_every_server_the_same_work_after_what_it_has(env):
    desk = FifoServer(env, 3)
    desk.book(3.0)
    desk.book(5.0)
    env.run(until=1)
    desk.occupy(2.0)  # free at 5, 7 and, the idle one, 3
    assert [desk.book(1.0) for _ in range(4)] == [3.0, 4.0, 5.0, 5.0]
    assert desk.backlog() == 5.0


def test_occupying_nobody_or_no_end_of_servers_changes_nothing(env):
    for desk, delay in ((FifoServer(env, 0), inf), (FifoServer(env, None), 1.0)):
        desk.occupy(5.0)
        assert desk.book(1.0) == delay
    with pytest.raises(ValueError, match="work"):
        FifoServer(env, 1).occupy(-1.0)


def test_leaving_takes_out_the_server_that_is_free_first(env):
    desk = FifoServer(env, 3)
    for work in (3.0, 5.0, 8.0):
        desk.book(work)
    assert desk.leave() == 3.0
    assert desk.backlog() == 5.0
    env.run(until=6)
    assert desk.leave() == 6.0, "it has been free since 5, but leaves now"
    assert desk.book(1.0) == 3.0
    assert desk.leave() == 9.0
    assert desk.backlog() == inf
    with pytest.raises(ValueError, match="leave"):
        desk.leave()
    with pytest.raises(ValueError, match="leave"):
        FifoServer(env, None).leave()


def test_joining_adds_a_server_from_a_time_on(env):
    desk = FifoServer(env, 1)
    assert desk.book(10.0) == 10.0
    desk.join(4.0)
    assert [desk.book(1.0), desk.book(1.0)] == [5.0, 6.0]
    desk.join(0.0)
    assert (desk.backlog(), desk.book(2.0)) == (0.0, 2.0)
    first = FifoServer(env, 0)
    first.join(3.0)
    assert first.book(1.0) == 4.0


def test_booking_stays_exact_whoever_comes_and_goes(env):
    """Against a list of the times at which servers fall free, kept by hand."""
    desk, free = FifoServer(env, 4), [0.0] * 4
    for step in range(300):
        env.run(until=env.now + (step * 7 % 5) / 10)
        now, work, kind = env.now, (step * 37 % 23) / 4, step * 11 % 9
        if kind == 0 and len(free) > 1:
            assert desk.leave() == max(min(free), now)
            free.remove(min(free))
        elif kind == 1 and len(free) < 9:
            desk.join(now + work)
            free.append(now + work)
        elif kind == 2:
            desk.occupy(work)
            free = [max(at, now) + work for at in free]
        else:
            start = max(min(free), now)
            assert desk.book(work) == pytest.approx(start + work - now)
            free[free.index(min(free))] = start + work
        assert desk.backlog() == pytest.approx(max(0.0, min(free) - now))


# Garbage.


class Knot:
    """An object that only the collector can free."""

    def __init__(self):
        self.self = self


def test_nothing_is_collected_in_the_block_and_what_it_left_is_freed_after():
    with collection_paused():
        gone = weakref.ref(Knot())
        assert (gone() is None, gc.isenabled()) == (False, False)
    assert (gone() is None, gc.isenabled()) == (True, True)


def test_collection_comes_back_after_an_error_and_stays_off_where_it_was_off():
    with pytest.raises(KeyError), collection_paused():
        raise KeyError("flood")
    assert gc.isenabled()
    gc.disable()
    try:
        with collection_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.parametrize(("priority", "first"), [(0, True), (1, False), (2, False)])
def test_only_what_is_urgent_comes_before_the_ranks_and_what_follows_keeps_its_rank(env, log, priority, first):
    def schedules():
        yield 1.0
        event = Event(env)
        event._ok, event._value = True, None
        event.callbacks.append(lambda _: (log.append("event"), env.timeout(1.0).callbacks.append(waits_on)))
        env.schedule(event, priority, delay=1.0)

    def waits_on(_):
        log.append("what follows")

    def sleeps(name):
        yield 2.0
        log.append(name)
        yield 1.0
        log.append(name)

    env.process(schedules(), rank=5)
    env.process(sleeps("low"), rank=-7)
    env.run()
    assert log == [*(("event", "low") if first else ("low", "event")), "low", "what follows"]


def test_what_a_process_raises_when_woken_goes_to_whoever_waits_for_it(env, log):
    def wakes(fails):
        try:
            yield fails
        except KeyError as error:
            raise LookupError("again") from error

    def watches(process):
        try:
            yield process
        except LookupError as error:
            log.append((env.now, str(error), env.rank_key >> 32))

    failed = Event(env)
    env.process(watches(env.process(wakes(failed), rank=3)), rank=2)
    env.timeout(4.0).callbacks.append(lambda _: failed.fail(KeyError("first")))
    env.run()
    assert log == [(4.0, "again", 2)]
