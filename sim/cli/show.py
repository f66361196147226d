"""`show RUN [RUN]`: what a run folder holds, again; or two of them side by side. Nothing is played."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.usage import UsageError
from sim.words import listed, say

if TYPE_CHECKING:
    from sim.study.reopen import Reopened

MOST = 2


def run(chosen: Namespace) -> int:
    """Print the answer and tables of a folder; of two, what differs."""
    from sim.report.printed import printed
    from sim.report.side_by_side import side_by_side
    from sim.report.tables import show

    if len(chosen.files) > MOST:
        raise UsageError("", str(chosen.files[MOST]), say("usage.two_runs"))
    opened = [_opened(folder) for folder in chosen.files]
    if len(opened) == MOST:
        show(*side_by_side(*opened))
    else:
        show(*printed(opened[0].study, opened[0].result), *_beside(chosen.files[0]))
    return 0


def _opened(folder: Path) -> Reopened:
    from sim.study.reopen import ReopenError, reopen

    try:
        return reopen(folder)
    except ReopenError as error:
        near = folder / error.within[0] if error.within else None
        key = "other_model" if error.code == "other_version" and not error.why else error.code
        if folder.is_file():
            key, near = "a_file", folder.parent if (folder.parent / "manifest.json").is_file() else None
        elif key == "no_run" and near is None:
            key = "none_yet"
        raise UsageError("", str(folder), say(f"show.{key}", why=error.why), str(near) if near else None) from None


def _beside(folder: Path) -> list[str]:
    from sim.study.reopen import studies

    names = studies(folder)
    return [say("show.beside", names=listed(str(folder / name) for name in names))] if names else []
