"""Emitters of iterators: what the next of a range, list, tuple or enumerate does, in line."""

from __future__ import annotations

from tierup.backend.builder import WORD
from tierup.backend.emit_memory import list_address, tuple_address
from tierup.backend.emitters import Context, emits
from tierup.ir.graph import Instr


@emits("range_iter_more")
def range_iter_more(c: Context, i: Instr, x: str) -> str:
    return c.b.op(f"icmp slt i64 {c.b.field('i64', x, '_PyRangeIterObject.index')}, {c.b.field('i64', x, '_PyRangeIterObject.len')}")


@emits("range_iter_alone")
def range_iter_alone(c: Context, i: Instr, x: str) -> str:
    return c.b.op(f"icmp eq i64 {c.b.field('i64', x, 'PyObject.ob_refcnt')}, 1")


@emits("range_iter_take")
def range_iter_take(c: Context, i: Instr, x: str) -> str:
    place = c.b.field("i64", x, "_PyRangeIterObject.index")
    c.b.set_field("i64", c.b.op(f"add i64 {place}, 1"), x, "_PyRangeIterObject.index")
    distance = c.b.op(f"mul i64 {place}, {c.b.field('i64', x, '_PyRangeIterObject.step')}")
    return c.b.op(f"add i64 {c.b.field('i64', x, '_PyRangeIterObject.start')}, {distance}")


@emits("list_iter_more", "tuple_iter_more")
def sequence_iter_more(c: Context, i: Instr, x: str) -> str:
    b = c.b
    struct = "_PyListIterObject" if i.op.startswith("list") else "_PyTupleIterObject"
    sequence = b.field("ptr", x, f"{struct}.it_seq")
    there, done, before = b.new_label("there"), b.new_label("more"), b.label
    b.branch(b.op(f"icmp eq ptr {sequence}, null"), done, there, likely=False)
    b.open(there)
    more = b.op(f"icmp slt i64 {b.field('i64', x, f'{struct}.it_index')}, {b.field('i64', sequence, 'PyVarObject.ob_size')}")
    b.jump(done)
    b.open(done)
    return b.phi("i1", ("false", before), (more, there))


@emits("list_iter_take")
def list_iter_take(c: Context, i: Instr, x: str) -> str:
    sequence, place = take(c, x, "_PyListIterObject")
    return c.b.load("ptr", list_address(c, sequence, place), "list items")


@emits("tuple_iter_take")
def tuple_iter_take(c: Context, i: Instr, x: str) -> str:
    sequence, place = take(c, x, "_PyTupleIterObject")
    return c.b.load("ptr", tuple_address(c, sequence, place), "tuple items")


def take(c: Context, x: str, struct: str) -> tuple[str, str]:
    """Advances an iterator; returns its sequence and the index before."""
    place = c.b.field("i64", x, f"{struct}.it_index")
    c.b.set_field("i64", c.b.op(f"add i64 {place}, 1"), x, f"{struct}.it_index")
    return c.b.field("ptr", x, f"{struct}.it_seq"), place


@emits("list_iter_end", "tuple_iter_end")
def sequence_iter_end(c: Context, i: Instr, x: str) -> None:
    b = c.b
    struct = "_PyListIterObject" if i.op.startswith("list") else "_PyTupleIterObject"
    sequence = b.field("ptr", x, f"{struct}.it_seq")
    there, done = b.new_label("there"), b.new_label("ended")
    b.branch(b.op(f"icmp eq ptr {sequence}, null"), done, there)
    b.open(there)
    b.set_field("ptr", "null", x, f"{struct}.it_seq")
    b.decref(sequence, i.attrs["offset"], quiet=False)
    b.jump(done)
    b.open(done)


