"""Tables and sentences: aligned in both languages, whole when piped, honest about what cannot be told apart."""

import io
from dataclasses import replace

import pytest
from rich.cells import cell_len

from sim import words
from sim.evidence import reconcile
from sim.report import ablation, answer, optimise, sensitivity, spending, tables, totals, typeset, value, view
from sim.report.beside import Beside
from sim.report.comparison import comparison as compared
from sim.report.comparison import tables as all_tables
from sim.report.page.first_screen import money_and_more
from sim.report.reconciliation import reconciliation
from sim.scenario import load
from tests.made import folded
from tests.report import example, studies


class Window(io.StringIO):
    """A terminal of 80 columns."""

    def isatty(self):
        return True


def printed(*parts, stream=None):
    stream = stream or io.StringIO()
    tables.show(*parts, stream=stream)
    return stream.getvalue()


def test_columns_are_aligned(comparison, lang):
    lines = printed(compared(comparison)).splitlines()
    rule = next(n for n, line in enumerate(lines) if line.startswith("─"))
    widths = {cell_len(line) for line in lines[rule - 2 : rule + 8]}
    assert len(widths) == 1


def test_a_narrow_window_splits_tables_and_keeps_every_number_whole(comparison, monkeypatch, lang):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "dumb")
    wide, narrow = printed(compared(comparison)), printed(compared(comparison), stream=Window())
    assert max(map(cell_len, narrow.splitlines())) <= 80
    assert {word for word in wide.split() if word[0].isdigit()} <= set(narrow.split())


def test_markup_and_control_signs_of_a_planner_are_only_text():
    assert "[red]" in printed("[red]x[/red] :smile:") and ":smile:" in printed(":smile:")
    assert typeset.cut("a\x1b[31m\nb\u202e") == "a [31m b"
    assert cell_len(typeset.cut("长" * 2000)) <= typeset.LONGEST


def test_ascii_terminals_get_plain_frames_and_no_error(comparison):
    raw = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="backslashreplace")
    with words.spoken("zh"):
        tables.show(*all_tables(comparison), stream=raw)
    raw.flush()
    assert b"2.84%" in raw.buffer.getvalue()


def test_all_tables_are_there(comparison, lang):
    assert [len(table.columns) for table in all_tables(comparison)] == [13, 7, 10, 8, 11, 9]


def test_reconciliation(lang):
    shown = printed(reconciliation(reconcile()))
    assert {"zh": "口径不同，已说明", "en": "explained"}[lang] in shown
    assert [row.code for row in reconcile() if not words.known(f"reconcile.{row.code}")] == []
    explained = [row.code for row in reconcile() if row.verdict != "holds"]
    assert all(words.say(f"reconcile_note.{code}") in shown for code in explained)


def test_the_first_screen_in_chinese(comparison):
    with words.spoken("zh"):
        lines = answer.lines(comparison)
    assert lines[0].startswith("资源县2018年脱贫摘帽推演报告") and "不作考核依据" in lines[1]
    assert [line.split("  ")[0] for line in lines[2:]] == ["结论", "任务", "摘帽", "方案", "卡点", "资金", "没把握"]
    assert "把握不足：每100次推演约0次达标（95%区间0—9次），平均还差730人" in lines[2]
    assert "建议“按需均衡”：同样年景下比“照2016—2017年安排”多脱贫410人" in lines[5]
    assert lines[-1].startswith("没把握") and "乡村人口" in lines[-1] and "名单" in lines[-1]


def test_the_first_screen_in_english(comparison):
    with words.spoken("en"):
        lines = answer.lines(comparison)
    assert '"balanced by need" is suggested: under the same luck 410 more people' in lines[5]
    assert lines[-1].startswith("How sure") and all(
        of in lines[-1] for of in ("rural population", "low incomes", "the list or capacity"))  # fmt: skip


def test_an_assured_target():
    with words.spoken("en"):
        assert "probably comes down to 2.41 %" in answer.verdict(example.comparison(30, shift=-0.02))


