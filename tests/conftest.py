from __future__ import annotations

from pathlib import Path

import pytest

import sim

SCENARIOS = Path(__file__).parent.parent / "scenarios"


@pytest.fixture(scope="session")
def full():
    """The shipped scenario of 2018: the full county."""
    return sim.load(SCENARIOS / "2018.yaml")


@pytest.fixture(scope="session")
def tiny():
    """A county of about a twelfth, seven villages or so; a replication takes a few hundredths of a second."""
    return sim.load(SCENARIOS / "quick.yaml")


@pytest.fixture(scope="session")
def history():
    """The two years before, on the full county."""
    return sim.load(SCENARIOS / "2016-2017.yaml")
