"""The scenarios of a command: all files are read and checked before anything runs."""

from __future__ import annotations

import os
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli import faults, first_day, occupied, progress, units
from sim.cli.codes import DONE, INTERRUPTED
from sim.cli.usage import UsageError, nearest
from sim.scenario.problems import Problem, ScenarioError
from sim.words import language, say

if TYPE_CHECKING:
    from sim.scenario import Scenario


#: Where results are left if nothing else is said, a folder a scenario.
RUNS = Path("runs")
#: Where assumed values come from; an option each.
WAYS = ("prior", "point", "posterior")


def scenarios(chosen: Namespace) -> list[Scenario]:
    """Every file as a scenario with the options applied; raises one `ScenarioError` for all that is wrong.

    Of those that are sound as written, it is one for all of which no county can be made.
    """
    from sim.scenario import load

    loaded: list[Scenario] = []
    problems: list[Problem] = []
    for file in chosen.files:
        try:
            loaded.append(load(file))
        except ScenarioError as error:
            problems.extend(error.problems)
    if problems:
        raise ScenarioError(problems)
    found = [_with_options(scenario, chosen) for scenario in loaded]
    first_day.refuse(zip(found, chosen.files, strict=True))
    for scenario in found:
        for line in units.doubted(scenario):
            progress.note(line)
    return found


def each(
    chosen: Namespace,
    within: str,
    one: Callable[[Scenario, Path, Namespace], int],
    refuse: Callable[[Scenario, Namespace], None] | None = None,
) -> int:
    """Do one thing for every scenario in its folder; what fails costs the others nothing.

    The first that is interrupted ends the command; else the code is that of the worst.

    ``refuse`` raises `UsageError` where an option does not fit a scenario, before anything runs.
    """
    loaded = scenarios(chosen)
    if refuse is not None:
        for scenario in loaded:
            refuse(scenario, chosen)
    places = folders(loaded, chosen.out, within)
    worst = DONE
    with together(chosen):
        for scenario, folder in zip(loaded, places, strict=True):
            with faults.within(folder):
                code = one(scenario, folder, chosen)
            if code == INTERRUPTED:
                return code
            worst = max(worst, code)
    return worst


@contextmanager
def together(chosen: Namespace) -> Iterator[None]:
    """Within the block, studies play where `hands` says: on the cluster that is chosen, if one is."""
    chosen.executor = None
    if not chosen.cluster:
        yield
        return
    from sim.ensemble.cluster import cluster

    with cluster(chosen.cluster, chosen.workers) as (chosen.executor, chosen.workers):
        yield


def hands(chosen: Namespace) -> dict[str, Any]:
    """Who plays a study: an executor and how many runs it takes at once."""
    return {"executor": chosen.executor, "workers": chosen.workers}


def folders(scenarios: list[Scenario], out: Path | None, within: str = "") -> list[Path]:
    """A folder for each scenario, made and tried: `out`, or one below it for each of several."""
    if out is not None and len(scenarios) == 1:
        found = [out]
    else:
        base = RUNS if out is None else out
        found = [base / scenario.name / within for scenario in scenarios]
    times = Counter(found)
    for folder in found:
        if times[folder] > 1:
            raise UsageError("--out", str(folder), say("usage.same_out"))
    for scenario, folder in zip(scenarios, found, strict=True):
        occupied.refuse_other(folder, within or occupied.COMPARE, scenario.name)
    for folder in found:
        _prepare(folder)
    return found


def _with_options(scenario: Scenario, chosen: Namespace) -> Scenario:
    changes: dict[str, Any] = {
        key: value for key in ("replications", "seed") if (value := getattr(chosen, key, None)) is not None
    }
    ways = [way for way in WAYS if getattr(chosen, way, False)]
    if len(ways) > 1:
        raise UsageError(f"--{ways[1]}", "", say("usage.instead_of", other=f"--{ways[0]}"))
    if ways:
        changes["parameters"] = ways[0]
    if names := getattr(chosen, "allocation", None):
        for name in names:
            if name not in scenario.allocations:
                raise _no_allocation(scenario, name)
        changes["compare"] = list(dict.fromkeys(names))
    return scenario.replace(**changes) if changes else scenario


def _no_allocation(scenario: Scenario, name: str) -> UsageError:
    """What names there are, each with the title by which tables call it; either may have been meant."""
    titles = {key: plan.title.get(language(), key) for key, plan in scenario.allocations.items()}
    choices = (key if key == title else say("error.called", word=key, name=title) for key, title in titles.items())
    names = {**{title: key for key, title in titles.items()}, **{key: key for key in titles}}
    near = nearest(name, names)
    return UsageError("--allocation", name, say("usage.allocation", choices=", ".join(choices)), near and names[near])


def _prepare(folder: Path) -> None:
    """Make the folder and write to it once; what fails now would fail after all the work."""
    trial = folder / f".trial-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trial.write_bytes(b"")
        trial.unlink()
    except OSError as error:
        raise UsageError("--out", str(folder), say("usage.folder", why=faults.reason(error))) from None
