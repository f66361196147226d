"""Money: tranches on their days, lags to the villages, payments in parts, runs by village."""

from __future__ import annotations

import pytest

import sim
from sim.campaign import start
from sim.campaign.decision import _adopt
from sim.campaign.families.replanning import Replanning
from sim.campaign.money.budget import Budget, bonded
from sim.campaign.money.ledger import Ledger
from sim.campaign.results.balances import check, check_money
from sim.scenario.names import LINES
from tests.campaign.conftest import FIRST

OTHER = "balanced_by_need"


def test_a_ledger_refuses_what_would_not_balance():
    ledger = Ledger()
    ledger.move("treasury", "industry.cash", 5)
    with pytest.raises(ValueError, match="amount"):
        ledger.move("treasury", "industry.cash", -1)
    ledger.check()
    ledger.balance["industry.cash"] += 1
    with pytest.raises(ArithmeticError, match="balance"):
        ledger.check()
    ledger.balance["industry.cash"] -= 7
    ledger.balance["treasury"] += 6
    with pytest.raises(ArithmeticError, match="overdrawn"):
        ledger.check()


def test_tranches_bring_their_shares_on_their_days(bench):
    b = bench()
    c, p = b.campaign, b.campaign.p
    days = [p[f"money.tranche_{k}_day"] - 1 for k in (1, 2, 3)]
    shares = [p[f"money.tranche_{k}_share"] for k in (1, 2, 3)]
    received = []
    c.treasury.start()
    for day in (days[0] - 0.1, days[0], days[1] - 0.1, days[1], days[2]):
        c.env.run(until=day)
        received.append(sum(c.treasury.received(line) for line in LINES))
        check_money(c)
    total, bonds = sum(c.treasury.allotted.values()), round(c.scenario.earmarked["relocation"] * c.scale)
    so_far = [0, shares[0], shares[0], shares[0] + shares[1], sum(shares)]
    expected = [bool(share) * bonds + (total - bonds) * share / sum(shares) for share in so_far]
    assert bonds and received == pytest.approx(expected, abs=10)
    assert received[-1] == total


@pytest.mark.parametrize("years", [1, 2, 3])
def test_bonds_come_ahead_and_are_no_more_than_the_line_has_over_the_years(bench, tiny, years):
    b = bench(end_date=f"{2017 + years}-12-31")
    c = b.campaign
    yearly = c.scenario.money(FIRST, scale=c.scale)
    bonds = int(c.scenario.earmarked["relocation"] * c.scale)
    c.treasury.start()
    c.env.run(until=c.p["money.tranche_1_day"])
    assert c.treasury.received("relocation") >= bonds * years, "all of them with the first tranche"
    assert c.library.room("relocation") + c.library.listed["relocation"] == c.treasury.total("relocation")
    c.env.run(until=365 * years)
    for line in LINES:
        assert c.treasury.received(line) == c.treasury.given(line) == yearly[line] * years
    check_money(c)


def test_what_is_earmarked_for_nothing_comes_by_tranches():
    yearly = dict.fromkeys(LINES, 10)
    assert bonded(yearly, 0, 3).first == bonded(yearly, 0, 3).later == yearly
    plan = bonded(yearly, 25, 2)
    assert (plan.first["relocation"], plan.later["relocation"], plan.at_once["relocation"]) == (20, 0, 20)
    assert plan.goes_on == (plan.later, plan.later, {})


def test_a_later_decision_leaves_the_bonds_where_they_are(tiny):
    late = tiny.replace(decide_on="2018-05-01", end_date="2019-12-31")
    c = start(late, OTHER, 0)
    c.play()
    bonds = 2 * int(late.earmarked["relocation"] * c.scale)
    assert c.treasury.received("relocation") >= bonds
    check(c)


@pytest.mark.parametrize("allocation", ["people_first", "finish_relocation"])
def test_after_a_later_decision_too_replanning_moves_nothing_earmarked_and_no_floor(full, allocation):
    part = 60 / 220
    small = {name: {line: int(part * yuan) for line, yuan in getattr(full, name).items()} for name in ("earmarked", "floors")}
    poor = full.replace(total=int(part * full.total_yuan), decide_on="2018-02-28", scale=0.1, **small)
    for replication in range(2):
        c = start(poor, allocation, replication)
        c.play()
        for line, yuan in c.treasury.allotted.items():
            fixed = poor.earmarked.get(line, 0) + poor.floors.get(line, 0)
            assert yuan >= int(fixed * c.scale) - 5, line


