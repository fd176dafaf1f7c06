"""Become a command that ends with whoever started it, even when that one is killed outright.

Run as a file, by the launcher alone: `guard.py PARENT_PID SIGNAL UID:GID COMMAND [ARGUMENT ...]`; a `-` for
the ids keeps the user. On Linux the signal is sent when the parent dies; elsewhere only the user is changed.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Never returns: becomes the command, or ends when the parent is gone already."""
    parent, number, ids, *command = arguments
    if ids != "-":
        # Here, not in the launcher: the account may be unable to read the launcher's own interpreter.
        uid, gid = (int(part) for part in ids.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform.startswith("linux"):
        # After the change of user, which clears it, and before exec, which keeps it.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(number))
        if os.getppid() != int(parent):
            sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606  an argument list from the launcher, no shell


if __name__ == "__main__":
    main(sys.argv[1:])
