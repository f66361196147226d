"""Assessment: double recognition, public notice, verification, announcement, and then the villages."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.campaign.exit.counts import count_villages, without
from sim.campaign.exit.durability import Durability
from sim.campaign.exit.standard import last_day, reference_items, share_limit
from sim.campaign.exit.verification import Verification, VerificationLuck
from sim.campaign.ranks import Control
from sim.county.county import POOR, Bools, Floats, Ints
from sim.kernel import Steps

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign


class AtCutoff(NamedTuple):
    """What is lacking when the last day on which works count is over.

    By registered household: whether one of the haves. By village: the households that lack the deciding item lacked
    most, and whether a reference item.
    """

    unmet: Bools
    deciding: Ints
    reference: Bools


class Reading(NamedTuple):
    """How incomes were read on a day of proposals, by registered household."""

    #: Yuan a head as the rule reads it and with the error of who read it last.
    seen: Floats
    #: Who is seen below the line; and who would be, were only what has been received counted.
    short: Bools
    strict_short: Bools
    #: Whose income reaches the line and was seen below it.
    misread: Bools
    #: Who would not be short but for what shocks took.
    short_by_shock: Bools

    @classmethod
    def none(cls, n: int) -> Reading:
        """Nobody has been read."""
        return cls(np.zeros(n), *(np.zeros(n, dtype=bool) for _ in range(4)))


class Assessment:
    """Who is proposed (the gate), who is verified in time, who is turned away, which villages exit."""

    name = "assessment"

    def start(self, c: Campaign) -> None:
        """Assess in every year."""
        self._c = c
        self.village_exits: list[bool] = [False] * c.places.villages
        #: Registered poor villages that are out, this year's included.
        self.out: list[bool] = c.county.villages.exited.tolist()
        #: Villages that were due to exit in a year of the time told of.
        self.ever_due = list(c.precedence.due)
        self._open_year()
        self._durability = Durability(c)
        c.assessment = self
        #: The year in which a household would have left, had city and region not held it back, 0 for none.
        self.held_year = np.zeros(c.register.size, dtype=np.int64)
        self.wrong = np.zeros(c.register.size, dtype=bool)
        c.hooks.on_first_day.append(self._count_villages_anew)
        c.hooks.on_new_year.append(self._renew_the_list)
        for year in c.calendar.years(c.horizon):
            c.env.process(self._year(year), rank=Control.ASSESSMENT)

    def _count_villages_anew(self) -> None:
        self.village_exits = [False] * len(self.out)
        self.ever_due = [False] * len(self.out)

    def scalars(self, c: Campaign) -> dict[str, float]:
        """Whether it lasts: what became of those who left in the run."""
        return self._durability.scalars()

    def _open_year(self) -> None:
        """Nobody is proposed, verified or turned away yet; arrays over the registered of the first day."""
        n = self._c.register.size
        self._verification = Verification(self._c)
        self.proposed = np.zeros(n, dtype=bool)
        self.reading = Reading.none(n)
        #: Who was proposed, in turn.
        self.in_turn: list[int] = []
        #: Who was ready when the list had no room left.
        self.left_out = np.zeros(n, dtype=bool)

    @property
    def passed(self) -> Bools:
        """Who has come through verification, by registered household."""
        return self._verification.passed

    @property
    def turned_away(self) -> Bools:
        """Who was turned away on the way, by registered household."""
        return self._verification.turned_away

    def _year(self, year: int) -> Steps:
        c, p = self._c, self._c.p
        first = c.calendar.day_of_year(year, p["assessment.double_check_day"])
        if first >= c.horizon or first < c.env.now:
            return
        yield first - c.env.now
        self._open_year()
        luck = VerificationLuck(c, year)
        self._propose(luck)
        last = last_day(c, year, "household")
        if c.rules.second_look:
            c.env.process(self._look_again(last), rank=Control.ASSESSMENT)
        yield max(0.0, last - c.env.now)
        if self._verification.seen_again:
            luck.read_again(self._verification.seen_again)
        self._propose(luck)
        announced = c.calendar.day_of_year(year, p["assessment.announce_day"])
        over = last_day(c, year, "village")
        yield max(0.0, min(over, announced) - c.env.now)
        lacking = self._at_cutoff()
        yield max(0.0, announced - c.env.now)
        self._announce(lacking)
        yield 2.0
        self._villages(year, lacking)
        yield c.year_end - c.env.now
        self._look_back(year)

    def _look_back(self, year: int) -> None:
        """When the year is over its income is known: who left without it, or lacking something, left wrongly.

        Only of the last year: as another begins posts end, and who lives by one would count as without a source.
        """
        c, n = self._c, self._c.register.size
        if year == c.last_year:
            out = c.register.exit_year[:n] == year
            self.wrong = out & ((c.income.year_total[:n] < c.line_of_poverty(year)) | c.lacks.unmet())
        self._durability.look_back(year)

    def _renew_the_list(self) -> None:
        """The villages due in a new year are those next in line, and those that its own time still owes."""
        c, owed = self._c, [] if self._c.env.now == self._c.first_day else self._c.precedence.due
        poor, people, _ = count_villages(c)
        c.precedence.change(c.precedence.villages_due(poor / people, self.out, owed))
        self.ever_due = [before or now for before, now in zip(self.ever_due, c.precedence.due, strict=True)]

    def _propose(self, luck: VerificationLuck) -> None:
        """Of those seen to be ready, the list takes due villages and higher incomes first until it is full."""
        c, n = self._c, self._c.register.size
        expected = c.income.annual(n)
        self.reading = self._read(expected, luck)
        ready = np.flatnonzero(c.register.poor(n) & ~c.lacks.unmet() & ~self.reading.short & ~self.proposed)
        room = self._room()
        if c.record.on:
            self._say_how_they_stand()
        practised = expected * luck.error
        in_turn = ready[np.lexsort((-practised[ready], ~np.array(c.precedence.due)[c.register.village[ready]]))]
        listed: dict[int, list[int]] = {}
        village_of, logged = c.register.village_of, c.record.on
        for household, people in zip(in_turn.tolist(), c.register.people[in_turn].tolist(), strict=True):
            if people <= room:
                room -= people
                listed.setdefault(village_of[household], []).append(household)
                self.in_turn.append(household)
                if logged:
                    c.record.household(c.env.now, "household.proposed", household)
        self.proposed[self.in_turn] = True
        self._verification.begin(listed, (expected < c.line_of_poverty(luck.year)).tolist(), luck)
        self.left_out[ready] = ~self.proposed[ready]

    def _read(self, expected: Floats, luck: VerificationLuck) -> Reading:
        """Hold incomes against the line, as the rule reads them and with an error; ``expected`` is that of the year."""
        c, n, line = self._c, self._c.register.size, self._c.line_of_poverty(luck.year)
        received, is_strict = c.income.so_far()[:n], c.rules.income_reading == "strict"
        income = received if is_strict else expected
        seen = income * luck.error
        short = seen < line
        by_shock = short & (seen + c.income.taken(is_strict)[:n] * luck.error >= line)
        return Reading(seen, short, received * luck.error < line, short & (income >= line), by_shock)

    def _look_again(self, last: float) -> Steps:
        """The county visits those with all the haves whom the villages read short, nearest to the line first.

        Whom it has seen when the list is closed is read with its error then, for better or worse. Nobody is visited
        for whom the list has no room.
        """
        c, n = self._c, self._c.register.size
        fits = c.register.people[:n] <= self._room()
        short = np.flatnonzero(c.register.poor(n) & ~c.lacks.unmet() & self.reading.short & ~self.proposed & fits)
        in_turn = short[np.argsort(-self.reading.seen[short], kind="stable")]
        yield from self._verification.visit_again(in_turn.tolist(), last)

    def _say_how_they_stand(self) -> None:
        """Write into the log what each registered household's income is seen to be, and what it falls short of."""
        c, lacking, read = self._c, self._c.lacks.unmet(), self.reading
        for household in np.flatnonzero(c.register.poor(len(lacking)) & ~self.proposed).tolist():
            code = "short" if read.short[household] else "lacking" if lacking[household] else "ready"
            c.record.household(c.env.now, "household.assessed", household, code, float(read.seen[household]))

    def _room(self) -> float:
        """People that may still be proposed: the plan times the overshoot, or no limit."""
        c = self._c
        if c.gate == "none":
            return float("inf")
        already = int(c.register.people[: c.register.size][self.proposed].sum())
        return c.targets.people * c.scale * c.p["gate.overshoot"] - already

    def _announce(self, lacking: AtCutoff) -> None:
        """Who passed leaves, having all at the cut-off and still."""
        c, n = self._c, self._c.register.size
        unmet = lacking.unmet | c.lacks.unmet()
        may = c.register.poor(n) & ~unmet & ~np.array(c.cards.known, dtype=bool)
        self.held_year[self._verification.held & may] = c.this_year
        out = self.passed & may
        c.register.leave(out, c.this_year)
        for household in np.flatnonzero(out).tolist() if c.record.on else ():
            c.record.household(c.env.now, "household.exited", household)
        c.counts["exits_people"] += int(c.register.people[:n][out].sum())
        c.counts["exits_households"] += int(out.sum())

    def _villages(self, year: int, lacking: AtCutoff) -> None:
        """Villages are judged by what they had at the cut-off, and by the people on the register now."""
        c, size = self._c, self._c.places.villages
        held = c.luck("verify.village", size, year) < c.p["gate.held_back_villages"]
        counts = count_villages(c)
        for village, tier in enumerate(c.places.tier):
            if tier > POOR or self.out[village] or not (c.gate == "none" or c.precedence.due[village]):
                continue
            short = "held" if held[village] else self._village_lacks(village, *counts, lacking)
            if not short:
                self.village_exits[village] = self.out[village] = True
            c.record.add(c.env.now, "village.stayed" if short else "village.exited", f"village.{village}", short)

    def _at_cutoff(self) -> AtCutoff:
        """Take stock of what households and villages lack."""
        c = self._c
        reference = np.any([c.lacks.village[item] for item in reference_items(c)], axis=0)
        return AtCutoff(c.lacks.unmet(), np.max([*without(c).values()], axis=0), reference)

    def _village_lacks(self, village: int, poor: Ints, people: Ints, households: Ints, lacking: AtCutoff) -> str:
        """Say what keeps a village from leaving, '' if nothing does."""
        c = self._c
        if poor[village] >= c.p["rule.incidence_limit"] * people[village]:
            return "incidence"
        if lacking.deciding[village] > (1.0 - share_limit(c)) * int(households[village]):
            return "deciding"
        return "reference" if c.rules.reference_items_block == "on" and lacking.reference[village] else ""
