"""Emitters of guards, calls, polling and terminators."""

from __future__ import annotations

from tierup.abi.helpers import HELPERS, Helper
from tierup.backend import packed
from tierup.backend.builder import LLVM_TYPES, WORD, Builder, result_of
from tierup.backend.emitters import Context, emits, state_of
from tierup.ir.graph import FrameState, Instr, Value
from tierup.ir.verify import call_operands

# guards


@emits("guard")
def guard(c: Context, i: Instr, condition: str) -> None:
    c.guard(condition, i.attrs["reason"], i)


@emits("check_tracing")
def check_tracing(c: Context, i: Instr) -> None:
    """Our own recorder sets the flag, too: then a helper looks closer."""
    b = c.b
    c.exits.stress(state_of(i))
    looked, quiet = b.new_label("looked"), b.new_label("untraced")
    b.branch(b.op(f"icmp eq i8 {b.load('i8', b.tracing_flag(), '_PyCFrame.use_tracing')}, 0"), quiet, looked, likely=True)
    b.open(looked)
    b.branch(b.outlined("traced", "ptr %ts"), c.exits.exit_label("tracing", state_of(i)), quiet)
    b.open(quiet)


@emits("unshow")
def unshow(c: Context, i: Instr) -> None:
    b = c.b
    c.exits.stress(state_of(i))
    gone = b.new_label("gone")
    unseen = b.op(f"icmp ne i64 {b.call('i64', 'tierup_unshow_inlined', 'ptr %ts, ptr %f')}, 0")
    b.branch(unseen, gone, c.exits.exit_label("inlined_seen", state_of(i)), likely=True)
    b.open(gone)


@emits("global_is")
def global_is(c: Context, i: Instr) -> None:
    """The version cell holds the version at which the fact was last found true; 0, its first value, is nobody's version."""
    b = c.b
    where, name, spec = i.attrs["where"], i.attrs["name"], i.attrs["spec"]
    c.exits.stress(state_of(i))
    cell = b.pool_address(b.pool.cells(("global", where, name, spec), 1))
    names = b.constant(where if isinstance(where, tuple) else (where,))
    changed, same = b.new_label("changed"), b.new_label("same")
    matches = b.op(f"icmp eq i64 {b.field('i64', names, 'PyDictObject.ma_version_tag')}, {b.load('i64', cell, 'cells')}")
    b.branch(matches, same, changed, likely=True)
    b.open(changed)
    expected = "null" if spec is None else b.pool_address(b.pool.slot(spec))
    answer = b.outlined("recheck_global", f"ptr {names}, ptr {b.pool_address(b.pool.slot(('str', name)))}, ptr {expected}, ptr {cell}")
    b.branch(answer, same, c.exits.exit_label("global_changed", state_of(i)), likely=True)
    b.open(same)


# calls


@emits("call")
def call(c: Context, i: Instr, *operands: str) -> str:
    helper = HELPERS[i.attrs["helper"]]
    if helper.effect in ("allocates", "escapes"):
        c.b.store_position(i.offset)
    arguments = call_arguments(c.b, helper, list(operands))
    result = c.b.call(LLVM_TYPES[helper.result], f"tierup_{helper.name}", arguments, "#2" if helper.effect == "pure" else "#1")
    if helper.error != "never":
        check_error(c, i, helper, result)
    return result


def call_arguments(b: Builder, helper: Helper, operands: list[str]) -> str:
    """The C arguments: those the back end supplies stand where the row says; a vector gets the operands behind the fixed ones."""
    reprs, _ = call_operands(helper.name)
    fixed = zip(reprs, operands[: len(reprs)], strict=True)
    vector = operands[len(reprs) :]
    parts: list[str] = []
    words = iter(helper.args)
    for word in words:
        if word == "ts":
            parts.append("ptr %ts")
        elif word == "frame":
            parts.append("ptr %f")
        elif word in ("vec", "vecsteal"):
            next(words)
            parts += [f"ptr {store_vector(b, vector)}", f"i64 {len(vector)}"]
        else:
            repr_, operand = next(fixed)
            parts.append(f"{LLVM_TYPES[repr_]} {operand}")
    return ", ".join(parts)


def store_vector(b: Builder, operands: list[str]) -> str:
    """Puts the operands into the scratch array that all calls share."""
    b.scratch = max(b.scratch, len(operands), 1)
    for place, operand in enumerate(operands):
        b.store("ptr", operand, b.address("%scratch", WORD * place), "array")
    return "%scratch"


def check_error(c: Context, i: Instr, helper: Helper, result: str) -> None:
    """Goes to the raising block if the helper failed, as its row tells."""
    state = state_of(i)
    failed = c.exits.raise_label(state, c.b.position == state.offset)
    go_on = c.b.new_label("fine")
    if helper.error == "always":
        c.b.jump(failed)
    elif helper.error == "neg":
        c.b.branch(c.b.op(f"icmp slt i64 {result}, 0"), failed, go_on, likely=False)
    else:
        failure = {"null": "null", "one": "inttoptr (i64 1 to ptr)"}[helper.error]
        c.b.branch(c.b.op(f"icmp eq ptr {result}, {failure}"), failed, go_on, likely=False)
    c.b.open(go_on)


@emits("argument")
def argument(c: Context, i: Instr) -> str:
    return f"%a{i.attrs['index']}"


