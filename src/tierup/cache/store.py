"""Region files: read by the program, written by the compiler process (or by the inline compiler).

A file is used only if the directory and the file belong to this user and nobody else can write them, and if it is
intact. Whatever is wrong (no directory, full disk, a flipped bit) means: there is no region. Nothing here raises.
"""

from __future__ import annotations

import marshal
import posix

from tierup.cache import private
from tierup.wire import checksum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAGIC = b"TUR2"
HEAD = len(MAGIC) + 8  # magic, checksum
FILE_LIMIT = 32 << 20
SIZE_LIMIT = 256 << 20  # bytes of all region files of one version
SUFFIX = ".region"
LIST_SUFFIX = ".program"
LIST_LIMIT = 256 << 10
REGULAR = 0o100000
LASTING = ("too_big",)  # refusals that another run would get, too


class Store:
    """The region files of one version of tierup and Python; a `root` of "" stands for no cache."""

    __slots__ = ("abi", "path", "root", "size_limit", "written")

    def __init__(self, root: str, abi: str, size_limit: int = SIZE_LIMIT) -> None:
        self.root = root
        self.path = f"{root}/{abi}" if root else ""
        self.abi = abi
        self.size_limit = size_limit
        self.written = 0

    def begun(self) -> bool:
        """Has anything ever been kept for this version?"""
        return bool(self.path) and posix.access(self.path, posix.F_OK)

    def load(self, key: str) -> dict[str, Any] | None:
        """What was saved under this key; a file that is broken is removed."""
        if not self.path:
            return None
        try:
            if not posix.access(f"{self.path}/{key}{SUFFIX}", posix.F_OK):  # mostly there is none
                return None
            directory = private.open_directory(self.path, create=False)
        except OSError:
            return None
        try:
            return self._load_from(directory, key + SUFFIX)
        except (OSError, MemoryError):
            return None
        finally:
            posix.close(directory)

    def _load_from(self, directory: int, name: str) -> dict[str, Any] | None:
        data = read_private(directory, name)
        entry = None if data is None else decode(data, self.abi)
        if entry is None:
            posix.unlink(name, dir_fd=directory)
        return entry

    def save(self, key: str, entry: dict[str, Any]) -> bool:
        """Keep an entry, replacing an older one at once or not at all."""
        if not self.path:
            return False
        try:
            data = encode(entry, self.abi)
            directory = private.open_directory(self.path, create=True)
        except (OSError, ValueError, MemoryError):
            return False
        try:
            write_private(directory, key + SUFFIX, data)
        except OSError:
            return False
        else:
            return self._count(directory, len(data))
        finally:
            posix.close(directory)

    def keep(self, key: str, answer: dict[str, Any], failed: dict[int, list[str]]) -> None:
        """Keep what the compiler answered: a region, or else, unless there is one from before, a refusal that would be found again; that may take a second."""
        if "refused" not in answer:
            self.save(key, {"region": answer, "failed": failed})
        elif answer["refused"] in LASTING and self.load(key) is None:
            self.save(key, {"refused": answer["refused"]})

    def has_list(self, program: str) -> bool:
        """Is there a list of the regions of a program?"""
        try:
            return bool(self.path and program) and posix.stat(f"{self.path}/{program}{LIST_SUFFIX}").st_size > 0
        except OSError:
            return False

    def load_list(self, program: str) -> bytes:
        """The list of the regions of a program."""
        try:
            directory = private.open_directory(self.path, create=False)
        except OSError:
            return b""
        try:
            return read_private(directory, program + LIST_SUFFIX) or b""
        except (OSError, MemoryError):
            return b""
        finally:
            posix.close(directory)

    def save_list(self, program: str, data: bytes, append: bool) -> None:
        """Write the list of the regions of a program, or a line more."""
        if not self.path or not program or not data:
            return
        try:
            directory = private.open_directory(self.path, create=True)
        except OSError:
            return
        try:
            if append:
                append_private(directory, program + LIST_SUFFIX, data)
            else:
                write_private(directory, program + LIST_SUFFIX, data)
        except OSError:
            return
        finally:
            posix.close(directory)

    def _count(self, directory: int, size: int) -> bool:
        """Look at the total size now and then: at the first file and after each sixteenth of the limit."""
        if self.written == 0 or self.written > self.size_limit // 16:
            prune(directory, self.size_limit)
            self.written = 0
        self.written += size
        return True

    def remove(self, key: str) -> None:
        """Forget an entry that turned out to be useless."""
        if not self.path:
            return
        try:
            posix.unlink(f"{self.path}/{key}{SUFFIX}")
        except OSError:
            return