@emits("enumerate_plain")
def enumerate_plain(c: Context, i: Instr, x: str) -> str:
    """The index stays a number of the machine, and no Python code runs in the iterator."""
    b = c.b
    kind = b.field("ptr", b.field("ptr", x, "tierup_enumerate.iterator"), "PyObject.ob_type")
    plain = [b.op(f"icmp eq ptr {kind}, {b.symbol(name)}") for name in ("PyListIter_Type", "PyTupleIter_Type", "PyRangeIter_Type")]
    near = b.op(f"icmp slt i64 {b.field('i64', x, 'tierup_enumerate.index')}, {1 << 58}")
    either = b.op(f"or i1 {plain[0]}, {b.op(f'or i1 {plain[1]}, {plain[2]}')}")
    return b.op(f"and i1 {near}, {either}")


@emits("enumerate_ready")
def enumerate_ready(c: Context, i: Instr, x: str) -> str:
    """A list iterator that is not at its end; the pair is reused, known to the collector, and what it holds does not die when it is replaced."""
    b = c.b
    iterator = b.field("ptr", x, "tierup_enumerate.iterator")
    of_list, there, done = b.new_label("of_list"), b.new_label("there"), b.new_label("ready")
    first = b.label
    b.branch(b.op(f"icmp eq ptr {b.field('ptr', iterator, 'PyObject.ob_type')}, {b.symbol('PyListIter_Type')}"), of_list, done, likely=True)
    b.open(of_list)
    sequence = b.field("ptr", iterator, "_PyListIterObject.it_seq")
    b.branch(b.op(f"icmp eq ptr {sequence}, null"), done, there, likely=False)
    b.open(there)
    pair = b.field("ptr", x, "tierup_enumerate.result")
    old = b.load("ptr", pair_place(c, pair), "tuple items")
    tests = [
        b.op(f"icmp slt i64 {b.field('i64', iterator, '_PyListIterObject.it_index')}, {b.field('i64', sequence, 'PyVarObject.ob_size')}"),
        b.op(f"icmp eq i64 {b.field('i64', pair, 'PyObject.ob_refcnt')}, 1"),
        b.op(f"icmp ne i64 {b.field('i64', pair, 'PyObject.gc_next')}, 0"),
        b.op(f"icmp sgt i64 {b.field('i64', old, 'PyObject.ob_refcnt')}, 1"),
    ]
    ready = tests[0]
    for test in tests[1:]:
        ready = b.op(f"and i1 {ready}, {test}")
    b.jump(done)
    b.open(done)
    return b.phi("i1", ("false", first), ("false", of_list), (ready, there))


@emits("enumerate_take")
def enumerate_take(c: Context, i: Instr, x: str, out: str) -> None:
    """The pair gets the item, as it has when it is handed out; its index, which nobody can ask for, stays what it was."""
    b = c.b
    sequence, place = take(c, b.field("ptr", x, "tierup_enumerate.iterator"), "_PyListIterObject")
    item = b.load("ptr", list_address(c, sequence, place), "list items")
    index = b.field("i64", x, "tierup_enumerate.index")
    b.set_field("i64", b.op(f"add i64 {index}, 1"), x, "tierup_enumerate.index")
    b.set_field("i64", b.op(f"add i64 {b.field('i64', item, 'PyObject.ob_refcnt')}, 2"), item, "PyObject.ob_refcnt")  # of the pair, and ours
    held = pair_place(c, b.field("ptr", x, "tierup_enumerate.result"))
    old = b.load("ptr", held, "tuple items")
    b.store("ptr", item, held, "tuple items")
    b.set_field("i64", b.op(f"sub i64 {b.field('i64', old, 'PyObject.ob_refcnt')}, 1"), old, "PyObject.ob_refcnt")
    b.store("i64", index, out, "array")
    b.store("ptr", item, b.address(out, WORD), "array")


def pair_place(c: Context, pair: str) -> str:
    """Where the pair that an enumerate reuses holds the last item."""
    return c.b.address(pair, c.b.layout["PyTupleObject.ob_item"] + WORD)
