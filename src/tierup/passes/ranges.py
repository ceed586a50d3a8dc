"""Between which numbers ints are, and the checks that are never needed there: overflow of sums, negative indices, comparisons that are decided.

    b1(%1:i64):                              b1(%1:i64):
      %2 = i64_compare %1, %9 pred='<'         %2 = i64_compare %1, %9 pred='<'
      branch %2 -> b2(), b3()                  branch %2 -> b2(), b3()
    b2:                                      b2:
      %3 = index %1, %8 {at 6}       =>        %3 = plain_index %1, %8 {at 6}
      %4 = i64_add %1, 1 {at 8}                %4 = i64_add_wrap %1, 1
      jump -> b1(%4)                           jump -> b1(%4)

Intervals are found by going over the blocks until nothing changes; what still grows then grows to the end at once. A test that a branch or guard has made
narrows them in the blocks behind it.

Not tried: relations between values (an index below a length), products.
Method: interval analysis (Cousot & Cousot, POPL 1977), on SSA form.
"""

from __future__ import annotations

from tierup.ir.graph import Block, Function, Instr, Value
from tierup.ir.order import Dominators, predecessors

Interval = tuple[int, int]

MIN, MAX = -(2**63), 2**63 - 1
ALL: Interval = (MIN, MAX)
SMALL = 2**60
LENGTH: Interval = (0, SMALL)
KNOWN: dict[str, Interval] = {
    "int_value": (1 - SMALL, SMALL - 1), "size": LENGTH, "str_len": LENGTH, "dict_len": LENGTH, "set_len": LENGTH, "bytearray_len": LENGTH,
    "ndarray_size": (0, MAX), "bytes_item": (0, 255), "bytearray_item": (0, 255), "array_get_i32": (-(2**31), 2**31 - 1), "i1_to_i64": (0, 1),
}  # fmt: skip
"""Results that are never outside."""

EXACT = {"i64_add": "i64_add_wrap", "i64_sub": "i64_sub_wrap"}
INVERSE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
ROUNDS = 1
"""So often may an interval grow by what was found."""


def run(fn: Function) -> bool:
    """Finds intervals, then drops checks."""
    if not any(instr.op in EXACT or instr.op == "index" for block in fn.blocks for instr in block.instrs):
        return False
    ranges = _Ranges(fn)
    ranges.solve()
    changed = False
    for block in ranges.doms.order:
        changed |= ranges.walk(block, drop=True)
    return changed


