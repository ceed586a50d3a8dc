"""IR as text: `print_function` writes it, `parse` reads it back; both are derived from the op table.

    function 'name' call base=0 locals=2
      ;; a note of the function
    b0:                                     ; note of the block
      %1 = load_slot index=0 @4             ; note of the value
      %2 = is_type %1 type='int'
      guard %2 reason='type_changed' {at 4 stack=[%1, +%7, NULL] raw=[1=%5]}
      branch %3 likely=True -> b1(%1), b2()
    b1(%4:obj) cold:
    function 'other' frameless base=0 locals=0 params=(i64,obj) returns=i64
      ...

`@4` is the bytecode offset of the instruction, braces hold the frame state: `+` marks an owned stack item, `raw` lists unboxed locals,
`drop` what a raising instruction releases, `handled` that an exception handler covers it, `lands` the block of that handler (see Landing). In inlined
code `parent` holds the caller's state; `shown`: its frames exist.
"""

from __future__ import annotations

import ast
import math
import re
from typing import Any

from tierup.abi.helpers import HELPERS
from tierup.ir.graph import (
    FRAMELESS,
    Block,
    Counting,
    Edge,
    FrameState,
    Function,
    Instance,
    Instr,
    Landing,
    Made,
    StackItem,
    Suspended,
    Value,
)
from tierup.ir.ops import OPS

EDGE_ATTRS = frozenset(("target", "then", "other"))
"""Attributes of terminators that stand in `Instr.targets`, in the order of the row."""

WORDS: dict[type[Instance | Counting | Suspended], str] = {Instance: "instance=", Counting: "counting=", Suspended: "suspended="}
"""What is virtual and has parts, in frame states; a tuple has no word of this kind."""
KINDS = {word: kind for kind, word in WORDS.items()}


def plain_attrs(op: str) -> tuple[str, ...]:
    """The attributes of an op that stand in `Instr.attrs`."""
    return tuple(name for name in OPS[op].attrs if name not in EDGE_ATTRS)


def result_repr(op: str, attrs: dict[str, Any]) -> str:
    """Representation of the result: that of the row, for calls that of the helper, or what the attribute `repr` says."""
    row = OPS[op]
    if row.result != "*":
        return row.result
    if "repr" in row.attrs:
        return str(attrs.get("repr"))
    helper = HELPERS.get(attrs.get("helper", ""))
    return helper.result if helper else "none"


# printing


def format_state(state: FrameState) -> str:
    """A frame state in braces."""
    parts = [f"at {state.offset}"]
    if state.stack:
        parts.append(f"stack=[{', '.join(_format_item(item) for item in state.stack)}]")
    if state.raw:
        parts.append(f"raw=[{', '.join(f'{index}={value}' for index, value in state.raw)}]")
    if state.bound:
        parts.append(f"bound=[{', '.join(f'{index}={value}' for index, value in state.bound)}]")
    if state.drop:
        parts.append(f"drop=[{', '.join(map(str, state.drop))}]")
    if state.handled:
        parts.append("handled")
    if state.landing is not None:
        parts.append(f"lands={tuple(state.landing)!r}")
    if state.half:
        parts.append(f"half=({', '.join(map(str, state.half))},)")
    if state.consumes >= 0:
        parts.append(f"consumes={state.consumes} resumes={state.resumes}" + " makes" * state.makes + " keeps" * state.keeps)
    if state.operator >= 0:
        parts.append(f"operator={state.operator}")
    if state.shown:
        parts.append("shown")
    if state.ends >= 0:
        parts.append(f"ends={state.ends}")
    if state.feed:
        parts.append(f"feed={state.feed!r}")
    locals_ = ", ".join(map(_format_item, state.locals))
    if state.parent is None and state.locals:
        parts.append(f"locals=[{locals_}]")
    if state.parent is not None:
        function = f"function={'+' * (not state.lent)}{state.function}" if state.made is None else f"made={tuple(state.made)!r}"
        parts.append(f"code={state.code_index} {function} locals=[{locals_}] parent={format_state(state.parent)}")
    return "{" + " ".join(parts) + "}"


