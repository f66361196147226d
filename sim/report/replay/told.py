"""What the replay says in words: the date of each frame, what happened, what each figure is, a table of the months."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sim.report.replay.frames import STAGES
from sim.report.tables import Table, column
from sim.words import label, listed, say
from sim.words.numbers import amount, percent
from sim.words.numbers import date as written

if TYPE_CHECKING:
    from sim.report.replay.frames import Replay
    from sim.report.replay.moments import Moment
    from sim.scenario import Scenario

#: Villages named one by one.
NAMED = 4
#: Stages in which something is undone, and those in which all is done and recognition is under way.
UNDER_WAY = ("diagnosed", "filed", "approved", "funded", "built", "accepted")
MEETS = ("ready", "proposed", "verified")


@dataclass(frozen=True)
class Place:
    """A village of a replay: its township, and its number there."""

    village: int
    township: str
    rank: int
    is_due: bool
    people: int


def places(watched: Replay) -> dict[str, list[Place]]:
    """The villages of each township: those due to exit first, then from the highest incidence at the start."""
    rows = watched.run.villages
    found: dict[str, list[Place]] = {township: [] for township in dict.fromkeys(rows["township"])}
    for village in sorted(range(len(rows["due"])), key=lambda v: (-rows["due"][v], -rows["incidence_start"][v], v)):
        township = rows["township"][village]
        rank = len(found[township]) + 1
        found[township].append(Place(village, township, rank, bool(rows["due"][village]), rows["base_people"][village]))
    return found


def evening(scenario: Scenario, day: float) -> date:
    """The date of a frame: the last day that it has seen."""
    return scenario.start_date + timedelta(days=max(0, int(day) - 1))


def captions(scenario: Scenario, watched: Replay) -> list[tuple[int, str, str]]:
    """What happened, in order: the first frame that has seen it, when, and what."""
    names = {p.village: say("table.village_of", township=label("township", p.township), rank=p.rank)
             for rows in places(watched).values() for p in rows}  # fmt: skip
    found = [
        (min(bisect_right(watched.days, moment.day), len(watched.days) - 1),
         written(scenario.start_date + timedelta(days=int(moment.day))), _said(moment, names))
        for moment in watched.moments
    ]  # fmt: skip
    end = watched.run.scalars
    last = say(
        "replay.moment.end", people=int(end["registered_end_people"]), incidence=percent(end["incidence"]),
        target=percent(scenario.targets.incidence),
    )  # fmt: skip
    return [*found, (len(watched.days) - 1, written(scenario.end_date), last)]


def _said(moment: Moment, names: dict[int, str]) -> str:
    shown = listed(names[village] for village in moment.villages[:NAMED])
    more = say("replay.more") if len(moment.villages) > NAMED else ""
    return say(
        f"replay.moment.{moment.kind}", number=moment.number, count=len(moment.villages), villages=shown + more
    )


def yuan(watched: Replay) -> list[list[str]]:
    """Received, paid and idle of each frame, with their unit."""
    unit = say("money.unit")
    return [[say("replay.sum", sum=amount(part), unit=unit) for part in row] for row in watched.money]


def crews(watched: Replay) -> dict[str, list[str]]:
    """Of each sort of crews what every frame says."""
    return {
        kind: [say("replay.crews_of", busy=busy, all=every, waiting=waiting) for busy, every, waiting in rows]
        for kind, rows in watched.crews.items()
    }


def of_stages(row: tuple[int, ...] | list[int], names: tuple[str, ...]) -> int:
    """Households in some of the stages."""
    return sum(row[STAGES.index(name)] for name in names)


def months(scenario: Scenario, watched: Replay) -> Table:
    """A row for the last frame of each month."""
    days = [evening(scenario, day) for day in watched.days]
    last = {(day.year, day.month): frame for frame, day in enumerate(days) if frame}
    frames = [0, *last.values()]
    out = villages_out(watched)
    stages = [watched.stages[frame] for frame in frames]
    groups = {"under_way": UNDER_WAY, "short": ("income",), "meets": MEETS, "gone": ("exited",)}
    unit = say("money.unit")
    columns = [column(say("replay.until"), (written(days[frame]) for frame in frames), text=True)]
    columns += [
        column(say(f"replay.{name}"), (f"{of_stages(row, those):,}" for row in stages))
        for name, those in groups.items()
    ]
    gone = (str(sum(at <= frame for at in out.values())) for frame in frames)
    columns.append(column(say("replay.villages_out"), gone))
    columns.append(column(say("replay.unmet_people"), (f"{sum(watched.unmet[frame]):,}" for frame in frames)))
    for part, name in enumerate(("received_column", "paid_column", "idle_column")):
        cells = (amount(watched.money[frame][part]) for frame in frames)
        columns.append(column(say(f"replay.{name}", unit=unit), cells))
    busy = (str(sum(rows[frame][0] for rows in watched.crews.values())) for frame in frames)
    columns.append(column(say("replay.crews_column"), busy))
    return Table(say("replay.table"), tuple(columns))


def villages_out(watched: Replay) -> dict[int, int]:
    """By village that is out, the first frame that has seen it."""
    before = watched.run.villages["exited_before"]
    found = {village: 0 for village, is_out in enumerate(before) if is_out}
    for moment in watched.moments:
        if moment.kind == "villages_out":
            at = min(bisect_right(watched.days, moment.day), len(watched.days) - 1)
            found |= dict.fromkeys(moment.villages, at)
    return found
