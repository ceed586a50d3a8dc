"""Emitters of loads and stores: frame, references, tests of objects, members, containers, instances."""

from __future__ import annotations

from typing import Any

from tierup.backend.builder import WORD
from tierup.backend.emitters import Context, emits, state_of
from tierup.backend.pool import Spec
from tierup.ir.effects import QUIET_TYPES
from tierup.ir.graph import Instr
from tierup.ir.types import TYPE_SYMBOLS

# pool


@emits("pool")
def pool(c: Context, i: Instr) -> str:
    return c.b.constant(i.attrs["spec"])


@emits("pool_i64")
def pool_i64(c: Context, i: Instr) -> str:
    return c.b.constant(i.attrs["spec"], "i64")


@emits("cells")
def cells(c: Context, i: Instr) -> str:
    return c.b.pool_address(c.b.pool.cells(("key", i.attrs["key"]), i.attrs["count"]))


# frame


@emits("frame")
def frame(c: Context, i: Instr) -> str:
    return "%f"


@emits("thread")
def thread(c: Context, i: Instr) -> str:
    return "%ts"


@emits("load_slot")
def load_slot(c: Context, i: Instr) -> str:
    return c.b.load("ptr", c.b.slot(i.attrs["index"]), "slots")


@emits("store_slot")
def store_slot(c: Context, i: Instr, x: str) -> None:
    c.b.store("ptr", x, c.b.slot(i.attrs["index"]), "slots")


@emits("stack_array")
def stack_array(c: Context, i: Instr) -> str:
    name = c.b.new_label("%array")
    c.b.entry.append(f"  {name} = alloca [{i.attrs['count']} x i64], align 16")
    return name


@emits("array_item")
def array_item(c: Context, i: Instr, base: str) -> str:
    return c.b.load("ptr", c.b.address(base, WORD * i.attrs["index"]), "array")


@emits("array_i64")
def array_i64(c: Context, i: Instr, base: str) -> str:
    return c.b.load("i64", c.b.address(base, WORD * i.attrs["index"]), "array")


@emits("array_f64")
def array_f64(c: Context, i: Instr, base: str) -> str:
    return c.b.load("double", c.b.address(base, WORD * i.attrs["index"]), "array")


@emits("resumed_at")
def resumed_at(c: Context, i: Instr) -> str:
    b = c.b
    place = b.element("%code", str(i.attrs["offset"]), "i8")
    return b.op(f"icmp eq ptr {b.field('ptr', '%f', '_PyInterpreterFrame.prev_instr')}, {place}")


@emits("in_namespace")
def in_namespace(c: Context, i: Instr) -> str:
    b = c.b
    same = []
    for which in ("globals", "builtins"):
        there = b.field("ptr", "%f", f"_PyInterpreterFrame.f_{which}")
        same.append(b.op(f"icmp eq ptr {there}, {b.constant((which, -1))}"))
    return b.op(f"and i1 {same[0]}, {same[1]}")


@emits("locals_are_globals")
def locals_are_globals(c: Context, i: Instr) -> str:
    b = c.b
    names, globals_ = (b.field("ptr", "%f", f"_PyInterpreterFrame.f_{which}") for which in ("locals", "globals"))
    return b.op(f"icmp eq ptr {names}, {globals_}")


@emits("locals_unseen")
def locals_unseen(c: Context, i: Instr) -> str:
    return c.b.op(f"icmp eq ptr {c.b.field('ptr', '%f', '_PyInterpreterFrame.f_locals')}, null")


@emits("rest_unbound")
def rest_unbound(c: Context, i: Instr) -> None:
    c.b.set_field("i32", str(i.attrs["count"]), "%f", "_PyInterpreterFrame.stacktop")


@emits("frame_is_private")
def frame_is_private(c: Context, i: Instr) -> str:
    """A frame object that only the frame itself holds is as good as none."""
    b = c.b
    seen = b.field("ptr", "%f", "_PyInterpreterFrame.frame_obj")
    counted, private = b.new_label("counted"), b.new_label("private")
    before = b.label
    b.branch(b.op(f"icmp eq ptr {seen}, null"), private, counted, likely=True)
    b.open(counted)
    alone = b.op(f"icmp eq i64 {b.field('i64', seen, 'PyObject.ob_refcnt')}, 1")
    b.jump(private)
    b.open(private)
    return b.phi("i1", ("true", before), (alone, counted))


