"""A scenario that starts from the years before: their file is told apart, checked with it, and part of what is kept."""

import json
import pickle

import pytest

from sim import words
from sim.scenario import ScenarioError, load

from .plans import MINIMAL

BEFORE = (
    MINIMAL.replace("2018-01-01", "2016-01-01").replace("2018-12-31", "2017-12-31").replace("seed: 1\n", "seed: 9\n")
)
PLAN = MINIMAL + "start: history\nhistory: before.yaml\n"


def changed(old, new, text=BEFORE):
    assert text.count(old) == 1, old
    return text.replace(old, new)


# id: (text of the years before, addition to the plan, file, code, line, key)
CASES = {
    "not there": (None, "", "plan.yaml", "missing_file", 16, "history"),
    "unknown key": (changed("seed:", "sed:"), "", "before.yaml", "unknown_key", 3, "history.sed"),
    "key missing": (changed("seed: 9\n", ""), "", "before.yaml", "missing_key", 1, "history.seed"),
    "unit forgotten": (changed("4400 万元", "4400"), "", "before.yaml", "unit_missing", 7, "history.earmarked.relocation"),
    "shares": (changed("housing: 0.5}", "housing: 0.4}"), "", "before.yaml", "shares_sum", 11, "history.allocations.even.shares"),
    "over-committed": (changed("220 M yuan", "20 M yuan"), "", "before.yaml", "over_committed", 5, "history.total"),
    "full-width": (changed("seed: 9", "seed：9"), "", "before.yaml", "full_width", 3, ""),
    "a history of its own": (BEFORE + "start: history\n", "", "plan.yaml", "history_of_history", 16, "history"),
    "ends too early": (changed("2017-12-31", "2016-12-31"), "", "plan.yaml", "history_ends", 16, "history"),
    "ends too late": (changed("2017-12-31", "2018-12-31"), "", "plan.yaml", "history_ends", 16, "history"),
    "a system off": (BEFORE + "families: {works: off}\n", "", "before.yaml", "history_switch", 15, "history.families.works"),
    "a system off later": (
        BEFORE + "families:\n  works: {state: off, from: 2017-06-01}\n", "", "before.yaml", "history_switch", 16,
        "history.families.works",
    ),
    "a rule that cannot change": (BEFORE, "rules: {backstop_quota: off}\n", "plan.yaml", "history_rule", 17, "rules.backstop_quota"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_history_gone_wrong(write, case):
    text, more, file, code, line, key = CASES[case]
    if text is not None:
        write(text, "before.yaml")
    with pytest.raises(ScenarioError) as caught:
        load(write(PLAN + more))
    (found,) = caught.value.problems
    assert (found.file.rpartition("/")[2], found.code, found.line, found.key) == (file, code, line, key)
    for lang in ("zh", "en"):
        with words.spoken(lang):
            assert found.text(words.say).startswith(f"{found.file}:{line}: ")


def test_the_years_before_have_their_own_words_and_leave_the_rest_to_who_asks(write):
    write(BEFORE + "parameters: point\nposterior: nowhere.yaml\nrules: {housing: half}\n", "before.yaml")
    plan = load(write(PLAN))
    assert plan.before.rules.housing == "half" and plan.rules.housing == "in_force"
    assert (plan.before.name, plan.before.parameters, plan.before.posterior) == ("before", "prior", None)
    assert plan.replace(start="margins").before is None


def test_the_file_may_extend_another_and_is_relative_to_where_it_is_named(write, tmp_path):
    (tmp_path / "below").mkdir()
    write(BEFORE, "ground.yaml")
    write("extends: ground.yaml\nseed: 3\n", "before.yaml")
    write(PLAN, "plan.yaml")
    plan = load(write("extends: ../plan.yaml\nseed: 2\n", "below/plan.yaml"))
    assert (plan.before.seed, plan.before.name) == (3, "before")


def test_a_start_on_a_day_without_margins_is_possible_after_history(write):
    write(changed("2017-12-31", "2018-12-31"), "before.yaml")
    later = PLAN.replace("2018-01-01", "2019-01-01").replace("2018-12-31", "2019-12-31")
    assert load(write(later)).start_date.year == 2019


def test_it_goes_where_the_scenario_goes(write):
    write(BEFORE, "before.yaml")
    plan = load(write(PLAN))
    dumped = json.loads(json.dumps(plan.dump()))
    for copy in (pickle.loads(pickle.dumps(plan)), plan.replace(seed=plan.seed), plan.replace(**dumped)):
        assert copy == plan and copy.digest() == plan.digest() and copy.before == plan.before


def test_kept_runs_belong_to_the_years_before_as_far_as_they_are_played(write):
    write(BEFORE, "before.yaml")
    path = write(PLAN)
    plan = load(path)

    def under(text):
        write(text, "before.yaml")
        return load(path).digest("even")

    same = [BEFORE.replace("seed: 9", "seed: 8"), BEFORE + "gate: none\n", BEFORE + "title: {en: x}\n",
            BEFORE.replace("replications: 4", "replications: 5"), BEFORE + "scale: 0.5\n",
            BEFORE.replace("infrastructure: 3/4, housing: 1/4", "infrastructure: 1/4, housing: 3/4")]  # fmt: skip
    assert {under(text) for text in same} == {plan.digest("even")}
    other = [BEFORE.replace("220 M", "230 M"), BEFORE.replace("industry: 50 %, housing: 0.5", "industry: 1"),
             BEFORE + "rules: {housing: half}\n", BEFORE + "assumptions: {works.road_days: 100}\n",
             BEFORE.replace("people: 13798", "people: 1")]  # fmt: skip
    assert len({plan.digest("even"), *map(under, other)}) == len(other) + 1
    assert load(write(PLAN)).replace(start="margins").digest("even") == load(write(MINIMAL)).digest("even")
