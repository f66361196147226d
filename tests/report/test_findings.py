"""The sentence above each figure says what the figure shows, in both languages, and stays inside it."""

import html
import re
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from matplotlib.colors import to_hex

from sim.report import (
    ablation,
    answer,
    chance,
    figures,
    incidence,
    places,
    sensitivity,
    spending,
    style,
    totals,
    value,
    view,
    why_not,
)
from sim.report import comparison as compared
from sim.report.beside import Beside
from sim.report.checks import checks
from sim.report.figures import villages
from sim.report.page import first_screen
from sim.report.page.sections import allocations
from sim.report.page.sections.helps import helps
from sim.statistics.intervals import Interval
from sim.study.ablate import SYSTEMS
from sim.study.effects import Effect, Effects
from sim.study.totals import Totals
from sim.study.value import STEPS
from sim.words import say, spoken
from tests.made import folded
from tests.report import example, studies

NAMES = ("as_in_2016_17", "deep_tilt_up", "industry_first")


def ending(*ends):
    """So many allocations as there are series of ends, a replication each."""
    scenario = example.load(example.SCENARIO).replace(compare=list(NAMES[: len(ends)]))
    return folded(scenario, dict(zip(NAMES, ends, strict=False)))


def told(finding, *of):
    said = []
    for lang in ("zh", "en"):
        with spoken(lang):
            said.append(finding(*of))
    return said


@pytest.mark.parametrize(
    ("ends", "zh", "en"),
    [
        (([0.03] * 9, [0.029, 0.0291] * 5, [0.033] * 9),
         "没有一个方案平均降到2.41%：最低的是“深度贫困倾斜加大”，年底2.90%",
         'No allocation comes down to 2.41 % on average: lowest is "deep tilt up" with 2.90 % at year end'),
        (([0.03] * 9, [0.0241] * 9, [0.024] * 9),
         "3个方案中有2个平均降到2.41%：最低的是“产业优先”，年底2.40%",
         '2 of 3 allocations come down to 2.41 % on average: lowest is "industry first" with 2.40 % at year end'),
        (([0.02, 0.028] * 5, [0.021, 0.024] * 5),
         "各方案平均都降到2.41%：年底2.25%—2.40%，差异不明显",
         "All allocations come down to 2.41 % on average: 2.25 % to 2.40 % at year end, which cannot be told apart"),
        (([0.05] * 10, [0.028, 0.031] * 5, [0.03, 0.0291] * 5),
         "没有一个方案平均降到2.41%：最低的是“深度贫困倾斜加大”，年底2.95%，与另外1个差异不明显",
         'No allocation comes down to 2.41 % on average: lowest is "deep tilt up" with 2.95 % at year end, '
         "which cannot be told from 1 of the others"),
        (([0.03] * 10, [0.0279, 0.0319] * 5, [0.0301, 0.03012] * 5),
         "没有一个方案平均降到2.41%：最低的是“深度贫困倾斜加大”，年底2.99%，与另外2个差异不明显",
         'No allocation comes down to 2.41 % on average: lowest is "deep tilt up" with 2.99 % at year end, '
         "which cannot be told from 2 of the others"),
        (([0.03] * 9,), "“照2016—2017年安排”平均没有降到2.41%：年底3.00%",
         '"as in 2016-17" does not come down to 2.41 % on average: 3.00 % at year end'),
        (([0.02] * 9,), "“照2016—2017年安排”平均降到2.41%：年底2.00%",
         '"as in 2016-17" comes down to 2.41 % on average: 2.00 % at year end'),
    ],
)  # fmt: skip
def test_whether_the_target_is_reached(ends, zh, en):
    assert told(incidence.finding, ending(*ends)) == [zh, en]


def test_who_is_told_from_the_baseline_is_not_called_tied_with_all():
    made = ending([0.03] * 10, [0.0279, 0.0319] * 5, [0.0301, 0.03012] * 5)
    assert set(made.alike) == {NAMES[0], NAMES[2]} and [row.verdict for row in made.differences][1] == "worse"
    assert told(answer.allocations, made) == [
        "离2.41%最近的是“深度贫困倾斜加大”，平均还差580人，但与其他方案差异不明显，不能分出高下；可断定不如“照2016—2017年安排”的有1个",
        'closest to 2.41 % is "deep tilt up", 580 people short on average, but it cannot be told apart from any other; '
        '1 clearly worse than "as in 2016-17"',
    ]


