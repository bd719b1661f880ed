"""Which files a shut-in submission sees: Python, the packages that the course requires, no more."""

from __future__ import annotations

import os
import re
import sys
import sysconfig
from importlib import metadata

REQUIRED = ("numpy", "matplotlib", "ipywidgets", "anywidget", "tqdm")
SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")
OTHERS = ("site-packages", "dist-packages")  # where the whole course may be installed too
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")


def packages(required: tuple[str, ...] = REQUIRED) -> list[str]:
    """The files and folders of these packages and of all that they require."""
    found: dict[str, list[str]] = {}
    waiting = list(required)
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in found:
            continue
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            found[name] = []
            continue
        found[name] = _tops(distribution)
        for line in distribution.requires or ():
            if "extra ==" not in line:
                waiting += re.findall(r"^[\w.-]+", line)
    return sorted({path for paths in found.values() for path in paths})


def _tops(distribution: metadata.Distribution) -> list[str]:
    """What a package has put directly into site-packages; its metadata among it."""
    names = {file.parts[0] for file in distribution.files or ()}
    paths = [str(distribution.locate_file(name)) for name in sorted(names - {".."})]
    return [path for path in paths if os.path.exists(path) and not path.endswith(".pth")]


def standard_library() -> list[str]:
    """The files and folders of Python's own library, without what is installed beside them."""
    base = {"base": sys.base_prefix, "platbase": sys.base_exec_prefix}
    folders = {sysconfig.get_path(kind, vars=base) for kind in ("stdlib", "platstdlib")}
    return [
        os.path.join(folder, name)
        for folder in sorted(folders)
        for name in (os.listdir(folder) if os.path.isdir(folder) else ())
        if name not in OTHERS
    ]


def libraries() -> list[str]:
    """The shared libraries beside a Python that is not the system's."""
    folder = os.path.join(sys.base_prefix, "lib")
    names = os.listdir(folder) if sys.base_prefix != "/usr" and os.path.isdir(folder) else []
    return [os.path.join(folder, name) for name in names if ".so" in name]


def everything() -> list[str]:
    """All that may be read; no path lies within another."""
    found = {*SYSTEM, *standard_library(), *libraries(), *packages()}
    paths = {path for path in found if os.path.exists(path)}
    return sorted(path for path in paths if not any(_within(path, other) for other in paths))


def _within(path: str, other: str) -> bool:
    return path != other and path.startswith(other.rstrip("/") + "/")
