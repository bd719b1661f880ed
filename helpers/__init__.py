"""The workshop of the course: `explorers` (figures you drag), on `pictures`, on the subject itself in numpy only."""
