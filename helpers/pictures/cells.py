"""Which notebook cell is running, so that a figure can be closed when its cell is run again.

Without this, every re-run would leave the old figure's widgets and pixels behind, in the kernel and
in the browser.
"""

from __future__ import annotations

import sys
from typing import Any, NamedTuple, Protocol

from helpers.pictures.saved import WIDGET


class Closable(Protocol):
    """What can be closed when its cell is run again."""

    def close(self) -> None:
        """Give back all that it holds."""


class Made(NamedTuple):
    """What an execution of a cell has made, and its number in the history, Out[n]."""

    execution: str
    figures: list[Closable]
    number: int


_last_made: dict[str, Made] = {}  # by each cell, in its last execution


def kernel() -> Any:
    """The kernel that runs this code, or None outside a notebook."""
    return getattr(_shell(), "kernel", None)


def _shell() -> Any:
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def running_cell() -> tuple[str, str] | None:
    """(cell, execution) of the cell that is running, or None outside a notebook.

    JupyterLab, Notebook and VS Code name the cell as `cellId`, Colab in a place of its own. Where
    nobody names it, two cells with the same source could not be told apart, so there a figure stays
    open until the kernel ends.
    """
    running = kernel()
    if running is None:
        return None
    request = running.get_parent("shell")
    execution = request.get("header", {}).get("msg_id")
    metadata = request.get("metadata", {})
    cell = metadata.get("cellId") or metadata.get("colab", {}).get("cell_id")
    return (cell, execution) if cell and execution else None


def belongs_to_this_cell(figure: Closable) -> None:
    """Remember what the running cell made, and close what its last execution had made."""
    running = running_cell()
    if running is None:
        return
    cell, execution = running
    made = _last_made.get(cell)
    if made is None or made.execution != execution:
        if made is not None:
            for old in made.figures:
                old.close()
            _forget_pictures(made.number)
        number = getattr(_shell(), "execution_count", 0)
        made = _last_made[cell] = Made(execution, [], number)
    made.figures.append(figure)


def _forget_pictures(number: int) -> None:
    """Take the pictures of closed figures out of IPython's history of outputs.

    From version 9 on it keeps every output of the session, half a megabyte for each of these.
    """
    history = getattr(_shell(), "history_manager", None)
    outputs = getattr(history, "outputs", {})
    if number in outputs:
        outputs[number] = [kept for kept in outputs[number] if WIDGET not in kept.bundle]
