"""UNPACK_SEQUENCE, alone or with the STORE_FASTs behind it."""

from __future__ import annotations

from tierup.frontend.build import Builder, handles
from tierup.frontend.bytecodes.common import expected, require_type
from tierup.frontend.bytecodes.tuples import unpack_virtual
from tierup.frontend.decode import Instruction
from tierup.frontend.receivers import require_class
from tierup.frontend.state import HEAP, OWNED, VIRTUAL, Entry, Local, Val
from tierup.ir.graph import Value
from tierup.ir.types import LIST, TUPLE, Type

FEW = 4
"""So many items and more are stored by a helper: inlined, they make long code, and their types are not known anyway."""
MOST = 64


@handles("UNPACK_SEQUENCE")
def unpack_sequence(b: Builder, ins: Instruction) -> None:
    entry = b.frame.stack[-1]
    if entry.own == VIRTUAL and entry.val.made is None and len(entry.val.parts or ()) == ins.arg:
        unpack_virtual(b)
        return
    type_ = expected(b, entry, 0)
    named = _iterates_as_tuple(b, type_)
    if (named or type_ in (TUPLE, LIST)) and not b.profile.failed(ins.start, "unpack_length"):
        if named:
            require_class(b, entry, type_)
        else:
            require_type(b, entry, type_)
        box = b.box(entry)
        b.guard(b.emit("i64_compare", b.emit("size", box), b.i64(ins.arg), pred="=="), "unpack_length")
        if not named and _store_all(b, ins, entry):
            return
        items = [Val(box=_item(b, box, TUPLE if named else type_, i)) for i in range(ins.arg)]
        _learn_constants(b, entry, items)
        b.pop()
        _push_items(b, items, entry)
        return
    if _any(b, ins) and _stores(b, ins):
        fitting = b.emit("call", b.boxed(entry), b.i64(ins.arg), helper="can_unpack")
        b.guard(b.emit("i64_compare", fitting, b.i64(0), pred="!="), "unpack_length")
        _store_all(b, ins, entry)
        return
    out = b.emit("stack_array", count=max(ins.arg, 1))
    b.operate("unpack_sequence", 1, b.i64(ins.arg), out)
    for i in reversed(range(ins.arg)):
        b.push_owned(b.emit("array_item", out, index=i))


def _iterates_as_tuple(b: Builder, type_: Type) -> bool:
    """A class of named tuples, for instance."""
    return type_.ref >= 0 and bool(b.profile.objects[type_.ref].get("flags", {}).get("iterates_as_tuple")) and not type_.stable


def _any(b: Builder, ins: Instruction) -> bool:
    """True if nothing but lists and tuples was seen here. (Long code is not recorded everywhere.)"""
    return all(type_ in (TUPLE, LIST) for type_ in b.profile.seen(ins.offset, 0)) and not b.profile.failed(ins.start, "unpack_length")


def _item(b: Builder, box: Value, type_: Type, index: int) -> Value:
    if type_ == TUPLE:
        return b.emit("tuple_item_const", box, index=index)
    return b.emit("list_item", box, b.i64(index))


def _learn_constants(b: Builder, container: Entry, items: list[Val]) -> None:
    """What the items are if the container is a constant of the code at hand."""
    spec = container.val.known
    if spec is None or spec[:2] != ("const", b.ctx.index):
        return
    for item, value in zip(items, b.code.co_consts[spec[2]], strict=False):
        known = b.constant(value, spec)
        item.type, item.raw, item.const = known.type, known.raw, known.const


def _push_items(b: Builder, items: list[Val], container: Entry) -> None:
    owned = container.own == OWNED
    for item in reversed(items):
        if owned:
            b.emit("incref", b.box(Entry(item, OWNED)))
        b.push(item, OWNED if owned else HEAP)
    b.drop(container)


def _stores(b: Builder, ins: Instruction) -> list[Instruction]:
    """The STORE_FASTs behind the bytecode, if they take all items, into locals that stand in a row, and nothing jumps between them."""
    if not FEW <= ins.arg <= MOST or b.inlined:
        return []
    found: list[Instruction] = []
    place = ins.end
    while len(found) < ins.arg:
        store = b.ctx.decoded.instructions.get(place)
        if store is None or store.name != "STORE_FAST" or store.start != store.offset or place in b.ctx.joins:
            return []
        if found and store.arg != found[-1].arg + 1:
            return []
        found.append(store)
        place = store.end
    return found


def _store_all(b: Builder, ins: Instruction, entry: Entry) -> bool:
    """The guards are made: the items go straight to the slots of locals."""
    stores = _stores(b, ins)
    if not stores:
        return False
    for store in stores:  # the helper releases what is in the slots
        local = b.frame.locals[store.arg]
        if local.kind == VIRTUAL and local.val is not None:
            b.give_box(local.val)
    b.secure_heap()
    box = b.box(entry)
    b.pop()
    for store in stores:
        b.loans_from(store.arg)
    owned = entry.own == OWNED
    b.emit("call", box, b.i64(ins.arg), b.i64(int(owned)), b.i64(stores[0].arg), b.i64(stores[0].start), helper="unpack_store")
    b.forget_facts()
    for store in stores:
        b.frame.locals[store.arg] = Local("boxed", Val())
    b.half = stores[-2] if ins.arg % 2 == 0 else None  # warm code pairs the stores, from the first on
    b.done_to = stores[-1]
    return True
