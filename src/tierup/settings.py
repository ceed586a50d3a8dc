"""Every setting: one row each. Read once from the environment; cheap to import.

A value that can't be understood never stops a program: the default is used and the complaint is kept in
`settings.problems`, which `tierup doctor` shows.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any


class Setting:
    """One row of the table: where a setting comes from and what it means."""

    __slots__ = ("default", "name", "parse", "sentence", "variable")

    def __init__(self, name: str, variable: str, default: object, parse: Callable[[str], object], sentence: str) -> None:
        self.name = name
        self.variable = variable
        self.default = default
        self.parse = parse
        self.sentence = sentence


def flag(text: str) -> bool:
    """Empty, 0, no, off and false mean no; anything else means yes."""
    return text.strip().lower() not in ("", "0", "no", "off", "false")


def natural(text: str) -> int:
    """A whole number that isn't negative."""
    value = int(text)
    if value < 0:
        raise ValueError("must not be negative")
    return value


def directory(text: str) -> str:
    """An absolute path (`~` expanded), or nothing."""
    return os.path.abspath(os.path.expanduser(text)) if text else ""


def cache_directory(text: str) -> str:
    """A directory, or "" (no cache) for 0, no, off and false."""
    return directory(text) if flag(text) else ""


def names(text: str) -> tuple[str, ...]:
    """Words separated by commas."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def one_of(*choices: str) -> Callable[[str], str]:
    """A parser that accepts exactly these words."""

    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError("must be one of " + ", ".join(choices))
        return text

    return parse


MODES = ("on", "off", "force", "stress")
COMPILERS = ("process", "inline")

TABLE = (
    Setting("enabled", "TIERUP", False, flag, "Switches tierup on when the interpreter starts; inherited by child processes."),
    Setting("mode", "TIERUP_MODE", "on", one_of(*MODES), "on: compile what is hot; off: do nothing; force: compile everything at once; stress: force, and guards fail on purpose."),
    Setting("compiler", "TIERUP_COMPILER", "process", one_of(*COMPILERS), "process: compile in a process shared by all programs; inline: compile in this process."),
    Setting("cache_dir", "TIERUP_CACHE", None, cache_directory, "Where compiled regions are kept for the next run; 0: keep none. Default: tierup under XDG_CACHE_HOME or ~/.cache."),
    Setting("socket_dir", "TIERUP_SOCKET_DIR", "", directory, "Where the compiler process listens; default: tierup under XDG_RUNTIME_DIR, or tierup-<uid> under /tmp."),
    Setting("threshold", "TIERUP_THRESHOLD", 5, natural, "For how many milliseconds of CPU time, about, a function or loop must be seen running before it is hot."),
    Setting("spare", "TIERUP_SPARE", (), names, "Code to leave to the interpreter: beginnings of file names, separated by commas."),
    Setting("seed", "TIERUP_SEED", 0, natural, "The seed of the guards that fail on purpose in stress mode."),
    Setting("stats", "TIERUP_STATS", False, flag, "Print what was compiled and which exits were taken to stderr when the program ends."),
    Setting("snapshot_dir", "TIERUP_SNAPSHOT_DIR", "", directory, "If set, every snapshot that is sent to the compiler is also saved here, for dump and replay."),
)
BY_NAME = {row.name: row for row in TABLE}


def default_cache_dir(environ: Mapping[str, str]) -> str:
    """The cache directory when none is set: the place the XDG rules name."""
    base = environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        base = os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "tierup")


def default_socket_dir(environ: Mapping[str, str]) -> str:
    """The socket directory when none is set: private to the user, on a local file system."""
    base = environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(base):
        return os.path.join(base, "tierup")
    return f"/tmp/tierup-{os.getuid() if hasattr(os, 'getuid') else 0}"


class Settings:
    """The settings of this process, one attribute per row of `TABLE`."""

    enabled: bool
    mode: str
    compiler: str
    cache_dir: str  # "" when nothing is to be kept
    socket_dir: str
    threshold: int
    spare: tuple[str, ...]
    seed: int
    stats: bool
    snapshot_dir: str
    problems: list[str]

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self.problems = []
        for row in TABLE:
            setattr(self, row.name, self._read(row, environ))
        if self.cache_dir is None:
            self.cache_dir = default_cache_dir(environ)
        self.socket_dir = self.socket_dir or default_socket_dir(environ)

    def _read(self, row: Setting, environ: Mapping[str, str]) -> Any:
        text = environ.get(row.variable, "")
        if not text:
            return row.default
        try:
            return row.parse(text)
        except ValueError as error:
            self.problems.append(f"{row.variable}={text}: {error}; using {row.default!r}")
            return row.default


settings = Settings()
