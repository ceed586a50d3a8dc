"""Small functions that stand once behind `region` and are called from its cold blocks.

Exits are many and rarely taken: one call each instead of a dozen instructions makes both the code and LLVM's work smaller.
Each row: arguments, result, symbols of the pool it needs, body. In bodies `{Struct.field}` stands for the offset, `{symbol}` for the pool slot's address.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Outlined(NamedTuple):
    """One function; `body` is LLVM text."""

    name: str
    result: str
    args: str
    body: str


NO_MEMORY = "no memory to box a local variable of compiled code"

_SET_POSITION = """
  %co = load ptr, ptr {code}, !invariant.load !0
  %start = getelementptr i8, ptr %co, i64 {PyCodeObject.co_code_adaptive}
  %unit = getelementptr i8, ptr %start, i64 %offset
  %place = getelementptr i8, ptr %f, i64 {_PyInterpreterFrame.prev_instr}
  store ptr %unit, ptr %place"""

_SET_TOP = """
  %stacktop = getelementptr i8, ptr %f, i64 {_PyInterpreterFrame.stacktop}
  store i32 %top, ptr %stacktop"""


def _put(kind: str, type_: str) -> Outlined:
    return Outlined(f"put_{kind}", "ptr", f"ptr %slot, {type_} %x", f"""
  %helper = load ptr, ptr {{tierup_box_{kind}}}, !invariant.load !0
  %box = call ptr %helper({type_} %x) #1
  %failed = icmp eq ptr %box, null
  br i1 %failed, label %bad, label %good
good:
  store ptr %box, ptr %slot
  ret ptr %box
bad:
  %fatal = load ptr, ptr {{Py_FatalError}}, !invariant.load !0
  call void %fatal(ptr @no_memory) #1
  ret ptr null""")


def _put_once(kind: str, type_: str) -> Outlined:
    """As `put_`, unless the slot holds the box already."""
    return Outlined(f"put_{kind}_once", "ptr", f"ptr %slot, {type_} %x", f"""
  %there = load ptr, ptr %slot
  %empty = icmp eq ptr %there, null
  br i1 %empty, label %make, label %keep
make:
  %box = call ptr @put_{kind}(ptr %slot, {type_} %x) #1
  ret ptr %box
keep:
  ret ptr %there""")


_PUT_TUPLE = """
  %helper = load ptr, ptr {tierup_build_tuple}, !invariant.load !0
  %made = call ptr %helper(ptr %parts, i64 %count) #1
  %failed = icmp eq ptr %made, null
  br i1 %failed, label %bad, label %good
good:
  store ptr %made, ptr %slot
  ret ptr %made
bad:
  %fatal = load ptr, ptr {Py_FatalError}, !invariant.load !0
  call void %fatal(ptr @no_memory) #1
  ret ptr null"""


_ROWS = (
    # the frame is complete but for its position and the size of its stack: back to the interpreter
    Outlined("leave", "ptr", "ptr %f, i64 %offset, i32 %top, i64 %id", _SET_POSITION + _SET_TOP + """
  store i64 %id, ptr @pool
  ret ptr inttoptr (i64 1 to ptr)"""),
    # the raising operation has stored the position, or moved it further within its bytecode
    Outlined("leave_error", "ptr", "ptr %f, i32 %top", _SET_TOP + """
  ret ptr inttoptr (i64 2 to ptr)"""),
    Outlined("set_place", "void", "ptr %f, i64 %offset, i32 %top", _SET_POSITION + _SET_TOP + """
  ret void"""),
    Outlined("set_position", "void", "ptr %f, i64 %offset", _SET_POSITION + """
  ret void"""),
    # boxes of raw values, stored into slots
    _put("int", "i64"),
    _put("float", "double"),
    _put_once("int", "i64"),
    _put_once("float", "double"),
    # a tuple of references that are taken over, stored into a slot
    Outlined("put_tuple", "ptr", "ptr %slot, ptr %parts, i64 %count", _PUT_TUPLE),
    # a further reference to an object, stored into a slot
    Outlined("put_reference", "void", "ptr %slot, ptr %x", """
  store ptr %x, ptr %slot
  %place = getelementptr i8, ptr %x, i64 {PyObject.ob_refcnt}
  %count = load i64, ptr %place
  %more = add i64 %count, 1
  store i64 %more, ptr %place
  ret void"""),
    Outlined("put_reference_once", "void", "ptr %slot, ptr %x", """
  %there = load ptr, ptr %slot
  %empty = icmp eq ptr %there, null
  br i1 %empty, label %make, label %keep
