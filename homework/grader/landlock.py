"""Landlock: a process gives up all files but a few, without being root and without namespaces.

See landlock(7) and the kernel's Documentation/userspace-api/landlock.rst. From version 4 on it
knows TCP, from 6 on signals and abstract sockets.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable

from homework.grader import linux

CREATE, ADD, RESTRICT = 444, 445, 446
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
TRUNCATE = 1 << 14
RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}  # version: how many rights files have; later ones have 16
TCP, SIGNALS_AND_SOCKETS = 3, 3


def version() -> int:
    """The kernel's version of Landlock; OSError where it has none."""
    return linux.call("syscall", CREATE, None, 0, 1)


def apply(readable: Iterable[str], writable: Iterable[str]) -> None:
    """Give up all files but these, all TCP, and signals to anybody outside."""
    known = version()
    rights = (1 << RIGHTS.get(known, 16)) - 1
    network = TCP if known >= 4 else 0
    scope = SIGNALS_AND_SOCKETS if known >= 6 else 0
    fields = [rights, network, scope][: 1 + (known >= 4) + (known >= 6)]
    attributes = ctypes.create_string_buffer(struct.pack(f"={len(fields)}Q", *fields))
    rules = linux.call("syscall", CREATE, attributes, 8 * len(fields), 0)
    for path in readable:
        _allow(rules, path, EXECUTE | READ_FILE | READ_DIR)
    for path in writable:
        _allow(rules, path, rights)
    linux.call("syscall", RESTRICT, rules, 0)
    os.close(rules)


def _allow(rules: int, path: str, rights: int) -> None:
    if not os.path.exists(path):
        return
    if not os.path.isdir(path):
        rights &= EXECUTE | READ_FILE | WRITE_FILE | TRUNCATE
    file = os.open(path, os.O_PATH | os.O_CLOEXEC)
    rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, file))
    linux.call("syscall", ADD, rules, 1, rule, 0)
    os.close(file)
