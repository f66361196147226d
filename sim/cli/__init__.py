"""The command line: the first word is a verb, or a scenario to compare.

0 done, 1 failed, 2 bad input, 130 interrupted with results kept. Results go to stdout, progress to stderr.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module

from sim.cli import options
from sim.cli.codes import BAD_INPUT, DONE
from sim.cli.usage import UsageError
from sim.words import say, spoken

VERBS = (
    "compare", "check", "reconcile", "totals", "ablate", "value", "deadlines", "optimise", "backcast", "calibrate",
    "sensitivity", "trace", "show", "new",
)  # fmt: skip


def entry() -> None:
    """Run as a program: the exit code is that of `main`."""
    sys.exit(main())


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; whatever goes wrong ends in a line, not in a traceback."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by who started it
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):  # a stream put there by a test or a notebook
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        lang, words = options.language(list(sys.argv[1:] if argv is None else argv))
        with spoken(lang):
            return _spoken(words, lang)
    except UsageError as wrong:
        return _complain(wrong)


def _spoken(words: list[str], lang: str | None) -> int:
    try:
        code = _dispatch(words, lang)
        sys.stdout.flush()
        return code
    except UsageError as wrong:
        return _complain(wrong)
    except (Exception, KeyboardInterrupt) as fault:
        from sim.cli import faults

        return faults.told(fault)


def _dispatch(words: list[str], lang: str | None) -> int:
    verb, rest = _verb(words)
    parser = options.parser(verb)
    if options.asks_help(rest) or not words:
        print(options.help_text(parser, verb if words and words[0] == verb else None, VERBS))
        return DONE if words else BAD_INPUT
    chosen = options.parse(parser, rest, verb)
    chosen.lang = lang
    code: int = import_module(f"sim.cli.{verb}").run(chosen)
    return code


def _verb(words: list[str]) -> tuple[str, list[str]]:
    if words and words[0] in VERBS:
        return words[0], words[1:]
    if words:
        options.refuse_misspelt_verb(words[0], VERBS)
    return VERBS[0], words


def _complain(wrong: UsageError) -> int:
    print(f"{wrong}\n{say('usage.more')}", file=sys.stderr)
    return BAD_INPUT
