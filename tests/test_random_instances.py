"""Random programs that make small instances, put them into each other and take them apart: the same with compiled code, down to reference counts."""

from __future__ import annotations

import os
import random

import pytest
from programs import FORCE, PLAIN, STRESS, Mode, run

HEAD = """
import gc, sys
gc.disable()  # when cycles go depends on how many objects are made

class Node:
    def __init__(self, value, below=None):
        self.value = value
        self.below = below

    def itself(self):
        return self

    def swap(self):
        self.value, self.below = self.below, self.value
        return self

    def __add__(self, other):
        return Node(self.value, other)

class Sub(Node):
    def __init__(self, value):
        super().__init__(value, 3)
        self.third = value

class Dies:
    count = 0

    def __init__(self, v):
        Dies.count += 1
        self.v = v

    def __del__(self):
        Dies.count -= 1

def kind(x, depth=0):
    if isinstance(x, Node) and depth < 4:
        return type(x).__name__, kind(x.value, depth + 1), kind(x.below, depth + 1), list(x.__dict__)
    return type(x).__name__

def above(x):
    return Node(x, 1).value

def below(x):
    return Node(1, Node(x)).below.value
"""
TAIL = """
for _ in range(4):
    for f in (f0, f1, f2, f3):
        thing = object()
        before = sys.getrefcount(thing)
        try:
            result = f(300, thing)
        except Exception as error:
            result = type(error).__name__, str(error), error.__traceback__.tb_next.tb_lineno
        gc.collect()
        print(f.__name__, result, sys.getrefcount(thing) - before, Dies.count)
"""
NAMES = "abc"


def expression(r: random.Random, depth: int = 0) -> str:
    """Nested up to four levels."""
    name = r.choice(NAMES)
    leaves = [name, name, "thing", "i", "0.5 * i"]
    if depth > 2:
        return r.choice(leaves)
    first, second = expression(r, depth + 1), expression(r, depth + 1)
    made = [f"Node({first}, {second})", f"Node({first})", f"Sub({first})", f"Node({first}).itself()", f"(Node({first}) + {second})"]
    made += [f"above({name})", f"below({name})"]
    return r.choice(leaves + made)


def statement(r: random.Random) -> str:
    name, other, first, second = r.choice(NAMES), r.choice(NAMES), expression(r), expression(r, 1)
    return r.choice([
        *[f"{name} = {first}"] * 4,
        f"{name} = {other}",
        f"if type({name}) is Node: {name}.value = {second}",
        f"if type({name}) is Node: {name} = {name}.below",
        f"if isinstance({name}, Node): {name} = {name}.swap()",
        f"{name}, {other} = {first}, {second}",
        f"if {name} is {other}: total += 1",
        f"if i % 50 == {r.randrange(50)}: {name} = Node(Dies(i), {other})",
        f"if i % 40 == {r.randrange(40)}: found.append(kind({name}))",
        f"if type({name}) is Node and type({name}.value) is int: total += {name}.value",
    ])  # fmt: skip


def program(seed: int) -> str:
    r = random.Random(seed)
    parts = [HEAD]
    for number in range(4):
        lines = [statement(r) for _ in range(r.randrange(4, 12))]
        result = r.choice(["total, kind(a), kind(b), found", "total, found", "kind(Node(a, b)), total"])
        parts += [f"def f{number}(n, thing):", "    a = b = c = None", "    total, found = 0, []", "    for i in range(n):"]
        parts += ["        " + line for line in lines]
        parts += ["        if i % 60 == 0: a = b = c = None", f"    return {result}"]
    return "\n".join([*parts, TAIL])


SEEDS = range(400 if "TIERUP_TEST_ALL" in os.environ else 6)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("how", [FORCE, STRESS[0]], ids=lambda how: how.name)
def test_same_as_plain(how: Mode, seed: int) -> None:
    code = ["-c", program(seed)]
    got, plain = run(how, code), run(PLAIN, code)
    assert "[internal_error]" not in got.stats
    assert (got.stdout, got.stderr, got.code) == (plain.stdout, plain.stderr, plain.code)
