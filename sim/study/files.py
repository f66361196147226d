"""Files of every study, each whole or not at all; nothing in them depends on clock, machine, folder or workers."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import version
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.campaign.assumed import played_evidence
from sim.ensemble.store import model_hash
from sim.scenario.own import hashed
from sim.study.altered import marks

if TYPE_CHECKING:
    from sim.scenario import Scenario


def manifest(scenario: Scenario) -> dict[str, Any]:
    """Return the content of manifest.json; own families are told by name, and by the hash of what tells them apart."""
    own = scenario.own
    return {
        "scenario": scenario.dump(),
        "seed": scenario.seed,
        "model": model_hash(),
        "python": ".".join(map(str, sys.version_info[:3])),
        "versions": dict(_versions()),
        **({"own_families": [family.name for family in own], "own": hashed(own)} if own else {}),
    }


@cache
def _versions() -> Mapping[str, str]:
    """What the results rest on beside the model, as installed; each is read from a file."""
    return {name: version(name) for name in ("simpy", "numpy", "scipy", "matplotlib", "pydantic")}


def write_manifest(scenario: Scenario, study: str, folder: Path, **more: Any) -> None:
    """Write what a study rests on, the scenario as it was played, in its own order, and all figures with sources.

    A summary of what rests on something else goes first: the two are never read together.
    """
    content = as_json({**manifest(scenario), "study": study, **more}).encode()
    path = folder / "manifest.json"
    if not path.is_file() or path.read_bytes() != content:
        (folder / "summary.json").unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    write_bytes(path, content)
    write_text(folder / "scenario.json", json.dumps(finite(scenario.dump()), indent=1, ensure_ascii=False) + "\n")
    write_csv(folder / "evidence.csv", _evidence(scenario))


def _evidence(scenario: Scenario) -> Iterable[Mapping[str, Any]]:
    """The figures with their values as played, and what of the scenario stands in place of the evidence's own."""
    changed = marks(scenario)
    for name, entry in played_evidence(scenario).items():
        yield {**vars(entry), "set_by_scenario": changed.get(name, "")}


def write_csv(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write flat rows, all with the same keys, whole or not at all; where there are none, an earlier file goes."""
    text = io.StringIO()
    writer: csv.DictWriter[str] | None = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(text, list(row), lineterminator="\n")
            writer.writeheader()
        writer.writerow(row)
    if writer is None:
        path.unlink(missing_ok=True)
    else:
        write_text(path, text.getvalue())


def write_json(path: Path, content: Any) -> None:
    """Write canonical JSON, whole or not at all; an unbounded end of an interval is null."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, as_json(content))


def as_json(content: Any) -> str:
    """Return canonical JSON."""
    return json.dumps(finite(content), sort_keys=True, indent=2, ensure_ascii=False) + "\n"


def finite(value: Any) -> Any:
    """Replace what JSON cannot say, such as the end of an interval that has none."""
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(k): finite(v) for k, v in value.items()}
    return [finite(v) for v in value] if isinstance(value, list | tuple) else value


def write_text(path: Path, text: str) -> None:
    """Write a file, whole or not at all."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
