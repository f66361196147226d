"""Made-up runs of which each number is set by hand, and comparisons folded from them."""

from __future__ import annotations

import sys

import pytest

from sim.ensemble.ensemble import Ensemble
from sim.record import Run
from sim.study.compare import fold

PEOPLE = 100_000
ODD = {"wrong_exit_rate": 0.0, "missed_poor_rate": 0.0, "recognition": 0.95, "work_minutes": 4800}


def run(allocation, replication, incidence, gate="plan", *, strict=None, before=None, short=None, left=None, county=None, why=(),
        paid=None, idle=10, crew_days=30):  # fmt: skip
    """One replication that ends at ``incidence``; money paid by line, two villages, two month ends after the start."""
    paid = {"industry": 100} if paid is None else paid
    left = round(incidence * PEOPLE) if left is None else left
    scalars = ODD | {
        "N": PEOPLE, "incidence": incidence, "incidence_strict": incidence if strict is None else strict,
        "incidence_before_holdbacks": incidence if before is None else before,
        "people_short": left - 2410 if short is None else short, "registered_end_people": left,
        "exits_people": 10_590 - left, "exits_households": (10_590 - left) // 4, "exits_villages": 1,
        "county_exit": int(incidence < 0.03) if county is None else county,
        "paid_yuan": sum(paid.values()), "idle_yuan": idle, "crew_days": crew_days,
    }  # fmt: skip
    lines = {line: {"allotted": yuan + idle, "listed": yuan, "paid": yuan, "idle": idle} for line, yuan in paid.items()}
    villages = {"code": ["01", "02"], "incidence_end": [incidence, 2 * incidence]}
    monthly = {"incidence": [0.1059, 0.1, incidence], "paid_yuan": [0, 1, sum(paid.values())]}
    projects = {"kind": ["road", "water"], "under_way": [True, False]}
    return Run("made", allocation, gate, replication, scalars, monthly, villages, list(why), lines, projects)


def folded(scenario, incidences, others=None, looked=(), **parts):
    """A comparison of what each allocation ends at, replication by replication, the last ones played first.

    With ``looked``, that of a race that was looked at after so many replications.
    """
    runs = {}
    for gate, table in (("none", others or {}), ("plan", incidences)):
        for name, ends in table.items():
            for r, end in reversed(list(enumerate(ends))):
                runs[gate, name, r] = run(name, r, end, gate, **{part: of[name][r] for part, of in parts.items()})
    return fold(scenario, Ensemble(runs=runs), max(map(len, incidences.values())), looked)


def designed(study, *given, replicate, **options):
    """Play a study whose design says what a run is, with another in its place."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules[study.__module__], "REPLICATE", replicate)
        return study(*given, **options)
