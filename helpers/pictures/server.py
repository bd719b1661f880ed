"""What the course adds to a Jupyter server: messages that leave at once, pictures that are kept.

Installing the course puts `server.json` among the server's settings, and that switches this on.
Without it a figure works all the same: it trails behind the mouse, and a saved notebook loses it.
"""

import json
from typing import Any

from helpers.pictures.saved import Notebook, keep_figures

KERNEL_CONNECTION = "kernel_websocket_connection_class"


def prompt(connection: type) -> type:
    """A class like `connection`, a kernel's websocket, whose messages leave at once.

    By default Nagle's algorithm keeps a small message back until the browser has acknowledged the
    one before, and browsers take 40 ms over that: a figure would trail behind the mouse by three
    frames.
    """

    class PromptConnection(connection):  # type: ignore[misc, valid-type]
        def connect(self) -> Any:
            self.websocket_handler.set_nodelay(True)
            return super().connect()

    return PromptConnection


def before_saving(model: dict[str, Any], path: str, contents_manager: Any, **_: Any) -> None:
    """A hook for Jupyter's contents manager: keep the figures of a notebook that is to be saved,
    and what its file says of the kernel.
    """
    if model["type"] == "notebook":
        keep_figures(model["content"])
        keep_kernel(model["content"], _on_disk(path, contents_manager))


def keep_kernel(notebook: Notebook, before: Notebook) -> Notebook:
    """Say of the kernel what the notebook said `before`, if that names no version of Python.

    A lesson is committed without one. JupyterLab writes that of the running kernel, and the name
    under which it lists it: to open a lesson would be to change it. Another kernel, or another
    language, is written down.

    >>> lesson = {"metadata": {"language_info": {"name": "python"}}}
    >>> opened = {"metadata": {"language_info": {"name": "python", "version": "3.13.1"}}}
    >>> keep_kernel(opened, lesson)
    {'metadata': {'language_info': {'name': 'python'}}}
    """
    now, then = notebook["metadata"], before.get("metadata", {})
    if "language_info" not in then or "version" in then["language_info"]:
        return notebook
    for part in ("kernelspec", "language_info"):
        if part in then and now.get(part, {}).get("name") == then[part].get("name"):
            now[part] = then[part]
    return notebook


def _on_disk(path: str, contents_manager: Any) -> Notebook:
    """The notebook that is going to be overwritten; empty where there is no such file."""
    from jupyter_server.utils import to_os_path  # there is one, for it calls us

    try:
        with open(to_os_path(path, contents_manager.root_dir), encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):  # a new one, one that is kept elsewhere, one that is no JSON
        return {}


def _load_jupyter_server_extension(server: Any) -> None:
    # Once the loop runs every extension is loaded; some, such as jupytext, put another contents
    # manager in place, or another kind of connection.
    server.io_loop.add_callback(_join, server)


def _join(server: Any) -> None:
    """Take part in the server, on top of what its user has configured."""
    settings = server.web_app.settings
    settings[KERNEL_CONNECTION] = prompt(settings[KERNEL_CONNECTION])
    # Registered, not configured, so that a hook of the user's own stays in force.
    server.contents_manager.register_pre_save_hook(before_saving)
