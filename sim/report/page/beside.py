"""What other studies have left in the run folder: the report tells of it, or names the command that adds it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sim.ensemble.pool import RunError
from sim.ensemble.store import model_hash
from sim.report.page import retold
from sim.report.page.markup import Markup, joined, tag
from sim.statistics.intervals import Interval
from sim.study.deadlines import REPLICATE as DATES
from sim.study.deadlines import Chance, Deadlines
from sim.study.effects import MORE_YUAN, Effect, Effects
from sim.study.factors import REPLICATE as SCREENED
from sim.study.optimise import Optimisation
from sim.study.schedule import last_day
from sim.study.screening import Screening
from sim.study.sensitivity import REPLICATE as DOUBTS
from sim.study.sensitivity import Influence, Part, Sensitivity
from sim.study.totals import Totals
from sim.words import say
from sim.words.numbers import money, percent

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.study import Comparison

#: What says how long is played and under which name, not what is played.
_ASIDE = frozenset({"title", "replications", "confidence", "indifference", "gate_none_share", "allocations"})
Study = TypeVar("Study", Effects, Deadlines, Sensitivity, Screening, Totals, Optimisation)
_INTERVALS = ("people", "incidence", "wrong_exit_rate", "county_exit", "paid_yuan", "work_days")


@dataclass(frozen=True)
class Beside:
    """Studies of this campaign by this model that lie in the run folder; None where one does not."""

    ablated: Effects | None = None
    dates: Deadlines | None = None
    valued: Effects | None = None
    doubts: Sensitivity | None = None
    #: Whether a replication of the campaign can be watched beside the report.
    replayed: bool = False
    screened: Screening | None = None
    at_totals: Totals | None = None
    searched: Optimisation | None = None


def beside(result: Comparison, folder: Path) -> Beside:
    """Read what lies in the folder."""
    return Beside(
        _read(result, folder / "ablate", _effects), _read(result, folder / "deadlines", _deadlines, DATES),
        _read(result, folder / "value", _effects), _read(result, folder / "sensitivity", _sensitivity, DOUBTS),
        (folder / "replay.html").is_file(),
        _read(
            result, folder / "screen", lambda played, found: retold.screening(played.scenario, found), SCREENED,
            whole=True,
        ),
        _read(result, folder / "totals", lambda played, found: retold.totals(played.scenario, found), whole=True),
        _read(result, folder / "optimise", _searched, whole=True),
    )  # fmt: skip


def _read(
    result: Comparison, folder: Path, made: Callable[[Comparison, Any], Study], design: str = "", whole: bool = False
) -> Study | None:
    """A study, if it lies there whole and is of this campaign and model; with ``whole``, of all its allocations.

    Where a ``design`` numbers its runs, it has to be today's.
    """
    try:
        kept, found = (json.loads((folder / f"{name}.json").read_text("utf-8")) for name in ("manifest", "summary"))
        if kept["model"] != model_hash() or (design and kept["design"] != model_hash(design)):
            return None
        if not _same(kept["scenario"], result, whole):
            return None
        return made(result, found | {"manifest": kept} if whole else found)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RunError):
        return None


def _searched(result: Comparison, found: Any) -> Optimisation:
    return retold.optimisation(result.scenario, found, found["manifest"]["budget"])


def _effects(result: Comparison, found: Any) -> Effects:
    return Effects(
        result.scenario, found["allocation"], found["replications"], found["replications_asked"],
        tuple(map(_effect, found["effects"])), found["failed"], found["interrupted"],
    )  # fmt: skip


def _deadlines(result: Comparison, found: Any) -> Deadlines:
    chances = tuple(
        Chance(row["work"], date.fromisoformat(row["begin"]), row["cases"], _ends(row, "chance"))
        for row in found["chances"]
    )  # fmt: skip
    safe = {work: None if day is None else date.fromisoformat(day) for work, day in found["last_safe"].items()}
    return Deadlines(
        result.scenario, found["allocation"], found["replications"], found["replications_asked"], chances, safe,
        found["failed"], found["interrupted"], tuple(map(last_day, found["schedule"])),
    )  # fmt: skip


def _sensitivity(result: Comparison, found: Any) -> Sensitivity:
    parts = tuple(
        Part(row["quantity"], row["group"], _ends(row, "left"), _ends(row, "share"))
        for row in found["spread"]
    )  # fmt: skip
    first, second = found["leaders"] or ("", "")
    return Sensitivity(
        result.scenario, found["vectors"], found["vectors_asked"], (first, second) if second else None,
        {row["quantity"]: row["sd"] for row in found["spread"]}, parts,
        tuple(Influence(**row) for row in found["influences"]), found["values_varied"], found["failed"],
        found["interrupted"],
    )  # fmt: skip


def full_county(scenario: Scenario) -> Markup | None:
    """What to know of a study's sums, which are those of the full county, beside a page of a part of it."""
    if scenario.scale == 1:
        return None
    (full, total), (step, played) = ((money(yuan), money(yuan * scenario.scale))
                                     for yuan in (scenario.total_yuan, MORE_YUAN))  # fmt: skip
    said = say("page.full_county", scale=percent(scenario.scale, 0), full=full, total=total, step=step, played=played)
    return tag("p", said, class_="note")


def command(verb: str, key: str = "page.add", options: str = "") -> Markup:
    """What to type to have something added, or shown elsewhere; the page looks beside itself, wherever it lies."""
    typed = tag("code", f"python -m sim {verb} {say('page.file')} {options}".strip(), class_="command")
    left = tag("code", f"--out {say('page.folder')}/{verb}")
    parts = re.split("([\0\1])", say(key, command="\0", left="\1"))
    return joined(*({"\0": typed, "\1": left}.get(part, part) for part in parts))


def _same(written: dict[str, Any], result: Comparison, whole: bool = False) -> bool:
    """Whether a scenario as written into a manifest is the campaign that the comparison's baseline played.

    With ``whole``, that all its allocations played.
    """
    own = json.loads(json.dumps(result.scenario.dump()))
    first = result.scenario.baseline
    played = {key: own[key] for key in own.keys() - _ASIDE | ({"allocations"} if whole else set())}
    alike = {key: written.get(key) for key in played} == played
    return alike and written["allocations"].get(first) == own["allocations"][first]


def _ends(row: dict[str, Any], name: str) -> Interval:
    """An interval that stands flat in a row."""
    return retold.interval({"mean": row[name], "low": row[f"{name}_low"], "high": row[f"{name}_high"]})


def _effect(row: dict[str, Any]) -> Effect:
    intervals = {name: retold.interval(row[name]) for name in _INTERVALS}
    return Effect(row["system"], row["state"], differ=row["differ"], **intervals)
