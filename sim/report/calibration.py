"""What history says of the assumed values: the tables, and what they come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.tables import Table, column
from sim.words import label, listed, say
from sim.words.numbers import percent

if TYPE_CHECKING:
    from sim.study.calibrate import Calibration, Fit


def calibration(result: Calibration) -> list[Table]:
    """One table a gate: a row a value, its range before and after, and how much the facts took of its doubt."""
    return [_table(result, fit) for fit in result.fits]


def _table(result: Calibration, fit: Fit) -> Table:
    rows = [row for row in result.rows() if row["gate"] == fit.gate]
    alone = {
        fact.name: dict(zip((p.name for p in result.moved), fit.alone[fact.name].learnt().tolist(), strict=True))
        for fact in fit.fitted
    }

    def told(share: float) -> str:
        return percent(share, 0) if share > result.by_chance else "-"

    columns = [
        column(say("table.parameter"), (label("parameter", row["parameter"]) for row in rows), text=True),
        column(say("table.prior"), (_span(row["prior_low"], row["prior_median"], row["prior_high"]) for row in rows)),
        column(say("table.posterior"), (_span(row["low"], row["median"], row["high"]) for row in rows)),
        column(say("table.learnt"), (told(row["learnt"]) for row in rows)),
        column(say("table.found_again"), (percent(row["found_again_90"], 0) for row in rows)),
        *(
            column(say("table.learnt_from", fact=label("fact", fact)), (told(part[r["parameter"]]) for r in rows))
            for fact, part in alone.items()
        ),
    ]
    title = say("title.calibration", gate=label("plan_gate", fit.gate), n=result.vectors)
    notes = [say("note.calibration", draws=round(fit.effective), chance=percent(result.by_chance, 0))]
    if fit.beyond:
        names = listed(label("fact", fact.name) for fact in fit.beyond)
        notes.append(say("note.calibration_beyond", facts=names))
    return Table(title, tuple(columns), "\n".join(notes))


def _span(low: float, middle: float, high: float) -> str:
    return f"{_figure(middle)} ({_figure(low)}-{_figure(high)})"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def finding(result: Calibration) -> str:
    """Of how many values history takes more of the doubt than chance would, and of which most."""
    learnt = {parameter.name: max(float(fit.posterior.learnt()[k]) for fit in result.fits)
              for k, parameter in enumerate(result.moved)}  # fmt: skip
    significant = {name: share for name, share in learnt.items() if share > result.by_chance}
    if not significant:
        return say("figure.calibration.nothing")
    most = max(significant, key=lambda name: significant[name])
    return say("figure.calibration.title", count=len(significant), all=len(learnt), name=label("parameter", most),
               share=percent(significant[most], 0))  # fmt: skip
