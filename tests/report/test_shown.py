"""Tables, sentences and figures show the number they name: each against the comparison itself."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_rgba

from sim import words
from sim.report import answer, figures, places, spending, style, typeset, view
from sim.report import comparison as shown
from sim.report.beside import Beside
from sim.report.page import first_screen
from sim.report.page.sections import money, search, where
from sim.report.page.sections.paste import paste
from sim.report.page.sections.wall_map import wall_map
from sim.report.totals import totals as totals_table
from sim.study.totals import Totals
from sim.words import catalogue, label, say
from sim.words.numbers import about, amount, between, exact_percent, percent, tens
from tests.made import folded
from tests.report import example

UNIT = {"zh": 1e4, "en": 1e6}
NAMES = ("as_in_2016_17", "deep_tilt_up", "balanced_by_need")


@pytest.fixture(scope="module")
def apart():
    """Three allocations: the first ends at 3 %, the second about 100 people below, the third 300 above, all told apart."""
    scenario = example.load(example.SCENARIO).replace(compare=list(NAMES))
    why = {
        "as_in_2016_17": [{"cause": "season", "people": 900, "sole": 310, "last": 120},
                          {"cause": "unfunded", "people": 1500, "sole": 20, "last": 40}],
        "deep_tilt_up": [{"cause": "season", "people": 800, "sole": 300, "last": 110}],
        "balanced_by_need": [{"cause": "unfunded", "people": 700, "sole": 200, "last": 90}],
    }  # fmt: skip
    paid = {"industry": 70_000_000, "housing": 20_000_000}
    ends = {NAMES[0]: [0.03] * 20, NAMES[1]: [0.029, 0.02902] * 10, NAMES[2]: [0.033, 0.03302] * 10}
    return folded(
        scenario, ends, {name: [end + 0.002 for end in of] for name, of in ends.items()},
        strict={name: [0.04] * 20 for name in ends}, before={name: [0.0241] * 20 for name in ends}, why={name: [why[name]] * 20 for name in ends},
        paid={name: [paid] * 20 for name in ends}, idle={name: [5_000_000] * 20 for name in ends},
    )  # fmt: skip


def ending(incidences):
    """One allocation that ends so in each replication."""
    scenario = example.load(example.SCENARIO).replace(compare=[NAMES[0]])
    return folded(scenario, {NAMES[0]: incidences})


def cells(table, key, nth=0, **fields):
    """The cells under a header of the catalogue."""
    return [column.cells for column in table.columns if column.header == say(f"table.{key}", **fields)][nth]


def drawn(name, result):
    with style.styled():
        _, ax = style.canvas()
        return figures.drawing(name)(ax, result)


def level(ax):
    """The heights of the lines in the target's colour."""
    return [list(line.get_ydata()) for line in ax.lines if line.get_color() == style.TARGET]


def segments(ax):
    """The bars of intervals, as rounded end points."""
    found = [c for c in ax.collections if isinstance(c, LineCollection)]
    return {tuple(np.round(segment, 6).ravel()) for c in found for segment in c.get_segments()}


# Tables.


def test_paid_and_idle_money_stand_under_their_own_names(apart, lang):
    table, unit = shown.comparison(apart), say("money.unit")
    million = 1e6 / UNIT[lang]
    assert {float(cell.replace(",", "")) for cell in cells(table, "paid", unit=unit)} == {90 * million}
    assert {float(cell.replace(",", "")) for cell in cells(table, "idle", unit=unit)} == {5 * million}


def test_two_targets_with_different_bases_are_said_to_be_so(apart, tiny, lang):
    """2.41 % is of each replication's own rural people, 13,798 people go with 168,680; elsewhere there is one target."""
    whole = {"zh": ("2.41%", "13798", "168680"), "en": ("2.41 %", "13,798", "168,680")}[lang]
    (line,) = answer.two_bases(apart)
    assert all(figure in line for figure in whole)
    page = f"{first_screen.first_screen(apart, Beside())}{paste(apart)}".replace("\u00a0", " ")
    assert page.count(line) == 2 and line in shown.comparison(apart).note
    small = folded(tiny, {name: [0.03] for name in tiny.allocations})
    assert {"zh": "1656人对应的是乡村人口20242人", "en": "1,656 people go with 20,242"}[lang] in answer.two_bases(small)[0]
    years = {"start_date": "2016-01-01", "end_date": "2018-12-31"}
    for other in ({"targets": {**apart.scenario.dump()["targets"], "people": 12000}}, years):
        made = replace(apart, scenario=apart.scenario.replace(**other))
        assert answer.two_bases(made) == [] and line not in shown.comparison(made).note


