"""What a scenario may set can be played: every hard bound of the evidence, and values from which nothing follows."""

from __future__ import annotations

import pytest

import sim
from sim.evidence import load
from tests.campaign.conftest import FIRST
from tests.conftest import SCENARIOS

#: How large a county may be hangs on how many were poor and left poverty in it, which are entries of their own.
TOGETHER = {"county.rural_population", "county.villages", "county.exited_people"}
ENDS = [
    (entry.name, getattr(entry, end))
    for entry in load().values()
    for end in ("least", "most")
    if getattr(entry, end) is not None and entry.name not in TOGETHER
]


def meant(value):
    return {"value": value, "outside_range": True}


@pytest.fixture(scope="module")
def two(tiny):
    """A county of a twentieth in 2018, and another in 2016-17."""
    before = sim.load(SCENARIOS / "2016-2017.yaml")
    return [scenario.replace(scale=0.05) for scenario in (tiny, before)]


@pytest.mark.parametrize(("name", "value"), ENDS)
def test_a_hard_bound_can_be_played(two, name, value):
    for scenario in two:
        changed = scenario.replace(assumptions={name: meant(value)})
        assert sim.run(changed, changed.baseline, 0).scalars["incidence"] >= 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fact.leads", 1), ("fact.cases_opened", 10**6), ("fact.leads_months", 10**6),
        ("fact.leads_months", 0.2), ("party.rotation_year", 1), ("party.rotation_year", 10**6),
        ("integrity.stock_year", 10**6),
    ],
)  # fmt: skip
def test_a_value_from_which_nothing_follows_is_played(tiny, name, value):
    assert sim.run(tiny.replace(assumptions={name: meant(value)}), FIRST, 0).scalars["incidence"] > 0


@pytest.mark.parametrize(("name", "value"), [
    ("income.harvest_first_month", 0), ("income.harvest_first_month", 11), ("income.harvest_last_month", 9),
    ("income.harvest_last_month", 13),
])  # fmt: skip
def test_a_harvest_beyond_the_year_or_over_before_it_begins_is_refused(tiny, name, value):
    """Nobody's income would be a number."""
    with pytest.raises(sim.ScenarioError) as found:
        tiny.replace(assumptions={name: meant(value)})
    assert [problem.code for problem in found.value.problems] == ["unplayable"]


@pytest.mark.parametrize("name", sorted(TOGETHER))
@pytest.mark.parametrize("end", ["least", "most"])
def test_a_size_is_refused_where_it_does_not_fit_what_is_left_as_it_is_and_else_played(two, name, end):
    bound = getattr(load()[name], end)
    if bound is None:
        bound = 1
    for scenario in two:
        try:
            changed = scenario.replace(assumptions={name: meant(bound)})
        except sim.ScenarioError as error:
            assert {problem.code for problem in error.problems} <= {"more_than_whole", "beyond_county"}
        else:
            assert sim.run(changed, changed.baseline, 0).scalars["incidence"] >= 0