def _format_item(item: StackItem) -> str:
    if isinstance(item.made, Made):
        return f"made={tuple(item.made)!r} {item.key}"
    if item.parts is not None:
        what = "tuple" if item.made is None else f"{WORDS[type(item.made)]}{tuple(item.made)!r}"
        return f"{what} {item.key} [{', '.join(map(_format_item, item.parts))}]"
    if item.value is None:
        return "NULL"
    perhaps = f" if {item.bound}" if item.bound is not None else ""
    return f"{'+' * item.owned}{item.value}{perhaps}"


def format_edge(edge: Edge) -> str:
    """`b1(%2, %3)`."""
    return f"{edge.block}({', '.join(map(str, edge.args))})"


def format_instr(instr: Instr) -> str:
    """One instruction without indentation."""
    head = f"{instr.result} = " if instr.result else ""
    parts = [head + instr.op]
    if instr.args:
        parts.append(", ".join(map(str, instr.args)))
    parts.extend(f"{name}={value!r}" for name, value in instr.attrs.items())
    if instr.offset >= 0:
        parts.append(f"@{instr.offset}")
    if instr.targets:
        parts.append("-> " + ", ".join(map(format_edge, instr.targets)))
    if instr.state:
        parts.append(format_state(instr.state))
    line = " ".join(parts)
    if instr.result and instr.result.note:
        line = f"{line:<60} ; {instr.result.note}"
    return line


def format_block_head(block: Block) -> str:
    """The line that opens a block."""
    params = f"({', '.join(f'{value}:{value.repr}' for value in block.params)})" if block.params else ""
    line = f"{block}{params}{' cold' if block.cold else ''}:"
    return f"{line:<60} ; {block.note}" if block.note else line


def format_head(fn: Function) -> list[str]:
    """The lines before the first block."""
    signature = f" params=({','.join(fn.params)}) returns={fn.returns}" if fn.kind == FRAMELESS else ""
    lines = [f"function {fn.name!r} {fn.kind} base={fn.code_offset_base} locals={fn.nlocalsplus}{signature}"]
    lines.extend(f"  ;; {note}" for note in fn.notes)
    return lines


def print_function(fn: Function) -> str:
    """The whole function, and the frameless ones behind it."""
    lines = format_head(fn)
    for block in fn.blocks:
        lines.append(format_block_head(block))
        lines.extend("  " + format_instr(instr) for instr in block.instrs)
    own = "\n".join(lines) + "\n"
    return own if fn.kind == FRAMELESS else own + "".join(map(print_function, fn.frameless))


# parsing


class ParseError(Exception):
    """The text is no IR; the message names the line."""


_HEAD = re.compile(r"function (?P<name>'[^']*'|\"[^\"]*\") (?P<kind>\w+) base=(?P<base>-?\d+) locals=(?P<locals>\d+)"
                   r"(?: params=\((?P<params>[\w,]*)\) returns=(?P<returns>\w+))?$")
_BLOCK = re.compile(r"b(?P<id>\d+)(?:\((?P<params>[^)]*)\))?(?P<cold> cold)?:$")
_TOKEN = re.compile(r"""\s*(?:
    (?P<value>%\d+) | (?P<arrow>->) | (?P<edge>b\d+\() | (?P<offset>@-?\d+) | (?P<attr>[a-z_]\w*=) | (?P<word>[A-Za-z_]\w*)
  | (?P<number>-?(?:\d+\.\d+(?:e[+-]?\d+)?|\d+e[+-]?\d+|\d+|inf\b|nan\b)) | (?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*") | (?P<mark>[{}\[\](),:+=])
)""", re.VERBOSE)
_COMMENT = re.compile(r"""\s*;(?P<note>[^'"]*)$""")
_SPECIAL_FLOATS = {"inf": math.inf, "-inf": -math.inf, "nan": math.nan, "-nan": math.nan}


def _tokens(text: str) -> list[tuple[str, str]]:
    result = []
    place = 0
    text = text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise ParseError(f"unexpected text: {text[place:]!r}")
        kind = match.lastgroup or ""
        result.append((kind, match.group(kind)))
        place = match.end()
    return result


