"""Several processes that grade, none of which takes the others with it when it ends."""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

TRIES = 2  # a job whose process ended is tried once more
LONGEST = 1800.0  # seconds by the clock for one job: the grader's own limits come long before
CONTEXT = multiprocessing.get_context("spawn")  # no thread and no lock is inherited


class Ended(Exception):
    """The process ended, or was ended, before it answered."""


class Worker:
    """One process that runs `work(job)`; begun when it is first needed, and again after its end."""

    def __init__(self, work: Callable[[Any], Any]) -> None:
        self._work = work
        self._process: Any = None
        self._pipe: Any = None
        self._is_closed = False

    def ask(self, job: Any) -> Any:
        """What `work(job)` returns; raises Ended, or RuntimeError with the words of its error."""
        if self._is_closed:
            raise Ended("the grading was stopped")
        if self._process is None:
            self._pipe, theirs = CONTEXT.Pipe()
            self._process = CONTEXT.Process(target=_serve, args=(theirs, self._work), daemon=False)
            self._process.start()
            theirs.close()
        try:
            self._pipe.send(job)
            if not self._pipe.poll(LONGEST):
                raise Ended(f"it took longer than {LONGEST / 60:.0f} minutes")
            is_done, answer = self._pipe.recv()
        except (EOFError, OSError):
            self.stop()
            raise Ended("its process ended") from None
        except Ended:
            self.stop()
            raise
        if not is_done:
            raise RuntimeError(answer)
        return answer

    def stop(self) -> None:
        """End the process, whatever it does; the next job gets a new one."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.join()
            self._pipe.close()

    def close(self) -> None:
        """End the process for good."""
        self._is_closed = True
        self.stop()


def _serve(pipe: Any, work: Callable[[Any], Any]) -> None:
    """Answer jobs until the other end is gone: then the parent has ended."""
    # Ctrl-C is for the parent, which ends this. Not SIG_IGN: a student's process would inherit it.
    signal.signal(signal.SIGINT, _nothing)
    while True:
        try:
            job = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            answer = True, work(job)
        except Exception as error:
            answer = False, f"{type(error).__name__}: {error}"
        try:
            pipe.send(answer)
        except OSError:
            return


def _nothing(number: int, frame: Any) -> None:
    """What a signal does that is not for this process."""


def processors() -> int:
    """How many there are for us."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run(
    work: Callable[[Any], Any], jobs: Sequence[Any], processes: int = 0
) -> Iterator[tuple[Any, Any, str]]:
    """(job, answer, "") or (job, None, what went wrong) of each job, as they are done.

    `work` must be a function of a module, jobs and answers what pickle knows. Closing the iterator
    early ends the processes.
    """
    waiting: queue.SimpleQueue = queue.SimpleQueue()
    done: queue.SimpleQueue = queue.SimpleQueue()
    for job in jobs:
        waiting.put(job)
    count = min(processes or processors(), len(jobs))
    workers = [Worker(work) for _ in range(count)]
    threads = [
        threading.Thread(target=_run, args=(worker, waiting, done), daemon=True)
        for worker in workers
    ]
    for thread in threads:
        thread.start()
    try:
        for _ in jobs:
            yield done.get()
    finally:
        while not waiting.empty():  # nobody begins another
            try:
                waiting.get_nowait()
            except queue.Empty:
                break
        for worker in workers:
            worker.close()


def _run(worker: Worker, waiting: queue.SimpleQueue, done: queue.SimpleQueue) -> None:
    while True:
        try:
            job = waiting.get_nowait()
        except queue.Empty:
            return
        done.put(_tried(worker, job))


def _tried(worker: Worker, job: Any) -> tuple[Any, Any, str]:
    words = ""
    for _ in range(TRIES):
        try:
            return job, worker.ask(job), ""
        except Ended as end:
            words = f"{end}, {TRIES} times"
        except Exception as error:
            return job, None, str(error)
    return job, None, words
