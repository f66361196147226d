"""The figure of many scenarios: who is above the own target, by how much, how surely; who has no answer; how many."""

from __future__ import annotations

import warnings
from dataclasses import replace
from itertools import pairwise

import pytest
from matplotlib.colors import to_hex

from sim.report import figures, style
from sim.report.across import across as table
from sim.report.figures import across
from sim.statistics.intervals import Interval, Proportion, mean_interval
from sim.study.across import Across, Outcome
from sim.words import spoken


def outcome(number, incidence, half=0.001, target=0.024, **others):
    """A county of 50,000 of which so much is left, after 24 replications."""
    title = {"zh": f"甲{number}县", "en": f"county {number}"}
    people = 50_000 * (incidence - target)
    chance = Proportion(0.25, 0.1, 0.5, 6, 24)
    made = Outcome(
        f"county-{number}", title, target, "settled", 24, 0, "balanced", {"zh": "均衡", "en": "balanced"},
        Interval(incidence, incidence - half, incidence + half), Interval(people, people - 9, people + 9), chance, chance,
    )  # fmt: skip
    return replace(made, **others)


def without(number, state="failed"):
    return Outcome(f"county-{number}", {"zh": f"甲{number}县", "en": f"county {number}"}, 0.024, state, why="RunError")


def result(*rows):
    return Across(rows, any(row.state == "interrupted" for row in rows))


#: Down to its target; above for sure; above by less than is known; above another target.
FOUR = result(outcome(1, 0.0225), outcome(2, 0.0300), outcome(3, 0.0245), outcome(4, 0.0310, target=0.0295))


def drawn(found, lang="en", size=None):
    with spoken(lang), style.styled():
        figure, ax = style.canvas(*(size or figures.sizes(found)["across"]))
        assert figures.drawing("across")(ax, found) is ax
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a glyph that the font lacks is a warning
            figure.canvas.draw()
    return ax


def labels(ax):
    return [tick.get_text() for tick in ax.get_yticklabels()]


def marks(ax):
    """By kind of mark, where each stands, from the top."""
    found = {}
    for line in ax.lines:
        if line.get_marker() != "None" and len(line.get_xdata()):
            hollow = to_hex(line.get_markerfacecolor()) == "#ffffff"
            found.setdefault((line.get_marker(), hollow), []).append((line.get_ydata()[0], line.get_xdata()[0]))
    return found


def texts(ax):
    return [text.get_text() for text in ax.texts]


@pytest.mark.parametrize(
    ("rows", "zh", "en"),
    [
        (FOUR.scenarios,
         "4个情景中有3个平均没有降到各自的目标（其中2个整个区间都在目标之上）：离得最远的是“甲2县”，年底3.00%，目标2.40%，还差约300人",
         "Of 4 scenarios 3 end above their own target on average (2 with the whole interval): "
         'farthest is "county 2", 3.00 % against 2.40 %, about 300 people short'),
        (FOUR.scenarios[1:],
         "3个情景平均都没有降到各自的目标（其中2个整个区间都在目标之上）：离得最远的是“甲2县”，年底3.00%，目标2.40%，还差约300人",
         "None of 3 scenarios comes down to its own target on average (2 lie above it with the whole interval): "
         'farthest is "county 2", 3.00 % against 2.40 %, about 300 people short'),
        ((outcome(1, 0.0225), outcome(2, 0.0239), outcome(3, 0.024, 0.0), without(4), without(5, "interrupted")),
         "3个情景平均都降到各自的目标（其中2个整个区间都在目标之下）；另有2个没有结果",
         "All 3 scenarios come down to their own targets on average (2 with the whole interval); 2 more have no answer"),
    ],
)  # fmt: skip
def test_the_finding(rows, zh, en):
    said = []
    for lang in ("zh", "en"):
        with spoken(lang):
            said.append(across.finding(result(*rows)))
    assert said == [zh, en]


def test_who_is_farthest_above_the_own_target_stands_on_top():
    ax = drawn(FOUR)
    assert labels(ax) == ["county 2", "county 4", "county 3", "county 1"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1], "the first row is the upper one"
    assert texts(ax)[:8] == ["300", "25", "80", "25", "30", "25", "-80", "25"]


def test_marks_tell_by_form_who_is_above_and_who_is_not_known_to_be():
    found = marks(drawn(FOUR))
    assert found["|", False] == [(0, 0.024), (1, 0.0295), (2, 0.024), (3, 0.024)]
    assert found["s", False] == [(0, 0.03), (1, 0.031)] and found["s", True] == [(2, 0.0245)]
    assert found["o", False] == [(3, 0.0225)] and ("o", True) not in found


def test_figures_stand_beside_the_axes_and_inside_the_sheet(lang):
    for rows in (FOUR.scenarios[:2], [outcome(n, 0.02 + 0.0005 * n) for n in range(54)]):
        ax = drawn(result(*rows), lang)
        sheet, axes = ax.figure.bbox, ax.get_window_extent()
        boxes = [text.get_window_extent() for text in ax.texts]
        assert all(axes.x1 < box.x0 and box.x1 <= sheet.width for box in boxes)
        ordered = sorted((box for box in boxes if box.x1 == boxes[0].x1), key=lambda box: -box.y0)
        assert all(upper.y0 >= lower.y1 for upper, lower in pairwise(ordered))
        ticks = sorted((tick.get_window_extent() for tick in ax.get_yticklabels()), key=lambda box: -box.y0)
        assert all(upper.y0 >= lower.y1 - 1 for upper, lower in pairwise(ticks))


