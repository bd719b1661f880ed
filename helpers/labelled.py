"""Texts of one's own: labelled sentences from a CSV or TXT file, tagged words from a CoNLL file."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from helpers.checks import Array
from helpers.datasets import one_target
from helpers.reading import existing, not_utf8, read_rows
from helpers.tags import OUTSIDE, Tagged, split_tag, stray
from helpers.vocabulary import tokens

TEXT = ("text", "sentence", "review")  # what a column of texts may be called beside others


class Labelled(NamedTuple):
    """N texts and the class 0 … K−1 of each; target_names[y] are the labels."""

    texts: tuple[str, ...]
    y: Array
    target_names: Array
    about: str


def load_texts(path: str | Path) -> Labelled:
    """Texts with labels from a file in UTF-8, classes numbered in sorted order.

    A CSV file has a line of names, the label in the last column, and the text in the column that is
    called "text", "sentence" or "review", or in the only other one. Any other file, such as a TXT,
    has no names, and in each line a text, a tab, and a label. Lines without content are skipped.

    Raises FileNotFoundError where there is no such file, and ValueError, with the file, line and
    column at fault, where a text has no words, where a label is missing, where a row has too many
    or too few cells, where the first line of a CSV holds no names but data, where only one label
    occurs, or no label twice, and where the file is not UTF-8.
    """
    path = Path(path)
    if path.suffix.lower() == ".csv":
        rows = read_rows(path)
        header, cells = next(rows)
        names = [cell.strip() for cell in cells]
        texts, labels = _texts_and_labels(rows, names, _column_of_texts(header, names))
        if names[-1] in labels:
            raise ValueError(
                f"{header} looks like data ({names[0]} … {names[-1]}), expected the names of the "
                "columns; add a line such as text,label above it"
            )
    else:
        names = ["text", "label"]
        rows = read_rows(path, delimiter="\t", quoting=csv.QUOTE_NONE)
        texts, labels = _texts_and_labels(rows, names, 0)
    classes = sorted(set(labels))
    if len(classes) == 1:
        raise ValueError(one_target(path, names[-1], f"the label '{classes[0]}'"))
    if len(classes) == len(labels):
        raise ValueError(
            f"{path.name}, column '{names[-1]}': no label occurs twice, such as '{labels[0]}'; the "
            "label stands in the last column"
        )
    y = np.searchsorted(np.array(classes), np.array(labels))
    return Labelled(tuple(texts), y, np.array(classes), f"{len(texts)} texts of {path}")


def _texts_and_labels(
    rows: Iterator[tuple[str, list[str]]], names: list[str], column: int
) -> tuple[list[str], list[str]]:
    """The cells of two columns. Raises ValueError where one is missing or too many are there."""
    texts: list[str] = []
    labels: list[str] = []
    for place, cells in rows:
        if len(cells) != len(names):
            raise ValueError(
                f"{place}: expected {' and '.join(map(repr, names))}, got cells: {len(cells)}; in "
                "a CSV a text with commas stands in quotation marks, in a TXT a tab stands before "
                "the label"
            )
        text, label = cells[column].strip(), cells[-1].strip()
        if not tokens(text):
            raise ValueError(
                f"{place}, column '{names[column]}': the text has no words, got {text!r}; fill it "
                "in or delete the line"
            )
        if not label:
            raise ValueError(
                f"{place}, column '{names[-1]}': the label is missing; fill it in or delete the "
                "line"
            )
        texts.append(text)
        labels.append(label)
    return texts, labels


def _column_of_texts(header: str, names: list[str]) -> int:
    """The number of the column of texts. Raises ValueError where it cannot be told."""
    known = [i for i, name in enumerate(names[:-1]) if name.lower() in TEXT]
    if len(names) == 2:
        known = [0]
    if len(known) != 1:
        raise ValueError(
            f"{header}: which column holds the text? got {', '.join(map(repr, names))}; call one "
            f"of them {TEXT[0]!r}, and put the label into the last column"
        )
    return known[0]


def load_conll(path: str | Path, *, repair: bool = False) -> Tagged:
    """Sentences with tags: in each line a word and, in the last column, its tag; then a blank line.

    Columns are separated by spaces or tabs; lines that begin with -DOCSTART- are skipped. The tags
    are BIO. repair: an I- that goes on with nothing becomes a B-, as the older style IOB1 means it;
    otherwise it is an error.

    Raises FileNotFoundError where there is no such file, and ValueError, with the file, line and
    column at fault, for a line without a tag, for a tag that is none, for an I- that goes on with
    nothing, for a file without sentences or without names, and for one that is not UTF-8.
    """
    path = Path(path)
    words: list[tuple[str, ...]] = []
    tags: list[tuple[str, ...]] = []
    for rows in _blocks(path):
        lines, sentence, marks = map(list, zip(*rows))
        while (place := stray(marks)) is not None:
            beginning = "B" + marks[place][1:]
            if not repair:
                before = marks[place - 1] if place else "the beginning"
                raise ValueError(
                    f"{path.name}, line {lines[place]}, column 'tag': {marks[place]} after {before}"
                    f" goes on with nothing; expected {beginning}, or try repair=True"
                )
            marks[place] = beginning
        words.append(tuple(sentence))
        tags.append(tuple(marks))
    if not words:
        raise ValueError(f"{path.name}: there is no sentence; expected a word and a tag a line")
    if {tag for row in tags for tag in row} == {OUTSIDE}:
        raise ValueError(
            f"{path.name}, column 'tag': only {OUTSIDE} occurs, in every line, so there is no name "
            "to find; the tag stands in the last column"
        )
    return Tagged(tuple(words), tuple(tags))


def _blocks(path: Path) -> Iterator[list[tuple[int, str, str]]]:
    """The lines of each sentence: number, word and tag."""
    block: list[tuple[int, str, str]] = []
    try:
        with open(existing(path), encoding="utf-8-sig") as file:
            for number, line in enumerate(file, start=1):
                cells = line.split()
                if cells and cells[0] != "-DOCSTART-":
                    block.append((number, cells[0], _tag(path, number, cells)))
                elif block:
                    yield block
                    block = []
    except UnicodeDecodeError as error:
        raise ValueError(not_utf8(path)) from error
    if block:
        yield block


def _tag(path: Path, number: int, cells: list[str]) -> str:
    """The tag in a line. Raises ValueError where there is none."""
    where = f"{path.name}, line {number}"
    if len(cells) < 2:
        raise ValueError(f"{where}: one column, {cells[0]!r}, expected a word and its tag")
    try:
        split_tag(cells[-1])
    except ValueError as error:
        raise ValueError(f"{where}, column 'tag': {error}") from None
    return cells[-1]
