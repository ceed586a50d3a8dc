"""Which calls are inlined, and how the callee is entered."""

from __future__ import annotations

from typing import Any

from tierup.abi.inlining import CO_GENERATOR, LARGEST, REFUSED_FLAGS
from tierup.frontend.arguments import Order, arranged, default_arguments, in_order
from tierup.frontend.build import Builder
from tierup.frontend.context import Context
from tierup.frontend.decode import CO_NEWLOCALS, CO_OPTIMIZED, resume_offset
from tierup.frontend.instances import virtual_instance
from tierup.frontend.state import CONST, HEAP, OUTER, OWNED, RAW, SLOT, VIRTUAL, Entry, Local, Val
from tierup.frontend.trials import Alike
from tierup.ir.graph import Value
from tierup.reasons import sentence

MOST_TURNS = 16
"""A call takes the loops of its function along if they go round no more often than that, on average."""

RECURSION_LEVELS, LARGEST_RECURSIVE = 2, 200
"""A function of at most that many bytes of code takes calls of itself along, so many levels deep: each level may double the region (fib: twice as fast)."""

RARELY_HANDLED = 50
"""A function that handles an exception in one of so many calls may be in line."""

CO_PLAIN = CO_OPTIMIZED | CO_NEWLOCALS

ESCAPING = frozenset((
    "CALL_FUNCTION_EX", "BEFORE_WITH", "IMPORT_NAME", "IMPORT_FROM", "STORE_GLOBAL", "DELETE_GLOBAL", "STORE_NAME", "LOAD_NAME", "MAKE_FUNCTION",
    "RAISE_VARARGS", "LIST_EXTEND", "SET_UPDATE", "DICT_UPDATE", "DICT_MERGE", "DELETE_SUBSCR", "DELETE_ATTR", "LOAD_BUILD_CLASS", "UNPACK_EX",
    "MATCH_CLASS", "MATCH_KEYS",
))  # fmt: skip


def inline_call(
    b: Builder,
    callee: Entry,
    count: int,
    depth: int,
    order: tuple[int, ...] = (),
    keeps: bool = False,
    operator: int = -1,
    names: tuple[str, ...] = (),
    ends: int = -1,
) -> bool:
    """Inlines a call of a known Python function with the top `count` entries as arguments, if that may pay; `depth` entries belong to the call. The last
    arguments may have `names`.

    The operands are still on the stack when guards are made. With `order` (of the arguments, 0 = deepest entry) they stay there while the function runs,
    which borrows them, and the result is dropped unless `keeps`; `operator`, `ends`: see FrameState.
    """
    spec = callee.val.known
    described = b.profile.described(spec)
    if spec is None or described.get("kind") != "function" or callee.own != CONST:
        if not described:
            planned(b, "", "callee_unknown")
        return False
    index = described.get("code", -1)
    site = site_of(b.ctx, b.ins.offset, index)
    if not planned(b, described["qualname"], unwanted(b, index, site, count, described, names), index):
        return False
    b.trials.enter(site, _alike(b, index, count), b.budget.levels - b.ctx.level)
    taken = arranged(b.callee(index).code, count, names, described["defaults"])
    assert taken is not None
    defaults = entrance(b, callee, index, taken)
    cells = closure_of(b, callee, index)
    entries = b.top(count)
    if order:
        b.dirty()
        b.secure_heap()
        arguments = [argument(b, entries[i], lent=True) for i in order] + defaults
        b.enter_inlined(spec, index, site, arguments, depth, keeps=keeps, operator=operator, cells=cells, ends=ends)
        return True
    b.popn(depth)
    arguments = in_order(taken, [argument(b, e) for e in entries], defaults)
    b.enter_inlined(spec, index, site, arguments, cells=cells)
    return True


