"""The types of a scenario's fields: quantities, known names, bounds, and tables that cannot be written to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    WithJsonSchema,
    WrapValidator,
)
from pydantic_core import PydanticCustomError

from sim.fixed import FROZEN
from sim.fixed import Fixed as Fixed
from sim.scenario import own, quantities
from sim.scenario.names import LINES, LONGEST_NAME, MOST_REPLICATIONS, nearest

V = TypeVar("V")
T = TypeVar("T")


class Strict(BaseModel):
    """A part of a scenario: read to the letter, and as it is from then on."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False)

    def __setattr__(self, name: str, value: object) -> None:
        if not name.startswith("_"):
            raise TypeError(FROZEN)
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        raise TypeError(FROZEN)


def refuse(code: str, allowed: str = "", near: str | None = None, **fields: object) -> PydanticCustomError:
    """Return the error to raise for a code of the catalogue."""
    told = {"code": code, "allowed": allowed, "nearest": near, "fields": fields}
    return PydanticCustomError(code, "{code}", told)


def _read(reader: Callable[[object], T]) -> Callable[[object], T]:
    def validate(value: object) -> T:
        try:
            return reader(value)
        except quantities.QuantityError as reason:
            raise refuse(reason.code, reason.allowed, reason.nearest, **reason.fields) from None

    return validate


def _known(code: str, known: Callable[[], tuple[str, ...]], group: str) -> Callable[[str], str]:
    def validate(word: str) -> str:
        words = known()
        if word not in words:
            raise refuse(code, ", ".join(words), nearest(word, words, group))
        return word

    return validate


def _named(word: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", word):
        raise refuse("bad_name", "a-z 0-9 _")
    return word


def _titled(word: str) -> str:
    if not re.fullmatch(r"\w[\w.-]*", word) or len(word) > LONGEST_NAME:
        near = re.sub(r"[^\w.-]+|^[.-]+", "-", word).strip("-.")[:LONGEST_NAME]
        raise refuse("bad_scenario_name", "_ . -", near or None, most=LONGEST_NAME)
    return word


def _bounded(low: int, high: int) -> Callable[[int], int]:
    def validate(value: int) -> int:
        if not low <= value <= high:
            raise refuse("out_of_bounds", f"{low}..{high}")
        return value

    return validate


#: A smaller county could not hold seven townships with a registered poor village each.
LEAST_SCALE = 0.05


def _large_enough(value: float) -> float:
    if value < LEAST_SCALE:
        raise refuse("out_of_bounds", f"{LEAST_SCALE}..1")
    return value


#: A zone of more than a point is a percentage written without its sign.
LEAST_ZONE, MOST_ZONE = 0.00001, 0.01
LEAST_CONFIDENCE, MOST_CONFIDENCE = 0.8, 0.999


def _zone(value: float) -> float:
    if not LEAST_ZONE <= value <= MOST_ZONE:
        near = f"{value:g} %" if MOST_ZONE < value <= 1 else None
        raise refuse("out_of_bounds", f"{100 * LEAST_ZONE:g} %..{100 * MOST_ZONE:g} %", near)
    return value


def _confident(value: float) -> float:
    if not LEAST_CONFIDENCE <= value <= MOST_CONFIDENCE:
        raise refuse("out_of_bounds", f"{100 * LEAST_CONFIDENCE:g} %..{100 * MOST_CONFIDENCE:g} %")
    return value


def pairs(table: object) -> object:
    """Give each entry of a table its own key, for types made with `keyed`."""
    return {key: (key, value) for key, value in table.items()} if isinstance(table, dict) else table


def keyed(finish: Callable[[str, T], T]) -> WrapValidator:
    """Return a validator of an entry that may look at the key it stands under; the table needs `pairs`."""

    def validate(pair: Any, handler: Any) -> T:
        key, value = pair
        return finish(key, handler(value))

    return WrapValidator(validate)


def some(table: dict[str, V]) -> Fixed[str, V]:
    """Refuse an empty table, and freeze the others."""
    if not table:
        raise refuse("too_few", ">= 1")
    return Fixed(table)


def listed(value: object) -> object:
    """Take a list for a tuple, which strict types do not."""
    return tuple(value) if isinstance(value, list) else value


def in_order(words: Iterable[str]) -> Callable[[dict[str, V]], Fixed[str, V]]:
    """Return a validator that puts a table's keys in the order of ``words`` and freezes it."""
    order = tuple(words)
    return lambda table: Fixed({word: table[word] for word in order if word in table})


def _either(kind: str, forms: str, **bounds: float) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [{"type": kind, **bounds}, {"type": "string", "description": forms}]})


def _share(low: float, high: float) -> tuple[Any, Any]:
    read = BeforeValidator(_read(partial(quantities.share, low=low, high=high)))
    return read, _either("number", quantities.SHARE_FORMS, minimum=0, maximum=1)


_MONEY = (
    PlainSerializer(quantities.written, when_used="json"),
    _either("integer", quantities.MONEY_FORMS, minimum=0),
)
Money = Annotated[int, BeforeValidator(_read(quantities.money)), *_MONEY]
Total = Annotated[int, BeforeValidator(_read(partial(quantities.money, whole=True))), *_MONEY]
Share = Annotated[float, *_share(0.0, 1.0)]
Scale = Annotated[float, *_share(LEAST_SCALE, 1.0), AfterValidator(_large_enough)]
Zone = Annotated[float, *_share(LEAST_ZONE, MOST_ZONE), AfterValidator(_zone)]
Confidence = Annotated[float, *_share(LEAST_CONFIDENCE, MOST_CONFIDENCE), AfterValidator(_confident)]
Day = Annotated[date, BeforeValidator(_read(quantities.day))]
Truth = Annotated[bool, BeforeValidator(_read(quantities.truth))]
Number = Annotated[int | float, BeforeValidator(_read(quantities.number))]
Line = Annotated[str, AfterValidator(_known("unknown_line", lambda: LINES, "line"))]
Family = Annotated[str, AfterValidator(_known("unknown_family", own.names, "family"))]
Replications = Annotated[int, AfterValidator(_bounded(1, MOST_REPLICATIONS))]
Count = Annotated[int, AfterValidator(_bounded(0, 10**12))]
AllocationName = Annotated[str, AfterValidator(_named)]
ScenarioName = Annotated[str, AfterValidator(_titled)]
