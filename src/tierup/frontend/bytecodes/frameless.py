"""Calls without frames: a function that calls itself, and runs no Python code otherwise, is compiled once more as a function of the region that only compiled
code calls. It gets its arguments and gives its result in registers, unboxed where their types are known, and nobody has a frame.

To the front end all its code is inlined code of a caller that it does not know (a frame without locals, at the root of the chain): what inlined code may
do, it may do. What would need its frame to exist, so that others can look at it, ends the attempt. If it has to be left, each activation tells its frames,
from the innermost to the one that the region has, and the interpreter goes on in them (csrc/leave.c). An activation tests the eval breaker before its
first call, and counts against the recursion limit as its frame would.

Not tried: functions that don't call themselves; closures, generator expressions and comprehensions in such functions.
"""

from __future__ import annotations

from typing import Any

from tierup.frontend.arguments import arranged
from tierup.frontend.build import MAX_RETRIES, Budget, Builder
from tierup.frontend.bytecodes.common import require_float, require_int, require_type
from tierup.frontend.bytecodes.names import require_global
from tierup.frontend.context import InlineFailedError, InstructionEnded, RefusedError
from tierup.frontend.inline import called_specially, entrance, levels_in_line, note_plan
from tierup.frontend.state import CONST, HEAP, OUTER, OWNED, RAW, VIRTUAL, Entry, Local, Val
from tierup.frontend.trials import FRAMELESS_SITE, AllFrameless, Frameless, Global, Signature
from tierup.ir.effects import changes_memory
from tierup.ir.graph import FRAMELESS, Function, Value
from tierup.ir.types import BOOL, FLOAT, INT, UNKNOWN, Type

BUDGET = Budget(3, 3, 900)

MOST = 4
"""Functions of this kind in a region: there is one for each way in which arguments are passed."""

BREAKER = ("eval_breaker",)
"""In `tested`: an activation does that once, before it calls anything."""

REPRS = {INT: "i64", FLOAT: "f64", BOOL: "i1"}


def call_frameless(b: Builder, callee: Entry, count: int, depth: int) -> bool:
    """Calls a known function that calls itself with the top `count` entries, without a frame, if it can do without; `depth` entries belong to the call."""
    spec = callee.val.known
    described = b.profile.described(spec)
    index = described.get("code", -1)
    if spec is None or described.get("kind") != "function" or callee.own != CONST or index < 0 or not _suits(b, index, count, described["defaults"]):
        return False
    signature = _signature(b, index, count)
    known = _function(b, spec, signature)
    if known is None:
        return False
    note_plan(b, described["qualname"], "called without a frame")
    _call(b, callee, known, signature, count, depth)
    return True


def _signature(b: Builder, index: int, count: int) -> Signature:
    missing = b.callee(index).code.co_argcount - count
    return Signature(index, (*map(_way, b.top(count)), *[(OWNED, UNKNOWN)] * missing), _returns(b, index))


def _call(b: Builder, callee: Entry, known: Frameless, signature: Signature, count: int, depth: int) -> None:
    """The guards, and the call."""
    entries = b.top(count)
    if BREAKER not in b.tested:
        b.guard(b.emit("breaker_clear"), "eval_breaker")
        b.tested.add(BREAKER)
    for _, code, where, name, global_ in known.globals:
        require_global(b, code, where, name, global_)
    order = arranged(b.callee(signature.code).code, count, (), len(signature.arguments) - count)
    assert order is not None
    defaults = entrance(b, callee, signature.code, order)
    if not known.quiet:
        b.secure_heap()
    values = [_pass(b, entry, way) for entry, (way, _) in zip(entries, signature.arguments, strict=False)]
    values += [local.val.box for local in defaults if local.val is not None and local.val.box is not None]
    b.popn(depth)
    frames = len(b.frame.chain()) - b.frameless
    repr_ = REPRS.get(signature.returns, "obj")
    result = b.emit("call_frameless", *values, state=b.state_at(b.ins.end), callee=known.number, frames=frames, quiet=known.quiet, repr=repr_)
    if not known.quiet:
        b.forget_facts()
    if repr_ == "obj":
        b.push_owned(result)
    else:
        b.push_raw(result, signature.returns)


def _suits(b: Builder, index: int, count: int, defaults: int) -> bool:
    """A call of a function that is being translated already, which runs; and neither its kind nor what failed before is against it. All on the way to it was
    CALLed: what C functions call counts twice against the recursion limit, depending on how warm the interpreter's bytecode is.
    """
    failed = b.profile.failed(b.ins.start, "callee_changed", "global_changed", "recursion_limit") or any(ctx.consumes >= 0 or ctx.feed for ctx in b.contexts())
    if b.callee(index).code.co_freevars or not levels_in_line(b, index) or not b.profile.count(b.ins.offset) or failed:
        return False
    return not called_specially(b, index, count, defaults)


def _returns(b: Builder, index: int) -> Type:
    """What is taken to be the result, which need not be boxed then; UNKNOWN: any object."""
    profile = b.profile_of(index)
    wrong = any(ins.name == "RETURN_VALUE" and profile.failed(ins.start, "type_changed", "overflow") for ins in b.callee(index).instructions.values())
    seen = b.profile.result(b.ins.offset)
    return seen if seen in REPRS and not wrong else UNKNOWN


