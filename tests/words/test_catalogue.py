"""The catalogues agree with each other, with the glossary and with the code that speaks through them."""

import ast
import errno
import re
import string
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from sim import words
from sim.campaign.cases import GATES, SCOPES
from sim.campaign.exit.village_items import ITEMS
from sim.campaign.families.supervision import findings
from sim.campaign.lacks import HAVES
from sim.campaign.results.came_back import DAYS
from sim.cli import VERBS
from sim.cli.options import OPERANDS, TAKES
from sim.county.county import CAUSES, PRODUCTS, TIERS, TOWNSHIPS, VILLAGE_ITEMS
from sim.evidence import entry
from sim.evidence.reconcile import reconcile
from sim.report import view
from sim.report.replay.frames import STAGES
from sim.report.story import COUNTED, PARTS
from sim.report.zones import APART
from sim.scenario import Scenario
from sim.scenario.names import FAMILIES, KINDS, LINES
from sim.scenario.parts import Rules, Switch
from sim.words import catalogue

SIM = Path(catalogue.FOLDER).parent
FORBIDDEN = re.findall(
    r"\S+",
    "边缘户 脱贫监测户 乡村振兴 出列 退出 胜率 赢面 赌 概率 最优 智能体 代理 消融 先验 后验 蒙特卡洛 "
    "造假 糊弄 懒政 突击脱贫 仿真 模拟结果 预测 异地 差村 落后村 不实 P=",
)

#: Groups that other tests hold against what they name.
ELSEWHERE = ("parameter.", "unit.", "key.", "key_example.", "column_about.", "result.")
#: Groups whose members are the names of things, and what these are.
NAMED = {
    "cause": CAUSES,
    "cli.example": VERBS,
    "cli.help": {option[2:].replace("-", "_") for takes in TAKES.values() for option in takes}
    | {about.rpartition(".")[2] for _, about, _ in OPERANDS.values()} | {"one_allocation", "lang", "help"},
    "cli.verb": VERBS,
    "criterion": {*HAVES, *ITEMS, "incidence"},
    "event": {*COUNTED},
    "event.found": findings.KINDS,
    "event.item": {*VILLAGE_ITEMS} - {*HAVES, *ITEMS},
    "event.source": {"patrol", "special", *findings.OUTSIDE},
    "event.work": {*KINDS, "education", "insurance", "seat"},
    "family": FAMILIES,
    "gate": {*GATES, *APART.values()},
    "key_name": {key.rpartition(".")[2] for key in words.texts("en") if key.startswith("key.")},
    "kind": entry.KINDS,
    "line": LINES,
    "listed_by": SCOPES,
    "month": {*map(str, range(1, 13))},
    "plan_gate": get_args(Scenario.model_fields["gate"].annotation),
    "product": PRODUCTS,
    "project_kind": KINDS,
    "projects.day": DAYS,
    "reconcile": {identity.code for identity in reconcile()},
    "replay.stage": STAGES,
    "role": {"input", "fitted", "predicted"},
    "story.income": PARTS,
    "switch": {*get_args(Switch.model_fields["state"].annotation)} - {"on"},
    "tier": TIERS,
    "township": TOWNSHIPS,
    "unblocks": {*GATES, *APART.values()},
    "why_not": view.CAUSES,
}  # fmt: skip


@pytest.mark.parametrize(("work", "kind"), [("hamlet_roads", "road"), ("jobs", "job"), ("backstop", "backstop")])
def test_one_thing_has_one_name_in_chinese(work, kind):
    """In the schedule, in a household's year and first among those of a project list; the others are read all the same."""
    of = words.texts("zh")
    first, *others = of[f"project_kind.{kind}"].split("|")
    assert of[f"work.{work}"] == of[f"event.work.{kind}"] == first and others
    assert not [key for key, text in of.items() if any(name in text for name in others) and key != f"project_kind.{kind}"]


def placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@cache
def sources():
    """What every file of the package says, by path."""
    return {path: path.read_text(encoding="utf-8") for path in sorted(SIM.rglob("*.py"))}


@cache
def parsed():
    return {path: ast.parse(text) for path, text in sources().items()}


def spoken_literals():
    for path, tree in parsed().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in {"say", "known"} and isinstance(node.args[0].value, str):
                    yield path.name, node.args[0].value


@cache
def patterns():
    """What the code computes texts by: its f-strings that begin with a name, and the groups it looks labels up in."""
    found = set()
    for node in (node for tree in parsed().values() for node in ast.walk(tree)):
        if isinstance(node, ast.JoinedStr):
            fixed = [re.escape(part.value) if isinstance(part, ast.Constant) else "(.+)" for part in node.values]
            found |= {"".join(fixed)} if re.match(r"[a-z_]+(\\\.|_)", fixed[0]) else set()
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("label", "_of_group"):
            groups = (part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant))
            found |= {rf"{re.escape(group)}\.(.+)" for group in groups if isinstance(group, str)}
    return [re.compile(pattern) for pattern in found]


@cache
def parts():
    """What stands in the code as a text, and the names that it takes from rules, from identities and from the system."""
    nodes = (node for tree in parsed().values() for node in ast.walk(tree))
    identities = {identity.code for identity in reconcile()}
    constants = {node.value for node in nodes if isinstance(node, ast.Constant)}
    return constants | identities | Rules.model_fields.keys() | set(errno.errorcode.values())


@cache
def computed(text):
    """Whether the code has this text, or puts it together from such as it has."""
    made = filter(None, (pattern.fullmatch(text) for pattern in patterns()))
    return text in parts() or any(all(map(computed, found.groups())) for found in made)


def written_in(tree):
    """The texts of a source that are no docstrings and no reasons of a programming error."""
    skipped = {
        id(part) for node in ast.walk(tree) if isinstance(node, ast.Raise | ast.Expr)
        for part in ast.walk(node if isinstance(node, ast.Raise) else node.value)
        if isinstance(node, ast.Raise) or isinstance(node.value, ast.Constant)
    }  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield node.value


#: What two words in a source that speaks to people may be: places in a figure, classes of the page.
NOT_READ = {
    "offset points", "upper left", "upper right", "lower right", "center right", "<!DOCTYPE html>\n", "scroll short",
    "left group", '<progress value="', r"Glyph \d+ .* missing from font",
}  # fmt: skip
#: Signs of Chinese in a source: numerals of the answer's lines, and what a phrase ends with.
SIGNS = {"一二三四五六七八九十", "十", "的和与"}


def test_no_text_is_left_outside():
    """Rooms that speak to people hold no sentence; Chinese stands only where a scenario or a list is read."""
    found = set()
    for path, tree in parsed().items():
        room = path.relative_to(SIM).parts[0]
        for text in written_in(tree):
            english = room in ("report", "cli") and re.search(r"[A-Za-z]{2,} [a-z]{2,}", text)
            chinese = room not in ("scenario", "words") and re.search(r"[一-鿿]", text)
            if (english and text not in NOT_READ) or (chinese and text not in SIGNS):
                found.add((path.name, text))
    assert found == set()


def test_both_languages_have_the_same_keys():
    """But those of units: in English they stand as in the evidence."""
    differing = set(words.texts("zh")) ^ set(words.texts("en"))
    assert {key for key in differing if not key.startswith("unit.")} == set()


def test_both_languages_have_the_same_placeholders():
    zh, en = words.texts("zh"), words.texts("en")
    assert {key for key in zh if placeholders(zh[key]) != placeholders(en.get(key, zh[key]))} == set()


@pytest.mark.parametrize("lang", catalogue.LANGUAGES)
def test_every_text_is_a_text(lang):
    assert [key for key, text in words.texts(lang).items() if not str(text).strip()] == []
    assert {type(text) for text in words.texts(lang).values()} == {str}


