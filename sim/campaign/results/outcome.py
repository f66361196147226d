"""The result of a replication, read off the campaign's state at the end."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import isfinite
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.campaign.exit.counts import count_villages, without
from sim.campaign.exit.evaluation import evaluation
from sim.campaign.exit.standard import share_limit
from sim.campaign.exit.verification import TURNED_AWAY
from sim.campaign.exit.village_items import village_items
from sim.campaign.families.works import crew_days
from sim.campaign.results.balances import check
from sim.campaign.results.history import history
from sim.campaign.results.why import why_not
from sim.campaign.results.zone_works import zone_works
from sim.county import TIERS
from sim.county.county import POOR
from sim.plain import plain
from sim.record import Run
from sim.scenario.names import LINES

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.campaign.results.months import Months


#: At so many places of the list of proposals is told who remained.
STEPS = 40


def outcome(c: Campaign, allocation: str, replication: int, months: Months) -> Run:
    """Return what happened since the first day; days of the event log are counted from it, below zero before.

    Raises `ValueError` where nobody has assessed.
    """
    if not hasattr(c, "assessment"):
        raise ValueError("families must hold Assessment, such as (*sim.FAMILIES, Mine): they replace the model's")
    check(c)
    months.end()
    events = c.record.events
    if events is not None:
        told = ((day - c.first_day, kind, entity, code, number) for day, kind, entity, code, number in events)
        events = sorted(told, key=itemgetter(0))
    return Run(
        scenario=c.scenario.name, allocation=allocation, gate=c.gate, replication=replication,
        scalars=_scalars(c), monthly=months.series, villages=_villages(c), why_not=why_not(c), lines=_lines(c),
        projects=months.projects, own_projects=months.own_projects(), proposals=_proposals(c), works=zone_works(c),
        events=events, census=months.census.result() if months.census else {},
        seed=c.streams.seed, indices=c.streams.indices,
    )  # fmt: skip


def _scalars(c: Campaign) -> dict[str, float]:
    a, n, base = c.assessment, c.register.size, c.county.base_people
    registered = int(c.register.people[c.register.poor()].sum())
    scalars: dict[str, float] = {
        "N": base,
        "registered_start_people": int(c.books.people.sum()),
        "registered_end_people": registered,
        **_readings(c, registered),
        "exits_households": c.counts["exits_households"],
        "exits_villages": sum(a.village_exits),
        "new_people": c.counts["new_people"],
        "returned_people": c.counts["returned_people"],
        "natural_people": c.counts["natural_people"],
        "proposed_people": int(c.register.people[:n][a.proposed].sum()),
        "ready_people": int(c.register.people[:n][a.proposed | a.left_out].sum()),
        "turned_away_people": int(c.register.people[:n][a.turned_away].sum()),
        **{f"turned_away_{where}_people": c.counts[f"turned_away_{where}"] for where in TURNED_AWAY},
        "moved_people": c.counts["moved_people"],
        "old_houses_given_up": c.counts["old_houses_given_up"],
        "crew_days": round(crew_days(c)),
        "pushed_cases": c.counts["pushed_cases"],
        "events": c.env.events,
    }
    scalars |= _money(c) | _work(c) | _verdict(c, registered) | history(c)
    for family in c.families:
        told = getattr(family, "scalars", None)
        if told is not None:
            scalars |= _own(family.name, told(c), scalars)
    return scalars


def _own(family: str, told: object, taken: Collection[str]) -> dict[str, float]:
    """Return what a family tells as plain numbers; raises where it would say what is said already, or no number."""
    if not isinstance(told, Mapping):
        raise TypeError(f"scalars of {family} (={told!r}) must be a mapping: a number by name")
    found = {name: plain(value) for name, value in told.items()}
    for name, value in found.items():
        if not isinstance(name, str) or name in taken:
            raise ValueError(f"scalars of {family}: {name!r} must be a name that no figure of the run has yet")
        if not isinstance(value, int | float) or not isfinite(value):
            raise ValueError(f"scalars of {family}: {name}(={told[name]!r}) must be a finite number")
    return found


def _readings(c: Campaign, registered: int) -> dict[str, float]:
    """People out, incidence and people short: as it ends, and by two other readings of the last year.

    *Strict* counts in who left by income not yet received. *Before hold-backs* counts out whom city and region alone
    held back, which is decided in the following February.
    """
    a, n, base, out = c.assessment, c.register.size, c.county.base_people, c.counts["exits_people"]
    people, target = c.register.people[:n], int(c.scenario.targets.incidence * base)
    back = int(people[(c.register.exit_year[:n] == c.last_year) & a.reading.strict_short].sum())
    held = int(people[c.register.poor(n) & (a.held_year == c.last_year)].sum())
    found: dict[str, float] = {"exits_people": out, "exits_people_strict": out - back}
    for reading, left in (("", registered), ("_strict", registered + back), ("_before_holdbacks", registered - held)):
        found[f"incidence{reading}"] = left / base
        found[f"people_short{reading}"] = left - target
    return found


def _proposals(c: Campaign) -> dict[str, list[int]]:
    """Along the last year's list, in its order: people proposed so far, and those of them who left the register."""
    listed = np.array(c.assessment.in_turn, dtype=np.int64)
    people = c.register.people[listed]
    proposed, remained = np.cumsum(people), np.cumsum(people * (c.register.exit_year[listed] == c.last_year))
    steps = np.unique(np.linspace(0, len(listed) - 1, min(STEPS, len(listed))).round().astype(int))
    return {"proposed": proposed[steps].tolist(), "remained": remained[steps].tolist()}


