"""The look of the course: its own, whatever the learner has set, and never in their pyplot."""

from __future__ import annotations

import ast
import io
import itertools
import re
import subprocess
import sys
import threading
import time
import warnings

import ipywidgets
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from colorspacious import cspace_convert
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from helpers.pictures import plots, style
from helpers.pictures.canvas import Canvas
from helpers.pictures.live import LiveFigure
from helpers.surfaces import himmelblau
from tests.support.controls import EXPLORERS, two_ends
from tools.tracked import tracked

LEARNERS = {  # what one may find in a notebook or in a matplotlibrc
    "axes.formatter.use_mathtext": True,
    "axes.grid": True,
    "axes.spines.top": True,
    "axes.unicode_minus": False,
    "axes.xmargin": 0.3,
    "figure.constrained_layout.w_pad": 0.5,
    "figure.dpi": 70,
    "font.size": 20,
    "hatch.linewidth": 4,
    "image.cmap": "hot",
    "image.interpolation": "bilinear",
    "image.origin": "lower",
    "legend.frameon": True,
    "lines.antialiased": False,
    "lines.dashed_pattern": [1, 1],
    "lines.linewidth": 5,
    "lines.marker": "x",
    "lines.markersize": 15,
    "lines.scale_dashes": False,
    "mathtext.fontset": "cm",
    "patch.edgecolor": "red",
    "patch.force_edgecolor": True,
    "patch.linewidth": 4,
    "path.simplify_threshold": 1.0,
    "path.sketch": (1, 100, 2),
    "savefig.dpi": 50,
    "savefig.facecolor": "red",
    "scatter.edgecolors": "red",
    "text.antialiased": False,
    "xtick.minor.visible": True,
}
STYLES = ["dark_background", "ggplot", "seaborn-v0_8", "Solarize_Light2", "classic", LEARNERS]
NAMES = [*STYLES[:-1], "rcParams"]


def set_by(learner):
    """A block in which the learner has set this style, or these parameters."""
    return plt.style.context(learner) if isinstance(learner, str) else plt.rc_context(learner)


def parameters():
    """All parameters of matplotlib, as they are."""
    return dict(dict.items(matplotlib.rcParams))


def lesson():
    """A figure as lessons draw them: the helpers' own plots, matplotlib's methods in between."""
    fig, axes = plots.figure(9, 5, 2, 3)
    contours, scatter, lines, image, bars, words = axes.flat
    plots.contours(contours, himmelblau())
    plots.minima(contours, himmelblau())
    X = np.random.default_rng(0).normal(size=(30, 2))
    plots.classes(scatter, X, np.arange(30) % 3, ["a", "b", "c"])
    lines.loglog([1, 10, 100], [3, 1, 2], "--", label="$x^2$")
    lines.legend(handles=[*lines.lines])
    lines.twinx().plot([1, 10, 100], [1, -2, 1], ":")
    lines.xaxis.set_ticks([1, 100])
    drawn = image.imshow(np.arange(12).reshape(3, 4))
    fig.colorbar(drawn, ax=image, label="height")
    bars.hist(X[:, 0], bins=6)
    bars.errorbar([0, 1], [4, 5], yerr=1, capsize=3)
    words.text(0.5, 0.5, r"$\alpha = 10^{-3}$", ha="center")
    words.inset_axes((0.6, 0.6, 0.4, 0.4)).fill_between([0, 1], [0, 1], hatch="/")
    words.secondary_yaxis("right").set_ylabel("right")
    fig.suptitle("A lesson")
    return fig


def teachers():
    """A live figure as a teacher writes one: 3-D axes, and a picture that an update adds to."""
    live = LiveFigure(6, 3)
    flat = live.figure.add_subplot(1, 2, 1)
    solid = live.figure.add_subplot(1, 2, 2, projection="3d")
    solid.plot_surface(*np.meshgrid([0, 1, 2], [0, 1, 2]), np.arange(9.0).reshape(3, 3))
    live.turnable(solid, "view", (30, -60))
    live.draggable(flat, "start", (0.5, 0.5))
    (line,) = live.animated(flat.plot([], []))
    live.figure.legend(["a line"], loc="outside lower center")

    @live.update(n=ipywidgets.IntSlider(min=1, max=50))
    def _(start, view, n):
        line.set_data(np.linspace(0, 1, n), np.sin(np.arange(n)))
        line.set_linestyle("--")
        flat.set_title(f"{n} points")
        flat.add_patch(plt.Rectangle((0, 0), n / 50, 0.2))
        return f"{n} points."

    return live


def pixels(fig):
    fig.canvas.draw()
    return np.asarray(fig.canvas.buffer_rgba()).copy()


def frames(live, every_control=True):
    """How a figure looks at first, and with each control moved in turn, when it rests."""
    found = [live.frame(), live.frame(moving=True)]
    for control in live.controls.values() if every_control else ():
        control.value = two_ends(control)[-1]
        live.wait()
        found += [live.frame(moving=True), live.frame()]
    live.close()
    return found


# ---- the learner's settings change no figure of the course


