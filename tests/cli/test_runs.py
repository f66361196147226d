"""Commands that play: exit codes, what goes where, and what a user is told when it goes wrong."""

import errno
import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import sim.campaign
import sim.study
from sim import cli
from sim.cli import optimise
from sim.ensemble.store import locked
from sim.record import Run
from sim.report import retold
from sim.statistics.selection import FIRST
from sim.study.reopen import reopen
from tests import toy
from tests.study import test_backcast, test_calibrate

QUICK = "scenarios/quick.yaml"
#: Ctrl-C while a class was being made.
WRAPPED = RuntimeError("Error calling __set_name__")
WRAPPED.__cause__ = KeyboardInterrupt()


def played(capsys, tmp_path, *words, verb=(), file=QUICK):
    given = [*verb, file, "--out", str(tmp_path / "run"), "--workers", "1", "--lang", "en", *words]
    code = cli.main(given)
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.usefixtures("toy_campaign")
def test_compare_leaves_everything_and_says_which_comes_closest(capsys, tmp_path):
    code, out, err = played(capsys, tmp_path, "--replications", "12")
    run = tmp_path / "run"
    assert code == 0
    assert "is suggested" in out
    assert err.splitlines()[0] == "replications of trial on a small county"
    assert "replications 45/45" in err and str(run) in err.splitlines()[-1]
    assert {path.name for path in (run / "figures").iterdir()} == {
        "chance.png",
        "chance.svg",
        "chance.pdf",
        "why_not.png",
        "why_not.svg",
        "why_not.pdf",
    }
    assert json.loads((run / "summary.json").read_text())["best"] == "balanced_by_need"
    assert "is suggested" in (run / "report.html").read_text(encoding="utf-8")
    assert (run / "replay.html").is_file() and 'href="replay.html"' in (run / "report.html").read_text(encoding="utf-8")
    assert (run / "tables.xlsx").stat().st_size > 5000


