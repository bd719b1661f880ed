"""The course's server extension: what it adds to JupyterLab and Notebook 7, started by hand."""

import copy
import json
import subprocess
import sys
import types
import urllib.request
import uuid
from contextlib import closing
from pathlib import Path

import pytest
import websocket

from helpers.pictures import server as extension
from helpers.pictures.saved import MARK, WIDGET
from helpers.pictures.server import before_saving, keep_kernel, prompt
from tests.browser.lab import EXTENSION, LAB, NOTEBOOK_7, jupyter
from tests.support.lessons import LESSONS

PICTURE = "iVBORw0KGgo="
LESSON = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}
OPENED = {  # what JupyterLab makes of it
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": LESSON["language_info"] | {"version": "3.12.3", "pygments_lexer": "ipython3"},
}


def view(text, picture=None, metadata=None):
    """The output of a cell that shows a widget."""
    data = {WIDGET: {"model_id": "1f"}, "text/plain": text}
    data |= {"image/png": picture} if picture else {}
    return {"output_type": "display_data", "data": data, "metadata": metadata or {}}


def notebook(*outputs):
    cell = {"cell_type": "code", "id": "a", "source": "", "metadata": {}, "execution_count": 1}
    cell |= {"outputs": list(outputs)}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}


def kept(now, before):
    book = {"metadata": copy.deepcopy(now)}
    return keep_kernel(book, {"metadata": copy.deepcopy(before)})["metadata"]


def test_what_a_lesson_says_of_its_kernel_stays_as_it_was_committed():
    assert kept(OPENED, LESSON) == LESSON
    assert kept(OPENED | {"toc": 1}, LESSON) == LESSON | {"toc": 1}


def test_a_notebook_that_names_a_version_follows_the_kernel():
    """A learner's own, as JupyterLab wrote it."""
    older = OPENED | {"language_info": OPENED["language_info"] | {"version": "3.10.1"}}
    assert kept(OPENED, older) == OPENED


def test_another_kernel_or_another_language_is_written_down():
    other = OPENED | {"kernelspec": OPENED["kernelspec"] | {"name": "class"}}
    assert kept(other, LESSON)["kernelspec"]["name"] == "class"
    other = OPENED | {"language_info": {"name": "julia"}}
    assert kept(other, LESSON)["language_info"] == {"name": "julia"}


@pytest.mark.parametrize("before", [{}, {"metadata": {}}], ids=["no file", "a file without"])
def test_a_new_notebook_says_what_its_page_says(before):
    assert keep_kernel({"metadata": dict(OPENED)}, before)["metadata"] == OPENED


@pytest.mark.parametrize("text", [None, "# a lesson as text"], ids=["no file", "no JSON"])
def test_what_cannot_be_read_stops_no_saving(tmp_path, text):
    if text is not None:
        (tmp_path / "a.ipynb").write_text(text)
    manager = types.SimpleNamespace(root_dir=str(tmp_path))
    model = {"type": "notebook", "content": {"metadata": dict(OPENED), "cells": []}}
    before_saving(model=model, path="/a.ipynb", contents_manager=manager)
    assert model["content"]["metadata"] == OPENED


def test_only_notebooks_are_touched_when_something_is_saved():
    model = {"type": "file", "content": "text"}
    before_saving(model=model, path="notes.txt", contents_manager=None)
    assert model == {"type": "file", "content": "text"}


def test_saving_needs_neither_matplotlib_nor_ipywidgets():
    large = {"matplotlib", "ipywidgets", "numpy"}
    code = f"import sys, helpers.pictures.server; print({large} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout == "set()\n"


def test_whatever_connection_a_server_has_becomes_prompt():
    done = []

    class Connection:
        websocket_handler = types.SimpleNamespace(set_nodelay=lambda on: done.append(on))

        def connect(self):
            return "connected"

    assert prompt(Connection)().connect() == "connected"
    assert issubclass(prompt(Connection), Connection)
    assert done == [True]


def test_the_settings_that_are_installed_name_the_extension():
    settings = json.loads(Path(extension.__file__).with_suffix(".json").read_text())
    assert settings == {"ServerApp": {"jpserver_extensions": {EXTENSION: True}}}
    assert extension.__name__ == EXTENSION


