"""The names a scenario may use, and which of them a misspelt one meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Final

LINES: Final = (
    "industry", "relocation", "infrastructure", "housing", "education",
    "medical", "backstop", "collective_economy", "cooperation", "party_building",
)  # fmt: skip
FAMILIES: Final = (
    "zones", "cadres", "households", "works", "industries", "relocation", "protection",
    "collective_economy", "cooperation", "party_building", "shocks", "inflow", "replanning",
    "files", "supervision", "responsibility", "disbursement", "integrity", "guidance", "order_chain", "follow_up",
)  # fmt: skip
#: Kinds of projects that a list may hold: the line that pays for each, and what one of its places is for.
KINDS: Final = {
    "road": ("infrastructure", "hamlet"), "water": ("infrastructure", "hamlet"),
    "television": ("infrastructure", "hamlet"), "electricity": ("infrastructure", "household"),
    "receiver": ("infrastructure", "household"), "rooms": ("infrastructure", "village"),
    "seat_road": ("infrastructure", "village"), "broadcast": ("infrastructure", "village"),
    "housing": ("housing", "household"), "relocation": ("relocation", "household"),
    "site_work": ("relocation", "household"), "subsidy": ("education", "village"), "premium": ("medical", "village"),
    "minimum_income": ("backstop", "village"), "backstop": ("backstop", "household"),
    "industry": ("industry", "household"), "award": ("industry", "household"),
    "job": ("cooperation", "household"), "post": ("cooperation", "household"),
    "workshop": ("cooperation", "village"), "collective": ("collective_economy", "village"),
    "training": ("party_building", "village"), "committee": ("party_building", "village"),
}  # fmt: skip
#: Replications that a scenario may ask for.
MOST_REPLICATIONS: Final = 100_000
#: Runs that a search may have in all.
MOST_RUNS: Final = 10**6
#: Letters that the name of a scenario may have.
LONGEST_NAME: Final = 80
#: Calendar years that a scenario may last.
MOST_YEARS: Final = 20
#: Keys of a scenario with sums of money.
MONEY: Final = ("total", "earmarked", "floors", "ceilings")
#: Without households there is nobody to count.
ALWAYS_ON: Final = frozenset({"households"})
#: What befalls the county, what only moves other work along, and households, whose visits are the teams', wait for
#: nothing of their own: there is no waiting to lift.
NEVER_UNLIMITED: Final = frozenset(
    {"shocks", "inflow", "zones", "replanning", "households", "supervision", "responsibility", "integrity"}
)
#: The days whose margins the starting county can be made to meet.
MARGIN_DATES: Final = (date(2016, 1, 1), date(2018, 1, 1))


def nearest(word: str, words: Iterable[str], group: str = "") -> str | None:
    """Return the known word that ``word`` most resembles, if any does.

    With the ``group`` of the catalogues that says what the words are called, in either language, one by its name too.
    """
    known = list(words)
    exact = word.strip().lower().replace("-", "_").replace(" ", "_")
    found = get_close_matches(exact, known, n=1, cutoff=0.6) or [w for w in known if _within(exact, w)]
    if found or not group:
        return found[0] if found else None
    names = called(group, known)
    near = nearest(plain(word), names)
    return names[near] if near else None


def called(group: str, words: Iterable[str]) -> Mapping[str, str]:
    """Return the word by each of its names in a group of the catalogues, in half-width lower case."""
    from sim.words import label
    from sim.words.catalogue import LANGUAGES

    return {
        plain(name): word
        for lang in LANGUAGES for word in words for name in label(group, word, lang).split("|")
    }  # fmt: skip


def plain(text: str) -> str:
    """A heading or a name in half-width lower case, without the spaces around it and beside Chinese."""
    words = " ".join(unicodedata.normalize("NFKC", text).lower().split())
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", words)


def _within(word: str, whole: str) -> bool:
    return len(word) > (3 if word.isascii() else 1) and (word in whole or whole in word)
