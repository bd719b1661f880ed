"""What is handed in is found and read, whatever it is called and whatever wrote it; what cannot be
is a line in the report.
"""

from __future__ import annotations

import json
import os

import nbformat
import pytest

from homework.grading import intake
from homework.grading.reading import LARGEST, Unreadable, grade_ids, read
from tests.support.homework import source

NAME = "hw01_prepare_the_data"
KNOWN = {NAME: grade_ids(source(NAME)), "hw02_measure_the_error": {"mae_of", "mae_of-1", "imports"}}


def notebook(*sources, ids=(), form=4):
    """The text of a notebook of format 3 or 4 with these code cells."""
    marks = [{"nbgrader": {"grade_id": one}} if one else {} for one in ids]
    marks += [{}] * (len(sources) - len(marks))
    if form == 3:
        cells = [
            {"cell_type": "code", "input": text, "metadata": mark, "outputs": [], "language": "py"}
            for text, mark in zip(sources, marks)
        ]
        sheets = [{"cells": cells, "metadata": {}}]
        return json.dumps(
            {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": sheets}
        )
    cells = [nbformat.v4.new_code_cell(text, metadata=m) for text, m in zip(sources, marks)]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells))


ANSWER = notebook("def one_hot_rows(labels, classes): ...", ids=["one_hot_rows"])


@pytest.fixture
def folder(tmp_path):
    """A function that puts a file into the folder of what was handed in."""

    def put(name, content=ANSWER):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path

    put.path = tmp_path
    return put


def sources(path):
    return [cell.source for cell in read(path).cells]


@pytest.mark.parametrize(
    "content",
    [
        notebook("x = 'µ'"),
        notebook("x = 'µ'", form=3),
        "\ufeff" + notebook("x = 'µ'"),
        notebook("x = 'µ'").replace("\n", "\r\n"),
        notebook("x = 'µ'").encode("utf-16"),
        notebook("x = 'µ'").encode("cp1252"),
    ],
    ids=["plain", "format 3", "byte order mark", "Windows line ends", "UTF-16", "cp1252"],
)
def test_a_notebook_is_read_whatever_wrote_it(folder, content):
    assert sources(folder("a.ipynb", content) / "a.ipynb") == ["x = 'µ'"]


def test_headings_of_old_notebooks_are_text_and_numbers_in_formats_are_no_cells():
    from homework.grading.reading import rebuilt

    old = [{"cell_type": "heading", "source": ["A ", "title"], "level": 1}, "no cell", {"a": 1}]
    (cell,) = rebuilt({"nbformat": 4, "cells": old}).cells
    assert (cell.cell_type, cell.source) == ("markdown", "A title")


def test_half_a_character_is_replaced(folder):
    broken = notebook("x = 1").replace("x = 1", "x = '\\\\ud800'").replace("\\\\", "\\")
    (text,) = sources(folder("a.ipynb", broken) / "a.ipynb")
    assert text.encode("utf-8") == b"x = '?'"


def test_only_sources_and_marks_are_kept(folder):
    made = nbformat.from_dict(json.loads(ANSWER))
    made.cells[0].outputs = [nbformat.v4.new_output("stream", text="10 points")]
    made.cells[0].metadata.update({"tags": ["x"], "nbgrader": {"grade_id": "a", "evil": [1] * 9}})
    kept = read(folder("a.ipynb", nbformat.writes(made)) / "a.ipynb").cells[0]
    assert (kept.outputs, kept.metadata) == ([], {"nbgrader": {"grade_id": "a"}})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (ANSWER[:80], "is damaged"),
        ("not json", "is no notebook"),
        (b"\x89PNG\r\n\x1a\n\x81\x8d", "is not text"),
        ("[1, 2]", "is no notebook"),
        ("{}", "does not say its format"),
        ('{"nbformat": "4", "cells": []}', "does not say its format"),
        ('{"nbformat": 4, "cells": []}', "has no cells"),
        ('{"nbformat": 4, "cells": {"a": 1}}', "has no cells"),
        ('{"nbformat": 5, "cells": [{}]}', "has format 5, newer"),
        ('{"nbformat": 4, "cells": ' + "[" * 100_000, "is damaged"),
        ('{"nbformat": 4, "x": ' + "9" * 10_000 + "}", "is damaged"),
        ('{"nbformat": 4, "cells": [' + "{}," * 2_000 + "{}]}", "has 2001 cells"),
    ],
)
def test_what_is_no_notebook_is_said_in_words(folder, content, words):
    with pytest.raises(Unreadable, match=words):
        read(folder("a.ipynb", content) / "a.ipynb")


def test_a_link_a_pipe_and_what_is_too_large_are_not_read(folder):
    path = folder("a.ipynb").joinpath("link.ipynb")
    path.symlink_to(folder.path / "a.ipynb")
    os.mkfifo(folder.path / "pipe.ipynb")
    with open(folder.path / "large.ipynb", "wb") as large:
        large.truncate(LARGEST + 1)
    for name, words in (("link", "is a link"), ("pipe", "no plain file"), ("large", "too large")):
        with pytest.raises(Unreadable, match=words):
            read(folder.path / f"{name}.ipynb")


# Who handed in what


