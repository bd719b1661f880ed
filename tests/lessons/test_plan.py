"""How a lesson is built, so that a teacher can plan it: a core of at most 45 minutes, further
sections that each can be left out, minutes that are counted.
"""

import re

import nbformat
import numpy as np
import pytest

from tests.support.lessons import REWRITTEN, cells, lesson, pytorch, run_lesson
from tools import lessons as plan

LONGEST_CELL, LONGEST_FOLDED = 15, 40  # lines
CORE = 45  # minutes: a class
each_lesson = pytest.mark.parametrize("number", REWRITTEN)
TWINS = [number for number in REWRITTEN if number >= "02"]


def code_cells(number):
    return [cell for cell in cells(lesson(number)) if cell.cell_type == "code"]


def prose_cells(number):
    return [cell for cell in cells(lesson(number)) if cell.cell_type == "markdown"]


@each_lesson
def test_the_stated_minutes_are_the_counted_ones(number):
    core, further = plan.minutes(lesson(number))
    stated = plan.stated(lesson(number))
    assert stated is not None, "the opening says **Time:** … minutes for the core, … for …"
    assert stated == pytest.approx((core, further), abs=5)
    assert stated[0] <= CORE
    assert core < CORE + 1


@each_lesson
def test_headings_stand_at_the_beginning_of_a_cell(number):
    """Only so a section can be run, or left out, cell by cell."""
    prose = [re.sub(r"```.*?```", "", c.source, flags=re.DOTALL) for c in prose_cells(number)]
    assert [text for text in prose if re.search(r"\n##+ ", text)] == []


@each_lesson
def test_the_further_part_comes_after_the_core_and_before_the_reading_list(number):
    parts = plan.sections(lesson(number))
    further = [position for position, section in enumerate(parts) if section.is_further]
    titles = [section.title for section in parts]
    if further:
        assert further == [*range(further[0], further[-1] + 1)]
    assert titles[-1] == "Further reading"
    assert titles.index("Summary") < (further or [len(parts)])[0]


@pytest.mark.slow
@each_lesson
def test_each_further_section_needs_the_core_alone(number):
    """`run_parts` gives every section only the core: what needs another section raises here."""
    assert run_lesson(number)


@each_lesson
def test_what_a_reader_sees_of_code_is_short_and_scaffolding_is_folded(number):
    seen = [cell for cell in code_cells(number) if not plan.is_folded(cell)]
    assert [c.source for c in seen if len(c.source.splitlines()) > LONGEST_CELL] == []
    folded = [c for c in code_cells(number)[1:] if plan.is_folded(c)]
    assert [c.source for c in folded if len(c.source.splitlines()) > LONGEST_FOLDED] == []
    assert [c.source for c in folded if not c.source.startswith("# @title ")] == []
    assert [c.source for c in folded if c.metadata.get("cellView") != "form"] == []
    assert [
        line for c in code_cells(number)[1:] for line in c.source.split("\n") if len(line) > 100
    ] == []


@each_lesson
def test_every_question_has_an_answer_in_a_fold(number):
    asked = [c.source for c in prose_cells(number) if "**Predict" in c.source]
    assert [text for text in asked if "<details>" not in text] == []


@each_lesson
def test_every_claim_on_trial_has_a_verdict_and_a_source(number):
    prose = "\n".join(cell.source for cell in prose_cells(number))
    trials = len(re.findall(r"^⚖", prose, flags=re.MULTILINE))
    assert trials == prose.count("**Verdict")
    assert prose.count("(source: [") >= trials


@pytest.mark.parametrize("number", TWINS)
def test_the_core_ends_with_the_same_in_pytorch(number):
    titles = [section.title for section in plan.sections(lesson(number)) if not section.is_further]
    assert "In PyTorch" in titles


@pytest.mark.parametrize("number", TWINS)
def test_pytorch_says_what_the_lesson_says(number):
    """The block ends in `pairs`: (the lesson's number, PyTorch's) of whatever it compares."""
    pytest.importorskip("torch")
    for ours, theirs in pytorch(number)["pairs"]:
        np.testing.assert_allclose(np.asarray(theirs), np.asarray(ours), rtol=1e-4, atol=1e-6)


# The counting itself


def book(tmp_path, *parts):
    made = []
    for part in parts:
        kind = nbformat.v4.new_markdown_cell
        if part.startswith(">>>"):
            part, kind = part[3:], nbformat.v4.new_code_cell
        made.append(kind(part))
    path = tmp_path / "99_test.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=made), path)
    return path


def test_words_are_counted_as_a_reader_meets_them():
    slope = (
        "# Go down\n\nThe slope $\\tfrac{dJ}{dw}$ – see [the lesson](03_gradient_descent.ipynb)."
    )
    assert plan.words(slope) == 8
    fold = "<details><summary>Predict.</summary>Past it</details>\n```python\nprint(1)\n```"
    assert plan.words(fold) == 3


def test_minutes_are_counted_as_the_curriculum_says(tmp_path):
    path = book(
        tmp_path,
        "# Title",
        "**Predict.** " + "word " * 149,  # a minute of reading, and one for the prediction
        ">>>a = 1\n\nb = 2",  # 12 s
        ">>>explorers.descent.bowl()",  # 3 min and 6 s
        '>>>check("03-1", a)',  # 1 min and 6 s
        "## Summary",
        "## Further",
        "### More\n\n" + "word " * 299,
        "## Further reading\n\n" + "word " * 900,
    )
    core, further = plan.minutes(path)
    assert core == pytest.approx(1 + 1 + 0.2 + 3.1 + 1.1, abs=0.05)
    assert further == pytest.approx(2, abs=0.05)


def test_a_further_section_that_needs_another_is_found(tmp_path):
    path = book(
        tmp_path,
        ">>>a = 1",
        "## Summary",
        "## Further",
        "### One",
        ">>>b = a + 1",
        "### Two",
        ">>>b",
    )
    with pytest.raises(NameError, match="b"):
        plan.run_parts(path)


def test_all_that_further_sections_compute_can_be_asked_for(tmp_path):
    path = book(
        tmp_path, ">>>a = 1", "## Further", "### One", ">>>b = a + 1", "### Two", ">>>c = a"
    )
    names = plan.run_parts(path)
    assert (names["a"], names["b"], names["c"]) == (1, 2, 1)
