"""What a scenario changes is said wherever its answer is, and the figures stand as they were played."""

from __future__ import annotations

import csv
from typing import get_args

import pytest

from sim import evidence
from sim.campaign.assumed import playing
from sim.report import answer, changed, workbook
from sim.report import appendix as appendix_of
from sim.report.appendix import entries
from sim.report.beside import Beside
from sim.report.checks import checks
from sim.report.page.sections.appendix import appendix
from sim.report.page.sections.paste import paste
from sim.scenario import load
from sim.scenario.parts import Rules
from sim.study.files import write_manifest
from sim.words import label, say, spoken
from tests.conftest import SCENARIOS
from tests.report import example

CREWS, INSPECTORS = "works.road_crews", "works.inspectors"
IN_FORCE_IN_2018 = {"housing": "fit", "reference_items_block": "off"}
SAID = {
    "zh": "没有“双认定”；基础设施与住房施工不用等；督查巡查自2018年6月1日起停用；修路施工队数由45支施工队改为60支施工队；另有1项",
    "en": "no double recognition; works and housing: never waits; supervision: off from 1 June 2018; road crews: 60 instead of 45 (crews); 1 more",
}


@pytest.fixture(scope="module")
def other(full):
    return full.replace(
        compare=["as_in_2016_17"], rules={"double_recognition": False},
        families={"works": "unlimited", "supervision": {"state": "off", "from": "2018-06-01"}},
        assumptions={CREWS: 60, INSPECTORS: {"times": 2, "outside_range": True}},
    )  # fmt: skip


@pytest.fixture(scope="module")
def made(other):
    return example.comparison(5, scenario=other)


def test_the_answer_and_the_paragraph_name_the_changes(made, lang):
    assert [line for line in answer.lines(made) if SAID[lang] in line] == [say("changed.line", changes=SAID[lang])]
    assert SAID[lang] in paste(made)
    assert say("changed.line", changes=SAID[lang]) in dict(workbook.sheets(made))[say("sheet.comparison")].note


@pytest.mark.parametrize(("scale", "told"), [(0.12, True), (1.0, False)])
def test_whose_people_they_are_is_said_where_a_part_of_the_county_is_played(full, scale, told, lang):
    made = example.comparison(20, scenario=full.replace(scale=scale))
    said = {"zh": "小县（全县的12%）", "en": "a small county"}[lang]
    assert [said in line for line in answer.cautions(made)] == [True] * told
    assert (said in paste(made)) is told


@pytest.mark.parametrize("name", ["2018", "quick", "2016-2017", "2016-2020", "2018-after-history", "own-projects"])
def test_what_changes_nothing_says_nothing(name, lang):
    scenario = load(SCENARIOS / f"{name}.yaml")
    assert (changed.changes(scenario), changed.line(scenario), changed.named(scenario)) == ([], [], "")
    assert say("changed.kind", kind="") not in "".join(entries(scenario).columns[-1].cells)


def test_every_change_of_a_rule_has_words(full, lang):
    for name, field in Rules.model_fields.items():
        for value in [choice for choice in get_args(field.annotation) if isinstance(choice, str)] or [True, False]:
            usual = value in (getattr(Rules(), name), IN_FORCE_IN_2018.get(name))
            assert len(changed.changes(full.replace(rules={name: value}))) == (not usual), (name, value)


def test_a_rule_that_is_in_force_in_some_of_the_years_only_is_a_change(lang):
    early = load(SCENARIOS / "2016-2017.yaml")
    for end, rule, changes in (("2016", "half", []), ("2016", "fit", ["fit"]), ("2017", "half", ["half"])):
        played = early.replace(end_date=f"{end}-12-31", rules={"housing": rule})
        assert changed.changes(played) == [say(f"changed.rule.housing.{change}") for change in changes]


def test_a_value_that_leaves_all_as_it_is_is_no_change(full):
    same = full.replace(assumptions={"county.villages": 74, INSPECTORS: {"times": 1}})
    assert changed.changes(same) == []
    assert say("changed.kind", kind="") not in "".join(entries(same).columns[-1].cells)


def test_other_gates_and_values_fixed_where_they_were(full):
    with spoken("zh"):
        told = changed.changes(full.replace(gate="none", assumptions={INSPECTORS: 12}))
    assert told == ["不设名单，达标即报", f"{label('parameter', INSPECTORS, 'zh')}固定为12人"]


def test_values_have_units_and_shares_are_per_cent(full):
    share = next(entry for entry in evidence.load().values() if entry.unit == "chance" and entry.varies)
    stressed = full.replace(assumptions={"money.delay_days": 60, share.name: share.high})
    with spoken("zh"):
        assert set(changed.changes(stressed)) == {
            "各批资金推迟下达的时间由0天改为60天",
            f"{label('parameter', share.name)}由{100 * share.value:g}%改为{100 * share.high:g}%",
        }


