"""Luck by name: what a number depends on, and what not."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import pytest

from sim.streams import GROUPS, Streams

N = 4000


def test_a_number_depends_on_every_part_of_its_address():
    draws = [
        Streams(1, 2, 3, 4).uniform("luck", "visit", N),
        Streams(9, 2, 3, 4).uniform("luck", "visit", N),
        Streams(1, 2, 3, 5).uniform("luck", "visit", N),
        Streams(1, 2, 3, 4).uniform("luck", "verify", N),
        Streams(1, 2, 3, 4).uniform("luck", "visit", N, 1),
        Streams(1, 2, 3, 4).uniform("start", "visit", N),
        Streams(1, 2, 3, 4).uniform("parameters", "visit", N),
    ]
    assert len({draw.tobytes() for draw in draws}) == len(draws)
    apart = np.corrcoef(draws) - np.eye(len(draws))
    assert np.abs(apart).max() < 0.1, "nor does one address echo another"


@pytest.mark.parametrize("group", GROUPS)
def test_groups_of_the_same_index_are_still_apart(group):
    same = Streams(1, 5, 5, 5)
    others = {name: same.uniform(name, "x", 50).tobytes() for name in GROUPS if name != group}
    assert same.uniform(group, "x", 50).tobytes() not in others.values()


@pytest.mark.parametrize("group", GROUPS)
def test_only_the_index_of_its_own_group_moves_a_draw(group):
    base = Streams(1, 5, 6, 7)
    moved = {other: Streams(1, **{"start": 5, "parameters": 6, "luck": 7} | {other: 8}) for other in GROUPS}
    changed = {other for other in GROUPS if moved[other].one(group, "x") != base.one(group, "x")}
    assert changed == {group}


def test_entity_i_has_number_i_however_many_are_drawn():
    streams = Streams(3, 1, 1, 1)
    assert (streams.uniform("luck", "x", 10) == streams.uniform("luck", "x", N)[:10]).all()
    assert (streams.array("luck", "x", (5, 2), 4) == streams.uniform("luck", "x", 10, 4).reshape(5, 2)).all()
    assert streams.one("luck", "x", 4) == streams.one("luck", "x", 4) != streams.one("luck", "x", 5)
    alone = np.array([streams.one("luck", f"x{k}") for k in range(2000)])
    assert alone.min() > 0 and alone.max() < 1 and abs(alone.mean() - 0.5) < 4 * (1 / 12 / 2000) ** 0.5


def test_numbers_are_the_middles_of_what_philox_gives_under_the_key_of_their_address():
    streams = Streams(1, 2, 3, 4)
    streams.uniform("luck", "another", 7)
    key = int.from_bytes(blake2b(b"1/luck/4/visit/5", digest_size=16).digest(), "little")
    steps = np.random.Philox(key=key).random_raw(N) >> np.uint64(12)
    assert (streams.uniform("luck", "visit", N, 5) == (steps + 0.5) * 2.0**-52).all()


def test_numbers_lie_strictly_inside_and_use_all_fifty_two_bits():
    u = Streams(1).uniform("luck", "x", N)
    assert 0 < u.min() < 0.01 < 0.99 < u.max() < 1
    assert u.mean() == pytest.approx(0.5, abs=4 / (12 * N) ** 0.5)
    whole = u * 2.0**52 - 0.5
    assert (whole == np.floor(whole)).all()
    lowest = np.bincount((whole % 16).astype(int), minlength=16)
    assert lowest == pytest.approx(N / 16, abs=5 * (N / 16) ** 0.5), "the lowest bits are as good as the highest"


def test_first_attempts_are_dealt_together_and_later_ones_each_by_its_address():
    streams = Streams(1, 2, 3, 4)
    attempts = streams.attempts("verify", 6)
    assert [attempts.of(case) for case in range(6)] == streams.uniform("luck", "verify", 6).tolist()
    assert attempts.of(2, 3) == streams.one("luck", "verify/2", 3)


def test_attempts_differ_and_are_the_same_in_whatever_order_they_are_asked():
    asked = [(case, attempt) for case in range(5) for attempt in range(3)]
    forward, backward = Streams(1, 2, 3, 4).attempts("verify", 5), Streams(1, 2, 3, 4).attempts("verify", 5)
    one = {key: forward.of(*key) for key in asked}
    other = {key: backward.of(*key) for key in reversed(asked)}
    assert one == other == {key: forward.of(*key) for key in asked}
    assert len(set(one.values())) == len(asked)
