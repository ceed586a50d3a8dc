"""Every C helper does what the interpreter does: results, exceptions with their words, reference counts."""

# ruff: noqa: B023, RUF015 (the lambdas are called at once; lists where unpacking is what is tested)

from __future__ import annotations

import ctypes
import gc
import itertools
import sys
import weakref
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tierup.abi import generate
from tierup.abi.helpers import HELPERS

if sys.version_info[:2] != (3, 11):
    pytest.skip("the helpers are for CPython 3.11", allow_module_level=True)

from probe import NULL, H, cells, lib, outcome, outputs, taken

COMPARISONS = ["<", "<=", "==", "!=", ">", ">="]
OPERATORS = ["+", "&", "//", "<<", "@", "*", "%", "|", "**", ">>", "-", "/", "^"]
INTS = [
    0,
    1,
    -1,
    2,
    -3,
    7,
    63,
    256,
    257,
    -5,
    -6,
    2**30 - 1,
    2**30,
    -(2**30),
    2**31,
    2**53,
    2**53 + 1,
    2**59,
    2**60 - 1,
    1 - 2**60,
    2**60,
    -(2**60),
    2**62,
    2**63,
    -(2**63),
    10**30,
]
FLOATS = [0.0, -0.0, 1.0, -1.0, 1.5, -2.5, 3.0, 1e16, 2.0**53, 1e308, -1e308, 5e-324, float("inf"), float("-inf"), float("nan")]


class Odd:
    """Answers every operator, in its own way."""

    def __add__(self, other: Any) -> str:
        return "add"

    def __radd__(self, other: Any) -> str:
        return "radd"

    def __iadd__(self, other: Any) -> str:
        return "iadd"

    def __mul__(self, other: Any) -> Any:
        raise KeyError("no")

    def __lt__(self, other: Any) -> list[Any]:
        return [1]

    def __eq__(self, other: Any) -> Any:
        raise LookupError("eq")

    def __repr__(self) -> str:
        return "odd"

    __hash__ = None  # type: ignore[assignment]


class MyInt(int):
    pass


class MyStr(str):
    pass


def others() -> list[Any]:
    return ["", "a", "ab", "é", "日本", b"ab", None, True, False, [1], (1, 2), {1}, {"a": 1}, Odd(), MyInt(3), MyStr("a"), Fraction(1, 3), 2j, "%s"]


def test_the_generated_header_is_not_stale() -> None:
    header = Path(__file__).resolve().parents[2] / "csrc" / generate.TARGET.name  # the package may be installed elsewhere
    assert header.read_text() == generate.text()


def test_every_row_is_there() -> None:
    for name in HELPERS:
        assert lib[f"tierup_{name}"]


# ---- arithmetic ----


def _binary(symbol: str, in_place: bool) -> Any:
    namespace: dict[str, Any] = {}
    exec(f"def f(a, b):\n    a {symbol}= b\n    return a" if in_place else f"def f(a, b):\n    return a {symbol} b", namespace)
    return namespace["f"]


@pytest.mark.parametrize("in_place", [False, True])
@pytest.mark.parametrize("op", range(13))
def test_binary_op(op: int, in_place: bool) -> None:
    reference, oparg = _binary(OPERATORS[op], in_place), op + 13 * in_place
    size = len(others()) + len(INTS) + len(FLOATS)
    for i, j in itertools.product(range(size), repeat=2):
        a, b = [[*INTS, *FLOATS, *others()] for _ in range(2)]
        if OPERATORS[op] in ("**", "<<", "*") and isinstance(b[j], int) and abs(b[j]) > 100 and not isinstance(a[i], float):
            continue
        if OPERATORS[op] == "*" and isinstance(a[i], int) and abs(a[i]) > 100 and not isinstance(b[j], (int, float)):
            continue
        expected = outcome(reference, a[i], b[j])
        a, b = [[*INTS, *FLOATS, *others()] for _ in range(2)]
        assert outcome(H.binary_op, a[i], b[j], oparg) == expected, (a[i], b[j])


WORDS = st.one_of(st.integers(-(2**64), 2**64), st.integers(-300, 300), st.integers(-(2**31), 2**31))


@settings(max_examples=1500, deadline=None)
@given(WORDS, WORDS, st.sampled_from([0, 1, 2, 5, 6, 7, 10, 11, 12]))
def test_binary_op_of_ints(a: int, b: int, op: int) -> None:
    assert outcome(H.binary_op, a, b, op) == outcome(_binary(OPERATORS[op], False), a, b)


@settings(max_examples=1500, deadline=None)
@given(st.one_of(st.floats(), WORDS), st.one_of(st.floats(), WORDS), st.sampled_from([0, 2, 5, 6, 8, 10, 11]))
def test_binary_op_of_floats(a: float, b: float, op: int) -> None:
    if isinstance(a, int) and isinstance(b, int):
        a = float(a)
    assert outcome(H.binary_op, a, b, op) == outcome(_binary(OPERATORS[op], False), a, b)


