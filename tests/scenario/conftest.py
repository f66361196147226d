"""Ways to write a scenario to a file and to read what is wrong with it."""

import pytest

from sim import scenario

from .plans import MINIMAL


@pytest.fixture
def write(tmp_path):
    """Write a file into the test's folder and return its path."""

    def to(content, name="plan.yaml"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return to


@pytest.fixture
def minimal(write):
    return scenario.load(write(MINIMAL))


@pytest.fixture
def problems(write):
    """Return the problems of a scenario text, without the folder in their file names."""

    def of(content, name="plan.yaml"):
        path = write(content, name)
        with pytest.raises(scenario.ScenarioError) as caught:
            scenario.load(path)
        return caught.value.problems

    return of
