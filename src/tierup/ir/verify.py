"""The invariants of the IR, checked. Passes and the front end may rely on them, and leave them true.

 1. The function has blocks; the entry has no parameters and nothing goes to it; block ids are unique.
 2. Each block ends with its only terminator; targets are blocks of the function.
 3. Operands, attributes, result and frame state are those that the op's row (for calls: the helper's row) says.
 4. Each value is defined once, and each use of a value (also in frame states and edges) is dominated by its definition.
 5. Edges pass one argument of the right representation per parameter of the block.
 6. Landings are targets of the `enter` that the entry block consists of then, have no parameters, and stand in raising states of the region's own frame only.
 7. Frame states hold no raw local twice, and only objects are owned, dropped or released; those of inlined code name function and caller; where its
    frames are shown, all of them are, and hold the locals themselves.
 8. A frameless function has arguments and results as its callers give and take them, and nothing that needs the frame of the region.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tierup.abi.helpers import HELPERS
from tierup.ir.graph import FRAMELESS, Block, FrameState, Function, Instr, StackItem, Value
from tierup.ir.ops import OPS, REPRS, TERMINATORS
from tierup.ir.order import Dominators, reverse_postorder
from tierup.ir.text import EDGE_ATTRS, format_block_head, format_head, format_instr, plain_attrs, result_repr

ARGUMENT_REPRS = {"obj": "obj", "steal": "obj", "null": "obj", "i64": "i64", "f64": "f64", "ptr": "ptr"}
"""Words of a helper row that are operands of `call` -> representation. `ts`, `frame` and the count behind a vector are supplied by the back end."""

OF_A_FRAME = frozenset((
    "frame", "in_namespace", "locals_are_globals", "load_slot", "store_slot", "resumed_at", "frame_is_private", "rest_unbound", "check_tracing",
    "locals_unseen", "unshow", "poll", "return", "yield", "enter", "list_set_f64", "set_inline_f64", "set_slot_f64",
))  # fmt: skip
"""Ops that use the frame of the region, also to say where it stands."""

STANDING = frozenset(("decref", "xdecref", "list_iter_end", "tuple_iter_end"))
"""Ops whose `offset` is where the frame of the region is to stand while something dies; negative: it stands there already, or there is none."""

PREDICATES = frozenset(("<", "<=", "==", "!=", ">", ">="))


@dataclass(frozen=True, slots=True)
class Error:
    """A broken invariant: at an instruction, else at a block, else of the function."""

    message: str
    block: Block | None = None
    instr: Instr | None = None


def call_operands(helper: str) -> tuple[list[str], bool]:
    """Representations of the fixed operands of a call, and whether elements of a vector follow."""
    fixed: list[str] = []
    vector = False
    words = iter(HELPERS[helper].args)
    for word in words:
        if word in ("vec", "vecsteal"):
            vector = True
            next(words)
        elif word in ARGUMENT_REPRS:
            fixed.append(ARGUMENT_REPRS[word])
    return fixed, vector


def uses_of(instr: Instr) -> list[Value]:
    """Every value that the instruction needs: operands, edge arguments, frame state."""
    values = list(instr.args)
    for edge in instr.targets:
        values.extend(edge.args)
    for state in frames_of(instr.state):
        values.extend(item.value for item in state.leaves if item.value is not None)
        values.extend(item.bound for item in state.leaves if item.bound is not None)
        values.extend(value for _, value in state.raw + state.bound)
        values.extend(state.drop)
        if state.function is not None:
            values.append(state.function)
    return values


def frames_of(state: FrameState | None) -> Iterator[FrameState]:
    """The state and those of its callers, innermost first."""
    while state is not None:
        yield state
        state = state.parent


class _Verifier:
    def __init__(self, fn: Function) -> None:
        self.fn = fn
        self.errors: list[Error] = []
        self.block: Block | None = None
        self.instr: Instr | None = None

    def error(self, message: str) -> None:
        self.errors.append(Error(message, self.block, self.instr))

    def blocks(self) -> Iterator[Block]:
        """Each block in turn; errors are tied to it meanwhile."""
        for block in self.fn.blocks:
            self.block, self.instr = block, None
            yield block
        self.block = self.instr = None

    def instrs(self, block: Block) -> Iterator[Instr]:
        """Each instruction in turn; errors are tied to it meanwhile."""
        for instr in block.instrs:
            self.instr = instr
            yield instr

    def run(self) -> list[Error]:
        if not self.fn.blocks:
            self.error("the function has no blocks")
            return self.errors
        if self.shape():
            self.instructions()
            self.dominance()
        return self.errors

    def shape(self) -> bool:
        """Invariants 1 and 2; the others are only looked at if these hold."""
        known = {id(block) for block in self.fn.blocks}
        if len({block.id for block in self.fn.blocks}) != len(self.fn.blocks):
            self.error("two blocks have the same id")
        if self.fn.blocks[0].params:
            self.error("the entry block has parameters")
        for block in self.blocks():
            if not block.instrs or block.instrs[-1].op not in TERMINATORS:
                self.error("the block does not end with a terminator")
            for instr in self.instrs(block):
                if instr.op not in OPS:
                    self.error(f"unknown operation {instr.op!r}")
                elif instr.op in TERMINATORS and instr is not block.instrs[-1]:
                    self.error("a terminator in the middle of a block")
                for edge in instr.targets:
                    if id(edge.block) not in known:
                        self.error(f"{edge.block} is not a block of the function")
                    elif edge.block is self.fn.blocks[0]:
                        self.error("the entry block is a target")
        return not self.errors

    def instructions(self) -> None:
        self.reached = reverse_postorder(self.fn)
        for block in self.blocks():
            for instr in self.instrs(block):
                self.attributes(instr)
                self.operands(instr)
                self.result(instr)
                self.of_kind(instr)
                self.edges(instr)
                self.frame_state(instr)

    def attributes(self, instr: Instr) -> None:
        wanted = plain_attrs(instr.op)
        for name in wanted:
            if name not in instr.attrs:
                self.error(f"attribute {name} is missing")
        for name in instr.attrs:
            if name not in wanted:
                self.error(f"{instr.op} has no attribute {name}")
        if "pred" in wanted and instr.attrs.get("pred") not in PREDICATES:
            self.error(f"unknown predicate {instr.attrs.get('pred')!r}")

    def operands(self, instr: Instr) -> None:
        if instr.op == "call":
            helper = instr.attrs.get("helper", "")
            if helper not in HELPERS:
                self.error(f"unknown helper {helper!r}")
                return
            fixed, vector = call_operands(helper)
        elif instr.op == "call_frameless":
            callee = self.frameless(instr)
            if callee is None:
                return
            fixed, vector = list(callee.params), False
        else:
            fixed, vector = list(instr.row.args), False
        count = len(instr.args)
        if count < len(fixed) or (count > len(fixed) and not vector):
            self.error(f"{len(fixed)}{' or more' if vector else ''} operands wanted, {count} given")
            return
        for value, want in zip(instr.args, fixed + ["obj"] * (count - len(fixed)), strict=True):
            if value.repr != want:
                self.error(f"{value} is {value.repr}, {want} wanted")

    def frameless(self, instr: Instr) -> Function | None:
        """Invariant 8 for a call."""
        number = instr.attrs.get("callee", -1)
        if not 0 <= number < len(self.fn.frameless):
            self.error(f"there is no frameless function {number}")
            return None
        callee: Function = self.fn.frameless[number]
        if callee.kind != FRAMELESS or callee.returns != instr.attrs.get("repr"):
            self.error(f"{callee.name} is not frameless, or returns {callee.returns}")
        return callee

    def of_kind(self, instr: Instr) -> None:
        """Invariant 8 for what has no place in a frameless function, or in others."""
        frameless = self.fn.kind == FRAMELESS
        helper = HELPERS.get(instr.attrs.get("helper", ""))
        frame = helper is not None and "frame" in helper.args
        if frameless and (instr.op in OF_A_FRAME or frame):
            self.error(f"{instr.op} in a frameless function")
        if frameless and instr.op in STANDING and instr.attrs["offset"] >= 0:
            self.error(f"{instr.op} says where the frame stands: there is none")
        if instr.op == "argument" or instr.op.startswith("return_"):
            index, repr_ = instr.attrs.get("index", 0), instr.op.removeprefix("return_")
            wanted = self.fn.returns if instr.op != "argument" else self.fn.params[index] if index < len(self.fn.params) else ""
            if wanted != (instr.attrs["repr"] if instr.op == "argument" else repr_):
                self.error(f"{instr.op}: {self.fn.name} has {wanted or 'no such argument'}")

    def result(self, instr: Instr) -> None:
        want = result_repr(instr.op, instr.attrs)
        if instr.result is None:
            if want != "none" and instr.op != "call":
                self.error("the result is not named")
        elif instr.result.repr != want:
            self.error(f"the result is {instr.result.repr}, {want} wanted")

    def edges(self, instr: Instr) -> None:
        wanted = max(len(instr.targets), 1) if instr.op == "enter" else sum(name in EDGE_ATTRS for name in instr.row.attrs)
        if len(instr.targets) != wanted:
            self.error(f"{wanted} targets wanted, {len(instr.targets)} given")
        for edge in instr.targets:
            params = edge.block.params
            if len(edge.args) != len(params):
                self.error(f"{edge.block} has {len(params)} parameters, {len(edge.args)} arguments are passed")
                continue
            for value, param in zip(edge.args, params, strict=True):
                if value.repr != param.repr:
                    self.error(f"{value} is {value.repr}, parameter {param} of {edge.block} is {param.repr}")

    def frame_state(self, instr: Instr) -> None:
        wanted = instr.row.state
        if instr.op == "call" and instr.attrs.get("helper") in HELPERS and HELPERS[instr.attrs["helper"]].error == "never":
            return
        state = instr.state
        if wanted == "none" or state is None:
            if wanted != "none":
                self.error(f"a frame state ({wanted}) is missing")
            elif state is not None:
                self.error(f"{instr.op} takes no frame state")
            return
        if wanted != "raise" and (state.drop or any(frame.handled for frame in frames_of(state))):
            self.error("only a raising state has drop or handled")
        for frame in frames_of(state):
            self.frame(frame)
            if frame.landing is not None:
                self.landing(frame, wanted)

    def landing(self, state: FrameState, wanted: str) -> None:
        """Invariant 6."""
        first = self.fn.blocks[0].instrs
        known = {edge.block.id for edge in first[0].targets[1:]} if len(first) == 1 and first[0].op == "enter" else set()
        if wanted != "raise" or state.parent is not None:
            self.error("only raising states of the region's own frame have a landing")
        elif state.landing is not None and state.landing.block not in known and self.block in self.reached:
            self.error(f"no enter leads to the landing b{state.landing.block}")

    def frame(self, state: FrameState) -> None:
        """Invariant 7 for one frame."""
        indices = [index for index, _ in state.raw]
        if len(set(indices)) != len(indices) or any(not 0 <= index < self.fn.nlocalsplus for index in indices):
            self.error("raw locals are repeated or out of range")
        if not set(state.half) <= set(indices):
            self.error("half names a local that is not raw")
        if not {index for index, _ in state.bound} <= set(indices) - set(state.half) or any(flag.repr != "i1" for _, flag in state.bound):
            self.error("bound names a local that is not raw, or has no flag")
        for item in state.leaves:
            if item.owned and item.value is not None and item.value.repr != "obj":
                self.error(f"{item.value} is {item.value.repr} and cannot be owned")
            if item.bound is not None and (item.bound.repr != "i1" or item.value is None or item.value.repr == "obj"):
                self.error(f"{item.bound} is no flag, or {item.value} is no number")
        for value in state.drop:
            if value.repr != "obj":
                self.error(f"{value} is {value.repr} and cannot be dropped")
        for value in [item.value for item in state.leaves if item.value] + [value for _, value in state.raw]:
            if value.repr == "ptr":
                self.error(f"{value} is ptr and cannot be in a frame state")
        for _, value in state.raw:
            if value.repr == "obj":
                self.error(f"{value} is an object and cannot be a raw local")
        if (state.parent is None) != (state.function is None and state.made is None):
            self.error("inlined code needs both the caller's state and the function")
        if state.ends >= 0 and state.consumes < 0 and not (state.stack and state.stack[-1] == StackItem(None)):
            self.error("the place of the generator is not free")
        if state.shown and (state.parent is None or state.locals):
            self.error("a shown frame is one of inlined code, and the state names no locals")
        if state.parent is not None and state.parent.parent is not None and state.shown != state.parent.shown:
            self.error("either all frames of inlined code are shown or none")

    def dominance(self) -> None:
        doms = Dominators(self.fn)
        home: dict[int, Block] = {}
        for block in self.blocks():
            for value in block.params:
                self.define(value, home)
            for instr in self.instrs(block):
                if instr.result:
                    self.define(instr.result, home)
        for block in self.blocks():
            seen: set[int] = {id(value) for value in block.params}
            for instr in self.instrs(block):
                for value in uses_of(instr):
                    self.use(value, home, doms, seen)
                if instr.result:
                    seen.add(id(instr.result))

    def define(self, value: Value, home: dict[int, Block]) -> None:
        assert self.block is not None, "definitions are checked block by block"
        if value.repr not in REPRS:
            self.error(f"{value} has the representation {value.repr!r}")
        if id(value) in home:
            self.error(f"{value} is defined twice")
        home[id(value)] = self.block

    def use(self, value: Value, home: dict[int, Block], doms: Dominators, seen: set[int]) -> None:
        assert self.block is not None, "uses are checked block by block"
        place = home.get(id(value))
        if place is None:
            self.error(f"{value} is not defined")
        elif place is self.block:
            if id(value) not in seen:
                self.error(f"{value} is used before its definition")
        elif not doms.dominates(place, self.block):
            self.error(f"{value} is defined in {place}, which does not dominate {self.block}")


def verify(fn: Function) -> list[Error]:
    """All broken invariants; empty if the function is well formed."""
    return _Verifier(fn).run()


def format_errors(fn: Function, errors: list[Error]) -> str:
    """The function as text, with each error under the line at fault."""
    by_place: dict[Any, list[str]] = {}
    for error in errors:
        key = id(error.instr) if error.instr else id(error.block) if error.block else None
        by_place.setdefault(key, []).append(error.message)

    def notes(key: Any, indent: str) -> list[str]:
        return [f"{indent}^ error: {message}" for message in by_place.get(key, ())]

    lines = format_head(fn) + notes(None, "")
    for block in fn.blocks:
        lines += [format_block_head(block), *notes(id(block), "")]
        for instr in block.instrs:
            lines += ["  " + format_instr(instr), *notes(id(instr), "  ")]
    return "\n".join(lines) + "\n"
