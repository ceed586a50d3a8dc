"""Generators that a loop goes over: their code runs in line, and neither generator nor frame is made.

FOR_ITER goes on in the code of the generator, whose caller is the frame of the loop; YIELD_VALUE goes on in the body of the loop. The iterator on the
loop's stack is a virtual value then: its parts are the frame of the generator (`ir.graph.Suspended`). Where it stands is part of the shape, so each block
version of FOR_ITER knows where to go on.

    def count(n):                         jump -> b1(0)             first FOR_ITER: i = 0
        i = 0                           b1(%1:i64):
        while i < n:                      %2 = i64_compare %1, %n pred='<'
            yield i                       branch %2 -> b2(), b3()
            i += 1                      b2:
                                          ...                       body of the loop, x is %1
    for x in count(n):                    %9 = i64_add %1, 1        next FOR_ITER: behind the yield
        ...                               jump -> b1(%9)

An exit makes the generator as it would be by then: suspended where it stands, or, in its own code, running; it goes on up to the next yield then, and the
interpreter does what FOR_ITER does with the item. A loop that is left early makes the generator, too, for it has to be closed. Nobody can see it meanwhile but
the collector, which does not know it: nobody has a reference to it but the loop's operand stack.

A generator that a region finds on the stack of its frame is taken apart likewise, if nobody else holds it.

Not tried: generators whose code calls what may look at frames, that have cells of their own, or delegate (`yield from`); loops in the region of a generator,
which would have to make them at each yield.
"""

from __future__ import annotations

from tierup.abi.feeds import LOOP
from tierup.abi.inlining import CO_GENERATOR, LARGEST, REFUSED_FLAGS
from tierup.frontend.arguments import arranged, in_order
from tierup.frontend.build import Builder
from tierup.frontend.context import Context, nlocalsplus
from tierup.frontend.decode import Instruction, resume_offset, resume_points, stack_depths
from tierup.frontend.inline import argument, closure_of, entrance, levels_in_line, planned, runs_specially, site_of, unfit
from tierup.frontend.state import CONST, HEAP, MAYBE_NULL, NULL, OUTER, OWNED, PERHAPS, RAW, SLOT, VIRTUAL, Entry, Local, Symbolic, Val, is_iterator, is_virtual
from tierup.ir.graph import Suspended, Value
from tierup.ir.types import FUNCTION, GENERATOR, NONE, WHOLE_ITERATOR

MOST_YIELDS = 4
"""Each has versions of the loop of its own."""
DELEGATING = ("SEND", "GET_YIELD_FROM_ITER", "ASYNC_GEN_WRAP")


def is_suspended(entry: Entry) -> bool:
    """Does the entry hold a generator that does not exist?"""
    return entry.own == VIRTUAL and isinstance(entry.val.made, Suspended)


# -- how it begins


def begin(b: Builder, callee: Entry, count: int, depth: int, names: tuple[str, ...] = ()) -> bool:
    """The CALL of a known generator function with the top `count` entries as arguments, of which the last ones may have `names`; `depth` entries belong to
    the call. True if a loop follows that can have the generator in line: it does not exist then.
    """
    described = b.profile.described(callee.val.known)
    index = described.get("code", -1) if described.get("kind") == "function" and callee.own == CONST else -1
    loop = _loop_behind(b)
    if index < 0 or loop is None or not b.callee(index).code.co_flags & CO_GENERATOR:
        return False
    why_not = unfit(b, index, count, described["defaults"], REFUSED_FLAGS & ~CO_GENERATOR, names) or _unfit_in_loop(b, index, loop)
    if not planned(b, described["qualname"], why_not, index):
        return False
    decoded = b.callee(index)
    taken = arranged(decoded.code, count, names, described["defaults"])
    assert taken is not None
    for entry in b.top(count):
        if entry.own == VIRTUAL:
            b.box(entry)
    defaults = entrance(b, callee, index, taken)
    cells = closure_of(b, callee, index)
    entries = b.top(count)
    b.popn(depth)
    locals_ = in_order(taken, [argument(b, entry) for entry in entries], defaults)
    unbound = [Local("unbound") for _ in range(nlocalsplus(decoded.code) - len(locals_) - len(cells))]
    locals_ += [*unbound, *(Local("held", Val(box=cell), OUTER) for cell in cells)]
    parts = [*(_kept(b, local) for local in locals_), Entry(Val(FUNCTION, b.own(callee)), OWNED)]
    start = next(point for point in resume_points(decoded) if point.name == "RETURN_GENERATOR")
    b.push(_suspended(index, start.offset, parts), VIRTUAL)
    return True


