"""Functions that don't fit into one region: what runs most is compiled, the rest is the interpreter's; locals of all kinds go over the border and back."""

import sys
import traceback

ARMS = [
    "total += k * n; last = k",
    "total -= k + n; text = str(k) + text[:5]",
    "half = k / 2; total += int(half) * 3",
    "items.append((k, n)); total += len(items)",
    "pair = items[-1] if items else (0, 0); total += pair[0] + pair[1]",
    "seen[k % 5] = seen.get(k % 5, 0) + 1; total ^= seen[k % 5]",
    "for j in range(3):\n                total += j * k\n            inner = j",
    "try:\n                total += 100 // (k % 4)\n            except ZeroDivisionError as e:\n                total += 1; text = type(e).__name__",
    "try:\n                text.foo\n            except AttributeError:\n                total += 2\n            finally:\n                items = items[-3:]",
    "dropped = k; del dropped",
    "wide = k << 40; total += wide >> 38",
    "other = [x * k for x in (1, 2, 3)]; total += sum(other)",
    "flag = not flag; total += 1 if flag else -1",
    "total = total % 1000003; text = f'{k}:{total}'",
    "with Scope(trace):\n                total += 3",
    "half = half + 0.5 if k % 3 else half; total += half > 2",
]
COUNT = 144


def arm(i):
    return f"        elif k == {i}:\n            {ARMS[i % len(ARMS)]}\n            total += {i}"


BODY = "\n".join(arm(i) for i in range(1, COUNT))
SOURCE = f'''
def machine(program, n, trace):
    total, text, items, seen, flag, half = 0, "", [], {{}}, False, 0.5
    for k in program:
        if k == 0:
            total += 1
{BODY}
        else:
            raise KeyError(k)
        if k == n:
            inner
    return total, text, items, seen, flag, half


def resumed(program, n, trace):
    total, text, items, seen, flag, half = 0, "", [], {{}}, False, 0.5
    for k in program:
        if k == 0:
            total += 1
            got = yield total
            total += got or 0
{BODY}
        else:
            raise KeyError(k)
        if k % 16 == 5:
            yield text
    return total, text, items, seen, flag, half
'''


class Scope:
    def __init__(self, trace):
        self.trace = trace

    def __enter__(self):
        self.trace.append("in")

    def __exit__(self, *error):
        self.trace.append("out")


space = {"Scope": Scope}
exec(compile(SOURCE, "machine.py", "exec"), space)
machine, resumed = space["machine"], space["resumed"]


def mixed(seed, count, among):
    found = []
    for _ in range(count):
        seed = (seed * 1103515245 + 12345) % (1 << 31)
        found.append(among[(seed >> 8) % len(among)])
    return found


hot = [0, 1, 2, 3, 4, 5, 13, 14]
for turn in range(30):
    trace = []
    result = machine(mixed(turn, 60, hot), -1, trace)
print(result[0], result[1], len(trace))
everything = list(range(COUNT))
for turn in range(30):
    trace = []
    result = machine(mixed(turn, 60, everything), -1, trace)
    generator, sent, out = resumed(mixed(turn, 60, everything), -1, trace), None, []
    while True:
        try:
            value = generator.send(sent)
        except StopIteration as stop:
            out.append(stop.value[0])
            break
        sent = value if isinstance(value, int) else None
        out.append(value)
    if turn % 5 == 4:
        print(*result, len(trace), out)
for n, program in ((6, [6, 7, 6]), (9, [1, 9, 3]), (7, [7, 7]), (11, hot * 3 + [11])):
    for _ in range(3):
        try:
            outcome = machine(program, n, [])[0]
        except UnboundLocalError as error:
            traceback.print_exc(file=sys.stdout)
            outcome = error.__traceback__.tb_next.tb_frame.f_locals
            outcome = sorted((name, value) for name, value in outcome.items() if name != "trace")
    print(n, outcome)
for wrong in (COUNT, None, "x", 2.5, True, 1.0, 1 << 70):
    try:
        print(wrong, machine([*hot, wrong, 13], -1, [])[0])
    except (KeyError, TypeError):
        traceback.print_exc(file=sys.stdout)
print(machine([62, 46, 30, 14, 78] * 3, -1, [])[0])
