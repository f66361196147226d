"""The register and what is lacking: nobody is lost between villages; who leaves or comes is so from that moment."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.campaign import start
from sim.campaign.lacks import HAVES, OF_HAMLETS, Lacks
from sim.campaign.register import Register
from sim.county.county import EXITED, NEVER, REGISTERED
from tests.campaign.conftest import FIRST, first_of


@pytest.fixture(scope="module")
def county(tiny):
    return start(tiny, FIRST).county


@pytest.fixture
def register(county):
    return Register(county.households, len(county.villages.tier))


@given(seed=st.integers(0, 2**32 - 1), share=st.floats(0, 1), part=st.sampled_from(("all", "known", "size")))
def test_counts_by_village_add_up_to_the_county(county, seed, share, part):
    hh, register = county.households, Register(county.households, len(county.villages.tier))
    n = {"all": hh.n, "known": register.known, "size": register.size}[part]
    those = np.random.default_rng(seed).random(n) < share
    households, people = register.count(those), register.count_people(those)
    assert (households.sum(), people.sum()) == (those.sum(), hh.people[:n][those].sum())
    assert (people >= households).all()


def test_who_leaves_and_who_comes_is_counted_from_that_moment(register):
    everybody = register.count(register.poor()).sum()
    goes, comes = first_of(register.poor()), first_of(register.status == NEVER)
    those = np.arange(register.size) == goes
    register.leave(those, 2018)
    assert (register.status[goes], register.exit_year[goes], register.entry_year[goes]) == (EXITED, 2018, 0)
    assert register.count(register.poor()).sum() == everybody - 1
    register.enter(np.arange(len(register.status)) == comes, 2018)
    assert (register.status[comes], register.entry_year[comes], register.exit_year[comes]) == (REGISTERED, 2018, 0)
    assert register.count(register.poor()).sum() == everybody


def test_the_first_day_stays_what_it_was(register, county):
    hh, before = county.households, register.first_people.copy()
    assert before.sum() == hh.people[hh.status == REGISTERED].sum()
    register.leave(np.ones(register.size, dtype=bool), 2018)
    assert (register.first_people == before).all()
    assert not register.poor().any()


def test_helpers_serve_who_is_on_the_register_or_was(register):
    served = register.served().sum()
    assert served == (register.status[: register.known] > NEVER).sum() > register.poor().sum()
    register.leave(np.ones(register.size, dtype=bool), 2018)
    assert register.served().sum() == served


@pytest.mark.parametrize("item", HAVES)
def test_one_thing_lacking_is_enough(county, item):
    lacks = Lacks(county)
    for have in HAVES:
        lacks.household[have][:] = False
    assert not lacks.unmet().any()
    lacks.household[item][3] = True
    assert np.flatnonzero(lacks.unmet()).tolist() == [3]


def test_who_lives_in_a_hamlet_without_a_road_lacks_it_until_the_household_has_it(county):
    lacks, hh = Lacks(county), county.households
    for item in OF_HAMLETS:
        without = lacks.hamlet[item][hh.hamlet[: hh.n_registered]]
        assert lacks.household[item][without].all()
    lacks.household["road"][:] = False
    assert (lacks.hamlet["road"] == county.hamlets.lacks_road).all(), "a copy: what one household got, its hamlet has not"