class _Line:
    """Tokens of one instruction, read from left to right."""

    def __init__(self, parser: _Parser, text: str) -> None:
        self.parser = parser
        self.tokens = _tokens(text)
        self.place = 0

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.place] if self.place < len(self.tokens) else ("end", "")

    def take(self, want: str = "") -> str:
        kind, text = self.peek()
        if want and want not in (kind, text):
            raise ParseError(f"expected {want}, found {text or 'the end'!r}")
        self.place += 1
        return text

    def accept(self, text: str) -> bool:
        if self.peek()[1] == text:
            self.place += 1
            return True
        return False

    def value(self) -> Value:
        return self.parser.value(self.take("value"))

    def values(self, end: str) -> list[Value]:
        result = []
        while not self.accept(end):
            result.append(self.value())
            self.accept(",")
        return result

    def literal(self) -> Any:
        kind, text = self.peek()
        if kind == "number" or kind == "word":
            self.place += 1
            return _SPECIAL_FLOATS[text] if text in _SPECIAL_FLOATS else ast.literal_eval(text)
        if kind == "string":
            return ast.literal_eval(self.take())
        self.take("(")
        items = []
        while not self.accept(")"):
            items.append(self.literal())
            self.accept(",")
        return tuple(items)

    def stack_items(self) -> tuple[StackItem, ...]:
        self.take("[")
        items = []
        while not self.accept("]"):
            if self.accept("NULL"):
                items.append(StackItem(None))
            elif self.accept("tuple"):
                key = int(self.take("number"))
                items.append(StackItem(None, True, self.stack_items(), key))
            elif self.accept("made="):
                made = Made(*self.literal())
                items.append(StackItem(None, True, (), int(self.take("number")), made))
            elif self.peek()[1] in KINDS:
                kind = KINDS[self.take()]
                virtual, key = kind(*self.literal()), int(self.take("number"))
                items.append(StackItem(None, True, self.stack_items(), key, virtual))
            else:
                owned = self.accept("+")
                value = self.value()
                items.append(StackItem(value, owned, bound=self.value() if self.accept("if") else None))
            self.accept(",")
        return tuple(items)

    def raw_locals(self) -> tuple[tuple[int, Value], ...]:
        self.take("[")
        items = []
        while not self.accept("]"):
            index = int(self.take("number"))
            self.take("=")
            items.append((index, self.value()))
            self.accept(",")
        return tuple(items)

    def state(self) -> FrameState:
        self.take("at")
        offset = int(self.take("number"))
        parts: dict[str, Any] = {}
        while not self.accept("}"):
            word = self.take()
            if word == "stack=":
                parts["stack"] = self.stack_items()
            elif word == "raw=":
                parts["raw"] = self.raw_locals()
            elif word == "bound=":
                parts["bound"] = self.raw_locals()
            elif word == "drop=":
                self.take("[")
                parts["drop"] = tuple(self.values("]"))
            elif word == "handled":
                parts["handled"] = True
            elif word == "lands=":
                parts["landing"] = Landing(*self.literal())
            elif word == "half=":
                parts["half"] = self.literal()
            elif word == "code=":
                parts["code_index"] = self.literal()
            elif word in ("makes", "keeps", "shown"):
                parts[word] = True
            elif word in ("consumes=", "resumes=", "operator=", "feed=", "ends="):
                parts[word[:-1]] = self.literal()
            elif word == "function=":
                parts["lent"] = not self.accept("+")
                parts["function"] = self.value()
            elif word == "made=":
                parts["made"] = Made(*self.literal())
            elif word == "locals=":
                parts["locals"] = self.stack_items()
            elif word == "parent=":
                self.take("{")
                parts["parent"] = self.state()
            else:
                raise ParseError(f"unknown part of a frame state: {word!r}")
        return FrameState(offset, **parts)

    def edge(self) -> Edge:
        block = self.parser.block(int(self.take("edge")[1:-1]))
        return Edge(block, self.values(")"))

    def instr(self) -> Instr:
        result = None
        if self.peek()[0] == "value":
            result = self.take()
            self.take("=")
        op = self.take("word")
        if op not in OPS:
            raise ParseError(f"unknown operation {op!r}")
        instr = Instr(op, [], {})
        while self.peek()[0] != "end":
            self._part(instr)
        if result is not None:
            instr.result = self.parser.define(result, result_repr(op, instr.attrs))
        return instr

    def _part(self, instr: Instr) -> None:
        kind, text = self.peek()
        if kind == "value":
            instr.args.append(self.value())
            self.accept(",")
        elif kind == "attr":
            self.take()
            instr.attrs[text[:-1]] = self.literal()
        elif kind == "offset":
            instr.offset = int(self.take()[1:])
        elif kind == "arrow":
            self.take()
            while self.peek()[0] == "edge":
                instr.targets.append(self.edge())
                self.accept(",")
        elif self.accept("{"):
            instr.state = self.state()
        else:
            raise ParseError(f"unexpected {text!r}")


