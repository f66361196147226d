"""`show` prints a run folder again from what lies there, and plays nothing."""

import json
import platform
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

import sim
from sim import cli
from sim.ensemble import store
from sim.ensemble.store import Store, reading
from sim.statistics.selection import FIRST
from sim.study import reopen
from sim.study.outputs import write
from tests import made, toy
from tests.conftest import without_pages
from tests.own import Watcher
from tests.study import (
    test_backcast,
    test_calibrate,
    test_deadlines,
    test_optimise,
    test_screening,
    test_sensitivity,
)

QUICK = "scenarios/quick.yaml"


def said(capsys, *words, lang="en"):
    code = cli.main([*words, "--lang", lang])
    out, err = capsys.readouterr()
    return code, out, err.splitlines()


def never(*_, **__):
    raise KeyboardInterrupt("nothing is to be played")


@pytest.fixture
def played(toy_campaign, capsys, tmp_path, monkeypatch):
    """Play a verb in a folder; afterwards nothing can be played any more."""

    def play(folder, *words, verb="compare", file=QUICK):
        monkeypatch.setattr(sim.campaign, "replicate", toy.replicate)
        with without_pages():
            code, out, _ = said(capsys, verb, file, "--out", str(tmp_path / folder), "--workers", "1", "--quiet",
                                "--no-figures", *words)  # fmt: skip
        monkeypatch.setattr(sim.campaign, "replicate", never)
        return code, out, str(tmp_path / folder)

    return play


@pytest.mark.parametrize("words", [[], ["--replications", "5"], ["--seed", "9", "--allocation", "deep_tilt_up"]])
def test_a_comparison_reads_as_it_did(played, capsys, words):
    code, out, folder = played("run", *words)
    assert code == 0 and said(capsys, "show", folder) == (0, out, [])


@pytest.mark.usefixtures("no_pages")
def test_what_python_kept_is_written_by_the_command_which_plays_nothing_anew(capsys, tmp_path, monkeypatch):
    folder = str(tmp_path / "kept")
    monkeypatch.setattr(sim.campaign, "replicate", toy.replicate)
    answer = sim.compare(sim.load(QUICK), 5, workers=1, out=folder)
    monkeypatch.setattr(sim.campaign, "replicate", never)
    assert said(capsys, "show", folder)[0] == 2
    with without_pages():
        code, out, _ = said(capsys, QUICK, "--replications", "5", "--out", folder, "--workers", "1", "--no-figures")
    assert (code, said(capsys, "show", folder)[:2]) == (0, (0, out))
    assert reopen.reopen(folder).result.rows() == answer.rows()


def test_a_comparison_of_the_planners_own_list_says_what_came_of_it(capsys, tmp_path):
    words = ("scenarios/own-projects.yaml", "--replications", "1", "--allocation", "as_in_2016_17", "--no-figures", "--quiet")
    code, out, _ = said(capsys, *words, "--workers", "1", "--out", str(tmp_path))
    assert code == 0 and "\nProject list, " in out
    assert said(capsys, "show", str(tmp_path)) == (0, out, [])


@pytest.mark.parametrize("cap", [8, 7])
def test_a_choice_settled_at_other_looks_reads_as_it_did(played, capsys, monkeypatch, cap):
    """Its rows are complete by the looks that it took, whenever one would look now."""
    with monkeypatch.context() as patch:
        patch.setattr(sys.modules["sim.study.compare"], "looks", lambda most: (cap - 2, cap))
        code, out, folder = played("run")
    summary = json.loads((Path(folder) / "summary.json").read_text())
    assert summary["selection"]["settled"] and summary["replications"] == cap - 2
    assert code == 0 and said(capsys, "show", folder) == (0, out, [])


@pytest.mark.parametrize(
    ("verb", "words"),
    [("totals", ["--replications", "2"]), ("ablate", ["--replications", "2"]), ("value", ["--replications", "2"])],
)
def test_so_does_each_study(played, capsys, verb, words):
    code, out, folder = played(verb, *words, verb=verb)
    assert code == 0 and said(capsys, "show", folder) == (0, out, [])


