"""Whether the course that is installed here fits a lesson, and has all that it needs.

The first cell of every lesson asks. It may have installed the course a moment ago, without what the
course needs: nothing here imports more than the standard library.
"""

import re
from importlib import metadata

VERSION = "0.3.18"  # of pyproject.toml, written by `make stamp`


def check_version(lesson: str) -> None:
    """Check that this course serves a lesson of that version; print a line if the lesson is older.

    Raises RuntimeError where the lesson is newer than the course, or where a package that the
    course needs is missing or too old. The message names the command that mends it.

    >>> check_version("0.2.0")
    ... # doctest: +ELLIPSIS
    This lesson is of version 0.2.0, the installed course is newer (...): if a cell fails, ...
    """
    if _numbers(lesson) > _numbers(VERSION):
        raise RuntimeError(
            f"This lesson is of version {lesson}, the installed course is older ({VERSION}): "
            "update it (git pull in your copy of the course, or %pip uninstall -y downhill if you "
            "have none), restart the kernel and run the lesson from the top."
        )
    lacking = _lacking()
    if lacking:
        found = ", ".join(f"{needed} ({state})" for needed, state in lacking.items())
        command = " ".join(["%pip install", *(f'"{needed}"' for needed in lacking)])
        raise RuntimeError(
            f"The course needs {found}: run {command} in a cell of its own, restart the kernel, "
            "reload this page and run the lesson from the top."
        )
    if _numbers(lesson) < _numbers(VERSION):
        print(
            f"This lesson is of version {lesson}, the installed course is newer ({VERSION}): "
            "if a cell fails, open the lesson anew from where you have it."
        )


def _lacking() -> dict[str, str]:
    """What the course needs and does not find: {"numpy>=1.26": "here is 1.21"}."""
    try:
        needed = metadata.requires("downhill") or []
    except metadata.PackageNotFoundError:  # used from its folder, installed by nobody
        return {}
    lacking = {}
    for requirement in needed:
        if "extra ==" in requirement:  # for the benchmarks
            continue
        name, oldest = requirement.split(">=")
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            lacking[requirement] = "not installed"
            continue
        if _numbers(found) < _numbers(oldest):
            lacking[requirement] = f"here is {found}"
    return lacking


def _numbers(version: str) -> list[int]:
    """The first three numbers of a version, to compare: 0.10.0 comes after 0.9.2."""
    found = [int(digits) for digits in re.findall(r"\d+", version)]
    return [*found, 0, 0, 0][:3]
