"""The file that a calibration leaves: what is wrong with it is told where it stands, and a scenario carries it along."""

import json
import pickle

import pytest

from sim import words
from sim.scenario import ScenarioError, load

from .plans import MINIMAL

POSTERIOR = """\
made_by: {scenario: 2016-2017, digest: "0123456789abcdef", model: "fedcba9876543210", seed: 7, vectors: 64, complete: 63}
parameters:
  - {income.registered_sd: [0.35, 0.45, 0.6]}
  - {income.line_2017: [2952, 3070, 3300], income.line_2016: [2855, 2952, 3100]}
draws:
  plan:
    - 0.1 0.2
    - 0.3 0.4
    - 0.5 0.6
  none:
    - 0.7 0.8
    - 0.9 0.99999
"""
PLAN = MINIMAL + "parameters: posterior\nposterior: made.yaml\n"


def changed(old, new):
    assert POSTERIOR.count(old) == 1, old
    return POSTERIOR.replace(old, new)


# id: (text, code, line, key, nearest)
CASES = {
    "unknown key": (changed("made_by:", "made_for:"), "unknown_key", 1, "posterior.made_for", "made_by"),
    "unknown gate": (changed("  none:", "  nome:"), "unknown_key", 10, "posterior.draws.nome", "none"),
    "no gate": (changed("  none:\n    - 0.7 0.8\n    - 0.9 0.99999\n", ""), "missing_key", 5, "posterior.draws.none", None),
    "gate without draws": (
        changed("  none:\n    - 0.7 0.8\n    - 0.9 0.99999\n", "  none: []\n"), "too_few", 10, "posterior.draws.none", None,
    ),
    "draws of text": (
        changed("  none:\n    - 0.7 0.8\n    - 0.9 0.99999\n", "  none: many\n"), "not_a_list", 10, "posterior.draws.none", None,
    ),
    "seed missing": (changed(" seed: 7,", ""), "missing_key", 1, "posterior.made_by.seed", None),
    "hash of something": (changed("0123456789abcdef", "not-a-hash"), "bad_name", 1, "posterior.made_by.digest", None),
    "hash of a number": (changed('"0123456789abcdef"', "12345678"), "not_text", 1, "posterior.made_by.digest", '"12345678"'),
    "misspelt name": (
        changed("income.registered_sd", "income.registred_sd"), "unknown_assumption", 3,
        "posterior.parameters.0.income.registred_sd", "income.registered_sd",
    ),
    "a fact": (
        changed("income.registered_sd: [0.35, 0.45, 0.6]", "county.villages: [74, 74, 74]"), "not_drawn", 3,
        "posterior.parameters.0.county.villages", None,
    ),
    "another range": (
        changed("[0.35, 0.45, 0.6]", "[0.35, 0.45, 0.7]"), "range_changed", 3, "posterior.parameters.0.income.registered_sd", None,
    ),
    "half a range": (
        changed("[0.35, 0.45, 0.6]", "[0.35, 0.45]"), "not_a_range", 3, "posterior.parameters.0.income.registered_sd", None,
    ),
    "name twice": (
        changed("income.line_2016: [2855, 2952, 3100]", "income.registered_sd: [0.35, 0.45, 0.6]"), "repeated", 4,
        "posterior.parameters.1.income.registered_sd", None,
    ),
    "line without names": (changed("{income.registered_sd: [0.35, 0.45, 0.6]}", "{}"), "too_few", 3, "posterior.parameters.0", None),
    "draw too short": (changed("0.3 0.4", "0.3"), "draw_length", 8, "posterior.draws.plan.1", None),
    "draw too long": (changed("0.7 0.8", "0.7 0.8 0.9"), "draw_length", 11, "posterior.draws.none.0", None),
    "draw at an end": (changed("0.5 0.6", "0.5 1.0"), "not_a_draw", 9, "posterior.draws.plan.2", None),
    "draw below": (changed("0.5 0.6", "0.5 -0.1"), "not_a_draw", 9, "posterior.draws.plan.2", None),
    "draw of nothing": (changed("0.5 0.6", "0.5 nan"), "not_a_draw", 9, "posterior.draws.plan.2", None),
    "draw of words": (changed("0.5 0.6", "0.5 high"), "not_a_draw", 9, "posterior.draws.plan.2", None),
    "empty draw": (changed("- 0.5 0.6", "-"), "empty_value", 9, "posterior.draws.plan.2", None),
    "tag": (changed("- 0.5 0.6", "- !!python/object 0.5 0.6"), "unknown_tag", 9, "", None),
    "text": ("0.5 0.6\n", "not_a_mapping", 1, "", None),
    "bracket open": (changed("[0.35, 0.45, 0.6]", "[0.35, 0.45, 0.6"), "bracket_open", 3, "", None),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_posterior_gone_wrong(write, case):
    text, code, line, key, nearest = CASES[case]
    write(text, "made.yaml")
    with pytest.raises(ScenarioError) as caught:
        load(write(PLAN))
    (found,) = caught.value.problems
    assert (found.code, found.line, found.key, found.nearest) == (code, line, key, nearest)
    assert found.file.endswith("made.yaml")
    for lang in ("zh", "en"):
        with words.spoken(lang):
            assert found.text(words.say).startswith(f"{found.file}:{line}: ")


def test_a_posterior_that_is_not_there_is_told_where_it_is_named(write):
    with pytest.raises(ScenarioError) as caught:
        load(write(PLAN))
    (found,) = caught.value.problems
    assert (found.code, found.line, found.key, found.value) == ("missing_file", 16, "posterior", "made.yaml")
    with pytest.raises(ScenarioError) as caught:
        load(write(MINIMAL + "parameters: posterior\n")).replace(seed=2)
    (found,) = caught.value.problems
    assert (found.code, found.line, found.key) == ("needs_file", 15, "parameters")


@pytest.mark.parametrize("text", [MINIMAL, "parameters: prior\n"])
def test_another_file_is_told_once_where_it_is_named(write, text):
    write(text, "made.yaml")
    with pytest.raises(ScenarioError) as caught:
        load(write(PLAN))
    (found,) = caught.value.problems
    assert (found.code, found.line, found.key, found.value) == ("no_posterior", 16, "posterior", "made.yaml")


def test_the_name_is_relative_to_the_file_that_holds_it(write, tmp_path):
    write(POSTERIOR, "made.yaml")
    write(PLAN, "ground.yaml")
    (tmp_path / "below").mkdir()
    plan = load(write("extends: ../ground.yaml\nseed: 2\n", "below/plan.yaml"))
    assert plan.parameters == "posterior" and plan.posterior.made_by.seed == 7


def test_replications_take_the_rows_of_their_gate_over_and_over(write):
    write(POSTERIOR, "made.yaml")
    plan = load(write(PLAN))
    sd, line, before = "income.registered_sd", "income.line_2017", "income.line_2016"
    assert [plan.quantiles("plan", r)[sd] for r in range(5)] == [0.1, 0.3, 0.5, 0.1, 0.3]
    assert plan.quantiles("none", 3) == {sd: 0.9, line: 0.99999, before: 0.99999}
    for other in ("prior", "point"):
        assert plan.replace(parameters=other).quantiles("plan", 0) == {}


def test_it_goes_where_the_scenario_goes(write):
    write(POSTERIOR, "made.yaml")
    plan = load(write(PLAN))
    again = [
        pickle.loads(pickle.dumps(plan)),
        plan.replace(seed=plan.seed),
        plan.replace(**json.loads(json.dumps(plan.dump()))),
    ]
    assert all(copy == plan and copy.digest() == plan.digest() for copy in again)
    assert plan.dump()["posterior"]["draws"]["none"] == ["0.7 0.8", "0.9 0.99999"]
    json.dumps(plan.dump())


def test_kept_runs_belong_to_what_the_file_holds_and_only_where_it_is_used(write):
    write(POSTERIOR, "made.yaml")
    path = write(PLAN)
    plan = load(path)
    write("# read me\n" + POSTERIOR, "made.yaml")
    assert load(path).digest("even") == plan.digest("even")
    write(changed("0.3 0.4", "0.3 0.41"), "made.yaml")
    other = load(path)
    assert other.digest("even") != plan.digest("even") and other.digest() != plan.digest()
    prior = [s.replace(parameters="prior") for s in (plan, other, load(write(MINIMAL)))]
    assert len({s.digest("even") for s in prior}) == 1 and prior[0].digest("even") != plan.digest("even")


def test_where_there_is_no_such_file_another_posterior_may_be_meant_and_no_scenario(write):
    write(MINIMAL, "mode.yaml")
    with pytest.raises(ScenarioError) as caught:
        load(write(MINIMAL + "posterior: mod.yaml\n"))
    assert [(p.code, p.nearest) for p in caught.value.problems] == [("missing_file", None)]
    made = write(POSTERIOR, "made.yaml")
    for name, near in (("mad.yaml", str(made)), ("2016-2018.yaml", "posterior/2016-2017.yaml")):
        with pytest.raises(ScenarioError) as caught:
            load(write(MINIMAL + f"posterior: {name}\n"))
        assert [p.nearest for p in caught.value.problems] == [near]
