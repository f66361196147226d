"""The identities between published figures: both sides, and whether they hold."""

from __future__ import annotations

from dataclasses import dataclass

from sim.evidence.entry import load


@dataclass(frozen=True)
class Identity:
    """One identity. ``verdict`` is holds, explained (different scope, and it is said which) or open."""

    code: str
    left: str
    left_value: float
    right: str
    right_value: float
    verdict: str


def reconcile() -> tuple[Identity, ...]:
    """Return every identity of the report, its verdict computed from the rounding of the published figures."""
    v = {name: entry.value for name, entry in load().items()}
    drop_before = v["county.incidence_end_2015"] - v["county.incidence_end_2017"]
    drop_2018 = v["county.incidence_end_2017"] - v["plan.incidence"]
    base_before, base_2018 = v["county.exited_people"] / drop_before, v["plan.exits_people"] / drop_2018
    rows = [
        _identity("base_2018", "13,798 / (10.59 % - 2.41 %)", base_2018, "N", v["county.rural_population"], 210),
        _explained("base_2016_17", "13,267 / (16.03 % - 10.59 %)", base_before, "13,798 / 8.18 %", base_2018, 500),
    ]
    rows += [_inflow(v, n, drop_before) for n in (150_000, 155_000, 160_000, 165_000, 168_680)]
    rows += _money(v)
    rows += [
        _identity("poor_villages", "(42 + 5) / 74", (v["county.poor_villages"] + v["county.high_incidence_villages"])
                  / v["county.villages"], "63.5 %", v["fact.village_share"], 0.0005),
        _identity("village_exit_rate", "(18 + 13) / 42", (v["county.poor_villages_exited"]
                  + v["plan.exits_villages"]) / v["county.poor_villages"], "over 70 %", 0.70, 0.05),
        _identity("exits_deep_townships", "6,381 / 13,267", v["county.exited_people_deep_townships"]
                  / v["county.exited_people"], "48.1 %", v["fact.exits_share_deep_townships"], 0.0005),
        _identity("exits_deep_villages", "4,542 / 13,267", v["county.exited_people_deep_villages"]
                  / v["county.exited_people"], "34.2 %", v["fact.exits_share_deep_villages"], 0.0005),
        _explained("shares_overlap", "52.93 % + 47.90 %", v["fact.infrastructure_deep_townships_share"]
                   + v["fact.infrastructure_deep_villages_share"], "at most 100 %", 1.0, 0.0),
        _identity("moved_in", "4,338 / 5,104", v["relocation.moved_end_2017"] / v["relocation.to_relocate"],
                  "85 %", v["fact.move_in_rate"], 0.005),
        _identity("rectified", "45 / (28 + 19)", v["fact.rectified"]
                  / (v["fact.findings_region"] + v["fact.findings_city"]), "95.7 %", 0.957, 0.0005),
        _identity("size_2016_17", "13,267 / 3,465", v["county.exited_people"] / v["county.exited_households"],
                  "3.83", 3.83, 0.005),
        _identity("size_2018", "13,798 / 3,520", v["plan.exits_people"] / v["plan.exits_households"],
                  "3.92", 3.92, 0.005),
    ]  # fmt: skip
    return tuple(rows)


def _money(v: dict[str, float]) -> list[Identity]:
    by_township = v["fact.infrastructure_deep_townships"] / v["fact.infrastructure_deep_townships_share"]
    by_village = v["fact.infrastructure_deep_villages"] / v["fact.infrastructure_deep_villages_share"]
    industry = v["fact.industry_deep_townships"] / v["fact.industry_deep_townships_share"]
    return [
        _identity("infrastructure_total", "78.108 M / 52.93 %", by_township, "70.683 M / 47.90 %", by_village, 22_000),
        _open("industry_total", "19.212 M / 47.50 %", industry, "over 70 M since 2016",
              v["fact.industry_since_2016"]),
    ]  # fmt: skip


def _inflow(v: dict[str, float], base: int, drop: float) -> Identity:
    """With one base, what 2016-17 must have added to the register beside its exits; possible while N <= the top."""
    inflow = v["county.exited_people"] - drop * base
    verdict = "holds" if inflow >= 0 else "open"
    return Identity(f"inflow_{base}", f"13,267 - 5.44 % x {base:,}", inflow, "exits x share",
                    inflow / v["county.exited_people"], verdict)  # fmt: skip


def _identity(code: str, left: str, a: float, right: str, b: float, tolerance: float) -> Identity:
    return Identity(code, left, a, right, b, "holds" if abs(a - b) <= tolerance else "open")


def _explained(code: str, left: str, a: float, right: str, b: float, tolerance: float) -> Identity:
    """Sides that differ for a stated reason (an inflow; sets that overlap)."""
    return Identity(code, left, a, right, b, "holds" if abs(a - b) <= tolerance else "explained")


def _open(code: str, left: str, a: float, right: str, b: float) -> Identity:
    """Sides whose scopes may differ, without a published reason: projects of two years, all money of two and a half."""
    return Identity(code, left, a, right, b, "holds" if a >= b else "open")
