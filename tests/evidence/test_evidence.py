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
        assert re.search(r"[\w-]+\.[a-z]{2,}|plan of Jingxi", entry.source), "published needs an address"
        assert entry.says, "and what stands there"
    if entry.low is not None:
        assert entry.low <= entry.value <= entry.high
    for value in (entry.value, entry.low, entry.high):
        assert value is None or entry.least is None or entry.least <= value
        assert value is None or entry.most is None or value <= entry.most


def test_facts_are_those_of_the_report():
    for entry in EVIDENCE.values():
        assert entry.fact == (entry.kind == "source") == entry.source.startswith("the report of June 2018"), entry.name
        assert not entry.fact or entry.date == "2018-06"


def test_section_two_is_complete():
    stated = {
        "county.villages": 74, "county.poor_villages": 42, "county.high_incidence_villages": 5, "fact.townships": 7,
        "fact.zone_leaders": 3, "fact.deep_townships": 3, "fact.deep_townships_in_prefecture": 4,
        "county.deep_villages": 19, "village.incidence_limit": 0.5, "county.incidence_end_2015": 0.1603,
        "county.incidence_end_2017": 0.1059, "plan.incidence": 0.0241, "county.poor_villages_exited": 18,
        "county.exited_households": 3465, "county.exited_people": 13267, "county.exited_people_deep_townships": 6381,
        "county.exited_people_deep_villages": 4542, "plan.exits_villages": 13, "plan.exits_households": 3520,
        "plan.exits_people": 13798, "fact.village_exit_rate": 0.7, "people.helpers": 6000,
        "fact.leaders_per_poor_village": 1, "fact.leaders_per_criterion": 1, "fact.industry_since_2016": 70_000_000,
        "fact.special_crops": 70_000, "fact.vegetables": 3000, "fact.farms": 1000, "fact.industry_coverage": 0.8037,
        "industry.award_per_mu": 500, "fact.award_two_mu": 1000, "fact.award_four_mu": 2000,
        "relocation.to_relocate": 5104, "fact.moved_in": 4300, "fact.move_in_rate": 0.85,
        "fact.infrastructure_deep_townships": 78_108_000, "fact.infrastructure_deep_villages": 70_683_000,
        "fact.industry_deep_townships": 19_212_000, "fact.findings_region": 28, "fact.findings_city": 19,
        "fact.rectified": 45, "fact.rectified_share": 0.957, "fact.rectification_months": 2, "fact.patrol_weeks": 1,
        "fact.report_months": 1, "fact.inspection_months": 3, "fact.leads": 50, "fact.cases_opened": 38,
        "fact.known_faults": 3,
    }  # fmt: skip
    assert {name: EVIDENCE[name].value for name in stated} == stated
    assert [name for name in stated if not EVIDENCE[name].fact] == []


def test_people_moved_in_as_played_are_worked_out_from_two_figures_of_the_report_and_vary():
    moved, share = EVIDENCE["relocation.moved_end_2017"], EVIDENCE["fact.move_in_rate"]
    assert (moved.kind, moved.varies) == ("derived", True)
    assert moved.value == moved.high == round(share.value * EVIDENCE["relocation.to_relocate"].value)
    assert moved.low == EVIDENCE["fact.moved_in"].value


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


def test_parameters_travel():
    p = EVIDENCE.parameters()
    again = pickle.loads(pickle.dumps(p))
    assert again == p != EVIDENCE.parameters(overrides={"works.road_days": 90})


def test_the_model_names_only_what_the_evidence_has():
    package = Path(sim.campaign.__file__).parent.parent
    for path in (*package.glob("campaign/**/*.py"), *package.glob("county/*.py")):
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