@pytest.mark.parametrize("learner", STYLES, ids=NAMES)
def test_a_lessons_figure_looks_the_same_whatever_the_learner_has_set(learner):
    plain = pixels(lesson())
    with set_by(learner):
        np.testing.assert_array_equal(pixels(lesson()), plain)


@pytest.mark.parametrize("learner", STYLES, ids=NAMES)
def test_a_teachers_live_figure_looks_the_same_whatever_the_learner_has_set(learner):
    plain = frames(teachers())
    with set_by(learner):
        np.testing.assert_array_equal(frames(teachers()), plain)


def test_a_style_that_is_set_between_making_and_drawing_changes_nothing():
    plain = pixels(lesson())
    fig = lesson()
    with set_by(LEARNERS):
        np.testing.assert_array_equal(pixels(fig), plain)


def test_a_figure_is_saved_in_the_style_of_the_course():
    files = [io.BytesIO(), io.BytesIO()]
    lesson().savefig(files[0])
    with set_by(LEARNERS):
        lesson().savefig(files[1])
    assert files[0].getvalue() == files[1].getvalue()


@pytest.mark.parametrize("name", ["start.loop", "descent.parabola"])
def test_an_explorer_looks_the_same_in_the_dark(name):
    plain = frames(EXPLORERS[name](), every_control=False)
    with set_by("dark_background"):
        np.testing.assert_array_equal(frames(EXPLORERS[name](), every_control=False), plain)


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPLORERS)
def test_every_explorer_looks_the_same_whatever_the_learner_has_set(name, monkeypatch):
    clock = itertools.count().__next__
    monkeypatch.setattr(time, "perf_counter", clock)  # a picture of durations: always the same ones
    plain = frames(EXPLORERS[name]())
    for learner, called in zip(STYLES, NAMES):
        with set_by(learner):
            found = frames(EXPLORERS[name]())
        assert all((one == other).all() for one, other in zip(found, plain)), called


ARTISTS = ("matplotlib.collections", "matplotlib.patches", "matplotlib.lines", "mpl_toolkits")


def made_outside(code):
    """The lines that make one of matplotlib's artists by name, outside of `style.context()`."""
    tree = ast.parse(code)
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    from_matplotlib = [node for node in imports if (node.module or "").startswith(ARTISTS)]
    artists = {alias.asname or alias.name for node in from_matplotlib for alias in node.names}

    def lines(node):
        around = [item.context_expr for item in getattr(node, "items", [])]
        if "style.context()" in map(ast.unparse, [*getattr(node, "decorator_list", []), *around]):
            return
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) in artists:
            yield node.lineno
        for child in ast.iter_child_nodes(node):
            yield from lines(child)

    return list(lines(tree))


@pytest.mark.parametrize("path", tracked("helpers/*.py"), ids=lambda path: path.stem)
def test_an_artist_made_by_hand_is_made_in_the_style_of_the_course(path):
    assert made_outside(path.read_text("utf8")) == []


def test_an_artist_made_outside_the_style_is_found():
    code = "from matplotlib.patches import Patch\nPatch()\nwith style.context():\n    Patch()\n"
    assert made_outside(code) == [2]


# ---- the course changes nothing of the learner's


def test_importing_the_course_changes_no_parameter():
    code = """
import importlib, pkgutil, matplotlib
before = dict(dict.items(matplotlib.rcParams))
import helpers
for module in pkgutil.walk_packages(helpers.__path__, "helpers."):
    importlib.import_module(module.name)
now = dict(dict.items(matplotlib.rcParams))
print({key for key in now if now[key] != before[key]})
"""
    run = [sys.executable, "-c", code]
    assert subprocess.run(run, capture_output=True, text=True, check=True).stdout == "set()\n"


@pytest.mark.parametrize("learner", ["default", LEARNERS], ids=["default", "rcParams"])
def test_making_and_drawing_figures_changes_no_parameter(learner):
    with set_by(learner):
        before = parameters()
        lesson().canvas.draw()
        frames(teachers())
        assert parameters() == before


def test_a_plot_of_the_learners_looks_the_same_after_figures_of_the_course():
    def learners():
        fig, ax = plt.subplots()
        ax.plot([1, 2], [3, 1], label="mine")
        ax.legend()
        drawn = pixels(fig)
        plt.close(fig)
        return drawn

    before = learners()
    frames(teachers())
    lesson()
    np.testing.assert_array_equal(learners(), before)


# ---- the context


def test_the_context_is_complete_but_for_what_is_no_look():
    left_out = matplotlib.rcParamsDefault.keys() - style.complete().keys()
    assert all("webagg" in key or key in style.NOT_A_LOOK for key in left_out)
    assert style.complete().keys() - matplotlib.rcParamsDefault.keys() == set()


def test_the_context_is_left_after_an_error():
    before = parameters()
    with pytest.raises(ZeroDivisionError), style.context():
        assert matplotlib.rcParams["axes.edgecolor"] == style.GREY
        _ = 1 / 0
    assert parameters() == before


