"""A process that uses an embedded server: `python -m tests.ops.holder pg DATA_DIR [refuse-namespaces]`."""

import ctypes
import errno
import platform
import struct
import sys
import time
from pathlib import Path

from lms.ops.embedded.guardian import SERVICES

# The numbers of unshare(2), and of seccomp's calls and answers, as the kernel's headers give them.
UNSHARE = {"x86_64": 272, "aarch64": 97}
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
REFUSED, ALLOWED = 0x00050000 | errno.EPERM, 0x7FFF0000
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2


class Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def refuse_namespaces() -> None:
    """Have the kernel refuse unshare(2) to this process and its children, as many containers do."""
    steps = [
        (LOAD, 0, 0, 0),
        (JUMP_IF_EQUAL, 0, 1, UNSHARE[platform.machine()]),
        (RETURN, 0, 0, REFUSED),
        (RETURN, 0, 0, ALLOWED),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = Program(len(steps), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp refused the filter")


def main(name: str, data_dir: str, *wishes: str) -> None:
    if "refuse-namespaces" in wishes:
        refuse_namespaces()
    SERVICES[name](Path(data_dir)).ensure()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    time.sleep(600)


if __name__ == "__main__":
    main(*sys.argv[1:])
