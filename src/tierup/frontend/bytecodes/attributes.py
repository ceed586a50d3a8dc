"""LOAD_ATTR, STORE_ATTR, DELETE_ATTR, LOAD_METHOD."""

from __future__ import annotations

from tierup.frontend.build import Builder, handles
from tierup.frontend.bytecodes.dunders import load_property
from tierup.frontend.bytecodes.names import described_val
from tierup.frontend.decode import Instruction
from tierup.frontend.receivers import Candidate, candidates, class_attribute, number_by_class, require_classes, require_no_shadow
from tierup.frontend.state import CONST, HEAP, MAYBE_NULL, NULL, OWNED, RAW, VIRTUAL, Entry, Val
from tierup.ir.graph import Value
from tierup.ir.types import FLOAT, TYPE_SYMBOLS


@handles("LOAD_ATTR")
def load_attr(b: Builder, ins: Instruction) -> None:
    entry = b.frame.stack[-1]
    name = b.code.co_names[ins.arg]
    if entry.own == RAW:
        b.boxed(entry)
    known = b.profile.described(entry.val.known)
    if known.get("kind") == "module" and _module_attr(b, entry, name):
        return
    if known.get("kind") == "type" and _class_value(b, entry, name, method=False):
        return
    if _load_fact(b, entry, candidates(b, entry, 0, name), ins.arg):
        return
    value = b.operate("load_attr_cached", 1, b.name(ins.arg), b.cells(4))
    b.push_owned(value)


def _module_attr(b: Builder, entry: Entry, name: str) -> bool:
    """A function or class of a known module is a constant while the module's dict does not change."""
    assert entry.val.known is not None
    ref = entry.val.known[1]
    fact = b.profile.module_fact(ref, name)
    if fact is None or b.profile.failed(b.ins.start, "global_changed"):
        return False
    b.emit("global_is", state=b.state(), where=("module_dict", ref), name=name, spec=("object", fact))
    b.drop(b.pop())
    b.push(Val(known=("object", fact)), CONST)
    return True


def _class_value(b: Builder, entry: Entry, name: str, method: bool) -> bool:
    """An attribute of a known class is a constant while the class does not change; a class method is called as a function with the class."""
    fact = class_attribute(b, entry, name)
    if fact is None or (fact[0] == "classmethod" and not method):
        return False
    owner = b.pop()
    val = described_val(b, b.profile.objects[fact[1]], ("object", fact[1]))
    if fact[0] == "classmethod":
        b.push(val, CONST)
        b.frame.stack.append(owner)
        return True
    b.drop(owner)
    if method:
        b.push(Val(), NULL)
    b.push(val, CONST)
    return True


def _load_fact(b: Builder, entry: Entry, found: list[Candidate], name: int) -> bool:
    kinds = {fact[0] for _, fact in found}
    if len(kinds) != 1:
        return False
    kind = kinds.pop()
    if kind == "class" and len({fact[1] for _, fact in found}) == 1 and not _mixed_shadows(found):
        require_classes(b, entry, found)
        require_no_shadow(b, entry, found, b.name(name))
        b.drop(b.pop())
        ref = found[0][1][1]
        b.push(described_val(b, b.profile.objects[ref], ("object", ref)), CONST)
        return True
    if kind == "property" and len({fact[1] for _, fact in found}) == 1 and b.profile.objects[found[0][1][1]]["kind"] == "function":
        require_classes(b, entry, found)
        load_property(b, entry, found[0][1][1])
        return True
    if kind == "value":
        require_classes(b, entry, found)
        value = b.emit("instance_value", b.box(entry), b.name(name), number_by_class(b, entry, found, 1))
    elif kind == "slot" and len({fact[1] for _, fact in found}) == 1:
        require_classes(b, entry, found)
        value = b.emit("slot_value", b.box(entry), offset=found[0][1][1])
    else:
        return False
    _push_loaded(b, entry, value)
    return True


def _mixed_shadows(found: list[Candidate]) -> bool:
    """Some classes' instances have dictionaries, others' don't."""
    return len({fact[2] < 0 for _, fact in found}) > 1


