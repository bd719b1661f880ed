"""One look at a class: the points of each check, and which misconception how often."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from helpers.pictures import plots, style
from homework.grading.table import GRADED, Row

MOST, FEW = 10, 5  # misconceptions in the picture, and how many there is room for at least
FULL, PART, NONE = style.GREEN, style.AMBER, style.DIVERGENCE


def shares(rows: Sequence[Row]) -> dict[str, tuple[float, float, float]]:
    """{task: (with full points, with some, with none)} as shares of the graded, in their order."""
    graded = [row for row in rows if row.status == GRADED]
    tasks = list(dict.fromkeys(task_of(check) for row in graded for check in row.checks))
    found = {}
    for task in tasks:
        reached = np.array([_reached(row, task) for row in graded])
        full, none = np.mean(reached >= 1), np.mean(reached <= 0)
        found[task] = (float(full), float(1 - full - none), float(none))
    return found


def _reached(row: Row, task: str) -> float:
    own = [pair for check, pair in row.checks.items() if task_of(check) == task]
    return sum(points for points, _ in own) / max(sum(of for _, of in own), 1e-9)


def task_of(check: str) -> str:
    """The task of a check.

    >>> task_of("one_hot_rows-2")
    'one_hot_rows'
    """
    return check.rpartition("-")[0] or check


def finding(title: str, rows: Sequence[Row], told: Counter[str]) -> str:
    """What the picture shows, in words: also its text alternative."""
    graded = [row for row in rows if row.status == GRADED]
    words = [f"{title}: {len(graded)} of {len(rows)} graded."]
    for task, (full, part, _) in shares(rows).items():
        words.append(f"{task}: {full:.0%} have all points, {part:.0%} some.")
    for said, count in told.most_common(MOST):
        words.append(f"{count} × {said}")
    return "\n".join(words)


def draw(path: Path, title: str, rows: Sequence[Row], told: Counter[str]) -> None:
    """Write the picture of one assignment."""
    tasks, often = shares(rows), told.most_common(MOST)
    height = 1.6 + 0.5 * max(len(tasks), 1.1 * len(often), 3)
    fig, (left, right) = plots.figure(13, height, columns=2, gridspec_kw={"width_ratios": [1, 0.7]})
    _draw_tasks(left, tasks)
    graded = sum(row.status == GRADED for row in rows)
    left.set(title=f"{title}: points for each task", xlabel=f"share of {graded} students")
    _draw_mistakes(right, often)
    if tasks:
        fig.legend(loc="outside lower left", ncols=3)
    part = path.with_suffix(".part.png")
    about = {"Description": finding(title, rows, told), "Software": None}
    fig.savefig(part, dpi=120, metadata=about)
    part.replace(path)


def _draw_tasks(ax: plots.Axes, tasks: dict[str, tuple[float, float, float]]) -> None:
    places = np.arange(len(tasks))[::-1]
    left = np.zeros(len(tasks))
    kinds = {"all points": FULL, "some": PART, "none": NONE}
    for column, (name, colour) in enumerate(kinds.items()):
        wide = np.array([parts[column] for parts in tasks.values()])
        ax.barh(places, wide, left=left, color=colour, height=0.62, label=name)
        for place, start, width in zip(places, left, wide):
            if width >= 0.06:
                middle = start + width / 2
                ax.text(middle, place, f"{width:.0%}", ha="center", va="center", color="white")
        left = left + wide
    ax.set_yticks(places, list(tasks))
    ax.set_xlim(0, 1)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25 %", "50 %", "75 %", "all"])


def _draw_mistakes(ax: plots.Axes, often: list[tuple[str, int]]) -> None:
    ax.set(title="Misconceptions that were named", xlabel="students", xticks=[])
    places = np.arange(len(often))[::-1]
    counts = [count for _, count in often]
    ax.barh(places, counts, color=style.BLUE, height=0.62)
    folded = textwrap.TextWrapper(46, max_lines=2, placeholder=" …")
    ax.set_yticks(places, [folded.fill(words) for words, _ in often])
    ax.set_xlim(0, max(counts, default=1) * 1.12)
    ax.set_ylim(len(often) - max(len(often), FEW) - 0.6, len(often) - 0.4)  # bars of one width
    for place, count in zip(places, counts):
        ax.text(count, place, f" {count}", va="center")
    if not often:
        ax.set(yticks=[])
        ax.text(0.5, 0.5, "none", ha="center", va="center", transform=ax.transAxes)
