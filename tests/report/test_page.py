"""The report page: one file that is whole, safe, the same each time, and says what the summary says."""

import json
import re
from dataclasses import replace
from datetime import date
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from math import inf
from types import SimpleNamespace

import numpy as np
import pytest

from sim import evidence, words
from sim.campaign.assumed import values
from sim.ensemble.ensemble import Ensemble
from sim.report import answer, beside, checks, deadlines, optimise, page, places, screening, spending, totals, view
from sim.report import honesty as tables_of_honesty
from sim.report import propose as curves
from sim.report.html import charts, markup
from sim.report.html.markup import VOID, Markup, joined, tag
from sim.report.page import bars, first_screen
from sim.report.page.document import ECHARTS as PATH
from sim.report.page.document import document
from sim.report.page.sections import honesty, paste, when
from sim.report.page.sections.chance import chance as chances
from sim.report.page.sections.doubt import doubt
from sim.report.page.sections.propose import propose
from sim.report.tables import Table, column
from sim.scenario import load
from sim.statistics.intervals import clopper_pearson, mean_interval
from sim.study import Interval
from sim.study.compare import fold
from sim.study.deadlines import Chance, Deadlines, write_deadlines
from sim.study.effects import write_effects
from sim.study.files import write_manifest
from sim.study.optimise import write_optimisation
from sim.study.outputs import summary
from sim.study.propose import Propose, Proposed
from sim.study.screening import write_screening
from sim.study.sensitivity import write_sensitivity
from sim.study.totals import write_totals
from tests import toy
from tests.made import folded
from tests.report import example, studies
from tests.report.studies import ablation, at_totals, doubts, effect, effects, screened, searched, valued

PACKAGES = {"simpy", "numpy", "scipy", "matplotlib", "pydantic"}
ECHARTS = PATH.read_text(encoding="utf-8")
NASTY = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u202egnp.exe & </style></title>"


