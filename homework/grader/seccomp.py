"""A filter of system calls: what no cell of a notebook needs gives "not permitted".

See seccomp(2) and the kernel's Documentation/userspace-api/seccomp_filter.rst. The filter is a
program for the classic BPF machine; each line is (code, jump if true, jump if false, operand).
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

from homework.grader import linux

# name: number on x86_64, number on aarch64 (−1: not there)
DENIED = {
    "socket": (41, 198),  # no network, no Unix socket of another program
    "connect": (42, 203),
    "bind": (49, 200),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsmount": (432, 432),
    "mount_setattr": (442, 442),
    "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "kexec_load": (246, 104),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "sethostname": (170, 161),
    "quotactl": (179, 60),
    "syslog": (103, 116),
}
# Where only Landlock protects the files: it does not know these.
METADATA = {
    "chmod": (90, -1),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, -1),
    "lchown": (94, -1),
    "fchown": (93, 55),
    "fchownat": (260, 54),
    "utime": (132, -1),
    "utimes": (235, -1),
    "futimesat": (261, -1),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
}
CLONE, CLONE3 = (56, 220), (435, 435)
NAMESPACES = 0x7E020080  # the flags of clone(2) that make a namespace
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, MACHINE, FIRST = 0, 4, 16  # offsets in seccomp_data
ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
SET_SECCOMP, FILTER = 22, 2
OTHER_NUMBERS = 0x40000000  # of x86's third kind of programs, x32


def program(machine: str, files_too: bool) -> list[tuple[int, int, int, int]]:
    """The filter for a machine; OSError for one whose numbers are not known here."""
    if machine not in MACHINES:
        raise OSError(f"the system calls of {machine} are not known here")
    place, audit = MACHINES[machine]
    denied = DENIED | (METADATA if files_too else {})
    lines = [
        (LOAD, 0, 0, MACHINE),
        (EQUAL, 1, 0, audit),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        (AT_LEAST, 0, 1, OTHER_NUMBERS),
        (RETURN, 0, 0, KILL),
        (EQUAL, 0, 1, CLONE3[place]),  # its flags lie in memory: the C library then takes clone
        (RETURN, 0, 0, REFUSE | errno.ENOSYS),
    ]
    for numbers in denied.values():
        if numbers[place] >= 0:
            lines += [(EQUAL, 0, 1, numbers[place]), (RETURN, 0, 0, REFUSE | errno.EPERM)]
    return [
        *lines,
        (EQUAL, 0, 3, CLONE[place]),
        (LOAD, 0, 0, FIRST),
        (ANY_BIT, 0, 1, NAMESPACES),
        (RETURN, 0, 0, REFUSE | errno.EPERM),
        (RETURN, 0, 0, ALLOW),
    ]


def apply(files_too: bool = False) -> None:
    """Put the filter in force, for this process and all that it starts."""
    lines = program(platform.machine(), files_too)
    code = b"".join(struct.pack("=HBBI", *line) for line in lines)
    held = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("@HP", len(lines), ctypes.addressof(held))
    linux.call("prctl", SET_SECCOMP, FILTER, ctypes.create_string_buffer(header, len(header)))
