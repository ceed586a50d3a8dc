"""Subscripts, building, unpacking, strings."""

from __future__ import annotations

from tierup.frontend.build import Builder, handles
from tierup.frontend.bytecodes import arrays
from tierup.frontend.bytecodes.attributes import number_alone
from tierup.frontend.bytecodes.common import expected, require_float, require_int, require_type, require_whole, str_of_int, unboxable
from tierup.frontend.bytecodes.dunders import get_special, set_special
from tierup.frontend.bytecodes.slices import slice_of_list
from tierup.frontend.bytecodes.splices import splice_of_lists
from tierup.frontend.bytecodes.starred import passes_keywords_on
from tierup.frontend.bytecodes.templates import percent_of_tuple
from tierup.frontend.bytecodes.tuples import item_of_virtual, virtual_tuple
from tierup.frontend.decode import Instruction
from tierup.frontend.state import HEAP, OWNED, VIRTUAL, Entry, Val
from tierup.ir.graph import Value
from tierup.ir.types import ARRAY, BYTEARRAY, BYTES, DICT, FLOAT, INT, LIST, NUMPY_INT, SET, SLICE, STR, TUPLE, UNKNOWN, Type

WHOLE = (INT, NUMPY_INT)
"""Keys that are places in sequences."""

LENGTHS = {"list": "size", "tuple": "size", "str": "str_len", "bytes": "size", "bytearray": "bytearray_len"}
SAFE_KEYS = (INT, STR, FLOAT)
"""Types whose hashing and comparing with their like runs no Python code."""


def _element(b: Builder, container: Entry, key: Entry, type_: Type) -> Value:
    """Guards container and key (both still on the stack), an int or numpy.int64; the index, checked against the length."""
    require_type(b, container, type_)
    raw = require_whole(b, key, 0)
    length = b.emit(LENGTHS[type_.name], b.box(container))
    return b.emit("index", raw, length, state=b.state())


@handles("BINARY_SUBSCR")
def binary_subscr(b: Builder, ins: Instruction) -> None:
    container, key = b.frame.stack[-2], b.frame.stack[-1]
    types = expected(b, container, 1), expected(b, key, 0)
    if b.profile.failed(ins.start, "index_out_of_range", "overflow"):
        types = UNKNOWN, UNKNOWN
    if container.own == VIRTUAL and item_of_virtual(b, container, key):
        pass
    elif types[0] == ARRAY:
        if not arrays.load_element(b, container, key):
            _generic_subscr(b, types)
    elif types[1] in WHOLE and types[0] in (LIST, TUPLE):
        index = _element(b, container, key, types[0])
        _push_item(b, container, key, b.emit("list_item" if types[0] == LIST else "tuple_item", b.box(container), index))
    elif types[1] in WHOLE and types[0] in (BYTES, BYTEARRAY):
        index = _element(b, container, key, types[0])
        value = b.emit("bytes_item" if types[0] == BYTES else "bytearray_item", b.box(container), index)
        b.popn(2)
        b.drop(container)
        b.drop(key)
        b.push_raw(value, INT)
    elif types[0] == STR and types[1] in WHOLE:
        index = _element(b, container, key, STR)
        value = b.emit("call", b.box(container), index, helper="str_item")
        b.popn(2)
        b.drop(container)
        b.drop(key)
        b.push_owned(value, STR)
    elif types[0] == DICT:
        require_type(b, container, DICT)
        b.push_owned(b.operate("dict_subscr", 2, safe=key.val.type in SAFE_KEYS))
    elif types[1] == INT and _is_array(b, types[0]) and b.profile.result(ins.offset) in (FLOAT, INT):
        _load_array(b, container, key, types[0], b.profile.result(ins.offset))
    else:
        _generic_subscr(b, types)


def _is_array(b: Builder, type_: Type) -> bool:
    """True for the class array.array."""
    if type_.ref < 0:
        return False
    described = b.profile.objects[type_.ref]
    return (described["module"], described["name"]) == ("array", "array")


def _array_index(b: Builder, container: Entry, key: Entry, type_: Type, item: Type) -> Value:
    """Guards an exact array.array of doubles or of C ints (its class can't change); the checked index."""
    box = b.box(container)
    if container.val.type != type_:
        b.guard(b.emit("is_type", box, type=("object", type_.ref)), "type_changed")
        container.val.type = type_
    b.guard(b.emit("array_holds", box, code="d" if item == FLOAT else "i"), "type_changed")
    raw = require_int(b, key)
    return b.emit("index", raw, b.emit("size", box), state=b.state())


def _load_array(b: Builder, container: Entry, key: Entry, type_: Type, item: Type) -> None:
    index = _array_index(b, container, key, type_, item)
    value = b.emit("array_get_f64" if item == FLOAT else "array_get_i32", b.box(container), index)
    b.popn(2)
    b.drop(container)
    b.drop(key)
    b.push_raw(value, item)


