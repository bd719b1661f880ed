"""What is saved of a live figure."""

import copy
import json
import subprocess
import sys

import nbformat
import pytest
from bs4 import BeautifulSoup

from helpers.pictures.saved import (
    MARK,
    STATE,
    WIDGET,
    keep_figures,
    keep_pictures,
)
from tests.support.figures import dot

PICTURE = "iVBORw0KGgo="
SENTENCE = "lr 1.05: diverged at step 12"
CAPTION = f"*{SENTENCE}* Run this cell to drag."


def output(kind="display_data", metadata=None, widget="", **data):
    data = {name.replace("_", "/"): value for name, value in data.items()}
    if widget:
        data[WIDGET] = {"model_id": widget, "version_major": 2, "version_minor": 0}
    made = {"output_type": kind, "data": data, "metadata": metadata or {}}
    return made | ({"execution_count": 1} if kind == "execute_result" else {})


def notebook(*outputs):
    outputs = copy.deepcopy(list(outputs))  # keep_pictures changes what it is given
    cell = {
        "cell_type": "code",
        "id": "a",
        "source": "",
        "metadata": {},
        "execution_count": 1,
        "outputs": outputs,
    }
    text = {"cell_type": "markdown", "id": "b", "source": "# One", "metadata": {}}
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"widgets": {"state": {}}},
        "cells": [text, cell],
    }


def saved(*outputs, keep=keep_pictures):
    return keep(notebook(*outputs))["cells"][1]["outputs"]


def states(**models):
    """`metadata.widgets` with these widgets, each of which refers to the others that are listed."""
    held = {
        name: {"state": {"children": [f"IPY_MODEL_{other}" for other in others]}}
        for name, others in models.items()
    }
    return {STATE: {"state": held, "version_major": 2, "version_minor": 0}}


FIGURE = output(
    "execute_result", metadata=MARK, widget="1f", image_png=PICTURE, text_plain=SENTENCE
)
OF_AN_EARLIER_VERSION = output(
    widget="1f",
    image_png=PICTURE,
    text_plain=SENTENCE,
    metadata={"image/png": {"width": 900, "alt": SENTENCE}},
)
LEARNERS = [  # sliders, a bar of tqdm, a figure of ipympl
    output(widget="2a", text_plain="IntSlider(value=0)"),
    output(widget="3b", text_plain="  0%|          | 0/10 [00:00<?, ?it/s]"),
    output(
        widget="4c",
        image_png=PICTURE,
        text_html="<img>",
        text_plain="Canvas(toolbar=Toolbar(toolitems=[]))",
    ),
]
STREAM = {"output_type": "stream", "name": "stdout", "text": "1.2\n"}


def test_a_live_figure_leaves_its_picture_and_its_sentence():
    picture, words = saved(FIGURE)
    assert picture == output(image_png=PICTURE, text_plain=SENTENCE)
    assert words == output(text_markdown=CAPTION)


def test_the_saved_notebook_is_valid_and_its_pictures_have_no_number():
    kept = keep_pictures(notebook(STREAM, FIGURE))
    nbformat.validate(nbformat.from_dict(kept))
    assert [made["output_type"] for made in kept["cells"][1]["outputs"]] == [
        "stream",
        "display_data",
        "display_data",
    ]
    assert "widgets" not in kept["metadata"]


@pytest.mark.parametrize("keep", [keep_pictures, keep_figures])
@pytest.mark.parametrize(
    "outputs", [[FIGURE], [FIGURE, FIGURE], [STREAM, output(widget="1f", text_plain="0%")]]
)
def test_saving_twice_changes_nothing_more(outputs, keep):
    once = keep(notebook(*outputs))
    assert keep(copy.deepcopy(once)) == once


def test_words_that_already_follow_are_not_repeated():
    assert len(saved(FIGURE, output(text_markdown=CAPTION))) == 2
    assert len(saved(FIGURE, output(text_markdown=[CAPTION[:9], CAPTION[9:]]))) == 2


def test_text_stored_as_lines_is_joined_into_one_sentence():
    lines = output(widget="1f", image_png=PICTURE, text_plain=["it settles\n", "in 12 steps"])
    assert saved(lines)[1]["data"]["text/markdown"].startswith("*it settles in 12 steps* ")


def test_signs_of_the_sentence_are_not_read_as_markdown():
    words = saved(output(widget="1f", image_png=PICTURE, text_plain="2 * w_1 < $3$ [a]"))[1]
    assert words["data"]["text/markdown"].startswith(r"*2 \* w\_1 \< \$3\$ \[a\]* ")


@pytest.mark.parametrize("keep", [keep_pictures, keep_figures])
def test_a_picture_that_is_asleep_asks_nobody_to_press_play(keep):
    sentence = "Not trained yet. Press play."
    alt = {"image/png": {"width": 900, "alt": sentence}}
    picture, words = saved(
        output(widget="1f", image_png=PICTURE, text_plain=sentence, metadata=alt), keep=keep
    )
    assert picture["data"]["text/plain"] == "Not trained yet."
    assert picture["metadata"] == {"image/png": {"width": 900, "alt": "Not trained yet."}}
    assert words["data"]["text/markdown"] == "*Not trained yet.* Run this cell to drag."


