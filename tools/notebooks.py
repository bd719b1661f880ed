"""Executes the lessons from clean kernels and writes them as they are committed: `make notebooks
ONLY="01 03"`.

Committed form: executed from top to bottom, pictures and the sentences that describe them kept;
without widgets, without the times of execution, without the version of the Python that ran it. Of a
cell's metadata only its id, the tags and the marks of a folded cell stay. A lesson whose form is
already that is not touched; one with a cell that fails is not written.
"""

import copy
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from helpers.pictures.saved import keep_pictures
from tools.tracked import left_out, note, tracked

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
SECONDS_PER_CELL = 120

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}
# What folds a cell in Jupyter and in Colab, which shows the cell's first line, `# @title …`.
FOLDED = {"jupyter": {"source_hidden": True}, "cellView": "form"}
KEPT = {"tags", *FOLDED}


class CellFailed(Exception):
    """Says which cell of which notebook failed, and how."""


def committed_form(text: str, lesson: Path) -> str:
    """The text of a notebook after a run in a clean kernel, in the folder of `lesson`; CellFailed
    if a cell fails.

    Where nothing but the durations differs in what a cell with the tag nbval-ignore-output printed,
    they stay as they were, and so does a picture of durations (the tag "timing"): otherwise no run
    would ever find its lesson unchanged.
    """
    notebook = nbformat.reads(text, as_version=4)
    before = copy.deepcopy(notebook.cells)
    run(notebook, lesson)
    notebook = nbformat.from_dict(keep_pictures(notebook) | {"metadata": METADATA})
    for cell, old in zip(notebook.cells, before):
        cell.metadata = nbformat.from_dict(
            {name: cell.metadata[name] for name in cell.metadata if name in KEPT}
        )
        tags = cell.metadata.get("tags", [])
        is_timed, drawn = "nbval-ignore-output" in tags, "timing" in tags
        if is_timed and without_times(cell.outputs, drawn) == without_times(old.outputs, drawn):
            cell.outputs = old.outputs
    return nbformat.writes(notebook) + "\n"


def without_times(outputs: list[nbformat.NotebookNode], drawn: bool) -> list:
    """The outputs with a blank for each duration, or ratio of durations, that was printed or (where
    `drawn`) drawn, and for what the words of such a picture say of the times "here and now".
    """
    times = re.compile(r"\s*\d[\d.,]*\s*(ns|µs|ms|s|seconds|times|×)(?!\w)")
    blank = copy.deepcopy(outputs)
    for output in blank:
        if output.output_type == "stream":
            output.text = times.sub(" _", output.text)
        elif drawn and "image/png" in output.get("data", {}):
            output.data["image/png"] = ""
        if drawn:
            for kind in {"text/plain", "text/markdown"} & output.get("data", {}).keys():
                output.data[kind] = re.sub("here and now[^.]*", "_", output.data[kind])
    return blank


def run(notebook: nbformat.NotebookNode, lesson: Path) -> None:
    """Execute every cell in place, in a clean kernel."""
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=SECONDS_PER_CELL,
        record_timing=False,
        extra_arguments=[
            "--IPKernelApp.log_level=ERROR"
        ],  # not a warning from every kernel about its transport
        coalesce_streams=True,  # else the text is cut wherever the kernel happened to flush it
        resources={"metadata": {"path": str(lesson.parent)}},
    )
    with client.setup_kernel():
        for position, cell in enumerate(notebook.cells):
            try:
                client.execute_cell(cell, position)
            except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
                raise CellFailed(f"{lesson.name}, cell {position + 1}: {error}") from None


def write(lesson: Path) -> str:
    """Bring one lesson into its committed form; return a line that says what happened."""
    before = lesson.read_text(encoding="utf-8")
    after = committed_form(before, lesson)
    if after == before:
        return f"{lesson.name}: unchanged"
    lesson.write_text(after, encoding="utf-8", newline="\n")
    return f"{lesson.name}: written"


def main(names: list[str]) -> int:
    """Bring the lessons whose names hold one of these into their form; exit code 1 if one fails."""
    lessons = tracked(f"{FOLDER.name}/[0-9][0-9]_*.ipynb", FOLDER.parent)
    lessons = [path for path in lessons if not names or any(name in path.name for name in names)]
    if said := note(left_out(f"{FOLDER.name}/[0-9][0-9]_*.ipynb", FOLDER.parent)):
        print(said)
    if not lessons:
        sought = " or ".join(names) or "a number"
        print(f"There is no lesson in {FOLDER.name}/ whose name holds {sought}.")
        return 1
    failures = 0
    with ThreadPoolExecutor(max_workers=2) as pool:  # threads: the work is done in the kernels
        for future in [pool.submit(write, lesson) for lesson in lessons]:
            try:
                print(future.result(), flush=True)
            except CellFailed as failure:
                failures += 1
                print(f"{failure}\nThis lesson was not written.", flush=True)
    return failures > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
