"""The cache on disk: what is saved comes back; whatever is wrong with it means that there is no region, and nothing else."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tierup.cache import private
from tierup.cache.key import code_digest, region_key
from tierup.cache.store import Store, decode, encode

ENTRY: dict[str, Any] = {"region": {"format": 2, "blob": b"\x90" * 5000, "exits": [(2, "overflow", 0)]}, "failed": {4: ["type_changed"]}}
ABI = "abi0"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "cache"), ABI)


def only_file(store: Store) -> Path:
    [path] = Path(store.path).iterdir()
    return path


def test_round_trip(store: Store) -> None:
    assert store.load("aa") is None
    assert store.save("aa", ENTRY)
    assert store.load("aa") == ENTRY
    assert os.stat(store.path).st_mode & 0o777 == 0o700
    store.remove("aa")
    assert store.load("aa") is None


def test_no_cache_wanted() -> None:
    store = Store("", ABI)
    assert not store.save("aa", ENTRY)
    assert store.load("aa") is None
    store.remove("aa")


def test_another_version_has_another_directory(store: Store, tmp_path: Path) -> None:
    store.save("aa", ENTRY)
    other = Store(str(tmp_path / "cache"), "abi1")
    assert other.load("aa") is None
    assert decode(encode(ENTRY, "abi1"), ABI) is None


def test_flipped_bits_and_truncation(store: Store) -> None:
    """Not one changed bit, and no missing or added byte, goes unnoticed; the file is removed."""
    chance = random.Random(1)
    good = encode(ENTRY, ABI)
    for _ in range(300):
        data = bytearray(good)
        bit = chance.randrange(8 * len(data))
        data[bit // 8] ^= 1 << bit % 8
        assert decode(bytes(data), ABI) is None
    for size in [*range(40), len(good) - 1]:
        assert decode(good[:size], ABI) is None
    assert decode(good + b"x", ABI) is None
    store.save("aa", ENTRY)
    only_file(store).write_bytes(good[:100])
    assert store.load("aa") is None
    assert list(Path(store.path).iterdir()) == []


def test_others_can_write(store: Store) -> None:
    store.save("aa", ENTRY)
    os.chmod(only_file(store), 0o666)
    assert store.load("aa") is None
    store.save("aa", ENTRY)
    os.chmod(store.path, 0o777)
    assert store.load("aa") is None
    assert not store.save("aa", ENTRY)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_somebody_elses(store: Store) -> None:
    store.save("aa", ENTRY)
    os.chown(only_file(store), 12345, 12345)
    assert store.load("aa") is None
    store.save("aa", ENTRY)
    os.chown(store.path, 12345, 12345)
    assert store.load("aa") is None
    assert not store.save("aa", ENTRY)


def test_links_and_other_kinds_of_files(store: Store, tmp_path: Path) -> None:
    store.save("aa", ENTRY)
    path = only_file(store)
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert store.load("aa") is None
    path.unlink(missing_ok=True)
    os.mkfifo(path, 0o600)
    assert store.load("aa") is None  # and doesn't wait for a writer
    path.unlink(missing_ok=True)
    path.mkdir(mode=0o700)
    assert store.load("aa") is None


def test_directory_can_not_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for root in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/nothing/here"), Path("/dev/null")):
        store = Store(str(root), ABI)
        assert not store.save("aa", ENTRY)
        assert store.load("aa") is None


def test_full_disk(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """No half file stays behind."""
    import posix

    store.save("bb", ENTRY)

    def write(fd: int, data: Any) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(posix, "write", write)
    assert not store.save("aa", ENTRY)
    assert [path.name for path in Path(store.path).iterdir()] == ["bb.region"]


def test_not_plain_data(store: Store) -> None:
    assert not store.save("aa", {"object": object()})


def test_old_files_go_first(tmp_path: Path) -> None:
    store = Store(str(tmp_path), ABI, size_limit=60_000)
    for number in range(40):
        assert store.save(f"k{number:02}", ENTRY)
        os.utime(Path(store.path, f"k{number:02}.region"), (number, number))
    names = sorted(path.name for path in Path(store.path).iterdir())
    assert "k39.region" in names
    assert "k00.region" not in names
    assert sum(path.stat().st_size for path in Path(store.path).iterdir()) <= 65_000


def test_a_private_directory_is_private(tmp_path: Path) -> None:
    private.make(str(tmp_path / "a" / "b"))
    assert private.complaint(os.stat(tmp_path / "a" / "b")) == ""
    os.chmod(tmp_path / "a" / "b", 0o770)
    assert private.complaint(os.stat(tmp_path / "a" / "b")) == "can be written by others"
    (tmp_path / "c").write_text("")
    assert private.complaint(os.stat(tmp_path / "c")) == "is not a directory"


SOURCE = """
def f(x):
    return x in {"a", "b", "c", 1, 2.0}, (1, 1.0, True, -0.0), lambda: [y for y in x]
"""


def digest_elsewhere(source: str, hash_seed: str) -> str:
    program = f"from tierup.cache.key import code_digest\nprint(code_digest(compile({source!r}, 'file', 'exec')))"
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True).stdout.strip()


def test_the_key_is_the_same_in_every_process() -> None:
    assert len({digest_elsewhere(SOURCE, seed) for seed in ("1", "2", "3")} | {code_digest(compile(SOURCE, "file", "exec", dont_inherit=True))}) == 1


def test_the_key_tells_code_apart() -> None:
    sources = ("x = 1", "x = 1.0", "x = True", "y = 1", "\nx = 1", "x = 0.0", "x = -0.0", "x = 'a'", "x = b'a'", "f = lambda: 1", "f = lambda: 2")
    assert len({code_digest(compile(source, "file", "exec")) for source in sources}) == len(sources)
    digest = code_digest(compile("x = 1", "file", "exec"))
    assert len({digest, region_key(digest, "call", -1), region_key(digest, "loop", 4), region_key(digest, "loop", 6)}) == 4