def test_money_by_line_is_paid_bound_and_allotted_in_this_order(lang):
    made = example.comparison(2)
    line = example.LINES["industry"]
    table = shown.lines(made)
    assert {column.cells for column in table.columns[1:]} == {
        (" / ".join(amount(line[part]) for part in ("paid", "listed", "allotted")),)
    }


def test_every_yuan_of_a_line_stands_in_its_row(lang):
    """What went elsewhere and what re-planning moved have columns of their own, so that rows and total add up."""
    lines = {
        "industry": {"allotted": 90, "carried": 0, "moved": -20, "listed": 60, "paid": 50, "misused": 5, "idle": 15},
        "housing": {"allotted": 10, "carried": 0, "moved": 20, "listed": 30, "paid": 28, "misused": 0, "idle": 2},
    }  # fmt: skip
    lines = {line: {part: million * 10**6 for part, million in parts.items()} for line, parts in lines.items()}
    made = example.comparison(2)
    made = replace(made, allocations=tuple(replace(row, lines=lines) for row in made.allocations))
    table = spending.spending(made)
    heads = [say(f"table.{part}", unit=say("money.unit")) for part in ("allotted", "moved", "listed", "paid", "misused", "idle")]
    assert [column.header for column in table.columns[1:]] == heads
    for row in zip(*(column.cells for column in table.columns[1:]), strict=True):
        allotted, moved, _, paid, misused, idle = (float(cell.replace(",", "")) for cell in row)
        assert allotted + moved == paid + misused + idle
    assert table.columns[2].cells[:2] == {"zh": ("-2,000", "+2,000"), "en": ("-20.0", "+20.0")}[lang]
    (option,) = re.findall(r'<script type="application/json">(.*?)</script>', str(money.by_line(made)), flags=re.DOTALL)
    stacked = [[bar["value"] if isinstance(bar, dict) else bar for bar in series["data"]] for series in json.loads(option)["series"]]
    assert [sum(parts) for parts in zip(*stacked, strict=True)] == [70 * 1e6 / UNIT[lang], 30 * 1e6 / UNIT[lang]], "all it had"
    assert say("note.adds_up") in table.note and say("note.adds_up") not in spending.spending(example.comparison(2)).note


def test_idle_money_is_held_against_all_that_the_line_had(lang):
    """Of several years: what was carried over counts, and so does a line that got its money by re-planning alone."""
    lines = {
        "industry": {"allotted": 100, "carried": 60, "moved": -10, "listed": 50, "paid": 44, "idle": 106},
        "housing": {"allotted": 0, "carried": 0, "moved": 10, "listed": 10, "paid": 10, "idle": 0},
        "medical": {"allotted": 0, "carried": 0, "moved": 0, "listed": 0, "paid": 0, "idle": 0},
    }
    made = example.comparison(2)
    made = replace(made, allocations=tuple(replace(row, lines=lines) for row in made.allocations))
    said = str(money.by_line(made))
    assert {"zh": "占该项年中调整后资金的71%", "en": "71 % of what the line had after re-planning"}[lang] in said.replace("\xa0", " ")
    (option,) = re.findall(r'<script type="application/json">(.*?)</script>', said, flags=re.DOTALL)
    drawn = json.loads(option)
    assert drawn["yAxis"]["data"] == [label("line", "industry"), label("line", "housing")]
    assert [series["name"] for series in drawn["series"]] == [say(f"charts.{key}") for key in ("paid", "under_way", "unlisted")]


def test_gain_is_given_only_where_there_is_an_interval(lang):
    scenario = example.load(example.SCENARIO).replace(compare=list(NAMES[:2]))

    def gain(*ends):
        return cells(shown.differences(folded(scenario, dict(zip(NAMES, ends, strict=False)))), "reduction")

    assert set(gain([0.03], [0.029])) == {"-"} and "-" not in gain([0.03, 0.031] * 5, [0.029, 0.0302] * 5)