def test_nobody_is_called_closest_to_a_target_that_is_beaten():
    made = ending([0.02] * 10, [0.0179, 0.0219] * 5)
    assert told(answer.allocations, made) == [
        "各方案差异不明显，不能分出高下；低于2.41%最多的是“深度贫困倾斜加大”，平均超出目标420人",
        'the allocations cannot be told apart; furthest below 2.41 % is "deep tilt up", 420 people beyond the target on '
        "average",
    ]
    made = ending([0.05] * 10, [0.0179, 0.0219] * 5, [0.02] * 10)
    known = replace(made, alike=(NAMES[2],), differences=())
    assert told(answer.allocations, known)[0].startswith("“深度贫困倾斜加大”超出目标最多：每100次推演约100次达标，平均超出目标")
    assert told(answer.allocations, known)[1].startswith('"deep tilt up" goes furthest: target met in about 100 of 100')


#: Held against the baseline alone the second is better; among all three, none is told from another.
BETTER = (
    [0.0294, 0.0293, 0.0301, 0.0297, 0.0301, 0.0305, 0.029, 0.0302, 0.0307, 0.0298],
    [0.0294, 0.0289, 0.0303, 0.0289, 0.0283, 0.0298, 0.0281, 0.0303, 0.0303, 0.0279],
    [0.0277, 0.0301, 0.0306, 0.0286, 0.0298, 0.0307, 0.0293, 0.031, 0.0307, 0.0294],
)


def test_the_best_that_is_better_than_the_baseline_is_named_though_tied_with_the_rest():
    made = ending(*BETTER)
    assert set(made.alike) == {NAMES[0], NAMES[2]} and view.known_better(made) == [made.best] == [NAMES[1]]
    assert told(answer.allocations, made) == [
        "离2.41%最近的是“深度贫困倾斜加大”，平均还差510人；可断定好于“照2016—2017年安排”；与另外1个方案差异不明显，不能分出高下",
        'closest to 2.41 % is "deep tilt up", 510 people short on average; it is clearly better than "as in 2016-17"; '
        "it cannot be told apart from 1 of the others",
    ]
    zh, en = told(first_screen.adjusted, made)
    assert zh.startswith("可断定好于现行安排的有“深度贫困倾斜加大”，但所有方案一并比较，“深度贫困倾斜加大”还不能与其他方案分出高下")
    assert en.startswith('known to do better than the baseline: "deep tilt up"; but with all allocations compared')
    assert told(incidence.finding, made) == [
        "没有一个方案平均降到2.41%：最低的是“深度贫困倾斜加大”，年底2.92%，可断定好于“照2016—2017年安排”，与另外1个差异不明显",
        'No allocation comes down to 2.41 % on average: lowest is "deep tilt up" with 2.92 % at year end, which is clearly '
        'better than "as in 2016-17" but cannot be told from 1 of the others',
    ]


def test_lowest_is_said_of_the_lowest_alone():
    made = replace(ending(*BETTER), best=NAMES[2], alike=NAMES[:2])
    zh, en = told(incidence.finding, made)
    assert "：所比方案中较好的是“产业优先”，年底2.98%" in zh
    assert ': best placed is "industry first" with 2.98 % at year end' in en


def test_none_is_called_better_only_where_none_is():
    made = ending(*BETTER)
    none = replace(made, differences=tuple(replace(row, verdict="indistinguishable") for row in made.differences))
    assert told(first_screen.adjusted, none)[0].startswith("没有一个方案可断定好于现行安排，暂无调整的依据")
    other = replace(made, best=NAMES[2], alike=NAMES[:2])
    assert "“产业优先”不在其中，暂不建议调整" in told(first_screen.adjusted, other)[0]
    assert told(answer.allocations, other)[0].endswith("可断定好于“照2016—2017年安排”的有1个")
    two = replace(made, alike=(NAMES[0],))
    assert told(answer.allocations, two)[0].endswith("；可断定好于“照2016—2017年安排”；其余1个方案不如")


