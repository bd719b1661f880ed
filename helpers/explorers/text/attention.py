"""Explorer: where the words of a sentence look, and which of these looks the verdict needs."""

from __future__ import annotations

import ipywidgets
import numpy as np

from helpers.explorers.text.reader import Cuts, Reader, Reading, read, trained
from helpers.pictures import says, style
from helpers.pictures.live import LiveFigure
from helpers.pictures.updates import Seen
from helpers.vocabulary import tokens

SENTENCE = "the soup was not very good"
WIDEST = 9  # words that can be written side by side
TALLEST = 13  # words that can be written one under the other
LEVEL, UPRIGHT = 0.14, 0.3  # of the map's height, for the words that are looked at
SIDE = 0.22  # of its width, for the words that look
MEAN = "mean"
CHANGED = 0.05  # a probability that moves by less has not moved


# ---- what it computes


def cuts_after(clicks: tuple, n: int) -> Cuts:
    """What is cut after these clicks on the map of n words: a second click puts it back.

    >>> cuts = cuts_after(((2.1, -1.0), (0.2, 0.9), (3.4, 2.0), (3.0, 2.2)), 4)
    >>> sorted(cuts.words), sorted(cuts.edges)
    ([2], [(1, 0)])
    """
    words: set[int] = set()
    edges: set[tuple[int, int]] = set()
    for x, y in clicks:
        column, row = (int(min(max(round(place), -1), n - 1)) for place in (x, y))
        if row < 0:
            words ^= {max(column, 0)}
        elif column < 0:
            words ^= {row}
        else:
            edges ^= {(row, column)}
    return Cuts(frozenset(words), frozenset(edges))


def first_cuts(words: list[str]) -> tuple:
    """At first sight the look that everybody expects is cut: from the last word to "not"."""
    return ((float(words.index("not")), float(len(words) - 1)),) if "not" in words else ()


def verdict(p: float) -> str:
    """What a probability that the sentence is good amounts to."""
    return "good" if p > 0.5 else "bad"


def told(words: list[str], cuts: Cuts, reading: Reading, unknown: list[str], left: int) -> Seen:
    """The verdict, what is cut and what that did, and the word that counts most."""
    said = [f"P(good) is {says.percent(reading.p)}"]
    if cuts.words or cuts.edges:
        said[0] += f", uncut {says.percent(reading.uncut)}; {cut_in_words(words, cuts)}"
    most = int(np.abs(reading.without - reading.p).argmax())
    changes = reading.without[most] - reading.p
    if abs(changes) < CHANGED:
        said.append("One word more that nobody may look at would change nothing")
    else:
        said.append(
            f"Most would change if nobody looked at “{words[most]}”: "
            f"{says.percent(float(reading.without[most]))}"
        )
    if unknown:
        some = ", ".join(f"“{word}”" for word in unknown[:3])
        said.append(f"The model has never met {some}{' and others' * (len(unknown) > 3)}")
    if left:
        said.append(f"It reads the first {len(words)} words only")
    turned = verdict(reading.p) != verdict(reading.uncut)
    facts = {"p": reading.p, "uncut": reading.uncut, "without": reading.without.tolist()}
    facts |= {"tokens": words, "cuts": cuts, "turned": turned, "unknown": unknown, "left": left}
    return Seen(". ".join(said) + ".", **facts)


def cut_in_words(words: list[str], cuts: Cuts) -> str:
    """Which looks are forbidden: one or two by name, more as a number."""
    named = [f"nobody looks at “{words[j]}”" for j in sorted(cuts.words)]
    named += [f"“{words[i]}” does not look at “{words[j]}”" for i, j in sorted(cuts.edges)]
    if len(named) <= 2:
        return ", ".join(named)
    return f"words cut: {len(cuts.words)}, single looks cut: {len(cuts.edges)}"


# ---- what it draws