def test_a_unit_that_no_number_carries_stands_behind(full):
    with spoken("zh"):
        assert changed.changes(full.replace(assumptions={"plan.replan_june": 170})) == [
            f"{label('parameter', 'plan.replan_june')}由166改为170（一年中的第几天）"
        ]


def test_targets_that_are_not_those_published_are_named(full, lang):
    easier = full.replace(targets={"people": 12000, "incidence": "3 %"})
    assert changed.changes(easier) == {
        "zh": ["贫困发生率目标（2018年底）由2.41%改为3%", "计划脱贫人口（2018年）由13798人改为12000人"],
        "en": ["target incidence, end of 2018: 3 % instead of 2.41 %", "planned exits of people, 2018: 12,000 instead of 13,798 (people)"],
    }[lang]
    assert changed.changes(full.replace(end_date="2020-12-31", targets={"people": 12000})) == []


def test_the_appendix_lists_all_and_values_as_played(made, other, lang):
    assert "；".join(changed.changes(other)) in appendix(made) or "; ".join(changed.changes(other)) in appendix(made)
    _, names, values, ranges, _, kinds = (column.cells for column in entries(other).columns)
    usual, found = evidence.load(), dict(zip(names, zip(values, ranges, kinds, strict=True), strict=True))
    assert usual[CREWS].value == 45
    assert found[CREWS] == ("60", "-", say("changed.kind", kind=say("kind.derived")))
    twice = usual[INSPECTORS]
    ends = say("number.span", low=f"{2 * twice.low:g}", high=f"{2 * twice.high:g}")
    assert found[INSPECTORS] == (f"{2 * twice.value:g}", ends, say("changed.kind", kind=say("kind.assumed")))


def test_the_page_says_everywhere_how_many_figures_play_a_part(made, lang):
    found = playing(made.scenario)
    assumed = sum(entry.kind == "assumed" for entry in found)
    assert 0 < assumed < len(found) < len(evidence.load())
    assert len(entries(made.scenario).columns[0].cells) == len(found)
    assert sum(map(int, appendix_of.evidence(made.scenario).columns[1].cells)) == len(found)
    names, _, advice = (column.cells for column in checks(made, Beside()).columns)
    assert str(assumed) in dict(zip(names, advice, strict=True))[say("checks.name.assumed")]


def test_the_file_of_figures_holds_them_as_played(other, full, tmp_path):
    rows = {}
    for name, scenario in (("other", other), ("full", full)):
        write_manifest(scenario, "compare", tmp_path / name)
        with (tmp_path / name / "evidence.csv").open(encoding="utf-8") as file:
            rows[name] = {row["name"]: row for row in csv.DictReader(file)}
    marked = {name: row["set_by_scenario"] for name, row in rows["other"].items() if row["set_by_scenario"]}
    assert marked == {CREWS: "60 instead of 45", INSPECTORS: "2 times 12"}
    assert [rows["other"][name]["value"] for name in marked] == ["60", "24"]
    assert {row["set_by_scenario"] for row in rows["full"].values()} == {""}


def test_the_file_of_figures_marks_what_the_answer_calls_changed_and_no_more(full, tmp_path):
    """A factor of one, of nothing, or a value that stands there anyway, is no change; a value that no longer varies is."""
    same = {"county.villages": 74, CREWS: {"times": 1}, "money.delay_days": {"times": 2, "outside_range": True}}
    scenario = full.replace(assumptions={**same, INSPECTORS: 12})
    write_manifest(scenario, "compare", tmp_path)
    with (tmp_path / "evidence.csv").open(encoding="utf-8") as file:
        marked = {row["name"]: row["set_by_scenario"] for row in csv.DictReader(file) if row["set_by_scenario"]}
    assert marked == {INSPECTORS: "fixed at 12"} and len(changed.changes(scenario)) == 1


def test_values_of_the_years_before_are_named_too():
    after = load(SCENARIOS / "2018-after-history.yaml")
    changes = after.replace(history=after.history.replace(assumptions={CREWS: 60}))
    with spoken("zh"):
        assert changed.changes(changes) == ["修路施工队数由45支施工队改为60支施工队"]


def test_rules_of_the_years_before_are_named_as_theirs():
    after = load(SCENARIOS / "2018-after-history.yaml")
    changes = after.replace(history=after.history.replace(rules={"county_check": False}))
    with spoken("zh"):
        assert changed.changes(changes) == ["此前几年没有县级抽查"]
