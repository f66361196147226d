"""Process families of a researcher's own: what a scenario knows of them, and which sources stand behind them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from sim.scenario.names import FAMILIES

#: Classes (or other makers) of families with a ``name`` and, if they need them, ``parameters`` and ``words``.
Own = tuple[Any, ...]

_known: ContextVar[Own] = ContextVar("own families", default=())


@contextmanager
def knowing(families: Own) -> Iterator[None]:
    """Within the block, scenarios may switch these families and set their parameters."""
    token = _known.set(families)
    try:
        yield
    finally:
        _known.reset(token)


def names() -> tuple[str, ...]:
    """Return the families that a scenario may name now: the model's, then the researcher's."""
    return (*FAMILIES, *(family.name for family in _known.get()))


def known_parameters() -> tuple[Any, ...]:
    """Return the parameters of the families that are known now."""
    return parameters(_known.get())


def parameters(families: Own) -> tuple[Any, ...]:
    """Return what families bring into the evidence (`sim.Entry`), in their order."""
    return tuple(entry for family in families for entry in getattr(family, "parameters", ()))


def checked(families: Own, beside: Iterable[str] = FAMILIES) -> Own:
    """Return the families that are not the model's own; raises `TypeError` or `ValueError` for what cannot be one.

    ``beside`` are the names of the model's families that are played with them, which they cannot take.
    """
    found = tuple(family for family in families if not _is_models(family))
    taken = list(beside)
    _check_makers(found)
    for family in found:
        name = getattr(family, "name", "")
        if not isinstance(name, str) or name in ("", *taken):
            raise ValueError(f"name(={name!r}) of {family!r} must be a text that no family has yet")
        taken.append(name)
        if not callable(getattr(family, "start", None)):
            raise TypeError(f"{family.name} must have start(campaign), though it may do nothing there")
        _check_parameters(family)
    return found


def checked_alone(families: Own) -> Own:
    """Return families that are played in place of all others; raises as `checked` does for those that are classes."""
    _check_makers(families)
    classes: Own = tuple(family for family in families if isinstance(family, type))
    checked(classes, [family.name for family in classes if _is_models(family)])
    return families


def _check_makers(families: Own) -> None:
    for family in families:
        if not callable(family):
            raise TypeError(f"{family!r} must be a class: each replication makes a family of its own")


def _is_models(family: Any) -> bool:
    return str(getattr(family, "__module__", "")).startswith("sim.")


def _check_parameters(family: Any) -> None:
    from sim.evidence import Entry

    brought = getattr(family, "parameters", ())
    if not isinstance(brought, tuple | list) or not all(isinstance(entry, Entry) for entry in brought):
        raise TypeError(f"parameters(={brought!r}) of {family.name} must be a tuple of sim.Entry")
    for entry in brought:
        if not str(entry.name).startswith(f"{family.name}."):
            raise ValueError(f"parameter(={entry.name!r}) of {family.name} must begin with '{family.name}.'")
        if [other.name for other in brought].count(entry.name) > 1:
            raise ValueError(f"parameter(={entry.name!r}) of {family.name} must stand there once")
        entry.check()


def words(families: Own) -> Mapping[str, Mapping[str, str]]:
    """Return the texts that families bring, by language and key."""
    found: dict[str, dict[str, str]] = {}
    for family in families:
        for lang, texts in getattr(family, "words", {}).items():
            found.setdefault(lang, {}).update(texts)
    return found


def importable(families: Own) -> bool:
    """Whether another process finds the families: not those of a notebook, or from inside a function."""
    return all(
        "<" not in family.__qualname__ and hasattr(sys.modules.get(family.__module__), "__file__")
        for family in families
    )  # fmt: skip


def hashed(families: Own) -> str:
    """Return a hash of the sources of families, as they were when this process first asked; empty for none."""
    return sha256(b"\0".join(map(_source, families))).hexdigest()[:16] if families else ""


@cache
def _source(family: Any) -> bytes:
    """Its own lines, and the whole file of a family that has one, since it may use what stands beside it."""
    file = getattr(sys.modules.get(family.__module__), "__file__", None)
    beside = Path(file).read_bytes() if file else b""
    return "\0".join([family.__qualname__, *_lines(family)]).encode() + beside


def _lines(family: Any) -> Iterator[str]:
    from inspect import getsource, isroutine

    for kind in family.__mro__[:-1]:
        for name, part in vars(kind).items():
            if isroutine(part):
                yield getsource(getattr(part, "__func__", part))
            elif not name.startswith("__"):
                yield f"{name} = {part!r}"
