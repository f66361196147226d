"""What makes a kept row fit: the model's sources and facts, and everything of the scenario that is played."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from importlib import import_module, invalidate_caches, reload
from importlib.metadata import version
from pathlib import Path

import pytest

import sim
from sim import sources
from sim.ensemble import store
from sim.ensemble.store import Store
from sim.scenario import own
from sim.sources import hashed
from tests.made import run

PACKAGE = Path(sim.__file__).parent
ROOMS = ("campaign", "county", "evidence", "kernel", "scenario")
FIRST, OWN, OTHER = "as_in_2016_17", "deep_tilt_up", "balanced_by_need"


@pytest.fixture
def copy(tmp_path):
    """A copy of the package."""
    return shutil.copytree(PACKAGE, tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))


def modelled(replicate=""):
    """The hash as a process that is asked for the first time gives it."""
    own._files.clear()
    store._hash.cache_clear()
    found = store.model_hash(replicate)
    store._hash.cache_clear()
    return found


def test_every_source_and_fact_that_can_change_a_result_is_in_the_models_hash(copy):
    before = hashed(copy)
    sources = sorted({*copy.glob("*.py"), *(p for room in ROOMS for p in (copy / room).rglob("*.py"))})
    assert len(sources) > 50 and {p.parent.name for p in sources} >= set(ROOMS)
    unread = []
    for path in [*sources, copy / "evidence" / "evidence.toml"]:
        content = path.read_bytes()
        path.write_bytes(content + b"\n# changed\n")
        if hashed(copy) == before:
            unread.append(str(path.relative_to(copy)))
        path.write_bytes(content)
    assert unread == []
    assert hashed(copy) == before


def test_no_family_that_is_played_stands_where_the_hash_does_not_look():
    """A study may play one of its own: the one that holds work back until a day."""
    unread = [path for room in sources._CHANGES_NO_RESULT for path in (PACKAGE / room).rglob("*.py")]
    assert len(unread) > 50
    assert [path.name for path in unread if "def start(self, c: Campaign" in path.read_text(encoding="utf-8")] == []


def test_a_file_that_is_new_gone_or_renamed_is_another_model(copy):
    hashes = [hashed(copy)]
    (copy / "campaign" / "floods.py").write_text("")
    hashes.append(hashed(copy))
    (copy / "campaign" / "floods.py").rename(copy / "campaign" / "storms.py")
    hashes.append(hashed(copy))
    (copy / "campaign" / "families" / "shocks.py").unlink()
    hashes.append(hashed(copy))
    assert len(set(hashes)) == 4


@pytest.mark.parametrize("path", ["report/answer.py", "words/zh.toml", "cli/compare.py", "study/intervals.py"])
def test_what_only_reads_results_leaves_the_model_as_it_is(copy, path):
    before = hashed(copy)
    (copy / path).write_text("# changed")
    assert hashed(copy) == before


def test_a_campaign_of_ones_own_is_part_of_the_model(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    mine = tmp_path / "campaign_of_a_reader.py"
    mine.write_text("def replicate(): ...\ndef other(): ...\n")
    before = modelled("campaign_of_a_reader:replicate")
    assert before != modelled("campaign_of_a_reader:other") and before != modelled()
    assert store.model_hash("campaign_of_a_reader:replicate") == before
    mine.write_text("def replicate(): 1\n")
    assert store.model_hash("campaign_of_a_reader:replicate") == before, "what is in memory does not follow an edit"
    assert modelled("campaign_of_a_reader:replicate") != before
    (tmp_path / "taken_from_it.py").write_text("from campaign_of_a_reader import replicate\n")
    assert store.model_hash("taken_from_it:replicate") == modelled("taken_from_it:replicate")


@pytest.mark.parametrize("study", ["deadlines", "factors", "sensitivity"])
def test_the_design_of_a_study_that_numbers_its_runs_itself_is_part_of_the_model(monkeypatch, tmp_path, study):
    """Which work begins on which day in run 87 stands in a room that the model's sources leave out."""
    module = import_module(f"sim.study.{study}")
    before = modelled(module.REPLICATE)
    copied = tmp_path / f"{study}.py"
    copied.write_bytes(Path(module.__file__).read_bytes())
    monkeypatch.setattr(module, "__file__", str(copied))
    assert modelled(module.REPLICATE) == before
    copied.write_bytes(copied.read_bytes() + b"\n# another design\n")
    assert modelled(module.REPLICATE) != before and modelled() == modelled()


