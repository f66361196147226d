"""A file that extends another holds only the difference."""

from functools import partial
from pathlib import Path

import pytest

from sim.scenario import ScenarioError, load
from sim.scenario.nodes import of_plain
from sim.scenario.reading import named
from sim.words import say

from .plans import MINIMAL


@pytest.fixture
def base(write):
    return write(
        MINIMAL + "name: ground\ntitle: {en: ground}\nassumptions: {works.road_days: 100}\n", "base.yaml"
    )


def extended(write, text, name="plan.yaml", below="base.yaml"):
    return load(write(f"extends: {below}\n{text}", name))


def refused(path):
    with pytest.raises(ScenarioError) as caught:
        load(path)
    return caught.value.problems


def test_a_file_that_extends_one_that_is_no_whole_is_not_told_to_extend_another(write):
    write("title: {en: part}\ntotal: 220 M yuan\n", "base.yaml")
    found = refused(write("extends: base.yaml\nseed: 7\n"))
    assert {problem.code for problem in found} == {"missing_key"} and len(found) > 1
    assert not any(problem.nearest for problem in found)


@pytest.mark.usefixtures("base")
def test_tables_merge_and_values_replace(write):
    plan = extended(
        write, "seed: 7\ntargets: {villages: 14}\nearmarked: {medical: 700 万元}\nrules: {housing: half}\n"
    )
    assert (plan.seed, plan.replications) == (7, 4)
    assert (plan.targets.villages, plan.targets.people) == (14, 13798)
    assert plan.earmarked == {"relocation": 44_000_000, "medical": 7_000_000}
    assert plan.rules.housing == "half"


@pytest.mark.usefixtures("base")
def test_shares_switches_and_assumptions_are_replaced_whole(write):
    text = "allocations: {even: {shares: {medical: 1}}}\n"
    text += "assumptions: {works.road_days: {value: 80, outside_range: on}}\n"
    plan = extended(write, text)
    assert {line for line, share in plan.allocations["even"].shares.items() if share} == {"medical"}
    assert plan.assumptions == {"works.road_days": 80}


@pytest.mark.usefixtures("base")
def test_allocations_are_added_at_the_end_and_picked_by_compare(write):
    text = "allocations: {third: {shares: {backstop: 1}}}\n"
    assert list(extended(write, text).allocations) == ["even", "works_first", "third"]
    plan = extended(write, text + "compare: [third, even]\n")
    assert list(plan.allocations) == ["third", "even"]
    assert plan.compare == ("third", "even")


@pytest.mark.usefixtures("base")
def test_compare_all_undoes_a_choice_below(write):
    extended(write, "compare: [even]\n", "middle.yaml")
    assert list(extended(write, "", below="middle.yaml").allocations) == ["even"]
    assert list(extended(write, "compare: all\n", below="middle.yaml").allocations) == ["even", "works_first"]


@pytest.mark.usefixtures("base")
def test_a_wrong_allocation_is_told_even_if_it_is_not_played(write):
    with pytest.raises(ScenarioError) as caught:
        extended(write, "compare: [even]\nallocations: {works_first: {shares: {medical: 0.9}}}\n")
    assert [p.code for p in caught.value.problems] == ["shares_sum"]


@pytest.mark.usefixtures("base")
def test_name_and_title_are_not_inherited(write):
    plan = extended(write, "", "flood year (2).yaml")
    assert plan.name == "flood-year-2"
    assert plan.title == {"zh": "flood-year-2", "en": "flood-year-2"}


def test_the_position_of_a_problem_is_that_of_the_file_it_stands_in(write, base):
    base.write_text(
        base.read_text().replace("seed: 1", "seed: -1").replace("housing: 400 万元", "hosing: 400 万元")
    )
    found = refused(write("extends: base.yaml\ntargets: {vilages: 3}\ncompare: [evn]\n"))
    assert [(p.file.rpartition("/")[2], p.line, p.code, p.key, p.nearest) for p in found] == [
        ("plan.yaml", 2, "unknown_key", "targets.vilages", "villages"),
        ("plan.yaml", 3, "unknown_allocation", "compare.0", "even"),
        ("base.yaml", 3, "out_of_bounds", "seed", None),
        ("base.yaml", 8, "unknown_line", "floors.hosing", "housing"),
    ]