def test_money_that_went_elsewhere_is_neither_spent_nor_idle_but_counts(apart):
    row = apart.allocations[0]
    lines = {line: {**money, "paid": money["paid"] / 2, "misused": money["paid"] / 2} for line, money in row.lines.items()}
    half = replace(row, spent_yuan=row.spent_yuan / 2, lines=lines)
    with words.spoken("en"):
        text = answer.spending(replace(apart, allocations=(half, *apart.allocations[1:])))
    assert "about 47 % of 95 M yuan is spent" in text and "5 M yuan is left" in text


def test_what_projects_are_owed_is_what_they_were_promised_and_have_not_received(apart):
    """What went elsewhere was paid once more, or is still owed; no line makes up for another."""
    lines = {"industry": {"allotted": 80e6, "listed": 60e6, "paid": 60e6, "misused": 4e6, "idle": 16e6},
             "housing": {"allotted": 20e6, "listed": 20e6, "paid": 15e6, "misused": 0.0, "idle": 5e6}}  # fmt: skip
    row = replace(apart.allocations[0], lines=lines, spent_yuan=75e6, idle_yuan=21e6)
    with words.spoken("en"):
        text = answer.spending(replace(apart, allocations=(row, *apart.allocations[1:])))
    with words.spoken("zh"):
        assert "未列项目1600万元" in answer.spending(replace(apart, allocations=(row, *apart.allocations[1:])))
    assert "about 75 % of 100 M yuan" in text and "16 M yuan bound by no project" in text and "5 M yuan in projects" in text
    assert text.endswith("another 4 M yuan went elsewhere and was not recovered")


def test_every_number_of_an_allocation_stands_in_its_row_under_its_name(comparison, lang):
    table, rows = shown.comparison(comparison), comparison.allocations
    for key, value in (("people_short", "people_short"), ("cost_per_exit", "cost_per_exit")):
        of = [getattr(row, value) for row in rows]
        assert list(cells(table, key)) == [tens(getattr(x, "mean", x)) for x in of]
    assert list(cells(table, "incidence")) == [percent(row.incidence.mean) for row in rows]
    for who in ("people", "households"):
        assert list(cells(table, f"exits_{who}")) == [tens(row.exits[who].mean) for row in rows]
    assert list(cells(table, "exits_villages")) == [f"{row.exits['villages'].mean:.1f}" for row in rows]
    assert cells(table, "allocation") == tuple(view.title(comparison, row.name) for row in rows)


def test_a_chance_is_shown_with_its_interval_each_under_its_name(lang):
    made = ending([0.02] * 12 + [0.029] * 8)  # 12 of 20 reach the target, all are below three per cent
    table = shown.comparison(made)
    assert cells(table, "p_target", target=percent(0.0241)) == ("60 (36-81)",)
    assert cells(table, "p_below_3") == ("100 (83-100)",)


def test_a_difference_has_the_sign_of_the_other_less_the_first_and_its_own_words(apart, lang):
    table = shown.differences(apart)
    assert cells(table, "difference_people") == ("-100", "+300")
    assert cells(table, "difference_incidence") == ("-0.10", "+0.30")
    better, worse = {
        "zh": ("剩余贫困人口更少", "剩余贫困人口更多"),
        "en": ("fewer people still poor", "more people still poor"),
    }[lang]
    assert cells(table, "verdict") == (better, worse)
    low, high = apart.differences[0].incidence.low, apart.differences[0].incidence.high
    assert low < high < 0
    assert cells(table, "interval", 1)[0] == say("number.span", low=f"{100 * low:+.2f}", high=f"{100 * high:+.2f}")


def test_the_other_gate_and_the_other_readings_stand_under_their_own_names(apart, lang):
    table = shown.readings(apart)
    plan, none = (typeset.folded(say(f"plan_gate.{gate}"), 16) for gate in ("plan", "none"))
    strict, before, met = say("table.strict"), say("table.before_holdbacks"), say("table.p_target", target=percent(0.0241))
    by_header = {column.header: column.cells for column in table.columns}
    assert by_header[f"{plan}\n{say('table.incidence')}"] == tuple(percent(x) for x in (0.03, 0.02901, 0.03301))
    assert by_header[f"{strict}\n{say('table.incidence')}"] == (percent(0.04),) * 3
    assert by_header[f"{before}\n{say('table.incidence')}"] == (percent(0.0241),) * 3
    assert by_header[f"{before}\n{met}"] == ("100 (83-100)",) * 3 != by_header[f"{strict}\n{met}"]
    assert by_header[f"{none}\n{say('table.difference_incidence')}"] == ("+0.20",) * 3
    assert say("note.before_holdbacks") in table.note and say("note.readings_years") not in table.note


