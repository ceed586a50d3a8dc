"""Programs at random, from a seed: functions, generators and coroutines over the features that tierup compiles, and a driver that prints all that can be seen of them.

Variables carry the type they are meant to have in their names (i0: int, x0: float, s0: str, l0: list, d0: dict, v0: instance, t0: tuple), so most operations
work and loops get hot; now and then the wrong one is taken, arguments change their types late, and hooks change globals and classes in the middle of a loop.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

PRELUDE = (Path(__file__).parent / "prelude.txt").read_text()
KINDS = "ixsldvt"
RETURNED = re.compile(r"\breturn .*")
WRONG = 0.006
"""The share of operands that have another type than they should."""

HOOKS = (
    "globals().update(GI=GI + 1)",
    "globals().update(GI=2.5)",
    "globals().update(GI=7)",
    "globals().update(helper=other_helper)",
    "setattr(Vec, 'scale', lambda self, k: Vec(k, self.y))",
    "setattr(Vec, 'limit', Vec.limit + 1)",
    "setattr(Sub, '__add__', lambda self, other: Vec(0, other.y))",
    "setattr(Vec, '__len__', lambda self: 4)",
    "setattr(helper, '__code__', other_helper.__code__)",
    "setattr(helper, '__defaults__', (5,))",
    "setattr(Vec, 'norm', property(lambda self: 1.5))",
    "globals().update(len=lambda x: 3)",
    "globals().pop('len', None)",
    "gc.collect()",
    "setattr(Vec, '__call__', lambda self, k, other=1: other)",
    "setattr(Steps, '__next__', Steps.other)",
)

GROUPS = ("except* ValueError as e:", "except* (KeyError, TypeError) as e:", "except* LookupError:", "except* Exception as e:", "except* ArithmeticError:")
CLAUSES = ("except (TypeError, ValueError) as e:", "except ArithmeticError:", "except LookupError as e:", "except Exception as e:", "except AttributeError:")
RAISED = (
    "ValueError(i0)",
    "KeyError",
    "ZeroDivisionError('z')",
    "IndexError(i1) from ValueError(i0)",
    "StopIteration(i0)",
    "Failure(i0)",
    "ExceptionGroup('g', [ValueError(i0), KeyError(i1)])",
)
PATTERNS = (
    "0 | 1", "int(i1)", "float(x1)", "str(s1)", "[i1, i0]", "[i1, *l1]", "(i0, float(x0))", "{0: i1, **d1}", "{1: i1}", "Vec(x=i0, y=i1)", "Vec(limit=5, x=i0)",
    "Slotted(x=i1)", "[]", "None | True", "[Vec(), *_]", "int(i0) | float(i0)",
)  # fmt: skip

TURNS = (
    "for i1 in range(i0 & 15):",
    "for i1 in l0:",
    "for i1 in (1, 2, x0):",
    "for i1, x0 in zip(l0, (1.5, 2, 3.5)):",
    "while (i0 := (i0 & 15) - 1) > 0:",
    "for q in [i0, 2, 3]:",
)
STEPS = (
    "{y}", "{y}", "{y}", "i1 += i0", "x0 = x0 * 2 + i1", "i0 += 1", "i0 = (i0 + i1) & 15", "l0 = l0[1:]", "if i1 & 1: {y}", "if i1 > 5: return", "if i1 == 3: raise KeyError(i1)",
    "a0 = Loud(i1)", "a0 = None", "v0 = Vec(i1, x0); i1 = v0.x", "tick(1)", "i0 = ({y}) or 2", "if i1 == 4: del x0", "i1 = str(i1)", "x0 = helper(i1)", "i1 = len(l0)",
    "i1 = GI", "look()", "try: {y}\n        finally: print('   closed', i0)", "with Manager(i1) as i1: {y}", "if i1 == 2: raise StopIteration(i1)",
)  # fmt: skip
"""Of small generators that loops go over: their loop, and what it does."""
YIELDED = {"y": ("yield i1", "yield i1", "yield i1 + i0", "yield x0", "yield -i1"), "z": ("yield i1, x0", "yield i0, i1", "yield i1, [i0]", "yield l0[:2]")}


class Writer:
    """Writes one program; `depth` limits how deep expressions and blocks are nested."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lines: list[str] = []
        self.functions: list[str] = []
        self.generators: list[str] = []
        self.small: list[str] = []
        self.loops = 0
        self.coroutines: list[str] = []
        self.async_generators: list[str] = []
        self.yields = self.awaits = self.outside = False
        """Is it a generator that is being written, a coroutine, code outside of functions?"""
        self.in_loop = False

    # -- expressions ---------------------------------------------------------------------------------------

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def variable(self, kind: str) -> str:
        if self.chance(WRONG):
            kind = self.random.choice(KINDS)
        return f"{kind}{self.random.randrange(2)}"

    def expression(self, kind: str, depth: int = 3) -> str:
        if depth <= 0 or self.chance(0.2):
            return self.variable(kind) if self.chance(0.7) else self.constant(kind)
        if self.chance(0.04):
            return f"tick({self.expression(kind, depth - 1)})"
        if self.chance(0.05):
            return f"({self.expression(kind, depth - 1)} if {self.condition(depth - 1)} else {self.expression(kind, depth - 1)})"
        write: Callable[[int], str] = getattr(self, f"_{kind}")
        return write(depth - 1)

    def constant(self, kind: str) -> str:
        pick = self.random.choice
        return {
            "i": lambda: pick(["0", "1", "2", "3", "7", "-1", "-5", "255", "1000", "GI", "2**31", "2**62", "-2**63", "True"]),
            "x": lambda: pick(["0.0", "1.5", "-2.25", "1e10", "0.1", "GX", "1e308"]),
            "s": lambda: pick(["''", "'a'", "'bc'", "'x' * 3", "GS", "'\\xe9'"]),
            "l": lambda: pick(["[]", "[1]", "[1, 2, 3]", "list(range(5))", "[0] * 4"]),
            "d": lambda: pick(["{}", "{1: 2}", "{0: 1, 1: 5}", "dict.fromkeys(range(3), 0)"]),
            "v": lambda: pick(["Vec(1, 2)", "Sub(2, 3)", "Slotted(4, 5)", "GV"]),
            "t": lambda: pick(["()", "(1,)", "(1, 2)", "(1, 2, 3)", "(1, 'a')"]),
        }[kind]()

    def _i(self, d: int) -> str:
        i, e = (lambda: self.expression("i", d)), self.expression
        choices: list[Callable[[], str]] = [
            lambda: f"({i()} {self.random.choice(['+', '-', '*', '&', '|', '^'])} {i()})",
            lambda: f"({i()} {self.random.choice(['//', '%'])} {i()})",
            lambda: f"({i()} {self.random.choice(['<<', '>>'])} ({i()} & 7))",
            lambda: f"({i()} % {self.random.choice(['7', '13', '1000', '65536'])})",
            lambda: f"-{i()}", lambda: f"~{i()}", lambda: f"abs({i()})",
            lambda: f"len({e(self.random.choice('sldtv'), d)})",
            lambda: f"{self.random.choice(['min', 'max'])}({i()}, {i()})",
            lambda: f"{e('l', d)}[{i()}]", lambda: f"{e('d', d)}.get({i()}, {i()})", lambda: f"{e('d', d)}[{i()} & 1]", lambda: f"{e('t', d)}[0]",
            lambda: f"{e('v', d)}.{self.random.choice(['x', 'y', 'limit'])}",
            lambda: f"{e('v', d)}[{i()} & 1]", lambda: f"helper({i()})", lambda: f"helper({i()}, {i()})", lambda: f"helper({i()}, k={i()})",
            lambda: f"int({e('x', d)})", lambda: f"sum({e('l', d)})", lambda: f"(lambda q: q + {i()})({i()})",
            lambda: f"sum(q * {i()} for q in {e('l', d)})", lambda: f"{e('v', d)}.total({i()})", lambda: f"ord({e('s', d)}[0])",
            lambda: f"({self.condition(d)}) + 1", lambda: self.call(d),
            lambda: f"{e('v', d)}({i()})",
        ]  # fmt: skip
        return self.random.choice(choices)()

    def call(self, d: int) -> str:
        if not self.functions or (self.in_loop and self.chance(0.5)):
            return f"helper({self.expression('i', d)})"
        return f"{self.random.choice(self.functions)}({self.expression('i', d)}, {self.expression('x', d)}, {self.expression('l', d)})[0]"

    def _x(self, d: int) -> str:
        e = self.expression
        return self.random.choice([
            lambda: f"({e('x', d)} {self.random.choice(['+', '-', '*', '/'])} {e('x', d)})",
            lambda: f"({e('x', d)} {self.random.choice(['+', '-', '*', '/', '//', '%'])} {e('i', d)})",
            lambda: f"({e('i', d)} / {e('i', d)})", lambda: f"float({e('i', d)})", lambda: f"abs({e('x', d)})", lambda: f"-{e('x', d)}",
            lambda: f"math.sqrt(abs({e('x', d)}))", lambda: f"{e('v', d)}.norm", lambda: f"round({e('x', d)}, 2)",
        ])()  # fmt: skip

    def _s(self, d: int) -> str:
        e = self.expression
        return self.random.choice([
            lambda: f"({e('s', d)} + {e('s', d)})[:20]", lambda: f"str({e(self.random.choice('ixt'), d)})[:9]", lambda: f"{e('s', d)}[{e('i', d)}:]",
            lambda: "f'{" + self.variable("i") + "}-{" + self.variable("x") + ":.3g}'", lambda: f"{e('s', d)}.upper()", lambda: f"'-'.join([{e('s', d)}, {e('s', d)}])",
            lambda: f"{e('s', d)}.replace('a', {e('s', d)})[:20]", lambda: f"{e('s', d)}[::-1]", lambda: f"('%s' % {e('i', d)})[:9]",
        ])()  # fmt: skip

    def _l(self, d: int) -> str:
        e = self.expression
        return self.random.choice([
            lambda: f"[{e('i', d)}, {e('i', d)}]", lambda: f"{e('l', d)}[{e('i', d)}:{e('i', d)}]", lambda: f"[q + {e('i', d)} for q in {e('l', d)} if q != {e('i', d)}]",
            lambda: f"sorted({e('l', d)})", lambda: f"list({e('t', d)})", lambda: f"({e('l', d)} + {e('l', d)})[:9]", lambda: f"{e('l', d)}[::-1]",
            lambda: f"list(map(helper, {e('l', d)}))", lambda: f"[*{e('t', d)}, {e('i', d)}]", lambda: self.generated(d),
        ])()  # fmt: skip

    def generated(self, d: int) -> str:
        if not self.generators:
            return f"list(range({self.expression('i', d)} & 7))"
        return f"list({self.random.choice(self.generators)}({self.expression('i', d)}, {self.expression('x', d)}, {self.expression('l', d)}))[:9]"

    def _d(self, d: int) -> str:
        e = self.expression
        return self.random.choice([
            lambda: "{" + f"{e('i', d)}: {e('i', d)}, 1: {e('i', d)}" + "}", lambda: "{q: q for q in " + e("l", d) + "}", lambda: f"dict({e('d', d)})",
            lambda: "{**" + e("d", d) + ", 0: " + e("i", d) + "}",
        ])()  # fmt: skip

    def _v(self, d: int) -> str:
        e = self.expression
        return self.random.choice([
            lambda: f"({e('v', d)} + {e('v', d)})", lambda: f"{e('v', d)}.scale({e('i', d)})", lambda: f"Vec({e('i', d)}, {e('x', d)})", lambda: f"Sub(y={e('i', d)}, x=2)",
            lambda: f"{e('v', d)} * {e('i', d)}", lambda: f"Slotted({e('i', d)}, {e('i', d)})",
        ])()  # fmt: skip

    def _t(self, d: int) -> str:
        e = self.expression
        return self.random.choice([
            lambda: f"({e('i', d)}, {e('x', d)})", lambda: f"tuple({e('l', d)})", lambda: f"({e('i', d)}, *{e('t', d)})[:4]", lambda: f"divmod({e('i', d)}, {e('i', d)})",
        ])()  # fmt: skip

    def condition(self, d: int = 2) -> str:
        e, pick = self.expression, self.random.choice
        return pick([
            lambda: f"{e('i', d)} {pick(['<', '<=', '==', '!=', '>', '>='])} {e('i', d)}", lambda: f"{e('x', d)} {pick(['<', '>', '=='])} {e('x', d)}",
            lambda: f"{e('i', d)} {pick(['in', 'not in'])} {e(pick('ldt'), d)}", lambda: f"{e('s', d)} {pick(['==', '<', 'in'])} {e('s', d)}",
            lambda: f"{e(pick('vils'), d)} is {pick(['None', 'not None'])}", lambda: e(pick("isldv"), d), lambda: f"isinstance({e(pick('ixv'), d)}, {pick(['int', 'Vec', '(Sub, float)'])})",
            lambda: f"not {e('i', d)}", lambda: f"{e('i', d)} < {e('i', d)} < {e('i', d)}", lambda: f"({e('i', d)} and {e('s', d)} or {e('l', d)})",
            lambda: f"type({e('v', d)}) is Vec", lambda: f"any(q > {e('i', d)} for q in {e('l', d)})",
        ])()  # fmt: skip

    # -- statements ----------------------------------------------------------------------------------------

    def put(self, indent: int, text: str) -> None:
        self.lines.append("    " * indent + text)

    def block(self, indent: int, depth: int) -> None:
        for _ in range(self.random.randint(1, 4)):
            self.statement(indent, depth)

    def statement(self, indent: int, depth: int) -> None:
        simple, nested = (self.assign, self.update, self.store, self.odd), (self.branch, self.loop, self.protected, self.protected, self.loop, self.matching)
        simple += (self.asynchronous,) * (3 * self.awaits)
        write = self.random.choice(nested) if depth > 0 and self.chance(0.35) else self.random.choice(simple)
        write(indent, depth)

    def assign(self, indent: int, depth: int) -> None:
        kind = self.random.choice(KINDS)
        self.put(indent, f"{kind}{self.random.randrange(2)} = {self.expression(kind)}")

    def update(self, indent: int, depth: int) -> None:
        if self.chance(0.7):
            self.put(indent, f"{self.variable('i')} {self.random.choice(['+=', '-=', '^=', '*=', '%=', '//='])} {self.expression('i', 2)}")
        else:
            self.put(indent, f"{self.variable('x')} {self.random.choice(['+=', '-=', '*=', '/='])} {self.expression('x', 2)}")

    def store(self, indent: int, depth: int) -> None:
        e = self.expression
        self.put(indent, self.random.choice([
            lambda: f"{self.variable('l')}[{e('i', 1)}] = {e('i', 2)}", lambda: f"{self.variable('l')}.append({e('i', 2)})", lambda: f"{self.variable('d')}[{e('i', 1)}] = {e('i', 2)}",
            lambda: f"{self.variable('v')}.{self.random.choice(['x', 'y', 'extra'])} = {e('i', 2)}", lambda: f"{self.variable('l')}[{e('i', 1)}:{e('i', 1)}] = {e('l', 1)}[:3]",
            lambda: f"{self.variable('v')}[{e('i', 1)} & 1] = {e('i', 2)}", lambda: f"{self.variable('l')}[0] += {e('i', 2)}", lambda: f"{self.variable('v')}.x += {e('i', 2)}",
            lambda: f"{self.variable('l')}.pop()", lambda: f"i0, i1 = i1, {e('i', 2)}", lambda: f"i0, x0 = {e('t', 2)}", lambda: f"i0, *l0 = {e('l', 2)}",
            lambda: f"del {self.variable('l')}[{e('i', 1)}]", lambda: f"{self.variable('d')}.pop({e('i', 1)}, None)",
        ])())  # fmt: skip

    def asynchronous(self, indent: int, depth: int) -> None:
        e = self.expression
        self.put(indent, self.random.choice([
            lambda: f"await Pause({e('i', 1)})", lambda: f"i1 = await Pause({e('i', 1)})", lambda: f"l1 = [q async for q in {self.asynchronously(1)} if q != {e('i', 1)}][:9]",
            lambda: f"i1 = await anext(ag, {e('i', 1)})", lambda: f"ag = counted({e('i', 1)} & 3)", lambda: f"i1 = await ag.asend({self.random.choice(['None', 'i0'])})", lambda: "await ag.aclose()",
            lambda: "await ag.athrow(ValueError(i0))", lambda: "note((ag.ag_running, ag.ag_await is None, ag.ag_frame is None))", lambda: f"a0 = await {self.awaitable(1)}", lambda: "i1 = await helped(i0)",
        ])())  # fmt: skip

    def asynchronously(self, d: int) -> str:
        e = self.expression
        if self.async_generators and self.chance(0.4):
            return f"{self.random.choice(self.async_generators)}({e('i', d)}, {e('x', d)}, {e('l', d)})"
        return self.random.choice(
            [lambda: f"counted({e('i', d)} & 7)", lambda: f"pausing({e('i', d)} & 3)", lambda: f"Stepping({e('i', d)} & 3)", lambda: f"passed({e('i', d)} & 7)"]
        )()

    def awaitable(self, d: int) -> str:
        if not self.coroutines or (self.in_loop and self.chance(0.5)):
            return f"helped({self.expression('i', d)})"
        return f"{self.random.choice(self.coroutines)}({self.expression('i', d)}, {self.expression('x', d)}, {self.expression('l', d)})"

    def odd(self, indent: int, depth: int) -> None:
        e = self.expression
        self.put(indent, self.random.choice([
            lambda: f"tick({e(self.random.choice(KINDS), 1)})", lambda: f"note({self.variable(self.random.choice(KINDS))})", lambda: "a0 = Loud(i0)", lambda: "a0 = None",
            lambda: f"l0 = [Loud('item'), {e('i', 1)}]; l0 = l1", lambda: f"assert {self.condition(1)}, 'no'", lambda: f"if {self.condition(1)}: raise ValueError({self.variable('i')})",
            lambda: f"yield {e(self.random.choice('ist'), 2)}" if self.yields else "pass", lambda: f"if {self.condition(1)}: {'break' if self.in_loop else 'pass'}",
            lambda: f"if {self.condition(1)}: {'continue' if self.in_loop else 'pass'}", lambda: "pass" if self.outside else f"if {self.condition(1)}: return {e('i', 1)}, 'early'",
            lambda: f"f0 = lambda q, r={e('i', 1)}: q + r + i0; i1 = f0({e('i', 1)})", lambda: "pass" if self.outside else "look()", lambda: "del a0; a0 = 1", lambda: f"v0 = v1 = {e('v', 1)}",
            lambda: f"def h0(q, k=2): return q % 7 + k\n{'    ' * indent}i1 = h0(i0) + h0(i1, k={e('i', 1)})", lambda: "l1 = [lambda q: q + 1, helper, lambda q: -q]; i1 = l1[i0 % 3](i1)",
            lambda: f"i0 = yield {e('i', 1)}" if self.yields else "pass", lambda: f"yield from {self.generated(1)}" if self.yields and not self.awaits else "pass",
        ])())  # fmt: skip

    def branch(self, indent: int, depth: int) -> None:
        self.put(indent, f"if {self.condition()}:")
        self.block(indent + 1, depth - 1)
        if self.chance(0.6):
            self.put(indent, "else:")
            self.block(indent + 1, depth - 1)

    def loop(self, indent: int, depth: int) -> None:
        e, outer = self.expression, self.in_loop
        self.loops += 1
        count = f"n{self.loops}"
        self.put(indent, f"{count} = 0")
        header = self.random.choice([
            f"for i0 in range({self.random.choice([5, 12, 30])}):", f"for i1 in {e('l', 2)}:", f"for i0, i1 in enumerate({e('l', 2)}):", f"for i1 in {e('d', 1)}:",
            f"for i0, i1 in zip({e('l', 1)}, {e('l', 1)}):", f"for s0 in {e('s', 1)}:", f"while {self.condition(1)}:", f"for i0, i1 in {e('d', 1)}.items():",
            f"for i0 in range({e('i', 1)} & 15, -3, -2):", f"for x0 in {e('v', 1)}:", f"for i0 in {self.generated(1)}:",
            f"for i0 in {self.random.choice(['Steps', 'Steps', 'Noisy'])}({e('i', 1)} & 15):", f"for i0 in ({e('i', 1)} for q in {e('l', 1)}):",
        ])  # fmt: skip
        if self.small and self.chance(0.4):
            name = self.random.choice(self.small)
            header = f"for {'i0' if name[0] == 'y' else 'i0, x1'} in {name}({e('i', 1)}, {e('x', 1)}, {e('l', 1)}):"
        if self.awaits and self.chance(0.4):
            header = f"async for i0 in {self.asynchronously(2)}:"
        self.put(indent, header)
        self.put(indent + 1, f"{count} += 1")
        self.put(indent + 1, f"if {count} > 25 or spent(): break")
        self.in_loop = True
        self.block(indent + 1, depth - 1)
        self.in_loop = outer
        if self.chance(0.15):
            self.put(indent, "else:")
            self.put(indent + 1, "note(i0)")

    def protected(self, indent: int, depth: int) -> None:
        if self.chance(0.3):
            second = f", Manager({self.variable('i')})" if self.chance(0.3) else ""
            self.put(indent, f"{'async ' if self.awaits and self.chance(0.5) else ''}with Manager({self.variable('i')}) as i0{second}:")
            self.block(indent + 1, depth - 1)
            self.raising(indent + 1)
            return
        self.put(indent, "try:")
        self.block(indent + 1, depth - 1)
        self.raising(indent + 1)
        if self.chance(0.2):
            self.groups(indent)
            return
        for clause in self.random.sample(CLAUSES, self.random.choice((0, 1, 1, 1, 2))):
            self.put(indent, clause)
            self.handler(indent + 1, depth, " as e:" in clause)
        self.last_clauses(indent, depth)

    def groups(self, indent: int) -> None:
        """except*: nothing may leave the handlers but what they raise."""
        for clause in self.random.sample(GROUPS, self.random.choice((1, 1, 2))):
            self.put(indent, clause)
            if " as e:" in clause and self.chance(0.5):
                self.put(
                    indent + 1,
                    self.random.choice(["note(e)", "note(e.exceptions[0].args)", "a0 = e", "note(sys.exc_info()[1] is e)", "i1 = len(e.exceptions)"]),
                )
            if self.awaits and self.chance(0.3):
                self.put(indent + 1, "await Pause(i1)")
            self.put(
                indent + 1,
                self.random.choice(["note(i0)", "i0 = 1", "raise", "raise KeyError(1) from None", "raise TypeError(i1)", "handled()", "i1 += 1", "tick(1)"]),
            )

    def raising(self, indent: int) -> None:
        """Something that raises now and then, or often."""
        if self.chance(0.5):
            self.put(indent, f"if {self.condition(1)}: raise {self.random.choice(RAISED)}")
        elif self.chance(0.3):
            self.put(
                indent, self.random.choice(["i1 = d0[i0]", "i1 = l0[i0]", "i1 = int(s0)", "i1 += i0 // (i0 & 1)", "i1 = next(iter(t0))", "x0 = v0.absent"])
            )

    def handler(self, indent: int, depth: int, named: bool) -> None:
        end = self.random.choice(
            ["", "", "", "raise", "raise KeyError(1) from None", "raise TypeError(i1)", "handled()", "continue", "break", "return i1, 'handled'"]
        )
        if end in ("continue", "break") and not self.in_loop:
            end = ""
        if named and self.chance(0.5):
            self.put(indent, self.random.choice(["note(e.args)", "note(type(e.__context__))", "a0 = e", "note(e.__traceback__.tb_lineno)", "i1 = len(e.args)"]))
        if self.chance(0.4):
            self.block(indent, depth - 1)
        self.put(indent, end or self.random.choice(["note(i0)", "i0 = 1", "note(type(sys.exc_info()[1]))", "i1 += 1", "pass"]))

    def last_clauses(self, indent: int, depth: int) -> None:
        """else and finally, which a try without except needs."""
        start = max(number for number, line in enumerate(self.lines) if line == "    " * indent + "try:")
        bare = not any(line.startswith("    " * indent + "except") for line in self.lines[start:])
        if not bare and self.chance(0.15):
            self.put(indent, "else:")
            self.block(indent + 1, depth - 1)
        if bare or self.chance(0.3):
            self.put(indent, "finally:")
            if self.chance(0.3):
                self.block(indent + 1, depth - 1)
            self.put(
                indent + 1,
                self.random.choice(["note(i1)", "i1 = 5", "tick(1)", "handled()", "i1 += 1", "break" if self.in_loop else "i1 = 7", "return i1, 'finally'"]),
            )

    def matching(self, indent: int, depth: int) -> None:
        self.put(indent, f"match {self.expression(self.random.choice(KINDS), 2)}:")
        for pattern in self.random.sample(PATTERNS, self.random.randint(1, 4)):
            self.put(indent + 1, f"case {pattern}{f' if {self.condition(1)}' if self.chance(0.3) else ''}:")
            self.block(indent + 2, depth - 1)

    # -- the program ---------------------------------------------------------------------------------------

    def function(self, name: str) -> None:
        self.yields, self.awaits, self.in_loop, self.loops = name[0] in "ga", name[0] in "ca", False, 0
        start = len(self.lines)
        self.put(0, f"{'async ' if self.awaits else ''}def {name}(i0, x0, l0, v0=GV, s0='ab', *rest):")
        self.put(1, f"i1, x1, l1, d0, d1 = {self.random.choice('0123')}, 0.5, [4, 5, 6], {{1: 2}}, {{}}")
        self.put(1, "t0, t1, s1, v1, a0 = (1, 2), (3,), 'q', Vec(3, 4), None")
        if self.awaits:
            self.put(1, "ag = counted(3)")
        if self.yields:
            self.put(1, "yield i0")
        self.loop(1, 2)
        self.block(1, 2)
        self.put(1, f"return {self.expression('i', 2)}, {self.expression(self.random.choice(KINDS), 2)}, i0, i1, x0, l0")
        self.put(0, "")
        if name[0] == "a":  # these return nothing
            self.lines[start:] = [RETURNED.sub("return", line) for line in self.lines[start:]]

    def small_generator(self, name: str) -> None:
        """One that may go in line; those that yield pairs have another name. It may go over another one."""
        self.put(0, f"def {name}(i0, x0, l0=(7, 8)):")
        self.put(1, "i1, a0 = 1, None")
        others = [f"for i1 in {other}(i0, x0, l0):" for other in self.small if other[0] == "y"]
        for _ in range(self.random.choice((1, 1, 1, 2))):
            self.put(1, self.random.choice([*TURNS, *others]))
            for _ in range(self.random.randint(1, 4)):
                self.put(2, self.random.choice(STEPS).format(y=self.random.choice(YIELDED[name[0]])))
        self.put(1, self.random.choice(YIELDED[name[0]]))

    def module(self, name: str) -> None:
        """Code outside of functions, whose names are globals. The variables get their first values from those who run it."""
        self.yields, self.awaits, self.in_loop, self.loops, self.outside = False, False, False, 0, True
        lines, self.lines = self.lines, []
        self.loop(0, 2)
        self.block(0, 2)
        text, self.lines, self.outside = "\n".join(self.lines), lines, False
        self.put(0, f"{name} = outside(compile({text!r}, {name!r}, 'exec'))")

    def write(self) -> str:
        for number in range(self.random.choice((0, 1, 2, 3))):
            name = f"{self.random.choice('yyz')}{number}"
            self.small_generator(name)
            self.small.append(name)
        for number in range(self.random.randint(1, 3)):
            kind = self.random.choice("ffffggcaa")
            self.function(f"{kind}{number}")
            {"f": self.functions, "g": self.generators, "c": self.coroutines, "a": self.async_generators}[kind].append(f"{kind}{number}")
        if self.chance(0.4):
            self.module("m0")
            self.functions.append("m0")
        hooks = {self.random.randint(3, 400): self.random.choice(HOOKS) for _ in range(self.random.randint(0, 5))}
        self.put(0, "HOOKS.update({" + ", ".join(f"{at}: lambda: {hook}" for at, hook in sorted(hooks.items())) + "})")
        for name in self.functions:
            self.put(0, f"drive({name})")
        for name in self.generators:
            self.put(0, f"drive_generator({name})")
        for name in self.coroutines:
            self.put(0, f"drive_coroutine({name})")
        for name in self.async_generators:
            self.put(0, f"drive_async_generator({name})")
        return PRELUDE + "\n".join(self.lines) + "\n"


def program(seed: int) -> str:
    """The program of this seed."""
    return Writer(seed).write()