@pytest.mark.parametrize("decide_on", [None, "2018-06-30"])
def test_a_line_gets_no_more_than_its_ceiling_though_replanning_could_bring_it_more(tiny, decide_on):
    free = tiny.replace(decide_on=decide_on)
    bound = free.replace(ceilings={"cooperation": 15_000_000})
    most, wanted = 0, 0
    for replication in range(4):
        lines = [sim.run(s, tiny.baseline, replication).lines["cooperation"] for s in (free, bound)]
        got = [line["allotted"] + line["moved"] for line in lines]
        wanted, most = max(wanted, got[0]), max(most, got[1])
    ceiling = 15_000_000 * tiny.scale
    assert most <= ceiling < wanted
    assert free.digest(tiny.baseline) != bound.digest(tiny.baseline), "a run under another ceiling is another run"


def test_a_ceiling_binds_each_year_of_a_line_though_its_bonds_come_in_the_first(bench):
    c = bench(end_date="2019-12-31").campaign
    t, line = c.treasury, "relocation"
    assert t.allotted[line] > c.plan.yearly[line] + 100, "the bonds of both years"
    c.plan.ceilings = {line: c.plan.yearly[line] + 100}
    for other in LINES:
        t.receive(other, 2_000_000)
    for year in range(2):
        for wanted, moved in ((101, 0), (100, 100), (1, 100)):
            Replanning()._borrow(c, line, wanted, dict.fromkeys(LINES, 1_000_000))
            assert t.moved_in(line) == moved, (year, wanted)
        t._open_year()
        c.plan.renew(2019)
    assert t.earlier(line) == 2 * c.plan.ceilings[line]


def test_when_lines_are_allotted_anew_each_has_its_part_of_what_has_come_to_the_yuan(bench):
    c = bench().campaign
    t, shares = c.treasury, dict(zip(LINES, (31, 7, 11, 13, 3, 5, 17, 2, 19, 23), strict=True))
    for line, share in shares.items():
        t.receive(line, 1_000 + share)
        t._cash_of_year[line] = 1_000 + share
    t._at_once, wanted = {}, {line: 997 * share for line, share in zip(reversed(shares), shares.values(), strict=True)}
    t.reallot(wanted, wanted, Budget(wanted, wanted, {}))
    come = sum(t._cash_of_year.values())
    assert come == 10_131 and sum(wanted.values()) == 997 * 131
    assert all(abs(t.received(line) - wanted[line] * come / (997 * 131)) < 1 for line in LINES)


def test_what_waits_to_be_paid_once_more_is_bound_as_another_allocation_is_adopted(bench):
    """Of the money moved to the line all but 500 yuan is paid; who waits for 2,000 is not who took a place of the list."""
    c = bench().campaign
    t, line = c.treasury, "cooperation"
    for each, yuan in t.allotted.items():
        t.receive(each, yuan)
        t._cash_of_year[each] = yuan
    assert t.shift("infrastructure", line, 40_000) == 40_000
    had = t.allotted[line]
    t.funds[line].take(had - 500)
    t.ledger.move(f"{line}.cash", f"{line}.paid", had - 500)
    assert t.funds[line].take(2_000, 1.0, 1) is not None
    _adopt(c)
    assert t.allotted[line] == had == t.received(line)


def test_a_case_that_the_ceiling_leaves_no_room_for_takes_no_other_lines_money(bench):
    c = bench().campaign
    t = c.treasury
    c.plan.ceilings = {"housing": t.allotted["housing"] + 100}
    room, before = dict.fromkeys(LINES, 1_000_000), dict(t.allotted)
    for line, fund in t.funds.items():
        t.receive(line, 1_000_000)
        assert fund.claimed == 0
    Replanning()._borrow(c, "housing", 101, room)
    assert t.allotted == before and set(room.values()) == {1_000_000}
    Replanning()._borrow(c, "housing", 100, room)
    assert t.allotted["housing"] == before["housing"] + 100 == c.plan.ceilings["housing"]


@pytest.mark.parametrize("allocation", ["as_in_2016_17", "balanced_by_need"])
def test_after_a_later_decision_a_line_is_allotted_what_the_allocation_gives_and_the_rest_is_moved(tiny, allocation):
    late = tiny.replace(decide_on="2018-06-30")
    for replication in range(2):
        lines = sim.run(late, allocation, replication).lines
        given = late.money(allocation, scale=late.scale)
        assert {line: of["allotted"] for line, of in lines.items()} == given
        moved = {line: of["moved"] for line, of in lines.items()}
        assert sum(moved.values()) == 0 and any(moved.values()), "March moved money, and some of it was bound"


