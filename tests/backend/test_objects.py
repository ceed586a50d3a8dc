"""Ops on objects, on real objects of this interpreter."""

from __future__ import annotations

import ctypes
import sys
from typing import Any, ClassVar

import pytest

pytest.importorskip("llvmlite")
from machine import EXIT, Machine, at, function, new_reference, word


def run_on(text: str, *objects: Any) -> Any:
    """The machine after running with the objects in the slots, and the status."""
    machine = Machine(text)
    return machine, machine.run(*map(id, objects))


@pytest.mark.parametrize("number", [0, 1, -1, 2**30 - 1, 2**30, -(2**30), 2**45 + 12345, -(2**59) - 7, 2**60 - 1, -(2**60) + 1])
def test_int_value(number: int) -> None:
    text = function("%1 = load_slot index=0", "%2 = int_fits %1", "guard %2 reason='overflow' {at 4}", "%3 = int_value %1",
                    "%4 = box_i64 %3 {at 6}", "return %4")
    _, result = run_on(text, number)
    assert at(result) == number


@pytest.mark.parametrize("number", [2**60, -(2**60), 2**100])
def test_int_does_not_fit(number: int) -> None:
    text = function("%1 = load_slot index=0", "%2 = int_fits %1", "guard %2 reason='overflow' {at 4 stack=[%1, NULL]}", "return %1")
    before = sys.getrefcount(number)
    machine, status = run_on(text, number)
    assert (status, machine.exit, machine.position, machine.stacktop) == (EXIT, (4, "overflow", 2), 2, 6)
    assert (machine.slot(4), machine.slot(5)) == (id(number), 0)
    assert sys.getrefcount(number) == before + 1, "the stack got a reference of its own"


def boxed(*body: str) -> str:
    return function(*body, "%90 = box_i64 %9 {at 6}", "return %90")


@pytest.mark.parametrize(("op", "thing", "want"), [
    ("size", [1, 2, 3], 3), ("size", (1,), 1), ("str_len", "héllo", 5), ("str_len", "", 0), ("dict_len", {1: 2}, 1), ("set_len", {1, 2}, 2),
    ("bytearray_len", bytearray(b"abc"), 3),
])
def test_lengths(op: str, thing: Any, want: int) -> None:
    assert at(run_on(boxed("%1 = load_slot index=0", f"%9 = {op} %1"), thing)[1]) == want


def test_bytes() -> None:
    data = bytearray(b"\x00\xffa")
    body = ("%1 = load_slot index=0", "%2 = const_i64 value=1")
    assert at(run_on(boxed(*body, "%9 = bytes_item %1, %2"), bytes(data))[1]) == 255
    assert at(run_on(boxed(*body, "%9 = bytearray_item %1, %2"), data)[1]) == 255
    assert at(run_on(boxed(*body, "%3 = const_i64 value=7", "bytearray_set %1, %2, %3", "%9 = bytearray_item %1, %2"), data)[1]) == 7
    assert data == b"\x00\x07a"


def test_items() -> None:
    things = ["a", "b", "c"]
    body = ("%1 = load_slot index=0", "%2 = const_i64 value=2")
    assert at(run_on(function(*body, "%3 = list_item %1, %2", "incref %3", "return %3"), things)[1]) == "c"
    assert at(run_on(function(*body, "%3 = tuple_item %1, %2", "incref %3", "return %3"), tuple(things))[1]) == "c"
    assert at(run_on(function(*body, "%3 = tuple_item_const %1 index=1", "incref %3", "return %3"), tuple(things))[1]) == "b"


@pytest.mark.parametrize(("type_", "thing"), [("int", 3), ("float", 2.5), ("list", []), ("str", "x"), ("bool", True), ("dict", {})])
def test_is_type(type_: str, thing: Any) -> None:
    text = function("%1 = load_slot index=0", f"%2 = is_type %1 type='{type_}'", "%3 = i1_to_i64 %2", "%4 = box_i64 %3 {at 0}", "return %4")
    assert at(run_on(text, thing)[1]) == 1
    assert at(run_on(text, 3j)[1]) == 0


def test_truth_objects() -> None:
    text = function("%1 = load_slot index=0", "%2 = is_obj_true %1", "%3 = box_i1 %2", "incref %3", "return %3")
    assert at(run_on(text, True)[1]) is True
    assert at(run_on(text, 1)[1]) is False


class Dying:
    """Tells when it dies."""

    deaths: ClassVar[list[str]] = []

    def __init__(self, name: str) -> None:
        self.name = name

    def __del__(self) -> None:
        self.deaths.append(self.name)


