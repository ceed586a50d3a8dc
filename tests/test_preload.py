"""What an earlier run of the same program had regions for is loaded without waiting until it is hot."""

from __future__ import annotations

from pathlib import Path

import pytest
from programs import CORPUS, LIBRARY, ON, PLAIN, Outcome, difference, plain, run

from tierup import _tierup
from tierup.cache.key import program, program_key
from tierup.cache.store import Store
from tierup.cache.store import list_line as line
from tierup.runtime.preload import rows_of

PROGRAM = """
import string, sys, time

class Counter:
    weight = 3
    names = ["a", "b"]

    def __init__(self):
        self.total = 0

    def add(self, value):
        self.total += value * self.weight + len(self.names)
        return self.total

def digits(text):
    return [text.count(digit) + len(string.digits) for digit in string.digits]

def outer(values):
    def inner(value):
        return value + 1
    total = 0
    for value in values:
        total += inner(value)
    return total

def kinds():
    class Plain:
        def __init__(self):
            self.step = 2

        def advance(self, values):
            total = 0
            for value in values:
                total += self.step + value
            return total

    class Special(Plain):
        pass

    return Plain(), Special()

KINDS = kinds()

def work(counter, values):
    for kind in KINDS:
        kind.advance(values)
    for value in values:
        counter.add(value)
    return sum(digits("1234567890" * 3)) + outer(values)

def done(start):
    if "tierup" not in sys.modules:
        return True
    import tierup
    stats = tierup.stats()
    wanted = stats["regions_loaded"] if SECOND else stats["regions_compiled"]
    if wanted >= LEAST:
        reached.append(time.monotonic())
    return time.monotonic() > start + (5 if SECOND else 15) or bool(reached) and time.monotonic() > reached[0] + 0.3

SECOND = len(sys.argv) > 1
LEAST = int(sys.argv[1]) if SECOND else 4
start, seen, reached = time.monotonic(), set(), []
while True:
    seen.add(work(Counter(), list(range(100))))
    if done(start):
        break
print(seen)
"""


def first_run(tmp_path: Path, text: str = PROGRAM) -> tuple[Path, dict[str, str]]:
    script = tmp_path / "program.py"
    script.write_text(text)
    how = {"TIERUP_CACHE": str(tmp_path / "cache"), "TIERUP_SPARE": LIBRARY}
    first = run(ON, [str(script)], **how)
    assert not first.code, first.stderr
    assert first.stdout == run(PLAIN, [str(script)]).stdout
    return script, how


def rows(tmp_path: Path, script: Path) -> list[tuple[str, str, str, str, int]]:
    return list(rows_of(Store(str(tmp_path / "cache"), _tierup.abi_tag()).load_list(program_key(["python", str(script)], "/"))))


def second_run(script: Path, how: dict[str, str], least: int) -> Outcome:
    """Nothing is ever hot in this one."""
    return run(ON, [str(script), str(least)], TIERUP_THRESHOLD="1000000000", **how)


def test_loaded_before_it_is_hot(tmp_path: Path) -> None:
    script, how = first_run(tmp_path)
    wanted = [row for row in rows(tmp_path, script) if row[0] == "__main__" and row[1] != "done"]
    assert wanted
    second = second_run(script, how, len(wanted))
    assert second.stdout == run(PLAIN, [str(script)]).stdout
    assert "tierup: 0 regions compiled" in second.stats
    assert second.regions >= len(wanted)
    assert second.entries > 0
    assert "kinds.<locals>.Plain.advance" in {row[1] for row in wanted}


def test_what_is_used_much_is_mentioned_again(tmp_path: Path) -> None:
    script, how = first_run(tmp_path)
    second_run(script, how, 4)
    store = Store(str(tmp_path / "cache"), _tierup.abi_tag())
    mentions = rows_of(store.load_list(program_key(["python", str(script)], "/")))
    assert max(mentions.values()) > 1
    assert next(iter(mentions.values())) == max(mentions.values())


def test_a_program_that_was_changed(tmp_path: Path) -> None:
    script, how = first_run(tmp_path)
    script.write_text(PROGRAM.replace("weight = 3", "weight = 4").replace("total = 0\n    for", "total = 1\n    for").replace("value + 1", "value + 2"))
    second = second_run(script, how, 1)
    assert second.stdout == run(PLAIN, [str(script)]).stdout


def test_nothing_is_imported(tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("def total(values):\n    result = 0\n    for value in values:\n        result += value\n    return result\n")
    text = """
import sys, time
if len(sys.argv) == 1:
    import helper, tierup
    while not tierup.compile(helper.total):
        helper.total(range(1000))
    print(0)
else:
    end = time.monotonic() + 0.5
    while time.monotonic() < end:
        pass
    print("helper" in sys.modules)
"""
    script = tmp_path / "program.py"
    script.write_text(text)
    how = {"TIERUP_CACHE": str(tmp_path / "cache")}
    run(ON, [str(script)], **how)
    assert ("helper", "total") in {row[:2] for row in rows(tmp_path, script)}
    assert run(ON, [str(script), "second"], **how).stdout == "False\n"


@pytest.mark.parametrize("name", ["attributes", "bytes_and_arrays", "closures", "exceptions", "generators", "known_functions"])
def test_programs_again(name: str, tmp_path: Path) -> None:
    """As in the other modes, but with regions that are there from the start."""
    path = CORPUS / f"{name}.py"
    for _ in range(3):
        assert not difference(plain(path), run(ON, [str(path)], TIERUP_CACHE=str(tmp_path / "cache")))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["python", "a.py", "-c", "x"], "/w/a.py"),
        (["python", "-X", "dev", "-Werror", "-W", "error", "-Bs", "/p/a.py"], "/p/a.py"),
        (["python", "-m", "this", "a"], "-m this"),
        (["python", "-Bm", "this"], "-m this"),
        (["python", "-cpass"], "-c pass"),
        (["python", "-Ic", "pass", "more"], "-c pass"),
        (["python", "--check-hash-based-pycs", "always", "a.py"], "/w/a.py"),
        (["python", "-"], ""),
        (["python"], ""),
        ([], ""),
    ],
)
def test_what_is_the_program(words: list[str], expected: str) -> None:
    assert program(words, "/w") == expected


def test_the_list_is_read_with_care() -> None:
    good = ("module", "Class.method", "ab" * 16, "call", -1)
    other = ("module", "naïve \udc80", "cd" * 16, "loop", 22)
    assert rows_of(line(good) + b"nonsense\n\t\t\t\t\n" + line(other) + line(good) + b"cut\tof") == {good: 2, other: 1}
    assert list(rows_of(line(good) + line(other) + line(other))) == [other, good]  # what was used much comes first
    assert line(("a\nb", "c", "d", "call", -1)) == b""
    assert rows_of(b"\xff\xfe\t\t\t\t1\n" + line(good)) == {good: 1}