class Page(HTMLParser):
    """What the tests ask of a page: its elements in order, text by language, and whether every element ends."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.elements, self.text = [], [], {}
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, name, attributes):
        self.elements.append((name, dict(attributes)))
        if name not in VOID:
            self.open.append((name, dict(attributes)))

    def handle_startendtag(self, name, attributes):
        self.elements.append((name, dict(attributes)))

    def handle_endtag(self, name):
        assert self.open.pop()[0] == name

    def handle_data(self, text):
        names = [name for name, _ in self.open]
        if {"style", "script", "pre"} & set(names):
            return
        spoken = next((a["lang"] for _, a in reversed(self.open) if "lang" in a), None)
        self.text.setdefault(spoken, []).append(text.replace("\u00a0", " "))

    def all(self, name):
        return [attributes for found, attributes in self.elements if found == name]


def made(result, ablated=None, lang="zh"):
    with words.spoken(lang):
        return document(result, beside.Beside(ablated))


@pytest.fixture(scope="session")
def opening(comparison):
    """The page as it opens in a language, whole and taken apart; each is made once for all tests that only read."""

    @cache
    def of(lang):
        text = made(comparison, lang=lang)
        return text, Page(text)

    return of


@pytest.fixture(scope="session")
def text(opening):
    return opening("zh")[0]


@pytest.fixture(scope="session")
def parsed(opening):
    return opening("zh")[1]


def test_one_heading_of_the_first_order_and_no_step_is_skipped(parsed):
    orders = [int(name[1]) for name, _ in parsed.elements if re.fullmatch(r"h\d", name)]
    assert orders[0] == 1 and orders.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(orders))


def test_ids_are_unique_and_every_link_leads_somewhere(parsed):
    ids = [attributes["id"] for _, attributes in parsed.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [a["href"] for a in parsed.all("a")]
    assert len(links) > 40 and {link for link in links if link[1:] not in ids or link[0] != "#"} == set()


def test_nothing_is_fetched_and_only_the_page_s_own_script_runs(text, parsed):
    assert text.count(ECHARTS) == 1
    assert not re.search(r"(https?:)?//[\w.]+\.\w|url\(|@import|@font-face", text.replace(ECHARTS, ""))
    assert [a for _, a in parsed.elements if {"src", "srcset", "data", "action"} & set(a)] == []
    assert [a for _, a in parsed.elements if any(name.startswith("on") for name in a)] == []
    assert [a for a in parsed.all("script") if a.get("type") != "application/json"] == [{}, {}]
    policy = next(a["content"] for a in parsed.all("meta") if "http-equiv" in a)
    assert "default-src 'none'" in policy and policy.count("'sha256-") == 2


def test_the_page_is_small(text):
    assert len(text.encode()) < 2_000_000


def test_charts_have_words_for_who_cannot_see_them(parsed):
    charts = [a for a in parsed.all("div") if {"chart", "squares"} & {a.get("class")}]
    assert charts and all(a["role"] == "img" and len(a["aria-label"]) > 5 for a in charts)
    assert len(parsed.all("figure")) == len(parsed.all("figcaption"))


def test_both_languages_say_the_same(parsed):
    sections = {lang: [a["id"] for a in parsed.all("section") if a["id"].endswith(f"-{lang}")] for lang in ("zh", "en")}
    bare = {lang: [name.rpartition("-")[0] for name in ids] for lang, ids in sections.items()}
    assert bare["zh"] == bare["en"]
    assert bare["zh"] == [
        "chance", "allocations", "search", "why", "where", "propose", "when", "helps", "money", "honesty", "lasts", "doubt", "paste", "zones",
        "sheet", "appendix",
    ]  # fmt: skip
    english, chinese = (" ".join(parsed.text[lang]) for lang in ("en", "zh-Hans"))
    assert re.findall(r"[\u3000-\u9fff\uff00-\uffef]", english) == []
    verbs = {"ablate", "backcast", "deadlines", "optimise", "reconcile", "screen", "sensitivity", "totals", "value"}
    typed = {"python", "sim", "prior", "assumptions", "Python", "scenarios", "yaml", "csv", "evidence", "replications", "out", *verbs, *PACKAGES}
    bare = re.sub(r"\b[0-9a-f]{16}\b", "", " ".join(set(chinese.split()) - evidence.load().keys()))
    assert set(re.findall(r"[A-Za-z]{3,}", bare)) <= typed


def test_the_switch_needs_no_script_and_opens_in_the_language_of_the_run(opening):
    for lang in ("zh", "en"):
        found = opening(lang)[1]
        choices = [a for a in found.all("input") if a["name"] == "language"]
        assert {a["value"] for a in choices} == {"zh", "en"}
        assert [a["value"] for a in choices if "checked" in a] == [lang]
        assert {a["for"] for a in found.all("label")} == {a["id"] for a in choices}
        assert found.all("html")[0]["lang"].startswith(lang)
    spoken = [{tag: set(opening(lang)[1].text[tag]) for tag in ("zh-Hans", "en")} for lang in ("zh", "en")]
    assert spoken[0] == spoken[1], "what opens first changes no word of either"


def test_the_same_results_give_the_same_bytes(comparison, text, tmp_path):
    with words.spoken("zh"):
        again = page.save(comparison, tmp_path)
    assert again.read_bytes() == text.encode()


def test_what_no_fact_settles_is_named_on_the_first_screen_by_whatever_values_it_is_played(comparison, lang):
    """The rural population is no open question where all runs have the same one."""
    fixed, base = {"assumptions": {"county.rural_population": 160_000}}, "county.rural_population"
    played = [({"parameters": "posterior"}, None), ({"parameters": "prior"}, None), ({"parameters": "point"}, 168_680),
              ({"parameters": "point", "scale": 0.5}, 84_340), ({"parameters": "prior", **fixed}, 160_000)]  # fmt: skip
    for changes, same in played:
        scenario = comparison.scenario.replace(**changes)
        given = replace(comparison, scenario=scenario)
        said = words.say("answer.unsettled") if same is None else words.say("answer.unsettled_base", base=same)
        drawn = {round(values(scenario, index)[base] * scenario.scale) for index in range(3)}
        assert (drawn == {same}) is (same is not None)
        for screen in (str(first_screen.first_screen(given, beside.Beside())), answer.doubt(given)):
            assert said in screen.replace("\xa0", " ")


def test_where_assumed_values_come_from_is_said_in_the_answer_and_the_paragraph(comparison, lang):
    told = {"zh": ("校准后抽取", "未按历史校准", "都取中间值"),
            "en": ("as history leaves them", "not calibrated", "at their centres")}[lang]  # fmt: skip
    for parameters, said in zip(("posterior", "prior", "point"), told, strict=True):
        given = replace(comparison, scenario=comparison.scenario.replace(parameters=parameters))
        for text in ("\n".join(answer.lines(given)), str(paste.paste(given))):
            assert [of in text.replace("\xa0", " ") for of in told] == [of == said for of in told]


def test_the_first_screen_says_what_the_summary_says(comparison, opening, lang):
    said = "".join("".join(part) for part in opening(lang)[1].text.values())
    for line in (answer.verdict, answer.task, answer.county, answer.allocations, answer.why_not, answer.spending):
        assert line(comparison)[1:] in said, "but for a capital"
    first = summary(comparison)["allocations"][0]
    chance, short = first["p_target"], round(first["people_short"]["mean"], -1)
    count, low, high = (round(100 * chance[of]) for of in ("estimate", "low", "high"))
    words_of = {
        "zh": f"约{count}次达标（95%区间{low}—{high}次），平均还差{short:.0f}人",
        "en": f"about {count} of 100 replications (95 % interval {low} to {high}), {short:,.0f} people short",
    }
    assert words_of[lang] in said


def test_cautions_stand_above_the_answer(lang):
    few = example.comparison(3)
    text = made(few, lang=lang)
    body = text[text.index(f'class="language {lang}"') :]
    assert body.index(words.say("answer.few", done=3)) < body.index('class="answer"')


@pytest.mark.parametrize("where", ["title", "allocation"])
def test_what_a_planner_writes_is_text(where):
    scenario = load(example.SCENARIO)
    title = {"zh": NASTY * 20, "en": NASTY + "长" * 2000}
    if where == "title":
        scenario = scenario.replace(title=title)
    else:
        plans = {name: plan.model_dump() for name, plan in scenario.allocations.items()}
        plans["as_in_2016_17"]["title"] = title
        scenario = scenario.replace(allocations=plans)
    text = made(example.comparison(5, scenario=scenario))
    found = Page(text)
    scripts = [a for a in found.all("script") if a.get("type") != "application/json"]
    assert len(scripts) == 2 and found.all("img") == [] and "\u202e" not in text
    assert [a for _, a in found.elements if any(name.startswith("on") for name in a)] == []
    assert [json.loads(option)["series"] for option in options(text)]
    assert "alert(1)" in "".join(found.text["en"])


def test_runs_that_record_little_still_give_a_page():
    scenario = load("scenarios/quick.yaml")
    runs = {
        (gate, name, r): toy.replicate(scenario, name, r, gate=gate)
        for name in scenario.allocations
        for r in range(4)
        for gate in ("plan", "none")
    }
    result = example.fold(scenario, example.Ensemble(runs=runs), 4)
    sections = {a["id"] for a in Page(made(result)).all("section")}
    assert {"chance-zh", "why-zh", "money-en"} <= sections and "where-zh" not in sections


def test_villages_keep_their_places(comparison):
    found = places.villages(comparison, view.runs(comparison, "as_in_2016_17"))
    assert sum(map(len, found.values())) == example.VILLAGES
    for rows in found.values():
        assert [row.rank for row in rows] == list(range(1, len(rows) + 1))
        assert [row.due for row in rows] == sorted((row.due for row in rows), reverse=True)
        due = [row.start for row in rows if row.due == 1]
        rest = [row.start for row in rows if row.due == 0]
        assert due == sorted(due, reverse=True) and rest == sorted(rest, reverse=True)
    townships = places.townships(view.runs(comparison, "as_in_2016_17"))
    runs = view.runs(comparison, "as_in_2016_17")
    left = sum(sum(run.villages["registered_end"]) for run in runs) / len(runs)
    assert sum(row.end for row in townships) == pytest.approx(left)


def test_what_helps_more_than_money(comparison):
    ablated = ablation(
        comparison, effect("works", "double", -300.0), effect("files", "half", -60.0),
        effect("zones", "double", -500.0, -1100.0, 100.0), effect("cadres", "off", 3000.0),
        effect("double_recognition", "off", -400.0),
    )  # fmt: skip
    with words.spoken("zh"):
        assert first_screen.helps(ablated) == "施工队：加强一倍（年底少300人未脱贫）；相比之下，再加1000万元少100人"
        assert first_screen.helps(ablation(comparison)).startswith("没有一项可断定比加钱更管用")
        assert "python -m sim value" in first_screen.helps(None)
        few = "“什么最管用”的推演只有3次，太少，说不出各项有没有作用；请推演20次以上"
        assert first_screen.helps(replace(ablated, replications=3)) == few
        assert first_screen.quicker(replace(valued(comparison), replications=3)) == few


def test_the_step_that_lifts_most_stands_beside_money(comparison):
    with words.spoken("zh"):
        assert first_screen.quicker(valued(comparison)) == (
            "看得出作用最大的是“各批资金早到30天”（多脱贫350人）；相比之下，产业扶贫：再加1000万元多脱贫30人"
        )
        nothing = effects(comparison, effect("industry", "line", 10.0), effect("works", "quarter", -5.0))
        assert first_screen.quicker(nothing) == "管理上各加一步、再加1000万元，都看不出作用"


def test_an_ablation_counts_only_where_it_is_of_this_campaign(comparison, tmp_path):
    ablated = ablation(comparison, effect("works", "double", -300.0))
    assert beside.beside(comparison, tmp_path).ablate is None
    write_effects(ablated, tmp_path / "ablate", "ablate")
    assert beside.beside(comparison, tmp_path).ablate.effects == ablated.effects
    dearer = example.comparison(5, scenario=load(example.SCENARIO).replace(total_yuan=230_000_000))
    assert beside.beside(dearer, tmp_path).ablate is None
    (tmp_path / "ablate" / "summary.json").write_text("{")
    assert beside.beside(comparison, tmp_path).ablate is None


def test_money_that_is_moved_is_named(comparison):
    def funded(row, industry):
        lines = {
            "industry": {"allotted": industry},
            "housing": {"allotted": 9e7 - industry},
            "medical": {"allotted": 1},
        }
        return replace(row, lines=lines)

    rows = tuple(funded(row, 3e7 if row.name == comparison.best else 3.6e7) for row in comparison.allocations)
    with words.spoken("zh"):
        said = first_screen.adjusted(replace(comparison, allocations=rows))
        assert said == "产业扶贫减600万元；住房保障（危房改造）加600万元；专项资金7600万元专款专用，未动"
        tied = replace(comparison, alike=(comparison.allocations[0].name,))
        assert first_screen.adjusted(tied).startswith("可断定好于现行安排的有“") and "暂不建议调整" in first_screen.adjusted(tied)
        none = replace(tied, differences=())
        assert first_screen.adjusted(none).startswith("没有一个方案可断定好于现行安排")
        alone = replace(comparison, allocations=rows[:1], best=rows[0].name, differences=(), alike=())
        assert first_screen.adjusted(alone).startswith("只有一个方案，没有比较；专项")


def test_dots_stand_on_their_side_of_the_goal():
    values = np.array([2.30, 2.40, 2.41, 2.42, 3.00])
    heap = charts.heaped(values, 2.41, 0.02)
    assert [(x < 2.41, value) for x, _, value in heap] == [(value <= 2.41, value) for value in values]
    again = charts.heaped(np.array([1.0, 1.0, 1.0]), 2.0, 0.1)
    assert [y for _, y, _ in again] == [0.5, 1.5, 2.5] and len({x for x, _, _ in again}) == 1


def test_bands_lie_one_on_the_other():
    edges = [np.array([1.0, 2.0]), np.array([2.0, 4.0]), np.array([5.0, 5.0])]
    line = charts.Line("line", np.array([1.5, 3.0]), ("a", "b"), edges)
    (option,) = options(charts.over_time([line], ("start", "end"), "{value} %", "said", (2.0, "goal")))
    *bands, middle = json.loads(option)["series"]
    assert np.cumsum([band["data"] for band in bands], axis=0).tolist() == [edge.tolist() for edge in edges]
    assert [item["told"] for item in middle["data"]] == ["a", "b"] and middle["markLine"]["data"][0]["yAxis"] == 2.0


def test_every_mark_has_a_row_and_an_interval_only_where_there_is_one():
    marks = [bars.Mark("same", -1.0, -2.0, 0.5, "one"), bars.Mark("same", 3.0, -inf, inf, "two", sure=False)]
    (option,) = options(bars.ranges([("first", marks[:1]), ("second", marks[1:])], "{value}", "said", 4.0, "limit"))
    made = json.loads(option)
    assert made["yAxis"]["data"] == ["same", "same"]
    assert [series["data"][0]["value"] for series in made["series"]] == [[-1.0, 0], [3.0, 1]]
    assert [len(series["markLine"]["data"]) for series in made["series"]] == [2, 0]
    assert made["series"][1]["data"][0]["itemStyle"]["color"] == "#fff"
    assert [series["itemStyle"].get("color") for series in made["series"]] == [None, "#fff"], "the legend is hollow too"


def test_numbers_that_name_a_row_stand_below_their_heading():
    shown = Table("t", (column("people", ("10", "9")), column("chance", ("0", "1"))))
    assert '<th scope="row">10</th>' in str(markup.table(shown)).replace('"row" class=""', '"row"')
    named = Table("t", (column("who", ("a",), text=True), column("chance", ("0",))))
    assert '<th scope="row" class="left">a</th>' in str(markup.table(named))


def test_what_is_of_one_day_stands_in_the_order_of_the_study_however_it_was_read(comparison):
    days = dict.fromkeys(sorted(["works", *list(deadlines.WORKS)[:3]]), date(2018, 3, 1)) | {"schooling": None}
    read = Deadlines(comparison.scenario, "a", 8, 8, (), days, [], False)
    assert deadlines.ordered(read) == [*list(deadlines.WORKS)[:3], "works", "schooling"]


def test_what_is_drawn_cannot_end_its_element_nor_turn_the_reading():
    written = charts.embedded(json.dumps({"a": "</script><!--&\u2028\u202e"}, ensure_ascii=False))
    assert not re.search("[<>&\u2028\u202e]", written)
    assert json.loads(written) == {"a": "</script><!--&  "}


def options(text):
    return re.findall(r'<script type="application/json">(.*?)</script>', text, flags=re.DOTALL)


def test_markup_escapes_all_but_itself():
    assert tag("p", '<b> & "', title='"x"', hidden=True, class_=None) == (
        '<p title="&quot;x&quot;" hidden>&lt;b&gt; &amp; &quot;</p>'
    )
    assert joined("<", Markup("<br>"), None, 3) == "&lt;<br>3"
    assert tag("p", "a\u202eb\x00c") == "<p>a b c</p>"


def test_the_page_tells_of_deadlines_that_lie_beside_it_and_names_the_command_where_none_does(comparison, tmp_path):
    first = comparison.scenario.baseline
    months = [date(2018, 1, 1), date(2018, 2, 1)]
    chances = tuple(
        Chance("road", day, 10.0, Interval(mean, mean, mean)) for day, mean in zip(months, (0.9, 0.1), strict=True)
    )
    made = Deadlines(comparison.scenario, first, 8, 8, chances, {"road": months[0]}, [], False)
    with words.spoken("zh"):
        assert "deadlines" in str(first_screen.dates(beside.beside(comparison, tmp_path).deadlines))
        (tmp_path / "deadlines").mkdir()
        write_deadlines(made, tmp_path / "deadlines")
        read = beside.beside(comparison, tmp_path).deadlines
        assert read is not None and (read.chances, read.last_safe) == (made.chances, made.last_safe)
        assert "1月1日" in str(first_screen.dates(read))
    dearer = example.comparison(5, scenario=load(example.SCENARIO).replace(total_yuan=230_000_000))
    assert beside.beside(dearer, tmp_path).deadlines is None, "those of another campaign do not count"


def test_deadlines_of_which_a_single_replication_tells_come_back_without_an_interval(comparison, tmp_path):
    alone = mean_interval([0.9])
    day = date(2018, 1, 1)
    made = Deadlines(
        comparison.scenario, comparison.scenario.baseline, 8, 8, (Chance("rooms", day, 0.2, alone),),
        {"rooms": day}, [], False,
    )  # fmt: skip
    write_deadlines(made, tmp_path / "deadlines")
    read = beside.beside(comparison, tmp_path)
    assert read.deadlines is not None and read.deadlines.chances == made.chances
    with words.spoken("en"):
        assert "public-service rooms" in document(comparison, read)


def test_the_page_tells_of_the_other_studies_that_lie_beside_it(comparison, tmp_path):
    assert beside.beside(comparison, tmp_path) == beside.Beside()
    steps, doubt = valued(comparison), doubts(comparison)
    write_effects(steps, tmp_path / "value", "value")
    write_sensitivity(doubt, tmp_path / "sensitivity")
    read = beside.beside(comparison, tmp_path)
    assert read.value.effects == steps.effects
    assert (read.sensitivity.parts, read.sensitivity.influences, read.sensitivity.sd) == (doubt.parts, doubt.influences, doubt.sd)
    with words.spoken("zh"):
        text = document(comparison, read)
    for found in ("年底发生率的不确定主要来自假设值（约占80%）；最要紧的假设值：“贫困户人均收入中位数（2016年）”", "多脱贫350人"):
        assert found in text
    assert "python -m sim sensitivity 情景文件<" not in text and "python -m sim value" not in text
    assert "python -m sim ablate" in text


def test_a_search_totals_and_a_screening_are_read_back_as_their_verbs_told_them(comparison, text, tmp_path, lang):
    search, curve, screen = (study(comparison) for study in (searched, at_totals, screened))
    write_optimisation(search, tmp_path / "optimise")
    write_totals(curve, tmp_path / "totals")
    write_screening(screen, tmp_path / "screen")
    read = beside.beside(comparison, tmp_path)
    with words.spoken(lang):
        assert optimise.lines(read.optimise) == optimise.lines(search)
        assert optimise.tables(read.optimise) == optimise.tables(search)
        assert optimise.allocation_text(read.optimise) == optimise.allocation_text(search)
        assert totals.totals(read.totals) == totals.totals(curve)
        assert screening.tables(read.screen) == screening.tables(screen)
        told = document(comparison, read)
        for found in (optimise.finding(search), optimise.as_good(search), screening.finding(screen)):
            assert str(joined(found)) in told
        assert optimise.finding(search) in first_screen.moves(comparison, read)
    commands = [f'class="command">python -m sim {verb}' for verb in ("optimise FILE", "totals FILE", "sensitivity FILE --screen")]
    assert not any(command in told for command in commands)
    assert all(command in text for command in commands)


@pytest.mark.parametrize(
    ("name", "made", "write", "home"),
    [
        ("deadlines", studies.deadlines, write_deadlines, "sim.study.deadlines"),
        ("sensitivity", doubts, write_sensitivity, "sim.study.sensitivity"),
        ("screen", screened, write_screening, "sim.study.factors"),
    ],
)
def test_a_study_of_another_design_is_not_told_of(comparison, tmp_path, redesigned, name, made, write, home):
    """In it the number of a run meant something else, as its store knows."""
    write(made(comparison), tmp_path / name)
    assert beside.beside(comparison, tmp_path) != beside.Beside()
    redesigned(home)
    assert beside.beside(comparison, tmp_path) == beside.Beside()


def test_a_study_with_another_family_of_the_same_name_is_not_told_of(comparison, tmp_path):
    """What one without a version does is not known, so that no study is taken for its own."""

    def made(**more):
        return replace(comparison, scenario=comparison.scenario.extended((type("Mine", (), {"name": "mine", **more}),)))

    for versions, told in (((1, 1), True), ((1, 2), False), ((None, None), False)):
        left, asked = (made(version=version) for version in versions)
        write_sensitivity(doubts(left), tmp_path / "sensitivity")
        assert (beside.beside(asked, tmp_path).sensitivity is not None) == told
        assert beside.beside(comparison, tmp_path).sensitivity is None


@pytest.mark.parametrize("verb", ["deadlines", "value", "ablate", "optimise", "totals"])
def test_the_command_that_adds_a_study_says_where_it_has_to_leave_it(verb, lang):
    folder = {"zh": "本结果文件夹", "en": "FOLDER"}[lang]
    assert f"<code>--out {folder}/{verb}</code>" in beside.command(verb)


def test_a_search_among_other_allocations_is_not_told_of(comparison, tmp_path):
    write_optimisation(searched(comparison), tmp_path / "optimise")
    others = load(example.SCENARIO).replace(compare=["as_in_2016_17", "balanced_by_need"])
    assert beside.beside(example.comparison(5, scenario=others), tmp_path) == beside.Beside()


def test_what_is_typed_stands_as_code_and_is_escaped():
    assert markup.code("use `--prior` & `<b>`, a ` alone") == (
        "use <code>--prior</code> &amp; <code>&lt;b&gt;</code>, a ` alone"
    )


def test_the_first_screen_has_the_ten_lines_of_the_office(comparison, lang):
    rows = first_screen.lines(comparison, beside.Beside())
    said = {"zh": ["结论", "任务", "摘帽", "方案", "怎么调", "卡点", "哪里", "何时", "资金", "没把握"],
            "en": ["Answer", "Target", "County exit", "Allocations", "What to move", "What stops it", "Where", "By when", "Money", "How sure"]}
    assert [heading for heading, _, _ in rows] == said[lang]
    commands = {"何时": "deadlines", "资金": "value", "没把握": "sensitivity"}
    for heading, verb in commands.items():
        assert f"python -m sim {verb}" in rows[said["zh"].index(heading)][2]


def test_sentences_that_stand_by_themselves_begin_with_a_capital(comparison):
    """The page's first screen and the lines above its sections and charts; what continues a sentence does not."""
    with words.spoken("en"):
        page = document(comparison, beside.Beside())
        assert f"{joined(answer.verdict(comparison))} The task is " in page
    alone = re.findall(r'<(?:dd(?: class="verdict")?|p class="finding")>([a-z]?)', page)
    assert len(alone) > 40 and set(alone) == {""}


