"""A real JupyterLab or Notebook 7 in a real Chromium, for the browser tests and the benchmarks."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import nbformat

REPOSITORY = Path(__file__).resolve().parents[2]
CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
EXTENSION = "helpers.pictures.server"
PATIENCE = 60_000  # ms for what a page does at once, if nothing else keeps the machine busy
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SETTINGS = {  # all cells in the page, and no question about news
    "@jupyterlab/notebook-extension/tracker.jupyterlab-settings": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension/notification.jupyterlab-settings": {"fetchNews": "false"},
}


class App(NamedTuple):
    """An application that opens a notebook: its module, its settings, where its pages stand."""

    module: str
    settings: str
    page: str


LAB = App("jupyterlab", "LabApp", "lab/tree/")
NOTEBOOK_7 = App("notebook", "JupyterNotebookApp", "notebooks/")


@contextmanager
def jupyter(
    folder: Path, scratch: Path, *, app: App = LAB, extension: bool = True
) -> Iterator[str]:
    """Serve `folder`, with the course's server extension or without: the address, {} for a page."""
    environment = dict(os.environ, PYTHONPATH=str(REPOSITORY))
    for name in ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR"):
        environment[f"JUPYTER_{name}"] = str(scratch / name.lower())
    environment["JUPYTERLAB_SETTINGS_DIR"] = str(scratch / "settings")
    environment.pop("JUPYTER_CONFIG_PATH", None)
    for name, value in SETTINGS.items():
        file = scratch / "settings" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(value))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(8)
    options = [
        "--no-browser",
        "--allow-root",
        f"--port={port}",
        f"--IdentityProvider.token={token}",
        f"--ServerApp.root_dir={folder}",
        f"--{app.settings}.expose_app_in_browser=True",
    ]
    if not extension:
        options.append(f"--ServerApp.jpserver_extensions={{{EXTENSION!r}: False}}")
    with open(scratch / "jupyter.log", "w") as log:
        command = [sys.executable, "-m", app.module, *options]
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            _wait_for(f"http://127.0.0.1:{port}/api?token={token}", server, scratch / "jupyter.log")
            yield f"http://127.0.0.1:{port}/{{}}?token={token}"
        finally:
            _end(server)


def _end(server: subprocess.Popen, seconds: float = 60) -> None:
    """End a server, if need be by force; its kernels end with it."""
    server.terminate()
    try:
        server.wait(seconds)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _wait_for(address: str, server: subprocess.Popen, log: Path, seconds: float = 300) -> None:
    for _ in range(int(seconds * 5)):
        if server.poll() is not None:
            raise RuntimeError(
                f"Jupyter ended with code {server.returncode}:\n{log.read_text()[-2000:]}"
            )
        try:
            urllib.request.urlopen(address, timeout=1)
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"Jupyter did not answer within {seconds:.0f} s:\n{log.read_text()[-2000:]}")


@contextmanager
def chromium(width: int = 1400, height: int = 1000, ratio: float = 1) -> Iterator:
    """A page of a fresh headless Chromium."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(
            viewport={"width": width, "height": height}, device_scale_factor=ratio
        )
        page.set_default_timeout(PATIENCE)
        try:
            yield page
        finally:
            browser.close()


def notebook(path: Path, *cells: str) -> Path:
    """Write a notebook of these code cells."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    book.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    nbformat.write(book, path)
    return path


READY = """async () => {
  const session = window.jupyterapp?.shell?.currentWidget?.sessionContext;
  if (!session) return false;
  await session.ready;
  const kernel = session.session?.kernel;
  return kernel?.connectionStatus === "connected" && kernel?.status === "idle";
}"""


def _until_ready(page, seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while not page.evaluate(READY):
        if time.monotonic() > end:
            raise TimeoutError(f"the notebook's kernel was not ready within {seconds:.0f} s")
        time.sleep(0.1)


def open_notebook(page, address: str, path: str, app: App = LAB) -> None:
    """Open a notebook and wait until its kernel really listens.

    Under load a page now and then misses that its kernel has started, and waits for ever; then it
    is opened once more, as one would by hand.
    """
    opened = address.format(f"{app.page}{path}") + "&reset"
    page.goto(opened)
    try:
        _until_ready(page, 100)
    except TimeoutError:
        page.goto(opened)
        _until_ready(page)


def run_all(page) -> None:
    """Run every cell and wait until the last one is done."""
    page.evaluate(
        "async () => { await window.jupyterapp.commands.execute('notebook:run-all-cells'); }"
    )
    _until_ready(page)


def painted(page, figure: int = 0) -> str:
    """The pixels on the canvas of a live figure, as a data URL."""
    return (
        page.locator(".downhill-stage canvas").nth(figure).evaluate("canvas => canvas.toDataURL()")
    )


def save(page) -> None:
    """Save the notebook as a student would."""
    page.evaluate("async () => { await window.jupyterapp.commands.execute('docmanager:save'); }")
