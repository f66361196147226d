"""Money and targets of later years."""

import pytest

from sim.scenario import ScenarioError, check, load
from tests.conftest import SCENARIOS

from .plans import MINIMAL

LATER = "end_date: 2020-12-31\nyears: {{{}}}\n"
YEAR = "{{total: {}, targets: {{incidence: 1 %, people: 1, households: 1, villages: 1}}}}"


def several(years):
    return MINIMAL.replace("end_date: 2018-12-31\n", LATER.format(years))


@pytest.fixture
def plan(write):
    return load(write(several("2020: " + YEAR.format("30 M yuan") + ", 2019: " + YEAR.format("60 M yuan"))))


@pytest.fixture
def refused(write):
    def problems(years):
        (error,) = check([write(several(years))])
        return [(p.code, p.key, p.line) for p in error.problems]

    return problems


def test_a_year_holds_until_the_next_one_named(plan):
    totals = {year: plan.in_year(year).total_yuan for year in (2018, 2019, 2020, 2025)}
    assert totals == {2018: plan.total_yuan, 2019: 60_000_000, 2020: 30_000_000, 2025: 30_000_000}
    assert plan.in_year(2018) is plan
    assert sum(plan.in_year(2019).money("even").values()) == 60_000_000
    assert plan.in_year(2019).free_yuan == 60_000_000, "what is earmarked is the year's own"
    assert (plan.targets.people, plan.aims.people) == (13798, 1)


def test_it_loads_as_what_it_dumps_and_has_a_hash_of_its_own(plan):
    assert plan.replace(seed=plan.seed) == plan
    other = plan.replace(years={"2019": {**plan.dump()["years"]["2020"]}})
    assert other.digest() != plan.digest() != plan.replace(years={}).digest()


def test_a_new_total_takes_later_years_along_unless_they_are_set_too(plan):
    half = plan.replace(total=plan.total_yuan // 2)
    assert [half.in_year(year).total_yuan for year in (2018, 2019, 2020)] == [
        plan.total_yuan // 2, 30_000_000, 15_000_000,
    ]  # fmt: skip
    assert plan.replace(total=plan.total_yuan // 2, years={}).years == {}


@pytest.mark.parametrize(
    ("years", "code", "key"),
    [
        ("2018: " + YEAR.format("30 M yuan"), "outside_dates", "years.2018"),
        ("2021: " + YEAR.format("30 M yuan"), "outside_dates", "years.2021"),
        ("next: " + YEAR.format("30 M yuan"), "out_of_bounds", "years.next"),
        ("2019: {total: 30 M yuan}", "missing_key", "years.2019.targets"),
        ("2019: " + YEAR.format("30"), "unit_missing", "years.2019.total"),
        ("2019: " + YEAR.format("30 M yuan, earmarked: {medical: 31 M yuan}"), "over_committed", "years.2019.total"),
        ("2019: " + YEAR.format("30 M yuan, sum: 3"), "unknown_key", "years.2019.sum"),
        ("2019: {total: 3 M yuan, targets: {incidence: 1 %, persons: 1, people: 1, households: 1, villages: 1}}",
         "unknown_key", "years.2019.targets.persons"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_year_is_told_where_it_stands(refused, years, code, key):
    line = several(years)[: several(years).index("years:")].count("\n") + 1
    assert refused(years) == [(code, key, line)]


def test_the_whole_period_is_both_shipped_scenarios_and_nothing_of_its_own():
    before, year, whole = (load(SCENARIOS / f"{name}.yaml") for name in ("2016-2017", "2018", "2016-2020"))
    first, then = next(iter(before.allocations)), next(iter(year.allocations))
    for calendar_year, same, name in (
        (2016, before, first),
        (2017, before, first),
        (2018, year, then),
        (2020, year, then),
    ):
        held = whole.in_year(calendar_year)
        assert held.targets == same.targets
        assert held.money(first) == same.money(name)
    assert whole.allocations[first].tilt == before.allocations[first].tilt == year.allocations[then].tilt
    assert whole.replace(
        name=before.name, title=before.title, end_date=before.end_date, years={}, gate_none_share=before.gate_none_share,
        allocations=before.dump()["allocations"],
    ) == before  # fmt: skip


def test_a_misspelt_total_is_not_taken_for_yuan(write):
    with pytest.raises(ScenarioError) as caught:
        load(write(several("2019: " + YEAR.format("30 M yaun"))))
    assert [p.key for p in caught.value.problems] == ["years.2019.total"]
