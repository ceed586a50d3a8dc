"""LOAD_ATTR, STORE_ATTR, DELETE_ATTR, LOAD_METHOD."""

from __future__ import annotations

from tierup.frontend.build import Builder, handles
from tierup.frontend.bytecodes import arrays
from tierup.frontend.bytecodes.dunders import load_property
from tierup.frontend.bytecodes.names import described_val
from tierup.frontend.decode import Instruction
from tierup.frontend.instances import load_from_instance, store_in_instance
from tierup.frontend.landings import raises_lazily
from tierup.frontend.receivers import (
    Candidate,
    Fact,
    by_groups,
    candidates,
    class_attribute,
    number_by_class,
    others_come,
    require_classes,
    require_no_shadow,
)
from tierup.frontend.state import CONST, HEAP, MAYBE_NULL, NULL, OWNED, RAW, VIRTUAL, Entry, Val, all_places
from tierup.ir.graph import Value
from tierup.ir.types import FLOAT, TYPE_SYMBOLS, Type


@handles("LOAD_ATTR")
def load_attr(b: Builder, ins: Instruction) -> None:
    entry = b.frame.stack[-1]
    name = b.code.co_names[ins.arg]
    if entry.own == RAW:
        b.boxed(entry)
    if load_from_instance(b, name):
        return
    known = b.profile.described(entry.val.known)
    if known.get("kind") == "module" and _module_attr(b, entry, name):
        return
    if known.get("kind") == "type" and _class_value(b, entry, name, method=False):
        return
    if name == "shape" and arrays.shape(b, entry):
        return
    if not _load_fact(b, candidates(b, entry, 0, name), ins.arg):
        _load_generic(b, ins)


def _load_generic(b: Builder, ins: Instruction) -> None:
    value = b.operate("load_attr_caught" if raises_lazily(b) else "load_attr_cached", 1, b.name(ins.arg), b.cells(4))
    b.push_owned(value)


def _module_attr(b: Builder, entry: Entry, name: str) -> bool:
    """An attribute of a known module is a constant while the module's dict does not change."""
    assert entry.val.known is not None
    ref = entry.val.known[1]
    fact = b.profile.module_fact(ref, name)
    if fact is None or b.profile.failed(b.ins.start, "global_changed"):
        return False
    spec = ("lent" if b.profile.lent(fact) else "object", fact)
    b.emit("global_is", state=b.state(), where=("module_dict", ref), name=name, spec=spec)
    _push_constant(b, entry, fact)
    return True


def _push_constant(b: Builder, entry: Entry, ref: int) -> None:
    """Pops the owner; pushes what is known to be in it while the guards before hold: that is why what the region does not keep is alive."""
    if b.profile.lent(ref):
        _push_found(b, entry, b.pool("lent", ref))
        return
    b.drop(b.pop())
    b.push(described_val(b, b.profile.objects[ref], ("object", ref)), CONST)


def _class_value(b: Builder, entry: Entry, name: str, method: bool) -> bool:
    """An attribute of a known class is a constant while the class does not change; a class method is called as a function with the class."""
    fact = class_attribute(b, entry, name)
    if fact is None or (fact[0] == "classmethod" and not method):
        return False
    if fact[0] == "classmethod":
        owner = b.pop()
        b.push(described_val(b, b.profile.objects[fact[1]], ("object", fact[1])), CONST)
        b.frame.stack.append(owner)
        return True
    _push_constant(b, entry, fact[1])
    if method:
        found = b.pop()
        b.push(Val(), NULL)
        b.frame.stack.append(found)
    return True


def _load_fact(b: Builder, found: list[Candidate], name: int) -> bool:
    """Loads the attribute of the operand on top of the stack, which is of one of these classes."""
    places = {_place(fact) for _, fact in found}
    if not found or not all(_loadable(b, fact) for _, fact in found):
        return False
    if (len(places) > 1 or others_come(b)) and any(place[0] == "property" for place in places):
        return False  # a getter in line would have to come back to one of several ways
    by_groups(b, found, _place, lambda group: _load_group(b, group, name), lambda: _load_generic(b, b.ins))
    return True


