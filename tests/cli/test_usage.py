"""What is wrong with a command is said in one line, before anything runs, and the exit code is 2."""

import subprocess
import sys
from pathlib import Path

import pytest

from sim import cli

QUICK = "scenarios/quick.yaml"


def said(capsys, *words):
    code = cli.main([*words, "--lang", "en"])
    out, err = capsys.readouterr()
    return code, out, err.splitlines()


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ([QUICK, "--replications", "0"], "--replications: 0: must be a whole number from 1 to 100000"),
        ([QUICK, "--replications", "many"], "--replications: many: must be a whole number from 1 to 100000"),
        ([QUICK, "--seed", "-1"], "--seed: -1: must be a whole number from 0 to 1000000000000"),
        ([QUICK, "--workers=two"], "--workers: two: must be a whole number from 1 to 1024"),
        ([QUICK, "--workers"], "--workers: a value must follow"),
        ([QUICK, "--quiet=3"], "--quiet: takes no value"),
        (["sensitivity", QUICK, "--screen", "100000"], "--screen: 100000: must be a whole number from 2 to 1000"),
        (["sensitivity", QUICK, "--screen", "4", "--vectors", "7"], "--vectors: 7: too few to say anything: at least 8"),
        (["new", "--schema=x"], "--schema: takes no value"),
        ([QUICK, "--total", "100 M yuan"], "--total: no option of `compare`; these take it: totals"),
        (["check", QUICK, "--vectors=3"], "--vectors: no option of `check`; these take it: calibrate, sensitivity"),
        ([QUICK, "--replication", "3"], "--replication: no such option; did you mean --replications?"),
        (["totals", QUICK, "--total", "much"],
         "--total: much: must be a sum such as '220 M yuan' or 220000000"),
        (["totals", QUICK, "--total", "220"],
         "--total: 220: must be a sum such as '220 M yuan' or 220000000; did you mean 220 M yuan?"),
        ([QUICK, "--allocation", "deep_tilt"],
         "--allocation: deep_tilt: no such allocation in the scenario; there are: "
         "as_in_2016_17 (as in 2016-17), deep_tilt_up (deep tilt up), balanced_by_need (balanced by need); "
         "did you mean deep_tilt_up?"),
        ([QUICK, "--out", "/dev/null/x"],
         "--out: /dev/null/x: must be a folder that can be written to (what is above it is no folder)"),
        (["chek", QUICK], "chek: no such verb or file; the verbs are compare, check, reconcile, totals, ablate, value, deadlines, optimise, backcast, calibrate, "
                          "sensitivity, trace, show, new; did you mean check?"),
        (["simulate", QUICK],
         "simulate: no such verb or file; the verbs are compare, check, reconcile, totals, ablate, value, deadlines, optimise, backcast, calibrate, "
         "sensitivity, trace, show, new"),
        (["reconcile", QUICK], f"{QUICK}: `reconcile` takes no file"),
        (["value", QUICK, "--allocation", "deep_tilt_up", "--allocation", "balanced_by_need"],
         "--allocation: balanced_by_need: these verbs play one allocation: ablate, value, deadlines, backcast"),
        (["show", "tests"], "tests: no results of a run here; play one first, or name the folder that --out named"),
        (["check"], "at least one scenario file is needed"),
        ([QUICK, "—replications", "2"], "—replications: no such option; did you mean --replications?"),
        (["—replications=2", QUICK], "—replications: no such option; did you mean --replications?"),
        (["check", QUICK, "–quiet"], "–quiet: no such option; did you mean --quiet?"),
        ([QUICK, "－－seed", "1"], "－－seed: no such option; did you mean --seed?"),
    ],
)  # fmt: skip
def test_a_wrong_word_is_one_line(capsys, words, line):
    code, out, err = said(capsys, *words)
    assert (code, out, err) == (2, "", [line, "for help: python -m sim --help"])


@pytest.mark.parametrize(("lang", "title"), [("zh", "按需均衡"), ("zh", "按需均横"), ("en", "balanced by need")])
def test_an_allocation_by_what_tables_call_it_is_told_its_name(capsys, lang, title):
    assert cli.main([QUICK, "--allocation", title, "--lang", lang]) == 2
    line = capsys.readouterr().err.splitlines()[0]
    assert {"zh": "balanced_by_need（按需均衡）", "en": "balanced_by_need (balanced by need)"}[lang] in line
    assert line.rstrip("？?").endswith(" balanced_by_need")


def test_a_wrong_language(capsys):
    assert cli.main(["--lang", "fr", QUICK]) == 2
    assert "fr" in capsys.readouterr().err


def test_two_scenarios_of_one_name_would_share_a_folder(capsys, tmp_path):
    code, _, err = said(capsys, QUICK, QUICK, "--out", str(tmp_path))
    assert code == 2 and err[0].startswith(f"--out: {tmp_path}/quick: several scenarios have this name")


def test_all_files_are_checked_before_anything_runs(capsys, tmp_path):
    (tmp_path / "a.yaml").write_text("totl: 3\n")
    code, out, err = said(
        capsys, QUICK, str(tmp_path / "a.yaml"), str(tmp_path / "none.yaml"), "--out", str(tmp_path / "o")
    )
    assert code == 2 and out == "" and not (tmp_path / "o").exists()
    assert any("a.yaml:1: totl" in line for line in err) and any("none.yaml" in line for line in err)


def test_a_folder_is_its_scenarios_without_what_a_calibration_keeps_there(capsys, tmp_path):
    (tmp_path / "plan.yaml").write_text("extends: quick.yaml\n")
    (tmp_path / "keep.yaml").write_bytes(Path("scenarios/posterior/2016-2017.yaml").read_bytes())
    code, out, err = said(capsys, "check", str(tmp_path))
    assert (code, err) == (0, []) and "plan.yaml" in out and "keep.yaml" not in out


