"""A control with several answers at once: check boxes in a row that wraps."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets
import traitlets


class Choices(ipywidgets.HBox):
    """Check boxes, one for each option; `value` holds the names of those that are ticked.

    The names are in the order of the options, in whatever order they are set. Setting one that is
    no option raises TraitError.

    >>> runners = Choices(["SGD", "Momentum", "Adam"], value=["Adam", "SGD"])
    >>> runners.value
    ('SGD', 'Adam')
    >>> runners.close()
    """

    value = traitlets.Tuple()

    def __init__(self, options: Sequence[str], value: Sequence[str] = ()) -> None:
        self.options = tuple(options)
        self._boxes = {
            name: ipywidgets.Checkbox(
                description=name, indent=False, layout=ipywidgets.Layout(width="auto")
            )
            for name in self.options
        }
        wrap = ipywidgets.Layout(flex_flow="row wrap", grid_gap="0 16px")
        super().__init__(list(self._boxes.values()), layout=wrap, value=tuple(value))
        for box in self._boxes.values():
            box.observe(self._ticked, "value")

    @traitlets.validate("value")
    def _in_order(self, proposal: dict) -> tuple[str, ...]:
        chosen = proposal["value"]
        for name in chosen:
            if name not in self.options:
                known = ", ".join(self.options)
                raise traitlets.TraitError(f"{name!r} is none of the options; there are {known}")
        return tuple(name for name in self.options if name in chosen)

    @traitlets.observe("value")
    def _show(self, _change: dict | None = None) -> None:
        """Tick the boxes of the names that are chosen."""
        for name, box in self._boxes.items():
            box.value = name in self.value

    def _ticked(self, change: dict) -> None:
        """Choose what is ticked now, once all boxes that `value` sets are set."""
        name = change["owner"].description
        if change["new"] != (name in self.value):
            self.value = tuple(name for name, box in self._boxes.items() if box.value)
