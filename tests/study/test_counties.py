"""The counties of the tests of scale: valid, told as synthetic, and the same whenever they are written."""

from __future__ import annotations

import pytest

import sim
from tests.benchmarks.counties import LARGEST, LEAST, MOST, SMALLEST, write


def texts(files):
    return [file.read_bytes() for file in files]


def test_the_same_numbers_give_the_same_files_and_others_others(tmp_path):
    first = write(12, tmp_path / "a")
    assert texts(first) == texts(write(12, tmp_path / "b"))
    assert not set(texts(first)) & set(texts(write(12, tmp_path / "c", seed=2)))
    assert [file.name for file in first] == [f"county-{n:02}.yaml" for n in range(1, 13)]


def test_each_is_a_valid_scenario_of_its_own_that_says_it_is_made_up(tmp_path, full):
    counties = [sim.load(file) for file in write(8, tmp_path)]
    assert len({(county.seed, county.scale) for county in counties}) == 8
    assert all("synthetic" in county.title["en"] and "虚构" in county.title["zh"] for county in counties)
    for county in counties:
        part = county.total_yuan / full.total_yuan
        assert SMALLEST <= county.scale <= LARGEST and LEAST - 0.01 < part < MOST + 0.01
        assert county.targets.people / full.targets.people == pytest.approx(part, abs=0.003)
        assert (0.1059 - county.targets.incidence) / (0.1059 - full.targets.incidence) == pytest.approx(part, abs=0.003)
        assert list(county.allocations) == list(full.allocations)


def test_sizes_and_the_county_they_are_parts_of_can_be_chosen(tmp_path):
    (file,) = write(1, tmp_path, base="scenarios/quick.yaml", sizes=(0.5, 0.5))
    county = sim.load(file)
    assert county.scale == 0.5 and len(county.allocations) == 3
