"""Numbers in the forms of the glossary."""

import datetime

import pytest

from sim import words
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
