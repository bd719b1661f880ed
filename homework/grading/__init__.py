"""`make grade`: from a folder of what was handed in to a gradebook, a table, pages and a picture.

Each step finds what it has done before and goes on from there, so a run may be stopped at any time:

`intake` finds who handed in what; `reading` reads one notebook, whatever wrote it; `outputs` runs
the notebooks in several processes and keeps what came out of each; `gradebook` lets nbgrader note
the points and write the feedback; `table` and `picture` say what came of it; `report` collects the
words for the teacher. `python -m homework.grade` goes through them.
"""
