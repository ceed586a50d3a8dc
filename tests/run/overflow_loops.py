"""Sums, products and shifts in loops that leave 64 bits in the middle, in both directions."""

from _show import drive


def doubling(n):
    x = 1
    for _ in range(n):
        x = x + x
    return x


def factorial(n):
    x = 1
    for i in range(2, n + 1):
        x *= i
    return x


def shifting(n):
    x = -3
    for i in range(n):
        x = (x << 1) ^ i
    return x


def down(n):
    x = 1 << n
    steps = 0
    while x > 1:
        x >>= 1
        steps += x & 1
    return (x, steps)


def fibonacci(n):
    a, b = 0, 1
    while n > 0:
        a, b = b, a + b
        n -= 1
    return a


def negate_edge(x):
    return (-x, ~x, x - 1, x + 1, x * -1, x // -1, abs(x), x % -1)


def mixed_width(n):
    total = 0
    seen = []
    for i in range(n):
        total += (1 << 61) - i
        if total > 2**63 and len(seen) < 3:
            seen.append(total)
    return (total, seen)


def collatz(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


for function in (doubling, factorial, shifting, down, fibonacci, mixed_width):
    drive(function, (10,), (20,), (61,), (62,), (63,), (64,), (65,), (100,), (0,), (2.5,), orders=2, times=20, late=3)
drive(negate_edge, (5,), (2**63,), (-(2**63),), (2**63 - 1,), (-(2**63) + 1,), (0,), (2**62,), (True,))
drive(collatz, (27,), (97,), (10**25 + 7,), (2**66,))