def inline_made_anew(b: Builder, callee: Entry, index: int, count: int, depth: int, names: tuple[str, ...] = ()) -> bool:
    """Inlines a call of a function of which only the code is known, `index` in the snapshot: one that is made anew each time another one runs. Its object is
    held meanwhile, as its frame would hold it.
    """
    code = b.callee(index).code
    site = site_of(b.ctx, b.ins.offset, index)
    if not planned(b, code.co_qualname, unwanted(b, index, site, count, {}, names), index):
        return False
    b.trials.enter(site, _alike(b, index, count), b.budget.levels - b.ctx.level)
    taken = arranged(code, count, names, 0)
    assert taken is not None
    b.guard(b.emit("recursion_room", depth=b.ctx.level + 3), "recursion_limit")
    cells = closure_of(b, callee, index)
    entries = b.top(count)
    b.popn(depth)
    b.enter_inlined(argument(b, callee), index, site, in_order(taken, [argument(b, e) for e in entries], []), cells=cells)
    return True


def planned(b: Builder, callee: str, why_not: str, index: int = -1) -> bool:
    """Notes for the plan what becomes of this call; True if there is nothing against compiling it in line."""
    if callee or why_not:
        detail = b.trials.detail(site_of(b.ctx, b.ins.offset, index)) if why_not == "escapes" else ""
        becomes = f"called: {sentence(why_not)} {detail}".rstrip() if why_not else "in line"
        note_plan(b, callee, becomes)
    return not why_not


def note_plan(b: Builder, callee: str, becomes: str) -> None:
    b.plan[(*site_of(b.ctx, b.ins.offset, -1), callee)] = f"{'  ' * b.ctx.level}{b.here()} {callee or '?'}: {becomes}"


def unwanted(b: Builder, index: int, site: tuple[int, ...], count: int, described: dict[str, Any], names: tuple[str, ...] = ()) -> str:
    """Why a known function is not to be compiled in line at this call: the id of a reason, "" if it is."""
    if index < 0:
        return "callee_untold"
    if b.trials.failed(site, _alike(b, index, count), b.budget.levels - b.ctx.level):
        return "escapes"
    if b.profile.failed(b.ins.start, "callee_changed"):
        return "has_changed"
    if _goes_round(b, index):
        return "callee_has_loop"
    return unfit(b, index, count, described.get("defaults", 0), names=names)


def _goes_round(b: Builder, index: int) -> bool:
    """Has it a loop that goes round often? Each time the breaker is set there, which our own sampler does, too, the interpreter finishes the function."""
    profile = b.profile_of(index)
    calls = profile.count(resume_offset(b.callee(index)))
    return any(profile.count(start) > MOST_TURNS * max(calls, 1) for start, _ in b.callee(index).loops)


def entrance(b: Builder, callee: Entry, index: int, order: Order) -> list[Local]:
    """The guards for calling a function; the defaults that it needs."""
    require_code(b, callee, index)
    b.guard(b.emit("recursion_room", depth=b.ctx.level + 3), "recursion_limit")
    return default_arguments(b, callee, order)


def require_code(b: Builder, callee: Entry, index: int) -> None:
    """Guards that a known function still has the code that the snapshot has of it."""
    key = ("code", callee.val.known, index)
    if key in b.tested:
        return
    code = b.emit("field_obj", b.box(callee), field="PyFunctionObject.func_code")
    b.guard(b.emit("same", code, b.pool("code", index)), "callee_changed")
    if callee.val.known is not None:
        b.tested.add(key)


def closure_of(b: Builder, callee: Entry, index: int) -> tuple[Value, ...]:
    """The cells of the function's free variables: a function never changes its closure."""
    free = b.callee(index).code.co_freevars
    if not free:
        return ()
    closure = b.emit("field_obj", b.box(callee), field="PyFunctionObject.func_closure")
    return tuple(b.emit("tuple_item_const", closure, index=place) for place in range(len(free)))