def _place(fact: Fact) -> Fact:
    """Equal for facts of classes whose instances are read in the same way."""
    return ("value",) if fact[0] == "value" else ("class", fact[1], fact[2] < 0) if fact[0] == "class" else fact[:2]


def _loadable(b: Builder, fact: Fact) -> bool:
    return fact[0] in ("class", "value", "slot", "dict", "item") or (fact[0] == "property" and b.profile.objects[fact[1]]["kind"] == "function")


def _load_group(b: Builder, found: list[Candidate], name: int) -> None:
    entry, (_, fact) = b.frame.stack[-1], found[0]
    require_classes(b, entry, found)
    if fact[0] == "class":
        require_no_shadow(b, entry, found, b.name(name))
        _push_constant(b, entry, fact[1])
    elif fact[0] == "property":
        load_property(b, entry, fact[1])
    elif fact[0] == "dict":
        _push_loaded(b, entry, b.emit("dict_value", b.box(entry), b.name(name)))
    elif fact[0] == "item":
        b.guard(b.emit("i64_compare", b.emit("size", b.box(entry)), b.i64(fact[1]), pred=">"), "attr_changed")
        _push_found(b, entry, b.emit("tuple_item_const", b.box(entry), index=fact[1]))
    elif fact[0] == "value":
        _push_loaded(b, entry, b.emit("instance_value", b.box(entry), b.name(name), number_by_class(b, entry, found, 1)))
    else:
        _push_loaded(b, entry, b.emit("slot_value", b.box(entry), offset=fact[1]))


def _mixed_shadows(found: list[Candidate]) -> bool:
    """Some classes' instances have dictionaries, others' don't."""
    return len({fact[2] < 0 for _, fact in found}) > 1


def _push_loaded(b: Builder, entry: Entry, value: Value) -> None:
    """Pops the owner, pushes what was found in it."""
    b.guard(b.emit("not", b.emit("is_null", value)), "attr_changed")
    _push_found(b, entry, value)


def _push_found(b: Builder, entry: Entry, value: Value) -> None:
    """The same for what is there for sure."""
    b.pop()
    if entry.own == OWNED:
        b.emit("incref", value)
        b.push_owned(value)
        taken = b.pop()
        b.drop(entry)
        b.frame.stack.append(taken)
    else:
        b.push(Val(box=value), HEAP)


@handles("STORE_ATTR")
def store_attr(b: Builder, ins: Instruction) -> None:
    entry, value = b.frame.stack[-1], b.frame.stack[-2]
    name = b.code.co_names[ins.arg]
    if entry.own == RAW:
        b.boxed(entry)
    if store_in_instance(b, name):
        return
    if value.own == VIRTUAL:  # now: a collection during the allocation may change anything
        b.boxed(value)
    found = candidates(b, entry, 0, name)
    if found and all(fact[0] in ("value", "slot", "dict") and _stored_plainly(b, type_) for type_, fact in found):
        by_groups(b, found, lambda fact: fact[:2], lambda group: _store_group(b, group, ins.arg), lambda: _store_generic(b, ins))
    else:
        _store_generic(b, ins)


def _stored_plainly(b: Builder, type_: Type) -> bool:
    """No __setattr__ of the class has a say."""
    return type_.ref < 0 or bool(b.profile.objects[type_.ref].get("flags", {}).get("generic_store", True))


def _store_group(b: Builder, found: list[Candidate], name: int) -> None:
    value, entry = b.frame.stack[-2:]
    if found[0][1][0] == "value":
        _store_value(b, entry, value, found, name)
    elif found[0][1][0] == "dict":
        _store_in_dict(b, entry, value, found, name)
    else:
        _store_slot(b, entry, value, found)


