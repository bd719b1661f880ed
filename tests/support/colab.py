"""The set-up cell, the course that it installs, and Colab as far as it can be had on any machine.

That is Colab's versions with nothing else installed but what builds the course, and what anywidget
asks of the module google.colab.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from tools import stamp

ROOT = Path(__file__).resolve().parents[2]
PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")


ADDRESS, VERSION = stamp.setting("Repository", PROJECT), stamp.setting("version", PROJECT)
SET_UP = stamp.set_up_cell(ADDRESS, VERSION)

VERSIONS = """
numpy==2.1.3
matplotlib==3.10.0
ipywidgets==7.7.1
ipython==7.34.0
ipykernel==6.17.1
traitlets==5.7.1
tornado==6.5.7
jupyter_client==7.4.9
tqdm==4.67.3
pillow==11.3.0
anywidget==0.9.21
hatchling>=1.24
"""  # the last builds the course, which pip otherwise fetches for each build anew
MANAGER = "https://example.org/manager.js"
GOOGLE_COLAB = {  # what anywidget looks for, imported before the first cell as in Colab
    "google/colab/output.py": f"""
class _widgets:
    _installed_url = None

def enable_custom_widget_manager():
    _widgets._installed_url = {MANAGER!r}
""",
    "google/colab/__init__.py": "",
    "sitecustomize.py": "import google.colab.output",
}
MOVE_EXPLORERS = f"""
import sys
loaded = {{name for name in sys.modules if name.startswith("helpers.explorers.")}}
# IPython has a `tests` of its own
sys.path.insert(0, {str(ROOT / "tests" / "support")!r})
from controls import EXPLORERS, survives_every_end
for name, explorer in EXPLORERS.items():
    if explorer.__module__ in loaded:
        live = explorer()
        live._canvas._handle_custom_msg({{"kind": "open", "view": "test", "ratio": 1.0}}, [])
        survives_every_end(live)
        live.close()
        print(name)
"""


def python_3_13() -> str | None:
    """A Python of Colab's version: pyenv's, or the one on the path."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = [str(path) for path in sorted(versions.glob("3.13.*/bin/python"))] + [
        shutil.which("python3.13")
    ]
    return found[0]


def environment(python: str) -> Path:
    """The Python of an environment that holds Colab's versions; made once, and again when they
    change.
    """
    folder = ROOT / ".venv-colab"
    made, state = folder / "versions.txt", python + VERSIONS
    if not made.exists() or made.read_text() != state:
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([python, "-m", "venv", str(folder)], check=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *VERSIONS.split()]
        subprocess.run(pip, check=True)
        made.write_text(state)
    return folder / "bin" / "python"


def without_course(python: str | Path, folder: Path) -> Path:
    """The Python of a new environment that holds what that of `python` holds, but for the course.

    It is made of links: quick, small, and nothing that is installed here reaches the other.
    """
    ask = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    held = Path(subprocess.run(ask, check=True, capture_output=True, text=True).stdout.strip())
    subprocess.run([python, "-m", "venv", "--without-pip", str(folder)], check=True)
    (here,) = folder.glob("lib/python*/site-packages")
    for part in held.iterdir():
        if "downhill" not in part.name:
            (here / part.name).symlink_to(part)
    return folder / "bin" / "python"


def publish(folder: Path, tag: str = f"v{VERSION}") -> Path:
    """A bare repository with one commit, which has this tag: the files of this checkout as they are
    now, committed or not.
    """
    bare = folder / "course.git"
    git = ["git", f"--git-dir={bare}", f"--work-tree={ROOT}"]
    author = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    for command in (
        ["git", "init", "--quiet", "--bare", "--initial-branch=main", str(bare)],
        [*git, "add", "--all"],
        [*git, *author, "commit", "--quiet", "--message", "The course"],
        [*git, "tag", tag],
    ):
        subprocess.run(command, cwd=ROOT, check=True)
    return bare


def instead(source: str) -> dict[str, str]:
    """Environment variables with which pip and git find at the address `source` what is to be
    fetched from the course's, and build it with what is installed.
    """
    setting = {"COUNT": "1", "KEY_0": f"url.{source}.insteadOf", "VALUE_0": ADDRESS}
    git = {f"GIT_CONFIG_{name}": value for name, value in setting.items()}
    return git | {"PIP_NO_BUILD_ISOLATION": "0"}  # this is how pip's flag is switched on


def kernel(folder: Path, python: Path, **variables: str) -> Path:
    """Write the kernel "colab" and its stand-in modules into `folder`, a JUPYTER_PATH to be."""
    for name, text in GOOGLE_COLAB.items():
        (folder / "modules" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "modules" / name).write_text(text)
    variables |= {"PYTHONPATH": str(folder / "modules"), "IPYTHONDIR": str(folder / "ipython")}
    subprocess.run(
        [python, "-c", "import matplotlib.font_manager"], check=True
    )  # its cache, which it announces
    launch = [
        str(python),
        "-Xfrozen_modules=off",
        "-m",
        "ipykernel_launcher",
        "-f",
        "{connection_file}",
    ]
    (folder / "kernels" / "colab").mkdir(parents=True)
    spec = {"argv": launch, "display_name": "Colab", "language": "python", "env": variables}
    (folder / "kernels" / "colab" / "kernel.json").write_text(json.dumps(spec))
    return folder


def run(notebook: nbformat.NotebookNode, folder: Path) -> None:
    """Run a notebook in place, in a new kernel "colab" that works in `folder`."""
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(
        notebook, kernel_name="colab", timeout=300, resources=resources, coalesce_streams=True
    )
    client.execute()


def run_alone(lesson: Path, folder: Path) -> nbformat.NotebookNode:
    """Run a lesson from an empty folder from top to bottom, then move all explorers that it has
    loaded.
    """
    notebook = nbformat.read(lesson, as_version=4)
    notebook.cells += [nbformat.v4.new_code_cell(MOVE_EXPLORERS)]
    run(notebook, folder)
    return notebook
