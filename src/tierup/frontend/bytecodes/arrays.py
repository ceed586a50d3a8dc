"""Elements of NumPy's arrays: exact `ndarray`s of float64 or int64, one index for each dimension, read and written where they are.

What has been read of an array's head (`state.View`) stays known while nothing runs that could change it, around loops as well: block versions pass it on.
"""

from __future__ import annotations

from tierup.frontend.build import Builder
from tierup.frontend.bytecodes.common import expected, push_numpy, require_scalar, require_type
from tierup.frontend.state import RAW, VIRTUAL, Entry, Val, View
from tierup.ir.graph import Value
from tierup.ir.types import ARRAY, FLOAT, INT, NUMPY_FLOAT, NUMPY_INT, TUPLE, Type

ITEMS = {NUMPY_FLOAT: "f64", NUMPY_INT: "i64"}
TYPES = {item: type_ for type_, item in ITEMS.items()}
STORED = {INT: "i64", NUMPY_INT: "i64", FLOAT: "f64", NUMPY_FLOAT: "f64"}
"""What can be stored, and the elements it is likely to go to."""

OTHER = {"i64": "f64", "f64": "i64"}
ITEM_SIZE = 8
NEVER_AGAIN = ("index_out_of_range", "array_item", "overflow", "type_changed")


def learn_indices(b: Builder, entries: list[Entry], container: Type) -> None:
    """Before BUILD_TUPLE makes the index of an array: the recorder saw there what the items are."""
    for depth, entry in enumerate(reversed(entries)) if container == ARRAY else ():
        type_ = expected(b, entry, depth) if depth < 3 else entry.val.type
        if type_ in (INT, NUMPY_INT) and entry.own != VIRTUAL and not b.profile.failed(b.ins.start, "overflow"):
            require_scalar(b, entry, type_)


def _indices(b: Builder, key: Entry) -> list[Value] | None:
    """The numbers in an index (still on the stack): an int for each dimension; None if it may be anything else."""
    if isinstance(key.val.const, tuple):
        whole = all(type(item) is int and abs(item) < 1 << 60 for item in key.val.const)
        return [b.i64(item) for item in key.val.const] if whole and key.val.const else None
    if key.own != VIRTUAL:
        type_ = expected(b, key, 0)
        return [require_scalar(b, key, type_)] if type_ in (INT, NUMPY_INT) else None
    if key.val.made is not None or not key.val.parts or not all(part.val.type in (INT, NUMPY_INT) for part in key.val.parts):
        return None
    return [require_scalar(b, part, part.val.type) for part in key.val.parts]


def _view(b: Builder, container: Entry, item: str, nd: int, writeable: bool, reason: str) -> View:
    """The head of an array (still on the stack), guarded to be as expected unless that is known."""
    require_type(b, container, ARRAY)
    known = container.val.view
    fits = known is not None and (known.item, known.nd) == (item, nd)
    if known is not None and fits and known.writeable >= writeable:
        return known
    b.guard(b.emit("ndarray_is", b.box(container), item=item, nd=nd, writeable=writeable), reason)
    if known is not None and fits:
        view = known._replace(writeable=True)
    else:
        view = _read(b, b.box(container), item, nd, writeable, dense=not b.profile.failed(b.ins.start, "array_strided"))
        if view.dense:
            b.guard(b.emit("i64_compare", b.emit("ndarray_stride", b.box(container), axis=nd - 1), b.i64(ITEM_SIZE), pred="=="), "array_strided")
    b.know_view(container.val, view)
    return view


def _read(b: Builder, box: Value, item: str, nd: int, writeable: bool, dense: bool) -> View:
    sizes = [b.emit("ndarray_size", box, axis=axis) for axis in range(nd)]
    strides = [b.emit("ndarray_stride", box, axis=axis) for axis in range(nd - dense)]
    return View(item, nd, writeable, dense, b.emit("ndarray_data", box), (*sizes, *strides))


def _place(b: Builder, view: View, indices: list[Value]) -> Value:
    """Where an element is; exits if it is not there."""
    place, sizes, strides = view.data, view.numbers[: view.nd], [*view.numbers[view.nd :], b.i64(ITEM_SIZE)]
    checked = [_checked(b, index, size) for index, size in zip(indices, sizes, strict=True)]
    for index, stride in zip(checked, strides, strict=False):
        place = b.emit("element_step", place, index, stride)
    return place


def _checked(b: Builder, index: Value, size: Value) -> Value:
    """Negative indices are rare, and a test in the way of the others: they come when they have been seen, or stand in the code."""
    maker = next((instr for instr in reversed(b.block.instrs) if instr.result is index), None) if b.block is not None else None
    constant = maker is not None and maker.op == "const_i64" and maker.attrs["value"] < 0
    plain = not constant and not b.profile.failed(b.ins.start, "index_negative")
    return b.emit("plain_index" if plain else "index", index, size, state=b.state())


