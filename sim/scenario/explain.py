"""Validation of a tree: what pydantic refuses, told as problems with a place, a code and fields."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from pydantic import BaseModel, ValidationError

from sim.scenario.allocation import Allocation
from sim.scenario.assumption import Assumption, evidence
from sim.scenario.consistency import BETWEEN, conflicts
from sim.scenario.model import Scenario
from sim.scenario.names import called, nearest
from sim.scenario.names import plain as plain_name
from sim.scenario.nodes import Node, Scalar, Table, along, entries, plain, shown
from sim.scenario.own import Own, knowing
from sim.scenario.own import names as family_names
from sim.scenario.parts import Rules, Switch, Targets
from sim.scenario.posterior import Draws, Maker, Posterior
from sim.scenario.problems import Problem, ScenarioError
from sim.scenario.projects import FIELD_OF, ListedProject, ProjectList
from sim.scenario.projects import sound as sound_rows
from sim.scenario.quantities import bare
from sim.scenario.reading import included
from sim.scenario.sheet import NO, YES, titled

Path = tuple[str | int, ...]
Details = Mapping[str, Any]

_CODES = {
    "missing": "missing_key", "extra_forbidden": "unknown_key", "literal_error": "not_one_of",
    "dict_type": "not_a_mapping", "model_type": "not_a_mapping", "model_attributes_type": "not_a_mapping",
    "tuple_type": "not_a_list", "string_type": "not_text", "finite_number": "not_finite",
    "float_type": "not_a_number", "greater_than_equal": "negative_value",
    "int_type": "not_whole", "int_from_float": "not_whole", "too_short": "too_few",
}  # fmt: skip
_SAME = {
    "true": "on", "yes": "on", "false": "off", "no": "off", "null": "none", "开": "on", "是": "on", "照常": "on",
    "关": "off", "否": "off", "停用": "off", "不受限": "unlimited", "不用等": "unlimited",
}  # fmt: skip
#: Reading problems after which the values of the line mean nothing.
_MISREAD = frozenset({"full_width", "odd_space", "colon_without_space", "unknown_tag"})
#: What does not fit only because an amount was read without its unit.
_SUMS = frozenset({"over_committed", "ceiling_low", "ceilings_low", "over_ceiling"})
#: Keys that only the reading of files knows.
READING_KEYS = ("extends",)
#: Other words for that.
_EXTENDS = frozenset({"base", "from", "include", "inherit", "inherits", "parent", "继承"})
#: Tables that have keys of their own, * standing for any name; the last are those of files of their own.
TABLES: dict[Path, type[BaseModel]] = {
    (): Scenario, ("rules",): Rules, ("targets",): Targets, ("allocations", "*"): Allocation, ("families", "*"): Switch,
    ("assumptions", "*"): Assumption, ("projects",): ProjectList, ("projects", "rows", "*"): ListedProject,
    ("posterior",): Posterior, ("posterior", "made_by"): Maker, ("posterior", "draws"): Draws,
}  # fmt: skip
#: Quotes of a Chinese keyboard or a word processor, which YAML takes for letters.
_QUOTES = "“”‘’「」"
#: Brackets of a Chinese keyboard, and what YAML takes for them.
_BRACKETS = str.maketrans("｛｝［］，：", "{}[],:")
#: A value with a remark behind it that YAML does not take for one.
_REMARK = re.compile(r"([^#＃]*[^#＃\s])\s*[#＃]\s*(.*)")


def validated(tree: Node, already: Iterable[Problem] = (), own: Own = ()) -> Scenario:
    """Return the scenario of a tree; raises `ScenarioError` with the problems found already and now.

    It knows the families ``own`` besides the model's.
    """
    sound: dict[str, Any] = {}
    found = list(already)
    if isinstance(tree, Table):
        try:
            tree, more = included(tree)
        except ScenarioError as error:
            raise ScenarioError([*found, *error.problems]) from None
        found += more
    try:
        with knowing(own):
            scenario = Scenario.model_validate(plain(tree), context=sound).extended(own)
    except ValidationError as error:
        found += _problems(error, tree)
        if "projects" not in sound and isinstance(listed := plain(tree).get("projects"), dict):
            sound["projects"] = sound_rows(listed.get("rows", ()))
        found += [p for p in _cross_problems(sound, tree) if p not in found]
    if found := _telling(found, isinstance(tree, Table) and bool(tree.below)):
        raise ScenarioError(sorted(found, key=lambda p: (p.file != tree.file, p.file, p.line)))
    return scenario


def _telling(found: list[Problem], extends: bool) -> list[Problem]:
    """Leave out what only follows from another problem: a misread line, one that stands empty above an indentation
    that was not read as one, a key that is there but misspelt, what stands below a name cut at its point.
    """
    misread = {(p.file, p.line) for p in found if p.code in _MISREAD}
    above = {(p.file, p.line - 1) for p in found if p.code == "odd_space"}
    meant = {_sibling(p.key, p.nearest) for p in found if p.code == "unknown_key" and p.nearest}
    unitless = any(p.code == "unit_missing" for p in found)
    kept = (p for p in found if p.code != "missing_key" or not meant.intersection((p.key, _ground(p.key))))
    tables = {p.key for p in found if p.code == "unknown_assumption" and p.nearest and _within(p.key, p.nearest)}
    kept = (p for p in kept if p.code != "unknown_key" or p.key.rpartition(".")[0] not in tables)
    filled = (p for p in kept if p.code != "empty_value" or (p.file, p.line) not in above)
    clear = (p for p in filled if not (unitless and p.code in _SUMS))
    told = [p for p in clear if p.code in _MISREAD or (p.file, p.line) not in misread]
    return told if extends else _together(told)


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


def _cross_problems(sound: Mapping[str, Any], tree: Node) -> list[Problem]:
    details = conflicts(sound)
    return _problems(ValidationError.from_exception_data("Scenario", details), tree) if details else []


def _problems(error: ValidationError, tree: Node) -> list[Problem]:
    return [_problem(details, tree) for details in error.errors(include_url=False)]


def _problem(details: Details, tree: Node) -> Problem:
    assert isinstance(tree, Table)
    path: Path = tuple(step for step in details["loc"] if step != "[key]")
    if path[:1] == ("history",) and isinstance(history := tree.items.get("history"), Table) and path[1:]:
        found = _problem({**details, "loc": path[1:]}, history)
        return replace(found, key=f"history.{found.key}")
    if between := BETWEEN.get(details["type"]):
        path = _written_last(tree, entries(tree, between), between[:1])
    if details["type"] == "over_ceiling":
        given = ("allocations", details["ctx"]["fields"]["allocation"], "shares", path[1])
        path = _written_last(tree, [path, given], path)
    if path[:2] == ("projects", "rows") and details["type"] in FIELD_OF:
        path = (*path, FIELD_OF[details["type"]])
    walked = list(along(tree, path))
    node, file, line = walked[-1]
    if not isinstance(node, Table):
        path = path[: len(walked) - 1]  # a short form has no deeper keys
    here = node if len(walked) == len(path) + 1 else None
    code, allowed, near, fields = _told(details, path, here)
    if code == "unknown_key" and near not in READING_KEYS and (belongs := _elsewhere(path)):
        code, allowed, near = "misplaced_key", belongs, None
    if path[:2] == ("projects", "rows"):
        code, fields = _of_list(code, fields, tree)
    key = next(titled(tree, path), ".".join(map(str, path)))
    if code in ("unknown_key", "misplaced_key") and isinstance(here, Scalar) and (written := _remark(here, path)):
        here = replace(here, text=written[1])
    return Problem(code, file, line, key, shown(here), allowed, near, fields)


def _of_list(code: str, fields: dict[str, Any], tree: Node) -> tuple[str, dict[str, Any]]:
    """Speak of cells and lines of a list where the refusal spoke of values and rows."""
    if code == "repeated_project":
        *_, (_, _, fields["first"]) = along(tree, ("projects", "rows", fields["first"]))
    if code == "not_one_of":
        return "not_under_way", {"yes": " / ".join(sorted(YES)), "no": " / ".join(sorted(NO))}
    return "empty_cell" if code == "empty_value" else code, fields


def _written_last(tree: Table, paths: Iterable[Path], first: Path) -> Path:
    """Return that of the paths which the topmost file says: the first, or else the last line."""
    files = (tree.file, *tree.below)

    def order(path: Path) -> tuple[int, bool, int]:
        *_, (_, file, line) = along(tree, path)
        return files.index(file), path != first, -line

    return min(paths, key=order, default=first)


def _told(details: Details, path: Path, here: Node | None) -> tuple[str, str, str | None, dict[str, Any]]:
    """Return code, allowed, nearest and fields of one refusal."""
    kind, context = details["type"], details.get("ctx", {})
    code = context.get("code") or _CODES.get(kind, "invalid")
    value = here.value if isinstance(here, Scalar) else here
    if code not in ("unknown_key", "missing_key") and isinstance(here, Scalar) and value is None:
        return "empty_value", context.get("allowed", ""), None, {}
    if isinstance(value, float) and not math.isfinite(value):
        return "not_finite", context.get("allowed", ""), None, {}
    if isinstance(value, str) and value[:1] and value[0] in _QUOTES and not isinstance(here, Table):
        return "full_width", "", f'"{value.strip(_QUOTES)}"', {}
    if isinstance(value, str) and value[:1] in ("｛", "［"):
        return "full_width", "", value.translate(_BRACKETS), {}
    if code != "unknown_key" and (written := _remark(here, path)):
        return "remark", "", f"{written[1]} # {written[2]}", {}
    if code == "unknown_assumption" and isinstance(here, Table) and (name := _nested(str(path[-1]), here)):
        return code, context["allowed"], name, context["fields"]
    if code == "not_a_number" and isinstance(value, date) and _unit(path) == "day of year":
        return "not_a_day", "", f"{value.timetuple().tm_yday}", {}
    if "code" in context:
        return code, context["allowed"], context["nearest"], context["fields"]
    if code == "unknown_key":
        known = _keys(path[:-1])
        extends = "extends" if len(path) == 1 and str(path[-1]).lower() in _EXTENDS else None
        return code, ", ".join(known), extends or nearest(str(path[-1]), known, "key_name"), {}
    if code == "not_one_of":
        words = re.findall(r"'([^']*)'", context["expected"])
        return code, " | ".join(words), _alike(shown(here), words), {}
    if code == "not_a_mapping" and path[-1:] == ("title",) and isinstance(value, str):
        return code, "", f"{{{'en' if value.isascii() else 'zh'}: {value}}}", {}
    if code == "not_text" and isinstance(here, Scalar):
        return code, "", f'"{here.text}"', {}
    near = bare(here.text, whole=True) if code == "not_whole" and isinstance(here, Scalar) else None
    return code, "", near, {"reason": details["msg"]} if code == "invalid" else {}


def _nested(name: str, here: Table) -> str | None:
    """Return the first entry of the evidence that is written as a table within a table where its name has a point."""
    return next((full for key in here.items if (full := f"{name}.{key}") in evidence()), None)


def _unit(path: Path) -> str | None:
    """Return the unit of the assumption at a path; None for whatever is none."""
    entry = evidence().get(str(path[1])) if path[0] == "assumptions" and len(path) > 1 else None
    return entry.unit if entry else None


def _remark(here: Node | None, path: Path) -> re.Match[str] | None:
    """Return a value and the remark in it; a # begins none in quotes, in a name or in the cell of a list."""
    if not isinstance(here, Scalar) or not isinstance(here.value, str) or here.quoted:
        return None
    return None if {"projects", "title", "name"}.intersection(path) else _REMARK.fullmatch(here.text)


def _alike(word: str, words: list[str]) -> str | None:
    same = _SAME.get(word.lower())
    return same if same in words else nearest(word, words)


def _keys(path: Path) -> list[str]:
    """Return the keys that a file may write at a path."""
    model = TABLES.get(path) or TABLES.get((*path[:-1], "*"))
    names = [] if model is None else _names(model)
    return names if path else sorted([*names, *READING_KEYS])


def _elsewhere(path: Path) -> str:
    """Return where a file may write a key that has no place at its own level, ^ the top level and * any name.

    The key may be one in name; what its own level calls so comes first.
    """
    key = plain_name(str(path[-1]))
    if path[0] in ("projects", "posterior") or key in called("key_name", _keys(path[:-1])):
        return ""
    found = {table: _keys(table) for table in TABLES if not {"projects", "posterior"}.intersection(table)}
    names = {table: called("key_name", known).get(key) for table, known in found.items()}
    names["families",] = called("family", family_names()).get(key)
    return ", ".join(".".join([*(table or "^"), name]) for table, name in names.items() if name)


def _names(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]
