"""A researcher's own process families: known to a scenario, played by every study, disturbing nobody."""

from __future__ import annotations

import csv
import os
import pickle
import subprocess
import sys
import warnings
from functools import partial

import numpy as np
import pytest

import sim
from sim import words
from sim.campaign import start
from sim.campaign.cases import Kind
from sim.campaign.exit.assessment import Assessment
from sim.campaign.families.works import Works as ModelsWorks
from sim.campaign.families.zones.attention import Attention
from sim.campaign.money.projects import Need
from sim.campaign.results.balances import check
from sim.campaign.results.why import why_not
from sim.evidence import load
from sim.scenario.own import hashed, importable
from sim.study import write
from tests.campaign.conftest import at_work
from tests.conftest import SCENARIOS
from tests.own import Shops, Watcher

FIRST = "as_in_2016_17"
QUICK = SCENARIOS / "quick.yaml"


@pytest.fixture
def shops():
    return sim.load(QUICK, families=(*sim.FAMILIES, Shops))


def test_a_scenario_knows_its_switch_and_its_parameters(shops, tiny):
    changed = shops.replace(families={"shops": {"state": "off", "from": "2018-03-01"}}, assumptions={"shops.cost": 5000})
    assert (shops.own, changed.own, tiny.own) == ((Shops,), (Shops,), ())
    assert changed.families["shops"].state == "off" and changed.assumptions == {"shops.cost": 5000}
    assert changed.replace(families={"shops": "on"}, assumptions={}) == shops
    assert pickle.loads(pickle.dumps(changed)) == changed


@pytest.mark.parametrize(
    ("change", "code", "key", "near"),
    [
        ({"families": {"shop": "off"}}, "unknown_family", "families.shop", "shops"),
        ({"assumptions": {"shops.costs": 5000}}, "unknown_assumption", "assumptions.shops.costs", "shops.cost"),
        ({"assumptions": {"shops.cost": 60}}, "out_of_range", "assumptions.shops.cost", None),
    ],
)
def test_it_is_as_strict_about_them_as_about_its_own(shops, change, code, key, near):
    with pytest.raises(sim.ScenarioError) as caught:
        shops.replace(**change)
    (found,) = caught.value.problems
    assert (found.code, found.key, found.nearest) == (code, key, near)


def test_a_scenario_without_them_refuses_what_is_theirs(tiny):
    for change, code in (({"families": {"shops": "off"}}, "unknown_family"),
                         ({"assumptions": {"shops.cost": 5000}}, "unknown_assumption")):  # fmt: skip
        with pytest.raises(sim.ScenarioError) as caught:
            tiny.replace(**change)
        assert [problem.code for problem in caught.value.problems] == [code]


