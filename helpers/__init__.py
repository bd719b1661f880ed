"""The workshop of the course: explorers to drag, on pictures, on the subject itself in numpy only."""
