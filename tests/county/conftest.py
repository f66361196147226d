from __future__ import annotations

from collections.abc import Callable

import pytest

from sim.county import County, synthesise
from sim.evidence import Parameters, load
from sim.streams import Streams

Make = Callable[..., tuple[County, Parameters]]


@pytest.fixture(scope="session")
def make() -> Make:
    """Makes the county of an index: with the prior's parameters, or with the point values."""

    def make(index: int, scale: float = 1.0, year: int = 2018, prior: bool = True, **changes: float):
        streams = Streams(5, index, index, index)
        draw = (lambda name: streams.one("parameters", name)) if prior else None
        p = load().parameters(draw, {name.replace("__", "."): value for name, value in changes.items()})
        return synthesise(p, streams, scale, year), p

    return make


@pytest.fixture(scope="session")
def county(make: Make) -> County:
    """The full county of 2018 at the point values."""
    return make(1, prior=False)[0]
