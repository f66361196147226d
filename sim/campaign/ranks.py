"""Who is first at one instant: the processes of the county, in the order below, then cases, households and villages."""

from __future__ import annotations

from enum import IntEnum


class Control(IntEnum):
    """Ranks of processes that no entity owns, all below zero; an entity's rank is its number, from zero on.

    Nothing of the model goes before YEAR: on the midnight of 1 January such a process would see the old year.
    """

    YEAR = -25
    TAKEOVER = -24
    INCOME = -23
    SWITCH = -22
    TRANCHE = -21
    DISBURSEMENT = -20
    ROTATION = -19
    ROUNDS = -18
    RESPONSIBILITY = -17
    REVIEW = -16
    MARKET = -15
    GUIDANCE = -14
    ORDERS = -13
    WORKSHOPS = -12
    SHOCK = -11
    ZONES = -10
    SUPERVISION = -9
    INTEGRITY = -8
    REPLANNING = -7
    STOCKTAKING = -6
    DECISION = -5
    QUOTA = -4
    ASSESSMENT = -3
    REGISTER = -2
    MONTHS = -1
