"""What if the money were shared out otherwise: sliders in a notebook, and a small county played anew at each change."""

from __future__ import annotations

from html import escape
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.ensemble import asking
from sim.ensemble.ensemble import Ensemble
from sim.ensemble.player import Player
from sim.rows import html as table
from sim.scenario.names import LINES
from sim.study.effects import fold
from sim.words import label, language, say, spoken
from sim.words.numbers import amount, between, exact_percent, money_unit, percent, plain_tens

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.study.effects import Effect

#: Replications of each setting, and the size that a larger county is cut to: a change is played in a second or so.
REPLICATIONS, SCALE = 8, 0.12
#: From which to which part of the scenario's total its slider goes.
LEAST, MOST = 0.25, 2.0


def what_if(scenario: Scenario, replications: int = REPLICATIONS, lang: str | None = None) -> WhatIf:
    """Return sliders over shares, total and tilt; what they say is played at once and held against the baseline.

    The baseline is the scenario's first allocation as it is written. A county of more than about an eighth is played
    at that size. Needs the notebook extra.
    """
    replications = asking.replications(scenario, replications)
    small = scenario if scenario.scale <= SCALE else scenario.replace(scale=SCALE)
    with spoken(lang):
        return WhatIf(small.replace(compare=[small.baseline]), replications)


class WhatIf:
    """Ten sliders for the shares of the free part, whatever they sum to, one for the total and one for the tilt.

    Letting go of one plays: then ``variant`` is the scenario that they stand for and ``effect`` what it changes. That
    works without a browser too, by setting ``sliders["industry"].value``.
    """

    def __init__(self, scenario: Scenario, replications: int) -> None:
        from ipywidgets import HTML, VBox

        self.scenario, self.replications, self._lang = scenario, replications, language()
        self._unit = money_unit()
        self._first = scenario.allocations[scenario.baseline]
        self.sliders = _sliders(scenario)
        self._begun = {name: slider.value for name, slider in self.sliders.items()}
        self._base = self._runs(scenario)
        self.variant, self.effect = scenario, self._effect(self._base)
        self._answer = HTML(self._told(self._base))
        self.widget = VBox([*self.sliders.values(), self._answer])
        for slider in self.sliders.values():
            slider.observe(lambda change: self.play(), names="value")

    def play(self) -> None:
        """Play what the sliders say, and tell what it changes."""
        self.variant = self._written()
        mine = self._base if self.variant == self.scenario else self._runs(self.variant)
        if mine.interrupted:
            return
        self.effect = self._effect(mine)
        with spoken(self._lang):
            self._answer.value = self._told(mine)

    def _written(self) -> Scenario:
        """The scenario of the sliders; what was not moved stays exactly as the file has it."""
        moved = {name for name, slider in self.sliders.items() if slider.value != self._begun[name]}
        weights = {line: float(self.sliders[line].value) for line in LINES}
        whole = sum(weights.values())
        shares = {line: weight / whole for line, weight in weights.items()} if whole and moved & {*LINES} else {}
        plan: dict[str, Any] = {"title": self._first.title, "shares": shares or self._first.shares}
        plan["tilt"] = self.sliders["tilt"].value if "tilt" in moved else self._first.tilt
        changes: dict[str, Any] = {"allocations": {self._first.name: plan}}
        if "total" in moved:
            changes["total"] = round(self.sliders["total"].value * self._unit)
        return self.scenario.replace(**changes)

    def _runs(self, scenario: Scenario) -> Ensemble:
        return Player(workers=1).ensemble(scenario, [(scenario.gate, self.replications)])

    def _effect(self, mine: Ensemble) -> Effect:
        return fold(self.scenario, {"/": self._base, "what_if/": mine}, self.replications).effects[0]

    def _told(self, mine: Ensemble) -> str:
        note = say("what_if.note", count=self.replications, scale=exact_percent(self.scenario.scale))
        lines = [*self._ends(mine), note]
        return "".join(f"<p>{escape(line)}</p>" for line in lines) + table(say("what_if.table"), self._money())

    def _ends(self, mine: Ensemble) -> list[str]:
        """How both end, and whether one can be told from the other."""
        both = sorted(mine.runs.keys() & self._base.runs.keys())
        here, there = (np.mean([e.runs[key].scalars["incidence"] for key in both]) for e in (mine, self._base))
        told = [say("what_if.ends", incidence=percent(float(here)), baseline=percent(float(there)))]
        seen = self.effect.lifted
        if self.effect.significant and isfinite(seen.low) and isfinite(seen.high):
            key = "more" if seen.mean > 0 else "fewer"
            told.append(say(f"what_if.{key}", people=plain_tens(abs(seen.mean)),
                            interval=between(abs(seen.low), abs(seen.high))))  # fmt: skip
        else:
            told.append(say("what_if.same" if self.variant == self.scenario else "what_if.untold"))
        return told

    def _money(self) -> list[dict[str, Any]]:
        mine, base = (scenario.money(self._first.name) for scenario in (self.variant, self.scenario))
        unit = say("money.unit")
        return [
            {say("table.line"): label("line", line), say("what_if.mine", unit=unit): amount(mine[line]),
             say("what_if.baseline", unit=unit): amount(base[line])} for line in LINES
        ]  # fmt: skip

    def __repr__(self) -> str:
        return f"<WhatIf {self.scenario.name}: {self.replications} replications a setting>"

    def _repr_html_(self) -> str:
        return str(self._answer.value)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """The sliders; what has no widgets shows what was found."""
        shown = self.widget._repr_mimebundle_(**options)
        return {**shown, "text/plain": repr(self), "text/html": self._repr_html_()}


def _sliders(scenario: Scenario) -> dict[str, Any]:
    from ipywidgets import FloatSlider

    first, total = scenario.allocations[scenario.baseline], scenario.total_yuan / money_unit()
    common: dict[str, Any] = {
        "continuous_update": False, "style": {"description_width": "16em"}, "layout": {"width": "36em"},
    }  # fmt: skip
    shares = {
        line: FloatSlider(
            100 * first.shares[line], min=0, max=100, step=1, readout_format=".0f",
            description=say("what_if.share", line=label("line", line)), **common,
        )
        for line in LINES
    }  # fmt: skip
    return {
        **shares,
        "total": FloatSlider(total, min=LEAST * total, max=MOST * total, step=total / 40, readout_format=".0f",
                             description=say("what_if.total"), **common),
        "tilt": FloatSlider(sum(first.tilt.values()) / len(first.tilt), min=0, max=1, step=0.05,
                            description=say("what_if.tilt"), **common),
    }  # fmt: skip
