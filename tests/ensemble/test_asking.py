"""What cannot be played is refused at once, in the words of who asked."""

from __future__ import annotations

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from inspect import signature
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import sim
from sim.ensemble.store import StoreBusyError, locked
from sim.study.ablate import SYSTEMS
from sim.study.calibrate import Parameter, parameters
from sim.words import spoken

BEFORE = {"value", "ablate", "deadlines", "backcast", "compare", "sensitivity", "calibrate", "screen", "optimise", "what_if"}
COUNTS = {**dict.fromkeys(BEFORE, "replications"), "sensitivity": "vectors", "calibrate": "vectors",
          "screen": "trajectories", "optimise": "budget_of_runs"}  # fmt: skip
STUDIES = (BEFORE - {"what_if"}) | {"effects", "totals", "compare_all"}
#: Those whose design says what a run is.
DESIGNED = {"sensitivity", "screen", "deadlines"}
TOY = "tests.toy:replicate"


@pytest.mark.parametrize("count", [0, -3, 1.5, "3", True])
@pytest.mark.parametrize("study", sorted(COUNTS))
def test_a_count_that_is_none_is_refused_by_every_study(tiny, history, study, count):
    scenario = history if study in ("backcast", "calibrate") else tiny
    with pytest.raises(ValueError, match=rf"{COUNTS[study]}\(={count!r}\) must be a whole number >= {1 + (study == 'screen')}"):
        getattr(sim, study)(scenario, count)


@pytest.mark.parametrize("study", sorted(COUNTS))
def test_a_count_beyond_what_a_scenario_may_ask_for_is_refused_before_it_fills_the_memory(tiny, history, study):
    scenario = history if study in ("backcast", "calibrate") else tiny
    with pytest.raises(ValueError, match=rf"{COUNTS[study]}\(=1000000000\) must be at most 10{{5,6}}$"):
        getattr(sim, study)(scenario, 10**9)


@pytest.mark.parametrize("count", [0, -3])
def test_a_count_that_is_none_is_refused_where_it_does_not_come_second(tiny, count):
    for play in (
        lambda: sim.effects(tiny, {"same": tiny}, count), lambda: sim.totals(tiny, replications=count),
        lambda: sim.compare_all([tiny], count),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=rf"replications\(={count}\)"):
            play()
    with pytest.raises(ValueError, match=r"base\(=-1\) must be a whole number >= 0"):
        sim.screen(tiny, 4, -1)
    with pytest.raises(ValueError, match=r"base\(=7\) must be 0 or >= 8"):
        sim.screen(tiny, 4, 7)
    with pytest.raises(ValueError, match=r"trajectories\(=1\) must be a whole number >= 2"):
        sim.screen(tiny, 1, 0)


def test_numbers_of_numpy_are_numbers(tiny):
    found = sim.compare(tiny, np.int64(2), workers=np.int32(1), replicate=TOY)
    assert found.replications == 2 and type(found.asked) is int


@pytest.mark.parametrize("workers", [0, -1, "2", 1.0, True])
def test_workers_are_a_whole_number(tiny, workers):
    with pytest.raises(ValueError, match=rf"workers\(={workers!r}\) must be a whole number >= 1"):
        sim.compare(tiny, 1, workers=workers, replicate=TOY)