def test_a_widget_without_a_picture_leaves_its_text_and_one_without_text_leaves_nothing():
    bar = output(widget="1f", text_plain="100%|█████| 10/10")
    assert saved(bar) == [output(text_plain="100%|█████| 10/10")]
    assert saved(output(widget="1f"), STREAM) == [STREAM]


def test_a_picture_that_is_no_widget_stays_as_it_is():
    plot = output(image_png=PICTURE, text_plain=SENTENCE, metadata={"image/png": {"width": 900}})
    assert saved(plot) == [plot]


def test_metadata_of_the_picture_stays_and_that_of_the_widget_goes():
    both = {"image/png": {"width": 900}, WIDGET: {}}
    picture, _ = saved(output(widget="1f", image_png=PICTURE, text_plain=SENTENCE, metadata=both))
    assert picture["metadata"] == {"image/png": {"width": 900}}


def test_a_lesson_keeps_no_widget_at_all():
    kept = keep_pictures(notebook(*LEARNERS))
    assert not any(WIDGET in made["data"] for made in kept["cells"][1]["outputs"])
    assert "widgets" not in kept["metadata"]


def test_an_exported_page_has_the_text_alternative_of_each_picture(tmp_path):
    of = {"image/png": {"alt": '"1 < 2" & more'}}
    kept = keep_pictures(
        notebook(
            output(widget="1f", image_png=PICTURE, text_plain='"1 < 2" & more', metadata=of),
            output(image_png=PICTURE, text_plain="<Figure>"),
        )
    )
    (tmp_path / "a.ipynb").write_text(json.dumps(kept))
    command = [
        "nbconvert",
        "--to",
        "html",
        "--template",
        "downhill",
        "--stdout",
        tmp_path / "a.ipynb",
    ]
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True)
    described, other = BeautifulSoup(done.stdout, "html.parser").select("img")
    assert described["alt"] == '"1 < 2" & more'
    assert other["alt"].startswith("No description")


# ---- when a learner saves, only the course's figures are touched


@pytest.mark.parametrize("figure", [FIGURE, OF_AN_EARLIER_VERSION], ids=["marked", "earlier"])
def test_a_figure_of_the_course_is_replaced_when_a_learner_saves(figure):
    picture, words = saved(figure, keep=keep_figures)
    assert picture["data"] == {"image/png": PICTURE, "text/plain": SENTENCE}
    assert MARK.keys().isdisjoint(picture["metadata"])
    assert words == output(text_markdown=CAPTION)


def test_a_live_figure_marks_its_output():
    live = dot()
    data, metadata = live._repr_mimebundle_()
    live.figure.axes[0].set_title("$\\nonsense{$")
    broken, its_metadata = live._repr_mimebundle_()
    live.close()
    for made in ({"data": data, "metadata": metadata}, {"data": broken, "metadata": its_metadata}):
        assert (
            WIDGET
            not in saved({"output_type": "display_data"} | made, keep=keep_figures)[0]["data"]
        )


def test_a_learners_own_widgets_stay_as_they_are():
    assert saved(*LEARNERS, keep=keep_figures) == LEARNERS
    outputs = saved(LEARNERS[0], FIGURE, LEARNERS[1], keep=keep_figures)
    assert outputs[0] == LEARNERS[0] and outputs[-1] == LEARNERS[1] and len(outputs) == 4


def kept_states(widgets, *outputs):
    made = notebook(*outputs)
    made["metadata"]["widgets"] = widgets
    return keep_figures(made)["metadata"].get("widgets")


def test_the_saved_state_of_a_learners_widgets_stays_as_it_is():
    widgets = states(**{"2a": ["2b"], "2b": []})
    assert kept_states(copy.deepcopy(widgets), *LEARNERS) == widgets
    assert kept_states({"of another kind": 1}, FIGURE) == {"of another kind": 1}


def test_the_saved_state_of_the_courses_widgets_goes_with_them():
    widgets = states(
        **{"1f": ["1a", "1b"], "1a": ["1c"], "1b": [], "1c": [], "2a": ["2b"], "2b": []}
    )
    kept = kept_states(widgets, FIGURE, LEARNERS[0])
    assert kept[STATE]["state"].keys() == {"2a", "2b"}
    assert kept_states(states(**{"1f": ["1a"], "1a": ["1f"]}), FIGURE) is None


def test_a_control_of_the_course_that_the_learner_shows_elsewhere_keeps_its_state():
    widgets = states(**{"1f": ["1a", "1b"], "1a": ["1c"], "1b": [], "1c": [], "2a": ["1b"]})
    shown = output(widget="1a", text_plain="FloatSlider(value=0.1)")
    kept = kept_states(widgets, FIGURE, shown, LEARNERS[0])
    assert kept[STATE]["state"].keys() == {"1a", "1b", "1c", "2a"}
