"""The planner's guide explains every key of a scenario and no other, and its examples can be typed."""

import re

import pytest

import sim
from sim import words
from sim.scenario import FAMILIES, LINES
from sim.scenario.names import KINDS
from sim.scenario.sheet import READ as COLUMNS
from sim.scenario.sheet import SKIPPED
from tests.benchmarks import explained
from tests.benchmarks.explained import GUIDE

TEXT = GUIDE.read_text(encoding="utf-8")
KEYS = list(explained.keys())


def part(name):
    return TEXT.split(f"<!-- generated: {name} -->")[1].split(f"<!-- end: {name} -->")[0]


def first_cells(name):
    return re.findall(r"^\| `([^`]+)` \|", part(name), re.MULTILINE)


def test_the_generated_parts_are_what_the_command_writes():
    assert explained.guide() == TEXT, "python -m tests.benchmarks.explained makes them anew"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_key_is_explained_and_nothing_else(lang):
    assert first_cells(f"keys-{lang}") == KEYS and len(KEYS) == len(set(KEYS)) > 40
    assert (first_cells(f"lines-{lang}"), first_cells(f"families-{lang}")) == (list(LINES), list(FAMILIES))
    assert first_cells(f"columns-{lang}") == [*COLUMNS, *SKIPPED] and first_cells(f"kinds-{lang}") == list(KINDS)
    for group in ("key", "key_example"):
        assert {key.partition(".")[2] for key in words.texts(lang) if key.startswith(f"{group}.")} == set(KEYS)


def test_chinese_comes_first():
    assert 0 < TEXT.index("## 中文") < TEXT.index("## English")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("key", KEYS)
def test_every_example_is_accepted_where_it_belongs(key, lang, tmp_path):
    """On top of a shipped scenario, with what it asks for beside it."""
    example = words.say(f"key_example.{key}", lang).strip("`")
    above, _, below = key.rpartition(".")
    assert re.search(rf"(^|[ {{]){re.escape(below)}:", example)
    place = {"allocations": "allocations: {as_in_2016_17: {%s}}", "families": "families: {%s}", "assumptions": "assumptions: {%s}"}
    line = place.get(above, f"{above}: {{%s}}" if above else "%s") % example
    if key == "compare":
        line += "\nallocations: {even: {shares: {industry: 1}}, works_first: {shares: {industry: 1}}}"
    if key == "history":
        line += "\nstart: history"
    base = "" if key == "extends" else "extends: 2018.yaml\n"
    (tmp_path / "plan.yaml").write_text(f"{base}{line}\n", encoding="utf-8")
    assert sim.load(tmp_path / "plan.yaml").total_yuan > 0


@pytest.mark.parametrize("text", re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL))
def test_what_the_guide_shows_loads(text, tmp_path):
    (tmp_path / "plan.yaml").write_text(text, encoding="utf-8")
    assert sim.load(tmp_path / "plan.yaml").total_yuan == 154_000_000
