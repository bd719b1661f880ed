"""IPython for a student's cells, without a kernel, a history or a profile on the disk.

Made once in the fork server and inherited by each submission. What a cell prints, shows or raises
is collected as outputs of a notebook, each of a bounded size.
"""

from __future__ import annotations

import base64
import io
import re
import sys
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

TEXT, PICTURES, OUTPUTS = 200_000, 4_000_000, 100  # characters, bytes, pieces: of one cell
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class Collected:
    """The outputs of one cell."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Begin anew."""
        self.outputs: list[dict[str, Any]] = []
        self.text, self.pictures = TEXT, PICTURES

    def write(self, name: str, text: str) -> None:
        """Text of a stream; consecutive pieces are one output."""
        kept = text[: self.text]
        self.text -= len(kept)
        last = self.outputs[-1] if self.outputs else {}
        if last.get("name") == name and kept:
            last["parts"].append(kept)
        elif kept:
            self.add({"output_type": "stream", "name": name, "parts": [kept]})

    def show(self, kind: str, data: dict[str, Any]) -> None:
        """A value or a picture."""
        text = str(data.get("text/plain", ""))[: self.text]
        self.text -= len(text)
        output = {"output_type": kind, "text": text}
        picture = data.get("image/png")
        if isinstance(picture, bytes):
            picture = base64.b64encode(picture).decode()
        if isinstance(picture, str) and len(picture) <= self.pictures:
            self.pictures -= len(picture)
            output["picture"] = picture
        self.add(output)

    def add(self, output: dict[str, Any]) -> None:
        """One more output, where there is room."""
        if len(self.outputs) < OUTPUTS:
            self.outputs.append(output)

    def taken(self) -> list[dict[str, Any]]:
        """The outputs so far, as plain data; what follows is collected anew."""
        found = self.outputs
        for output in found:
            if "parts" in output:
                output["text"] = "".join(output.pop("parts"))
        self.clear()
        return found


COLLECTED = Collected()


class Stream(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` of a cell."""

    encoding = "utf-8"

    def __init__(self, name: str) -> None:
        super().__init__()
        self.stream = name

    def write(self, text: str) -> int:
        """Collect the text."""
        COLLECTED.write(self.stream, str(text))
        return len(text)

    def writable(self) -> bool:
        """Always."""
        return True


class Publisher(DisplayPublisher):
    """Takes what `display` shows."""

    def publish(self, data: Any, metadata: Any = None, *rest: Any, **more: Any) -> None:
        """Collect it."""
        COLLECTED.show("display_data", data)

    def clear_output(self, wait: bool = False) -> None:
        """Forget what was shown: a live figure does so at each frame."""
        COLLECTED.clear()


class Hook(DisplayHook):
    """Takes the value of a cell's last expression."""

    def write_output_prompt(self) -> None:
        """There is none."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        """Collect it."""
        COLLECTED.show("execute_result", format_dict)


class Shell(InteractiveShell):
    """The shell of a submission."""

    display_pub_class = Type(Publisher)
    displayhook_class = Type(Hook)

    def run(self, source: str) -> None:
        """Run a cell."""
        InteractiveShell.run_cell(self, source)

    def enable_gui(self, gui: Any = None) -> None:
        """`%matplotlib inline` asks for it; there is no window."""

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        if issubclass(etype, KeyboardInterrupt):  # the limit: where it struck is of no interest
            stb = [f"{etype.__name__}: {evalue}"]
        lines = COLOURS.sub("", "\n".join(stb))[-20_000:]
        kind = getattr(etype, "__name__", "Error")
        COLLECTED.add({"output_type": "error", "name": kind, "text": _said(evalue), "lines": lines})


def _said(error: Any) -> str:
    try:
        return str(error)[:2000]
    except Exception:
        return ""


def make_shell() -> Shell:
    """The shell with `%matplotlib inline` in force, and its streams in place of this process's."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.cache_size = 0
    shell: Shell = Shell.instance(config=config)
    sys.stdout, sys.stderr = Stream("stdout"), Stream("stderr")
    shell.run("%matplotlib inline")
    shell.run("import matplotlib.pyplot as plt; plt.plot([0, 1]); plt.show(); del plt")
    COLLECTED.clear()
    return shell