def inline_making(b: Builder, callee: Entry, count: int, names: tuple[str, ...] = ()) -> bool:
    """Inlines the __init__ of a call of a plain class of the program with the top `count` entries as arguments, of which the last ones may have `names`
    (below them: the class, NULL).
    """
    class_ref, init = _plain_class(b, callee)
    if init is None:
        return False
    described = b.profile.described(init.val.known)
    index = described.get("code", -1)
    site = site_of(b.ctx, b.ins.offset, index)
    if not planned(b, described["qualname"], unwanted(b, index, site, count + 1, described, names), index):
        return False
    b.trials.enter(site, _alike(b, index, count + 1), b.budget.levels - b.ctx.level)
    b.guard(b.emit("makes_plainly", b.box(callee), ref=class_ref), "callee_changed")
    taken = arranged(b.callee(index).code, count + 1, names, described["defaults"])
    assert taken is not None
    defaults = entrance(b, init, index, taken)
    cells = closure_of(b, init, index)
    made = virtual_instance(b, class_ref)
    if made is not None:
        _put_below(b, made, count)
        itself = Local(VIRTUAL, made)
    else:
        itself = Local("held", _make(b, callee, count), OUTER)
    arguments = in_order(taken, [itself] + [argument(b, e, lent=True) for e in b.top(count)], defaults)
    assert init.val.known is not None
    b.enter_inlined(init.val.known, index, site, arguments, count, makes=True, cells=cells)
    return True


def _plain_class(b: Builder, callee: Entry) -> tuple[int, Entry | None]:
    """The ref of a class whose call is object.__new__ and a Python function, and that function."""
    spec = callee.val.known
    described = b.profile.described(spec)
    if spec is None or described.get("kind") != "type" or callee.own != CONST or not described["flags"].get("makes_plainly"):
        return -1, None
    fact = b.profile.attr_fact(b.profile.type_of(spec[1]), "__init__")
    if fact is None or fact[0] != "method" or b.profile.objects[fact[1]]["kind"] != "function":
        return -1, None
    return spec[1], Entry(Val(known=("object", fact[1])), CONST)


def _put_below(b: Builder, made: Val, count: int) -> None:
    """An instance that does not exist yet takes the place of class and NULL below the arguments."""
    b.dirty()
    b.secure_heap()
    entries = b.popn(count)
    b.popn(2)
    b.push(made, VIRTUAL)
    b.frame.stack += entries


def _make(b: Builder, callee: Entry, count: int) -> Val:
    """The new instance, which takes the place of class and NULL below the arguments."""
    b.dirty()
    b.secure_heap()
    for entry in b.top(count):
        if entry.own == VIRTUAL:
            b.box(entry)
    class_ = b.box(callee)
    entries = b.popn(count)
    b.popn(2)
    box = b.emit("call", class_, state=b.raising(tuple(entries)), helper="new_instance")
    b.forget_facts()
    assert callee.val.known is not None
    made = Val(b.profile.type_of(callee.val.known[1]), box)
    b.push(made, OWNED)
    b.frame.stack += entries
    return made


def _alike(b: Builder, index: int, count: int) -> Alike:
    """What calls have in common that fare alike in line."""
    return (index, *((entry.own in (RAW, VIRTUAL), entry.val.type, entry.val.known) for entry in b.top(count)))


def site_of(ctx: Context, offset: int, callee: int) -> tuple[int, ...]:
    return (*ctx.site, ctx.index, offset, callee)


def unfit(b: Builder, index: int, count: int, defaults: int, refused: int = REFUSED_FLAGS, names: tuple[str, ...] = ()) -> str:
    """Why the snapshot's code `index`, called with `count` arguments, can't be inlined here: the id of a reason, "" if it can."""
    code = b.callee(index).code
    if b.ctx.level >= b.budget.levels or len(code.co_code) > LARGEST:
        return "too_deep"
    why_not = called_specially(b, index, count, defaults, refused, names)
    if why_not:
        return why_not
    if levels_in_line(b, index) > (RECURSION_LEVELS if len(code.co_code) <= LARGEST_RECURSIVE else 0):
        return "recursive"
    return "" if b.profile.count(b.ins.offset) > 0 else "cold"


def called_specially(b: Builder, index: int, count: int, defaults: int, refused: int = REFUSED_FLAGS, names: tuple[str, ...] = ()) -> str:
    """Why the code can't be entered without a frame of its own, as far as its kind and what was seen of it says: the id of a reason, "" if it can."""
    code = b.callee(index).code
    if code.co_flags & refused or code.co_flags & CO_PLAIN != CO_PLAIN or code.co_kwonlyargcount or code.co_cellvars:
        return "callee_kind"
    if arranged(code, count, names, defaults) is None:
        return "callee_arguments"
    return runs_specially(b, index)


