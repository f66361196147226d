"""A made-up comparison, the same for all tests of the report."""

import pytest

from sim import words
from tests.report import example
from tests.report.browsing import launched


@pytest.fixture(scope="session")
def comparison():
    return example.comparison()


@pytest.fixture(params=["zh", "en"])
def lang(request):
    with words.spoken(request.param) as spoken:
        yield spoken


@pytest.fixture(scope="module")
def browser():
    with launched() as opened:
        yield opened