@settings(max_examples=1000, deadline=None)
@given(st.floats(), st.floats())
def test_float_functions(x: float, y: float) -> None:
    if y != 0:
        assert repr(H.float_mod(x, y)) == repr(x % y)
        assert repr(H.float_floordiv(x, y)) == repr(x // y)
    out = ctypes.c_double()
    if H.float_pow(x, y, ctypes.addressof(out)):
        assert repr(out.value) == repr(x**y)


def test_unary_and_truth() -> None:
    for value in [*INTS, *FLOATS, *others()]:
        assert outcome(H.unary_negative, value) == outcome(lambda: -value)
        assert outcome(H.unary_positive, value) == outcome(lambda: +value)
        assert outcome(H.unary_invert, value) == outcome(lambda: ~value)
        assert outcome(H.is_true, value) == outcome(lambda: int(bool(value)))
    for value in INTS:
        assert H.long_truth(value) == bool(value)
        if abs(value) < 2**63:
            assert outcome(H.box_int, value) == outcome(lambda: value)
    assert H.box_int(-(2**63)) == -(2**63)
    assert H.box_int(256) is H.box_int(256)
    assert H.box_float(1.5) == 1.5


@pytest.mark.parametrize("op", range(6))
def test_compare(op: int) -> None:
    reference = eval(f"lambda a, b: a {COMPARISONS[op]} b")
    for a, b in itertools.product([*INTS, *FLOATS, *others()], repeat=2):
        assert outcome(H.compare, a, b, op) == outcome(reference, a, b), (a, b)


def test_contains() -> None:
    items = [1, "a", None, 2**70, 1.0, MyStr("b"), Odd(), True]
    containers = [[], [1, 2, "a", None], [1.0, 2], (None, "b"), {"a": 1}, {1}, frozenset((1, "a")), "abc", 5, [Odd(), "a"], {"b"}, range(3)]
    for item, container in itertools.product(items, containers):
        assert outcome(H.contains, item, container) == outcome(lambda: int(item in container)), (item, container)


def test_strs() -> None:
    for text in ("abc", "äöü", "日本語", "😀x"):
        assert [H.str_item(text, i) for i in range(len(text))] == list(text)
        assert H.str_concat(text, "!") == text + "!"
        assert H.str_append(text, "!") == text + "!"
    texts = ["", "a", "b", "ab", "é", "日", "😀", "".join(["a", "b"])]
    for a, b in itertools.product(texts, repeat=2):
        assert H.str_equal(a, b) == (a == b)


# ---- subscripts ----


def _set(container: Any, key: Any, value: Any) -> Any:
    container[key] = value
    return container


def _del(container: Any, key: Any) -> Any:
    del container[key]
    return container


class Missing(dict):  # type: ignore[type-arg]
    def __missing__(self, key: Any) -> str:
        return "missing"


class Getter:
    def __getitem__(self, key: Any) -> Any:
        return ("got", key)

    def __repr__(self) -> str:
        return "getter"


def containers() -> list[Any]:
    return [
        [1, 2, 3],
        [],
        (1, 2),
        {1: 2, "a": "b", (1,): 0},
        "abc",
        "日本",
        b"abc",
        bytearray(b"abc"),
        Missing(),
        range(5),
        5,
        None,
        Odd,
        list,
        Getter,
        Getter(),
    ]


KEYS = [0, 1, -1, -3, 3, 5, 2**70, True, "a", (1,), slice(1), slice(None, None, -1), 1.0, None, [], Odd(), MyInt(1)]


def test_subscripts() -> None:
    for i, key in itertools.product(range(len(containers())), KEYS):
        a, b = containers(), containers()
        assert outcome(H.binary_subscr, a[i], key) == outcome(lambda: b[i][key]), (a[i], key)
        assert outcome(lambda: (H.store_subscr(a[i], key, "v"), a[i])[1]) == outcome(_set, b[i], key, "v"), (a[i], key)
        assert outcome(lambda: (H.delete_subscr(a[i], key), a[i])[1]) == outcome(_del, b[i], key), (a[i], key)


def test_dicts_and_slices() -> None:
    table = {"a": 1, (1, 2): 2}
    for key in ("a", (1, 2), "b", (1,), [], None, 3, True, 1.5):
        assert outcome(H.dict_subscr, table, key) == outcome(lambda: table[key])
    assert H.dict_store(table, "c", 5) == 0 and table["c"] == 5
    assert H.dict_store_plain(table, "c", 6) == 0 and table["c"] == 6
    assert H.build_slice(1, 2, NULL) == slice(1, 2)
    assert H.build_slice(1, 2, 3) == slice(1, 2, 3)
    assert outcome(H.dict_store, table, [], 5) == outcome(lambda: _set(table, [], 5))


@given(st.one_of(st.text(), st.text("0123456789+-_ .einfatyx"), st.from_regex(r"[+-]?[0-9_]{0,25}")))
def test_numbers_of_strs(text: str) -> None:
    assert outcome(H.int_of_str, text) == outcome(lambda: int(text))
    assert repr(outcome(H.float_of_str, text)) == repr(outcome(lambda: float(text)))


SMALL = st.integers(-8, 8)
PARTS = st.lists(st.tuples(st.booleans(), SMALL, SMALL), min_size=1, max_size=3)


@given(st.integers(0, 40), SMALL, SMALL, PARTS, st.sampled_from([1, -1, 2, -3, 2**62]))
@example(0, 0, 0, [(True, 0, 0)], -1)
def test_slices_of_lists_go_into_a_slice(size: int, start: int, stop: int, parts: list[tuple[bool, int, int]], step: int) -> None:
    def lists() -> tuple[list[Any], list[Any]]:
        return [float(k) for k in range(size)], ["other", "items"]

    (a, other_a), (b, other_b) = lists(), lists()
    steps = [step if len(parts) == 1 else 1, 1, 1]
    b[start:stop] = [item for (own, low, high), by in zip(parts, steps, strict=False) for item in (b if own else other_b)[low:high:by]]
    rows = [(a if own else other_a, low, high) for own, low, high in parts] + [(NULL, 0, 0)] * (3 - len(parts))
    assert H.list_splice(a, start, stop, *rows[0], steps[0], *rows[1], *rows[2]) == 0
    assert (a, other_a) == (b, other_b)
    assert {sys.getrefcount(item) - a.count(item) for item in a if type(item) is float} <= {2}


def test_stores_release_the_old_value_after_storing() -> None:
    seen = []

    class Dies:
        def __del__(self) -> None:
            seen.append(list(items))

    items: list[Any] = [Dies(), 2]
    H.store_subscr(items, 0, "new")
    assert seen == [["new", 2]]


# ---- building ----


def test_building() -> None:
    values = (1, "a", None, (2,))
    assert H.build_tuple(values) == values and H.build_tuple(()) == ()
    assert H.build_list(values) == list(values) and H.build_list(()) == []
    assert H.build_set(values) == set(values)
    assert outcome(H.build_set, (1, [], 2)) == outcome(lambda: {1, [], 2})
    for n in (0, 1, 5, 6, 12):
        pairs = [(f"k{i}", i) for i in range(n)]
        made = H.build_map([x for pair in pairs for x in pair])
        assert list(made.items()) == pairs
        reference = eval("{" + ", ".join(f"k{i}: {i}" for i in range(n)) + "}", {f"k{i}": f"k{i}" for i in range(n)})
        assert sys.getsizeof(made) == sys.getsizeof(reference)
        assert H.build_const_key_map(tuple(f"k{i}" for i in range(n)), range(n)) == made
        mixed = H.build_map([x for i in range(n) for x in (i, i)])
        assert sys.getsizeof(mixed) == sys.getsizeof(eval("{" + ", ".join(f"k{i}: {i}" for i in range(n)) + "}", {f"k{i}": i for i in range(n)}))
    assert outcome(H.build_map, (1, 2, [], 4)) == outcome(lambda: {1: 2, []: 4})
    assert outcome(H.build_map, (*range(12), [], 4)) == outcome(lambda: {[]: 4})
    assert H.build_string(("a", "日", "")) == "a日"
    assert H.list_to_tuple([1, 2]) == (1, 2)


def test_format_value() -> None:
    for value in (1, "a", 1.5, None, MyStr("x"), Odd()):
        assert outcome(H.format_value, value, NULL, 0) == outcome(lambda: f"{value}") or isinstance(value, Odd)
        assert outcome(H.format_value, value, NULL, 1) == outcome(lambda: f"{value!s}")
        assert outcome(H.format_value, value, NULL, 2) == outcome(lambda: f"{value!r}")
        assert outcome(H.format_value, value, NULL, 3) == outcome(lambda: f"{value!a}")
        assert outcome(H.format_value, value, ">5", 4) == outcome(lambda: f"{value:>5}")
        assert outcome(H.format_value, value, ">5", 6) == outcome(lambda: f"{value!r:>5}")


def test_growing() -> None:
    grown: list[Any] = []
    for i in range(100):
        assert H.list_append(grown, i) == 0
    assert grown == list(range(100))
    for value in ([1], (2,), "ab", 5, None, range(2)):
        a, b = [0], [0]
        assert outcome(lambda: (H.list_extend(a, value), a)[1]) == outcome(lambda: [*b, *value]), value
        c, d = {0}, {0}
        assert outcome(lambda: (H.set_update(c, value), c)[1]) == outcome(lambda: {*d, *value}), value
    letters = {"a"}
    H.set_add(letters, "b")
    assert letters == {"a", "b"} and outcome(H.set_add, letters, []) == outcome(lambda: {[]})
    table: dict[Any, Any] = {}
    H.map_add(table, "k", 1)
    assert table == {"k": 1} and outcome(H.map_add, table, [], 1) == outcome(lambda: {[]: 1})
    for value in ({"a": 1}, [("a", 1)], 5, None, SimpleNamespace(keys=lambda: ["q"])):
        assert outcome(lambda: (t := {}, H.dict_update(t, value), t)[2]) == outcome(lambda: {**value}), value


def test_merging_keywords() -> None:
    def called(**kwargs: Any) -> Any:
        return kwargs

    class Strange:
        def keys(self) -> Any:
            raise KeyError("own", "error")

    class Single:
        def keys(self) -> Any:
            return ["a"]

        def __getitem__(self, key: str) -> Any:
            raise KeyError("single")

    for value in ({"a": 1}, {"b": 2}, 5, None, Strange(), Single()):
        assert outcome(lambda: (t := {"b": 1}, H.dict_merge(t, value, called), t)[2]) == outcome(lambda: called(b=1, **value)), value


def test_make_function() -> None:
    def outer() -> Any:
        free = 7

        def inner(a: int = 1, *, b: int = 2) -> Any:
            return a, b, free

        return inner

    template = outer()
    extras = [(5,), {"b": 6}, ("a", int), template.__closure__]
    made = H.make_function(lib.probe_frame(), template.__code__, 15, extras)
    assert made() == (5, 6, 7) and made.__annotations__ == {"a": int} and made.__globals__ is globals()
    assert H.make_function(lib.probe_frame(), template.__code__, 8, extras[3:])(1, b=2) == (1, 2, 7)


# ---- iteration ----


def test_iteration() -> None:
    for value in ([1], 5, Odd(), "ab", {}):
        assert type(outcome(H.get_iter, value)) is type(outcome(iter, value))
    out: list[Any] = []
    iterator = iter([1, 2])
    assert [lib.probe_for_iter(iterator, out) for _ in range(3)] == [1, 1, 0] and out == [1, 2]

    class Bad:
        def __iter__(self) -> Any:
            return self

        def __next__(self) -> Any:
            raise error

    error: BaseException = StopIteration(5)
    assert lib.probe_for_iter(Bad(), out) == 0
    error = ValueError("x")
    with pytest.raises(ValueError, match="x"):
        lib.probe_for_iter(Bad(), out)


def test_delegation() -> None:
    def member() -> Any:
        got = yield 1
        yield got
        return "result"

    def send(receiver: Any, value: Any) -> Any:
        out = outputs(1)
        return H.send(receiver, value, ctypes.addressof(out)), taken(out, 1)

    generator = member()
    assert [send(generator, value) for value in (None, 5, None)] == [(1, [1]), (1, [5]), (0, ["result"])]
    assert send(iter([3]), None) == (1, [3]) and send(iter([]), None) == (0, [None])
    with pytest.raises(AttributeError, match="send"):
        send(iter([3]), 5)


def test_awaiting() -> None:
    async def coroutine() -> None:
        pass

    class Awaited:
        def __init__(self, iterator: Any) -> None:
            self.iterator = iterator

        def __await__(self) -> Any:
            return self.iterator

    mine, other, iterator = coroutine(), coroutine(), iter([1])
    assert H.get_awaitable(mine, 0) is mine and H.get_awaitable(Awaited(iterator), 0) is iterator
    words = [
        (5, 0, "object int can't be used in 'await' expression"),
        (5, 1, "'async with' received an object from __aenter__ that does not implement __await__: int"),
        (5, 2, "'async with' received an object from __aexit__ that does not implement __await__: int"),
        (Awaited(5), 0, r"__await__\(\) returned non-iterator of type 'int'"),
        (Awaited(other), 0, r"__await__\(\) returned a coroutine"),
    ]
    for value, oparg, expected in words:
        with pytest.raises(TypeError, match=expected):
            H.get_awaitable(value, oparg)
    mine.close()
    other.close()


def test_unpacking() -> None:
    def unpack(value: Any, count: int) -> Any:
        out = outputs(count)
        H.unpack_sequence(value, count, ctypes.addressof(out))
        return taken(out, count)

    def unpack_rest(value: Any, before: int, after: int) -> Any:
        out = outputs(before + after + 1)
        H.unpack_ex(value, before | after << 8, ctypes.addressof(out))
        return taken(out, before + after + 1)

    def failing() -> Any:
        yield 1
        raise ValueError("in the middle")

    class NoIter:
        __iter__ = None

    sources = [(), (1,), (1, 2), [1, 2, 3], "abcd", {1: 2}, 5, None, NoIter(), range(7)]
    for value in sources:
        assert outcome(unpack, value, 1) == outcome(lambda: [(a := None), [a] == 0, [a := x for (x,) in [value]]][2]), value
        assert outcome(unpack, value, 2) == outcome(lambda: [[a, b] for a, b in [value]][0]), value
        assert outcome(unpack, value, 3) == outcome(lambda: [[a, b, c] for a, b, c in [value]][0]), value
        assert outcome(unpack_rest, value, 1, 1) == outcome(lambda: [[a, b, c] for a, *b, c in [value]][0]), value
        assert outcome(unpack_rest, value, 0, 2) == outcome(lambda: [[a, b, c] for *a, b, c in [value]][0]), value
        assert outcome(unpack_rest, value, 2, 0) == outcome(lambda: [[a, b, c] for a, b, *c in [value]][0]), value
    assert outcome(unpack, failing(), 2) == outcome(lambda: [[a, b] for a, b in [failing()]][0])
    assert outcome(unpack_rest, failing(), 0, 1) == outcome(lambda: [[a, b] for *a, b in [failing()]][0])


# ---- statements ----


def test_raise() -> None:
    class Strange(Exception):
        def __new__(cls) -> Any:
            return 5

    def reference(exception: Any, cause: Any) -> None:
        if cause is NULL:
            raise exception
        raise exception from cause

    for exception, cause in itertools.product([ValueError, ValueError("x"), 5, int, Strange, KeyError], [NULL, None, KeyError("c"), KeyError, 5]):
        results = []
        for function in (H.raise_varargs, reference):
            with pytest.raises(BaseException) as caught:
                function(exception, cause)
            error = caught.value
            results.append((type(error), str(error), type(error.__cause__), error.__suppress_context__))
        assert results[0] == results[1], (exception, cause)


def test_with() -> None:
    class Manager:
        def __enter__(self) -> str:
            return "entered"

        def __exit__(self, *exc: object) -> None:
            pass

    class NoExit:
        __enter__ = Manager.__enter__

    def enter(manager: Any) -> Any:
        out = outputs(2)
        H.before_with(manager, ctypes.addressof(out))
        return taken(out, 2)

    def reference(manager: Any) -> Any:
        with manager as value:
            return value

    manager = Manager()
    leave, value = enter(manager)
    assert leave == manager.__exit__ and value == "entered"
    for wrong in (5, NoExit()):
        assert outcome(enter, wrong) == outcome(reference, wrong)


def test_imports() -> None:
    import email

    assert H.import_name(lib.probe_frame(), "email", ("message",), 0) is email
    assert H.import_from(email, "message") is email.message
    assert outcome(H.import_name, lib.probe_frame(), "no_such_module", None, 0) == outcome(lambda: __import__("no_such_module"))
    for name in ("nothing", "message"):
        assert outcome(H.import_from, email, name) == outcome(lambda: exec(f"from email import {name}") or getattr(email, name))

    def importing(module: Any) -> Any:
        namespace: dict[str, Any] = {"__builtins__": {"__import__": lambda *a: module}}
        exec("from x import y", namespace)

    for module in (5, SimpleNamespace(__name__=5), SimpleNamespace(__name__="q"), type(sys)("fresh")):
        assert outcome(H.import_from, module, "y") == outcome(importing, module), module
    assert H.load_build_class(lib.probe_frame()) is __build_class__
    assert outcome(H.get_len, [1]) == ("gave", (int, "1")) and outcome(H.get_len, 5) == outcome(len, 5)
    assert H.poll(lib.probe_frame()) in (0, 1)


# ---- names ----


def test_globals() -> None:
    words = cells()
    for load in (H.load_global, lambda *a: H.load_global_cached(*a, words)):
        names, builtins = {"a": 1}, {"b": 2, "len": 3}
        for step in range(40):
            for name in ("a", "b", "len", "c"):
                expected = outcome(lambda: eval(name, {**names, "__builtins__": builtins}))
                for _ in range(3):
                    ctypes.memset(words, 0, 32) if name != "a" and step % 3 == 0 else None
                    assert outcome(load, names, builtins, name) == expected, (step, name)
            if step == 5:
                names["len"] = "shadow"
            elif step == 8:
                del names["len"]
            elif step == 12:
                builtins["b"] = "changed"
            elif step == 15:
                names[5] = "a key that is no str"
            elif step == 20:
                del names[5]
                names["a"] = 2
            elif step > 20:
                names[f"more{step}"] = step
                builtins[f"more{step}"] = step


def test_one_cache_under_change() -> None:
    words, names, builtins = cells(), {"x": 1}, {"len": len}
    assert H.load_global_cached(names, builtins, "len", words) is len
    names["len"] = 5
    assert H.load_global_cached(names, builtins, "len", words) == 5
    del names["len"]
    assert H.load_global_cached(names, builtins, "len", words) is len
    builtins["len"] = 6
    assert H.load_global_cached(names, builtins, "len", words) == 6
    del builtins["len"]
    with pytest.raises(NameError):
        H.load_global_cached(names, builtins, "len", words)


def test_recheck_global() -> None:
    words, names = cells(), {"x": 1}
    assert H.recheck_global(names, "x", names["x"], words) == 1 and words[0] != 0
    assert H.recheck_global(names, "x", "other", words) == 0
    assert H.recheck_global(names, "y", NULL, words) == 1
    assert H.recheck_global(names, "x", NULL, words) == 0


def test_other_names() -> None:
    names: dict[str, Any] = {}
    assert H.store_global(names, "x", 1) == 0 and names == {"x": 1}
    assert H.delete_global(names, "x") == 0 and names == {}
    assert outcome(H.delete_global, names, "x") == outcome(lambda: exec("global x\ndel x", {}))

    class Body:
        known = 1
        frame = lib.probe_frame()
        assert H.load_name(frame, "known") == 1 and H.load_name(frame, "H") is H and H.load_name(frame, "len") is len
        assert H.store_name(frame, "stored", 5) == 0
        assert H.delete_name(frame, "known") == 0
        load = outcome(H.load_name, frame, "absent")
        delete = outcome(H.delete_name, frame, "absent")

    assert Body.stored == 5 and not hasattr(Body, "known")  # type: ignore[attr-defined]
    assert Body.load == outcome(lambda: eval("absent", {})) and Body.delete == outcome(lambda: exec("del absent", {}))


def test_unbound() -> None:
    def unbound(helper: Any, index: int) -> Any:
        if not helper:
            cell = 1
        own = helper and outcome(helper, lib.probe_frame(), index)
        read = lambda: cell  # noqa: E731
        return own or outcome(read)

    code = unbound.__code__
    index = (code.co_varnames + code.co_cellvars).index("cell")
    own = unbound(H.unbound_deref, index)
    assert own[1][:2] == (UnboundLocalError, "cannot access local variable 'cell' where it is not associated with a value")
    assert unbound(H.delete_deref, index) == own
    assert unbound(H.unbound_local, 0)[1][1] == "cannot access local variable 'helper' where it is not associated with a value"


# ---- attributes ----


class Base:
    default = "class attribute"

    def method(self) -> str:
        return "method"

    @property
    def computed(self) -> Any:
        return self.value  # type: ignore[attr-defined]

    @property
    def failing(self) -> Any:
        raise AttributeError("mine")

    @classmethod
    def of_class(cls) -> Any:
        return cls

    @staticmethod
    def static() -> str:
        return "static"


class Slots:
    __slots__ = ("default", "value")


class Dynamic(Base):
    def __getattr__(self, name: str) -> str:
        return "dynamic " + name


class ListLike(list):  # type: ignore[type-arg]
    default = 3


NAMES = ("value", "default", "method", "computed", "failing", "of_class", "static", "absent", "__class__", "__dict__", "__doc__")


def check_attributes(owners: list[Any], words: dict[str, Any], more: dict[str, Any]) -> None:
    for name in NAMES:
        for owner in owners:
            expected = outcome(getattr, owner, name)
            for _ in range(2):
                assert outcome(H.load_attr_cached, owner, name, words[name]) == expected, (owner, name)
            assert outcome(H.load_attr, owner, name) == expected
            for load, extra in ((H.load_method, ()), *[(H.load_method_cached, (more[name],))] * 2):
                assert load_method(load, owner, name, extra)[:1] == expected[:1]
                assert load_method(load, owner, name, extra)[1][:2] == expected[1][:2], (owner, name)


def load_method(load: Any, owner: Any, name: str, extra: tuple[Any, ...]) -> Any:
    """What comes of it once the method is bound, in the form of outcome()."""
    out = outputs(2)
    result = outcome(load, owner, name, *extra, ctypes.addressof(out))
    if result[0] == "raised":
        return result
    found, second = ctypes.cast(out, ctypes.POINTER(ctypes.c_void_p))[:2]
    (value,) = taken(ctypes.cast(ctypes.byref(out, 8), ctypes.POINTER(ctypes.py_object)), 1)
    assert second == id(value)
    if found:
        assert value is owner
        value = taken(out, 1)[0].__get__(owner)
    return outcome(lambda: value)


def test_cached_attributes() -> None:
    class Local(Base):
        pass

    class Other(Base):
        default = "other's"

    words, more = [{name: cells() for name in NAMES} for _ in range(2)]
    a, b, c, s, d, m = Local(), Local(), Other(), Slots(), ListLike(), type(sys)("m")
    owners: list[Any] = [a, b, c, s, d, m, Dynamic(), Local, Base, Slots, int, 5, sys, None, BaseException("x")]
    check_attributes(owners, words, more)
    a.value = c.value = s.value = d.value = m.value = 1  # type: ignore[attr-defined]
    check_attributes(owners, words, more)
    b.other, b.value = 1, 2  # type: ignore[attr-defined]
    check_attributes(owners, words, more)
    a.default = "own"
    check_attributes(owners, words, more)
    del a.value  # type: ignore[attr-defined]
    check_attributes(owners, words, more)
    b.__dict__["method"] = "shadow"
    check_attributes(owners, words, more)
    Local.default = property(lambda self: "now data")  # type: ignore[assignment]
    check_attributes(owners, words, more)
    Base.computed = Base.method  # type: ignore[assignment, method-assign]
    Base.value = "from the class"  # type: ignore[attr-defined]
    check_attributes(owners, words, more)
    del Local.default
    a.__dict__ = {"value": 7}
    check_attributes(owners, words, more)
    c.__class__ = Local  # type: ignore[assignment]
    check_attributes(owners, words, more)
    Local.__getattr__ = lambda self, name: name  # type: ignore[attr-defined]
    check_attributes(owners, words, more)
    del Base.value  # type: ignore[attr-defined]
    Base.computed = property(lambda self: self.value)  # type: ignore[assignment, method-assign]


def test_class_attribute_that_becomes_a_descriptor() -> None:
    class Value:
        pass

    class Owner:
        attribute = Value()

    owner, words = Owner(), cells()
    value = Owner.__dict__["attribute"]
    assert H.load_attr_cached(owner, "attribute", words) is value
    assert H.load_attr_cached(owner, "attribute", words) is value
    Value.__get__ = lambda self, owner, kind: "got"  # type: ignore[attr-defined]
    assert H.load_attr_cached(owner, "attribute", words) == "got"
    owner.__dict__["attribute"] = "own"
    assert H.load_attr_cached(owner, "attribute", words) == "own"
    Value.__set__ = lambda self, owner, value: None  # type: ignore[attr-defined]
    assert H.load_attr_cached(owner, "attribute", words) == "got"


def test_property_changed_behind_the_type() -> None:
    class Owner:
        attribute = property(lambda self: 1)

    owner, words = Owner(), cells()
    assert H.load_attr_cached(owner, "attribute", words) == 1
    Owner.__dict__["attribute"].__init__(lambda self: 2)
    assert H.load_attr_cached(owner, "attribute", words) == 2
    Owner.__dict__["attribute"].__init__()
    assert outcome(H.load_attr_cached, owner, "attribute", words) == outcome(getattr, owner, "attribute")


def test_cached_stores() -> None:
    class Local:
        fixed = property(lambda self: 1)

    def make() -> list[Any]:
        full = Local()
        for i in range(40):
            setattr(full, f"x{i}", i)
        return [Local(), Local(), full, Slots(), ListLike(), SimpleNamespace(), type(sys)("m"), 5, Base, sys.implementation]

    for name in ("value", "fixed", "default", "x3", "__class__", "__dict__", "late"):
        words, ours, theirs = cells(), make(), make()
        for value in ("one", "two", {}, 5):
            for a, b in zip(ours[:-2], theirs[:-2], strict=True):
                assert outcome(H.store_attr_cached, a, name, value, words)[0] == outcome(setattr, b, name, value)[0], (a, name)
                assert list(getattr(a, "__dict__", {})) == list(getattr(b, "__dict__", {}))
                assert getattr(a, name, None) == getattr(b, name, None) or name == "__class__"
        assert outcome(H.store_attr_cached, 5, name, 5, words) == outcome(setattr, 5, name, 5)
        assert outcome(H.delete_attr, Local(), name)[0] == outcome(delattr, Local(), name)[0]
    first, second = Local(), Local()
    words = cells()
    for owner in (first, second, first):
        for value in ("a", "b"):
            assert H.store_attr_cached(owner, "q", value, words) == 0 and owner.q == value  # type: ignore[attr-defined]
    Local.q = property(lambda self: "data")  # type: ignore[attr-defined]
    assert outcome(H.store_attr_cached, first, "q", 1, words) == outcome(setattr, first, "q", 1)
    assert H.store_attr(second, "r", 1) == 0 and second.r == 1  # type: ignore[attr-defined]


def test_stores_keep_the_order_of_attributes() -> None:
    class Local:
        pass

    one = Local()
    one.a, one.b, one.c = 1, 2, 3  # type: ignore[attr-defined]
    two, words = Local(), [cells() for _ in range(3)]
    for name, word in zip("cab", words, strict=True):
        H.store_attr_cached(two, name, name, word)
    assert list(two.__dict__) == ["c", "a", "b"]
    three = H.make_instance(Local, 0x0001, ["v", "v"], 2)
    assert list(three.__dict__) == ["b", "a"]
    three.__dict__["d"] = 1  # from here on a dict
    assert H.store_new_value(three, "b", "w") == 0 and list(three.__dict__.items()) == [("b", "w"), ("a", "v"), ("d", 1)]


# ---- reference counts ----


def test_no_reference_is_lost() -> None:
    class Local:
        marker = object()

        def __init__(self, value: Any) -> None:
            self.value = value

    marker, words, more = object(), cells(), cells()
    owner = Local(marker)
    items, table = [marker], {"k": marker}
    keys = ("k",)
    out = outputs(3)
    address = ctypes.addressof(out)

    def everything() -> None:
        H.binary_subscr(items, 0), H.dict_subscr(table, "k"), H.store_subscr(items, 0, marker), H.dict_store(table, "k", marker)
        H.load_attr_cached(owner, "value", words), H.store_attr_cached(owner, "value", marker, more), H.load_attr(owner, "value")
        H.build_tuple((marker, marker)), H.build_list((marker,)), H.build_set((marker,)), H.build_map(("k", marker)), H.build_const_key_map(keys, (marker,))
        H.list_append([], marker), H.map_add({}, "k", marker), H.set_add(set(), marker), H.contains(marker, items), H.compare(marker, marker, 2)
        H.unpack_sequence((marker, 1), 2, address), taken(out, 2)
        H.unpack_ex((marker, 1, marker), 1, address), taken(out, 2)
        H.load_global({"m": marker}, {}, "m"), H.load_global_cached({"m": marker}, {}, "m", cells())
        for helper, arguments in (
            (H.build_set, ((marker, []),)),
            (H.build_map, ((marker, 1, [], 1),)),
            (H.map_add, ({}, [], marker)),
            (H.binary_op, (marker, marker, 0)),
        ):
            outcome(helper, *arguments)

    everything()
    gc.collect()
    before = sys.getrefcount(marker)
    for _ in range(50):
        everything()
    gc.collect()
    assert sys.getrefcount(marker) == before


def test_cache_words_hold_no_reference() -> None:
    class Local:
        pass

    def scope() -> weakref.ref[Any]:
        owner = Local()
        owner.value = Local()  # type: ignore[attr-defined]
        H.load_attr_cached(owner, "value", words)
        return weakref.ref(owner.value)  # type: ignore[attr-defined]

    words = cells()
    assert scope()() is None


@given(st.lists(st.integers(), max_size=20), st.lists(st.tuples(st.booleans(), st.integers(-30, 30)), max_size=40))
def test_lists_popped_and_inserted_into(items: list[int], steps: list[tuple[bool, int]]) -> None:
    """What sys.getsizeof shows of the list is the same, too."""
    ours, plain = list(items), list(items)
    for pops, index in steps:
        if pops:
            assert outcome(H.list_pop, ours, index) == outcome(plain.pop, index)
        else:
            assert H.list_insert(ours, index, index) == 0
            plain.insert(index, index)
        assert (ours, sys.getsizeof(ours)) == (plain, sys.getsizeof(plain))


@given(st.integers(-(1 << 63), (1 << 63) - 1))
@example(0)
@example(-(1 << 63))
@example((1 << 63) - 1)
def test_ints_as_text(number: int) -> None:
    assert H.int_str(number) == str(number)
    assert H.object_id(number) == id(number)


def test_every_file_is_of_readable_length() -> None:
    for path in Path(generate.TARGET).parent.glob("helpers*.c"):
        assert len(path.read_text().splitlines()) < 500, path


@pytest.mark.parametrize(("start", "stop", "step"), [(0, 5, 1), (2, 9, 3), (9, 2, -3), (-4, 5, 2), (3, 3, 1), (5, 0, 1)])
def test_iterators_of_ranges(start: int, stop: int, step: int) -> None:
    numbers = range(start, stop, step)
    for turns in range(len(numbers) + 1):
        want = iter(numbers)
        for _ in range(turns):
            next(want)
        got = H.range_iterator_at(start + turns * step, start, stop, step)
        assert got.__reduce__() == want.__reduce__()
        assert list(got) == list(want)


def test_code_with_extras_of_others_only() -> None:
    """A tool that came before us has a slot: what stands in front of it is no state of ours."""
    index = ctypes.pythonapi._PyEval_RequestCodeExtraIndex(None)

    def function(x: int) -> int:
        return x + 1

    assert ctypes.pythonapi._PyCode_SetExtra(ctypes.py_object(function.__code__), ctypes.c_ssize_t(index), ctypes.c_void_p(0)) == 0
    assert H.call(function, (4,), NULL) == 5