def test_a_file_may_name_them(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(f"extends: {QUICK}\nfamilies: {{shops: unlimited}}\nassumptions: {{shops.cost: 5000}}\n")
    assert sim.load(path, families=[Shops]).families["shops"].state == "unlimited"
    with pytest.raises(sim.ScenarioError) as caught:
        sim.load(path)
    assert {problem.code for problem in caught.value.problems} == {"unknown_family", "unknown_assumption"}


def test_what_cannot_be_a_family_is_refused():
    class Nameless:
        pass

    class Works:
        name = "works"

    class Careless(Watcher):
        name = "careless"
        parameters = (sim.Entry("works.road_days", 1, "days", "assumed", "judgement"),)

    for families, error, match in (
        ([Shops()], TypeError, "must be a class"), ([Nameless], ValueError, "name"), ([Works], ValueError, "works"),
        ([Shops, Shops], ValueError, "shops"), ([Careless], ValueError, r"must begin with 'careless\.'"),
    ):  # fmt: skip
        with pytest.raises(error, match=match):
            sim.load(QUICK, families=families)


def test_one_that_starts_nothing_is_refused_and_one_that_needs_nothing_is_not():
    with pytest.raises(TypeError, match=r"teller must have start\(campaign\)"):
        sim.load(QUICK, families=[type("Teller", (telling(),), {"start": None})])
    idle = sim.load(QUICK, families=[type("Idle", (), {"name": "idle", "__slots__": (), "start": lambda self, c: None})])
    assert sim.run(idle, FIRST, 0).scalars == sim.run(sim.load(QUICK), FIRST, 0).scalars


@pytest.mark.parametrize(
    ("told", "error", "match"),
    [
        (None, TypeError, r"needs of teller \(=None\)"), ([1], TypeError, "needs of teller: 1 must be made by"),
        ([Need("industri", "teller", 0, -1, 1, 1, 1.0, False, False)], ValueError, r"line\(='industri'\) must be one of"),
    ],
)  # fmt: skip
def test_what_is_no_need_is_refused(told, error, match):
    teller = type("Teller", (telling(),), {"needs": lambda self, c: told})
    with pytest.raises(error, match=match):
        start(sim.load(QUICK, families=[teller]), FIRST, 0)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"name": "road"}, r"name\(='road'\)"), ({"family": "shop"}, r"family\(='shop'\) of stall must be one of"),
        ({"line": "industri"}, r"line\(='industri'\) of stall"), ({"scope": "houshold"}, r"scope\(='houshold'\) of stall"),
        ({"route": ("filed", "aproved")}, r"route\(='aproved'\) of stall must be one of diagnosed"),
        ({"route": ("built", "verified")}, r"route\(='verified'\) of stall must be one of diagnosed"),
    ],
)  # fmt: skip
def test_a_kind_of_case_that_nothing_would_serve_is_refused(tiny, change, match):
    c = at_work(start(tiny, FIRST, 0, families=(ModelsWorks,)))
    of = {"name": "stall", "family": "works", "line": None, "scope": "household", "route": ("filed",), **change}
    with pytest.raises(ValueError, match=match):
        c.cases.register(Kind(**of, build=lambda case: 0.0, finish=lambda case: None), 10)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"low": 2, "high": 0}, r"low\(=2\) <= value\(=1\) <= high\(=0\) must hold"),
        ({"low": 2, "high": 3}, r"low\(=2\) <= value\(=1\)"), ({"low": 0}, r"high\(=None\) must hold"),
        ({"value": float("nan")}, r"value\(=nan\) must be a finite number"),
        ({"value": "3"}, r"value\(='3'\) must be a finite number"), ({"most": "3"}, r"most\(='3'\)"),
        ({"kind": "guess"}, r"kind\(='guess'\) must be one of source, published, derived, assumed"),
    ],
)  # fmt: skip
def test_an_entry_that_is_not_sound_is_refused_by_name(change, match):
    entry = sim.Entry(**{"name": "teller.share", "value": 1, "unit": "", "kind": "assumed", "source": "judgement", **change})
    with pytest.raises(ValueError, match=rf"teller\.share: .*{match}"):
        sim.load(QUICK, families=[type("Teller", (telling(),), {"parameters": (entry,)})])


def test_what_is_no_entry_is_refused_and_all_of_the_evidence_is_sound():
    for brought in (load()["works.road_days"], (("teller.share", 1),)):
        with pytest.raises(TypeError, match=r"of teller must be a tuple of sim\.Entry"):
            sim.load(QUICK, families=[type("Teller", (telling(),), {"parameters": brought})])
    for entry in load().values():
        entry.check()


def test_one_that_only_looks_changes_nothing_for_anybody(tiny):
    watched = sim.run(sim.load(QUICK, families=[Watcher]).replace(parameters="prior"), FIRST, 1, log=True)
    alone = sim.run(tiny, FIRST, 1, log=True)
    told = {**watched.scalars}
    assert told.pop("watched") > 0 and told.pop("events") > alone.scalars["events"]
    assert told == {name: value for name, value in alone.scalars.items() if name != "events"}
    assert (watched.events, watched.villages, watched.why_not) == (alone.events, alone.villages, alone.why_not)


def telling(**figures):
    """A family that only tells."""
    body = {"name": "teller", "needs": lambda self, c: (), "start": lambda self, c: None, "scalars": lambda self, c: figures}
    return type("Teller", (), body)


def test_its_figures_are_plain_numbers(tiny):
    class Silent(telling()):
        def scalars(self, c):
            return None

    figures = {"half": np.float64(0.5), "five": np.int64(5), "yes": np.bool_(True), "single": np.float32(2)}
    run = sim.run(tiny, FIRST, families=(*sim.FAMILIES, telling(**figures)))
    assert [type(run.scalars[name]) for name in figures] == [float, int, bool, float]
    assert sim.run(tiny, FIRST).scalars.items() <= run.scalars.items() and run.from_json(run.to_json()) == run
    for wrong in (np.nan, float("inf"), "3", None, np.ones(2), 1j):
        with pytest.raises(ValueError, match=r"teller: figure\(=.*must be a finite number"):
            sim.run(tiny, FIRST, families=(*sim.FAMILIES, telling(figure=wrong)))
    with pytest.raises(TypeError, match=r"teller \(=None\)"):
        sim.run(tiny, FIRST, families=(*sim.FAMILIES, Silent))


