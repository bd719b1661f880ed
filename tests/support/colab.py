"""The set-up cell and the course that it fetches, and Colab as far as it can be had on any machine.

That is Colab's versions with nothing else installed, and what anywidget asks of the module
google.colab.
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
FOLDER = ADDRESS.split("/")[-1]  # where the set-up cell puts the course

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
"""
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
MOVE_EXPLORERS = """
import sys
from pathlib import Path
import helpers
loaded = {name for name in sys.modules if name.startswith("helpers.explorers.")}
# IPython has a `tests` of its own
sys.path.insert(0, str(Path(helpers.__file__).parents[1] / "tests" / "support"))
from controls import EXPLORERS, survives_every_end
for name, explorer in EXPLORERS.items():
    if explorer.__module__ in loaded:
        live = explorer()
        live._canvas._handle_custom_msg({"kind": "open", "view": "test", "ratio": 1.0}, [])
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


def publish(folder: Path) -> Path:
    """A bare repository with one commit: the files of this checkout as they are now, committed or
    not.
    """
    bare = folder / "course.git"
    git = [
        "git",
        f"--git-dir={bare}",
        f"--work-tree={ROOT}",
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@example.org",
    ]
    for command in (
        ["git", "init", "--quiet", "--bare", "--initial-branch=main", str(bare)],
        [*git, "add", "--all"],
        [*git, "commit", "--quiet", "--message", "The course"],
    ):
        subprocess.run(command, cwd=ROOT, check=True)
    return bare


def instead(source: Path) -> dict[str, str]:
    """Environment variables with which git finds at `source` what is to be fetched from the
    course's address.
    """
    setting = {"COUNT": "1", "KEY_0": f"url.{source.as_uri()}.insteadOf", "VALUE_0": ADDRESS}
    return {f"GIT_CONFIG_{name}": value for name, value in setting.items()}


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


def run_alone(lesson: Path, folder: Path) -> nbformat.NotebookNode:
    """Run a lesson from an empty folder from top to bottom, then move all explorers that it has
    loaded.
    """
    shutil.copy(lesson, folder)
    notebook = nbformat.read(folder / lesson.name, as_version=4)
    notebook.cells += [nbformat.v4.new_code_cell(MOVE_EXPLORERS)]
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(
        notebook, kernel_name="colab", timeout=300, resources=resources, coalesce_streams=True
    )
    client.execute()
    return notebook