def test_of_several_years_the_other_readings_are_said_to_be_of_the_last(apart, lang):
    scenario = apart.scenario.replace(end_date="2020-12-31")
    table = shown.readings(folded(scenario, dict.fromkeys(NAMES, [0.03] * 2)))
    assert say("note.readings_years") in table.note


def test_causes_are_the_last_for_every_allocation_then_all_and_sole_of_the_baseline(apart, lang):
    table = shown.why_not(apart)
    assert [column.cells for column in table.columns[1:]] == [
        ("40", "120"), ("0", "110"), ("90", "0"), ("1,500", "900"), ("20", "310"),
    ]  # fmt: skip
    assert cells(table, "held") == ("1,500", "900")
    assert cells(table, "sole") == ("20", "310")


def test_totals_show_incidence_and_chance_of_each_allocation_at_each_total(lang):
    found = {yuan: example.comparison(6, shift) for yuan, shift in ((100_000_000, 0.004), (220_000_000, 0.0))}
    table = totals_table(Totals(found[220_000_000].scenario, found, False))
    assert table.columns[0].cells == tuple(amount(yuan, 0) for yuan in found)
    for place, name in enumerate(example.OFFSETS, start=1):
        incidences = [percent(view.summary(made, name).incidence.mean) for made in found.values()]
        assert [cell.startswith(x) for cell, x in zip(table.columns[place].cells, incidences, strict=True)] == [True] * 2


@pytest.mark.parametrize(("counts", "zh", "en"), [
    ((6, 6), "6次推演", "6 replications"), ((1, 1), "1次推演", "1 replication"),
    ((4, 6), "4—6次推演", "4 to 6 replications"),
])  # fmt: skip
def test_totals_say_how_many_replications_they_have(counts, zh, en):
    found = {yuan: example.comparison(count) for yuan, count in zip((100_000_000, 220_000_000), counts, strict=True)}
    result = Totals(found[100_000_000].scenario, found, False)
    for lang, n in (("zh", zh), ("en", en)):
        with words.spoken(lang):
            page = search.search(Beside(totals=result))
            told = (totals_table(result).title, drawn("totals", result).get_ylabel(), say("charts.totals_how", unit=say("money.unit"), n=n))
            assert n in told[0] and n in told[1] and told[2] in page


# Sentences.


@pytest.mark.parametrize(("hits", "of", "mood"), [
    (17, 17, "enough"),  # the chance is at least 80.5 in 100
    (16, 16, "likely"),  # at least 79.4, though all reach it
    (38, 40, "enough"),  # 95 in 100, at least 83
    (36, 40, "likely"),  # 90 in 100, but it may be 76
    (19, 20, "likely"),
    (31, 40, "unsure"),
    (0, 40, "unsure"),
])  # fmt: skip
def test_the_target_is_assured_only_where_the_low_end_of_its_chance_is(lang, hits, of, mood):
    made = ending([0.02] * hits + [0.03] * (of - hits))
    said = {"zh": {"enough": "的把握较大", "likely": "还不能断定", "unsure": "的把握不足"},
            "en": {"enough": "probably comes down", "likely": "is likely to come down", "unsure": "it is not assured"}}[lang]  # fmt: skip
    text = answer.verdict(made)
    assert [word in text for word in said.values()] == [key == mood for key in said]


def test_money_spent_and_idle_are_said_as_such(apart):
    with words.spoken("en"):
        text = answer.spending(apart)
    assert "about 95 % of 95 M yuan is spent" in text and "5 M yuan is left" in text