@emits("call_frameless")
def call_frameless(c: Context, i: Instr, *operands: str) -> str:
    """`room`: how many frames more there may be, for the recursion limit and for the C stack."""
    b = c.b
    callee = b.fn.frameless[i.attrs["callee"]]
    room = "%room"
    if not b.frameless:
        size = b.op("load i64, ptr @stack_of_frameless")
        room = b.call("i64", "tierup_frameless_room", f"ptr %ts, i64 {size}")
    room = b.op(f"sub i64 {room}, {i.attrs['frames']}")
    values = "".join(f", {LLVM_TYPES[repr_]} {operand}" for repr_, operand in zip(callee.params, operands, strict=True))
    answer = b.op(f"call fastcc {result_of(callee)} @frameless{i.attrs['callee']}(i64 {room}{values}) #1")
    go_on = b.new_label("back")
    b.branch(b.op(f"extractvalue {result_of(callee)} {answer}, 1"), c.exits.lost_label(state_of(i)), go_on, likely=False)
    b.open(go_on)
    return b.op(f"extractvalue {result_of(callee)} {answer}, 0")


# polling


def breaker_clear(b: Builder) -> str:
    """The load is volatile: it must be done anew in each turn of a loop."""
    breaker = b.op(f"load volatile i32, ptr {b.symbol('eval_breaker')}")
    return b.op(f"icmp eq i32 {breaker}, 0")


@emits("breaker_clear")
def emit_breaker_clear(c: Context, i: Instr) -> str:
    return breaker_clear(c.b)


@emits("poll")
def poll(c: Context, i: Instr) -> None:
    b = c.b
    state = state_of(i)
    assert state.parent is None, "inlined code tests breaker_clear instead"
    busy, go_on, again, leave = b.new_label("busy"), b.new_label("quiet"), b.new_label("again"), b.new_label("leave_poll")
    b.branch(breaker_clear(b), go_on, busy, likely=True)
    b.open(busy)
    there = packed.show(b, state, i.offset)
    answer = b.call("i64", "tierup_poll", "ptr %ts, ptr %f")
    b.branch(b.op(f"icmp eq i64 {answer}, 0"), again, leave)
    b.open(again)
    _take_back(c, state, leave)
    for index, _ in state.raw:
        if index not in state.half:
            c.exits.clear_slot(index)
    b.jump(go_on)
    b.open(leave)
    leave_poll(c, state, there, answer)
    b.open(go_on)
    b.position = -1


def _take_back(c: Context, state: FrameState, leave: str) -> None:
    """The objects that virtual locals became go again, unless somebody may have got hold of one."""
    b = c.b
    places: dict[int, list[int]] = {}
    for index, item in enumerate(state.locals):
        if item.parts is not None:
            places.setdefault(item.key, []).append(index)
    if not places:
        return
    alone = b.op(f"icmp eq ptr {b.field('ptr', '%f', '_PyInterpreterFrame.frame_obj')}, null")
    for indices in places.values():
        count = b.field("i64", b.load("ptr", b.slot(indices[0]), "slots"), "PyObject.ob_refcnt")
        alone = b.op(f"and i1 {alone}, {b.op(f'icmp eq i64 {count}, {len(indices)}')}")
    taken = b.new_label("alone")
    b.branch(alone, taken, leave)
    b.open(taken)
    for indices in places.values():
        for index in indices:
            c.exits.clear_slot(index)


def leave_poll(c: Context, state: FrameState, there: dict[Value, str], answer: str) -> None:
    """The raw locals are in their slots already; what was raised was raised by the jump."""
    b = c.b
    raised, asked = b.new_label("raised"), b.new_label("asked")
    b.branch(b.op(f"icmp slt i64 {answer}, 0"), raised, asked)
    b.open(raised)
    c.exits.leave_poll_error(state, there)
    b.open(asked)
    c.exits.leave_behind_poll(state, there)


# terminators


@emits("enter")
def enter(c: Context, i: Instr) -> None:
    """The other targets are reached from where something raises."""
    c.b.go(i.targets[0])


@emits("jump")
def jump(c: Context, i: Instr) -> None:
    c.b.go(i.targets[0])


@emits("branch")
def branch(c: Context, i: Instr, condition: str) -> None:
    """A second edge to the same block gets a block of its own: phi nodes tell edges apart by where they come from."""
    b = c.b
    then, other = i.targets
    if then.block is not other.block:
        b.branch(condition, b.way(then), b.way(other), i.attrs["likely"])
        return
    between = b.new_label("way")
    b.branch(condition, b.way(then), between, i.attrs["likely"])
    b.open(between)
    b.go(other)


@emits("return")
def return_(c: Context, i: Instr, x: str) -> None:
    """Whoever holds the frame may ask later where it ended."""
    c.b.store_position(i.offset)
    c.b.do(f"ret ptr {x}")


@emits("return_obj", "return_i64", "return_f64", "return_i1")
def return_frameless(c: Context, i: Instr, x: str) -> None:
    type_ = LLVM_TYPES[c.b.fn.returns]
    both = c.b.op(f"insertvalue {result_of(c.b.fn)} {{ {type_} undef, i1 false }}, {type_} {x}, 0")
    c.b.do(f"ret {result_of(c.b.fn)} {both}")


@emits("yield")
def yield_(c: Context, i: Instr, x: str) -> None:
    c.exits.suspend(state_of(i), x)


@emits("exit")
def exit_(c: Context, i: Instr) -> None:
    c.b.jump(c.exits.exit_label(i.attrs["reason"], state_of(i)))


@emits("raise")
def raise_(c: Context, i: Instr) -> None:
    state = state_of(i)
    c.b.jump(c.exits.raise_label(state, c.b.position == state.offset))
