"""What is said of a race: settled, by what, or what its end leaves open."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from sim import words
from sim.report import answer, optimise, view
from sim.report import comparison as shown
from sim.report.beside import Beside
from sim.report.checks import checks
from sim.report.page.sections.allocations import allocations
from sim.statistics.intervals import FEW
from sim.words import say
from sim.words.numbers import plain_points
from tests.made import folded
from tests.report import example, studies

NAMES = ("as_in_2016_17", "deep_tilt_up", "balanced_by_need")


def raced(*offsets, noise=0.0, n=16, looked=(12, 16), **changes):
    """A race of allocations whose ends lie so far from the first's; ``noise`` is the deviation of each one's own luck."""
    scenario = example.load(example.SCENARIO).replace(compare=list(NAMES[: len(offsets)]), **changes)
    rng = np.random.default_rng(4)
    luck = 0.03 + rng.normal(0, 0.003, n)
    return folded(scenario, {name: list(luck + offset + rng.normal(0, 1, n) * noise)
                             for name, offset in zip(NAMES, offsets, strict=False)}, looked=looked)  # fmt: skip


def said(made, lang="en"):
    with words.spoken(lang):
        return answer.lines(made)


def test_the_only_one_left_is_said_to_be(lang):
    made = raced(0.0, 0.003, -0.004, noise=1e-5)
    assert answer.allocations(made).endswith(
        say("answer.settled.one_left", n=16, confidence=words.numbers.exact_percent(0.95), zone="")
    )
    note = shown.comparison(made).note
    for name in NAMES[:2]:
        assert say("answer.out.incidence", name=view.title(made, name), look=12) in note


def test_out_of_the_race_is_of_all_pairs_and_apart_is_of_the_baseline_alone(lang):
    """The first and second are out by the third; against the first the second does worse, the third better."""
    made = raced(0.0, 0.003, -0.004, noise=1e-5)
    note, page = shown.comparison(made).note, str(allocations(made)).replace("\u00a0", " ")
    every, alone = {
        "zh": ("全部方案两两相比，已可断定不如另一个方案的：", "只与“照2016—2017年安排”相比，2个方案中1个年底未脱贫人口可断定更少，1个可断定更多"),
        "en": ("held against every other: ", "gainst &quot;as in 2016-17&quot; alone, 1 of 2 allocations are known to leave fewer people poor and 1 to leave more"),
    }[lang]  # fmt: skip
    assert every in note and alone in page


def test_none_better_by_more_than_the_zone():
    made = raced(0.0, 0.0, 0.0)
    with words.spoken("en"):
        told = answer.allocations(made)
    assert told.startswith("the allocations cannot be told apart, each 620 people short on average; ")
    assert told.endswith(
        "; settled at 95 % after 16 replications: none of those still in the race is better by more than 0.05 points"
    )
    assert not any(line.startswith("Note: after") for line in said(made))
    with words.spoken("zh"):
        assert answer.allocations(made).endswith("推演16次可以定下（把握95%）：仍在比较之列的方案即使更好，也不超过0.05个百分点")


def test_of_who_is_best_by_its_chance_alone_nothing_is_said_of_people(lang):
    """The first meets the target always, barely; the second goes further, and misses it in a third of the runs."""
    scenario = example.load(example.SCENARIO).replace(compare=list(NAMES[:2]))
    target = scenario.targets.incidence
    ends = {NAMES[0]: [target - 1e-4] * 30, NAMES[1]: [target - 4e-3, target - 4e-3, target + 1e-3] * 10}
    made = folded(scenario, ends)
    first, second = made.allocations
    assert made.best == NAMES[0] and first.people_short.mean > second.people_short.mean
    told = answer.allocations(made)
    assert {"zh": "选定“", "en": "is chosen"}[lang] in told
    assert {"zh": "超出目标最多", "en": "goes furthest"}[lang] not in told


def test_what_few_have_settled_is_known_roughly_on_the_first_screen_and_among_the_checks(lang):
    made = raced(0.0, 0.003, -0.004, noise=1e-5)
    assert made.selection.settled and made.replications < FEW
    assert say("answer.few", done=16) in answer.cautions(made)
    assert say("checks.few", n=16, enough=FEW) in checks(made, Beside()).columns[2].cells


def test_what_the_cap_leaves_open_is_said_first():
    made = raced(0.0, 0.0001, 0.02, noise=0.002)
    assert made.selection.left == NAMES[:2]
    note = said(made)[2]
    assert note.startswith(
        "Note: after 16 replications, the most the scenario allows, the choice is not settled at 95 %:"
    )
    assert 'still open are "as in 2016-17", "deep tilt up", and "' in note
    with words.spoken("en"):
        assert f"by up to {plain_points(made.selection.within)}. " in note
        assert made.selection.best in NAMES and view.title_of(made.scenario, made.selection.best) in note
    assert "settled" not in answer.allocations(made)
    assert said(made, "zh")[2].startswith("注意：推演到情景规定的上限16次，仍不能以95%的把握定下：")


def test_how_far_apart_they_are_is_not_said_where_nothing_is_known():
    made = raced(0.0, 0.0001, 0.02, noise=0.002, n=2, looked=(2,))
    assert said(made)[2].endswith("by how much they differ cannot be said yet. More replications may settle it.")


def test_of_many_that_are_open_there_is_a_number(lang):
    scenario = example.load(example.SCENARIO)
    made = folded(scenario, {name: [0.03, 0.04, 0.05] for name in scenario.allocations}, looked=(3,))
    assert say("answer.open_count", count=7, all=7) in answer.lines(made)[2]


def test_one_alone_is_known_so_well(lang):
    close, wide, few = (
        raced(0.0, n=1600, looked=(1600,), indifference="0.1 %"),
        raced(0.0),
        raced(0.0, n=2, looked=(2,)),
    )
    confidence = words.numbers.exact_percent(0.95)
    assert answer.allocations(close).endswith(
        say("answer.settled.narrow", n=1600, confidence=confidence, zone=plain_points(0.001))
    )
    within = plain_points(wide.selection.within)
    assert say(
        "answer.open_alone", n=16, within=within, confidence=confidence, zone=plain_points(0.0005)
    ) in answer.lines(wide)
    assert say("answer.open_alone_unknown", n=2) in answer.lines(few)


def test_an_interrupted_run_is_said_to_be_partial_only(lang):
    made = dataclasses.replace(raced(0.0, 0.0001, noise=0.002), interrupted=True, asked=24)
    assert answer.lines(made)[2] == say("answer.partial", done=16, asked=24)
    assert not any(str(made.selection.left) in line for line in answer.lines(made))


@pytest.mark.parametrize(("looked", "key"), [((), "intervals_fixed"), ((12, 16), "intervals_anytime")])
def test_the_note_says_what_its_intervals_hold_against(lang, looked, key):
    made = raced(0.0, 0.001, noise=1e-4, looked=looked)
    assert say(f"note.{key}") in shown.differences(made).note
    assert (made.selection is None) == (looked == ())


def test_points_are_told_to_two_figures(lang):
    assert plain_points(0.0005) == say("number.points", value="0.05")
    assert plain_points(0.001234) == say("number.points", value="0.12")


def chosen(comparison, first, second, third=None, looked=tuple(range(20, 49, 4))):
    """A search whose choice is between two allocations that end so in each replication, or three."""
    scenario = example.load(example.SCENARIO).replace(compare=list(NAMES[: 3 if third else 2]))
    ends = {name: [end(r) for r in range(48)] for name, end in zip(NAMES, (first, second, third), strict=False) if end}
    made = folded(scenario, ends, looked=looked)
    assert made.best == NAMES[1]
    return dataclasses.replace(studies.searched(comparison), scenario=scenario, choice=made)


def told(found):
    said = []
    for lang in ("zh", "en"):
        with words.spoken(lang):
            said.append(optimise.finding(found))
    return said


@pytest.mark.parametrize("looked", [(), tuple(range(20, 49, 4))])
def test_a_search_that_is_told_from_the_baseline_by_chance_says_so(comparison, looked):
    """Its people cannot be told from the baseline's, or are told to be more: in neither case it is called alike."""
    over, worse = (lambda r: 0.0242), (lambda r: 0.0239 if r % 2 else 0.0313)
    untold = chosen(comparison, over, lambda r: 0.0234 if r % 2 else 0.0248 + 0.0002 * (r % 3), looked=looked)
    more = chosen(comparison, over, worse, looked=looked)
    assert [of.choice.differences[0].verdict for of in (untold, more)] == ["indistinguishable", "worse"]
    assert not untold.choice.alike and not more.choice.alike
    zh, en = told(untold)
    assert "达标最多：每100次推演约50次" in zh and zh.endswith("未脱贫人数差异不明显，不能分出高下")
    assert 'reaches the target most often: in about 50 of 100 replications, "as in 2016-17" in 0; in people' in en
    zh, en = told(more)
    assert "达标最多" in zh and "但同样年景下多340人未脱贫（" in zh and "nearest" not in en
    assert "most often: in about 50 of 100" in en and "but 340 people more stay poor (" in en