def test_the_longest_titles_leave_the_title_its_room(lang):
    long = {"zh": "很长的名称" * 9, "en": "a name of many words " * 9}
    ax = drawn(result(*(replace(row, title=long) for row in FOUR.scenarios)), lang)
    sheet = ax.figure.bbox
    for box in (ax._left_title.get_window_extent(), ax.xaxis.label.get_window_extent(), ax.get_legend().get_window_extent()):
        assert box.x0 > 0 and box.x1 <= sheet.width and box.y0 > 0 and box.y1 <= sheet.height
    assert all(tick.get_window_extent().x0 >= 0 for tick in ax.get_yticklabels())


def test_scenarios_of_one_title_are_told_by_their_names():
    rows = [replace(row, title={"zh": "一县" * 40, "en": "one county"}) for row in FOUR.scenarios[:2]]
    assert labels(drawn(result(*rows, outcome(3, 0.02)))) == ["one county · county-2", "one county · county-1", "county 3"]
    with spoken("en"):
        assert table(result(*rows)).columns[0].cells == ("one county · county-1", "one county · county-2")
    assert [text.endswith("… · county-2") for text in labels(drawn(result(*rows), "zh"))] == [True, False]


def test_who_has_no_answer_is_named_at_the_bottom_with_its_state():
    broken = outcome(2, 0.03, state="interrupted")
    ax = drawn(result(without(9), outcome(1, 0.0225), broken, without(8, "interrupted")))
    assert labels(ax) == ["county 2 · broken off", "county 1", "county 9", "county 8"]
    states = {text.get_text(): text.get_position()[1] for text in ax.texts if text.get_text() in ("no answer", "broken off")}
    assert states == {"no answer": 2, "broken off": 3}
    assert len(marks(ax)["|", False]) == 2


def test_of_very_many_the_farthest_are_drawn_and_the_others_counted():
    found = result(*(outcome(n, 0.02 + 0.0001 * n) for n in range(300)), *(without(900 + n) for n in range(50)))
    ax = drawn(found)
    assert labels(ax)[:2] == ["county 299", "county 298"] and labels(ax)[59:61] == ["county 240", "county 900"]
    assert len(labels(ax)) == 60 + 20
    assert "Only the upper 60 are drawn; 240 more stand lower against their targets" in ax.get_xlabel()
    assert "30 more without an answer are not named" in ax.get_xlabel()
    assert "are drawn" not in drawn(FOUR).get_xlabel() and "not named" not in drawn(FOUR).get_xlabel()


def test_one_replication_has_no_interval_and_is_known_of_nothing():
    alone = result(*(replace(outcome(n, 0.02 + 0.003 * n), replications=1, incidence=mean_interval([0.02 + 0.003 * n])) for n in (0, 3)))
    ax = drawn(alone)
    assert set(marks(ax)) == {("|", False), ("s", True), ("o", True)} and not ax.collections
    assert ax.get_xlim()[1] < 0.04
    assert "a single replication, which gives no interval" in ax.get_xlabel() and "single" not in drawn(FOUR).get_xlabel()
    with spoken("en"):
        told = table(alone)
    assert told.columns[4].cells == ("-", "-") and told.note.endswith("A single replication gives no interval, and nothing can be judged by it.")


def test_an_interval_that_says_nothing_leaves_the_marks_their_room():
    ax = drawn(result(*FOUR.scenarios, outcome(5, 0.025, half=0.5)))
    left, right = ax.get_xlim()
    assert left < 0.0225 and 0.031 < right < 0.045
    found = marks(ax)
    assert found["<", False] == [(2, left)] and found[">", False] == [(2, right)]
    assert "Arrow" in ax.get_xlabel() and "Arrow" not in drawn(FOUR).get_xlabel()


def test_small_counties_and_few_replications_are_told_in_table_and_figure(lang):
    few = result(replace(outcome(1, 0.02), scale=0.12), replace(outcome(2, 0.03), replications=3), without(3))
    said = {"zh": ("推演的是小县（全县的12%）：甲1县；", "（最少的3次），区间只能粗看"),
            "en": ("(12 % of the full one): county 1; ", "(here 3 at the least) take the intervals as rough")}[lang]  # fmt: skip
    for shown in (lambda of: table(of).note, lambda of: drawn(of, lang).get_xlabel().replace("\n", " ")):
        with spoken(lang):
            assert all(line in shown(few) and line not in shown(FOUR) for line in said)
    many = result(*(replace(outcome(n, 0.02), scale=0.5) for n in range(7)))
    with spoken(lang):
        assert {"zh": "甲2县、另有4个；", "en": "county 2, 4 more; "}[lang] in table(many).note


def test_ticks_a_quarter_point_apart_read_as_such():
    with spoken("en"):
        assert drawn(result(*FOUR.scenarios)).xaxis.get_major_formatter()(0.0275, 0) == "2.75 %"


def test_python_gets_a_sheet_and_nothing_is_drawn_of_nothing(tmp_path):
    sheet = FOUR.plot(lang="en")
    assert sheet._repr_png_().startswith(b"\x89PNG")
    assert sheet.subfigs[0].axes[0].get_title(loc="left").startswith("Of 4 scenarios 3 end above")
    nothing = result(without(1), without(2, "interrupted"))
    assert figures.save(nothing, tmp_path) == [] == list(tmp_path.iterdir())
    with pytest.raises(ValueError, match="nothing here can be drawn"):
        nothing.plot()