def _loop_behind(b: Builder) -> Instruction | None:
    """The FOR_ITER that goes over what the current CALL returns, if that is sure."""
    following = b.ctx.decoded.instructions
    get_iter = following.get(b.ins.end)
    loop = following.get(get_iter.end) if get_iter is not None else None
    if get_iter is None or loop is None or (get_iter.name, loop.name) != ("GET_ITER", "FOR_ITER") or get_iter.start in b.ctx.joins:
        return None
    return loop


def _suspended(index: int, at: int, parts: list[Entry]) -> Val:
    return Val(GENERATOR, parts=parts, made=Suspended(index, at))


def _unfit_in_loop(b: Builder, index: int, loop: Instruction) -> str:
    """Why a loop can't have a generator with this code in line: the id of a reason, "" if it can."""
    names = [ins.name for ins in b.callee(index).instructions.values()]
    if b.frameless or (b.kind == "resume" and not b.inlined) or any(name in names for name in DELEGATING) or not 0 < names.count("YIELD_VALUE") <= MOST_YIELDS:
        return "callee_kind"
    return "escapes" if b.trials.failed(site_of(b.ctx, loop.offset, index)) else ""


def take_apart(b: Builder, ins: Instruction) -> bool:
    """FOR_ITER of a generator that was seen there: if nobody else holds it, its frame becomes a virtual one, whose code comes next. If it returns False, the
    builder goes on with any other iterator; inlined code, which could not ask that for its next item, exits.
    """
    entry, index = b.frame.stack[-1], _seen_here(b, ins)
    if index < 0 or entry.own != OWNED or entry.val.type.known or b.profile.failed(ins.start, "iterator_shared"):
        return False
    points = [point for point in resume_points(b.callee(index)) if point.name != "JUMP_BACKWARD_NO_INTERRUPT"]
    out = b.emit("stack_array", count=nlocalsplus(b.callee(index).code) + 1 + b.callee(index).code.co_stacksize)
    names = [b.pool(what, index) for what in ("code", "globals", "builtins")]
    at = b.emit("call", b.box(entry), *names, out, helper="take_generator")
    ctx, inlined = b.ctx, b.inlined
    if inlined:  # no guard: it could exit for no reason (stress), and the generator may be gone
        taken, whole = b.part(b.emit("i64_compare", at, b.i64(0), pred=">="), likely=True)
        b.resume(whole)
        b.leave("iterator_shared")
        b.resume(taken)
    for point in points[inlined:]:
        here, rest = b.part(b.emit("i64_compare", at, b.i64(point.offset), pred="=="))
        b.resume(here)
        _go_on_at(b, ins, index, point, out)
        b.ctx, b.ins = ctx, ins
        b.resume(rest)
    if inlined:
        _go_on_at(b, ins, index, points[0], out)
        return True
    b.frame.stack[-1].val.type = WHOLE_ITERATOR
    return False


def _go_on_at(b: Builder, ins: Instruction, index: int, point: Instruction, out: Value) -> None:
    b.pop()
    b.push(_suspended(index, point.offset, _parts_in(b, index, point, out)), VIRTUAL)
    go_on(b, ins)


def _parts_in(b: Builder, index: int, point: Instruction, out: Value) -> list[Entry]:
    """All that a generator had that was taken apart."""
    code = b.callee(index).code
    count = nlocalsplus(code)
    height = stack_depths(b.callee(index))[point.end] - 1  # without what is sent
    values = [b.emit("array_item", out, index=place) for place in range(count + 1 + height)]
    parts = [Entry(Val(box=value), OWNED, MAYBE_NULL) for value in values]
    parts[count] = Entry(Val(FUNCTION, values[count]), OWNED)
    for part in (*parts[count - len(code.co_freevars) : count], parts[-1]):  # cells, and a topmost entry: NULL may be below a callable
        part.slot = -1
    return parts


def _seen_here(b: Builder, ins: Instruction) -> int:
    """The code of the generators that the recorder saw in FOR_ITER, if there is one that can be in line; else -1."""
    found = [b.profile.objects[ref] for ref in b.profile.targets(ins.offset)]
    if [each["kind"] for each in found] != ["code"] or found[0].get("code", -1) < 0:
        return -1
    index: int = found[0]["code"]
    code = b.callee(index).code
    unlike = code.co_flags & REFUSED_FLAGS & ~CO_GENERATOR or code.co_cellvars or not code.co_flags & CO_GENERATOR
    large = b.ctx.level >= b.budget.levels or len(code.co_code) > LARGEST
    why_not = "callee_kind" if unlike else "too_deep" if large else runs_specially(b, index) or _unfit_in_loop(b, index, ins)
    if not why_not and levels_in_line(b, index):
        why_not = "recursive"
    return index if planned(b, code.co_qualname, why_not, index) else -1


# -- how it goes on


