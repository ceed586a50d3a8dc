"""Functions that share one code object but not their globals: a module's code that is executed several times, functions made of another's code."""

import types

SOURCE = """
def helper(n):
    return n * FACTOR

def total(n):
    result = 0
    for i in range(n):
        result += helper(i) + FACTOR
    return result

def count(n):
    global done
    for i in range(n):
        done = done + FACTOR
    return done

def items(n):
    for i in range(n):
        yield i * FACTOR

def listed(n):
    return [i + FACTOR for i in range(n)]

def recursive(n):
    return FACTOR if n == 0 else recursive(n - 1) + FACTOR

class Thing:
    def scaled(self, n):
        return n * FACTOR + len(str(n))
"""


def number():
    return K


def twice(n):
    return K if n == 0 else twice(n - 1) + other(n - 1)


K = 1
number_there = types.FunctionType(number.__code__, {"K": 100})
other = types.FunctionType(twice.__code__, {"K": 100, "twice": twice})
other.__globals__["other"] = other


def both():
    return number() * 1000 + number_there()


def executed():
    code = compile(SOURCE, "source", "exec")
    spaces = []
    for factor in (1, 10, 2.5):
        space = {"FACTOR": factor, "done": 0}
        exec(code, space)
        spaces.append(space)
        for _ in range(120):
            thing = space["Thing"]()
            last = space["total"](30), space["count"](20), sum(space["items"](20)), space["listed"](4), space["recursive"](9), thing.scaled(11)
        print(factor, last)
    for _ in range(60):
        last = [(space["total"](30), space["count"](20), sum(space["items"](20)), space["listed"](4), space["recursive"](9)) for space in spaces]
    print(last, [space["done"] for space in spaces])
    generators = [space["items"](6) for space in spaces]
    print([next(generator) for _ in range(5) for generator in generators])


def made():
    for _ in range(200):
        last = both(), number(), number_there(), twice(6), other(6)
    print(last)
    other.__globals__["K"] = 1000
    number_there.__globals__["K"] = 2000
    for _ in range(200):
        last = both(), number(), number_there(), twice(6), other(6)
    print(last)


def other_builtins():
    """The same globals, too, but other builtins when the second function was made."""
    space = {"__builtins__": {"len": len}}
    code = compile("def size(x):\n    return len(x) + 1\n", "source", "exec")
    exec(code, space)
    first = space["size"]
    for _ in range(200):
        first([1, 2])
    space["__builtins__"] = {"len": lambda x: 40}
    exec(code, space)
    second = space["size"]
    for _ in range(200):
        last = first([1, 2]), second([1, 2])
    print(last, first.__code__ is second.__code__)


def gone():
    global K
    del K
    for function in (number, twice, number_there, other):
        try:
            print(function(*[3] * function.__code__.co_argcount))
        except NameError as error:
            print(error)


executed()
made()
other_builtins()
gone()
