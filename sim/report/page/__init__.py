"""``report.html``: one file that opens anywhere, in both languages, made from a comparison alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.study import Comparison

NAME = "report.html"


def save(result: Comparison, folder: Path) -> Path:
    """Write the report into a run folder; it tells also of the other studies that lie there."""
    from sim.report.beside import beside
    from sim.report.page.document import document
    from sim.study.files import write_text

    path = folder / NAME
    write_text(path, document(result, beside(result, folder)))
    return path