def _money(c: Campaign) -> dict[str, float]:
    """Yuan: what was allotted or carried over is with whoever it was for, gone elsewhere and not recovered, or idle.

    Of what is listed some is unpaid: it was not asked for yet, waits for cash, or is on its way.
    """
    t = c.treasury
    lines = _lines(c).values()
    allotted, carried, listed, paid, gone = (
        sum(line[part] for line in lines) for part in ("allotted", "carried", "listed", "paid", "misused")
    )
    return {
        "allotted_yuan": allotted, "carried_yuan": carried, "listed_yuan": listed, "paid_yuan": paid,
        "not_recovered_yuan": gone, "idle_yuan": allotted + carried - paid - gone,
        "unpaid_of_listed": (listed - paid) / listed if listed else 0.0,
        "on_its_way_yuan": sum(t.on_its_way(line) for line in LINES),
    }  # fmt: skip


def _work(c: Campaign) -> dict[str, float]:
    """Minutes of work by kind of desk, and all of them; those on forms among them, and those that nobody worked."""
    before = c.books.minutes
    by_kind = {kind: spent - before.get(kind, 0) for kind, spent in c.desks.by_kind().items()}
    absent = sum(desk.absent for desk in c.desks) - c.books.absent
    return {
        "work_minutes": sum(by_kind.values()), **{f"minutes_{kind}": spent for kind, spent in by_kind.items()},
        "forms_minutes": c.counts["forms_minutes"], "absent_minutes": absent,
    }  # fmt: skip


def _verdict(c: Campaign, registered: int) -> dict[str, float]:
    """The county's test: nine haves, composite incidence, and the three rates as a sample finds them.

    Under a rule without a sample those of all households take its place.
    """
    p, found = c.p, evaluation(c)
    truth = found.truth()
    seen = found.sampled() if c.rules.outside_sampling else truth
    passes = (
        found.composite(registered, seen) < p["rule.incidence_limit"] and seen.wrong < p["rule.error_limit"]
        and seen.missed < p["rule.error_limit"] and seen.recognition >= p["rule.recognition_limit"] and _nine_haves(c)
    )  # fmt: skip
    return {
        "composite_incidence": found.composite(registered), "wrong_exit_rate": truth.wrong,
        "missed_poor_rate": truth.missed, "recognition": truth.recognition, "wrong_exit_rate_sampled": seen.wrong,
        "missed_poor_rate_sampled": seen.missed, "recognition_sampled": seen.recognition, "county_exit": int(passes),
    }  # fmt: skip


def _nine_haves(c: Campaign) -> bool:
    """Shares of rural households, of villages and, for industry, of registered poor villages.

    Who was never registered lacks only what the hamlet lacks. Social assistance is taken as met: the county's minimum
    income standard and pension enrolment are not in the model.
    """
    limit, households = share_limit(c), len(c.register.status)
    by_household = [float(lacking.sum()) / households for lacking in without(c).values()]
    by_village = [float(c.lacks.village[item].mean()) for item in ("hardened_road", "public_services")]
    industry = float(c.lacks.village["special_industry"][c.county.villages.tier <= POOR].mean())
    return all(lack <= 1.0 - limit for lack in (*by_household, *by_village, industry))


def _villages(c: Campaign) -> dict[str, list[Any]]:
    v, size = c.county.villages, c.places.villages
    end, people, _ = count_villages(c)
    start, at_start = c.books.people, c.books.all_people
    return {
        "code": [f"{i + 1:02d}" for i in range(size)],
        "township": [c.county.townships.key[t] for t in c.places.township],
        "tier": [TIERS[t] for t in c.places.tier],
        "base_people": v.base_people.tolist(),
        "registered_start": start.tolist(),
        "registered_end": end.tolist(),
        "incidence_start": (start / at_start).tolist(),
        "incidence_end": (end / people).tolist(),
        "due": [int(d) for d in c.assessment.ever_due],
        "exited": [int(x) for x in c.assessment.village_exits],
        "exited_before": [int(x) for x in c.books.out],
        **village_items(c),
    }


def _lines(c: Campaign) -> dict[str, dict[str, int]]:
    """What a line lists includes what earlier years listed and did not pay."""
    t, before, found = c.treasury, c.books, dict[str, dict[str, int]]()
    for line in LINES:
        given, total = t.given(line) - before.given[line], t.total(line) - before.total[line]
        found[line] = {
            "allotted": given, "carried": before.carried(line), "moved": total - given,
            "listed": c.library.listed[line] - before.paid[line],
            "received": t.received(line) - before.received[line], "paid": t.paid(line) - before.paid[line],
            "misused": t.misused(line),
            "idle": t.total(line) - t.paid(line) - t.misused(line),
        }  # fmt: skip
    return found
