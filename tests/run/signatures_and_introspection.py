"""What introspection says of hot functions: code objects, dis, co_consts, signature, source lines, sizes, equality; before and after."""

import dis
import inspect
import marshal

from _show import attempt


def subject(a, b=2, *rest, c=3, **named):
    """Doc."""
    total = a + b * c
    for i in range(a):
        total += i
    return total, rest, sorted(named)


def facts(function):
    code = function.__code__
    text = [(i.opname, i.argval if not hasattr(i.argval, "co_code") else "code", i.offset, i.starts_line) for i in dis.get_instructions(function)]
    return {
        "signature": str(inspect.signature(function)),
        "consts": code.co_consts,
        "names": (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars),
        "numbers": (code.co_argcount, code.co_stacksize, code.co_flags, code.co_nlocals, len(code.co_code), function.__doc__),
        "text": text,
        "lines": list(code.co_lines())[:6],
        "positions": list(code.co_positions())[:20],
        "marshal": marshal.dumps(code) == marshal.dumps(code.replace()),
        "equal": code == code.replace(),
        "hash": hash(code) == hash(code.replace()),
        "source": inspect.getsource(function)[:30],
    }


before = facts(subject)
for i in range(400):
    result = subject(3, i)
after = facts(subject)
print(result)
for key, value in before.items():
    print(key, value if key != "text" else len(value), "same" if after[key] == value else ("CHANGED", after[key]))
copy = type(subject)(subject.__code__, globals(), "copy", subject.__defaults__)
for i in range(50):
    copied = attempt(copy, 2, i)
print(copied)
copy.__kwdefaults__ = {"c": 10}
print(attempt(copy, 2, 1), subject.__code__ is copy.__code__)
exec(marshal.loads(marshal.dumps(compile("print([x * x for x in range(5)])", "<made>", "exec"))))
namespace = {"__builtins__": {"range": lambda n: [n, n]}}
exec("def f(n):\n    t = 0\n    for i in range(n):\n        t += i\n    return t\n", namespace)
print([namespace["f"](4) for _ in range(30)][-1])
namespace["__builtins__"]["range"] = lambda n: [1]
print(namespace["f"](4))