def test_its_figures_never_replace_others(tiny):
    class Echo(telling(mine=1)):
        name = "echo"

    for families, figure in (((telling(incidence=0.01),), "incidence"), ((telling(mine=1), Echo), "mine")):
        with pytest.raises(ValueError, match=rf"{families[-1].name}: '{figure}' must be a name"):
            sim.run(tiny, FIRST, families=(*sim.FAMILIES, *families))


def test_its_parameters_are_drawn_from_their_ranges(shops):
    drawn = [start(shops, FIRST, r).p["shops.cost"] for r in range(20)]
    assert len(set(drawn)) == 20 and 4000 < min(drawn) < max(drawn) < 8000
    set_here = shops.replace(assumptions={"shops.cost": 5000})
    assert start(set_here, FIRST, 0).p["shops.cost"] == 5000
    assert start(shops.replace(parameters="point"), FIRST, 0).p["shops.cost"] == 6000


def test_a_run_may_be_given_one_by_itself(tiny):
    run = sim.run(tiny, FIRST, 0, families=(*sim.FAMILIES, Shops))
    assert run.scalars["shops_open"] > 0 and "shops_open" not in sim.run(tiny, FIRST, 0).scalars


def test_alone_it_would_replace_the_models(tiny):
    with pytest.raises(ValueError, match=r"families must hold Assessment, such as \(\*sim\.FAMILIES, Mine\)"):
        sim.run(tiny, FIRST, families=(Shops,))


def test_the_models_assessment_may_be_replaced(tiny):
    class Strict:
        """Assesses as the model does, without being one of its kind."""

        name = "assessment"

        def __init__(self):
            self._models = Assessment()

        def __getattr__(self, name):
            return getattr(self._models, name)

        def start(self, c):
            self._models.start(c)

    others = tuple(family for family in sim.FAMILIES if family is not Assessment)
    mine = sim.run(tiny, FIRST, families=(*others, Strict))
    assert mine.to_json() == sim.run(tiny, FIRST).to_json()


def test_those_of_one_run_are_held_to_the_same_as_a_scenarios(tiny):
    class Odd(Watcher):
        name = "odd"
        parameters = (sim.Entry("works.rain_factor", 2, "1", "assumed", "judgement", low=1, high=3),)

    class Twice(Watcher):
        name = "works"

    with pytest.raises(ValueError, match=r"parameter\(='works.rain_factor'\) of odd must begin with 'odd\.'"):
        sim.run(tiny, FIRST, families=(*sim.FAMILIES, Odd))
    with pytest.raises(ValueError, match=r"name\(='works'\) .* must be a text that no family has yet"):
        sim.run(tiny, FIRST, families=(*sim.FAMILIES, Twice))


@pytest.mark.parametrize("name", [None, 3, ""])
def test_a_name_is_a_text(name):
    nameless = type("Nameless", (Watcher,), {"name": name})
    with pytest.raises(ValueError, match=rf"name\(={name!r}\) .* must be a text that no family has yet"):
        sim.load(QUICK, families=(nameless,))


def test_what_is_played_in_place_of_all_others_are_classes_too(tiny):
    for wrong in ((3,), (*sim.FAMILIES, Watcher())):
        with pytest.raises(TypeError, match="must be a class: each replication makes a family of its own"):
            sim.run(tiny, FIRST, families=wrong)


def test_a_parameter_is_brought_once():
    class Same(Watcher):
        name = "same"
        parameters = tuple(sim.Entry("same.share", value, "1", "assumed", "judgement") for value in (0.1, 0.2))

    with pytest.raises(ValueError, match=r"parameter\(='same.share'\) of same must stand there once"):
        sim.load(QUICK, families=(Same,))


