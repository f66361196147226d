"""Quantities as planners write them: money in 万元, shares in percent or as parts of a whole, ISO dates."""

from __future__ import annotations

import math
import re
import unicodedata
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Final

from sim.scenario.names import nearest

#: Yuan in one of each unit.
UNITS: Final = {
    "yuan": 1, "元": 1, "千元": 10**3, "万元": 10**4, "百万元": 10**6, "千万元": 10**7, "亿元": 10**8,
    "k yuan": 10**3, "M yuan": 10**6, "million yuan": 10**6,
}  # fmt: skip
#: A bare number below this is 万元 or millions whose unit was forgotten: no sum of a county is meant to be so small.
LEAST_BARE: Final = 10**5
MONEY_LIMIT: Final = 10**12
MONEY_FORMS: Final = "22000 万元 | 2.2 亿元 | 220 M yuan | 220000000"
SHARE_FORMS: Final = "0.3 | 30 % | 3/10"

_NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,12})?"
_MONEY = re.compile(rf"({_NUMBER})\s*([^\d.,].*)?")
_PERCENT = re.compile(rf"({_NUMBER})\s*%")
_PARTS = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)\s*/\s*(\d{1,9}(?:\.\d{1,9})?)")


class QuantityError(ValueError):
    """Why a quantity cannot be read: a code, what is allowed, what may have been meant."""

    def __init__(self, code: str, allowed: str = "", near: str | None = None, **fields: object) -> None:
        super().__init__(code)
        self.code, self.allowed, self.nearest, self.fields = code, allowed, near, fields


def money(value: object, whole: bool = False) -> int:
    """Return whole yuan; ``whole`` where it is the money of the whole county, which is guessed at otherwise."""
    if isinstance(value, str):
        return _in_bounds(_money_of_text(_half_width(value), whole))
    if isinstance(value, float) and not math.isfinite(value):
        raise QuantityError("not_finite", MONEY_FORMS)
    if isinstance(value, float):
        raise QuantityError("not_money", MONEY_FORMS, _with_unit(Decimal(repr(value)), whole))
    if isinstance(value, bool) or not isinstance(value, int):
        raise QuantityError("not_money", MONEY_FORMS)
    return _in_bounds(value)


