"""Where doubt comes from, of a campaign whose answer is known."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

import sim
from sim import words
from sim.campaign.assumed import values
from sim.campaign.replicate import start
from sim.record import Run
from sim.report.sensitivity import finding
from sim.report.sensitivity import sensitivity as tables
from sim.statistics.intervals import Interval
from sim.streams import GROUPS, Streams
from sim.study.sensitivity import RUNS, indices, write_sensitivity
from sim.study.sensitivity import sensitivity as study
from tests.made import designed

TOY = "tests.study.test_sensitivity:replicate"
#: So that runs that it has played are given back.
version = 1
sensitivity = partial(designed, study)
MOVES = "works.road_days"
#: What each group does to incidence, in standard deviations of a uniform number.
WEIGHTS = {"start": 1.0, "parameters": 2.0, "luck": 3.0}


def replicate(scenario, allocation, replication, *, gate):
    """Incidence is a weighted sum of three numbers; the first allocation leads where the assumed value is small."""
    streams = Streams(scenario.seed, *indices(replication))
    u = {group: streams.one(group, MOVES) for group in GROUPS}
    incidence = sum(weight * u[group] for group, weight in WEIGHTS.items())
    place = list(scenario.allocations).index(allocation)
    short = 100.0 * incidence + place * (1.0 + 10.0 * u["parameters"])
    return Run(scenario.name, allocation, gate, replication, {"incidence": incidence, "people_short": short})


def fails_on_three(scenario, allocation, replication, *, gate):
    if replication == 3:
        raise ValueError("a bridge is out")
    return replicate(scenario, allocation, replication, gate=gate)


@pytest.fixture(scope="module")
def found(tiny):
    return sensitivity(tiny, 200, workers=1, replicate=TOY)


def test_each_run_of_a_vector_changes_one_group_and_no_two_vectors_share_any():
    seen = [[indices(RUNS * vector + run) for run in range(RUNS)] for vector in range(5)]
    for own, *others in seen:
        assert len(set(own)) == 1
        assert [sum(a != b for a, b in zip(own, other, strict=True)) for other in others] == [1, 1, 1]
        assert [other.index(max(other)) for other in others] == [0, 1, 2]
    assert len({number for vector in seen for run in vector for number in run}) == 10


def test_the_known_shares_of_a_sum_are_found(found):
    whole = sum(weight**2 for weight in WEIGHTS.values())
    for part in (part for part in found.parts if part.quantity == "incidence"):
        share = WEIGHTS[part.group] ** 2 / whole
        assert part.share.low < share < part.share.high and part.share.high - part.share.low < 0.3
        assert part.left.mean == pytest.approx(WEIGHTS[part.group] / 12**0.5, rel=0.15)
    assert found.sd["incidence"] == pytest.approx((whole / 12) ** 0.5, rel=0.1)


def test_what_only_one_group_moves_is_that_groups_alone(found):
    shares = {part.group: part.share.mean for part in found.parts if part.quantity == "difference"}
    assert shares["start"] < 1e-9 > shares["luck"] and shares["parameters"] == pytest.approx(1.0, abs=0.25)
    assert found.sd["regret"] == 0.0, "the first leads always"
    assert all(part.share.mean == 0.0 for part in found.parts if part.quantity == "regret")


def test_the_value_that_moves_it_is_named_first_and_told_and_others_are_not(found):
    first, *others = (influence for influence in found.influences if influence.quantity == "difference")
    assert first.name == MOVES and first.correlation > 0.99 and first.significant
    assert sum(other.significant for other in others) <= 1, "of all others one or none may look so by chance, one time in 20"
    assert not [influence for influence in found.influences if influence.quantity == "regret"]
    assert found.varied > 100


def test_values_of_an_index_are_those_of_the_run(tiny):
    assert values(tiny, 7) == start(tiny, tiny.baseline, 2, indices=(1, 7, 3)).p
    assert values(tiny.replace(parameters="point"), 7) == values(tiny.replace(parameters="point"), 8)


def test_at_their_points_no_assumed_value_is_to_blame(tiny):
    found = sensitivity(tiny.replace(parameters="point"), 8, workers=1, replicate=TOY)
    assert found.varied == 0 and found.influences == ()
    with words.spoken("en"):
        assert tables(found)[1].note == "No assumed value varied (--point, or all are set): there is nothing to rank."
        assert finding(found).endswith("no assumed value varied (--point, or all are set), so none can be ranked")


def test_an_interval_that_is_cut_ends_in_an_arrow(found):
    wide = [replace(part, share=Interval(0.5, 0.1, 2.0 if part.group == GROUPS[0] else 0.9)) for part in found.parts]
    ax = found.__class__.plot(replace(found, parts=tuple(wide)), lang="en").axes[0]
    arrows = [line for line in ax.lines if line.get_marker() == ">"]
    assert sum(len(line.get_xdata()) for line in arrows) == len(found.sd)


@pytest.mark.parametrize(
    ("luck", "others", "said"),
    [
        ((0.84, 0.55, 1.2), (0.3, 0.2, 0.7), "doubt about incidence at year end comes mostly from luck (about 84 % of it)"),
        ((0.45, 0.4, 0.5), (0.3, 0.2, 0.39), "doubt about incidence at year end comes mostly from luck (about 45 % of it)"),
        ((1.13, 0.6, 1.5), (0.1, 0.05, 0.3), "doubt about incidence at year end comes mostly from luck (about 100 % of it)"),
        ((0.97, 0.8, 1.1), (0.05, 0.0, 0.09), "doubt about incidence at year end comes almost wholly from luck;"),
        ((1.13, 0.4, 1.5), (0.5, 0.2, 1.1), "the largest part of the doubt about incidence at year end, as far as can be "
         "told, comes from luck (about 100 % of it, between 40 % and 100 %)"),
        ((0.36, 0.2, 0.55), (0.33, 0.2, 0.5), "the largest part of the doubt about incidence at year end, as far as can be "
         "told, comes from luck (about 36 % of it, between 20 % and 55 %)"),
    ],
)  # fmt: skip
def test_the_largest_share_is_told_as_surely_as_the_intervals_know_it_and_none_above_the_whole(found, luck, others, said):
    lucky = [replace(part, share=Interval(*(luck if part.group == "luck" else others))) for part in found.parts]
    told = replace(found, parts=tuple(lucky))
    with words.spoken("en"):
        assert finding(told).startswith(said)
    title = told.plot(lang="en").axes[0].get_title(loc="left")
    assert title[0].isupper() and " ".join(title[1:].split()).startswith(said[1:20])


def test_python_is_told_that_so_few_vectors_say_nothing(tiny):
    few = sensitivity(tiny, 4, workers=1, replicate=TOY)
    assert "4 of 4 vectors, too few to say anything: at least 8 are needed" in repr(few) and "too few" in few._repr_html_()
    with pytest.raises(ValueError, match=r"nothing here can be drawn: .* too few"):
        few.plot()


def test_a_vector_that_is_not_whole_does_not_count(tiny):
    found = sensitivity(tiny, 10, workers=1, replicate="tests.study.test_sensitivity:fails_on_three")
    assert (found.vectors, found.asked) == (9, 10) and found.failed


def test_one_worker_or_two_and_a_run_that_goes_on_where_it_stopped_give_the_same(tiny, tmp_path):
    whole, calls = sensitivity(tiny, 12, workers=1, replicate=TOY), []
    sensitivity(tiny, 8, workers=1, out=tmp_path, replicate=TOY)
    again = sensitivity(tiny, 12, workers=2, out=tmp_path, replicate=TOY, progress=lambda done, _: calls.append(done))
    assert again.rows() == whole.rows() and again.influences == whole.influences
    assert calls[0] == 8 * RUNS * len(tiny.allocations)


def test_the_real_campaign_is_attributed(tiny, tmp_path):
    two = tiny.replace(scale=0.05, compare=list(tiny.allocations)[:2])
    whole = study(two, 8, workers=1)
    assert {part.quantity for part in whole.parts} == {"incidence", "difference", "regret"}
    assert all(0.0 <= part.share.low <= part.share.high for part in whole.parts)
    assert np.isfinite([row["sd"] for row in whole.rows()]).all()
    write_sensitivity(whole, tmp_path)
    kept = json.loads((tmp_path / "summary.json").read_text())["influences"]
    assert [sorted(row) for row in kept] == [["correlation", "name", "quantity", "told"]] * len(whole.influences) != []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tables_name_quantities_groups_and_values(found, lang):
    with words.spoken(lang):
        spread, influences, keys = tables(found)
        name = words.label("parameter", MOVES)
    assert len(spread.columns) == 5 and len(spread.columns[0].cells) == 3
    assert any(f"{name} +1.00" in cell for cell in influences.columns[2].cells)
    assert MOVES not in str((spread, influences))
    assert dict(zip(keys.columns[0].cells, keys.columns[1].cells, strict=True))[name] == MOVES
    assert any(cell.startswith("(") for column in influences.columns for cell in column.cells)


@pytest.mark.parametrize("of", [sim.sensitivity, sim.screen, sim.deadlines])
def test_a_study_whose_design_says_what_a_run_is_takes_no_other(tiny, of):
    """One that handed a run's number on would play other starts, values and luck than the design shares."""
    with pytest.raises(TypeError, match="replicate"):
        of(tiny, workers=1, replicate="sim.campaign:replicate")
