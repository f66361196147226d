"""What keys bring: who moves to a site has what the site has, and until then waits for nothing at the old house."""

from __future__ import annotations

import numpy as np
import pytest

from sim.campaign import FAMILIES, start
from sim.campaign.exit.counts import without_water
from sim.campaign.families.relocation import Relocation
from sim.campaign.families.works import Works
from sim.campaign.lacks import WITH_KEYS
from sim.campaign.results.why import why_not
from sim.report.replay.frames import STAGES, _Weeks
from tests.campaign.conftest import FIRST, first_of

#: Most lack a connection and a receiver of their own, and live in hamlets that lack a road.
LACKING = {"missing.electricity_2018": 0.6, "missing.television_2018": 0.8, "missing.road_2018": 0.6}


def given_keys(c, household):
    case = c.cases.kinds["relocation"].latest[household]
    case.kind.finish(case)


def test_with_the_keys_a_household_has_what_its_old_hamlet_lacks(bench):
    c = bench(Relocation).campaign
    c.families[0].start(c)
    household = first_of(c.county.households.relocates)
    for item in c.lacks.household:
        c.lacks.household[item][household] = True
    hamlets = {item: flags.copy() for item, flags in c.lacks.hamlet.items()}
    given_keys(c, household)
    assert {item for item in c.lacks.household if not c.lacks.household[item][household]} == set(WITH_KEYS)
    assert all((c.lacks.hamlet[item] == flags).all() for item, flags in hamlets.items()), "the hamlet still lacks it"


def test_in_a_whole_year_nobody_with_keys_is_held_by_what_the_old_hamlet_lacks(bench):
    """No works mend it."""
    c = bench(*FAMILIES, families={"works": "off"}, assumptions=LACKING).campaign
    c.play()
    keys = c.county.households.relocates & ~c.lacks.household["housing"]
    old = c.county.households.hamlet[: c.register.size][keys]
    assert any(lacking[old].any() for lacking in c.lacks.hamlet.values())
    assert not any(c.lacks.household[item][keys].any() for item in WITH_KEYS)


@pytest.mark.parametrize(("kind", "lack"), [("electricity", "lacks_electricity"), ("receiver", "lacks_television")])
def test_a_house_that_will_be_given_up_gets_no_connection(bench, kind, lack):
    c = bench(Works, assumptions=LACKING).campaign
    c.families[0].start(c)
    hh = c.county.households
    lacking = getattr(hh, lack)
    assert (lacking & hh.relocates).any()
    assert sorted(c.cases.kinds[kind].latest) == np.flatnonzero(lacking & ~hh.relocates).tolist()
    assert sum(need.places for need in c.needs if need.kind == kind) == (lacking & ~hh.relocates).sum()


def test_a_hamlets_job_serves_those_on_the_register_who_stay(bench):
    c = bench(Works, assumptions=LACKING).campaign
    hh, n = c.county.households, c.register.size
    roads = [need for need in c.needs if need.kind == "road"]
    here = {need.hamlet: hh.hamlet[:n] == need.hamlet for need in roads}
    assert any((hh.relocates & those).any() for those in here.values())
    for need in roads:
        assert need.households == (here[need.hamlet] & ~hh.relocates).sum()


def waiting_for_keys(tiny):
    """A household alone on the register waits for its keys; its hamlet's water and its power have not come so far."""
    c = start(tiny, FIRST, 0)
    c.play()
    mover = first_of(c.county.households.relocates)
    c.register.status[:] = 2
    c.register.status[mover] = 1
    for flags in (*c.lacks.household.values(), c.assessment.reading.short):
        flags[:] = False
    for kind in c.cases.kinds.values():
        kind.latest.clear()
    for item in ("housing", "water", "electricity"):
        c.lacks.household[item][mover] = True
    hamlet = int(c.county.households.hamlet[mover])
    for kind, entity, gate in (("relocation", mover, "built"), ("water", hamlet, "approved")):
        c.open_case(c.cases.kinds[kind], entity, c.register.village_of[mover]).gate = gate
    return c, mover


def test_who_waits_for_the_keys_waits_for_nothing_else_that_they_bring(tiny):
    c, mover = waiting_for_keys(tiny)
    people = int(c.register.people[mover])
    told = [(row["cause"], row["stage"], row["people"], row["sole"]) for row in why_not(c)]
    assert told == [("unfinished", "built", people, people)]
    assert _Weeks(c)._stage()[mover] == STAGES.index("built")


def test_what_the_keys_do_not_bring_holds_a_mover_as_well(tiny):
    c, mover = waiting_for_keys(tiny)
    c.lacks.household["education"][mover] = True
    assert {(row["cause"], row["sole"]) for row in why_not(c)} == {("unfinished", 0), ("undiagnosed", 0)}


def test_who_has_the_keys_no_longer_counts_in_a_hamlet_without_water(bench):
    c = bench().campaign
    c.lacks.hamlet["water"][:] = True
    hh, villages = c.county.households, c.places.villages
    everybody = np.bincount(hh.village, minlength=villages)
    assert (without_water(c) == everybody).all()
    c.lacks.household["housing"][hh.relocates] = False
    moved = np.bincount(hh.village[: c.register.size][hh.relocates], minlength=villages)
    assert moved.any() and (without_water(c) == everybody - moved).all()