@emits("recursion_room")
def recursion_room(c: Context, i: Instr) -> str:
    if c.b.frameless:  # counted from its own frame, not from that of its caller
        return c.b.op(f"icmp sgt i64 %room, {i.attrs['depth'] - 1}")
    return c.b.op(f"icmp sgt i32 {c.b.field('i32', '%ts', 'PyThreadState.recursion_remaining')}, {i.attrs['depth']}")


# references


@emits("incref")
def incref(c: Context, i: Instr, x: str) -> None:
    c.b.incref(x)


@emits("decref")
def decref(c: Context, i: Instr, x: str) -> None:
    c.b.decref(x, i.attrs["offset"], i.attrs["type"] in QUIET_TYPES)


@emits("xdecref")
def xdecref(c: Context, i: Instr, x: str) -> None:
    if x == "null":
        return
    there, done = c.b.new_label("there"), c.b.new_label("released")
    c.b.branch(c.b.op(f"icmp eq ptr {x}, null"), done, there)
    c.b.open(there)
    c.b.decref(x, i.attrs["offset"], i.attrs["type"] in QUIET_TYPES)
    c.b.jump(done)
    c.b.open(done)


# tests


def type_spec(type_: str | tuple[Any, ...]) -> Spec:
    """Pool spec of a type object."""
    return ("symbol", TYPE_SYMBOLS[type_]) if isinstance(type_, str) else type_


@emits("is_type")
def is_type(c: Context, i: Instr, x: str) -> str:
    return c.b.op(f"icmp eq ptr {c.b.field('ptr', x, 'PyObject.ob_type')}, {c.b.constant(type_spec(i.attrs['type']))}")


@emits("is_version")
def is_version(c: Context, i: Instr, x: str) -> str:
    version = c.b.field("i32", c.b.field("ptr", x, "PyObject.ob_type"), "PyTypeObject.tp_version_tag")
    return c.b.op(f"icmp eq i32 {version}, {c.b.constant(('version', i.attrs['ref']), 'i32')}")


@emits("makes_plainly")
def makes_plainly(c: Context, i: Instr, x: str) -> str:
    b = c.b
    plain = b.op(f"icmp eq ptr {b.field('ptr', x, 'PyObject.ob_type')}, {b.symbol('PyType_Type')}")
    version = b.op(f"icmp eq i32 {b.field('i32', x, 'PyTypeObject.tp_version_tag')}, {b.constant(('version', i.attrs['ref']), 'i32')}")
    maker = b.field("ptr", b.symbol("PyBaseObject_Type"), "PyTypeObject.tp_new")
    made = b.op(f"icmp eq ptr {b.field('ptr', x, 'PyTypeObject.tp_new')}, {maker}")
    return b.op(f"and i1 {b.op(f'and i1 {plain}, {version}')}, {made}")


@emits("is_null")
def is_null(c: Context, i: Instr, x: str) -> str:
    return c.b.op(f"icmp eq ptr {x}, null")


@emits("same")
def same(c: Context, i: Instr, x: str, y: str) -> str:
    return c.b.op(f"icmp eq ptr {x}, {y}")


# members


@emits("field_obj")
def field_obj(c: Context, i: Instr, x: str) -> str:
    return c.b.field("ptr", x, i.attrs["field"])


@emits("field_i64")
def field_i64(c: Context, i: Instr, x: str) -> str:
    return c.b.field("i64", x, i.attrs["field"])


@emits("set_field_obj")
def set_field_obj(c: Context, i: Instr, x: str, y: str) -> None:
    c.b.set_field("ptr", y, x, i.attrs["field"])


@emits("set_field_i64")
def set_field_i64(c: Context, i: Instr, x: str, y: str) -> None:
    c.b.set_field("i64", y, x, i.attrs["field"])


@emits("slot_value")
def slot_value(c: Context, i: Instr, x: str) -> str:
    return c.b.load("ptr", c.b.address(x, i.attrs["offset"]), "members")


@emits("set_slot_value")
def set_slot_value(c: Context, i: Instr, x: str, y: str) -> None:
    c.b.store("ptr", y, c.b.address(x, i.attrs["offset"]), "members")


LENGTHS = {
    "size": "PyVarObject.ob_size", "str_len": "PyASCIIObject.length", "bytearray_len": "PyVarObject.ob_size",
    "dict_len": "PyDictObject.ma_used", "set_len": "PySetObject.used",
}


@emits(*LENGTHS)
def length(c: Context, i: Instr, x: str) -> str:
    return c.b.field("i64", x, LENGTHS[i.op])


# containers


