"""What a result was made with: a hash of every source, fact and library that can change it."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import sha256
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

#: Rooms, and modules of the face, that only tell, draw or count what has been played.
TELLERS = ("report", "cli", "words", "study", "assets", "__init__.py", "__main__.py")
#: Libraries whose arithmetic or order of events reaches a result.
LIBRARIES = ("numpy", "scipy", "simpy")

Family = Callable[[], Any]


@lru_cache(maxsize=1)
def model_hash() -> str:
    """Return a hash of the package's sources and facts, of the libraries and of Python's own version."""
    package = Path(__file__).parent.parent
    digest = sha256()
    for path in sorted(package.rglob("*"), key=lambda path: path.relative_to(package).as_posix()):
        inside = path.relative_to(package)
        if path.suffix in (".py", ".toml") and inside.parts[0] not in TELLERS:
            digest.update(inside.as_posix().encode() + b"\0" + _text(path))
    digest.update(repr((sys.version_info[:2], [version(name) for name in LIBRARIES])).encode())
    return digest.hexdigest()[:16]


def played_by(replicate: str, families: Sequence[Family] | None = None) -> str:
    """Return which function plays which families: names, and a hash of those that are not the package's own."""
    module, name = replicate.split(":")
    makers = [_described(module, name, None), *(_family(family) for family in families or ())]
    return " ".join(makers)


def importable(families: Sequence[Family] | None) -> bool:
    """Whether worker processes can import the families; what a notebook or a function defines they cannot."""
    return all(
        getattr(f, "__module__", "__main__") != "__main__" and "<" not in getattr(f, "__qualname__", "<")
        for f in families or ()
    )


def _family(family: Family) -> str:
    name = getattr(family, "__qualname__", repr(family))
    return _described(getattr(family, "__module__", ""), name, family)


def _described(module: str, name: str, what: Any) -> str:
    if module.startswith("sim."):
        return f"{module}:{name}"
    file = getattr(import_module(module), "__file__", None) if module not in ("", "__main__") else None
    text = _text(Path(file)) if file else _written(what)
    return f"{module}:{name}#{sha256(text).hexdigest()[:16]}"


def _written(what: Any) -> bytes:
    """The source of what was typed somewhere; where it is lost, a text that is never the same twice."""
    try:
        return inspect.getsource(what).encode()
    except (OSError, TypeError):
        return object.__repr__(what).encode()


def _text(path: Path) -> bytes:
    """A file as it reads, whichever line ends a checkout gave it."""
    return path.read_bytes().replace(b"\r\n", b"\n")
