"""The helpers of handlers, patterns and asynchronous statements do what the interpreter does."""

from __future__ import annotations

import collections
import ctypes
import itertools
import sys
from typing import Any

import pytest

if sys.version_info[:2] != (3, 11):
    pytest.skip("the helpers are for CPython 3.11", allow_module_level=True)

from probe import H, outcome, outputs, taken


class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x: Any = 1, y: Any = 2) -> None:
        self.x, self.y = x, y


class Listed(Point):
    __match_args__ = ["x"]  # type: ignore[assignment]  # noqa: RUF012


class Numbered(Point):
    __match_args__ = ("x", 5)  # type: ignore[assignment]


class Twice(Point):
    __match_args__ = ("x", "x")


class Half(Point):
    @property
    def z(self) -> int:
        raise KeyError("z")


def pattern(text: str) -> Any:
    """A function of subject and class that gives what the names a, b, c are bound to; None if the pattern does not match."""
    names = [name for name in "abc" if name in text.replace("=", " ")]
    space: dict[str, Any] = {}
    exec(f"def match(subject, C):\n match subject:\n  case {text}:\n   return ({''.join(f'{name}, ' for name in names)})\n return None", space)
    return space["match"]


SUBJECTS = [Point(), Listed(), Numbered(), Twice(), Half(), 5, "text", [1], {"x": 1}, None, True, 2.5]
CLASSES = [Point, Listed, Numbered, Twice, Half, int, str, list, dict, object, bool, float, 5, "int", (int, str)]
SHAPES = {"C()": ((), 0), "C(a)": ((), 1), "C(a, b)": ((), 2), "C(a, b, c)": ((), 3), "C(x=a)": (("x",), 0), "C(a, y=b)": (("y",), 1), "C(a, x=b)": (("x",), 1),
          "C(z=a)": (("z",), 0), "C(x=a, real=b)": (("x", "real"), 0)}  # fmt: skip


@pytest.mark.parametrize("text", SHAPES)
def test_match_class(text: str) -> None:
    reference, (names, count) = pattern(text), SHAPES[text]
    for subject, class_ in itertools.product(SUBJECTS, CLASSES):
        before = sys.getrefcount(subject)
        assert outcome(H.match_class, subject, class_, names, count) == outcome(reference, subject, class_), (subject, class_)
        assert sys.getrefcount(subject) == before or not isinstance(subject, Point), "others are held elsewhere"


class Loud(dict[Any, Any]):
    def get(self, key: Any, default: Any = None) -> Any:
        if key == "raise":
            raise LookupError(key)
        return super().get(key, default)

    def __missing__(self, key: Any) -> Any:
        return "never"


def test_match_keys() -> None:
    def reference(mapping: Any, keys: tuple[Any, ...]) -> Any:
        C = type("C", (), dict(zip("abc", keys, strict=False)))
        text = ", ".join(f"C.{name}: {name}" for name, _ in zip("abc", keys, strict=False))
        return pattern("{" + text + "}")(mapping, C)

    mappings = [{"x": 1, 2: "two"}, Loud(x=3), collections.defaultdict(list, x=5), collections.OrderedDict(), collections.ChainMap({"x": 1}, {2: 3})]
    for mapping, keys in itertools.product(mappings, [(), ("x",), ("x", 2), ("y",), (2, "x"), ("x", "x"), ("raise",), ([],), ("y", "y")]):
        if len(mapping) < len(keys):
            continue  # the interpreter has looked at the length before
        assert outcome(H.match_keys, mapping, keys) == outcome(reference, mapping, keys), (mapping, keys)
    assert "y" not in mappings[2]


def test_match_kind() -> None:
    subjects = [[], (), "", b"", bytearray(), range(3), collections.deque(), {}, set(), 5, None, Loud(), collections.ChainMap(), memoryview(b"x"), object()]
    for subject in subjects:
        for text, mapping in (("[*_]", 0), ("{}", 1)):
            assert bool(H.match_kind(subject, mapping)) == (pattern(text)(subject, None) is not None), subject


def test_exceptions_are_matched() -> None:
    def reference(value: BaseException, wanted: Any) -> int:
        try:
            raise value
        except wanted:
            return 1
        except (ValueError, KeyError):
            return 0

    classes = [ValueError, LookupError, Exception, (), (OSError, ValueError), 5, int, (ValueError, 5), "x"]
    for value, wanted in itertools.product([ValueError(), UnicodeError(), KeyError()], classes):
        assert outcome(H.exc_match, value, wanted) == outcome(reference, value, wanted), (value, wanted)
        value.__traceback__ = value.__context__ = None


class Manager:
    async def __aenter__(self) -> int:
        return 1

    async def __aexit__(self, *exc: object) -> None:
        pass


class NoExit:
    __aenter__ = Manager.__aenter__


class Iterator:
    def __init__(self, given: Any) -> None:
        self.given = given

    def __aiter__(self) -> Any:
        return self.given if isinstance(self.given, (int, Iterator)) else self

    def __anext__(self) -> Any:
        return self.given


def drive(coroutine: Any) -> Any:
    try:
        while True:
            coroutine.send(None)
    except StopIteration as stop:
        return stop.value


def test_asynchronous_with() -> None:
    async def reference(manager: Any) -> None:
        async with manager:
            pass

    def enter(manager: Any) -> Any:
        out = outputs(2)
        H.before_async_with(manager, ctypes.addressof(out))
        return taken(out, 2)

    manager = Manager()
    leave, entered = enter(manager)
    assert leave == manager.__aexit__ and drive(entered) == 1
    for wrong in (5, NoExit()):
        assert outcome(enter, wrong) == outcome(lambda wrong: drive(reference(wrong)), wrong)


def test_asynchronous_for() -> None:
    async def reference(iterable: Any) -> Any:
        async for value in iterable:
            return value

    async def given() -> int:
        return 7

    for wrong in (5, Iterator(5)):
        assert outcome(H.get_aiter, wrong) == outcome(lambda wrong: drive(reference(wrong)), wrong)
    iterator = Iterator("no awaitable")
    assert H.get_aiter(iterator) is iterator
    results = [outcome(H.get_anext, iterator), outcome(lambda: drive(reference(iterator)))]
    assert results[0] == results[1]
    assert drive(H.get_anext(Iterator(given()))) == 7
