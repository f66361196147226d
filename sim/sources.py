"""The model's sources as they were when this process began: what it computes belongs to them and to nothing newer."""

from hashlib import sha256
from pathlib import Path

#: Rooms whose sources cannot change a result.
_CHANGES_NO_RESULT = ("report", "cli", "words", "study", "ensemble", "statistics", "assets")
PACKAGE = Path(__file__).parent


def hashed(package: Path = PACKAGE) -> str:
    """Return a hash of every source and fact under ``package`` that can change a result, as they are now."""
    digest = sha256()
    for path in sorted(package.rglob("*")):
        inside = path.relative_to(package)
        if path.suffix in (".py", ".toml") and inside.parts[0] not in _CHANGES_NO_RESULT:
            digest.update(str(inside).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def holds(module: str) -> bool:
    """Whether the source of a module is part of that hash."""
    package, _, inside = module.partition(".")
    return package == PACKAGE.name and inside.partition(".")[0] not in _CHANGES_NO_RESULT


#: Taken when the package is imported, before any room of it: modules in memory do not follow an edit.
AT_IMPORT = hashed()
