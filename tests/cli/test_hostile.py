"""What a planner calls things is text, in the terminal too: short, in one line, and without signs that steer it."""

from __future__ import annotations

import json
import re
from importlib import import_module
from pathlib import Path

import pytest

from sim import cli
from sim.cli.options import SINGLE
from tests import toy
from tests.report.browsing import HOSTILE
from tests.study import test_deadlines, test_sensitivity

WILD = f"\x1b[2J\x1b]0;mine\x07{HOSTILE}\x7f"
STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def wild(tmp_path):
    """A scenario in which everything that can have a title has this one."""
    title = json.dumps({"zh": WILD, "en": WILD}, ensure_ascii=True)
    path = tmp_path / "wild.yaml"
    path.write_text(
        f"extends: {Path('scenarios/quick.yaml').resolve()}\ntitle: {title}\ncompare: all\nallocations:\n"
        f"  as_in_2016_17: {{title: {title}, shares: {{industry: 1}}}}\n  other: {{title: {title}, shares: {{housing: 1}}}}\n",
        encoding="utf-8",
    )
    return str(path)


def said(capsys, *words, lang="en"):
    code = cli.main([*words, "--lang", lang])
    out, err = capsys.readouterr()
    return code, out + err


@pytest.mark.parametrize(
    ("verb", "home", "replicate", "words"),
    [
        ("compare", "sim.campaign", toy.replicate, ["--replications", "2", "--no-figures"]),
        ("totals", "sim.campaign", toy.replicate, ["--replications", "2", "--total", "100 M yuan"]),
        ("ablate", "sim.campaign", toy.replicate, ["--replications", "2"]),
        ("value", "sim.campaign", toy.replicate, ["--replications", "2"]),
        ("deadlines", "sim.study.deadlines", test_deadlines.replicate, ["--replications", "2"]),
        ("sensitivity", "sim.study.sensitivity", test_sensitivity.replicate, ["--vectors", "8"]),
    ],
)
def test_no_study_prints_it_whole(capsys, tmp_path, monkeypatch, wild, verb, home, replicate, words):
    monkeypatch.setattr(import_module(home), "replicate", replicate)
    only = ["--allocation", "as_in_2016_17", *(() if verb in SINGLE else ("--allocation", "other"))]
    code, text = said(capsys, verb, wild, "--out", str(tmp_path / "run"), "--workers", "1", *only, *words)
    assert code == 0 and "<script>window.ran=1" in text
    assert STEERING.findall(text) == [] and HOSTILE[-300:] not in text and max(map(len, text.splitlines())) < 1200


@pytest.mark.parametrize("words", [["--household"], ["--village"]])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_story_does(capsys, wild, words, lang):
    code, text = said(capsys, "trace", wild, *words, lang=lang)
    assert code == 0 and "<script>window.ran=1" in text
    assert STEERING.findall(text) == [] and HOSTILE[-300:] not in text


def test_what_is_wrong_is_told_as_it_is_written(capsys, tmp_path):
    path = tmp_path / "wrong.yaml"
    path.write_text(
        f'extends: {Path("scenarios/quick.yaml").resolve()}\n"<b>\\u202e\\e[2J": 3\ntotal: "\\u202e\\e[31m"\n'
        'assumptions: {"\\e[2Jmoney.delay_days": 3}\n', encoding="utf-8",
    )  # fmt: skip
    code, text = said(capsys, "check", str(path))
    assert code == 2 and STEERING.findall(text) == []
    assert r"<b>\u202e\x1b[2J: 3: no such key here" in text and r"\x1b[2Jmoney.delay_days" in text


def test_what_is_typed_wrong_too(capsys):
    code, text = said(capsys, "trace", "scenarios/quick.yaml", "--allocation", "a\x1b[2Jb\u202e")
    assert code == 2 and STEERING.findall(text) == [] and r"a\x1b[2Jb\u202e: no such allocation" in text
