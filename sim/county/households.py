"""Members of registered and exited households (workers, away, pupils, ill, disabled), causes of poverty."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np

from sim.county.county import CAUSES, Bools, Floats, Ints
from sim.county.fitting import choose, invert
from sim.county.population import LARGEST, Draw, Population
from sim.evidence import Parameters


@dataclass(frozen=True)
class Members:
    """Arrays over registered and exited households."""

    workers: Ints
    away: Ints
    pupils: Ints


def members(p: Parameters, draw: Draw, pop: Population) -> Members:
    """Return workers, those of them away, and pupils; households without a worker have nobody away."""
    n, known = pop.n_registered, pop.known
    people, none = pop.people[:known], pop.without_worker
    workers = np.where(none, 0, 1 + (draw("household.workers", known) * (people + 1) / 2).astype(np.int64))
    workers = np.minimum(workers, people)
    u = draw("household.away", known)
    gone = np.concatenate([
        choose(u[part], workers[part], p["county.away_share"] * len(workers[part]))
        for part in (slice(0, n), slice(n, known))
    ])  # fmt: skip
    away = np.where(gone, 1 + (draw("household.away.number", known) * workers / 2).astype(np.int64), 0)
    pupils = _pupils(p, draw("household.pupils", known), people - workers, none)
    return Members(workers, np.minimum(away, workers), pupils)


def _pupils(p: Parameters, u: Floats, dependants: Ints, none: Bools) -> Ints:
    shares = (p["household.pupil_share"], p["household.pupil_share_without_worker"])
    table = np.array([_binomial(d, share) for share in shares for d in range(LARGEST + 1)])
    return invert(table, dependants + (LARGEST + 1) * none, u)


def _binomial(n: int, share: float) -> list[float]:
    return [comb(n, k) * share**k * (1 - share) ** (n - k) if k <= n else 0.0 for k in range(LARGEST + 1)]


@dataclass(frozen=True)
class Causes:
    """The main cause, and whether a member is ill or disabled, over registered and exited households."""

    cause: Ints
    ill: Bools
    disabled: Bools


def causes(
    p: Parameters, draw: Draw, pop: Population, m: Members, no_road: Bools, remoteness: Floats
) -> Causes:
    """Return one main cause a household, in the county's shares, that fits what the household looks like.

    ``no_road`` and ``remoteness`` are those of the household's hamlet.
    """
    n, known = pop.n_registered, pop.known
    none = pop.without_worker
    weights = {
        "labour": np.where(m.workers <= 1, 1.0 + 2.0 * none, 0.0),
        "schooling": m.pupils * 1.0,
        "transport": np.where(no_road, 10.0, remoteness**2),
        "disability": 1.0 + none,
        "illness": 1.0 + none,
        "disaster": np.ones(known, bool),
    }
    cause = np.full(known, -1)
    u = draw("household.cause", known * (len(weights) + 1)).reshape(known, -1).T
    for part in (slice(0, n), slice(n, known)):
        _deal(p, u[:, part], cause[part], {name: w[part] for name, w in weights.items()})
    frailty = np.where(none, p["household.frailty_without_worker"], 1.0)
    ill = draw("household.ill", known) < p["household.illness_besides"] * frailty
    disabled = draw("household.disabled", known) < p["household.disability_besides"] * frailty
    return Causes(
        cause, ill | (cause == CAUSES.index("illness")), disabled | (cause == CAUSES.index("disability"))
    )


def _deal(p: Parameters, u: Floats, cause: Ints, weights: dict[str, Floats]) -> None:
    """Fill in causes one after the other; what is left is want of funds or of technology, half and half."""
    for row, (name, weight) in zip(u, weights.items(), strict=False):
        cause[choose(row, weight * (cause < 0), p[f"cause.{name}"] * len(cause))] = CAUSES.index(name)
    rest = cause < 0
    funds = choose(u[-1], rest, rest.sum() / 2)
    cause[rest] = CAUSES.index("technology")
    cause[funds] = CAUSES.index("funds")
