from __future__ import annotations

import pickle
import re
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import sim.campaign
from sim.evidence import load, reconcile, triangular
from sim.evidence.entry import KINDS

EVIDENCE = load()


@pytest.mark.parametrize("entry", EVIDENCE.values(), ids=lambda e: e.name)
def test_every_entry_is_complete(entry):
    assert entry.kind in KINDS
    assert entry.unit and entry.source
    if entry.kind == "published":
        assert re.search(r"[\w-]+\.\w+|plan of Jingxi|People's Daily", entry.source), "published needs an address"
    if entry.low is not None:
        assert entry.low <= entry.value <= entry.high


def test_values_stay_in_their_ranges_and_at_their_points():
    low, high = EVIDENCE.parameters(lambda name: 1e-9), EVIDENCE.parameters(lambda name: 1 - 1e-9)
    for name, entry in EVIDENCE.items():
        if entry.varies:
            assert entry.low <= low[name] <= high[name] <= entry.high
    assert EVIDENCE.parameters()["works.road_days"] == 130


@pytest.mark.parametrize(("low", "mode", "high"), [(0, 1, 4), (2, 2, 5), (1, 3, 3)])
def test_triangular_is_the_inverse_distribution(low, mode, high):
    exact = stats.triang((mode - low) / (high - low), low, high - low)
    for u in np.linspace(0.01, 0.99, 25):
        assert triangular(u, low, mode, high) == pytest.approx(exact.ppf(u))


def test_bold_values_are_those_of_the_starting_set():
    table = {
        "income.registered_median_2018": (3300, 2700, 3900), "works.road_crews": (45, 25, 75),
        "gate.overshoot": (1.10, 1.00, 1.37), "income.line_2018": (3200, 2995, 3500),
        "missing.housing_2018": (0.11, 0.06, 0.18), "works.house_days": (170, 120, 240),
    }  # fmt: skip
    for name, expected in table.items():
        entry = EVIDENCE[name]
        assert (entry.value, entry.low, entry.high) == expected


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(KeyError, match=r"works\.road_days"):
        EVIDENCE.parameters()["works.road_dayz"]


def test_parameters_travel_and_know_their_version():
    p = EVIDENCE.parameters()
    again = pickle.loads(pickle.dumps(p))
    assert again.version == p.version != EVIDENCE.parameters(overrides={"works.road_days": 90}).version


def test_the_model_names_only_what_the_evidence_has():
    package = Path(sim.campaign.__file__).parent.parent
    for path in (*package.glob("campaign/*.py"), *package.glob("county/*.py")):
        for name in re.findall(r'\bp\["([a-z0-9_.]+)"\]', path.read_text(encoding="utf-8")):
            assert name in EVIDENCE, f"{path.name}: {name}"


def test_table_of_bases_and_inflows():
    rows = {row.code: row for row in reconcile()}
    published = {
        150_000: (5107, 0.38),
        155_000: (4835, 0.36),
        160_000: (4563, 0.34),
        165_000: (4291, 0.32),
        168_680: (4091, 0.31),
    }
    for base, (inflow, share) in published.items():
        row = rows[f"inflow_{base}"]
        assert round(row.left_value) == inflow
        assert row.right_value == pytest.approx(share, abs=0.006)


def test_verdicts_follow_from_the_figures():
    rows = {row.code: row.verdict for row in reconcile()}
    assert rows["base_2018"] == rows["infrastructure_total"] == rows["rectified"] == rows["moved_in"] == "holds"
    assert rows["base_2016_17"] == rows["shares_overlap"] == "explained"
    assert rows["industry_total"] == "open"