def test_so_many_villages_are_due_as_a_replication_has(lang):
    """The places of the map that are due in half of the replications need not be as many: they are named as such."""
    made = example.comparison(4)
    runs = made.runs[NAMES[0]]
    flags = runs[0].villages["due"]
    first, due = flags.index(1), sum(flags)

    def numbers(*others):
        """What is said where these replications have the first village's flag, or give it to the next one's township."""
        given = [replace(run, villages={**run.villages, "due": other or flags}) for run, other in zip(runs, others, strict=True)]
        return re.findall(r"[\d.]+", first_screen.villages_due(made, given))

    gone = [int(flag and place != first) for place, flag in enumerate(flags)]
    moved = [int(flag or place == first + 1) for place, flag in enumerate(gone)]
    exits = f"{made.allocations[0].exits['villages'].mean:.1f}"
    assert numbers(None, None, None, None)[:2] == [str(due), exits]
    assert numbers(moved, moved, None, None)[:3] == [str(due), exits, str(due + 1)], "two places share one village"
    assert numbers(gone, None, None, None)[:2] == [f"{due - 0.25:.3g}", exits]
    assert len(re.findall(r"[\d.]+", first_screen.villages_due(made, runs[:1]))) == 2, "one replication: nothing differs"


def test_of_villages_due_too_seldom_the_first_screen_says_no_more_than_the_map(lang):
    """None exits; one place is due in four of six replications, which the map marks with a dash."""
    made = example.comparison(6)
    flags = made.runs[NAMES[0]][0].villages["due"]
    first, due = flags.index(1), sum(flags)
    gone = [int(flag and place != first) for place, flag in enumerate(flags)]
    runs = [replace(run, villages={**run.villages, "due": gone if number > 3 else flags, "exited": [0] * len(flags)})
            for number, run in enumerate(made.runs[NAMES[0]])]  # fmt: skip
    usual = [village for rows in places.villages(made, runs).values() for village in rows if village.is_due]
    assert [village.exits_if_due for village in usual].count("-") == 1
    some, none = (first_screen.villages_due(made, given) for given in (runs, runs[:4]))
    seldom = [say("page.where_seldom", seldom=count, fewest=places.FEWEST) for count in (1, due)]
    assert say("page.where_unsure", unsure=due - 1) in some and some.endswith(seldom[0])
    assert none.endswith(seldom[1]) and {"zh": "多半", "en": "more likely"}[lang] not in none


def test_which_villages_are_due_is_said_to_differ_only_where_it_does(lang):
    made = example.comparison(2)
    runs = made.runs[NAMES[0]]
    flags = runs[0].villages["due"]
    differs = {"zh": "哪些村列入各次不同", "en": "; not the same ones in every replication; "}[lang]

    def said(*of):
        given = [replace(run, villages={**run.villages, "due": due}) for run, due in zip(runs, of, strict=True)]
        return first_screen.villages_due(made, given)

    assert differs not in said(flags, flags) and differs in said(flags, flags[::-1])


def test_of_a_single_replication_there_is_no_mean_of_villages(lang):
    made = example.comparison(1)
    text = first_screen.villages_due(made, made.runs[NAMES[0]])
    due, exits = sum(made.runs[NAMES[0]][0].villages["due"]), made.allocations[0].exits["villages"].mean
    assert text == {"zh": f"这次推演有{due}个村列入摘帽计划，{exits:.0f}个摘帽",
                    "en": f"in the one replication {due} villages are due to exit, and {exits:.0f} do"}[lang]  # fmt: skip
    words_of = {"zh": "各方案推演1次", "en": "1 replication of each allocation"}[lang]
    assert words_of in say("checks.enough", n=1) and "1 replications" not in say("title.as_of", date="-", n=1)


@pytest.mark.parametrize(
    ("count", "zh", "en"),
    [
        (1, ("只推演了1次，年底贫困发生率", "看不出各次相差多大"), ("a single replication ends at", "does not show how far they differ")),
        (3, ("3次推演，年底贫困发生率在",), ("in 3 replications incidence at year end lies between",)),
        (38, ("38次推演，年底贫困发生率在",), ("in 38 replications incidence at year end lies between",)),
        (40, ("每100次推演有95次", "（-0.4"), ("in 95 of 100 replications", "points (-0.4")),
    ],
)  # fmt: skip
def test_no_more_is_said_of_the_spread_than_so_many_replications_show(count, zh, en, lang):
    made = example.comparison(count)
    text = first_screen.doubt(made)
    assert all(part in text for part in {"zh": zh, "en": en}[lang])
    assert ("95" in text) == (count >= view.SPREAD_FROM)
    assert (say("answer.single") in answer.cautions(made)) == (count == 1)


