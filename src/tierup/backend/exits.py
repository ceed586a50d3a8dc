"""The ways out of a region: exits to the interpreter and raising, written behind the hot code and shared by equal frame states."""

from __future__ import annotations

from tierup.backend import packed
from tierup.backend.builder import LLVM_TYPES, Builder
from tierup.ir.graph import FrameState, Value
from tierup.ir.verify import frames_of

CODE_SHIFT = 24
"""An offset in the exit table is that in the code, plus the code's index + 1 above these bits."""


class Exits:
    """Labels are handed out while the hot code is written, their blocks are written by `flush`."""

    def __init__(self, builder: Builder, table: list[tuple[int, str, int]]) -> None:
        self.b = builder
        self.table = table
        self._exits: dict[tuple[FrameState, str], str] = {}
        self._raises: dict[tuple[FrameState, bool], str] = {}
        self._lost: dict[FrameState, str] = {}
        self._aborts = False

    # used by emitters

    def guard(self, condition: str, reason: str, state: FrameState, want: bool = True) -> None:
        """Goes on if the condition is as wanted, else exits; under stress also now and then for no reason."""
        self.stress(state)
        go_on = self.b.new_label("ok")
        label = self.exit_label(reason, state)
        if want:
            self.b.branch(condition, go_on, label, likely=True)
        else:
            self.b.branch(condition, label, go_on, likely=False)
        self.b.open(go_on)

    def exit_label(self, reason: str, state: FrameState) -> str:
        """The block that leaves for `reason`."""
        key = (state, reason)
        if key not in self._exits:
            self._exits[key] = self.b.new_label("exit")
        return self._exits[key]

    def raise_label(self, state: FrameState, stored: bool) -> str:
        """The block that unwinds from `state`; `stored`: the frame's position is that of the state."""
        key = (state, stored)
        if key not in self._raises:
            self._raises[key] = self.b.new_label("raise")
        return self._raises[key]

    def lost_label(self, state: FrameState) -> str:
        """The block where a frameless function has been left that this one has called."""
        if state not in self._lost:
            self._lost[state] = self.b.new_label("lost")
        return self._lost[state]

    def abort_label(self) -> str:
        """The block for want of memory where no frame state is at hand."""
        self._aborts = True
        return "abort"

    def exit_id(self, reason: str, state: FrameState) -> int:
        """A row of the exit table; offsets of inlined code carry the index of the code."""
        self.table.append((state.offset + (state.code_index + 1 << CODE_SHIFT), reason, len(state.stack)))
        return len(self.table) - 1

    def stress(self, state: FrameState) -> None:
        """Under stress: exits each time a countdown of this place's own reaches 0."""
        b = self.b
        if b.random is None:
            return
        period = int(2 ** b.random.uniform(2, 9))
        cell = b.pool_address(b.pool.cells(("stress", b.number, b.new_label()), 1, b.random.randrange(1, period + 1)))
        left = b.op(f"sub i64 {b.load('i64', cell, 'cells')}, 1")
        hit = b.op(f"icmp sle i64 {left}, 0")
        b.store("i64", b.op(f"select i1 {hit}, i64 {period}, i64 {left}"), cell, "cells")
        go_on = b.new_label("calm")
        b.branch(hit, self.exit_label("stress", state), go_on, likely=False)
        b.open(go_on)

    # writing the blocks

    def flush(self) -> None:
        """Writes all blocks asked for; they ask for no further ones."""
        b = self.b
        by_state: dict[FrameState, list[tuple[str, str]]] = {}
        for (state, reason), label in self._exits.items():
            by_state.setdefault(state, []).append((str(self.exit_id(reason, state)), label))
        for state, ways in by_state.items():
            self._leave(state, ways)
        for (state, stored), label in self._raises.items():
            b.open(label)
            self._unwind(state, stored)
        for state, label in self._lost.items():
            b.open(label)
            packed.lost(b, state)
        if self._aborts:
            b.open("abort")
            b.do("ret ptr null")

    def _leave(self, state: FrameState, ways: list[tuple[str, str]]) -> None:
        """All exits in one state. Several reasons meet in one block, each having stored its id: passed as values, the ids would be loaded by the hot code."""
        b = self.b
        meet = b.new_label("leave")
        for exit_id, label in ways:
            b.open(label)
            b.do(f"store i64 {exit_id}, ptr @pool{b.tag('cells')}")
            b.jump(meet)
        b.open(meet)
        packed.leave(b, state)

    def _unwind(self, state: FrameState, stored: bool) -> None:
        """To the handler if that is compiled code and the status is NULL, else the status is returned."""
        b = self.b
        landing = packed.landing_of(state)
        handling = next((frame for frame in frames_of(state) if frame.handled and frame.parent is not None), None)
        if handling is not None:
            b.do(f"store i64 {self.exit_id('handled_in_line', handling)}, ptr @pool{b.tag('cells')}")
        status = packed.unwind(b, state, stored)
        if b.frameless:
            b.give_up()
            return
        if landing is not None:
            go_back = b.new_label("uncaught")
            b.branch(b.op(f"icmp eq ptr {status}, null"), f"b{landing.block}", go_back)
            b.open(go_back)
        b.do(f"ret ptr {status}")

    def leave_behind_poll(self, state: FrameState, there: dict[Value, str]) -> None:
        """Back to the interpreter, which goes on at the state's bytecode; the locals are in their slots."""
        b = self.b
        b.do(f"store i64 {self.exit_id('eval_breaker', state)}, ptr @pool{b.tag('cells')}")
        packed.leave(b, state, there)

    def leave_poll_error(self, state: FrameState, there: dict[Value, str]) -> None:
        """Completes the frame and returns the status for what was raised by the backward jump to `state`."""
        b = self.b
        packed.complete(b, state, there)
        b.do(f"ret ptr {b.call('ptr', 'tierup_poll_raised', f'ptr %ts, ptr %f, i64 {state.offset}')}")

    def suspend(self, state: FrameState, operand: str) -> None:
        """Completes the frame of a generator as the interpreter leaves it at a yield; this is no way out of the hot code, so nothing is out of line."""
        b = self.b
        packed.suspend(b, state)
        b.store_position(state.offset - b.layout["sizeof._Py_CODEUNIT"])
        b.set_field("i32", str(b.nlocalsplus + len(state.stack)), "%f", "_PyInterpreterFrame.stacktop")
        place = b.layout["PyGenObject.gi_frame_state"] - b.layout["PyGenObject.gi_iframe"]
        b.store("i8", str(b.layout["FRAME_SUSPENDED"]), b.address("%f", place), "PyGenObject.gi_frame_state")
        b.do(f"ret ptr {operand}")

    # boxing

    def box_raw(self, repr_: str, operand: str, failed: str) -> str:
        """A new reference to an int or float object, or a scalar of NumPy; without memory goes to `failed`."""
        if repr_ in ("nf64", "ni64"):
            return self._call_box("numpy_float" if repr_ == "nf64" else "numpy_int", LLVM_TYPES[repr_], operand, failed)
        return self._call_box("int", "i64", operand, failed) if repr_ == "i64" else self._box_float(operand, failed)

    def _call_box(self, kind: str, type_: str, operand: str, failed: str) -> str:
        b = self.b
        box = b.call("ptr", f"tierup_box_{kind}", f"{type_} {operand}")
        boxed = b.new_label("boxed")
        b.branch(b.op(f"icmp eq ptr {box}, null"), failed, boxed, likely=False)
        b.open(boxed)
        return box

    def _box_float(self, operand: str, failed: str) -> str:
        """One of the objects that the interpreter keeps for reuse, without a call: all registers for floats would have to be saved around it."""
        b = self.b
        kept = b.symbol("kept_floats")
        first = b.field("ptr", kept, "kept_floats.first")
        traced = b.op(f"icmp ne i32 {b.load('i32', b.symbol('tracemalloc_tracing'), 'tracing')}, 0")
        none = b.op(f"or i1 {b.op(f'icmp eq ptr {first}, null')}, {traced}")
        there, elsewhere, done = b.new_label("there"), b.new_label("elsewhere"), b.new_label("float")
        b.branch(none, elsewhere, there, likely=False)
        b.open(elsewhere)
        new = self._call_box("float", "double", operand, failed)
        made = b.label
        b.jump(done)
        b.open(there)
        b.set_field("ptr", b.field("ptr", first, "PyObject.ob_type"), kept, "kept_floats.first")
        b.set_field("i32", b.op(f"sub i32 {b.field('i32', kept, 'kept_floats.count')}, 1"), kept, "kept_floats.count")
        b.set_field("ptr", b.symbol("PyFloat_Type"), first, "PyObject.ob_type")
        b.set_field("i64", "1", first, "PyObject.ob_refcnt")
        b.set_field("double", operand, first, "PyFloatObject.ob_fval")
        b.jump(done)
        b.open(done)
        return b.phi("ptr", (new, made), (first, there))

    def clear_slot(self, index: int) -> None:
        """Takes a box back out of its slot."""
        self.b.outlined("clear_slot", f"ptr {self.b.slot(index)}")
