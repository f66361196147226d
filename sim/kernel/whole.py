"""Whole numbers that are not negative: capacities and sums of money."""

from __future__ import annotations

from operator import index


def whole(name: str, value: int) -> int:
    """Return ``value`` as a plain int; TypeError or ValueError with its ``name`` otherwise."""
    if isinstance(value, bool):
        raise TypeError(f"{name}(={value!r}) must be a whole number")
    try:
        number = index(value)
    except TypeError:
        raise TypeError(f"{name}(={value!r}) must be a whole number") from None
    if number < 0:
        raise ValueError(f"{name}(={value}) must be >= 0")
    return number