@pytest.fixture(scope="module")
def bound():
    """The page of half a county with a ceiling."""
    scenario = load(example.SCENARIO).replace(ceilings={"relocation": 50_000_000}, scale=0.5)
    return Page(made(example.comparison(6, scenario=scenario)))


def test_the_constraint_stands_beside_the_suggestion_and_so_does_what_the_total_leaves_out(bound, lang):
    text = " ".join(lines_of(bound, lang))
    said = {"zh": ("上限：易地扶贫搬迁2500万元。", "总资金1.1亿元", "全页同一口径"),
            "en": ("Ceilings: relocation 25 M yuan.", "Total 110 M yuan", "the same all over this page")}  # fmt: skip
    assert [line for line in said[lang] if line not in text] == []
    assert words.say("page.outside", lang) in text


@pytest.fixture(scope="module")
def of_scale():
    """A comparison of a county of that size, studies beside it and their page."""

    @cache
    def made(scale):
        result = example.comparison(6, scenario=load(example.SCENARIO).replace(scale=scale))
        others = beside.Beside(
            ablate=ablation(result, effect("works", "off", 300.0)), value=valued(result), totals=at_totals(result),
            optimise=searched(result),
        )  # fmt: skip
        with words.spoken("zh"):
            return result, others, Page(document(result, others))

    return made


