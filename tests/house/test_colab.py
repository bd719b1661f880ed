"""Every lesson in a simulated Colab: it sets itself up, runs without a warning, and all its
explorers move.
"""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor

import nbformat
import pytest
from jupyter_client.manager import run_kernel

from helpers.pictures.saved import WIDGET
from tests.support import colab
from tests.support.colab import SET_UP
from tests.support.controls import EXPLORERS
from tests.support.lessons import LESSONS

pytestmark = pytest.mark.slow
each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    """Every lesson, run alone in a folder of its own; two kernels at a time, in the order of the
    tests. Under None what the set-up cell did before, in a session in which the course was missing.
    """
    version = colab.python_3_13()
    if version is None:
        pytest.skip(
            "needs Python 3.13, which is Colab's: "
            "none under pyenv's versions, and no python3.13 on the path"
        )
    python = colab.without_course(colab.environment(version), tmp_path_factory.mktemp("colab"))
    published = tmp_path_factory.mktemp("published")
    source = colab.instead(colab.publish(published).as_uri())
    jupyter = colab.kernel(tmp_path_factory.mktemp("jupyter"), python, **source)
    pool = ThreadPoolExecutor(max_workers=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(jupyter))
        first = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SET_UP)])
        colab.run(first, tmp_path_factory.mktemp("first"))
        shutil.rmtree(published)
        yield {None: first} | {
            path: pool.submit(colab.run_alone, path, tmp_path_factory.mktemp(path.stem))
            for path in LESSONS
        }
        pool.shutdown(cancel_futures=True)


def outputs(cells):
    return [output for cell in cells for output in cell.get("outputs", [])]


def printed(cell, name="stdout"):
    return "".join(output.text for output in outputs([cell]) if output.get("name") == name)


def test_the_set_up_cell_installs_the_course_in_colab(simulated):
    (set_up,) = simulated[None].cells
    assert printed(set_up, "stderr") == ""
    assert printed(set_up).splitlines() == [
        "env: GIT_TERMINAL_PROMPT=0",
        "Note: you may need to restart the kernel to use updated packages.",
    ]


@each_lesson
def test_a_lesson_alone_in_colab_runs_and_all_its_explorers_move(simulated, path):
    *cells, explorers = simulated[path].result().cells
    set_up = next(cell for cell in cells if cell.get("id") == colab.stamp.SET_UP)
    assert outputs([set_up]) == []
    assert [
        printed(cell, "stderr") for cell in (*cells, explorers) if printed(cell, "stderr")
    ] == []
    assert printed(explorers).splitlines(), "no explorer was moved"


@each_lesson
def test_a_lesson_prints_the_same_in_colab(simulated, path):
    here = nbformat.read(path, as_version=4).cells
    pairs = [
        pair
        for pair in zip(here, simulated[path].result().cells)
        if pair[0].get("id") != colab.stamp.SET_UP
    ]
    pairs = [
        pair for pair in pairs if "nbval-ignore-output" not in pair[0].metadata.get("tags", [])
    ]
    assert [
        (printed(one), printed(other)) for one, other in pairs if printed(one) != printed(other)
    ] == []


@each_lesson
def test_colab_is_told_to_load_its_manager_of_custom_widgets(simulated, path):
    figures = [
        output
        for output in outputs(simulated[path].result().cells)
        if WIDGET in output.get("data", {})
    ]
    assert figures
    told = {"colab": {"custom_widget_manager": {"url": colab.MANAGER}}}
    assert [output for output in figures if output.metadata.get(WIDGET) != told] == []


def test_a_cell_that_is_run_again_in_colab_closes_its_figure(simulated, tmp_path):
    """Colab names the running cell in the metadata of its request, as google.colab's own history
    reads it there.
    """
    make = "from helpers.explorers import descent\nfigures.append(descent.parabola())"
    with run_kernel(kernel_name="colab", cwd=str(tmp_path)) as client:
        client.execute_interactive(f"{SET_UP}\nfigures = []", timeout=60)
        for cell in ("a", "b", "a"):
            request = client.session.msg("execute_request", {"code": make, "silent": False})
            request["metadata"] = {"colab": {"cell_id": cell}}
            client.shell_channel.send(request)
        asked = {"closed": "[figure._closed for figure in figures]"}
        reply = client.execute_interactive("", user_expressions=asked, timeout=60)
    assert (
        reply["content"]["user_expressions"]["closed"]["data"]["text/plain"]
        == "[True, False, False]"
    )


def test_every_explorer_was_moved_in_colab(simulated):
    moved = {
        name
        for path in LESSONS
        for name in printed(simulated[path].result().cells[-1]).splitlines()
    }
    taught = {name.partition(".")[0] for name in moved}  # a figure may come before its lesson
    assert {name for name in EXPLORERS if name.partition(".")[0] in taught} - moved == set()
    assert len(taught) >= len(LESSONS) - 1  # the last one of all has no figure
