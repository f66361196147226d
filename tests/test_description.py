"""The model description says what the sources say: its tables are not stale, and what it names is there."""

from __future__ import annotations

import inspect
import re

import pytest

from sim import words
from sim.campaign import FAMILIES
from sim.campaign.families.inflow import OWN_LACKS
from sim.cli import _verb, options
from sim.cli.usage import UsageError
from sim.county import synthesis
from sim.county.lacks import of_hamlets
from sim.evidence import load
from sim.scenario.assumption import ELSEWHERE, INSTEAD, held_against
from tests.benchmarks import appendix
from tests.benchmarks.appendix import APPENDIX, MODEL, ROOT, SECTIONS, rewritten

#: Modules that are described under another's name.
WITHIN = {
    "assumed", "balances", "books", "came_back", "campaign", "census", "family", "history", "hold", "hooks",
    "lacks", "milestones", "moments", "months", "outcome", "places", "plan", "ranks", "register", "replay", "replicate",
    "village_items", "zone_works",
}  # fmt: skip


@pytest.fixture(scope="module")
def model():
    return MODEL.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(SECTIONS.keys() - {"luck"}))
def test_a_generated_table_is_what_the_command_writes(name):
    text = APPENDIX.read_text(encoding="utf-8")
    assert rewritten(text, name, list(SECTIONS[name]())) == text, "python -m tests.benchmarks.appendix makes it anew"


def test_whatever_a_run_draws_for_stands_in_the_appendix():
    """Not the other way round: some purposes are asked for in few runs."""
    text = APPENDIX.read_text(encoding="utf-8")
    drawn = appendix.drawn(replications=1)
    assert len(drawn) > 80
    assert {purpose for _, purpose in drawn if f"`{purpose}`" not in text} == set()


def test_every_key_of_a_scenario_has_a_meaning_and_no_other():
    keys = [line.split("`")[1] for line in appendix.scenario_keys() if line.startswith("| `")]
    assert set(keys) == {key.removeprefix("key.") for key in words.texts("en") if key.startswith("key.")}


def test_every_entry_of_the_evidence_stands_in_the_appendix_once():
    names = [line.split("`")[1] for line in appendix.parameters() if line.startswith("| `")]
    assert sorted(names) == sorted(load())


def test_what_nobody_reads_is_a_fact_to_be_held_against():
    idle = {name.split(".")[0] for name, modules in appendix.reading().items() if not modules}
    assert idle <= {"fact", "held", "history", "plan"}


def test_what_nothing_played_reads_cannot_be_set():
    """Margins by item and year: an item that neither the starting county nor a newcomer is drawn by is only checked."""
    read = {name for name, modules in appendix.reading().items() if modules}
    drawn = {*OWN_LACKS, *re.findall(r'"(\w+)": (?:1\.0|p\[)', inspect.getsource(of_hamlets)),
             *re.findall(r'lacking\.of\("(\w+)"', inspect.getsource(synthesis))}  # fmt: skip
    margins = {name: found[1] for name in load() if (found := re.fullmatch(r"missing\.(\w+)_20\d\d", name))}
    checked = {name for name, item in margins.items() if item not in drawn}
    assert {"missing.income_2018", "missing.relocation_2018"} < checked and {"housing", "road", "television"} < drawn
    assert {name for name in load() if held_against(name)} == set(load()) - read - ELSEWHERE.keys() | checked
    assert {near for name in load() if (near := INSTEAD.get(name))} <= read - checked


def test_a_source_that_reads_an_entry_is_found_by_name_and_by_pattern():
    readers = appendix.reading()
    assert "campaign.families.shocks" in readers["shock.flood_loss"]
    assert readers["industry.chilli.net"] == ["campaign.families.industries.market"]
    assert readers["fact.patrol_weeks"] == []


def test_a_stale_table_is_noticed_and_only_what_lies_between_the_markers_changes():
    text = "head\n<!-- generated: x -->\n\nold\n\n<!-- end: x -->\ntail\n"
    assert rewritten(text, "x", ["new"]) == text.replace("old", "new")
    with pytest.raises(ValueError, match="unpack"):
        rewritten(text, "y", ["new"])


