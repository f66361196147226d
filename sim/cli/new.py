"""`new FILE`: a scenario file to begin with, and beside it the schema that editors check it by."""

from __future__ import annotations

import json
from argparse import Namespace
from contextlib import suppress
from pathlib import Path

from sim.cli import progress
from sim.cli.usage import UsageError
from sim.words import say
from sim.words.catalogue import LANGUAGES


def run(chosen: Namespace) -> int:
    """Write the file, never over another one, with explanations in both languages or in the one asked for."""
    from sim.scenario import load
    from sim.scenario.starting import SCHEMA, starting

    file = _one(chosen.files)
    if chosen.schema:
        _write_schema(file)
        return 0
    _spare(file)
    origin = getattr(chosen, "from") or _default()
    load(origin)
    text = starting(origin, [chosen.lang] if chosen.lang else list(LANGUAGES))
    _write_schema(file.parent / SCHEMA)
    with file.open("x", encoding="utf-8") as made:
        made.write(text)
    progress.note(say("new.written", file=file))
    return 0


def _one(files: list[Path]) -> Path:
    if len(files) > 1:
        raise UsageError("", str(files[1]), say("usage.one_new"))
    if not files[0].parent.is_dir():
        raise UsageError("", str(files[0]), say("usage.no_folder"))
    return files[0]


def _spare(file: Path) -> None:
    if file.exists() or file.is_symlink():
        raise UsageError("", str(file), say("usage.exists"))


def _default() -> Path:
    from sim.scenario.reading import shipped

    folder = shipped()
    if folder is None or not (folder / "2018.yaml").is_file():
        raise UsageError("--from", "", say("usage.no_shipped"))
    return folder / "2018.yaml"


def _write_schema(path: Path) -> None:
    """Write the schema, over an older one only."""
    from sim.scenario import schema
    from sim.study.files import write_text

    made = schema()
    if path.exists():
        found = None
        with suppress(OSError, ValueError):
            found = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(found, dict) or found.get("title") != made["title"]:
            raise UsageError("", str(path), say("usage.other_file"))
    write_text(path, json.dumps(made, ensure_ascii=False, indent=1) + "\n")
