from __future__ import annotations

from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.py"))


@pytest.fixture(scope="module")
def kernel():
    """One for all notebooks, each of which finds it without any name: starting and importing takes seconds."""
    manager = pytest.importorskip("jupyter_client").KernelManager()
    manager.start_kernel(cwd=str(NOTEBOOKS[0].parent))
    yield manager
    manager.shutdown_kernel(now=True)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_runs_from_top_to_bottom(kernel, path):
    jupytext = pytest.importorskip("jupytext")
    nbclient = pytest.importorskip("nbclient")
    notebook = jupytext.read(path)
    notebook.cells.insert(0, pytest.importorskip("nbformat").v4.new_code_cell("%reset -f"))
    nbclient.NotebookClient(notebook, timeout=120, km=kernel).execute()
    assert all(not cell.get("outputs") or cell["outputs"][0].output_type != "error" for cell in notebook.cells)