@pytest.mark.parametrize(("scale", "told"), [(0.5, 1), (1.0, 0)])
def test_a_page_of_a_small_county_says_where_sums_are_those_of_the_full_one(of_scale, scale, told, lang):
    result, others, page = of_scale(scale)
    with words.spoken(lang):
        text = " ".join(lines_of(page, lang))
        first = first_screen.money_and_more(result, others)
    said = {"zh": ("这里的总资金2.2亿元即别处的1.1亿元，加1000万元实际加500万元", "为全县的50%；只有“有没有更好的分法”“什么比加钱更管用”"),
            "en": ("a total of 220 M yuan here is 110 M yuan there, and 10 M yuan more are 5 M yuan", "50 % of the full county; only the studies")}  # fmt: skip
    assert [text.count(line) for line in said[lang]] == [4 * told, told]
    assert (words.say("page.whole", lang) in first) == bool(told)
    few = replace(valued(result), replications=4)
    for nothing in (beside.Beside(), beside.Beside(value=few)):
        assert words.say("page.whole", lang) not in first_screen.money_and_more(result, nothing)


def lines_of(page, lang):
    return [part.strip() for part in page.text[{"zh": "zh-Hans", "en": "en"}[lang]]]


def nobody_left(run):
    """The replication as it would be if everybody had left the register."""
    villages = dict(run.villages) | {"registered_end": [0] * example.VILLAGES, "incidence_end": [0.0] * example.VILLAGES}
    scalars = dict(run.scalars) | {"registered_end_people": 0, "incidence": 0.0, "people_short": -4065}
    return replace(run, scalars=scalars, villages=villages, why_not=[])


