"""Computes what is known beforehand, and straightens the control flow.

    %2 = const_i64 value=3                      %2 = const_i64 value=3
    %3 = i64_add %2, %2 {at 4}                  %3 = const_i64 value=6
    %4 = box_f64 %1 {at 6}              =>      %4 = box_f64 %1 {at 6}
    %5 = float_value %4                         (uses of %5 are uses of %1)
    %6 = const_i1 value=True                    jump -> b1()
    branch %6 likely=None -> b1(), b2()

Each rule is a function below, registered for the ops it looks at; it returns another value for the result, a constant, or nothing.
Then blocks that only jump on are skipped, and a block with a single way in, by a jump, is joined to where it comes from.

Not tried: arithmetic laws beyond neutral elements, implications of comparisons, block parameters that are always the same.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass, field

from tierup.ir.graph import Block, Edge, Function, Instr, Value
from tierup.ir.order import predecessors, reverse_postorder
from tierup.ir.verify import uses_of
from tierup.passes.rewrite import NUMBERS, Substitution, remove_unreachable, resolve, substitute

Constant = int | float | bool

MIN, MAX = -(2**63), 2**63 - 1

COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, "==": operator.eq, "!=": operator.ne, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
INT_PAIRS: dict[str, Callable[[int, int], int]] = {
    "i64_add": operator.add, "i64_sub": operator.sub, "i64_mul": operator.mul, "i64_and": operator.and_, "i64_or": operator.or_,
    "i64_xor": operator.xor, "i64_add_wrap": operator.add, "i64_sub_wrap": operator.sub, "i64_floordiv": operator.floordiv, "i64_mod": operator.mod,
}  # fmt: skip
FLOAT_PAIRS: dict[str, Callable[[float, float], float]] = {"f64_add": operator.add, "f64_sub": operator.sub, "f64_mul": operator.mul}
NEUTRAL = {"i64_add": 0, "i64_sub": 0, "i64_add_wrap": 0, "i64_sub_wrap": 0, "i64_mul": 1, "i64_or": 0, "i64_xor": 0, "i64_floordiv": 1}
"""Right operands that leave the left one as it is."""


@dataclass(slots=True)
class _Facts:
    """What is known while the instructions are looked at in order."""

    makers: dict[Value, Instr] = field(default_factory=dict)
    substitution: Substitution = field(default_factory=dict)

    def maker(self, value: Value) -> Instr | None:
        return self.makers.get(resolve(value, self.substitution))

    def constant(self, value: Value) -> Constant | None:
        maker = self.maker(value)
        if maker is not None and maker.op in ("const_i64", "const_f64", "const_i1"):
            found: Constant = maker.attrs["value"]
            return found
        return None


Found = Value | Constant | None
Rule = Callable[[_Facts, Instr], Found]
RULES: dict[str, list[Rule]] = {}


def rule(*ops: str) -> Callable[[Rule], Rule]:
    """Registers a rule for the ops."""

    def register(function: Rule) -> Rule:
        for op in ops:
            RULES.setdefault(op, []).append(function)
        return function

    return register


def run(fn: Function) -> bool:
    """Rules, then control flow."""
    facts = _Facts()
    changed = False
    for block in reverse_postorder(fn):
        changed |= _apply_rules(block, facts)
    substitute(fn, facts.substitution)
    for block in fn.blocks:
        changed |= _known_ways(block, facts)
    changed |= _skip_trivial(fn)
    changed |= remove_unreachable(fn)
    substitution: Substitution = {}
    changed |= _join(fn, substitution)
    changed |= _same_arguments(fn, substitution)
    substitute(fn, substitution)
    return changed


def _apply_rules(block: Block, facts: _Facts) -> bool:
    changed = False
    for instr in block.instrs:
        if instr.result is None:
            continue
        facts.makers[instr.result] = instr
        for one in RULES.get(instr.op, ()):
            found = one(facts, instr)
            if found is None:
                continue
            changed = True
            if isinstance(found, Value):
                facts.substitution[instr.result] = found
            else:
                instr.op, instr.args, instr.state = f"const_{instr.result.repr}", [], None
                instr.attrs = {"value": found}
            break
    return changed


# rules


@rule(*INT_PAIRS)
def fold_int_pair(facts: _Facts, instr: Instr) -> Found:
    x, y = (facts.constant(value) for value in instr.args)
    if x is None or y is None or (instr.op in ("i64_floordiv", "i64_mod") and y == 0):
        return None
    result = INT_PAIRS[instr.op](int(x), int(y))
    return result if MIN <= result <= MAX else None


@rule(*NEUTRAL)
def drop_neutral(facts: _Facts, instr: Instr) -> Found:
    y = facts.constant(instr.args[1])
    return instr.args[0] if y is not None and y == NEUTRAL[instr.op] else None


@rule("i64_neg", "i64_invert")
def fold_int_single(facts: _Facts, instr: Instr) -> Found:
    x = facts.constant(instr.args[0])
    if x is None or x == MIN:
        return None
    return -int(x) if instr.op == "i64_neg" else ~int(x)


@rule("i64_to_f64")
def fold_conversion(facts: _Facts, instr: Instr) -> Found:
    x = facts.constant(instr.args[0])
    return None if x is None else float(x)


@rule(*FLOAT_PAIRS)
def fold_float_pair(facts: _Facts, instr: Instr) -> Found:
    """Not if the result is nan: its sign and payload are the machine's business."""
    x, y = (facts.constant(value) for value in instr.args)
    if x is None or y is None:
        return None
    result = FLOAT_PAIRS[instr.op](float(x), float(y))
    return None if math.isnan(result) else result


