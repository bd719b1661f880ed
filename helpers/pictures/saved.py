"""What stays of a live figure in a saved notebook: its picture, what that shows in words, and how
to wake it.

A widget lives in a kernel. Saved and opened the next day, it says "model not found" where the
picture was, and GitHub, nbviewer and a printed page never show it. So a notebook is saved with the
static twin in the widget's place: by `make notebooks` (`keep_pictures`: a lesson has no widgets at
all), and by the server when a learner saves (`keep_figures`: only the course's own are touched).
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

WIDGET = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
MARK = {"downhill": "figure"}  # in the metadata of an output: this is a figure of the course
ASLEEP = "Run this cell to drag."  # said beside the caption of a picture that no kernel moves
INVITATION = " Press play."  # said by figures with a play button; there is none beside a picture
REFERENCE = "IPY_MODEL_"  # before the id of a widget, in the state of another one

Output = dict[str, Any]
Notebook = dict[str, Any]


def keep_pictures(notebook: Notebook) -> Notebook:
    """Take every widget out of a notebook (nbformat 4), leave the rest, and return the notebook.

    Of an output with a widget view only the view goes: the picture of a live figure stays, and the
    text of a progress bar. A picture that stays is followed by the sentence of its `text/plain`, as
    an output of its own, because no page shows the text of an output that has a picture, and by the
    word that it is asleep. `metadata.widgets` goes too. A second call changes nothing.

    >>> figure = {WIDGET: {"model_id": "1f"}, "image/png": "iVBORw0=", "text/plain": "it settles"}
    >>> output = {"output_type": "display_data", "data": figure, "metadata": {}}
    >>> cells = [{"cell_type": "code", "outputs": [output]}]
    >>> notebook = {"cells": cells, "metadata": {"widgets": {}}}
    >>> for output in keep_pictures(notebook)["cells"][0]["outputs"]:
    ...     print(output["data"])
    {'image/png': 'iVBORw0=', 'text/plain': 'it settles'}
    {'text/markdown': '*it settles* Run this cell to drag.'}
    >>> notebook["metadata"]
    {}
    """
    _replace(notebook, lambda output: True)
    notebook["metadata"].pop("widgets", None)
    return notebook


def keep_figures(notebook: Notebook) -> Notebook:
    """Put the picture and the sentence in the place of the course's figures; return the notebook.

    A learner's own widgets stay as they are, and so does what `metadata.widgets` holds of them;
    what it holds of the course's figures goes. A second call changes nothing.

    >>> slider = {WIDGET: {"model_id": "2a"}, "text/plain": "IntSlider()"}
    >>> output = {"output_type": "display_data", "data": slider, "metadata": {}}
    >>> cells = [{"cell_type": "code", "outputs": [output]}]
    >>> keep_figures({"cells": cells, "metadata": {}})["cells"][0]["outputs"] == [output]
    True
    """
    gone = _replace(notebook, is_figure)
    _forget(notebook, gone)
    return notebook


def is_figure(output: Output) -> bool:
    """Whether an output with a widget view is a figure of the course.

    It says so in its metadata. Those made by earlier versions of the course do not, but are told by
    their picture, whose text alternative is the sentence of the output.
    """
    metadata = output["metadata"]
    if MARK.items() <= metadata.items():
        return True
    alternative = metadata.get("image/png", {}).get("alt")
    return alternative is not None and alternative == _joined(output["data"].get("text/plain", ""))


def _replace(notebook: Notebook, is_replaced: Callable[[Output], bool]) -> set[str]:
    """Take these widget views out of all outputs; return the ids of the widgets they showed."""
    gone: set[str] = set()
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        kept: list[Output] = []
        for output, following in zip(cell["outputs"], [*cell["outputs"][1:], {}]):
            is_view = WIDGET in output.get("data", {})  # a stream and an error have no data
            if is_view and is_replaced(output):
                gone.add(output["data"][WIDGET].get("model_id", ""))
                kept += _without_widget(output, following)
            else:
                kept.append(output)
        cell["outputs"] = kept
    return gone


def _without_widget(output: Output, following: Output) -> Iterator[Output]:
    """What stays of an output with a widget view: the rest of it, and its sentence as a caption."""
    data = output["data"]
    del data[WIDGET]
    for key in (WIDGET, *MARK):
        output["metadata"].pop(key, None)
    is_described = "text/plain" in data and any(kind.startswith("image/") for kind in data)
    if is_described:
        _fall_asleep(output)
    if data:
        yield output
    if is_described:
        caption = _caption(data["text/plain"])
        if _joined(following.get("data", {}).get("text/markdown", "")) != caption:
            text = {"text/markdown": caption}
            yield {"output_type": "display_data", "data": text, "metadata": {}}


def _fall_asleep(output: Output) -> None:
    """Take from a picture what it can only be asked while it lives, and its number.

    An exported page sets what stands beside "Out[7]:" further to the right than the caption.
    """
    output["output_type"] = "display_data"
    output.pop("execution_count", None)
    sentence = _joined(output["data"]["text/plain"])
    output["data"]["text/plain"] = sentence.replace(INVITATION, "")
    described = output["metadata"].get("image/png", {})
    if "alt" in described:
        described["alt"] = described["alt"].replace(INVITATION, "")


def _forget(notebook: Notebook, models: set[str]) -> None:
    """Take these widgets, and what nothing else holds or shows, out of the saved states."""
    states = notebook["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})
    if not states:
        return
    shown = {
        output["data"][WIDGET].get("model_id", "")
        for cell in notebook["cells"]
        for output in cell.get("outputs", ())
        if WIDGET in output.get("data", {})
    }
    taken = _reached(models, states)
    for model in taken - _reached(shown | states.keys() - taken, states):
        del states[model]
    if not states:
        del notebook["metadata"]["widgets"]


def _reached(models: set[str], states: dict[str, Any]) -> set[str]:
    """These widgets and all that they refer to, over any number of steps."""
    reached: set[str] = set()
    waiting = models & states.keys()
    while waiting:
        model = waiting.pop()
        reached.add(model)
        waiting |= {*_references(states[model].get("state", {}))} & states.keys() - reached
    return reached


def _references(state: Any) -> Iterator[str]:
    """The ids of the widgets that the state of a widget refers to."""
    if isinstance(state, str) and state.startswith(REFERENCE):
        yield state.removeprefix(REFERENCE)
    elif isinstance(state, (list, dict)):
        for part in state.values() if isinstance(state, dict) else state:
            yield from _references(part)


def _caption(sentence: str) -> str:
    """The sentence in italics, its signs not to be read as Markdown or mathematics, and how to wake
    the picture, on one line.
    """
    escaped = re.sub(r"([\\`*_\[\]<>$|~#&])", r"\\\1", " ".join(sentence.split()))
    return f"*{escaped}* {ASLEEP}"


def _joined(text: str | list[str]) -> str:
    """The text of a nbformat field, which may be stored as a list of lines."""
    return text if isinstance(text, str) else "".join(text)
