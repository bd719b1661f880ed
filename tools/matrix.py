"""Runs the tests with every Python and at both ends of the requirements: `make matrix ONLY="3.13
oldest"`.

A column is a Python with the newest versions of everything, or (oldest) with exactly those that
requirements.txt names as the lowest, and old arithmetic. Each keeps a folder of its own, .venv-3.13
for instance, and leaves .venv alone.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PYENV = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
COLUMNS = ["3.10-oldest", "3.10", "3.11", "3.12", "3.13"]
# The oldest column also multiplies as processors of 2008 do: a lesson prints no digit that hangs on
# the machine.
OLD_ARITHMETIC = (
    {"OPENBLAS_CORETYPE": "Nehalem"} if platform.machine() in ("x86_64", "AMD64") else {}
)
SHOWN = ["numpy", "matplotlib", "ipywidgets", "anywidget", "traitlets"]

# Unit tests, explorers and all lessons. Left out: what takes long; the pages, which a browser runs
# and not this Python; and the test of .ci/venv, which asks pretended Pythons.
TESTS = ["-m", "not slow", "--ignore=tests/browser", "--ignore=tests/test_setup.py"]
WORKERS = ["-n", "auto", "--maxprocesses", "4", "--dist", "loadfile"]


class Result(NamedTuple):
    """What became of a column: its line in the table, whether all is well, what failed."""

    line: str
    green: bool
    failed: list[str] = []


def interpreter(version: str) -> str | None:
    """The newest Python `version` under pyenv's folder, else the one on PATH, else None."""
    installed = sorted(
        PYENV.glob(f"{version}.*/bin/python"),
        key=lambda path: numbers(path.parts[-3]),
        reverse=True,
    )
    for python in [*map(str, installed), shutil.which(f"python{version}")]:
        ask = [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        if python and subprocess.run(ask, capture_output=True, text=True).stdout.strip() == version:
            return python
    return None


def numbers(version: str) -> list[int]:
    """3.12.10 comes after 3.12.9."""
    return [int(number) for number in re.findall(r"\d+", version)]


def lowest(requirements: str) -> str:
    """The lines of requirements.txt that name a package, at its lowest version: numpy==1.26."""
    return "".join(
        f"{name}=={version}\n"
        for name, version in re.findall(r"^([\w-]+)>=(\S+)", requirements, re.M)
    )


def install(column: str, python: str) -> bool:
    """Bring the column's folder up to date; a newest version of last month is none."""
    settings = {
        "VENV": f".venv-{column}",
        "PYTHON": python,
        "PIP_UPGRADE": "1",
        "PIP_UPGRADE_STRATEGY": "eager",
    }
    (ROOT / settings["VENV"] / "installed-test").unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        if column.endswith("oldest"):
            constraints = Path(folder) / "oldest.txt"
            constraints.write_text(lowest((ROOT / "requirements.txt").read_text(encoding="utf-8")))
            settings["PIP_CONSTRAINT"] = str(constraints)
        done = subprocess.run(
            ["sh", ".ci/venv", "test"], cwd=ROOT, env=os.environ | settings, stdout=subprocess.PIPE
        )
    if done.returncode:
        sys.stdout.buffer.write(done.stdout)
    return done.returncode == 0


def run(column: str, python: str) -> Result:
    """Install and test one column."""
    print(f"\n{column}: {python}", flush=True)
    if not install(column, python):
        return Result("could not be installed", green=False)
    began = time.monotonic()
    its_python, report = f".venv-{column}/bin/python", ROOT / f".venv-{column}" / "results.xml"
    report.unlink(missing_ok=True)
    command = [
        its_python,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        *WORKERS,
        *TESTS,
        f"--junitxml={report}",
    ]
    settings = OLD_ARITHMETIC if column.endswith("oldest") else {}
    code = subprocess.run(command, cwd=ROOT, env=os.environ | settings).returncode
    minutes = (time.monotonic() - began) / 60
    counts, failed = read(report) if report.exists() else ("ended without a report", [])
    return Result(f"{versions(its_python)}   {counts}, {minutes:.1f} min", code == 0, failed)


def read(report: Path) -> tuple[str, list[str]]:
    """How many tests passed, failed and were skipped, in words, and which failed."""
    cases = list(ET.parse(report).getroot().iter("testcase"))
    failed = [
        f"{case.get('classname')}::{case.get('name')}"
        for case in cases
        if case.find("failure") is not None or case.find("error") is not None
    ]
    skipped = sum(case.find("skipped") is not None for case in cases)
    return (
        f"{len(cases) - len(failed) - skipped} passed, {len(failed)} failed, {skipped} skipped",
        failed,
    )


def versions(python: str) -> str:
    """Which versions were tested."""
    listed = f"[f'{{name}} {{version(name)}}' for name in {SHOWN}]"
    ask = f"from importlib.metadata import version; print(*{listed}, sep=', ')"
    return subprocess.run(
        [python, "-c", ask], cwd=ROOT, capture_output=True, text=True
    ).stdout.strip()


def main(names: list[str]) -> int:
    chosen = [column for column in COLUMNS if not names or any(name in column for name in names)]
    if not chosen:
        print(
            f"There is no column whose name holds {' or '.join(names)}: "
            f"there are {', '.join(COLUMNS)}."
        )
        return 1
    results = {}
    for column in chosen:
        python = interpreter(column.split("-")[0])
        if python is None:
            print(
                f"{column}: skipped, no Python {column.split('-')[0]} in {PYENV} or on PATH",
                flush=True,
            )
        else:
            results[column] = run(column, python)
    print()
    for column in chosen:
        line, green, failed = results.get(column, Result("no such Python here", green=True))
        verdict = ("green" if green else "RED") if column in results else "skipped"
        print(f"{column:12} {verdict:8} {line}", *failed, sep="\n             ")
    if len(results) < len(chosen) and "GITHUB_ACTIONS" in os.environ:
        print("The workflow installs every Python: a column that is skipped there is a failure.")
        return 1
    return not results or not all(result.green for result in results.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
