"""Snapshots that made the compiler fail, for `tierup replay`."""

from __future__ import annotations

import os
from typing import Any

from tierup import wire
from tierup.cache import private
from tierup.cache.store import write_private

CRASHES_KEPT = 20


def keep_crash(cache_dir: str, key: str, snapshot: dict[str, Any], detail: str) -> None:
    """Save the snapshot for `tierup replay`; only the newest few are kept."""
    path = os.path.join(cache_dir, "crashes")
    try:
        directory = private.open_directory(path, create=True)
    except OSError:
        return
    try:
        write_private(directory, f"{key or 'unnamed'}.snapshot", wire.pack({"snapshot": snapshot, "detail": detail}))
        names = sorted(os.listdir(directory), key=lambda name: os.stat(name, dir_fd=directory).st_mtime)
        for name in names[:-CRASHES_KEPT]:
            os.unlink(name, dir_fd=directory)
    except (OSError, ValueError):
        return
    finally:
        os.close(directory)