def test_where_nobody_is_left_no_place_is_named_and_every_line_of_the_first_screen_leads_somewhere(comparison):
    runs = {("plan", name, run.replication): nobody_left(run) for name, of in comparison.runs.items() for run in of}
    made = fold(comparison.scenario, Ensemble(runs=runs), comparison.replications)
    with words.spoken("en"):
        said, page = first_screen.where(made), document(made, beside.Beside())
    assert said.startswith("nobody is left at year end; in every replication") and "more likely not to exit: 2 of these" in said
    links, ids = (set(re.findall(rf'{key}="{sign}([^"]+)"', page)) for key, sign in (("href", "#"), ("id", "")))
    assert links <= ids and "nobody is left on the register" in page


def test_sums_that_are_the_same_are_shown_once(comparison):
    """A suggestion that differs from the baseline in the tilt alone."""
    with words.spoken("en"):
        alike = spending.movable(replace(comparison, best="deep_tilt_up"))
        apart = spending.movable(replace(comparison, best="industry_first"))
    assert (len(alike.columns), len(apart.columns)) == (4, 5)
    assert '"deep tilt up" has the baseline' in alike.note and "has the baseline" not in apart.note


def test_who_remains_and_who_is_ready_are_called_the_median_that_they_are(comparison):
    found = curves.curve(comparison)
    ready = [run.scalars["ready_people"] for run in comparison.runs[found.allocation]]
    assert found.ready == np.median(ready) != np.mean(ready)
    for lang, said in (("zh", "是各次推演的中间值"), ("en", "are those of the median replication")):
        with words.spoken(lang):
            assert said in curves.table(comparison, found).note


