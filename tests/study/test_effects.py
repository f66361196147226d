"""What holds of every study of changes: the same from any workers and from the store, and what an interrupt leaves."""

from __future__ import annotations

import pytest

from sim.study import ablate, value
from sim.study.effects import effects

STUDIES = [(value, "tests.study.test_value:replicate"), (ablate, "tests.study.test_ablate:replicate")]


def effect(found, system, state):
    return next(row for row in found.effects if (row.system, row.state) == (system, state))


@pytest.fixture(params=STUDIES, ids=lambda study: study[0].__name__)
def played(request, tiny):
    """Plays one of the studies on the small county with a campaign whose answer is known."""
    study, replicate = request.param
    return lambda **options: study(tiny, 6, **({"workers": 1, "replicate": replicate} | options))


def test_one_worker_or_two_and_a_second_run_give_the_same(played, tmp_path):
    found, two, calls = played(), played(workers=2, out=tmp_path), []
    again = played(out=tmp_path, progress=lambda done, total: calls.append(done))
    assert found.rows() == two.rows() == again.rows()
    assert calls[0] == 6 * (len(found.effects) + 1)


def test_an_interrupt_keeps_what_is_complete_for_all(played):
    def stop(done, total):
        if done >= 0.7 * total:
            raise KeyboardInterrupt

    whole, part = played(), played(progress=stop)
    assert part.interrupted and 0 < part.replications < 6
    known = {(row.system, row.state): row.people.mean for row in whole.effects if row.told}
    assert any(effect(part, *key).people.mean == mean for key, mean in known.items())


TOY = {"workers": 1, "replicate": "tests.study.toy:replicate"}


def test_each_variant_is_played_under_its_own_gate(tiny, tmp_path):
    calls = []
    found = effects(tiny, {"no list": tiny.replace(gate="none"), "list": tiny}, 6, out=tmp_path, **TOY)
    again = effects(
        tiny.replace(gate="none"), {"list": tiny}, 6, out=tmp_path, progress=lambda *done: calls.append(done), **TOY
    )
    assert [round(row.incidence.mean, 9) for row in found.effects] == [-0.001, 0.0]
    assert effect(again, "list", "variant").incidence.mean == pytest.approx(0.001)
    assert calls == [(12, 12)]


@pytest.mark.parametrize(("key", "other"), [("seed", 7), ("scale", 0.1)])
def test_a_variant_of_other_luck_or_another_county_is_refused(tiny, key, other):
    with pytest.raises(ValueError, match=rf"variants\['odd'\] has {key} {other}.*seed and scale must agree"):
        effects(tiny, {"same": tiny, "odd": tiny.replace(**{key: other})}, 6, **TOY)