def unitless(value: object, whole: bool) -> QuantityError | None:
    """Return what is wrong with a bare number in a file that is too small for yuan; in Python it is yuan."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < LEAST_BARE:
        return None
    return QuantityError("unit_missing", MONEY_FORMS, _with_unit(Decimal(value), whole))


def in_words(near: str) -> str:
    """Return a guess at a sum in the units of the language in use; any other guess as it is."""
    from sim.words.numbers import exact_money

    with suppress(QuantityError):
        return exact_money(money(near))
    return near


def written(yuan: int) -> int | str:
    """Return an amount as a file may hold it: a small one needs its unit."""
    return f"{yuan} 元" if 0 < yuan < LEAST_BARE else yuan


def _in_bounds(value: int) -> int:
    if value < 0:
        raise QuantityError("negative", MONEY_FORMS)
    if value > MONEY_LIMIT:
        raise QuantityError("out_of_bounds", f"0..{MONEY_LIMIT}")
    return value


def _with_unit(number: Decimal, whole: bool) -> str | None:
    """Guess what a bare number was to be: yuan, 万元, or for the whole county also millions or 亿元."""
    if number >= LEAST_BARE:
        return f"{int(number)}" if number == int(number) else None
    if number <= 0:
        return None
    unit = "万元"
    if whole and number < 1000:
        unit = "亿元" if number < 10 else "M yuan"
    return f"{number.normalize():f} {unit}"


def _money_of_text(text: str, whole: bool) -> int:
    found = _MONEY.fullmatch(text)
    if not found:
        raise QuantityError("not_money", MONEY_FORMS)
    number, unit = found.groups()
    if unit is None:
        raise QuantityError("unit_missing", MONEY_FORMS, _with_unit(Decimal(number.replace(",", "")), whole))
    yuan = Decimal(number.replace(",", "")) * UNITS[_unit(number, unit.strip())]
    if yuan != int(yuan):
        raise QuantityError("not_whole_yuan", MONEY_FORMS)
    return int(yuan)


def _unit(number: str, unit: str) -> str:
    same = next((known for known in UNITS if known.lower() == unit.lower()), None)
    if same is None:
        near = _likely(unit.lower())
        raise QuantityError("unknown_unit", " | ".join(UNITS), f"{number} {near}" if near else None)
    return same


def _likely(unit: str) -> str | None:
    """Guess at a unit cut short, at another word for yuan, at a slip of the keyboard; never at another size."""
    meant = "万" if unit == "w" else unit.replace("rmb", "yuan").replace("cny", "yuan").replace("圆", "元")
    for word in (meant, f"{meant}元", f"{meant} yuan"):
        if same := next((known for known in UNITS if known.lower() == word), None):
            return same
    alike = (known for known in get_close_matches(unit, UNITS, 3) if known[0].lower() == unit[0])
    return next(alike, None) if unit.isascii() else None


def share(value: object, low: float = 0.0, high: float = 1.0) -> float:
    """Return a fraction of one; no guess at one lies below ``low`` or above ``high``, which are judged elsewhere."""
    written = value
    if isinstance(value, str):
        value = _share_of_text(_half_width(value))
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise QuantityError("not_a_share", SHARE_FORMS)
    if not math.isfinite(value):
        raise QuantityError("not_finite", SHARE_FORMS)
    if not 0 <= value <= 1:
        percent = value is written and value > 1 and low <= value / 100 <= high
        raise QuantityError("share_bounds", "0..1", f"{value:g} %" if percent else None)
    return float(value)


def _share_of_text(text: str) -> float:
    if found := _PERCENT.fullmatch(text):
        return float(Decimal(found[1].replace(",", "")) / 100)
    if (found := _PARTS.fullmatch(text)) and Decimal(found[2]):
        return float(Decimal(found[1]) / Decimal(found[2]))
    raise QuantityError("not_a_share", SHARE_FORMS)


def day(value: object) -> date:
    """Return a date; a time of day is refused."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    text = _half_width(str(value)) if isinstance(value, str | int) else ""
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise QuantityError("not_a_date", "2018-06-30", _as_iso(text))


def readable_day(text: str) -> date | str:
    """Return the day that a cell of a spreadsheet names, in any order-proof way; other text as it is."""
    text = _half_width(text)
    iso = text if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else _as_iso(text)
    with suppress(ValueError):
        return date.fromisoformat(iso or text)
    return text


def _as_iso(text: str) -> str | None:
    """Guess at 2018/6/30, 2018.6.30, 20180630 and 2018年6月30日."""
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d\d)(\d\d)", text)
    try:
        return date(*map(int, filter(None, found.groups()))).isoformat() if found else None
    except ValueError:
        return None


def number(value: object) -> int | float:
    """Return a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise QuantityError("not_a_number", near=bare(value) if isinstance(value, str) else None)
    if not math.isfinite(value):
        raise QuantityError("not_finite")
    return value


#: What a number is counted in.
_TIMES: Final = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}


def bare(text: str, whole: bool = False) -> str | None:
    """Guess at the plain number in 30 %, 3/10, 13,798, 13798人 and 1.3万人; ``whole`` where it must be one."""
    text = _half_width(text)
    if not whole:
        with suppress(QuantityError):
            return f"{_share_of_text(text):.10g}"
    found = re.fullmatch(rf"({_NUMBER})\s*([{''.join(_TIMES)}]?)[^\d.,\s{''.join(_TIMES)}]*", text)
    number = Decimal(found[1].replace(",", "")) * _TIMES.get(found[2], 1) if found else None
    if number is None or (whole and number != int(number)):
        return None
    return f"{int(number) if number == int(number) else number}"


#: Other words for yes and no.
_SAME: Final = {"yes": "on", "是": "on", "开": "on", "no": "off", "否": "off", "关": "off"}


def truth(value: object) -> bool:
    """Return yes or no; YAML 1.2 reads ``on`` and ``off`` as text, planners do not."""
    known = {True: True, False: False, "on": True, "off": False}
    if isinstance(value, bool | str) and value in known:
        return known[value]
    near = _SAME.get(str(value).lower()) or nearest(str(value), ("true", "false"))
    raise QuantityError("not_one_of", "true | false | on | off", near)


def _half_width(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
