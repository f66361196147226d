"""What a study is asked for, refused in the asker's words before anything is played."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from operator import index
from pathlib import PurePath
from typing import Any

from sim.scenario.given import of_a_scenario
from sim.scenario.names import MOST_REPLICATIONS
from sim.scenario.own import file_of, is_models, version


def whole(name: str, value: Any, least: int = 1, most: int = MOST_REPLICATIONS) -> int:
    """Return a whole number within bounds, numpy's too; raises ValueError, also for a truth."""
    try:
        number = least - 1 if isinstance(value, bool) else index(value)
    except TypeError:
        number = least - 1
    if number < least:
        raise ValueError(f"{name}(={value!r}) must be a whole number >= {least}")
    if number > most:
        raise ValueError(f"{name}(={value!r}) must be at most {most}")
    return number


def replications(scenario: Any, value: Any) -> int:
    """Return how many replications are asked for: the scenario's where nothing is said."""
    of_a_scenario(scenario)
    return whole("replications", scenario.replications if value is None else value)


def hands(workers: Any, progress: Callable[[int, int], None] | None, executor: Any = None) -> int | None:
    """Return how many workers are asked for; raises ValueError, and TypeError for what is no progress or executor."""
    if executor is not None and (isinstance(executor, type) or not callable(getattr(executor, "submit", None))):
        like = "concurrent.futures.ProcessPoolExecutor(4)"
        raise TypeError(f"executor(={executor!r:.80}) must be an executor, such as {like}")
    if progress is not None and not callable(progress):
        raise TypeError(f"progress(={progress!r}) must be callable with done and total, such as sim.progress()")
    return None if workers is None else whole("workers", workers)


def folder(out: Any) -> None:
    """Raise TypeError where what runs are to be kept in is no path."""
    if out is not None and not isinstance(out, str | PurePath):
        raise TypeError(f"out(={out!r:.80}) must be a folder, such as 'runs/trial'")


def plays(replicate: Any) -> None:
    """Raise ValueError where what is to play a run is not named so that a worker can import it, or is not there.

    TypeError where the version of a researcher's own is neither text nor number.
    """
    module, _, function = replicate.partition(":") if isinstance(replicate, str) else ("", "", "")
    must = f"replicate(={replicate!r}) must be 'module:function', such as 'sim.campaign:replicate'"
    if not module or not function or ":" in function:
        raise ValueError(must)
    try:
        found = import_module(module)
    except (ModuleNotFoundError, TypeError) as error:
        raise ValueError(f"{must}: {error}") from None
    if not callable(getattr(found, function, None)):
        raise ValueError(f"{must}: {module} has no function {function}")
    if file_of(module) is None:
        raise ValueError(f"{must}: {module} is no file, so that no worker can import it")
    if not is_models(module):
        version(found, module)
