"""The identities between published figures: both sides, and whether they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sim.evidence.bases import BASES, Base, base
from sim.evidence.entry import Entry, load
from sim.evidence.figure import Figure, at_least, at_most, count, printed
from sim.rows import Rows


@dataclass(frozen=True)
class Identity:
    """One identity. ``verdict`` is holds, explained (different scope, and it is said which) or open."""

    code: str
    left: str
    left_value: float
    right: str
    right_value: float
    verdict: str


class Identities(tuple[Identity, ...], Rows):
    """All identities, in the order in which they are told."""

    __slots__ = ()

    def __repr__(self) -> str:
        left = sum(row.verdict == "open" for row in self)
        return f"<Identities: {len(self)}, {left} of them open>"

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat row an identity."""
        return [asdict(row) for row in self]


def reconcile(evidence: Mapping[str, Entry] | None = None, populations: Sequence[int] = BASES) -> Identities:
    """Return every identity of the report; sides agree when they do within the rounding of the printed figures.

    ``evidence`` is that of the model where none is given, ``populations`` the rural populations that are looked at.
    """
    f = _figures(load() if evidence is None else _entries(evidence))
    bases = [base(population, f) for population in _whole(populations)]
    groups = (_populations(f, bases), map(_inflow, bases), _money(f), _villages(f), _exits(f), _rest(f))
    return Identities(identity for group in groups for identity in group)


def _entries(evidence: Any) -> Mapping[str, Entry]:
    if not isinstance(evidence, Mapping) or not all(isinstance(entry, Entry) for entry in evidence.values()):
        raise TypeError(f"evidence(={evidence!r:.80}) must be entries by name, such as sim.evidence.load()")
    return evidence


def _whole(populations: Any) -> tuple[int, ...]:
    found = tuple(populations) if isinstance(populations, Iterable) else ()
    if not found or not all(isinstance(people, int) and people > 0 for people in found):
        raise ValueError(f"populations(={populations!r:.80}) must be whole numbers in a list, such as [168_680]")
    return found


class _Figures(dict[str, Figure]):
    def __missing__(self, name: str) -> Figure:
        raise ValueError(f"evidence must have {name!r}, as sim.evidence.load() has")


def _figures(evidence: Mapping[str, Entry]) -> _Figures:
    """Every entry as it was printed, or as the number it is."""
    return _Figures({name: printed(e.printed) if e.printed else count(e.value) for name, e in evidence.items()})


def _populations(f: Mapping[str, Figure], bases: list[Base]) -> list[Identity]:
    start, middle = f["county.incidence_end_2015"], f["county.incidence_end_2017"]
    end, before, planned = f["plan.incidence"], f["county.exited_people"], f["plan.exits_people"]
    top = f["county.rural_population"]
    old = before / (start - middle)
    inflow = all(b.possible for b in bases)
    return [
        _identity("base_2018", planned / (middle - end), top),
        _identity("base_2016_17", old, top, inflow),
        _identity("base_2016_18", (before + planned) / (start - end), top, inflow),
        _identity("end_2017_without_inflow", start - before / top, middle, inflow),
        _identity("end_2018_on_the_old_base", middle - planned / old.called(f"{old.value:,.0f}"), end, inflow),
    ]


def _inflow(b: Base) -> Identity:
    """With one base, what 2016-17 must have added to the register beside its exits, and as a share of these."""
    verdict = "holds" if b.possible else "open"
    return Identity(f"inflow_{b.population}", b.inflow_2016_17.text, b.inflow_2016_17.value,
                    "exits x share", b.share_of_exits.value, verdict)  # fmt: skip


def _money(f: Mapping[str, Figure]) -> list[Identity]:
    township_share = f["fact.infrastructure_deep_townships_share"]
    village_share = f["fact.infrastructure_deep_villages_share"]
    by_township = f["fact.infrastructure_deep_townships"] / township_share
    by_village = f["fact.infrastructure_deep_villages"] / village_share
    industry = f["fact.industry_deep_townships"] / f["fact.industry_deep_townships_share"]
    overlap = township_share.high <= 1 and village_share.high <= 1
    return [
        _identity("infrastructure_total", by_township, by_village),
        _identity("industry_total", industry, f["fact.industry_since_2016"]),
        _identity("shares_overlap", township_share + village_share, at_most(1.0, "at most 100 %"), overlap),
    ]


def _villages(f: Mapping[str, Figure]) -> list[Identity]:
    poor, high = f["county.poor_villages"], f["county.high_incidence_villages"]
    out = f["county.poor_villages_exited"] + f["plan.exits_villages"]
    rate = _identity("village_exit_rate", out / poor, f["fact.village_exit_rate"])
    return [
        _identity("poor_villages", (poor + high) / f["county.villages"], f["fact.village_share"]),
        rate,
        _identity("village_exit_rate_of_47", out / (poor + high), f["fact.village_exit_rate"], rate.verdict == "holds"),
        _identity("deep_townships", f["fact.deep_townships"] / f["fact.deep_townships_in_prefecture"],
                  f["fact.deep_townships_share"]),
    ]  # fmt: skip


def _exits(f: Mapping[str, Figure]) -> list[Identity]:
    people, households = f["county.exited_people"], f["county.exited_households"]
    planned, planned_households = f["plan.exits_people"], f["plan.exits_households"]
    as_much = at_least(1.0, "at least 100 %")
    pace = _identity("pace_people", planned / people, as_much)
    villages = f["plan.exits_villages"] / f["county.poor_villages_exited"]
    return [
        _identity("exits_deep_townships", f["county.exited_people_deep_townships"] / people,
                  f["fact.exits_share_deep_townships"]),
        _identity("exits_deep_villages", f["county.exited_people_deep_villages"] / people,
                  f["fact.exits_share_deep_villages"]),
        _identity("size_2016_17", people / households, printed("3.83")),
        _identity("size_2018", planned / planned_households, printed("3.92")),
        pace,
        _identity("pace_households", planned_households / households, as_much),
        _identity("pace_villages", villages, as_much, pace.verdict == "holds"),
    ]  # fmt: skip


def _rest(f: Mapping[str, Figure]) -> list[Identity]:
    found = f["fact.findings_region"] + f["fact.findings_city"]
    return [
        _identity("moved_in", f["fact.moved_in"] / f["relocation.to_relocate"], f["fact.move_in_rate"]),
        _identity("rectified", f["fact.rectified"] / found, f["fact.rectified_share"]),
        _identity("award", f["fact.award_two_mu"] / count(2), f["fact.award_four_mu"] / count(4)),
    ]


def _identity(code: str, left: Figure, right: Figure, explained: bool = False) -> Identity:
    """Judge two sides; ``explained``: whether a stated difference of scope accounts for a gap between them."""
    verdict = "holds" if left.meets(right) else "explained" if explained else "open"
    return Identity(code, left.text, left.value, right.text, right.value, verdict)