def test_syntax_of_both_files_is_told(write, base):
    base.write_text("a: [1\n")
    found = refused(write("extends: base.yaml\nseed: 1\nseed: 2\n"))
    assert [(p.file.rpartition("/")[2], p.code) for p in found] == [
        ("plan.yaml", "duplicate_key"),
        ("base.yaml", "bracket_open"),
    ]


def test_missing_ground_is_told_at_the_line_that_asks(write, base):
    (found,) = refused(write("seed: 1\nextends: bas.yaml\n"))
    assert (found.code, found.line, found.key, found.value) == ("missing_file", 2, "extends", "bas.yaml")
    assert found.nearest == str(base)
    assert found.file.endswith("plan.yaml")


@pytest.mark.usefixtures("base")
def test_a_missing_ground_may_be_one_that_comes_with_the_package(write):
    write(MINIMAL, "21_range.yaml")
    (found,) = refused(write("extends: 2019.yaml\n"))
    assert found.nearest == "2018.yaml"


@pytest.mark.parametrize("value", ["[base.yaml]", "3", "~", "''"])
def test_extends_must_be_a_file_name(write, value):
    (found,) = refused(write(f"extends: {value}\n"))
    assert (found.code, found.line, found.key) == ("not_text", 1, "extends")


def test_ground_may_not_be_a_folder(write, tmp_path):
    (tmp_path / "folder").mkdir()
    (found,) = refused(write("extends: folder\n"))
    assert (found.code, found.line, found.value) == ("is_directory", 1, "folder")


def test_cycle(write):
    write("extends: b.yaml\n", "a.yaml")
    found = refused(write("extends: a.yaml\n", "b.yaml"))
    assert [(p.code, p.line, p.fields) for p in found] == [
        ("extends_cycle", 1, {"chain": "b.yaml > a.yaml > b.yaml"})
    ]
    assert found[0].file.endswith("a.yaml")


def test_itself(write):
    assert [p.code for p in refused(write("extends: ./plan.yaml\n"))] == ["extends_cycle"]


def test_depth(write):
    write(MINIMAL, "0.yaml")
    paths = [write(f"extends: {i}.yaml\nseed: {i + 1}\n", f"{i + 1}.yaml") for i in range(9)]
    assert load(paths[7]).seed == 8
    assert [(p.code, p.fields) for p in refused(paths[8])] == [("extends_depth", {"limit": 8})]


@pytest.mark.usefixtures("base")
@pytest.mark.parametrize(
    ("text", "line", "key", "value"),
    [
        ("seed: 2\nearmarked:\n  medical: 20000 万元\n  backstop: 100 万元\n", 5, "earmarked.backstop", "100 万元"),
        ("floors: {industry: 2 亿元}\n", 2, "floors.industry", "2 亿元"),
        ("earmarked: {medical: 700 万元}\ntotal: 5000 万元\n", 3, "total", "5000 万元"),
    ],
)
def test_too_little_money_is_told_at_what_the_topmost_file_says(write, text, line, key, value):
    write(f"extends: base.yaml\n{text}", "middle.yaml")
    plan = write("extends: middle.yaml\nseed: 3\n")
    for path in (plan, plan.with_name("middle.yaml")):
        (found,) = refused(path)
        assert (found.file.rpartition("/")[2], found.code) == ("middle.yaml", "over_committed")
        assert (found.line, found.key, found.value) == (line, key, value)


@pytest.mark.usefixtures("base")
def test_a_lower_total_is_told_where_it_is_written_not_where_the_earmarks_are(write):
    write("extends: base.yaml\nearmarked: {medical: 5000 万元}\n", "middle.yaml")
    (found,) = refused(write("extends: middle.yaml\ntotal: 5000 万元\n"))
    assert (found.file.rpartition("/")[2], found.line, found.key) == ("plan.yaml", 2, "total")
    write("extends: base.yaml\ntotal: 5000 万元\n", "middle.yaml")
    (found,) = refused(write("extends: middle.yaml\nearmarked: {medical: 5000 万元}\n"))
    assert (found.file.rpartition("/")[2], found.line, found.key) == ("plan.yaml", 2, "earmarked.medical")


