"""Validation of a tree: what pydantic refuses, told as problems with a place, a code and fields."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from pydantic import ValidationError

from sim.scenario.assumption import evidence
from sim.scenario.consequences import worth_telling
from sim.scenario.consistency import BETWEEN, conflicts
from sim.scenario.keys import READING_KEYS, Path, elsewhere, keys_at, nearest_key
from sim.scenario.model import Scenario
from sim.scenario.names import nearest
from sim.scenario.nodes import Node, Scalar, Table, along, entries, plain, shown
from sim.scenario.own import Own, knowing
from sim.scenario.problems import Problem, ScenarioError
from sim.scenario.projects import FIELD_OF
from sim.scenario.projects import sound as sound_rows
from sim.scenario.quantities import bare
from sim.scenario.reading import included
from sim.scenario.sheet import NO, YES, titled

Details = Mapping[str, Any]
#: Of one refusal: its code, what is allowed, what is nearest to it, and fields for its words.
Told = tuple[str, str, str | None, dict[str, Any]]

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
    if found := worth_telling(found, isinstance(tree, Table) and bool(tree.below)):
        raise ScenarioError(sorted(found, key=lambda p: (p.file != tree.file, p.file, p.line)))
    return scenario


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
    if code == "unknown_key" and near not in READING_KEYS and (belongs := elsewhere(path)):
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


def _told(details: Details, path: Path, here: Node | None) -> Told:
    """Return what is said of one refusal: of how it was typed, where that is what is wrong; else of what it means."""
    context = details.get("ctx", {})
    code = context.get("code") or _CODES.get(details["type"], "invalid")
    if isinstance(here, Scalar) and (told := _typed(code, context.get("allowed", ""), here, path)):
        return told
    if code == "unknown_assumption" and isinstance(here, Table) and (name := _nested(str(path[-1]), here)):
        return code, context["allowed"], name, context["fields"]
    if code == "not_a_number" and isinstance(here, Scalar) and (day := _day(here, path)):
        return "not_a_day", "", day, {}
    if "code" in context:
        return code, context["allowed"], context["nearest"], context["fields"]
    if code == "unknown_key":
        return code, ", ".join(keys_at(path[:-1])), nearest_key(path), {}
    if code == "not_one_of":
        words = re.findall(r"'([^']*)'", context["expected"])
        return code, " | ".join(words), _alike(shown(here), words), {}
    near = _as_it_should_be(code, here, path) if isinstance(here, Scalar) else None
    return code, "", near, {"reason": details["msg"]} if code == "invalid" else {}


def _typed(code: str, allowed: str, here: Scalar, path: Path) -> Told | None:
    """Return what is said of a value that is empty or not finite, or has a remark or signs of a Chinese keyboard."""
    value = here.value
    if value is None and code not in ("unknown_key", "missing_key"):
        return "empty_value", allowed, None, {}
    if isinstance(value, float) and not math.isfinite(value):
        return "not_finite", allowed, None, {}
    if isinstance(value, str) and value[:1] and value[0] in _QUOTES:
        return "full_width", "", f'"{value.strip(_QUOTES)}"', {}
    if isinstance(value, str) and value[:1] in ("｛", "［"):
        return "full_width", "", value.translate(_BRACKETS), {}
    if code != "unknown_key" and (written := _remark(here, path)):
        return "remark", "", f"{written[1]} # {written[2]}", {}
    return None


def _as_it_should_be(code: str, here: Scalar, path: Path) -> str | None:
    """Return how a value of the wrong kind would be written as one of the right kind."""
    value = here.value
    if code == "not_a_mapping" and path[-1:] == ("title",) and isinstance(value, str):
        return f"{{{'en' if value.isascii() else 'zh'}: {value}}}"
    if code == "not_text":
        return f'"{here.text}"'
    return bare(here.text, whole=True) if code == "not_whole" else None


def _day(here: Scalar, path: Path) -> str | None:
    """Return the number of a date where a day of the year is asked for."""
    is_date = isinstance(here.value, date) and _unit(path) == "day of year"
    return f"{here.value.timetuple().tm_yday}" if is_date else None


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
