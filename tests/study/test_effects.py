"""What holds of every study of changes: the same from any workers and from the store, and what an interrupt leaves."""

from __future__ import annotations

import dataclasses

import pytest

from sim import compare, compare_all, totals
from sim.ensemble.ensemble import shortfall
from sim.study import ablate, value
from sim.study.effects import effects
from tests import toy

STUDIES = [(value, "tests.study.test_value:replicate"), (ablate, "tests.study.test_ablate:replicate")]


def effect(found, system, state):
    return next(row for row in found.effects if (row.system, row.state) == (system, state))


@pytest.fixture(params=STUDIES, ids=lambda study: study[0].__name__)
def played(request, tiny):
    """Plays one of the studies on the small county with a campaign whose answer is known."""
    study, replicate = request.param
    return lambda **options: study(tiny, 12, **({"workers": 1, "replicate": replicate} | options))


def test_one_worker_or_two_and_a_second_run_give_the_same(played, tmp_path):
    found, two, calls = played(), played(workers=2, out=tmp_path), []
    again = played(out=tmp_path, progress=lambda done, total: calls.append(done))
    assert found.rows() == two.rows() == again.rows()
    assert calls[0] == 12 * (len(found.effects) + 1)


def test_an_interrupt_keeps_what_is_complete_for_all(played):
    def stop(done, total):
        if done >= 0.7 * total:
            raise KeyboardInterrupt

    whole, part = played(), played(progress=stop)
    assert part.interrupted and 0 < part.replications < 12
    known = {(row.system, row.state): row.people.mean for row in whole.effects if row.significant}
    assert any(effect(part, *key).people.mean == mean for key, mean in known.items())


TOY = {"workers": 1, "replicate": "tests.toy:replicate"}


def test_each_variant_is_played_under_its_own_gate(tiny, tmp_path):
    calls = []
    found = effects(tiny, {"no list": tiny.replace(gate="none"), "list": tiny}, 6, out=tmp_path, **TOY)
    again = effects(
        tiny.replace(gate="none"), {"list": tiny}, 6, out=tmp_path, progress=lambda *done: calls.append(done), **TOY
    )
    assert [round(row.incidence.mean, 9) for row in found.effects] == [-0.001, 0.0]
    assert effect(again, "list", "variant").incidence.mean == pytest.approx(0.001)
    assert calls == [(12, 12)]


def test_runs_are_kept_so_that_any_output_can_be_paired(tiny, played):
    found = effects(tiny, {"no list": tiny.replace(gate="none"), "as it is": tiny}, 4, **TOY)
    assert list(found.runs) == ["no list", "as it is"] and found.runs["as it is"] == found.base_runs
    pairs = list(zip(found.base_runs, found.runs["no list"], strict=True))
    assert [(a.replication, a.gate, b.replication, b.gate) for a, b in pairs] == [(r, "plan", r, "none") for r in range(4)]
    changes = [b.scalars["incidence"] - a.scalars["incidence"] for a, b in pairs]
    assert sum(changes) / 4 == pytest.approx(found.effects[0].incidence.mean)
    assert played().runs == {} and played().base_runs == ()


def test_what_every_replication_or_none_agrees_on_is_no_certain_change_of_a_chance(tiny):
    """The first allocation lets the county exit where there is no list alone: the gate changes it in every replication or in none."""
    found = effects(tiny, {"no list": tiny.replace(gate="none"), "list": tiny}, 24, workers=1, replicate=f"{__name__}:exits")
    always, never = (row.county_exit for row in found.effects)
    assert always.mean == 1.0 and 0.5 < always.low < 0.8 and always.high == 1.0
    assert never.mean == 0.0 and -0.3 < never.low < -0.1 and never.high == -never.low


def exits(scenario, allocation, replication, *, gate):
    run = toy.replicate(scenario, allocation, replication, gate=gate)
    return dataclasses.replace(run, scalars={**run.scalars, "county_exit": int(gate == "none")})


@pytest.mark.parametrize(
    ("key", "other"), [("seed", 7), ("scale", 0.1), ("start", "history"), ("start_date", "2016-01-01"), ("end_date", "2019-12-31")]
)
def test_a_variant_of_other_luck_or_another_county_is_refused(tiny, key, other):
    more = {"history": "scenarios/2016-2017.yaml", "parameters": "prior"} if key == "start" else {}
    with pytest.raises(ValueError, match=rf"variants\['odd'\] has {key} {other}.*seed, scale, start and dates must agree"):
        effects(tiny, {"same": tiny, "odd": tiny.replace(**{key: other}, **more)}, 6, **TOY)


def test_what_is_missing_of_a_study_is_said_where_it_shows_itself(tiny):
    fails, same = TOY | {"replicate": "tests.toy:fails_on_two"}, {"same": tiny}

    def stop(done, total):
        if done >= total // 2:
            raise KeyboardInterrupt

    cut = effects(tiny, same, 6, progress=stop, **TOY)
    assert f"1 effects x {cut.replications} replications, interrupted, {cut.replications} of 6>" in repr(cut)
    lacking = effects(tiny, same, 6, **fails), compare(tiny, 6, **fails)
    for found in lacking:
        assert ", 1 of 6 failed (see .failed)>" in repr(found) and "1 of 6 failed" in found._repr_html_()
    assert ", 3 runs failed (see .failed)>" in repr(totals(tiny, [10**8], replications=3, **fails))
    assert repr(compare_all([tiny], 3, **fails)) == "<Across 1 scenarios: 1 fixed; 1 with runs that failed>"
    assert "failed" not in repr(effects(tiny, same, 6, **TOY)) + repr(compare(tiny, 6, **TOY))


def test_what_is_missing_is_counted_in_runs_where_all_that_was_asked_for_is_there():
    failed = [("a", "none", 0, "flood")] * 2
    assert shortfall(failed, False, 6, 6) == shortfall(failed, False) == ", 2 runs failed (see .failed)"
    assert shortfall(failed, True, 3, 6) == ", interrupted, 3 of 6, 2 runs failed (see .failed)"
    assert shortfall([], True) == ", interrupted" and shortfall([], False, 6, 6) == ""