def _push_loaded(b: Builder, entry: Entry, value: Value) -> None:
    """Pops the owner, pushes what was found in it."""
    b.guard(b.emit("not", b.emit("is_null", value)), "attr_changed")
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
    if value.own == VIRTUAL:  # now: a collection during the allocation may change anything
        b.boxed(value)
    found = candidates(b, entry, 0, name)
    if found and all(fact[0] == "value" and fact[1] == found[0][1][1] for _, fact in found):
        _store_value(b, entry, value, found, ins.arg)
        return
    if found and all(fact == found[0][1] and fact[0] == "slot" for _, fact in found):
        _store_slot(b, entry, value, found)
        return
    _store_generic(b, ins)


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
    if b.profile.failed(b.ins.start, "attr_unset") or b.code.co_name == "__init__":
        _first_store(b, entry, value, index, name)
        return
    old = b.emit("inline_value", owner, index=index)
    b.guard(b.emit("not", b.emit("is_null", old)), "attr_unset")
    if value.own == RAW and value.val.type == FLOAT and value.val.raw is not None and not _held_by_local(b, value):
        b.popn(2)
        b.secure_heap()
        b.emit("set_inline_f64", owner, value.val.raw, index=index, offset=b.ins.offset)
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
    if value.own == RAW and value.val.type == FLOAT and value.val.raw is not None and not _held_by_local(b, value):
        b.popn(2)
        b.secure_heap()
        b.emit("set_slot_f64", owner, value.val.raw, member=offset, offset=b.ins.offset)
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
    """The attribute may be unset, as it is in __init__: the helper also notes the order in which attributes are set. Or the instance has a dict."""
    owner = b.box(entry)
    b.guard(_plain_place(b, owner), "attr_changed")
    b.secure_heap()
    new = b.own(value)
    b.popn(2)
    state = b.raising((Entry(Val(box=new), OWNED), entry))
    old = b.emit("inline_value", owner, index=index)
    unset, set_ = b.fork(b.emit("is_null", old))
    done = b.function.block()
    b.block = unset
    b.emit("call", owner, b.name(name), b.i64(index), new, helper="store_new_value", state=state)
    b.emit("decref", new, type="unknown", offset=b.position)
    b.goto(done)
    b.block = set_
    b.emit("set_inline_value", owner, new, index=index)
    b.emit("decref", old, type="unknown", offset=b.position)
    b.goto(done)
    b.block = done
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


def _held_by_local(b: Builder, entry: Entry) -> bool:
    """True if a local holds the same value, so that its box must be the one that is stored."""
    return any(local.val is entry.val for local in b.frame.locals) or any(e is not entry and e.val is entry.val for e in b.frame.stack)


@handles("DELETE_ATTR")
def delete_attr(b: Builder, ins: Instruction) -> None:
    b.operate("delete_attr", 1, b.name(ins.arg))


@handles("LOAD_METHOD")
def load_method(b: Builder, ins: Instruction) -> None:
    entry = b.frame.stack[-1]
    name = b.code.co_names[ins.arg]
    if entry.own == RAW:
        b.boxed(entry)
    known = b.profile.described(entry.val.known)
    if known.get("kind") == "module" and _module_attr(b, entry, name):
        taken = b.pop()
        b.push(Val(), NULL)
        b.frame.stack.append(taken)
        return
    if known.get("kind") == "type" and _class_value(b, entry, name, method=True):
        return
    if _known_method(b, candidates(b, entry, 0, name), ins):
        return
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
    groups: dict[int, list[Candidate]] = {}
    for type_, fact in found:
        groups.setdefault(fact[1], []).append((type_, fact))
    *others, last = groups.values()
    for group in others:
        box = b.box(b.frame.stack[-1])
        test = b.emit("is_version", box, ref=group[0][0].ref)
        for type_, _ in group[1:]:
            test = b.emit("or_i1", test, b.emit("is_version", box, ref=type_.ref))
        this, rest = b.split(test)
        b.resume(this)
        _push_method(b, group, ins)
        b.jump_to(ins.end)
        b.resume(rest)
    require_classes(b, b.frame.stack[-1], last, "classes_changed" if others else "type_changed")
    _push_method(b, last, ins)
    if others:
        b.jump_to(ins.end)
    return True


def _push_method(b: Builder, group: list[Candidate], ins: Instruction) -> None:
    if not group[0][0].stable:
        require_no_shadow(b, b.frame.stack[-1], group, b.name(ins.arg))
    owner = b.pop()
    b.push(Val(known=("object", group[0][1][1])), CONST)
    b.frame.stack.append(owner)