def _store_array(b: Builder, value: Entry, container: Entry, key: Entry, type_: Type) -> None:
    item = value.val.type
    index = _array_index(b, container, key, type_, item)
    raw = value.val.raw
    assert raw is not None
    if item == INT:
        low = b.emit("i64_compare", raw, b.i64(-(1 << 31)), pred=">=")
        high = b.emit("i64_compare", raw, b.i64((1 << 31) - 1), pred="<=")
        b.guard(b.emit("and_i1", low, high), "overflow")
    b.emit("array_set_f64" if item == FLOAT else "array_set_i32", b.box(container), index, raw)
    _pop_three(b)


def _generic_subscr(b: Builder, types: tuple[Type, Type]) -> None:
    container, key = b.frame.stack[-2], b.frame.stack[-1]
    if get_special(b, container, types[0]):
        return
    sliced = types[1] == SLICE and types[0] in (LIST, TUPLE, STR, BYTES)
    if sliced:
        require_type(b, container, types[0])
        require_type(b, key, SLICE)
    b.push_owned(b.operate("binary_subscr", 2, safe=False), types[0] if sliced else UNKNOWN)


def _push_item(b: Builder, container: Entry, key: Entry, item: Value) -> None:
    """Pops container and key, pushes the item: borrowed while the container is sure to live, else as a reference of its own."""
    b.popn(2)
    if container.own == OWNED:
        b.emit("incref", item)
        b.drop(container)
        b.drop(key)
        b.push_owned(item)
    else:
        b.drop(key)
        b.push(Val(box=item), HEAP)


@handles("STORE_SUBSCR")
def store_subscr(b: Builder, ins: Instruction) -> None:
    value, container, key = b.frame.stack[-3:]
    types = expected(b, container, 1), expected(b, key, 0)
    if b.profile.failed(ins.start, "index_out_of_range", "overflow"):
        types = UNKNOWN, UNKNOWN
    if types[0] == LIST and types[1] in WHOLE:
        _store_list(b, value, container, key)
    elif types[0] == ARRAY and arrays.store_element(b, value, container, key):
        pass
    elif types == (BYTEARRAY, INT) and value.val.type == INT and value.val.raw is not None:
        index = _element(b, container, key, BYTEARRAY)
        low = b.emit("i64_compare", value.val.raw, b.i64(0), pred=">=")
        high = b.emit("i64_compare", value.val.raw, b.i64(255), pred="<=")
        b.guard(b.emit("and_i1", low, high), "overflow")
        b.emit("bytearray_set", b.box(container), index, value.val.raw)
        _pop_three(b)
    elif types[1] == INT and _is_array(b, types[0]) and _number(b, value):
        _store_array(b, value, container, key, types[0])
    elif types[0] == DICT:
        require_type(b, container, DICT)
        if types[1] in SAFE_KEYS and b.caught() is not None:
            require_type(b, key, types[1])
        safe = key.val.type in SAFE_KEYS
        b.operate("dict_store_plain" if safe else "dict_store", 3, safe=safe, order=(1, 2, 0))
        b.forget_facts()
    else:
        if not set_special(b, container, types[0]):
            b.operate("store_subscr", 3, order=(1, 2, 0))


def _number(b: Builder, value: Entry) -> bool:
    """Unboxes a value (third on the stack) that is, or is expected to be, a float or an int."""
    type_ = unboxable(b, value, 2)
    if type_ == FLOAT:
        require_float(b, value)
    elif type_ == INT:
        require_int(b, value)
    return type_ != UNKNOWN


def _pop_three(b: Builder) -> None:
    for entry in b.popn(3):
        b.drop(entry)


def _store_list(b: Builder, value: Entry, container: Entry, key: Entry) -> None:
    if value.own == VIRTUAL:  # before the index is checked: a collection during the allocation may change the list
        b.boxed(value)
    index = _element(b, container, key, LIST)
    target = b.box(container)
    number = number_alone(b, value)
    if number is not None:
        b.popn(3)
        b.secure_heap()
        b.emit("list_set_f64", target, index, number, offset=b.position)
        b.forget_facts()
    else:
        b.secure_heap()  # the list, too: what dies may take the reference away that it is lent from
        new = b.own(value)
        b.popn(3)
        old = b.emit("list_item", target, index)
        b.emit("list_set", target, index, new)
        b.release(old)
    b.drop(container)
    b.drop(key)


@handles("DELETE_SUBSCR")
def delete_subscr(b: Builder, ins: Instruction) -> None:
    b.operate("delete_subscr", 2)


def take_over(b: Builder, helper: str, count: int, *extra: Value) -> Value:
    """Calls a helper that takes over the top `count` entries as a vector; pops them."""
    b.secure_heap()
    entries = b.frame.stack[len(b.frame.stack) - count :] if count else []
    values = [b.own(e) for e in entries]
    b.popn(count)
    effect = "escapes" if helper in ("build_set", "build_map", "build_const_key_map") else "allocates"
    result = b.emit("call", *extra, *values, helper=helper)
    b.after(effect, False)
    return result


