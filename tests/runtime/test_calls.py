"""Calls by the helpers: arguments, lifetimes, frames, tracebacks, recursion, with and without a region."""

# ruff: noqa: B023 (the lambdas are called at once)

from __future__ import annotations

import gc
import itertools
import sys
import traceback
import weakref
from typing import Any

import pytest

if sys.version_info[:2] != (3, 11):
    pytest.skip("the helpers are for CPython 3.11", allow_module_level=True)

from probe import NULL, H, call_owned, install, lib, outcome


def balanced(way: Any) -> Any:
    """Recursion count and data stack are the same after a call as before."""

    def wrapped(function: Any, *args: Any, **kwargs: Any) -> Any:
        before = lib.probe_recursion(), lib.probe_datastack()
        try:
            return way(function, *args, **kwargs)
        finally:
            assert (lib.probe_recursion(), lib.probe_datastack()) == before

    return wrapped


@balanced
def call(function: Any, *args: Any, **kwargs: Any) -> Any:
    """Through tierup_call, as CALL would be compiled."""
    return H.call(function, (*args, *kwargs.values()), tuple(kwargs) if kwargs else NULL)


@balanced
def borrow(function: Any, *args: Any, **kwargs: Any) -> Any:
    return H.call_borrow(function, (*args, *kwargs.values()), tuple(kwargs) if kwargs else NULL)


@balanced
def maybe(function: Any, *args: Any, **kwargs: Any) -> Any:
    return H.call_maybe_method(NULL, (function, *args, *kwargs.values()), tuple(kwargs) if kwargs else NULL)


@balanced
def star(function: Any, *args: Any, **kwargs: Any) -> Any:
    return H.call_ex(function, list(args), kwargs or NULL)


SIGNATURES = [
    "",
    "a",
    "a, b",
    "a, b=2",
    "a=1, b=2",
    "*args",
    "a, *args",
    "**kw",
    "a, **kw",
    "a, *args, **kw",
    "*, k",
    "*, k=3",
    "a, *, k=3, q",
    "a, /, b",
    "a, b=2, /, **kw",
    "a=1, *args, k=3, **kw",
    "a, b, c, d",
]
ARGUMENTS: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    (args, kwargs)
    for args in ((), (1,), (1, 2), (1, 2, 3), tuple(range(14)))
    for kwargs in ({}, {"a": 10}, {"b": 20}, {"k": 30}, {"k": 1, "q": 2}, {"a": 1, "z": 2})
]


CLASS = """
def f({signature}):
    return sorted(locals().items())

class C:
    def __init__({method}):
        self.got = sorted((k, v) for k, v in locals().items() if k != 'self')
    def m({method}):
        return sorted((k, v) for k, v in locals().items() if k != 'self')
    def __repr__(self):
        return 'C' + str(self.got)
"""


def make(signature: str) -> tuple[Any, ...]:
    namespace: dict[str, Any] = {}
    method = f"self, {signature}" if signature else "self"
    exec(CLASS.format(signature=signature, method=method), namespace)
    return namespace["f"], namespace["C"]


@pytest.mark.parametrize("region", [None, "exit"])
@pytest.mark.parametrize("signature", SIGNATURES)
def test_binding(signature: str, region: str | None) -> None:
    function, kind = make(signature)
    instance = kind.__new__(kind)
    for args, kwargs in ARGUMENTS:
        if region:
            for each in (function, kind.__init__, kind.m):
                install(each, None)
        expected = [outcome(lambda: f(*args, **kwargs)) for f in (function, kind, instance.m)] if "self" not in kwargs else []
        if region:
            for each in (function, kind.__init__, kind.m):
                install(each, region)
        for way in (call, borrow, maybe, star):
            assert [outcome(lambda: way(f, *args, **kwargs)) for f in (function, kind, instance.m)] == expected, (way, args, kwargs)


