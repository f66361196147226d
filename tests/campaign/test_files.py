"""One household, one file, one card: made by skill and in haste, mended at the township station, in the way until then."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.campaign import start, switches
from sim.campaign.cases import Case
from sim.campaign.exit.assessment import Assessment
from sim.campaign.families.files import Files
from sim.campaign.families.protection import Protection

FIRST = "as_in_2016_17"
CERTAIN = {"people.file_error": 1, "people.file_noticed": 1}


@pytest.mark.parametrize("error", [0, 0.3, 1])
def test_so_many_files_are_wrong_on_the_first_day(bench, error):
    c = bench(Files, assumptions={"people.file_error": error}).begun()
    share = np.mean(c.cards.wrong)
    assert abs(share - error) <= 4 * (error * (1 - error) / c.register.size) ** 0.5


def test_the_villages_error_decides_about_its_files(bench):
    b = bench(Files, assumptions={"people.file_error": 0})
    b.campaign.file_error[0] = 1.0
    c = b.begun()
    assert c.cards.wrong == [village == 0 for village in c.register.village_of[: c.register.size]]


def test_a_file_made_in_haste_is_likelier_wrong(bench):
    c = bench(Files, assumptions={"files.haste": 0.5, "people.file_error": 0.1}).campaign
    calm = c.cards.chance(0)
    station = c.desks.station[c.places.township[0]]
    station.share(round(365 / 12 * 480) * station.members)
    assert (calm, c.cards.chance(0)) == (pytest.approx(0.1), pytest.approx(0.15))


def asking(b, households):
    """A township with one clerk, of whom a case of each of these households asks for its file on the first day."""
    c = b.begun()
    kind = b.kind(("filed",))
    return c, [c.open_case(kind, household, c.register.village_of[household]) for household in households]


def of_one_township(c):
    """A household of each of two villages of one township, that which is due to exit last."""
    for villages in c.places.villages_of:
        of = {c.precedence.of[v]: h for v in villages for h in range(c.register.size) if c.register.village_of[h] == v}
        if len(of) > 1 and 1.0 in of:
            return of[max(of)], of[1.0]
    raise AssertionError("no township has both")


def test_the_station_takes_up_first_what_is_most_urgent(bench):
    b = bench(Files, assumptions={"people.station": 1})
    other, due = of_one_township(b.campaign)
    c, _ = asking(b, [h for h in (other, other, due) for _ in range(5)])
    c.env.run(until=20)
    order = [entity for entity, _ in b.done]
    assert order == [other] + [due] * 5 + [other] * 9, "what is in hand is finished first"


def test_of_equally_urgent_papers_those_asked_for_first_come_first_whatever_they_are_for(bench):
    b = bench(Files, assumptions={"people.station": 1})
    c = b.begun()
    early, late = b.kind(("filed",), name="registered_later"), b.kind(("filed",), name="registered_first")
    early.offset, late.offset = 2_000_000, 1_000_000
    village = c.register.village_of[0]
    there = [h for h in range(c.register.size) if c.register.village_of[h] == village][:3]
    for household in there:
        c.open_case(early, household, village)
    c.env.run(until=0.1)
    c.open_case(late, there[0], village)
    c.env.run(until=20)
    assert [entity for entity, _ in b.done] == [*there, there[0]]


def test_no_leader_brings_papers_at_a_station_forward(bench):
    b = bench(Files, assumptions={"people.station": 1})
    c, cases = asking(b, [0] * 10)
    c.env.run(until=0.1)
    assert len(c.turns) == 0 and sum(len(case.turns) for case in cases) == 9


def test_who_is_to_be_insured_waits_for_the_station_like_any_papers(bench):
    b = bench(Files, Protection, assumptions={"people.station": 1})
    c, _ = asking(b, [0] * 10)
    family, kind = c.families[1], c.cases.kinds["insurance"]
    family.entitlements._arrived["premium"].clear()
    case = Case(kind, 0, c.register.village_of[0], c.places.township[c.register.village_of[0]], 3.0)
    c.env.run(until=0.1)
    queue = c.desks.station[case.township].queue
    before, entered = queue.waiting, c.env.process(family.gaps.enrol(case))
    c.env.run(until=0.2)
    assert queue.waiting == before + 1 and not entered.triggered


def test_a_check_does_not_wait_behind_files_that_do(bench):
    b = bench(Files, assumptions={"people.station": 1})
    c, cases = asking(b, [0] * 30)
    c.env.run(until=0.1)
    station = c.desks.station[cases[0].township]
    each = (c.desks.file + c.desks.listing) / 480
    assert station.book(c.desks.listing) == pytest.approx(each - 0.1 + c.desks.listing / 480)
    assert station.behind(c.desks.file + c.desks.listing) == pytest.approx(station.backlog() + 29 * each)
    c.env.run(until=60)
    assert [day for _, day in b.done] == pytest.approx(
        [each, *(c.desks.listing / 480 + each * k for k in range(2, 31))]), "and then they wait for it"


def test_a_file_is_likelier_wrong_the_more_wait_for_the_station(bench):
    b = bench(Files, assumptions={"people.station": 1, "files.haste": 0.5, "people.file_error": 0.1})
    c, _ = asking(b, [0] * 51)
    c.env.run(until=0)
    waits = 51 * (c.desks.file + c.desks.listing) / 480
    assert c.cards.chance(c.register.village_of[0]) == pytest.approx(0.1 * (1 + 0.5 * waits / (365 / 12)))


def test_who_waits_for_the_station_moves_up_where_its_village_becomes_due(bench):
    b = bench(Files, assumptions={"people.station": 1})
    other, due = of_one_township(b.campaign)
    c, cases = asking(b, [due] * 3 + [other] * 3)
    c.env.run(until=0.1)
    c.precedence.change([v == c.register.village_of[other] for v in range(c.places.villages)])
    c.env.run(until=20)
    first = min(cases, key=lambda case: case.number).entity
    assert [entity for entity, _ in b.done] == [first] + [other] * (3 - (first == other)) + [due] * (3 - (first == due))


def test_who_waits_for_the_station_gives_up_its_place_where_its_family_stops(bench):
    b = bench(Files, assumptions={"people.station": 1})
    c, cases = asking(b, [0] * 10)
    c.env.run(until=0.1)
    queue = c.desks.station[cases[0].township].queue
    assert (queue.in_use, queue.waiting) == (1, 9)
    switches.withdraw(c, cases)
    c.env.run(until=20)
    assert (queue.in_use, queue.waiting, len(b.done)) == (0, 0, 1)


def test_papers_of_a_case_are_wrong_in_the_households_one_file(bench):
    b = bench(Files, assumptions={"people.file_error": 0})
    c, kind = b.begun(), b.kind(("built", "filed"))
    case, other = c.open_case(kind, 0, 0), b.kind(("built",), name="another")
    c.cards.file(case)
    assert not c.cards.wrong[0]
    c.file_error[0] = 1.0
    c.cards.file(case)
    assert c.cards.wrong[0] and c.cards.is_wrong(c.open_case(other, 0, 0)) and not case.file_wrong


def test_a_file_that_is_being_mended_is_not_mended_twice(bench):
    b = bench(Files, assumptions=CERTAIN)
    c = b.begun()
    station = c.desks.station[c.places.township[0]]
    first = c.cards.mending(0, station)
    assert station.routine == c.desks.mend
    c.env.run(until=first / 2)
    case = c.open_case(b.kind(("built",)), 0, 0)
    c.env.process(c.cards.mended(case))
    c.env.run(until=first)
    assert (station.routine, station.on_cases) == (c.desks.mend, 0) and not c.cards.wrong[0] and case.held == ""
    c.cards.wrong[0] = True
    assert c.cards.mending(0, station) > 0 and station.routine == 2 * c.desks.mend, "wrong anew, mended anew"


def paid_in_60_days(bench, state):
    b = bench(Files, assumptions=CERTAIN, families={"files": state})
    c = b.begun()
    kind = b.kind(("built",), line="housing")
    c.treasury.receive("housing", 100)
    case = c.open_case(kind, 0, 0, cost=100)
    c.env.run(until=60)
    return c, case


def test_a_wrong_file_stops_reimbursement_until_the_station_has_mended_it(bench):
    c, case = paid_in_60_days(bench, "on")
    assert (case.paid, c.cards.wrong[0]) == (100, False)
    assert c.desks.station[case.township].on_cases == c.desks.mend
    c, case = paid_in_60_days(bench, "off")
    assert (case.paid, case.held, c.cards.wrong[0]) == (0, "file_wrong", True)
    assert c.desks.station[case.township].on_cases == 0
    c, case = paid_in_60_days(bench, "unlimited")
    assert (case.paid, case.minutes) == (100, 0)


def exits(bench, still, state, noticed=1.0, known=False, until=None):
    """Exits where everybody has everything, and every file was wrong on the first day."""
    b = bench(Files, Assessment, assumptions={**still, "people.file_noticed": noticed}, families={"files": state}, gate="none")
    c = b.campaign
    c.file_error = [1.0] * len(c.file_error)
    for books in (c.lacks.household, c.lacks.hamlet, c.lacks.village):
        for item in books:
            books[item][:] = False
    c.income.rate[:] = 2 * c.line_of_poverty(2018) * c.register.people[: c.register.known] / 365
    c.income.start()
    b.begun()
    c.cards.known = [known] * c.register.size
    c.env.run(until=until or c.horizon)
    return c


@pytest.mark.parametrize(
    ("state", "noticed", "known", "left", "mended"),
    [("on", 1.0, False, True, True), ("on", 0.0, False, True, False), ("on", 0.0, True, True, True),
     ("off", 1.0, False, False, False), ("off", 0.0, True, False, False), ("off", 0.0, False, True, False),
     ("unlimited", 1.0, False, True, False)],
)  # fmt: skip
def test_a_wrong_file_that_is_known_stops_the_exit_until_it_is_mended(bench, still, state, noticed, known, left, mended):
    c = exits(bench, still, state, noticed, known)
    assert c.counts["exits_households"] == (c.register.size if left else 0)
    assert c.counts["files_mended"] == (c.register.size if mended else 0)


def test_a_file_found_wrong_after_verification_still_stops_the_exit(bench, still):
    c = exits(bench, still, "on", noticed=0.0, until=328)
    passed = c.assessment.passed.nonzero()[0].tolist()
    c.cards.notice(passed[0])
    c.env.run(until=c.horizon)
    assert c.register.status[passed[0]] == 1 and c.counts["exits_households"] == c.register.size - 1


def test_why_not_names_the_wrong_file(bench, still):
    from sim.campaign.results.why import why_not

    rows = why_not(exits(bench, still, "off"))
    assert {(row["cause"], row["stage"]) for row in rows} == {("file_wrong", "verified")}


def test_who_comes_onto_the_register_gets_a_file_from_the_station(bench):
    c = bench(Files, assumptions=CERTAIN).begun()
    c.cards.wrong = [False] * c.register.size
    station = c.desks.station[c.places.township[c.register.village_of[0]]]
    c.hooks.on_newcomers[0]([0])
    assert c.cards.wrong[0] and not any(c.cards.wrong[1:])
    assert station.routine == c.desks.file


def test_nothing_differs_before_the_first_file_is_found_wrong(tiny):
    on = sim.run(tiny, FIRST, 1, log=True).events
    off = sim.run(tiny.replace(families={"files": "off"}), FIRST, 1, log=True).events
    first = next(event[0] for event in on if event[1] == "file.noticed")
    assert [e for e in on if e[0] < first] == [e for e in off if e[0] < first]
    assert on != off and not any(e[1] == "file.mended" for e in off)


def test_files_that_nobody_mends_cost_exits_and_files_never_wrong_do_not(tiny):
    def left(state):
        runs = [sim.run(tiny.replace(families={"files": state}), FIRST, r).scalars for r in range(4)]
        return sum(run["exits_people"] for run in runs)

    assert left("off") < 0.98 * left("on") <= 1.02 * left("unlimited")


def test_files_balance(tiny):
    c = start(tiny.replace(assumptions={"people.file_error": 0.15}), FIRST, 0)
    c.play()
    assert c.counts["files_wrong_start"] > 0 < c.counts["files_mended"]
    assert not any(known and not wrong for known, wrong in zip(c.cards.known, c.cards.wrong, strict=True))
