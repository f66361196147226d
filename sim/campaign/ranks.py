"""Who is first at one instant: the processes of the county, in the order below, then cases, households and villages."""

from __future__ import annotations

from enum import IntEnum


class Control(IntEnum):
    """Ranks of processes that no entity owns, all below zero; an entity's rank is its number, from zero on."""

    SWITCH = -20
    INCOME = -19
    QUOTA = -18
    TRANCHE = -17
    DISBURSEMENT = -16
    ROUNDS = -15
    RESPONSIBILITY = -14
    REVIEW = -13
    MARKET = -12
    GUIDANCE = -11
    ORDERS = -10
    SHOCK = -9
    ZONES = -8
    SUPERVISION = -7
    INTEGRITY = -6
    REPLANNING = -5
    DECISION = -4
    ASSESSMENT = -3
    REGISTER = -2
    MONTHS = -1
