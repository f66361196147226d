"""Money adds up to the last yuan, whatever the shares."""

import json
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim import scenario
from sim.fixed import Fixed
from sim.scenario import LINES
from sim.scenario.allocation import split

from .plans import MINIMAL

amounts = st.dictionaries(st.sampled_from(LINES), st.integers(0, 10**8), max_size=10)


@st.composite
def shares(draw):
    weights = draw(st.dictionaries(st.sampled_from(LINES), st.integers(1, 10**6), min_size=1))
    return {line: weight / sum(weights.values()) for line, weight in weights.items()}


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    path = tmp_path_factory.mktemp("money") / "plan.yaml"
    path.write_text(MINIMAL)
    return scenario.load(path)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    earmarked=amounts, floors=amounts, free=st.integers(0, 10**9), parts=shares(), total=st.integers(1, 10**9)
)
def test_money_is_exact_and_honours_earmarks_and_floors(plan, earmarked, floors, free, parts, total):
    committed = sum(earmarked.values()) + sum(floors.values())
    drawn = plan.replace(
        total_yuan=committed + free, earmarked=Fixed(earmarked), floors=Fixed(floors),
        allocations={"only": {"shares": parts}},
    )
    assert drawn.free_yuan == free
    for one in (drawn, drawn.replace(total_yuan=total)):
        money = one.money("only")
        assert tuple(money) == LINES
        assert sum(money.values()) == one.total_yuan
        assert all(money[n] >= one.earmarked.get(n, 0) + one.floors.get(n, 0) for n in LINES)
        assert sum(one.money("only", scale=0.12).values()) == round(one.total_yuan * 0.12)


def test_a_sum_too_small_to_go_without_a_unit_is_dumped_with_it(plan, tmp_path):
    small = plan.replace(earmarked={"medical": "99999 元", "housing": 100_000}, floors={"housing": 0})
    assert small.dump()["earmarked"] == {"housing": 100_000, "medical": "99999 元"}
    (tmp_path / "again.yaml").write_text(json.dumps(small.dump()))
    assert scenario.load(tmp_path / "again.yaml") == small
    assert small.replace(total="22 M yuan").earmarked == {"housing": 10_000, "medical": 9_999}


@settings(max_examples=200, deadline=None)
@given(amount=st.integers(0, 10**12), parts=shares())
def test_split_is_within_a_yuan_of_the_exact_part(amount, parts):
    total = sum(map(Fraction, parts.values()))
    found = split(amount, parts)
    assert sum(found.values()) == amount
    assert all(abs(found[n] - amount * Fraction(parts[n]) / total) < 1 for n in parts)


def test_what_rounding_leaves_goes_to_the_largest_remainder_then_to_the_first():
    assert split(10, {"a": 1, "b": 1, "c": 1}) == {"a": 4, "b": 3, "c": 3}
    assert split(10, {"a": 0.25, "b": 0.5, "c": 0.25}) == {"a": 3, "b": 5, "c": 2}
    assert split(100, {"a": 0.335, "b": 0.664, "c": 0.001}) == {"a": 34, "b": 66, "c": 0}
    assert split(7, {"a": 0.0}) == {"a": 0}


def test_a_hand_worked_allocation(minimal):
    assert minimal.free_yuan == 172_000_000
    assert minimal.money("works_first") == dict.fromkeys(LINES, 0) | {
        "relocation": 44_000_000,
        "infrastructure": 129_000_000,
        "housing": 47_000_000,
    }


def test_ceilings_follow_a_total_and_are_part_of_what_is_played(minimal):
    bound = minimal.replace(ceilings={"infrastructure": "1.29 亿元", "housing": "9000 万元"})
    assert bound.ceilings == {"infrastructure": 129_000_000, "housing": 90_000_000}
    assert bound.digest("even") != minimal.digest("even") and bound.digest() != minimal.digest()
    for total in (60_000_001, 77_777_777, 390_000_000):
        assert bound.replace(total_yuan=total).ceilings["housing"] == 90_000_000 * total // 220_000_000


def test_a_new_total_takes_earmarks_and_floors_along(minimal):
    half = minimal.replace(total_yuan=110_000_000)
    assert half.earmarked == {"relocation": 22_000_000}
    assert half.floors == {"housing": 2_000_000}
    assert half.money("even") == {line: yuan // 2 for line, yuan in minimal.money("even").items()}
    assert minimal.replace(total="60 M yuan", earmarked={}).earmarked == {}


@pytest.mark.parametrize(
    ("change", "key", "near"),
    [
        ({"total": 22000}, "total", "22000 万元"),
        ({"total": 150}, "total", "150 M yuan"),
        ({"total": "22000"}, "total", "22000 万元"),
        ({"earmarked": {"medical": 700}}, "earmarked.medical", "700 万元"),
        ({"floors": {"housing": 400}}, "floors.housing", "400 万元"),
        ({"ceilings": {"housing": 9000}}, "ceilings.housing", "9000 万元"),
    ],
)
def test_a_sum_in_python_needs_its_unit_as_in_a_file(minimal, change, key, near):
    with pytest.raises(scenario.ScenarioError) as caught:
        minimal.replace(**change)
    assert [(p.code, p.key, p.nearest) for p in caught.value.problems] == [("unit_missing", key, near)]


def test_whole_yuan_and_what_a_scenario_holds_need_no_unit(minimal):
    few = minimal.replace(total_yuan=22_000)
    assert few.total_yuan == 22_000 and few.replace(earmarked=few.earmarked, floors=few.floors) == few


def test_a_small_sum_that_a_scenario_holds_needs_no_unit_beside_a_new_one(minimal):
    small = minimal.replace(floors={"industry": "5000 元"})
    both = small.replace(floors={**small.floors, "housing": 4_000_000})
    assert both.floors == {"industry": 5_000, "housing": 4_000_000}
    for floors in ({"industry": 5_001}, {"housing": 5_000}):
        with pytest.raises(scenario.ScenarioError):
            small.replace(floors=floors)


def test_equal_shares_give_equal_money(minimal):
    twin = minimal.replace(allocations={"a": minimal.allocations["even"], "b": minimal.allocations["even"]})
    assert twin.money("a") == twin.money("b") == minimal.money("even")
