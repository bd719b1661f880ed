"""What the set-up cell of a lesson runs from the copy of the course that it has fetched, or had
fetched before.

The cell is tools/setup_cell.py. This file stands in the copy: it makes it importable in the running
session and installs what is missing. What is installed stays as it is, for a numpy that changes
under a running Colab asks for a restart.
"""

import importlib.metadata
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
AGAIN = (
    "Rename or delete it (what you changed in it goes too), "
    "and run this cell again: it will be fetched anew."
)


def use(course, version, is_new):
    """Make this copy importable, and say in one line what was done; RuntimeError says why not, and
    what to try.
    """
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    within = ROOT in Path.cwd().parents  # a lesson that stands in a copy of the course
    if not within:
        check_address(course)
    mine = check_version(project, version, within)
    missing = check_packages(project)
    if missing:
        install(missing)
    forget_helpers()  # somebody else's module of that name
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    importlib.invalidate_caches()
    try:
        importlib.import_module("helpers.pictures.live")
    except ImportError as error:
        sys.path.remove(
            str(ROOT)
        )  # else the set-up cell, run again, would find this half and be content
        forget_helpers()
        raise RuntimeError(
            f"The copy of the course in the folder {ROOT.name} is not whole: {error}. {AGAIN}"
        ) from None
    if not within:
        bring_lessons()
    done = f"Fetched the course from {course} into" if is_new else "Using the course in"
    print(
        f"{done} the folder {ROOT.name}.",
        f"Installed {', '.join(missing)}." if missing else "Nothing was missing.",
    )
    if mine > Version(version):
        print(
            f"This lesson is of version {version}, the course of {mine}: "
            "if a cell fails, open the newer one there."
        )
    if (
        any(name.startswith(("ipywidgets", "anywidget")) for name in missing)
        and "google.colab" not in sys.modules
    ):
        print(
            "Now reload this page in the browser, once: "
            "without that it cannot show the new widgets."
        )


def check_address(course):
    """Is it the course that the lesson asks for?"""
    config = ROOT / ".git" / "config"
    source = (
        re.search(r"url = (\S+)", config.read_text(encoding="utf-8")) if config.exists() else None
    )
    if source and owner_and_name(source[1]) != owner_and_name(course):
        holds = f"The folder {ROOT.name} holds the course from {source[1]}"
        raise RuntimeError(f"{holds}, and this lesson is from {course}. {AGAIN}")


def check_version(project, version, within):
    """The version of this copy; RuntimeError where the lesson needs a newer one."""
    mine = Version(re.search(r'^version = "(.+)"', project, re.M)[1])
    if mine < Version(version):
        old = f"The copy of the course in the folder {ROOT.name} is version {mine}"
        fresh = (
            "If it was fetched just now, the lesson is from another branch: "
            "open the one in the folder's notebooks."
        )
        advice = (
            "Bring the copy up to date (git pull), or open its own lesson."
            if within
            else f"{AGAIN} {fresh}"
        )
        raise RuntimeError(f"{old}, older than this lesson, which needs {version}. {advice}")
    return mine


def forget_helpers():
    """Let the next import of helpers look for it anew."""
    for name in [name for name in sys.modules if name.split(".")[0] == "helpers"]:
        del sys.modules[name]


def owner_and_name(address):
    """The same for https://host/owner/name, https://host/owner/name.git and
    git@host:owner/name.git.
    """
    return re.split(r"[/:]", re.sub(r"(\.git)?/*$", "", address))[-2:]


def check_packages(project):
    """The requirements that nothing fulfils; RuntimeError where something older is installed."""
    python = re.search(r'^requires-python = "(.+)"', project, re.M)[1]
    mine = platform.python_version()
    if not SpecifierSet(python).contains(mine, prereleases=True):
        raise RuntimeError(
            f"The course needs Python {python}, and this kernel is Python {mine}: choose another."
        )
    missing, old, damaged = [], [], []
    for text in re.findall(
        r'"(.+)"', re.search(r"^dependencies = \[(.*?)^\]", project, re.S | re.M)[1]
    ):
        requirement = Requirement(text)
        try:
            found = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            missing.append(text)
            continue
        if not found:  # an installation that was cut off: pip counts it as there
            damaged.append(requirement.name)
        elif not requirement.specifier.contains(found, prereleases=True):
            old.append(f"{text} (here is {found})")
    if damaged:
        names = " ".join(damaged)
        raise RuntimeError(
            f"The installation of {names} is damaged: it does not say its version. Repair it, "
            f"%pip install --force-reinstall {names}, then restart the kernel and run from the top."
        )
    if old:
        raise RuntimeError(
            f"The course needs {', '.join(old)}. "
            "What is installed is left alone by this cell: upgrade it yourself, "
            "restart the kernel and run the lesson from the top."
        )
    return missing


def install(missing):
    """Install these, and change nothing that is there: what would need another version of it is
    refused by pip.
    """
    installed = {}
    for (
        distribution
    ) in importlib.metadata.distributions():  # the first of a name is the one that is imported
        name = distribution.metadata["Name"]
        if name:
            installed.setdefault(canonicalize_name(name), distribution.version)
    with tempfile.TemporaryDirectory() as folder:
        as_it_is = Path(folder) / "installed.txt"
        as_it_is.write_text("".join(f"{name}=={version}\n" for name, version in installed.items()))
        pip = [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--constraint",
            str(as_it_is),
            *missing,
        ]
        done = subprocess.run(pip, capture_output=True, text=True)
    if done.returncode:
        lines = (done.stderr.strip() or done.stdout.strip()).splitlines()
        cause = next((line for line in lines if line.lower().startswith("error:")), lines[-1])
        raise RuntimeError(
            f"{', '.join(missing)} could not be installed: {cause}\n"
            "If it was the network, run this cell "
            "again; else install them yourself, restart the kernel and run the lesson from the top."
        )


def bring_lessons():
    """Lay the other lessons beside this one, so that its links to them work; a file that is there
    stays.
    """
    for lesson in (ROOT / "notebooks").glob("*.ipynb"):
        if not Path(lesson.name).exists():
            shutil.copyfile(lesson, lesson.name)
