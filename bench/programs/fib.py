"""Recursive calls and almost nothing else."""

import pyperf


def fib(n: int) -> int:
    return n if n < 2 else fib(n - 1) + fib(n - 2)


if __name__ == "__main__":
    pyperf.Runner().bench_func("fib", fib, 22)
