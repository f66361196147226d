"""What own code is made of: whatever would change a run changes its hash, and nothing else does."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from sim.scenario import made_of
from sim.scenario.own import hashed


def granting(yuan, **more):
    class Grant:
        name = "grant"

        def start(self, c):
            c.counts["grant"] += yuan

        def more(self):
            return more

    return Grant


def test_what_a_class_closes_over_is_part_of_it():
    assert hashed((granting(100),)) == hashed((granting(100),)) != hashed((granting(5000),))
    assert hashed((granting(1, by=[1, {"a": 2}]),)) != hashed((granting(1, by=[1, {"a": 3}]),))
    assert hashed((granting(np.arange(3)),)) != hashed((granting(np.arange(4)),))
    assert hashed((granting(1, by=len),)) != hashed((granting(1, by=np.mean),))


NOTEBOOK = """
RATE = {rate}
def helper(c): return RATE + deeper(c) {comment}
def deeper(c): return {deep}
class Family:
    name = "family"
    share = property(lambda self: {share})
    def start(self, c, by={by}):
        c.counts["x"] += helper(c) * (c in {{"a", "b", "c"}})
"""
USUAL = {"rate": 5, "deep": 1, "share": 0.5, "by": 2, "comment": ""}


def of_a_notebook(**changes):
    cell = {"__name__": "__cell__"}
    exec(NOTEBOOK.format(**USUAL | changes), cell)  # noqa: S102 - what a notebook does
    return hashed((cell["Family"],))


@pytest.mark.parametrize("change", [{"rate": 7}, {"deep": 2}, {"share": 0.25}, {"by": 3}])
def test_what_another_cell_says_is_part_of_it(change):
    assert of_a_notebook() == of_a_notebook(comment="# said otherwise")
    assert of_a_notebook(**change) != of_a_notebook()


@pytest.fixture
def modules(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "own_pack").mkdir()
    texts = {
        "own_family.py": "import numpy, sim\nfrom own_help import YUAN\nclass Mine:\n    name = 'mine'\n    def start(self, c): ...\n",
        "own_help.py": "YUAN = 100\ndef late():\n    from own_pack import part\n", "own_other.py": "X = 1\n",
        "own_pack/__init__.py": "from . import part\n", "own_pack/part.py": "from own_family import Mine\n",
    }  # fmt: skip
    for name, text in texts.items():
        (tmp_path / name).write_text(text)

    def again():
        """Hash the family as a new process would."""
        for name in [name for name in sys.modules if name.startswith("own_")]:
            del sys.modules[name]
        importlib.invalidate_caches()
        made_of.files.cache_clear()
        return hashed((importlib.import_module("own_family").Mine,))

    yield SimpleNamespace(folder=tmp_path, again=again)
    again()
    made_of.files.cache_clear()
    for name in [name for name in sys.modules if name.startswith("own_")]:
        del sys.modules[name]


@pytest.mark.parametrize("name", ["own_family.py", "own_help.py", "own_pack/__init__.py", "own_pack/part.py"])
def test_files_that_it_imports_are_part_of_it_at_any_depth(modules, name):
    before = modules.again()
    (modules.folder / "own_other.py").write_text("X = 2\n")
    assert modules.again() == before
    with (modules.folder / name).open("a") as file:
        file.write("# another\n")
    assert modules.again() != before
    family = sys.modules["own_family"].Mine
    after = hashed((family,))
    (modules.folder / "own_help.py").write_text("YUAN = 7\n")
    assert hashed((family,)) == after, "what is in memory does not follow an edit"


def test_it_is_the_same_whatever_the_hash_seed_and_the_name_of_a_script(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from sim.scenario.own import hashed\nclass Mine:\n    name = 'mine'\n"
        "    def start(self, c): return c in {'a', 'b', 'c', 'd'}\nprint(hashed((Mine,)))\n"
    )
    said = {
        subprocess.run(
            [sys.executable, *call], env={**os.environ, "PYTHONHASHSEED": seed}, cwd=tmp_path, capture_output=True, check=True
        ).stdout
        for seed in "12" for call in (["script.py"], ["-c", "import script"])
    }  # fmt: skip
    assert len(said) == 1
