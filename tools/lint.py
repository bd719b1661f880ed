"""Ruff's rules and format, and mypy on the subject floor and the grader, for the course's own
files: part of `make test`.
"""

from __future__ import annotations

import subprocess
import sys

from tools.tracked import ROOT, left_out, note, tracked


def main() -> int:
    """Run all three whatever the others say; exit code 1 where one has a finding."""
    python = [str(path) for path in tracked("*.py")]
    notebooks = [str(path) for path in tracked("*.ipynb")]
    if said := note(left_out("*.py") + left_out("*.ipynb")):
        print(said, flush=True)
    typed = [path for path in tracked("helpers/*.py") if path.parent.name == "helpers"]
    typed += tracked("homework/grader/*.py")
    commands = [
        ["ruff", "check", *python, *notebooks],
        ["ruff", "format", "--check", "--force-exclude", *python],
        ["mypy", *map(str, typed)],
    ]
    codes = [subprocess.run([sys.executable, "-m", *c], cwd=ROOT).returncode for c in commands]
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main())
