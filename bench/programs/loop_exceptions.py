"""Exceptions raised and caught in a loop: by an operation, by a callee, by `raise`, with finally."""

import pyperf


class Refused(Exception):
    pass


def parse(text: str) -> int:
    if text == "never":
        raise Refused(text)
    return int(text)


def count(texts: list[str], table: dict[str, int]) -> tuple[int, int, int, int]:
    numbers = words = refused = always = 0
    for text in texts:
        try:
            numbers += parse(text)
        except ValueError:
            words += 1
        except Refused:
            refused += 1
        finally:
            always += 1
        try:
            numbers += table[text]
        except KeyError:
            words += 2
    return numbers, words, refused, always


if __name__ == "__main__":
    texts = ["12", "7", "x", "99", "never", "3", "4", "y"] * 500
    pyperf.Runner().bench_func("loop_exceptions", count, texts, {"12": 1, "7": 2, "3": 3, "99": 4, "4": 5})
