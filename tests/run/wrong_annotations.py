"""Annotations that lie: they must change nothing."""

from typing import Any

from _show import drive


def add(a: int, b: int) -> int:
    return a + b


def loop(n: str, items: list[int]) -> dict[str, float]:
    total: float = 0
    count: int = 1.5
    for item in items:
        item: str
        total += item * count
    return total


def unknown(a: "Nonsense", b: undefined if False else int = "text") -> None:  # noqa: F821
    x: "also nonsense" = a  # noqa: F722
    y: Any
    return x, b


class Point:
    x: int
    y: int = "not an int"

    def __init__(self, x: int) -> str:
        self.x: bytes = x

    def get(self) -> int:
        return self.x, self.y


def use(x: int) -> Point:
    p: int = Point(x)
    return p.get()


def only_annotated(flag: bool) -> int:
    value: int
    if flag:
        value = flag
    return value


drive(add, (1.5, 2.5), ("a", "b"), (1, 2), (2**63, 2**63), ([1], [2]), (None, 1), orders=4)
drive(loop, ("x", [1, 2]), (1, [2.5]), (1, ["a"]), (1, (2**64,)), orders=2)
drive(unknown, (1,), ("s", 2))
drive(use, ("s",), (1,), (2.5,), orders=2)
drive(only_annotated, (True,), (False,))
print(Point.__annotations__, add.__annotations__)
