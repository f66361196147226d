"""Process families of a researcher's own: what a scenario knows of them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import sha256
from pathlib import Path
from types import FunctionType
from typing import Any

from sim.scenario.names import FAMILIES

#: Classes (or other makers) of families with a ``name`` and, if they need them, ``parameters``, ``words`` and a
#: ``version``, without which no run of theirs that was kept is ever given back.
Own = tuple[Any, ...]

_known: ContextVar[Own] = ContextVar("own families", default=())
#: By module and id, what came from a file and the file as it was then.
_files: dict[tuple[str, int], tuple[Any, bytes]] = {}


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
    _check_makers(found, (type, FunctionType))
    for family in found:
        name = getattr(family, "name", "")
        if not isinstance(name, str) or name in ("", *taken):
            raise ValueError(f"name(={name!r}) of {family!r} must be a text that no family has yet")
        taken.append(name)
        if not callable(getattr(family, "start", None)):
            raise TypeError(f"{family.name} must have start(campaign), though it may do nothing there")
        version(family, family.name)
        _check_parameters(family)
        source(family, family.__module__)
    return found


def checked_besides(families: Any) -> Own:
    """Return a researcher's own of families that are played besides the model's; raises as `checked` does.

    The model's are named all or not at all: a scenario switches one off, and never leaves it out.
    """
    found = _listed(families)
    named = {family.name for family in found if _is_models(family)}
    if named and (missing := [name for name in FAMILIES if name not in named]):
        raise ValueError(
            f"families must hold all of sim.FAMILIES or none, not all but {', '.join(missing)}: "
            "replace(families={NAME: 'off'}) switches one off, sim.run(..., families=...) plays others in its place"
        )
    return checked(found)


def checked_alone(families: Any) -> Own:
    """Return families that are played in place of all others; raises as `checked` does for those that are classes."""
    found = _listed(families)
    _check_makers(found)
    classes: Own = tuple(family for family in found if isinstance(family, type))
    checked(classes, [family.name for family in classes if _is_models(family)])
    return found


def _listed(families: Any) -> Own:
    if not isinstance(families, Iterable):
        raise TypeError(f"families(={families!r:.80}) must be classes in a tuple, such as (*sim.FAMILIES, Mine)")
    return tuple(families)


def _check_makers(families: Own, of: tuple[type, ...] = (object,)) -> None:
    for family in families:
        if not callable(family) or not isinstance(family, of):
            raise TypeError(f"{family!r} must be a class: each replication makes a family of its own")


def _is_models(family: Any) -> bool:
    return is_models(str(getattr(family, "__module__", "")))


def is_models(module: str) -> bool:
    """Whether a module is the package's, and no researcher's own."""
    return module.startswith("sim.")


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
    return all("<" not in family.__qualname__ and file_of(family.__module__) is not None for family in families)


def versioned(families: Own) -> bool:
    """Whether each family has a version, so that kept runs of them may be given back."""
    return all(version(family, family.name) is not None for family in families)


def hashed(families: Own) -> str:
    """Return a hash of what tells families apart, whatever is in them as they play; empty for none.

    That is name, version and parameters, where it stands and the file that it comes from, but nothing that it imports.
    """
    digest = sha256()
    for family in families:
        module = "__main__" if family.__module__ == "__mp_main__" else family.__module__  # a script's in a worker
        told = family.name, module, family.__qualname__, version(family, family.name), *parameters((family,))
        digest.update(repr(told).encode() + b"\0" + source(family, family.__module__))
    return digest.hexdigest()[:16] if families else ""


def version(thing: Any, called: str) -> str | int | None:
    """Return the version that stands in a class, function or module itself, None where none does; else TypeError."""
    found = vars(thing).get("version")
    if found is not None and (isinstance(found, bool) or not isinstance(found, str | int)):
        raise TypeError(f"version(={found!r:.80}) of {called} must be a text or a whole number")
    return found


def source(thing: Any, module: str) -> bytes:
    """Return the file of a class or function's module as it was when first asked for, which is what is in memory.

    What a module that is loaded anew has is another class. A notebook's has no file.
    """
    key = module, id(thing)
    if key not in _files:
        file = file_of(module)
        _files[key] = thing, b"" if file is None else file.read_bytes()
    return _files[key][1]


def file_of(module: str) -> Path | None:
    """Return the file that a loaded module came from; None for a notebook's, and for what was typed or piped in."""
    file = getattr(sys.modules.get(module), "__file__", None)
    path = Path(file) if file else None
    return path if path is not None and path.is_file() else None
