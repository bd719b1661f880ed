"""The outputs of a student's cell, as they may stand in a notebook that others look at.

Text and PNG pictures, nothing else: no HTML, no JavaScript, no SVG, and no LaTeX either, which
nbconvert writes into its pages as it is.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

PNG = b"\x89PNG\r\n\x1a\n"
TEXT, PICTURES, OUTPUTS = 200_000, 4_000_000, 100
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def error(name: str, text: str) -> NotebookNode:
    """An error output, without a traceback: that would show lines of the test."""
    text = clean(text)[:5000]
    return new_output("error", ename=clean(name)[:100], evalue=text, traceback=[f"{name}: {text}"])


def clean(text: str) -> str:
    """Text without control characters.

    >>> clean("a\\x1b[31mb\\tc")
    'a[31mb\\tc'
    """
    return CONTROL.sub("", text)


def cleaned(given: Any) -> list[NotebookNode]:
    """The outputs that S reports, whatever it reports; what is none is left out."""
    found: list[NotebookNode] = []
    text, pictures = TEXT, PICTURES
    for raw in given[:OUTPUTS] if isinstance(given, list) else []:
        if not isinstance(raw, dict):
            continue
        words = clean(_text(raw, "text"))[:text]
        lines = clean(_text(raw, "lines"))[:text]
        picture = _picture(raw.get("picture"), pictures)
        text -= len(words) + len(lines)
        pictures -= len(picture)
        found += _output(raw, words, lines, picture)
    return found


def _output(raw: dict[Any, Any], words: str, lines: str, picture: str) -> list[NotebookNode]:
    kind = raw.get("output_type")
    if kind == "stream":
        name = "stderr" if raw.get("name") == "stderr" else "stdout"
        return [new_output("stream", name=name, text=words)]
    if kind == "error":
        name = clean(_text(raw, "name"))[:100] or "Error"
        return [new_output("error", ename=name, evalue=words, traceback=lines.split("\n"))]
    data = {"text/plain": words} | ({"image/png": picture} if picture else {})
    return [new_output("display_data", data=data)]


def _text(raw: dict[Any, Any], key: str) -> str:
    found = raw.get(key)
    return found if isinstance(found, str) else ""


def _picture(value: Any, room: int) -> str:
    """A PNG in base64, written anew; empty for what is none, or too large."""
    if not isinstance(value, str) or len(value) > room:
        return ""
    try:
        data = base64.b64decode(value, validate=False)
    except (binascii.Error, ValueError):
        return ""
    return base64.b64encode(data).decode() if data.startswith(PNG) else ""