def test_what_cannot_be_told_apart_is_not_ranked(monkeypatch):
    monkeypatch.setattr(example, "OFFSETS", {})
    with words.spoken("en"):
        assert answer.allocations(example.comparison(12)).startswith("the allocations cannot be told apart, each 500")


def test_of_allocations_that_end_alike_to_the_digit_none_is_picked(lang):
    scenario = load(example.SCENARIO).replace(compare=["as_in_2016_17", "industry_first"])
    made = folded(scenario, {name: [0.03, 0.031, 0.029] for name in scenario.allocations})
    said, titles = answer.allocations(made), [view.title(made, name) for name in scenario.allocations]
    assert not any(title in said for title in titles) and "590" in said
    assert repr(made) == "<Comparison 2018: 2 allocations x 3 replications, 2 not told apart>"


def test_what_is_bound_most_and_least_is_so_of_what_was_tried(comparison):
    found = studies.searched(comparison)
    with words.spoken("zh"):
        said = optimise.as_good(found)
    assert "按所试范围留下的多少，产业扶贫限得最紧（占可调剂资金0%—10%，试过10%—60%），党建促脱贫限得最松（0%—55%，试过0%—3%）；" in said


def test_steps_are_called_steps_and_ceilings_that_they_raise_are_told(comparison, lang):
    bound = load(example.SCENARIO).replace(ceilings={"relocation": "50 M yuan"})
    plain, other = (value.value(studies.valued(of)) for of in (comparison, example.comparison(3, scenario=bound)))
    assert plain.columns[0].header == words.say("table.step")
    raised = words.say("note.value_ceilings", money=words.numbers.money(10_000_000))
    assert (raised in plain.note, raised in other.note) == (False, True)


def test_what_is_changed_from_the_first_day_on_says_so_where_a_later_day_decides(comparison, lang):
    late = example.comparison(3, scenario=load(example.SCENARIO).replace(decide_on="2018-11-30"))
    said = words.say("effect.from_first_day", day=words.numbers.date(late.scenario.decide_on))
    for table, study in ((value.value, studies.valued), (ablation.ablation, studies.ablation)):
        assert (said in table(study(comparison)).note, said in table(study(late)).note) == (False, True)
    own = studies.effects(late, studies.effect("less", "variant", 100.0))
    assert said not in ablation.ablation(own).note, "a researcher's own variants may differ from any day on"
    short = words.say("page.from_first_day", day=words.numbers.date(late.scenario.decide_on))
    few = replace(studies.valued(late), replications=4)
    shown = [str(money_and_more(late, Beside(value=valued))) for valued in (studies.valued(late), few, None)]
    assert [short in line for line in shown] == [True, False, False]


def test_few_and_partial_replications_are_said(lang):
    scenario = example.load(example.SCENARIO)
    lines = answer.lines(example.comparison(3, scenario=scenario))
    assert words.say("answer.few", done=3) in lines


def test_one_allocation_has_nothing_to_be_compared_with(lang):
    scenario = example.load(example.SCENARIO).replace(compare=["balanced_by_need"])
    made = example.comparison(4, scenario=scenario)
    assert answer.allocations(made) == words.say("answer.only_one")
    assert len(all_tables(made)) == 5


@pytest.mark.parametrize(("text", "folded"), [
    ("按需均衡", "按需均衡"),
    ("民生保障优先（教育、医疗、兜底）", "民生保障优先\n（教育、医疗、兜底）"),
    ("works and housing first of all", "works and housing\nfirst of all"),
])  # fmt: skip
def test_folded(text, folded):
    assert typeset.folded(text) == folded


@pytest.mark.parametrize(("text", "wide", "folded"), [
    ("民生保障优先（教育、医疗、兜底）", 16, "民生保障优先\n（教育、\n医疗、兜底）"),
    ("六个贫困村的产业和就业资金优先", 22, "六个贫困村的产业和\n就业资金优先"),
    ("未脱贫人数：“产业和就业优先”减“照2016—2017年安排”", 30, "未脱贫人数：“产业和就业优先”\n减“照2016—2017年安排”"),
    ("选“六个贫困村产业就业优先”少脱贫的人数", 30, "选“六个贫困村产业就业优先”\n少脱贫的人数"),
    ('people still poor, "works first (all)" less "people first"', 30,
     'people still poor,\n"works first (all)" less\n"people first"'),
])  # fmt: skip
def test_a_name_is_broken_between_phrases_and_in_quotation_marks_not_at_all(text, wide, folded):
    assert typeset.folded(text, wide) == folded


