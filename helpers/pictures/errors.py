"""What a live figure says in plain words of whatever goes wrong."""

from __future__ import annotations

import re
import sysconfig
import traceback
from pathlib import Path

HELPERS = Path(__file__).resolve().parents[1]
STANDARD_LIBRARY = {Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "platstdlib")}
INSTALLED = {"site-packages", "dist-packages"}  # folders, pip's and Debian's or Colab's
# A cell has a file name that ipykernel or IPython makes up: /tmp/ipykernel_12/3456.py,
# <ipython-input-3-1a2b>, and in Colab /tmp/ipython-input-3-1a2b.py.
CELL = re.compile(r"ipykernel_\d+[\\/][^\\/]+\.py$|<?ipython-input-[^\\/]+$")
MEND = "Mend the cell, run it and this one."
LONGEST = 300  # characters of an error's own message that a caption can carry


def explain(error: BaseException) -> str:
    """What went wrong, where in the learner's own code, and what to do about it.

    The place is the last line that the learner typed on the way to the error: then there is a cell
    to mend. What libraries and `helpers` refuse says itself what to do.

    >>> explain(ValueError("lr must be ≥ 0, got -1"))
    'Stopped by ValueError: lr must be ≥ 0, got -1. The picture waits for the next change.'
    """
    where = _place(error)
    message = str(error)
    if len(message) > LONGEST:
        message = f"{message[:LONGEST]}…"
    advice = MEND if where else "The picture waits for the next change."
    return f"Stopped by {type(error).__name__}: {message}{where}. {advice}"


def explain_interrupt(interrupt: BaseException, seconds: float) -> str:
    """That it was interrupted after so many seconds, in which line of the learner's own code.

    >>> explain_interrupt(KeyboardInterrupt(), 12.3)
    'Interrupted after 12 seconds, before it came back. The picture waits for the next change.'
    """
    where = _place(interrupt)
    advice = MEND if where else "The picture waits for the next change."
    after = "1 second" if round(seconds) == 1 else f"{seconds:.0f} seconds"
    return f"Interrupted after {after}, before it came back{where}. {advice}"


def _place(error: BaseException) -> str:
    """The last line of the learner's own on the way to the error, or nothing."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if is_own(frame.filename) and frame.line]
    return f", in line {own[-1].lineno} of {own[-1].name}: {own[-1].line}" if own else ""


def is_own(filename: str) -> bool:
    """Whether the code with this file name is what the learner typed.

    That is a cell, or a .py file in the folder of the notebook or below it that is not part of
    `helpers`, of the standard library or of an installed package.

    >>> is_own("/tmp/ipykernel_12/3456.py"), is_own("<frozen runpy>"), is_own(traceback.__file__)
    (True, False, False)
    """
    if CELL.search(filename):
        return True
    if filename.startswith("<"):
        return False
    path = Path(filename).resolve()
    libraries = {HELPERS, *STANDARD_LIBRARY}
    return (
        path.is_relative_to(Path.cwd())
        and not INSTALLED & {*path.parts}
        and not libraries & {*path.parents}
    )
