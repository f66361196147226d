"""Which year it is, and whose first it is to know."""

from __future__ import annotations

from sim.campaign import start
from sim.campaign.ranks import Control
from tests.campaign.conftest import FIRST


def test_a_year_begins_at_midnight_before_all_else_that_is_due_then(tiny):
    c = start(tiny.replace(end_date="2020-12-31"), FIRST, 0, families=())
    seen = []

    def looks():
        for day in (364.999, 365.0, 729.999, 730.0, 731.0):
            yield day - c.env.now
            seen.append((day, c.this_year, c.year_begin, c.year_end))

    c.env.process(looks(), rank=min(rank for rank in Control if rank != Control.YEAR))
    c.play()
    assert seen == [
        (364.999, 2018, 0.0, 365.0), (365.0, 2019, 365.0, 730.0), (729.999, 2019, 365.0, 730.0),
        (730.0, 2020, 730.0, 1096.0), (731.0, 2020, 730.0, 1096.0),
    ]  # fmt: skip
    assert c.this_year == 2021, "the last instant of the last year is the first of the next"
