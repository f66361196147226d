"""Numbers as planners write them, in the language in use."""

import datetime
from collections.abc import Callable, Iterable
from decimal import Decimal
from math import ceil, floor

from sim.words.catalogue import language, say

WAN = 10_000
YI = 100_000_000


def percent(share: float, digits: int = 2) -> str:
    """A share as per cent: 2.41% in Chinese, 2.41 % in English."""
    return say("number.percent", value=f"{100 * share:.{digits}f}")


def percent_unit() -> str:
    """The same as a pattern, ``{value} %``, by which a chart writes what is per cent already."""
    return say("number.percent", value="{value}")


def points(share: float) -> str:
    """A difference of shares in percentage points, signed."""
    return say("number.points", value=bare_points(share))


def bare_points(share: float) -> str:
    """The same without its unit, for a table whose header has it."""
    text = f"{100 * share:+.2f}"
    return text if float(text) else "0.00"


def plain_points(share: float) -> str:
    """A distance of shares in percentage points, to two figures, without a sign."""
    return say("number.points", value=f"{100 * share:.2g}")


def exact_percent(share: float) -> str:
    """A limit, a scale or a confidence as per cent, with as many decimals as it has."""
    return say("number.percent", value=f"{100 * share:g}")


def money(yuan: float) -> str:
    """Yuan in words: 万元, 亿元 from 1亿 on; M yuan in English."""
    if language() == "en":
        return say("number.millions", value=_short(yuan / 1e6))
    if abs(yuan) >= YI:
        return say("number.yi", value=_short(yuan / YI, 2))
    return say("number.wan", value=_short(yuan / WAN))


def exact_money(yuan: int) -> str:
    """Yuan in words, to the last one: 万元 with as many decimals as it takes; M yuan in English; few as they are."""
    if 0 < abs(yuan) < WAN:
        return say("number.yuan", value=f"{yuan:,}")
    key, unit = ("millions", 10**6) if language() == "en" else ("yi", YI) if abs(yuan) >= YI else ("wan", WAN)
    return say(f"number.{key}", value=f"{(Decimal(yuan) / unit).normalize():f}")


def rough(yuan: float) -> float:
    """Three figures are what a modelled sum is good for."""
    return float(f"{yuan:.3g}")


def money_unit() -> int:
    """How many yuan `money.unit` is, which tables and axes of money name: 万元, or M yuan in English."""
    return 10**6 if language() == "en" else WAN


def amount(yuan: float, digits: int = 1) -> str:
    """The bare number for a table whose header names `money.unit`: whole 万元, or M yuan in English."""
    value, digits = (yuan / 1e6, digits) if language() == "en" else (yuan / WAN, 0)
    return f"{round(value, digits) + 0.0:,.{digits}f}"  # no -0


def exact_amount(yuan: int) -> str:
    """The same with as many decimals as the sum takes."""
    return f"{(Decimal(yuan) / money_unit()).normalize():,f}"


def signed_amount(yuan: float) -> str:
    """A difference of money as a bare number for a table, with its sign."""
    shown = amount(abs(yuan))
    return f"{'-' if yuan < 0 else '+'}{shown}" if shown.strip("0.,") else shown


def tens(count: float) -> str:
    """A modelled count, rounded to tens, with thousands commas, for tables."""
    return f"{_tens(count):,}"


def mean_count(count: float) -> str:
    """A mean of a few things counted one by one, for tables: with a decimal below ten, where 0 would read as none."""
    return f"{count:,.0f}" if count >= 10 else f"{count:.1f}"


def signed_tens(count: float) -> str:
    """A difference of modelled counts, rounded to tens, with its sign."""
    return f"{_tens(count):+,}" if _tens(count) else "0"


def plain(count: int) -> str:
    """A count in prose as it is, such as a target."""
    return _prose(count)


def plain_tens(count: float) -> str:
    """A modelled count in prose without "about", rounded to tens."""
    return _prose(_tens(count))


def about(count: float) -> str:
    """A modelled count in prose: about 610, 约610."""
    return say("number.about", value=plain_tens(count))


def between(low: float, high: float) -> str:
    """An interval of modelled counts in prose."""
    ordered = sorted((_tens(low), _tens(high)))
    return say("number.between", low=_prose(ordered[0]), high=_prose(ordered[1]))


def spread(values: Iterable[float], shown: Callable[[float], str]) -> str:
    """The least and the greatest in words, or one of them where they read the same."""
    found = sorted(values)
    low, high = shown(found[0]), shown(found[-1])
    return low if low == high else say("number.between", low=low, high=high)


def in_hundred(chance: float) -> int:
    """A chance as a whole count in 100; only certainty in every run reads 0 or 100."""
    count = floor(100 * chance + 0.5)
    if chance > 0 and count == 0:
        return 1
    return 99 if chance < 1 and count == 100 else count


def ends_in_hundred(low: float, high: float) -> tuple[int, int]:
    """The ends of a chance's interval in 100, rounded outward: what is told holds no less often than what is meant."""
    return floor(100 * low + 1e-9), ceil(100 * high - 1e-9)


def share_or_count(value: float) -> str:
    """A published figure of unknown kind: per cent up to 2, two decimals up to 100, whole with commas above."""
    if abs(value) <= 2:
        return percent(value)
    return f"{value:,.2f}" if abs(value) < 100 else f"{value:,.0f}"


def date(day: datetime.date) -> str:
    """2018年6月15日; 15 June 2018."""
    return say("number.date", year=day.year, month=month(day.month), day=day.day)


def month(number: int) -> str:
    """A month by its number: 6月; June."""
    return say(f"month.{number}")


def short_month(number: int) -> str:
    """The same where there is little room: 6月; Jun."""
    return month(number)[:3]


def seconds(left: float) -> str:
    """A duration for progress: 50 s, 3 min 20 s."""
    minutes, rest = divmod(int(left + 0.5), 60)
    if minutes:
        return say("number.minutes", minutes=minutes, seconds=rest)
    return say("number.seconds", seconds=rest)


def _tens(count: float) -> int:
    """The nearest ten; of a five the one farther from nil, so that a count reads the same with and without its sign."""
    nearest = floor(abs(count) / 10 + 0.5) * 10
    return -nearest if count < 0 else nearest


def _prose(count: int) -> str:
    return f"{count}" if language() == "zh" else f"{count:,}"


def _short(value: float, digits: int = 1) -> str:
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
