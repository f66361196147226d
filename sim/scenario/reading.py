"""From a path to a tree: the file itself, its encoding, its size, and what it extends."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from sim.scenario.compose import Composer
from sim.scenario.names import LONGEST_NAME, MONEY, nearest
from sim.scenario.nodes import Node, Scalar, Table, along, entries, plain, shown
from sim.scenario.problems import Problem, ScenarioError
from sim.scenario.quantities import unitless

#: A scenario is a page or two; anything near this is not one, and YAML is slow to read.
SIZE_LIMIT = 64 * 1024
EXTENDS_LIMIT = 8
#: What a file does not inherit: it is another scenario.
OWN = frozenset({"extends", "name", "title"})
#: Keys that name a file, whose content then stands there; the name is relative to the file that holds the key.
INCLUDED = ("posterior", "history", "projects")
#: What a history leaves to who asks.
ASKED = frozenset({"parameters", "posterior", "history", "projects"})
#: Where the scenarios lie that come with the package: in it, or beside it in a checkout.
_SHIPPED = (Path(__file__).parents[1] / "shipped", Path(__file__).parents[2] / "scenarios")
#: The keys of a posterior's file.
POSTERIOR = frozenset({"made_by", "parameters", "draws"})


def read(path: Path) -> tuple[Table, list[Problem]]:
    """Return a file laid over those it extends, and the problems that did not stop the reading."""
    return _extended(path, (), None)


def included(tree: Table) -> tuple[Table, list[Problem]]:
    """Return the tree with the files that its keys name read in, and the problems that did not stop the reading."""
    items, problems = dict(tree.items), list[Problem]()
    for key in INCLUDED:
        node = items.get(key)
        if isinstance(node, Scalar) and isinstance(node.value, str) and node.value.strip():
            asked = Problem("unreadable", *tree.places[key], key, shown(node))
            items[key], more = _content(key, beside(node), asked)
            problems += more
    return replace(tree, items=items), problems


def _content(key: str, path: Path, asked: Problem) -> tuple[Node, list[Problem]]:
    if key == "projects":
        from sim.scenario.sheet import LIST_LIMIT, listed

        return listed(path, _bytes(path, asked, LIST_LIMIT, "csv"))
    if key == "history":
        tree, problems = _extended(path, (), asked)
        small = [replace(found, key=f"{key}.{found.key}") for found in small_sums(tree)]
        return named(_without(tree, ASKED), path), [*problems, *small]
    tree, slips = _composed(str(path), _text(path, asked))
    if not tree.items.keys() & POSTERIOR - {"parameters"}:  # which a scenario has too
        raise ScenarioError([*slips, _moved(asked, "no_posterior")])
    return tree, [*slips]


@lru_cache(maxsize=8)
def _composed(file: str, text: str) -> tuple[Table, tuple[Problem, ...]]:
    """Many scenarios extend one file and draw from one posterior, which are slow to read."""
    composer = Composer(file, text)
    return composer.compose(), tuple(composer.problems)


def named(tree: Table, path: Path) -> Table:
    """Give a scenario without a name that of its file."""
    if "name" in tree.items:
        return tree
    name = re.sub(r"[^\w.-]+|^[.-]+", "-", path.stem).strip("-")[:LONGEST_NAME] or "scenario"
    place = (str(path), 1)
    items = {"name": Scalar(*place, name, name), **tree.items}
    return replace(tree, items=items, places={"name": place, **tree.places})


def small_sums(tree: Table) -> Iterator[Problem]:
    """Find the sums of money whose unit was forgotten."""
    for path in entries(tree, MONEY):
        *_, (node, file, line) = along(tree, path)
        wrong = unitless(node.value, path == ("total",)) if isinstance(node, Scalar) else None
        if wrong:
            yield Problem(wrong.code, file, line, ".".join(path), shown(node), wrong.allowed, wrong.nearest)


def unused(tree: Table) -> Iterator[Problem]:
    """Find years before that a file names and would not play, for a start at margins that it does not ask for."""
    node, start = tree.items.get("history"), tree.items.get("start")
    if node is None or plain(node) is None or (start is not None and plain(start) != "margins"):
        return
    files = (tree.file, *tree.below)
    (file, line), said = tree.places["history"], tree.places["start"][0] if start else ""
    if said not in files[: files.index(file) + 1]:
        yield Problem("history_unused", file, line, "history", shown(node), "start: history | start: margins")


def shipped() -> Path | None:
    """Return the folder of the scenarios that come with the package."""
    return next((folder for folder in _SHIPPED if folder.is_dir()), None)


def beside(named: Scalar) -> Path:
    """Return the file that a value names: beside the file it stands in, or else one that comes with the package."""
    path, folder = Path(named.file).parent / str(named.value), shipped()
    with suppress(OSError):  # whatever is wrong with it is told when it is read
        if folder is not None and not path.exists() and (folder / str(named.value)).is_file():
            return folder / str(named.value)
    return path


def keys(path: Path) -> frozenset[str]:
    """Return the keys of a file, whatever else is in it."""
    return frozenset(_composed(str(path), _text(path, None))[0].items)


def is_posterior(path: Path) -> bool:
    """Whether a file is what a calibration leaves."""
    with suppress(ScenarioError):
        return keys(path) == POSTERIOR
    return False


def _extended(path: Path, below: tuple[Path, ...], asked: Problem | None) -> tuple[Table, list[Problem]]:
    tree, slips = _composed(str(path), _text(path, asked))
    if tree.items.keys() == POSTERIOR:
        raise ScenarioError([_moved(asked or Problem("unreadable", str(path)), "is_posterior", name=path.name)])
    base = tree.items.get("extends")
    if base is None:
        return tree, [*slips]
    line = tree.places["extends"][1]
    asked = Problem("unreadable", str(path), line, "extends", shown(base))
    if not isinstance(base, Scalar) or not isinstance(base.value, str) or not base.value.strip():
        raise ScenarioError([*slips, _moved(asked, "not_text")])
    lower = beside(base)
    chain = (*below, path)
    _check_chain(lower, chain, asked)
    try:
        ground, problems = _extended(lower, chain, asked)
    except ScenarioError as error:
        raise ScenarioError([*slips, *error.problems]) from None
    return _laid_over(ground, tree), [*slips, *problems]


def _check_chain(lower: Path, chain: tuple[Path, ...], asked: Problem) -> None:
    if _resolved(lower) in map(_resolved, chain):
        names = " > ".join(path.name for path in (*chain, lower))
        raise ScenarioError([_moved(asked, "extends_cycle", chain=names)])
    if len(chain) > EXTENDS_LIMIT:
        raise ScenarioError([_moved(asked, "extends_depth", limit=EXTENDS_LIMIT)])


def _resolved(path: Path) -> Path:
    """The file that a path leads to; the path itself where that cannot be found, which is told when it is read."""
    with suppress(OSError, RuntimeError, ValueError):
        return path.resolve()
    return path


def _laid_over(ground: Table, tree: Table) -> Table:
    merged = _merged(_without(ground, OWN), _without(tree, frozenset({"extends"})), ())
    assert isinstance(merged, Table)
    return replace(merged, below=(ground.file, *ground.below))


def _without(table: Table, keys: frozenset[str]) -> Table:
    kept = {key: node for key, node in table.items.items() if key not in keys}
    return replace(table, items=kept, places={key: table.places[key] for key in kept})


def _merged(ground: Node, over: Node, path: tuple[str, ...]) -> Node:
    """Merge tables key by key; what only makes sense whole (shares, a switch, an assumption) is replaced."""
    if not (isinstance(ground, Table) and isinstance(over, Table)) or _whole(path):
        return over
    table = Table(over.file, over.line, dict(ground.items), dict(ground.places))
    for key, node in over.items.items():
        below = ground.items.get(key)
        table.items[key] = node if below is None else _merged(below, node, (*path, key))
        table.places[key] = over.places[key]
    return table


def _whole(path: tuple[str, ...]) -> bool:
    match path:
        case ("allocations", _, "shares") | ("families" | "assumptions", _):
            return True
    return False


def _text(path: Path, asked: Problem | None) -> str:
    """Return the text of a scenario's file."""
    return _decoded(path, _bytes(path, asked, SIZE_LIMIT, "yaml"))


