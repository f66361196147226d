"""On what a comparison rests: figures by kind and one by one, seed and versions."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sim.campaign.assumed import playing
from sim.report.entries import described
from sim.report.tables import Table, column
from sim.study.altered import altered
from sim.study.files import manifest
from sim.words import label, say

if TYPE_CHECKING:
    from sim.evidence import Entry
    from sim.scenario import Scenario
    from sim.study import Comparison


def evidence(scenario: Scenario) -> Table:
    """A row a kind of figure that plays a part."""
    counts = Counter(entry.kind for entry in playing(scenario))
    kinds = {kind: counts[kind] for kind in ("source", "published", "derived", "assumed")}
    columns = (
        column(say("table.kind"), (label("kind", kind) for kind in kinds), text=True),
        column(say("table.count"), map(str, kinds.values())),
    )
    return Table(say("title.evidence"), columns)


def entries(scenario: Scenario) -> Table:
    """A row a figure that plays a part: its name, its key in a scenario, value as played, range, unit and kind."""
    found = playing(scenario)
    own = {name for pairs in altered(scenario) for name, _ in pairs}
    kinds = column(say("table.kind"), (_kind(entry, entry.name in own) for entry in found), text=True)
    return Table(say("title.entries"), (*described(found), kinds), say("note.entries"))


def _kind(entry: Entry, own: bool) -> str:
    kind = label("kind", entry.kind)
    return say("changed.kind", kind=kind) if own else kind


def versions(result: Comparison) -> Table:
    """Seed, model and what it ran on."""
    kept = manifest(result.scenario)
    rows = {
        say("page.seed"): kept["seed"], say("page.played"): result.replications, say("page.model"): kept["model"],
        "Python": kept["python"], **kept["versions"],
    }  # fmt: skip
    columns = (
        column(say("table.what"), rows, text=True),
        column(say("table.value"), map(str, rows.values()), text=True),
    )
    return Table(say("title.versions"), columns)
