"""Guards, calls, raising, polling: how control leaves, and what the frame looks like then."""

from __future__ import annotations

import ctypes
import sys
from typing import Any

import pytest

pytest.importorskip("llvmlite")
from machine import CODE, ERROR, EXIT, LAYOUT, Machine, at, function, new_reference, word

RAW = "raw=[1=%2, 2=%3]"


def numbers(*rest: str) -> str:
    """%1 = slot 0 (an object), %2 = 41, %3 = 2.5, %4 false, then the rest."""
    return function("%1 = load_slot index=0", "%2 = const_i64 value=41000", "%3 = const_f64 value=2.5", "%4 = is_null %1", *rest)


def test_exit_boxes_each_value_once() -> None:
    machine = Machine(numbers(f"guard %4 reason='type_changed' {{at 20 stack=[%2, +%1, %2, %4] {RAW}}}", "return %1"))
    thing = ["thing"]
    before = sys.getrefcount(thing)
    assert machine.run(id(thing)) == EXIT
    assert machine.exit == (20, "type_changed", 4)
    assert (machine.position, machine.stacktop) == (18, 8)
    assert (at(machine.slot(1)), at(machine.slot(2)), at(machine.slot(7))) == (41000, 2.5, False)
    assert machine.slot(1) == machine.slot(4) == machine.slot(6)
    assert machine.slot(5) == id(thing) and sys.getrefcount(thing) == before
    assert word(machine.slot(1)) == 3, "three slots"


COUNTED = [(3, (3, 9), 1), (7, (3, 9), 2), (9, (3, 9), 2), (3, (3, 3), 1), (-5, (1, -9), -3), (1, (1, 5), -1)]


@pytest.mark.parametrize(("following", "numbers_", "step"), COUNTED)
def test_exit_makes_iterators_of_ranges(following: int, numbers_: tuple[int, int], step: int) -> None:
    constants = [f"%{2 + place} = const_i64 value={number}" for place, number in enumerate((following, *numbers_, step))]
    known = f"counting=({step},) 5 [%2, %3, %4]"
    iterator = known if step < 0 else known.replace(f"({step},)", "(0,)").replace("%4]", "%4, %5]")
    machine = Machine(function(*constants, f"exit reason='loop_done' {{at 8 stack=[{iterator}, {iterator}]}}"))
    assert machine.run(id(3)) == EXIT
    made, want = at(machine.slot(4)), iter(range(*numbers_, step))
    while next(want, following) != following:
        pass
    assert machine.slot(4) == machine.slot(5) and sys.getrefcount(made) == 4
    assert [*made] == [*([following] if following != numbers_[1] and (numbers_[0] - numbers_[1]) * step < 0 else []), *want]


def test_equal_exits_are_shared() -> None:
    line = f"guard %4 reason='type_changed' {{at 20 {RAW}}}"
    machine = Machine(numbers(line, line, line.replace("type_changed", "attr_changed"), "return %1"))
    assert len(machine.lowered.exits) == 2


def test_exit_terminator() -> None:
    machine = Machine(numbers(f"exit reason='loop_done' {{at 8 {RAW}}}"))
    assert machine.run(id(3)) == EXIT
    assert (machine.exit, machine.position) == ((8, "loop_done", 0), 6)


