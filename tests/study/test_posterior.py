"""From a calibration to a file, and from the file to what replications draw."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import sim
from sim import cli
from sim.campaign import start
from sim.ensemble.player import Player
from sim.evidence import load as evidence
from sim.scenario.reading import POSTERIOR, keys
from sim.study import compare
from sim.study.calibrate import Parameter, calibrate, parameters
from sim.study.posterior import DRAWS, text, write_posterior
from tests import toy
from tests.study import test_calibrate

TOY = "tests.study.test_calibrate:replicate"
FIRST, OTHER = "as_in_2016_17", "deep_tilt_up"
SD = "income.registered_sd"


@pytest.fixture(scope="module")
def found(years):
    return calibrate(years, 64, workers=1, replicate=TOY)


@pytest.fixture(scope="module")
def drawing(tiny, found, tmp_path_factory):
    """The small county, drawing from the posterior."""
    folder = tmp_path_factory.mktemp("posterior")
    assert write_posterior(found, folder / "made.yaml")
    return tiny.replace(parameters="posterior", posterior=str(folder / "made.yaml"))


@pytest.fixture
def apart(drawing):
    """The same, where the gates differ: that of the toy does nothing."""
    content = drawing.dump()["posterior"]
    content["draws"]["none"].reverse()
    return drawing.replace(posterior=content)


def test_the_file_holds_the_draws_of_each_gate_and_what_made_them(found, drawing, years):
    kept = drawing.posterior
    assert [tuple(column) for column in kept.columns] == [(p.name, *p.along) for p in parameters()]
    for fit in found.fits:
        rows = np.array(getattr(kept.draws, fit.gate))
        assert rows.shape == (DRAWS, len(parameters()))
        assert np.abs(rows - fit.posterior.sample(DRAWS)).max() <= 1.01e-5
    made = kept.made_by
    assert (made.scenario, made.digest, made.seed, made.vectors, made.complete) == (
        years.name, years.digest(), years.seed, 64, 64,
    )  # fmt: skip


def test_the_file_is_small_the_same_each_time_and_says_what_it_is(found, tmp_path):
    written = text(found)
    assert written == text(found) and len(written.encode()) < 60_000
    head = [line for line in written.splitlines() if line.lstrip().startswith("#")]
    assert any("replication r takes row r" in line for line in head) and any("校准" in line for line in head)
    (row,) = (r for r in found.rows() if r["gate"] == "none" and r["parameter"] == SD)
    assert f"{row['median']:,.6g}" in next(line for line in head[len(head) // 2 :] if SD in line and "#   " in line)
    (tmp_path / "made.yaml").write_text(written)
    assert keys(tmp_path / "made.yaml") == POSTERIOR


def test_no_file_where_a_gate_has_no_posterior(found, tmp_path):
    assert not write_posterior(replace(found, fits=found.fits[:1]), tmp_path / "made.yaml")
    assert not (tmp_path / "made.yaml").exists()


def test_python_keeps_what_the_command_keeps(found, tiny, tmp_path):
    path = tmp_path / "new" / "kept.yaml"
    assert found.keep(path) == found.keep(str(path)) == str(path) and path.read_text(encoding="utf-8") == text(found)
    assert tiny.replace(parameters="posterior", posterior=found.keep(path)).posterior.made_by.vectors == 64
    (other := tmp_path / "other.yaml").write_text("name: other\n")
    for result, to, why in ((found, other, "something else"), (replace(found, interrupted=True), path, "no posterior"),
                            (replace(found, fits=found.fits[:1]), tmp_path / "half" / "half.yaml", "no posterior")):  # fmt: skip
        with pytest.raises(ValueError, match=why):
            result.keep(to)
    assert other.read_text() == "name: other\n" and not (tmp_path / "half").exists() and path.read_text(encoding="utf-8") == text(found)
    assert not (tmp_path / "half.yaml").exists()


def test_values_are_those_of_the_row_in_their_ranges_and_all_others_as_before(apart):
    prior = start(apart.replace(parameters="prior"), FIRST, 3)
    for gate, asked in (("plan", None), ("plan", "plan"), ("none", "none")):
        c = start(apart, FIRST, 3, gate=asked)
        row = getattr(apart.posterior.draws, gate)[3]
        expected = {name: v for p, q in zip(parameters(), row, strict=True) for name, v in p.values(q).items()}
        assert {name: c.p[name] for name in expected} == expected
        others = c.p.keys() - expected.keys()
        assert all(c.p[name] == prior.p[name] for name in others) and len(others) > 100
        assert all(c.p[name] != prior.p[name] for name in expected)


def test_a_replication_meets_one_vector_under_every_allocation_and_rows_come_round(drawing):
    one, two = (start(drawing, name, 5) for name in (FIRST, OTHER))
    assert one.p == two.p and one.county is two.county
    # The start and the luck of a replication are of their own; the row is that of its parameters.
    assert start(drawing, FIRST, 9, indices=(0, 5, 1)).p[SD] == one.p[SD]
    assert start(drawing, FIRST, DRAWS + 5).p[SD] == one.p[SD] != start(drawing, FIRST, 6).p[SD]


def test_what_the_scenario_sets_wins(drawing):
    free, bound = start(drawing, FIRST, 2), start(drawing.replace(assumptions={SD: 0.5}), FIRST, 2)
    assert bound.p[SD] == 0.5 != free.p[SD]
    assert {name for name in free.p if free.p[name] != bound.p[name]} == {SD}
    twice = start(drawing.replace(assumptions={SD: {"times": 2, "outside_range": True}}), FIRST, 2)
    assert twice.p[SD] == 2 * free.p[SD]


def test_a_posterior_in_the_middle_is_the_medians(drawing):
    middle = {**drawing.dump()["posterior"], "draws": {gate: [" ".join(["0.5"] * 6)] for gate in ("plan", "none")}}
    c = start(drawing.replace(posterior=middle), FIRST, 0)
    assert c.p[SD] == Parameter(SD, ()).values(0.5)[SD] != evidence()[SD].value


def test_kept_rows_are_not_reused_under_another_posterior(drawing, tmp_path):
    def played(scenario):
        begun = []
        player = Player(out=tmp_path, workers=1, progress=lambda d, t: begun.append(d))
        player.ensemble(scenario, [("plan", 1)])
        return begun[0]

    one = drawing.replace(compare=[FIRST])
    content = one.dump()["posterior"]
    content["draws"]["plan"][200] = " ".join(["0.5"] * 6)
    assert [played(one), played(one), played(one.replace(posterior=content))] == [0, 1, 0]
    assert [played(one.replace(parameters="prior")), played(one)] == [0, 1]


def test_one_worker_is_two(drawing):
    few = drawing.replace(compare=[FIRST, OTHER])
    one, two = (compare(few, 2, workers=n) for n in (1, 2))
    assert one.rows() == two.rows() and one.other_gate == two.other_gate
    assert one.rows() != compare(few.replace(parameters="prior"), 2, workers=1).rows()


def commanded(capsys, *words):
    code = cli.main([*map(str, words), "--workers", "1", "--lang", "en"])
    out, err = capsys.readouterr()
    return code, out, err.splitlines()


@pytest.mark.parametrize("verb", ["compare", "totals", "ablate", "backcast"])
def test_every_verb_that_plays_can_be_told_where_values_come_from(capsys, tmp_path, monkeypatch, found, no_pages, verb):
    write_posterior(found, tmp_path / "made.yaml")
    path = tmp_path / "plan.yaml"
    played = "2016-2017.yaml\nscale: 0.12" if verb == "backcast" else "quick.yaml"
    path.write_text(f"extends: {cli.__file__.rsplit('/sim/', 1)[0]}/scenarios/{played}\nposterior: made.yaml\n")
    seen = set()

    def note(scenario, allocation, replication, *, gate):
        seen.add(scenario.parameters)
        return (test_backcast if verb == "backcast" else toy).replicate(scenario, allocation, replication, gate=gate)

    from tests.study import test_backcast

    monkeypatch.setattr(sim.campaign, "replicate", note)
    for ways in (["--prior"], ["--point"], ["--posterior"]):
        seen.clear()
        code, *_ = commanded(
            capsys, verb, path, "--out", tmp_path / ways[0], "--replications", 2, "--no-figures", *ways
        )
        assert code == 0 and seen == {ways[0][2:]}


def test_two_ways_at_once_or_a_posterior_without_a_file_are_told_before_anything_runs(capsys, tmp_path):
    quick = ["scenarios/quick.yaml", "--out", tmp_path]
    assert commanded(capsys, *quick, "--point", "--prior")[::2] == (
        2, ["--point: not together with --prior", "for help: python -m sim --help"],
    )  # fmt: skip
    code, out, err = commanded(capsys, "scenarios/2016-2017.yaml", "--out", tmp_path, "--posterior")
    assert (code, out) == (2, "") and len(err) == 1 and "posterior: FILE" in err[0]


def test_calibrate_leaves_the_posterior_and_keeps_it_where_it_is_told(capsys, tmp_path, monkeypatch, years_file):
    monkeypatch.setattr(sim.campaign, "replicate", test_calibrate.replicate)
    kept = tmp_path / "posterior-of-test.yaml"
    words = ["calibrate", years_file, "--vectors", 32, "--out", tmp_path / "run", "--no-figures"]
    assert commanded(capsys, *words)[0] == 0 and not kept.exists()
    code, _, err = commanded(capsys, *words, "--keep", kept)
    assert code == 0 and any(str(kept) in line for line in err)
    assert kept.read_bytes() == (tmp_path / "run" / "posterior.yaml").read_bytes()
    kept.write_text(kept.read_text().replace("0.35", "0.3"))  # another range: what has to be made again
    assert commanded(capsys, *words, "--keep", kept)[0] == 0 and "0.35" in kept.read_text()


def test_calibrate_replaces_nothing_but_a_posterior(capsys, tmp_path):
    other = tmp_path / "plan.yaml"
    other.write_text("seed: 1\n")
    words = ["calibrate", "scenarios/quick.yaml", "--out", tmp_path / "run", "--keep"]
    for path, line in (
        (other, "this file holds something else and is not replaced; name another"),
        (tmp_path, "this file holds something else and is not replaced; name another"),
        (tmp_path / "no" / "x.yaml", "its folder does not exist"),
    ):
        code, out, err = commanded(capsys, *words, path)
        assert (code, out, err[0]) == (2, "", f"--keep: {path}: {line}")
    assert other.read_text() == "seed: 1\n"
    code, _, err = commanded(capsys, *words, tmp_path / "new.yaml", "scenarios/2018.yaml")
    assert code == 2 and err[0].endswith("one posterior is kept at a time; name one scenario")
