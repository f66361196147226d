"""Numbers in the forms of the glossary."""

import datetime

import numpy as np
import pytest
from scipy.stats import binom

from sim import words
from sim.statistics.intervals import clopper_pearson
from sim.words import numbers


@pytest.fixture(autouse=True)
def _restore():
    yield
    words.use(None)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", ["2.41%", "+0.28个百分点", "7810.8万元", "2.2亿元", "约610", "2018年5月5日", "50秒"]),
        ("en", ["2.41 %", "+0.28 points", "78.1 M yuan", "220 M yuan", "about 610", "5 May 2018", "50 s"]),
    ],
)
def test_forms(lang, said):
    words.use(lang)
    assert said == [
        numbers.percent(0.0241),
        numbers.points(0.0028),
        numbers.money(78_108_000),
        numbers.money(220e6),
        numbers.about(612.4),
        numbers.date(datetime.date(2018, 5, 5)),
        numbers.seconds(49.7),
    ]


@pytest.mark.parametrize(("chance", "count"), [(0, 0), (0.001, 1), (0.37, 37), (0.999, 99), (1, 100)])
def test_only_certainty_reads_none_or_all(chance, count):
    assert numbers.in_hundred(chance) == count


@pytest.mark.parametrize(("low", "high", "ends"), [
    (0, 1, (0, 100)), (0.0007, 0.1453, (0, 15)), (0.0068, 0.1866, (0, 19)), (0.02, 0.37, (2, 37)), (0.86, 0.9993, (86, 100)),
])  # fmt: skip
def test_the_ends_of_a_chance_are_told_outward(low, high, ends):
    assert numbers.ends_in_hundred(low, high) == ends


@pytest.mark.parametrize("n", [8, 20, 36, 48, 100])
def test_what_is_told_of_a_chance_holds_the_truth_as_often_as_its_interval_means_to(n):
    """The exact chance that the told ends hold the truth, whatever that is."""
    ends = [numbers.ends_in_hundred(found.low, found.high) for found in (clopper_pearson(k, n) for k in range(n + 1))]
    for truth in np.arange(0.0025, 1, 0.0025):
        holds = [k for k, (low, high) in enumerate(ends) if low <= 100 * truth <= high]
        assert binom.pmf(holds, n, truth).sum() >= 0.95


def test_nothing_is_not_signed():
    words.use("en")
    assert [numbers.points(-0.0005), numbers.points(-0.00001)] == ["-0.05 points", "0.00 points"]
    assert numbers.tens(-3) == "0"


@pytest.mark.parametrize(("count", "shown"), [(-1075.0, "-1,080"), (1075.0, "1,080"), (-5.0, "-10"), (-4.0, "0")])
def test_a_five_reads_the_same_with_and_without_its_sign(count, shown):
    assert numbers.tens(count) == shown
    with words.spoken("en"):
        assert numbers.plain_tens(abs(count)) == shown.lstrip("-")


def test_a_mean_of_a_few_is_not_nothing():
    assert [numbers.mean_count(count) for count in (0.17, 9.6, 15.6, 1234.5)] == ["0.2", "9.6", "16", "1,234"]


@pytest.mark.parametrize(("lang", "nothing", "less"), [("zh", "0", "-2"), ("en", "0.0", "-0.1")])
def test_nothing_has_no_sign(lang, nothing, less):
    with words.spoken(lang):
        assert [numbers.amount(yuan) for yuan in (-400.0, 0.0, 400.0)] == [nothing] * 3
        assert numbers.amount({"zh": -20_000.0, "en": -100_000.0}[lang]) == less