@pytest.mark.parametrize("quiet", [[], ["--quiet"]])
def test_a_project_that_costs_more_than_all_the_money_is_told(capsys, tmp_path, quiet):
    """Ten thousand times too much, as where a heading says 万元 over yuan; the list may be meant so."""
    plan = tmp_path / "plan.yaml"
    plan.write_text("extends: quick.yaml\nscale: 0.5\nprojects: list.csv\n")
    head = "资金投向,项目类型,村,金额（万元）\n"
    (tmp_path / "list.csv").write_text(f"{head}基础设施建设,通村硬化路,1,30\n基础设施建设,通村硬化路,2,300000\n", "utf-8")
    assert said(capsys, "check", str(plan), *quiet)[::2] == (0, [
        "list.csv: projects that alone cost more than all the money that is played (110 M yuan): 1, first project 2 "
        "(3000 M yuan); check whether the unit is yuan or 10,000 yuan"
    ])  # fmt: skip
    (tmp_path / "list.csv").write_text(f"{head}基础设施建设,通村硬化路,1,11000\n", "utf-8")
    assert said(capsys, "check", str(plan), *quiet)[::2] == (0, [])


def test_a_project_list_is_no_scenario(capsys):
    code, out, err = said(capsys, "check", "scenarios/projects/example.csv")
    assert (code, out) == (2, "")
    assert err == [
        "scenarios/projects/example.csv: this is a project list, no scenario; check the scenario that says "
        "`projects: example.csv`"
    ]


@pytest.mark.parametrize("asking", ["", "extends: {}\n", "extends: quick.yaml\nstart: history\nhistory: {}\n"])
def test_what_a_calibration_keeps_is_no_scenario(capsys, tmp_path, asking):
    kept = Path("scenarios/posterior/2016-2017.yaml").resolve()
    plan = tmp_path / "plan.yaml"
    plan.write_text(asking.format(kept))
    code, out, err = said(capsys, "check", str(plan if asking else kept))
    assert (code, out, len(err)) == (2, "", 1)
    assert err[0].startswith(str(plan if asking else kept)) and err[0].endswith("`posterior: 2016-2017.yaml`")


def test_check(capsys, tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("")
    assert said(capsys, "check", QUICK)[:2] == (
        0, f"{QUICK}: valid (3 allocations, 8 replications, total 220 M yuan)\n"
    )  # fmt: skip
    bad.write_text("extends: quick.yaml\ncompare: [deep_tilt_up]\ntotal: 152.53 M yuan\n")
    assert "valid (1 allocation, 8 replications, total 152.53 M yuan)" in said(capsys, "check", str(bad))[1]
    bad.write_text("")
    code, out, err = said(capsys, "check", str(bad), QUICK)
    assert code == 2 and out.startswith(QUICK) and err[0].startswith(str(bad))


@pytest.mark.parametrize("words", [["check", "{}"], ["{}"], ["new", "none.yaml", "--from", "{}"]])
def test_a_path_that_is_too_long_cannot_be_read(capsys, words):
    name = f"{'a' * 300}.yaml"
    found = said(capsys, *(word.format(name) for word in words))
    assert found == (2, "", [f"{name}: the file cannot be read (the name is too long)"])


@pytest.mark.parametrize("verb", ["new", "show"])
def test_a_path_that_is_too_long_is_bad_input_to_every_verb(capsys, verb):
    code, out, err = said(capsys, verb, "a" * 300)
    assert (code, out) == (2, "") and err[0].startswith("a" * 300) and err[0].endswith(": the name is too long")


def test_what_is_neither_verb_nor_file_may_be_long(capsys):
    code, _, err = said(capsys, "a" * 300)
    assert code == 2 and "no such verb or file" in err[0]


def test_reconcile(capsys):
    code, out, err = said(capsys, "reconcile")
    assert code == 0 and "168,680" in out and err == []


@pytest.mark.parametrize("words", [["--help"], ["compare", "-h"], ["totals", "--help"], ["check", "--help"]])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_help(capsys, words, lang):
    assert cli.main([*words, "--lang", lang]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("用法" if lang == "zh" else "usage") and "--lang" in out and err == ""
    verb = "" if words[0].startswith("-") or words[0] == "compare" else f"{words[0]} "
    assert f"\n  python -m sim {verb}scenarios/" in out


@pytest.mark.parametrize("verb", ["ablate", "value", "deadlines", "backcast", "compare"])
def test_help_says_how_many_allocations_a_verb_plays(capsys, verb):
    told = said(capsys, verb, "--help")[1]
    assert ("; only one" in told, "repeatable; the first" in told) == (verb != "compare", verb == "compare")


def test_no_words_at_all_show_the_help(capsys):
    assert cli.main([]) == 2
    assert "compare" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["--help"], ["none.yaml"]])
def test_help_and_errors_do_not_wait_for_heavy_imports(words):
    heavy = "{'numpy', 'scipy', 'rich', 'matplotlib', 'pandas', 'simpy'}"
    listing = f"import sys; from sim import cli; cli.main(sys.argv[1:]); sys.exit(' '.join({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", listing, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and done.stderr.splitlines()[-1] == ""



def test_an_ascii_terminal_is_spoken_to_without_an_error():
    shown = subprocess.run(
        [sys.executable, "-m", "sim", "--help", "--lang", "zh"], capture_output=True, check=False,
        env={"PYTHONIOENCODING": "ascii", "PYTHONPATH": ":".join(sys.path)},
    )  # fmt: skip
    assert shown.returncode == 0 and b"\\u7528\\u6cd5" in shown.stdout and shown.stderr == b""
