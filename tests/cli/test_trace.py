"""`trace` from the command line."""

import pytest

from sim import cli

QUICK = "scenarios/quick.yaml"


def said(capsys, *words):
    code = cli.main(["trace", *words, "--lang", "en"])
    out, err = capsys.readouterr()
    return code, out, err.splitlines()


def test_without_a_number_one_is_chosen_and_said_to_be(capsys):
    code, out, err = said(capsys, QUICK)
    assert (code, err) == (0, []) and "No household was named" in out
    assert said(capsys, QUICK, "--household")[1] == out
    assert "No village was named" in said(capsys, QUICK, "--village")[1]


def test_two_allocations_are_two_stories(capsys):
    words = ["--household", "3", "--allocation", "as_in_2016_17", "--allocation", "balanced_by_need"]
    code, out, _ = said(capsys, QUICK, *words)
    assert code == 0 and out.index('allocation "as in 2016-17"') < out.index('allocation "balanced by need"')


def test_a_household_under_another_allocation_and_luck(capsys):
    words = [QUICK, "--household", "3", "--replication", "2", "--allocation", "balanced_by_need"]
    code, out, err = said(capsys, *words)
    assert (code, err) == (0, []) and out.splitlines()[0] == (
        'simulated household 0003 in 2018: trial on a small county, allocation "balanced by need", replication 2'
    )


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--household", "0"], "--household: 0: must be a number from 1 on"),
        (["--village", "first"], "--village: first: must be a number from 1 on"),
        (["--village", "99"], "--village: 99: must be a whole number from 1 to 9"),
        (["--village", "99999999"], "--village: 99999999: must be a whole number from 1 to 9"),
        (["--household", "1", "--village"], "--village: not together with --household"),
        (["--replication", "-1"], "--replication: -1: must be a whole number from 0 to 100000"),
        (["--hous", "1"], "--hous: no such option"),
    ],
)
def test_a_wrong_word_is_one_line(capsys, words, line):
    code, out, err = said(capsys, QUICK, *words)
    assert (code, out) == (2, "") and err[0].startswith(line) and len(err) == 2
