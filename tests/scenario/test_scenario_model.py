"""The scenario as an object: frozen, replaceable, hashable by content, and a file again."""

import json
import pickle
import subprocess
import sys
from datetime import date

import pytest
from pydantic_core import PydanticCustomError

from sim import scenario
from sim.scenario import FAMILIES, LINES, ScenarioError, load
from sim.scenario.assumption import ELSEWHERE, Assumption, evidence, held_against, in_range

from .plans import MINIMAL


def test_defaults(minimal):
    assert (minimal.name, minimal.start, minimal.gate, minimal.parameters) == (
        "plan",
        "margins",
        "plan",
        "prior",
    )
    assert (minimal.scale, minimal.gate_none_share, minimal.decide_on) == (1.0, 0.25, None)
    assert (minimal.confidence, minimal.indifference) == (0.95, 0.0005)
    assert tuple(minimal.families) == FAMILIES
    assert {(s.state, s.from_date) for s in minimal.families.values()} == {("on", None)}
    assert minimal.rules.model_dump() == {
        "housing": "in_force",
        "income_reading": "practised",
        "reference_items_block": "in_force",
        "class_c_counts": False,
        "replanning": True,
        "autumn_push": True,
        "double_recognition": True,
        "county_check": True,
        "second_look": False,
        "outside_sampling": True,
        "backstop_quota": True,
        "relocated_counted_at": "origin",
        "household_money": "card",
        "inspectors_move": False,
    }
    assert minimal.assumptions == {}


def test_allocations(minimal):
    even, works = minimal.allocations.values()
    assert (even.name, works.name) == ("even", "works_first")
    assert even.title == {"zh": "even", "en": "even"}
    assert tuple(even.shares) == tuple(even.tilt) == LINES
    assert set(even.tilt.values()) == {0.5}
    assert {line: tilt for line, tilt in works.tilt.items() if tilt != 0.5} == {"infrastructure": 0.7}


def test_families(write):
    plan = load(write(MINIMAL + "families: {works: off, cadres: {state: unlimited, from: 2018-06-01}}\n"))
    assert (plan.families["works"].state, plan.families["works"].from_date) == ("off", None)
    assert (plan.families["cadres"].state, plan.families["cadres"].from_date) == (
        "unlimited",
        date(2018, 6, 1),
    )


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("works.road_days: 100", 100),
        ("works.road_days: {value: 60, outside_range: true}", 60),
        ("money.delay_days: 60", 60),
    ],
)
def test_assumptions(write, written, value):
    plan = load(write(MINIMAL + f"assumptions:\n  {written}\n"))
    assert list(plan.assumptions.values()) == [value]
    assert plan.replace(seed=2).assumptions == plan.assumptions


def test_nothing_can_be_changed(minimal):
    for part, key in ((minimal, "seed"), (minimal.rules, "replanning"), (minimal.targets, "people")):
        with pytest.raises(TypeError, match=r"frozen: make a variant .*replace"):
            setattr(part, key, 1)
        with pytest.raises(TypeError, match="frozen"):
            delattr(part, key)
    for table in (
        minimal.allocations,
        minimal.earmarked,
        minimal.families,
        minimal.allocations["even"].shares,
    ):
        with pytest.raises(TypeError, match="frozen"):
            table["industry"] = 1
        with pytest.raises(TypeError, match="frozen"):
            table.update(industry=1)


def test_replace(minimal):
    changed = minimal.replace(
        seed=2, decide_on=date(2018, 6, 30), families={"works": "off"}, compare=["works_first"]
    )
    assert (changed.seed, changed.decide_on, minimal.seed) == (2, date(2018, 6, 30), 1)
    assert changed.families["works"].state == "off"
    assert list(changed.allocations) == ["works_first"]
    assert changed.replace(families=minimal.families, decide_on=None, seed=1) == minimal.replace(
        compare=["works_first"]
    )
    assert (
        minimal.replace(targets=minimal.targets, rules=minimal.rules, allocations=minimal.allocations)
        == minimal
    )


@pytest.mark.parametrize(
    ("change", "code", "key", "value", "nearest"),
    [
        ({"sed": 2}, "unknown_key", "sed", "2", "seed"),
        ({"total_yuan": -5}, "negative", "total", "-5", None),
        ({"compare": ["evn"]}, "unknown_allocation", "compare.0", "evn", "even"),
        ({"scale": float("nan")}, "not_finite", "scale", "nan", None),
        (
            {"assumptions": {"works.road_day": 1}},
            "unknown_assumption",
            "assumptions.works.road_day",
            "1",
            "works.road_days",
        ),
    ],
)
def test_replace_is_as_strict_as_a_file(minimal, change, code, key, value, nearest):
    with pytest.raises(ScenarioError) as caught:
        minimal.replace(**change)
    (found,) = caught.value.problems
    assert (found.code, found.key, found.value, found.nearest) == (code, key, value, nearest)
    assert (found.file, found.line) == ("plan", 0)


def test_unknown_allocation_is_refused_with_the_nearest(minimal):
    with pytest.raises(ScenarioError) as caught:
        minimal.money("work_first")
    (found,) = caught.value.problems
    assert (found.code, found.value, found.nearest) == ("unknown_allocation", "work_first", "works_first")


