"""Approximate Bayesian computation against posteriors that are known, and against itself."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy import stats

from sim.statistics.abc import Posterior, design, infer, learnt_by_chance, recover


def toy(quantiles, rng):
    """Two figures of three parameters: one says the sum of the first two, one the first; nothing says the third."""
    a, b, _ = quantiles.T
    mean = np.column_stack([a + b, a])
    return mean + 0.1 * rng.standard_normal(mean.shape)


def test_the_design_is_even_and_the_same_for_a_seed():
    u = design(4, 256, seed=5)
    assert u.shape == (256, 4) and (u > 0).all() and (u < 1).all()
    assert (design(4, 256, seed=5) == u).all() and (design(4, 256, seed=6) != u).any()
    counts = np.stack([np.histogram(column, bins=16, range=(0, 1))[0] for column in u.T])
    assert (counts == 16).all()


def test_a_linear_model_with_normal_noise_has_the_known_posterior():
    rng = np.random.default_rng(7)
    u = design(1, 4096, seed=1)
    seen = u + 0.05 * rng.standard_normal(u.shape)
    found = infer(u, seen, np.array([0.5]), accept=0.3)
    known = stats.norm(0.5, 0.05)
    low, middle, high = found.interval(0.9)[:, 0]
    assert middle == pytest.approx(0.5, abs=0.01)
    assert (low, high) == pytest.approx(known.interval(0.9), abs=0.015)


def test_what_no_figure_speaks_of_stays_as_it_was():
    rng = np.random.default_rng(8)
    u = design(3, 4096, seed=2)
    found = infer(u, toy(u, rng), np.array([0.9, 0.3]))
    spread = np.sqrt(np.diag(found.covariance()) * 12)
    assert spread[0] < 0.5 and spread[2] == pytest.approx(1.0, abs=0.08)
    assert found.mean()[:2] == pytest.approx([0.3, 0.6], abs=0.05)


def test_adjustment_takes_out_the_error_of_a_wide_acceptance():
    rng = np.random.default_rng(9)
    u = design(1, 2048, seed=3)
    seen = u + 0.02 * rng.standard_normal(u.shape)
    found = infer(u, seen, np.array([0.4]), accept=0.5)
    assert np.sqrt(found.covariance()[0, 0]) < 0.04, "half of all runs accepted spread over half of the range"


def test_the_true_vector_is_as_likely_at_every_rank():
    """Simulation-based calibration: Talts and others (2018); ranks of the truth among posterior draws are uniform."""
    rng = np.random.default_rng(10)
    u = design(3, 1024, seed=4)
    seen = toy(u, rng)
    draws, repeats = 63, 400
    ranks = np.empty((repeats, 3), dtype=int)
    for k in range(repeats):
        truth = rng.random((1, 3))
        found = infer(u, seen, toy(truth, rng)[0], accept=0.2)
        picked = rng.choice(len(found.weights), draws, p=found.weights / found.weights.sum())
        ranks[k] = (found.quantiles[picked] < truth).sum(axis=0)
    for column in ranks.T:
        counts = np.bincount(column * 8 // (draws + 1), minlength=8)
        assert stats.chisquare(counts).pvalue > 1e-3
    inside = ((ranks >= 4) & (ranks <= 59)).mean(axis=0)
    assert inside == pytest.approx(56 / 64, abs=4 * np.sqrt(56 / 64 * 8 / 64 / repeats))


def test_effective_draws_and_systematic_samples():
    rng = np.random.default_rng(11)
    u = design(2, 512, seed=6)
    found = infer(u, u + 0.1 * rng.standard_normal(u.shape), np.array([0.5, 0.5]))
    assert 0.5 * len(found.weights) < found.effective() <= len(found.weights)
    sample = found.sample(1000)
    assert sample.shape == (1000, 2) and (found.sample(1000) == sample).all()
    assert sample.mean(axis=0) == pytest.approx(found.mean(), abs=0.005)
    assert np.corrcoef(sample[:, 0], np.arange(1000))[0, 1] == pytest.approx(0, abs=0.1), "no trend over replications"


def test_runs_of_one_vector_are_one_draw():
    one = Posterior(np.full((4, 1), 0.5), np.array([1.0, 1.0, 1.0, 1.0]), np.array([6, 2, 7, 3]), np.zeros(4))
    assert (one.effective(), one.effective(2), one.effective(8)) == (4.0, 2.0, 1.0)


def test_what_chance_takes_is_hardly_ever_exceeded_where_nothing_can_be_learnt_and_what_is_shown_is_told():
    """The greatest of six parameters and three inferences: luck of the runs alone, which a run's copy shares in part."""
    told, trials, vectors = 0, 150, 32
    for trial in range(trials):
        luck = np.random.default_rng(trial)
        seen = np.repeat(luck.random((vectors, 2)), 2, axis=0) + 0.5 * luck.random((2 * vectors, 2))
        facts, u = np.array([0.8, 0.6]), design(6, vectors, trial)
        asked = [(seen[:, part], facts[part]) for part in (slice(None), slice(0, 1), slice(1, 2))]
        level = learnt_by_chance(u, asked, 0.5, 2, luck.random((40, vectors)))
        rows = np.repeat(u, 2, axis=0)
        told += max(infer(rows, of, fact, 0.5).learnt().max() for of, fact in asked) > level
        shown = rows[:, :1] + 0.05 * luck.random((2 * vectors, 1))
        assert infer(rows, shown, facts[:1], 0.5).learnt()[0] > level if trial < 20 else True
    assert told / trials < 0.05 + 4 * (0.05 * 0.95 / trials) ** 0.5
    assert told, "nor is the level out of reach"


