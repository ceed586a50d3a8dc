"""Quick code first, better code for what is used much."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import worker_fakes
from programs import ON, PLAIN, run

from tierup import _tierup, wire
from tierup.cache.store import Store
from tierup.compiler.compile import compile_snapshot
from tierup.runtime import connect, spawn

PROGRAM = """
import sys, time

def step(total, rows):
    for row in rows:
        for value in row:
            if value % 3 == 1:
                total += value * 2 - (total >> 7)
            elif value % 5 == 2:
                total -= value // 3 + len(row)
            else:
                total ^= value
    return total & 0xFFFFFF

def enough(start):
    if "tierup" not in sys.modules:
        return True
    import tierup
    stats = tierup.stats()
    return time.monotonic() > start + 25 or stats.get("regions_improved", 0) > 0 or (stats["regions_loaded"] > 1 and time.monotonic() > start + 2)

rows = [list(range(n, n + 50)) for n in range(40)]
start, seen = time.monotonic(), set()
while True:
    seen.add(step(12345, rows))
    if enough(start):
        break
print(seen)
"""


@pytest.fixture
def snapshot(tmp_path: Path) -> dict[str, Any]:
    """A snapshot of the program's function, as it is sent."""
    how = {"TIERUP_SNAPSHOT_DIR": str(tmp_path), "TIERUP_CACHE": str(tmp_path / "cache")}
    run(ON, ["-c", PROGRAM], **how)
    [path, *_] = tmp_path.glob("step-*.snapshot")
    [saved] = wire.Reader().feed(path.read_bytes())
    found: dict[str, Any] = saved["snapshot"]
    return found


def test_better_code_takes_the_place_of_quick_code(snapshot: dict[str, Any]) -> None:
    assert snapshot["effort"] == "tiers"
    quick = compile_snapshot(snapshot)
    assert quick["later"]["text"]
    better = compile_snapshot({"improve": quick, "failed": {}})
    assert better["blob"] != quick["blob"]
    assert better["improves"] == quick["later"]["name"]
    assert not better["later"]
    assert [better[name] for name in ("pool", "exits", "checks", "objects")] == [quick[name] for name in ("pool", "exits", "checks", "objects")]
    full = compile_snapshot(snapshot | {"effort": "full"})
    assert full["blob"] == better["blob"]
    assert not full["later"]


def test_in_a_program(tmp_path: Path) -> None:
    expected = run(PLAIN, ["-c", PROGRAM])
    how = {"TIERUP_CACHE": str(tmp_path / "cache")}
    first = run(ON, ["-c", PROGRAM], **how)
    assert first.stdout == expected.stdout
    assert ", 0 improved" not in first.stats
    kept = [Store(str(tmp_path / "cache"), _tierup.abi_tag()).load(path.stem) for path in (tmp_path / "cache").rglob("*.region")]
    assert any(entry is not None and "improves" in entry["region"] for entry in kept)
    second = run(ON, ["-c", PROGRAM], **how)
    assert second.stdout == expected.stdout


# -- the compiler process


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[connect.Client]:
    monkeypatch.setattr(spawn, "BOOTSTRAP", worker_fakes.bootstrap())
    with tempfile.TemporaryDirectory(prefix="tu") as short:
        client = connect.Client("a" * 40, f"{short}/s")
        yield client
        client.close()
        worker_fakes.end_workers(Path(short) / "s")


def ask(client: connect.Client, request: tuple[object, ...]) -> Any:
    answers: list[Any] = []
    client.wait(client.request(request, answers.append), 20.0)
    return answers[0]


def test_only_what_is_in_the_cache_can_be_improved(client: connect.Client, tmp_path: Path) -> None:
    cache = str(tmp_path / "cache")
    Store(cache, "a" * 40).save("k", {"region": {"later": {"name": "n", "text": b"t"}, "value": 5}, "failed": {4: ["overflow"]}})
    assert ask(client, ("improve", "other", "k", cache))["refused"] == "compiler_unavailable"
    assert ask(client, ("improve", "n", "none", cache))["refused"] == "compiler_unavailable"
    assert "echo" in ask(client, ("improve", "n", "k", cache))
    assert client.ping() == ""
    kept = Store(cache, "a" * 40).load("k")
    assert kept is not None
    assert kept["failed"] == {4: ["overflow"]}
    assert "echo" in kept["region"]


def test_it_waits_until_nothing_else_is_to_be_done(client: connect.Client, tmp_path: Path) -> None:
    cache = str(tmp_path / "cache")
    Store(cache, "a" * 40).save("k", {"region": {"later": {"name": "n", "text": b"t"}}, "failed": {}})
    order: list[str] = []
    client.request(("compile", {"do": "sleep", "seconds": 0.5}, "", ""), lambda answer: order.append("slow"))
    last = client.request(("improve", "n", "k", cache), lambda answer: order.append("improved"))
    client.request(("compile", {}, "", ""), lambda answer: order.append("compiled"))
    client.wait(last, 20.0)
    assert order == ["slow", "compiled", "improved"]