@pytest.mark.parametrize("count", [20, 38, 39, 100])
def test_of_fewer_than_39_all_are_told_and_of_more_what_95_of_100_new_ones_lie_between(count, lang):
    """The k-th of n replications has k / (n + 1) of new ones below it: 2.5 % lie below the lowest of 39."""
    ends = [0.02 + 0.0002 * k for k in range(count)]
    made = folded(example.load(example.SCENARIO).replace(compare=[NAMES[0]]), {NAMES[0]: ends})
    few = count < 39
    k = 1 if few else 0.025 * (count + 1)
    below, above = (0.02 + 0.0002 * (place - 1) for place in (k, count + 1 - k))
    low, high = percent(below), percent(above)
    assert say("page.spread_few" if few else "page.spread", n=count, low=low, high=high) in first_screen.doubt(made)
    exits = [run.scalars["exits_people"] for run in made.runs[NAMES[0]]]
    least, most = np.interp((count - k, k - 1), range(count), exits)
    told = say("answer.ranged_few" if few else "answer.ranged", people=about(np.mean(exits)), range=between(least, most))
    assert told in answer.task(made)


def test_a_change_without_an_interval_says_how_few_replications_show_it(lang):
    assert say("page.few_both", n=3) in first_screen.doubt(example.comparison(12))


def test_the_greatest_causes_are_those_that_hold_people_last(apart, lang):
    season, unfunded = (words.label("why_not", cause) for cause in ("season", "unfunded"))
    text = answer.why_not(apart)
    assert percent(0.75, 0) in text and percent(0.25, 0) in text
    assert text.index(season) < text.index(unfunded)


def test_the_best_is_said_to_bring_more_people_out(apart):
    with words.spoken("en"):
        text = answer.allocations(apart)
    assert "luck 100 more people exit" in text and "(100 to 100)" in text
    assert "1 of the others clearly worse" not in text, "said only beside what cannot be told apart"


def test_the_others_are_called_worse_by_their_people_whatever_incidence_says():
    scenario = example.load(example.SCENARIO).replace(compare=list(NAMES))
    left = {NAMES[0]: [3000] * 20, NAMES[1]: [2990, 3011] * 10, NAMES[2]: [3300] * 20}
    short = {name: [people - 2410 for people in of] for name, of in left.items()}
    made = folded(scenario, {NAMES[0]: [0.03] * 20, NAMES[1]: [0.03] * 20, NAMES[2]: [0.028] * 20}, left=left, short=short)
    assert (made.best, made.alike) == (NAMES[0], (NAMES[1],))
    with words.spoken("en"):
        assert "1 of the others clearly worse" in answer.allocations(made)


# Figures.


@pytest.mark.parametrize("goal", [0.0241, 0.03])
def test_the_target_line_stands_at_the_target(goal):
    targets = {"incidence": goal, "people": 13_798, "households": 3_520, "villages": 13}
    scenario = example.load(example.SCENARIO).replace(targets=targets)
    made = example.comparison(3, scenario=scenario)
    assert level(drawn("incidence", made)) == [[goal, goal]] * 2
    assert level(drawn("totals", Totals(scenario, {100: made, 200: made}, False))) == [[goal, goal]]


@pytest.mark.parametrize("limit", [0.03, 0.045])
def test_villages_are_held_against_the_exit_limit_of_the_scenario_and_told_so(comparison, lang, limit):
    easier = {"rule.incidence_limit": {"value": limit, "outside_range": True}}
    made = replace(comparison, scenario=comparison.scenario.replace(assumptions=easier))
    ax = drawn("villages", made)
    assert level(ax) == [[limit, limit]]
    marks = [line for line in ax.lines if line.get_linestyle() == "None" and line.get_markerfacecolor() != "white"]
    assert all((line.get_ydata() < limit).all() == (line.get_marker() == "o") for line in marks)
    runs = view.runs(made, made.baseline)
    every = [village for rows in places.villages(made, runs).values() for village in rows]
    ends = np.concatenate([run.villages["incidence_end"] for run in runs])
    assert np.mean([village.below for village in every]) == pytest.approx((ends < limit).mean())
    runs = {name: [replace(run, villages=run.villages | {"water": [1] * len(every)}) for run in of] for name, of in made.runs.items()}
    told = " ".join([
        *ax.get_legend_handles_labels()[1], *(text.get_text() for text in ax.texts), str(where.where(made)),
        str(wall_map(replace(made, runs=runs))), *(column.header for column in places.village_table(made, every).columns),
    ]).replace("\xa0", " ")  # fmt: skip
    named = re.findall(r"(?:低于|仍在|摘帽线|below |still |exit line )([\d.]+ ?%)", told)
    assert len(named) > len(every) + 5 and set(named) == {exact_percent(limit)}


