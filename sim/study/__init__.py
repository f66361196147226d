"""One question a file: how many runs are played, what they say together, what is written down."""

from sim.ensemble.pool import RunError
from sim.statistics.intervals import Interval, Proportion, clopper_pearson, mean_interval, paired
from sim.statistics.selection import Selection
from sim.study.ablate import ablate
from sim.study.across import Across, compare_all
from sim.study.compare import Comparison, Difference, compare
from sim.study.deadlines import Deadlines, deadlines
from sim.study.effects import Effect, Effects
from sim.study.optimise import Optimisation, optimise
from sim.study.outputs import write
from sim.study.sensitivity import Sensitivity, sensitivity
from sim.study.summary import Summary
from sim.study.value import value

__all__ = [
    "Across", "Comparison", "Deadlines", "Difference", "Effect", "Effects", "Interval", "Optimisation", "Proportion",
    "RunError", "Selection", "Sensitivity", "Summary", "ablate", "clopper_pearson", "compare", "compare_all",
    "deadlines", "mean_interval", "optimise", "paired", "sensitivity", "value", "write",
]  # fmt: skip
