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

#: figure of a comparison -> width and height in inches
SIZES = {
    "incidence": (9.5, 5.6),
    "chance": (9.0, 4.6),
    "why_not": (9.5, 5.4),
    "villages": (11.5, 5.2),
    "money": (8.5, 5.2),
    "propose": (9.0, 5.4),
}
#: Height in inches that an allocation takes in the figure of chances at least, whose three numbers stand over marks.
A_PLAN = 1.2
#: figure -> the series, village columns or list of proposals without which there is nothing to draw
NEEDS = {
    "incidence": ("incidence_unmet",),
    "money": ("received_yuan", "paid_yuan"),
    "villages": ("incidence_start", "incidence_end", "due"),
    "propose": ("list",),
}
#: Width, height without rows, and height a row.
EFFECTS_SIZE, CALIBRATION_SIZE, ACROSS_SIZE = (9.5, 2.2, 0.26), (10.5, 2.0, 0.42), (11.0, 2.6, 0.21)

#: What a figure is written as: without metadata that tells of day or program.
KINDS: dict[str, dict[str, None]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


def save(result: Any, folder: Path, lang: str | None = None) -> list[Path]:
    """Draw the standard figures of a result into `folder` as PNG, SVG and PDF, the same bytes for the same result."""
    return [path for name, size in sizes(result).items() for path in save_one(name, result, folder, size, lang)]


def drawable(result: Comparison) -> list[str]:
    """The figures that a comparison has the numbers for; a campaign of a researcher's own may record less."""
    from sim.study import propose

    runs = next(iter(result.runs.values()))
    kept = {*runs[0].monthly, *runs[0].villages, *(["list"] if propose.recorded(result.scenario, runs) else [])}
    return [name for name in SIZES if kept.issuperset(NEEDS.get(name, ()))]


def _by_rows(size: tuple[float, float, float], rows: int) -> tuple[float, float]:
    width, height, row = size
    return width, height + row * rows


def save_one(name: str, result: Any, folder: Path, size: tuple[float, float], lang: str | None = None) -> list[Path]:
    """Draw one figure and write it as PNG, SVG and PDF."""
    from sim.report import style

    folder.mkdir(parents=True, exist_ok=True)
    with spoken(lang), style.styled():
        figure, ax = style.canvas(*size)
        drawing(name)(ax, result)
        return [_write(figure, folder / f"{name}.{kind}") for kind in KINDS]


def sizes(result: Any) -> dict[str, tuple[float, float]]:
    """The standard figures of a result, with their width and height in inches."""
    match type(result).__name__:
        case "Comparison" if result.allocations:
            width, least = SIZES["chance"]
            chances = {"chance": (width, max(least, A_PLAN * len(result.allocations)))}
            return {name: chances.get(name, size) for name, size in SIZES.items() if name in drawable(result)}
        case "Effects" if result.effects:
            from sim.report.ablation import shown
            from sim.report.value import GROUPS

            if all(row.state in GROUPS for row in result.effects):
                return {"value": _by_rows(EFFECTS_SIZE, len(result.effects))}
            return {"ablation": _by_rows(EFFECTS_SIZE, sum(1 + len(rows) for rows in shown(result).values()))}
        case "Totals" if result.comparisons:
            return {"totals": (8.5, 5.2)}
        case "Across" if any(row.incidence for row in result.scenarios):
            from sim.report.figures.across import places

            return {"across": _by_rows(ACROSS_SIZE, places(result))}
        case "Deadlines" if result.chances:
            return {"deadlines": (10.0, 6.0)}
        case "Backcast" if result.held:
            return {"backcast": (9.5, 6.2)}
        case "Optimisation" if result.winner:
            return dict.fromkeys(("optimise", "region"), (9.5, 5.6))
        case "Sensitivity" if result.parts:
            return {"sensitivity": (9.5, 4.8)}
        case "Screening" if result.moved:
            return {"screening": (10.0, 7.0)}
        case "Calibration" if result.fits:
            return {"calibration": _by_rows(CALIBRATION_SIZE, len(result.moved) * len(result.fits))}
    return {}


def plotted(result: Any, name: str | None = None, lang: str | None = None) -> Figure:
    """The standard figures of a result one below the other on one sheet, or the one called ``name``."""
    from sim.report import style

    known = sizes(result)
    if not known:
        raise ValueError(f"nothing here can be drawn: {result!r}")
    if name not in (None, *known):
        raise ValueError(f"name(={name!r}) must be one of: {', '.join(known)}")
    chosen = known if name is None else {name: known[name]}
    heights = [height for _, height in chosen.values()]
    with spoken(lang), style.styled():
        sheet = style.sheet(max(width for width, _ in chosen.values()), sum(heights))
        parts = sheet.subfigures(len(chosen), height_ratios=heights, squeeze=False).flat
        for part, each in zip(parts, chosen, strict=True):
            drawing(each)(part.add_subplot(), result)
    return sheet


def drawing(name: str) -> Callable[[Axes, Any], Axes]:
    """The `draw` of a figure by name; its module is read only now."""
    draw: Callable[[Axes, Any], Axes] = import_module(f"{__name__}.{name}").draw
    return draw


def _write(figure: Figure, path: Path) -> Path:
    from sim.report import style

    with style.boxed():
        figure.savefig(path, metadata=KINDS[path.suffix[1:]])
    return path