def test_locals_in_a_region() -> None:
    def plain(a: Any, b: Any = "b", *args: Any, k: Any = "k", **kw: Any) -> Any:
        c = a
        return c

    install(plain, "locals")
    assert call(plain, 1) == (1, "b", "k", (), {}, None)
    assert call(plain, 1, 2, 3, k=4, z=5) == (1, 2, 4, (3,), {"z": 5}, None)

    def outer() -> Any:
        free, other = 5, 6

        def inner(a: Any, b: Any) -> Any:
            return lambda: (a, free, other, b)

        return inner

    install(outer(), "locals")
    cells = call(outer(), 1, 2)
    assert sorted(cell.cell_contents if hasattr(cell, "cell_contents") else cell for cell in cells) == [1, 2, 5, 6]
    install(outer(), "exit")
    assert call(outer(), 1, 2)() == (1, 5, 6, 2)


def test_many_cells_and_constants() -> None:
    names = [f"v{i}" for i in range(300)]
    namespace: dict[str, Any] = {}
    exec(f"def f({', '.join(names)}):\n    return lambda: ({', '.join(names)})", namespace)
    install(namespace["f"], "exit")
    assert call(namespace["f"], *range(300))() == tuple(range(300))


def test_generators_and_other_code() -> None:
    def generator(a: Any) -> Any:
        yield a
        yield 2

    async def coroutine() -> None:
        pass

    assert list(call(generator, 1)) == [1, 2]
    made = call(coroutine)
    made.close()
    module = type(generator)(compile("x = 1\n", "m", "exec"), namespace := {})
    assert call(module) is None and namespace["x"] == 1


def test_c_callables() -> None:
    assert call(len, [1]) == 1 and call("".join, ["a", "b"]) == "ab" and call(int, "12", base=3) == 5
    assert call(dict, a=1) == {"a": 1} and call(type, 5) is int and call(str.upper, "a") == "A"
    for wrong in (5, None, "x"):
        assert outcome(call, wrong) == outcome(lambda: wrong())
    assert outcome(call, len) == outcome(lambda: len())  # type: ignore[call-arg]
    assert outcome(lambda: call(len, [1], x=1)) == outcome(lambda: len([1], x=1))  # type: ignore[call-arg]


# ---- classes ----


class Returns:
    def __init__(self) -> None:
        return 5  # type: ignore[return-value]


class Raises:
    def __init__(self, x: int) -> None:
        raise KeyError(x)


def test_classes() -> None:
    from abc import ABC, abstractmethod

    class Abstract(ABC):
        def __init__(self) -> None:
            self.made = True

        @abstractmethod
        def missing(self) -> None: ...

    class Plain:
        __slots__ = ("a",)
        __abstractmethods__ = frozenset(("q",))

        def __init__(self, a: Any) -> None:
            self.a = a

    class News:
        def __new__(cls, *args: Any) -> Any:
            return args

        def __init__(self) -> None:
            raise AssertionError

    class Fine(Exception):
        def __init__(self, a: Any) -> None:
            self.a = a

    for way in (call, borrow, star):
        for kind, args in itertools.product((Returns, Raises, Abstract, Plain, News, object, Fine), ((), (1,), (1, 2))):
            result, expected = outcome(way, kind, *args), outcome(lambda: kind(*args))
            assert (result[0], result[1][0]) == (expected[0], expected[1][0]) and (result[0] == "gave" or result == expected), kind


def test_init_replaced_while_the_object_is_made() -> None:
    class Kind:
        def __init__(self) -> None:
            self.value = 1

    assert call(Kind).value == 1
    Kind.__init__ = lambda self: setattr(self, "value", 2)  # type: ignore[method-assign]
    assert call(Kind).value == 2
    del Kind.__init__
    assert not hasattr(call(Kind), "value")
    assert outcome(call, Kind, 1)[1][:2] == outcome(lambda: Kind(1))[1][:2]  # type: ignore[call-arg]


def test_class_arguments_live_until_the_call_is_over() -> None:
    events: list[str] = []

    class Dies:
        def __del__(self) -> None:
            events.append("died")

    class Kind:
        def __init__(self, argument: Any) -> None:
            del argument
            events.append("init")

    Kind(Dies())
    call_owned(Kind, [Dies()])
    assert events == ["init", "died"] * 2


# ---- lifetimes, frames, tracebacks ----


class Thing:
    pass


def test_arguments_move_into_the_callee() -> None:
    """With references that are only in the vector, the callee's `del` is the end of the object."""
    for region in (None, "exit"):
        alive: list[bool] = []

        def callee(argument: Any) -> None:
            watch = weakref.ref(argument)
            del argument
            alive.append(watch() is not None)

        install(callee, region)
        assert call_owned(callee, [Thing()]) is None
        assert alive == [False]


