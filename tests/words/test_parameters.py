"""What the values of the evidence and their units are called: every one, in both languages, short enough for a figure."""

from __future__ import annotations

import re
from collections import Counter

import pytest

import sim
from sim import words
from sim.evidence import load
from sim.report import entries
from sim.report.typeset import width
from sim.scenario import schema
from sim.scenario.problems import Problem
from sim.words import catalogue
from tests.conftest import SCENARIOS
from tests.own import Shops, Watcher

#: Columns that a label of a figure may take; a Chinese character takes two.
WIDEST = {"zh": 42, "en": 50}


def names(lang, group="parameter."):
    return {key.removeprefix(group): text for key, text in words.texts(lang).items() if key.startswith(group)}


@pytest.mark.parametrize("lang", catalogue.LANGUAGES)
def test_every_value_has_a_name_and_nothing_else_has(lang):
    assert names(lang).keys() ^ load().keys() == set()


@pytest.mark.parametrize("lang", catalogue.LANGUAGES)
def test_no_two_values_are_called_the_same(lang):
    assert [name for name, count in Counter(names(lang).values()).items() if count > 1] == []


@pytest.mark.parametrize("lang", catalogue.LANGUAGES)
def test_names_fit_beside_a_bar(lang):
    assert {key: name for key, name in names(lang).items() if width(name) > WIDEST[lang] or name != name.strip(" 。.")} == {}


def test_chinese_names_hold_no_latin_letter_but_the_classes_of_minimum_income():
    bare = {key: re.sub(r"`[^`]*`|低保A、B类|低保C类|(?<=中)A、B类", "", name) for key, name in names("zh").items()}
    assert {key: name for key, name in bare.items() if re.search("[A-Za-z]", name)} == {}


def test_every_unit_has_a_chinese_text_and_stands_in_english_as_in_the_evidence():
    assert names("zh", "unit.").keys() ^ {entry.unit for entry in load().values()} == set()
    assert names("en", "unit.") == {}


def test_no_unit_is_longer_than_a_name():
    found = names("zh", "unit.")
    assert {unit: text for unit, text in found.items() if width(text) > 30 or re.search("[A-Za-z]", text)} == {}


@pytest.mark.parametrize(
    ("unit", "told"),
    [("working days", {"zh": "工日", "en": "working days"}), ("stalls a market", dict.fromkeys(catalogue.LANGUAGES, "stalls a market"))],
)
def test_a_refusal_keeps_the_unit_as_it_is_and_tells_it_in_the_language_spoken(unit, told):
    problem = Problem("out_of_range", fields={"low": 1.0, "high": 3.0, "unit": unit})
    for lang, word in told.items():
        with words.spoken(lang):
            assert re.search(rf"1 \S+ 3 ?[(（]{word}[)）]", problem.text(words.say))
    assert problem.fields["unit"] == unit


def test_a_refusal_of_a_value_without_a_unit_has_no_brackets():
    class Plain(Watcher):
        name = "plain"
        parameters = (sim.Entry("plain.pull", 2, "", "assumed", "judgement", low=1, high=3),)

    scenario = sim.load(SCENARIOS / "quick.yaml", families=[Plain])
    with pytest.raises(sim.ScenarioError) as caught:
        scenario.replace(assumptions={"plain.pull": 5})
    for lang, told in (("zh", "依据表的范围是 1 至 3；"), ("en", "the evidence gives 1 to 3; ")):
        with words.spoken(lang):
            assert told in caught.value.lines(words.say)[0]


def test_values_are_told_with_the_key_to_type():
    scenario = sim.load(SCENARIOS / "quick.yaml")
    with words.spoken("zh"):
        (table,) = entries.called(["works.road_crews", "plan.replan_june", "works.road_crews"], scenario)
        told = [column.cells for column in table.columns]
    assert told == [
        ("修路施工队数", "年中调整日（6月）"), ("works.road_crews", "plan.replan_june"), ("45", "166"),
        ("25至75", "136至196"), ("支施工队", "一年中的第几天"),
    ]  # fmt: skip
    assert entries.called([], scenario) == []


def test_a_year_is_told_without_a_comma():
    (table,) = entries.called(["party.rotation_year", "county.rural_population"], sim.load(SCENARIOS / "quick.yaml"))
    assert table.columns[2].cells == ("2018", "168,680")


def test_a_researchers_own_value_goes_by_its_key_until_it_is_named(monkeypatch):
    scenario = sim.load(SCENARIOS / "quick.yaml", families=(*sim.FAMILIES, Shops))
    (table,) = entries.called(["shops.cost"], scenario)
    assert [column.cells for column in table.columns][:3] == [("shops.cost",), ("shops.cost",), ("6,000",)]
    (table,) = entries.called(["shops.income"], scenario)
    assert table.columns[-1].cells == ("yuan a year",), "a unit that the catalogue does not have stays as it is"
    for lang in catalogue.LANGUAGES:
        monkeypatch.setitem(catalogue._taught[lang], "parameter.shops.cost", "网店")
    catalogue.texts.cache_clear()
    try:
        assert entries.together(["shops.cost"]) == "网店"
    finally:
        monkeypatch.undo()
        catalogue.texts.cache_clear()


def test_values_that_move_as_one_go_by_the_first():
    with words.spoken("zh"):
        assert entries.together(["income.line_2017", "income.line_2016"]) == "2017年执行的扶贫标准等2项"
        assert entries.together(["income.line_2017"]) == "2017年执行的扶贫标准"


def test_an_editor_shows_a_value_in_both_languages():
    found = schema()["properties"]["assumptions"]["properties"]["works.road_crews"]
    assert found["description"].splitlines() == ["修路施工队数", "road crews", "45 支施工队", "45 crews"]