class Drawing:
    """Above, for each word, the verdict if nobody may look at it; below, who looks at whom."""

    def __init__(self, live: LiveFigure) -> None:
        self.effects, self.map = live.subplots(2, 1, height_ratios=[1, 2.6], sharex=True)
        self._image = live.animated(
            self.map.imshow(np.zeros((1, 1)), cmap="Blues", vmin=0, vmax=1, aspect="auto")
        )
        look = {"color": style.CRIMSON, "linestyle": "none"}
        (self._crosses,) = live.animated(self.map.plot([], [], "x", ms=9, mew=2.5, **look))
        self._stems = live.animated(self.effects.vlines([], [], [], color=style.ORANGE, lw=3))
        (self._dots,) = live.animated(self.effects.plot([], [], "o", color=style.ORANGE, ms=8))
        self._now = live.animated(self.effects.axhline(0.5, color=style.BLUE, lw=2))
        self.effects.axhline(0.5, color=style.GREY, lw=1, ls=":")
        self.effects.set(ylim=(-0.08, 1.08), yticks=[0, 0.5, 1], ylabel="P(good)")
        self.effects.tick_params(bottom=False, labelbottom=False)
        self.effects.set_title(
            "line: P(good) now    dots: if nobody may look at this word", fontsize=11
        )
        self.map.set(yticks=[], xticks=[], ylabel="who looks  →  at whom")
        self.map.spines[:].set_visible(False)
        self._written: list = []

    def write(self, words: list[str], unknown: set[str]) -> None:
        """Write the words of a new sentence at both sides of the map."""
        for text in self._written:
            text.remove()
        self._written.clear()
        n = max(len(words), 1)
        self._image.set_extent((-0.5, n - 0.5, n - 0.5, -0.5))
        head = UPRIGHT if n > WIDEST else LEVEL
        top, left = 0.5 + n * head / (1 - head), 0.5 + n * SIDE / (1 - SIDE)
        self.map.set(xlim=(-left, n - 0.5), ylim=(n - 0.5, -top))
        above = {"ha": "center", "va": "bottom", "rotation": 90 if n > WIDEST else 0}
        beside = {"ha": "right", "va": "center"}
        steps = (0, 1) if n > TALLEST else (0,)  # every other word further left
        for place, word in enumerate(words):
            look = {"fontsize": 10, "color": style.INK}
            if word in unknown:
                look |= {"color": style.GREY, "fontstyle": "italic"}
            x = -0.5 - 0.02 * n - steps[place % len(steps)] * left / 2
            self._written.append(self.map.text(place, -0.5 - 0.03 * n, word, **above, **look))
            self._written.append(self.map.text(x, place, word, **beside, **look))

    def show(self, reading: Reading | None, shares: np.ndarray, cuts: Cuts) -> None:
        """Show a reading, or nothing where there is no word; shares: (n, n) of the map."""
        n = len(shares)
        self._image.set_data(shares if n else np.zeros((1, 1)))
        crosses = [(j, i) for i, j in cuts.edges] + [(j, i) for j in cuts.words for i in range(n)]
        self._crosses.set_data(*np.array(crosses, float).reshape(-1, 2).T)
        p = 0.5 if reading is None else reading.p
        without = np.zeros(0) if reading is None else reading.without
        self._now.set_ydata([p, p])
        self._dots.set_data(range(n), without)
        self._stems.set_segments([[(j, p), (j, end)] for j, end in enumerate(without)])


# ---- the figure


def attention(reader: Reader | None = None, sentence: str = SENTENCE) -> LiveFigure:
    """Where the words of a sentence look, and what happens when they may not.

    reader: a `Reader(model, vocabulary)` with a trained `Classifier` whose body is a `Transformer`;
    without one a small model is trained, which takes two seconds. In the map a row is a word that
    looks, and a column one that is looked at.

    Controls: `sentence`; `head`, which of the model's heads the map shows; `cut`, the places
    clicked on the map: a cell forbids one look, a word forbids all looks at it, a second click
    allows it again; `put_back`, the last click.

    >>> live = attention()
    >>> print(live.summary)
    P(good) is ...; “good” does not look at “not”. Most would change if nobody looked at ...
    >>> live.close()
    """
    reader = reader or trained()
    reader.model.eval()
    live = LiveFigure(9, 4.9, about="Who looks at whom in a sentence, and what the verdict needs.")
    drawing = Drawing(live)
    cut = live.clickable(drawing.map, "cut", label="forbid a look, or all looks at a word")
    cut.value = first_cuts(tokens(sentence)[: reader.longest])
    _connect(live, drawing, reader, cut, sentence)
    return live


def _connect(live: LiveFigure, drawing: Drawing, reader: Reader, cut, sentence: str) -> None:
    at_first = sentence
    heads = sum(block.attention.heads for block in reader.model.body.blocks)

    @live.when("sentence")
    def heard(sentence):
        words = tokens(sentence)
        left = max(0, len(words) - reader.longest)
        words = words[: reader.longest]
        unknown = [word for word in dict.fromkeys(words) if word not in reader.vocabulary]
        drawing.write(words, set(unknown))
        cut.value = first_cuts(words) if sentence == at_first else ()
        return words, unknown, left

    @live.when("put_back")
    def _(put_back):
        if put_back:
            cut.value = cut.value[:-1]

    @live.update(
        sentence=ipywidgets.Text(value=sentence, layout=ipywidgets.Layout(width="420px")),
        head=ipywidgets.ToggleButtons(
            options=[MEAN, *map(str, range(1, heads + 1))],
            style={"button_width": "52px"},
        ),
        put_back=ipywidgets.Button(tooltip="what was clicked last"),
    )
    def _(cut, head):
        words, unknown, left = heard.value
        if not words:
            drawing.show(None, np.zeros((0, 0)), Cuts())
            return Seen("Type a sentence.", turned=False, cuts=Cuts(), tokens=[])
        cuts = cuts_after(cut, len(words))
        reading = read(reader, words, cuts)
        shares = reading.maps.mean(0) if head == MEAN else reading.maps[int(head) - 1]
        drawing.show(reading, shares, cuts)
        return told(words, cuts, reading, unknown, left)

    _set_goals(live)


def _set_goals(live: LiveFigure) -> None:
    live.goal(
        "Turn the verdict by one word that nobody may look at",
        lambda seen: seen.turned and len(seen.cuts.words) == 1 and not seen.cuts.edges,
    )
    live.goal(
        "Turn it by single looks alone",
        lambda seen: seen.turned and not seen.cuts.words,
    )
