"""What is asked of the program's objects, with odd ones."""

from __future__ import annotations

import collections
import gc
import marshal
import struct
import types
from typing import Any

import pytest

objects = pytest.importorskip("tierup.runtime.objects")
capture = pytest.importorskip("tierup.runtime.capture")
install = pytest.importorskip("tierup.runtime.install")


def test_a_class_that_is_not_ready() -> None:
    """CPython never makes the type of co_positions() ready: it has no namespace and no MRO."""
    value = compile("a", "<a>", "eval").co_positions()
    cls = type(value)
    assert objects.is_type(cls) and not objects.is_type(value)
    assert dict(objects.type_dict(cls)) == {}
    assert objects.lookup(cls, "a") is objects.MISSING


def resolver(table: Any) -> Any:
    """As in another process: only the descriptions are known."""
    return install.Resolver(marshal.loads(marshal.dumps(table.descriptions)), {"globals": {}, "builtins": {}}, None)


@pytest.mark.parametrize("name", ["GeneratorType", "CoroutineType", "AsyncGeneratorType", "FunctionType", "MethodType", "BuiltinFunctionType"])
def test_a_type_of_the_interpreter_that_has_no_name(name: str) -> None:
    cls = getattr(types, name)
    table = capture.Objects()
    ref = table.ref(cls)
    assert resolver(table).find(ref) is cls


class Loud(type):
    """No code of a program runs when its classes are looked for."""

    def __subclasses__(cls) -> Any:
        raise AssertionError

    def __eq__(cls, other: object) -> bool:
        raise AssertionError

    def __hash__(cls) -> int:
        raise AssertionError

    def __getattribute__(cls, name: str) -> Any:
        raise AssertionError


def made(base: type) -> type:
    class Made(base):
        pass

    return Made


@pytest.mark.parametrize("kind", ["object", "Exception", "loud"])
def test_a_class_that_a_function_made(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bases = {"object": object, "Exception": Exception, "loud": Loud("Base", (), {"__module__": __name__, "__qualname__": "Base"})}
    base = bases[kind]
    monkeypatch.setitem(globals(), "Base", base)
    one = made(base)
    table = capture.Objects()
    ref = table.ref(one)
    assert resolver(table).find(ref) is one
    two = made(base)
    with pytest.raises(install.CannotBind):
        resolver(table).find(ref)  # which one?
    del two
    gc.collect()
    assert resolver(table).find(ref) is one


def test_facts_of_classes_with_a_metaclass_that_compares() -> None:
    """Neither the slot of a base nor the item of a named tuple is found by comparing classes."""
    slotted = Loud("Slotted", (), {"__slots__": ("x",)})
    named = Loud("Named", (collections.namedtuple("Pair", "x y"),), {})
    below = Loud("Below", (slotted,), {})
    table = capture.Objects()
    assert capture.attribute_fact(slotted, "x", table)[0] == capture.attribute_fact(below, "x", table)[0] == "slot"
    assert capture.attribute_fact(named, "y", table) == ("item", 1)
    assert objects.iterates_as_tuple(named) and not objects.iterates_as_tuple(below)
    assert capture.class_attribute_fact(slotted, "x", table) == ("none",)


def test_a_class_in_a_class_that_a_function_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "Base", object)
    outer = made(object)
    inner = made(outer)
    inner.__qualname__ = "made.<locals>.Inner"
    table = capture.Objects()
    ref = table.ref(inner)
    assert resolver(table).find(ref) is inner
    inner.__qualname__ = "made.<locals>.Other"
    with pytest.raises(install.CannotBind):
        resolver(table).find(ref)


def test_builtin_types_are_the_same_everywhere() -> None:
    """Whatever a program has put in their place."""
    table = capture.Objects()
    ref = table.ref(int)
    table.descriptions[ref]["via"] = ("builtins", "int")
    found = install.Resolver(table.descriptions, {"globals": {}, "builtins": {"int": float}}, None)
    assert found.find(ref) is int and found.all() == [int]


def test_a_class_that_was_renamed() -> None:
    """The version of a class tells neither of its names nor of its class."""
    cls: Any = type("First", (), {})
    before = objects.describe_type(cls)
    assert objects.describe_type(cls) is before
    cls.__qualname__ = cls.__name__ = "Second"
    assert (objects.describe_type(cls)["name"], objects.describe_type(cls)["qualname"]) == ("Second", "Second")
    cls.__eq__ = lambda self, other: True
    assert before["flags"]["plain_equality"] and not objects.describe_type(cls)["flags"]["plain_equality"]


def test_refs_stand_for_objects() -> None:
    table = capture.Objects()
    rows = {0: (3, [], [], []), 2: (5, [((int, None, str), 4), ((str, int, None), 1)], [str], [len])}
    told = capture._tierup.refer(rows, table.refs, table.ref)
    assert told[0] is rows[0] and list(told) == [0, 2]
    one, other, called = table.refs[id(int)], table.refs[id(str)], table.refs[id(len)]
    assert told[2] == (5, [((one, None, other), 4), ((other, one, None), 1)], [other], [called])
    assert table.live[called] is len and table.descriptions[one]["name"] == "int"
    with pytest.raises(TypeError):
        capture._tierup.refer({0: (1, 2)}, table.refs, table.ref)


NUMBERS = [0.0, -0.0, 1.5, float("inf"), float("nan"), -float("nan"), struct.unpack("<d", struct.pack("<Q", 0x7FF8000000000001))[0]]


@pytest.mark.parametrize("there", range(len(NUMBERS)))
def test_a_float_is_found_by_its_bits(there: int) -> None:
    """Also a nan, which does not equal itself; of zeros and nans the sign counts, and what else is in a nan."""
    for here, number in enumerate(NUMBERS):
        table = capture.Objects()
        ref = table.ref(number)
        table.descriptions[ref]["via"] = ("globals", "NUMBER")
        resolver = install.Resolver(marshal.loads(marshal.dumps(table.descriptions)), {"globals": {"NUMBER": NUMBERS[there]}, "builtins": {}}, None)
        if here == there:
            assert resolver.find(ref) is NUMBERS[there]
        else:
            with pytest.raises(install.CannotBind):
                resolver.find(ref)
