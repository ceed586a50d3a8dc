"""Hot loops at module level: names are globals or dict entries, exceptions name <module>, deletion and rebinding."""

import traceback

total = 0
items = []
for i in range(3000):
    total += i * 2
    if i % 1000 == 0:
        items.append((i, total))
print(total, items, i)

x = 1
n = 0
while n < 200:
    x = x * 3
    n += 1
print(x)

value = 0
for value in range(2000):
    if value == 1500:
        break
else:
    print("not reached")
print(value)

mixed = 0
for thing in [1] * 500 + [2.5] * 500 + [2**64] * 3:
    mixed = mixed + thing
print(mixed)

counts = {}
for word in "the quick brown fox jumps over the lazy dog the end".split() * 100:
    counts[word] = counts.get(word, 0) + 1
print(sorted(counts.items()))

try:
    for k in range(1000):
        quotient = 1000 // (900 - k)
except ZeroDivisionError:
    traceback.print_exc()
    print(traceback.format_exc())
print(k, quotient)


class Body:
    """A loop in a class body: its names are in the class dict."""

    squares = []
    for number in range(500):
        squares.append(number * number)
        last = squares[-1]


print(Body.number, Body.last, len(Body.squares))

for j in range(1000):
    if j == 500:
        del total
    try:
        total += 1
    except NameError:
        total = -1000
print(total)

exec("acc = 0\nfor q in range(2000):\n    acc += q & 7\nprint(acc)")
namespace = {"limit": 2000}
exec("out = 0\nfor q in range(limit):\n    out += q % 3\n    limit = 'gone'\n", namespace)
print(namespace["out"], namespace["limit"])
print([q for q in range(0, 3000, 700)])