make:
  call void @put_reference(ptr %slot, ptr %x) #1
  ret void
keep:
  ret void"""),
    Outlined("release", "void", "ptr %x", """
  %function = load ptr, ptr {Py_DecRef}, !invariant.load !0
  tail call void %function(ptr %x) #1
  ret void"""),
    Outlined("clear_slot", "void", "ptr %slot", """
  %box = load ptr, ptr %slot
  store ptr null, ptr %slot
  %function = load ptr, ptr {Py_DecRef}, !invariant.load !0
  tail call void %function(ptr %box) #1
  ret void"""),
    # the flag is set: by somebody else's tool, or by our own recorder?
    Outlined("traced", "i1", "ptr %ts", """
  %helper = load ptr, ptr {tierup_tools}, !invariant.load !0
  %tools = call i64 %helper(ptr %ts) #1
  %active = icmp ne i64 %tools, 0
  ret i1 %active"""),
    # name and expected value (null: no such key) stand in the pool
    Outlined("recheck_global", "i1", "ptr %names, ptr %name_slot, ptr %expected_slot, ptr %cell", """
  %helper = load ptr, ptr {tierup_recheck_global}, !invariant.load !0
  %name = load ptr, ptr %name_slot
  %any = icmp ne ptr %expected_slot, null
  br i1 %any, label %read, label %ask
read:
  %expected = load ptr, ptr %expected_slot
  br label %ask
ask:
  %wanted = phi ptr [ null, %entry ], [ %expected, %read ]
  %answer = call i64 %helper(ptr %names, ptr %name, ptr %wanted, ptr %cell) #1
  %same = icmp ne i64 %answer, 0
  ret i1 %same"""),
    # the count of x has become 0
    Outlined("deallocate", "void", "ptr %x", """
  %function = load ptr, ptr {_Py_Dealloc}, !invariant.load !0
  tail call void %function(ptr %x) #1
  ret void"""),
    Outlined("deallocate_at", "void", "ptr %x, ptr %f, i64 %offset", _SET_POSITION + """
  %function = load ptr, ptr {_Py_Dealloc}, !invariant.load !0
  tail call void %function(ptr %x) #1
  ret void"""),
    # a new float takes the place of what stands at an address in `owner`, which lives until the old one is gone; false without memory
    Outlined("replace_float", "i1", "ptr %owner, ptr %address, double %x, ptr %f, i64 %offset", _SET_POSITION + """
  %helper = load ptr, ptr {tierup_box_float}, !invariant.load !0
  %box = call ptr %helper(double %x) #1
  %failed = icmp eq ptr %box, null
  br i1 %failed, label %bad, label %good
good:
  %old = load ptr, ptr %address
  store ptr %box, ptr %address
  %hold = load ptr, ptr {Py_IncRef}, !invariant.load !0
  %function = load ptr, ptr {Py_DecRef}, !invariant.load !0
  call void %hold(ptr %owner) #1
  call void %function(ptr %old) #1
  call void %function(ptr %owner) #1
  br label %bad
bad:
  %fine = xor i1 %failed, true
  ret i1 %fine"""),
)

OUTLINED: dict[str, Outlined] = {row.name: row for row in _ROWS}
_BLANK = re.compile(r"\{([A-Za-z_][\w.]*)\}")


_CALLED = re.compile(r"@(put_\w+)\(")


def needs(row: Outlined) -> list[str]:
    """Other rows that the body calls."""
    return _CALLED.findall(row.body)


def symbols_of(row: Outlined) -> list[str]:
    """Names in braces that are no struct fields."""
    return [name for name in _BLANK.findall(row.body) if "." not in name]


def define(row: Outlined, layout: dict[str, int], addresses: dict[str, str]) -> str:
    """The function's text; `addresses` of the pool slots of its symbols."""

    def fill(match: re.Match[str]) -> str:
        name = match[1]
        return str(layout[name]) if "." in name else addresses[name]

    body = _BLANK.sub(fill, row.body)
    return f"define internal {row.result} @{row.name}({row.args}) #3 {{\nentry:{body}\n}}"


def no_memory_message() -> str:
    """The constant that `Py_FatalError` gets."""
    return f'@no_memory = private constant [{len(NO_MEMORY) + 1} x i8] c"{NO_MEMORY}\\00"'
