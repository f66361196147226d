"""Who is proposed, verified, turned away and let go; which villages exit; what the county's test looks at."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.campaign import start
from sim.campaign.desks import minutes
from sim.campaign.exit.assessment import Assessment
from sim.campaign.exit.verification import Verification, VerificationLuck
from sim.campaign.results.outcome import _nine_haves, _readings, _verdict
from sim.record import Record
from tests.campaign.conftest import FIRST, at_work, first_of, set_in


@pytest.fixture
def autumn(bench, still):
    """A county in which everybody has the eight haves and twice the line, on the eve of assessment."""

    def make(*families, **changes):
        b = bench(Assessment, *families, assumptions={**still, **changes.pop("assumptions", {})}, **changes)
        c = b.campaign
        for item in c.lacks.household:
            c.lacks.household[item][:] = False
        for item in c.lacks.hamlet:
            c.lacks.hamlet[item][:] = False
        for item in c.lacks.village:
            c.lacks.village[item][:] = False
        c.income.base[:] = 0.0
        c.income.received[:] = 0.0
        c.income.rate[:] = 2 * c.line_of_poverty(2018) * c.register.people[: c.register.known] / 365
        c.income.start()
        return at_work(c)

    return make


def played(c):
    c.env.run(until=c.horizon)
    return c.families[0]


def test_who_has_everything_leaves(autumn):
    c = autumn(gate="none")
    played(c)
    assert (c.register.status[: c.register.size] == 2).all()
    assert c.counts["exits_households"] == c.register.size


def test_income_below_the_line_keeps_a_household_in(autumn):
    c = autumn(gate="none")
    c.income.rate[0] = 0.9 * c.line_of_poverty(2018) * c.register.people[0] / 365
    a = played(c)
    assert c.register.status[0] == 1 and a.reading.short[0] and not a.proposed[0]


@pytest.mark.parametrize("item", ["housing", "road", "water", "education", "insurance", "income_source", "television"])
def test_what_is_lacking_in_november_keeps_a_household_in(autumn, item):
    c = autumn(gate="none")
    c.lacks.household[item][0] = True
    a = played(c)
    assert c.register.status[0] == 1 and not a.proposed[0]


def test_what_is_lost_after_verification_keeps_a_household_in(autumn):
    c = autumn(gate="none")
    c.env.run(until=c.p["assessment.cutoff_day"] + 5)
    c.lacks.household["income_source"][0] = True
    a = played(c)
    assert a.proposed[0] and a.passed[0] and c.register.status[0] == 1


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("lost_on", [320.0, 330.0])
def test_what_was_lost_and_is_there_again_counts_if_it_is_by_the_cut_off(autumn, lost_on, late):
    """Both households were proposed in the first place; the second never lost anything."""
    c = autumn(gate="none")
    c.env.run(until=lost_on)
    c.lacks.household["income_source"][0] = True
    c.env.run(until=c.p["assessment.cutoff_day"] + (0.5 if late else -0.5))
    c.lacks.household["income_source"][0] = False
    a = played(c)
    assert a.passed[:2].all() and c.register.status[:2].tolist() == [1 if late else 2, 2]


@pytest.mark.parametrize("after", [0.5, 6.5, 7.5])
def test_nobody_leaves_by_what_is_accepted_when_the_last_are_proposed(autumn, after):
    """Up to the cut-off, seven days later, and beyond it."""
    c = autumn(gate="none", assumptions={"assessment.notice_days": 7})
    c.lacks.household["housing"][:2] = True
    last = c.p["assessment.cutoff_day"] - 7 - 1
    c.env.run(until=last - 0.5)
    c.lacks.household["housing"][1] = False
    c.env.run(until=last + after)
    c.lacks.household["housing"][0] = False
    a = played(c)
    assert a.proposed[:2].tolist() == [False, True] and c.register.status[:2].tolist() == [1, 2]


@pytest.mark.parametrize("overshoot", [1.0, 1.2])
def test_the_list_takes_villages_due_first_then_higher_incomes_until_it_is_full(autumn, overshoot):
    targets = {"incidence": 0.0241, "people": 5000, "households": 1300, "villages": 13}
    c = autumn(targets=targets, assumptions={"gate.overshoot": overshoot})
    rng = np.random.default_rng(1)
    c.income.rate[: c.register.size] *= rng.uniform(1, 2, c.register.size)
    c.env.run(until=c.p["assessment.double_check_day"] - 2)
    (a,) = c.families
    room = a._room()
    assert room == pytest.approx(5000 * c.scale * overshoot)
    income = c.income.annual()[: c.register.size].copy()
    c.env.run(until=c.p["assessment.double_check_day"] - 1)
    due, people = np.array(c.precedence.due)[c.register.village[: c.register.size]], c.register.people[: c.register.size]
    expected = []
    for household in np.lexsort((-income, ~due)).tolist():
        if people[household] <= room:
            room -= people[household]
            expected.append(household)
    assert room < 8 and np.flatnonzero(a.proposed).tolist() == sorted(expected), "who is too many lets a smaller one pass"


def test_verification_turns_away_the_known_share(autumn):
    c = autumn(gate="none", assumptions={"gate.held_back_people": 0.5})
    a = played(c)
    n = c.register.size
    assert abs(a.turned_away.mean() - 0.5) < 4 * 0.5 / n**0.5
    assert (c.register.status[:n][a.turned_away] == 1).all()


def test_a_township_with_one_clerk_is_not_done_in_time(autumn):
    c = autumn(gate="none", assumptions={"people.station": 1, "people.listing_days": 2})
    a = played(c)
    assert a.proposed.all() and 0 < a.passed.sum() < c.register.size
    per_township = np.bincount(np.array(c.places.township)[c.register.village[: c.register.size][a.passed]], minlength=7)
    days = c.p["assessment.announce_day"] - c.p["assessment.notice_days"] - c.p["assessment.double_check_day"]
    assert per_township.max() <= days / 2 + 1


def test_a_village_group_has_one_team(autumn):
    c = autumn()
    assert [desk.members for desk in c.desks.verifiers] == c.places.hamlets


def test_who_left_with_too_little_income_in_the_end_left_wrongly(autumn):
    c = autumn(gate="none")
    c.env.run(until=c.p["assessment.announce_day"] + 1)
    c.income.received[0] -= 2 * c.line_of_poverty(2018) * c.register.people[0]
    a = played(c)
    assert a.wrong[0] and a.wrong.sum() == 1
    assert _verdict(c, 0)["wrong_exit_rate"] == pytest.approx(1 / c.register.size)


def test_who_left_and_lacks_something_in_the_end_left_wrongly(autumn):
    c = autumn(gate="none")
    c.env.run(until=c.p["assessment.announce_day"] + 1)
    c.lacks.household["water"][1] = True
    a = played(c)
    assert np.flatnonzero(a.wrong).tolist() == [1]


@pytest.mark.parametrize("item", ["housing", "insurance", "education", "electricity"])
def test_a_village_exits_unless_too_many_lack_a_deciding_item(autumn, item):
    c = autumn(gate="none")
    village = c.precedence.due.index(True)
    c.register.status[:] = np.where(c.register.status == 1, 2, c.register.status)
    (a,) = c.families
    a._villages(2018, a._at_cutoff())
    assert a.village_exits[village]
    a.village_exits[village] = a.out[village] = False
    here = np.flatnonzero(c.register.village[: c.register.size] == village)
    assert len(here) > 0.02 * (c.county.households.village == village).sum()
    c.lacks.household[item][here] = True
    a._villages(2018, a._at_cutoff())
    assert not a.village_exits[village]


def test_a_village_does_not_exit_with_a_dry_hamlet_or_three_in_a_hundred_poor(autumn):
    c = autumn(gate="none")
    (a,) = c.families
    village = c.precedence.due.index(True)
    c.register.status[:] = np.where(c.register.status == 1, 2, c.register.status)
    largest = max(np.flatnonzero(c.county.hamlets.village == village), key=lambda h: c.county.hamlets.households[h])
    c.lacks.hamlet["water"][largest] = True
    a._villages(2018, a._at_cutoff())
    assert not a.village_exits[village]
    c.lacks.hamlet["water"][largest] = False
    there = np.flatnonzero(c.county.households.village == village)
    limit = c.p["rule.incidence_limit"] * c.county.villages.base_people[village]
    poor = there[np.cumsum(c.register.people[there]) >= limit][0]
    c.register.status[there[there <= poor]] = 1
    a._villages(2018, a._at_cutoff())
    assert not a.village_exits[village]
    c.register.status[there] = 2
    a._villages(2018, a._at_cutoff())
    assert a.village_exits[village]


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("lacking", ["water", "housing", "public_services"])
def test_what_a_village_is_given_after_the_cut_off_does_not_count(autumn, lacking, late):
    """Its people are out, so that nothing else keeps it in."""
    c = autumn(gate="none", rules={"reference_items_block": True})
    village = c.precedence.due.index(True)
    c.register.status[:] = np.where(c.register.status == 1, 2, c.register.status)
    flags, there = {
        "water": (c.lacks.hamlet["water"], c.county.hamlets.village == village),
        "housing": (c.lacks.household["housing"], c.register.village[: c.register.size] == village),
        "public_services": (c.lacks.village["public_services"], np.arange(c.places.villages) == village),
    }[lacking]
    flags[there] = True
    c.env.run(until=c.p["assessment.cutoff_day"] + (0.5 if late else -0.5))
    flags[there] = False
    assert played(c).village_exits[village] is not late


def test_what_a_village_loses_after_the_cut_off_does_not_keep_it_in_but_newly_poor_do(autumn):
    c = autumn(gate="none")
    lost, poorer, *_ = (village for village, due in enumerate(c.precedence.due) if due)
    c.env.run(until=c.p["assessment.cutoff_day"] + 0.5)
    c.lacks.hamlet["water"][c.county.hamlets.village == lost] = True
    c.env.run(until=c.p["assessment.announce_day"])
    c.register.status[c.county.households.village == poorer] = 1
    a = played(c)
    assert a.village_exits[lost] and not a.village_exits[poorer]


@pytest.mark.parametrize("blocks", [False, True])
def test_reference_items_block_only_by_the_rule(autumn, blocks):
    rules = {"reference_items_block": blocks}
    c = autumn(gate="none", rules=rules)
    (a,) = c.families
    c.register.status[:] = np.where(c.register.status == 1, 2, c.register.status)
    for item in c.lacks.village:
        c.lacks.village[item][:] = True
    a._villages(2018, a._at_cutoff())
    assert any(a.village_exits) is not blocks


def test_the_county_needs_each_of_its_haves(autumn):
    c = autumn()
    assert _nine_haves(c)
    for item in ("housing", "insurance", "education", "electricity"):
        saved = c.lacks.household[item]
        c.lacks.household[item] = np.ones(c.register.size, dtype=bool)
        assert not _nine_haves(c)
        c.lacks.household[item] = saved
    for item in ("hardened_road", "public_services", "special_industry"):
        c.lacks.village[item][:] = True
        assert not _nine_haves(c)
        c.lacks.village[item][:] = False
    c.lacks.hamlet["water"][:] = True
    assert not _nine_haves(c)


@pytest.fixture
def passing(autumn):
    """A county that passes its test: everybody is out, nobody was missed; the evaluation visits every household."""
    c = autumn(gate="none", assumptions={"verification.sample_households": 1_000_000})
    played(c)
    c.county.households.income.setflags(write=True)
    c.county.households.income[c.register.status == 0] = 10_000.0
    assert _verdict(c, 0)["county_exit"] == 1
    return c


@pytest.mark.parametrize("item", ["housing", "insurance", "education", "electricity"])
def test_the_county_does_not_exit_without_the_nine_haves(passing, item):
    passing.lacks.household[item] = np.ones(passing.register.size, dtype=bool)
    assert _verdict(passing, 0)["county_exit"] == 0


def test_the_county_exits_below_the_limits_of_incidence_errors_and_recognition_only(passing):
    c, p, a = passing, passing.p, passing.assessment
    people, limit = c.county.base_people, p["rule.incidence_limit"]
    assert _verdict(c, int(limit * people) - 1)["county_exit"] == 1
    assert _verdict(c, int(limit * people) + 1)["county_exit"] == 0

    def with_share(flags, entities, share):
        flags[entities[: int(share * len(entities)) + 1]] = True
        verdict = _verdict(c, 0)
        flags[:] = False
        assert verdict["composite_incidence"] < limit
        return verdict

    out = np.flatnonzero(c.register.exit_year[: c.register.size] == 2018)
    assert with_share(a.wrong, out, p["rule.error_limit"])["county_exit"] == 0
    assert with_share(a.wrong, out, p["rule.error_limit"] / 2)["county_exit"] == 1
    income, never = c.county.households.income, np.flatnonzero(c.register.status == 0)
    few = never[np.argsort(c.register.people[never])][: int(p["rule.error_limit"] * len(never)) + 2]
    income[few] = 100.0
    verdict = _verdict(c, 0)
    assert verdict["missed_poor_rate"] > p["rule.error_limit"] and verdict["composite_incidence"] < limit
    assert verdict["county_exit"] == 0
    income[few] = 10_000.0
    a.turned_away[:] = True
    verdict = _verdict(c, 0)
    assert verdict["recognition"] < p["rule.recognition_limit"] and verdict["county_exit"] == 0


@pytest.mark.parametrize("gate", ["plan", "none"])
def test_only_by_the_plan_is_exit_for_villages_due(autumn, gate):
    c = autumn(gate=gate)
    (a,) = c.families
    c.register.status[:] = np.where(c.register.status == 1, 2, c.register.status)
    a._villages(2018, a._at_cutoff())
    candidates = [tier < 2 and not out for tier, out in zip(c.places.tier, c.county.villages.exited, strict=True)]
    assert sum(candidates) > sum(c.precedence.due) > 0
    assert a.village_exits == (candidates if gate == "none" else c.precedence.due)


def test_income_so_far_is_less_than_what_is_expected(autumn):
    c = autumn(gate="none")
    c.income.pending[0] = 10_000.0 * c.register.people[0]
    c.income.rate[0] = 0.0
    a = played(c)
    assert a.reading.strict_short[0] and not a.reading.short[0]
    assert c.register.status[0] == 2


def test_under_the_strict_rule_what_is_only_expected_does_not_count(autumn):
    c = autumn(gate="none", rules={"income_reading": "strict"})
    c.income.pending[0] = 10_000.0 * c.register.people[0]
    c.income.rate[0] = 0.0
    a = played(c)
    assert a.reading.short[0] and c.register.status[0] == 1
    assert not a.reading.short[1]


def test_the_relocated_count_where_the_rule_says(autumn):
    from sim.campaign.exit.counts import count_villages

    for place in ("origin", "site"):
        c = autumn(rules={"relocated_counted_at": place})
        site = np.array(c.places.site)[c.places.township]
        mover = first_of(c.register.village[: c.register.size] != site[c.register.village[: c.register.size]])
        set_in(c, "households", relocates={household: household == mover for household in range(c.register.size)})
        poor, people, households = count_villages(c)
        assert people.sum() == c.county.base_people
        assert poor.sum() == c.register.people[c.register.status == 1].sum()
        assert households.sum() == c.county.households.n
        home = c.register.village[mover]
        there = {site[home]: c.register.people[mover], home: -c.register.people[mover]} if place == "site" else {}
        assert (people - c.county.villages.base_people).tolist() == [there.get(v, 0) for v in range(len(people))]


def test_the_villages_next_in_line_are_chosen_as_they_are_judged(autumn):
    """Nobody is left on the register of the village that movers come from: by the rule *site* it is first in line."""
    due = {}
    for place in ("origin", "site"):
        c = autumn(rules={"relocated_counted_at": place}, targets={"villages": 1})
        c.targets = c.targets.model_copy(update={"villages": 1})
        site, home = np.array(c.places.site)[c.places.township], c.register.village[: c.register.size]
        left = next(v for v, tier in enumerate(c.places.tier) if tier < 2 and not c.assessment.out[v] and site[v] != v)
        movers = {h: bool(home[h] == left) for h in range(c.register.size)}
        set_in(c, "households", relocates=movers)
        c.lacks.household["housing"][: c.register.size][home == left] = False
        for renew in c.hooks.on_new_year:
            renew()
        due[place] = [v for v, is_due in enumerate(c.precedence.due) if is_due]
        assert (left in due[place]) == (place == "site")
    assert due["origin"] != due["site"]


def test_the_missed_poor_and_the_wrong_exits_count_in_the_composite(autumn):
    c = autumn(gate="none")
    a = played(c)
    hh = c.county.households
    hh.income.setflags(write=True)
    never = np.flatnonzero(c.register.status == 0)
    hh.income[never] = 10_000.0
    clean = _verdict(c, 0)
    assert (clean["missed_poor_rate"], clean["composite_incidence"]) == (0.0, 0.0)
    hh.income[never[:2]] = 100.0
    a.wrong[0] = True
    people = int(c.register.people[never[:2]].sum() + c.register.people[0])
    found = _verdict(c, registered=50)
    assert found["missed_poor_rate"] == pytest.approx(2 / len(never))
    assert found["composite_incidence"] == pytest.approx((50 + people) / c.county.base_people)


def test_held_back_alone_is_who_would_have_left_on_the_day(autumn):
    c = autumn(gate="none", assumptions={"gate.held_back_people": 1})
    c.lacks.household["housing"][0] = True
    c.env.run(until=c.p["assessment.announce_day"] - 2)
    c.lacks.household["income_source"][1] = True
    c.cards.known[2] = True
    a, n = played(c), c.register.size
    assert a.turned_away[1:].all() and not (c.register.status[:n] == 2).any()
    assert a.held_year[:3].tolist() == [0, 0, 0] and (a.held_year[3:] == 2018).all()
    left = int(c.register.people[:3].sum())
    assert _readings(c, int(c.register.people[:n].sum()))["incidence_before_holdbacks"] == left / c.county.base_people


def test_of_several_years_those_held_back_in_the_last_count_out(history):
    held_back = {"gate.held_back_people": {"value": 0.3, "outside_range": True}}
    c = start(history.replace(scale=0.12, assumptions=held_back), "as_it_was", 0)
    c.play()
    n, poor = c.register.size, int(c.register.people[c.register.status == 1].sum())
    held = {year: (c.assessment.held_year == year) & (c.register.status[:n] == 1) for year in (2016, 2017)}
    assert held[2016].any() and held[2017].any()
    found = _readings(c, poor)["incidence_before_holdbacks"] * c.county.base_people
    assert found == pytest.approx(poor - c.register.people[:n][held[2017]].sum())


def test_who_is_held_back_too_late_to_leave_is_not_counted_out(autumn):
    c = autumn(gate="none", assumptions={"people.station": 1, "people.listing_days": 2, "gate.held_back_people": 1})
    a = played(c)
    assert a.proposed.all() and 0 < (a.held_year > 0).sum() < c.register.size


@pytest.mark.parametrize("signs", [True, False])
def test_a_householder_who_is_short_may_refuse_to_sign(autumn, signs):
    c = autumn(gate="none", assumptions={"verification.refuses": 1, "income.measurement_sd": 0.5},
               rules={"double_recognition": signs})  # fmt: skip
    n = c.register.size
    c.income.rate[: n // 2] = 0.9 * c.line_of_poverty(2018) * c.register.people[: n // 2] / 365
    a = played(c)
    short = np.arange(n) < n // 2
    assert a.proposed[short].any()
    assert bool(a.turned_away[short & a.proposed].all()) is signs
    assert bool(a.passed[short & a.proposed].any()) is not signs
    assert not a.turned_away[~short].any()
    assert c.counts["turned_away_refused"] == int(c.register.people[:n][a.turned_away].sum())


@pytest.mark.parametrize(("rate", "where"), [("verification.objection", "objected"), ("verification.county_sample", "county")])
def test_who_is_looked_at_again_is_turned_away_where_seen_short(autumn, rate, where):
    error = {"income.measurement_sd": 0.5, "verification.county_teams": 200}
    c = autumn(gate="none", assumptions={**error, rate: 1})
    n = c.register.size
    c.income.rate[:n] = 1.1 * c.line_of_poverty(2018) * c.register.people[:n] / 365
    a = played(c)
    assert 0.2 < a.turned_away[a.proposed].mean() < 0.6, "with such an error two in five are seen short"
    assert c.counts[f"turned_away_{where}"] == int(c.register.people[:n][a.turned_away].sum())
    assert (c.register.status[:n][a.turned_away] == 1).all()
    without = played(autumn(gate="none", assumptions={**error, rate: 0}))
    assert not without.turned_away.any()


def test_without_the_county_check_nobody_is_visited_again(autumn):
    c = autumn(gate="none", assumptions={"verification.county_sample": 1}, rules={"county_check": False})
    played(c)
    assert c.desks.county_verifiers.routine == 0
    assert (c.register.status[: c.register.size] == 2).all()


def test_a_county_of_one_team_is_not_round_in_time(autumn):
    few, many = (
        autumn(gate="none", assumptions={"verification.county_sample": 1, "verification.county_teams": teams})
        for teams in (1, 10_000)
    )
    played(few)
    played(many)
    assert few.counts["exits_people"] < many.counts["exits_people"] == many.books.people.sum()
    assert few.desks.county_verifiers.routine > 0


def test_who_is_ready_when_the_list_is_full_is_left_out(autumn):
    few = {"people": 100, "households": 25, "villages": 1, "incidence": 0.0241}
    c = autumn(targets=few)
    a = played(c)
    poor = c.register.status[: c.register.size] == 1
    assert a.left_out.any() and (a.left_out[poor] | a.proposed[poor]).all()
    assert not (a.left_out & a.proposed).any()


def test_a_village_that_is_owed_stays_due_beside_those_of_the_new_year(full):
    c = start(full, FIRST, 0)
    own, out = round(c.targets.villages), c.county.villages.exited.tolist()
    share = c.register.first_people / c.county.villages.base_people
    dearest = max((v for v, tier in enumerate(c.places.tier) if tier < 2 and not out[v]), key=share.__getitem__)
    owed = [v == dearest for v in range(len(out))]
    assert not c.precedence.due[dearest] and sum(c.precedence.due) == own
    due = c.precedence.villages_due(share, out, owed)
    assert due[dearest] and sum(due) == own + 1
    out[dearest] = True
    assert sum(c.precedence.villages_due(share, out, owed)) == own, "who is out owes nothing"


def test_a_new_year_renews_who_is_due_before_its_money_is_listed(history):
    c = start(history.replace(scale=0.12), "as_it_was", 0)
    first, seen = list(c.precedence.due), []
    relist = c.library.relist

    def noted(money, needs):
        seen.append((list(c.precedence.due), {need.village for need in needs if need.due}))
        relist(money, needs)

    c.library.relist = noted
    c.play()
    ((due, wanted),) = seen
    late = [was and not out for was, out in zip(first, c.assessment.out, strict=True)]
    assert any(late) and all(now for now, owed in zip(due, late, strict=True) if owed) and sum(due) > sum(late)
    assert wanted <= {village for village, is_due in enumerate(due) if is_due}


def near_the_line(autumn, on=True, **assumptions):
    """Incomes from 0.85 to 1.15 times the line by whichever reading, seen with an error; every fifth has no house."""

    def make(reading="practised", **changes):
        wide = {"income.measurement_sd": 0.1, "verification.county_teams": 10_000, **assumptions}
        c = autumn(gate="none", assumptions=wide, rules={"second_look": on, "income_reading": reading}, **changes)
        n, p = c.register.size, c.p
        days = p["assessment.cutoff_day"] - p["assessment.notice_days"] - 1 if reading == "strict" else 365
        c.income.rate[:n] = np.linspace(0.85, 1.15, n) * c.line_of_poverty(2018) * c.register.people[:n] / days
        c.lacks.household["housing"][:n:5] = True
        return c

    return make


@pytest.fixture
def looked_at(monkeypatch):
    """By year, whom the county has looked at again."""
    found = {}
    usual = VerificationLuck.read_again

    def noted(luck, households):
        found[luck.year] = (households, luck.error.copy())
        usual(luck, households)
        found[luck.year] += (luck.error.copy(),)

    monkeypatch.setattr(VerificationLuck, "read_again", noted)
    return found


@pytest.mark.parametrize("reading", ["practised", "strict"])
def test_a_second_look_leaves_fewer_misread_and_lets_more_leave_wrongly(autumn, looked_at, reading):
    on, off = near_the_line(autumn)(reading), near_the_line(autumn, on=False)(reading)
    after, before = played(on), played(off)
    n, lacking = on.register.size, on.lacks.household["housing"][: on.register.size]
    those, _, error = looked_at[2018]
    assert not lacking[those].any() and set(np.flatnonzero(before.reading.short & ~before.proposed & ~lacking)) <= set(those)
    assert after.reading.misread[~lacking].sum() < 0.7 * before.reading.misread[~lacking].sum()
    assert (after.reading.misread == before.reading.misread)[lacking].all(), "who lacks a house is not looked at"
    assert set(np.flatnonzero(on.register.status[:n] != off.register.status[:n])) <= set(those)
    if reading == "practised":
        income, line = on.income.year_total[:n], on.line_of_poverty(2018)
        gone = (on.register.status[:n] == 2) & (off.register.status[:n] == 1)
        assert ((off.register.status[:n] == 1) | (on.register.status[:n] == 2)).all(), "nothing else has changed, so nobody loses by it"
        assert after.wrong[gone].any() and not after.wrong[gone].all()
        assert after.wrong.sum() > before.wrong.sum()
        assert (after.reading.short == (income * error < line)).all()


def test_who_is_looked_at_again_is_read_by_the_later_look_for_better_or_worse(autumn, looked_at):
    """All earn more from the second look on: some whom the village would read above the line by then stay below it."""
    c = near_the_line(autumn)()
    c.env.run(until=c.p["assessment.double_check_day"])
    c.income.received += 0.1 * c.line_of_poverty(2018) * c.income.people
    a = played(c)
    those, first, second = looked_at[2018]
    line, income = c.line_of_poverty(2018), c.income.year_total[those]
    assert (second != VerificationLuck(c, 2018).error_again)[those].all(), "nor is it the look at those who are proposed"
    assert (first != second)[those].all() and (first == second).sum() == c.register.size - len(those)
    assert ((income * first[those] >= line) & (income * second[those] < line) & ~a.proposed[those]).any()
    assert (a.proposed[those] == (income * second[those] >= line)).all()
    assert (a.reading.misread[those] == ((income >= line) & ~a.proposed[those])).all()


def test_the_county_looks_at_the_nearest_first_until_the_list_is_closed(autumn, looked_at):
    """One team, two visits a day, from the first proposals to the last day on which a notice can begin."""
    one = {"verification.county_teams": 1, "people.visit_days": 0.5, "assessment.notice_days": 7}
    c = autumn(gate="none", assumptions=one, rules={"second_look": True})
    n, line = c.register.size, c.line_of_poverty(2018)
    times = np.full(n, 2.0)
    times[:80:2], times[1:80:2] = np.linspace(0.5, 0.9, 40), 0.8
    c.income.rate[:n] = times * line * c.register.people[:n] / 365
    c.record = Record(log=True)
    played(c)
    whole = round(2 * (c.p["assessment.cutoff_day"] - 7 - c.p["assessment.double_check_day"]))
    nearest = [h for h in np.argsort(-times, kind="stable").tolist() if times[h] < 1]
    those = looked_at[2018][0]
    assert 20 < whole < 80 and len(those) == whole, "the visit that is over at the last moment counts"
    assert those[:10] == nearest[:10]
    told = [event[2] for event in c.record.events if event[1] == "household.seen_again"]
    assert told == [f"household.{household}" for household in those]
    assert set(those[10:]) <= {h for h in nearest if times[h] >= 0.8}, "next those who are alike"
    assert c.desks.county_verifiers.routine == whole * minutes(0.5), "no visit is begun that would not count"


def test_the_county_looks_again_only_when_nothing_else_waits_for_its_teams(bench, still):
    """One team, visits of half a day: what is asked for meanwhile comes before the looks that are left."""
    c = bench(Assessment, assumptions={**still, "verification.county_teams": 1, "people.visit_days": 0.5}).campaign
    verification, desk, waited = Verification(c), c.desks.county_verifiers, []

    def sample():
        yield 1.2
        for _ in range(4):
            waited.append(desk.book(minutes(0.5)))

    c.env.process(verification.visit_again(list(range(10)), 5.0))
    c.env.process(sample())
    c.env.run(until=20)
    assert waited == pytest.approx([0.8, 1.3, 1.8, 2.3]), "of the second looks one is under way"
    assert verification.seen_again == list(range(6)), "three before, three after"
    assert desk.routine == (6 + 4) * minutes(0.5)


@pytest.mark.parametrize(("people", "looked"), [(4, True), (2, False)])
def test_nobody_is_looked_at_again_for_whom_the_list_has_no_room(bench, still, people, looked):
    c = bench(Assessment, assumptions=still, rules={"second_look": True}).campaign
    (a,) = c.families
    a.start(c)
    for lacks in (*c.lacks.household.values(), *c.lacks.hamlet.values()):
        lacks[:] = False
    c.register.people[3], a.reading.short[3], a._room = 4, True, lambda: people
    asked = []
    a._verification.visit_again = lambda in_turn, last: asked.append(in_turn) or iter(())
    list(a._look_again(326.0))
    assert asked == [[3] if looked else []]


def test_the_county_takes_those_who_are_as_near_by_number(bench, still):
    c = bench(Assessment, assumptions={**still, "verification.county_teams": 1}, rules={"second_look": True}).campaign
    (a,) = c.families
    a.start(c)
    for item in c.lacks.household:
        c.lacks.household[item][:] = False
    for item in c.lacks.hamlet:
        c.lacks.hamlet[item][:] = False
    asked = []
    a._verification.visit_again = lambda in_turn, last: asked.append((in_turn, last)) or iter(())
    a.reading.short[[2, 3, 5, 8, 9]], a.proposed[8], a.reading.seen[[2, 3, 5]] = True, True, [5.0, 7.0, 7.0]
    c.lacks.household["housing"][9] = True
    list(a._look_again(326.0))
    assert asked == [([3, 5, 2], 326.0)]


@pytest.mark.parametrize("why", ["no error", "no team", "too late"])
def test_a_second_look_without_error_team_or_time_changes_nothing(autumn, why):
    late = {"assessment.cutoff_day": 320, "assessment.notice_days": 7}
    assumptions = {"no error": {"income.measurement_sd": 0}, "too late": late, "no team": {}}[why]
    ends = []
    for on in (True, False):
        c = near_the_line(autumn, on, **assumptions)()
        if why == "no team":
            while c.desks.county_verifiers._free:
                c.desks.county_verifiers.leave()
        a = played(c)
        ends.append((c.register.status.tolist(), a.in_turn, a.reading.short.tolist(), a.reading.misread.tolist(), a.wrong.tolist(), dict(c.counts)))
    assert ends[0] == ends[1]
    assert any(ends[0][2])


def test_a_second_look_is_taken_anew_in_every_year_in_which_the_rule_holds(history, looked_at):
    many = {"verification.county_teams": {"value": 1_000, "outside_range": True}}
    scenario = history.replace(scale=0.12, gate="none", assumptions=many, rules={"second_look": True})
    c = start(scenario, "as_it_was", 0)
    c.play()
    assert list(looked_at) == [2016, 2017] and all(those for those, *_ in looked_at.values())
    late, early = (looked_at[year][2] for year in (2017, 2016))
    both = sorted(set(looked_at[2016][0]) & set(looked_at[2017][0]))
    assert both and (late[both] != early[both]).all()
    assert (looked_at[2017][1][both] != early[both]).all(), "the next year the village begins with an error of its own"


def test_the_log_says_how_a_household_stands_after_the_second_look(autumn, looked_at):
    c = near_the_line(autumn)()
    c.record = Record(log=True)
    played(c)
    those = set(looked_at[2018][0])
    told = {}
    for _, kind, entity, code, number in c.record.events:
        if kind == "household.assessed":
            told.setdefault(entity, []).append((code, number))
    line = c.line_of_poverty(2018)
    again = [said for entity, said in told.items() if int(entity.rpartition(".")[2]) in those]
    assert len(again) == len(those)
    assert {said[-1][0] for said in again} == {"short", "ready"} and {said[0][0] for said in again} == {"short"}
    assert all((number < line) == (code == "short") for said in again for code, number in said if code != "lacking")


def test_the_log_says_who_passed_or_was_held_back_on_the_day_on_which_the_notice_is_over(tiny):
    held = tiny.replace(assumptions={"gate.held_back_people": {"value": 0.3, "outside_range": True}})
    run = sim.run(held, FIRST, log=True)
    days = [event[0] for event in run.events]
    proposed = {entity: day for day, kind, entity, _, _ in run.events if kind == "household.proposed"}
    waited = {
        code: [day - proposed[entity] for day, kind, entity, where, _ in run.events if kind == f"household.{code}"
               and where in ("", "held")]
        for code in ("verified", "turned_away")
    }  # fmt: skip
    notice = start(held, FIRST).p["assessment.notice_days"]
    assert days == sorted(days)
    assert all(min(each) >= notice for each in waited.values()), "of either there are some"