def test_it_is_paid_from_its_line_and_helps_the_more_the_less_it_waits(shops):
    states = {state: shops.replace(families={"shops": state}) for state in ("off", "on", "unlimited")}
    runs = {state: [sim.run(each, FIRST, r).scalars for r in range(4)] for state, each in states.items()}
    opened, out = (
        {state: sum(run[key] for run in found) for state, found in runs.items()} for key in ("shops_open", "exits_people")
    )
    assert opened["off"] == 0 < opened["on"] < opened["unlimited"]
    assert out["off"] < out["unlimited"]
    c = start(shops, FIRST, 0)
    c.play()
    paid = sum(case.paid for case in c.cases.all if case.kind.name == "shop")
    assert paid == sum(case.cost for case in c.cases.all if case.kind.name == "shop" and case.gate == "built") > 0
    check(c)


def test_its_reason_is_told_like_any_other_and_has_its_words(shops):
    c = start(shops, FIRST, 0)
    c.lacks.village["hardened_road"][:] = True
    c.play()
    waiting = [case for case in c.cases.all if case.kind.name == "shop" and case.held == "no_courier"]
    short = [c.register.people[case.entity] for case in waiting if c.register.status[case.entity] == 1 and c.lacks.household["income_source"][case.entity]]
    assert waiting and sum(row["people"] for row in why_not(c) if row["cause"] == "no_courier") >= int(np.sum(short))
    assert [words.label("why_not", "no_courier", lang) for lang in ("zh", "en")] == ["快递不进村", "no courier"]


def test_the_leader_of_what_it_works_for_answers_for_its_cases(shops):
    c = start(shops, FIRST, 0)
    at_work(c)
    attention, kinds = Attention(c), c.cases.kinds
    case = c.open_case(kinds["shop"], 0, 0)
    own = [item for item, desk in attention.criteria if desk in attention.responsible(case)]
    assert own == ["income_source"] and attention.of_criteria(kinds["shop"]) == attention.of_criteria(kinds["job"])


def test_workers_play_it_and_do_not_change_a_byte(shops):
    one, two = (sim.compare(shops, 3, workers=workers) for workers in (1, 2))
    assert one.runs == two.runs and one.runs[FIRST][0].scalars["shops_open"] > 0


