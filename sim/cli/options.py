"""Options: which verb takes which, what their values may be, and the help that says so."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from sim.cli.usage import UsageError, nearest
from sim.scenario.names import MOST_REPLICATIONS, MOST_RUNS
from sim.words import say
from sim.words.catalogue import LANGUAGES

MOST_WORKERS = 1024
MOST_SEED = 10**12
MOST_NUMBER = 10**18
#: Trajectories; each is of as many designs as there are assumed values.
MOST_SCREEN = 1000
HELP = ("-h", "--help")
#: What word processors and Chinese keyboards make of hyphens.
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d"
#: option -> name of its value in the help, or None for a flag; `--lang` and `--help` every verb takes.
RUNNING = {
    "--replications": "N", "--seed": "S", "--prior": None, "--point": None, "--posterior": None, "--workers": "W",
    "--cluster": "ADDRESS", "--out": "DIR", "--allocation": "NAME", "--no-figures": None, "--quiet": None,
}  # fmt: skip


def _without(*options: str) -> dict[str, str | None]:
    return {option: value for option, value in RUNNING.items() if option not in options}


TAKES: dict[str, dict[str, str | None]] = {
    "compare": RUNNING,
    "totals": {"--total": "SUM", **RUNNING},
    "ablate": RUNNING,
    "value": RUNNING,
    "deadlines": RUNNING,
    "backcast": RUNNING,
    "calibrate": {
        "--vectors": "N", "--keep": "FILE",
        **_without("--replications", "--prior", "--point", "--posterior", "--allocation"),
    },
    "sensitivity": {"--vectors": "N", "--screen": "N", **_without("--replications")},
    "optimise": {"--budget-of-runs": "N", **_without("--replications")},
    "trace": {
        "--household": "[N]", "--village": "[N]", "--allocation": "NAME", "--replication": "R", "--seed": "S",
        "--prior": None, "--point": None, "--posterior": None,
    },
    "show": {},
    "new": {"--from": "FILE", "--schema": None},
    "check": {"--quiet": None},
    "reconcile": {},
}
#: Verbs that play one allocation.
SINGLE = ("ablate", "value", "deadlines", "backcast")
#: What stands behind a verb: how the help writes it, what is said of it there, and where it is missing.
OPERANDS: dict[str, tuple[str, str, str]] = {
    "show": ("RUN [RUN]", "cli.help.run", "usage.missing_run"),
    "new": ("FILE", "cli.help.new", "usage.missing_new"),
    **dict.fromkeys(
        ("compare", "check", "totals", "ablate", "value", "deadlines", "optimise", "backcast", "calibrate",
         "sensitivity", "trace"),
        ("FILE...", "cli.help.file", "usage.missing_file"),
    ),
}  # fmt: skip


class Parser(argparse.ArgumentParser):
    """An argument parser that raises `UsageError` where argparse would print and exit."""

    def error(self, message: str) -> NoReturn:
        """Raise what argparse found."""
        raise UsageError("", "", message)


def language(words: list[str]) -> tuple[str | None, list[str]]:
    """Take `--lang` out of the words, wherever it stands: the help is written in it."""
    lang: str | None = None
    rest: list[str] = []
    left = iter(words)
    for word in left:
        name, equals, value = word.partition("=")
        if name != "--lang":
            rest.append(word)
            continue
        given = value if equals else next(left, "")
        lang = _one_of("--lang", LANGUAGES)(given)
    return lang, rest


def parser(verb: str) -> Parser:
    """The parser of a verb; texts come later, with the help."""
    made = Parser(prog="python -m sim", add_help=False, allow_abbrev=False, exit_on_error=False)
    if verb in OPERANDS:
        made.add_argument("files", nargs="*", type=Path)
    for option, value in TAKES[verb].items():
        made.add_argument(option, **(_kind(option, value) if value else {"action": "store_true"}))
    return made


def parse(parser: Parser, words: Sequence[str], verb: str) -> argparse.Namespace:
    """The chosen options of a verb; raises `UsageError` for the first that is wrong."""
    known = [option for action in parser._actions for option in action.option_strings] + ["--lang", "--help"]
    for name in (word.partition("=")[0] for word in words if word[:1] in tuple(DASHES)):
        if meant := nearest(f"--{name.lstrip(DASHES + '-')}", known):
            raise UsageError(name, "", say("usage.unknown"), meant)
    try:
        chosen, unknown = parser.parse_known_intermixed_args(list(words))
    except argparse.ArgumentError as wrong:
        raise _translated(wrong, verb) from None
    if unknown:
        if not unknown[0].startswith("-"):
            raise UsageError("", unknown[0], say("usage.no_operand", verb=verb))
        name = unknown[0].partition("=")[0]
        others, meant = ", ".join(other for other in TAKES if name in TAKES[other]), nearest(name, known)
        if others and not (meant and meant.startswith(name)):
            raise UsageError(name, "", say("usage.of_others", verb=verb, verbs=others))
        raise UsageError(name, "", say("usage.unknown"), meant)
    if verb in SINGLE and (more := [name for name in chosen.allocation or () if name != chosen.allocation[0]]):
        raise UsageError("--allocation", more[0], say("usage.one_allocation", verbs=", ".join(SINGLE)))
    if getattr(chosen, "files", None) == []:
        raise UsageError("", "", say(OPERANDS[verb][2]))
    if hasattr(chosen, "files") and OPERANDS[verb][1] == "cli.help.file":
        chosen.files = [file for path in chosen.files for file in _within(path)]
    return chosen


def _within(path: Path) -> list[Path]:
    """The scenarios of a folder; a file is itself, whatever is wrong with it."""
    from sim.cli.faults import reason
    from sim.scenario.reading import is_posterior

    try:
        files = sorted(path.iterdir())
    except PermissionError as error:
        raise UsageError("", str(path), say("error.unreadable", reason=reason(error))) from None
    except OSError:  # no folder; what else is wrong with it is told when it is read
        return [path]
    found = [file for file in files if file.suffix in (".yaml", ".yml") and not is_posterior(file)]
    if not found:
        of_a_run = (path / "manifest.json").is_file()
        raise UsageError("", str(path), say("usage.of_a_run" if of_a_run else "usage.no_scenarios"))
    return found


def asks_help(words: Sequence[str]) -> bool:
    """Whether help is wanted."""
    return any(word in HELP for word in words)


def refuse_misspelt_verb(word: str, verbs: Sequence[str]) -> None:
    """Raise `UsageError` where the first word is neither a verb nor looks like a file or is one."""
    path = Path(word)
    if not (word.startswith(("-", *DASHES)) or path.suffix or len(path.parts) > 1 or os.path.exists(path)):  # noqa: PTH110 - too long
        raise UsageError(word, "", say("usage.unknown_verb", choices=", ".join(verbs)), nearest(word, verbs))


def help_text(parser: Parser, verb: str | None, verbs: Sequence[str]) -> str:
    """The help of a verb, or of the whole program where none is named."""
    name = verb or verbs[0]
    takes = {**TAKES[name], "--lang": "|".join(LANGUAGES), "--help": None}
    operand, what, _ = OPERANDS.get(name, ("", "", ""))
    behind = f" {operand}" if operand else ""
    word = verb or f"[{say('cli.word')}]"
    usage = f"{say('cli.usage')}: {parser.prog} {word}{behind} [{say('cli.options')}]"
    parts = [usage, say(f"cli.verb.{verb}") if verb else say("cli.description")]
    if not verb:
        parts.append(_listed(say("cli.verbs"), {v: say(f"cli.verb.{v}") for v in verbs}))
    if operand:
        parts.append(_listed(say("cli.files"), {operand.partition(" ")[0].rstrip("."): say(what)}))
    texts = {f"{o} {v or ''}".strip(): say(f"cli.help.{_about(o, name)}") for o, v in takes.items()}
    parts.append(_listed(say("cli.options"), texts))
    examples = [verb] if verb else verbs
    lines = [f"  {parser.prog} {say(f'cli.example.{name}')}" for name in examples]
    return "\n\n".join([*parts, "\n".join([f"{say('cli.examples')}:", *lines])])


def _about(option: str, verb: str) -> str:
    single = option == "--allocation" and verb in SINGLE
    return "one_allocation" if single else option[2:].replace("-", "_")


def _listed(heading: str, texts: dict[str, str]) -> str:
    wide = max(len(name) for name in texts) + 2
    return "\n".join([f"{heading}:", *(f"  {name:<{wide}}{text}" for name, text in texts.items())])


def _kind(option: str, value: str) -> dict[str, Any]:
    many = {"action": "append"} if option in {"--allocation", "--total"} else {}
    spare = {"nargs": "?", "const": 0} if value.startswith("[") else {}
    return {"type": _READERS[option], **many, **spare}


def _whole(option: str, low: int, high: int, said: str = "usage.whole") -> Callable[[str], int]:
    def read(word: str) -> int:
        try:
            value = int(word)
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise UsageError(option, word, say(said, low=low, high=high))
        return value

    return read


def _one_of(option: str, choices: Sequence[str]) -> Callable[[str], str]:
    def read(word: str) -> str:
        if word not in choices:
            allowed = say("usage.one_of", choices=", ".join(choices)) if word else say("usage.missing_value")
            raise UsageError(option, word, allowed, nearest(word, choices))
        return word

    return read


def _path(option: str) -> Callable[[str], Path]:
    def read(word: str) -> Path:
        if not word:
            raise UsageError(option, word, say("usage.missing_value"))
        return Path(word)

    return read


def _cluster(word: str) -> str:
    if word == "local" or re.fullmatch(r"[a-z]+://[^\s/]+:\d+", word):
        return word
    raise UsageError("--cluster", word, say("usage.cluster"))


def _money(word: str) -> int:
    from sim.scenario.quantities import QuantityError, in_words, money, unitless

    try:
        if word.isdecimal() and (wrong := unitless(int(word), whole=True)):
            raise wrong
        value = money(int(word) if word.isdecimal() else word, whole=True)
    except QuantityError as reason:
        near = reason.nearest and in_words(reason.nearest)
        raise UsageError("--total", word, say("usage.money"), near) from None
    if not value:
        raise UsageError("--total", word, say("usage.money"))
    return value


_READERS: dict[str, Callable[[str], Any]] = {
    "--replications": _whole("--replications", 1, MOST_REPLICATIONS),
    "--seed": _whole("--seed", 0, MOST_SEED),
    "--workers": _whole("--workers", 1, MOST_WORKERS),
    "--budget-of-runs": _whole("--budget-of-runs", 1, MOST_RUNS),
    "--household": _whole("--household", 1, MOST_NUMBER, "usage.number"),
    "--village": _whole("--village", 1, MOST_NUMBER, "usage.number"),
    "--replication": _whole("--replication", 0, MOST_REPLICATIONS),
    "--vectors": _whole("--vectors", 2, MOST_REPLICATIONS),
    "--screen": _whole("--screen", 2, MOST_SCREEN),
    "--cluster": _cluster,
    "--out": _path("--out"),
    "--keep": _path("--keep"),
    "--from": _path("--from"),
    "--allocation": str,
    "--total": _money,
}


def _translated(wrong: argparse.ArgumentError, verb: str) -> UsageError:
    """What argparse itself finds: a value that is missing, or one after a flag."""
    option = wrong.argument_name or ""
    flag = TAKES[verb].get(option, "") is None
    return UsageError(option, "", say("usage.no_value" if flag else "usage.missing_value"))
