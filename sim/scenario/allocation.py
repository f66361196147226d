"""One allocation: how free money is split over the ten lines, and how far each leans to the deep tier."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr

from sim.scenario.fields import Fixed, Line, Share, Strict, in_order, refuse
from sim.scenario.names import LINES, nearest, plain
from sim.words.catalogue import LANGUAGES

SUM_TOLERANCE = 1e-6
#: Share of a line for the deep tier where the file does not say.
TILT = 0.5


def _complete(shares: dict[str, float]) -> Fixed[str, float]:
    total = sum(shares.values())
    if abs(total - 1) > SUM_TOLERANCE:
        raise refuse("shares_sum", "1", sum=f"{total:.6g}", difference=f"{1 - total:+.6g}")
    return Fixed({line: shares.get(line, 0.0) for line in LINES})


def _tilt_key(word: str) -> str:
    known = ("default", *LINES)
    if word not in known:
        raise refuse("unknown_line", ", ".join(known), nearest(word, known, "line"))
    return word


def _one_for_all(tilt: object) -> object:
    return tilt if isinstance(tilt, dict) else {"default": tilt}


def _by_line(tilt: dict[str, float]) -> Fixed[str, float]:
    return Fixed({line: tilt.get(line, tilt.get("default", TILT)) for line in LINES})


def _language(word: str) -> str:
    if word not in LANGUAGES:
        raise refuse("unknown_key", ", ".join(LANGUAGES), nearest(word, LANGUAGES))
    return word


def titled(title: Mapping[str, str], name: str) -> Fixed[str, str]:
    """Return a title in every language: the other one's where one is missing, the name where both are."""
    known = next((title[lang] for lang in LANGUAGES if lang in title), name)
    return Fixed({lang: title.get(lang, known) for lang in LANGUAGES})


Title = Annotated[dict[Annotated[str, AfterValidator(_language)], str], AfterValidator(in_order(LANGUAGES))]
Shares = Annotated[dict[Line, Share], AfterValidator(_complete)]
Tilt = Annotated[
    dict[Annotated[str, AfterValidator(_tilt_key)], Share],
    BeforeValidator(_one_for_all),
    AfterValidator(_by_line),
]


class Allocation(Strict):
    """Shares of the free part over the ten lines (they sum to 1) and the deep-poverty tilt of each line."""

    title: Title = Field(default_factory=Fixed)
    shares: Shares
    tilt: Tilt = Field(default_factory=lambda: _by_line({}))
    _name: str = PrivateAttr(default="")

    @property
    def name(self) -> str:
        """The key the allocation stands under in the file."""
        return self._name

    def named(self, name: str) -> Allocation:
        """Return the allocation with its name, and a title at least from that."""
        copy = self.model_copy(update={"title": titled(self.title, name)})
        copy._name = name
        return copy


def unknown(name: str, allocations: Mapping[str, Allocation]) -> tuple[str, str | None, dict[str, Mapping[str, str]]]:
    """Return what names there are, that which ``name`` comes nearest to, be it a name or a title, and the titles."""
    titles: dict[str, Mapping[str, str]] = {known: plan.title for known, plan in allocations.items()}
    by_title = {plain(title): known for known, found in titles.items() for title in found.values()}
    near = nearest(name, titles) or by_title.get(nearest(plain(name), by_title) or "")
    return ", ".join(titles), near, titles


def split(amount: int, weights: Mapping[str, float]) -> dict[str, int]:
    """Split whole yuan in proportion to weights, exactly; the largest remainders get what rounding leaves.

    Equal remainders are served in the order of ``weights``.
    """
    exact = {key: Fraction(weight) for key, weight in weights.items()}
    total = sum(exact.values())
    if not total:
        return dict.fromkeys(weights, 0)
    quotas = {key: amount * weight / total for key, weight in exact.items()}
    parts = {key: int(quota) for key, quota in quotas.items()}
    by_remainder = sorted(quotas, key=lambda key: parts[key] - quotas[key])
    for key in by_remainder[: amount - sum(parts.values())]:
        parts[key] += 1
    return parts