def test_one_that_no_other_process_finds_is_played_here_and_that_is_said(shops):
    class Local(Watcher):
        name = "watcher"

    assert importable(shops.own) and not importable((Local,))
    scenario = sim.load(QUICK, families=[Local]).replace(compare=[FIRST])
    with pytest.warns(UserWarning, match="watcher"):
        two = sim.compare(scenario, 3, workers=2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert sim.compare(scenario, 3, workers=1).runs == two.runs


BELOW_THE_GUARD = """
if __name__ == "__main__":
    import sim

    class Mine:
        name = "mine"
        start = lambda self, c: None

    plain, scenario = sim.load("scenarios/quick.yaml"), sim.load("scenarios/quick.yaml", families=[Mine])
    try:
        sim.{call}, 2, workers=2, replicate="tests.toy:replicate")
    except sim.RunError as error:
        print(error)
"""


@pytest.mark.parametrize(("lang", "told", "call"), [
    ("zh_CN.UTF-8", "工作进程找不到", "compare(scenario"),
    ("en_US.UTF-8", "do not find it", "effects(plain, dict(a=plain, b=plain, mine=scenario)"),
])  # fmt: skip
def test_one_below_the_guard_of_a_script_kills_no_worker_and_is_told_so(tmp_path, lang, told, call):
    (tmp_path / "script.py").write_text(BELOW_THE_GUARD.format(call=call))
    done = subprocess.run(
        [sys.executable, str(tmp_path / "script.py")], capture_output=True, text=True, check=True, encoding="utf-8",
        cwd=SCENARIOS.parent, env={**os.environ, "PYTHONPATH": ".", "LC_ALL": lang, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert "mine" in done.stdout and told in done.stdout and "workers=1" in done.stdout and done.stderr == ""


def watching(seen, **more):
    """A family as a notebook makes it."""
    return type("Local", (Watcher,), {"start": lambda self, c: setattr(self, "seen", seen), **more})


def test_a_notebooks_runs_are_told_apart_by_its_version_alone(tiny, tmp_path):
    """Where there is none in the class itself they are played anew, whatever a class that it extends has."""
    versioned = type("Versioned", (Watcher,), {"version": 1})
    classes = (watching(1.0, version="a"), watching(2.0, version="b"), watching(3.0, version="a"), watching(4.0),
               watching(5.0), type("Heir", (versioned,), {"start": lambda self, c: setattr(self, "seen", 6.0)}), None)  # fmt: skip
    changes = {"compare": [FIRST], "parameters": "prior"}
    scenarios = [sim.load(QUICK, families=[own] if own else []).replace(**changes) for own in classes]
    seen = [sim.compare(s, 1, workers=1, out=tmp_path).runs[FIRST][0].scalars.get("watched") for s in scenarios]
    assert seen == [1.0, 2.0, 1.0, 4.0, 5.0, 6.0, None]
    assert len({scenario.digest(FIRST) for scenario in scenarios}) == 4
    assert scenarios[-1].digest(FIRST) == tiny.digest(FIRST)


def test_what_tells_them_apart_is_the_same_in_a_worker_of_a_script(monkeypatch):
    monkeypatch.setitem(sys.modules, "__mp_main__", sys.modules["__main__"])
    found = {hashed((watching(1.0, version=1, __module__=name),)) for name in ("__main__", "__mp_main__")}
    assert len(found) == 1 and found != {hashed((watching(1.0, version=2, __module__="__main__"),))}


def test_what_makes_one_is_a_class_or_a_function(tiny):
    class Maker(Watcher):
        def __call__(self):
            return self

    def made():
        return Watcher()

    made.name, made.start, made.parameters = "watcher", Watcher.start, Watcher.parameters
    for wrong in (Maker(), partial(Watcher)):
        with pytest.raises(TypeError, match="must be a class"):
            sim.load(QUICK, families=[wrong])
    scenario = sim.load(QUICK, families=[made]).replace(compare=[FIRST], gate_none_share=0)
    assert sim.compare(scenario, 1, workers=1).runs[FIRST][0].scalars["watched"] > 0


def test_words_are_given_in_both_languages_and_take_none_away():
    with pytest.raises(ValueError, match=r"words\(=zh\) must have why_not\.x"):
        words.teach({"en": {"why_not.x": "x"}})
    with pytest.raises(ValueError, match=r"words\(=zh\) must leave why_not\.season"):
        words.teach({"zh": {"why_not.season": "天"}, "en": {"why_not.season": "sky"}})
    with pytest.raises(ValueError, match=r"language\(=fr\) must be one of zh, en"):
        words.teach({"fr": {"why_not.x": "x"}})
    words.teach({"zh": {"why_not.x": "甲"}, "en": {"why_not.x": "x"}})
    words.teach({"zh": {"why_not.x": "乙"}, "en": {"why_not.x": "y"}})
    assert words.say("why_not.x", "zh") == "乙" and "why_not.x" in words.texts("en")


def test_every_study_plays_it(shops):
    small = shops.replace(compare=[FIRST], scale=0.05)
    found = sim.effects(sim.load(QUICK).replace(scale=0.05), {"with shops": small}, 3, workers=1)
    assert [(row.system, row.state) for row in found.effects] == [("with shops", "variant")]
    assert found.effects[0].paid_yuan.mean != 0
    assert sim.sensitivity(small.replace(parameters="prior"), 8, workers=1).vectors == 8


def test_its_figures_stand_among_those_that_a_run_leaves(shops, tmp_path):
    write(sim.compare(shops.replace(compare=[FIRST]), 1, workers=1), tmp_path)
    with (tmp_path / "evidence.csv").open(encoding="utf-8") as file:
        kept = {row["name"]: row for row in csv.DictReader(file)}
    own = {entry.name: entry for entry in Shops.parameters}
    assert kept.keys() == load().keys() | own.keys() and all(row["source"] for row in kept.values())
    assert [float(kept[name]["value"]) for name in own] == [entry.value for entry in own.values()]


def test_families_are_a_list_of_classes_with_all_of_the_models_or_none(tiny):
    for wrong in (Watcher, None):
        with pytest.raises(TypeError, match=r"families\(=.* must be classes in a tuple"):
            sim.load(QUICK, families=wrong)
    with pytest.raises(TypeError, match="must be classes in a tuple"):
        sim.run(tiny, FIRST, families=Watcher)
    with pytest.raises(ValueError, match=r"all of sim\.FAMILIES or none, not all but zones"):
        sim.load(QUICK, families=[family for family in sim.FAMILIES if family.name != "zones"])
