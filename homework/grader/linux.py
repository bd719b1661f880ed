"""The calls of Linux by which a process shuts itself in, through the C library by ctypes.

Each raises OSError where the kernel refuses. See the manual pages unshare(2), mount(2),
pivot_root(2), prctl(2) and capabilities(7).
"""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET = (
    0x00020000,
    0x04000000,
    0x08000000,
    0x10000000,
    0x20000000,
    0x40000000,
)
RDONLY, NOSUID, NODEV, NOEXEC, REMOUNT = 0x1, 0x2, 0x4, 0x8, 0x20
NOATIME, NODIRATIME, BIND, REC, PRIVATE, RELATIME = 0x400, 0x800, 0x1000, 0x4000, 0x40000, 0x200000
DETACH = 2
SET_DUMPABLE, CAPBSET_DROP, SET_CHILD_SUBREAPER, SET_NO_NEW_PRIVS = 4, 24, 36, 38
CAPABILITIES_3 = 0x20080522
# Flags of statvfs(2) that a mount of somebody else's must keep, and their names for mount(2).
LOCKED = {2: NOSUID, 4: NODEV, 8: NOEXEC, 1024: NOATIME, 2048: NODIRATIME, 4096: RELATIME}


def call(name: str, *arguments: object) -> int:
    """A function of the C library; OSError where it gives −1."""
    library = ctypes.CDLL(None, use_errno=True)
    function = getattr(library, name, None)
    if function is None:
        raise OSError(f"this system has no {name}")
    result: int = function(*map(_argument, arguments))
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def _argument(value: object) -> object:
    if isinstance(value, (str, Path)):
        return str(value).encode()
    return ctypes.c_ulong(value) if isinstance(value, int) else value


def mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    """Mount; `kind` is the file system's, None for a change of what is mounted."""
    call("mount", source, target, kind, flags, options or None)


def bind(source: str, target: str, device: bool = False) -> None:
    """Show a file or a folder at `target` too, to be read only."""
    try:
        mount(source, target, None, BIND)
    except OSError:  # other mounts lie within it, which this process may not leave out
        mount(source, target, None, BIND | REC)
    kept = sum(flag for bit, flag in LOCKED.items() if os.statvfs(target).f_flag & bit)
    flags = BIND | REMOUNT | RDONLY | NOSUID | kept
    mount("none", target, None, flags if device else flags | NODEV)


def pivot(folder: str) -> None:
    """Make a mounted folder the root of everything, and leave the old one behind."""
    os.chdir(folder)
    call("pivot_root", ".", ".")
    call("umount2", ".", DETACH)
    os.chdir("/")


def new_user(inside: int) -> None:
    """Be user `inside` of a namespace of its own, in which this process may do what root may."""
    user, group = os.geteuid(), os.getegid()
    call("unshare", NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{inside} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{inside} {group} 1")


def become(user: int) -> None:
    """Be this user and no other, for good."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def drop_bounds() -> None:
    """Give up every capability that a program could be given."""
    for capability in range(64):
        try:
            call("prctl", CAPBSET_DROP, capability, 0, 0, 0)
        except OSError:  # there are not so many
            break


def drop_capabilities() -> None:
    """Give up every capability, and the means to get one."""
    call("prctl", SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(CAPABILITIES_3, 0)
    call("capset", ctypes.byref(header), ctypes.byref((ctypes.c_uint32 * 6)()))
    call("prctl", SET_DUMPABLE, 0, 0, 0, 0)


def adopt() -> None:
    """Become the parent of what this process's descendants leave behind."""
    call("prctl", SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def descendants(pid: int) -> list[int]:
    """The processes that a process has started, and theirs; none where /proc does not tell."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc") if os.path.isdir("/proc/self") else []:
        try:
            if name.isdigit():
                with open(f"/proc/{name}/stat", "rb") as file:
                    parent = int(file.read().rpartition(b")")[2].split()[1])
                children.setdefault(parent, []).append(int(name))
        except OSError:  # it has just ended
            continue
    found = list(children.get(pid, []))
    for one in found:  # it grows on the way
        found += children.get(one, [])
    return found