@pytest.mark.parametrize("lang", catalogue.LANGUAGES)
def test_no_part_repeats_a_key(lang):
    keys = [key for path in catalogue.sources(lang) for key in catalogue.read(path)]
    assert {key for key in keys if keys.count(key) > 1} == set()


def test_every_key_in_the_code_is_written():
    assert {(file, key) for file, key in spoken_literals() if key not in words.texts("zh")} == set()


def test_every_key_is_spoken():
    """By its whole name, or by a pattern of the code that parts of it fill."""
    named = (*ELSEWHERE, *(f"{group}." for group in NAMED))
    assert [key for key in words.texts("zh") if not key.startswith(named) and not computed(key)] == []


@pytest.mark.parametrize("group", NAMED)
def test_what_has_names_is_named_and_nothing_else(group):
    within = tuple(f"{other}." for other in NAMED if other.startswith(f"{group}."))
    keys = (key for key in words.texts("zh") if key.startswith(f"{group}.") and not key.startswith(within))
    assert {key.removeprefix(f"{group}.") for key in keys} == {*NAMED[group]}


@pytest.mark.parametrize("word", FORBIDDEN)
def test_no_word_the_glossary_refuses(word):
    assert {key: text for key, text in words.texts("zh").items() if word in text} == {}


def test_chinese_is_chinese():
    """Each text but an example to type holds a Chinese character or a placeholder; signs beside Chinese are full-width."""
    texts = {key: text for key, text in words.texts("zh").items() if not key.startswith(("cli.example.", "key_example."))}
    bare = {key for key, text in texts.items() if not re.search(r"[一-鿿{“]", text)}
    halved = {key for key, text in words.texts("zh").items() if re.search(r"[一-鿿][,;:?!][一-鿿]", text)}
    signs = ("answer.joiner", "answer.clause", "story.comma", "story.step", "page.and")
    assert bare == set(signs) and halved == set()
    narrow = {key for key, text in words.texts("zh").items() if re.search(r"[一-鿿]\(|\([一-鿿]|[一-鿿]\)", text)}
    assert narrow == set()


def test_no_language_speaks_the_other():
    """Latin letters in Chinese are what a planner types or the name of a format, and no Chinese stands in English."""
    typed = set(re.findall(r"\w+", "YAML UTF KB Tab extends compare zh en runs sim python yaml evidence toml value times on off"))
    found = {}
    for key, text in words.texts("zh").items():
        bare = re.sub(r"`[^`]*`|\{\{.*?\}\}|\{[^}]*\}|--[\w-]+|__\w+__|%YAML", " ", text)
        if left := set(re.findall(r"[A-Za-z]{2,}", bare)) - typed:
            found[key] = left
    assert {key: left for key, left in found.items() if not key.startswith("cli.example.")} == {}
    assert {key: text for key, text in words.texts("en").items() if re.search(r"[\u3000-\u9fff\uff00-\uffef]", text)} == {}


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "zh_CN", "LANG": "en_US.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_language_follows_the_locale(monkeypatch, environment, lang):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    words.use(None)
    assert words.language() == lang


def test_use_and_spoken():
    try:
        words.use("zh")
        with words.spoken("en") as lang:
            assert (lang, words.say("line.housing")) == ("en", "housing")
        assert words.say("line.relocation") == "易地扶贫搬迁"
        assert words.say("line.relocation", lang="en") == "relocation"
    finally:
        words.use(None)


def test_unknown_language_and_key():
    with pytest.raises(ValueError, match=r"language\(=fr\) must be one of zh, en"):
        words.use("fr")
    with pytest.raises(KeyError, match=r"line\.housing"):
        words.say("line.housng")
    assert words.label("line", "e_commerce") == "e_commerce"


def test_words_need_nothing_heavy():
    code = "import sys, sim.words; print({'numpy', 'rich', 'pydantic', 'difflib'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "set()"