def test_dump_is_plain_and_loads_as_itself(write, minimal):
    rich = minimal.replace(
        assumptions={"works.road_days": {"value": 60, "outside_range": True}, "money.delay_days": 30},
        families={"works": {"state": "off", "from": "2018-06-01"}},
        decide_on="2018-03-01",
    )
    for plan in (minimal, rich):
        text = json.dumps(plan.dump(), ensure_ascii=False)
        again = load(write(text, "again.yaml"))
        assert again == plan
        assert again.digest() == plan.digest()
        assert pickle.loads(pickle.dumps(plan)) == plan


def test_digest_is_of_the_content(minimal, write):
    assert minimal.digest() == load(write("# 注释\n" + MINIMAL.replace("220 M yuan", "2.2 亿元"))).digest()
    variants = [minimal.replace(seed=2), minimal.replace(compare=["works_first", "even"]), minimal]
    assert len({plan.digest() for plan in variants}) == 3
    assert hash(minimal) == hash(minimal.replace(seed=2).replace(seed=1))


def test_digest_of_an_allocation_leaves_out_what_does_not_touch_it(minimal):
    own = minimal.digest("even")
    assert own == minimal.replace(replications=9, title={"en": "x"}, compare=["works_first", "even"]).digest(
        "even"
    )
    assert own != minimal.digest("works_first")
    assert own != minimal.replace(seed=2).digest("even")
    late = minimal.replace(decide_on="2018-06-30")
    turned = late.replace(compare=["works_first", "even"])
    assert late.digest("even") != turned.digest("even") != own


def test_digest_does_not_depend_on_the_hash_seed(write):
    code = f"from sim.scenario import load; print(load({str(write(MINIMAL))!r}).digest())"
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": s},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for s in ("1", "2")
    ]
    assert runs[0] == runs[1]


def test_schema_for_editors():
    schema = scenario.schema()
    assert {"extends", "total", "allocations", "assumptions", "compare"} <= schema["properties"].keys()
    assert "required" not in schema and "total" in schema["else"]["required"]
    assert schema["additionalProperties"] is False
    json.dumps(schema)


def test_repr_is_one_line(minimal):
    assert repr(minimal) == str(minimal) == "<Scenario plan: 2 allocations x 4 replications>"


def test_importing_the_room_does_not_import_pydantic():
    code = "import sys, sim.scenario; print({'pydantic', 'ruamel.yaml', 'numpy'} & sys.modules.keys())"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "set()\n"
    )


def test_assumptions_are_replaced_whole_or_kept_as_replace_says(minimal):
    three = minimal.replace(assumptions={"money.delay_days": 60, "works.road_crews": {"times": 1.2}})
    assert three.replace(assumptions={"works.road_days": 110}).assumptions == {"works.road_days": 110}
    kept = three.replace(assumptions={**three.dump()["assumptions"], "works.road_days": 110})
    assert kept.overrides == {**three.overrides, **minimal.replace(assumptions={"works.road_days": 110}).overrides}


def test_an_assumption_can_be_a_multiple_of_what_is_drawn(full):
    from sim.campaign import start

    twice = full.replace(assumptions={"works.road_crews": {"times": 2, "outside_range": True}})
    assert twice.factors == {"works.road_crews": 2} and twice.assumptions == {}
    assert twice.dump()["assumptions"] == {"works.road_crews": {"times": 2, "outside_range": True}}
    one, two = (start(scenario, "as_in_2016_17", 3).p for scenario in (full, twice))
    assert two["works.road_crews"] == 2 * one["works.road_crews"]
    assert {name for name in one if one[name] != two[name]} == {"works.road_crews"}
    assert full.digest("as_in_2016_17") != twice.digest("as_in_2016_17")


def test_a_multiple_that_is_told_as_allowed_is_allowed():
    told = 0
    for name, entry in evidence().items():
        if name in ELSEWHERE or held_against(name) or not entry.varies or not entry.value:
            continue
        with pytest.raises(PydanticCustomError) as caught:
            in_range(name, Assumption(times=1.01 * entry.high / entry.value))
        if caught.value.type == "times_out_of_range":
            assert caught.value.context is not None
            for times in map(float, caught.value.context["allowed"].split("..")):
                in_range(name, Assumption(times=times))
                told += 1
    assert told


def test_replace_leaves_the_rules_targets_and_switches_that_it_does_not_name(minimal):
    changed = minimal.replace(rules={"replanning": "off"}, families={"works": "off"})
    twice = changed.replace(
        total="150 M yuan", rules={"double_recognition": "off"}, families={"zones": "off"}, targets={"people": 9}
    )
    assert (twice.rules.replanning, twice.rules.double_recognition, twice.rules.county_check) == (False, False, True)
    assert {name for name, switch in twice.families.items() if switch.state == "off"} == {"works", "zones"}
    assert (twice.targets.people, twice.targets.villages) == (9, minimal.targets.villages)
    with pytest.raises(ScenarioError) as caught:
        minimal.replace(rules={"double_recogniton": "off"}, total="150")
    assert {(p.code, p.key, p.nearest) for p in caught.value.problems} == {
        ("unknown_key", "rules.double_recogniton", "double_recognition"), ("unit_missing", "total", "150 M yuan"),
    }  # fmt: skip


@pytest.mark.parametrize("twice", [{"total": "150 M yuan", "total_yuan": 150_000_000}, {"assumptions": {}, "overrides": {}}])
def test_what_has_two_names_is_replaced_by_one_of_them(minimal, twice):
    with pytest.raises(TypeError, match=" and ".join(twice)):
        minimal.replace(**twice)