# What a user may have in their own settings: a hook, a kind of connection, and an extension; this
# one reports sockets.
USERS_CONFIG = """
import sys
from pathlib import Path
sys.path.insert(0, str(Path(__file__).parent))

def users_hook(model, path, **_):
    if path == "mine.ipynb":
        model["content"]["metadata"]["saved_by"] = "the user's own hook"

c.FileContentsManager.pre_save_hook = users_hook
c.ServerApp.kernel_websocket_connection_class = "sockets.UsersConnection"
c.ServerApp.jpserver_extensions = {extensions}
"""
USERS_EXTENSION = """
import socket
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

class UsersConnection(ZMQChannelsWebsocketConnection):
    pass

class Sockets(JupyterHandler):
    def get(self):
        handlers = list(UsersConnection._open_sessions.values())
        sockets = [handler.ws_connection.stream.socket for handler in handlers]
        option = socket.IPPROTO_TCP, socket.TCP_NODELAY
        self.finish({
            "nodelay": [bool(opened.getsockopt(*option)) for opened in sockets],
            "users": [isinstance(handler.connection, UsersConnection) for handler in handlers],
        })

def _load_jupyter_server_extension(app):
    app.web_app.add_handlers(".*", [("/sockets", Sockets)])
"""


class Server:
    """The few requests that the tests make of a running server."""

    def __init__(self, address, folder, is_extended):
        self.address = address
        self.folder = folder
        self.is_extended = is_extended

    def ask(self, path, method="GET", body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address.format(path), data, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read())

    def save(self, content, name="lesson.ipynb"):
        body = {"type": "notebook", "format": "json", "content": content}
        self.ask(f"api/contents/{name}", "PUT", body)
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    def echo(self, kernel):
        """Send the kernel a message over a new websocket; once answered, how the sockets are."""
        address = self.address.replace("http", "ws", 1).format(f"api/kernels/{kernel}/channels")
        header = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": "kernel_info_request",
            "session": "s",
            "username": "u",
        }
        message = {
            "header": header | {"version": "5.3"},
            "parent_header": {},
            "metadata": {},
            "content": {},
        }
        with closing(websocket.create_connection(address, timeout=60)) as channel:
            channel.send(json.dumps(message | {"channel": "shell", "buffers": []}))
            while json.loads(channel.recv())["parent_header"].get("msg_id") != header["msg_id"]:
                pass
            return self.ask("sockets")


STARTED = [(LAB, True), (NOTEBOOK_7, True), (LAB, False)]


@pytest.fixture(scope="module", params=STARTED, ids=["lab", "notebook", "switched off"])
def server(request, tmp_path_factory):
    """JupyterLab and Notebook 7 as they start by hand, with settings of the user's own: in the last
    one these switch the course's extension off.
    """
    app, is_extended = request.param
    folder = tmp_path_factory.mktemp("lessons")
    scratch = tmp_path_factory.mktemp("jupyter")
    extensions = {"sockets": True} | ({} if is_extended else {EXTENSION: False})
    (scratch / "config_dir").mkdir()
    config = USERS_CONFIG.replace("{extensions}", repr(extensions))
    (scratch / "config_dir" / "jupyter_server_config.py").write_text(config)
    (scratch / "config_dir" / "sockets.py").write_text(USERS_EXTENSION)
    with jupyter(folder, scratch, app=app) as address:
        yield Server(address, folder, is_extended)


def test_messages_leave_at_once_over_the_users_own_connection(server):
    kernel = server.ask("api/kernels", "POST", {"name": "python3"})["id"]
    assert server.echo(kernel) == {"nodelay": [server.is_extended], "users": [True]}


def test_a_saved_notebook_keeps_the_picture_and_the_learners_own_widgets(server):
    figure, slider = view("it settles", PICTURE, MARK), view("IntSlider(value=0)")
    outputs = server.save(notebook(figure, slider))["cells"][0]["outputs"]
    assert (WIDGET not in outputs[0]["data"]) == server.is_extended
    assert outputs[0]["data"]["image/png"].strip() == PICTURE
    assert len(outputs) == 2 + server.is_extended
    assert WIDGET in outputs[-1]["data"], "a learner's own widget"


def test_the_users_own_hook_stays_in_force(server):
    saved = server.save(notebook(view("it settles", PICTURE, MARK)), "mine.ipynb")
    assert saved["metadata"]["saved_by"] == "the user's own hook"
    assert (WIDGET not in saved["cells"][0]["outputs"][0]["data"]) == server.is_extended


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_that_is_opened_and_saved_stays_as_it_was_committed(server, lesson):
    """Byte for byte, whatever JupyterLab has written into it; in a folder, too."""
    file = server.folder / "week 1" / lesson.name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(lesson.read_bytes())
    content = server.ask(f"api/contents/week%201/{lesson.name}")["content"]
    body = {"type": "notebook", "format": "json", "content": content}
    content["metadata"] |= OPENED
    server.ask(f"api/contents/week%201/{lesson.name}", "PUT", body)
    assert (file.read_bytes() == lesson.read_bytes()) == server.is_extended
