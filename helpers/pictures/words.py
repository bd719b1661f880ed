"""What a live figure says in plain words of whatever goes wrong."""

from __future__ import annotations

import traceback
from pathlib import Path

HELPERS = str(Path(__file__).resolve().parents[1])
LONGEST = 300  # characters of an error's own message that a caption can carry


def explain(error: BaseException) -> str:
    """What went wrong, and where in the learner's own code, in one sentence.

    The place is the last line outside the libraries and `helpers`: what those refuse on purpose says itself what to do.
    """
    frames = traceback.extract_tb(error.__traceback__)
    own = [
        frame
        for frame in frames
        if "site-packages" not in frame.filename and HELPERS not in frame.filename
    ]
    where = (
        f", in line {own[-1].lineno} of {own[-1].name}: {own[-1].line}"
        if own and own[-1].line
        else ""
    )
    message = str(error) if len(str(error)) <= LONGEST else f"{str(error)[:LONGEST]}…"
    return f"Stopped by {type(error).__name__}: {message}{where}. The picture waits for the next change."
