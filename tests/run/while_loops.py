"""while, while/else, nested loops, break, continue, conditions with side effects, empty bodies, loops that end by exception."""

from _show import drive


def countdown(n):
    out = []
    while n > 0:
        n -= 1
        if n % 3 == 0:
            continue
        if n == 7:
            break
        out.append(n)
    else:
        out.append("else")
    return out


def condition_calls(items):
    n = 0
    while items.pop():
        n += 1
    return n, items


def nested(n):
    total = 0
    i = 0
    while i < n:
        j = 0
        while True:
            j += 1
            if j > i:
                break
            k = j
            while k:
                k >>= 1
                total += k
        i += 1
    return total


def newton(x):
    guess = x
    steps = 0
    while abs(guess * guess - x) > 1e-9 and steps < 60:
        guess = (guess + x / guess) / 2
        steps += 1
    return guess, steps


def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


def sieve(n):
    flags = [True] * (n + 1)
    i = 2
    while i * i <= n:
        if flags[i]:
            j = i * i
            while j <= n:
                flags[j] = False
                j += i
        i += 1
    return [i for i in range(2, n + 1) if flags[i]]


def walrus(items):
    it = iter(items)
    out = []
    while (x := next(it, None)) is not None:
        out.append(x)
    return out, x


def until_error(items):
    i = 0
    total = 0
    try:
        while True:
            total += items[i]
            i += 1
    except IndexError:
        return i, total


def zero_times(n):
    while n < 0:
        n = "never"
    return n


drive(countdown, (6,), (12,), (0,), (2.5,), ("a",), (True,), orders=2)
print(condition_calls([0, 1, 2]), condition_calls([None, 1, "a", 2.5]))
drive(nested, (6,), (0,), (9,), (3.5,))
drive(newton, (2.0,), (2,), (1e300,), (0.25,), (-1.0,), (0,), orders=2)
drive(gcd, (48, 18), (2**80, 2**70 * 3), (0, 5), (7, 0), (-48, 18), (1.5, 0.5), (4, "a"), orders=2)
drive(sieve, (50,), (2,), (0,))
drive(walrus, ([1, 2],), ("ab",), ([],), ([None, 1],))
drive(until_error, ([1, 2, 3],), ([],), ((1.5, 2),), (["a"],))
drive(zero_times, (1,), (-1,), (0.0,))
