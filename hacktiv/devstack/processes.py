"""Helpers for processes that the standard library lacks."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(signum=signal.SIGTERM):
    """Ask Linux to send this process `signum` when its parent dies, however that happens. Do nothing elsewhere."""
    if _libc:
        _libc.prctl(PR_SET_PDEATHSIG, signum)


def alive(pid):
    """Return True where a process of that number runs; a zombie does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _state_of(pid).startswith("Z")


def command_of(pid):
    """Return the command line of a process, or an empty text."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return _ps("command", pid)


def _state_of(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2]
    except OSError:
        return _ps("state", pid)


def _ps(column, pid):
    if sys.platform == "linux":
        return ""
    return subprocess.run(["ps", "-o", f"{column}=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()


def wait_until(condition, *, seconds, pause=0.02):
    """Wait until `condition()` is true; return False where it is not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True
