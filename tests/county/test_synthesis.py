from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from sim.county import synthesise
from sim.county.county import CROPS, PERENNIAL, PRODUCTS
from sim.evidence import load
from sim.streams import Streams

POINT = load().parameters()


def arrays(county):
    groups = (county.townships, county.villages, county.hamlets, county.households)
    return {
        f"{type(group).__name__}.{field.name}": getattr(group, field.name)
        for group in groups
        for field in fields(group)
        if isinstance(getattr(group, field.name), np.ndarray)
    }


def digest(county):
    return {name: array.tobytes() for name, array in arrays(county).items()}


class Busy(Streams):
    """Draws something else before each draw."""

    __slots__ = ()

    def uniform(self, group, purpose, n, period=0):
        super().uniform("luck", "something else", 3)
        super().uniform(group, f"{purpose} of others", 3, period)
        return super().uniform(group, purpose, n, period)


def test_the_same_luck_makes_the_same_bytes():
    assert digest(synthesise(POINT, Streams(1, 4))) == digest(synthesise(POINT, Streams(1, 4)))


def test_other_luck_makes_another_county():
    one, other = digest(synthesise(POINT, Streams(1, 4))), digest(synthesise(POINT, Streams(1, 5)))
    assert {"Households.income", "Villages.tier", "Hamlets.lacks_road"} <= {
        k for k in one if one[k] != other[k]
    }


def test_only_the_start_index_matters():
    assert digest(synthesise(POINT, Streams(1, 4, 7, 8))) == digest(synthesise(POINT, Streams(1, 4, 9, 10)))


def test_what_else_is_drawn_does_not_matter():
    assert digest(synthesise(POINT, Busy(1, 4), 0.12)) == digest(synthesise(POINT, Streams(1, 4), 0.12))


def test_a_change_of_one_share_moves_that_share_alone():
    more = load().parameters(None, {"missing.insurance_2018": 0.04})
    one, other = synthesise(POINT, Streams(1, 4)), synthesise(more, Streams(1, 4))
    changed = {name for name, bytes_ in digest(one).items() if digest(other)[name] != bytes_}
    assert changed == {"Households.lacks_insurance"}
    assert (other.households.lacks_insurance >= one.households.lacks_insurance).all()


def test_places_stay_put_from_2016_to_2018():
    then, now = (synthesise(POINT, Streams(1, 4), year=year) for year in (2016, 2018))
    for name in ("township", "tier", "base_people", "x", "y", "product"):
        assert (getattr(then.villages, name) == getattr(now.villages, name)).all()
    assert (then.hamlets.village == now.hamlets.village).all()
    assert then.households.n_registered > now.households.n_registered


def test_in_2016_nobody_has_exited_and_nothing_has_begun():
    hh, v, hamlets = (lambda c: (c.households, c.villages, c.hamlets))(
        synthesise(POINT, Streams(1, 4), year=2016)
    )
    assert hh.n_exited == 0
    assert not v.exited.any()
    assert (hh.product == -1).all()
    assert (hh.planted == 0).all()
    assert max(hh.house_stage.max(), hh.relocation_stage.max(), hamlets.stage_road.max()) == 0
    assert hh.house_progress.max() == 0
    registered = np.bincount(hh.village[: hh.n_registered], hh.people[: hh.n_registered], len(v.tier))
    assert (registered[v.tier == 2] >= 0.25 * v.base_people[v.tier == 2] - 1).all()


def test_young_orchards_and_herds_are_of_the_last_two_years():
    hh = synthesise(POINT, Streams(1, 4)).households
    young = hh.planted > 0
    assert np.isin(hh.product[young], [PRODUCTS.index(name) for name in PERENNIAL]).all()
    assert 0 < hh.planted[young].min() <= hh.planted.max() <= 731
    orchard = young & np.isin(hh.product, [PRODUCTS.index(name) for name in CROPS])
    assert np.isin(hh.planted[orchard] // 30, [8, 9, 10, 20, 21, 22, 23]).all()


def test_the_county_cannot_be_changed():
    made = synthesise(POINT, Streams(1, 4), 0.12)
    assert not any(array.flags.writeable for array in arrays(made).values())
    with pytest.raises(ValueError, match="read-only"):
        made.households.income[0] = 1.0
    with pytest.raises(AttributeError):
        made.year = 2019


@pytest.mark.parametrize("scale", [0.02, 0.05, 0.12, 0.5])
def test_a_smaller_county_keeps_all_townships(scale):
    made = synthesise(POINT, Streams(1, 4), scale)
    assert len(np.unique(made.villages.township)) == 7
    assert made.base_people == round(168680 * scale)


def test_lengths_are_as_described():
    made = synthesise(POINT, Streams(1, 4), 0.12)
    hh, n, known = (
        made.households,
        made.households.n_registered,
        made.households.n_registered + made.households.n_exited,
    )
    assert {len(getattr(hh, k)) for k in ("status", "village", "hamlet", "people", "workers", "income")} == {
        hh.n
    }
    assert {len(getattr(hh, k)) for k in ("shares", "backstop")} == {known}
    assert {
        len(getattr(hh, k)) for k in ("lacks_housing", "relocates", "house_stage", "product", "planted")
    } == {n}
    assert np.array_equal(hh.status, np.repeat([1, 2, 0], [n, hh.n_exited, hh.n - known]))
    assert repr(made).startswith("<County 2018: 20242 people, 9 villages")


@pytest.mark.parametrize(
    ("changes", "said"), [({"year": 2017}, r"year\(=2017\)"), ({"scale": 0}, r"scale\(=0\)")]
)
def test_what_cannot_be_made_is_refused(changes, said):
    with pytest.raises(ValueError, match=said):
        synthesise(POINT, Streams(1), **changes)
