"""One question a file: how many runs are played, what they say together, what is written down."""

from sim.study.ablate import Ablation, Effect, ablate
from sim.study.compare import Comparison, Difference, Summary, compare
from sim.study.ensemble import RunError
from sim.study.intervals import Interval, Proportion, clopper_pearson, mean_interval, paired
from sim.study.outputs import write
from sim.study.selection import Selection
from sim.study.sensitivity import Sensitivity, sensitivity

__all__ = [
    "Ablation", "Comparison", "Difference", "Effect", "Interval", "Proportion", "RunError", "Selection",
    "Sensitivity", "Summary", "ablate", "clopper_pearson", "compare", "mean_interval", "paired", "sensitivity", "write",
]  # fmt: skip
