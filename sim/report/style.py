"""One look for all figures: the shipped Chinese font, colours that colour-blind readers can tell apart."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FONT = Path(__file__).parents[1] / "assets" / "NotoSansSC-GB2312.otf"

#: Okabe and Ito's colours, the readable ones first; markers and dashes say the same without colour.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8C6D31", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
DASHES: tuple[Any, ...] = (
    "-",
    (0, (5, 1.5)),
    (0, (1, 1)),
    (0, (5, 1, 1, 1)),
    (0, (3, 1, 1, 1, 1, 1)),
    "-",
    "--",
    ":",
)
#: For areas with black figures on them; as many as causes that hold people.
FILLS = (
    "#56B4E9", "#C9B458", "#B9A0D0", "#70824C", "#F0E442", "#E69F00", "#8FB8DE", "#7FCDBB", "#D65CE0", "#B7C68B",
    "#009E73", "#F4A6A0", "#D98B5F", "#A65E8C", "#CC79A7", "#6C8CF0", "#9E9A91", "#7BC043", "#7D8FA3", "#B5651D",
    "#D7B98E", "#EEEE82", "#A8E6A1",
)  # fmt: skip
REST = "#C8C8C8"
GREY = "#6B6B6B"
TARGET = "#B00020"
#: Ground behind the villages due to exit.
DUE = "#E9F2F9"


@contextmanager
def styled() -> Iterator[None]:
    """Draw in the house style inside the block, leaving the reader's own settings as they were."""
    import matplotlib as mpl

    with mpl.rc_context(_settings()):
        yield


@contextmanager
def boxed() -> Iterator[None]:
    """Inside the block a sign of a planner's title that no font has is a box, and nothing is said of it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from font")
        yield


def canvas(width: float = 8.0, height: float = 4.8) -> tuple[Figure, Axes]:
    """A figure of one axes; sizes in inches."""
    figure = sheet(width, height)
    return figure, figure.add_subplot()


def sheet(width: float, height: float) -> Figure:
    """An empty figure that no window manager knows of and a notebook shows; sizes in inches."""
    from sim.report.notebook_figure import NotebookFigure

    return NotebookFigure(figsize=(width, height), layout="constrained")


def colour(index: int) -> str:
    """The colour of the allocation at this place in the scenario."""
    return COLOURS[index % len(COLOURS)]


def marker(index: int) -> str:
    """The marker of the allocation at this place in the scenario."""
    return MARKERS[index % len(MARKERS)]


def dashes(index: int) -> Any:
    """The line style of the allocation at this place in the scenario."""
    return DASHES[index % len(DASHES)]


#: How long the handle of a legend is that tells lines apart by their dashes.
DASHED = 3.2


def cut(ax: Axes, ends: Iterable[float], places: Iterable[float]) -> None:
    """Mark with an arrow at the edge each interval whose end lies beyond it."""
    left, right = ax.get_xlim()
    known = list(zip(ends, places, strict=True))
    for edge, marker, beyond in (
        (left, "<", [place for end, place in known if end < left]),
        (right, ">", [place for end, place in known if end > right]),
    ):
        ax.plot([edge] * len(beyond), beyond, marker, color=GREY, markersize=6, clip_on=False)


@cache
def _family() -> str:
    from matplotlib import font_manager

    font_manager.fontManager.addfont(FONT)
    return font_manager.FontProperties(fname=FONT).get_name()


def _settings() -> Any:
    return {
        "font.family": [_family(), "DejaVu Sans"],
        "font.size": 10,
        "axes.unicode_minus": False,
        "text.parse_math": False,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "axes.titlesize": 12,
        "axes.titlelocation": "left",
        "grid.color": "#E4E4E4",
        "grid.linewidth": 0.7,
        "legend.frameon": False,
        "legend.fontsize": 9,
        "savefig.dpi": 150,
        "svg.hashsalt": "sim",
        "svg.fonttype": "path",
        "pdf.compression": 9,
    }
