"""A planner's project list: read as spreadsheets write it, and everything wrong with it told at once, in its place."""

import json

import pytest

from sim import words
from sim.scenario import ScenarioError, load
from sim.scenario.names import KINDS, LINES
from sim.scenario.sheet import LIST_LIMIT, headings

from .plans import MINIMAL

PLAN = MINIMAL + "projects: list.csv\n"
HEAD = "line,kind,village,hamlet,places,cost_yuan,start,finish,households\n"
ROAD = "infrastructure,road,7,3,1,350000,2018-04-01,2018-09-30,20\n"
HOUSES = "housing,housing,02,,3,75000,,,3\n"


@pytest.fixture
def read(write):
    """Load the plan with a list beside it."""

    def of(content, plan=PLAN):
        write(content, "list.csv")
        return load(write(plan))

    return of


@pytest.fixture
def wrong(read, tmp_path):
    def of(content, plan=PLAN):
        with pytest.raises(ScenarioError) as caught:
            read(content, plan)
        return [
            (p.code, p.file.removeprefix(f"{tmp_path}/"), p.line, p.key, p.value, p.nearest) for p in caught.value.problems
        ]

    return of


def rows(scenario):
    return [dict(row) for row in scenario.projects.rows]


def test_a_row_is_read_as_written(read):
    scenario = read(HEAD + ROAD + HOUSES)
    road, houses = scenario.projects.rows
    assert (road.line, road.place, road.places, road.cost_yuan) == ("infrastructure", ("road", 7, 3), 1, 350_000)
    assert (str(road.start), str(road.finish), road.households) == ("2018-04-01", "2018-09-30", 20.0)
    assert (houses.place, houses.unit_cost_yuan, houses.start) == (("housing", 2, 0), 25_000, None)
    assert (scenario.projects.file, scenario.projects.encoding) == ("list.csv", "UTF-8")


CHINESE = """序号,项目名称,资金投向,项目类型,村,屯,数量,金额（万元）,最早开工,计划竣工,受益户数,责任单位
1,七村三屯路,基础设施建设,通屯路,村07,屯3,1,35,2018/4/1,2018年9月30日,20,交通局
2,,住房保障（危房改造）,危房改造,2,,3,7.5,,,3,住建局
"""


@pytest.mark.parametrize(
    ("encoding", "told"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("gb18030", "GB18030"), ("gbk", "GB18030")]
)
@pytest.mark.parametrize("change", [str, lambda text: text.replace("\n", "\r\n"), lambda text: text.replace(",", "\t")])
def test_chinese_heads_and_what_excel_and_wps_export_say_the_same(read, encoding, told, change):
    plain, found = read(HEAD + ROAD + HOUSES), read(change(CHINESE).encode(encoding))
    names = [{**row, "name": ""} for row in rows(found)]
    assert names == rows(plain) and found.projects.encoding == told
    assert found.digest("even") == plain.digest("even")


def test_a_title_above_the_head_and_broken_headings_are_no_problem(read):
    titled = "资源县2018年项目库,,\n单位：万元,,\n" + CHINESE.replace("金额（万元）", '"金额\n（万元）"')
    assert rows(read(titled)) == rows(read(CHINESE))


def test_whole_numbers_are_read_as_spreadsheets_and_planners_write_them(read):
    assert rows(read(HEAD + HOUSES.replace(",02,,3,", ",2.0,,3户,"))) == rows(read(HEAD + HOUSES))
    assert rows(read(HEAD + HOUSES.replace(",02,,3,", ",2.0,,3.0,"))) == rows(read(HEAD + HOUSES))


def test_the_heads_of_a_project_library_are_read_as_it_means_them(read):
    """项目类别 is what is done, beside 投向, which is the money; 建设性质 says 新建 or 续建."""
    library = CHINESE.replace("资金投向,项目类型", "投向,项目类别").replace("责任单位", "建设性质")
    found = rows(read(library.replace("交通局", "续建").replace("住建局", "新建")))
    assert [(row["line"], row["kind"], row.get("under_way", False)) for row in found] == [
        ("infrastructure", "road", True), ("housing", "housing", False)
    ]  # fmt: skip


