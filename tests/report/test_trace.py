"""One household's year, and one village's, told from the event log."""

import re
from dataclasses import replace

import pytest

import sim
from sim import words
from sim.report import story, view
from sim.report.trace import Trace, count
from sim.words import label, say

FIRST = "as_in_2016_17"


@pytest.fixture(scope="module")
def run(tiny):
    return sim.run(tiny, FIRST, 1, log=True)


def test_the_log_changes_nothing(tiny, run):
    silent = sim.run(tiny, FIRST, 1)
    assert (silent.census, silent.events) == ({}, None)
    assert silent.scalars == run.scalars and silent.villages == run.villages and silent.why_not == run.why_not


def test_the_census_agrees_with_the_villages_and_with_why_not(run):
    homes, lines = run.census["households"], len(run.villages["code"])
    for when, status, people in (("start", "status", "people"), ("end", "status_end", "people_end")):
        poor = [0] * lines
        for village, on, heads in zip(homes["village"], homes[status], homes[people], strict=True):
            poor[village] += heads * (on == 1)
        newly = sum(e[1] == "household.registered" for e in run.events)
        counted = run.villages[f"registered_{when}"]
        assert poor == list(counted) if when == "start" else sum(poor) <= sum(counted) <= sum(poor) + 10 * newly
    held = sum(row["last"] for row in run.why_not if row["cause"] != "registered_late")
    lasts = zip(homes["people_end"], homes["last"], strict=True)
    assert held == sum(n for n, last in lasts if last not in ("", "registered_late"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_household_and_village_can_be_told(run, lang):
    with words.spoken(lang):
        texts = [sim.trace(run, household=k).text for k in range(1, count(run, "household") + 1, 7)]
        texts += [sim.trace(run, village=k).text for k in range(1, count(run, "village") + 1)]
    assert all("{" not in text and "event." not in text for text in texts)
    if lang == "zh":
        assert {w for text in texts for w in re.findall(r"[A-Za-z]{2,}", text)} == set()
    else:
        assert not any(re.search(r"[\u3000-\u9fff\uff00-\uffef]", text) for text in texts)


def test_it_is_told_in_the_language_asked_for_whatever_is_in_use(run):
    number = sim.trace(run).number
    for lang, other in (("zh", "en"), ("en", "zh")):
        with words.spoken(lang):
            said = sim.trace(run, household=number)
            expected = said.text, said.rows(), said._repr_html_()
        told = sim.trace(run, household=number, lang=lang)
        with words.spoken(other):
            assert (told.text, told.rows(), told._repr_html_()) == expected and said.text != told.text
    with pytest.raises(ValueError, match=r"language\(=fr\)"):
        sim.trace(run, lang="fr")


def test_a_household_that_was_turned_away_is_chosen_and_said_to_be(run):
    told = sim.trace(run)
    kinds = [event[1] for event in told.events]
    assert told.chosen == "turned_away" and "household.turned_away" in kinds and told.subject["status_end"] == 1
    with words.spoken("en"):
        lines = told.text.splitlines()
    assert lines[0].startswith(f"simulated household {told.number:04d} in 2018") and "No household was named" in lines[2]
    with words.spoken("zh"):
        assert told.text.startswith(f"模拟户{told.number:04d}的2018年") and "最后卡在：核查未通过。" in told.text


def test_who_was_proposed_and_not_verified_by_the_announcement_is_told_so(tiny, run, lang):
    """A notice of a month ends too late for those whom a verifier came to last."""
    long = tiny.replace(assumptions={"assessment.notice_days": {"value": 33, "outside_range": True}})
    late, said = sim.run(long, FIRST, 1, log=True), say("story.unverified")
    proposed, decided = (
        {int(event[2].partition(".")[2]) for event in late.events if event[1] in kinds}
        for kinds in ({"household.proposed"}, {"household.verified", "household.turned_away"})
    )
    assert proposed > decided
    told = {k for k in proposed if said in sim.trace(late, household=k + 1).text}
    assert told == proposed - decided and {late.census["households"]["status_end"][k] for k in told} == {1}
    assert said not in sim.trace(run).text, "turned away"
    assert (label("why_not", "unverified"), said[-1]) == {
        "zh": ("核查未完成", "。"), "en": ("verification not finished", "."),
    }[lang]  # fmt: skip
    assert view.CAUSES.index("shock") < view.CAUSES.index("unverified") < view.CAUSES.index("turned_away")


def test_a_wrong_file_that_nobody_mends_is_no_unfinished_verification(run, lang):
    """Neither is one who was not proposed."""
    told = sim.trace(run)
    proposed, noticed = ((day, kind, "household.0", "", 0.0) for day, kind in ((312.0, "household.proposed"), (315.0, "file.noticed")))
    mended = (316.0, "file.mended", "household.0", "", 0.0)
    for events, unfinished in (((), False), ((proposed,), True), ((proposed, noticed), False), ((proposed, noticed, mended), True)):
        assert (say("story.unverified") in replace(told, events=events).text) == unfinished


def test_the_story_is_in_order_and_dated_within_the_year(run):
    told = sim.trace(run, household=sim.trace(run).number)
    rows = told.rows()
    assert told.chosen == "" and [row["date"] for row in rows] == sorted(row["date"] for row in rows)
    assert {row["date"][:4] for row in rows} == {"2018"}
    frame = told.frame()
    assert list(frame.columns) == ["date", "kind", "entity", "code", "number", "text"] and len(frame) == len(told.events)
    assert "<p>" in told._repr_html_() and repr(told) == (
        f"<Trace quick/{FIRST} household {told.number}: {len(told.events)} events>"
    )


def test_its_frame_counts_as_it_does(run):
    told = sim.trace(run, household=sim.trace(run).number)
    named = {row["entity"] for row in told.rows()}
    assert f"household {told.number}" in named and f"household.{told.number - 1}" in {event[2] for event in told.events}
    assert {name for name in named if name.startswith("household")} == {f"household {told.number}"}
    village = sim.trace(run, village=2)
    hamlets = {f"hamlet {k + 1}" for k, home in enumerate(run.census["hamlets"]["village"]) if home == 1}
    homes = {f"household {k + 1}" for k, home in enumerate(run.census["homes"]) if home == 1}
    assert "village 2" in {row["entity"] for row in village.rows()} <= {"village 2"} | hamlets | homes


def test_numbers_are_written_by_the_kinds_of_events_that_the_run_tells_of(tiny, run):
    """All villages are flooded; of a list with one house all else waits, and the county plans anew before money comes."""
    house = {"line": "housing", "kind": "housing", "village": 1, "places": 1, "cost_yuan": 30_000}
    days = {"plan.replan_june": {"value": 118, "outside_range": True}, "money.tranche_1_day": 119}
    flood = {"shock.flood_probability": {"value": 1, "outside_range": True}}
    eventful = tiny.replace(projects={"rows": [house]}, assumptions=days | flood)
    kinds = {event[1] for event in sim.run(eventful, FIRST, log=True).events if event[4]}
    told = type(run).__doc__.partition("The number is 0 but for")[2].partition("\n\n")[0]
    assert kinds == set(re.findall(r"``(\w+\.\w+)``", told)) >= {"money.paid", "household.visited", "plan.replanned"}
    assert all(event[0] >= 0 for event in run.events) and run.frame().shape[0] == 13


def test_a_village_that_should_have_exited_and_did_not_is_chosen(run):
    told = sim.trace(run, village=0)
    assert told.chosen == "village_stayed" and told.subject["due"] and not told.subject["exits"]
    with words.spoken("en"):
        lines = told.text.splitlines()
    (reason,) = (line.removeprefix("The reason: ")[:-1] for line in lines if line.startswith("The reason: "))
    assert reason in ("incidence is not below the exit line", "too many households lack a deciding item")
    assert any(f": no exit: {reason}" in line for line in lines), "with whatever else that day brought"


def test_who_left_is_told_so_by_the_income_of_the_year(run):
    homes = run.census["households"]
    out = [k for k, status in enumerate(homes["status_end"]) if status == 2]
    right, wrong = ([k for k in out if homes["wrong"][k] is flag] for flag in (False, True))
    assert all(homes["income_end"][k] >= run.census["lines"]["2018"] for k in right)
    with words.spoken("en"):
        assert "lifted out. The year came to" in sim.trace(run, household=right[0] + 1).text
        assert "lifted out, but wrongly" in sim.trace(run, household=wrong[0] + 1).text


def test_of_a_day_only_the_last_gate_of_a_case_is_told():
    events = [(3.0, f"gate.{gate}", "household.1", "job", 0.0) for gate in ("filed", "funded", "built")]
    events += [(3.5, "gate.filed", "household.1", "post", 0.0), (3.6, "money.paid", "household.1", "cooperation", 5.0)]
    assert [e[1] for e in story._last_steps(events)] == ["gate.built", "gate.filed", "money.paid"]


def test_a_day_is_one_line_and_cases_that_went_the_same_way_are_told_together(run):
    told = sim.trace(run)
    events = [
        (3.0, "household.visited", "household.1", "short", 1000.0),
        *((3.0, kind, "household.1", code, 0.0) for code in ("job", "post") for kind in ("case.opened", "gate.filed")),
        (3.2, "case.opened", "household.1", "housing", 0.0), (3.3, "gate.funded", "hamlet.4", "water", 0.0),
        (9.0, "case.done", "household.1", "job", 0.0),
    ]  # fmt: skip
    made = Trace(**{**vars(told), "events": events})
    with words.spoken("zh"):
        assert list(story._by_date(made)) == [
            "2018年1月4日  驻村工作队入户核实：测算人均年收入约1000元，低于帮扶目标；劳务输出、公益性岗位：列入帮扶，填报材料；"
            "危房改造：列入帮扶；屯里的安全饮水：等候资金",
            "2018年1月10日  劳务输出：办结",
        ]
    for one in (told, sim.trace(run, village=1)):
        dates = [line.partition("  ")[0] for line in one.text.splitlines() if "  " in line]
        assert len(dates) == len(set(dates))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [(2, 2, "still out of poverty"), (2, 1, "poor by the end"), (0, 0, "not on the register"), (1, 1, "still poor"),
     (0, 1, "poor by the end"), (1, 2, "lifted out")],
)  # fmt: skip
def test_how_it_ended_is_told_beside_how_it_began(run, before, after, said):
    told = sim.trace(run, household=1)
    subject = {**told.subject, "status": before, "status_end": after, "wrong": False}
    with words.spoken("en"):
        text = Trace(**{**vars(told), "subject": subject}).text
        years = {"lines": {**told.lines, "2020": 3802.0}, "end": "2020-12-31"}
        several = Trace(**{**vars(told), "subject": subject, **years}).text
    assert f"How it ended: {said}. The year came to" in text and f"{said}. The last year came to" in several
    assert ("Lifted out before" in text) == (before == 2) and ("Not on the register on" in text) == (before == 0)


def test_each_year_s_line_is_told_with_what_happened_in_it(tiny):
    run = sim.run(tiny.replace(end_date="2020-12-31"), FIRST, 0, log=True)
    lines = run.census["lines"]
    assert list(lines) == ["2018", "2019", "2020"] and lines["2018"] < lines["2019"] < lines["2020"]
    below = {}
    for at in {int(e[2][10:]) for e in run.events if e[1] == "household.assessed" and e[3] == "short"}:
        told = sim.trace(run, household=at + 1)
        with words.spoken("en"):
            texts, rows = told.text.splitlines(), told.rows()
        assert next(f"the poverty line is {lines['2018']:,.0f} yuan" in text for text in texts if "If nothing new" in text)
        assert next(f"the poverty line is {lines['2020']:,.0f} yuan" in text for text in texts if "How it ended" in text)
        for row in rows:
            if row["kind"] == "household.assessed" and row["code"] == "short":
                below.setdefault(row["date"][:4], set()).add(row["text"].partition("line of ")[2])
    assert below == {year: {f"{line:,.0f} yuan"} for year, line in lines.items()}


def test_what_happens_at_the_last_midnight_is_told_by_the_last_year_s_line(run):
    told = sim.trace(run)
    made = Trace(**{**vars(told), "events": [(365.0, "case.done", "household.1", "post", 0.0)]})
    assert made.line(365.0) == made.line(364.0) and made.rows() and made.text


def test_what_happens_at_the_last_midnight_is_dated_on_the_last_day(run):
    late = (365.0, "money.paid", "household.1", "cooperation", 5.0)
    told = replace(sim.trace(run, household=1), events=(late,))
    assert [row["date"] for row in told.rows()] == ["2018-12-31"]
    with words.spoken("zh"):
        assert "2019年" not in told.text and "2019年" not in replace(sim.trace(run, village=1), events=(late,)).text


def test_a_village_ends_at_the_incidence_that_it_is_judged_by(run):
    """Where movers count at their site it has other people in the end than lived there on the first day."""
    told = sim.trace(run, village=1)
    with words.spoken("en"):
        assert "incidence 12.3 %" in Trace(**{**vars(told), "place": {**told.place, "incidence_end": 0.123}}).text


def test_money_of_a_sale_that_came_to_nothing_is_told_as_a_loss():
    with words.spoken("en"):
        told = [story.sentence((1.0, "household.sold", "household.1", "chilli", n)) for n in (0.0, 1234.4, -907.5)]
        poor = story.sentence((1.0, "household.assessed", "household.1", "short", -490.6))
    assert told == [
        "chilli: nothing was harvested", "sold chilli for 1,234 yuan", "chilli: costs exceeded sales by 908 yuan",
    ]  # fmt: skip
    assert "-491 yuan" in poor


def test_years_that_were_played_before_are_not_told(history):
    two = sim.run(history.replace(scale=0.08), history.baseline, 0, log=True)
    told = sim.trace(two)
    assert {row["date"][:4] for row in told.rows()} == {"2016", "2017"}
    with words.spoken("en"):
        assert "in 2016 to 2017:" in told.text.splitlines()[0]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_kind_and_code_of_the_log_has_its_words(full, run, lang):
    """What has no words would be told by its key, which is the code itself; no trace tells what befalls the county."""
    happened = (*sim.run(full, FIRST, 0, log=True).events, *run.events)
    events = {(event[1], event[3]) for event in happened if event[2] != "county"}
    with words.spoken(lang):
        bare = {(kind, code) for kind, code in events if code and words.known(f"story.event.{kind}_{code}") is False
                and story.words_of(kind, code) == code and not _by_itself(kind, code, lang)}  # fmt: skip
        untold = {kind for kind, code in events if story.sentence((0.0, kind, "", code, 1.0)) == kind}
    assert bare == set() and untold == set() and len(events) > 80


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_kind_that_a_villages_story_counts_is_called_something(lang):
    """Also what happens only under a rule that is off by itself, such as the second look; no other has two names."""
    assert [kind for kind in story.COUNTED if not words.known(f"event.{kind}", lang)] == []
    told = (key.removeprefix("story.") for key in words.texts(lang) if key.startswith("story.event."))
    assert {key for key in told if words.known(key, lang)} <= {f"event.{kind}" for kind in story.COUNTED}


def _by_itself(kind, code, lang):
    """Whether a code is its own English word."""
    return lang == "en" and any(words.known(f"{group}.{code}") for group in ("product", "line", "event.work"))


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ({"household": 10**6}, r"household\(=1000000\) must be a whole number from 1 to \d+"),
        ({"household": -1}, r"household\(=-1\) must be"),
        ({"household": 0}, r"household\(=0\) must be a whole number from 1 to"),
        ({"household": False}, r"household\(=False\) must be"),
        ({"village": False}, r"village\(=False\) must be"),
        ({"household": True}, r"household\(=True\) must be"),
        ({"household": "household.130"}, r"household\(='household\.130'\) must be a whole number from 1 to"),
        ({"village": 1.5}, r"village\(=1\.5\) must be"),
        ({"village": 99}, r"village\(=99\) must be a whole number from 1 to 9"),
        ({"household": 1, "village": 1}, "only one of them"),
        ({"household": 0, "village": 2}, "only one of them"),
    ],
)
def test_what_cannot_be_told(run, asked, line):
    with pytest.raises(ValueError, match=line):
        sim.trace(run, **asked)


