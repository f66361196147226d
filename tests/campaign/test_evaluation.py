"""Outside evaluation: what a sample finds is the truth with an error of sampling, and decides the county's exit."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.campaign import start
from sim.campaign.exit.evaluation import Evaluation, _first, evaluation

ALL = np.ones(4000, dtype=bool)


def made(visited: np.ndarray, answer: np.ndarray) -> Evaluation:
    """A county in which 2,000 left, 5 in 100 of them wrongly, and 2,000 never were registered, 1 in 100 of them poor."""
    place = np.arange(4000)
    exited, never = place < 2000, place >= 2000
    return Evaluation(
        exited, exited & (place % 20 == 0), never, never & (place % 100 == 0), exited,
        np.where(exited & (place % 4 == 0), 0.4, 0.0), np.full(4000, 3.0), 20_000, visited, answer,
    )  # fmt: skip


def test_a_sample_of_all_finds_the_truth() -> None:
    found = made(ALL, np.random.default_rng(1).random(4000))
    truth, seen = found.truth(), found.sampled()
    assert (truth.wrong, truth.missed, truth.recognition) == (0.05, 0.01, pytest.approx(0.9))
    assert (seen.wrong, seen.missed) == (truth.wrong, truth.missed)
    assert seen.recognition == pytest.approx(0.9, abs=0.02)
    assert found.composite(100) == (100 + 3 * (100 + 20)) / 20_000
    assert found.composite(100, truth) == pytest.approx(found.composite(100))


def test_a_sample_is_right_on_average_and_varies_as_its_size_says() -> None:
    rng, size = np.random.default_rng(2), 200
    rates = []
    for _ in range(600):
        turn = rng.random(4000)
        place = np.arange(4000)
        visited = _first(size, turn, place < 2000) | _first(size, turn, place >= 2000)
        assert visited.sum() == 2 * size
        rates.append(made(visited, rng.random(4000)).sampled().wrong)
    spread = np.sqrt(0.05 * 0.95 / size * (1 - size / 2000))
    assert np.mean(rates) == pytest.approx(0.05, abs=4 * spread / np.sqrt(600))
    assert np.std(rates) == pytest.approx(spread, rel=0.15)


def test_no_sample_finds_nothing_and_a_small_county_is_visited_whole() -> None:
    turn = np.random.default_rng(3).random(10)
    assert not _first(0, turn, np.ones(10, dtype=bool)).any()
    assert _first(20, turn, turn < 0.5).sum() == (turn < 0.5).sum()


def test_outside_sampling_changes_no_draw_and_only_the_verdict_on_the_county(tiny) -> None:
    off = tiny.replace(rules={**tiny.rules.model_dump(), "outside_sampling": False})
    first = tiny.baseline
    for replication in range(3):
        with_it, without = (sim.run(s, first, replication, log=True) for s in (tiny, off))
        assert with_it.events == without.events
        apart = {k for k in with_it.scalars if with_it.scalars[k] != without.scalars[k]}
        assert apart <= {"county_exit", "wrong_exit_rate_sampled", "missed_poor_rate_sampled", "recognition_sampled"}
        assert with_it.scalars["recognition_sampled"] != with_it.scalars["recognition"], "a sample is not the truth"
        for rate in ("wrong_exit_rate", "missed_poor_rate", "recognition"):
            assert without.scalars[f"{rate}_sampled"] == without.scalars[rate], "all households are judged"


def test_who_still_lacks_what_was_promised_is_discontent_whether_or_not_anybody_came(tiny) -> None:
    """A household that nobody visited, or that waits for its hamlet's road, is no better served than one with a case."""
    for cadres in ("on", "off"):
        c = start(tiny.replace(families={"cadres": cadres}), tiny.baseline, 0)
        c.play()
        n, unhappy = c.register.size, evaluation(c).discontent[: c.register.size] > c.p["recognition.base"]
        lacking = c.register.poor(n) & c.lacks.unmet() & (c.register.entry_year[:n] < 2018)
        assert lacking.any() and unhappy[lacking].all(), cadres


def test_recognition_is_no_better_where_no_cadres_work(tiny) -> None:
    served, alone = (
        sum(sim.run(s, tiny.baseline, r).scalars["recognition"] for r in range(4))
        for s in (tiny, tiny.replace(families={"cadres": "off"}))
    )
    assert alone < served
