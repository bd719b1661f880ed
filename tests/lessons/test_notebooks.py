"""The committed form of the lessons: whole, executed from top to bottom, free of anything that
belongs to one machine.

What their cells print is compared by `pytest --nbval`; what their links point to is in
tests/house.
"""

import json
import re
from pathlib import Path

import pytest

from helpers.pictures.saved import WIDGET
from tests.support.lessons import LESSONS
from tools import notebooks
from tools.lessons import words

ROOT = Path(__file__).resolve().parents[2]

each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def cells(path, kind):
    return [cell for cell in read(path)["cells"] if cell["cell_type"] == kind]


def source(cell):
    return "".join(cell["source"])


def outputs(path):
    return [output for cell in cells(path, "code") for output in cell["outputs"]]


def text(output, kind="text/plain"):
    return "".join(output.get("text") or output.get("data", {}).get(kind, ""))


@each_lesson
def test_lesson_was_run_from_top_to_bottom(path):
    counts = [cell["execution_count"] for cell in cells(path, "code")]
    assert counts == [*range(1, len(counts) + 1)]


@each_lesson
def test_no_cell_ends_in_an_error_or_warns(path):
    assert [output for output in outputs(path) if output["output_type"] == "error"] == []
    printed = [text(output) for output in outputs(path) if output.get("name") == "stderr"]
    assert [line for line in printed if "Warning" in line] == []


@each_lesson
def test_lesson_holds_nothing_of_the_session_that_ran_it(path):
    notebook = read(path)
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    assert "version" not in notebook["metadata"]["language_info"]
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert [output for output in outputs(path) if WIDGET in output.get("data", {})] == []
    allowed = {"tags", *notebooks.FOLDED}
    assert [cell["id"] for cell in notebook["cells"] if set(cell["metadata"]) - allowed] == []
    assert [
        text(output) for output in outputs(path) if re.search(r"\bat 0x[0-9a-f]+", text(output))
    ] == []


@each_lesson
def test_a_folded_cell_is_folded_in_jupyter_and_in_colab_and_has_a_title(path):
    for cell in read(path)["cells"]:
        marks = {
            name: cell["metadata"][name] for name in notebooks.FOLDED if name in cell["metadata"]
        }
        is_titled = source(cell).startswith("# @title ")
        assert marks == (notebooks.FOLDED if is_titled else {}), source(cell)[:80]


@each_lesson
def test_cell_ids_are_unique(path):
    ids = [cell["id"] for cell in read(path)["cells"]]
    assert len(ids) == len(set(ids))


@each_lesson
def test_lesson_has_one_title_and_it_comes_first(path):
    prose = re.sub(
        r"```.*?```", "", "\n".join(map(source, cells(path, "markdown"))), flags=re.DOTALL
    )
    assert len(re.findall(r"^# ", prose, re.MULTILINE)) == 1
    assert source(read(path)["cells"][0]).startswith("# ")


@each_lesson
def test_code_cells_are_short_and_plain(path):
    code = [source(cell) for cell in cells(path, "code") if cell.get("id") != "set-up"]
    assert [cell for cell in code if len(cell.splitlines()) > 40] == []
    assert [
        cell for cell in code if re.search(r"^\s*[%!]", cell, re.MULTILINE)
    ] == []  # magics, shell commands
    assert [cell for cell in code if re.search(r";\s*$", cell, re.MULTILINE)] == []
    assert [cell for cell in code if not cell.strip()] == []


@each_lesson
def test_imports_stand_in_the_first_code_cell_after_the_set_up(path):
    later = [source(cell) for cell in cells(path, "code")[2:]]
    assert [cell for cell in later if re.search(r"^(import|from) ", cell, re.MULTILINE)] == []


@each_lesson
def test_lesson_takes_at_most_800_kilobytes(path):
    assert path.stat().st_size <= 800_000


@each_lesson
def test_every_picture_has_a_text_alternative(path):
    """A sentence of four words or more beside the picture; `<Figure size 640x480 with 1 Axes>` is
    none.
    """
    pictures = [
        output
        for output in outputs(path)
        if any(kind.startswith("image/") for kind in output.get("data", {}))
    ]
    assert [text(output) for output in pictures if words(text(output)) < 4] == []
    in_prose = [
        match
        for cell in cells(path, "markdown")
        for match in re.findall(r"!\[(.*?)\]\(", source(cell))
    ]
    assert [alternative for alternative in in_prose if words(alternative) < 4] == []


CELL = {
    "cell_type": "code",
    "metadata": {"execution": {"iopub.execute_input": "2020"}},
    "outputs": [],
}
SOURCES = [
    "import ipywidgets, numpy\nfrom IPython.display import display",
    "display(ipywidgets.IntSlider())\nfor i in range(3):\n    print(i, flush=True)",
    "1 + 1",
]


