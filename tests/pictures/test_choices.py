"""Check boxes in a row, as one control: their names are its value."""

import pytest
from traitlets import TraitError

from helpers.pictures import panel
from helpers.pictures.choices import Choices
from helpers.pictures.live import LiveFigure


@pytest.fixture
def choices():
    made = Choices(["SGD", "Momentum", "Adam"], value=["Adam"])
    yield made
    for widget in panel.tree(made):
        widget.close()


def ticked(choices):
    return [box.value for box in choices.children]


def test_a_box_that_is_ticked_joins_in_the_order_of_the_options(choices):
    assert (choices.value, ticked(choices)) == (("Adam",), [False, False, True])
    choices.children[0].value = True
    assert choices.value == ("SGD", "Adam")
    choices.children[2].value = False
    assert choices.value == ("SGD",)


def test_names_set_at_once_are_one_change_and_tick_their_boxes(choices):
    changes = []
    choices.observe(lambda change: changes.append(change["new"]), "value")
    choices.value = ("Momentum", "SGD")
    assert changes == [("SGD", "Momentum")]
    assert ticked(choices) == [True, True, False]


def test_a_name_that_is_no_option_is_refused_with_those_there_are(choices):
    with pytest.raises(TraitError, match="'Newton' is none of the options; there are SGD, "):
        choices.value = ("Newton",)
    assert (choices.value, ticked(choices)) == (("Adam",), [False, False, True])


def test_a_figure_follows_and_resets_them(choices):
    live = LiveFigure(width=3, height=2)

    @live.update(runners=choices)
    def _(runners):
        return f"{len(runners)} run."

    choices.children[1].value = True
    assert live.summary == "2 run."
    live.reset()
    assert (live.summary, ticked(choices)) == ("1 run.", [False, False, True])
    live.close()