def test_yield_suspends_the_frame() -> None:
    machine = Machine(function("%1 = load_slot index=0", "%2 = load_slot index=4", "yield %1 {at 20 stack=[+%2, %1] raw=[]}"))
    thing, iterator = ["thing"], iter("ab")
    machine.set_slot(4, new_reference(iterator))
    before = sys.getrefcount(thing)
    assert machine.run(new_reference(thing)) == id(thing)
    assert (machine.position, machine.stacktop) == (18, 6), "at the YIELD_VALUE, with two entries on the stack"
    assert machine.slot(4) == id(iterator) and machine.slot(5) == id(thing)
    assert sys.getrefcount(thing) == before + 2, "of the slot, which was handed over to the caller, and of the stack"
    assert machine.frame[480 // 8] & 255 == 255


@pytest.mark.parametrize("offset", [30, 42])
def test_resumed_at_knows_the_position(offset: int) -> None:
    text = "function 'f' resume base=0 locals=4\nb0:\n  %1 = resumed_at offset=30\n  branch %1 likely=None -> b1(), b2()\n"
    machine = Machine(text + "b1:\n  exit reason='loop_done' {at 32}\nb2:\n  exit reason='never_seen' {at 44}\n")
    machine.frame[LAYOUT["_PyInterpreterFrame.prev_instr"] // 8] = CODE + offset
    assert machine.run() == EXIT
    assert machine.exit == ((32, "loop_done", 0) if offset == 30 else (44, "never_seen", 0))


def failing(*arguments: Any) -> Any:
    return None


def test_raise_unhandled_releases_the_stack_top_first() -> None:
    order: list[int] = []

    class Noted:
        def __init__(self, number: int) -> None:
            self.number = number

        def __del__(self) -> None:
            order.append(self.number)

    text = function("%1 = load_slot index=0", "%2 = load_slot index=1", "%3 = load_slot index=2", "%5 = const_i64 value=7",
                    "%4 = call %3 helper='get_iter' @12 {at 12 stack=[%1, +%1, NULL, +%2] drop=[%3] raw=[3=%5]}", "return %4")
    machine = Machine(text, {"get_iter": failing})
    assert machine.run(*(new_reference(Noted(number)) for number in (1, 2, 3))) == 0
    assert order == [3, 2, 1]
    assert machine.position == 12
    assert at(machine.slot(3)) == 7


@pytest.mark.parametrize("status", [0, 1])
def test_raise_handled_keeps_the_stack(status: int) -> None:
    machine = Machine(numbers(f"%5 = call %1 helper='for_iter' @12 {{at 12 stack=[+%1, %2] {RAW} handled}}", "incref %1", "return %1"),
                      {"for_iter": lambda _: 1 - status})
    thing = ["x"]
    result = machine.run(id(thing))
    if status:
        assert result == id(thing), "NULL only means that the iterator is exhausted"
        return
    assert result == ERROR
    assert (machine.position, machine.stacktop, machine.slot(4)) == (12, 6, id(thing))
    assert at(machine.slot(5)) == 41000


def test_negative_result_raises() -> None:
    machine = Machine(numbers("%5 = call %1 helper='is_true' @14 {at 14}", "%6 = box_i64 %5 {at 14}", "return %6"), {"is_true": lambda x: at(x)})
    assert at(machine.run(id(1))) == 1
    assert machine.run(id(-1)) == 0
    assert machine.position == 14


def test_call_with_vector() -> None:
    seen: list[Any] = []

    def call(ts: int, callable_: int, vector: int, count: int, kwnames: int | None) -> int:
        seen.append((at(callable_), [at(word(vector, 8 * place)) for place in range(count)], kwnames))
        return new_reference("result")

    text = function("%1 = load_slot index=0", "%2 = load_slot index=1", "%3 = null", "%4 = call %1, %3, %2, %1 helper='call' @2 {at 2}", "return %4")
    machine = Machine(text, {"call": call})
    assert at(machine.run(id("f"), id("a"))) == "result"
    assert seen == [("f", ["a", "f"], None)]
    assert machine.calls[0][1] != 0


def test_helper_that_always_raises() -> None:
    machine = Machine(function("%1 = const_i64 value=2", "%2 = call %1 helper='unbound_local' @4 {at 4 handled}", "raise {at 4 handled}"),
                      {"unbound_local": lambda frame, number: 0})
    assert machine.run() == ERROR


LOOP = """function 'loop' call base=0 locals=4
b0:
  %1 = const_i64 value=0
  %2 = const_i64 value=1
  %9 = const_i64 value=1000
  jump -> b1(%1)
b1(%3:i64):
  %4 = i64_add %3, %2 {at 4 raw=[0=%3]}
  poll @10 {at 2 stack=[%4] raw=[0=%4]}
  %5 = i64_compare %4, %9 pred='<'
  branch %5 likely=True -> b1(%4), b2()
b2:
  %6 = box_i64 %4 {at 6}
  return %6
"""


def test_poll() -> None:
    answers = [0, 0, 1, -1]
    machine = Machine(LOOP, {"poll": lambda ts, frame: answers.pop(0)})
    assert at(machine.run()) == 1000
    assert machine.calls == [("box_int", 1000)]
    machine.breaker.value = 1
    assert machine.run() == EXIT
    assert (machine.exit, at(machine.slot(0)), machine.position, machine.stacktop) == ((2, "eval_breaker", 1), 3, 0, 5)
    assert machine.slot(4) == machine.slot(0)
    machine.set_slot(0, 0)
    assert machine.run() == ERROR
    assert (at(machine.slot(0)), machine.position) == (1, 10)
    assert machine.calls[-1][0] == "poll_raised" and machine.calls[-1][3] == 2, "it is told where the loop's header is"


def test_poll_clears_the_slots_when_it_goes_on() -> None:
    seen: list[int] = []

    def poll(ts: int, frame: int) -> int:
        seen.append(at(machine.slot(0)))
        machine.breaker.value = len(seen) < 3
        return 0

    machine = Machine(LOOP, {"poll": poll})
    machine.breaker.value = 1
    assert at(machine.run()) == 1000
    assert (seen, machine.slot(0)) == ([1, 2, 3], 0)


def test_stress_makes_progress() -> None:
    statuses = set()
    machine = Machine(LOOP, {"poll": lambda ts, frame: 0}, stress_seed=11)
    for _ in range(2000):
        status = machine.run()
        statuses.add(machine.exit[1] if status == EXIT else "done")
    assert statuses <= {"done", "stress"} and "stress" in statuses


def test_tracing() -> None:
    foreign = 0
    machine = Machine(function("%1 = load_slot index=0", "check_tracing {at 0}", "return %1"), {"tools": lambda thread: foreign})
    assert machine.run(id(None)) == id(None)
    machine.cframe[0] = 1
    assert machine.run(id(None)) == id(None)  # our own recorder
    foreign = 1
    assert machine.run(id(None)) == EXIT


@pytest.mark.parametrize(("where", "spec"), [("'globals'", ("globals",)), ("('module_dict', 3)", ("module_dict", 3))])
def test_global_is(where: str, spec: tuple[object, ...]) -> None:
    names = {"x": 1}
    answer = 1
    machine = Machine(function("%1 = load_slot index=0", f"global_is where={where} name='x' spec=None {{at 2}}", "return %1"),
                      {"recheck_global": lambda names_, name, expected, cell: recheck(cell)})

    def recheck(cell: int) -> int:
        machine.pool[(cell - machine.base - machine.lowered.code_size) // 8] = word(id(names), 24)
        return answer

    machine.objects[spec] = id(names)
    assert [machine.run(id(None)) for _ in range(3)] == [id(None)] * 3
    assert len(machine.calls) == 1
    names["y"] = 2
    answer = 0
    assert machine.run(id(None)) == EXIT
    assert machine.exit == (2, "global_changed", 0)


SWAP = """function 'swap' call base=0 locals=4
b0:
  %1 = load_slot index=0
  %2 = load_slot index=1
  %3 = is_null %1
  branch %3 likely=None -> b1(%1, %2), b1(%2, %1)
b1(%4:obj, %5:obj):
  incref %4
  return %4
"""


def test_two_edges_to_one_block() -> None:
    machine = Machine(SWAP)
    assert machine.run(id(1), id(2)) == id(2)


def test_half_raw_locals_keep_their_box() -> None:
    machine = Machine(numbers("guard %4 reason='type_changed' {at 20 stack=[%2] raw=[1=%2, 2=%3] half=(1, 2)}", "return %1"))
    box = 40999 + len(machine.calls) + 1
    machine.set_slot(1, new_reference(box))
    assert machine.run(id("x")) == EXIT
    assert machine.slot(1) == machine.slot(4) == id(box)
    assert at(machine.slot(2)) == 2.5


@pytest.mark.parametrize(("first", "second"), [(False, True), (True, False)])
def test_raw_locals_that_are_perhaps_unbound(first: bool, second: bool) -> None:
    """What is bound gets a box of its own; the boxes that follow are found by their numbers."""
    flags = [f"%5 = const_i1 value={first}", f"%6 = const_i1 value={second}"]
    machine = Machine(numbers(*flags, "exit reason='loop_done' {at 8 stack=[%4, %2, %2, %3] raw=[0=%4, 1=%2, 2=%3, 3=%4] bound=[0=%6, 1=%5, 2=%6]}"))
    assert machine.run(id("x")) == EXIT
    assert at(machine.slot(0)) is False if second else machine.slot(0) == 0
    assert at(machine.slot(1)) == 41000 if first else machine.slot(1) == 0
    assert at(machine.slot(2)) == 2.5 if second else machine.slot(2) == 0
    assert [at(machine.slot(place)) for place in (3, 4, 5, 6, 7)] == [False, False, 41000, 41000, 2.5]
    assert machine.slot(5) == machine.slot(6) != machine.slot(1) and machine.slot(7) != machine.slot(2)


def test_exit_makes_a_tuple_once() -> None:
    """Two places of one key get the same tuple; raw items are boxed, owned ones taken over."""
    item = "tuple 9 [%2, +%1, %3]"
    text = numbers("incref %1", f"exit reason='loop_done' {{at 8 stack=[{item}, %2, {item}, tuple 4 []] raw=[2=%3]}}")

    def build_tuple(parts: int, count: int) -> int:
        made = tuple(at(word(parts + 8 * i)) for i in range(count))
        for i in range(count):
            ctypes.pythonapi.Py_DecRef(ctypes.c_void_p(word(parts + 8 * i)))
        return new_reference(made)

    machine = Machine(text, {"build_tuple": build_tuple})
    thing = ["thing"]
    assert machine.run(id(thing)) == EXIT
    made = at(machine.slot(4))
    assert made == (41000, thing, 2.5) and made[1] is thing
    assert machine.slot(6) == machine.slot(4) and at(machine.slot(7)) == ()
    assert made[0] is at(machine.slot(5)) and made[2] is at(machine.slot(2))
