"""A run folder opened again: the study that was played there, folded anew from its store; nothing is played."""

from __future__ import annotations

import json
import platform
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from sim.ensemble.pool import Played, RunError, Task
from sim.ensemble.store import BENEATH, model_hash, reading

if TYPE_CHECKING:
    from sim.scenario import Scenario

SUMMARY, MANIFEST, SCENARIO = "summary.json", "manifest.json", "scenario.json"


class ReopenError(ValueError):
    """Why a folder cannot be opened again: a code, what is wrong, and the studies that lie ``within``."""

    def __init__(self, code: str, folder: Path, why: str = "", within: Sequence[str] = ()) -> None:
        super().__init__(f"{folder}: {code}" + (f" ({why})" if why else ""))
        self.code, self.folder, self.why, self.within = code, folder, why, tuple(within)


@dataclass(frozen=True)
class Reopened:
    """A study by its name, and its result as it was."""

    folder: Path
    study: str
    result: Any


class _Nobody(Executor):
    """Plays nothing: what failed fails as it did, and what is not in the store ends the playing."""

    def __init__(self, failed: Sequence[Sequence[Any]]) -> None:
        self._failed = {(name, gate, number): why for name, gate, number, why in failed}

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Return what is known of a task, or break off."""
        task: Task = args[0]
        known = [(name, None, self._failed.get((name, task.gate, task.replication))) for name in task.allocations]
        future: Future[Any] = Future()
        if any(why is None for _, _, why in known):
            future.set_exception(KeyboardInterrupt())
            return future
        future.set_result(Played(task.model, [(name, run, str(why)) for name, run, why in known]))
        return future


def reopen(folder: str | Path) -> Reopened:
    """Return the study of a run folder; raises `ReopenError` where there is none, or none of this model.

    Nothing in the folder is made or changed: it may lie on a disk that is read-only.
    """
    folder = Path(folder)
    kept, found = (_read(folder, name) for name in (MANIFEST, SUMMARY))
    if own := kept.get("own_families"):
        raise ReopenError("own_families", folder, why=", ".join(own))
    if kept.get("model") != model_hash():
        raise ReopenError("other_version", folder, why=", ".join(_other(kept)))
    with reading() as passed_over:
        try:
            return _opened(folder, kept, found)
        except ReopenError as fault:
            if fault.code != "damaged" or not passed_over:
                raise
            raise ReopenError("other_version", folder, why=", ".join(_other(kept))) from fault


def _opened(folder: Path, kept: Mapping[str, Any], found: Mapping[str, Any]) -> Reopened:
    try:
        study, scenario = str(kept["study"]), _scenario(folder)
        again, write = _STUDIES[study]
        result = again(scenario, found, folder)
        _compare(write, result, folder)
    except ReopenError:
        raise
    except (PermissionError, sqlite3.OperationalError) as fault:
        raise ReopenError("unreadable", folder, why="runs.sqlite") from fault
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RunError, sqlite3.DatabaseError) as fault:
        raise ReopenError("damaged", folder, why=type(fault).__name__) from fault
    return Reopened(folder, study, result)


def studies(folder: Path) -> list[str]:
    """Return the names of the folders within a folder that hold a study."""
    return sorted(path.parent.name for path in folder.glob(f"*/{SUMMARY}")) if folder.is_dir() else []


def _other(kept: Mapping[str, Any]) -> list[str]:
    """What a run was played with that is not what there is now; empty where that is the model itself."""
    versions = kept.get("versions")
    played = {"Python": kept.get("python"), **(versions if isinstance(versions, dict) else {})}
    now = {"Python": platform.python_version(), **{name: version(name) for name in BENEATH}}
    return [f"{name} {played.get(name)} / {here}" for name, here in now.items() if played.get(name) != here]


def _read(folder: Path, name: str) -> dict[str, Any]:
    path = folder / name
    try:
        there = path.is_file()
    except PermissionError as fault:
        raise ReopenError("unreadable", folder, why=name) from fault
    if not there:
        within, other = studies(folder), SUMMARY if name == MANIFEST else MANIFEST
        damaged = (folder / other).is_file() and not within
        raise ReopenError("damaged" if damaged else "no_run", folder, why=name, within=within)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except PermissionError as fault:
        raise ReopenError("unreadable", folder, why=name) from fault
    except (OSError, ValueError) as fault:
        raise ReopenError("damaged", folder, why=name) from fault
    if not isinstance(content, dict):
        raise ReopenError("damaged", folder, why=name)
    return content


def _scenario(folder: Path) -> Scenario:
    from sim.scenario.explain import validated
    from sim.scenario.nodes import of_plain

    try:
        content = json.loads((folder / SCENARIO).read_text(encoding="utf-8"))
        if not isinstance(content, dict):
            raise ReopenError("damaged", folder, why=SCENARIO)
        return validated(of_plain(content, SCENARIO))
    except PermissionError as fault:
        raise ReopenError("unreadable", folder, why=SCENARIO) from fault
    except (OSError, ValueError) as fault:
        raise ReopenError("damaged", folder, why=SCENARIO) from fault


def _compare(write: Callable[[Any, Path], None], result: Any, folder: Path) -> None:
    """Raise `ReopenError` where the store does not say what the summary beside it says."""
    with TemporaryDirectory() as place:
        write(result, Path(place))
        if (Path(place) / SUMMARY).read_bytes() != (folder / SUMMARY).read_bytes():
            raise ReopenError("damaged", folder, why="runs.sqlite")


def _kept(folder: Path, found: Mapping[str, Any]) -> dict[str, Any]:
    """How a study is asked to play nothing."""
    if not (folder / "runs.sqlite").is_file():
        raise ReopenError("damaged", folder, why="runs.sqlite")
    return {"executor": _Nobody(found["failed"]), "workers": 1, "out": folder, "hold": False}


def _compared(scenario: Scenario, found: Mapping[str, Any], folder: Path) -> Any:
    """A settled choice is looked at where it was looked at; what was broken off goes on by the looks of now."""
    from sim.ensemble.player import Player
    from sim.study.compare import Question

    chosen = found["selection"]
    asked = None if chosen else found["replications_asked"]
    looked = chosen["looks"] if chosen and not found["interrupted"] else ()
    return Question(scenario, asked, looked).played(Player(**_kept(folder, found)))


def _total(scenario: Scenario, found: Mapping[str, Any], folder: Path) -> Any:
    """What failed is told of each total, whose runs lie in a folder of its own."""
    from sim.study.totals import Totals

    comparisons = {
        int(total): _compared(scenario.replace(total_yuan=int(total)), one, folder / total)
        for total, one in sorted(found["totals"].items(), key=lambda item: int(item[0]))
    }
    return Totals(scenario, comparisons, found["interrupted"])


def _searched(scenario: Scenario, found: Mapping[str, Any], folder: Path) -> Any:
    """What evolved then can be asked for the same splits only where it can evolve now."""
    from sim.study.optimise import optimise
    from sim.study.search import can_evolve

    if found["evolved"] != can_evolve():
        raise ReopenError("other_version", folder, why="cma - / +" if can_evolve() else "cma + / -")
    return optimise(scenario, found["budget_of_runs"], **_kept(folder, found))


def _again(home: str, *asked: str) -> Callable[[Scenario, Mapping[str, Any], Path], Any]:
    """A study, named by module and function, that is asked for what its summary says under these keys."""

    def again(scenario: Scenario, found: Mapping[str, Any], folder: Path) -> Any:
        return _named(home)(scenario, *(found[key] for key in asked), **_kept(folder, found))

    return again


def _by(home: str, **more: Any) -> Callable[[Any, Path], None]:
    """What writes a study's summary, named by module and function."""
    return lambda result, folder: _named(home)(result, folder, **more)


