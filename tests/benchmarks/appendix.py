"""Rewrites the generated parts of the model description: ``python -m tests.benchmarks.appendix``.

Between the markers of `sim/PARAMETERS.md` stand tables made from the evidence, the facts of 2016-17, the scenario's
keys, the families and the luck that a run draws; `sim/RESULTS.md` is the words of what a run leaves. With ``--systems`` the table of systems in `sim/MODEL.md` is made anew
as well, from as many replications.
"""

from __future__ import annotations

import argparse
import ast
import re
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

from pydantic import BaseModel
from pydantic.fields import FieldInfo

import sim
from sim.campaign import FAMILIES, start
from sim.campaign.campaign import Campaign
from sim.campaign.families.inflow import OWN_LACKS
from sim.campaign.ranks import Control
from sim.campaign.replicate import _county
from sim.ensemble.pool import cores
from sim.evidence import load
from sim.scenario.keys import READING_KEYS
from sim.scenario.keys import TABLES as TABLES_OF_KEYS
from sim.scenario.model import Scenario
from sim.scenario.names import ALWAYS_ON, NEVER_UNLIMITED
from sim.streams import Streams
from sim.study.backcast import FACTS
from sim.study.calibrate import NAMED
from sim.words import label, say
from sim.words.catalogue import LANGUAGES, texts
from tests.benchmarks import systems
from tests.benchmarks.facts import row

ROOT = Path(__file__).parents[2]
APPENDIX, MODEL, RESULTS = (ROOT / "sim" / name for name in ("PARAMETERS.md", "MODEL.md", "RESULTS.md"))

#: Of the evidence: a title, and the first parts of the names that belong to it.
GROUPS = (
    ("Rural people, places and their poverty on the first day", ("county", "township", "tier", "village", "hamlet", "map")),
    ("Households on the first day", ("household", "cause", "missing", "start")),
    ("Income", ("income",)),
    ("People, desks and files (families cadres, files)", ("people", "files")),
    ("Money and its way (disbursement)", ("money",)),
    ("Works and housing (works)", ("works",)),
    ("Relocation and what follows it (relocation, follow_up)", ("relocation", "follow_up")),
    ("Industry, guidance, orders (industries, guidance, order_chain)", ("industry", "guidance", "order")),
    ("Jobs, posts, workshops (cooperation)", ("cooperation", "post", "workshop")),
    ("Education, medical care, backstop (protection)", ("education", "medical", "backstop")),
    ("Collective economy and party building", ("collective", "party")),
    ("Zone commands, joint responsibility, supervision", ("zones", "responsibility", "supervision")),
    ("Integrity", ("integrity",)),
    ("Shocks and inflow", ("shock", "inflow")),
    ("The list, assessment, evaluation, re-planning", ("gate", "assessment", "verification", "rule", "recognition", "plan")),
    ("Facts that a run is held against", ("fact", "history", "held")),
)  # fmt: skip
#: So that wrong files are met by everybody who looks.
FAULTY = {"people.file_error": {"value": 0.5, "outside_range": True}}


def parameters() -> Iterator[str]:
    """Every entry of the evidence, group by group, with its names and the modules that read it."""
    evidence, readers = load(), reading()
    left = dict(evidence)
    for title, firsts in GROUPS:
        names = [name for name in evidence if name.split(".")[0] in firsts]
        head = row("key", "called", "value", "unit", "kind", "range", "source", "read by")
        yield from ("", f"### {title}", "", head, "|---" * 8 + "|")
        for name in names:
            entry = left.pop(name)
            span = "-" if entry.low is None else f"{_number(entry.low)} to {_number(entry.high)}"
            stated = f"{entry.value:.0f}" if entry.is_year else _number(entry.value)
            source = entry.source + (f" ({entry.note})" if entry.note else "")
            yield row(f"`{name}`", _called(name), stated, entry.unit, entry.kind, span, _cell(source),
                      ", ".join(readers[name]) or "-")  # fmt: skip
    if left:
        raise ValueError(f"no group of the appendix holds {', '.join(left)}")


def facts() -> Iterator[str]:
    """What was reported of 2016-17, and what the model is to it."""
    evidence = load()
    yield from (row("scalar of a run", "reported", "unit", "role", "note", "stated in"), "|---" * 6 + "|")
    for name, entry in tomllib.loads(FACTS.read_text(encoding="utf-8")).items():
        stated = evidence[entry["evidence"]]
        yield row(f"`{name}`", _number(stated.value), stated.unit, entry["role"], _cell(entry.get("note", "")),
                  f"`{entry['evidence']}`")  # fmt: skip


def calibrated() -> Iterator[str]:
    """What calibration may move."""
    yield from (row("value", "called", "range", "moves along with it"), "|---" * 4 + "|")
    for name, entry in tomllib.loads(NAMED.read_text(encoding="utf-8")).items():
        found = load()[name]
        along = ", ".join(f"`{other}`" for other in entry.get("with", ())) or "-"
        yield row(f"`{name}`", _called(name), f"{_number(found.low)} to {_number(found.high)} {found.unit}", along)


