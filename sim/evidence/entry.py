"""The evidence file in memory, and the values drawn from its ranges."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from difflib import get_close_matches
from functools import lru_cache
from math import isfinite, sqrt
from pathlib import Path
from typing import Any

from sim.plain import plain
from sim.rows import Rows

KINDS = ("source", "published", "derived", "assumed")


@dataclass(frozen=True)
class Entry:
    """One fact or constant. ``low`` and ``high`` bound the doubt about it; without them it is not varied.

    ``kind`` is *source* (stated by the report of June 2018, never varied), *published* (on another public page),
    *derived* (arithmetic) or *assumed* (judgement, as most of a researcher's own are).
    ``source`` is where it is stated, or what it rests on; ``says`` what is stated there, ``note`` what to know before
    using it; ``printed`` the figure as it stands there, whose last digit shows its rounding; ``fact`` that the report
    of June 2018 states it about this county; ``positive`` that nothing can be made of zero, ``signed`` that it may be
    below. Below ``least`` and above ``most`` the model is not made to be played, whatever is meant: it fails, hardly
    comes to an end, or the value says nothing (a share above one).
    """

    name: str
    value: float
    unit: str
    kind: str
    source: str
    low: float | None = None
    high: float | None = None
    date: str = ""
    says: str = ""
    note: str = ""
    printed: str = ""
    fact: bool = False
    positive: bool = False
    signed: bool = False
    least: float | None = None
    most: float | None = None

    @property
    def varies(self) -> bool:
        """Whether the value is drawn from its range under the prior."""
        return self.low is not None and self.kind != "source"

    @property
    def is_year(self) -> bool:
        """Whether the value is the number of a year, which is told without a comma."""
        return self.unit == "calendar year"

    @property
    def is_part(self) -> bool:
        """Whether it is a part of a whole or a chance: no more than one, unless the evidence says less."""
        return self.unit.startswith(("share", "chance"))

    def check(self) -> None:
        """Raise `ValueError` for what is no sound entry, such as a value outside its range."""
        if self.kind not in KINDS:
            raise ValueError(f"{self.name}: kind(={self.kind!r}) must be one of {', '.join(KINDS)}")
        for part in ("value", "low", "high", "least", "most"):
            number = plain(getattr(self, part))
            if number is None and part != "value":
                continue
            if isinstance(number, bool) or not isinstance(number, int | float) or not isfinite(number):
                raise ValueError(f"{self.name}: {part}(={getattr(self, part)!r}) must be a finite number")
        if self.low is None and self.high is None:
            return
        if self.low is None or self.high is None or not self.low <= self.value <= self.high:
            bounds = f"low(={self.low!r}) <= value(={self.value!r}) <= high(={self.high!r})"
            raise ValueError(f"{self.name}: {bounds} must hold, or both low and high be left out")

    def multiplied(self, times: float) -> Entry:
        """Return the entry with its value, and its range if it has one, so many times."""
        low, high = (None if end is None else end * times for end in (self.low, self.high))
        return replace(self, value=self.value * times, low=low, high=high)


class Parameters(dict[str, float]):
    """The values of one replication by name; a name that is not in the evidence is refused with the nearest ones.

    Read in many places and changed in none: a plain dict for speed, closed to writing. ``drawn`` are the values as they
    would be had nothing been set or multiplied.
    """

    def __init__(self, values: Mapping[str, float], drawn: Mapping[str, float] | None = None) -> None:
        super().__init__(values)
        self.drawn: Mapping[str, float] = values if drawn is None else drawn

    def __missing__(self, name: str) -> float:
        near = ", ".join(get_close_matches(name, self, 3)) or "nothing like it"
        raise KeyError(f"{name} is not in the evidence; there is {near}")

    def __setitem__(self, name: str, value: float) -> None:
        raise TypeError(f"{name} cannot be set to {value}: parameters are what the replication drew")

    def __reduce__(self) -> tuple[type[Parameters], tuple[dict[str, float], dict[str, float]]]:
        return Parameters, (dict(self), dict(self.drawn))

    def __repr__(self) -> str:
        return f"<Parameters: {len(self)} values>"


class Evidence(Mapping[str, Entry], Rows):
    """All entries by name."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = dict(entries)

    def __getitem__(self, name: str) -> Entry:
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"<Evidence: {len(self)} entries>"

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat row an entry."""
        return [asdict(entry) for entry in self.values()]

    def joined(self, own: Iterable[Entry]) -> Evidence:
        """Return the evidence with entries of a researcher's own; what is known stays as it is."""
        return Evidence({**{entry.name: entry for entry in own}, **self._entries})

    def played(self, overrides: Mapping[str, float], factors: Mapping[str, float]) -> Evidence:
        """Return the evidence with values that are set, which have no range, and others multiplied, range and all."""
        found = dict(self._entries)
        for name, value in overrides.items():
            found[name] = replace(found[name], value=value, low=None, high=None)
        for name, times in factors.items():
            found[name] = found[name].multiplied(times)
        return Evidence(found)

    def parameters(
        self,
        uniform: Callable[[str], float] | None = None,
        overrides: Mapping[str, float] | None = None,
        factors: Mapping[str, float] | None = None,
    ) -> Parameters:
        """Return point values, or with ``uniform`` (name to a number in (0, 1)) a draw from the triangular ranges.

        Overrides win over both; factors multiply whatever came out.
        """
        drawn = {name: _value(entry, uniform) for name, entry in self._entries.items()}
        values = drawn | dict(overrides or {})
        return Parameters(values | {name: values[name] * times for name, times in (factors or {}).items()}, drawn)


def _value(entry: Entry, uniform: Callable[[str], float] | None) -> float:
    if uniform is None or not entry.varies:
        return float(entry.value)
    assert entry.low is not None and entry.high is not None, f"{entry.name} needs both low and high"
    return triangular(uniform(entry.name), entry.low, entry.value, entry.high)


def triangular(u: float, low: float, mode: float, high: float) -> float:
    """Return the value that a triangular variate has at probability ``u`` (its inverse distribution)."""
    if high <= low:
        return low
    split = (mode - low) / (high - low)
    if u < split:
        return low + sqrt((high - low) * (mode - low) * u)
    return high - sqrt((high - low) * (high - mode) * (1.0 - u))


@lru_cache(maxsize=1)
def load() -> Evidence:
    """Read the evidence file that ships with the package."""
    path = Path(__file__).with_name("evidence.toml")
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return Evidence({name: Entry(name=name, **fields) for name, fields in content.items()})
