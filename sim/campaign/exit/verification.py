"""Verification: who is proposed is recognised at home, checked, announced on a notice, and looked at again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.campaign.desks import minutes
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign

#: Where a proposal is turned away: not signed, objected to on the notice, by the county, by the city or the region.
TURNED_AWAY = ("refused", "objected", "county", "held")


class VerificationLuck:
    """What chance has in store for each registered household that is proposed in a year.

    With what error income is seen, whether a wrong file is; whether a householder who is short would not sign, whether
    and when on the notice somebody objects, whether the county looks again and with what error, whether the city and
    the region hold it back.
    """

    def __init__(self, c: Campaign, year: int) -> None:
        self._c, self.year, n = c, year, c.register.size

        def below(purpose: str, share: str) -> list[bool]:
            found: list[bool] = (c.luck(purpose, n, year) < c.p[share]).tolist()
            return found

        self.error = c.income.misread("income.assessed", year)
        self.seen = below("register.seen", "people.file_noticed")
        self.refuses = below("verify.refuses", "verification.refuses")
        self.objected = below("verify.objection", "verification.objection")
        self.objected_after: list[float] = c.luck("verify.objection_day", n, year).tolist()
        self.sampled = below("verify.county", "verification.county_sample")
        self.error_again: list[float] = c.income.misread("verify.again", year).tolist()
        self.held = below("verify.held", "gate.held_back_people")

    def read_again(self, households: list[int]) -> None:
        """Let the error of a second look take the place of the first for these households."""
        self.error[households] = self._c.income.misread("income.second_look", self.year)[households]


class Verification:
    """Takes proposed households through recognition, township check, notice and second looks, in time or not.

    By registered household: who has ``passed``, and who was ``turned_away``; of these who was ``held`` back by city
    and region, having passed all else in time.
    """

    def __init__(self, c: Campaign) -> None:
        self._c, self._visit = c, minutes(c.p["people.visit_days"])
        self.passed, self.turned_away, self.held = (np.zeros(c.register.size, dtype=bool) for _ in range(3))
        self._own_short: list[bool] = []
        #: Whom the county has looked at again by the last day on which that counts.
        self.seen_again: list[int] = []

    def begin(self, listed: dict[int, list[int]], own_short: list[bool], luck: VerificationLuck) -> None:
        """Start on who is listed, by village; ``own_short`` says who is short by the family's own account."""
        self._own_short = own_short
        for village, households in listed.items():
            self._c.env.process(self._verify(village, sorted(households), luck), rank=village)

    def visit_again(self, in_turn: list[int], last: float) -> Steps:
        """The county's teams visit one after another, each as it has nothing else to do, as long as the day allows."""
        env, desk = self._c.env, self._c.desks.county_verifiers
        for household in in_turn:
            while busy := desk.backlog():
                yield busy
            if env.now + desk.days(self._visit) > last:
                return
            self._c.record.household(env.now, "household.seen_again", household)
            desk.book(self._visit)
            self.seen_again.append(household)

    def _verify(self, village: int, households: list[int], luck: VerificationLuck) -> Steps:
        """Village groups and households recognise the exit together, the township checks each, a public notice stands.

        A householder who is short by the family's own account may refuse to sign. A wrong file that the township sees
        or knows of is mended first. Who is objected to, or falls into the county's sample, is looked at again.
        """
        c, cards, desks, env = self._c, self._c.cards, self._c.desks, self._c.env
        desk, station = desks.verifiers[village], desks.station[c.places.township[village]]
        notice_days = c.p["assessment.notice_days"]
        announced = c.calendar.day_of_year(luck.year, c.p["assessment.announce_day"])
        refuses, seen, objected, sampled = luck.refuses, luck.seen, luck.objected, luck.sampled
        begin = env.now + c.hooks.meeting(village)
        for days, household in zip(desk.book_each(self._visit, len(households)), households, strict=True):
            visited = begin + days
            if visited > env.now:
                yield visited - env.now
            if refuses[household] and self._own_short[household] and c.rules.double_recognition:
                self._turn_away(household, "refused")
                continue
            if (seen[household] or cards.known[household]) and cards.wrong_file(household):
                cards.notice(household)
                checked = station.book(desks.listing + (desks.mend if cards.mends else 0))
                if not cards.mends:
                    continue
                cards.mend(household)
            else:
                checked = station.book(desks.listing)
            ends = env.now + checked + notice_days
            if objected[household]:
                told = checked + notice_days * luck.objected_after[household]
                env.process(self._look_again(village, household, ends, luck), rank=village, delay=told)
            elif sampled[household] and c.rules.county_check:
                env.process(self._look_again(village, household, ends, luck), rank=village, delay=checked)
            elif ends <= announced:
                self._decide(household, luck, ends)

    def _look_again(self, village: int, household: int, ends: float, luck: VerificationLuck) -> Steps:
        """An objection is looked into by the village group, a household of the sample visited by the county's team."""
        c = self._c
        announced = c.calendar.day_of_year(luck.year, c.p["assessment.announce_day"])
        if luck.objected[household]:
            yield c.desks.verifiers[village].book(self._visit)
            if self._falls_short(household, luck.year, luck.error_again[household]):
                self._turn_away(household, "objected")
                return
        if luck.sampled[household] and c.rules.county_check:
            yield c.desks.county_verifiers.book(self._visit)
            if self._falls_short(household, luck.year, luck.error_again[household]):
                self._turn_away(household, "county")
                return
        yield max(0.0, ends - c.env.now)
        if c.env.now <= announced:
            self._decide(household, luck, c.env.now)

    def _falls_short(self, household: int, year: int, error: float) -> bool:
        """Whether a household's income, read as the rule says and seen with an error, is below the line."""
        c = self._c
        strict = c.rules.income_reading == "strict"
        income = float(c.income.so_far()[household]) if strict else c.income.annual_of(household)
        return income * error < c.line_of_poverty(year)

    def _decide(self, household: int, luck: VerificationLuck, day: float) -> None:
        """What has passed at home, its notice being over that ``day``, goes to city and region, who hold some back."""
        if luck.held[household]:
            self.held[household] = True
            self._turn_away(household, "held", day)
            return
        self.passed[household] = True
        if self._c.record.on:
            self._c.record.household(day, "household.verified", household)

    def _turn_away(self, household: int, where: str, day: float | None = None) -> None:
        c = self._c
        self.turned_away[household] = True
        c.counts[f"turned_away_{where}"] += int(c.register.people[household])
        if c.record.on:
            c.record.household(c.env.now if day is None else day, "household.turned_away", household, where)