def _bytes(path: Path, asked: Problem | None, limit: int, ending: str) -> bytes:
    """Return what is in a file; what is wrong with the file is told at the line that asked for it."""
    here = asked or Problem("unreadable", str(path))
    try:
        _check_file(path, here, ending)
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except PermissionError:
        raise ScenarioError([_moved(here, "not_permitted")]) from None
    except OSError as error:
        reason = errno.errorcode.get(error.errno or 0, type(error).__name__)
        raise ScenarioError([_moved(here, "unreadable", reason=reason)]) from None
    if len(content) > limit:
        code = "too_large" if ending == "yaml" else "list_too_large"
        raise ScenarioError([_moved(here, code, limit_kb=limit // 1024)])
    return content


def _check_file(path: Path, here: Problem, ending: str) -> None:
    if path.is_dir():
        raise ScenarioError([_moved(here, "is_directory", ending=ending)])
    if path.is_symlink():
        path.stat()
    if not path.exists():
        found = _there(path, here.key, "*.y*ml" if ending == "yaml" else f"*.{ending}")
        near = nearest(path.stem, found)
        raise ScenarioError([_moved(here, "missing_file", found[near] if near else None)])
    if not path.is_file():
        raise ScenarioError([_moved(here, "not_a_file", ending=ending)])
    if ending == "yaml" and path.suffix.lower() == ".csv":
        raise ScenarioError([_moved(here, "is_list", name=path.name)])


def _there(path: Path, key: str, pattern: str) -> dict[str, str]:
    """Return the files that may have been meant, by their stems: beside it, and for a key those of the package."""
    folder, asked = shipped() if key else None, key == "posterior"
    others = sorted(folder.glob(f"{key}/{pattern}" if asked else pattern)) if folder else []
    found = {p.stem: p.relative_to(folder).as_posix() for p in others} if folder else {}
    files = (p for p in sorted(path.parent.glob(pattern)) if p.is_file()) if path.parent.is_dir() else ()
    return {**found, **{p.stem: str(p) for p in files if not asked or is_posterior(p)}}


def _decoded(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        encoding = _guess(content)
        code, fields = ("not_utf8", {"encoding": encoding}) if encoding else ("no_text", {})
        raise ScenarioError([Problem(code, str(path), line, fields=fields)]) from None


def _guess(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "UTF-16"
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return "GBK"


def _moved(place: Problem, code: str, near: str | None = None, **fields: object) -> Problem:
    return Problem(code, place.file, place.line, place.key, place.value, nearest=near, fields=fields)