def runs_specially(b: Builder, index: int) -> str:
    """The same, as far as what was seen of it says."""
    if _needs_frame(b, index):
        return "escapes"
    if _handles(b, index):
        return "callee_handles"
    return "" if _was_seen(b, index) else "callee_untold"


def levels_in_line(b: Builder, index: int) -> int:
    """How many activations of this code are in line already, that of the region itself included (which a frameless function is no part of)."""
    ctx: Context | None = b.ctx
    found = 0
    while ctx is not None and not (b.frameless and ctx is b.root):
        found += ctx.index == index or (ctx.index < 0 and ctx.code == b.callee(index).code)
        ctx = ctx.parent
    return found


def _needs_frame(b: Builder, index: int) -> bool:
    """True if something that ran while the callee was recorded can't be done without a frame of its own."""
    profile, code = b.profile_of(index), b.callee(index).code
    nested = b.snapshot.get("nested", {})
    stops = b.ins.name == "FOR_ITER" and not code.co_flags & CO_GENERATOR
    const, name = -1, ""
    for ins in b.callee(index).instructions.values():
        made = ins.name == "MAKE_FUNCTION" and (index, const) in nested
        ended = stops and ins.name == "RAISE_VARARGS" and name == "StopIteration"
        const = ins.arg if ins.name == "LOAD_CONST" else -1
        name = code.co_names[ins.arg >> 1] if ins.name == "LOAD_GLOBAL" else ""
        if ins.name in ESCAPING and not made and not ended and profile.count(ins.offset) > 0:
            return True
    return False


def _handles(b: Builder, index: int) -> bool:
    """True if exceptions are handled in it more than rarely, as far as was seen: its frame is rebuilt for that, and the interpreter goes on in it."""
    decoded, profile = b.callee(index), b.profile_of(index)
    most = profile.count(resume_offset(decoded)) // RARELY_HANDLED
    raised = {ins.start for ins in decoded.instructions.values() if profile.failed(ins.start, "handled_in_line")}
    return bool(raised) or any(profile.count(handler.target) > most for handler in decoded.handlers)


def _was_seen(b: Builder, index: int) -> bool:
    """What ran natively while its caller was recorded, and was never recorded itself, would be inlined blindly."""
    profile = b.profile_of(index)
    return any(profile.count(ins.offset) > 0 for ins in b.callee(index).instructions.values())


def argument(b: Builder, entry: Entry, lent: bool = False) -> Local:
    """A popped operand as a local of the callee; `lent`: it is still on the stack, and stays there."""
    if entry.own == RAW:
        return Local("raw", entry.val)
    if entry.own == VIRTUAL:
        _lend_parts(b, entry)
        return Local(VIRTUAL, entry.val)
    if lent and entry.own == OWNED:
        return Local("held", entry.val, OUTER)
    if entry.own == HEAP:
        b.emit("incref", b.box(entry))
        return Local("held", entry.val, OWNED)
    if entry.own == SLOT:
        b.box(entry)
        return Local("held", entry.val, OUTER, _origin(b, entry))
    if entry.own == CONST and entry.val.known is None:
        b.emit("incref", b.box(entry))
        return Local("held", entry.val, OWNED)
    return Local("held", entry.val, entry.own, entry.slot if entry.own == OUTER else -1)


def _lend_parts(b: Builder, entry: Entry) -> None:
    """The items of a virtual tuple may be borrowed from the caller's locals, unless the caller goes on with the tuple behind the call: it may change these
    locals then.
    """
    kept = any(other is not entry and other.val is entry.val for other in b.frame.stack)
    for part in entry.val.parts or ():
        if part.own != SLOT:
            continue
        box = b.box(part)
        if kept:
            b.emit("incref", box)
            part.own, part.slot = OWNED, -1
            b.dirty()
        else:
            part.own, part.slot = OUTER, _origin(b, part)


def _origin(b: Builder, entry: Entry) -> int:
    """Which local of the region's own frame a borrowed operand is from, else -1."""
    return entry.slot if not b.inlined else -1