def _way(entry: Entry) -> tuple[str, Type]:
    """How an argument is passed: unboxed, as an object that the function owns, or as one that is lent to it; and what type it is known to have."""
    type_ = entry.val.type if entry.val.type.stable else UNKNOWN
    if entry.own == RAW and type_ not in REPRS:
        return OWNED, type_
    if entry.own == RAW or (entry.own == CONST and entry.val.exact_unboxed and entry.val.raw is not None):
        return RAW, type_
    owned = entry.own in (OWNED, HEAP, VIRTUAL) or (entry.own == CONST and entry.val.known is None)
    return OWNED if owned else OUTER, UNKNOWN if entry.own == VIRTUAL else type_


def _pass(b: Builder, entry: Entry, way: str) -> Value:
    """The value of an argument, in the way of the signature."""
    if way == RAW:
        assert entry.val.raw is not None
        return entry.val.raw
    return b.own(entry) if way == OWNED and entry.own != OWNED else b.box(entry)


def _function(b: Builder, spec: tuple[Any, ...], signature: Signature) -> Frameless | None:
    """The function, built when it is first called; None if it can't be."""
    made = b.trials.frameless
    known = made.by_signature.get(signature)
    if known is None and len(made.by_signature) < MOST:
        known = _build(b, spec, signature)
    return known if known is not None and known.number >= 0 else None


def _build(b: Builder, spec: tuple[Any, ...], signature: Signature) -> Frameless:
    """Tries to build it, first as one that changes nothing in memory. (A call of itself is taken to be possible until the end of that.)"""
    made = b.trials.frameless
    for _ in range(MAX_RETRIES):
        known = made.begin(signature)
        inner = Builder(b.snapshot, (BUDGET,), b.trials, kind=FRAMELESS)
        inner.lasting = frozenset(known.globals) | ({("code", spec, signature.code)} if known.quiet else frozenset())
        try:
            _translate(inner, spec, signature)
        except RefusedError:
            break
        except InlineFailedError as failed:
            made.discard(known)
            if failed.site == FRAMELESS_SITE:
                break
            b.trials.fail(failed.site, failed.detail)
            continue
        if _agrees(made, known, signature, inner):
            made.finish(known, inner)
            return known
        made.discard(known)
    made.discard(known)
    return made.refuse(signature)


def _agrees(made: AllFrameless, known: Frameless, signature: Signature, inner: Builder) -> bool:
    """Is the graph what its callers were told? Else that is corrected."""
    if known.quiet and changes_memory(inner.function):
        made.loud.add(signature)
        return False
    tested = _globals_tested(inner.function, signature.code) if known.quiet else []
    if set(tested) <= set(known.globals):
        return True
    made.globals[signature] = (*known.globals, *tested)
    return False


def _globals_tested(function: Function, index: int) -> list[Global]:
    """The globals of the code `index` that are tested somewhere, as they stand in `tested`."""
    found: dict[Global, None] = {}
    for block in function.blocks:
        for instr in block.instrs:
            if instr.op == "global_is" and instr.attrs["where"][1] == index and instr.attrs["spec"] is not None:
                found["global", index, instr.attrs["where"][0], instr.attrs["name"], instr.attrs["spec"]] = None
    return list(found)


def _translate(inner: Builder, spec: tuple[Any, ...], signature: Signature) -> None:
    """Builds the graph of the function."""
    inner.block = inner.function.block("entry")
    inner.function.params = tuple(REPRS[type_] if way == RAW else "obj" for way, type_ in signature.arguments)
    inner.function.returns = REPRS.get(signature.returns, "obj")
    inner.returns = signature.returns
    arguments = []
    for number, (way, type_) in enumerate(signature.arguments):
        value = inner.emit("argument", index=number, repr=inner.function.params[number])
        arguments.append(Local("raw", Val(type_, None, value)) if way == RAW else Local("held", Val(type_, value), way))
    inner.ins = inner.ctx.call
    inner.enter_inlined(spec, signature.code, FRAMELESS_SITE, arguments)
    inner.go_on()


def return_frameless(b: Builder) -> None:
    """RETURN_VALUE of a frameless function: the result as its callers want it."""
    entry, wanted = b.frame.stack[-1], b.returns
    if wanted == UNKNOWN:
        value = b.own(entry)
        b.release_locals()
        b.terminate("return_obj", value)
        return
    value = _unboxed(b, entry, wanted)
    b.release_locals()
    b.pop()
    b.drop(entry)
    b.terminate(f"return_{REPRS[wanted]}", value)


def _unboxed(b: Builder, entry: Entry, wanted: Type) -> Value:
    known = entry.val.type
    if (known.known and known != wanted) or entry.own == VIRTUAL:
        b.leave("type_changed")
        raise InstructionEnded
    if wanted == BOOL:
        if entry.val.raw is None:
            require_type(b, entry, BOOL)
            return b.emit("is_obj_true", b.box(entry))
        return entry.val.raw
    return require_int(b, entry) if wanted == INT else require_float(b, entry)
