"""Which notebook cell is running, so that a figure can be closed when its cell is run again.

Without this, every re-run would leave the old figure's widgets and pixels behind, in the kernel and
in the browser.
"""

from __future__ import annotations

import sys
from typing import Any, NamedTuple, Protocol


class Closable(Protocol):
    """What can be closed when its cell is run again."""

    def close(self) -> None:
        """Give back all that it holds."""


class Made(NamedTuple):
    """What an execution of a cell has made."""

    execution: str
    figures: list[Closable]


_last_made: dict[str, Made] = {}  # by each cell, in its last execution


def kernel() -> Any:
    """The kernel that runs this code, or None outside a notebook."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return getattr(shell, "kernel", None)


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
        for old in made.figures if made else ():
            old.close()
        made = _last_made[cell] = Made(execution, [])
    made.figures.append(figure)
