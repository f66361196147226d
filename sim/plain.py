"""Numbers and dates of numpy and pandas as Python's own: for whatever comes in from a researcher's code."""

from __future__ import annotations

from datetime import datetime, time
from numbers import Integral, Real
from typing import Any


def plain(value: Any) -> Any:
    """Return a number, a truth, or a date without a time of day as Python's own; anything else as it is."""
    kind = type(value).__name__
    if kind in ("bool", "bool_"):
        return bool(value)
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value)
    if kind not in ("datetime64", "NaTType") and not isinstance(value, datetime):
        return value
    if value != value:
        return str(value)
    moment = value.astype("datetime64[us]").item() if kind == "datetime64" else value
    return moment.date() if isinstance(moment, datetime) and moment.time() == time() else moment