def test_decref_deallocates() -> None:
    Dying.deaths.clear()
    machine = Machine(function("%1 = load_slot index=0", "xdecref %1 type='unknown' offset=8", "%2 = load_slot index=1", "incref %2", "return %2"))
    dying = new_reference(Dying("x"))
    machine.run(dying, id(None))
    assert Dying.deaths == ["x"]
    assert machine.position == 8
    machine.run(0, id(None))


def test_list_set_f64() -> None:
    text = function("%1 = load_slot index=0", "%2 = const_i64 value=0", "%3 = const_f64 value=7.5", "list_set_f64 %1, %2, %3 offset=4",
                    "incref %1", "return %1")
    machine = Machine(text)
    mine = [float("1.25")]
    place = id(mine[0])
    machine.run(id(mine))
    assert mine == [7.5] and id(mine[0]) == place, "overwritten in place"
    shared = float("1.25")
    holder: list[Any] = [shared]
    before = sys.getrefcount(shared)
    machine.run(id(holder))
    assert sys.getrefcount(shared) == before - 1
    assert (holder, shared) == ([7.5], 1.25)
    Dying.deaths.clear()
    holder[0] = Dying("y")
    machine.run(id(holder))
    assert (holder, Dying.deaths) == ([7.5], ["y"])


class Point:
    """Has inline values."""

    def __init__(self) -> None:
        self.x = 1
        self.y = float("2.5")


def test_inline_values() -> None:
    point = Point()
    _, status = run_on(function("%1 = load_slot index=0", "%2 = inline_value %1 index=1", "incref %2", "return %2"), point)
    assert at(status) is point.y
    text = function("%1 = load_slot index=0", "%2 = load_slot index=1", "incref %2", "set_inline_value %1, %2 index=0", "incref %1", "return %1")
    run_on(text, point, "new")
    assert point.x == "new"
    fresh = Point.__new__(Point)
    fresh.y = 3.5
    text = function("%1 = load_slot index=0", "%2 = load_slot index=1", "incref %2", "add_inline_value %1, %2 index=0", "incref %1", "return %1")
    run_on(text, fresh, "added")
    assert list(vars(fresh).items()) == [("y", 3.5), ("x", "added")]
    text = function("%1 = load_slot index=0", "%3 = const_f64 value=-0.0", "set_inline_f64 %1, %3 index=1 offset=2", "incref %1", "return %1")
    run_on(text, point)
    assert repr(point.y) == "-0.0"
    point.__dict__["z"] = 1
    vars(point)
    text = boxed("%1 = load_slot index=0", "%2 = has_inline_values %1", "%9 = i1_to_i64 %2")
    _, result = run_on(text, point)
    has = at(result)
    _, result = run_on(boxed("%1 = load_slot index=0", "%2 = inline_value %1 index=1", "%3 = is_null %2", "%9 = i1_to_i64 %3"), point)
    assert at(result) == 1 - has


ITERATE = """function 'iterate' call base=0 locals=4
b0:
  %1 = load_slot index=0
  %2 = load_slot index=1
  jump -> b1()
b1:
  %3 = {kind}_iter_more %1
  branch %3 likely=True -> b2(), b3()
b2:
  {take}
  %9 = call %2, %4 helper='list_append' {{at 4}}
  jump -> b1()
b3:
  {end}
  incref %2
  return %2
"""


def append(target: int, item: int) -> int:
    at(target).append(at(item))
    ctypes.pythonapi.Py_DecRef(ctypes.c_void_p(item))
    return 0


@pytest.mark.parametrize("kind", ["list", "tuple", "range"])
def test_iterators(kind: str) -> None:
    if kind == "range":
        sequence: Any = range(10, -5, -3)
        take, end = "%5 = range_iter_take %1\n  %4 = box_i64 %5 {at 6}", ""
    else:
        sequence = {"list": list, "tuple": tuple}[kind]("abc")
        take, end = f"%4 = {kind}_iter_take %1\n  incref %4", f"{kind}_iter_end %1 offset=8"
    machine = Machine(ITERATE.format(kind=kind, take=take, end=end), {"list_append": append})
    iterator, target = iter(sequence), []  # type: ignore[var-annotated]
    before = sys.getrefcount(sequence)
    machine.run(id(iterator), id(target))
    assert target == list(sequence)
    assert list(iterator) == []
    if kind != "range":
        assert sys.getrefcount(sequence) == before - 1, "an exhausted iterator holds its sequence no more"
        machine.run(id(iterator), id(target))
        assert target == list(sequence)