def test_counts() -> None:
    def plain(a: Any, b: Any = None, *rest: Any, **kw: Any) -> Any:
        return a

    def strict(a: Any, b: Any) -> Any:
        return b

    class Kind:
        def __init__(self, a: Any, b: Any = 1) -> None:
            self.a = a

        def method(self, x: Any) -> Any:
            return x

    thing, kind, names = Thing(), Kind(1), ("b", "c")
    method = kind.method

    def everything() -> None:
        for way in (call, borrow, maybe, star):
            way(plain, thing), way(plain, thing, thing, thing), way(strict, thing, thing), way(Kind, thing), way(method, thing)
            way(plain, thing, b=thing, c=thing), way(id, thing), way(Kind, thing, b=thing)
            for wrong in ((strict, thing), (Kind,), (id, thing, thing), (method,), (Raises, thing), (thing, thing)):
                outcome(way, *wrong)
            outcome(lambda: way(strict, thing, thing, a=thing))
            outcome(lambda: way(strict, thing, c=thing))
        H.call_maybe_method(Kind.method, (kind, thing), NULL)

    for region in (None, "exit"):
        for function in (plain, strict, Kind.__init__, Kind.method):
            install(function, region)
        watched = [thing, kind, method, plain, strict, plain.__code__, Kind, names]
        everything()
        gc.collect()
        before = [sys.getrefcount(each) for each in watched]
        for _ in range(30):
            everything()
        gc.collect()
        assert [sys.getrefcount(each) for each in watched] == before


@pytest.mark.parametrize("region", [None, "exit", "raise"])
def test_tracebacks(region: str | None) -> None:
    def inner() -> None:
        raise ValueError("from a region")

    def outer() -> None:
        call(inner)

    def reference() -> None:
        inner()

    install(inner, region)
    lines = []
    for function in (outer, reference):
        if function is reference:
            install(inner, None)
        with pytest.raises(ValueError) as caught:
            function()
        found = [(f.name, f.lineno) for f in traceback.extract_tb(caught.value.__traceback__)]
        lines.append([entry for entry in found if entry[0] == "inner"])
    if region == "raise":
        assert [name for name, _ in lines[0]] == ["inner"]
    else:
        assert lines[0] == lines[1] and len(lines[0]) == 1


def test_frames_seen_from_a_region() -> None:
    def callee(a: Any, b: Any) -> Any:
        pass

    seen: list[Any] = []

    def look() -> Any:
        frame = sys._getframe(1)
        seen.append((frame.f_code.co_name, dict(frame.f_locals), frame.f_back.f_code.co_name, frame.f_lineno))  # type: ignore[union-attr]
        kept.append(frame)
        return "result"

    kept: list[Any] = []
    lib.probe_callback(look)
    for region in ("call", "drop"):
        install(callee, region)
        thing = Thing()
        watch = weakref.ref(thing)
        assert call(callee, thing, "b") == "result"
        name, values, back, line = seen.pop()
        assert (name, back, line) == ("callee", "call", callee.__code__.co_firstlineno)
        assert values == ({"a": thing, "b": "b"} if region == "call" else {"b": "b"})
        values.clear()
        frame = kept.pop()
        assert frame.f_locals == ({"a": thing, "b": "b"} if region == "call" else {"b": "b"})
        assert frame.f_back.f_code.co_name == "call"
        del thing
        frame.clear()
        del frame
        gc.collect()
        assert watch() is None
    lib.probe_callback(None)


def test_locals_die_in_order_with_the_frame_unlinked() -> None:
    order: list[Any] = []

    class Dies:
        def __init__(self, name: str) -> None:
            self.name = name

        def __del__(self) -> None:
            order.append((self.name, sys._getframe(1).f_code.co_name))

    def callee(a: Any, b: Any) -> None:
        c = Dies("c")  # noqa: F841

    def run() -> None:
        call_owned(callee, [Dies("a"), Dies("b")])

    install(callee, "exit")
    run()
    assert order == [("a", "call_owned"), ("b", "call_owned"), ("c", "call_owned")]


