"""Starts the compiler process so that the program never notices: no child of its own, no terminal, no descriptors."""

from __future__ import annotations

import posix
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# -I and -S keep the user's environment, site-packages and start-up files (our own, too) out of the process.
BOOTSTRAP = (
    "import sys; a = sys.argv; sys.argv = a[:1]; sys.path[:0] = a[3:]\nfrom tierup.compiler.worker import main; main(a[1], a[2])"
)
INHERITED = ("HOME", "PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "TMPDIR", "TZ", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR")
SHELL = b"/bin/sh"


def start(abi: str, socket_dir: str) -> None:
    """Start the compiler process; OSError if that isn't possible here."""
    arguments = [interpreter(), "-I", "-S", "-c", BOOTSTRAP, abi, socket_dir, *import_path()]
    argv = [posix_bytes(text) for text in arguments]
    own = native_spawn()
    if own is None:
        spawn_by_shell(argv)
    elif not own(argv, [name + b"=" + value for name, value in environment().items()]):
        raise OSError("the compiler process can't be started")


def native_spawn() -> Callable[[list[bytes], list[bytes]], bool] | None:
    """The C side's way, which makes no child of the program at all."""
    return getattr(sys.modules.get("tierup._tierup"), "spawn", None)


def posix_bytes(text: str) -> bytes:
    """A file name or argument as the system takes it."""
    return text.encode(sys.getfilesystemencoding(), "surrogateescape")


def interpreter() -> str:
    """The Python that runs this program, also where `sys.executable` is an application that embeds it."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    places = [sys.executable, getattr(sys, "_base_executable", ""), f"{sys.base_prefix}/bin/python{version}"]
    for place in places:
        if place and place.rpartition("/")[2].startswith("python") and posix.access(place, posix.X_OK):
            return place
    raise FileNotFoundError("no interpreter to run the compiler with")


def import_path() -> list[str]:
    """Where the process finds tierup and llvmlite: found here by looking, because importing llvmlite would be dear."""
    own = __file__.rsplit("/", 3)[0]
    found = [own]
    for entry in sys.path:
        if type(entry) is str and entry.startswith("/") and is_file(entry + "/llvmlite/__init__.py"):
            found.append(entry)
            break
    return found


def is_file(path: str) -> bool:
    """Is there such a file?"""
    try:
        posix.stat(path)
    except (OSError, ValueError):
        return False
    return True


def environment() -> dict[bytes, bytes]:
    """What the process needs of the environment: nothing that changes how Python works."""
    source: Mapping[bytes, bytes] = posix.environ
    wanted = [name.encode() for name in INHERITED]
    return {name: source[name] for name in wanted if name in source}


def spawn_by_shell(argv: list[bytes]) -> None:
    """Without help from C: a shell in a session of its own starts the process in the background and ends at once.

    The shell is a child of the program for about a millisecond; it is reaped here.
    """
    null = posix_bytes("/dev/null")
    actions = [(posix.POSIX_SPAWN_OPEN, fd, null, posix.O_RDWR, 0) for fd in (0, 1, 2)]
    command = [b"sh", b"-c", b'cd /; "$@" &', b"sh", *argv]
    signals = range(1, 32)
    child = posix.posix_spawn(SHELL, command, environment(), file_actions=actions, setsid=True, setsigmask=[], setsigdef=defaults(signals))
    try:
        posix.waitpid(child, 0)
    except ChildProcessError:
        return


def defaults(signals: range) -> list[int]:
    """The signals whose handling can be set at all (not KILL and STOP)."""
    return [number for number in signals if number not in (9, 19)]
