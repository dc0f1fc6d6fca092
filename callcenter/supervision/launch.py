"""Turns this process into a server: drops rights, asks for a signal at the parent's death, then executes the server.

It is a program of its own (standard library only), because it is not safe to do this between fork and exec of a process
with threads. The kernel's "signal at parent's death" survives exec and is set after the change of user, which
would clear it. Arguments: parent's pid, signal number, uid, gid (-1: keep), then the command.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    parent, signal_number, uid, gid = (int(argument) for argument in arguments[:4])
    command = arguments[4:]
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal_number)
        # The parent may have died before the line above; then no signal would ever come.
        if os.getppid() != parent:
            raise SystemExit("the supervisor ended before its server started")
    try:
        os.execvpe(command[0], command, os.environ)  # noqa: S606 - no shell: the command is a list
    except OSError as error:
        raise SystemExit(f"cannot start {command[0]}: {error.strerror}") from error


if __name__ == "__main__":
    main(sys.argv[1:])
