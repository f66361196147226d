"""Income a head in the year if nothing new is done, its components, and who is on the backstop."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from sim.county.county import (
    CLASS_AB,
    CLASS_C,
    COMPONENTS,
    NO_BACKSTOP,
    PROPERTY,
    TRANSFERS,
    WAGES,
    Bools,
    Floats,
    Ints,
)
from sim.county.fitting import choose, rake
from sim.county.households import Members
from sim.county.population import Draw, Population
from sim.evidence import Parameters


def incomes(p: Parameters, draw: Draw, pop: Population, deep: Bools, ill: Bools, year: int) -> Floats:
    """Return yuan a head before any backstop; ``deep`` and ``ill`` cover the registered.

    Registered households follow the lognormal of the evidence as a whole: the factors (deep village, no
    worker, illness) divide them, their spread is part of its spread. Exited ones lie between the registered
    and the never registered and above the line, which they exceeded to exit.
    """
    n, known = pop.n_registered, pop.known
    z, never = (
        ndtri(draw("household.income", n)),
        ndtri(draw("household.never.income", len(pop.people) - known)),
    )
    poor, other = np.log(p[f"income.registered_median_{year}"]), np.log(never_registered_median(p, year))
    factor = np.log(p["income.deep_factor"]) * deep + np.log(p["income.illness_factor"]) * ill
    factor += np.log(p["income.no_worker_factor"]) * pop.without_worker[:n]
    rest = max(p["income.registered_sd"] ** 2 - factor.var(), 0.0) ** 0.5
    between, sd = (poor + other) / 2, p["income.registered_sd"]
    below = ndtr((np.log(p[f"income.line_{year}"]) - between) / sd)
    u = draw("household.exited.income", known - n)
    income: Floats = np.exp(np.concatenate([
        poor + factor - factor.mean() + rest * z,
        between + sd * ndtri(below + (1 - below) * u),
        other + p["income.never_registered_sd"] * never,
    ]))  # fmt: skip
    return income


def never_registered_median(p: Parameters, year: int) -> float:
    """Return the median of never-registered households in a year, grown from that of 2017."""
    return float(p["income.never_registered_median"] * (1 + p["income.growth"]) ** (year - 2017))


def backstop(p: Parameters, draw: Draw, pop: Population, income: Floats, year: int) -> Ints:
    """Return the class of minimum income, for a share of those without a worker (of registered, if short)."""
    n, known = pop.n_registered, pop.known
    short = income[:known] < p[f"income.line_{year}"]
    short[n:] = True
    u = draw("household.backstop", known)
    eligible = pop.without_worker & short
    share = p["backstop.enrolled_start"]
    parts = (slice(0, n), slice(n, known))
    enrolled = np.concatenate([choose(u[i], eligible[i], share * eligible[i].sum()) for i in parts])
    first = choose(draw("household.backstop.class", known), enrolled, p["backstop.ab_share"] * enrolled.sum())
    return np.where(first, CLASS_AB, np.where(enrolled, CLASS_C, NO_BACKSTOP))


def components(
    p: Parameters, draw: Draw, pop: Population, m: Members, income: Floats, paid: Floats
) -> Floats:
    """Return the shares of income by component; over the registered their means are those of the evidence.

    ``income`` includes ``paid``, the backstop's yuan a head, which counts as a transfer.
    """
    n, known = pop.n_registered, pop.known
    none, mean = pop.without_worker, component_means(p)[:, None]
    share = np.repeat(mean, known, axis=1)
    share[:PROPERTY] *= 0.5 + draw("household.components", known * PROPERTY).reshape(known, -1).T
    share[WAGES] *= np.where(none, 0.0, np.where(m.away > 0, p["income.away_wages_factor"], 1.0))
    share[TRANSFERS] *= np.where(none, p["income.no_worker_transfers_factor"], 1.0)
    part = paid / income[:known]
    share *= (1 - part) / share.sum(axis=0)
    share[TRANSFERS] += part
    fitted = rake(share[:, :n], n * mean[:, 0], np.ones(n), rounds=8)
    before = share[:, :n].sum(axis=1)
    # A component that nobody registered has, nobody who exited has either.
    share *= np.divide(fitted.sum(axis=1), before, out=np.zeros_like(before), where=before > 0)[:, None]
    share[:, :n] = fitted
    share /= share.sum(axis=0)
    return np.ascontiguousarray(share.T)


def component_means(p: Parameters) -> Floats:
    """Return the mean share of each component, summing to one."""
    mean = np.array([p[f"income.share_{name}"] for name in COMPONENTS])
    return np.asarray(mean / mean.sum())


def backstop_counted(p: Parameters, classes: Ints, n: int) -> Floats:
    """Return the yuan a head that running backstop adds to income: class A or B of the registered.

    Class C does not count, and the exited exceeded the line with whatever they were paid.
    """
    counted = (classes == CLASS_AB) & (np.arange(len(classes)) < n)
    return np.where(counted, p["backstop.class_ab"], 0.0)