def test_the_chances_are_the_least_and_the_greatest():
    made = ending([0.02] * 5 + [0.0299] * 3 + [0.04] * 2, [0.03] * 10)
    assert told(chance.finding, made) == [
        "各方案每100次推演，约0—50次降到2.41%，约0—80次低于3%，约0—80次全县脱贫摘帽",
        "Of 100 replications of each allocation about 0 to 50 come down to 2.41 %, 0 to 80 end below 3 %, "
        "0 to 80 see county exit",
    ]


def test_the_causes_named_are_those_that_stop_most():
    table = {"a": {"season": 300.0, "no_crew": 100.0, "shock": 150.0}, "b": {"no_crew": 440.0, "season": 10.0}}
    assert told(why_not.finding, table) == [
        "年底约500人未脱贫（各方案平均），最后卡得最多的是无施工队（54%）、受季节限制（31%）",
        "Still poor at year end: about 500 people (mean of the allocations), stopped above all by "
        "no crew (54 %), held by the season (31 %)",
    ]
    assert told(why_not.finding, {"a": {"season": 0.0}}) == ["年底没有未脱贫的户", "nobody is left on the register"]


def test_the_villages_that_exit(comparison):
    name = NAMES[1]
    exits = np.mean([run.scalars["exits_villages"] for run in comparison.runs[name]])
    due = sum(comparison.runs[name][0].villages["due"])
    assert told(places.finding, comparison, name) == [
        f"“深度贫困倾斜加大”：计划摘帽的{due}个村，平均{exits:.1f}个年底脱贫摘帽",
        f'"deep tilt up": of {due} villages due to exit, {exits:.1f} do on average',
    ]


def test_what_is_paid_of_what_was_there():
    made, first = example.comparison(2), NAMES[0]
    paid = [row.spent_yuan / 220e6 for row in made.allocations]
    low, high = f"{100 * min(paid):.0f}", f"{100 * max(paid):.0f}"
    assert told(spending.finding, made, list(made.runs)) == [
        f"可用2.2亿元，到年底拨付{low}%—{high}%", f"220 M yuan to be spent, {low} % to {high} % of it paid by year end",
    ]  # fmt: skip
    row = made.allocations[0]
    nothing = replace(made, allocations=(replace(row, spent_yuan=0.0, idle_yuan=0.0), *made.allocations[1:]))
    assert told(spending.finding, nothing, [first])[0] == "没有安排资金"
    carried = {"industry": {"carried": 110.123e6, "allotted": 110e6, "listed": 90e6, "paid": 88e6, "idle": 132.123e6}}
    row = replace(row, lines=carried, spent_yuan=88e6, idle_yuan=132.123e6)
    made = replace(made, allocations=(row, *made.allocations[1:]))
    assert told(spending.finding, made, [first]) == [
        "连同上年结转可用2.2亿元，到年底拨付40%",
        "220 M yuan to be spent with what was carried over, 40 % of it paid by year end",
    ]
    assert told(answer.spending, made)[0].startswith("可用资金2.2亿元，年底支出进度约40%")
    small = replace(row, spent_yuan=17_690_800, idle_yuan=26_536_200)
    assert told(spending.finding, replace(made, allocations=(small,)), [first])[0].startswith("连同上年结转可用4420万元，")


def test_more_money():
    found = {60_000_000: ending([0.05] * 4, [0.049] * 4), 100_000_000: ending([0.03] * 4, [0.031] * 4)}
    scenario = found[60_000_000].scenario
    assert told(totals.finding, Totals(scenario, found, False)) == [
        "总资金由6000万元加到1亿元，没有一个方案平均降到2.41%：最低的由4.90%变为3.00%",
        "From 60 M yuan to 100 M yuan no allocation comes down to 2.41 % on average: the lowest goes from 4.90 % to 3.00 %",
    ]
    found |= {150_000_000: ending([0.02] * 4, [0.03] * 4), 220_000_000: ending([0.02] * 4, [0.02] * 4)}
    assert told(totals.finding, Totals(scenario, found, False)) == [
        "总资金1.5亿元起，有方案平均降到2.41%", "From 150 M yuan on an allocation comes down to 2.41 % on average",
    ]  # fmt: skip


def effect(system, state, low, mean, high):
    nothing = Interval(0.0, 0.0, 0.0)
    return Effect(system, state, Interval(mean, low, high), 24, *[nothing] * 5)