@pytest.mark.parametrize(
    ("verb", "words", "last"),
    [("ablate", ["--replications", "12"], "No effect can be told from none"),
     ("ablate", ["--replications", "2"], "2 replications are too few"),
     ("totals", ["--replications", "2", "--total", "6000 万元", "--total", "2.2 亿元"], "From 60 M yuan"),
     ("totals", ["--replications", "2", "--total", "2.2 亿元"], "Note: only 2 replications")],
)  # fmt: skip
def test_below_what_systems_and_money_are_worth_stands_a_sentence_where_it_says_something(played, verb, words, last):
    _, out, _ = played(verb, *words, verb=verb)
    assert out.rstrip().splitlines()[-1].startswith(last) and out.count(last) == 1


def test_so_do_studies_that_ask_for_other_scalars(capsys, tmp_path, monkeypatch, years_file):
    """Those whose runs the toy does not make."""
    for verb, home, replicate, words in (
        ("sensitivity", "sim.study.sensitivity", test_sensitivity.replicate, ["--vectors", "8"]),
        ("deadlines", "sim.study.deadlines", test_deadlines.replicate, ["--replications", "2", "--no-figures"]),
        ("backcast", "sim.campaign", test_backcast.replicate, ["--replications", "3", "--no-figures"]),
        ("calibrate", "sim.campaign", test_calibrate.replicate, ["--vectors", "32", "--no-figures"]),
    ):
        monkeypatch.setattr(sys.modules[home], "replicate", replicate)
        folder, file = str(tmp_path / verb), years_file if verb in ("backcast", "calibrate") else QUICK
        code, out, _ = said(capsys, verb, file, "--out", folder, "--workers", "1", "--quiet", *words)
        monkeypatch.setattr(sys.modules[home], "replicate", never)
        assert (verb, code) == (verb, 0) and said(capsys, "show", folder) == (0, out, [])


