"""A context manager entered and left in a loop, a class and a generator-based one."""

from collections.abc import Iterator
from contextlib import contextmanager

import pyperf


class Depth:
    def __init__(self) -> None:
        self.depth = 0
        self.entered = 0

    def __enter__(self) -> "Depth":
        self.depth += 1
        self.entered += 1
        return self

    def __exit__(self, *exc: object) -> None:
        self.depth -= 1


@contextmanager
def noted(log: list[int], value: int) -> Iterator[int]:
    log.append(value)
    yield value + 1
    log.pop()


def work(n: int) -> tuple[int, int, int]:
    depth = Depth()
    log: list[int] = []
    total = 0
    for i in range(n):
        with depth as outer, depth:
            total += outer.depth
        if i % 8 == 0:
            with noted(log, i) as value:
                total += value
    return total, depth.entered, len(log)


if __name__ == "__main__":
    pyperf.Runner().bench_func("loop_with", work, 5000)
