"""A small table: named columns with units, as text, as a pandas frame, as HTML."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from math import isfinite
from typing import Any

import numpy as np


@dataclass(frozen=True, repr=False, eq=False)
class Table:
    """Columns of one length, in order; ``units`` names the unit of those that have one (yuan, people, share)."""

    name: str
    columns: Mapping[str, Sequence[Any] | np.ndarray]
    units: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(lengths := {name: len(column) for name, column in self.columns.items()}) and len(self) not in (
            min(lengths.values()),
        ):
            raise ValueError(f"columns must have one length: {lengths}")
        if unknown := set(self.units) - set(self.columns):
            raise ValueError(f"units(={sorted(unknown)}) of columns that are not there")

    @classmethod
    def of_rows(cls, name: str, rows: Iterable[Mapping[str, Any]], units: Mapping[str, str] | None = None) -> Table:
        """Return the table of some rows; a column that a row lacks is None there."""
        kept = list(rows)
        names = dict.fromkeys(column for row in kept for column in row)
        return cls(name, {column: [row.get(column) for row in kept] for column in names}, units or {})

    def __len__(self) -> int:
        return max((len(column) for column in self.columns.values()), default=0)

    def __getitem__(self, column: str) -> Sequence[Any] | np.ndarray:
        return self.columns[column]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Give the rows, as plain Python."""
        plain = [c.tolist() if isinstance(c, np.ndarray) else c for c in self.columns.values()]
        for row in zip(*plain, strict=True):
            yield dict(zip(self.columns, row, strict=True))

    def csv(self) -> str:
        """Return the table as text, the same for equal tables; what is unknown or unbounded stays empty."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([_cell(value) for value in row.values()] for row in self)
        return text.getvalue()

    def frame(self) -> Any:
        """Return the table as a pandas frame; needs the notebook extra."""
        import pandas as pd

        return pd.DataFrame({name: list(column) for name, column in self.columns.items()})

    def __repr__(self) -> str:
        return f"<Table {self.name}: {len(self)} rows of {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        units = ((name, self.units.get(name)) for name in self.columns)
        head = "".join(f"<th>{escape(f'{name} ({unit})' if unit else name)}</th>" for name, unit in units)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(_shown(value))}</td>" for value in row.values()) + "</tr>" for row in self
        )
        return f"<table><caption>{escape(self.name)}</caption><tr>{head}</tr>{body}</table>"


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float):
        return repr(value) if isfinite(value) else ""
    return value


def _shown(value: Any) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else "" if value is None else str(value)