def test_the_last_tranche_brings_no_more_than_is_allotted_though_a_line_has_had_more_than_it_now_gets(bench):
    """What that line was given is spent and cannot follow the new allotment; so the others wait in vain for the rest."""
    c = bench().campaign
    t, days = c.treasury, [c.p[f"money.tranche_{k}_day"] for k in (1, 3)]
    t.start()
    c.env.run(until=days[0])
    had = t.received("housing")
    assert t.funds["housing"].take(had, 0.0, 0) is None, "spent"
    t.ledger.move("housing.cash", "housing.transit", had)
    wanted = t.allotted | {"housing": 0, "industry": t.allotted["industry"] + t.allotted["housing"]}
    t.reallot(wanted, wanted, t._coming)
    c.env.run(until=days[1])
    assert had > 0 and t.received("housing") == had
    assert sum(map(t.received, LINES)) == sum(wanted.values())
    check_money(c)


def test_a_delay_moves_every_tranche_and_nothing_else(bench):
    def tranches(days):
        c = bench(log=True, assumptions={"money.delay_days": days}).campaign
        c.treasury.start()
        c.env.run(until=364)
        return [(day, line) for day, kind, line, *_ in c.record.events if kind == "money.tranche"], c.treasury.received("housing")

    (early, all_of_it), (late, same) = tranches(0), tranches(20)
    assert len(early) == 3 and all_of_it == same > 0
    assert late == [(day + 20, who) for day, who in early]


def test_a_tranche_that_is_late_for_its_year_brings_that_years_money_alone(bench):
    last = bench().campaign.p["money.tranche_3_day"]
    c = bench(end_date="2019-12-31", assumptions={"money.delay_days": 375 - last}).campaign
    came = []
    c.treasury.start()
    for day in (364, 373, 374, 729):
        c.env.run(until=day + 0.5)
        came.append(sum(map(c.treasury.received, LINES)))
    first, both = c.treasury._earlier, sum(map(c.treasury.total, LINES))
    assert came[0] == came[1] < came[2] == sum(first.values()) < came[3] < both


def paid_in_person(bench, households):
    """A bench, and a kind that pays so many households of the first village 10 yuan each; the cash is there."""
    b = bench()
    kind = b.kind(("funded",), line="cooperation", upfront=lambda case: 10)
    b.places(kind, 0, households, 10)
    b.campaign.treasury.receive("cooperation", 1000)
    return b, kind


def test_households_of_a_village_are_paid_in_one_run_at_the_months_end(bench):
    b, kind = paid_in_person(bench, 4)
    c = b.campaign
    for household in range(4):
        c.open_case(kind, household, 0, cost=10)
    c.env.run(until=60)
    desk = 2 * c.desks.payment / 480
    assert b.done == [(household, pytest.approx(31 + desk)) for household in range(4)]
    assert c.desks.county_finance.routine == c.desks.payment
    assert c.treasury.paid("cooperation") == 40