@pytest.mark.usefixtures("toy_campaign")
def test_a_report_that_cannot_be_written_costs_nothing_else(capsys, tmp_path, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("by a bug")

    monkeypatch.setattr("sim.report.page.save", broken)
    code, out, err = played(capsys, tmp_path, "--quiet", "--no-figures", "--replications", "12")
    assert code == 1 and "is suggested" in out and (tmp_path / "run" / "summary.json").exists()
    assert "could not be written (ZeroDivisionError: by a bug), all other results stand" in err
    assert len(err.splitlines()) == 1 and "ZeroDivisionError" in (tmp_path / "run" / "error.log").read_text()


@pytest.mark.usefixtures("toy_campaign")
@pytest.mark.parametrize(
    ("fault", "code", "line"),
    [(OSError(errno.ENOSPC, "full"), 1, "the disk is full, nothing more can be written; what was complete is kept in {}"),
     (KeyboardInterrupt(), 130, "interrupted; what is complete is kept in {}")],
)  # fmt: skip
@pytest.mark.parametrize("stops", ["page", "replay", "workbook"])
def test_pages_of_before_do_not_stay_beside_new_tables(capsys, tmp_path, monkeypatch, fault, code, line, stops):
    def broken(*_):
        raise fault

    run, made = tmp_path / "run", ("page", "replay", "workbook")
    names = dict(zip(made, ("report.html", "replay.html", "tables.xlsx"), strict=True))
    for kind in made:
        monkeypatch.setattr(f"sim.report.{kind}.save", lambda *_: None)
    monkeypatch.setattr(f"sim.report.{stops}.save", broken)
    run.mkdir()
    for name in names.values():
        (run / name).write_text("of other numbers")
    got, _, err = played(capsys, tmp_path, "--quiet", "--no-figures", "--replications", "2")
    assert (got, len(err.splitlines())) == (code, 1) and err.startswith(line.format(run))
    assert (run / "summary.json").exists() and not any((run / name).exists() for name in names.values())


@pytest.mark.usefixtures("toy_campaign", "no_pages")
def test_options_reach_the_run(capsys, tmp_path):
    words = ["--quiet", "--no-figures", "--replications", "4", "--seed", "7"]
    code, _, err = played(capsys, tmp_path, *words, "--allocation", "deep_tilt_up", "--allocation", "as_in_2016_17")
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    assert (code, err) == (0, "")
    assert (summary["replications"], summary["seed"], summary["selection"]) == (4, 7, None)
    assert [row["name"] for row in summary["allocations"]] == ["deep_tilt_up", "as_in_2016_17"]


@pytest.mark.usefixtures("toy_campaign", "no_pages")
def test_without_a_number_it_ends_when_the_choice_is_settled(capsys, tmp_path):
    plan = tmp_path / "plan.yaml"
    plan.write_text(f"extends: {Path(QUICK).resolve()}\nname: plan\nreplications: 40\nindifference: 0.1 %\n")
    words = [str(plan), "--workers", "1", "--lang", "en", "--no-figures", "--out"]
    found = {}
    for folder, more in (("run", []), ("exact", ["--replications", "40"])):
        assert cli.main([*words, str(tmp_path / folder), *more]) == 0
        out, err = capsys.readouterr()
        found[folder] = json.loads((tmp_path / folder / "summary.json").read_text()), out, err
    summary, out, err = found["run"]
    assert (summary["replications"], summary["selection"]["ended"], summary["selection"]["cap"]) == (FIRST, "one_left", 40)
    assert f"settled at 95 % after {FIRST} replications: all others are out of the race" in out
    assert "replications 75/75" in err and "as rough" not in out, "what settles a choice is not few"
    summary, out, err = found["exact"]
    assert (summary["replications"], summary["selection"]) == (40, None)
    assert "settled at" not in out and "replications 150/150" in err


@pytest.mark.usefixtures("toy_campaign", "no_pages")
def test_a_second_run_reuses_the_first(capsys, tmp_path, monkeypatch):
    first = played(capsys, tmp_path, "--no-figures")
    monkeypatch.setattr(sim.campaign, "replicate", toy.fails_on_two)
    second = played(capsys, tmp_path, "--no-figures")
    assert second[:2] == first[:2] and "replications 30/30, 0 s gone" in second[2]


def test_failed_replications_are_told(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(sim.campaign, "replicate", toy.fails_on_two)
    code, out, err = played(capsys, tmp_path, "--no-figures")
    assert code == 1 and "only 7 replications" in out and "Traceback" not in err
    assert (
        "3 runs failed, the first: allocation as_in_2016_17, replication 2 (ValueError: a bridge is out)" in err
    )


def test_an_interrupted_run_reports_what_is_complete(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(sim.campaign, "replicate", toy.until_ctrl_c)
    code, out, err = played(capsys, tmp_path, "--no-figures")
    assert code == 130 and "rests on the 5 replications complete for all allocations (of 8)" in out
    assert err.splitlines()[-1].startswith("interrupted; what is complete is kept in")


@pytest.mark.usefixtures("toy_campaign")
@pytest.mark.parametrize(
    ("fault", "code", "line"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), 1, "the disk is full, nothing more can be written"),
        (
            PermissionError(errno.EACCES, "Permission denied", "a.csv"),
            1,
            "a.csv: cannot be written (permission denied)",
        ),
        (MemoryError(), 1, "out of memory: try again with a smaller --workers"),
        (KeyboardInterrupt(), 130, "interrupted; what is complete is kept in"),
        (WRAPPED, 130, "interrupted; what is complete is kept in"),
        (BrokenPipeError(), 1, "the output was closed by the other end; results are in"),
        (sim.study.RunError("model_changed"), 1, "the sources of the model were changed while it ran"),
        (ZeroDivisionError("by a bug"), 1, "internal error (ZeroDivisionError: by a bug); please send"),
    ],
)
def test_what_goes_wrong_ends_in_a_line(capsys, tmp_path, monkeypatch, fault, code, line):
    def broken(*_, **__):
        raise fault

    monkeypatch.setattr(sim.study, "write", broken)
    with monkeypatch.context() as patched:
        patched.setattr("sim.cli.faults._silence_stdout", lambda: None)
        got, out, err = played(capsys, tmp_path, "--quiet")
    assert (got, out) == (code, "") and err.startswith(line) and len(err.splitlines()) == 1
    assert (tmp_path / "run" / "error.log").exists() == isinstance(fault, ZeroDivisionError)


@pytest.mark.usefixtures("toy_campaign")
def test_a_busy_folder(capsys, tmp_path):
    with locked(tmp_path / "run"):
        code, _, err = played(capsys, tmp_path, "--quiet")
    assert code == 1 and err.endswith("another run is at work in this folder\n")


@pytest.mark.usefixtures("toy_campaign")
def test_totals(capsys, tmp_path):
    words = ["--replications", "3", "--total", "220 M yuan", "--total", "10000 万元"]
    code, out, _ = played(capsys, tmp_path, *words, verb=("totals",))
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    assert code == 0 and list(summary["totals"]) == ["100000000", "220000000"]
    assert "Incidence at year end by total money" in out
    assert (tmp_path / "run" / "figures" / "totals.svg").exists()
    played(capsys, tmp_path, "--no-figures", *words, "--replications", "2", verb=("totals",))
    assert not (tmp_path / "run" / "figures").exists(), "they were of other numbers"


@pytest.mark.usefixtures("toy_campaign")
def test_a_study_broken_off_while_it_is_written_has_no_figures_of_before(capsys, tmp_path, monkeypatch):
    def broken_off(*_, **__):
        raise KeyboardInterrupt

    (tmp_path / "run" / "figures").mkdir(parents=True)
    monkeypatch.setattr(import_module("sim.study.totals"), "write_totals", broken_off)
    words = ["--replications", "2", "--total", "100 M yuan", "--quiet"]
    assert played(capsys, tmp_path, *words, verb=("totals",))[0] == 130
    assert not (tmp_path / "run" / "figures").exists()


def test_a_search_broken_off_while_it_is_written_has_no_allocation_of_before(tmp_path, monkeypatch):
    def broken_off(*_):
        raise KeyboardInterrupt

    (tmp_path / "allocation.yaml").write_text("of another search")
    monkeypatch.setattr(import_module("sim.study.optimise"), "write_optimisation", broken_off)
    with pytest.raises(KeyboardInterrupt):
        optimise._write(None, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("toy_campaign")
@pytest.mark.parametrize(("lang", "shown"), [("en", ["0.000001", "152", "152.5"]), ("zh", ["0.0001", "15,200", "15,250"])])
def test_each_total_is_told_to_the_last_yuan(capsys, tmp_path, lang, shown):
    words = ["--total", "152 M yuan", "--total", "152.5 M yuan", "--total", "0.0001 万元", "--replications", "2", "--no-figures",
             "--quiet", "--lang", lang]  # fmt: skip
    code, out, _ = played(capsys, tmp_path, *words, verb=("totals",))
    rows = out.partition("──\n")[2].splitlines()[:3]
    assert code == 0 and [row.split()[0] for row in rows] == shown


def until_the_second_total(scenario, allocation, replication, *, gate):
    """Broken off before anything of 220 M yuan is complete."""
    if scenario.total_yuan == 220_000_000:
        raise KeyboardInterrupt
    return toy.replicate(scenario, allocation, replication, gate=gate)


def test_totals_of_which_nothing_is_complete_leave_what_lies_there(capsys, tmp_path, monkeypatch):
    words = ["--replications", "2", "--no-figures", "--quiet"]
    monkeypatch.setattr(sim.campaign, "replicate", toy.replicate)
    played(capsys, tmp_path, "--total", "100 M yuan", *words, verb=("totals",))
    before = {path.name: path.read_bytes() for path in (tmp_path / "run").glob("*.*") if path.is_file()}
    monkeypatch.setattr(sim.campaign, "replicate", until_the_second_total)
    code, out, _ = played(capsys, tmp_path, "--total", "220 M yuan", *words, verb=("totals",))
    assert (code, out) == (130, "") and "summary.json" in before
    assert {name: (tmp_path / "run" / name).read_bytes() for name in before} == before


def test_totals_broken_off_between_two_are_broken_off_when_read_again(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(sim.campaign, "replicate", until_the_second_total)
    words = ["--replications", "2", "--total", "100 M yuan", "--total", "220 M yuan", "--no-figures", "--quiet"]
    code, out, _ = played(capsys, tmp_path, *words, verb=("totals",))
    found = json.loads((tmp_path / "run" / "summary.json").read_text())
    assert code == 130 and list(found["totals"]) == ["100000000"] and found["interrupted"] is True
    result = reopen(tmp_path / "run").result
    assert result.interrupted and retold.totals(result.scenario, found).interrupted
    assert cli.main(["show", str(tmp_path / "run"), "--lang", "en"]) == 0 and capsys.readouterr().out == out


@pytest.mark.usefixtures("toy_campaign")
def test_totals_are_not_written_into_a_folder_where_another_run_is_at_work(capsys, tmp_path):
    words = ["--replications", "2", "--total", "100 M yuan", "--no-figures", "--quiet"]
    with locked(tmp_path / "run"):
        code, _, err = played(capsys, tmp_path, *words, verb=("totals",))
    assert code == 1 and err.endswith("another run is at work in this folder\n")
    assert not (tmp_path / "run" / "summary.json").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="not on this system")
@pytest.mark.parametrize(
    ("words", "told", "line"),
    [(["check", QUICK], 1, "the disk is full, nothing more can be written\n"), (["check", "none"], 2, None)],
)
def test_an_output_that_takes_nothing(words, told, line):
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
        done = subprocess.run([sys.executable, "-m", "sim", *words, "--lang", "en"], stdout=full, stderr=subprocess.PIPE,
                              check=False)  # fmt: skip
    assert done.returncode == told and line in (None, done.stderr.decode())


@pytest.mark.parametrize("closed", ["stdout", "stderr"])
def test_a_stream_that_was_closed_before_is_no_error(capfd, monkeypatch, closed):
    monkeypatch.setattr(sys, closed, None)
    assert cli.main(["check", QUICK, "none.yaml", "--lang", "en"]) == 2
    monkeypatch.undo()
    assert cli.main(["check", QUICK, "--lang", "en"]) == 0


def test_the_real_campaign_through_a_closed_pipe(tmp_path):
    words = [
        sys.executable,
        "-m",
        "sim",
        QUICK,
        "--replications",
        "1",
        "--allocation",
        "deep_tilt_up",
        "--lang",
        "zh",
        "--workers",
        "1",
    ]
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "wb") as closed:  # noqa: PTH123 - a file number
        done = subprocess.run([*words, "--out", str(tmp_path)], stdout=closed, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 1 and "Traceback" not in done.stderr.decode()
    assert done.stderr.decode().splitlines()[-1] == f"输出被对方关闭；结果在 {tmp_path}"
    assert {path.name for path in (tmp_path / "figures").glob("*.png")} == {
        "incidence.png", "chance.png", "why_not.png", "villages.png", "money.png", "propose.png",
    }  # fmt: skip


def test_history_is_held_against_the_model(capsys, tmp_path, monkeypatch, years_file):
    monkeypatch.setattr(sim.campaign, "replicate", test_backcast.replicate)
    code, out, _ = played(capsys, tmp_path, "--replications", "3", verb=("backcast",), file=years_file)
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    assert code == 0 and summary["replications"] == 3
    assert "people lifted out" in out and len(summary["facts"]) == 24
    assert (tmp_path / "run" / "figures" / "backcast.png").exists()


@pytest.mark.parametrize("verb", ["backcast", "calibrate"])
def test_another_year_is_not_held_against_history(capsys, tmp_path, verb):
    code, out, err = played(capsys, tmp_path, verb=(verb,))
    assert (code, out) == (2, "") and not (tmp_path / "run").exists()
    assert err.splitlines()[0] == (
        "quick: what is known is of 2016-01-01 to 2017-12-31, the scenario of 2018-01-01 to 2018-12-31; "
        "use scenarios/2016-2017.yaml"
    )


def test_assumed_values_are_held_against_history(capsys, tmp_path, monkeypatch, years_file):
    monkeypatch.setattr(sim.campaign, "replicate", test_calibrate.replicate)
    code, out, _ = played(capsys, tmp_path, "--vectors", "32", verb=("calibrate",), file=years_file)
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    assert code == 0 and (summary["vectors"], summary["vectors_asked"]) == (32, 32)
    assert set(summary["gates"]) == {"plan", "none"} and len(summary["parameters"]) == 2 * 6
    assert "median income of poor households, 2016" in out


def far(scenario, allocation, replication, *, gate):
    """The toy, in which nothing is as it was reported."""
    run = test_calibrate.replicate(scenario, allocation, replication, gate=gate)
    return Run(run.scenario, allocation, gate, replication, {name: value + 1e9 for name, value in run.scalars.items()})


def test_a_calibration_in_which_no_fact_is_met_says_so(capsys, tmp_path, monkeypatch, years_file):
    monkeypatch.setattr(sim.campaign, "replicate", far)
    code, out, err = played(capsys, tmp_path, "--vectors", "32", verb=("calibrate",), file=years_file)
    assert (code, out) == (1, "") and "none of the facts to be fitted lies within the middle 95 % of the runs" in err
    assert not (tmp_path / "run" / "summary.json").exists()


@pytest.mark.parametrize(("verb", "fewest"), [("calibrate", 21), ("sensitivity", 8)])
def test_fewer_vectors_than_say_anything_are_not_played(capsys, tmp_path, years_file, verb, fewest):
    code, out, err = played(capsys, tmp_path, "--vectors", str(fewest - 1), verb=(verb,), file=years_file)
    assert (code, out) == (2, "") and not (tmp_path / "run").exists()
    assert err.splitlines()[0] == f"--vectors: {fewest - 1}: too few to say anything: at least {fewest}"


@pytest.mark.usefixtures("toy_campaign")
def test_ablate(capsys, tmp_path):
    code, out, _ = played(capsys, tmp_path, "--replications", "3", verb=("ablate",))
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    assert code == 0 and summary["replications"] == 3
    assert {effect["state"] for effect in summary["effects"]} == {"off", "double", "half", "unlimited", "more"}
    assert "without command zones" in out and "10 M yuan more" in out
    assert (tmp_path / "run" / "figures" / "ablation.png").exists()


@pytest.mark.usefixtures("no_pages")
def test_a_failure_in_one_file_does_not_keep_the_others_from_being_played(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(sim.campaign, "replicate", fails_in_quick)
    files = ("scenarios/quick.yaml", "scenarios/flood-year.yaml")
    code = cli.main(["value", *files, "--replications", "6", "--workers", "1", "--out", str(tmp_path), "--no-figures",
                 "--lang", "en", "--quiet"])  # fmt: skip
    failed = {path.relative_to(tmp_path).parts[0]: json.loads(path.read_text())["failed"]
              for path in tmp_path.rglob("summary.json")}  # fmt: skip
    assert code == 1 and "lost" in capsys.readouterr().err
    assert {name: bool(rows) for name, rows in failed.items()} == {"quick": True, "flood-year": False}


def fails_in_quick(scenario, allocation, replication, *, gate):
    if scenario.name == "quick" and replication == 3:
        raise ValueError("lost")
    return toy.replicate(scenario, allocation, replication, gate=gate)
