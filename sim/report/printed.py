"""What the verb of a study prints of its result, when it was played and when its folder is opened again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sim.report import (
    ablation,
    answer,
    backcast,
    calibration,
    changed,
    comparison,
    optimise,
    projects,
    schedule,
    screening,
    sensitivity,
    totals,
    value,
)
from sim.words import say

if TYPE_CHECKING:
    from sim.report.tables import Table

Parts = list["Table | str"]


def printed(study: str, result: Any) -> Parts:
    """Return tables and lines of text in their order."""
    if study == "compare":
        whole = bool(result.allocations)
        said = [*answer.lines(result), *(projects.findings(result) if whole else ())]
        return ["\n".join(said), *(comparison.tables(result) if whole else ())]
    if study == "totals" and not result.comparisons:
        return [say("answer.nothing")]
    return [*changed.line(result.scenario), *_told(study, result)]


def _told(study: str, result: Any) -> Iterable[Table | str]:
    match study:
        case "ablate":
            return ablation.parts(result)
        case "value":
            return value.value(result), value.finding(result)
        case "deadlines":
            return schedule.parts(result)
        case "backcast":
            return (backcast.backcast(result),)
        case "sensitivity":
            return sensitivity.sensitivity(result)
        case "calibrate":
            return calibration.calibration(result)
        case "totals":
            return totals.parts(result)
        case "screen":
            return screening.finding(result), *screening.tables(result)
        case "optimise":
            lines, pasted = "\n".join(optimise.lines(result)), optimise.allocation_text(result).rstrip()
            return lines, *optimise.tables(result), pasted
    raise ValueError(f"study(={study!r}) prints nothing")