@pytest.mark.parametrize("package", ["numpy", "scipy", "simpy"])
def test_what_results_may_depend_on_beneath_is_part_of_the_model(monkeypatch, package):
    before = modelled()
    monkeypatch.setattr(store, "version", lambda name: "0.0.1" if name == package else version(name))
    assert modelled() != before


def test_so_is_python(monkeypatch):
    before = modelled()
    monkeypatch.setattr(store.platform, "python_version", lambda: "3.99.0")
    assert modelled() != before


def test_the_sources_that_count_are_those_of_the_import(monkeypatch):
    before = modelled()
    monkeypatch.setattr(sources, "hashed", lambda: "edited since")
    assert modelled() == before
    monkeypatch.setattr(store, "AT_IMPORT", "imported after the edit")
    assert modelled() != before


FAMILY = """
import sim
class Mine:
    name = "mine"
    {version}
    parameters = (sim.Entry("mine.share", {share}, "1", "assumed", "judgement"),)
    told = {told}
    def start(self, c): ...
"""
CAMPAIGN = """
import dataclasses
from tests.toy import replicate as toy
{version}
def replicate(scenario, allocation, replication, *, gate):
    run = toy(scenario, allocation, replication, gate=gate)
    return dataclasses.replace(run, scalars={{**run.scalars, "told": {told}}})
"""
USUAL = {"version": "version = '1'", "share": 0.1, "told": 1}


class Own:
    """Code of a researcher's own in a file; each time it is played as by a new process."""

    def __init__(self, folder, monkeypatch):
        self.folder, self.out, self.edits = folder, folder / "out", 0
        monkeypatch.syspath_prepend(folder)
        monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def written(self, name, text):
        self.edits += 1
        path = self.folder / f"{name}.py"
        path.write_text(text)
        os.utime(path, (self.edits, self.edits))
        sys.modules.pop(name, None)
        own._files.clear()
        invalidate_caches()

    def family(self, **changes):
        self.written("reused_family", FAMILY.format(**USUAL | changes))
        families = (*sim.FAMILIES, import_module("reused_family").Mine)
        scenario = sim.load(PACKAGE.parent / "scenarios" / "quick.yaml", families=families)
        return scenario.replace(compare=[FIRST], gate_none_share=0)

    def played(self, scenario, replicate="tests.toy:told_by_its_family", workers=1):
        """What the runs tell, how many of two were played, and how many rows there are then."""
        kept = []
        found = sim.compare(scenario, 2, out=self.out, workers=workers, replicate=replicate,
                            progress=lambda done, total: kept.append(done))  # fmt: skip
        with sqlite3.connect(self.out / "runs.sqlite") as db:
            (rows,) = db.execute("SELECT COUNT(*) FROM runs").fetchone()
        return [run.scalars["told"] for run in found.runs[FIRST]], 2 - kept[0], rows

    def with_family(self, workers=1, **changes):
        return self.played(self.family(**changes), workers=workers)

    def with_campaign(self, scenario, workers=1, **changes):
        self.written("reused_campaign", CAMPAIGN.format(**USUAL | changes))
        return self.played(scenario, "reused_campaign:replicate", workers)


@pytest.fixture
def written(tmp_path, monkeypatch):
    yield Own(tmp_path, monkeypatch)
    for name in ("reused_family", "reused_campaign"):
        sys.modules.pop(name, None)


def test_runs_of_a_family_of_ones_own_are_given_back_by_its_version(written):
    assert written.with_family() == ([1, 1], 2, 2)
    assert [written.with_family(workers=workers) for workers in (1, 2)] == [([1, 1], 0, 2)] * 2
    others = {"version": "version = 1"}, {"share": 0.2}, {"told": 5}
    assert [written.with_family(**other) for other in others] == [([1, 1], 2, 4), ([1, 1], 2, 6), ([5, 5], 2, 8)]
    assert written.with_family() == ([1, 1], 0, 8)


def test_without_a_version_they_are_played_anew_and_take_the_place_of_those_before(written):
    changes = {}, {}, {"told": 5}, {"share": 0.2}
    found = [written.with_family(version="", workers=workers, **change) for change in changes for workers in (1, 2)]
    assert found == [([1 if change != {"told": 5} else 5] * 2, 2, 2) for change in changes for _ in (1, 2)]