def _store_generic(b: Builder, ins: Instruction) -> None:
    value, entry = b.frame.stack[-2], b.frame.stack[-1]
    b.prepare("escapes", True)
    boxed, owner = b.boxed(value), b.boxed(entry)
    b.popn(2)
    b.emit("call", owner, b.name(ins.arg), boxed, b.cells(4), state=b.raising((value, entry)), helper="store_attr_cached")
    b.after("escapes", True)
    b.drop(value)
    b.drop(entry)


def _store_value(b: Builder, entry: Entry, value: Entry, found: list[Candidate], name: int) -> None:
    require_classes(b, entry, found)
    owner, index = b.box(entry), found[0][1][1]
    if b.profile.failed(b.ins.start, "attr_unset") or b.profile.misled("attr_unset") or b.code.co_name == "__init__":
        _first_store(b, entry, value, index, name)
        return
    old = b.emit("inline_value", owner, index=index)
    b.guard(b.emit("not", b.emit("is_null", old)), "attr_unset")
    number = number_alone(b, value)
    if number is not None:
        b.popn(2)
        b.secure_heap()
        b.emit("set_inline_f64", owner, number, index=index, offset=b.position)
        b.forget_facts()
    else:
        b.secure_heap()  # the owner, too: what dies may take the reference away that it is lent from
        new = b.own(value)
        b.popn(2)
        b.emit("set_inline_value", owner, new, index=index)
        b.release(old)
    b.drop(entry)


def _store_slot(b: Builder, entry: Entry, value: Entry, found: list[Candidate]) -> None:
    """A member of __slots__, set or not."""
    require_classes(b, entry, found)
    offset = found[0][1][1]
    owner = b.box(entry)
    number = number_alone(b, value)
    if number is not None:
        b.popn(2)
        b.secure_heap()
        b.emit("set_slot_f64", owner, number, member=offset, offset=b.position)
        b.forget_facts()
    else:
        b.secure_heap()
        new = b.own(value)
        b.popn(2)
        old = b.emit("slot_value", owner, offset=offset)
        b.emit("set_slot_value", owner, new, offset=offset)
        b.release(old, op="xdecref")
    b.drop(entry)


def _first_store(b: Builder, entry: Entry, value: Entry, index: int, name: int) -> None:
    """The attribute may be unset, as it is in __init__. Or the instance has a dict."""
    owner = b.box(entry)
    b.guard(_plain_place(b, owner), "attr_changed")
    b.secure_heap()
    new = b.own(value)
    b.popn(2)
    state = b.raising((Entry(Val(box=new), OWNED), entry))
    done = b.function.block()
    inline, elsewhere = b.fork(b.emit("has_inline_values", owner), likely=True)
    b.block = inline
    old = b.emit("inline_value", owner, index=index)
    unset, set_ = b.fork(b.emit("is_null", old))
    b.block = unset
    b.emit("add_inline_value", owner, new, index=index)
    b.goto(done)
    b.block = set_
    b.emit("set_inline_value", owner, new, index=index)
    b.emit("decref", old, type="unknown", offset=b.position)
    b.goto(done)
    b.block = elsewhere
    b.emit("call", owner, b.name(name), new, helper="store_new_value", state=state)
    b.emit("decref", new, type="unknown", offset=b.position)
    b.goto(done)
    b.block = done
    b.forget_facts()
    b.drop(entry)


def _store_in_dict(b: Builder, entry: Entry, value: Entry, found: list[Candidate], name: int) -> None:
    """The instance has a dict."""
    require_classes(b, entry, found)
    owner = b.box(entry)
    b.guard(b.emit("not", b.emit("has_inline_values", owner)), "attr_changed")
    b.guard(b.emit("i64_compare", b.emit("call", owner, helper="plain_dict"), b.i64(1), pred="=="), "attr_changed")
    b.secure_heap()
    new = b.own(value)
    b.popn(2)
    b.emit("call", owner, b.name(name), new, helper="store_new_value", state=b.raising((Entry(Val(box=new), OWNED), entry)))
    b.emit("decref", new, type="unknown", offset=b.position)
    b.forget_facts()
    b.drop(entry)


