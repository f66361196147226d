"""The planner's own project list on the page: what is late comes back, whatever it is called and however long it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

import sim
from sim import words
from sim.report import projects as listed
from sim.report.page.sections import projects as section
from sim.study.projects_back import projects_back
from sim.words.numbers import exact_money
from tests.conftest import SCENARIOS
from tests.report.browsing import HOSTILE


@pytest.fixture(scope="module")
def own():
    return sim.compare(sim.load(SCENARIOS / "own-projects.yaml").replace(gate_none_share=0), 2, workers=1)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_likeliest_to_be_late_come_first_with_their_days(own, lang):
    with words.spoken(lang):
        text, table = str(section.projects(own)), listed.late(own, 100)
        few = listed.late(own, 3)
    chances = [int(cell) for cell in next(c for c in table.columns if "100" in c.header).cells]
    assert chances == sorted(chances) and max(chances) < 50 and len(chances) > 3
    assert [column.cells[:3] for column in table.columns] == [column.cells for column in few.columns]
    assert f'id="projects-{lang}"' in text and "<code>projects_back.csv</code>" in text
    head = {"zh": "金额（万元）", "en": "cost (yuan)"}[lang]
    assert any(column.header == head for column in table.columns)


def test_what_is_not_taken_is_never_a_sum_of_nothing(own, monkeypatch):
    first = next(back for back in projects_back(own) if back.project.unit_cost_yuan < 50_000 and not back.project.under_way)
    short = replace(first, listed=first.project.places - 0.5)
    monkeypatch.setattr(listed, "projects_back", lambda result: [short])
    with words.spoken("en"):
        (said,) = listed.findings(own)
        missing = exact_money(round(float(f"{first.project.unit_cost_yuan / 2:.3g}")))
    assert said.endswith(f"Not taken in full for want of money in their line: 1 ({missing}).") and not missing.startswith("0 ")


def test_what_holds_of_several_allocations_is_said_once_and_of_what_does_not_happen_nothing(own, monkeypatch, lang):
    whole = [replace(back, listed=back.project.places) for back in projects_back(own)]
    monkeypatch.setattr(listed, "projects_back", lambda result: whole)
    said = listed.findings(own)
    titles = [own.scenario.allocations[name].title[lang] for name in own.runs]
    assert len(said) < len(titles) and all(title in "".join(said) for title in titles)
    assert {"zh": "没有列全", "en": "Not taken in full"}[lang] not in "".join(said)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_replanning_adds_to_a_list_is_said_and_its_rows_are_marked(own, monkeypatch, lang):
    first = replace(projects_back(own)[0], beyond=2)
    monkeypatch.setattr(listed, "projects_back", lambda result: [first])
    with words.spoken(lang):
        (table,) = listed.tables(own)
        assert words.say("projects.replanned") in table.note
        assert next(c for c in table.columns if c.header == words.say("projects.beyond")).cells == ("2",)
        assert "<code>rules: {replanning: off}</code>" in str(section.projects(own))


@pytest.mark.parametrize("key", ["projects.replanned", "key.rules.replanning"])
def test_re_planning_is_said_to_list_more_as_each_tranche_comes_too(key, lang):
    when = {"zh": ("每批资金下达时", "6月、9月"), "en": ("as each tranche comes", "in June and September")}[lang]
    assert all(of in words.say(key).replace("As each", "as each") for of in when)


@pytest.mark.parametrize("changes", [{"rules": {"replanning": False}}, {"families": {"replanning": "off"}}])
def test_nothing_is_said_of_a_re_planning_that_is_off(own, monkeypatch, lang, changes):
    off = replace(own, scenario=own.scenario.replace(**changes))
    first = replace(projects_back(own)[0], beyond=0)
    monkeypatch.setattr(listed, "projects_back", lambda result: [first])
    assert words.say("projects.replanned") not in listed.tables(off)[0].note + listed.late(off, 9).note
    assert "replanning: off" not in str(section.projects(off))


def test_a_list_of_the_rule_is_not_told_back(comparison):
    assert section.projects(comparison) is None


def test_a_project_may_be_called_anything(own):
    def renamed(rows):
        return tuple(row.model_copy(update={"name": HOSTILE}) for row in rows)

    made = own.scenario.projects.model_copy(update={"rows": renamed(own.scenario.projects.rows)})
    wild = replace(own, scenario=own.scenario.model_copy(update={"projects": made}))
    with words.spoken("en"):
        text = str(section.projects(wild))
    assert "<script" not in text and "<img" not in text and "\u202e" not in text and "W长W长W长W长W长W长W长W长" not in text
    assert "&lt;script&gt;window.ran=1" in text
