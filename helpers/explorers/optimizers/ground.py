"""The contours of a surface under all else on a picture, as long as that surface is chosen."""

from matplotlib.artist import Artist
from matplotlib.axes import Axes

from helpers.pictures import plots
from helpers.surfaces import Surface


class Ground:
    """The contours of one surface at a time, drawn on `ax` as what stands still."""

    def __init__(self, ax: Axes) -> None:
        self._ax = ax
        self._drawn: list[Artist] = []

    def show(self, surface: Surface) -> None:
        """Draw this surface in the place of the one before, and set the axes to its domain."""
        self.hide()
        before = set(self._ax.collections)
        plots.contours(self._ax, surface)
        self._drawn = [drawn for drawn in self._ax.collections if drawn not in before]

    def hide(self) -> None:
        """Show no surface."""
        for drawn in self._drawn:
            drawn.remove()
        self._drawn = []
