"""What a figure says of an error: what it was, and the last line before it that is one's own."""

from __future__ import annotations

import importlib.util
import linecache
import sys

import pytest

from helpers.pictures.errors import explain, is_own

CELLS = [
    "/tmp/ipykernel_4711/1234567890.py",
    r"C:\Users\ada\AppData\Local\Temp\ipykernel_4711\1234567890.py",
    "/var/folders/x1/T/ipykernel_99/3.py",
    "<ipython-input-3-0123456789ab>",
    "/tmp/ipython-input-3-0123456789.py",
    "/tmp/ipython-input-1184309283.py",
]
LIBRARIES = [
    "/usr/lib/python3/dist-packages/numpy/linalg/linalg.py",
    "/usr/local/lib/python3.12/dist-packages/torch/nn.py",
    "lib/site-packages/numpy/linalg.py",
    "<frozen importlib._bootstrap>",
    "<__array_function__ internals>",
    "<string>",
    importlib.util.find_spec("statistics").origin,
    importlib.util.find_spec("ipywidgets").origin,
    importlib.util.find_spec("helpers.optim").origin,
]


def define(code, filename):
    """What this code defines, as if it stood in a file of this name."""
    linecache.cache[filename] = (len(code), None, code.splitlines(True), filename)
    defined = {}
    exec(compile(code, filename, "exec"), defined)
    return defined


def explained(function):
    with pytest.raises(Exception) as caught:
        function()
    return explain(caught.value)


MEAN = """
import statistics
def loss(values):
    return statistics.mean(values)
"""
CALLER = """
def update(loss):
    return loss([])
"""


@pytest.mark.parametrize("filename", CELLS)
def test_a_cell_is_the_learners_own(filename):
    assert is_own(filename)


@pytest.mark.parametrize("filename", LIBRARIES)
def test_a_library_is_not_the_learners_own(filename):
    assert not is_own(filename)


def test_a_library_below_the_folder_of_the_notebook_is_not_the_learners_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert not is_own(str(tmp_path / ".venv/lib/python3.12/site-packages/numpy/linalg.py"))
    assert not is_own(str(tmp_path / "env/lib/python3/dist-packages/scipy.py"))
    monkeypatch.setattr("helpers.pictures.errors.STANDARD_LIBRARY", {tmp_path / "env/lib/python3"})
    assert not is_own(str(tmp_path / "env/lib/python3/statistics.py"))


def test_a_file_beside_the_notebook_or_below_is_the_learners_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert is_own(str(tmp_path / "mine.py"))
    assert is_own("mine.py")
    assert is_own(str(tmp_path / "nets" / "mine.py"))
    assert not is_own(str(tmp_path.parent / "somebody.py"))


@pytest.mark.parametrize("filename", CELLS)
def test_an_error_in_the_standard_library_is_said_with_the_line_that_called_it(filename):
    loss = define(MEAN, filename)["loss"]
    said = explained(lambda: loss([]))
    assert "StatisticsError" in said
    assert "in line 4 of loss: return statistics.mean(values). Mend the cell, run it and" in said
    assert "waits for the next change" not in said


def test_of_several_own_lines_the_last_is_said():
    loss = define(MEAN, CELLS[0])["loss"]
    update = define(CALLER, CELLS[3])["update"]
    assert "in line 4 of loss" in explained(lambda: update(loss))


def test_a_library_that_calls_the_learners_function_is_passed_over():
    key = define("def key(x):\n    return 1 / x\n", CELLS[0])["key"]
    assert "in line 2 of key: return 1 / x" in explained(lambda: sorted([0], key=key))


def test_a_function_from_a_file_beside_the_notebook_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "my_own_loss.py").write_text(MEAN)
    import my_own_loss

    assert "in line 4 of loss" in explained(lambda: my_own_loss.loss([]))
    del sys.modules["my_own_loss"]


def test_without_a_line_of_the_learners_none_is_said(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code = "def refuse():\n    raise ValueError('lr must be ≥ 0')\n"
    refuse = define(code, LIBRARIES[0])["refuse"]
    said = "Stopped by ValueError: lr must be ≥ 0. The picture waits for the next change."
    assert explained(refuse) == said


def test_a_long_message_is_cut():
    said = explain(ValueError("x" * 10_000))
    assert len(said) < 400
    assert "xxx…" in said
