"""Several files or a folder of them: checked together, played together, one table and one exit code."""

from __future__ import annotations

import csv
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from importlib import import_module
from pathlib import Path

import pytest

import sim.campaign
from sim import cli
from sim.ensemble.store import locked
from sim.study import Across
from tests import toy

QUICK = Path("scenarios/quick.yaml").resolve()


@pytest.fixture
def county_files(tmp_path):
    """A folder of three counties, and something else in it."""
    folder = tmp_path / "counties"
    folder.mkdir()
    for seed in (1, 2, 3):
        titled = f"title: {{zh: 县{seed}, en: county {seed}}}"
        (folder / f"county-{seed}.yaml").write_text(f"extends: {QUICK}\nseed: {seed}\n{titled}\n", encoding="utf-8")
    (folder / "readme.txt").write_text("no scenario")
    return folder


def said(capsys, tmp_path, *words):
    code = cli.main([*map(str, words), "--out", str(tmp_path / "runs"), "--workers", "1", "--lang", "en"])
    out, err = capsys.readouterr()
    return code, out, err


def table(tmp_path):
    with (tmp_path / "runs" / "across.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.usefixtures("toy_campaign")
def test_a_folder_is_its_scenarios_and_leaves_one_table_and_a_folder_each(capsys, tmp_path, county_files):
    code, out, err = said(capsys, tmp_path, county_files)
    assert code == 0 and "3 scenarios, played together" in out
    assert [line.split("  ")[0] for line in out.splitlines() if line.startswith("county")] == ["county 1", "county 2", "county 3"]
    assert [row["scenario"] for row in table(tmp_path)] == ["county-1", "county-2", "county-3"]
    summary = json.loads((tmp_path / "runs" / "summary.json").read_text())
    assert {row["best"] for row in summary["scenarios"]} == {"balanced_by_need"}
    assert err.splitlines()[0] == "replications of 3 scenarios" and "replications 90/90" in err
    drawn = {path.name for path in (tmp_path / "runs" / "figures").iterdir()}
    assert drawn == {"across.png", "across.svg", "across.pdf"}
    for name in ("county-1", "county-2", "county-3"):
        left = {path.name for path in (tmp_path / "runs" / name).iterdir()}
        assert left >= {"runs.sqlite", "summary.json", "report.html", "replay.html", "tables.xlsx", "figures"}


@pytest.mark.usefixtures("toy_campaign")
def test_files_leave_what_each_leaves_alone(capsys, tmp_path, county_files):
    files = sorted(county_files.glob("*.yaml"))[:2]
    assert said(capsys, tmp_path, *files, "--no-figures", "--quiet")[::2] == (0, "")
    for file in files:
        said(capsys, tmp_path / "alone" / file.stem, file, "--no-figures", "--quiet")
        one, other = tmp_path / "runs" / file.stem, tmp_path / "alone" / file.stem / "runs"
        for name in ("summary.json", "replications.csv", "manifest.json", "why_not.csv", "report.html"):
            assert (one / name).read_bytes() == (other / name).read_bytes(), name


@pytest.mark.usefixtures("toy_campaign", "no_pages")
def test_the_figure_of_other_numbers_goes_and_a_scenario_of_its_folders_name_stays(capsys, tmp_path, county_files, monkeypatch):
    monkeypatch.setattr("sim.report.figures.drawable", lambda _: [])
    (county_files / "county-3.yaml").rename(county_files / "figures.yaml")
    folder = tmp_path / "runs" / "figures"
    words = (county_files, "--replications", "2", "--quiet")
    assert said(capsys, tmp_path, *words)[0] == 0 and (folder / "across.svg").exists()
    assert said(capsys, tmp_path, *words, "--no-figures")[0] == 0
    assert not list(folder.glob("across.*")) and (folder / "runs.sqlite").exists() and (folder / "summary.json").exists()


@pytest.mark.usefixtures("toy_campaign", "no_pages")
def test_the_figure_of_before_goes_before_the_table_is_written(capsys, tmp_path, county_files, monkeypatch):
    def broken_off(*_):
        raise KeyboardInterrupt

    old = tmp_path / "runs" / "figures" / "across.svg"
    old.parent.mkdir(parents=True)
    old.write_text("of other numbers")
    monkeypatch.setattr(import_module("sim.study.across"), "write_across", broken_off)
    assert said(capsys, tmp_path, county_files, "--replications", "2", "--quiet", "--no-figures")[0] == 130
    assert not old.exists()


@pytest.mark.usefixtures("toy_campaign", "no_pages")
def test_of_one_replication_there_is_no_interval_of_incidence(capsys, tmp_path, county_files):
    code, out, _ = said(capsys, tmp_path, county_files, "--replications", "1", "--quiet", "--no-figures")
    assert code == 0 and "0.00 to 100.00" not in out and "A single replication gives no interval" in out
    for row in table(tmp_path):
        assert float(row["incidence"]) > 0 and row["people_short"] != ""
        assert [row[f"{name}_{end}"] for name in ("incidence", "people_short") for end in ("low", "high")] == [""] * 4


@pytest.mark.usefixtures("toy_campaign", "no_pages")
def test_a_figure_that_cannot_be_drawn_costs_no_table(capsys, tmp_path, county_files, monkeypatch):
    def broken(result, folder):
        if isinstance(result, Across):
            raise ZeroDivisionError("by a bug")

    monkeypatch.setattr("sim.report.figures.save", broken)
    code, out, err = said(capsys, tmp_path, county_files, "--replications", "2", "--quiet")
    assert code == 1 and "3 scenarios, played together" in out and "ZeroDivisionError: by a bug" in err
    assert len(table(tmp_path)) == 3


@pytest.mark.usefixtures("toy_campaign")
def test_every_problem_of_every_file_is_told_before_anything_runs(capsys, tmp_path, county_files):
    (county_files / "county-1.yaml").write_text(f"extends: {QUICK}\nseed: -1\nscal: 2\n")
    (county_files / "county-3.yaml").write_text(f"extends: {QUICK}\ngate: maybe\n")
    code, out, err = said(capsys, tmp_path, county_files)
    assert (code, out) == (2, "") and not (tmp_path / "runs").exists()
    for part in ("county-1.yaml:2: seed", "county-1.yaml:3: scal", "county-3.yaml:2: gate"):
        assert part in err
    assert "county-2" not in err


def test_a_folder_without_a_scenario(capsys, tmp_path):
    (tmp_path / "empty").mkdir()
    code, _, err = said(capsys, tmp_path, tmp_path / "empty")
    assert code == 2 and err.splitlines()[0] == f"{tmp_path}/empty: there is no scenario (.yaml) in this folder"


def test_a_folder_is_checked_file_by_file(capsys, county_files):
    assert cli.main(["check", str(county_files), "--lang", "en"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_one_that_fails_is_named_and_the_others_stand(capsys, tmp_path, county_files, monkeypatch, no_pages):
    def flooded(scenario, allocation, replication, *, gate):
        if scenario.name == "county-2":
            raise ValueError("a bridge is out")
        return toy.replicate(scenario, allocation, replication, gate=gate)

    monkeypatch.setattr(sim.campaign, "replicate", flooded)
    code, out, err = said(capsys, tmp_path, county_files, "--no-figures", "--quiet")
    assert code == 1 and "no answer" in out and "Traceback" not in err
    assert err == "county-2: not one replication could be played for every allocation; 30 runs failed, the first: ValueError: a bridge is out\n"
    assert [row["state"] == "failed" for row in table(tmp_path)] == [False, True, False]


def test_replications_that_fail_are_told_by_scenario(capsys, tmp_path, county_files, monkeypatch, no_pages):
    monkeypatch.setattr(sim.campaign, "replicate", toy.fails_on_two)
    code, _, err = said(capsys, tmp_path, county_files, "--no-figures", "--quiet")
    assert code == 1 and [line.split(":")[0] for line in err.splitlines()] == ["county-1", "county-2", "county-3"]
    assert "3 runs failed, the first: allocation as_in_2016_17, replication 2 (ValueError: a bridge is out)" in err


@pytest.mark.usefixtures("toy_campaign", "no_pages")
def test_files_that_cannot_be_written_cost_no_other_scenario(capsys, tmp_path, county_files, monkeypatch):
    from sim.study import write

    def broken(comparison, folder, seconds=None):
        if folder.name == "county-1":
            raise ZeroDivisionError("by a bug")
        write(comparison, folder, seconds)

    monkeypatch.setattr("sim.study.write", broken)
    code, _, err = said(capsys, tmp_path, county_files, "--no-figures", "--quiet")
    assert code == 1 and err.startswith("county-1: internal error (ZeroDivisionError: by a bug)") and err.count("\n") == 1
    assert (tmp_path / "runs" / "county-3" / "summary.json").exists() and len(table(tmp_path)) == 3


@pytest.mark.usefixtures("toy_campaign", "no_pages")
def test_a_second_run_on_the_same_folders_says_so_and_stops(capsys, tmp_path, county_files):
    with locked(tmp_path / "runs"):
        code, out, err = said(capsys, tmp_path, county_files, "--quiet")
    assert (code, out) == (1, "") and err == f"{tmp_path}/runs: another run is at work in this folder\n"
    with locked(tmp_path / "runs" / "county-2"):
        code, out, err = said(capsys, tmp_path, county_files, "--quiet", "--no-figures")
    assert code == 1 and err == f"county-2: {tmp_path}/runs/county-2: another run is at work in this folder\n"
    assert [row["state"] == "failed" for row in table(tmp_path)] == [False, True, False]


@pytest.mark.parametrize("hands", [[], ["--cluster", "local"]], ids=["processes", "cluster"])
def test_ctrl_c_keeps_what_is_done_and_the_same_command_goes_on(capsys, tmp_path, county_files, no_pages, hands):
    """The real campaign with two workers, as from a terminal, where all processes get the signal."""
    if hands:
        pytest.importorskip("distributed", reason="the extra cluster is not installed")
    runs = tmp_path / "runs"
    for file in county_files.glob("*.yaml"):
        file.write_text(file.read_text(encoding="utf-8") + "scale: 0.05\n", encoding="utf-8")
    words = [str(county_files), "--out", str(runs), "--workers", "2", "--replications", "16", "--lang", "en",
             "--no-figures", "--allocation", "deep_tilt_up"]  # fmt: skip
    process = subprocess.Popen([sys.executable, "-m", "sim", *words, *hands], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True, start_new_session=True, preexec_fn=hears_interrupts)  # fmt: skip # noqa: PLW1509
    wait_for_rows(runs / "county-1" / "runs.sqlite")
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130 and "broken off" in out and "Traceback" not in err
    assert err.splitlines()[-1] == f"interrupted; what is complete is kept in {runs}: the same command goes on from there"
    assert cli.main(words) == 0
    said = capsys.readouterr().out
    assert "as many as asked" in said and "broken off" not in said


def hears_interrupts():
    """Whoever runs the tests in the background may have left interrupts ignored, which a process inherits."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def wait_for_rows(store, patience=60.0):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as db, db:
                if db.execute("SELECT COUNT(*) FROM runs").fetchone()[0]:
                    return
        except sqlite3.OperationalError:
            pass
        time.sleep(0.05)
    raise AssertionError("nothing was played")
