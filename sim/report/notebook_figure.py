"""A matplotlib figure that no window manager knows of and that a notebook shows as it is returned."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sim.report import style
from sim.words import language, spoken


class NotebookFigure(Figure):
    """A figure in the house style; saving it is the caller's, as is showing it where there is no notebook.

    Figures along an axis are written when it is drawn: in the language that it was begun in, whenever that is.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._lang = language()
        FigureCanvasAgg(self)

    def draw(self, renderer: Any) -> None:
        """Draw in the house style and its language."""
        with spoken(self._lang), style.styled():
            super().draw(renderer)

    def _repr_png_(self) -> bytes:
        image = BytesIO()
        with style.styled(), style.boxed():
            self.savefig(image, format="png", dpi=96, metadata={"Software": None})
        return image.getvalue()
