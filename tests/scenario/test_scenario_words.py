"""What a problem says: once a language, and every code has its words."""

import re
from pathlib import Path

import pytest

from sim import words
from sim.scenario import ScenarioError, load

from .plans import MINIMAL
from .test_malformed_scenarios import CASES

ROOM = Path(__file__).parents[2] / "sim" / "scenario"
WRONG = MINIMAL.replace("seed: 1", "seed: -1") + "familes: {works: off}\nassumptions: {works.road_days: 60}\n"


def lines(path, lang):
    with pytest.raises(ScenarioError) as caught:
        load(path)
    with words.spoken(lang):
        return [line.replace(str(path), "plan.yaml") for line in caught.value.lines(words.say)]


def test_chinese(write):
    found = lines(write(WRONG), "zh")
    assert found[0] == "plan.yaml:3: seed: -1: 允许范围：0..1000000000000"
    assert re.fullmatch(
        r"plan\.yaml:15: familes: \{\.\.\.\}: 这里没有这个键，可用：allocations（资金分配方案）, .*；是不是 families（各系统开关）？",
        found[1],
    )
    assert found[2] == (
        "plan.yaml:16: assumptions.works.road_days: 60: 依据表的范围是 90 至 180（工日）；"
        "确要超出，请写 {value: 60, outside_range: true}"
    )


def test_english(write):
    found = lines(write(WRONG), "en")
    assert found[0] == "plan.yaml:3: seed: -1: allowed: 0..1000000000000"
    assert found[1].endswith("; did you mean families?")
    assert found[2] == (
        "plan.yaml:16: assumptions.works.road_days: 60: the evidence gives 90 to 180 (working days); "
        "to leave that on purpose write {value: 60, outside_range: true}"
    )


def test_an_error_in_python_reads_as_its_lines_in_the_terminal(minimal, write):
    with pytest.raises(ScenarioError) as caught:
        minimal.money("evn")
    with words.spoken("zh"):
        assert str(caught.value) == "plan: allocations: evn: 没有这个方案，现有：even, works_first；是不是 even？"
    with pytest.raises(ScenarioError) as caught:
        load(write(WRONG))
    with words.spoken("en"):
        assert str(caught.value).splitlines() == caught.value.lines(words.say) and len(caught.value.problems) == 3


def test_names_stand_beside_the_keys_in_the_language_of_the_reader(write):
    wrong = write(MINIMAL.replace("floors: {housing", "floors: {住房保障") + "families: {督查巡查: 停用}\n")
    floors, family, state = lines(wrong, "zh")
    assert "可用：industry（产业扶贫）, " in floors and floors.endswith("；是不是 housing（住房保障（危房改造））？")
    assert "zones（战区指挥）, " in family and family.endswith("；是不是 supervision（督查巡查）？")
    assert state.endswith("可用：on | off | unlimited（`on` 照常，`off` 停用，`unlimited` 不用等）；是不是 off？")
    assert lines(wrong, "en")[0].endswith("party_building (party building); did you mean housing?")


def test_what_may_be_chosen_is_told_in_the_words_of_the_guide(write):
    text = MINIMAL + "gate: 计划\nparameters: 中间值\nrules: {housing: 一半, 县级抽察: off}\n"
    gate, parameters, housing, rule = lines(write(text), "zh")
    assert gate.endswith("可用：plan | none（谁可列为拟脱贫：`plan` 按年度脱贫计划名单，`none` 达标即报）")
    assert "`point` 取中间值" in parameters and "`half` 建到一半" in housing
    assert "autumn_push（秋冬攻坚）, " in rule and rule.endswith("；是不是 county_check（县级抽查）？")


def test_allocations_are_told_by_name_and_title_and_known_by_either(write):
    text = MINIMAL.replace("  even:\n", "  even:\n    title: {zh: 按需均衡, en: balanced by need}\n")
    (found,) = lines(write(text + "compare: [按需均衡]\n"), "zh")
    assert found.endswith("没有这个方案，现有：even（按需均衡）, works_first；是不是 even（按需均衡）？")
    assert lines(write(text + "compare: [balanced]\n"), "en")[0].endswith("; did you mean even (balanced by need)?")
    found = lines(write(text + "ceilings: {housing: 4500 万元}\n"), "zh")
    assert [line.split(": ")[3].partition("：")[0] for line in found] == ["方案 even（按需均衡）", "方案 works_first"]


