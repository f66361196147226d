"""Who is first at one instant: the processes of the county, in the order below, then cases, households and villages."""

from __future__ import annotations

from enum import IntEnum


class Control(IntEnum):
    """Ranks of processes that no entity owns, all below zero; an entity's rank is its number, from zero on.

    Nothing of the model goes before YEAR: on the midnight of 1 January such a process would see the old year.
    """

    YEAR = -25
    TAKEOVER = -24
    SWITCH = -23
    INCOME = -22
    QUOTA = -21
    TRANCHE = -20
    DISBURSEMENT = -19
    ROTATION = -18
    ROUNDS = -17
    RESPONSIBILITY = -16
    REVIEW = -15
    MARKET = -14
    GUIDANCE = -13
    ORDERS = -12
    WORKSHOPS = -11
    SHOCK = -10
    ZONES = -9
    SUPERVISION = -8
    INTEGRITY = -7
    REPLANNING = -6
    STOCKTAKING = -5
    DECISION = -4
    ASSESSMENT = -3
    REGISTER = -2
    MONTHS = -1