@rule("i64_compare", "f64_compare")
def fold_compare(facts: _Facts, instr: Instr) -> Found:
    x, y = (facts.constant(value) for value in instr.args)
    return None if x is None or y is None else COMPARE[instr.attrs["pred"]](x, y)


@rule("i64_within")
def fold_within(facts: _Facts, instr: Instr) -> Found:
    x = facts.constant(instr.args[0])
    return None if x is None else abs(x) <= instr.attrs["limit"]


@rule("i64_compare", "same")
def compare_with_itself(facts: _Facts, instr: Instr) -> Found:
    x, y = (resolve(value, facts.substitution) for value in instr.args)
    return instr.attrs.get("pred", "==") in ("==", "<=", ">=") if x is y else None


@rule("not")
def fold_not(facts: _Facts, instr: Instr) -> Found:
    x = facts.constant(instr.args[0])
    if x is not None:
        return not x
    maker = facts.maker(instr.args[0])
    return maker.args[0] if maker is not None and maker.op == "not" else None


@rule("and_i1", "or_i1")
def fold_junction(facts: _Facts, instr: Instr) -> Found:
    decides = instr.op == "or_i1"
    for one, other in (instr.args, reversed(instr.args)):
        known = facts.constant(one)
        if known is not None:
            return decides if bool(known) == decides else other
    return None


@rule("select_i64")
def fold_select(facts: _Facts, instr: Instr) -> Found:
    known = facts.constant(instr.args[0])
    return None if known is None else instr.args[1] if known else instr.args[2]


@rule("i1_to_i64")
def fold_i1_to_i64(facts: _Facts, instr: Instr) -> Found:
    known = facts.constant(instr.args[0])
    return None if known is None else int(known)


@rule("number_i64", "number_f64", "number_i1")
def number_of_numpy(facts: _Facts, instr: Instr) -> Found:
    maker = facts.maker(instr.args[0])
    return maker.args[0] if maker is not None and maker.op.startswith("numpy_") else None


@rule("numpy_i64", "numpy_f64", "numpy_i1")
def numpy_of_number(facts: _Facts, instr: Instr) -> Found:
    maker = facts.maker(instr.args[0])
    return maker.args[0] if maker is not None and maker.op.startswith("number_") else None


@rule("int_value", "float_value")
def unbox_box(facts: _Facts, instr: Instr) -> Found:
    maker = facts.maker(instr.args[0])
    wanted = {"int_value": "box_i64", "float_value": "box_f64"}[instr.op]
    return maker.args[0] if maker is not None and maker.op == wanted else None


@rule("is_type")
def type_of_box(facts: _Facts, instr: Instr) -> Found:
    maker = facts.maker(instr.args[0])
    if maker is None or maker.op not in ("box_i64", "box_f64", "box_i1"):
        return None
    return bool(instr.attrs["type"] == {"box_i64": "int", "box_f64": "float", "box_i1": "bool"}[maker.op])


@rule("is_null")
def fold_is_null(facts: _Facts, instr: Instr) -> Found:
    maker = facts.maker(instr.args[0])
    if maker is None:
        return None
    if maker.op == "null":
        return True
    return False if maker.op in ("pool", "box_i64", "box_f64", "box_i1") else None


@rule("is_obj_true", "is_obj_false")
def truth_of_box(facts: _Facts, instr: Instr) -> Found:
    maker = facts.maker(instr.args[0])
    return maker.args[0] if instr.op == "is_obj_true" and maker is not None and maker.op == "box_i1" else None


