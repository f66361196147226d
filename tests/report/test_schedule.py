"""The schedule worked back, as it is read: in a terminal, on the page and in print, in the workbook, beside a zone's works."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from sim import words
from sim.report import beside, checks, totals, workbook
from sim.report.beside import Beside
from sim.report.deadlines import deadlines
from sim.report.deadlines import finding as begin_first
from sim.report.html.shell import STYLE
from sim.report.page import first_screen
from sim.report.page.document import document
from sim.report.page.sections.zones import zones
from sim.report.schedule import NOTHING, cell, finding, schedule
from sim.study.deadlines import write_deadlines
from tests.report import example, studies
from tests.report.test_wall_map import with_items


@pytest.fixture(scope="module")
def found(comparison):
    return studies.deadlines(comparison)


def row(table, name):
    place = table.columns[0].cells.index(name)
    return [column.cells[place] for column in table.columns]


def test_a_row_has_the_last_day_for_each_gate_and_below_it_where_it_lies(found):
    with words.spoken("zh"):
        table = schedule(found)
        assert row(table, "通屯路") == [
            "通屯路", "来不及", "2月1日\n1.29—2.10", "2月8日\n2.5—2.17", "2月15日\n2.12—2.24", "2月22日\n2.19—3.3",
            "3月1日\n2.26—3.10", "90",
        ]  # fmt: skip
        assert row(table, "安全饮水")[-2] == "年内40%", "of what counts, so much is settled in the year"
        assert [row(table, "辍学学生返校")[k] for k in (1, 2, 5, 6)] == ["不需"] * 4
        assert "2018年" in table.title and "九成" in table.note


@pytest.mark.parametrize(("share", "told"), [(0.8972, 89), (0.29, 29), (0.001, 1)])
def test_a_share_below_nine_tenths_is_not_rounded_up_to_them(found, share, told):
    days = tuple(replace(day, share=share) if day.day is None and day.share else day for day in found.schedule)
    with words.spoken("zh"):
        assert row(schedule(replace(found, schedule=days)), "安全饮水")[-2] == f"年内{told}%"


@pytest.mark.parametrize(("n", "key"), [(1, "single"), (4, "few"), (24, None)])
def test_dates_and_totals_that_rest_on_few_replications_say_so(found, comparison, n, key, lang):
    dates, curve = replace(found, replications=n), studies.at_totals(comparison)
    few = replace(curve, comparisons={yuan: replace(each, replications=n) for yuan, each in curve.comparisons.items()})
    told = [words.say(f"answer.{kind}", done=n) for kind in ("single", "few")]
    for note in (deadlines(dates).note, totals.totals(few).note):
        assert [line for line in told if line in note] == [words.say(f"answer.{kind}", done=n) for kind in [key] if kind]
    checked = checks.checks(comparison, Beside(deadlines=dates)).columns[2].cells
    assert (words.say("checks.few_of_study", study=words.say("checks.study.deadlines"), n=n, enough=20) in checked) == (key is not None)


def test_what_no_day_is_early_enough_for_is_named_beside_what_has_to_begin_first(found, lang):
    never = replace(found, last_safe={**found.last_safe, "relocation": None})
    more = {"zh": "；易地扶贫搬迁哪天新开工都来不及", "en": "; relocation: no day to begin is early enough"}[lang]
    assert begin_first(never) == begin_first(found) + more
    assert more in str(first_screen.dates(never))


def test_columns_in_english_and_apart(found):
    with words.spoken("en"):
        table = schedule(found, apart=True)
        assert [column.header.replace("\n", " ") for column in table.columns][1:5] == [
            "approve by (first money awaited)", "8 in 10", "approve by (last safe day)", "8 in 10",
        ]  # fmt: skip
        assert row(table, "roads to hamlets")[1:5] == ["too late", "", "1 Feb", "29 Jan–10 Feb"]
    assert not any("\n" in cell for column in table.columns for cell in column.cells)


def test_work_that_few_replications_have_is_not_called_none(found):
    rare = replace(found, chances=tuple(replace(chance, cases=0.17) for chance in found.chances))
    with words.spoken("en"):
        assert set(deadlines(rare).columns[1].cells) == {"0.2"} and set(deadlines(found).columns[1].cells) == {"10"}


def test_open_ends_are_said(found):
    late = replace(found.last_days("water")["accepted"], high=None)
    early = replace(found.last_days("water")["paid_first"], low=None)
    open_ended = replace(found, schedule=(late, early))
    with words.spoken("en"):
        assert cell(open_ended, "water", "accepted")[1].endswith("–next year")
        assert cell(open_ended, "water", "paid_first")[1].startswith("too late–")
        assert cell(open_ended, "water", "begun") == ("n/a", "")


def test_what_never_counts_has_a_row_of_dashes_and_what_is_not_there_is_named(found):
    never = replace(found, last_safe={**found.last_safe, "rooms": None}, chances=found.chances)
    with words.spoken("en"):
        table = schedule(never)
        assert row(table, "public-service rooms") == ["public-service rooms", *[NOTHING] * 7]
        assert "Not listed: relocation" in table.note and "public-service rooms" not in table.note
    unsettled = replace(found.last_days("water")["settled"], share=0.0)
    with words.spoken("zh"):
        assert cell(replace(found, schedule=(unsettled,)), "water", "settled") == (NOTHING, "")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_at_all_is_a_table_without_rows(found, lang):
    empty = replace(found, chances=(), last_safe={}, schedule=())
    with words.spoken(lang):
        assert {column.cells for column in schedule(empty).columns} == {()}
        assert finding(empty) == begin_first(empty) == words.say("deadlines.no_case")
        never = replace(empty, last_safe={"water": None})
        assert finding(never) == begin_first(never) == words.say("deadlines.nothing")
        assert workbook.content([("x", schedule(empty, apart=True))])


def test_the_finding_names_what_is_too_late_and_what_is_not_settled(found):
    with words.spoken("zh"):
        assert finding(found) == "等首笔资金到位再开工就来不及的：通屯路；年内报账不到九成的：安全饮水"
    fine = tuple(replace(last, day=last.day or found.last_safe["water"]) for last in found.schedule)
    with words.spoken("en"):
        said = finding(replace(found, schedule=fine))
        assert said.startswith("No kind of work is too late") and "every kind of work are reimbursed" in said


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_has_it_once_on_a_sheet_of_its_own_and_leads_to_it(comparison, found, lang):
    with words.spoken(lang):
        text = document(comparison, Beside(None, found))
        bare = document(comparison, Beside())
    for spoken in ("zh", "en"):
        assert text.count(f'<section id="schedule-{spoken}" class="last-days">') == 1
        assert text.count(f'href="#schedule-{spoken}"') == 2, "from the contents and from the section on dates"
    assert "schedule-" not in bare
    assert "2月1日<br>1.29—2.10" in text and "1 Feb<br>29 Jan–10 Feb" in text
    style = STYLE.read_text(encoding="utf-8")
    assert re.search(r"\.last-days[^{]*\{ break-before: page", style) and ".last-days { break-after: page; }" in style


def test_the_first_screen_says_what_it_said(found):
    with words.spoken("zh"):
        assert first_screen.dates(found) == "最先要开工的是通屯路，不迟于2018年2月1日；辍学学生返校可以晚到2018年9月1日"


def test_it_is_read_back_from_the_run_folder_and_a_malformed_one_is_left(comparison, found, tmp_path):
    write_deadlines(found, tmp_path / "deadlines")
    assert beside.beside(comparison, tmp_path).deadlines.schedule == found.schedule
    path = tmp_path / "deadlines" / "summary.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    row = said["schedule"][0]
    for wrong in (None, [{**row, "day": "June"}], [{**row, "share": None}], [{}], 3):
        path.write_text(json.dumps({**said, "schedule": wrong}), encoding="utf-8")
        assert beside.beside(comparison, tmp_path).deadlines is None
    del said["schedule"]
    path.write_text(json.dumps(said), encoding="utf-8")
    assert beside.beside(comparison, tmp_path).deadlines is None, "written before there was a schedule"


def test_the_workbook_has_a_sheet_with_chinese_headers(comparison, found, tmp_path):
    write_deadlines(found, tmp_path / "deadlines")
    with words.spoken("zh"):
        sheet = load_workbook(workbook.save(comparison, tmp_path))["倒排工期表"]
        again = workbook.content(list(workbook.sheets(comparison, found)))
        assert again == workbook.content(list(workbook.sheets(comparison, found)))
    heads = [str(cell.value).replace("\n", "") for cell in sheet[3]]
    assert heads[0] == "工作" and heads[3] == "最迟批复（最迟开工日）" and heads[5::2] == ["九成开工", "九成竣工", "九成验收", "九成报账", "认定（每100件）"]
    assert [cell.value for cell in sheet[4]][3:5] == ["2月1日", "1.29—2.10"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_zone_s_works_have_the_county_s_days(lang):
    made = example.comparison(4)
    made = replace(made, runs={name: [with_items(run) for run in runs] for name, runs in made.runs.items()})
    with words.spoken(lang):
        text, bare = str(zones(made, studies.deadlines(made))), str(zones(made))
        days, note = (("2月1日", "2月8日", "2月22日"), "全县倒排工期表") if lang == "zh" else (("1 Feb", "8 Feb", "22 Feb"), "schedule worked back")
        road = text[text.index(words.label("work", "hamlet_roads")) :].split("</tr>")[0]
        moved = text[text.index(words.label("work", "relocation")) :].split("</tr>")[0]
        gates = [words.say(f"schedule.{gate}").replace("\n", "<br>") for gate in ("approved", "begun", "accepted")]
    assert "".join(f"<td>{day}</td>" for day in days) in road and f"<td>{NOTHING}</td>" * 3 in moved
    assert [text.count(head) for head in gates] == [1] * 3, "under the heads of the schedule"
    assert note in text and note not in bare and not any(head in bare for head in gates)


def decided(found, day):
    return replace(found, scenario=found.scenario.replace(decide_on=day))


def test_a_day_before_that_of_decision_is_past_wherever_it_is_told(comparison, found):
    """Roads had to begin by February, water by May, schooling by September."""
    late = decided(found, "2018-04-10")
    with words.spoken("zh"):
        assert begin_first(late) == (
            "最先要开工的是安全饮水，不迟于2018年5月1日；辍学学生返校可以晚到2018年9月1日；最迟开工日已过的：通屯路"
        )
        assert str(first_screen.dates(late)) == begin_first(late)
        assert row(deadlines(late), "通屯路")[-2] == "2018年2月1日已过" and row(deadlines(late), "安全饮水")[-2] == "2018年5月1日"
        assert row(schedule(late), "通屯路")[2] == "2月1日已过\n1.29—2.10" and row(schedule(late), "安全饮水")[2].startswith("5月1日\n")
        noted = [table.note for table in (deadlines(late), schedule(late))]
        assert all("“已过”：在决定日2018年4月10日以前。" in note for note in noted) and "已过" not in schedule(found).note
    made = example.comparison(4, scenario=late.scenario)
    made = replace(made, runs={name: [with_items(run) for run in runs] for name, runs in made.runs.items()})
    with words.spoken("en"):
        text = str(zones(made, late))
        assert "<td>1 Feb (past)</td><td>8 Feb (past)</td><td>22 Feb (past)</td>" in text and "before 10 April 2018, the day of decision" in text


@pytest.mark.parametrize(
    ("day", "zh", "en"),
    [
        ("2018-05-01", "最先要开工的是安全饮水，不迟于2018年5月1日；", "First to begin: safe water, by 1 May 2018; "),
        ("2018-05-02", "最先要开工的是辍学学生返校，不迟于2018年9月1日；最迟开工日已过的：通屯路、安全饮水",
         "First to begin: back to school, by 1 September 2018; last safe day already past: roads to hamlets, safe water"),
        ("2018-12-31", "到2018年12月31日，各类工作2018年的最迟开工日都已过",
         "All last safe days in 2018 are already past on 31 December 2018"),
    ],
)  # fmt: skip
def test_what_is_named_first_is_still_to_come(found, day, zh, en):
    for lang, told in (("zh", zh), ("en", en)):
        with words.spoken(lang):
            assert begin_first(decided(found, day)).startswith(told)


def test_days_of_the_first_year_are_told_as_such_where_a_later_one_decides(found):
    years = replace(found, scenario=found.scenario.replace(end_date="2019-12-31", decide_on="2019-06-30"))
    for lang, told in (("zh", "到2019年6月30日，各类工作2018年的最迟开工日都已过"),
                       ("en", "All last safe days in 2018 are already past on 30 June 2019")):  # fmt: skip
        with words.spoken(lang):
            assert begin_first(years) == told


def test_approval_that_had_to_come_before_the_day_of_decision_is_too_late(found):
    with words.spoken("en"):
        assert finding(decided(found, "2018-04-10")) == finding(found)
        assert finding(decided(found, "2018-06-01")).startswith("Too late if the first money is awaited: roads to hamlets, safe water")
