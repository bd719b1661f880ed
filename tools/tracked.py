"""Which files are the course's: those that git tracks, committed or staged.

What else lies in the folder is its user's own: an Untitled.ipynb, a second copy of a lesson, a log.
The tests and these tools leave that alone, and say so.
"""

from __future__ import annotations

import functools
import subprocess
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@functools.cache
def listed(root: Path, option: str) -> tuple[str, ...] | None:
    """What `git ls-files` lists with this option in the folder root; None where there is no git."""
    command = ["git", "ls-files", "-z", *option.split()]
    try:
        done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    except FileNotFoundError:
        return None
    top = root / ".git"  # else root lies in somebody's own repository, which does not track it
    if done.returncode or not top.exists():
        return None
    return tuple(sorted(filter(None, done.stdout.split("\0"))))


def tracked(pattern: str = "*", root: Path = ROOT) -> list[Path]:
    """The course's files whose path within root fits the pattern ("notebooks/*.ipynb"; * passes
    over folders too), sorted. Where root is no checkout, a download for instance, all that fit.
    """
    names = listed(root, "--cached")
    if names is None:
        found = [path for path in root.rglob("*") if ".venv" not in path.as_posix()]
        names = tuple(sorted(path.relative_to(root).as_posix() for path in found))
    return [root / name for name in names if fnmatch(name, pattern) and (root / name).is_file()]


def left_out(pattern: str = "*", root: Path = ROOT) -> list[str]:
    """The paths within root that fit the pattern and are the user's own."""
    names = listed(root, "--others --exclude-standard") or ()
    return [name for name in names if fnmatch(name, pattern)]


def note(names: list[str]) -> str:
    """A line that says what was left out; empty where nothing was."""
    if not names:
        return ""
    shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    return f"Left out, for git does not track it (git add makes it the course's): {shown}"
