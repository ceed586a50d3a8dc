"""Writes the text of one LLVM function: names, labels, memory accesses with alias classes, pool loads.

Text is several times faster to make than `llvmlite.ir` objects, which end as the same text. Operands are strings (`%t12`, `42`, `null`).

Alias classes (TBAA) tell LLVM that, for example, a store to a reference count changes no list item: each struct field is a class of
its own under its layout name, and so is the contents of each kind of array. Calls end all such knowledge by themselves.
"""

from __future__ import annotations

import random
import re
import struct

from tierup.backend.outlined import OUTLINED, define, symbols_of
from tierup.backend.pool import Pool, Spec
from tierup.ir.graph import FRAMELESS, Block, Edge, Function, Value

LLVM_TYPES = {"obj": "ptr", "ptr": "ptr", "i64": "i64", "f64": "double", "i1": "i1", "none": "void",
              "nf64": "double", "ni64": "i64", "ni1": "i1"}  # fmt: skip

WORD = 8
"""Bytes of a pointer on the one platform there is."""

INVARIANT = ", !invariant.load !0"
LIKELY = ", !prof !1"
UNLIKELY = ", !prof !2"
CODE: Spec = ("code", -1)
_FIRST_FREE_NODE = 4
_WORDS = re.compile(r"%\w+")

STACK_OF_LINE = 32
"""Bytes of stack for each line of a frameless function: a bound for what its frame may need. It is usually ten times smaller."""


class Module:
    """What the functions of a region share: pool, intrinsics, metadata."""

    def __init__(self, layout: dict[str, int], stress_seed: int | None) -> None:
        self.layout = layout
        self.pool = Pool()
        self.random = random.Random(stress_seed) if stress_seed is not None else None
        self.tags: dict[str, int] = {}
        self.intrinsics: dict[str, str] = {}
        self.outlined: dict[str, str] = {}
        self.tables: dict[tuple[int, ...], str] = {}

    def text(self, functions: list[str]) -> str:
        """The module. What a frameless function may take of the stack is a bound: no value is spilled more than a few times."""
        head = f"@pool = external hidden global [{len(self.pool.specs)} x i64], align 16"
        most = STACK_OF_LINE * max(text.count("\n") for text in functions)
        tail = ['attributes #0 = { nounwind "no-builtins" "frame-pointer"="none" }', "attributes #1 = { nounwind }",
                "attributes #2 = { nounwind willreturn memory(none) }", "attributes #4 = { nounwind willreturn memory(read) }",
                'attributes #3 = { nounwind noinline "no-builtins" "frame-pointer"="none" }', f"@stack_of_frameless = private constant i64 {most}"]
        tail += [f"declare {signature.replace('(', f'@{name}(', 1)}" for name, signature in self.intrinsics.items()]
        for words, name in self.tables.items():
            tail.append(f"{name} = private constant [{len(words)} x i32] [{', '.join(f'i32 {word}' for word in words)}]")
        return "\n".join([head, *functions, *tail, *self.outlined.values(), *self._metadata()]) + "\n"

    def _metadata(self) -> list[str]:
        nodes = ["!0 = !{}", '!1 = !{!"branch_weights", i32 2000, i32 1}', '!2 = !{!"branch_weights", i32 1, i32 2000}', '!3 = !{!"tierup"}']
        for alias, node in self.tags.items():
            nodes += [f'!{node} = !{{!"{alias}", !3, i64 0}}', f"!{node + 1} = !{{!{node}, !{node}, i64 0}}"]
        return nodes


