"""The schema for editors accepts what the reader accepts, and catches most slips that one key shows by itself."""

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sim.evidence import load as evidence
from sim.scenario import FAMILIES, LINES, ScenarioError, load, schema
from sim.scenario.compose import Composer
from sim.scenario.keys import TABLES
from sim.scenario.model import Scenario
from sim.scenario.nodes import plain
from sim.scenario.quantities import UNITS

from .plans import MINIMAL
from .test_malformed_scenarios import CASES
from .test_scenario_fuzz import slipped, slips
from .test_shipped_scenarios import FILES

SCHEMA = schema()
EDITOR = Draft202012Validator(SCHEMA)
#: What no single value of a file shows: sums, other keys, dates that do not exist, other files.
BEYOND = {
    "over_committed", "shares_sum", "not_whole_yuan", "end_before_start", "no_margins", "outside_dates", "needs_file",
    "unknown_allocation", "repeated", "not_year_end", "not_a_date", "duplicate_key", "negative_value", "zero_value",
    "value_or_times", "not_finite", "not_a_share", "share_bounds", "unknown_tag", "full_width", "colon_without_space",
    "merge_key", "odd_key", "ceiling_low", "ceilings_low", "over_ceiling", "unplayable", "more_than_whole",
    "beyond_county", "other_year", "times_out_of_range", "too_many_years", "history_unused",
}  # fmt: skip
#: Bounds of what is written in per cent.
IN_WORDS = {"zone too wide", "certainty"}


def seen(text):
    """A file as an editor reads it: a date is text."""

    def bare(value):
        if isinstance(value, dict):
            return {key: bare(item) for key, item in value.items()}
        if isinstance(value, list):
            return [bare(item) for item in value]
        return value.isoformat() if isinstance(value, date) else value

    return bare(plain(Composer("plan.yaml", text).compose()))


def accepts(text):
    return EDITOR.is_valid(seen(text))


def test_it_is_a_schema_and_plain_json():
    Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_shipped_scenario_is_accepted(path):
    assert list(EDITOR.iter_errors(seen(path.read_text(encoding="utf-8")))) == []


def test_every_key_of_the_model_is_there_and_described_in_both_languages():
    keys = {field.alias or name for name, field in Scenario.model_fields.items()}
    assert set(SCHEMA["properties"]) == keys | {"extends"}
    for key, form in SCHEMA["properties"].items():
        zh, en = form["description"].split("\n")
        assert zh != en and form["examples"], key
    for key in ("targets", "rules"):
        assert set(SCHEMA["properties"][key]["properties"]) == set(TABLES[key,].model_fields)


def test_names_are_enumerated():
    found = SCHEMA["properties"]
    assert found["earmarked"]["propertyNames"]["enum"] == list(LINES)
    assert list(found["families"]["properties"]) == list(FAMILIES)
    assert found["gate"]["enum"] == ["plan", "none"]
    assert found["rules"]["properties"]["housing"]["enum"] == ["in_force", "fit", "half"]
    assert set(found["assumptions"]["properties"]) < set(evidence())
    assert found["families"]["properties"]["households"]["anyOf"][0]["enum"] == ["on"]


@pytest.mark.parametrize("case", [name for name, found in CASES.items() if found[1] not in BEYOND and name not in IN_WORDS])
def test_what_one_key_shows_is_refused_as_the_reader_refuses_it(case):
    try:
        tree = seen(CASES[case][0])
    except ScenarioError:  # an editor says by itself what is no YAML
        return
    assert not EDITOR.is_valid(tree)


