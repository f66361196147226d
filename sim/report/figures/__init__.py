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
    from sim.study.across import Across
    from sim.study.calibrate import Calibration
    from sim.study.deadlines import Deadlines
    from sim.study.effects import Effects
    from sim.study.optimise import Optimisation
    from sim.study.screening import Screening
    from sim.study.sensitivity import Sensitivity
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
#: figure -> the series, village columns or list of proposals without which there is nothing to draw
NEEDS = {
    "incidence": ("incidence_unmet",),
    "money": ("received_yuan", "paid_yuan"),
    "villages": ("incidence_start", "incidence_end", "due"),
    "propose": ("list",),
}
TOTALS_SIZE = (8.5, 5.2)
#: Width, height without rows, and height a row.
EFFECTS_SIZE = (9.5, 2.2, 0.26)
DEADLINES_SIZE = (10.0, 6.0)
OPTIMISE_SIZE = (9.5, 5.6)
SCREENING_SIZE = (10.0, 7.0)
SENSITIVITY_SIZE = (9.5, 4.8)
BACKCAST_SIZE = (9.5, 6.2)
#: Width, height without rows, and height a row.
CALIBRATION_SIZE = (10.5, 2.0, 0.42)
ACROSS_SIZE = (11.0, 2.6, 0.21)


#: What a figure is written as: without metadata that tells of day or program.
KINDS: dict[str, dict[str, None]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


def save(result: Comparison, folder: Path, lang: str | None = None) -> list[Path]:
    """Draw every figure of a comparison into `folder` as PNG, SVG and PDF, the same bytes for the same result."""
    return [path for name in drawable(result) for path in save_one(name, result, folder, SIZES[name], lang)]


def drawable(result: Comparison) -> list[str]:
    """The figures that a comparison has the numbers for; a campaign of a researcher's own may record less."""
    from sim.study.propose import told

    runs = next(iter(result.runs.values()))
    recorded = {*runs[0].monthly, *runs[0].villages, *(["list"] if told(result.scenario, runs) else [])}
    return [name for name in SIZES if recorded.issuperset(NEEDS.get(name, ()))]


def save_totals(result: Totals, folder: Path, lang: str | None = None) -> list[Path]:
    """Draw the figure of a study over totals."""
    return save_one("totals", result, folder, TOTALS_SIZE, lang)


def save_ablation(result: Effects, folder: Path, lang: str | None = None) -> list[Path]:
    """Draw the figure of what each system is worth."""
    return save_one("ablation", result, folder, _ablation_size(result), lang)


def save_calibration(result: Calibration, folder: Path, lang: str | None = None) -> list[Path]:
    """Draw the figure of what history leaves of the assumed values."""
    return save_one("calibration", result, folder, _calibration_size(result), lang)


def save_value(result: Effects, folder: Path, lang: str | None = None) -> list[Path]:
    """Draw the figure of what a little more would do."""
    return save_one("value", result, folder, _value_size(result), lang)


def save_across(result: Across, folder: Path, lang: str | None = None) -> list[Path]:
    """Draw what the best allocation of each of many scenarios comes down to; nothing where none has an answer."""
    return [path for name, size in sizes(result).items() for path in save_one(name, result, folder, size, lang)]


def _across_size(result: Across) -> tuple[float, float]:
    from sim.report.figures.across import places

    width, height, row = ACROSS_SIZE
    return width, height + row * places(result)


def _ablation_size(result: Effects) -> tuple[float, float]:
    from sim.report.figures.ablation import shown

    width, height, row = EFFECTS_SIZE
    return width, height + row * sum(1 + len(effects) for effects in shown(result).values())


def _calibration_size(result: Calibration) -> tuple[float, float]:
    width, height, row = CALIBRATION_SIZE
    return width, height + row * len(result.moved) * len(result.fits)


def _value_size(result: Effects) -> tuple[float, float]:
    width, height, row = EFFECTS_SIZE
    return width, height + row * len(result.effects)


def save_deadlines(result: Deadlines, folder: Path, lang: str | None = None) -> list[Path]:
    """Draw the figure of what still counts by the day on which it begins."""
    return save_one("deadlines", result, folder, DEADLINES_SIZE, lang)


def save_optimisation(result: Optimisation, folder: Path, lang: str | None = None) -> list[Path]:
    """Draw what a search saw, and which shares are as good as what it found."""
    return [path for name, size in sizes(result).items() for path in save_one(name, result, folder, size, lang)]


def save_screening(result: Screening, folder: Path, lang: str | None = None) -> list[Path]:
    """Draw what share of the doubt each factor has."""
    return save_one("screening", result, folder, SCREENING_SIZE, lang)


def save_sensitivity(result: Sensitivity, folder: Path, lang: str | None = None) -> list[Path]:
    """Draw how much of the doubt is luck, assumed values and the start."""
    return save_one("sensitivity", result, folder, SENSITIVITY_SIZE, lang)


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
        case "Comparison":
            return {name: SIZES[name] for name in drawable(result)}
        case "Effects":
            from sim.report.value import GROUPS

            steps = all(row.state in GROUPS for row in result.effects)
            return {"value": _value_size(result)} if steps else {"ablation": _ablation_size(result)}
        case "Totals":
            return {"totals": TOTALS_SIZE}
        case "Across" if any(row.incidence for row in result.scenarios):
            return {"across": _across_size(result)}
        case "Deadlines":
            return {"deadlines": DEADLINES_SIZE}
        case "Backcast":
            return {"backcast": BACKCAST_SIZE}
        case "Optimisation" if result.winner:
            return {"optimise": OPTIMISE_SIZE, "region": OPTIMISE_SIZE}
        case "Sensitivity" if result.parts:
            return {"sensitivity": SENSITIVITY_SIZE}
        case "Screening" if result.moved:
            return {"screening": SCREENING_SIZE}
        case "Calibration" if result.fits:
            return {"calibration": _calibration_size(result)}
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