@pytest.mark.parametrize(("sum_", "cost"), [("资金（万元）", "35"), ("资金(元)", "350000"), ("资金规模（元）", "350000")])
def test_the_line_is_read_under_the_name_that_results_give_it_and_money_as_money(read, sum_, cost):
    head = HEAD.replace("line", words.say("result.projects.line", "zh"), 1).replace("cost_yuan", sum_)
    assert rows(read(head + ROAD.replace("350000", cost))) == rows(read(HEAD + ROAD))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", ["job", "post", "water", "housing", "road", "relocation", "industry", "workshop"])
def test_a_household_s_kind_is_read_by_the_name_that_its_story_has(read, kind, lang):
    name, line = words.say(f"event.work.{kind}", lang), KINDS[kind][0]
    (row,) = rows(read(f"line,kind,village,cost_yuan\n{line},{name},2,5000\n"))
    assert row["kind"] == kind


def test_every_column_line_and_kind_has_a_name_of_its_own_in_both_languages():
    for group, names in (("column", set(headings().values())), ("project_kind", set(KINDS))):
        for lang in ("zh", "en"):
            said = [word for name in names for word in words.say(f"{group}.{name}", lang).split("|")]
            assert len(said) == len(set(said))
    assert {line for line, _ in KINDS.values()} == set(LINES)


