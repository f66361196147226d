from __future__ import annotations

import json
import multiprocessing
import os
import sys
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest

import sim
from sim.ensemble import pool, store
from sim.scenario import own
from sim.streams import Streams
from sim.words import catalogue

SCENARIOS = Path(__file__).parent.parent / "scenarios"

# Whatever the locale of who runs the tests: those that read Chinese ask for it.
for name in ("LC_ALL", "LC_MESSAGES"):
    os.environ.pop(name, None)
os.environ["LANG"] = "C.UTF-8"


def pytest_collection_modifyitems(items):
    """Notebooks first: the longest file, with which one worker would be left alone in the end."""
    items.sort(key=lambda item: "test_notebooks" not in item.nodeid)


@pytest.fixture(scope="session", autouse=True)
def workers_start_loaded():
    """Local workers are forked from a new process that has loaded the model, which saves each a second of imports.

    Like spawned ones they share nothing with the test; what is peculiar to spawning is asked for by ``spawned``.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["sim.study", "sim.campaign", "tests.toy"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "multiprocessing", SimpleNamespace(get_context=lambda method: context))
        yield


@pytest.fixture(autouse=True)
def forgotten():
    """What a test teaches the catalogues is forgotten after it, whichever test comes next in the same process."""
    before = {lang: dict(texts) for lang, texts in catalogue._taught.items()}
    yield
    if before != catalogue._taught:
        catalogue._taught.clear()
        catalogue._taught.update(before)
        catalogue.texts.cache_clear()


@pytest.fixture
def spawned(monkeypatch):
    """Local workers start as they do for users: each is a new process that imports all by itself."""
    monkeypatch.setattr(pool, "multiprocessing", multiprocessing)


@contextmanager
def without_pages():
    """Comparisons leave tables and rows alone: their pages take longer than all else together."""
    with pytest.MonkeyPatch.context() as patch:
        for kind in ("page", "workbook", "replay"):
            patch.setattr(f"sim.report.{kind}.save", lambda *_: None)
        yield


@pytest.fixture
def no_pages():
    """For tests of the command that do not read them."""
    with without_pages():
        yield


@pytest.fixture(scope="session")
def full():
    """The full county in 2018. Values come from their ranges: those that history leaves change with every calibration."""
    return sim.load(SCENARIOS / "2018.yaml").replace(parameters="prior")


@pytest.fixture(scope="session")
def year(full):
    """The full county under its first allocation, by replication; each is played once for all tests that only look."""
    return cache(lambda replication: sim.run(full, "as_in_2016_17", replication))


@pytest.fixture(scope="session")
def tiny():
    """A county of about a twelfth, seven villages or so; a replication takes a few hundredths of a second."""
    return sim.load(SCENARIOS / "quick.yaml").replace(parameters="prior")


@pytest.fixture(scope="session")
def one(tiny):
    """The small county under a single allocation and gate."""
    return tiny.replace(compare=["deep_tilt_up"], gate_none_share=0)


@pytest.fixture(scope="session")
def history():
    """The two years before, on the full county."""
    return sim.load(SCENARIOS / "2016-2017.yaml")


@pytest.fixture(scope="session")
def years(history):
    """The two years before on the small county, for studies whose campaign is a toy."""
    return history.replace(scale=0.12)


@pytest.fixture
def years_file(years, tmp_path):
    """The same, as a file."""
    file = tmp_path / "years.yaml"
    file.write_text(json.dumps(years.dump()), encoding="utf-8")
    return str(file)


@pytest.fixture
def drawn(monkeypatch):
    """Every draw of a run, by its address."""
    seen = {}
    original = Streams.uniform

    def note(self, group, purpose, n, period=0):
        found = original(self, group, purpose, n, period)
        seen[(group, purpose, period)] = found.tobytes()
        return found

    monkeypatch.setattr(Streams, "uniform", note)
    return seen


@pytest.fixture
def redesigned(monkeypatch, tmp_path):
    """Let the file of a study, which says what the number of a run means, be another one from here on."""

    def forget():
        store._hash.cache_clear()
        own._files.clear()

    def change(home):
        copied = tmp_path / "redesigned.py"
        copied.write_bytes(Path(sys.modules[home].__file__).read_bytes() + b"\n# another design\n")
        monkeypatch.setattr(sys.modules[home], "__file__", str(copied))
        forget()

    yield change
    forget()
