"""Instances of classes of the program that are taken apart before anybody sees them: they are not made unless something needs the object.

What a class makes begins as a virtual value without parts. STORE_ATTR adds parts (references of their own, or unboxed numbers), LOAD_ATTR reads them,
methods and operators in line take the instance along. Everything else, every full escape included, brings it into being.

    class V:                              %1 = float_value ...
        def __init__(self, x):            %2 = f64_add %1, %1       no instance, no boxes
            self.x = x
    V(a).x + a

Not tried: instances with __slots__ or a dict of their own, those that hold themselves, attributes that are deleted.
Method: allocation removal by partial escape analysis (Bolz et al., PEPM 2011; Stadler, Würthinger & Mössenböck, CGO 2014), while the IR is built.
"""

from __future__ import annotations

from tierup.frontend.build import Builder
from tierup.frontend.receivers import require_class
from tierup.frontend.state import CONST, HEAP, OUTER, OWNED, SLOT, VIRTUAL, Entry, Val
from tierup.ir.graph import Instance

LARGEST = 8
"""Attributes: their places are the bytes of one word (the helper make_instance)."""

LAST_PLACE = 255


def virtual_instance(b: Builder, cls: int) -> Val | None:
    """A new instance of the class with this ref; None if it has to be made at once. The class is guarded to make instances plainly."""
    flags = b.profile.objects[cls]["flags"]
    if not flags.get("dies_plainly") or not flags.get("generic_store", True):
        return None
    return Val(b.profile.type_of(cls), parts=[], made=Instance(cls), guarded=((cls,), b.epoch))


def instance_of(entry: Entry) -> Instance | None:
    """What an entry holds, if that is an instance that does not exist yet."""
    made = entry.val.made
    return made if entry.own == VIRTUAL and isinstance(made, Instance) else None


def place_of(b: Builder, instance: Instance, name: str) -> int:
    """Where an instance of its class keeps the attribute among its inline values; -1 if that isn't known, or if the class was found changed here before."""
    if b.profile.failed(b.ins.start, "type_changed"):
        return -1
    fact = b.profile.attr_fact(b.profile.type_of(instance.cls), name)
    return fact[1] if fact is not None and fact[0] == "value" and fact[1] <= LAST_PLACE else -1


def load_from_instance(b: Builder, name: str) -> bool:
    """LOAD_ATTR of an attribute that the instance on top of the stack has itself."""
    instance = instance_of(b.frame.stack[-1])
    place = -1 if instance is None else place_of(b, instance, name)
    if instance is None or place not in instance.places:
        return False
    owner = b.frame.stack[-1]
    assert owner.val.parts is not None
    require_class(b, owner, owner.val.type)
    part = b.hold(owner.val.parts[instance.places.index(place)])
    b.pop()
    b.frame.stack.append(part)  # first: it may be virtual, and nothing else may hold it
    b.drop(owner)
    return True


def store_in_instance(b: Builder, name: str) -> bool:
    """STORE_ATTR of the instance on top of the stack: the value below it becomes a part, in place of an older one."""
    instance = instance_of(b.frame.stack[-1])
    place = -1 if instance is None else place_of(b, instance, name)
    if instance is None or place < 0 or (place not in instance.places and len(instance.places) == LARGEST):
        return False
    value, owner = b.frame.stack[-2:]
    require_class(b, owner, owner.val.type)
    if value.own == VIRTUAL and (instance_of(value) is None or holds(value.val, owner.val)):
        b.box(value)
        if instance_of(owner) is None:  # the value had it, and so it has come into being
            return False
    if value.own in (SLOT, OUTER, HEAP) or (value.own == CONST and value.val.known is None):
        b.emit("incref", b.box(value))
        value.own, value.slot = OWNED, -1
    b.dirty()
    b.popn(2)
    b.frame.stack.append(owner)  # holds the value while the old one goes
    old = _put(owner.val, instance, place, value)
    if old is not None:
        b.drop(old)
    b.drop(b.pop())
    return True


def holds(val: Val, other: Val) -> bool:
    """Is the other value this one, or part of it?"""
    return val is other or any(part.own == VIRTUAL and holds(part.val, other) for part in val.parts or ())


def _put(val: Val, instance: Instance, place: int, value: Entry) -> Entry | None:
    """The part that was there before, or None."""
    assert val.parts is not None
    if place not in instance.places:
        val.parts.append(value)
        val.made = instance._replace(places=(*instance.places, place))
        return None
    index = instance.places.index(place)
    old, val.parts[index] = val.parts[index], value
    return old
