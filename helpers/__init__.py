"""The workshop of the course: explorers, on pictures, on the subject itself in numpy only."""
