"""Money and targets of later years, for a scenario of several."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from sim.scenario.allocation import STRICT
from sim.scenario.fields import Fixed, Total, refuse
from sim.scenario.parts import Targets, Yuan


class Year(BaseModel):
    """What a year is given and is to reach, at the full county; it holds until another year is named."""

    model_config = STRICT

    targets: Targets
    total_yuan: Total = Field(alias="total")
    earmarked: Yuan = Field(default_factory=Fixed)
    floors: Yuan = Field(default_factory=Fixed)


def _number(key: object) -> object:
    if isinstance(key, str):
        if not (key.isascii() and key.isdigit() and len(key) == 4):
            raise refuse("out_of_bounds", "2016..2099")
        return int(key)
    return key


def _in_order(years: dict[int, Year]) -> Fixed[int, Year]:
    return Fixed(sorted(years.items()))


Years = Annotated[dict[Annotated[int, BeforeValidator(_number)], Year], AfterValidator(_in_order)]