@pytest.mark.usefixtures("base")
def test_a_ceiling_binds_the_allocations_that_are_played_alone(write):
    ceiling = "ceilings: {infrastructure: 1.2 亿元}\n"
    assert list(extended(write, ceiling + "compare: [even]\n").allocations) == ["even"]
    (found,) = refused(write(f"extends: base.yaml\n{ceiling}compare: [even, works_first]\n"))
    assert (found.code, found.fields["allocation"]) == ("over_ceiling", "works_first")


@pytest.mark.usefixtures("base")
def test_too_low_a_ceiling_is_told_of_each_allocation_that_passes_it(write):
    text = "ceilings:\n  housing: 4500 万元\ncompare: [even, works_first]\n"
    found = refused(write(f"extends: base.yaml\n{text}"))
    assert {(p.file.rpartition("/")[2], p.line, p.key) for p in found} == {("plan.yaml", 3, "ceilings.housing")}
    told = [(p.allowed, p.fields["allocation"]) for p in found]
    assert told == [(">= 90000000", "even"), (">= 47000000", "works_first")]
    extended(write, text.replace("4500", "9000"))


@pytest.mark.usefixtures("base")
def test_an_allocation_above_a_ceiling_of_the_file_below_is_told_where_it_is_written(write):
    write("extends: base.yaml\nceilings: {infrastructure: 1.3 亿元}\n", "middle.yaml")
    found = refused(write("extends: middle.yaml\nallocations:\n  third: {shares: {infrastructure: 1}}\n"))
    assert [(p.line, p.key) for p in found] == [(3, "allocations.third.shares.infrastructure")]


@pytest.mark.parametrize("key", ["extends", "history", "posterior", "projects"])
@pytest.mark.parametrize(
    ("name", "reason"), [("loop.yaml", "ELOOP"), ("gone.yaml", "ENOENT"), ("a" * 300, "ENAMETOOLONG")],
)
@pytest.mark.usefixtures("base")
def test_a_file_that_cannot_be_reached_is_told_at_the_line_that_asks(write, tmp_path, key, name, reason):
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    (tmp_path / "gone.yaml").symlink_to("nowhere.yaml")
    rest = "" if key == "extends" else "extends: base.yaml\nstart: margins\n"
    (found,) = refused(write(f"{rest}{key}: {name}\n"))
    assert (found.code, found.line, found.key) == ("unreadable", 3 if rest else 1, key)
    assert (found.fields, found.nearest) == ({"reason": reason}, None)
    for lang in ("zh", "en"):
        assert reason not in found.text(partial(say, lang=lang))


def test_a_file_whose_link_leads_nowhere_is_not_what_was_meant(write, tmp_path):
    (tmp_path / "plan_2.yaml").symlink_to("nowhere.yaml")
    (found,) = refused(write("extends: plan_3.yaml\n", "other.yaml"))
    assert (found.code, found.nearest) == ("missing_file", None)


def test_years_before_may_be_left_out_where_the_file_says_so(write):
    before = MINIMAL.replace("2018-01-01", "2016-01-01").replace("2018-12-31", "2017-12-31")
    write(before, "before.yaml")
    write(MINIMAL + "start: history\nhistory: before.yaml\n", "base.yaml")
    assert extended(write, "start: margins\n").before is None and extended(write, "history: before.yaml\n").before
    write(MINIMAL + "start: margins\n", "base.yaml")
    (found,) = refused(write("extends: base.yaml\nhistory: before.yaml\n"))
    assert (found.code, found.line) == ("history_unused", 2), "the file below cannot have meant these"


@pytest.mark.parametrize("stem", ["a" * 81, "县" * 80 + "plan"])
def test_a_name_from_that_of_the_file_is_no_longer_than_one_may_be(write, stem):
    assert named(of_plain({}, ""), Path(f"{stem}.yaml")).items["name"].value == stem[:80]