@pytest.mark.parametrize(("listed", "told"), [(0, "-"), (4, "-"), (5, "100"), (20, "100")])
def test_a_village_listed_too_seldom_has_no_chance_to_exit_when_due(lang, listed, told):
    """One village in twenty replications, due in some and then always out."""
    made = example.comparison(20)
    of = {"township": ["ziyuan"], "base_people": [900], "registered_start": [90], "registered_end": [9],
          "incidence_start": [0.1], "incidence_end": [0.01]}  # fmt: skip
    runs = [
        replace(run, villages={**of, "due": [int(r < listed)], "exited": [int(r < listed)]})
        for r, run in enumerate(made.runs[NAMES[0]])
    ]
    made = replace(made, runs={**made.runs, NAMES[0]: runs})
    (village,) = places.villages(made, runs)["ziyuan"]
    table, page = places.village_table(made, [village]), str(where.where(made)).replace("\xa0", " ")
    assert cells(table, "exits_if_due") == (told,)
    assert say("note.villages", fewest=5) in table.note and say("page.tiles_how", limit=places.limit_told(made), fewest=5) in page
    after = {"zh": "次列入摘帽计划，列入后每100次约100次摘帽", "en": ", and then exits in about 100 of 100"}[lang]
    seldom = {"zh": "次列入摘帽计划，次数太少", "en": " of 100, too seldom to tell"}[lang]
    assert [after in page, seldom in page] == [told != "-", listed == 4]


def test_a_tile_has_no_number_where_its_village_was_due_too_seldom(lang):
    made = example.comparison(4)
    tiles = re.findall(r'<li tabindex="0" class="tile ([^"]+)"><b aria-hidden="true">([^<]+)</b>', str(where.where(made)))
    due = [number for kind, number in tiles if "due" in kind]
    assert set(due) == {"-"} and {kind for kind, number in tiles if number == "-"} == {"due"} and len(tiles) > len(due)


def test_each_chance_is_drawn_with_its_interval(comparison):
    ax = drawn("chance", comparison)
    places = {"p_target": 0.27, "p_below_3": 0.0, "p_county_exit": -0.27}
    names = view.names(comparison)
    expected, points = set(), set()
    for measure, shift in places.items():
        for index, name in enumerate(names):
            chance = getattr(view.summary(comparison, name), measure)
            y = round(len(names) - 1 - index + shift, 6)
            expected.add((round(100 * chance.low, 6), y, round(100 * chance.high, 6), y))
            points.add((round(100 * chance.estimate, 6), y))
    assert any(low < high for low, _, high, _ in expected)
    assert segments(ax) == expected
    assert {(round(line.get_xdata()[0], 6), round(line.get_ydata()[0], 6)) for line in ax.lines} == points


def test_incidence_shows_medians_bands_and_ends_of_the_replications(comparison):
    ax = drawn("incidence", comparison)
    names = view.names(comparison)
    bands = [c for c in ax.collections if isinstance(c, PolyCollection)]
    assert len(bands) == len(names)
    ends = set()
    for index, name in enumerate(names):
        runs = comparison.runs[name]
        low, middle, high = np.percentile(
            [run.monthly["incidence_unmet"] for run in runs], [10, 50, 90], axis=0, method="weibull"
        )
        line = next(x for x in ax.lines if x.get_label() == view.title(comparison, name))
        assert (line.get_color(), list(line.get_ydata())) == (style.colour(index), pytest.approx(middle))
        corners = bands[index].get_paths()[0].vertices[:, 1]
        assert (corners.min(), corners.max()) == pytest.approx((low.min(), high.max()))
        low, high = np.percentile([run.scalars["incidence"] for run in runs], [10, 90], method="weibull")
        ends.add((round(low, 6), round(high, 6)))
    assert {(low, high) for x, low, _, high in segments(ax) if x > len(middle) - 1} == ends