def test_recursion() -> None:
    depths: list[int] = []

    def deep(n: int) -> Any:
        depths.append(n)
        return H.call(deep, (n + 1,), NULL)

    def reference(n: int) -> Any:
        depths.append(n)
        return reference(n + 1)

    results = []
    for region in (None, "exit"):
        install(deep, region)
        depths.clear()
        with pytest.raises(RecursionError) as caught:
            deep(0)
        results.append((str(caught.value), len(depths)))
    assert results[0] == results[1] and results[0][0].startswith("maximum recursion depth exceeded")


def test_recursion_of_calls_in_regions() -> None:
    def again(function: Any) -> Any:
        return function(function)

    depths = []
    for region in (None, "self"):
        install(again, region)
        for starter in (lambda: again(again), lambda: call(again, again)):
            with pytest.raises(RecursionError, match=r"^maximum recursion depth exceeded$") as caught:
                starter()
            depths.append(sum(frame.name == "again" for frame in traceback.extract_tb(caught.value.__traceback__)))
    assert depths[0] == depths[2] and depths[1] == depths[3]


def test_data_stack_chunks() -> None:
    def wide(n: int) -> Any:
        a = b = c = n
        return (a, b, c) if n == 0 else H.call(wide, (n - 1,), NULL)

    install(wide, "exit")
    old = sys.getrecursionlimit()
    sys.setrecursionlimit(20000)
    try:
        assert call(wide, 1500) == (0, 0, 0)
    finally:
        sys.setrecursionlimit(old)


def test_tracing_sees_the_calls() -> None:
    def callee(a: Any) -> Any:
        return a

    install(callee, "raise")
    events: list[tuple[str, str]] = []
    sys.settrace(lambda frame, event, arg: events.append((frame.f_code.co_name, event)))  # type: ignore[func-returns-value, arg-type]
    try:
        assert call(callee, 1) == 1
    finally:
        sys.settrace(None)
    assert ("callee", "call") in events


# ---- f(*args, **kwargs) ----


def test_call_ex() -> None:
    def function(*args: Any, **kwargs: Any) -> Any:
        return args, kwargs

    class Strange:
        def keys(self) -> Any:
            return ["a", "b"]

        def __getitem__(self, key: str) -> str:
            return key.upper()

    class Failing:
        def __iter__(self) -> Any:
            raise TypeError("own words")

    class Method:
        def method(self, *args: Any, **kwargs: Any) -> Any:
            return args, kwargs

    for callable_ in (function, Method().method, print.__self__, len, max, 5, Method):
        for args in ((), (1, 2), [1], "ab", 5, None, iter([1]), Failing(), {1: 2}):
            for kwargs in (NULL, {}, {"a": 1}, Strange(), 5, [("a", 1)], {1: 2}):
                mapping = {} if kwargs is NULL else kwargs
                if hasattr(args, "__next__"):
                    ours, theirs = outcome(H.call_ex, callable_, iter([1]), kwargs), outcome(lambda: callable_(*iter([1]), **mapping))
                else:
                    ours, theirs = outcome(H.call_ex, callable_, args, kwargs), outcome(lambda: callable_(*args, **mapping))
                assert ours[0] == theirs[0] and (ours == theirs or callable_ is Method), (callable_, args, kwargs)


def test_call_ex_copy() -> None:
    def function(*args: Any, **kwargs: Any) -> Any:
        return args, kwargs

    def named(a: Any, b: int = 2) -> Any:
        return a, b

    class Instance:
        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            return args, kwargs

        def method(self, a: Any, **kwargs: Any) -> Any:
            return a, kwargs

    class Key(str):
        pass

    for callable_ in (function, named, Instance().method, Instance(), dict, 5):
        for args in ((), (1,), (1, 2, 3), [1], "a", 5, tuple(range(20))):
            for mapping in ({}, {"b": 1}, {"a": 1, "b": 2}, {1: 2}, {Key("b"): 3}, {str(i): i for i in range(20)}):
                before = dict(mapping)
                ours, theirs = outcome(H.call_ex_copy, callable_, args, mapping), outcome(lambda: callable_(*args, **mapping))
                assert ours == theirs, (callable_, args, mapping)
                assert mapping == before
    mapping = {"k": 1}
    assert H.call_ex_copy(function, (), mapping)[1] is not mapping
