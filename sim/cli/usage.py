"""A command that cannot be carried out as written."""

from collections.abc import Iterable

from sim.scenario.problems import visible
from sim.words import say


class UsageError(Exception):
    """One option or word that is wrong: what it is, what is allowed, and what was probably meant."""

    def __init__(self, option: str, value: str, allowed: str, near: str | None = None) -> None:
        self.option, self.value, self.allowed, self.near = option, value, allowed, near
        super().__init__(option, value, allowed, near)

    def __str__(self) -> str:
        line = ": ".join(part for part in (self.option, self.value, self.allowed) if part)
        return visible(line + (say("usage.near", nearest=self.near) if self.near else ""))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` most resembles, if any does."""
    import difflib

    return next(iter(difflib.get_close_matches(word, list(known), n=1)), None)
