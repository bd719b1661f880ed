"""The workshop of the course: what its lessons build, finished, tested and ready to import.

Three floors; an import points to the same floor or down, never up:

- ``helpers.explorers``: the figures you drag, one file per lesson
- ``helpers.pictures``: how a figure is drawn, sent to the browser and saved
- ``helpers.losses``, ``helpers.optim``, …: the subject itself, in numpy only
"""
