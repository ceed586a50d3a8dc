"""Emitters of what is asked of instances, wherever they keep their attributes."""

from __future__ import annotations

from tierup.backend.emit_memory import inline_values
from tierup.backend.emitters import Context, emits
from tierup.ir.graph import Instr

READS = "#4"
"""Attributes of calls that only read memory."""


def in_dict(c: Context, x: str, name: str) -> str:
    """Instances of a class mostly have a name at the same place of their dicts: a cell has that where it was found last."""
    place = c.b.pool_address(c.b.pool.cells(("place", c.b.new_label("place")), 1))
    return c.b.call("ptr", "tierup_dict_value", f"ptr {x}, ptr {name}, ptr {place}", READS)


@emits("dict_value")
def dict_value(c: Context, i: Instr, x: str, name: str) -> str:
    return in_dict(c, x, name)


@emits("instance_value")
def instance_value(c: Context, i: Instr, x: str, name: str, index: str) -> str:
    b = c.b
    values = inline_values(c, x)
    there, elsewhere, done = b.new_label("there"), b.new_label("elsewhere"), b.new_label("got")
    b.branch(b.op(f"icmp eq ptr {values}, null"), elsewhere, there, likely=False)
    b.open(elsewhere)
    other = in_dict(c, x, name)
    b.jump(done)
    b.open(there)
    value = b.load("ptr", b.element(b.address(values, b.layout["PyDictValues.values"]), index), "inline values")
    b.jump(done)
    b.open(done)
    return b.phi("ptr", (other, elsewhere), (value, there))


@emits("no_shadow")
def no_shadow(c: Context, i: Instr, x: str, name: str, count: str) -> str:
    """As long as the shared keys have as many entries as when the name was not among them, instances with inline values don't have it."""
    b = c.b
    looked, known, quick = b.new_label("looked"), b.new_label("known"), b.new_label("quick")
    values = b.op(f"icmp ne ptr {inline_values(c, x)}, null")
    b.branch(values, quick, looked, likely=True)
    b.open(quick)
    keys = b.field("ptr", b.field("ptr", x, "PyObject.ob_type"), "PyHeapTypeObject.ht_cached_keys")
    same = b.op(f"icmp eq i64 {b.field('i64', keys, 'PyDictKeysObject.dk_nentries')}, {count}")
    b.branch(same, known, looked, likely=True)
    b.open(looked)
    absent = b.op(f"icmp ne i64 {b.call('i64', 'tierup_not_own', f'ptr {x}, ptr {name}', READS)}, 0")
    b.jump(known)
    b.open(known)
    return b.phi("i1", ("true", quick), (absent, looked))


@emits("class_is_version")
def class_is_version(c: Context, i: Instr) -> str:
    ref = i.attrs["ref"]
    version = c.b.field("i32", c.b.constant(("object", ref)), "PyTypeObject.tp_version_tag")
    return c.b.op(f"icmp eq i32 {version}, {c.b.constant(('version', ref), 'i32')}")