def _plain_place(b: Builder, owner: Value) -> Value:
    """A store into the instance runs no Python code but finalisers."""
    state = b.raising()
    done = b.function.block()
    result = b.function.value("i1")
    done.params.append(result)
    inline, other = b.fork(b.emit("has_inline_values", owner), likely=True)
    b.block = other
    plain = b.emit("call", owner, helper="plain_dict", state=state)
    b.goto(done, b.emit("i64_compare", plain, b.i64(1), pred="=="))
    b.block = inline
    b.goto(done, b.emit("const_i1", value=True))
    b.block = done
    return result


def number_alone(b: Builder, entry: Entry) -> Value | None:
    """The number of an unboxed float that no other place holds: it needs no box of its own, but may go into a float object that is there. (If memory for one is
    wanting after all, the frame at hand has to be complete: there is none in a frameless function.)
    """
    if entry.own != RAW or entry.val.type != FLOAT or b.frameless:
        return None
    return None if any(place is not entry and place.val is entry.val for place in all_places(b.frame.chain())) else entry.val.raw


@handles("DELETE_ATTR")
def delete_attr(b: Builder, ins: Instruction) -> None:
    b.operate("delete_attr", 1, b.name(ins.arg))


@handles("LOAD_METHOD")
def load_method(b: Builder, ins: Instruction) -> None:
    entry = b.frame.stack[-1]
    name = b.code.co_names[ins.arg]
    if entry.own == RAW:
        b.boxed(entry)
    if load_from_instance(b, name):
        found = b.pop()
        b.push(Val(), NULL)
        b.frame.stack.append(found)
        return
    known = b.profile.described(entry.val.known)
    if known.get("kind") == "module" and _module_attr(b, entry, name):
        taken = b.pop()
        b.push(Val(), NULL)
        b.frame.stack.append(taken)
        return
    if known.get("kind") == "type" and _class_value(b, entry, name, method=True):
        return
    if not _known_method(b, candidates(b, entry, 0, name), ins):
        _load_any_method(b, ins)


def _load_any_method(b: Builder, ins: Instruction) -> None:
    out = b.emit("stack_array", count=2)
    b.operate("load_method_cached", 1, b.name(ins.arg), b.cells(4), out)
    method, owner_or_attr = b.emit("array_item", out, index=0), b.emit("array_item", out, index=1)
    b.push(Val(box=method), OWNED)
    b.frame.stack[-1].slot = MAYBE_NULL
    b.push_owned(owner_or_attr)




def _known_method(b: Builder, found: list[Candidate], ins: Instruction) -> bool:
    """Finds the method by the class of the instance. Where classes have methods of their own, each goes its own way from here, up to where ways meet."""
    if not found or any(fact[0] != "method" or (type_.stable and type_.name not in TYPE_SYMBOLS) for type_, fact in found) or _mixed_shadows(found):
        return False
    several = len({fact[1] for _, fact in found}) > 1

    def push(group: list[Candidate]) -> None:
        require_classes(b, b.frame.stack[-1], group, "classes_changed" if several else "type_changed")
        _push_method(b, group, ins)

    by_groups(b, found, lambda fact: fact[1], push, lambda: _load_any_method(b, ins))
    return True


def _push_method(b: Builder, group: list[Candidate], ins: Instruction) -> None:
    if not group[0][0].stable:
        require_no_shadow(b, b.frame.stack[-1], group, b.name(ins.arg))
    owner = b.pop()
    b.push(Val(known=("object", group[0][1][1])), CONST)
    b.frame.stack.append(owner)