@pytest.mark.parametrize(
    "name",
    [
        f"ann/{NAME}.ipynb",
        f"ann/{NAME}/{NAME}.ipynb",
        f"{NAME}/ann/{NAME}.ipynb",
        f"ann_{NAME}.ipynb",
        f"{NAME}-ann.ipynb",
        f"ann/{NAME} (1).ipynb",
        f"ann/{NAME}-Copy1.ipynb",
        "ann/HW01_Prepare_The_Data.IPYNB",
        "ann/hw01.ipynb",
        "ann/Untitled.ipynb",
        f"ann/{NAME}.ipynb.txt",
        f"ann/{NAME}.ipynb.json",
        f"ann\\{NAME}.ipynb",
        f"ann/a folder/and another/{NAME}.ipynb",
    ],
)
def test_a_notebook_is_found_under_whatever_name(folder, name):
    found = intake.look(folder(name), KNOWN)
    assert found.students == ["ann"]
    assert list(found.handed) == [(NAME, "ann")]


def test_cells_say_which_assignment_it_is_and_the_name_only_where_they_are_silent(folder):
    folder("ann/hw02_measure_the_error.ipynb")
    folder("bob/hw02_measure_the_error.ipynb", notebook("def mae_of(): ..."))
    found = intake.look(folder.path, KNOWN)
    assert sorted(found.handed) == [
        ("hw01_prepare_the_data", "ann"),
        ("hw02_measure_the_error", "bob"),
    ]
    assert "which it is by its cells" in "\n".join(found.remarks)


def test_of_several_the_one_with_the_right_name_is_graded_and_then_the_newest(folder):
    for age, name in enumerate([f"{NAME}", f"{NAME} (1)", f"{NAME} (2)"]):
        for student in ("ann", "bob"):
            if (student, name) != ("bob", NAME):
                folder(f"{student}/{name}.ipynb")
                os.utime(folder.path / student / f"{name}.ipynb", (0, 100 - age))
    found = intake.look(folder.path, KNOWN)
    assert found.handed[NAME, "ann"].path.stem == NAME
    assert found.handed[NAME, "bob"].path.stem == f"{NAME} (1)"
    assert sum("left aside" in remark for remark in found.remarks) == 3


def test_a_whole_notebook_is_graded_though_a_broken_one_has_the_better_name(folder):
    folder(f"ann/{NAME}.ipynb", ANSWER[:50])
    folder(f"ann/{NAME} (1).ipynb")
    folder(f"bob/{NAME}.ipynb", ANSWER[:50])
    found = intake.look(folder.path, KNOWN)
    assert list(found.handed) == [(NAME, "ann")]
    assert list(found.broken) == [(NAME, "bob")]
    assert "is damaged" in found.broken[NAME, "bob"]


def test_who_handed_in_nothing_is_there_without_a_notebook(folder):
    folder("ann/essay.docx", b"words")
    (folder.path / "bob").mkdir()
    found = intake.look(folder.path, KNOWN)
    assert (found.students, found.handed) == (["ann", "bob"], {})


def test_what_is_nobodys_and_what_is_no_assignment_is_said(folder):
    folder("Untitled.ipynb")
    folder(f"{NAME}.ipynb")
    folder("ann/diary.ipynb", notebook("x = 1"))
    found = intake.look(folder.path, KNOWN)
    assert found.handed == {}
    said = "\n".join(found.remarks)
    assert f"{NAME}.ipynb: whose is it?" in said and "Untitled.ipynb: whose is it?" in said
    assert "ann/diary.ipynb: belongs to no assignment" in said


def test_checkpoints_and_what_an_apple_archive_adds_are_passed_over(folder):
    folder(f"ann/.ipynb_checkpoints/{NAME}-checkpoint.ipynb")
    folder(f"__MACOSX/ann/._{NAME}.ipynb")
    folder(f"ann/._{NAME}.ipynb", b"\x00\x05\x16\x07")
    folder(f"ann/{NAME}.ipynb")
    found = intake.look(folder.path, KNOWN)
    assert (found.students, found.remarks) == (["ann"], [])


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Anna Müller", "Anna_Müller"),
        ("Mu\u0308ller", "Müller"),
        ("=cmd|'/c calc'", "cmd_c_calc"),
        ("[a-z]*", "a-z"),
        ("..", "student"),
        ("x" * 300, "x" * 80),
        (os.fsdecode(b"b\xe9a"), "b_a"),
        ("@ann@example.org", "ann@example.org"),
    ],
)
def test_a_name_is_one_that_nbgrader_a_web_page_and_a_spreadsheet_bear(name, plain):
    assert intake.plain(name) == plain


def test_two_names_that_become_the_same_stay_two_students(folder):
    folder(f"ann b/{NAME}.ipynb")
    folder(f"ann+b/{NAME}.ipynb")
    assert len(intake.look(folder.path, KNOWN).handed) == 2


def test_a_name_that_is_no_text_is_no_obstacle(folder):
    os.mkdir(os.fsencode(folder.path) + b"/b\xe9a")
    with open(os.fsencode(folder.path) + b"/b\xe9a/hw01\xe9.ipynb", "wb") as file:
        file.write(b"nothing")
    found = intake.look(folder.path, KNOWN)
    "\n".join(found.remarks).encode("utf-8")
    assert found.students == ["b_a"]
