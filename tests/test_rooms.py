"""Imports go downward only, from room to room, and families never import each other."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import sim
from sim.campaign import FAMILIES

PACKAGE = Path(sim.__file__).parent
#: A room may import those below it, and the modules beside the rooms.
ROOMS = ("cli", "report", "study", "ensemble", "statistics", "campaign", "county", "scenario", "evidence", "kernel", "words")


def imported(path):
    """The modules of the package that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "sim":
            yield from (f"sim.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and str(node.module).startswith("sim."):
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("sim."))


def test_every_room_has_its_place():
    assert {path.parent.name for path in PACKAGE.glob("*/__init__.py")} == set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_lies_below_it(room):
    above = ROOMS[: ROOMS.index(room)]
    found = {(path.name, name) for path in (PACKAGE / room).rglob("*.py") for name in imported(path)}
    assert {(file, name) for file, name in found if name.split(".")[1] in above} == set()


def test_what_stands_beside_the_rooms_imports_none_but_the_words():
    files = [path for path in PACKAGE.glob("*.py") if path.stem not in ("__init__", "__main__")]
    found = {(path.name, name.split(".")[1]) for path in files for name in imported(path)}
    assert {(file, room) for file, room in found if room in ROOMS[:-1]} == set()


@pytest.mark.parametrize("page", ["page", "replay"])
def test_nothing_else_in_the_report_imports_a_page(page):
    """What pages have in common, and what others read of them, stands beside them."""
    files = [path for path in (PACKAGE / "report").rglob("*.py") if page not in path.relative_to(PACKAGE).parts]
    found = {(path.name, name) for path in files for name in imported(path)}
    assert {(file, name) for file, name in found if f"{name}.".startswith(f"sim.report.{page}.")} == set()


def test_families_never_import_each_other():
    modules = {family.__module__ for family in FAMILIES}
    files = {name: PACKAGE.parent / (name.replace(".", "/") + ".py") for name in modules}
    assert {(name, other) for name, path in files.items() for other in imported(path) if other in modules} == set()