def load_element(b: Builder, container: Entry, key: Entry) -> bool:
    """BINARY_SUBSCR; False if it is not the element of such an array."""
    if b.profile.failed(b.ins.start, "array_changed", *NEVER_AGAIN):
        return False
    item = ITEMS.get(b.profile.result(b.ins.offset), "")
    indices = _indices(b, key) if item else None
    if indices is None:
        return False
    view = _view(b, container, item, len(indices), writeable=False, reason="array_changed")
    number = b.emit(f"element_{item}", _place(b, view, indices))
    for entry in b.popn(2):
        b.drop(entry)
    push_numpy(b, number, TYPES[item])
    return True


def store_element(b: Builder, value: Entry, container: Entry, key: Entry) -> bool:
    """STORE_SUBSCR; False if it is not the element of such an array, or NumPy's conversion is not known to be plain."""
    type_ = expected(b, value, 2)
    if type_ not in STORED or b.profile.failed(b.ins.start, *NEVER_AGAIN):
        return False
    indices = _indices(b, key)
    if indices is None:
        return False
    failed = b.profile.failed(b.ins.start, "array_changed")
    likely = OTHER[STORED[type_]] if failed else STORED[type_]
    known = container.val.view
    item = known.item if known is not None else likely
    view = _view(b, container, item, len(indices), writeable=True, reason="array_item" if failed else "array_changed")
    place = _place(b, view, indices)
    number = require_scalar(b, value, type_)
    if item != STORED[type_]:
        number = b.emit("i64_to_f64", number) if item == "f64" else b.emit("f64_to_i64", number, state=b.state())
    b.emit(f"set_element_{item}", place, number)
    for entry in b.popn(3):
        b.drop(entry)
    return True


def length(b: Builder, array: Entry) -> Value:
    """len() of an array (still on the stack) that has dimensions."""
    require_type(b, array, ARRAY)
    if array.val.view is not None:
        return array.val.view.numbers[0]
    dimensions = b.emit("ndarray_nd", b.box(array))
    b.guard(b.emit("i64_compare", dimensions, b.i64(0), pred="!="), "array_changed")
    return b.emit("ndarray_size", b.box(array), axis=0)


def shape(b: Builder, array: Entry) -> bool:
    """LOAD_ATTR of `shape` where it is taken apart at once; False if the number of dimensions is not known."""
    following = b.ctx.decoded.instructions.get(b.ins.end)
    if expected(b, array, 0) != ARRAY or following is None or following.start in b.ctx.joins or b.profile.failed(b.ins.start, "array_changed"):
        return False
    view = array.val.view
    if view is None and following.name != "UNPACK_SEQUENCE":
        return False
    if view is not None:
        sizes = list(view.numbers[: view.nd])
    else:
        require_type(b, array, ARRAY)
        b.guard(b.emit("i64_compare", b.emit("ndarray_nd", b.box(array)), b.i64(following.arg), pred="=="), "array_changed")
        sizes = [b.emit("ndarray_size", b.box(array), axis=axis) for axis in range(following.arg)]
    b.drop(b.pop())
    b.push(Val(TUPLE, parts=[Entry(Val(INT, None, size), RAW) for size in sizes]), VIRTUAL)
    return True


def poll(b: Builder, target: int) -> None:
    """A backward jump while the eval breaker is set: whoever gets a turn may change arrays. Where their heads are what they were, all that is known of them
    stays true, under the same names, so that LLVM finds it to be the same in each turn; else the interpreter goes on.
    """
    before = [(index, local.val, local.val.view) for index, local in enumerate(b.frame.locals) if local.val is not None and local.kind == "boxed"]
    b.emit("poll", state=b.state_at(target))
    for index, val, view in before:
        if view is not None:
            if val.box is None:
                val.box = b.emit("load_slot", index=index)
            state = b.state_at(target)
            b.guard(b.emit("ndarray_is", val.box, item=view.item, nd=view.nd, writeable=view.writeable), "array_changed", state)
            b.guard(_unchanged(b, val.box, view), "array_changed", state)
            b.know_view(val, view)


def _unchanged(b: Builder, box: Value, view: View) -> Value:
    """Are the numbers in the head of an array, which is of the kind of the view, those of the view?"""
    same = b.emit("same_place", b.emit("ndarray_data", box), view.data)
    sizes = [b.emit("ndarray_size", box, axis=axis) for axis in range(view.nd)]
    strides = [b.emit("ndarray_stride", box, axis=axis) for axis in range(view.nd)]
    known = [*view.numbers, b.i64(ITEM_SIZE)] if view.dense else view.numbers
    for now, number in zip((*sizes, *strides), known, strict=True):
        same = b.emit("and_i1", same, b.emit("i64_compare", now, number, pred="=="))
    return same
