"""The wall map and the pages of command zones."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

import sim
from sim import words
from sim.campaign.exit.village_items import ITEMS
from sim.ensemble.ensemble import Ensemble
from sim.report import figures, places, style
from sim.report import zones as zones_of
from sim.report.page.sections.wall_map import MARKS, wall_map
from sim.report.page.sections.zones import zones
from sim.report.zones import by_gate
from sim.study.compare import fold
from sim.words.numbers import tens
from tests.report import example

FIRST = "as_in_2016_17"


def with_items(run, share=1.0):
    size = len(run.villages["code"])
    items = {item: [int(k % 10 < 10 * share) for k in range(size)] for item in ITEMS}
    works = {
        "township": ["chetian", "chetian"], "work": ["hamlet_roads", "relocation"], "cases": [4, 10], "begun": [4, 9],
        "finished": [2, 8], "accepted": [2, 7], "settled": [1, 6], "half_begun": [181, 0], "half_accepted": [-1, 364],
    }  # fmt: skip
    return replace(run, villages={**run.villages, **items}, works=works)


@pytest.fixture
def told():
    made = example.comparison(4)
    return replace(made, runs={name: [with_items(run) for run in runs] for name, runs in made.runs.items()})


def test_without_items_the_sheet_says_which_are_missing():
    with words.spoken("en"):
        text = wall_map(example.comparison(2))
        assert "<table" not in text and all(words.label("criterion", item) in text for item in ITEMS)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_village_has_a_mark_for_each_item_and_for_incidence(told, lang):
    with words.spoken(lang):
        text = wall_map(told)
    assert text.count("<tr>") == 75
    marks = "".join(mark for _, mark, _ in MARKS)
    assert len(set(marks)) == 4 and len(re.findall(rf"<td[^>]*>[{marks}] \d+</td>", text)) == 74 * 12
    assert "A3" in text
    whole = {"zh": ("列入摘帽计划（每100次）", "年底贫困发生率"), "en": ("due to exit (in 100)", "incidence at year end")}
    assert [head for head in whole[lang] if f'<th scope="col">{head}</th>' not in text] == []


def test_marks_and_numbers_say_the_same(told):
    found = places.villages(told, told.runs[told.baseline])
    every = [village for rows in found.values() for village in rows]
    assert all(set(village.items) == set(ITEMS) for village in every)
    assert {village.items["water"] for village in every} == {1.0}
    doubtful = replace(told, runs={name: [with_items(run, 0.0) for run in runs] for name, runs in told.runs.items()})
    with words.spoken("en"):
        text = wall_map(doubtful)
    assert text.count("○ 0<") >= 74 * 11


def test_a_zone_s_page_has_its_works_in_order_with_shares_and_days(told):
    with words.spoken("en"):
        text = str(zones(told))
    works = text[text.index("Works by the year"):]
    assert works.index("relocation") < works.index("roads to hamlets")
    for said in ("90\u00a0%", "100\u00a0%", "1 July 2018", "31 December 2018", "not this year"):
        assert said in works
    assert text.count("Works by the year&#x27;s end") == 2 * 1  # the one zone: caption and label
    assert "township inspectors" in text or "crews of the township" in text


def test_who_is_short_of_income_or_of_a_place_in_the_quota_does_not_wait_for_verifiers_or_crews(told):
    people = {"turned_away": ("verified", 120), "income_short": ("verified", 180), "income_young": ("verified", 90),
              "income_misread": ("verified", 5), "unfinished": ("built", 160), "no_quota": ("built", 150), "undiagnosed": ("proposed", 7)}  # fmt: skip
    rows = [
        {"township": "chetian", "tier": "deep", "cause": cause, "stage": stage, "households": 1, "people": count,
         "sole": count, "last": count} for cause, (stage, count) in people.items()
    ]  # fmt: skip
    held = by_gate([{**row, "held": row["people"]} for row in rows])
    assert held.columns[0].cells == tuple(words.label("gate", gate) for gate in ("income", "built", "quota", "verified"))
    assert held.columns[1].cells == ("270", "160", "150", "130")


def test_what_is_switched_off_is_on_nobody_s_account_in_a_township(tiny, lang):
    off = sim.run(tiny.replace(families={"works": "off"}), FIRST, 0)
    made = fold(tiny.replace(families={"works": "off"}, compare=[FIRST]), Ensemble(runs={("plan", FIRST, 0): off}), 1)
    for place in {row["township"] for row in off.why_not if row["cause"] == "switched_off"}:
        rows = zones_of.held([off], place)
        people = sum(row["last"] for row in rows if row["cause"] == "switched_off")
        gates = by_gate(rows)
        named = dict(zip(gates.columns[0].cells, zip(*(column.cells for column in gates.columns[1:]), strict=True), strict=True))
        assert named[words.label("gate", "off")] == (tens(people), words.label("unblocks", "off"))
    assert words.label("why_not", "switched_off") in str(zones(made)) and words.label("unblocks", "off") in str(zones(made))
    drawn = figures.drawing("why_not")(style.canvas()[1], made)
    assert words.label("why_not", "switched_off") in {text.get_text() for text in drawn.get_legend().get_texts()}