class _Ranges:
    def __init__(self, fn: Function) -> None:
        self.doms = Dominators(fn)
        self.before = predecessors(fn)
        self.of: dict[Value, Interval] = {}
        self.grown: dict[Value, int] = {}
        self.makers: dict[Value, Instr] = {}
        self.narrow: dict[int, dict[Value, Interval]] = {}
        """What tests before the end of a block have found, by its id."""
        self.passed: dict[Value, list[tuple[Block, Value]]] = {}
        for block in self.doms.order:
            for edge in block.instrs[-1].targets:
                for param, value in zip(edge.block.params, edge.args, strict=True):
                    self.passed.setdefault(param, []).append((block, value))

    def solve(self) -> None:
        """Goes over the blocks until no interval grows."""
        growing = True
        while growing:
            growing = False
            for block in self.doms.order:
                growing |= self._join(block)
                growing |= self.walk(block)

    def _join(self, block: Block) -> bool:
        grows = False
        for param in block.params:
            if param.repr == "i64":
                ways = [self._at(value, self.narrow.get(way.id, {})) for way, value in self.passed[param] if value in self.of]
                if ways:
                    grows |= self._put(param, (min(low for low, _ in ways), max(high for _, high in ways)))
        return grows

    def _at(self, value: Value, narrow: dict[Value, Interval]) -> Interval:
        low, high = self.of.get(value, ALL)
        if value in narrow:
            low, high = max(low, narrow[value][0]), min(high, narrow[value][1])
        return low, high

    def _put(self, value: Value, found: Interval) -> bool:
        """Notes an interval; true if it is larger than before."""
        if value not in self.of:
            self.of[value] = found
            return True
        low, high = self.of[value]
        if low <= found[0] and found[1] <= high:
            return False
        self.grown[value] = self.grown.get(value, 0) + 1
        far = self.grown[value] > ROUNDS
        self.of[value] = (low if low <= found[0] else MIN if far else found[0], high if found[1] <= high else MAX if far else found[1])
        return True

    def walk(self, block: Block, drop: bool = False) -> bool:
        """The intervals of a block's results; true if one has grown. `drop`: they are final; true if a check went."""
        parent = self.doms.parent(block)
        narrow = dict(self.narrow[parent.id]) if parent else {}
        self._enter(block, narrow)
        changed = False
        for instr in block.instrs:
            if instr.result is not None:
                self.makers[instr.result] = instr
            if drop:
                changed |= self._drop(instr, narrow)
            elif instr.result is not None and instr.result.repr == "i64":
                changed |= self._put(instr.result, self._result(instr, narrow))
            if instr.op == "guard":
                self._learn(instr.args[0], True, narrow)
        self.narrow[block.id] = narrow
        return changed

    def _enter(self, block: Block, narrow: dict[Value, Interval]) -> None:
        """What the branch that leads here, and nothing else does, has found."""
        ways = self.before[block.id]
        if len(ways) == 1 and ways[0].instrs[-1].op == "branch":
            last = ways[0].instrs[-1]
            self._learn(last.args[0], last.targets[0].block is block, narrow)

    def _learn(self, condition: Value, holds: bool, narrow: dict[Value, Interval]) -> None:
        maker = self.makers.get(condition)
        if maker is None:
            return
        if maker.op == "not":
            self._learn(maker.args[0], not holds, narrow)
        elif maker.op == "i64_within" and holds:
            self._narrow(maker.args[0], (-maker.attrs["limit"], maker.attrs["limit"]), narrow)
        elif maker.op == "i64_compare":
            x, y = maker.args
            self._compared(x, y, maker.attrs["pred"] if holds else INVERSE[maker.attrs["pred"]], narrow)

    def _compared(self, x: Value, y: Value, pred: str, narrow: dict[Value, Interval]) -> None:
        (low_x, high_x), (low_y, high_y) = self._at(x, narrow), self._at(y, narrow)
        strict = pred in ("<", ">")
        if pred in ("<", "<="):
            self._narrow(x, (MIN, max(high_y - strict, MIN)), narrow)
            self._narrow(y, (min(low_x + strict, MAX), MAX), narrow)
        elif pred in (">", ">="):
            self._narrow(x, (min(low_y + strict, MAX), MAX), narrow)
            self._narrow(y, (MIN, max(high_x - strict, MIN)), narrow)
        elif pred == "==":
            self._narrow(x, (low_y, high_y), narrow)
            self._narrow(y, (low_x, high_x), narrow)

    def _narrow(self, value: Value, found: Interval, narrow: dict[Value, Interval]) -> None:
        low, high = narrow.get(value, ALL)
        narrow[value] = (max(low, found[0]), min(high, found[1]))

    def _result(self, instr: Instr, narrow: dict[Value, Interval]) -> Interval:
        if instr.op in KNOWN:
            return KNOWN[instr.op]
        if instr.op == "const_i64":
            return instr.attrs["value"], instr.attrs["value"]
        if len(instr.args) != 2:
            return ALL
        (low_x, high_x), (low_y, high_y) = (self._at(value, narrow) for value in instr.args)
        low, high = ALL
        match instr.op:
            case "i64_add" | "i64_add_wrap":
                low, high = low_x + low_y, high_x + high_y
            case "i64_sub" | "i64_sub_wrap":
                low, high = low_x - high_y, high_x - low_y
            case "i64_mul":
                products = [a * b for a in (low_x, high_x) for b in (low_y, high_y)]
                low, high = min(products), max(products)
            case "index" | "plain_index":
                low, high = 0, high_y - 1
            case "i64_and" if low_x >= 0 or low_y >= 0:
                low, high = 0, min(high for low, high in ((low_x, high_x), (low_y, high_y)) if low >= 0)
            case "i64_mod" if low_y > 0:
                low, high = 0, high_y - 1
            case "i64_floordiv" | "i64_shr" if low_x >= 0 and low_y >= 0:
                low, high = 0, high_x
        return (max(low, MIN), min(high, MAX)) if low <= high else ALL

    def _drop(self, instr: Instr, narrow: dict[Value, Interval]) -> bool:
        """Makes an instruction one without a check that never fails."""
        if instr.op in EXACT:
            (low_x, high_x), (low_y, high_y) = (self._at(value, narrow) for value in instr.args)
            low, high = (low_x + low_y, high_x + high_y) if instr.op == "i64_add" else (low_x - high_y, high_x - low_y)
            if low >= MIN and high <= MAX:
                instr.op, instr.state = EXACT[instr.op], None
                return True
        elif instr.op == "index" and self._at(instr.args[0], narrow)[0] >= 0 and self.makers.get(instr.args[0], instr).op != "const_i64":
            instr.op = "plain_index"
            return True
        elif instr.op == "i64_compare":
            decided = _decided(instr.attrs["pred"], *(self._at(value, narrow) for value in instr.args))
            if decided is not None:
                instr.op, instr.args, instr.attrs = "const_i1", [], {"value": decided}
                return True
        return False


def _decided(pred: str, x: Interval, y: Interval) -> bool | None:
    if pred in (">", ">=", "!="):
        opposite = _decided(INVERSE[pred], x, y)
        return None if opposite is None else not opposite
    if pred == "==":
        return False if x[1] < y[0] or y[1] < x[0] else None
    if x[1] < y[0] or (pred == "<=" and x[1] == y[0]):
        return True
    return False if x[0] > y[1] or (pred == "<" and x[0] == y[1]) else None