# control flow


def _known_ways(block: Block, facts: _Facts) -> bool:
    """Guards and branches on constants."""
    for place, instr in enumerate(block.instrs):
        known = facts.constant(instr.args[0]) if instr.op in ("guard", "branch") else None
        if known is None:
            continue
        if instr.op == "branch":
            block.instrs[place] = Instr("jump", [], {}, targets=[instr.targets[0 if known else 1]], offset=instr.offset)
        elif known:
            del block.instrs[place]
        else:
            block.instrs[place:] = [Instr("exit", [], {"reason": instr.attrs["reason"]}, state=instr.state, offset=instr.offset)]
        _known_ways(block, facts)
        return True
    return False


def _skip_trivial(fn: Function) -> bool:
    """An edge to a block that only jumps on goes there at once, if the block's parameters serve nothing else."""
    users: dict[Value, set[int]] = {}
    for block in fn.blocks:
        for instr in block.instrs:
            for value in uses_of(instr):
                users.setdefault(value, set()).add(block.id)
    changed = False
    for block in fn.blocks:
        for edge in block.instrs[-1].targets[: 1 if block.instrs[-1].op == "enter" else None]:
            for _ in fn.blocks:  # no more: trivial blocks may go round in circles
                if not _skips(edge, users):
                    break
                changed = True
    return changed


def _skips(edge: Edge, users: dict[Value, set[int]]) -> bool:
    """Moves the edge one block further."""
    over = edge.block
    if len(over.instrs) != 1 or over.instrs[0].op != "jump" or any(users.get(param, set()) - {over.id} for param in over.params):
        return False
    onward = over.instrs[0].targets[0]
    if onward.block is over:
        return False
    bound = dict(zip(over.params, edge.args, strict=True))
    edge.block, edge.args = onward.block, [bound.get(value, value) for value in onward.args]
    return True


def _same_arguments(fn: Function, substitution: Substitution) -> bool:
    """A parameter that is the same value on every way to its block is that value: what a loop only passes around, and where only one way leads."""
    joined = len(substitution)
    ways: dict[int, list[list[Value]]] = {}
    for block in fn.blocks:
        for edge in block.instrs[-1].targets:
            ways.setdefault(edge.block.id, []).append(edge.args)
    blocks = [block for block in reverse_postorder(fn) if block.params]
    before = -1
    while before != len(substitution):
        before = len(substitution)
        for block in blocks:
            for place, param in enumerate(block.params):
                if param not in substitution:
                    _only_value(param, [args[place] for args in ways[block.id]], substitution)
    while any(_two_are_one(block, substitution) for block in blocks):
        pass
    _without(fn, set(substitution))
    return len(substitution) > joined


def _only_value(param: Value, arguments: list[Value], substitution: Substitution) -> None:
    only: Value | None = None
    for argument in arguments:
        value = resolve(argument, substitution)
        if value is not param and value is not only:
            if only is not None:
                return
            only = value
    if only is not None:
        substitution[param] = only


def _two_are_one(block: Block, substitution: Substitution) -> bool:
    """Keeps two numbers apart that would become one value: exits would make one object of what are two."""
    seen: set[Value] = set()
    kept = False
    for param in block.params:
        value = resolve(param, substitution)
        if param.repr in NUMBERS and value in seen and param in substitution:
            del substitution[param]
            kept = True
        seen.add(value)
    return kept


def _without(fn: Function, gone: set[Value]) -> None:
    """Removes parameters, and what is passed for them."""
    for block in fn.blocks:
        for edge in block.instrs[-1].targets if gone else ():
            edge.args = [value for value, param in zip(edge.args, edge.block.params, strict=True) if param not in gone]
    for block in fn.blocks if gone else ():
        block.params = [param for param in block.params if param not in gone]


def _join(fn: Function, substitution: Substitution) -> bool:
    """Appends a block to its only predecessor if that jumps to it."""
    before = predecessors(fn)
    gone: set[int] = set()
    for block in reverse_postorder(fn):
        while block.id not in gone and block.instrs[-1].op == "jump":
            edge: Edge = block.instrs[-1].targets[0]
            after = edge.block
            if len(before[after.id]) != 1 or after is block or after is fn.blocks[0]:
                break
            substitution.update(zip(after.params, edge.args, strict=True))
            block.instrs[-1:] = after.instrs
            gone.add(after.id)
    fn.blocks = [block for block in fn.blocks if block.id not in gone]
    return bool(gone)