@emits("index")
def index(c: Context, i: Instr, x: str, size: str) -> str:
    place = x
    if x.startswith(("%", "-")):
        negative = c.b.op(f"icmp slt i64 {x}, 0")
        place = c.b.op(f"select i1 {negative}, i64 {c.b.op(f'add i64 {x}, {size}')}, i64 {x}")
    c.guard(c.b.op(f"icmp ult i64 {place}, {size}"), "index_out_of_range", i)
    return place


@emits("plain_index")
def plain_index(c: Context, i: Instr, x: str, size: str) -> str:
    c.exits.stress(state_of(i))
    inside, outside = c.b.new_label("inside"), c.b.new_label("outside")
    c.b.branch(c.b.op(f"icmp ult i64 {x}, {size}"), inside, outside, likely=True)
    c.b.open(outside)
    below, behind = (c.exits.exit_label(reason, state_of(i)) for reason in ("index_negative", "index_out_of_range"))
    c.b.branch(c.b.op(f"icmp slt i64 {x}, 0"), below, behind)
    c.b.open(inside)
    return x


def list_address(c: Context, x: str, place: str) -> str:
    return c.b.element(c.b.field("ptr", x, "PyListObject.ob_item"), place)


@emits("list_item")
def list_item(c: Context, i: Instr, x: str, place: str) -> str:
    return c.b.load("ptr", list_address(c, x, place), "list items")


@emits("list_set")
def list_set(c: Context, i: Instr, x: str, place: str, item: str) -> None:
    c.b.store("ptr", item, list_address(c, x, place), "list items")


@emits("list_set_f64")
def list_set_f64(c: Context, i: Instr, x: str, place: str, number: str) -> None:
    overwrite_f64(c, x, list_address(c, x, place), "list items", number, i.attrs["offset"])


def overwrite_f64(c: Context, owner: str, address: str, alias: str, number: str, offset: int) -> None:
    """Puts a float where an object stands: into the float there if nobody else can see it, else as a new object."""
    b = c.b
    old = b.load("ptr", address, alias)
    is_float, mine, other, done = b.new_label("is_float"), b.new_label("mine"), b.new_label("other"), b.new_label("stored")
    b.branch(b.op(f"icmp eq ptr {b.field('ptr', old, 'PyObject.ob_type')}, {b.symbol('PyFloat_Type')}"), is_float, other, likely=True)
    b.open(is_float)
    b.branch(b.op(f"icmp eq i64 {b.field('i64', old, 'PyObject.ob_refcnt')}, 1"), mine, other)
    b.open(mine)
    b.set_field("double", number, old, "PyFloatObject.ob_fval")
    b.jump(done)
    b.open(other)
    fine = b.outlined("replace_float", f"ptr {owner}, ptr {address}, double {number}, ptr %f, i64 {offset}")
    b.branch(fine, done, c.exits.abort_label(), likely=True)
    b.open(done)
    b.position = offset if offset == b.position else -1


def tuple_address(c: Context, x: str, place: str) -> str:
    return c.b.element(c.b.address(x, c.b.layout["PyTupleObject.ob_item"]), place)


@emits("tuple_item")
def tuple_item(c: Context, i: Instr, x: str, place: str) -> str:
    return c.b.load("ptr", tuple_address(c, x, place), "tuple items")


@emits("tuple_item_const")
def tuple_item_const(c: Context, i: Instr, x: str) -> str:
    return c.b.load("ptr", c.b.address(x, c.b.layout["PyTupleObject.ob_item"] + WORD * i.attrs["index"]), "tuple items")


@emits("bytes_item")
def bytes_item(c: Context, i: Instr, x: str, place: str) -> str:
    byte = c.b.element(c.b.address(x, c.b.layout["PyBytesObject.ob_sval"]), place, "i8")
    return c.b.op(f"zext i8 {c.b.load('i8', byte, 'bytes')} to i64")


@emits("bytearray_item")
def bytearray_item(c: Context, i: Instr, x: str, place: str) -> str:
    byte = c.b.element(c.b.field("ptr", x, "PyByteArrayObject.ob_start"), place, "i8")
    return c.b.op(f"zext i8 {c.b.load('i8', byte, 'bytes')} to i64")


@emits("bytearray_set")
def bytearray_set(c: Context, i: Instr, x: str, place: str, item: str) -> None:
    byte = c.b.element(c.b.field("ptr", x, "PyByteArrayObject.ob_start"), place, "i8")
    c.b.store("i8", c.b.op(f"trunc i64 {item} to i8"), byte, "bytes")


# array.array


def array_place(c: Context, x: str, place: str, type_: str) -> str:
    return c.b.element(c.b.field("ptr", x, "tierup_array.ob_item"), place, type_)


