"""What was begun is expected, sold once a year, and never lost between months or years."""

from __future__ import annotations

import pytest

from sim.campaign import start
from sim.campaign.industries import Industries
from sim.county.county import PRODUCTS

FIRST = "as_in_2016_17"


@pytest.fixture
def industries(tiny):
    """A campaign of two years in which prices, losses and weather change nothing, and nobody begins anything."""
    still = tiny.replace(
        end_date="2019-12-31",
        families={"shocks": "off", "households": "on", "cooperation": "off", "protection": "off"},
        assumptions={
            "industry.price_sd": {"value": 0, "outside_range": True},
            "industry.crash_probability": {"value": 0, "outside_range": True},
            "industry.plot_loss": {"value": 0, "outside_range": True},
            "industry.glut": 0,
            "industry.award_per_mu": {"value": 0, "outside_range": True},
        },
    )  # fmt: skip
    campaign = start(still, FIRST, 0, families=(Industries,))
    campaign.county.households.planted.setflags(write=True)
    campaign.county.households.planted[:] = 0
    campaign.income.base[:] = 0
    return campaign


@pytest.mark.parametrize("day", [0.0, 30.4, 30.7, 31.0, 200.0, 364.2, 364.7])
def test_a_planting_is_sold_in_each_year_or_as_the_next_begins(industries, day):
    c, chilli = industries, PRODUCTS.index("chilli")
    (family,) = c.families
    usual = []

    def plant():
        yield day
        family._expect(0, chilli, day)
        usual.append(family._usual[chilli])

    c.treasury.start()
    c.income.start()
    family.start(c)
    c.env.process(plant(), rank=5)
    c.env.run(until=364.9)
    this_year = c.income.received[0] + c.income.pending[0]
    assert this_year == pytest.approx(usual[0]), "sold or still expected"
    c.env.run(until=729.9)
    assert c.income.received[0] + c.income.pending[0] == pytest.approx(usual[0] * (2 if day > 364.5 else 1))


def test_young_orchards_and_herds_pay_in_their_third_year(full):
    c = start(full, FIRST, 0)
    for family in c.families:
        family.start(c)
    family = next(f for f in c.families if isinstance(f, Industries))
    hh = c.county.households
    sold = {household for sales in family._sales.values() for household, *_ in sales}
    planted = {h: c.calendar.date(-float(hh.planted[h])).year for h in range(c.registered) if hh.planted[h]}
    assert sold
    assert {planted[h] for h in sold} == {2016}


def test_in_2016_the_others_hold_already_what_the_registered_begin(history, full):
    found = []
    for scenario in (history, full):
        c = start(scenario, next(iter(scenario.allocations)), 0)
        (family,) = (family for family in c.families if family.name == "industries")
        family.start(c)
        found.append((c, family, sum(family._bearing_at_start)))
    (c, family, then), (_, _, now) = found
    assert not any(family._holders), "no registered household has begun"
    chilli = PRODUCTS.index("chilli")
    family._bearing[chilli] += 1
    assert 1 - c.p["industry.glut"] < family._glut(chilli) < 1, "one grower more does not make a glut"
    assert then == pytest.approx(now, rel=0.35)
