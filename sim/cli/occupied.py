"""A folder of results is not written over by those of another study or scenario."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from sim.cli.usage import UsageError
from sim.words import say

#: The study of a scenario's own folder, and what is left by many scenarios in one go.
COMPARE, MANY = "compare", "across.csv"


def refuse_other(folder: Path, study: str, scenario: str) -> None:
    """Raise `UsageError` where the folder holds results that this study of this scenario would write over."""
    if (folder / MANY).is_file():
        _refuse(folder, say("usage.other_many"), folder / scenario / ("" if study == COMPARE else study))
    kept = _manifest(folder)
    other, name = _study(kept), _name(kept)
    if name not in (None, scenario):
        _refuse(folder, say("usage.other_scenario", name=name), None)
    if other not in (None, study):
        _refuse(folder, say("usage.other_study", study=other), folder / study if other == COMPARE else None)


def refuse_single(folder: Path) -> None:
    """Raise `UsageError` where the folder for many scenarios is one that holds a study of a single one."""
    kept = _manifest(folder)
    if study := _study(kept):
        _refuse(folder, say("usage.other_single_study", study=study), None)
    if _name(kept):
        _refuse(folder, say("usage.other_single"), None)


def _refuse(folder: Path, why: str, better: Path | None) -> None:
    raise UsageError("--out", str(folder), why + (say("usage.instead", folder=better) if better else ""))


def _manifest(folder: Path) -> dict[str, object]:
    with suppress(OSError, ValueError):
        found = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return found if isinstance(found, dict) else {}
    return {}


def _study(kept: dict[str, object]) -> str | None:
    """The study that left it; others leave files of that name too, which say nothing of a study."""
    study = kept.get("study")
    return study if isinstance(study, str) else None


def _name(kept: dict[str, object]) -> str | None:
    scenario = kept.get("scenario")
    name = scenario.get("name") if isinstance(scenario, dict) else None
    return name if isinstance(name, str) else None