ROWS = (
    "total: {money}", "gate_none_share: {share}", "scale: {scale}", "rules: {{replanning: {truth}, housing: half}}",
    "families: {{works: {state}}}", "families: {{works: {{state: {state}, from: 2018-06-01}}}}",
    "families: {{households: on, shocks: {calm}}}", "decide_on: {day}", "compare: all", "compare: [even]",
    "assumptions: {{works.road_crews: {{times: {number}}}, works.road_days: 120}}", "title: {{zh: 甲}}",
    "assumptions: {{works.road_days: {{value: {number}, outside_range: {truth}}}}}", "parameters: point", "confidence: 90 %",
    "indifference: 0.1 %", "name: 资源-2018.a", "earmarked: {{medical: {money}}}", "gate: none",
)  # fmt: skip
CHOICES = {
    "money": ["22000 万元", "2.2 亿元", "220 M yuan", "220 m YUAN", "220000000", "220,000 千元", "２２０００ 万元", "220M yuan", "+3 亿元",
              "3 百万元", "240 million yuan", "250　M yuan", "0x10000000", "260_000_000", "22000", "220 M USD", "-1 元", "2.2"],
    "share": ["0.25", "25 %", "25%", "１/４", "1/4", "2.5/10", "1", "0", "25 ％", "30", "half", "-0.1", "110 %"],
    "scale": ["0.5", "12 %", "1/8", "0.01", "0"], "truth": ["on", "off", "true", "false", "True", "yes", "1"],
    "state": ["on", "off", "unlimited", "true", "of"], "calm": ["on", "off", "unlimited"],
    "day": ["2018-06-30", "\"2018-06-30\"", "２０１８-06-30", "~", "2018/6/30"], "number": ["2", "0.5", "1e2", "x", "~", "2 %"],
}  # fmt: skip
rows = st.lists(st.sampled_from(ROWS), min_size=1, max_size=5, unique=True)
words = st.fixed_dictionaries({key: st.sampled_from(values) for key, values in CHOICES.items()})


def read(text, folder):
    path = folder / "plan.yaml"
    path.write_text(text, encoding="utf-8", newline="")
    try:
        load(path)
    except ScenarioError:
        return False
    return True


@settings(max_examples=120, deadline=None, derandomize=True, database=None)
@given(rows=rows, chosen=words)
def test_what_the_reader_accepts_the_schema_accepts(tmp_path_factory, rows, chosen):
    """A row takes the place of the minimal file's own."""
    lines = [row.format(**chosen) for row in rows]
    keys = {line.partition(":")[0] for line in lines}
    kept = [line for line in MINIMAL.splitlines() if line.partition(":")[0] not in keys]
    once = {line.partition(":")[0]: line for line in lines}
    text = "\n".join([*once.values(), *kept]) + "\n"
    assert accepts(text) or not read(text, tmp_path_factory.getbasetemp())


@settings(max_examples=80, deadline=None, derandomize=True, database=None)
@given(made=st.lists(slips, min_size=1, max_size=2))
def test_so_it_does_with_slips(tmp_path_factory, made):
    text = slipped(made)
    try:
        accepted = accepts(text)
    except ScenarioError:
        return
    assert accepted or not read(text, tmp_path_factory.getbasetemp())


@pytest.mark.parametrize("money", [f"3 {unit}" for unit in UNITS] + ["３ 万元", "3 M YUAN", "1,000.5 万元", "0", "-0 元"])
def test_every_way_to_write_money(tmp_path, money):
    text = MINIMAL.replace("4400 万元", money).replace("220 M yuan", "900 亿元")
    assert accepts(text) and read(text, tmp_path)


@pytest.mark.parametrize("sum_", ["22000", "220 M USD", "-3 万元", "2.2", "'22000'", "[1]", "true", "3 万 元"])
def test_what_is_no_money(tmp_path, sum_):
    text = MINIMAL.replace("4400 万元", sum_)
    assert not accepts(text) and not read(text, tmp_path)


def test_a_file_that_extends_another_may_leave_anything_out():
    assert accepts("extends: 2018.yaml\n") and accepts("extends: 2018.yaml\ntargets: {people: 3}\n")
    assert accepts("extends: 2018.yaml\nallocations: {even: {tilt: 0.5}}\n")
    assert not accepts("seed: 1\n") and not accepts(MINIMAL.replace(", villages: 13", ""))


def test_a_resolved_scenario_with_all_it_includes_is_accepted(full, tmp_path):
    assert EDITOR.is_valid(json.loads(json.dumps(full.dump())))
