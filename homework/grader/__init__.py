"""The grader: tests run in a process that the student's code never enters.

A submission is graded by two processes. **T** is the trusted one, the process that imports this
package: it holds the tests, the right answers and the gradebook. **S** runs the student's cells. S
is forked from a warm server, confined as far as the machine allows, and answers T's questions over
a socket: plain data goes by value, everything else stays in S and is named by a number.

    with Server() as server, Session(server, allowed=["helpers.exercises"]) as session:
        session.set_up(source)  # a locked, ungraded cell: runs in S and in T
        session.cell(source)    # a student's cell, in S: a list of nbformat outputs
        session.test(source)    # a test cell, in T: [] is full points, an error output is none

A session never raises for what a student's code does. `Server(confinement="auto")` takes the
strongest of `root`, `userns`, `landlock` and `none` that the machine offers; `server.confinement`
says which. `Limits` holds the times and sizes; `Session(..., limits=Limits(cell=10))`. A server is
meant to be kept for many sessions: starting it takes a second, a session less than a tenth.

Modules: `wire` (bytes), `peer` (a conversation), `remote` (what T holds of an object in S),
`session` and `checking` (T), `student` and `shell` (S), `forkserver`, `server`, `course` (what S
may import), `confine` and the modules named there, `transplant` and `execute` (steps of nbgrader).
"""

from homework.grader.limits import Limits
from homework.grader.server import Server
from homework.grader.session import Session

__all__ = ["Limits", "Server", "Session"]
