"""The JSON schema of scenario files, made from the models: editors complete, explain and check with it while typing.

It accepts whatever the reader accepts, and of what the reader refuses as much as a schema can know: sums, references
between keys and what another file holds are left to `check`.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from sim.scenario.assumption import ELSEWHERE, evidence, held_against
from sim.scenario.fields import (
    LEAST_CONFIDENCE,
    LEAST_SCALE,
    LEAST_ZONE,
    MOST_CONFIDENCE,
    MOST_ZONE,
)
from sim.scenario.keys import READING_KEYS
from sim.scenario.model import Scenario
from sim.scenario.names import ALWAYS_ON, FAMILIES, LINES, MOST_REPLICATIONS, NEVER_UNLIMITED
from sim.scenario.parts import Rules, Targets
from sim.scenario.quantities import LEAST_BARE, MONEY_LIMIT, UNITS
from sim.words import label, say
from sim.words.catalogue import LANGUAGES

Json = dict[str, Any]
_SPACE, _DIGIT = r"[\s\u3000]*", "[0-9\uff10-\uff19]"
_NUMBER = rf"[+\uff0b]?{_DIGIT}[0-9\uff10-\uff19.,\uff0e\uff0c]*"
_ZERO = "[-\uff0d][0\uff10]+([.\uff0e][0\uff10]+)?"
_DATE = f"{_DIGIT}{{4}}[-\uff0d]{_DIGIT}{{2}}[-\uff0d]{_DIGIT}{{2}}"
_DAY: Json = {"type": "string", "pattern": f"^{_SPACE}{_DATE}{_SPACE}$"}
_TRUTH: Json = {"enum": [True, False, "on", "off"]}
_MONEY: Json = {"$ref": "#/$defs/money"}
_SHARE: Json = {"$ref": "#/$defs/share"}
_FILE: Json = {"type": ["string", "object", "null"]}
#: ASCII signs a scenario's name cannot have; what is a letter elsewhere is the reader's to know.
_NAME: Json = {"type": "string", "pattern": r"^[^\s!-/:-@\[-^`{-~][^\s!-,/:-@\[-^`{-~]{0,79}$"}


def schema() -> Json:
    """Return the schema; every key is described in both languages."""
    keys = {_key(name, field): _described(_key(name, field)) for name, field in Scenario.model_fields.items()}
    for key, form in _forms().items():
        keys[key] |= form
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "sim scenario", "description": _both("cli.help.file"), "type": "object",
        "properties": {**keys, **{key: {"type": "string", **_described(key)} for key in READING_KEYS}},
        "additionalProperties": False, "$defs": _shared(),
        "if": {"required": list(READING_KEYS)}, "else": _whole(),
    }  # fmt: skip


def _key(name: str, field: Any) -> str:
    return str(field.alias or name)


def _whole() -> Json:
    """What a file has to say that extends no other."""
    needed = [_key(n, field) for n, field in Scenario.model_fields.items() if field.is_required() and n != "name"]
    return {"required": needed, "properties": {
        "targets": {"required": list(Targets.model_fields)},
        "allocations": {"minProperties": 1, "additionalProperties": {"required": ["shares"]}},
    }}  # fmt: skip


def _forms() -> dict[str, Json]:
    """What each key of the scenario itself may be."""
    money = {"type": "object", "propertyNames": {"enum": list(LINES)}, "additionalProperties": _MONEY}
    return {
        "name": _NAME, "title": _title(), "history": _FILE, "posterior": _FILE, "seed": _count(0),
        "projects": {"type": ["string", "object", "array", "null"]},
        "start": _choice(Scenario, "start"), "gate": _choice(Scenario, "gate"),
        "parameters": _choice(Scenario, "parameters"), "start_date": _DAY, "end_date": _DAY,
        "decide_on": {"anyOf": [_DAY, {"type": "null"}]}, "replications": _count(1, MOST_REPLICATIONS),
        "confidence": _share(LEAST_CONFIDENCE, MOST_CONFIDENCE), "indifference": _share(LEAST_ZONE, MOST_ZONE),
        "gate_none_share": _SHARE, "scale": _share(LEAST_SCALE), "total": _MONEY, "earmarked": money,
        "floors": money, "ceilings": money, "targets": _table("targets", {
            "incidence": _SHARE, **dict.fromkeys(("people", "households", "villages"), _count(0)),
        }),
        "rules": _table("rules", {
            name: _choice(Rules, name) if field.annotation is not bool else _TRUTH
            for name, field in Rules.model_fields.items()
        }),
        "families": _families(), "assumptions": _assumptions(), "allocations": _allocations(),
        "compare": {"anyOf": [{"const": "all"}, {"type": "array", "items": {"type": "string"}}]},
    }  # fmt: skip


def _table(key: str, forms: dict[str, Json]) -> Json:
    """A part whose keys have these forms, each described; no other key may stand there."""
    properties = {name: {**form, **_described(f"{key}.{name}")} for name, form in forms.items()}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _families() -> Json:
    """Of each family the states it can have, by themselves or in a table."""
    found = {}
    for family in FAMILIES:
        never = {"off"} if family in ALWAYS_ON else set()
        never |= {"unlimited"} if family in NEVER_UNLIMITED else set()
        state: Json = {"enum": [s for s in ("on", "off", "unlimited") if s not in never]}
        switch = _table("families", {"state": state, "from": {"anyOf": [_DAY, {"type": "null"}]}})
        found[family] = {"anyOf": [state, {**switch, "required": ["state"]}], "description": _both(f"family.{family}")}
    return {"type": "object", "properties": found, "additionalProperties": False}


def _assumptions() -> Json:
    """Every value of the evidence decided here, by its names; a bare number lies within its range, or is the fact."""
    found = {}
    for name, entry in evidence().items():
        if name in ELSEWHERE or held_against(name):
            continue
        number: Json = {"type": "number"}
        if entry.kind == "source":
            number["const"] = entry.value
        elif entry.low is not None and entry.high is not None:
            number |= {"minimum": entry.low, "maximum": entry.high}
        what = [label("parameter", name, lang) for lang in LANGUAGES]
        what += [f"{entry.value:g} {label('unit', entry.unit, lang)}".strip() for lang in LANGUAGES]
        found[name] = {"anyOf": [number, {"$ref": "#/$defs/assumption"}], "description": "\n".join(dict.fromkeys(what))}
    return {"type": "object", "properties": found, "additionalProperties": False}


def _shared() -> Json:
    """What stands in many places."""
    number = {"type": ["number", "null"]}
    table = _table("assumptions", {"value": number, "times": number, "outside_range": _TRUTH})
    return {"assumption": table, "money": _money(), "share": _share()}


def _allocations() -> Json:
    shares = {"type": "object", "propertyNames": {"enum": list(LINES)}, "additionalProperties": _SHARE}
    leaning = {**shares, "propertyNames": {"enum": ["default", *LINES]}}
    plan = _table("allocations", {"title": _title(), "shares": shares, "tilt": {"anyOf": [_SHARE, leaning]}})
    names = {"pattern": "^[a-z][a-z0-9_]{0,59}$"}
    return {"type": "object", "propertyNames": names, "additionalProperties": plan}


def _title() -> Json:
    texts = {lang: {"type": "string"} for lang in LANGUAGES}
    return {"type": "object", "properties": texts, "additionalProperties": False}


def _choice(model: type[BaseModel], name: str) -> Json:
    return {"enum": list(model.model_fields[name].annotation.__args__)}  # type: ignore[union-attr]


def _count(low: int, high: int = 10**12) -> Json:
    return {"type": "integer", "minimum": low, "maximum": high}


def _money() -> Json:
    """Whole yuan, large enough not to have lost their unit, or a number with its unit."""
    units = "|".join(_any_case(unit) for unit in UNITS)
    text = f"^{_SPACE}({_NUMBER}|{_ZERO}){_SPACE}({units}){_SPACE}$"
    bare = [{"const": 0}, {"type": "integer", "minimum": LEAST_BARE, "maximum": MONEY_LIMIT}]
    return {"anyOf": [*bare, {"type": "string", "pattern": text}]}


def _any_case(unit: str) -> str:
    """A unit in either case and width of its letters."""
    return "".join(_letter(c) if c.isascii() and c.isalpha() else "[ \u3000]" if c == " " else c for c in unit)


def _letter(c: str) -> str:
    either = c.lower() + c.upper()
    return f"[{either}{''.join(chr(ord(letter) + 0xFEE0) for letter in either)}]"


def _share(low: float = 0.0, high: float = 1.0) -> Json:
    """A fraction of one, per cent, or so many parts of so many."""
    parts = rf"{_NUMBER}{_SPACE}[/\uff0f]{_SPACE}{_NUMBER}"
    text = rf"^{_SPACE}(({_NUMBER}|{_ZERO}){_SPACE}[%\uff05\ufe6a]|{parts}){_SPACE}$"
    return {"anyOf": [{"type": "number", "minimum": low, "maximum": high}, {"type": "string", "pattern": text}]}


def _described(key: str) -> Json:
    examples = dict.fromkeys(say(f"key_example.{key}", lang).strip("`") for lang in LANGUAGES)
    return {"description": _both(f"key.{key}"), "examples": list(examples)}


def _both(key: str) -> str:
    return "\n".join(say(key, lang) for lang in LANGUAGES)