def lesson_of(*sources, **more):
    counted = [CELL | {"execution_count": 7} | more] * len(sources)
    made = [
        cell | {"id": f"cell-{i}", "source": source}
        for i, (cell, source) in enumerate(zip(counted, sources))
    ]
    state = {"widgets": {"state": {}}, "language_info": {"name": "python", "version": "3.99"}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": state, "cells": made})


def test_make_notebooks_writes_the_committed_form_once(tmp_path):
    lesson = tmp_path / "01_test.ipynb"
    lesson.write_text(lesson_of(*SOURCES))
    assert notebooks.write(lesson) == "01_test.ipynb: written"
    assert notebooks.write(lesson) == "01_test.ipynb: unchanged"
    test_lesson_holds_nothing_of_the_session_that_ran_it(lesson)
    test_lesson_was_run_from_top_to_bottom(lesson)
    assert [cell["id"] for cell in read(lesson)["cells"]] == ["cell-0", "cell-1", "cell-2"]
    assert [text(output) for output in outputs(lesson)] == ["IntSlider(value=0)", "0\n1\n2\n", "2"]


def test_a_folded_cell_stays_folded(tmp_path):
    kept = {"tags": ["nbval-ignore-output"], **notebooks.FOLDED}
    text_before = lesson_of("# @title Scaffolding\n1 + 1", metadata={**kept, "scrolled": True})
    written = json.loads(notebooks.committed_form(text_before, tmp_path / "01_test.ipynb"))
    assert written["cells"][0]["metadata"] == kept


def test_a_cell_that_fails_is_named_and_its_lesson_is_not_written(tmp_path, monkeypatch, capsys):
    good, bad = tmp_path / "01_good.ipynb", tmp_path / "02_bad.ipynb"
    good.write_text(lesson_of("1 + 1"))
    bad.write_text(before := lesson_of("1 + 1", "1 / 0"))
    monkeypatch.setattr(notebooks, "FOLDER", tmp_path)
    assert notebooks.main([]) == 1
    said = capsys.readouterr().out
    assert "01_good.ipynb: written" in said
    assert "02_bad.ipynb, cell 2: " in said
    assert "ZeroDivisionError" in said
    assert bad.read_text() == before


def printed(words):
    return [{"output_type": "stream", "name": "stdout", "text": words}]


@pytest.mark.parametrize(
    ("before", "tags", "after"),
    [
        (
            "4 columns: 734 ms",
            ["nbval-ignore-output"],
            "4 columns: 734 ms",
        ),  # as slow as it was then
        ("5 columns: 734 ms", ["nbval-ignore-output"], "4 columns: 26.1 ms"),
        ("4 columns: 734 ms", [], "4 columns: 26.1 ms"),
    ],
)
def test_a_printed_duration_alone_does_not_change_a_lesson(tmp_path, before, tags, after):
    text_before = lesson_of(
        'print("4 columns: 26.1 ms", end="")', outputs=printed(before), metadata={"tags": tags}
    )
    written = json.loads(notebooks.committed_form(text_before, tmp_path / "01_test.ipynb"))
    assert [text(output) for output in written["cells"][0]["outputs"]] == [after]


SAYS_FASTEST = """
from IPython.display import display
words = "Fewest updates with {}, least time, here and now, with {}."
display({{"image/png": "iVBORw0KGgo=", "text/plain": words}}, raw=True)
"""


@pytest.mark.parametrize(
    ("updates", "kept"), [("all", True), ("16", False)], ids=["who is fastest", "what is drawn"]
)
def test_who_was_fastest_does_not_change_a_lesson_and_all_else_does(tmp_path, updates, kept):
    said = {"text/plain": f"Fewest updates with {updates}, least time, here and now, with 64."}
    was = {"output_type": "display_data", "metadata": {}}
    was |= {"data": {"image/png": "iVBORw0KGgo="} | said}
    text_before = lesson_of(
        SAYS_FASTEST.format("all", 16),
        outputs=[was],
        metadata={"tags": ["nbval-ignore-output", "timing"]},
    )
    written = json.loads(notebooks.committed_form(text_before, tmp_path / "01_test.ipynb"))
    words = text(written["cells"][0]["outputs"][0])
    assert words.endswith("with 64." if kept else "with 16.")


def test_make_notebooks_says_when_no_name_fits(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(notebooks, "FOLDER", tmp_path)
    assert notebooks.main(["99"]) == 1
    assert "99" in capsys.readouterr().out


@pytest.mark.slow
@each_lesson
def test_make_notebooks_twice_changes_nothing(path):
    once = notebooks.committed_form(path.read_text(encoding="utf-8"), path)
    twice = notebooks.committed_form(once, path)
    pairs = zip(json.loads(once)["cells"], json.loads(twice)["cells"])
    assert [source(cell) for cell, again in pairs if cell != again] == []
    assert once == twice
