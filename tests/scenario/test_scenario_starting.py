"""A file to begin with is the scenario it was made from, wherever it lies."""

import json
import re

import pytest
from jsonschema import Draft202012Validator

import sim
from sim import cli
from sim.scenario import schema
from sim.scenario.starting import starting

from .plans import MINIMAL
from .test_scenario_schema import seen
from .test_shipped_scenarios import FILES

FIRST = "as_in_2016_17"


def said(capsys, *words, lang="en"):
    code = cli.main(["new", *words, *(["--lang", lang] if lang else [])])
    out, err = capsys.readouterr()
    return code, out, err.splitlines()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("languages", [["zh", "en"], ["zh"], ["en"]])
def test_every_shipped_scenario_can_be_begun_from(path, languages, tmp_path):
    made = tmp_path / "elsewhere" / "mine.yaml"
    made.parent.mkdir()
    made.write_text(starting(path, languages), encoding="utf-8")
    own = sim.load(made)
    assert own.name == "mine" and own.replace(name=path.stem) == sim.load(path)
    assert Draft202012Validator(schema()).is_valid(seen(made.read_text(encoding="utf-8")))


def test_it_runs_to_the_same_bytes(tiny, tmp_path):
    (tmp_path / "mine.yaml").write_text(starting(FILES[-1], ["zh", "en"]), encoding="utf-8")
    assert FILES[-1].stem == "quick"
    own = sim.load(tmp_path / "mine.yaml").replace(name="quick", parameters="prior")
    assert own.digest(FIRST) == tiny.digest(FIRST)
    assert sim.run(own, FIRST, 1).to_json() == sim.run(tiny, FIRST, 1).to_json()


def test_every_line_is_explained_in_the_languages_asked_for():
    both, zh, en = (starting(FILES[-1], languages) for languages in (["zh", "en"], ["zh"], ["en"]))
    assert both.startswith("# yaml-language-server: $schema=scenario.schema.json\n")
    assert "# 一年的总资金\n# yuan of a year\ntotal: 22000 万元\n" in both
    assert "yuan of a year" not in zh and "一年的总资金" not in en
    assert re.search("[一-鿿]", en.split("\ntitle:")[0]) is None and "# name: more-industry\n" in en
    assert "\ntotal: 220 M yuan\n" in en and "  industry: 8 M yuan  # industry\n" in en
    assert "  industry: 800 万元  # 产业扶贫 / industry\n" in both and "  industry: 800 万元  # 产业扶贫\n" in zh


@pytest.mark.parametrize(
    "title",
    ["a: b", "yes", "2018", "- x", "# no", "'", '"', "资源县", " x ", "a\\nb", "{a}", "*x", "null", "1e3", "：", "x #y"],
)
def test_odd_texts_come_back_as_they_were(tmp_path, title):
    (tmp_path / "a.yaml").write_text(MINIMAL + f"title: {{zh: {json.dumps(title)}}}\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text(starting(tmp_path / "a.yaml", ["en"]), encoding="utf-8")
    assert sim.load(tmp_path / "b.yaml").title == sim.load(tmp_path / "a.yaml").title


def test_tables_and_lists_of_every_kind(tmp_path):
    more = "\n".join([
        "families: {works: {state: unlimited, from: 2018-06-01}, supervision: off}", "compare: [works_first, even]",
        "assumptions: {works.road_crews: {times: 2, outside_range: on}, works.road_days: 120}", "decide_on: 2018-06-30",
        "rules: {replanning: off}", "title: {zh: 甲, en: one}",
    ])  # fmt: skip
    (tmp_path / "a.yaml").write_text(MINIMAL.replace("floors: {housing: 400 万元}", "floors: {}") + more + "\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text(starting(tmp_path / "a.yaml", ["zh"]), encoding="utf-8")
    assert sim.load(tmp_path / "b.yaml").replace(name="a") == sim.load(tmp_path / "a.yaml")


def test_the_verb_writes_the_file_and_the_schema_beside_it(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = said(capsys, "mine.yaml")
    assert (code, out, err) == (0, "", ["mine.yaml is written; check it once changed: python -m sim check mine.yaml"])
    assert json.loads((tmp_path / "scenario.schema.json").read_text(encoding="utf-8")) == schema()
    assert cli.main(["check", "mine.yaml", "--lang", "en"]) == 0
    assert "valid (7 allocations" in capsys.readouterr().out
    assert said(capsys, "second.yaml", lang=None)[0] == 0
    text = (tmp_path / "second.yaml").read_text(encoding="utf-8")
    assert "yuan of a year" in text and "一年的总资金" in text


def test_another_scenario_or_the_schema_alone(capsys, tmp_path):
    assert said(capsys, str(tmp_path / "a.yaml"), "--from", str(FILES[-1]))[0] == 0
    assert sim.load(tmp_path / "a.yaml").scale == 0.12
    (tmp_path / "b").mkdir()
    assert said(capsys, str(tmp_path / "b" / "own.json"), "--schema") == (0, "", [])
    assert [path.name for path in (tmp_path / "b").iterdir()] == ["own.json"]
    assert said(capsys, str(tmp_path / "b" / "own.json"), "--schema")[0] == 0


def test_what_exists_is_left_alone(capsys, tmp_path):
    mine = tmp_path / "mine.yaml"
    mine.write_text("precious")
    assert said(capsys, str(mine))[::2] == (2, [f"{mine}: there is such a file, and it is left alone; choose another name",
                                                "for help: python -m sim --help"])  # fmt: skip
    assert mine.read_text() == "precious" and list(tmp_path.iterdir()) == [mine]
    other = tmp_path / "scenario.schema.json"
    other.write_text("{}")
    code, _, err = said(capsys, str(tmp_path / "new.yaml"))
    assert code == 2 and err[0].startswith(f"{other}: ") and not (tmp_path / "new.yaml").exists()
    assert other.read_text() == "{}"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ([], "the name of a file is needed"),
        (["{}/a.yaml", "{}/b.yaml"], "{}/b.yaml: writes one file at a time"),
        (["{}/none/a.yaml"], "{}/none/a.yaml: "),
        (["{}/a.yaml", "--from"], "--from: a value must follow"),
        (["{}/a.yaml", "--from", "{}/none.yaml"], "{}/none.yaml"),
    ],
)
def test_a_wrong_word_is_told(capsys, tmp_path, words, line):
    code, out, err = said(capsys, *(word.replace("{}", str(tmp_path)) for word in words))
    assert (code, out) == (2, "") and err[0].startswith(line.replace("{}", str(tmp_path)))
    assert list(tmp_path.iterdir()) == []


def test_what_comes_with_the_package_is_found_from_anywhere(tmp_path):
    (tmp_path / "mine.yaml").write_text("extends: 2018.yaml\ntotal: 15000 万元\n", encoding="utf-8")
    own = sim.load(tmp_path / "mine.yaml")
    assert (own.name, own.total_yuan) == ("mine", 150_000_000)
    (tmp_path / "2018.yaml").write_text(MINIMAL, encoding="utf-8")
    assert set(sim.load(tmp_path / "mine.yaml").allocations) == {"even", "works_first"}