def test_what_is_set_within_the_context_stays():
    with plt.rc_context():
        with style.context():
            matplotlib.rcParams["font.size"] = 21
        assert matplotlib.rcParams["font.size"] == 21
        assert matplotlib.rcParams["axes.edgecolor"] == "black"


def test_lists_of_the_learners_are_not_those_of_the_course():
    with style.context():
        ours = matplotlib.rcParams["font.sans-serif"]
    assert ours == ["DejaVu Sans"]
    assert ours is not matplotlib.rcParamsDefault["font.sans-serif"]
    assert style.complete()["font.serif"] is not matplotlib.rcParamsDefault["font.serif"]


def test_the_context_is_in_force_until_the_last_thread_has_left_it():
    before = parameters()
    is_in, may_leave = threading.Event(), threading.Event()

    def other():
        with style.context():
            is_in.set()
            may_leave.wait()

    thread = threading.Thread(target=other)
    with style.context():
        thread.start()
        is_in.wait()
    assert matplotlib.rcParams["axes.edgecolor"] == style.GREY, "the other thread still draws"
    may_leave.set()
    thread.join()
    assert parameters() == before


def test_artists_made_by_hand_are_in_style_within_the_context():
    with set_by(LEARNERS), style.context():
        assert Patch().get_linewidth() == 1
        assert Line2D([], []).get_marker() == "None"


def test_an_update_beside_a_cell_does_not_hold_the_context():
    """It may take long, or never end: the cell's own plots are the learner's in the meantime."""
    live = LiveFigure(2, 1)
    seen = []

    @live.update(x=ipywidgets.IntSlider())
    def _(x):
        seen.append(matplotlib.rcParams["axes.edgecolor"])
        return "seen"

    thread = threading.Thread(target=setattr, args=(live.controls["x"], "value", 3))
    thread.start()
    thread.join()
    live.close()
    assert seen == [style.GREY, "black"]


def test_entering_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        style.complete()
        with style.context():
            pass


def test_a_method_of_the_figure_says_what_matplotlibs_says():
    _, ax = plots.figure()
    assert ax.plot.__doc__ == matplotlib.axes.Axes.plot.__doc__
    assert type(ax).__name__ == "Axes"


@pytest.mark.parametrize("make", ["subfigures", "twin", "inset", "colorbar", "polar"])
def test_whatever_a_figure_makes_draws_in_style(make):
    with set_by("dark_background"):
        fig, ax = plots.figure()
        axes = {
            "subfigures": lambda: fig.subfigures(1, 2)[1].subplots(),
            "twin": ax.twiny,
            "inset": lambda: ax.inset_axes((0, 0, 1, 1)),
            "colorbar": lambda: fig.colorbar(ax.imshow([[0, 1]])).ax,
            "polar": lambda: fig.add_subplot(projection="polar"),
        }[make]()
        (line,) = axes.plot([0, 1], [0, 1])
        assert line.get_color() == style.CLASSES[0]
        assert axes.xaxis.label.get_color() == style.INK


def test_the_page_around_a_picture_has_the_colours_of_the_pictures():
    light = Canvas._css.split("[data-jp-theme-light")[0]
    colours = dict(re.findall(r"--downhill-(\w+): (#\w{6});", light))
    palette = {"control": style.BLUE, "reached": style.GREEN, "track": style.GREY}
    assert colours == {name: colour.lower() for name, colour in palette.items()}


# ---- as the colour-blind see it: Machado, Oliveira and Fernandes (2009)

SIGHTS = (None, "deuteranomaly", "protanomaly", "tritanomaly")
APART = 7  # in CAM02-UCS, where 1 is about the least that is seen of two patches side by side


def nearest(one, other):
    """How far apart two colours are to the eye that tells them apart least."""

    def places(colour):
        for sight in SIGHTS:
            rgb = np.array(to_rgb(colour))
            if sight:
                kind = {"name": "sRGB1+CVD", "cvd_type": sight, "severity": 100}
                rgb = np.clip(cspace_convert(rgb, kind, "sRGB1"), 0, 1)
            yield cspace_convert(rgb, "sRGB1", "CAM02-UCS")

    return min(np.linalg.norm(a - b) for a, b in zip(places(one), places(other)))


def test_the_colours_that_mean_something_are_told_apart_by_every_eye():
    meanings = ("DOWNHILL", "GRADIENT", "DIVERGENCE", "MINIMUM", "TARGET")
    for one, other in itertools.combinations(meanings, 2):
        assert nearest(getattr(style, one), getattr(style, other)) >= APART, (one, other)


def test_optimizers_of_one_line_style_are_told_apart_by_every_eye():
    for one, other in itertools.combinations(style.OPTIMIZERS, 2):
        this, that = style.OPTIMIZERS[one], style.OPTIMIZERS[other]
        if this["linestyle"] == that["linestyle"]:
            assert nearest(this["color"], that["color"]) >= APART, (one, other)


def test_no_two_classes_have_the_same_marker():
    assert len(set(style.MARKERS)) == len(style.MARKERS) == len(style.CLASSES)