class Builder:
    """The function being written. `fn`: the region (`number` -1), or one of its frameless functions."""

    def __init__(self, module: Module, fn: Function, number: int = -1) -> None:
        self.module, self.fn, self.number = module, fn, number
        self.layout, self.pool, self.random = module.layout, module.pool, module.random
        self.nlocalsplus = fn.nlocalsplus
        self.pooled: dict[str, int] = {}
        """Operands that are values of the pool: their slots."""
        self.lines: list[str] = []
        self.entry: list[str] = []
        self.names: dict[int, str] = {}
        self.incoming: dict[int, list[tuple[str, list[str]]]] = {}
        self.scratch = 0
        self._tracing = False
        self.position = -1
        self.label = "entry"
        self._counter = 0

    @property
    def frameless(self) -> bool:
        return self.fn.kind == FRAMELESS

    # text

    def do(self, text: str) -> None:
        """An instruction without a result."""
        self.lines.append("  " + text)

    def op(self, text: str) -> str:
        """An instruction with a result, whose name is returned."""
        self._counter += 1
        name = f"%t{self._counter}"
        self.lines.append(f"  {name} = {text}")
        return name

    def new_label(self, word: str = "l") -> str:
        """A label not used before; open it with `open`."""
        self._counter += 1
        return f"{word}{self._counter}"

    def open(self, label: str) -> None:
        """Starts a basic block."""
        self.lines.append(f"{label}:")
        self.label = label

    def jump(self, label: str) -> None:
        self.do(f"br label %{label}")

    def branch(self, condition: str, yes: str, no: str, likely: bool | None = None) -> None:
        weights = "" if likely is None else LIKELY if likely else UNLIKELY
        self.do(f"br i1 {condition}, label %{yes}, label %{no}{weights}")

    def phi(self, type_: str, *ways: tuple[str, str]) -> str:
        """(operand, label) pairs."""
        return self.op(f"phi {type_} " + ", ".join(f"[ {operand}, %{label} ]" for operand, label in ways))

    def way(self, edge: Edge) -> str:
        """The label of an IR block, for a terminator written next: notes what this edge passes."""
        self.incoming.setdefault(edge.block.id, []).append((self.label, [self.names[value.id] for value in edge.args]))
        return str(edge.block)

    def go(self, edge: Edge) -> None:
        """Jumps to an IR block."""
        self.jump(self.way(edge))

    def parameters(self, block: Block) -> list[str]:
        """The phi nodes of an IR block, once all edges are written."""
        lines = []
        for place, param in enumerate(block.params):
            ways = ", ".join(f"[ {arguments[place]}, %{label} ]" for label, arguments in self.incoming[block.id])
            lines.append(f"  {self.names[param.id]} = phi {LLVM_TYPES[param.repr]} {ways}")
        return lines

    # values

    def operand(self, value: Value) -> str:
        """How the value is written as an operand."""
        return self.names[value.id]

    def intrinsic(self, name: str, signature: str) -> str:
        """`call` text up to the arguments; declared once."""
        self.module.intrinsics[name] = signature
        return f"call {signature[: signature.index('(')]}@{name}"

    # memory

    def tag(self, alias: str) -> str:
        """Metadata of an alias class."""
        node = self.module.tags.setdefault(alias, _FIRST_FREE_NODE + 2 * len(self.module.tags))
        return f", !tbaa !{node + 1}"

    def address(self, base: str, offset: int) -> str:
        return self.op(f"getelementptr inbounds i8, ptr {base}, i64 {offset}") if offset else base

    def element(self, base: str, index: str, type_: str = "ptr") -> str:
        return self.op(f"getelementptr inbounds {type_}, ptr {base}, i64 {index}")

    def load(self, type_: str, address: str, alias: str, more: str = "") -> str:
        return self.op(f"load {type_}, ptr {address}{self.tag(alias)}{more}")

    def store(self, type_: str, operand: str, address: str, alias: str) -> None:
        self.do(f"store {type_} {operand}, ptr {address}{self.tag(alias)}")

    def field(self, type_: str, base: str, field: str) -> str:
        """Reads a struct member, by layout name."""
        return self.load(type_, self.address(base, self.layout[field]), field)

    def set_field(self, type_: str, operand: str, base: str, field: str) -> None:
        """Writes a struct member, by layout name."""
        self.store(type_, operand, self.address(base, self.layout[field]), field)

    def slot(self, index: int) -> str:
        """Address of localsplus[index]."""
        return self.address("%f", self.layout["_PyInterpreterFrame.localsplus"] + WORD * index)

    # pool

    def pool_address(self, slot: int) -> str:
        return f"getelementptr (i8, ptr @pool, i64 {WORD * slot})" if slot else "@pool"

    def constant(self, spec: Spec, type_: str = "ptr") -> str:
        """A value of the pool that never changes."""
        slot = self.pool.slot(spec)
        name = self.op(f"load {type_}, ptr {self.pool_address(slot)}{INVARIANT}")
        self.pooled[name] = slot
        return name

    def symbol(self, name: str) -> str:
        return self.constant(("symbol", name))

    def call(self, result: str, name: str, arguments: str, attributes: str = "#1") -> str:
        """Calls a C function through the pool; the result is "" if there is none."""
        text = f"call {result} {self.symbol(name)}({arguments}) {attributes}"
        if result == "void":
            self.do(text)
            return ""
        return self.op(text)

    def table(self, words: list[int]) -> str:
        """The address of 32-bit words that stand behind the code."""
        return self.module.tables.setdefault(tuple(words), f"@words{len(self.module.tables)}")

    def outlined(self, name: str, arguments: str) -> str:
        """Calls a function of `outlined.py`; the result is "" if there is none."""
        self._define_outlined(name)
        row = OUTLINED[name]
        text = f"call {row.result} @{name}({arguments}) #1"
        if row.result == "void":
            self.do(text)
            return ""
        return self.op(text)

    def _define_outlined(self, name: str) -> None:
        if name not in self.module.outlined:
            row = OUTLINED[name]
            slots = {symbol: CODE if symbol == "code" else ("symbol", symbol) for symbol in symbols_of(row)}
            addresses = {symbol: self.pool_address(self.pool.slot(spec)) for symbol, spec in slots.items()}
            self.module.outlined[name] = define(row, self.layout, addresses)

    def store_position(self, offset: int) -> None:
        """frame->prev_instr = the code unit at `offset`, unless it is known to stand there."""
        if offset >= 0 and offset != self.position:
            self.set_position(str(offset))
            self.position = offset

    def set_position(self, offset: str) -> None:
        self.set_field("ptr", self.element("%code", offset, "i8"), "%f", "_PyInterpreterFrame.prev_instr")

    # references

    def incref(self, operand: str) -> None:
        address = self.address(operand, self.layout["PyObject.ob_refcnt"])
        count = self.load("i64", address, "PyObject.ob_refcnt")
        self.store("i64", self.op(f"add i64 {count}, 1"), address, "PyObject.ob_refcnt")

    def decref(self, operand: str, offset: int, quiet: bool) -> None:
        """One reference less; `quiet`: nothing but memory is released at 0, so the position need not be stored."""
        address = self.address(operand, self.layout["PyObject.ob_refcnt"])
        count = self.op(f"sub i64 {self.load('i64', address, 'PyObject.ob_refcnt')}, 1")
        self.store("i64", count, address, "PyObject.ob_refcnt")
        dead, go_on = self.new_label("dead"), self.new_label("alive")
        self.branch(self.op(f"icmp eq i64 {count}, 0"), dead, go_on, likely=False)
        self.open(dead)
        if quiet or offset < 0 or offset == self.position:
            self.outlined("deallocate", f"ptr {operand}")
        else:
            self.outlined("deallocate_at", f"ptr {operand}, ptr %f, i64 {offset}")
        self.jump(go_on)
        self.open(go_on)
        if not quiet and offset != self.position:
            self.position = -1

    # tracing

    def tracing_flag(self) -> str:
        """Address of the flag that tools set; the interpreter loop that it belongs to stays the same while the region runs."""
        self._tracing = True
        return "%tracing_flag"

    # the whole text

    def text(self) -> str:
        """The function. A frameless one has the thread state at hand only if it needs that."""
        scratch = [f"  %scratch = alloca [{self.scratch} x ptr], align 16"] if self.scratch else []
        if not self.frameless:
            head = ["define hidden ptr @region(ptr %ts, ptr %f) #0 {", "entry:", *scratch, *self._places()]
            return "\n".join([*head, *self.entry, *self.lines, "}"])
        body = [*scratch, *self.entry, *self.lines, "}"]
        assert not any("%f" in _WORDS.findall(line) for line in body), "a frameless function uses a frame"
        if any("%ts" in _WORDS.findall(line) for line in body):
            body.insert(0, "  %ts = load ptr, ptr %ts_place")
            body.insert(0, f"  %ts_place = load ptr, ptr {self.pool_address(self.pool.slot(('symbol', 'current_thread')))}{INVARIANT}")
        arguments = "".join(f", {LLVM_TYPES[repr_]} %a{number}" for number, repr_ in enumerate(self.fn.params))
        return "\n".join([f"define internal fastcc {result_of(self.fn)} @frameless{self.number}(i64 %room{arguments}) #0 {{", "entry:", *body])

    def _places(self) -> list[str]:
        """What the region has at hand everywhere."""
        lines = [f"  %code_object = load ptr, ptr {self.pool_address(self.pool.slot(CODE))}{INVARIANT}",
                 f"  %code = getelementptr i8, ptr %code_object, i64 {self.layout['PyCodeObject.co_code_adaptive']}"]
        if self._tracing:
            lines += [f"  %cframe_place = getelementptr i8, ptr %ts, i64 {self.layout['PyThreadState.cframe']}", "  %cframe = load ptr, ptr %cframe_place",
                      f"  %tracing_flag = getelementptr i8, ptr %cframe, i64 {self.layout['_PyCFrame.use_tracing']}"]
        return lines

    def give_up(self) -> None:
        """A frameless function ends without a result: its caller is to tell its own frames."""
        self.do(f"ret {result_of(self.fn)} {{ {LLVM_TYPES[self.fn.returns]} undef, i1 true }}")


def result_of(fn: Function) -> str:
    """The LLVM type of what a frameless function returns: its result, and whether there is none."""
    return f"{{ {LLVM_TYPES[fn.returns]}, i1 }}"


def float_literal(value: float) -> str:
    """A double exactly, as LLVM writes it."""
    return f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"
