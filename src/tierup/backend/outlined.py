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


_SET_POSITION = """
  %co = load ptr, ptr {code}, !invariant.load !0
  %start = getelementptr i8, ptr %co, i64 {PyCodeObject.co_code_adaptive}
  %unit = getelementptr i8, ptr %start, i64 %offset
  %place = getelementptr i8, ptr %f, i64 {_PyInterpreterFrame.prev_instr}
  store ptr %unit, ptr %place"""

_ROWS = (
    # a box is taken back out of its slot
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
  %function = load ptr, ptr {tierup_dealloc}, !invariant.load !0
  tail call void %function(ptr %x) #1
  ret void"""),
    Outlined("deallocate_at", "void", "ptr %x, ptr %f, i64 %offset", _SET_POSITION + """
  %function = load ptr, ptr {tierup_dealloc}, !invariant.load !0
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
