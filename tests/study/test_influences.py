"""Values that have nothing to do with an answer are seldom told, at any number of draws."""

import numpy as np
import pytest

from sim.study.influences import FEWEST_DRAWS, along


@pytest.mark.parametrize("draws", [3, 5, 12, FEWEST_DRAWS, 48])
def test_of_values_that_mean_nothing_seldom_one_is_told(draws):
    generator = np.random.default_rng(draws)
    told = 0
    for _ in range(40):
        columns = {f"value {k}": generator.random(draws) for k in range(150)}
        told += any(found.told for found in along("lead", generator.random(draws), columns))
    assert told <= 7, "40 times 5 in 100 are 2"


def test_what_moves_the_answer_is_told_first():
    column = np.random.default_rng(1).random(FEWEST_DRAWS)
    first, other = along("lead", 2.0 * column, {"idle": column[::-1].copy(), "moves": column})
    assert (first.name, first.told, other.told) == ("moves", True, False)