@pytest.mark.parametrize("wide", range(6, 30, 2))
def test_no_line_ends_with_a_sign_that_opens_a_quotation(wide):
    text = "缩小最多的是“乡村人口（基数）”（61%）、“申报人数为计划的倍数”（23%）"
    lines = typeset.wrapped(text, wide).split("\n")
    assert "".join(lines) == text and len(lines) > 1 and not [line for line in lines if line.endswith(typeset.OPENING)]


@pytest.mark.parametrize("text", ["搬迁限得最紧（占可调剂资金），其余“备选方案7”《说明》(附表)不限" * 3])
def test_no_line_ends_in_a_sign_that_opens_nor_begins_with_one_that_closes(text):
    for wide in range(8, 60):
        lines = typeset.wrapped(text, wide).split("\n")
        assert "".join(lines) == text
        assert [line for line in lines if line[-1] in "（“《(" or line[0] in "），”》)、，"] == []


@pytest.mark.parametrize(("scale", "noted"), [(1.0, False), (0.12, True)])
def test_sums_of_the_full_county_are_called_so_where_a_part_of_it_is_played(scale, noted):
    made = example.comparison(3, scenario=load(example.SCENARIO).replace(scale=scale))
    with words.spoken("zh"):
        shown = [
            optimise.tables(studies.searched(made))[1], totals.totals(studies.at_totals(made)),
            value.value(studies.valued(made)), ablation.ablation(studies.ablation(made)),
        ]  # fmt: skip
        doubt = sensitivity.sensitivity(studies.doubts(made))[0]
    assert ["表中金额已折算成全县的，人数仍是小县的：实际推演的县只有全县的12%" in table.note for table in shown] == [noted] * 4
    assert ("人数是小县的（全县的12%）" in doubt.note) == noted


@pytest.mark.parametrize(("parameters", "noted"), [("posterior", True), ("prior", False)])
def test_where_each_gate_has_values_of_its_own_that_is_said(parameters, noted):
    scenario = load(example.SCENARIO).replace(parameters=parameters)
    with words.spoken("en"):
        shown = "".join(map(printed, all_tables(example.comparison(8, scenario=scenario))))
        assert ("a model of its own" in shown) is noted


def test_spending_by_month_is_in_hundredths_of_what_is_allotted(comparison):
    with words.spoken("en"):
        table = spending.by_month(comparison)
    lines, *months = (column.cells for column in table.columns)
    assert len(months) == 12 and lines[0] == "industry" and lines[-1] == "all"
    assert (months[0][0], months[-1][0]) == ("1", f"{7000 / 75:.0f}")
    assert all(int(early) <= int(late) for early, late in zip(months[0], months[-1], strict=True))


def test_spending_by_month_counts_what_was_carried_over(comparison):
    lines = {"industry": {**example.LINES["industry"], "carried": 65_000_000}}
    made = replace(comparison, allocations=tuple(replace(row, lines=lines) for row in comparison.allocations))
    assert spending.by_month(made).columns[-1].cells == ("50", "50")


def test_where_there_is_no_money_nothing_is_spent_in_any_month(comparison):
    none = {line: dict.fromkeys(found, 0) for line, found in example.LINES.items()}
    made = replace(comparison, allocations=tuple(replace(row, lines=none) for row in comparison.allocations))
    assert [column.cells for column in spending.by_month(made).columns[1:]] == [("0",)] * 12


def test_what_was_not_recorded_by_month_has_no_table(comparison):
    runs = {name: tuple(replace(run, monthly={"paid_yuan": [0, 1]}) for run in those) for name, those in comparison.runs.items()}
    assert spending.by_month(replace(comparison, runs=runs)) is None