def part_at(key: str) -> type[BaseModel] | None:
    """The model of what a scenario file writes below a key, itself or by name; None for values and other files."""
    return None if key in ("projects", "posterior") else TABLES_OF_KEYS.get((key,)) or TABLES_OF_KEYS.get((key, "*"))


def inside(model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    """The keys of a model as files write them, each with its field."""
    return ((field.alias or name, field) for name, field in model.model_fields.items())


def scenario_keys() -> Iterator[str]:
    """Every key that a scenario file may write."""
    yield from (row("key", "may be", "default", "meaning"), "|---" * 4 + "|")
    whole = Scenario.model_json_schema(by_alias=True)
    files = {
        "posterior": "file that a calibration left", "history": "scenario of the years before",
        "projects": "project list, a .csv file",
    }  # fmt: skip
    whole["properties"] |= {key: {"type": "string", "description": what} for key, what in files.items()}
    whole["properties"]["compare"] = {"anyOf": [{"const": "all"}, whole["properties"]["compare"]]}
    for key, field in inside(Scenario):
        yield _key(key, whole["properties"][key], whole, field)
        if part := part_at(key):
            inner = part.model_json_schema(by_alias=True)
            for below, of_part in inside(part):
                yield _key(f"{key}.{below}", inner["properties"][below], inner, of_part)
    yield from (row(f"`{key}`", "text", "-", say(f"key.{key}", "en")) for key in READING_KEYS)


def _key(key: str, found: dict[str, Any], within: dict[str, Any], field: Any) -> str:
    default = "required" if field.is_required() else _default(field.get_default(call_default_factory=True))
    return row(f"`{key}`", _cell(_form(found, within)), default, _cell(say(f"key.{key}", "en")))


def _form(found: dict[str, Any], within: dict[str, Any]) -> str:
    """A form of a JSON schema in words."""
    if "$ref" in found:
        return _form(within["$defs"][found["$ref"].rsplit("/", 1)[-1]], within)
    if "enum" in found:
        return ", ".join(map(str, found["enum"]))
    if "const" in found:
        return str(found["const"])
    if "anyOf" in found:
        forms = [_form(form, within) for form in found["anyOf"] if form != {"type": "null"}]
        return " or ".join(dict.fromkeys(forms))
    if "description" in found and found.get("type") == "string":
        return str(found["description"])
    if found.get("format") == "date":
        return "date"
    kinds = {"object": "table", "array": "list", "string": "text", "boolean": "on, off", "integer": "whole number"}
    return kinds.get(found.get("type", ""), found.get("type", "any"))


def _default(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if value is None or value == {} or value == () or isinstance(value, BaseModel):
        return "-"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, dict):
        found = {_default(getattr(item, "state", item)) for item in value.values()}
        return f"each {found.pop()}" if len(found) == 1 else "-"
    return str(value)


def families() -> Iterator[str]:
    """The process families in the order in which they start."""
    yield from (row("family", "module", "what it plays", "off", "unlimited"), "|---" * 5 + "|")
    for family in FAMILIES:
        name, words = family().name, " ".join((family.__doc__ or "").split("\n\n")[0].split())
        switched = name != "assessment"
        yield row(f"`{name}`", f"`{family.__module__.removeprefix('sim.campaign.')}`", _cell(words),
                  "yes" if switched and name not in ALWAYS_ON else "no",
                  "yes" if switched and name not in ALWAYS_ON | NEVER_UNLIMITED else "no")  # fmt: skip


def kinds() -> Iterator[str]:
    """The kinds of cases that families register, with their gates."""
    yield from (row("kind", "family", "for a", "line that pays", "gates in order", "money travels"), "|---" * 6 + "|")
    for kind in _begun().cases.kinds.values():
        yield row(f"`{kind.name}`", f"`{kind.family}`", kind.scope, kind.line or "-", ", ".join(kind.route),
                  "to the village" if kind.to_village else "-")  # fmt: skip


def ranks() -> Iterator[str]:
    """Who is first at one instant."""
    yield from (row("rank", "process of the county"), "|---" * 2 + "|")
    for control in Control:
        yield row(str(control.value), control.name.lower())


def luck() -> Iterator[str]:
    """Every purpose for which a run of 2016-18 draws, as addresses of the groups *start* and *luck*."""
    yield from (row("group", "purpose", "asked for in"), "|---" * 3 + "|")
    where = _spelt(re.compile(r"[\w./{}-]+"))
    for group, purpose in sorted(drawn()):
        name, room = purpose.split("/")[0], "county" if group == "start" else "campaign"
        modules = [module for pattern, module in where if re.fullmatch(pattern.split("/")[0], name)]
        yield row(group, f"`{purpose}`", ", ".join(dict.fromkeys(m for m in modules if m.startswith(room))) or "-")


def drawn(replications: int = 4) -> set[tuple[str, str]]:
    """Group and purpose of what is drawn in 2016-18 and in 2018 alone; kinds of cases go by that word, without a case.

    The second look is taken, which is what draws more by a rule.
    """
    seen: set[tuple[str, str]] = set()
    kinds = "|".join({*_begun().cases.kinds, *OWN_LACKS})
    original = Streams._key

    def note(self: Streams, group: str, purpose: str, period: int) -> Any:
        seen.add((group, re.sub(rf"/({kinds})$", "/KIND", re.sub(r"(/\d+)+$", "", purpose))))
        return original(self, group, purpose, period)

    with mock.patch.object(Streams, "_key", note):
        for name in ("2016-2017", "2018"):
            small = sim.load(ROOT / "scenarios" / f"{name}.yaml").replace(
                end_date="2018-12-31", scale=0.1, assumptions=FAULTY, rules={"second_look": True}
            )
            for replication in range(replications):
                _county.cache_clear()
                sim.run(small, small.baseline, replication)
    return {(group, purpose) for group, purpose in seen if group != "parameters"}


def _begun() -> Campaign:
    """A small county's campaign on its first day, with every family started."""
    scenario = sim.load(ROOT / "scenarios" / "quick.yaml")
    campaign = start(scenario, scenario.baseline)
    for family in campaign.families:
        family.start(campaign)
    return campaign


def reading() -> dict[str, list[str]]:
    """By entry of the evidence, the modules of the model in whose source its name stands; an entity is no entry."""
    spelt = _spelt(re.compile(r"(?!(?:household|hamlet|village)\.\{\}$)[a-z_]+\.[\w.{}-]+"))
    return {
        name: list(dict.fromkeys(module for pattern, module in spelt if re.fullmatch(pattern, name))) for name in load()
    }


def _spelt(wanted: re.Pattern[str]) -> list[tuple[str, str]]:
    """Strings of the sources that have a wanted form, as patterns, each with its module; ``{}`` stands for a word."""
    found = []
    for room in ("county", "campaign"):
        for path in sorted((ROOT / "sim" / room).rglob("*.py")):
            module = ".".join(path.relative_to(ROOT / "sim").with_suffix("").parts)
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                text = _text(node)
                if wanted.fullmatch(text) and re.search("[a-z]", text.replace("{}", "")):
                    found.append((re.escape(text).replace(r"\{\}", r"[\w.-]+"), module))
    return found


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return ""


def _called(name: str) -> str:
    """What people call a value, in both languages."""
    return _cell("; ".join(label("parameter", name, lang) for lang in LANGUAGES))


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if float(value).is_integer() and abs(value) >= 1000 else f"{value:g}"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def results(part: str) -> Iterator[str]:
    """What stands in each column of a table that a comparison leaves."""
    yield from (row("column", "what it is", "含义"), "|---" * 3 + "|")
    for key in texts("en"):
        if key.startswith(f"result.{part}."):
            yield row(f"`{key.rsplit('.', 1)[1]}`", *(_cell(say(key, lang)) for lang in ("en", "zh")))


#: The tables that a comparison leaves, what all of them or only some runs have, and the census of one with a log.
TABLES = (
    "every", "replications", "years", "villages", "monthly", "why_not", "lines", "projects", "projects_back", "propose",
    "evidence", "census", "census_households", "census_hamlets", "census_villages",
)  # fmt: skip
SECTIONS: dict[str, Callable[[], Iterator[str]]] = {
    "families": families, "kinds": kinds, "ranks": ranks, "keys": scenario_keys, "facts": facts, "calibrated": calibrated,
    "luck": luck, "parameters": parameters,
}  # fmt: skip


def rewritten(text: str, name: str, lines: list[str]) -> str:
    """The text with new lines between the markers of a part."""
    begin, end = f"<!-- generated: {name} -->", f"<!-- end: {name} -->"
    before, rest = text.split(begin)
    after = rest.split(end)[1]
    body = "\n".join(lines).strip()
    return f"{before}{begin}\n\n{body}\n\n{end}{after}"


def appendix() -> str:
    """The appendix with every generated part made anew."""
    text = APPENDIX.read_text(encoding="utf-8")
    for name, made in SECTIONS.items():
        text = rewritten(text, name, list(made()))
    return text


def explained() -> str:
    """The page on results with every table made anew."""
    text = RESULTS.read_text(encoding="utf-8")
    for name in TABLES:
        text = rewritten(text, name, list(results(name)))
    return text


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--systems", type=int, metavar="REPLICATIONS", help="make the table of systems anew")
    chosen = options.parse_args()
    APPENDIX.write_text(appendix(), encoding="utf-8")
    RESULTS.write_text(explained(), encoding="utf-8")
    if chosen.systems:
        with ProcessPoolExecutor(cores()) as pool:
            found = list(pool.map(partial(systems._read, "scenarios/2018.yaml"), range(chosen.systems)))
        text = MODEL.read_text(encoding="utf-8")
        MODEL.write_text(rewritten(text, "systems", systems.lines(found)), encoding="utf-8")


if __name__ == "__main__":
    main()