def test_so_it_is_with_a_campaign_of_ones_own(written, tiny):
    one = tiny.replace(compare=[FIRST], gate_none_share=0)
    assert [written.with_campaign(one, workers) for workers in (1, 1, 2)] == [([1, 1], 2, 2), *[([1, 1], 0, 2)] * 2]
    assert written.with_campaign(one, version="version = 2") == ([1, 1], 2, 4)
    assert written.with_campaign(one, told=5) == ([5, 5], 2, 6)
    assert written.with_campaign(one, version="", told=6) == ([6, 6], 2, 8)
    assert written.with_campaign(one, version="", told=7, workers=2) == ([7, 7], 2, 8)


def test_a_module_that_is_loaded_anew_in_one_process_is_another(written, tiny):
    one = tiny.replace(compare=[FIRST], gate_none_share=0)
    assert written.with_campaign(one)[:2] == ([1, 1], 2)
    path = written.folder / "reused_campaign.py"
    path.write_text(CAMPAIGN.format(**USUAL | {"told": 5}))
    reload(sys.modules["reused_campaign"])
    assert written.played(one, "reused_campaign:replicate")[:2] == ([5, 5], 2)
    sys.modules["reused_campaign"].version = "2"
    assert written.played(one, "reused_campaign:replicate")[:2] == ([5, 5], 2)


def test_a_version_that_is_none_is_refused(written, tiny):
    for wrong in ("1.5", "True", "()"):
        with pytest.raises(TypeError, match=r"version\(=.*\) of mine must be a text or a whole number"):
            written.family(version=f"version = {wrong}")
        with pytest.raises(TypeError, match=r"version\(=.*\) of reused_campaign must be a text or a whole number"):
            written.with_campaign(tiny, version=f"version = {wrong}")


def test_a_worker_whose_family_was_edited_meanwhile_is_refused(written):
    scenario = written.family(version="")
    path = written.folder / "reused_family.py"
    path.write_text(path.read_text() + "# edited\n")
    with pytest.raises(sim.RunError) as caught:
        written.played(scenario, workers=2)
    assert caught.value.code == "model_changed"


def test_one_that_counts_as_it_plays_is_not(written):
    scenario = written.family()
    assert written.played(scenario, "tests.toy:counts_in_its_family", workers=2)[1:] == (2, 2)
    assert written.played(scenario, "tests.toy:counts_in_its_family")[1:] == (0, 2)


EDITED = """
import sys, sqlite3
from pathlib import Path
import sim

def edit(done, total):
    with (Path(sim.__file__).parent / "campaign" / "families" / "shocks.py").open("a") as source:
        source.write("# edited\\n")

def compare(workers, **options):
    try:
        sim.compare(sim.load(sys.argv[1]), 2, workers=workers, out=Path("out"), replicate="tests.toy:replicate",
                    **options)
    except sim.RunError as error:
        with sqlite3.connect("out/runs.sqlite") as db:
            print(error.code, *db.execute("SELECT COUNT(*) FROM runs").fetchone())

if __name__ == "__main__":
    compare(2, progress=edit)
    compare(1)
"""


def test_an_edit_between_two_processes_stops_the_run_before_models_mix(copy, tmp_path):
    """The workers that start after the edit are refused, and so is a later run in the process from before it."""
    (tmp_path / "edited.py").write_text(EDITED)
    root = PACKAGE.parent
    done = subprocess.run(
        [sys.executable, "edited.py", str(root / "scenarios" / "quick.yaml")], cwd=tmp_path, capture_output=True,
        text=True, check=True, env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{root}"},
    )  # fmt: skip
    assert done.stdout.split("\n")[:2] == ["model_changed 0", "model_changed 0"]


def test_a_row_of_another_model_is_not_reused_and_not_lost(tmp_path, monkeypatch):
    def opened(model):
        monkeypatch.setattr(store, "model_hash", lambda replicate: model)
        return Store(tmp_path / "runs.sqlite")

    rows = {}
    for model, incidence in (("old", 0.03), ("new", 0.02)):
        kept = opened(model)
        assert kept.get("k", "plan", 0) is None
        kept.put("k", "plan", 0, "a", run("a", 0, incidence))
        kept.close()
    for model in ("old", "new"):
        kept = opened(model)
        rows[model] = kept.get("k", "plan", 0).scalars["incidence"]
        assert [kept.get(*key) for key in (("k", "none", 0), ("k", "plan", 1), ("other", "plan", 0))] == [None] * 3
        kept.close()
    assert rows == {"old": 0.03, "new": 0.02}


