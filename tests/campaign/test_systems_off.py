"""Every system that is left out leaves the start, the luck and the doings of all others alone until it would act."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np
import pytest

from sim.campaign import start
from sim.campaign.families.works import crew_days
from sim.scenario import FAMILIES
from sim.streams import Streams
from sim.study.ablate import SYSTEMS
from tests.campaign.conftest import FIRST
from tests.campaign.null_lever import parted

OFF = {system.name: system.changes["off"] for system in SYSTEMS if "off" in system.changes}
#: The day before which a system has nothing to do, where that is not the first.
FROM = {
    "zones": lambda p: p["zones.stuck_days"],
    "supervision": lambda p: 7.0,
    "responsibility": lambda p: 7.0,
    "guidance": lambda p: 7.0,
    "follow_up": lambda p: p["relocation.move_days"],
    "replanning": lambda p: p["money.tranche_1_day"] - 1.0,
    "autumn_push": lambda p: p["plan.replan_september"] - 1.0,
    "double_recognition": lambda p: p["assessment.double_check_day"] - 1.0,
    "county_check": lambda p: p["assessment.double_check_day"] - 1.0,
    "outside_sampling": lambda p: inf,
}
#: What a system draws beside the luck of its cases.
OWN = {"files": "file.", "party_building": "party."}
LATER, LATER_DAY = "2018-07-01", 181.0


@dataclass
class Played:
    """A campaign played to its end, and on which day each number was first drawn, by purpose and period."""

    campaign: object
    needs: list
    drawn: dict

    @property
    def log(self):
        return self.campaign.record.events

    def before(self, day, name):
        """What others than a system had drawn before a day."""
        kinds = self.campaign.cases.kinds
        return {
            (purpose, period)
            for (purpose, period), at in self.drawn.items()
            if at < day and not purpose.startswith(OWN.get(name, "-"))
            and getattr(kinds.get(purpose.rpartition("/")[2]), "family", None) != name
        }  # fmt: skip


def play(scenario):
    uniform, drawn, c = Streams.uniform, {}, None

    def noted(self, group, purpose, n, period=0):
        if group == "luck":
            drawn.setdefault((purpose, period), -1.0 if c is None else c.env.now)
        return uniform(self, group, purpose, n, period)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Streams, "uniform", noted)
        c = start(scenario, FIRST, log=True)
        needs = list(c.needs)
        c.play()
    return Played(c, needs, drawn)


@pytest.fixture(scope="module")
def whole(tiny):
    return play(tiny)


@pytest.mark.parametrize("name", OFF)
def test_off_all_is_the_same_until_the_system_acts(tiny, whole, name):
    off = play(OFF[name](tiny))
    for table in ("households", "hamlets", "villages"):
        here, there = (vars(getattr(played.campaign.county, table)) for played in (whole, off))
        assert all(np.array_equal(here[column], there[column]) for column in here)
    assert off.campaign.p == whole.campaign.p and off.needs == whole.needs
    day = parted(whole.log, off.log)
    assert FROM.get(name, lambda p: 0.0)(whole.campaign.p) <= day
    assert off.before(day, name) == whole.before(day, name)
    assert day < inf or name == "outside_sampling", "left out it is missed"


@pytest.mark.parametrize("name", [name for name in OFF if name in FAMILIES])
def test_off_from_a_day_on_all_is_the_same_until_then(tiny, whole, name):
    off = play(tiny.replace(families={name: {"state": "off", "from": LATER}}))
    assert parted(whole.log, off.log) >= LATER_DAY
    assert off.before(LATER_DAY, "") == whole.before(LATER_DAY, "")


@pytest.mark.parametrize("state", ["off", "unlimited"])
@pytest.mark.parametrize("name", ["works", "relocation"])
def test_from_the_day_on_nobody_builds_or_asks_for_the_second_payment(full, name, state):
    c = start(full.replace(scale=0.1, families={name: {"state": state, "from": LATER}}), FIRST)
    asked, days = [], []
    usual = c.payments.pay_progress
    c.payments.pay_progress = lambda case: asked.append((case.kind.family, c.env.now)) or usual(case)

    def look():
        yield LATER_DAY + 1
        days.append(crew_days(c))

    c.env.process(look())
    c.play()
    ours = [day for family, day in asked if family == name]
    assert ours and max(ours) < LATER_DAY
    if name == "works":
        assert days == [crew_days(c)] and days[0] > 0
        assert not any(pool.in_use for pools in c.crews.values() for pool in pools)


def test_no_crew_goes_to_works_that_stop_on_the_day(tiny):
    c = start(tiny.replace(families={"works": {"state": "off", "from": LATER}}), "deep_tilt_up", 2)
    c.play()
    assert not any(pool.in_use for pools in c.crews.values() for pool in pools)
    assert not any(case.started >= LATER_DAY for case in c.cases.all if case.kind.family == "works")


@pytest.mark.parametrize("state", ["off", "unlimited"])
def test_who_waits_for_a_job_that_nobody_finds_any_more_has_a_hand_free(tiny, state):
    """No money has come by then."""
    off = {"families": {"cooperation": {"state": state, "from": LATER}}, "assumptions": {"money.delay_days": 180}}
    c = start(tiny.replace(**off), "deep_tilt_up", 1)
    promised = []

    def look():
        yield LATER_DAY - 0.5
        promised.extend(x for x in c.cases.open() if x.kind.name in ("job", "post", "seat"))

    c.env.process(look())
    c.play()
    hh = c.county.households
    assert promised
    for case in promised:
        h = case.entity
        assert c.livelihoods.free_hands[h] + c.livelihoods.working[h] == hh.workers[h]