def test_totals_are_drawn_with_their_intervals():
    found = {yuan: example.comparison(6, shift) for yuan, shift in ((100_000_000, 0.004), (220_000_000, 0.0))}
    ax = drawn("totals", Totals(found[220_000_000].scenario, found, False))
    expected = {
        (round(row.incidence.low, 6), round(row.incidence.high, 6))
        for made in found.values() for row in made.allocations
    }  # fmt: skip
    assert {(low, high) for _, low, _, high in segments(ax)} == expected


def test_bars_are_people_by_the_last_cause_outstanding(apart):
    ax = drawn("why_not", apart)
    found = {(round(bar.get_y() + bar.get_height() / 2), bar.get_width(), bar.get_facecolor()) for bar in ax.patches}
    unfunded, season = (to_rgba(style.FILLS[view.CAUSES.index(cause)]) for cause in ("unfunded", "season"))
    assert {row for row in found if row[1]} == {
        (0, 40.0, unfunded), (0, 120.0, season), (1, 110.0, season), (2, 90.0, unfunded),
    }  # fmt: skip


def test_every_cause_has_a_colour_of_its_own_and_words(lang):
    assert len(set(style.FILLS)) == len(style.FILLS) >= len(view.CAUSES)
    light = (sum(w * (c / 12.92 if c <= 0.04 else ((c + 0.055) / 1.055) ** 2.4) for w, c in
                 zip((0.2126, 0.7152, 0.0722), to_rgba(fill), strict=False)) for fill in style.FILLS)  # fmt: skip
    assert min(light) > 0.15, "black numbers stand on them"
    own = {key for path in catalogue.sources(lang) for key in catalogue.read(path)}
    assert {f"why_not.{cause}" for cause in view.CAUSES} == {key for key in own if key.startswith("why_not.")}


def test_money_received_and_paid_are_drawn_as_such(comparison):
    ax = drawn("money", comparison)
    lines = {line.get_label(): list(line.get_ydata()) for line in ax.lines}
    received = np.mean([run.monthly["received_yuan"] for run in comparison.runs[NAMES[0]]], axis=0)
    assert lines[say("figure.money.received")] == pytest.approx(received)
    for name in view.names(comparison):
        paid = np.mean([run.monthly["paid_yuan"] for run in comparison.runs[name]], axis=0)
        assert lines[say("figure.money.paid_by", title=view.title(comparison, name))] == pytest.approx(paid)


def test_the_legend_of_how_many_to_propose_covers_no_curve(comparison, lang):
    ax = drawn("propose", comparison)
    ax.figure.draw_without_rendering()
    assert ax.get_legend().get_window_extent().y1 < ax.get_window_extent().y0


def test_a_chinese_sentence_breaks_between_clauses_where_it_can():
    text = "要使核查后仍有1656人脱贫（每100次达到80次），约需提出1820人，但够条件的只有约1450人：名单再长也无用"
    first, second = typeset.wrapped(text, 70).split("\n")
    assert first.endswith("，") and first + second == text
    assert typeset.wrapped("一句没有标点而很长的话" * 3, 40).count("\n") == 1


def test_the_word_over_the_last_points_stays_in_its_strip(lang):
    alone = example.load(example.SCENARIO).replace(compare=[NAMES[0]])
    with style.styled():
        _, ax = style.canvas(*figures.SIZES["incidence"])
        figures.drawing("incidence")(ax, example.comparison(2, scenario=alone))
        ax.figure.draw_without_rendering()
        said = next(text for text in ax.texts if text.get_text() == say("figure.incidence.year_end"))
        strip, box = ax.patches[-1].get_window_extent(), said.get_window_extent()
        assert strip.x0 <= box.x0 and box.x1 <= strip.x1


def test_money_carried_over_was_there_from_the_first_day(comparison):
    lines = {"industry": {**example.LINES["industry"], "carried": 9_000_000}}
    made = replace(comparison, allocations=tuple(replace(row, lines=lines) for row in comparison.allocations))
    drawn_lines = {line.get_label(): list(line.get_ydata()) for line in drawn("money", made).lines}
    assert drawn_lines[say("figure.money.with_carried")][0] == 9_000_000
