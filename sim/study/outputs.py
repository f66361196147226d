"""Files of a comparison; nothing in them but timing.json depends on clock, machine, folder or workers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.scenario.names import KINDS
from sim.study import propose
from sim.study.files import write_csv, write_json, write_manifest
from sim.study.gates import other_gate
from sim.study.projects_back import projects_back
from sim.study.summary import as_rows

if TYPE_CHECKING:
    from sim.record import Run
    from sim.study.compare import Comparison
    from sim.study.summary import Summary

#: What a project of the list comes to; all else tells it from others.
COMES_TO = ("places", "cost_yuan", "households")


def write(comparison: Comparison, folder: Path, seconds: float | None = None) -> None:
    """Write every table of the comparison; each file appears whole or not at all."""
    write_manifest(comparison.scenario, "compare", folder)
    write_summary(comparison, folder)
    write_csv(folder / "replications.csv", _replications(comparison))
    write_csv(folder / "villages.csv", _each(comparison, lambda run: as_rows(run.villages)))
    write_csv(folder / "monthly.csv", _each(comparison, _monthly))
    write_csv(folder / "why_not.csv", _each(comparison, lambda run: run.why_not))
    write_csv(folder / "lines.csv", _each(comparison, _lines))
    write_csv(folder / "projects.csv", _projects(comparison))
    write_csv(folder / "propose.csv", _propose(comparison))
    write_csv(folder / "projects_back.csv", (back.row() for back in projects_back(comparison)))
    if seconds is not None:
        write_json(folder / "timing.json", {"seconds": seconds, "cores": os.cpu_count()})


def write_summary(comparison: Comparison, folder: Path) -> None:
    """Write summary.json alone."""
    write_json(folder / "summary.json", summary(comparison))


def summary(comparison: Comparison) -> dict[str, Any]:
    """Return the content of summary.json."""
    return {
        "scenario": comparison.scenario.name,
        "seed": comparison.scenario.seed,
        "replications": comparison.replications,
        "replications_asked": comparison.asked,
        "interrupted": comparison.interrupted,
        "failed": comparison.failed,
        "target_incidence": comparison.scenario.targets.incidence,
        "allocations": [_allocation(s) for s in comparison.allocations],
        "other_gate": {
            "gate": other_gate(comparison.scenario.gate),
            "replications": comparison.other_replications,
            "differences": [asdict(d) for d in comparison.other_gate],
        },
        "differences": [asdict(d) for d in comparison.differences],
        "best": comparison.best,
        "selection": _selection(comparison),
        "cannot_be_told_apart": list(comparison.alike),
        "same_money": [list(pair) for pair in comparison.same_money],
    }


def _selection(comparison: Comparison) -> dict[str, Any] | None:
    """Return how the choice was settled, or what ended the run before it was; None where a number was asked for."""
    selection = comparison.selection
    if selection is None:
        return None
    ended = selection.reason or ("interrupted" if comparison.interrupted else "cap")
    content = {key: value for key, value in asdict(selection).items() if key != "reason"}
    return {**content, "settled": selection.settled, "ended": ended, "cap": comparison.scenario.replications}


def _allocation(s: Summary) -> dict[str, Any]:
    content = asdict(s)
    content["exits"] = {who: interval["mean"] for who, interval in content["exits"].items()}
    return content


def _replications(comparison: Comparison) -> Iterable[Mapping[str, Any]]:
    for kept in (comparison.runs, comparison.other_runs):
        for name, runs in kept.items():
            for run in runs:
                scalars = dict(sorted(run.scalars.items()))
                yield {"allocation": name, "replication": run.replication, "gate": run.gate, **scalars}


def _each(
    comparison: Comparison, rows_of: Callable[[Run], Iterable[Mapping[str, Any]]]
) -> Iterable[Mapping[str, Any]]:
    """The rows that each run has of something, with whose they are."""
    for name, runs in comparison.runs.items():
        for run in runs:
            for row in rows_of(run):
                yield {"allocation": name, "replication": run.replication, **row}


def _monthly(run: Run) -> Iterable[Mapping[str, Any]]:
    return ({"month": month, **row} for month, row in enumerate(as_rows(run.monthly)))


def _lines(run: Run) -> Iterable[Mapping[str, Any]]:
    return ({"line": line, **parts} for line, parts in run.lines.items())


def _projects(comparison: Comparison) -> Iterable[Mapping[str, Any]]:
    """The list that the rule made of each allocation in replication 0; what is not under way starts once that acts."""
    scenario = comparison.scenario
    for name, runs in comparison.runs.items():
        first = name == scenario.baseline
        start = str(scenario.start_date if first else scenario.decide_on or scenario.start_date)
        for run in runs:
            for listed in _each_once(run.projects):
                begun = listed["under_way"]
                yield {"allocation": name, "replication": run.replication, **listed, "start": "" if begun else start}


def _each_once(projects: Mapping[str, Sequence[Any]]) -> Iterable[dict[str, Any]]:
    """One row for what several years have under way of a kind in a place, as a list that is read knows it.

    Rows for households add up; a village or a hamlet stays one place for the same households.
    """
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for listed in as_rows(projects):
        first = found.setdefault(tuple(value for name, value in listed.items() if name not in COMES_TO), listed)
        if first is not listed:
            _, of = KINDS.get(listed["kind"], ("", "household"))
            together = sum if of == "household" else max
            first["cost_yuan"] += listed["cost_yuan"]
            first["places"] = together((first["places"], listed["places"]))
            first["households"] = round(together((first["households"], listed["households"])), 1)
    return found.values()


def _propose(comparison: Comparison) -> Iterable[Mapping[str, Any]]:
    for name, runs in comparison.runs.items():
        if propose.recorded(comparison.scenario, runs):
            yield from propose.propose(comparison.scenario, name, runs).rows()
