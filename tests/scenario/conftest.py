"""A scenario as small as one can be, and ways to write it to a file with one thing changed."""

import pytest

from sim import scenario

MINIMAL = """\
start_date: 2018-01-01
end_date: 2018-12-31
seed: 1
replications: 4
total: 220 M yuan
targets: {incidence: 2.41 %, people: 13798, households: 3520, villages: 13}
earmarked: {relocation: 4400 万元}
floors: {housing: 400 万元}
allocations:
  even:
    shares: {industry: 50 %, housing: 0.5}
  works_first:
    shares: {infrastructure: 3/4, housing: 1/4}
    tilt: {default: 0.5, infrastructure: 70 %}
"""


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
