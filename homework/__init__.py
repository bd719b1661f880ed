"""The homework of the course: its notebooks, the banks of answers, and the grader."""
