"""What other studies have left in the run folder: the report tells of it, or names the command that adds it."""

from __future__ import annotations

import json
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.report.page.markup import Markup, joined, tag
from sim.study.effects import Effect, Effects
from sim.study.intervals import Interval
from sim.study.store import model_hash
from sim.words import say

if TYPE_CHECKING:
    from sim.study import Comparison

#: What says how long is played and under which name, not what is played.
_ASIDE = frozenset({"title", "replications", "confidence", "indifference", "gate_none_share", "allocations"})
_INTERVALS = ("people", "incidence", "wrong_exit_rate", "county_exit", "paid_yuan", "work_days")


def ablation(result: Comparison, folder: Path) -> Effects | None:
    """The ablation of this campaign by this model, if one lies in the folder."""
    try:
        kept, found = (
            json.loads((folder / "ablate" / f"{name}.json").read_text("utf-8")) for name in ("manifest", "summary")
        )
        if kept["model"] != model_hash() or not _same(kept["scenario"], result):
            return None
        effects = tuple(map(_effect, found["effects"]))
        return Effects(
            result.scenario, found["allocation"], found["replications"], found["replications_asked"], effects,
            found["failed"], found["interrupted"],
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def command(verb: str, key: str = "page.add") -> Markup:
    """What to type to have something added, or shown elsewhere."""
    typed = tag("code", f"python -m sim {verb} {say('page.file')}", class_="command")
    before, after = say(key, command="\0").split("\0")
    return joined(before, typed, after)


def _same(written: dict[str, Any], result: Comparison) -> bool:
    """Whether a scenario as written into a manifest is the campaign that the comparison's baseline played."""
    own = json.loads(json.dumps(result.scenario.dump()))
    first = next(iter(result.scenario.allocations))
    played = {key: own[key] for key in own.keys() - _ASIDE}
    alike = {key: written.get(key) for key in played} == played
    return alike and written["allocations"].get(first) == own["allocations"][first]


def _effect(row: dict[str, Any]) -> Effect:
    intervals = {name: _interval(row[name]) for name in _INTERVALS}
    return Effect(row["system"], row["state"], differ=row["differ"], **intervals)


def _interval(ends: dict[str, Any]) -> Interval:
    low, high = ends["low"], ends["high"]
    return Interval(float(ends["mean"]), -inf if low is None else float(low), inf if high is None else float(high))
