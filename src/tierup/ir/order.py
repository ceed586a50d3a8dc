"""Facts about the shape of a function: order of blocks, predecessors, dominators. Computed on demand, never kept over a change."""

from __future__ import annotations

from tierup.ir.graph import Block, Function


def successors(block: Block) -> list[Block]:
    """The blocks that `block` may go to."""
    return [edge.block for edge in block.instrs[-1].targets] if block.instrs else []


def reverse_postorder(fn: Function) -> list[Block]:
    """The reachable blocks, each before its successors except along back edges."""
    seen: set[int] = set()
    done: list[Block] = []
    stack: list[tuple[Block, int]] = [(fn.blocks[0], 0)] if fn.blocks else []
    if stack:
        seen.add(id(fn.blocks[0]))
    while stack:
        block, next_index = stack.pop()
        following = successors(block)
        while next_index < len(following) and id(following[next_index]) in seen:
            next_index += 1
        if next_index < len(following):
            stack.append((block, next_index + 1))
            seen.add(id(following[next_index]))
            stack.append((following[next_index], 0))
        else:
            done.append(block)
    done.reverse()
    return done


def predecessors(fn: Function) -> dict[int, list[Block]]:
    """Block id -> blocks that go to it (once per edge), for all blocks of the function."""
    result: dict[int, list[Block]] = {block.id: [] for block in fn.blocks}
    for block in fn.blocks:
        for target in successors(block):
            result.setdefault(target.id, []).append(block)
    return result


class Dominators:
    """Which blocks every way to a block leads through (Cooper, Harvey, Kennedy: "A simple, fast dominance algorithm")."""

    def __init__(self, fn: Function) -> None:
        self.order = reverse_postorder(fn)
        self.number = {block.id: number for number, block in enumerate(self.order)}
        self.immediate: list[int] = [-1] * len(self.order)
        self._solve(predecessors(fn))

    def _solve(self, before: dict[int, list[Block]]) -> None:
        if not self.order:
            return
        self.immediate[0] = 0
        changed = True
        while changed:
            changed = False
            for number, block in enumerate(self.order[1:], 1):
                new = -1
                for other in before[block.id]:
                    candidate = self.number.get(other.id, -1)
                    if candidate >= 0 and self.immediate[candidate] >= 0:
                        new = candidate if new < 0 else self._common(candidate, new)
                if new != self.immediate[number]:
                    self.immediate[number] = new
                    changed = True

    def _common(self, a: int, b: int) -> int:
        while a != b:
            while a > b:
                a = self.immediate[a]
            while b > a:
                b = self.immediate[b]
        return a

    def reachable(self, block: Block) -> bool:
        """Some way leads from the entry to the block."""
        return block.id in self.number

    def dominates(self, a: Block, b: Block) -> bool:
        """Every way to `b` leads through `a` (true of a == b, and for unreachable `b`)."""
        if b.id not in self.number:
            return True
        if a.id not in self.number:
            return False
        target = self.number[a.id]
        number = self.number[b.id]
        while number > target:
            number = self.immediate[number]
        return number == target

    def parent(self, block: Block) -> Block | None:
        """The immediate dominator; None for the entry."""
        number = self.number[block.id]
        return self.order[self.immediate[number]] if number else None