def test_works_are_paid_in_three_parts_and_never_more(bench):
    b = bench(assumptions={"people.file_error": 0})
    c = b.campaign

    def build(case):
        yield 50.0
        yield c.payments.pay_progress(case)
        yield 50.0

    kind = b.kind(("funded", "built"), line="infrastructure", scope="village", build=build,
                  upfront=lambda case: c.payments.advance(case.cost))  # fmt: skip
    b.places(kind, 0, 1, 1000)
    c.treasury.receive("infrastructure", 5000)
    case = c.open_case(kind, 0, 0, cost=1000)
    advance = int(1000 * c.p["money.advance"])
    paid = []
    for day in (20, 80, 200):
        c.env.run(until=day)
        paid.append(case.paid)
    assert paid == [advance, advance + (1000 - advance) // 2, 1000]
    assert c.treasury.paid("infrastructure") == 1000
    check(c)


def test_a_wrong_file_is_mended_before_the_rest_is_paid(bench):
    b = bench()
    c = b.campaign
    kind = b.kind(("built",), line="infrastructure", scope="village")
    c.treasury.receive("infrastructure", 100)
    case = c.open_case(kind, 0, 0, cost=100)
    case.file_wrong = True
    c.env.run(until=30)
    assert (case.paid, case.file_wrong) == (100, False)
    assert c.desks.station[case.township].on_cases == c.desks.mend


def test_without_cash_a_payment_waits(bench):
    b = bench()
    c, kind = b.campaign, b.kind(("funded",), line="housing", upfront=lambda case: 50)
    b.places(kind, 0, 1, 50)
    c.open_case(kind, 0, 0, cost=50)
    c.env.run(until=40)
    assert b.done == []
    c.treasury.receive("housing", 49)
    c.env.run(until=80)
    assert b.done == []
    c.treasury.receive("housing", 1)
    c.env.run(until=120)
    assert len(b.done) == 1


def test_money_moved_between_lines_leaves_the_total_and_comes_once(bench):
    b = bench()
    c = b.campaign
    total = sum(c.treasury.allotted.values())
    c.treasury.start()
    c.env.run(until=200)
    moved = c.treasury.shift("infrastructure", "housing", 1000)
    c.env.run(until=364)
    assert moved == 1000
    assert sum(c.treasury.allotted.values()) == total == sum(c.treasury.received(line) for line in LINES)
    assert c.treasury.total("housing") - c.treasury.given("housing") == 1000


def test_who_joins_while_a_run_is_being_paid_waits_for_the_next(bench):
    b, kind = paid_in_person(bench, 3)
    c = b.campaign
    desk = c.desks.payment / 480

    def opens(household, day):
        yield day
        c.open_case(kind, household, 0, cost=10)

    for household, day in enumerate((5.0, 31.0 + desk / 2, 40.0)):
        c.env.process(opens(household, day))
    c.env.run(until=50)
    assert c.treasury.paid("cooperation") == 10 and c.treasury.on_its_way("cooperation") == 20
    c.env.run(until=90)
    assert [(household, int(day)) for household, day in b.done] == [(0, 31), (1, 59), (2, 59)]
    assert c.desks.county_finance.routine == 2 * c.desks.payment
    assert c.treasury.paid("cooperation") == 30 == sum(case.paid for case in c.cases.all)
    check(c)


def test_what_is_asked_for_as_a_month_begins_is_paid_together_as_it_ends(bench):
    b, kind = paid_in_person(bench, 3)
    c = b.campaign

    def opens(household):
        yield 31.0
        c.open_case(kind, household, 0, cost=10)

    for household in range(3):
        c.env.process(opens(household))
    c.env.run(until=90)
    assert [(household, int(day)) for household, day in b.done] == [(0, 59), (1, 59), (2, 59)]
    assert c.desks.county_finance.routine == c.desks.payment


def test_what_goes_elsewhere_of_a_run_is_missing_for_its_own_household_only(bench):
    b, kind = paid_in_person(bench, 2)
    c = b.campaign
    c.payments.leak = lambda case, amount, part: (4 * case.entity, None)
    cases = [c.open_case(kind, household, 0, cost=10) for household in range(2)]
    c.env.run(until=60)
    assert [case.paid for case in cases] == [10, 6]
    assert (c.treasury.paid("cooperation"), c.treasury.misused("cooperation")) == (16, 4)
    check(c)


@pytest.mark.parametrize("replication", [0, 1])
def test_the_log_tells_of_as_much_money_as_the_ledger(tiny, replication):
    run = sim.run(tiny, FIRST, replication, log=True)
    told = dict.fromkeys(LINES, 0.0)
    for _, kind, _, line, yuan in run.events:
        if kind in ("money.paid", "money.returned"):
            told[line] += yuan if kind == "money.paid" else -yuan
    assert told == {line: run.lines[line]["paid"] for line in LINES}
    assert {event[3] for event in run.events if event[1] == "money.returned"} == {"cooperation", "backstop"}


@pytest.mark.parametrize(("price", "advance"), [(0, 0), (1, 1), (2, 1), (30_000, 9_000)])
def test_an_advance_is_a_yuan_at_least_and_no_more_than_the_price(bench, price, advance):
    assert bench(assumptions={"money.advance": 0.3}).campaign.payments.advance(price) == advance


def test_works_begun_without_an_advance_take_the_places_kept_for_them(tiny):
    c = start(tiny.replace(assumptions={"money.advance": {"value": 0, "outside_range": True}}), tiny.baseline, 0)
    for family in c.families:
        family.start(c)
    committed = [project for project in c.library.projects if project.committed]
    assert committed and not any(project.open for project in committed)