class _Parser:
    """Values and blocks are made when first named: text may use either before it defines it."""

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self.blocks: dict[int, Block] = {}
        self.defined: set[str] = set()

    def value(self, name: str) -> Value:
        return self.values.setdefault(name, Value(int(name[1:]), "none"))

    def define(self, name: str, repr_: str) -> Value:
        if name in self.defined:
            raise ParseError(f"{name} is defined twice")
        self.defined.add(name)
        value = self.value(name)
        value.repr = repr_
        return value

    def block(self, number: int) -> Block:
        return self.blocks.setdefault(number, Block(number))

    def open_block(self, match: re.Match[str], note: str) -> Block:
        block = self.block(int(match["id"]))
        block.cold = bool(match["cold"])
        block.note = note
        for param in filter(None, (match["params"] or "").replace(" ", "").split(",")):
            name, _, repr_ = param.partition(":")
            block.params.append(self.define(name, repr_))
        return block


def parse(text: str) -> Function:
    """The function that the text describes, with the frameless ones behind it. Lines before `function` are ignored."""
    functions: list[Function] = []
    lines: list[tuple[int, str]] = []
    for number, line in [*enumerate(text.splitlines(), 1), (0, "function")]:
        if line.startswith("function") and any(_HEAD.match(old.strip()) for _, old in lines):
            functions.append(_parse_one(lines))
            lines = []
        lines.append((number, line))
    if not functions:
        raise ParseError("no function")
    fn, *frameless = functions
    for one in functions:
        one.frameless = frameless
    return fn


def _parse_one(lines: list[tuple[int, str]]) -> Function:
    parser = _Parser()
    fn: Function | None = None
    for number, line in lines:
        try:
            fn = _parse_line(parser, fn, line)
        except (ParseError, ValueError, SyntaxError) as error:
            raise ParseError(f"line {number}: {error}: {line.strip()}") from None
    assert fn is not None
    missing = [f"b{number}" for number, block in parser.blocks.items() if block not in fn.blocks]
    if missing:
        raise ParseError(f"blocks that are not there: {', '.join(missing)}")
    fn.next_value = max((value.id for value in parser.values.values()), default=0)
    fn.next_block = max(parser.blocks, default=-1) + 1
    return fn


def _parse_line(parser: _Parser, fn: Function | None, line: str) -> Function | None:
    stripped = line.strip()
    if fn is None:
        head = _HEAD.match(stripped)
        if head is None:
            return None
        params = tuple(filter(None, (head["params"] or "").split(",")))
        return Function(ast.literal_eval(head["name"]), head["kind"], int(head["base"]), int(head["locals"]), params=params, returns=head["returns"] or "")
    if stripped.startswith(";;"):
        fn.notes.append(stripped[2:].strip())
        return fn
    comment = _COMMENT.search(stripped)
    note = comment["note"].strip() if comment else ""
    stripped = stripped[: comment.start()] if comment else stripped
    opening = _BLOCK.match(stripped.strip())
    if opening:
        fn.blocks.append(parser.open_block(opening, note))
    elif stripped:
        instr = _Line(parser, stripped).instr()
        if not fn.blocks:
            raise ParseError("an instruction before the first block")
        if instr.result:
            instr.result.note = note
        fn.blocks[-1].instrs.append(instr)
    return fn
