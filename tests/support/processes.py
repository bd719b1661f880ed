"""Whether a process has ended; on Linux, where /proc tells."""

from __future__ import annotations

import os
import time


def gone(pid: int) -> bool:
    """Whether the process ends, in the time that a busy machine may need."""
    for _ in range(600):
        if not os.path.exists(f"/proc/{pid}"):
            return True
        with open(f"/proc/{pid}/stat") as file:
            if file.read().rpartition(")")[2].split()[0] == "Z":
                return True
        time.sleep(0.1)
    return False
