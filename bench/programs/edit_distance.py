"""How far two sequences are apart: a table of dynamic programming in a NumPy array of int64."""

import numpy as np
import pyperf


def fill(table: np.ndarray, first: np.ndarray, second: np.ndarray, n: int, m: int) -> None:
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            cost = 0 if first[i - 1] == second[j - 1] else 1
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + cost)


def distance(n: int, m: int) -> int:
    first = np.arange(n, dtype=np.int64) * 7919 % 26
    second = np.arange(m, dtype=np.int64) * 104729 % 26
    table = np.zeros((n + 1, m + 1), dtype=np.int64)
    table[:, 0] = np.arange(n + 1)
    table[0, :] = np.arange(m + 1)
    fill(table, first, second, n, m)
    return int(table[n, m])


if __name__ == "__main__":
    pyperf.Runner().bench_func("edit_distance", distance, 200, 150)
