"""The ways out of a region: exits to the interpreter and raising, written behind the hot code and shared by equal frame states."""

from __future__ import annotations

from tierup.abi import feeds
from tierup.backend import packed
from tierup.backend.builder import WORD, Builder
from tierup.ir.graph import FrameState, Landing, Made, StackItem, Value
from tierup.ir.verify import frames_of

EXIT_STATUS = "inttoptr (i64 1 to ptr)"

KEEP, OPERATOR = 2, 16
"""As in csrc/inlined.c: the result is kept; so with an operator's, of which the number is added."""

CODE_SHIFT = 24
"""An offset in the exit table is that in the code, plus the code's index + 1 above these bits."""

Boxes = dict[Value | int, str]
"""Boxes of raw values, and tuples by their key, that the frame holds a reference to already."""


class Exits:
    """Labels are handed out while the hot code is written, their blocks are written by `flush`."""

    def __init__(self, builder: Builder) -> None:
        self.b = builder
        self.table: list[tuple[int, str, int]] = []
        self._exits: dict[tuple[FrameState, str], str] = {}
        self._raises: dict[tuple[FrameState, bool], str] = {}
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
        cell = b.pool_address(b.pool.cells(("stress", b.new_label()), 1, b.random.randrange(1, period + 1)))
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
        if self._aborts:
            b.open("abort")
            b.do("ret ptr null")

    def _leave(self, state: FrameState, ways: list[tuple[str, str]]) -> None:
        """All exits in one state. Several reasons meet in one block, each having stored its id: passed as values, the ids would be loaded by the hot code."""
        b = self.b
        exit_id, label = ways[0]
        if len(ways) > 1 or packed.fits(state) or state.parent is not None:
            meet = b.new_label("leave")
            for exit_id, label in ways:
                b.open(label)
                b.do(f"store i64 {exit_id}, ptr @pool{b.tag('cells')}")
                b.jump(meet)
            label, exit_id = meet, ""
        b.open(label)
        if packed.fits(state):
            packed.leave(b, state)
        elif state.parent is not None:
            self._leave_inlined(state, raising=False)
        else:
            self.leave(state, self.box_locals(state), exit_id)

    def _unwind(self, state: FrameState, stored: bool) -> None:
        b = self.b
        landing = packed.landing_of(state)
        if packed.fits(state):
            self._land(landing, packed.unwind(b, state, stored))
            return
        if not stored and state.parent is None and not (landing and landing.bare):
            b.outlined("set_position", f"ptr %f, i64 {state.offset}")
        for value in state.drop:
            self.release(b.operand(value))
        if state.parent is not None:
            self._leave_inlined(state, raising=True)
            return
        boxes = self.box_locals(state)
        if state.handled:
            self._leave_error(self._store_stack(state, boxes), landing)
            return
        released: set[int] = set()
        for item in reversed(state.stack):
            if item.parts is None or item.key not in released:
                for part in reversed(item.leaves()):
                    if part.owned and part.value is not None:
                        self.release(b.operand(part.value))
            released.add(item.key if item.parts is not None else 0)
        b.do("ret ptr null")

    def _land(self, landing: Landing | None, status: str) -> None:
        """Goes to the handler that is compiled code if the status is NULL, else returns it."""
        b = self.b
        if landing is not None:
            go_back = b.new_label("uncaught")
            b.branch(b.op(f"icmp eq ptr {status}, null"), f"b{landing.block}", go_back)
            b.open(go_back)
        b.do(f"ret ptr {status}")

    def _leave_error(self, top: int, landing: Landing | None) -> None:
        """An exception is set and the frame is complete but for the size of its stack."""
        b = self.b
        status = b.outlined("leave_error", f"ptr %f, i32 {top}")
        if landing is not None:
            status = b.call("ptr", "tierup_land", f"ptr %ts, ptr %f, i64 {landing.level}, i64 {packed.landing_flags(landing)}")
        self._land(landing, status)

    def leave(self, state: FrameState, boxes: Boxes, exit_id: str) -> None:
        """Completes the frame and returns to the interpreter, which goes on at the state's bytecode. `exit_id` "": stored already."""
        b = self.b
        arguments = f"ptr %f, i64 {state.offset - b.layout['sizeof._Py_CODEUNIT']}, i32 {self._store_stack(state, boxes)}"
        if exit_id:
            b.do(f"ret ptr {b.outlined('leave', f'{arguments}, i64 {exit_id}')}")
            return
        b.outlined("set_place", arguments)
        b.do(f"ret ptr {EXIT_STATUS}")

    def suspend(self, state: FrameState, operand: str) -> None:
        """Completes the frame of a generator as the interpreter leaves it at a yield; this is no way out of the hot code, so nothing is out of line."""
        b = self.b
        top = self._store_stack(state, self.box_locals(state))
        b.store_position(state.offset - b.layout["sizeof._Py_CODEUNIT"])
        b.set_field("i32", str(top), "%f", "_PyInterpreterFrame.stacktop")
        place = b.layout["PyGenObject.gi_frame_state"] - b.layout["PyGenObject.gi_iframe"]
        b.store("i8", str(b.layout["FRAME_SUSPENDED"]), b.address("%f", place), "PyGenObject.gi_frame_state")
        b.do(f"ret ptr {operand}")

    def leave_poll_error(self, state: FrameState, boxes: Boxes) -> None:
        """Completes the frame and returns the status for what was raised by the backward jump to `state`."""
        b = self.b
        b.outlined("leave_error", f"ptr %f, i32 {self._store_stack(state, boxes)}")
        b.do(f"ret ptr {b.call('ptr', 'tierup_poll_raised', f'ptr %ts, ptr %f, i64 {state.offset}')}")

    def _store_stack(self, state: FrameState, boxes: Boxes) -> int:
        """Stores owned references to the stack items; returns the value of stacktop."""
        b = self.b
        for depth, item in enumerate(state.stack):
            self._store_item(item, b.slot(b.nlocalsplus + depth), boxes)
        return b.nlocalsplus + len(state.stack)

    def _store_item(self, item: StackItem, address: str, boxes: Boxes) -> None:
        """Stores an owned reference."""
        if item.parts is not None:
            self._store_tuple(item, item.parts, address, boxes)
            return
        if item.value is not None and item.value.repr != "obj":
            self._put(item.value, address, boxes)
            return
        operand = "null" if item.value is None else self.b.operand(item.value)
        if item.owned or operand == "null":
            self.b.store("ptr", operand, address, "slots")
        else:
            self.b.outlined("put_reference", f"ptr {address}, ptr {operand}")

    def _store_tuple(self, item: StackItem, parts: tuple[StackItem, ...], address: str, boxes: Boxes) -> None:
        """A tuple that compiled code could do without is made now that the interpreter is to see it."""
        b = self.b
        if item.key in boxes:
            b.outlined("put_reference", f"ptr {address}, ptr {boxes[item.key]}")
            return
        if item.made is not None:
            boxes[item.key] = self._make_function(item.made)
            b.store("ptr", boxes[item.key], address, "slots")
            return
        b.parts = max(b.parts, len(parts), 1)
        for place, part in enumerate(parts):
            self._store_item(part, b.address("%parts", WORD * place), boxes)
        boxes[item.key] = b.outlined("put_tuple", f"ptr {address}, ptr %parts, i64 {len(parts)}")

    # inlined code

    def _leave_inlined(self, state: FrameState, raising: bool) -> None:
        """Rebuilds the frames of the inlined code, lets the interpreter finish them, and leaves behind the outermost call with the result."""
        b = self.b
        *inlined, outer = frames_of(state)
        boxes = self.box_locals(outer)
        top = self._store_stack(outer, boxes)
        unit = b.layout["sizeof._Py_CODEUNIT"]
        b.outlined("set_place", f"ptr %f, i64 {outer.offset - (unit if outer.consumes < 0 else 0)}, i32 {top}")
        frames: list[tuple[str, FrameState]] = []
        for frame in reversed(inlined):
            offset = frame.offset if (raising and frame is state) or frame.consumes >= 0 else frame.offset - unit
            frames.append((self._push_frame(frame, frames[-1][0] if frames else "%f", offset, boxes), frame))
        result = self._run_frame(*frames.pop(), "null", "1" if raising else "0")
        while frames:
            place, frame = frames.pop()
            failed = f"icmp eq ptr {result}, null"
            if frame.consumes >= 0:
                failed, result = f"icmp eq i64 {self._consume(place, frame, result)}, 0", "null"
            failed = b.op(f"zext i1 {b.op(failed)} to i64")
            result = self._run_frame(place, frame, result, failed)
        landing = outer.landing if raising else None
        if outer.consumes >= 0:
            self._drop_result(outer, result, top, landing)
        else:
            self._push_result(outer, result, top, landing)

    def _push_frame(self, state: FrameState, caller: str, offset: int, boxes: Boxes) -> str:
        b = self.b
        items = state.locals + state.stack
        b.scratch = max(b.scratch, len(items), 1)
        for place, item in enumerate(items):
            self._store_item(item, b.address("%scratch", WORD * place), boxes)
        code = b.constant(("code", state.code_index))
        function = self._make_function(state.made) if state.made is not None else b.operand(state.function)  # type: ignore[arg-type]
        arguments = f"ptr %ts, ptr {caller}, ptr {function}, ptr {code}, i64 {offset}, ptr %scratch, i64 {len(items)}"
        frame = b.call("ptr", "tierup_push_fed" if state.feed else "tierup_push_inlined", arguments)
        if state.made is not None:
            self.release(function)
        return frame

    def _make_function(self, made: Made) -> str:
        """A new reference to a function that compiled code could do without."""
        b = self.b
        code, names = b.constant(("const", made.creator, made.const)), b.constant(("globals", made.creator))
        slots = b.table(list(made.cells)) if made.cells else "null"
        return b.call("ptr", "tierup_make_inlined", f"ptr %f, ptr {code}, ptr {names}, ptr {slots}, i64 {len(made.cells)}")

    def _run_frame(self, place: str, frame: FrameState, result: str, failed: str) -> str:
        arguments = f"ptr %ts, ptr {place}, ptr {result}, i64 {failed}"
        if frame.feed:
            return self.b.call("ptr", "tierup_run_fed", f"{arguments}, i64 {feeds.NUMBERS[frame.feed]}")
        return self.b.call("ptr", "tierup_run_inlined", arguments)

    def _drop_result(self, outer: FrameState, result: str, top: int, landing: Landing | None) -> None:
        """The outermost bytecode drops (or keeps) the result, and drops what it was called with."""
        b = self.b
        b.set_field("i32", str(top), "%f", "_PyInterpreterFrame.stacktop")
        good = self._consume("%f", outer, result)
        left, bad = b.new_label("left"), b.new_label("raised")
        b.branch(b.op(f"icmp ne i64 {good}, 0"), left, bad)
        b.open(bad)
        self._leave_error(top - outer.consumes - outer.makes, landing)
        b.open(left)
        b.do(f"ret ptr {EXIT_STATUS}")

    def _consume(self, place: str, frame: FrameState, result: str) -> str:
        """Releases the operands of a caller's bytecode; 0 if it has failed."""
        b = self.b
        resumes = frame.resumes - b.layout["sizeof._Py_CODEUNIT"]
        behind = OPERATOR + frame.operator if frame.operator >= 0 else KEEP if frame.keeps else int(frame.makes)
        return b.call("i64", "tierup_consume_inlined", f"ptr {place}, ptr {result}, i64 {frame.consumes}, i64 {behind}, i64 {resumes}")

    def _push_result(self, outer: FrameState, result: str, top: int, landing: Landing | None) -> None:
        b = self.b
        position = outer.offset - b.layout["sizeof._Py_CODEUNIT"]
        good, bad = b.new_label("returned"), b.new_label("raised")
        b.branch(b.op(f"icmp eq ptr {result}, null"), bad, good)
        b.open(bad)
        self._leave_error(top, landing)
        b.open(good)
        b.store("ptr", result, b.slot(top), "slots")
        b.outlined("set_place", f"ptr %f, i64 {position}, i32 {top + 1}")
        b.do(f"ret ptr {EXIT_STATUS}")

    # boxing

    def box_locals(self, state: FrameState) -> Boxes:
        """Stores the raw locals into their slots, boxed."""
        boxes: Boxes = {}
        for index, value in sorted(state.raw, key=lambda pair: pair[0] not in state.half):
            self._put(value, self.b.slot(index), boxes, "_once" if index in state.half else "")
        return boxes

    def _put(self, value: Value, slot: str, boxes: Boxes, once: str = "") -> None:
        """Stores an owned reference to the box of a raw value, of which there is only one; `_once`: unless it is there already."""
        b = self.b
        if value not in boxes and value.repr != "i1":
            kind, type_ = ("int", "i64") if value.repr == "i64" else ("float", "double")
            boxes[value] = b.outlined(f"put_{kind}{once}", f"ptr {slot}, {type_} {b.operand(value)}")
            return
        if value not in boxes:
            boxes[value] = b.op(f"select i1 {b.operand(value)}, ptr {b.symbol('_Py_TrueStruct')}, ptr {b.symbol('_Py_FalseStruct')}")
        b.outlined(f"put_reference{once}", f"ptr {slot}, ptr {boxes[value]}")

    def box_raw(self, repr_: str, operand: str, failed: str) -> str:
        """A new reference to an int or float object; without memory goes to `failed`."""
        b = self.b
        kind, type_ = ("int", "i64") if repr_ == "i64" else ("float", "double")
        box = b.call("ptr", f"tierup_box_{kind}", f"{type_} {operand}")
        boxed = b.new_label("boxed")
        b.branch(b.op(f"icmp eq ptr {box}, null"), failed, boxed, likely=False)
        b.open(boxed)
        return box

    def release(self, operand: str) -> None:
        """A decref that may find NULL, out of line."""
        if operand != "null":
            self.b.outlined("release", f"ptr {operand}")

    def clear_slot(self, index: int) -> None:
        """Takes a box back out of its slot."""
        self.b.outlined("clear_slot", f"ptr {self.b.slot(index)}")
