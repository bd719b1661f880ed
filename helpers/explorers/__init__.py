"""The figures you drag: one file per lesson, and every public function returns a live figure."""