def _named(home: str) -> Any:
    module, _, name = home.partition(":")
    return getattr(import_module(f"sim.study.{module}"), name)


#: How each study is folded again, and what writes its summary.
_STUDIES: dict[str, tuple[Callable[[Scenario, Mapping[str, Any], Path], Any], Callable[[Any, Path], None]]] = {
    "compare": (_compared, _by("outputs:write_summary")),
    "totals": (_total, _by("totals:write_totals")),
    "ablate": (_again("ablate:ablate", "replications_asked"), _by("effects:write_effects", study="ablate")),
    "value": (_again("value:value", "replications_asked"), _by("effects:write_effects", study="value")),
    "deadlines": (_again("deadlines:deadlines", "replications_asked"), _by("deadlines:write_deadlines")),
    "backcast": (_again("backcast:backcast", "replications_asked"), _by("backcast:write_backcast")),
    "sensitivity": (_again("sensitivity:sensitivity", "vectors_asked"), _by("sensitivity:write_sensitivity")),
    "calibrate": (_again("calibrate:calibrate", "vectors_asked"), _by("calibrate:write_calibration")),
    "screen": (_again("screening:screen", "trajectories_asked", "base_asked"), _by("screening:write_screening")),
    "optimise": (_searched, _by("optimise:write_optimisation")),
}
