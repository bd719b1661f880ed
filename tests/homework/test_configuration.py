"""What nbgrader and a hub are told: the steps of a release and of feedback, and who is who."""

from __future__ import annotations

import copy
import stat

import pytest
from nbformat import v4
from traitlets.config import PyFileConfigLoader

from homework import course
from homework.steps import HOLDS, Announce, HideTests
from tools.tracked import ROOT

TEST = """\
expect(f(1), 2)
### BEGIN HIDDEN TESTS
expect(f(3), 4)
### END HIDDEN TESTS
print(1)"""


def cell(source, **more):
    marks = {"grade": True, "solution": False, "grade_id": "f-1"} | more
    return v4.new_code_cell(source, metadata={"nbgrader": marks})


def after(step, given):
    return step().preprocess_cell(copy.deepcopy(given), {}, 0)[0].source


def test_feedback_hides_the_hidden_and_leaves_the_rest():
    assert after(HideTests, cell(TEST)) == "expect(f(1), 2)\n# (more checks, not shown)\nprint(1)"
    unfinished = "x = 1\n### BEGIN HIDDEN TESTS\nexpect(f(3), 4)"
    assert "f(3)" not in after(HideTests, cell(unfinished))
    own = cell(TEST, solution=True)  # what a student has written is the student's
    assert after(HideTests, own) == TEST


def test_only_a_test_announces_that_it_holds():
    assert after(Announce, cell("expect(f(1), 2)\n")) == f"expect(f(1), 2)\n{HOLDS}"
    assert after(Announce, cell("x = 1", grade=False)) == "x = 1"


def test_nbgrader_runs_the_steps_of_this_course(tmp_path):
    config = course.settings(tmp_path)
    names = {
        name: [step.__name__ for step in steps]
        for name, steps in (
            ("sanitize", config.Autograde.sanitize_preprocessors),
            ("autograde", config.Autograde.autograde_preprocessors),
            ("feedback", config.GenerateFeedback.preprocessors),
        )
    }
    assert names["sanitize"] == ["Transplant", "CheckCellMetadata"]
    assert names["autograde"][0] == "SplitExecute" and "Execute" not in names["autograde"]
    assert names["feedback"].index("HideTests") > names["feedback"].index("GetGrades")


# The hub


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """A function that loads the hub's configuration with these settings."""
    (tmp_path / "teachers.txt").write_text("eve\n")
    (tmp_path / "students.txt").write_text("ann\n\nbob \n")
    program = tmp_path / "node_modules" / ".bin" / "configurable-http-proxy"
    program.parent.mkdir(parents=True)
    program.touch()

    def load(**more):
        for name, value in {"DOWNHILL_HUB": str(tmp_path), **more}.items():
            monkeypatch.setenv(name, value)
        path = str(ROOT / "homework")
        return PyFileConfigLoader("jupyterhub_config.py", path=path).load_config()

    load.folder = tmp_path
    monkeypatch.delenv("DOWNHILL_PASSWORD", raising=False)
    return load


def test_for_marks_everybody_has_an_account_of_the_machine(hub):
    config = hub()
    assert config.JupyterHub.authenticator_class == "pam"
    assert config.JupyterHub.spawner_class.endswith("LocalProcessSpawner")
    assert config.Authenticator.allowed_users == {"eve", "ann", "bob"}
    assert stat.S_IMODE((hub.folder / "course").stat().st_mode) == 0o700


def test_with_a_password_it_is_a_trial_on_one_account(hub):
    config = hub(DOWNHILL_PASSWORD="only-a-trial", DOWNHILL_PORT="9000")
    assert config.SharedPasswordAuthenticator.user_password == "only-a-trial"
    assert config.JupyterHub.spawner_class == "simple"
    assert config.JupyterHub.bind_url == "http://127.0.0.1:9000"


def test_only_a_teacher_has_the_course_with_the_gradebook(hub, monkeypatch):
    hub()
    etc = str(hub.folder / "etc")
    for name, role, root in (
        ("eve", "teacher", str(hub.folder / "course")),
        ("ann", "student", ""),
    ):
        monkeypatch.setenv("DOWNHILL_ROLE", role)
        monkeypatch.setenv("JUPYTERHUB_USER", name)
        course_of = PyFileConfigLoader("nbgrader_config.py", path=etc).load_config().CourseDirectory
        assert course_of.get("root", "") == root
        assert course_of.student_id == ("*" if role == "teacher" else "ann")


def test_what_is_missing_is_said(hub, monkeypatch):
    monkeypatch.setenv("PATH", "")
    (hub.folder / "node_modules" / ".bin" / "configurable-http-proxy").unlink()
    with pytest.raises(FileNotFoundError, match="npm install configurable-http-proxy"):
        hub()
    (hub.folder / "students.txt").unlink()
    with pytest.raises(FileNotFoundError, match="students.txt is missing"):
        hub()