def test_a_key_at_the_wrong_level_is_told_where_it_belongs(write):
    found = lines(write(MINIMAL + "tilt: 80 %\nrules: {total: 5 M yuan}\n"), "zh")
    assert [line.rpartition("：")[2] for line in found] == ["allocations.名称.tilt", "最上层的 total"]


def test_a_list_is_spoken_of_in_its_own_words(write):
    plan = MINIMAL + "projects: list.csv\n"
    write("资金投向,项目类型,金额（万元）\n产业扶贫,产业到户,40\n", "list.csv")
    (village,) = lines(write(plan), "zh")
    assert village.endswith("list.csv:1: village（村）: 缺少这一列")
    write("资金投向,项目类型,村,金额（万元）\n产业,产业到户,2,40\n住房保障（危房改造）,产业到户,3,40\n", "list.csv")
    line, kind = lines(write(plan), "zh")
    assert line.endswith("；是不是 industry（产业扶贫）？")
    assert kind.endswith("这类项目由投向“industry（产业扶贫）”出钱，本投向可用：housing（危房改造）")
    write("资金投向,项目类型,村,金额（万元）,建设性质\n产业扶贫,产业到户,2,40,改建\n", "list.csv")
    (state,) = lines(write(plan), "zh")
    assert "建设性质: 改建: 以前年份已经开工的写：1 / on / " in state and " / 在建 / 是 / 续建；新项目写：" in state


def test_a_problem_without_a_line_shows_only_the_file(write):
    assert lines(write(""), "en") == [
        "plan.yaml: the file is empty; a scenario needs at least `extends: 2018.yaml`"
    ]


def test_money_is_told_in_the_units_of_the_language_to_the_last_yuan(write):
    path = write(MINIMAL.replace("220 M yuan", "40000001 元"))
    assert lines(path, "zh") == ["plan.yaml:5: total: 40000001 元: 专项和保底合计4800万元，比总额4000.0001万元多799.9999万元"]
    (told,) = lines(path, "en")
    assert told.endswith("earmarks and floors come to 48 M yuan, 7.999999 M yuan more than the total of 40.000001 M yuan")


@pytest.mark.parametrize(("lang", "near"), [("zh", "；是不是 2.2亿元？"), ("en", "; did you mean 220 M yuan?")])
def test_a_sum_without_its_unit_is_guessed_at_in_the_units_of_the_language(write, lang, near):
    for typed in ("22000", "220", "2.2"):
        (told,) = lines(write(MINIMAL.replace("220 M yuan", typed)), lang)
        assert told.endswith(near)


@pytest.mark.parametrize(("lang", "near"), [("zh", "；是不是 300万元？"), ("en", "; did you mean 3 M yuan?")])
def test_a_sum_with_its_unit_cut_short_is_guessed_at_in_the_units_of_the_language(write, lang, near):
    (told,) = lines(write(MINIMAL.replace("400 万元}\nall", "300w}\nall")), lang)
    assert told.endswith(near)


def test_a_problem_is_one_line(write):
    (told,) = lines(write(MINIMAL.replace("total: 220 M yuan", "total: 220\n  M\n\n  yuan x")), "en")
    assert told.startswith("plan.yaml:5: total: 220 M yuan x: an amount of money is expected")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_case_can_be_told(write, lang):
    for text, *_ in CASES.values():
        for line in lines(write(text), lang):
            assert line.startswith("plan.yaml:")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_code_has_words_and_all_words_are_used(lang):
    source = "\n".join(path.read_text() for path in ROOM.glob("*.py"))
    written = set(re.findall(r'"([a-z][a-z0-9_]+)"', source))
    told = {
        key.removeprefix("error.")
        for key in words.catalogue.read(words.catalogue.FOLDER / "parts" / f"error.{lang}.toml")
    }
    assert told - {"did_you_mean", "called", "any_name", "top_level"} <= written
    raised = set(
        re.findall(
            r'(?:refuse|QuantityError|Problem|_moved\(\w+,|_stop|_note)\(?\s*"([a-z][a-z0-9_]+)"', source
        )
    )
    assert raised <= told
