"""Code that needs EXTENDED_ARG: many constants, many names, many locals, far jumps; made by exec so that it stays short here."""

from _show import attempt

LOCALS = "\n".join(f"    v{i} = x + {i}" for i in range(300))
SUM = " + ".join(f"v{i}" for i in range(0, 300, 7))
MANY_LOCALS = f"def many_locals(x):\n{LOCALS}\n    return {SUM}, locals()['v299']\n"
CONSTANTS = "def many_constants(x):\n    return [" + ", ".join(f"x + {i}.5" for i in range(300)) + "][::50]\n"
BODY = "\n".join(f"        if x == {i}: out = out + {i} * x - n" for i in range(250))
FAR_JUMPS = f"def far_jumps(x):\n    out = 0\n    n = 0\n    while n < 5:\n        n += 1\n{BODY}\n        if x == 300: continue\n        x = x + 1\n    return out, n\n"
NAMES = "\n".join(f"    total = total + g{i}" for i in range(280))
MANY_NAMES = f"def many_names(x):\n    total = x\n{NAMES}\n    return total\n"
ATTRIBUTES = "\n".join(f"    self.a{i} = x" for i in range(280))
MANY_ATTRIBUTES = f"def many_attributes(self, x):\n{ATTRIBUTES}\n    return self.a0, self.a279\n"
ARGUMENTS = ", ".join(f"p{i}={i}" for i in range(260))
MANY_ARGUMENTS = f"def many_arguments({ARGUMENTS}):\n    return p0, p259, p100 + p200\n"
NESTED = "def nested(x):\n    n = 0\n" + "".join(f"{'    ' * (i + 1)}for i{i} in range(2):\n" for i in range(10)) + "    " * 11 + "n += x\n    return n\n"
namespace = {f"g{i}": i for i in range(280)}
for source in (MANY_LOCALS, CONSTANTS, FAR_JUMPS, MANY_NAMES, MANY_ATTRIBUTES, MANY_ARGUMENTS, NESTED):
    exec(source, namespace)


class Empty:
    pass


for x in [1] * 20 + [2.5, 300, 2**63 - 5, "s", None]:
    for name in ("many_locals", "many_constants", "far_jumps", "many_names", "nested"):
        outcome = attempt(namespace[name], x)
        if x != 1:
            print(name, x, outcome)
    print(attempt(namespace["many_attributes"], Empty(), x))
for i in range(20):
    last = namespace["many_arguments"](i, p259=i * 2)
print(last, attempt(namespace["many_arguments"], p260=1).splitlines()[-1])