def test_a_failure_is_kept_but_never_read_as_a_run(tmp_path):
    kept = Store(tmp_path / "runs.sqlite")
    kept.put("k", "plan", 0, "a", None, "ValueError: a bridge is out")
    assert kept.get("k", "plan", 0) is None
    kept.close()


PLAYED = {
    "families": {"families": {"shocks": "off"}},
    "a family from a date on": {"families": {"works": {"state": "unlimited", "from": "2018-06-01"}}},
    "rules": {"rules": {"autumn_push": False}},
    "another rule": {"rules": {"income_reading": "strict"}},
    "assumptions": {"assumptions": {"works.road_crews": 60}},
    "targets": {"targets": {"incidence": 0.0241, "people": 13_798, "households": 3_520, "villages": 14}},
    "parameters": {"parameters": "point"},
    "end": {"end_date": "2019-12-31"},
    "total": {"total_yuan": 230_000_000, "earmarked": {}, "floors": {}},
    "the same split, another total": {"total_yuan": 240_000_000, "earmarked": {}, "floors": {}},
    "earmarks": {"earmarked": {"relocation": 40_000_000}},
    "floors": {"floors": {"housing": 2_000_000}},
    "seed": {"seed": 4},
    "scale": {"scale": 0.13},
    "the day of decision": {"decide_on": "2018-06-30"},
    "a later day of decision": {"decide_on": "2018-07-31"},
}


def allocations(scenario, **changes):
    """The scenario's allocations in the words of a file, some with changes."""
    plain = scenario.dump()["allocations"]
    return {name: {**content, **changes.get(name, {})} for name, content in plain.items()}


def test_each_thing_played_changes_the_digest_of_an_allocation(tiny):
    digests = {name: tiny.replace(**change).digest(OWN) for name, change in PLAYED.items()}
    digests["nothing"] = tiny.digest(OWN)
    digests["another allocation"] = tiny.digest(OTHER)
    assert len(set(digests.values())) == len(PLAYED) + 2


def test_the_start_of_the_year_is_in_the_digest(tiny):
    """No other start can be made yet, so the file's words are changed behind the validation."""
    moved = tiny.model_copy(update={"start_date": tiny.start_date.replace(year=2016)})
    assert moved.digest(OWN) != tiny.digest(OWN)


@pytest.mark.parametrize("part", [{"shares": {"housing": 1.0}}, {"tilt": 0.61}])
def test_its_own_shares_and_tilt_change_it_and_those_of_others_do_not(tiny, part):
    digest = tiny.digest(OWN)
    assert tiny.replace(allocations=allocations(tiny, **{OWN: part})).digest(OWN) != digest
    for other in (FIRST, OTHER):
        assert tiny.replace(allocations=allocations(tiny, **{other: part})).digest(OWN) == digest


@pytest.mark.parametrize("part", [{"shares": {"housing": 1.0}}, {"tilt": 0.61}])
def test_the_first_allocation_matters_where_it_is_played_until_a_decision(tiny, part):
    late = tiny.replace(decide_on="2018-06-30")
    digest = late.digest(OWN)
    assert late.replace(allocations=allocations(late, **{FIRST: part})).digest(OWN) != digest
    assert late.replace(allocations=allocations(late, **{OTHER: part})).digest(OWN) == digest


@pytest.mark.parametrize("change", [
    {"title": {"zh": "另一题", "en": "another"}},
    {"replications": 99},
    {"confidence": 0.9},
    {"indifference": "0.1 %"},
    {"gate_none_share": 0.5},
    {"gate": "none"},
    {"compare": [OWN]},
])  # fmt: skip
def test_titles_gate_and_numbers_of_runs_leave_it_as_it_is(tiny, change):
    assert tiny.replace(**change).digest(OWN) == tiny.digest(OWN)


def test_the_title_of_an_allocation_leaves_it_as_it_is(tiny):
    titled = tiny.replace(allocations=allocations(tiny, **{OWN: {"title": {"en": "tilted"}}}))
    assert titled.digest(OWN) == tiny.digest(OWN)