# id: (list, problems as (code, line, heading, value, nearest))
CASES = {
    "unknown column": (HEAD.replace("cost_yuan", "cots_yuan") + ROAD, [("unknown_column", 1, "cots_yuan", "", "cost_yuan")]),
    "column twice": (
        HEAD.replace("finish", "kind") + ROAD, [("repeated_column", 1, "kind", "", None)],
    ),
    "both costs": (
        HEAD.replace("finish", "金额（万元）") + ROAD, [("repeated_column", 1, "金额（万元）", "", None)],
    ),
    "cost without a unit": (HEAD.replace("cost_yuan", "金额") + ROAD, [("column_unit", 1, "金额", "", None)]),
    "sum without a unit": (HEAD.replace("cost_yuan", "Sum") + ROAD, [("column_unit", 1, "Sum", "", None)]),
    "no village": (HEAD.replace("village", "note") + ROAD, [("missing_column", 1, "village", "", None)]),
    "negative cost": (HEAD + ROAD.replace("350000", "-5"), [("negative", 2, "cost_yuan", "-5", None)]),
    "no cost": (HEAD + ROAD.replace("350000", ""), [("empty_cell", 2, "cost_yuan", "", None)]),
    "cost in words": (HEAD + ROAD.replace("350000", "many"), [("not_money", 2, "cost_yuan", "many", None)]),
    "village of no county": (HEAD + ROAD.replace(",7,", ",75,"), [("unknown_village", 2, "village", "75", None)]),
    "village by name": (HEAD + ROAD.replace(",7,", ",车田,"), [("not_numbered", 2, "village", "车田", None)]),
    "hamlet by name": (HEAD + ROAD.replace(",3,", ",老寨,"), [("not_numbered", 2, "hamlet", "老寨", None)]),
    "places in words": (HEAD + HOUSES.replace(",3,75000", ",三,75000"), [("not_whole", 2, "places", "三", None)]),
    "misspelt line": (
        HEAD + ROAD.replace("infrastructure", "infrastucture"),
        [("unknown_line", 2, "line", "infrastucture", "infrastructure")],
    ),
    "line in other words": (
        HEAD + ROAD.replace("infrastructure", "基础设施"), [("unknown_line", 2, "line", "基础设施", "infrastructure")],
    ),
    "half a place": (HEAD + HOUSES.replace(",3,75000", ",3.5,75000"), [("not_whole", 2, "places", "3.5", None)]),
    "heading in other words": (HEAD.replace("places", "规模") + ROAD, [("unknown_column", 1, "规模", "", "建设规模")]),
    "heading like one that is not read": (HEAD.replace("finish", "资金来路") + ROAD, [("unknown_column", 1, "资金来路", "", None)]),
    "heading like one that is there": (
        HEAD.replace("kind", "类别").replace("finish", "项目类") + ROAD, [("unknown_column", 1, "项目类", "", "项目")],
    ),
    "sum like the one that is there": (HEAD.replace("finish", "cost_yuans") + ROAD, [("unknown_column", 1, "cost_yuans", "", None)]),
    "sum without a unit, in other words": (HEAD.replace("cost_yuan", "资金") + ROAD, [("column_unit", 1, "资金", "", None)]),
    "misspelt kind": (HEAD + ROAD.replace("road", "raod"), [("unknown_kind", 2, "kind", "raod", "road")]),
    "kind of another line": (HEAD + ROAD.replace("road", "housing"), [("kind_of_line", 2, "kind", "housing", None)]),
    "house in a hamlet": (HEAD + HOUSES.replace("02,,", "02,1,"), [("no_hamlet_kind", 2, "hamlet", "1", None)]),
    "two roads to a hamlet": (HEAD + ROAD.replace("3,1,", "3,2,"), [("one_place", 2, "places", "2", None)]),
    "no place": (HEAD + HOUSES.replace(",3,75", ",0,75"), [("out_of_bounds", 2, "places", "0", None)]),
    "start last year": (
        HEAD + ROAD.replace("2018-04-01", "2017-04-01"), [("outside_list_year", 2, "start", "2017-04-01", None)],
    ),
    "no such day": (HEAD + ROAD.replace("2018-04-01", "2018-02-30"), [("not_a_date", 2, "start", "2018-02-30", None)]),
    "finish before start": (
        HEAD + ROAD.replace("2018-09-30", "2018-03-30"), [("finish_before_start", 2, "finish", "2018-03-30", None)],
    ),
    "households in words": (HEAD + ROAD.replace(",20\n", ",some\n"), [("not_a_number", 2, "households", "some", None)]),
    "repeated": (HEAD + ROAD + HOUSES + ROAD, [("repeated_project", 4, "kind", "road", None)]),
    "a cell too many": (HEAD + ROAD.replace("20\n", "20,x\n"), [("too_many_cells", 2, "", "x", None)]),
    "open quote": (HEAD + '"' + ROAD, [("quote_open", 2, "", "", None)]),
    "full-width commas": (HEAD.replace(",", "，") + ROAD, [("full_width", 1, "", "，", ",")]),
    "nothing": ("", [("list_empty", 1, "", "", None)]),
    "blank lines": ("\n\n , \n", [("list_empty", 1, "", "", None)]),
    "heads only": (HEAD, [("list_empty", 1, "", "", None)]),
    "UTF-16": ((HEAD + ROAD).encode("utf-16"), [("list_encoding", 1, "", "", None)]),
    "workbook": (b"PK\x03\x04\x14\x00", [("list_workbook", 0, "", "", None)]),
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1", [("list_workbook", 0, "", "", None)]),
    "no text": (b"\x89PNG\xff\xfe\xff", [("list_encoding", 1, "", "", None)]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_is_told_where_it_stands(wrong, case):
    content, told = CASES[case]
    assert wrong(content) == [(code, "list.csv", line, *rest) for code, line, *rest in told]


def test_everything_wrong_with_a_list_and_its_scenario_is_told_at_once(wrong):
    content = HEAD + ROAD.replace(",7,", ",99,").replace("350000", "-1") + ROAD + ROAD.replace("2018-04-01", "2017-04-01")
    found = wrong(content, PLAN.replace("seed: 1", "seed: x"))
    assert [(code, line) for code, _, line, *_ in found] == [
        ("not_whole", 3), ("negative", 2), ("unknown_village", 2), ("outside_list_year", 4), ("repeated_project", 4),
    ]  # fmt: skip


def test_a_list_is_that_of_the_first_year_for_an_allocation_that_acts_later_too(read, wrong):
    two_years = PLAN.replace("2018-12-31", "2019-12-31")
    late = wrong(HEAD + ROAD, two_years + "decide_on: 2019-01-01\n")
    assert [(code, file, key) for code, file, _, key, *_ in late] == [("outside_list_year", "plan.yaml", "decide_on")]
    assert read(HEAD + ROAD, two_years + "decide_on: 2018-12-31\n").projects


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_case_can_be_told_in_a_line(read, tmp_path, lang):
    for content, told in CASES.values():
        with pytest.raises(ScenarioError) as caught, words.spoken(lang):
            read(content)
        with words.spoken(lang):
            lines = caught.value.lines(words.say)
        assert len(lines) == len(told)
        assert all(line.startswith(f"{tmp_path}/list.csv:{place}: " if place else f"{tmp_path}/list.csv: ") for line, (_, place, *_) in zip(lines, told, strict=True))


def test_the_file_itself_may_be_wrong(write, tmp_path):
    def told():
        with pytest.raises(ScenarioError) as caught:
            load(write(PLAN))
        (found,) = caught.value.problems
        return found.code, found.line, found.key, found.value, found.nearest and found.nearest.removeprefix(f"{tmp_path}/")

    write(HEAD + ROAD, "lists.csv")
    assert told() == ("missing_file", 15, "projects", "list.csv", "lists.csv")
    (tmp_path / "list.csv").mkdir()
    assert told()[:4] == ("is_directory", 15, "projects", "list.csv")
    (tmp_path / "list.csv").rmdir()
    write(b"x" * (10 * 1024 * 1024), "list.csv")
    assert LIST_LIMIT < 10 * 1024 * 1024 and told()[:4] == ("list_too_large", 15, "projects", "list.csv")


def test_rows_may_belong_to_allocations(read, wrong):
    head, row = "allocation," + HEAD, ROAD
    found = read(head + "even," + row + "works_first," + row + "," + HOUSES)
    assert [len(found.own_projects(name)) for name in ("even", "works_first")] == [2, 2]
    assert [code for code, *_ in wrong(head + "even," + row)] == ["no_projects"]
    assert wrong(head + "evn," + row + "," + HOUSES) == [
        ("unknown_allocation", "list.csv", 2, "allocation", "evn", "even")
    ]
    assert [code for code, *_ in wrong(head + "," + row + "even," + row)] == ["repeated_project"]


def test_the_list_is_part_of_the_scenario_and_of_what_a_run_depends_on(read, write):
    one = read(HEAD + ROAD)
    again = one.replace(replications=9)
    assert rows(again) == rows(one) and json.loads(json.dumps(one.dump()))["projects"]["rows"][0]["village"] == 7
    assert again.digest("even") == one.digest("even") != read(HEAD + ROAD.replace("350000", "350001")).digest("even")
    assert load(write(MINIMAL)).digest("even") != one.digest("even")


def test_only_an_allocation_whose_rows_change_is_played_again(read):
    head = "allocation," + HEAD
    before = read(head + "even," + ROAD + "works_first," + ROAD)
    after = read(head + "even," + ROAD + "works_first," + HOUSES)
    assert before.digest("even") == after.digest("even") and before.digest("works_first") != after.digest("works_first")
    alone = before.replace(compare=["even"])
    assert alone.digest("even") == before.digest("even") and len(alone.projects.rows) == 1


def test_the_file_is_looked_for_beside_the_scenario_that_names_it(write, tmp_path):
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "list.csv").write_text(HEAD + ROAD)
    (tmp_path / "below" / "ground.yaml").write_text(PLAN)
    found = load(write("extends: below/ground.yaml\nseed: 2\n", "above.yaml"))
    assert found.seed == 2 and len(found.projects.rows) == 1
