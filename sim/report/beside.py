"""What other studies have left in the run folder: the report tells of it, or names the command that adds it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.ensemble.pool import RunError
from sim.ensemble.store import model_hash
from sim.report import retold
from sim.report.html.markup import Markup, joined, tag
from sim.scenario.own import hashed, versioned
from sim.study.deadlines import REPLICATE as DATES
from sim.study.effects import MORE_YUAN
from sim.study.factors import REPLICATE as SCREENED
from sim.study.sensitivity import REPLICATE as DOUBTS
from sim.words import say
from sim.words.numbers import exact_percent, money

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.study import Comparison
    from sim.study.deadlines import Deadlines
    from sim.study.effects import Effects
    from sim.study.optimise import Optimisation
    from sim.study.screening import Screening
    from sim.study.sensitivity import Sensitivity
    from sim.study.totals import Totals

#: What says how long is played and under which name, not what is played.
_ASIDE = frozenset({"title", "replications", "confidence", "indifference", "gate_none_share", "allocations"})
#: By study: how it is read back, the design that numbers its runs, which has to be today's, and whether it plays all
#: allocations, which then have to be the comparison's.
_STUDIES: dict[str, tuple[Callable[[Scenario, Any], Any], str, bool]] = {
    "ablate": (retold.effects, "", False), "deadlines": (retold.deadlines, DATES, False),
    "value": (retold.effects, "", False), "sensitivity": (retold.sensitivity, DOUBTS, False),
    "screen": (retold.screening, SCREENED, True), "totals": (retold.totals, "", True),
    "optimise": (retold.optimisation, "", True),
}  # fmt: skip


@dataclass(frozen=True)
class Beside:
    """Studies of this campaign by this model that lie in the run folder; None where one does not."""

    ablate: Effects | None = None
    deadlines: Deadlines | None = None
    value: Effects | None = None
    sensitivity: Sensitivity | None = None
    screen: Screening | None = None
    totals: Totals | None = None
    optimise: Optimisation | None = None
    #: Whether a replication of the campaign can be watched beside the report.
    replayed: bool = False


def beside(result: Comparison, folder: Path) -> Beside:
    """Read what lies in the folder."""
    found = {study: _read(result, folder / study, *how) for study, how in _STUDIES.items()}
    return Beside(**found, replayed=(folder / "replay.html").is_file())


def _read(
    result: Comparison, folder: Path, retell: Callable[[Scenario, Any], Any], design: str, whole: bool
) -> Any | None:
    """A study, if it lies there whole and is of this campaign and model; with ``whole``, of all its allocations."""
    try:
        kept, found = (json.loads((folder / f"{name}.json").read_text("utf-8")) for name in ("manifest", "summary"))
        if kept["model"] != model_hash() or (design and kept["design"] != model_hash(design)):
            return None
        if not _same(kept["scenario"], result, whole) or not _same_own(kept, result.scenario):
            return None
        return retell(result.scenario, found | {"manifest": kept})
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RunError):
        return None


def full_county(scenario: Scenario) -> Markup | None:
    """What to know of a study's sums, which are those of the full county, beside a page of a part of it."""
    if scenario.scale == 1:
        return None
    (full, total), (step, played) = ((money(yuan), money(yuan * scenario.scale))
                                     for yuan in (scenario.total_yuan, MORE_YUAN))  # fmt: skip
    scale = exact_percent(scenario.scale)
    said = say("page.full_county", scale=scale, full=full, total=total, step=step, played=played)
    return tag("p", said, class_="note")


def command(verb: str, key: str = "page.add", options: str = "") -> Markup:
    """What to type to have something added, or shown elsewhere; the page looks beside itself, wherever it lies."""
    typed = tag("code", f"python -m sim {verb} {say('page.file')} {options}".strip(), class_="command")
    left = tag("code", f"--out {say('page.folder')}/{verb}")
    parts = re.split("([\0\1])", say(key, command="\0", left="\1"))
    return joined(*({"\0": typed, "\1": left}.get(part, part) for part in parts))


def _same_own(kept: dict[str, Any], scenario: Scenario) -> bool:
    """Whether a study played the scenario's families of a researcher's own; without a version none are the same."""
    return versioned(scenario.own) and kept.get("own", "") == hashed(scenario.own)


def _same(written: dict[str, Any], result: Comparison, whole: bool = False) -> bool:
    """Whether a scenario as written into a manifest is the campaign that the comparison's baseline played.

    With ``whole``, that all its allocations played.
    """
    own = json.loads(json.dumps(result.scenario.dump()))
    first = result.scenario.baseline
    played = {key: own[key] for key in own.keys() - _ASIDE | ({"allocations"} if whole else set())}
    alike = {key: written.get(key) for key in played} == played
    return alike and written["allocations"].get(first) == own["allocations"][first]