def test_a_target_stands_as_it_is_and_prose_in_chinese_has_no_commas(comparison):
    with words.spoken("zh"):
        found = curves.curve(comparison)
        said = curves.finding(comparison, found)
        shown = str(document(comparison, beside.Beside()))
    assert "13798人" in said and not re.search(r"\d,\d", said)
    assert "至少留下" not in said and words.say("charts.propose_how", "zh", target=13798) in shown


def test_of_several_years_it_is_said_that_no_number_to_propose_is_worked_out(comparison):
    several = replace(comparison, scenario=comparison.scenario.replace(end_date="2020-12-31"))
    assert curves.curve(several) is None
    for lang in ("zh", "en"):
        with words.spoken(lang):
            assert words.say("propose.one_year") in str(propose(several))


@pytest.mark.parametrize(("ready", "said"), [(15_000, "but only about 15,000 are ready"),
                                             (15_400, "too seldom are as many ready (about 15,400 in the middle one)")])  # fmt: skip
def test_nobody_is_told_that_only_more_are_ready_than_have_to_be_proposed(comparison, ready, said):
    half, all_of = clopper_pearson(6, 12), clopper_pearson(12, 12)
    curve = (Proposed(15_180, 13_900.0, 13_000.0, 14_500.0, half, all_of),)
    with words.spoken("en"):
        told = curves.finding(comparison, Propose("as_in_2016_17", 13_798, 12, ready, curve))
    assert "about 15,180 would have to be proposed" in told and said in told


def test_what_is_earmarked_what_is_floor_and_what_can_be_moved_add_up(comparison):
    with words.spoken("zh"):
        shown = spending.movable(comparison)
    sums = [float(column.cells[-1].replace(",", "")) for column in shown.columns[1:]]
    assert sums[:2] == [7600, 3400] and sums[2:] == [11000] * len(sums[2:])
    assert len(shown.columns) == 5 if comparison.best != comparison.allocations[0].name else 4


