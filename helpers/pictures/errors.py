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
LONGEST = 300  # characters of an error's own message that a caption can carry


def explain(error: BaseException) -> str:
    """What went wrong, and where in the learner's own code, in one sentence.

    The place is the last line that the learner typed on the way to the error. What libraries and
    `helpers` refuse says itself what to do.

    >>> explain(ValueError("lr must be ≥ 0, got -1"))
    'Stopped by ValueError: lr must be ≥ 0, got -1. The picture waits for the next change.'
    """
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if is_own(frame.filename) and frame.line]
    where = f", in line {own[-1].lineno} of {own[-1].name}: {own[-1].line}" if own else ""
    message = str(error)
    if len(message) > LONGEST:
        message = f"{message[:LONGEST]}…"
    what = f"{type(error).__name__}: {message}{where}"
    return f"Stopped by {what}. The picture waits for the next change."


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
