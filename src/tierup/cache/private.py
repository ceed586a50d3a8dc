"""Directories that belong to this user and that nobody else can write."""

from __future__ import annotations

import posix

DIRECTORY = 0o040000
KIND = 0o170000
OTHERS_CAN_WRITE = 0o022
OTHERS_CAN_READ = 0o044


def make(path: str) -> None:
    """Make a private directory, and those above it where missing; OSError if that can't be done."""
    try:
        posix.mkdir(path, 0o700)
    except FileExistsError:
        return
    except FileNotFoundError:
        above = path.rstrip("/").rpartition("/")[0]
        if not above:
            raise
        make(above)
        make_last(path)


def make_last(path: str) -> None:
    """Make the directory unless somebody else was faster."""
    try:
        posix.mkdir(path, 0o700)
    except FileExistsError:
        return


def complaint(status: posix.stat_result) -> str:
    """"" if the directory with this status is private, else what is wrong with it, in plain words."""
    if status.st_mode & KIND != DIRECTORY:
        return "is not a directory"
    if status.st_uid != posix.geteuid():
        return "belongs to somebody else"
    if status.st_mode & OTHERS_CAN_WRITE:
        return "can be written by others"
    return ""


def open_directory(path: str, create: bool) -> int:
    """A descriptor of a directory that was found private after opening it; OSError if it isn't.

    What is checked is what was opened, so a link that somebody swaps in between gains nothing.
    """
    if create:
        make(path)
    fd = posix.open(path, posix.O_RDONLY | posix.O_DIRECTORY | posix.O_CLOEXEC)
    wrong = complaint(posix.fstat(fd))
    if wrong:
        posix.close(fd)
        raise PermissionError(f"{path} {wrong}")
    return fd
