"""The socket of the compiler process: one per user and version, under a name that programs know."""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket

from tierup.cache import private


class Listener:
    """A listening socket, its path, and what identifies the file there: a directory of sockets may be cleaned, and the name be taken by another process."""

    def __init__(self, connections: socket.socket, path: str) -> None:
        self.socket = connections
        self.path = path
        self.identity = identity(path)

    def is_named(self) -> bool:
        """Does the name still lead here?"""
        return self.identity is not None and identity(self.path) == self.identity

    def end(self) -> None:
        """Take the name away, if it is ours."""
        if self.is_named():
            with contextlib.suppress(OSError):
                os.unlink(self.path)


def identity(path: str) -> tuple[int, int] | None:
    """Device and number of a file, None if there is none."""
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def socket_path(socket_dir: str, abi: str) -> str:
    """Where the clients of this version look (as `runtime/connect.py` has it)."""
    return f"{socket_dir}/{abi[:16]}"


def listen(abi: str, socket_dir: str) -> Listener | None:
    """The listening socket; None if another process of this version listens already. OSError if the directory is not private.

    The lock is held for as long as this process lives; the socket gets its name when it already listens, so no client
    ever finds one that doesn't.
    """
    directory = private.open_directory(socket_dir, create=True)
    os.close(directory)
    path = socket_path(socket_dir, abi)
    lock = os.open(path + ".lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return None
    temporary = f"{socket_dir}/{os.getpid()}"  # no longer than the name itself
    with contextlib.suppress(FileNotFoundError):
        os.unlink(temporary)
    connections = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connections.bind(temporary)
    connections.listen(64)
    connections.setblocking(False)
    os.rename(temporary, path)
    return Listener(connections, path)
