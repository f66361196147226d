"""The real campaign, played and compared: what its runs say of the target, and the same bytes however it is played."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

import sim
from sim.study import compare, write

FIRST = "as_in_2016_17"


def files(folder):
    """Every export, by name; the store and what names the clock are none."""
    skip = {"timing.json", "runs.sqlite", ".lock"}
    found = (path for path in folder.rglob("*") if path.is_file() and path.name not in skip)
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


@pytest.mark.parametrize("incidence", [0.0241, 0.03, 0.05])
def test_people_short_are_short_of_the_target_of_the_scenario(tiny, incidence):
    run = sim.run(tiny.replace(targets=tiny.targets.model_dump() | {"incidence": incidence}), FIRST, 0).scalars
    due = int(incidence * run["N"])
    assert run["people_short"] == run["registered_end_people"] - due
    assert (run["people_short"] > 0) == (run["incidence"] > incidence)


def test_one_worker_or_two_play_the_full_county_to_the_same_bytes(full, tmp_path, spawned):
    thin = full.replace(compare=["deep_tilt_up", "finish_relocation"], gate_none_share=0)
    for workers in (1, 2):
        write(compare(thin, 1, workers=workers, out=tmp_path / str(workers)), tmp_path / str(workers))
    one, two = files(tmp_path / "1"), files(tmp_path / "2")
    assert len(one) == 11 and one == two


def test_two_hash_seeds_leave_the_same_files(tmp_path):
    words = [sys.executable, "-m", "sim", "scenarios/quick.yaml", "--replications", "2", "--workers", "1", "--quiet",
             "--no-figures", "--lang", "en", "--out"]  # fmt: skip
    runs = [
        subprocess.Popen(
            [*words, str(tmp_path / seed)], env={**os.environ, "PYTHONHASHSEED": seed}, stdout=subprocess.PIPE
        )
        for seed in ("1", "2")
    ]
    (one, _), (two, _) = (run.communicate() for run in runs)
    assert [run.returncode for run in runs] == [0, 0]
    assert one == two and b"balanced by need" in one
    one, two = files(tmp_path / "1"), files(tmp_path / "2")
    assert len(one) == 14 and {"report.html", "tables.xlsx"} < set(one) and one == two