@pytest.mark.parametrize("executor", [4, "processes", ThreadPoolExecutor])
def test_an_executor_takes_what_is_submitted(tiny, tmp_path, executor):
    with pytest.raises(TypeError, match=r"executor\(=.*\) must be an executor, such as .*ProcessPoolExecutor\(4\)"):
        sim.compare(tiny, 1, executor=executor, replicate=TOY, out=tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_progress_is_to_be_called(tiny):
    with pytest.raises(TypeError, match=r"progress\(=True\) must be callable.*sim\.progress\(\)"):
        sim.compare(tiny, 1, workers=1, replicate=TOY, progress=True)


@pytest.mark.parametrize(
    "wrong", [{"workers": 0}, {"progress": True}, {"replicate": "nonsense"}, {"replicate": ":replicate"}, {"replicate": len},
     {"replicate": "sim.campain:replicate"}, {"replicate": "sim.campaign:replicat"}],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("study", sorted(STUDIES - DESIGNED))
def test_what_cannot_play_is_refused_before_a_folder_is_made(tiny, history, tmp_path, study, wrong):
    asked = {"effects": (tiny, {"as it is": tiny}), "compare_all": ([tiny],), "backcast": (history,), "calibrate": (history,)}
    with pytest.raises((ValueError, TypeError), match=r"workers\(=0\)|progress\(=True\)|replicate\(=.* 'sim\.campaign:replicate'"):
        getattr(sim, study)(*asked.get(study, (tiny,)), out=tmp_path / "new", **{"workers": 1, "replicate": TOY, **wrong})
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("wrong", [{"workers": 0}, {"progress": True}], ids=str)
@pytest.mark.parametrize("study", sorted(DESIGNED))
def test_nor_does_a_study_of_a_design_of_its_own(tiny, tmp_path, study, wrong):
    with pytest.raises((ValueError, TypeError), match=r"workers\(=0\)|progress\(=True\)"):
        getattr(sim, study)(tiny, out=tmp_path / "new", **{"workers": 1, **wrong})
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("study", sorted(BEFORE | {"totals"}))
def test_a_path_is_no_scenario(study):
    with pytest.raises(TypeError, match=r"scenario\(='quick\.yaml'\) must be .* sim\.load\('quick\.yaml'\)"):
        getattr(sim, study)("quick.yaml")


def test_a_path_is_no_scenario_among_others(tiny):
    with pytest.raises(TypeError, match=r"sim\.load\('quick\.yaml'\)"):
        sim.effects("quick.yaml", {})
    with pytest.raises(TypeError, match=r"variants\['odd'\].*sim\.load\('quick\.yaml'\)"):
        sim.effects(tiny, {"odd": "quick.yaml"})
    with pytest.raises(TypeError, match=r"scenarios\(='quick\.yaml'\).*sim\.load\('quick\.yaml'\)"):
        sim.compare_all([tiny, "quick.yaml"])


@pytest.mark.parametrize("alone", ["quick.yaml", Path("quick.yaml"), None, 3])
def test_a_single_path_is_no_list_of_scenarios(alone):
    said = f"scenarios(={alone!r}) must be scenarios in a list, such as [sim.load("
    with pytest.raises(TypeError, match=re.escape(said)):
        sim.compare_all(alone)


def test_nor_is_a_single_scenario(tiny):
    with pytest.raises(TypeError, match=r"scenarios\(=<Scenario quick: .*\) must be scenarios in a list"):
        sim.compare_all(tiny)


def test_totals_are_written_as_in_a_file(tiny, tmp_path):
    toy = {"replications": 1, "workers": 1, "replicate": TOY}
    found = sim.totals(tiny, ("90 M yuan", np.int64(60_000_000), "6000 万元"), out=str(tmp_path), **toy)
    assert list(found.comparisons) == [60_000_000, 90_000_000]
    assert (tmp_path / "60000000" / "runs.sqlite").is_file()
    assert list(sim.totals(tiny, np.linspace(60e6, 90e6, 2), **toy).comparisons) == [60_000_000, 90_000_000]
    for half in (60_000_000.5, float("nan")):
        with pytest.raises(ValueError, match="must be whole yuan"):
            sim.totals(tiny, [half], **toy)
    for few in (60, "60", 60.0):
        with spoken("en"), pytest.raises(sim.ScenarioError, match=r"total: 60: .*60 M yuan"):
            sim.totals(tiny, (few, 220_000_000), **toy)


@pytest.mark.parametrize("at", ["60 M yuan", b"60 M yuan", 60_000_000])
def test_a_single_total_is_no_list_of_them(tiny, at):
    with pytest.raises(TypeError, match=rf"at\(={at!r}\) must be totals in a list, such as \[60_000_000, '150 M yuan'\]"):
        sim.totals(tiny, at)


def test_variants_have_names(tiny):
    for variants in ([tiny], tiny, None):
        with pytest.raises(TypeError, match=r"variants\(=.*\) must be scenarios by name, such as \{'more': "):
            sim.effects(tiny, variants)
    with pytest.raises(TypeError, match=r"variants\(=\{3: .*\}\) must be scenarios by name"):
        sim.effects(tiny, {3: tiny})


def test_what_asks_for_nothing_is_refused(tiny):
    with pytest.raises(ValueError, match=r"variants\(=\{\}\) must be one scenario at least, such as \{'more': "):
        sim.effects(tiny, {})
    with pytest.raises(ValueError, match=r"at\(=\(\)\) must be one total at least, such as \[60_000_000\]"):
        sim.totals(tiny, ())


def test_a_variant_has_the_allocation_under_which_all_are_played(tiny):
    other = tiny.replace(compare=["deep_tilt_up"])
    with pytest.raises(ValueError, match=r"variants\['odd'\] must have as_in_2016_17, .*: it has deep_tilt_up"):
        sim.effects(tiny, {"same": tiny, "odd": other})


@pytest.mark.parametrize("study", sorted(STUDIES))
def test_a_folder_is_a_path(tiny, history, study):
    asked = {"effects": (tiny, {"same": tiny}), "compare_all": ([tiny],), "backcast": (history,), "calibrate": (history,)}
    with pytest.raises(TypeError, match=r"out\(=3\) must be a folder, such as 'runs/trial'"):
        getattr(sim, study)(*asked.get(study, (tiny,)), out=3, workers=1)


@pytest.mark.parametrize("systems", [("works",), "works", SYSTEMS[0], 3])
def test_systems_are_no_names(tiny, systems):
    with pytest.raises(TypeError, match=r"systems\(=.*\) must be systems in a tuple, such as .*SYSTEMS\[:2\]"):
        sim.ablate(tiny, 1, systems=systems, workers=1, replicate=TOY)
    assert len(str(signature(sim.ablate))) < 600 and "<function" not in repr(SYSTEMS)


def test_totals_hold_their_folder_unless_the_caller_does(tiny, tmp_path):
    asked = {"replications": 1, "workers": 1, "replicate": TOY, "out": tmp_path}
    with locked(tmp_path):
        with pytest.raises(StoreBusyError):
            sim.totals(tiny, [60_000_000], **asked)
        assert not (tmp_path / "60000000").exists()
        assert sim.totals(tiny, [60_000_000], **asked, hold=False).comparisons


@pytest.mark.parametrize("study", sorted(STUDIES))
def test_every_study_names_its_options_and_says_where_they_are_told_of(study):
    options, play = {"executor", "workers", "out", "progress", "replicate"}, getattr(sim, study)
    taken = options & set(signature(play).parameters)
    assert taken == (options - {"replicate"} if study in DESIGNED else options)
    told = [f"``{option}``:" for option in options] + ["Ctrl-C"] if study == "compare" else ["`sim.compare`"]
    assert all(part in " ".join(play.__doc__.split()) for part in told)


def test_no_scenarios_are_no_question():
    with pytest.raises(ValueError, match="must be one scenario at least"):
        sim.compare_all([])


NOT_RUNS = """
def nothing(scenario, allocation, replication, *, gate): ...
def table(scenario, allocation, replication, *, gate): return {}
number = 3
"""


def test_what_plays_a_run_is_a_function_in_a_file_and_returns_a_run(tiny, tmp_path, monkeypatch):
    (tmp_path / "not_runs.py").write_text(NOT_RUNS)
    monkeypatch.syspath_prepend(tmp_path)
    for name, returned in (("nothing", "NoneType"), ("table", "dict")):
        with pytest.raises(sim.RunError, match=rf"must return a sim\.record\.Run, not {returned}"), spoken("en"):
            sim.compare(tiny, 2, workers=1, replicate=f"not_runs:{name}")
    typed = ModuleType("typed_here")
    typed.played = lambda *_, **__: None
    monkeypatch.setitem(sys.modules, "typed_here", typed)
    for wrong, why in (("not_runs:number", "has no function number"), (".not_runs:table", "package"),
                       ("typed_here:played", "is no file, so that no worker can import it")):  # fmt: skip
        with pytest.raises(ValueError, match=rf"replicate\(='{wrong}'\) must be .*{why}"):
            sim.compare(tiny, 2, workers=1, replicate=wrong)


def test_parameters_to_be_moved_are_some_each_once(history):
    some = parameters()[:1]
    taken = Parameter("along", (some[0].name,))
    for wrong in ((), (*some, *some), (*some, taken)):
        with pytest.raises(ValueError, match="must be one parameter at least, each once"):
            sim.calibrate(history, 10, moved=wrong)
