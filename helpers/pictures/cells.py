"""Which notebook cell is running, so that a figure can be closed when its cell is run again.

Without this, every re-run would leave the old figure's widgets and pixels behind, in the kernel and in the browser.
"""

from __future__ import annotations

import sys
from typing import Protocol


class Closable(Protocol):
    def close(self) -> None: ...


_shown: dict[
    str, tuple[str, list[Closable]]
] = {}  # cell → (its last execution, what that execution made)


def running_cell() -> tuple[str, str] | None:
    """(cell, execution) of the cell that is running, or None outside a notebook.

    JupyterLab, Notebook and VS Code name the cell as `cellId`, Colab in a place of its own. Where nobody names it, two
    cells with the same source could not be told apart, so there a figure stays open until the kernel ends.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    kernel = getattr(shell, "kernel", None)
    if kernel is None:
        return None
    request = kernel.get_parent("shell")
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
    last_execution, figures = _shown.get(cell, (execution, []))
    if last_execution != execution:
        for old in figures:
            old.close()
        figures = []
    _shown[cell] = (execution, [*figures, figure])