def test_the_greatest_effect_is_one_that_can_be_told():
    scenario = example.load(example.SCENARIO)
    effects = [effect("cadres", "off", -10.0, 900.0, 1810.0), effect("works", "off", 100.0, 250.0, 400.0),
               effect("protection", "double", -300.0, -260.0, -220.0), effect("", "more", -20.0, -12.0, -4.0)]  # fmt: skip
    made = Effects(scenario, NAMES[0], 8, 8, tuple(effects), [], False)
    assert told(ablation.finding, made) == [
        "看得出的影响中最大的是教育、医疗与兜底保障：加强一倍（年底少260人未脱贫）；再加1000万元（年底少10人未脱贫）",
        "Greatest effect that can be told: education, medical care, backstop: doubled (260 fewer people still poor); "
        "10 M yuan more (10 fewer people still poor)",
    ]
    none = Effects(scenario, NAMES[0], 8, 8, tuple(effects[:1]), [], False)
    assert told(ablation.finding, none) == ["各系统停用或加强，都看不出差别", "No effect can be told from none"]


def test_so_few_replications_tell_nothing_which_is_not_that_nothing_has_an_effect(lang):
    scenario, unknown = example.load(example.SCENARIO), Interval(-220.0, -np.inf, np.inf)
    rows = tuple(Effect(of, state, unknown, 4, *[unknown] * 5) for of, state in (("works", "unlimited"), ("industry", "line")))
    few, enough = (Effects(scenario, NAMES[0], n, n, rows, [], False) for n in (5, 6))
    said, of_both = (say(key, n=5, enough=20) for key in ("effect.too_few", "page.helps_few"))
    for finding, of, told in ((ablation.finding, rows[:1], said), (first_screen.helps, rows[:1], of_both),
                              (value.finding, rows[1:], said), (first_screen.quicker, rows[1:], of_both)):  # fmt: skip
        assert finding(replace(few, effects=of)) == told != finding(replace(enough, effects=of))
    for table, groups, noted in ((ablation.ablation, rows[:1], True), (value.value, rows[1:], False)):
        shown = table(replace(few, effects=groups))
        assert say("effect.group.too_few") in shown.columns[0].cells and (said in shown.note) is noted
        shown = table(replace(enough, effects=groups))
        assert say("effect.group.none") in shown.columns[0].cells and say("answer.few", done=6) in shown.note
    for rows_of, study in (({"value": replace(few, effects=rows[1:])}, "value"), ({"ablate": replace(few, effects=rows[:1])}, "ablation")):
        assert say(f"charts.{study}_how_few", fewest=6) in html.unescape(str(helps(Beside(**rows_of))))
    made = example.comparison(4)
    checked = checks(made, Beside(value=few)).columns[2].cells
    assert say("checks.few_of_study", study=say("checks.study.value"), n=5, enough=20) in checked
    assert not any("`" in line or "value" in line for line in checked if line.startswith(("“", '"')))
    assert set(compared.differences(made).columns[-1].cells) == {say("verdict.too_few")}


@pytest.mark.parametrize("ends", [([0.03, 0.031] * 2, [0.029, 0.0301] * 2), ([0.03] * 4, [0.03] * 4)])
def test_of_so_few_replications_no_sentence_says_that_allocations_do_not_differ(ends, lang):
    made = ending(*ends)
    section = html.unescape(str(allocations.allocations(made)))
    known = {"zh": ("推演太少", "差异不明显"), "en": ("too few replications", "cannot be told apart")}[lang]
    for said in (answer.allocations(made), incidence.finding(made), *re.findall(r'class="finding">([^<]*)<', section)):
        assert known[0] in said.lower() and known[1] not in said, said


def test_what_is_bound_and_unpaid_may_wait_for_a_place_in_the_quota_too(comparison, lang):
    """New minimum income is on the list and no work: what it waits for is a place."""
    told = {"zh": ("低保名额", "未办完"), "en": ("place in the backstop's quota", "not yet done or settled")}[lang]
    assert told[0] in compared.lines(comparison).note and told[1] in answer.spending(comparison)


def test_the_charts_of_what_helps_say_that_they_are_in_people(lang):
    scenario, known = example.load(example.SCENARIO), Interval(-220.0, -320.0, -120.0)
    rows = tuple(Effect(of, state, known, 9, *[known] * 5) for of, state in (("works", "unlimited"), ("industry", "line")))
    for n in (4, 24):
        found = Effects(scenario, NAMES[0], n, n, rows, [], False)
        shown = str(helps(Beside(value=replace(found, effects=rows[1:]), ablate=replace(found, effects=rows[:1]))))
        assert shown.count({"zh": "单位：人", "en": "in people"}[lang]) == 2


