"""The package as pip builds it: everything that a lesson needs is in the wheel, the tables too, and
what switches the server extension on.
"""

import os
import subprocess
import sys
import zipfile

import pytest

from tools.tracked import ROOT, tracked

USE = """
import sys
from helpers import datasets
from helpers.explorers import start
from helpers.pictures.canvas import Canvas

assert sys.argv[1] in datasets.__file__, datasets.__file__
print(datasets.load_wine().X.shape, len(Canvas._esm) > 1000, len(Canvas._css) > 1000)
"""
BESIDE = {  # where Jupyter looks for what: the server extension switched on, the exported page
    "helpers/pictures/server.json": "etc/jupyter/jupyter_server_config.d/downhill.json",
    "helpers/pictures/exported/conf.json": "share/jupyter/nbconvert/templates/downhill/conf.json",
    "helpers/pictures/exported/index.html.j2": (
        "share/jupyter/nbconvert/templates/downhill/index.html.j2"
    ),
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of this checkout, built without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = ["pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", folder, ROOT]
    subprocess.run([sys.executable, "-m", *command], check=True, cwd=folder)
    (built,) = folder.glob("*.whl")
    return zipfile.ZipFile(built)


def test_the_wheel_holds_the_package_and_the_tables(wheel):
    names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    names -= {name for name in names if ".data/" in name}  # what pip puts beside the package
    package = {path.relative_to(ROOT).as_posix() for path in tracked("helpers/*")} - {*BESIDE}
    tables = {f"helpers/tables/{path.name}" for path in tracked("data/*") if path.suffix != ".py"}
    assert package | tables <= names
    strange = {name for name in names - package - tables if not name.endswith((".py", ".csv"))}
    assert strange == set()


def test_the_wheel_puts_beside_the_package_what_jupyter_looks_for(wheel):
    beside = {
        name.split(".data/data/")[1]: wheel.read(name)
        for name in wheel.namelist()
        if ".data/" in name
    }
    assert beside == {place: (ROOT / source).read_bytes() for source, place in BESIDE.items()}


def test_an_installed_course_finds_its_tables(wheel, tmp_path):
    wheel.extractall(tmp_path / "site")
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "site")}
    done = subprocess.run(
        [sys.executable, "-c", USE, str(tmp_path)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert (done.stdout, done.stderr) == ("(178, 13) True True\n", "")
