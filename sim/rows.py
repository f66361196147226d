"""Results that show themselves: as flat rows, a pandas frame, a table in a notebook, the standard figures."""

from __future__ import annotations

from html import escape
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Rows:
    """Gives a result that has ``rows()`` a frame and a table in a notebook."""

    __slots__ = ()
    #: The keys of the rows of a result that may have none.
    COLUMNS: ClassVar[tuple[str, ...]] = ()

    def rows(self) -> list[dict[str, Any]]:
        """Return flat rows, all with the same keys."""
        raise NotImplementedError

    def frame(self) -> Any:
        """Return `rows` as a pandas frame, whose columns are told of there; needs the notebook extra."""
        import pandas as pd

        return pd.DataFrame(self.rows() or {name: [] for name in self.COLUMNS})

    def _repr_html_(self) -> str:
        return html(repr(self), self.rows())


class Plotted:
    """Gives a result that has standard figures all of them, or one by name, as a matplotlib figure."""

    def plot(self, name: str | None = None, lang: str | None = None) -> Figure:
        """Return the standard figures of this result one below the other, or the one called ``name``; shows nothing.

        In the language ``lang`` (zh, en), else the one in use. A notebook shows what is returned.
        """
        # Figures stand above results in the house; this is the one place that looks up.
        figure: Figure = import_module("sim.report.figures").plotted(self, name, lang)
        return figure


def html(caption: str, rows: list[dict[str, Any]]) -> str:
    """Return flat rows as a table for a notebook, everything in it escaped."""
    head = "".join(f"<th>{escape(key)}</th>" for key in (rows[0] if rows else {}))
    body = "".join("<tr>" + "".join(f"<td>{escape(_plain(v))}</td>" for v in r.values()) + "</tr>" for r in rows)
    return f"<table><caption>{escape(caption)}</caption><tr>{head}</tr>{body}</table>"


def _plain(value: Any) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else str(value)
