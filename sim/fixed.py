"""Results and scenarios that stay as they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any, NoReturn, TypeVar

K = TypeVar("K")
V = TypeVar("V")

#: What is said to whoever tries to change one.
FROZEN = "this is frozen: make a variant instead (of a scenario with replace())"
_SIMPLE = frozenset((bool, int, float, str, type(None)))


class Fixed(dict[K, V]):
    """A dict that cannot be changed, and still pickles, prints and compares as one."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError(FROZEN)

    __setitem__ = __delitem__ = clear = pop = popitem = setdefault = update = _refuse

    def __ior__(self, other: object) -> NoReturn:  # type: ignore[misc]
        self._refuse()

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self),)


def fixed(value: Any) -> Any:
    """Return the value with each dict in it a `Fixed` and each list a tuple."""
    if isinstance(value, dict):
        return Fixed(value if _flat(value.values()) else {key: fixed(item) for key, item in value.items()})
    if isinstance(value, (list, tuple)):
        return tuple(value if _flat(value) else map(fixed, value))
    return value


def _flat(values: Iterable[Any]) -> bool:
    """Whether there are only numbers and words, as in most of a result: they need not be looked at one by one."""
    return _SIMPLE.issuperset(map(type, values))


class FixedFields:
    """Makes a frozen dataclass one whose fields cannot be changed from inside either."""

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]
            object.__setattr__(self, field.name, fixed(getattr(self, field.name)))
