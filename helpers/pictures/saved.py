"""What stays of a live figure in a saved notebook: its picture, and the sentence that says what it shows.

A widget lives in a kernel. Saved and opened the next day, it says "model not found" where the picture was, and
GitHub, nbviewer and a printed page never show it. So a notebook is saved with the static twin in the widget's place:
by `make notebooks`, and by the server that `make lab` starts (.jupyter/jupyter_server_config.py).
"""

import re
from typing import Any

WIDGET = "application/vnd.jupyter.widget-view+json"

Output = dict[str, Any]


def keep_pictures(notebook: dict[str, Any]) -> dict[str, Any]:
    """Take every widget out of a notebook (nbformat 4), leave what stands beside it, and return the same notebook.

    Of an output with a widget view only the view goes: the picture of a live figure stays, and the text of a progress
    bar. A picture that stays is followed by the sentence of its `text/plain`, as an output of its own, because no
    page shows the text of an output that has a picture. `metadata.widgets` goes too. A second call changes nothing.

    >>> figure = {WIDGET: {"model_id": "1f"}, "image/png": "iVBORw0KGgo=", "text/plain": "lr 0.1: it settles"}
    >>> output = {"output_type": "display_data", "data": figure, "metadata": {}}
    >>> notebook = {"cells": [{"cell_type": "code", "outputs": [output]}], "metadata": {"widgets": {}}}
    >>> for output in keep_pictures(notebook)["cells"][0]["outputs"]:
    ...     print(output["data"])
    {'image/png': 'iVBORw0KGgo=', 'text/plain': 'lr 0.1: it settles'}
    {'text/markdown': '*lr 0.1: it settles*'}
    >>> notebook["metadata"]
    {}
    """
    notebook["metadata"].pop("widgets", None)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = _without_widgets(cell["outputs"])
    return notebook


def _without_widgets(outputs: list[Output]) -> list[Output]:
    kept = []
    for output, following in zip(outputs, [*outputs[1:], {}]):
        data = output.get("data", {})  # a stream and an error have none
        if data.pop(WIDGET, None) is None:
            kept.append(output)
            continue
        output["metadata"].pop(WIDGET, None)
        if data:
            kept.append(output)
        if any(kind.startswith("image/") for kind in data) and "text/plain" in data:
            caption = _caption(_joined(data["text/plain"]))
            if _joined(following.get("data", {}).get("text/markdown", "")) != caption:
                # display_data, for a cell has one execute_result at most and the picture may be it
                kept.append(
                    {
                        "output_type": "display_data",
                        "data": {"text/markdown": caption},
                        "metadata": {},
                    }
                )
    return kept


def _caption(sentence: str) -> str:
    """The sentence in italics, on one line, its own signs kept from being read as Markdown or as mathematics."""
    return "*" + re.sub(r"([\\`*_\[\]<>$|~#&])", r"\\\1", " ".join(sentence.split())) + "*"


def _joined(text: str | list[str]) -> str:
    """The text of a nbformat field, which may be stored as a list of lines."""
    return text if isinstance(text, str) else "".join(text)


def before_saving(model: dict[str, Any], **_: Any) -> None:
    """A hook for Jupyter's contents manager: keep the pictures of the notebook that is about to be saved."""
    if model["type"] == "notebook":
        keep_pictures(model["content"])


def _load_jupyter_server_extension(server: Any) -> None:
    # Once the loop runs every extension is loaded; some, such as jupytext, put another contents manager in place.
    # Registered, not configured, so that a `pre_save_hook` of the user's own stays in force.
    server.io_loop.add_callback(
        lambda: server.contents_manager.register_pre_save_hook(before_saving)
    )
