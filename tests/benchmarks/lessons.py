"""How long a student waits after Run all, lesson by lesson, in a real JupyterLab and browser."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import nbformat

from tests.browser.lab import CHROMIUM, chromium, jupyter, open_notebook
from tools.lessons import LESSONS

LONG = {"12", "13"}  # lessons that train a transformer
BUDGET, LONG_BUDGET = 30, 60  # seconds, top to bottom
LAST_CELL = "import json, time; print(json.dumps(time.process_time()))"

# Seconds from Run all until a figure is painted, and until the last cell is done.
RUN_ALL = """async () => {
  const begin = performance.now();
  const since = () => (performance.now() - begin) / 1000;
  let first = null;
  const look = setInterval(() => {
    const canvases = [...document.querySelectorAll(".downhill-stage canvas")];
    if (canvases.some(canvas => canvas.width > 300)) {  // as wide is one without a picture
      first = since();
      clearInterval(look);
    }
  }, 20);
  await window.jupyterapp.commands.execute("notebook:run-all-cells");
  const last = since();
  while (first === null && since() < last + 10) await new Promise(next => setTimeout(next, 20));
  clearInterval(look);
  return [first, last];
}"""


def run(page, address: str, folder: Path, path: Path) -> tuple[float, float, float]:
    """Seconds of a lesson: to the first figure, to the end, and of CPU in its kernel."""
    book = nbformat.read(path, as_version=4)
    book.cells.append(nbformat.v4.new_code_cell(LAST_CELL))
    nbformat.write(book, folder / path.name)
    open_notebook(page, address, path.name)
    first, last = page.evaluate(RUN_ALL)
    output = page.locator(".jp-Notebook .jp-Cell").last.locator(".jp-OutputArea-output")
    return first, last, json.loads(output.inner_text())


def rows(Row):
    if CHROMIUM is None:
        how = "needs Chromium: install it, for instance with `apt-get install chromium`"
        yield Row("lessons", "", how)
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder, files = Path(scratch, "notebooks"), Path(scratch, "jupyter")
        folder.mkdir()
        files.mkdir()
        with jupyter(folder, files) as address:
            for path in LESSONS:
                with chromium() as page:
                    first, last, cpu = run(page, address, folder, path)
                number = path.name[:2]
                budget = LONG_BUDGET if number in LONG else BUDGET
                yield Row(
                    f"lesson {number}: Run all, to the end",
                    f"{last:.1f} s",
                    f"first figure {first:.1f} s, kernel's CPU {cpu:.1f} s",
                    f"≤ {budget} s",
                    last <= budget,
                )
