"""Who is first at one instant: the processes of the county, in the order below, then cases, households and villages."""

from __future__ import annotations

from enum import IntEnum


class Control(IntEnum):
    """Ranks of processes that no entity owns, all below zero; an entity's rank is its number, from zero on."""

    SWITCH = -14
    INCOME = -13
    QUOTA = -12
    TRANCHE = -11
    ROUNDS = -10
    REVIEW = -9
    MARKET = -8
    SHOCK = -7
    ZONES = -6
    REPLANNING = -5
    DECISION = -4
    ASSESSMENT = -3
    REGISTER = -2
    MONTHS = -1