def go_on(b: Builder, ins: Instruction) -> bool:
    """FOR_ITER of a generator that does not exist: its code comes next."""
    entry = b.frame.stack[-1]
    made = entry.val.made
    if not is_suspended(entry) or not isinstance(made, Suspended) or entry.val.parts is None:
        return False
    if b.trials.failed(site_of(b.ctx, ins.offset, made.code)):
        b.box(entry)
        return False
    b.guard(b.emit("recursion_room", depth=b.ctx.level + 3), "recursion_limit")
    ctx = _context(b, ins, made.code)
    parts = entry.val.parts
    b.frame.stack[-1] = Entry(Val(), NULL)
    locals_ = [_local(part) for part in parts[: ctx.nlocals + 1]]
    b.frame = Symbolic(locals_, parts[ctx.nlocals + 1 :], b.frame)
    b.ctx = ctx
    b.in_cells.clear()
    point = ctx.decoded.instructions[made.at]
    start = resume_offset(ctx.decoded) if point.name == "RETURN_GENERATOR" else point.end
    b.ins = ctx.decoded.instructions[start]
    if point.name == "YIELD_VALUE":
        b.push(Val(NONE, known=("symbol", "_Py_NoneStruct"), const=None), CONST)
    b.dirty()
    b.jump_to(start)
    return True


def _context(b: Builder, ins: Instruction, index: int) -> Context:
    """The same one each time, so that the loop is closed."""
    key = id(b.ctx), ins.offset, index
    if key not in b.generators:
        ctx = Context(b.callee(index), b.profile_of(index), index, b.ctx)
        ctx.held, ctx.feed, ctx.site, ctx.call = True, LOOP, site_of(b.ctx, ins.offset, index), ins
        ctx.share = ctx.part_of_calls()
        b.generators[key] = ctx
    return b.generators[key]


def _local(part: Entry) -> Local:
    """What the generator has kept, as a local."""
    if part.own == NULL:
        return Local("unbound")
    if part.own == RAW:
        return Local("raw", part.val)
    return Local("maybe" if part.slot == MAYBE_NULL else "held", part.val, part.own)


def _kept(b: Builder, local: Local) -> Entry:
    """What a generator that is suspended keeps of a local: nothing is borrowed."""
    if local.val is None:
        return Entry(Val(), NULL)
    if local.kind == "raw":
        return Entry(local.val, RAW)
    if local.kind == "maybe":
        return Entry(local.val, OWNED, MAYBE_NULL)
    if local.own == CONST and local.val.known is not None:
        return Entry(local.val, CONST)
    if local.own != OWNED:
        b.emit("incref", b.held_box(local.val))
    return Entry(local.val, OWNED)


# -- how it ends


def suspend(b: Builder, ins: Instruction) -> None:
    """YIELD_VALUE: the body of the loop comes next, with the item on its stack."""
    ctx = b.ctx
    _leave_nothing_virtual(b)
    _own_result(b)
    result = b.pop()
    parts = [_kept(b, local) for local in b.frame.locals]
    for entry in b.frame.stack:
        if entry.own in (SLOT, HEAP, OUTER) or (entry.own == CONST and entry.val.known is None):
            b.lend(entry)
    parts += b.frame.stack
    _leave(b)
    b.frame.stack[-1] = Entry(_suspended(ctx.index, ins.offset, parts), VIRTUAL)
    b.frame.stack.append(result)
    b.jump_to(ctx.call.end)


def end(b: Builder) -> None:
    """RETURN_VALUE: the loop ends."""
    ctx = b.ctx
    _own_result(b)
    result = b.pop()
    b.release_locals()
    _leave(b)
    b.pop()
    b.drop(result)
    b.jump_to(ctx.call.target)


def _leave(b: Builder) -> None:
    assert b.frame.parent is not None and b.ctx.parent is not None
    b.frame, b.ins, b.ctx = b.frame.parent, b.ctx.call, b.ctx.parent
    b.in_cells.clear()
    b.dirty()


def _own_result(b: Builder) -> None:
    """The value on top of the stack is not borrowed from the generator's frame; a tuple that does not exist is only passed on if the loop takes it apart."""
    result = b.frame.stack[-1]
    if result.own == VIRTUAL:
        b.pass_tuple(result)
    if result.own in (SLOT, HEAP, OUTER) or (result.own == CONST and result.val.known is None):
        b.lend(result)
        b.dirty()
    result.slot = -1


def _leave_nothing_virtual(b: Builder) -> None:
    """But iterators: the collector would know the others, and locals are to have a value or none."""
    for local in b.frame.locals:
        if local.kind == PERHAPS:
            b.settle_local(local)
        elif local.kind == VIRTUAL and local.val is not None:
            b.give_box(local.val)
    for entry in b.frame.stack[:-1]:
        if is_virtual(entry) and not is_iterator(entry):
            b.box(entry)