@pytest.mark.parametrize(
    ("made", "states"),
    [
        ({}, "pass pass pass review open open"),
        ({"alike": ()}, "pass pass pass pass open open"),
        ({"replications": 8}, "pass pass review review open open"),
        ({"failed": [("deep_tilt_up", "plan", 3, "x")]}, "pass review pass review open open"),
    ],
)
def test_checks_pass_are_to_be_watched_or_open_each_with_what_to_do(comparison, lang, made, states):
    given = replace(comparison, **{"alike": ("deep_tilt_up",), **made})
    with words.spoken(lang):
        kinds = {words.say(f"checks.{kind}"): kind for kind in ("pass", "review", "open")}
        names, found, said = (column.cells for column in checks.checks(given, beside.Beside()).columns)
        told = checks.checks(given, beside.Beside(sensitivity=doubts(given)))
        alone = checks.checks(given, beside.Beside(screen=screened(given)))
        assert all(name in str(alone) for name in screening.most(screened(given)))
        point = checks.checks(replace(given, scenario=given.scenario.replace(parameters="point")), beside.Beside())
    rest = [kinds[state] for name, state in zip(names, found, strict=True) if name != words.say("checks.name.published", lang)]
    assert " ".join(rest) == states and all(len(line) > 5 for line in said)
    few = checks.checks(replace(given, alike=("deep_tilt_up",), replications=4), beside.Beside()).columns[2].cells
    assert words.say("checks.alike_few", lang, enough=20) in few
    assert {"zh": "先核实“贫困户人均收入中位数（2016年）”", "en": 'ask first for "median income of poor households, 2016"'}[lang] in told.columns[2].cells[-2]
    assert kinds[point.columns[1].cells[-2]] == "review" and "`--prior`" in point.columns[2].cells[-2]


@pytest.mark.parametrize(("parameters", "said"), [("point", "all stand at the centres of their ranges here"),
                                                  ("prior", "are varied within their ranges")])  # fmt: skip
def test_values_at_their_centres_are_not_said_to_be_varied(comparison, parameters, said):
    given = replace(comparison, scenario=comparison.scenario.replace(parameters=parameters))
    with words.spoken("en"):
        assert said in str(doubt(given, beside.Beside()))


def rated(comparison, *rates, of="wrong_exit_rate"):
    """The comparison with such a rate of its first allocations, one after the other."""
    rows = comparison.allocations
    changed = [replace(row, **{of: rate}) for row, rate in zip(rows, rates, strict=False)]
    return replace(comparison, allocations=(*changed, *rows[len(changed) :]))


def test_of_several_years_the_tables_of_rates_and_of_those_turned_away_say_which_they_tell_of(comparison, lang, monkeypatch):
    scalars = ("proposed_people", "turned_away_people", *(f"turned_away_{step}_people" for step in tables_of_honesty.TURNED_AWAY))
    told = SimpleNamespace(scalars=dict.fromkeys(scalars, 20))
    monkeypatch.setattr(tables_of_honesty.view, "runs", lambda *_: [told])
    several = replace(comparison, scenario=comparison.scenario.replace(end_date="2020-12-31"))
    last = {"zh": "最后一年", "en": "the last year"}[lang]
    for table in (tables_of_honesty.rates, tables_of_honesty.turned_away):
        assert last in table(several).note and last not in table(comparison).note


def test_the_limits_of_the_rates_are_those_of_the_scenario(comparison):
    easier = {"rule.error_limit": {"value": 0.05, "outside_range": True}}
    made = replace(comparison, scenario=comparison.scenario.replace(assumptions=easier))
    with words.spoken("en"):
        assert "missed poor 5 % each, recognition at least 90 %" in tables_of_honesty.rates(made).note


def test_limits_are_told_with_as_many_decimals_as_they_have(comparison, lang):
    limits = {"rule.incidence_limit": 0.045, "rule.error_limit": 0.025, "rule.recognition_limit": 0.925}
    set_so = {name: {"value": value, "outside_range": True} for name, value in limits.items()}
    made = replace(comparison, scenario=comparison.scenario.replace(assumptions=set_so))
    with words.spoken(lang):
        county, note, page = answer.county(made), tables_of_honesty.rates(made).note, str(honesty.honesty(made))
    told = {"zh": ("低于4.5%", "红线各2.5%", "红线92.5%", "漏评率各2.5%，群众认可度92.5%", "红线2.5%"),
            "en": ("below 4.5 %", "limit 2.5 % each", "92.5 %", "2.5 % each, recognition at least 92.5 %", "limit 2.5 %")}[lang]
    *of_county, noted, charted = told
    assert all(limit in county for limit in of_county) and noted in note and charted in page.replace("\xa0", " ")


def test_a_rate_whose_interval_holds_the_limit_is_drawn_as_not_known_to_be_over_it(comparison, lang):
    rates = [Interval(0.021, 0.015, 0.027), Interval(0.025, 0.021, 0.029), Interval(0.008, 0.007, 0.009)]
    spots = json.loads(options(str(honesty.honesty(rated(comparison, *rates))))[0])["series"][0]["data"]
    hollow, over, below = (spot["itemStyle"]["color"] for spot in spots[:3])
    assert hollow == "#fff" != over == below
    said = words.say("charts.errors_how")
    assert {"zh": "横线跨过红线的（空心）", "en": "a hollow one"}[lang] in said


@pytest.mark.parametrize(("n", "told"), [(40, {"zh": "每100次推演有95次在", "en": "95 of 100 replications: "}),
                                          (4, {"zh": "各次推演", "en": "in single replications "}),
                                          (1, {"zh": "人   3520户", "en": "0; 3,520 households"})])  # fmt: skip
def test_the_bracket_behind_people_out_says_what_it_is(n, told, lang):
    with words.spoken(lang):
        said = answer.task(example.comparison(n))
    assert told[lang] in said