def test_a_spread_has_no_sign(comparison, lang):
    """It is a size: "+0.48 points" would be read as higher by so much."""
    made = sensitivity.sensitivity(studies.doubts(comparison))[0].columns[1].cells
    assert all(cell[0].isdigit() for cell in made)
    assert made[0].split()[0].startswith(f"{100 * studies.doubts(comparison).sd['incidence']:.2f}")


def test_villages_due_that_stay_above_the_line_are_marked_and_all_have_numbers(comparison, lang):
    with style.styled():
        _, ax = style.canvas(*figures.SIZES["villages"])
        villages.draw(ax, comparison)
    runs = comparison.runs[NAMES[0]]
    due = [np.array(run.villages["due"], dtype=bool) for run in runs]
    ranked = [
        sorted(zip(np.array(run.villages["incidence_start"])[of], np.array(run.villages["incidence_end"])[of],
                   strict=True), reverse=True)
        for run, of in zip(runs, due, strict=True)
    ]  # fmt: skip
    ends = np.median([[end for _, end in rows] for rows in ranked], axis=0)
    marks = {(line.get_marker(), to_hex(line.get_color())): list(line.get_ydata()) for line in ax.lines}
    above, below = [end for end in ends if end >= 0.03], [end for end in ends if end < 0.03]
    assert above and below
    assert marks["D", to_hex(style.colour(1))] == pytest.approx(above)
    numbers = [int(tick.get_text()) for tick in ax.get_xticklabels()]
    assert numbers == [*range(1, len(ends) + 1), 1, *range(5, 75 - len(ends), 5)]


@pytest.mark.parametrize("name", figures.SIZES)
def test_no_title_leaves_the_figure(name, lang):
    scenario = example.load(example.SCENARIO)
    shares = {line: share for line, share in scenario.allocations[NAMES[0]].shares.items() if share}
    long = {"title": {"zh": "很长的名称" * 9, "en": "a name of many words " * 9}, "shares": shares}
    scenario = scenario.replace(allocations={NAMES[0]: long}, compare=[NAMES[0]])
    with style.styled():
        figure, ax = style.canvas(*figures.SIZES[name])
        figures.drawing(name)(ax, example.comparison(3, scenario=scenario))
        figure.canvas.draw()
        box = ax._left_title.get_window_extent()
    assert box.x0 > 0 and box.x1 <= figure.bbox.width and box.y1 <= figure.bbox.height


def every_step(comparison, replications=20, **others):
    """All steps of the study of value, two of which can be told, two differ in too few replications."""
    unknown = Interval(-9.0, -np.inf, np.inf)
    rows = [studies.effect(system, state, -350.0 if system == "disbursement" else -30.0) for system, state in STEPS]
    rows[3:5] = [replace(row, people=unknown, differ=3) for row in rows[3:5]]
    if replications < 5:
        rows = [replace(row, people=unknown, differ=3) for row in rows]
    return replace(studies.effects(comparison, *rows), replications=replications)


def every_system(comparison):
    rows = [studies.effect(system.name, state, 300.0) for system in SYSTEMS for state in system.changes]
    return studies.ablation(comparison, *rows)


@pytest.mark.parametrize(
    "made",
    [every_step, partial(every_step, replications=4), every_system, studies.deadlines, studies.doubts, studies.screened,
     studies.at_totals, studies.searched, lambda comparison: comparison],
)  # fmt: skip
def test_no_text_leaves_the_figure(comparison, made, lang):
    """Labels of an axis stand in its middle, however long: those of a study whose names take half of the width."""
    result = made(comparison)
    for name, size in figures.sizes(result).items():
        with style.styled():
            figure, ax = style.canvas(*size)
            figures.drawing(name)(ax, result)
            figure.canvas.draw()
            texts = [ax._left_title, ax.xaxis.label, ax.yaxis.label, *ax.get_yticklabels()]
            boxes = {text.get_text(): text.get_window_extent() for text in texts if text.get_text()}
        assert {text for text, box in boxes.items() if box.x0 < 0 or box.x1 > figure.bbox.width} == set(), name