@pytest.mark.parametrize(("numbers", "holders", "want"), [((9,), 0, True), ((3, 9), 0, True), ((3, 9, 2), 0, True), ((9,), 1, False), ((0,), 0, True)])
def test_who_holds_an_iterator(numbers: tuple[int, ...], holders: int, want: bool) -> None:
    body = ("decref %1 type='range_iterator' offset=2", "%2 = range_iter_alone %1", "incref %1")  # the slot holds it, too
    machine = Machine(function("%1 = load_slot index=0", *body, "%3 = box_i1 %2", "incref %3", "return %3"))
    iterators = [iter(range(*numbers))]
    iterators += iterators * holders
    assert at(machine.run(id(iterators[0]))) is want


def test_cells_and_arrays() -> None:
    text = function("%1 = cells key='k' count=4", "%2 = stack_array count=2", "%3 = load_slot index=0",
                    "%4 = call %3, %3, %2 helper='load_method' {at 2}", "%5 = array_item %2 index=1", "%6 = array_f64 %2 index=0", "return %5")

    def load_method(owner: int, name: int, out: int) -> int:
        ctypes.c_double.from_address(out).value = 1.5
        ctypes.c_int64.from_address(out + 8).value = new_reference("answer")
        return 0

    machine = Machine(text, {"load_method": load_method})
    assert at(machine.run(id("x"))) == "answer"
    assert machine.lowered.pool.count(("cell", 0)) == 5


def test_word_reads_memory() -> None:
    assert word(id(3), 8) == id(int)


def fresh_point() -> Any:
    """An instance with inline values x and y, of a class of its own."""

    class Own(Point):
        pass

    Own()
    return Own()


VALUE = function("%1 = load_slot index=0", "%2 = load_slot index=1", "%3 = const_i64 value=1", "%4 = instance_value %1, %2, %3", "incref %4", "return %4")
ABSENT = boxed("%1 = load_slot index=0", "%2 = load_slot index=1", "%3 = const_i64 value=2", "%4 = no_shadow %1, %2, %3", "%9 = i1_to_i64 %4")


def test_values_of_instances() -> None:
    point, name = fresh_point(), "y"
    machine = Machine(VALUE, {"dict_value": lambda owner, name, place: id(at(owner).__dict__[at(name)])})
    assert at(machine.run(id(point), id(name))) is point.y and not machine.calls
    vars(point)["z"] = 1
    assert at(machine.run(id(point), id(name))) is point.y
    assert [call[0] for call in machine.calls] == ["dict_value"]


def test_no_shadow() -> None:
    point, name = fresh_point(), "method"
    machine = Machine(ABSENT, {"not_own": lambda owner, name: int(at(name) not in vars(at(owner)))})
    assert at(machine.run(id(point), id(name))) == 1
    assert [call[0] for call in machine.calls] == ["box_int"], "no helper has looked"
    point.z = 1
    assert at(machine.run(id(point), id(name))) == 1
    assert [call[0] for call in machine.calls[1:]] == ["not_own", "box_int"], "there are more shared keys than there were"
    vars(point)["method"] = 1
    assert at(machine.run(id(point), id(name))) == 0


def test_class_is_version() -> None:
    class Changing:
        pass

    Changing().x = 1  # type: ignore[attr-defined]
    hasattr(Changing, "x")  # gives the class a version
    version = ctypes.c_uint32.from_address(id(Changing) + 384).value
    machine = Machine(boxed("%1 = class_is_version ref=3", "%9 = i1_to_i64 %1"))
    machine.objects |= {("object", 3): id(Changing), ("version", 3): version}
    assert at(machine.run()) == 1
    Changing.x = 2  # type: ignore[attr-defined]
    assert at(machine.run()) == 0


class Slotted:
    """Has members at fixed places."""

    __slots__ = ("a", "b")


def test_set_slot_f64() -> None:
    """Unset, held by the object alone, held by others, something else."""
    thing, offset = Slotted(), object.__basicsize__
    text = function("%1 = load_slot index=0", "%3 = const_f64 value=2.5", f"set_slot_f64 %1, %3 member={offset} offset=2", "incref %1", "return %1")
    run_on(text, thing)
    assert thing.a == 2.5
    thing.a = float("7.5")
    run_on(text, thing)
    assert thing.a == 2.5
    thing.a = held = float("8.5")
    run_on(text, thing)
    assert (thing.a, held) == (2.5, 8.5)
    thing.a = Dying("slot")
    run_on(text, thing)
    assert thing.a == 2.5


@pytest.mark.parametrize(("thing", "plain"), [
    (enumerate([1]), 1), (enumerate((1,), 5), 1), (enumerate(range(3)), 1), (enumerate("ab"), 0), (enumerate([1], 2**62), 0), (enumerate({}), 0),
])
def test_enumerate_plain(thing: Any, plain: int) -> None:
    assert at(run_on(boxed("%1 = load_slot index=0", "%2 = enumerate_plain %1", "%9 = i1_to_i64 %2"), thing)[1]) == plain
