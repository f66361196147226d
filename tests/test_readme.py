"""The README's table of facts is the one that its command prints, and what was published is the evidence's."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.evidence import load
from tests.benchmarks import systems
from tests.benchmarks.facts import FACTS, HEAD, readings, row, told

README = Path(__file__).parent.parent / "README.md"


def table():
    lines = README.read_text(encoding="utf-8").splitlines()
    first = lines.index(row(*HEAD))
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[first + 2 : first + 2 + len(FACTS)]]
    return cells, lines[first + 2 + len(FACTS)]


def test_every_row_says_what_the_command_says_and_there_is_no_other():
    rows, after = table()
    assert [tuple(cells[:3]) for cells in rows] == [(fact.label, fact.published, fact.kind) for fact in FACTS]
    assert after == ""


@pytest.mark.parametrize(
    ("label", "names"),
    [
        ("villages; registered poor; deep; high incidence",
         ["county.villages", "county.poor_villages", "county.deep_villages", "county.high_incidence_villages"]),
        ("people and households exited in 2016-17", ["county.exited_people", "county.exited_households"]),
        ("of them in deep townships; deep villages",
         ["county.exited_people_deep_townships", "county.exited_people_deep_villages"]),
    ],
)  # fmt: skip
def test_what_was_published_is_what_the_evidence_has(label, names):
    assert published(label) == "; ".join(f"{load()[name].value:,.0f}" for name in names)


def published(label):
    (found,) = (fact.published for fact in FACTS if fact.label == label)
    return found


def test_what_was_planned_is_what_the_scenario_aims_at(full):
    goal = full.targets
    assert published("people out in 2018") == f"{goal.people:,} planned"
    assert published("households out in 2018") == f"{goal.households:,} planned"
    assert published("villages out in 2018") == f"{goal.villages} planned"
    assert published("incidence at the end of 2018") == f"{goal.incidence:.2%}".replace("%", " % planned")
    assert published("incidence at the start of 2018") == f"{load()['county.incidence_end_2017'].value:.2%}".replace("%", " %")
    limit = f"below {load()['rule.error_limit'].value:.0%} (limit)".replace("%", " %")
    assert published("wrong exits") == published("missed poor") == limit


def test_inputs_are_met_in_a_run_and_written_as_published():
    found = readings("scenarios/2018.yaml", 0)
    met = {fact.label: told(fact, [values]) for fact, values in zip(FACTS, found, strict=True) if fact.kind == "input"}
    assert len(met) == 5
    for label in met.keys() - {"still to relocate"}:
        assert met[label] == published(label)


def test_a_median_and_its_range_are_told_and_one_value_where_all_agree():
    villages, incidence = FACTS[0], next(fact for fact in FACTS if fact.label.startswith("incidence at the end"))
    assert told(villages, [(74, 42), (74, 42)]) == "74; 42"
    assert told(incidence, [(0.03,), (0.034,), (0.041,)]) == "3.4 % (3.0 to 4.1)"


def test_the_model_description_has_a_row_for_every_system_as_the_command_prints_it():
    text = (README.parent / "sim" / "MODEL.md").read_text(encoding="utf-8").splitlines()
    first = text.index(row(*systems.HEAD))
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text[first + 2 :]]
    found = [(*c[:5], c[6]) for c in cells if len(c) == len(systems.HEAD)]
    assert found == [system.cells() for system in systems.SYSTEMS]
    assert all(cell for line in cells if len(line) == len(systems.HEAD) for cell in line)


def test_every_figure_of_a_system_is_one_that_a_run_has(year):
    assert all(figure.read(None, year(0).scalars) for figure in systems.FIGURES)
