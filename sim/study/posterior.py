"""The file that a calibration leaves for other scenarios to draw their assumed values from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sim.ensemble.store import model_hash
from sim.evidence import load
from sim.study.files import write_text
from sim.study.gates import GATES
from sim.words import label, listed, say
from sim.words.catalogue import LANGUAGES

if TYPE_CHECKING:
    from sim.study.calibrate import Calibration, Fit

#: Draws under each gate, all of one weight.
DRAWS = 256
#: Decimals of a quantile.
PLACES = 5


def write_posterior(result: Calibration, path: Path) -> bool:
    """Write the posterior, whole or not at all; False where a gate has none, which is not replaced by the other's."""
    if {fit.gate for fit in result.fits} != set(GATES):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, text(result))
    return True


def text(result: Calibration) -> str:
    """Return the posterior of both gates as a YAML file that explains itself in both languages."""
    scenario = result.scenario
    lines = [
        *_comment("posterior.header"),
        "",
        "made_by:",
        f"  scenario: {scenario.name}",
        f'  digest: "{scenario.digest()}"',
        f'  model: "{model_hash()}"',
        f"  seed: {scenario.seed}",
        f"  vectors: {result.asked}",
        f"  complete: {result.vectors}",
        "",
        *_comment("posterior.ranges"),
        "parameters:",
        *(f"  - {{{', '.join(map(_range, (p.name, *p.along)))}}}" for p in result.moved),
        "",
        "draws:",
    ]
    for fit in result.fits:
        lines += _draws(result, fit)
    return "\n".join(lines) + "\n"


def _range(name: str) -> str:
    entry = load()[name]
    return f"{name}: [{entry.low}, {entry.value}, {entry.high}]"


def _draws(result: Calibration, fit: Fit) -> Iterator[str]:
    """Write what is known of a gate for the reader, and its draws for the model."""
    for lang in LANGUAGES:
        gate, draws = label("plan_gate", fit.gate, lang), round(fit.effective)
        facts = listed((label("fact", fact.name, lang) for fact in fit.fitted), lang)
        yield f"  # {say('posterior.gate', lang, gate=gate, draws=draws, facts=facts)}"
        if fit.beyond:
            beyond = listed((label("fact", fact.name, lang) for fact in fit.beyond), lang)
            yield f"  # {say('note.calibration_beyond', lang, facts=beyond)}"
    wide = max(len(p.name) for p in result.moved)
    for row in (row for row in result.rows() if row["gate"] == fit.gate):
        figures = "".join(f"{row[key]:>12,.6g}" for key in ("low", "median", "high"))
        called = " · ".join(label("parameter", row["parameter"], lang) for lang in LANGUAGES)
        yield f"  #   {row['parameter']:<{wide}}{figures}   {called}"
    yield f"  {fit.gate}:"
    edge = 10.0**-PLACES
    for draw in fit.posterior.sample(DRAWS).clip(edge, 1.0 - edge).tolist():
        yield "    - " + " ".join(f"{quantile:.{PLACES}f}" for quantile in draw)


def _comment(key: str) -> list[str]:
    return [f"# {line}" for lang in LANGUAGES for line in say(key, lang).splitlines()]