def test_weighted_quantiles():
    values, weights = np.array([[3.0, 0.0], [1.0, 0.1], [2.0, 0.2]]), np.array([1.0, 1.0, 2.0])
    found = Posterior(values, weights, np.arange(3), np.ones(3))
    assert found.interval(0.8).T.tolist() == [[1.0, 2.0, 3.0], [0.0, 0.1, 0.2]]
    with pytest.raises(ValueError, match="accept"):
        infer(np.full((4, 1), 0.5), np.ones((4, 1)), np.ones(1), accept=0)


def linear(runs, copies, noise=0.05):
    """Runs whose first parameter the first figure shows, and whose second nothing does."""
    quantiles = np.repeat(design(2, runs // copies, 3), copies, axis=0)
    luck = np.random.default_rng(12).random((runs, 2))
    return quantiles, np.column_stack([quantiles[:, 0] + noise * (luck[:, 0] - 0.5), luck[:, 1]])


def test_what_was_played_is_found_again_as_often_as_is_said():
    quantiles, seen = linear(512, 2)
    again = recover(quantiles, seen, 0.25, 2)
    for confidence in (0.5, 0.9):
        se = (confidence * (1 - confidence) / 256) ** 0.5
        assert again.coverage(confidence) == pytest.approx(confidence, abs=4 * se + 0.03)
    counts = again.histogram()
    assert counts.shape == (2, 8) and (counts.sum(axis=1) == 512).all()


def test_the_truth_is_not_among_the_runs_that_it_is_inferred_from():
    """Two runs share each vector; were the other one kept, a figure that shows the vector alone would betray it."""
    quantiles = np.repeat(design(1, 64, 5), 2, axis=0)
    ranks = recover(quantiles, np.round(quantiles, 1), 0.25, 2).ranks
    assert ranks.shape == (128, 1) and 0.2 < ranks.std() < 0.4


def test_too_narrow_a_posterior_shows_in_the_ranks(monkeypatch):
    quantiles, seen = linear(256, 1, noise=0.6)
    honest = recover(quantiles, seen, 0.25, 1).coverage(0.9)[0]

    def narrow(*args):
        found = infer(*args)
        middle = found.mean()
        return dataclasses.replace(found, quantiles=middle + 0.3 * (found.quantiles - middle))

    monkeypatch.setattr("sim.statistics.abc.infer", narrow)
    assert recover(quantiles, seen, 0.25, 1).coverage(0.9)[0] < honest - 0.2
