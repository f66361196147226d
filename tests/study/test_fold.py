"""What replications say together: the best, the alike, chances, causes, money, and the tables they leave."""

from __future__ import annotations

import csv
import json
from math import inf

import numpy as np
import pytest
from scipy.stats import binomtest

from sim import words
from sim.report import comparison as shown
from sim.report import view
from sim.statistics.intervals import simultaneous
from sim.study import mean_interval, paired, write
from sim.study.files import finite, write_bytes, write_csv
from sim.study.outputs import summary
from sim.study.pairs import differences as pairs
from tests.conftest import SCENARIOS
from tests.made import folded, run

A, B, C = "as_in_2016_17", "deep_tilt_up", "balanced_by_need"
TARGET = 0.0241


def constant(**ends):
    return {name: [end] * 4 for name, end in ends.items()}


def noise(n, step=1e-4):
    """Luck without a mean."""
    return [step * (-1) ** r * (1 + r // 2) for r in range(n)]


def rows(path):
    with path.open(newline="") as text:
        return list(csv.DictReader(text))


@pytest.fixture
def tables(tiny, tmp_path):
    """The files of three allocations, three replications each and two under the other gate, as rows by name."""
    ends = {name: [0.03 + 0.001 * k, 0.031, 0.032] for k, name in enumerate((A, B, C))}
    why = {name: [[{"cause": "season", "people": 9, "sole": 3, "last": 5, "households": 2}]] * 3 for name in ends}
    write(folded(tiny, ends, {name: values[:2] for name, values in ends.items()}, why=why), tmp_path)
    return {path.stem: rows(path) for path in tmp_path.glob("*.csv")}


def reaching(hits):
    """The first reaches the target in some replications and is far off in the rest; the second is always near."""
    return {A: [0.02] * hits + [0.09] * (16 - hits), B: [0.0242] * 16, C: [0.09] * 16}


@pytest.mark.parametrize(("hits", "best"), [(16, A), (7, A), (6, B), (3, B)])
def test_a_chance_counts_only_where_it_is_told_from_the_others_over_all_pairs(tiny, hits, best):
    """Seven to none is a chance of 0.0156, within 0.05 for three pairs; six to none, 0.031, is within 0.05 for one."""
    made = folded(tiny, reaching(hits))
    assert made.best == best
    assert (made.allocations[0].people_short.mean < made.allocations[1].people_short.mean) == (hits == 16)
    assert folded(tiny.replace(compare=[A, B]), {k: v for k, v in reaching(6).items() if k != C}).best == A


def test_what_reaches_the_target_less_often_is_not_alike_though_people_cannot_be_told_apart(tiny):
    made = folded(tiny, {A: [0.024] * 12, B: [0.024] * 12, C: [0.0242] * 10 + [0.01] * 2})
    assert (made.differences[1].verdict, made.differences[1].people.mean < 0) == ("indistinguishable", True)
    assert (made.best, made.alike) == (A, (B,))


def test_no_allocation_whose_chance_ties_is_told_to_be_nearer_than_the_best(tiny):
    rng = np.random.default_rng(5)
    picked = set()
    for _ in range(60):
        luck = rng.normal(0, 0.002, 16)
        ends = {name: list(0.0241 + luck + rng.normal(0.0005, 0.0015, 16) + rng.normal(0, 0.0007)) for name in (A, B, C)}
        made = folded(tiny, ends)
        picked.add(made.best)
        of_best = np.array(ends[made.best])
        for name in (A, B, C):
            reached, best_reached = np.array(ends[name]) <= TARGET, of_best <= TARGET
            more = int((reached & ~best_reached).sum()), int((reached != best_reached).sum())
            apart = more[1] > 0 and binomtest(*more).pvalue < 0.05 / 3
            assert not (apart and reached.sum() > best_reached.sum()), "nobody reaches the target more often"
            ends_of = [[run.scalars["registered_end_people"] for run in made.runs[k]] for k in (made.best, name)]
            assert apart or paired(*ends_of, simultaneous(0.95, 3))[0].high >= 0
    assert picked == {A, B, C}


def test_what_only_a_third_reaches_the_target_more_often_than_is_still_alike_to_the_best(tiny):
    seldom, often = [0.024] * 5 + [0.03] * 35, [0.0318] * 5 + [0.024] * 12 + [0.0318] * 23
    made = folded(tiny, {A: [0.03] * 40, B: seldom, C: often})
    assert (made.best, made.differences[0].verdict) == (B, "indistinguishable")
    assert made.alike == (A, C), "the second may be no better than the first"


def test_among_equal_chances_the_best_is_short_of_the_fewest_people(tiny):
    assert folded(tiny, constant(**{A: 0.03, B: 0.028, C: 0.029})).best == B
    assert folded(tiny, constant(**{A: 0.022, B: 0.021, C: 0.02})).best == C
    assert folded(tiny, constant(**{A: 0.022, B: 0.022, C: 0.022})).best == A, "the first of equals"


@pytest.mark.parametrize(("ends", "best", "alike"), [
    ((0.05, 0.02, 0.02003), B, (C,)),
    ((0.02003, 0.05, 0.02), C, (A,)),
    ((0.05, 0.05001, 0.02), C, ()),
    ((0.02, 0.05, 0.05001), A, ()),
])  # fmt: skip
def test_alike_is_what_cannot_be_told_from_the_best(tiny, ends, best, alike):
    luck = {A: noise(8), B: noise(8)[::-1], C: [-x for x in noise(8)]}
    made = folded(tiny, {name: [end + x for x in luck[name]] for name, end in zip((A, B, C), ends, strict=True)})
    assert (made.best, made.alike) == (best, alike)


def told_apart_alone(n):
    """Differences that one interval tells from nil, and one of three that hold together does not."""
    luck = np.array(noise(n, 0.001))
    half = mean_interval(luck).high
    return list(luck + 1.15 * half)


def test_alike_is_judged_over_all_pairs_of_which_the_best_was_picked(tiny):
    ends = {A: [0.03] * 8, B: [0.03 + x for x in told_apart_alone(8)], C: [0.09] * 8}
    three, two = folded(tiny, ends), folded(tiny.replace(compare=[A, B]), {A: ends[A], B: ends[B]})
    assert (three.best, three.alike) == (A, (B,))
    assert (two.best, two.alike) == (A, ())


def test_a_difference_is_the_other_less_the_first_and_fewer_poor_are_better(tiny):
    made = folded(tiny, {A: [0.03] * 8, B: [0.02, 0.021] * 4, C: [0.04, 0.041] * 4})
    assert [(row.name, row.verdict) for row in made.differences] == [(B, "better"), (C, "worse")]
    assert [row.people.mean for row in made.differences] == pytest.approx([-950, 1050])
    assert [row.incidence.mean for row in made.differences] == pytest.approx([-0.0095, 0.0105])
    assert [row.differ for row in made.differences] == [8, 8]


def test_better_and_worse_are_said_of_people_whatever_incidence_says(tiny):
    """The incidences point one way, the people left another."""
    left = {A: [3000] * 8, B: [2990, 3011] * 4, C: [2890, 2910] * 4}
    made = folded(tiny, {A: [0.03] * 8, B: [0.02, 0.021] * 4, C: [0.04, 0.041] * 4}, left=left)
    assert [(row.name, row.verdict) for row in made.differences] == [(B, "indistinguishable"), (C, "better")]
    assert made.differences[0].incidence.high < 0 < made.differences[1].incidence.low


@pytest.mark.parametrize(("touched", "verdict"), [(6, "indistinguishable"), (9, "better")])
def test_where_few_replications_differ_nothing_is_told_apart(tiny, tmp_path, touched, verdict):
    ends = {A: [0.03] * 10, B: [0.03 - 0.005 * (r < touched) for r in range(10)], C: [0.03] * 10}
    made = folded(tiny, ends)
    row, same = made.differences
    assert (row.differ, row.verdict, row.people.mean) == (touched, verdict, -50 * touched)
    assert (same.differ, same.verdict) == (0, "indistinguishable")
    write(made, tmp_path)
    said = json.loads((tmp_path / "summary.json").read_text())["differences"][0]
    assert (said["differ"], said["people"]["low"] is None) == (touched, touched == 6)


def test_the_chance_of_the_countys_exit_is_that_of_its_own_test(tiny):
    made = folded(tiny, constant(**dict.fromkeys((A, B, C), 0.029)), county={name: [1, 0, 0, 0] for name in (A, B, C)})
    row = made.allocations[0]
    assert (row.p_county_exit.count, row.p_below_3.count) == (1, 4)


def test_the_intervals_of_a_comparison_hold_together(tiny):
    """Two differences from the first, three from the other gate, three pairs of which the best was picked."""
    ends = {A: [0.03 + x for x in noise(8)], B: [0.03 + 2 * x for x in noise(8)], C: [0.03 - x for x in noise(8)]}
    none = {name: [end - 0.001 * (r % 3) for r, end in enumerate(values[:5])] for name, values in ends.items()}
    made = folded(tiny, ends, none)
    confident = simultaneous(0.95, 2)
    assert [row.incidence for row in made.differences] == [paired(ends[A], ends[k], confident)[0] for k in (B, C)]
    confident = simultaneous(0.95, 3)
    by_gate = [paired(ends[name][:5], none[name], confident)[0] for name in (A, B, C)]
    assert ([row.incidence for row in made.other_gate], made.other_replications) == (by_gate, 5)
    assert simultaneous(0.95, 1) == pytest.approx(0.95)


def test_what_reaches_the_target_exactly_counts_and_three_per_cent_exactly_does_not(tiny):
    ends = [TARGET, TARGET + 1e-9, TARGET - 1e-9, 0.03, np.nextafter(0.03, 0)]
    strict = [0.05, TARGET, 0.05, 0.05, 0.05]
    before = [TARGET] * 4 + [0.05]
    names = (A, B, C)
    made = folded(tiny, dict.fromkeys(names, ends), strict=dict.fromkeys(names, strict), before=dict.fromkeys(names, before))
    row = made.allocations[0]
    assert tiny.targets.incidence == TARGET
    chances = (row.p_target, row.p_target_strict, row.p_target_before_holdbacks, row.p_below_3)
    assert [p.count for p in chances] == [2, 1, 4, 4]
    assert {p.n for p in chances} == {5}
    assert row.incidence_before_holdbacks.mean == pytest.approx(sum(before) / 5)


def test_causes_are_means_of_a_replication_held_sole_and_last_each_by_itself(tiny):
    def row(cause, people, sole, last):
        return {"cause": cause, "people": people, "sole": sole, "last": last, "households": 99}

    why = [[row("season", 10, 4, 7), row("unfunded", 20, 2, 5), row("season", 6, 0, 1)], [row("season", 8, 2, 3)]]
    made = folded(tiny, dict.fromkeys((A, B, C), (0.03, 0.03)), why=dict.fromkeys((A, B, C), why))
    assert made.allocations[0].why_not == (
        {"cause": "season", "held": 12.0, "sole": 3.0, "last": 5.5},
        {"cause": "unfunded", "held": 10.0, "sole": 1.0, "last": 2.5},
    )


def test_the_same_money_is_the_same_in_every_line(tiny):
    paid = {
        A: {"industry": 700, "housing": 300},
        B: {"industry": 300, "housing": 700},  # the same total, other lines
        C: {"industry": 695, "housing": 304},  # 5 of 700, 4 of 304
    }
    made = folded(tiny, constant(**dict.fromkeys(paid, 0.03)), paid={name: [of] * 4 for name, of in paid.items()})
    assert made.same_money == ((A, C),)


@pytest.mark.parametrize(("moved", "same"), [(9, True), (11, False)])
def test_two_per_cent_of_each_line_may_lie_elsewhere_however_small_the_line(tiny, moved, same):
    paid = {A: {"industry": 50_000, "housing": 500}, B: {"industry": 50_000, "housing": 500 - moved}}
    scenario = tiny.replace(compare=[A, B])
    made = folded(scenario, constant(**dict.fromkeys(paid, 0.03)), paid={name: [of] * 4 for name, of in paid.items()})
    assert made.same_money == (((A, B),) if same else ())


def test_each_group_that_pays_the_same_is_named_whole_and_no_pair_is_lost(tiny):
    """The second pays as the first and as the third, which are 3 % apart."""
    paid = {A: {"industry": 1000}, B: {"industry": 1015}, C: {"industry": 1030}}
    made = folded(tiny, constant(**dict.fromkeys(paid, 0.03)), paid={name: [of] * 4 for name, of in paid.items()})
    assert made.same_money == ((A, B), (B, C))
    with words.spoken("en"):
        told = [line for line in shown.comparison(made).note.splitlines() if "within 2 % in every line" in line]
        quoted = [f'"{view.title(made, one)}", "{view.title(made, other)}"' for one, other in made.same_money]
    assert [line[line.index('"'):line.rindex('"') + 1] for line in told] == quoted


def test_money_paid_and_idle_are_each_its_own(tiny):
    paid = {name: [{"industry": 100}, {"industry": 200}] for name in (A, B, C)}
    made = folded(tiny, dict.fromkeys((A, B, C), (0.03, 0.04)), paid=paid, idle={name: [10, 40] for name in paid})
    row = made.allocations[0]
    assert (row.spent_yuan, row.idle_yuan) == (150, 25)
    assert row.lines == {"industry": {"allotted": 175, "listed": 150, "paid": 150, "idle": 25}}
    assert row.cost_per_exit == pytest.approx(150 / row.exits["people"].mean)


def test_villages_out_are_doubted_where_all_replications_agree(tiny):
    """One of two villages is out in both replications: of others, none to both may be."""
    one = folded(tiny, dict.fromkeys((A, B, C), (0.03, 0.04))).allocations[0].exits["villages"]
    assert one.mean == 1 and one.low + one.high == pytest.approx(2)
    assert 0 < one.low < 1 < one.high < 2


def test_where_nobody_is_out_none_has_a_cost(tiny):
    made = folded(tiny, dict.fromkeys((A, B, C), (0.1059, 0.1059)))
    assert made.allocations[0].exits["people"].mean == 0.0 and made.allocations[0].cost_per_exit == inf
    assert finite(summary(made))["allocations"][0]["cost_per_exit"] is None
    with words.spoken("en"):
        table = shown.comparison(made)
    assert next(c for c in table.columns if c.header == "yuan a\nperson\nout").cells == ("-",) * 3


def test_replications_are_folded_in_ascending_order_whoever_was_first(tiny, tables):
    made = folded(tiny, {name: [0.03, 0.031, 0.032] for name in (A, B, C)}, {name: [0.03, 0.031] for name in (A, B, C)})
    for kept, numbers in ((made.runs, [0, 1, 2]), (made.other_runs, [0, 1])):
        assert {name: [r.replication for r in runs] for name, runs in kept.items()} == dict.fromkeys((A, B, C), numbers)
    runs = {name: kept for name, kept in tables.items() if name != "evidence"}
    assert len(runs) == 6
    for name, kept in runs.items():
        order = [(row.get("gate") == "none", [A, B, C].index(row["allocation"]), int(row["replication"])) for row in kept]
        assert order == sorted(order), name


def test_every_table_has_its_rows_for_each_allocation_and_replication(tables):
    for name, each in (("villages", 2), ("monthly", 3), ("why_not", 1), ("lines", 1), ("projects", 2)):
        counted = {}
        for row in tables[name]:
            key = row["allocation"], row["replication"]
            counted[key] = counted.get(key, 0) + 1
        assert counted == {(a, str(r)): each for a in (A, B, C) for r in range(3)}, name
    assert [(row["gate"], row["replication"]) for row in tables["replications"]] == [
        *[("plan", r) for _ in (A, B, C) for r in "012"], *[("none", r) for _ in (A, B, C) for r in "01"],
    ]  # fmt: skip


def test_rows_hold_what_their_run_recorded_from_the_start_to_the_last_month(tables):
    first = [row for row in tables["monthly"] if row["allocation"] == B and row["replication"] == "0"]
    assert [(row["month"], row["incidence"], row["paid_yuan"]) for row in first] == [
        ("0", "0.1059", "0"), ("1", "0.1", "1"), ("2", "0.031", "100"),
    ]  # fmt: skip
    last = tables["villages"][-2:]
    assert [(row["allocation"], row["replication"], row["code"], row["incidence_end"]) for row in last] == [
        (C, "2", "01", "0.032"), (C, "2", "02", "0.064"),
    ]  # fmt: skip
    assert tables["lines"][0] == {
        "allocation": A, "replication": "0", "line": "industry", "allotted": "110", "listed": "100", "paid": "100",
        "idle": "10",
    }  # fmt: skip
    assert tables["why_not"][0] == {
        "allocation": A, "replication": "0", "cause": "season", "people": "9", "sole": "3", "last": "5",
        "households": "2",
    }  # fmt: skip
    assert [(row["kind"], row["start"]) for row in tables["projects"][:2]] == [("road", ""), ("water", "2018-01-01")]


def test_the_summary_says_what_the_comparison_does(tiny, tmp_path):
    made = folded(tiny, {A: [0.03] * 8, B: [0.02] * 8, C: [0.03] * 8})
    write(made, tmp_path)
    said = json.loads((tmp_path / "summary.json").read_text())
    assert (said["best"], said["replications"], said["target_incidence"]) == (B, 8, TARGET)
    assert [(row["name"], row["p_target"]["count"]) for row in said["allocations"]] == [(A, 0), (B, 8), (C, 0)]
    assert [(row["name"], row["verdict"]) for row in said["differences"]] == [(B, "better"), (C, "indistinguishable")]


def test_only_what_all_allocations_have_is_folded(tiny):
    from sim.ensemble.ensemble import Ensemble
    from sim.study.compare import fold

    runs = {("plan", name, r): run(name, r, 0.03) for name in (A, B, C) for r in (3, 1, 0, 2)}
    del runs["plan", B, 1]
    made = fold(tiny, Ensemble(runs=runs), 4)
    assert [r.replication for r in made.runs[A]] == [0, 2, 3]
    assert made.replications == 3


OTHERS = {
    "seed": {"seed": 7}, "scale": {"scale": 0.1}, "end": {"end_date": "2019-12-31"},
    "start": {"start": "history", "history": str(SCENARIOS / "2016-2017.yaml"), "parameters": "prior"},
}  # fmt: skip


@pytest.mark.parametrize("change", OTHERS.values(), ids=OTHERS)
def test_runs_of_other_luck_or_another_county_are_no_pairs(tiny, change):
    ends = {A: [0.03, 0.031], B: [0.02, 0.021], C: [0.02, 0.022]}
    one, other = (folded(scenario, ends) for scenario in (tiny, tiny.replace(**change)))
    assert [row.name for row in pairs(one, folded(tiny.replace(total="90 M yuan"), ends))] == [A, B, C]
    assert pairs(one, other) is None
    assert [row.name for row in pairs(other, other)] == [A, B, C]


def test_a_table_without_a_row_is_no_file(tmp_path):
    write_csv(tmp_path / "why_not.csv", [{"cause": "season"}])
    write_csv(tmp_path / "why_not.csv", [])
    assert not (tmp_path / "why_not.csv").exists()


def test_a_file_that_cannot_be_written_leaves_no_part_of_it(tmp_path):
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(OSError, match=r"a\.csv"):
        write_bytes(tmp_path / "a.csv", b"1")
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