@emits("array_holds")
def array_holds(c: Context, i: Instr, x: str) -> str:
    code = c.b.field("i8", c.b.field("ptr", x, "tierup_array.ob_descr"), "tierup_array_descr.typecode")
    return c.b.op(f"icmp eq i8 {code}, {ord(i.attrs['code'])}")


@emits("array_get_f64")
def array_get_f64(c: Context, i: Instr, x: str, place: str) -> str:
    return c.b.load("double", array_place(c, x, place, "double"), "bytes")


@emits("array_set_f64")
def array_set_f64(c: Context, i: Instr, x: str, place: str, item: str) -> None:
    c.b.store("double", item, array_place(c, x, place, "double"), "bytes")


@emits("array_get_i32")
def array_get_i32(c: Context, i: Instr, x: str, place: str) -> str:
    return c.b.op(f"sext i32 {c.b.load('i32', array_place(c, x, place, 'i32'), 'bytes')} to i64")


@emits("array_set_i32")
def array_set_i32(c: Context, i: Instr, x: str, place: str, item: str) -> None:
    c.b.store("i32", c.b.op(f"trunc i64 {item} to i32"), array_place(c, x, place, "i32"), "bytes")


# instances


def inline_values(c: Context, x: str) -> str:
    return c.b.field("ptr", x, "PyObject.values_pointer")


def inline_address(c: Context, i: Instr, values: str) -> str:
    return c.b.address(values, c.b.layout["PyDictValues.values"] + WORD * i.attrs["index"])


@emits("inline_value")
def inline_value(c: Context, i: Instr, x: str) -> str:
    b = c.b
    values = inline_values(c, x)
    there, done, before = b.new_label("there"), b.new_label("got"), b.label
    b.branch(b.op(f"icmp eq ptr {values}, null"), done, there, likely=False)
    b.open(there)
    value = b.load("ptr", inline_address(c, i, values), "inline values")
    b.jump(done)
    b.open(done)
    return b.phi("ptr", ("null", before), (value, there))


@emits("set_inline_value")
def set_inline_value(c: Context, i: Instr, x: str, y: str) -> None:
    c.b.store("ptr", y, inline_address(c, i, inline_values(c, x)), "inline values")


@emits("add_inline_value")
def add_inline_value(c: Context, i: Instr, x: str, y: str) -> None:
    """In front of the values stand their number (two bytes before the first) and, before that, their indices backwards in the order in which they were set."""
    b = c.b
    values = inline_values(c, x)
    place = b.address(values, b.layout["PyDictValues.count"])
    count = b.op(f"add i8 {b.load('i8', place, 'inline order')}, 1")
    b.store("i8", count, place, "inline order")
    b.store("i8", str(i.attrs["index"]), b.element(place, b.op(f"sub i64 0, {b.op(f'zext i8 {count} to i64')}"), "i8"), "inline order")
    b.store("ptr", y, inline_address(c, i, values), "inline values")


@emits("set_inline_f64")
def set_inline_f64(c: Context, i: Instr, x: str, number: str) -> None:
    overwrite_f64(c, x, inline_address(c, i, inline_values(c, x)), "inline values", number, i.attrs["offset"])


@emits("set_slot_f64")
def set_slot_f64(c: Context, i: Instr, x: str, number: str) -> None:
    b = c.b
    address = b.address(x, i.attrs["member"])
    unset, there, done = b.new_label("unset"), b.new_label("set"), b.new_label("kept")
    b.branch(b.op(f"icmp eq ptr {b.load('ptr', address, 'members')}, null"), unset, there)
    b.open(unset)
    box = c.exits.box_raw("f64", number, c.exits.abort_label())
    b.store("ptr", box, address, "members")
    b.jump(done)
    b.open(there)
    overwrite_f64(c, x, address, "members", number, i.attrs["offset"])
    b.jump(done)
    b.open(done)


@emits("has_inline_values")
def has_inline_values(c: Context, i: Instr, x: str) -> str:
    return c.b.op(f"icmp ne ptr {inline_values(c, x)}, null")


@emits("inline_count_is")
def inline_count_is(c: Context, i: Instr, x: str) -> str:
    keys = c.b.field("ptr", c.b.field("ptr", x, "PyObject.ob_type"), "PyHeapTypeObject.ht_cached_keys")
    return c.b.op(f"icmp eq i64 {c.b.field('i64', keys, 'PyDictKeysObject.dk_nentries')}, {i.attrs['count']}")
