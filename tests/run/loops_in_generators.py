"""Loops inside generators, nested and with values on the operand stack around them: a loop that is entered while it runs finds its frame as it is."""

from _show import attempt


def countdown(n):
    total = 0
    for i in range(n):
        for j in range(i % 5):
            total += i * j
        if i % 100 == 0:
            yield total


def long_stretch(n):
    total = 0
    for i in range(n):
        for j in range(3):
            total += (i ^ j) & 7
    yield total
    i = 0
    while i < n:
        total -= i & 3
        i += 1
    yield total


def operands(n):
    yield [n, *[k + sum(m for m in range(k % 4)) for k in range(n)]][-1]
    yield (n, sum(i * i for i in range(n) if i % 3), {k: k * k for k in range(n)}[n - 1])


def delegates(n):
    total = yield from long_stretch(n)
    for part in countdown(n):
        total = part
    yield total


def fails(n):
    for i in range(n):
        for j in range(2):
            if i == n - 1 and j:
                yield i
                raise ValueError(i, j)


async def asynchronous(n):
    total = 0
    for i in range(n):
        for j in range(i % 3):
            total += i - j
    return total


def run(coroutine):
    try:
        coroutine.send(None)
    except StopIteration as end:
        return end.value


for n in (10, 1000, 60000):
    print(n, list(countdown(n))[-3:], list(long_stretch(n)), list(delegates(n))[-2:], run(asynchronous(n)))
    print(list(operands(n % 1009 + 3)), attempt(list, fails(n)))
for _ in range(30):
    print(sum(countdown(500)), sum(long_stretch(500)), sum(x for x in countdown(700)))
