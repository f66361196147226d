"""What resampling says of an estimate."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.statistics.intervals import Interval


def over(part: Any, whole: Any) -> Any:
    """Return a share; none of nothing."""
    return np.divide(part, whole, out=np.zeros_like(np.asarray(part, dtype=float)), where=np.asarray(whole) > 0)


def percentiles(estimate: Any, again: NDArray[np.float64]) -> Interval:
    """Return an estimate with the 95 % percentile interval of what resampling gave."""
    tail = (1.0 - 0.95) / 2.0
    low, high = np.quantile(again, (tail, 1.0 - tail)).tolist()
    return Interval(float(estimate), low, high)
