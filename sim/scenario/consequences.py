"""Which problems of a file only follow from another, and are left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sim.scenario.problems import Problem

#: Reading problems after which the values of the line mean nothing.
_MISREAD = frozenset({"full_width", "odd_space", "colon_without_space", "unknown_tag"})
#: What does not fit only because an amount was read without its unit.
_SUMS = frozenset({"over_committed", "ceiling_low", "ceilings_low", "over_ceiling"})


def worth_telling(found: Sequence[Problem], extends: bool) -> list[Problem]:
    """Leave out what only follows from another problem; of a file that ``extends`` none, say once what is missing."""
    ways = list(_follows(found))
    told = [p for p in found if not any(follows(p) for follows in ways)]
    return told if extends else _together(told)


def _follows(found: Sequence[Problem]) -> Iterator[Callable[[Problem], bool]]:
    """Yield the ways in which a problem may follow from others, each as whether one does."""
    misread = {(p.file, p.line) for p in found if p.code in _MISREAD}
    yield lambda p: p.code not in _MISREAD and (p.file, p.line) in misread

    above = {(p.file, p.line - 1) for p in found if p.code == "odd_space"}
    yield lambda p: p.code == "empty_value" and (p.file, p.line) in above  # its lines are there, not read as its own

    meant = {_sibling(p.key, p.nearest) for p in found if p.code == "unknown_key" and p.nearest}
    yield lambda p: p.code == "missing_key" and not meant.isdisjoint((p.key, _ground(p.key)))  # there, but misspelt

    cut = {p.key for p in found if p.code == "unknown_assumption" and p.nearest and _within(p.key, p.nearest)}
    yield lambda p: p.code == "unknown_key" and p.key.rpartition(".")[0] in cut  # below a name cut at its point

    unitless = any(p.code == "unit_missing" for p in found)
    yield lambda p: unitless and p.code in _SUMS


def _together(found: list[Problem]) -> list[Problem]:
    """Tell of several keys that a whole scenario needs in one line: the file was to extend another."""
    missing = [p for p in found if p.code == "missing_key" and "." not in p.key]
    if len(missing) < 2:
        return found
    first, keys = missing[0], ", ".join(p.key for p in missing)
    one = Problem("not_a_whole", first.file, first.line, allowed=keys, nearest="extends: 2018.yaml")
    return [one, *(p for p in found if p not in missing)]


def _within(key: str, name: str) -> bool:
    """Whether the key path of an assumption ends in the first part of this name."""
    return name.startswith(f"{key.rpartition('assumptions.')[2]}.")


def _sibling(key: str, name: str) -> str:
    return ".".join([*key.split(".")[:-1], name])


def _ground(key: str) -> str:
    """What would give a key of the top level if it were spelt right."""
    return "" if "." in key else "extends"
