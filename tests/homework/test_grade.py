"""`make grade`: a class of all kinds is graded, whoever is in it, and only once."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from PIL import Image

from homework.grading import keeping
from homework.grading.picture import shares
from homework.grading.table import GRADED, Row, as_csv, known_words
from tests.support import classes
from tests.support.homework import (
    bank,
    checks,
    hidden,
    marks,
    solutions,
    source,
    visible,
)

NAME = "hw01_prepare_the_data"
FULL = sum(marks(cell).points for cell in checks(NAME))


class Graded:
    """A class that was graded, and where."""

    def __init__(self, folder: Path) -> None:
        self.submitted, self.into = folder / "submitted", folder / "graded"
        classes.write_odd(self.submitted, NAME)
        task = next(iter(solutions(NAME)))
        answers = {
            "ann": solutions(NAME) | {"why_median": classes.MARKUP},
            "blank": {},
            "hostile": classes.hostile(NAME, "endless"),
            "marks": classes.hostile(NAME, "marks"),
            "wrong": {task: next(one.code for one in bank(NAME) if one.task == task and one.says)},
        }
        for student, given in answers.items():
            classes.hand_in(self.submitted, student, NAME, given)
        self.said = classes.grade(self.submitted, self.into)

    def rows(self):
        with open(self.into / "grades.csv", newline="") as file:
            return {row["student"]: row for row in csv.DictReader(file)}

    def page(self, student):
        path = self.into / "feedback" / student / NAME / f"{NAME}.html"
        return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    return Graded(tmp_path_factory.mktemp("class"))


def test_everybody_gets_the_points_of_the_answers(graded):
    points = {name: row["points"] for name, row in graded.rows().items()}
    full = {name for name, given in points.items() if given == f"{FULL:g}"}
    assert full == {"ann", "ancient", "misnamed", "windows"}
    assert {name for name, given in points.items() if given == "0"} == {
        "blank",
        "hostile",
        "marks",
        "wrong",
    }


def test_no_grade_is_not_a_grade_of_0(graded):
    rows = graded.rows()
    statuses = {name: rows[name]["status"] for name in ("nothing", "damaged", "empty", "picture")}
    assert statuses == {"nothing": "missing"} | dict.fromkeys(
        ("damaged", "empty", "picture"), "not graded"
    )
    assert {(rows[name]["points"], rows[name]["of"]) for name in statuses} == {("", "")}
    assert rows["blank"]["status"] == "graded"
    report = (graded.into / "report.txt").read_text()
    for name in statuses:
        assert re.search(rf"^{name}, {NAME}: ", report, flags=re.M)
    assert "misnamed/Untitled (3).ipynb: graded as" in report


def test_an_answer_in_words_waits_for_a_person(graded):
    rows = graded.rows()
    assert float(rows["ann"]["still_to_mark"]) == 1
    assert float(rows["blank"]["still_to_mark"]) == 0
    assert float(rows["ann"]["of"]) == FULL + 1


def test_feedback_names_the_misconception_and_hides_the_hidden(graded):
    assert "Give every class a column of its own" in graded.page("wrong")
    lines = {
        line.strip() for cell in checks(NAME) for line in hidden(cell.source).splitlines()[1:-1]
    }
    plain = re.sub(r"<[^>]*>", "", graded.page("blank"))  # in others a line may be the student's
    shown = "".join(visible(cell.source) for cell in checks(NAME))  # a part of it may be hidden too
    long = [line for line in lines if len(line) > 25 and line not in shown]
    assert long and [line for line in long if line in plain] == []
    assert "more checks, not shown" in plain


def test_feedback_lets_no_markup_of_a_student_live(graded):
    for student in ("ann", "marks"):
        page = graded.page(student)
        assert "alert(" in page  # it is there, as text
        assert re.findall(r"<script[^>]*>\s*alert", page) == []
        assert re.findall(r"<img[^>]*onerror", page) == []
        assert re.findall(r'href="javascript:', page, flags=re.I) == []


def test_the_picture_says_in_words_what_it_shows(graded):
    with Image.open(graded.into / f"{NAME}.png") as picture:
        assert picture.width > 800
        words = picture.info["Description"]
    assert words in graded.said
    assert "8 of 12 graded" in words
    assert "1 × these are the codes. Give every class a column of its own." in words


def test_a_second_run_grades_nobody_again_and_says_the_same(graded):
    def times():
        kept = [
            *(graded.into / "outputs").iterdir(),
            *(graded.into / "autograded").rglob("*.ipynb"),
        ]
        return {path: path.stat().st_mtime_ns for path in [*kept, graded.into / "grades.csv"]}

    before = times()
    assert classes.grade(graded.submitted, graded.into) == graded.said
    assert times() == before


# Pieces


def test_the_table_leaves_no_points_empty_and_is_sorted():
    rows = [Row("bob", NAME, "missing", "nothing was handed in"), Row("ann", NAME, GRADED)]
    rows[1].points, rows[1].of = 0.0, 12.5
    assert as_csv(rows).splitlines()[1:] == [
        f"ann,{NAME},graded,0,12.5,0,",
        f"bob,{NAME},missing,,,,nothing was handed in",
    ]


def test_the_shares_of_a_task_are_those_of_the_graded():
    def row(first, second, status=GRADED):
        return Row("x", NAME, status, checks={"a-1": (first, 1), "a-2": (second, 3)})

    rows = [row(1, 3), row(1, 0), row(0, 0), row(1, 3), row(1, 3, "missing")]
    assert shares(rows) == {"a": (0.5, 0.25, 0.25)}


def test_the_words_of_known_mistakes_are_found_in_the_source():
    assert "rows and columns are swapped." in known_words(source(NAME))


def test_a_file_is_whole_or_not_there(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    assert keeping.write(path, "first") and not keeping.write(path, "first")

    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(keeping.os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        keeping.write(path, "second")
    assert path.read_text() == "first"


def test_two_gradings_in_one_folder_do_not_meet(tmp_path):
    with keeping.only_one(tmp_path):
        with pytest.raises(keeping.Busy, match="Another grading"):
            with keeping.only_one(tmp_path):
                pass
    with keeping.only_one(tmp_path):
        pass


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["/no/such/folder"], "must be a folder"),
        ([""], "must be a folder"),
        (["{}", "--assignment", "hw99"], "no assignment whose name begins"),
        (["{}"], "nothing was found"),
    ],
)
def test_what_cannot_be_graded_is_said(tmp_path, capsys, arguments, words):
    from homework import grade

    (tmp_path / "in").mkdir()
    into = ["--into", str(tmp_path / "out")]
    assert grade.main([one.format(tmp_path / "in") for one in arguments] + into) == 1
    assert words in capsys.readouterr().out
