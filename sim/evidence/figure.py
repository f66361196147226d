"""Figures as they were printed: a value, and the interval that its rounding leaves open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

_SCALES = {"%": 0.01, "M": 1e6}


@dataclass(frozen=True)
class Figure:
    """A value within what its rounding allows; sums and ratios carry both, and their own text."""

    text: str
    value: float
    low: float
    high: float
    is_sum: bool = False

    def __add__(self, other: Figure) -> Figure:
        return _joined(self, "+", other, self.value + other.value, self.low + other.low, self.high + other.high)

    def __sub__(self, other: Figure) -> Figure:
        return _joined(self, "-", other, self.value - other.value, self.low - other.high, self.high - other.low)

    def __mul__(self, other: Figure) -> Figure:
        return _joined(self, "x", other, self.value * other.value, self.low * other.low, self.high * other.high)

    def __truediv__(self, other: Figure) -> Figure:
        return _joined(self, "/", other, self.value / other.value, self.low / other.high, self.high / other.low)

    def called(self, text: str) -> Figure:
        """The same figure under a shorter text."""
        return replace(self, text=text, is_sum=False)

    def meets(self, other: Figure) -> bool:
        """Whether some number lies within both: the figures agree as far as their rounding shows."""
        return self.low <= other.high and other.low <= self.high


def printed(text: str) -> Figure:
    """Read a printed figure: `16.03 %` is known to half its last digit, `over 70 %` from below, a count exactly."""
    number, _, unit = text.removeprefix("over ").partition(" ")
    scale = _SCALES[unit] if unit else 1.0
    value = float(number.replace(",", "")) * scale
    if text.startswith("over "):
        return Figure(text, value, value, inf)
    half = 0.5 * 10.0 ** -len(number.partition(".")[2]) * scale if unit or "." in number else 0.0
    return Figure(text, value, value - half, value + half)


def count(number: float) -> Figure:
    """A number that is not rounded."""
    return Figure(f"{number:,.0f}", number, number, number)


def at_least(number: float, text: str) -> Figure:
    """Anything from a number on."""
    return Figure(text, number, number, inf)


def at_most(number: float, text: str) -> Figure:
    """Anything up to a number."""
    return Figure(text, number, -inf, number)


def _joined(left: Figure, sign: str, right: Figure, value: float, low: float, high: float) -> Figure:
    """Bounds of products and ratios are those of positive operands; every published figure is one."""
    adds = sign in "+-"
    sides = (left.text, right.text) if adds else (_enclosed(left), _enclosed(right))
    return Figure(f"{sides[0]} {sign} {sides[1]}", value, low, high, adds)


def _enclosed(figure: Figure) -> str:
    return f"({figure.text})" if figure.is_sum else figure.text