@handles("BUILD_TUPLE")
def build_tuple(b: Builder, ins: Instruction) -> None:
    if not percent_of_tuple(b, ins) and not virtual_tuple(b, ins.arg):
        b.push_owned(take_over(b, "build_tuple", ins.arg), TUPLE)


@handles("BUILD_MAP")
def build_map(b: Builder, ins: Instruction) -> None:
    if not passes_keywords_on(b, ins):
        b.push_owned(take_over(b, "build_map", 2 * ins.arg), DICT)


@handles("BUILD_LIST", "BUILD_SET", "BUILD_STRING")
def build(b: Builder, ins: Instruction) -> None:
    types = {"BUILD_LIST": LIST, "BUILD_SET": SET, "BUILD_STRING": STR}
    b.push_owned(take_over(b, ins.name.lower(), ins.arg), types[ins.name])


@handles("BUILD_CONST_KEY_MAP")
def build_const_key_map(b: Builder, ins: Instruction) -> None:
    keys = b.pop()
    b.push_owned(take_over(b, "build_const_key_map", ins.arg, b.box(keys)), DICT)


@handles("BUILD_SLICE")
def build_slice(b: Builder, ins: Instruction) -> None:
    if splice_of_lists(b, ins) or slice_of_list(b, ins):
        return
    extra = () if ins.arg == 3 else (b.emit("null"),)
    b.push_owned(b.operate("build_slice", ins.arg, *extra), SLICE)


@handles("FORMAT_VALUE")
def format_value(b: Builder, ins: Instruction) -> None:
    if not ins.arg & 4 and unboxable(b, b.frame.stack[-1], 0) == INT:  # whichever conversion is asked for
        b.push_owned(str_of_int(b, b.frame.stack[-1]), STR)
        return
    safe = b.frame.stack[-1].val.type in (INT, FLOAT, STR) and ins.arg & 7 == 0
    if ins.arg & 4:
        b.push_owned(b.operate("format_value", 2, b.i64(ins.arg)), STR)
    else:
        b.push_owned(b.operate("format_value", 1, b.emit("null"), b.i64(ins.arg), safe=safe), STR)


@handles("LIST_APPEND")
def list_append(b: Builder, ins: Instruction) -> None:
    append_to(b, b.frame.stack[-1 - ins.arg])


def append_to(b: Builder, target: Entry) -> None:
    """Appends the popped top of the stack to an exact list further down."""
    value = b.own(b.frame.stack[-1])
    b.pop()
    b.emit("call", b.box(target), value, helper="list_append")


@handles("SET_ADD")
def set_add(b: Builder, ins: Instruction) -> None:
    _add(b, "set_add", b.frame.stack[-1 - ins.arg])


@handles("LIST_EXTEND", "SET_UPDATE", "DICT_UPDATE")
def extend(b: Builder, ins: Instruction) -> None:
    _add(b, ins.name.lower(), b.frame.stack[-1 - ins.arg])


def _add(b: Builder, helper: str, target: Entry) -> None:
    entry = b.frame.stack[-1]
    b.prepare("escapes", True)
    value, into = b.boxed(entry), b.box(target)
    b.pop()
    b.emit("call", into, value, state=b.raising((entry,)), helper=helper)
    b.after("escapes", True)
    b.drop(entry)


@handles("DICT_MERGE")
def dict_merge(b: Builder, ins: Instruction) -> None:
    entry = b.frame.stack[-1]
    b.prepare("escapes", True)
    callable_ = b.boxed(b.frame.stack[-3 - ins.arg])
    value, into = b.boxed(entry), b.box(b.frame.stack[-1 - ins.arg])
    b.pop()
    b.emit("call", into, value, callable_, state=b.raising((entry,)), helper="dict_merge")
    b.after("escapes", True)
    b.drop(entry)


@handles("MAP_ADD")
def map_add(b: Builder, ins: Instruction) -> None:
    target = b.frame.stack[-2 - ins.arg]
    b.prepare("escapes", True)
    key, value = b.own(b.frame.stack[-2]), b.own(b.frame.stack[-1])
    b.popn(2)
    b.emit("call", b.box(target), key, value, helper="map_add")
    b.after("escapes", True)


@handles("LIST_TO_TUPLE")
def list_to_tuple(b: Builder, ins: Instruction) -> None:
    b.push_owned(b.operate("list_to_tuple", 1), TUPLE)


@handles("GET_LEN")
def get_len(b: Builder, ins: Instruction) -> None:
    b.prepare("escapes", True)
    value = b.emit("call", b.boxed(b.frame.stack[-1]), helper="get_len")
    b.after("escapes", True)
    b.push_owned(value)


@handles("UNPACK_EX")
def unpack_ex(b: Builder, ins: Instruction) -> None:
    total = (ins.arg & 255) + 1 + (ins.arg >> 8)
    out = b.emit("stack_array", count=total)
    b.operate("unpack_ex", 1, b.i64(ins.arg), out)
    for i in reversed(range(total)):
        b.push_owned(b.emit("array_item", out, index=i), LIST if i == ins.arg & 255 else UNKNOWN)