def test_every_value_that_the_description_names_is_an_entry(model):
    firsts = {name.split(".")[0] for name in load()}
    named = set(re.findall(r"`([a-z_]+\.[a-z_0-9.]+)`", model))
    entries = {name for name in named if name.split(".")[0] in firsts and not name.endswith((".md", ".py"))}
    assert entries and not entries - set(load())


@pytest.mark.parametrize("page", ["README.md", "sim/MODEL.md", "sim/FINDINGS.md", "scenarios/README.md"])
def test_every_file_and_command_that_it_names_is_there(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    files = set(re.findall(r"`((?:scenarios|tests|kernel|county|evidence|notebooks)/[\w./-]*)`", text))
    files |= set(re.findall(r"(?<![\w/])scenarios/[\w./-]+\.yaml", text))
    assert [name for name in files if not ((ROOT / name).exists() or (ROOT / "sim" / name).exists())] == []
    links = re.findall(r"\]\(([^):#]+)\)", text)
    assert [link for link in links if not ((ROOT / page).parent / link).exists()] == []
    modules = re.findall(r"python -m\s+(tests\.[\w.]+)", text)
    assert [name for name in modules if not (ROOT / (name.replace(".", "/") + ".py")).exists()] == []
    commands = list(asked(text))
    assert commands and [(command, wrong) for command in commands if (wrong := misspelt(command))] == []


def asked(text):
    """The commands of a page as they stand, a line in a block of code with what is said behind it."""
    for place, part in enumerate(text.split("```")):
        found = part.splitlines() if place % 2 else (" ".join(code.split()) for code in re.findall(r"`([^`]+)`", part))
        yield from (line.partition("python -m sim ")[2] for line in found if "python -m sim " in line)


def misspelt(command):
    """What is wrong with the words of a command, or with the options that are named behind it."""
    words, _, behind = command.partition("#")
    try:
        verb, rest = _verb(options.language(words.split())[1])
        if rest or verb not in options.OPERANDS:  # in a sentence it may stand without the files it takes
            options.parse(options.parser(verb), rest, verb)
    except UsageError as wrong:
        return str(wrong)
    return {*re.findall(r"--[a-z-]+", behind)} - options.TAKES[verb].keys()


@pytest.mark.parametrize("command", ["reconsile", "chek a.yaml", "check a.yaml --seed 3", "totals a.yaml --totl 3", "trace --screen 2"])
def test_a_command_that_is_not_there_is_noticed(command):
    assert misspelt(command)


def test_the_description_leads_to_its_appendix(model):
    assert "](PARAMETERS.md)" in model


def test_every_family_and_every_module_of_the_campaign_has_its_place(model):
    heads = "".join(line for line in model.splitlines() if line.startswith("### 7."))
    described = set(re.findall(r"`([a-z_]+)`", heads))
    modules = {path.stem for path in (ROOT / "sim" / "campaign").rglob("*.py")} - {"__init__"} - WITHIN
    assert modules - described == set()
    assert {family.__module__.rsplit(".", 1)[1] for family in FAMILIES} <= described


def test_the_limits_stand_on_the_first_page_and_the_checklists_are_complete(model):
    heads = [line for line in model.splitlines() if line.startswith("## ")]
    assert heads[0] == "## What the model cannot reproduce"
    assert [head.split(".")[0] for head in heads[1:9]] == [f"## {number}" for number in range(1, 9)]
    stress = ("1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "3.2", "3.3", "3.4", "4.1", "4.2", "4.3",
              "5.1", "5.2", "5.3", "5.4")  # fmt: skip
    assert all(f"*{item} " in model.replace("\n", " ") for item in stress)
    concepts = ("Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction", "Sensing",
                "Interaction", "Stochasticity", "Collectives", "Observation")  # fmt: skip
    assert all(f"**{concept}.**" in model for concept in concepts)


def test_the_readme_leads_to_it():
    assert "sim/MODEL.md" in (ROOT / "README.md").read_text(encoding="utf-8")