def test_a_run_without_a_log_cannot_be_told(tiny):
    with pytest.raises(TypeError, match="must be what"):
        sim.trace(tiny)
    with pytest.raises(ValueError, match="log=True"):
        sim.trace(sim.run(tiny, FIRST, 0))


def test_a_trace_is_frozen_and_a_name_in_it_is_escaped(run):
    told = sim.trace(run)
    with pytest.raises(AttributeError):
        told.number = 3
    named = Trace(**{**vars(told), "titles": {"scenario": {"zh": "<b>", "en": "<b>"}, "allocation": {}}})
    assert "<b>" not in named._repr_html_() and "&lt;b&gt;" in named._repr_html_()


def test_money_that_went_back_because_work_began_later_is_told(run):
    home = next(e[2] for e in run.events if e[1::2] == ("money.returned", "cooperation"))
    with words.spoken("en"):
        text = sim.trace(run, household=int(home.partition(".")[2]) + 1).text
    told = [int(n.replace(",", "")) for n in re.findall(r"([0-9,]+) yuan for Guangdong-Guangxi cooperation went back", text)]
    assert told and told == [e[4] for e in run.events if e[1:4] == ("money.returned", home, "cooperation")]


@pytest.mark.parametrize(("lang", "said"), [("en", "now in place: special industry"), ("zh", "达标：有特色产业")])
def test_what_a_village_has_from_a_day_on_is_told(lang, said):
    with words.spoken(lang):
        assert story.sentence((200.0, "village.has", "village.3", "special_industry", 0.0)) == said
