"""Figures, one a file: each module's `draw(ax, result)` fills the axes it is given and returns them."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.words import spoken

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.study import Comparison
    from sim.study.calibrate import Calibration
    from sim.study.deadlines import Deadlines
    from sim.study.effects import Effects
    from sim.study.totals import Totals

#: figure of a comparison -> width and height in inches
SIZES = {
    "incidence": (9.5, 5.6),
    "chance": (9.0, 6.2),
    "why_not": (9.5, 5.4),
    "villages": (11.5, 5.2),
    "money": (8.5, 5.2),
    "propose": (9.0, 5.4),
}
#: figure -> the series or village columns without which there is nothing to draw
NEEDS = {
    "incidence": ("incidence_unmet",),
    "money": ("received_yuan", "paid_yuan"),
    "villages": ("incidence_start", "incidence_end", "due"),
    "propose": ("proposed", "remained"),
}
TOTALS_SIZE = (8.5, 5.2)
#: Width, height without rows, and height a row.
EFFECTS_SIZE = (9.5, 2.2, 0.26)
DEADLINES_SIZE = (10.0, 6.0)
BACKCAST_SIZE = (9.5, 6.2)
#: Width, height without rows, and height a row.
CALIBRATION_SIZE = (10.5, 2.0, 0.42)


def save(result: Comparison, folder: Path, lang: str | None = None) -> list[Path]:
    """Draw every figure of a comparison into `folder` as PNG and SVG, the same bytes for the same result."""
    return [path for name in drawable(result) for path in save_one(name, result, folder, SIZES[name], lang)]


def drawable(result: Comparison) -> list[str]:
    """The figures that a comparison has the numbers for; a campaign of a researcher's own may record less."""
    run = next(iter(result.runs.values()))[0]
    recorded = {*run.monthly, *run.villages, *run.proposals}
    return [name for name in SIZES if recorded.issuperset(NEEDS.get(name, ()))]


def save_totals(result: Totals, folder: Path, lang: str | None = None) -> list[Path]:
    """Draw the figure of a study over totals."""
    return save_one("totals", result, folder, TOTALS_SIZE, lang)


def save_ablation(result: Effects, folder: Path, lang: str | None = None) -> list[Path]:
    """Draw the figure of what each system is worth."""
    from sim.report.figures.ablation import shown

    width, height, row = EFFECTS_SIZE
    rows = sum(1 + len(effects) for effects in shown(result).values())
    return save_one("ablation", result, folder, (width, height + row * rows), lang)


def save_calibration(result: Calibration, folder: Path, lang: str | None = None) -> list[Path]:
    """Draw the figure of what history leaves of the assumed values."""
    width, height, row = CALIBRATION_SIZE
    rows = len(result.moved) * len(result.fits)
    return save_one("calibration", result, folder, (width, height + row * rows), lang)


def save_value(result: Effects, folder: Path, lang: str | None = None) -> list[Path]:
    """Draw the figure of what a little more would do."""
    width, height, row = EFFECTS_SIZE
    return save_one("value", result, folder, (width, height + row * len(result.effects)), lang)


def save_deadlines(result: Deadlines, folder: Path, lang: str | None = None) -> list[Path]:
    """Draw the figure of what still counts by the day on which it begins."""
    return save_one("deadlines", result, folder, DEADLINES_SIZE, lang)


def save_one(name: str, result: Any, folder: Path, size: tuple[float, float], lang: str | None = None) -> list[Path]:
    """Draw one figure and write it as PNG and SVG."""
    from sim.report import style

    folder.mkdir(parents=True, exist_ok=True)
    with spoken(lang), style.styled():
        figure, ax = style.canvas(*size)
        drawing(name)(ax, result)
        return [_write(figure, folder / f"{name}.{kind}") for kind in ("png", "svg")]


def drawing(name: str) -> Callable[[Axes, Any], Axes]:
    """The `draw` of a figure by name; its module is read only now."""
    draw: Callable[[Axes, Any], Axes] = import_module(f"{__name__}.{name}").draw
    return draw


def _write(figure: Figure, path: Path) -> Path:
    metadata = {"Software": None} if path.suffix == ".png" else {"Date": None, "Creator": None}
    figure.savefig(path, metadata=metadata)
    return path