def test_what_failed_has_failed_still(played, capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(sim.campaign, "replicate", toy.fails_on_two)
    code, out, _ = said(capsys, QUICK, "--out", str(tmp_path / "run"), "--workers", "1", "--quiet", "--no-figures")
    monkeypatch.setattr(sim.campaign, "replicate", never)
    assert code == 1 and said(capsys, "show", str(tmp_path / "run")) == (0, out, [])
    assert "only 7 replications" in out


def test_what_was_interrupted_is_so_still(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(sim.campaign, "replicate", toy.until_ctrl_c)
    code, out, _ = said(capsys, QUICK, "--out", str(tmp_path / "run"), "--workers", "1", "--quiet", "--no-figures")
    monkeypatch.setattr(sim.campaign, "replicate", never)
    assert code == 130 and said(capsys, "show", str(tmp_path / "run")) == (0, out, [])


def test_a_choice_that_was_settled_is_so_still(played, capsys, plan, tmp_path, monkeypatch):
    """Also where a replication failed on the way."""
    _, out, folder = played("run", file=(file := plan("replications: 40", "indifference: 0.1 %")))
    assert f"settled at 95 % after {FIRST} replications" in out and said(capsys, "show", folder) == (0, out, [])
    monkeypatch.setattr(sim.campaign, "replicate", toy.fails_on_two)
    code, out, _ = said(capsys, file, "--out", str(tmp_path / "two"), "--workers", "1", "--quiet", "--no-figures")
    monkeypatch.setattr(sim.campaign, "replicate", never)
    assert code == 1 and said(capsys, "show", str(tmp_path / "two")) == (0, out, [])


def test_a_search_and_a_screening_are_so_still(capsys, tmp_path, tiny, monkeypatch):
    """With only the values of the posterior in doubt: a screening of all plays several hundred runs."""
    learnt = [name for column in tiny.posterior.columns for name in column]
    plan = tmp_path / "plan.yaml"
    plan.write_text(json.dumps(test_screening.in_doubt(tiny.replace(scale=0.05), learnt).dump()), encoding="utf-8")
    for verb, replicate, words in (
        ("optimise", test_optimise.replicate, ["--budget-of-runs", "130"]),
        ("sensitivity", sim.campaign.replicate, ["--screen", "2", "--vectors", "8"]),
    ):
        monkeypatch.setattr(sim.campaign, "replicate", replicate)
        folder = str(tmp_path / verb)
        more = ["--out", folder, "--workers", "1", "--quiet", "--no-figures", "--allocation", "as_in_2016_17"]
        code, out, _ = said(capsys, verb, str(plan), *words, *more)
        assert (verb, code) == (verb, 0) and said(capsys, "show", folder) == (0, out, [])


def looked_at(folder):
    """Every file and folder with what a change of it, or of what lies in it, would leave."""
    paths = [Path(folder), *sorted(Path(folder).rglob("*"))]
    return [(path, path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"") for path in paths]


@pytest.mark.parametrize("verb", ["compare", "totals"])
def test_opening_makes_and_changes_no_file(played, capsys, verb):
    """Also where a replication failed, which the store is told again of."""
    _, out, folder = played("run", "--replications", "3", verb=verb)
    before = looked_at(folder)
    assert said(capsys, "show", folder) == (0, out, []) and looked_at(folder) == before


def test_a_store_that_is_read_takes_nothing_and_finds_what_its_writer_has_not_put_away(tmp_path):
    writing, kept = Store(tmp_path / "runs.sqlite"), made.run("a", 0, 0.03)
    writing.put("key", "plan", 0, "a", kept)
    with reading():
        for_reading = Store(tmp_path / "runs.sqlite")
    for_reading.put("key", "plan", 1, "a", kept)
    assert for_reading.get("key", "plan", 0) == kept and writing.get("key", "plan", 1) is None
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        for_reading._db.execute("DELETE FROM runs")
    for_reading.close()
    writing.close()


def test_what_was_played_with_other_software_is_told_which(capsys, tmp_path, run):
    shutil.copytree(run, tmp_path / "run")
    rewrite(tmp_path / "run" / "manifest.json", lambda found: found.update(model="old", python="3.9.1"))
    code, _, err = said(capsys, "show", str(tmp_path / "run"))
    assert code == 2 and f"then / now: Python 3.9.1 / {platform.python_version()})" in err[0]


@pytest.mark.parametrize(
    ("verb", "home", "replicate", "words"),
    [
        ("deadlines", "sim.study.deadlines", test_deadlines.replicate, ["--replications", "2"]),
        ("sensitivity", "sim.study.sensitivity", test_sensitivity.replicate, ["--vectors", "8"]),
        ("sensitivity", "sim.study.factors", toy.replicate, ["--screen", "2", "--vectors", "8"]),
    ],
)
def test_a_study_of_another_design_is_one_of_another_model(
    capsys, tmp_path, tiny, monkeypatch, redesigned, verb, home, replicate, words
):
    plan, folder = tmp_path / "plan.yaml", str(tmp_path / "run")
    learnt = [name for column in tiny.posterior.columns for name in column]
    plan.write_text(json.dumps(test_screening.in_doubt(tiny, learnt).dump()), encoding="utf-8")
    monkeypatch.setattr(sys.modules[home], "replicate", replicate)
    more = ["--out", folder, "--workers", "1", "--quiet", "--no-figures"]
    code, out, _ = said(capsys, verb, str(plan), *words, *more)
    assert code == 0 and said(capsys, "show", folder) == (0, out, [])
    monkeypatch.setattr(sys.modules[home], "replicate", never)
    redesigned(home)
    code, out, err = said(capsys, "show", folder)
    assert (code, out) == (2, "") and err[0].startswith(f"{folder}: was played by another version of the model")


def test_what_an_older_model_has_played_beyond_what_was_broken_off_is_no_harm(capsys, tmp_path, monkeypatch):
    """Nor does it hide what was changed since."""

    folder = str(tmp_path / "run")
    words = [QUICK, "--out", folder, "--workers", "1", "--quiet", "--no-figures"]
    monkeypatch.setattr(sim.campaign, "replicate", toy.replicate)
    with monkeypatch.context() as patch:
        patch.setattr(store, "model_hash", lambda replicate: "older")
        assert said(capsys, *words)[0] == 0
    monkeypatch.setattr(sim.campaign, "replicate", toy.until_ctrl_c)
    code, out, _ = said(capsys, *words)
    assert code == 130 and said(capsys, "show", folder) == (0, out, [])
    code, _, _ = said(capsys, *words, "--replications", "4")
    rewrite(Path(folder) / "summary.json", lambda found: found.update(best="x"))
    assert code == 0 and "the results are incomplete or were changed" in said(capsys, "show", folder)[2][0]


@pytest.mark.parametrize("name", ["manifest.json", "scenario.json", "runs.sqlite"])
def test_what_may_not_be_read_is_named(capsys, run, monkeypatch, name):
    def refused(path, *words, **more):
        if Path(path).name == name:
            raise PermissionError(13, "Permission denied", str(path))
        return read(path, *words, **more)

    read = Path.read_text
    monkeypatch.setattr(Path, "read_text", refused)
    monkeypatch.setattr(store, "_opened_to_read", lambda path: refused(path) and None)
    code, out, err = said(capsys, "show", str(run))
    assert (code, out) == (2, "") and err[0].startswith(f"{run}: {name} cannot be read (no permission")


def test_studies_beside_a_comparison_are_named(played, capsys):
    played("run")
    played("run/ablate", "--replications", "2", verb="ablate")
    _, _, folder = played("run")
    assert said(capsys, "show", folder)[1].splitlines()[-1] == f"also here: {folder}/ablate"


@pytest.fixture
def plan(tmp_path):
    """A scenario file that differs from the quick one in some keys."""

    def made(*lines):
        path = tmp_path / "plan.yaml"
        path.write_text("\n".join([f"extends: {Path(QUICK).resolve()}", "name: plan", *lines]) + "\n", encoding="utf-8")
        return str(path)

    return made


def test_two_runs_of_the_same_luck_are_paired(played, capsys, plan):
    _, _, one = played("one", "--replications", "8")
    _, _, two = played("two", "--replications", "8", file=plan("total: 15000 万元", "rules: {replanning: off}"))
    code, out, err = said(capsys, "show", one, two)
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert (code, err) == (0, [])
    assert "total 220 M yuan 150 M yuan" in lines and "rules.replanning on off" in lines
    assert "name quick plan" in lines and "Second less first, under the same luck" in lines
    assert not any(line.startswith(("seed", "scale", "allocations.")) for line in lines)


@pytest.mark.parametrize(("lang", "names"), [("zh", ("修路施工队数", "验收人员数")), ("en", ("road crews", "acceptance inspectors"))])
def test_a_value_set_otherwise_goes_by_its_name_above_its_key(played, capsys, plan, lang, names):
    _, _, one = played("one", "--replications", "6")
    more = "assumptions: {works.road_crews: 60, works.inspectors: {times: 1.5}}"
    _, _, two = played("two", "--replications", "6", file=plan(more))
    lines = [" ".join(line.split()) for line in said(capsys, "show", one, two, lang=lang)[1].splitlines()]
    for name, key, value in zip(names, ("road_crews", "inspectors.times"), ("60", "1.5"), strict=True):
        at = lines.index(f"{name} - {value}")
        assert lines[at + 1] == f"assumptions.works.{key}"


@pytest.mark.parametrize(("words", "key"), [(["--seed", "7", "--replications", "8"], "seed"), (["--replications", "6"], "")])
def test_other_luck_is_not_paired(played, capsys, words, key):
    _, _, one = played("one", "--replications", "8")
    _, _, two = played("two", *words)
    code, out, _ = said(capsys, "show", one, two)
    assert code == 0 and "cannot be paired" in out and "The two answers" in out and "Second less first" not in out
    assert ("\nseed " in out) is bool(key)


@pytest.mark.parametrize("line", ["scale: 0.2", "end_date: 2019-12-31"])
def test_counties_of_another_size_or_other_years_are_not_paired(played, capsys, plan, line):
    _, _, one = played("one", "--replications", "6")
    _, _, two = played("two", "--replications", "6", file=plan(line))
    code, out, _ = said(capsys, "show", one, two)
    assert code == 0 and "differ in their years or in the size of the county" in " ".join(out.split())
    assert "The two answers" in out and "Second less first" not in out


def test_an_allocation_of_one_side_only_is_one_row_that_says_what_it_is_called(played, capsys):
    _, _, one = played("one", "--replications", "6")
    _, _, two = played("two", "--replications", "6", "--allocation", "as_in_2016_17", "--allocation", "deep_tilt_up")
    lines = [" ".join(line.split()) for line in said(capsys, "show", one, two)[1].splitlines()]
    assert [line for line in lines if line.startswith("allocations.")] == ["allocations.balanced_by_need balanced by need -"]
    lines = [" ".join(line.split()) for line in said(capsys, "show", two, one, lang="zh")[1].splitlines()]
    assert "allocations.balanced_by_need - 按需均衡" in lines


def test_the_same_twice_and_an_allocation_that_is_in_one_only(played, capsys):
    _, _, one = played("one", "--replications", "6")
    assert "The two scenarios are the same." in said(capsys, "show", one, one)[1]
    _, _, two = played("two", "--replications", "6", "--allocation", "deep_tilt_up")
    out = said(capsys, "show", one, two)[1]
    row = next(line for line in out.splitlines() if line.startswith("balanced by need") and "%" in line)
    assert row.split()[-1] == "-"


def test_studies_of_different_kinds_stand_one_below_the_other(played, capsys):
    _, compared, one = played("one", "--replications", "3")
    _, ablated, two = played("two", "--replications", "2", verb="ablate")
    out = said(capsys, "show", one, two)[1]
    assert compared in out and ablated in out


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept") / "run"
    with pytest.MonkeyPatch.context() as patched, without_pages():
        patched.setattr(sim.campaign, "replicate", toy.replicate)
        words = ["--replications", "3", "--workers", "1", "--quiet", "--no-figures", "--lang", "en"]
        assert cli.main([QUICK, "--out", str(folder), *words]) == 0
    return folder


def rewrite(path, change):
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def forget(path):
    with closing(sqlite3.connect(path)) as store, store:
        store.execute("DELETE FROM runs WHERE replication = 1")


@pytest.mark.parametrize(
    ("harm", "code", "why"),
    [
        (shutil.rmtree, "no_run", ""),
        (lambda run: [path.unlink() for path in run.iterdir() if path.is_file()], "no_run", ""),
        (lambda run: (run / "summary.json").unlink(), "damaged", "summary.json"),
        (lambda run: (run / "manifest.json").unlink(), "damaged", "manifest.json"),
        (lambda run: (run / "manifest.json").write_text("{"), "damaged", "manifest.json"),
        (lambda run: (run / "manifest.json").write_bytes(b"\xff"), "damaged", "manifest.json"),
        (lambda run: (run / "summary.json").write_text("[]"), "damaged", "summary.json"),
        (lambda run: (run / "scenario.json").unlink(), "damaged", "scenario.json"),
        (lambda run: rewrite(run / "scenario.json", lambda found: found.update(total=3)), "damaged", "scenario.json"),
        (lambda run: rewrite(run / "scenario.json", lambda found: found.update(seed=3)), "damaged", "runs.sqlite"),
        (lambda run: rewrite(run / "summary.json", lambda found: found.update(best="x")), "damaged", "runs.sqlite"),
        (lambda run: rewrite(run / "summary.json", lambda found: found.pop("failed")), "damaged", "KeyError"),
        (lambda run: rewrite(run / "manifest.json", lambda found: found.update(study="x")), "damaged", "KeyError"),
        (lambda run: (run / "runs.sqlite").unlink(), "damaged", "runs.sqlite"),
        (lambda run: (run / "runs.sqlite").write_text("not a store" * 99), "damaged", "DatabaseError"),
        (lambda run: forget(run / "runs.sqlite"), "damaged", "runs.sqlite"),
        (lambda run: rewrite(run / "manifest.json", lambda found: found.update(model="old")), "other_version", ""),
    ],
)
def test_what_cannot_be_opened_is_one_line(capsys, tmp_path, run, harm, code, why):
    shutil.copytree(run, tmp_path / "run")
    harm(tmp_path / "run")
    with pytest.raises(reopen.ReopenError) as error:
        reopen.reopen(tmp_path / "run")
    assert (error.value.code, error.value.why if code == "damaged" else "") == (code, why)
    done, out, err = said(capsys, "show", str(tmp_path / "run"))
    assert (done, out, len(err)) == (2, "", 2) and err[0].startswith(f"{tmp_path}/run: ") and why in err[0]


def test_a_folder_above_a_study_is_told_where_it_lies(capsys, tmp_path, run):
    shutil.copytree(run, tmp_path / "runs" / "late")
    code, _, err = said(capsys, "show", str(tmp_path / "runs"))
    assert code == 2
    assert err[0] == f"{tmp_path}/runs: no results of a run here; did you mean {tmp_path}/runs/late?"


@pytest.mark.parametrize(
    ("words", "line"),
    [([], "one or two run folders are needed"), (["a", "b", "c"], "c: takes two run folders at most"),
     (["--quiet", "a"], "--quiet: no option of `show`; these take it: compare")],
)  # fmt: skip
def test_a_wrong_word_is_one_line(capsys, words, line):
    code, out, err = said(capsys, "show", *words)
    assert (code, out) == (2, "") and err[0].startswith(line)


def test_sums_of_money_are_told_as_such_wherever_they_stand(played, capsys, plan):
    _, _, one = played("one", "--replications", "6")
    _, _, two = played("two", "--replications", "6", file=plan("ceilings: {housing: 2000 万元}"))
    assert "ceilings.housing - 20 M yuan" in [" ".join(line.split()) for line in said(capsys, "show", one, two)[1].splitlines()]


def test_a_search_that_evolved_cannot_be_opened_where_nothing_can_evolve(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(sim.campaign, "replicate", test_optimise.replicate)
    folder = str(tmp_path / "run")
    words = ["--budget-of-runs", "130", "--allocation", "as_in_2016_17", "--workers", "1", "--quiet", "--no-figures"]
    assert said(capsys, "optimise", QUICK, "--out", folder, *words)[0] == 0
    monkeypatch.setattr("sim.study.search.can_evolve", lambda: False)
    code, _, err = said(capsys, "show", folder)
    assert code == 2 and "was played with other software (then / now: cma" in err[0]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_run_with_a_family_of_ones_own_is_asked_for_where_that_is_known(capsys, tmp_path, lang):
    mine = sim.load(QUICK, families=(*sim.FAMILIES, Watcher)).replace(scale=0.05, compare=["as_in_2016_17"])
    write(sim.compare(mine, 1, workers=1, out=tmp_path), tmp_path)
    code, _, err = said(capsys, "show", str(tmp_path), lang=lang)
    assert code == 2 and "watcher" in err[0]


@pytest.mark.parametrize(("lang", "rows", "other"), [("zh", "projects.rows - 1行", "title.en"), ("en", "projects.rows - 1 rows", "title.zh")])
def test_a_list_of_projects_is_told_by_its_length_and_titles_in_the_language_in_use(played, capsys, plan, tmp_path, lang, rows, other):
    (tmp_path / "list.csv").write_text("资金投向,项目类型,村,数量,金额（万元）\n产业扶贫,产业到户,02,3,1.2\n", encoding="utf-8")
    _, _, one = played("one", "--replications", "6")
    _, _, two = played("two", "--replications", "6", file=plan("projects: list.csv", "title: {zh: 试, en: trial}"))
    lines = [" ".join(line.split()) for line in said(capsys, "show", one, two, lang=lang)[1].splitlines()]
    assert rows in lines and not any(line.startswith((other, "projects.encoding")) for line in lines)


@pytest.mark.parametrize("content", ["[]", "3", '"text"', "null"])
def test_a_scenario_that_is_none_is_told(played, capsys, content):
    _, _, folder = played("run", "--replications", "2")
    (Path(folder) / "scenario.json").write_text(content)
    code, out, err = said(capsys, "show", folder)
    assert (code, out) == (2, "") and "scenario.json" in err[0]