def test_a_search_that_cannot_be_told_from_the_baseline_or_is_told_by_people_says_so(comparison):
    alike = chosen(comparison, lambda r: 0.03 + 0.001 * (r % 3), lambda r: 0.03 + 0.001 * (r % 4) - 0.0006)
    better = chosen(comparison, lambda r: 0.03, lambda r: 0.025 + 0.0001 * (r % 3))
    assert "cannot be told from" in told(alike)[1] and "people fewer stay poor" in told(better)[1]


def test_a_search_whose_baseline_is_out_by_another_says_no_more(comparison):
    found = studies.searched(comparison)
    row = next(row for row in found.choice.differences if row.name == found.winner)
    wide = dataclasses.replace(row, people=dataclasses.replace(row.people, low=-300.0, high=10.0))
    rows = [dataclasses.replace(each, p_target=found.choice.allocations[0].p_target) for each in found.choice.allocations]
    choice = dataclasses.replace(found.choice, differences=(wide,), allocations=tuple(rows), alike=())
    zh, en = told(dataclasses.replace(found, choice=choice))
    assert "可断定不如所比的另一个方案" in zh and "known to do worse than another of those compared" in en


def test_the_zone_of_a_search_is_in_points_of_incidence(comparison):
    found = studies.searched(comparison)
    settled = dataclasses.replace(found.choice.selection, reason="zone")
    choice = dataclasses.replace(found.choice, selection=settled)
    made = dataclasses.replace(found, choice=choice)
    for lang, said in (("en", "up to 0.05 points of incidence"), ("zh", "发生率相差0.05个百分点以内")):
        with words.spoken(lang):
            assert [line for line in optimise.lines(made) if said in line]