def test_what_is_over_its_limit_is_said_to_be_on_the_first_screen(comparison, lang):
    with words.spoken(lang):
        assert {"zh": "超", "en": "over"}[lang] not in answer.county(comparison)
        wrong = answer.county(rated(comparison, Interval(0.036, 0.03, 0.04)))
        few = answer.county(rated(comparison, Interval(0.88, 0.87, 0.89), of="recognition"))
        perhaps = answer.county(rated(comparison, Interval(0.024, 0.015, 0.03)))
        perhaps_few = answer.county(rated(comparison, Interval(0.88, 0.85, 0.91), of="recognition"))
    told = {"zh": ("错退率3.6%（超红线）、漏评率0.5%（红线各2%）", "群众认可度88%（红线90%，未达到）",
                   "错退率2.4%（平均超红线，但不能断定）", "群众认可度88%（红线90%，平均未达到，但不能断定）"),
            "en": ("wrong exits 3.6 % (over the limit), missed poor 0.5 % (limit 2 % each)", "recognition 88 % (short of 90 %)",
                   "wrong exits 2.4 % (over the limit on average, which cannot be told)",
                   "recognition 88 % (short of 90 % on average, which cannot be told)")}[lang]  # fmt: skip
    assert told[0] in wrong and told[1] in few and told[2] in perhaps and told[3] in perhaps_few


def test_the_paragraph_to_paste_is_prose(comparison, lang):
    """Nothing in it is a name and a colon and a number, one after the other; over several years too."""
    several = replace(comparison, scenario=comparison.scenario.replace(end_date="2020-12-31"))
    with words.spoken(lang):
        one, more = (" ".join(paste.paste(made).replace("\xa0", " ").split()) for made in (comparison, several))
    if lang == "zh":
        assert "年度任务是13个贫困村、3520户13798人脱贫，推演结果是平均" in one
        assert [part.count("：") for part in one.split("。") if part.count("：") > 1] == [] and "全县摘帽：" not in one
        assert "2018—2020年共脱贫" in more
    else:
        assert "The task is 13 villages, 3,520 households and 13,798 people out of poverty; " in one
        assert "13,798 people: about" not in one and "county exit:" not in one


@pytest.mark.parametrize(("replications", "villages"), [(40, "12.0"), (1, "11")])
def test_villages_out_are_a_mean_and_whole_of_a_single_replication(replications, villages):
    made = example.comparison(replications)
    several = replace(made, scenario=made.scenario.replace(end_date="2020-12-31"))
    with words.spoken("zh"):
        assert f"13个贫困村：平均{villages}个" in answer.task(made)
        assert f"平均{villages}个贫困村摘帽" in answer.task(several)


def test_who_has_yet_to_meet_the_standard_is_told_beside_who_is_on_the_register(comparison, lang):
    """Those below the target all the same: without the register's end it would read as met."""
    shown = str(when.when(comparison, None)).replace("\xa0", " ")
    ends = {of: 100 * np.median([run.monthly[of][-1] for run in comparison.runs["as_in_2016_17"]])
            for of in ("incidence_unmet", "incidence")}  # fmt: skip
    said = {"zh": f"降到{ends['incidence_unmet']:.2f}%，在册的由10.59%降到{ends['incidence']:.2f}%（各次推演的中间值）",
            "en": f"to {ends['incidence_unmet']:.2f} %, the share on the register from 10.59 % to {ends['incidence']:.2f} % (medians)"}  # fmt: skip
    assert said[lang] in shown
    assert {"zh": "仍在册", "en": "stays on it"}[lang] in shown


def test_of_what_was_interrupted_it_is_not_said_that_none_failed(comparison):
    with words.spoken("en"):
        said = str(checks.checks(replace(comparison, interrupted=True, replications=7), beside.Beside()))
        failed = str(checks.checks(replace(comparison, failed=[("a", "plan", 3, "x")]), beside.Beside()))
    assert "Interrupted; only those complete for all allocations count (7)" in said and "0 replications" not in said
    assert "1 replication failed; only those complete" in failed


def test_what_meets_the_target_and_what_misses_it_are_a_hundred_together(comparison):
    scenario = comparison.scenario.replace(compare=["as_in_2016_17"])
    made = folded(scenario, {"as_in_2016_17": [0.02] + [0.03] * 7})
    with words.spoken("en"):
        shown = str(chances(made)).replace("\xa0", " ")
    assert "it does in about 13 of 100" in shown and "about 87 of 100 replications end above 2.41 %" in shown


def test_a_suggestion_that_moves_no_sum_says_what_it_moves(comparison):
    better = [0.001 * step for step in range(25, 34)]
    names = ("as_in_2016_17", "deep_tilt_up")
    made = folded(comparison.scenario.replace(compare=list(names)), dict(zip(names, ([x + 0.01 for x in better], better), strict=True)))
    with words.spoken("en"):
        assert '"deep tilt up" is suggested' in answer.allocations(made)
        assert first_screen.adjusted(made).startswith('"deep tilt up" leaves each line its sum and gives deep-poverty villages')


def test_what_to_type_in_a_check_stands_as_code(comparison):
    assert "<code>python -m sim reconcile</code>" in made(comparison)


def test_a_study_broken_off_as_it_was_written_over_is_not_told_as_that_of_another_seed(comparison, tmp_path):
    ablated = ablation(comparison, effect("works", "double", -300.0))
    write_effects(ablated, tmp_path / "ablate", "ablate")
    (tmp_path / "ablate" / "manifest.json").write_bytes(b"\xff")
    other = replace(ablated, scenario=ablated.scenario.replace(seed=ablated.scenario.seed + 1))
    write_manifest(other.scenario, "ablate", tmp_path / "ablate")
    assert not (tmp_path / "ablate" / "summary.json").exists()
    assert beside.beside(replace(comparison, scenario=other.scenario), tmp_path).ablate is None
