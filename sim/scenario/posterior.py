"""What a calibration left of the assumed values: equally weighted draws for each gate, as a file holds them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    ValidationError,
    model_validator,
)
from pydantic_core import InitErrorDetails

from sim.scenario.assumption import evidence
from sim.scenario.fields import Count, ScenarioName, Strict, keyed, listed, pairs, refuse, some
from sim.scenario.names import nearest

#: Low, centre and high of a range.
Span = tuple[float, float, float]


def _row(value: object) -> object:
    """Read the quantiles of a draw from a line of text; the only one of a draw may be a number."""
    if isinstance(value, str):
        try:
            value = [float(word) for word in value.split()]
        except ValueError:
            raise refuse("not_a_draw", "0.25 0.5 0.75") from None
    if isinstance(value, int | float):
        value = [float(value)]
    if not isinstance(value, list | tuple) or not all(type(x) is float and 0 < x < 1 for x in value):
        raise refuse("not_a_draw", "0.25 0.5 0.75")
    return tuple(value)


def _text(row: tuple[float, ...]) -> str:
    return " ".join(map(repr, row))


def _span(value: object) -> object:
    """Read three numbers in order."""
    plain = isinstance(value, list | tuple) and len(value) == 3 and not any(isinstance(x, bool) for x in value)
    if not plain or not all(isinstance(x, int | float) and math.isfinite(x) for x in value):  # type: ignore[attr-defined]
        raise refuse("not_a_range", "[low, centre, high]")
    return tuple(map(float, value))  # type: ignore[call-overload]


def _known(name: str) -> str:
    if name not in evidence():
        raise refuse("unknown_assumption", near=nearest(name, evidence()))
    if not evidence()[name].varies:
        raise refuse("not_drawn")
    return name


def _as_now(name: str, span: Span) -> Span:
    """A quantile means nothing in a range that is no longer the evidence's."""
    entry = evidence().get(name)
    if entry is not None and entry.varies and span != (entry.low, entry.value, entry.high):
        raise refuse("range_changed", f"[{entry.low:.10g}, {entry.value:.10g}, {entry.high:.10g}]")
    return span


def _hash(word: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{8,64}", word):
        raise refuse("bad_name", "0-9 a-f")
    return word


Hash = Annotated[str, AfterValidator(_hash)]
Row = Annotated[tuple[float, ...], BeforeValidator(_row), PlainSerializer(_text, when_used="json")]
Rows = Annotated[tuple[Row, ...], BeforeValidator(listed), Field(min_length=1)]
Column = Annotated[
    dict[
        Annotated[str, AfterValidator(_known)],
        Annotated[Span, BeforeValidator(_span), keyed(_as_now)],
    ],
    BeforeValidator(pairs),
    AfterValidator(some),
]


class Maker(Strict):
    """What made a posterior: scenario, its digest and seed, how many vectors were played, and by which model."""

    scenario: ScenarioName
    digest: Hash
    model: Hash
    seed: Count
    vectors: Count
    complete: Count


class Draws(Strict):
    """Rows of quantiles for each gate, which is a model of its own."""

    plan: Rows
    none: Rows


class Posterior(Strict):
    """Draws of the named values: a row a draw, a quantile a column, whose names all stand at it in their own ranges."""

    made_by: Maker
    columns: Annotated[tuple[Column, ...], BeforeValidator(listed), Field(alias="parameters", min_length=1)]
    draws: Draws

    @model_validator(mode="after")
    def _consistent(self) -> Posterior:
        if found := list(self._conflicts()):
            raise ValidationError.from_exception_data("Posterior", found)
        return self

    def _conflicts(self) -> Iterator[InitErrorDetails]:
        seen: set[str] = set()
        for place, column in enumerate(self.columns):
            for name in column:
                if name in seen:
                    yield _detail(("parameters", place, name), refuse("repeated"))
                seen.add(name)
        for gate in ("plan", "none"):
            for place, row in enumerate(getattr(self.draws, gate)):
                if len(row) != len(self.columns):
                    yield _detail(("draws", gate, place), refuse("draw_length", str(len(self.columns))))

    def quantiles(self, gate: str, number: int) -> dict[str, float]:
        """Return the quantile of each name in the draw that a replication takes: the rows of its gate, over again."""
        rows = self.draws.plan if gate == "plan" else self.draws.none
        row = rows[number % len(rows)]
        return {name: q for column, q in zip(self.columns, row, strict=True) for name in column}


def _detail(path: tuple[str | int, ...], error: Any) -> InitErrorDetails:
    return InitErrorDetails(type=error, loc=path, input=None)