def encode(entry: dict[str, Any], abi: str) -> bytes:
    """The bytes of a region file; ValueError if the entry isn't plain data."""
    body = marshal.dumps({"abi": abi, "entry": entry})
    return MAGIC + checksum(body) + body


def list_line(row: tuple[str, str, str, str, int]) -> bytes:
    """A row (module, qualified name, digest of the code, entry) as it stands in the list of a program; empty for names that can't be written so."""
    fields = [str(field) for field in row]
    if any(separator in field for field in fields for separator in "\t\n"):
        return b""
    return ("\t".join(fields) + "\n").encode("utf-8", "surrogatepass")


def decode(data: bytes, abi: str) -> dict[str, Any] | None:
    """The entry in the bytes of a region file; None if they aren't exactly what `encode` made for this version."""
    body = memoryview(data)[HEAD:]
    if data[: len(MAGIC)] != MAGIC or checksum(body) != data[len(MAGIC) : HEAD]:
        return None
    try:
        content = marshal.loads(body)
    except Exception:
        return None
    if type(content) is not dict or content.get("abi") != abi or type(content.get("entry")) is not dict:
        return None
    entry: dict[str, Any] = content["entry"]
    return entry


def read_private(directory: int, name: str) -> bytes | None:
    """The bytes of a file that is ours alone; None if it is not. OSError if there is none."""
    fd = posix.open(name, posix.O_RDONLY | posix.O_NOFOLLOW | posix.O_CLOEXEC | posix.O_NONBLOCK, dir_fd=directory)
    try:
        status = posix.fstat(fd)
        if not is_ours(status) or status.st_size > FILE_LIMIT:
            return None
        return read_all(fd, status.st_size)
    finally:
        posix.close(fd)


def is_ours(status: posix.stat_result) -> bool:
    """A regular file of this user that nobody else can write."""
    regular = status.st_mode & private.KIND == REGULAR
    return regular and status.st_uid == posix.geteuid() and not status.st_mode & private.OTHERS_CAN_WRITE


def read_all(fd: int, size: int) -> bytes:
    """Everything up to the end of the file; `size` is what is expected."""
    pieces = []
    while piece := posix.read(fd, size + 1):
        pieces.append(piece)
        if sum(map(len, pieces)) > size:
            break
    return b"".join(pieces)


def write_private(directory: int, name: str, data: bytes) -> None:
    """Write under a temporary name and rename, so that a reader sees the old file or the new one, whole."""
    temporary = f".{name}.{posix.getpid()}"
    flags = posix.O_WRONLY | posix.O_CREAT | posix.O_TRUNC | posix.O_NOFOLLOW | posix.O_CLOEXEC
    fd = posix.open(temporary, flags, 0o600, dir_fd=directory)
    try:
        try:
            write_all(fd, data)
        finally:
            posix.close(fd)
        posix.replace(temporary, name, src_dir_fd=directory, dst_dir_fd=directory)
    except BaseException:
        posix.unlink(temporary, dir_fd=directory)
        raise


def append_private(directory: int, name: str, data: bytes) -> None:
    """Write at the end of a file of ours, as long as it is not too large."""
    flags = posix.O_WRONLY | posix.O_CREAT | posix.O_APPEND | posix.O_NOFOLLOW | posix.O_CLOEXEC | posix.O_NONBLOCK
    fd = posix.open(name, flags, 0o600, dir_fd=directory)
    try:
        status = posix.fstat(fd)
        if is_ours(status) and status.st_size < LIST_LIMIT:
            posix.write(fd, data)
    finally:
        posix.close(fd)


def write_all(fd: int, data: bytes) -> None:
    """Write everything; OSError if the disk is full."""
    view = memoryview(data)
    while view:
        view = view[posix.write(fd, view) :]


def prune(directory: int, limit: int) -> None:
    """Delete the files that have not been used for longest until what is left takes three quarters of the limit."""
    files = []
    for name in posix.listdir(directory):
        try:
            status = posix.stat(name, dir_fd=directory, follow_symlinks=False)
        except OSError:
            continue
        files.append((max(status.st_mtime, status.st_atime), status.st_size, name))
    total = sum(size for _, size, _ in files)
    if total <= limit:
        return
    for _, size, name in sorted(files):
        if total <= limit * 3 // 4:
            return
        total -= size
        try:
            posix.unlink(name, dir_fd=directory)
        except OSError:
            continue
