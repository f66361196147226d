"""What code of a researcher's own is made of: the files that it comes from, or what a notebook has of it in memory."""

from __future__ import annotations

import ast
import pickle
import site
import sys
import sysconfig
from collections.abc import Iterator
from functools import cache, partial
from importlib.util import find_spec, resolve_name
from inspect import getclosurevars, isclass, ismodule, isroutine
from pathlib import Path
from types import CodeType
from typing import Any

#: Where Python and installed packages lie.
_INSTALLED = tuple(
    Path(path).resolve()
    for path in {*sysconfig.get_paths().values(), *site.getsitepackages(), site.getusersitepackages()}
)
_MODEL = Path(__file__).parents[1]


def file_of(module: str) -> Path | None:
    """Return the file that a loaded module came from; None for a notebook's, and for what was typed or piped in."""
    file = getattr(sys.modules.get(module), "__file__", None)
    path = Path(file) if file else None
    return path if path is not None and path.is_file() else None


@cache
def files(module: str) -> bytes:
    """Return a module's file and those of the researcher's own that it imports, as they were when first asked for."""
    found: dict[Path, bytes] = {}
    _gather(module, file_of(module), found)
    return b"\0".join(found.values())


def memory(thing: Any) -> Iterator[bytes]:
    """Say what a class or function is made of: its lines, what its names stand for, and what those are made of."""
    return _told(thing, {})


def _gather(module: str, path: Path | None, found: dict[Path, bytes]) -> None:
    if path is None or path in found or path.suffix != ".py":
        return
    found[path] = path.read_bytes()
    package = module if path.stem == "__init__" else module.rpartition(".")[0]
    for name in _imported(found[path], package):
        _gather(name, _own_file(name), found)


def _imported(source: bytes, package: str) -> Iterator[str]:
    """Name the modules that a source may import, at any depth of it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            name = "." * node.level + (node.module or "")
            base = resolve_name(name, package) if node.level and package else name
            yield from (base, *(f"{base}.{alias.name}" for alias in node.names))


def _own_file(name: str) -> Path | None:
    """Return the file of a module that is neither the model's nor installed; None for those, and for what is none."""
    try:
        top = find_spec(name.partition(".")[0])  # which imports nothing
        if top is None or not _is_own(top.origin or next(iter(top.submodule_search_locations or ()), None)):
            return None
        spec = find_spec(name)
    except (ImportError, ValueError, AttributeError):
        return None
    return Path(spec.origin) if spec is not None and spec.has_location and spec.origin else None


def _is_own(place: str | None) -> bool:
    if place is None or not Path(place).exists():
        return False
    path = Path(place).resolve()
    return not any(path.is_relative_to(folder) for folder in (*_INSTALLED, _MODEL))


def _told(thing: Any, seen: dict[int, Any]) -> Iterator[bytes]:
    if id(thing) in seen:
        return
    seen[id(thing)] = thing
    if ismodule(thing):
        yield files(thing.__name__) if _own_file(thing.__name__) else thing.__name__.encode()
    elif isclass(thing) or isroutine(thing):
        yield from _code(thing, seen)
    else:
        yield from _value(thing, seen)


def _code(thing: Any, seen: dict[int, Any]) -> Iterator[bytes]:
    module = str(getattr(thing, "__module__", None))
    name, file = str(getattr(thing, "__qualname__", "")), file_of(module)
    if file is not None and not _is_own(str(file)):
        yield f"{module}.{name}".encode()
        return
    yield name.encode()  # a script's module has another name in a worker
    if file is not None:
        yield files(module)
    if isclass(thing):
        for kind in thing.__mro__[1:-1]:
            yield from _told(kind, seen)
        for name, part in vars(thing).items():
            if isroutine(part) or not name.startswith("__"):
                yield name.encode()
                yield from _told(part, seen)
        return
    function = getattr(thing, "__func__", thing)
    if isinstance(getattr(function, "__code__", None), CodeType):
        yield from _function(function, file is None, seen)


def _function(function: Any, in_memory: bool, seen: dict[int, Any]) -> Iterator[bytes]:
    """Its code and what it closes over; of a notebook's also what its other names stand for, which no file tells."""
    named = getclosurevars(function)
    names = {**named.nonlocals, **(named.globals if in_memory else {}), "=": function.__defaults__}
    yield _compiled(function.__code__)
    for name in sorted(names):
        yield name.encode()
        yield from _told(names[name], seen)


def _compiled(code: CodeType) -> bytes:
    """Its instructions and constants, not where it stood."""
    inner = [part for part in code.co_consts if isinstance(part, CodeType)]
    plain = [part for part in code.co_consts if not isinstance(part, CodeType)]
    said = repr((code.co_names, [sorted(map(repr, x)) if isinstance(x, frozenset) else x for x in plain]))
    return b"\0".join([code.co_code, said.encode(), *map(_compiled, inner)])


def _value(thing: Any, seen: dict[int, Any]) -> Iterator[bytes]:
    match thing:
        case partial():
            inside: list[Any] = [thing.func, thing.args, thing.keywords]
        case property():
            inside = [thing.fget, thing.fset, thing.fdel]
        case dict():
            inside = [part for item in thing.items() for part in item]
        case list() | tuple():
            inside = list(thing)
        case set() | frozenset():
            inside = sorted(thing, key=repr)
        case _:
            yield _plain(thing)
            return
    yield type(thing).__name__.encode()
    for part in inside:
        yield from _told(part, seen)


def _plain(thing: Any) -> bytes:
    try:
        return pickle.dumps(thing, protocol=5)
    except Exception:  # a lock, an open file: whatever it is, no result should hang on it
        return type(thing).__qualname__.encode()
