"""Money, shares and dates in the forms planners write."""

from datetime import date, datetime

import pytest

from sim.scenario.quantities import QuantityError, day, money, share, truth


@pytest.mark.parametrize(
    "written",
    [
        "22000 万元",
        "22000万元",
        "2.2 亿元",
        "220 M yuan",
        "220 million yuan",
        "220,000,000 yuan",
        "22,000 万元",
        "220 百万元",
        "220000 k yuan",
        "220000000 元",
        "２２０００ 万元",
        "220 m Yuan",
        "22 千万元",
        "2.2亿元",
        "２２０，０００，０００元",
        220_000_000,
    ],
)
def test_money(written):
    assert money(written) == 220_000_000


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("22000", "unit_missing"),
        ("22000 万圆", "unknown_unit"),
        ("-5 万元", "negative"),
        (-5, "negative"),
        ("0.00001 万元", "not_whole_yuan"),
        (2.5, "not_money"),
        (2.0, "not_money"),
        (True, "not_money"),
        ("two 万元", "not_money"),
        ("1e3 yuan", "unknown_unit"),
        (float("nan"), "not_finite"),
        ("9" * 40 + " 元", "not_money"),
        (10**13, "out_of_bounds"),
        ([], "not_money"),
        (None, "not_money"),
    ],
)
def test_not_money(written, code):
    with pytest.raises(QuantityError) as caught:
        money(written)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("written", "nearest"),
    [
        ("22000 万", "22000 万元"),
        ("2.2亿", "2.2 亿元"),
        ("22000w", "22000 万元"),
        ("22000 万圆", "22000 万元"),
        ("220 M RMB", "220 M yuan"),
        ("220 million", "220 million yuan"),
        ("0.22 billion yuan", None),
        ("0.022 百亿元", None),
        ("220", "220 万元"),
        ("2,200,000", "2200000"),
        (1234567.5, None),
        (2.2e8, "220000000"),
        (4400.5, "4400.5 万元"),
        (-2.5, None),
    ],
)
def test_what_a_sum_was_to_be(written, nearest):
    with pytest.raises(QuantityError) as caught:
        money(written)
    assert caught.value.nearest == nearest
    assert nearest is None or money(int(nearest) if nearest.isdigit() else nearest) > 0


@pytest.mark.parametrize("written", [0.3, "30 %", "30%", "30％", "3/10", "33/110", "16.5 / 55"])
def test_share(written):
    assert share(written) == 0.3


@pytest.mark.parametrize(
    ("written", "code", "nearest"),
    [
        (30, "share_bounds", "30 %"),
        (1.2, "share_bounds", "1.2 %"),
        (-0.1, "share_bounds", None),
        ("0.3", "not_a_share", None),
        ("1/0", "not_a_share", None),
        ("130 %", "share_bounds", None),
        (False, "not_a_share", None),
        (float("inf"), "not_finite", None),
    ],
)
def test_not_a_share(written, code, nearest):
    with pytest.raises(QuantityError) as caught:
        share(written)
    assert (caught.value.code, caught.value.nearest) == (code, nearest)


def test_day():
    assert day("2018-06-30") == day(date(2018, 6, 30)) == date(2018, 6, 30)


@pytest.mark.parametrize(
    ("written", "nearest"),
    [
        ("2018-6-30", "2018-06-30"),
        ("2018/6/30", "2018-06-30"),
        ("2018年6月30日", "2018-06-30"),
        ("2018-06-31", None),
        ("30 June", None),
        (20180630, "2018-06-30"),
        (20181340, None),
        (datetime(2018, 6, 30), None),
    ],
)
def test_not_a_day(written, nearest):
    with pytest.raises(QuantityError) as caught:
        day(written)
    assert (caught.value.code, caught.value.nearest) == ("not_a_date", nearest)


def test_truth():
    assert [truth(word) for word in ("on", True, "off", False)] == [True, True, False, False]
    for word in (1, 0, "yes", None, []):
        with pytest.raises(QuantityError):
            truth(word)
