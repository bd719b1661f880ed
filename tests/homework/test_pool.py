"""The processes of `make grade`: one that ends takes no other along, and its job is tried again."""

from __future__ import annotations

import os
import time

from homework.grading import pool


def work(job):
    """What a job asks for: to end its process, to fail, to end it at the first try, or a square."""
    kind, value = job
    if kind == "end":
        os._exit(9)
    if kind == "fail":
        raise ValueError(f"no {value}")
    if kind == "once" and not os.path.exists(value):
        open(value, "w").close()
        os._exit(9)
    if kind == "sleep":
        time.sleep(value)
    return os.getpid() if kind in ("once", "sleep") else value**2


def test_every_job_is_answered_whatever_the_others_do(tmp_path):
    once = ("once", str(tmp_path / "tried"))
    jobs = [("square", 3), ("end", 0), ("fail", 5), once, ("square", 4)]
    found = {job: (answer, words) for job, answer, words in pool.run(work, jobs, 2)}
    assert found[jobs[0]] == (9, "") and found[jobs[4]] == (16, "")
    assert found[jobs[1]] == (None, "its process ended, 2 times")
    assert found[jobs[2]] == (None, "ValueError: no 5")
    assert found[once][0] not in (None, os.getpid())


def test_stopping_early_ends_the_processes():
    running = pool.run(work, [("sleep", 0.01), ("sleep", 600), ("sleep", 600)], 2)
    _, process, _ = next(running)
    running.close()
    until = time.monotonic() + 60
    while _lives(process) and time.monotonic() < until:
        time.sleep(0.1)
    assert not _lives(process)


def _lives(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
