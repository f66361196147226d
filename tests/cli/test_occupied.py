"""Results are not written over by those of another study or scenario, and each refusal says where else to go."""

import json

import pytest

from sim import cli

pytestmark = pytest.mark.usefixtures("toy_campaign", "no_pages")
QUICK, FLOOD = "scenarios/quick.yaml", "scenarios/flood-year.yaml"
FEW = ("--replications", "2", "--no-figures", "--quiet", "--workers", "1")


def said(capsys, *words):
    code = cli.main([*map(str, words), "--lang", "en"])
    return code, capsys.readouterr().err.splitlines()[:1]


@pytest.fixture
def run(capsys, tmp_path):
    """The folder of a comparison."""
    assert said(capsys, QUICK, *FEW, "--out", tmp_path / "run") == (0, [])
    return tmp_path / "run"


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_a_study_goes_below_the_comparison_where_the_report_looks_for_it(capsys, run):
    before = contents(run)
    why = f"--out: {run}: holds the results of `compare`, which are not written over; choose another folder, such as {run}/ablate"
    assert said(capsys, "ablate", QUICK, *FEW, "--out", run) == (2, [why])
    assert contents(run) == before
    assert said(capsys, "ablate", QUICK, *FEW, "--out", run / "ablate") == (0, [])


def test_a_comparison_spares_a_study(capsys, tmp_path):
    assert said(capsys, "ablate", QUICK, *FEW, "--out", tmp_path) == (0, [])
    before = contents(tmp_path)
    why = f"--out: {tmp_path}: holds the results of `ablate`, which are not written over; choose another folder"
    assert said(capsys, QUICK, *FEW, "--out", tmp_path) == (2, [why])
    assert contents(tmp_path) == before


def test_another_scenario_is_spared_and_the_same_goes_on(capsys, run):
    why = f"--out: {run}: holds the results of another scenario (quick), which are not written over; choose another folder"
    assert said(capsys, FLOOD, *FEW, "--out", run) == (2, [why])
    single = f"--out: {run}: holds a single scenario's run (`compare`), which is not written over; choose another folder"
    assert said(capsys, QUICK, FLOOD, *FEW, "--out", run) == (2, [single]), "nor by those of many scenarios"
    assert said(capsys, QUICK, *FEW, "--seed", "9", "--out", run) == (0, [])
    assert json.loads((run / "summary.json").read_text())["seed"] == 9


@pytest.mark.parametrize(("verb", "below"), [((), "quick"), (("ablate",), "quick/ablate")])
def test_the_table_of_many_scenarios_is_spared(capsys, tmp_path, verb, below):
    assert said(capsys, QUICK, FLOOD, *FEW, "--out", tmp_path) == (0, [])
    why = (f"--out: {tmp_path}: holds the table of many scenarios, which is not written over; choose another folder, "
           f"such as {tmp_path}/{below}")  # fmt: skip
    assert said(capsys, *verb, QUICK, *FEW, "--out", tmp_path) == (2, [why])
    assert said(capsys, QUICK, FLOOD, *FEW, "--out", tmp_path) == (0, [])


def test_a_run_that_names_no_study_is_refused_by_its_scenario(capsys, tmp_path):
    (tmp_path / "manifest.json").write_text('{"scenario": {"name": "quick"}}')
    why = f"--out: {tmp_path}: holds a single scenario's run, which is not written over; choose another folder"
    assert said(capsys, QUICK, FLOOD, *FEW, "--out", tmp_path) == (2, [why])


@pytest.mark.parametrize("given", [(QUICK,), (QUICK, FLOOD)])
@pytest.mark.parametrize("content", ["{", "[]", '{"scenario": 3}', '{"study": 3, "scenario": {"name": 3}}',
                                     '{"name": "Shop", "start_url": "/"}', ""])  # fmt: skip
def test_what_says_nothing_of_itself_stops_nobody(capsys, tmp_path, content, given):
    (tmp_path / "manifest.json").write_text(content)
    assert said(capsys, *given, *FEW, "--out", tmp_path) == (0, [])


def test_a_run_folder_in_the_place_of_a_scenario_and_the_other_way_round(capsys, run):
    why = "the folder of a run, not a scenario: `show` prints it; to play again, name the scenario's file"
    assert said(capsys, run, *FEW) == (2, [f"{run}: {why}"]) == said(capsys, "check", run)
    wrong = "a file, where the folder of a run is expected"
    assert said(capsys, "show", QUICK) == (2, [f"{QUICK}: {wrong}"])
    assert said(capsys, "show", run / "summary.json") == (2, [f"{run}/summary.json: {wrong}; did you mean {run}?"])
