"""The stored numbers of PyTorch that the subject is compared with, from tests/reference."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "reference"


def reference(name: str) -> Any:
    """What tests/reference/make_reference.py has stored under this name."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
