"""The command with a campaign that costs nothing."""

import pytest

import sim.campaign
from tests import toy


@pytest.fixture
def toy_campaign(monkeypatch):
    monkeypatch.setattr(sim.campaign, "replicate", toy.replicate)
