"""An uncaught exception at the end of a hot program: traceback on stderr and exit code 1."""

import sys


def inner(n):
    total = 0
    for i in range(n):
        total += 100 // (50 - i)
    return total


def outer(n):
    try:
        return inner(n)
    finally:
        print("finally", n)


for k in range(200):
    inner(40)
print("sums", inner(45), [inner(k) for k in range(5, 40, 10)])
sys.stdout.flush()
outer(60)
