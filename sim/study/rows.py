"""A study's result as flat rows: for a notebook, and for pandas where it is installed."""

from __future__ import annotations

from html import escape
from typing import Any


class Rows:
    """Gives a result that has ``rows()`` a frame and a table in a notebook."""

    def rows(self) -> list[dict[str, Any]]:
        """Return flat rows, all with the same keys."""
        raise NotImplementedError

    def frame(self) -> Any:
        """Return `rows` as a pandas frame; needs the notebook extra."""
        import pandas as pd

        return pd.DataFrame(self.rows())

    def _repr_html_(self) -> str:
        rows = self.rows()
        head = "".join(f"<th>{escape(key)}</th>" for key in (rows[0] if rows else {}))
        body = "".join("<tr>" + "".join(f"<td>{escape(_plain(v))}</td>" for v in r.values()) + "</tr>" for r in rows)
        return f"<table><caption>{escape(repr(self))}</caption><tr>{head}</tr>{body}</table>"


def _plain(value: Any) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else str(value)
