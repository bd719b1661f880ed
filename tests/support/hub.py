"""A hub that is started for a test, and people who sit before it: by HTTP, as a browser does."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import requests

from tools.tracked import ROOT

PROXY = "configurable-http-proxy"
PASSWORD = "for the test only"
PATIENCE = 900  # seconds for a server to begin on a busy machine


def missing() -> str:
    """What keeps the hub from being started here; empty where nothing does."""
    if importlib.util.find_spec("jupyterhub") is None:
        return "jupyterhub is not installed (requirements-dev.txt)"
    if not shutil.which(PROXY) and not shutil.which("npm"):
        return f"neither {PROXY} nor npm, which installs it, is here (apt install npm)"
    return ""


def install_proxy(folder: Path) -> str:
    """Install the proxy by npm where it is not there; what went wrong, if anything."""
    if shutil.which(PROXY):
        return ""
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", PROXY]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    return f"npm cannot install {PROXY}: {done.stderr[-300:]}" if done.returncode else ""


def free_ports() -> int:
    """The first of three ports in a row that nobody uses."""
    for first in range(18100, 19000, 3):
        try:
            for port in range(first, first + 3):
                with socket.socket() as tried:
                    tried.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise RuntimeError("no three ports in a row are free")


class Hub:
    """The course's own configuration at work, in a folder; a context manager."""

    def __init__(self, folder: Path, teachers: list[str], students: list[str]) -> None:
        self.folder, self.port = folder, free_ports()
        self.address = f"http://127.0.0.1:{self.port}"
        (folder / "teachers.txt").write_text("\n".join(teachers))
        (folder / "students.txt").write_text("\n".join(students))
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        self.environment = os.environ | {
            "DOWNHILL_HUB": str(folder),
            "DOWNHILL_PORT": str(self.port),
            "DOWNHILL_PASSWORD": PASSWORD,
            "PYTHONPATH": str(ROOT),
            "PATH": path,
        }

    def __enter__(self) -> Hub:
        config = ROOT / "homework" / "jupyterhub_config.py"
        self.log = open(self.folder / "hub.log", "w")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "-f", str(config)],
            cwd=self.folder,
            env=self.environment,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            wait(lambda: requests.get(f"{self.address}/hub/login", timeout=5).ok)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)  # the hub ends its servers, then itself
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.log.close()

    def words(self) -> str:
        """The end of the hub's log."""
        return (self.folder / "hub.log").read_text(errors="replace")[-4000:]


def wait(is_so) -> None:
    """Until it is so; a refused connection means not yet."""
    last: object = None
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            if is_so():
                return
        except requests.RequestException as error:
            last = error
        time.sleep(2)
    raise TimeoutError(f"not within {PATIENCE} seconds: {last}")


class Person:
    """Somebody who has logged in, and whose server begins; `ask` waits for it."""

    def __init__(self, hub: Hub, name: str) -> None:
        self.hub, self.name, self.web = hub, name, requests.Session()
        self.base = f"{hub.address}/user/{name}"
        page = self.web.get(f"{hub.address}/hub/login", timeout=30)
        token = re.search(r'name="_xsrf"\s+value="([^"]*)"', page.text)[1]
        given = {"username": name, "password": PASSWORD, "_xsrf": token}
        self.web.post(f"{hub.address}/hub/login", data=given, timeout=60).raise_for_status()
        self.web.get(f"{hub.address}/hub/spawn/{name}", timeout=PATIENCE)
        self.has_come_in = False

    def is_in(self) -> bool:
        """Whether the person's own JupyterLab answers; the visit gives the cookies for the rest."""
        page = self.web.get(f"{self.base}/lab", timeout=60)
        return page.ok and page.url.split("?")[0] == f"{self.base}/lab"

    def ask(self, how: str, what: str, **options) -> dict:
        """What the person's server answers; AssertionError with its words where it refuses."""
        if not self.has_come_in:
            wait(self.is_in)
            self.has_come_in = True
        tokens = [c.value for c in self.web.cookies if c.name == "_xsrf" and self.name in c.path]
        headers = {"X-XSRFToken": tokens[0] if tokens else ""}
        answer = self.web.request(
            how, f"{self.base}/{what}", headers=headers, timeout=300, **options
        )
        assert answer.ok, (answer.status_code, what, answer.text[:2000])
        return answer.json() if answer.text else {}
