"""A class on JupyterHub, with the configuration of this course: three people log in, and homework
goes from the teacher to the students, back, and returns as feedback.
"""

from __future__ import annotations

import json

import nbformat
import pytest

from tests.support import hub as hubs
from tests.support.homework import checks, marks, solutions
from tools.tracked import ROOT

pytestmark = pytest.mark.weekly

NAME = "hw01_prepare_the_data"
GIVEN = {"assignment_id": NAME, "course_id": "downhill"}
CHEAT = "np.allclose = np.array_equal = lambda *a, **k: True"


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    if words := hubs.missing():
        pytest.skip(words)
    folder = tmp_path_factory.mktemp("hub")
    if words := hubs.install_proxy(folder):
        pytest.skip(words)
    with hubs.Hub(folder, ["teacher"], ["ann", "bob"]) as running:
        yield running


def succeeded(answer):
    assert answer.get("success", True), answer
    return answer


def hand_in(person, answers):
    """Fetch, answer and submit, as a student does in JupyterLab."""
    succeeded(person.ask("POST", "assignments/fetch", data=GIVEN))
    path = f"api/contents/{NAME}/{NAME}.ipynb"
    notebook = nbformat.from_dict(person.ask("GET", path)["content"])
    for cell in notebook.cells:
        if marks(cell).get("grade_id") in answers:
            cell.source = answers[marks(cell).grade_id]
    saved = {"type": "notebook", "content": notebook}
    person.ask("PUT", path, data=json.dumps(saved))
    succeeded(person.ask("POST", "assignments/submit", data=GIVEN))


def test_homework_goes_out_comes_back_is_graded_and_returns_as_feedback(hub):
    source = ROOT / "homework" / "source" / NAME / f"{NAME}.ipynb"
    copy = hub.folder / "course" / "source" / NAME / f"{NAME}.ipynb"
    copy.parent.mkdir(parents=True)
    copy.write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    teacher, ann, bob = [hubs.Person(hub, name) for name in ("teacher", "ann", "bob")]

    api = "formgrader/api/assignment/" + NAME
    succeeded(teacher.ask("POST", f"{api}/assign"))
    succeeded(teacher.ask("POST", f"{api}/release"))
    hand_in(ann, solutions(NAME))
    task = next(iter(solutions(NAME)))
    hand_in(bob, {task: f"{CHEAT}\n\ndef {task}(*given):\n    return 1"})

    succeeded(teacher.ask("POST", f"{api}/collect"))
    for name in ("ann", "bob"):
        graded = f"formgrader/api/submission/{NAME}/{name}/autograde"
        succeeded(teacher.ask("POST", graded))
    found = {
        one["student"]: one for one in teacher.ask("GET", f"formgrader/api/submissions/{NAME}")
    }
    assert found["ann"]["code_score"] == sum(marks(cell).points for cell in checks(NAME))
    assert found["bob"]["code_score"] == 0
    assert {found[name]["autograded"] for name in ("ann", "bob")} == {True}

    succeeded(teacher.ask("POST", f"{api}/generate_feedback"))
    succeeded(teacher.ask("POST", f"{api}/release_feedback"))
    succeeded(ann.ask("POST", "assignments/fetch_feedback", data=GIVEN))
    pages = [*(hub.folder / "homes" / "ann").rglob(f"feedback/*/{NAME}.html")]
    assert len(pages) == 1
    page = pages[0].read_text(encoding="utf-8")
    assert "not shown" in page and "HIDDEN TESTS" not in page


def test_a_student_sees_neither_the_gradebook_nor_the_sources(hub):
    ann = hubs.Person(hub, "ann")
    listed = {one["name"] for one in ann.ask("GET", "api/contents")["content"]}
    assert listed <= {NAME, "feedback"}
    for place in ("../course/gradebook.db", "../../course/source", "%2e%2e/course"):
        assert not ann.web.get(f"{ann.base}/api/contents/{place}", timeout=30).ok
