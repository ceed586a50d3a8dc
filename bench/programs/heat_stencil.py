"""Heat spreads over a plate: a five-point stencil on two-dimensional NumPy arrays, element by element."""

import numpy as np
import pyperf


def step(old: np.ndarray, new: np.ndarray, rows: int, columns: int, share: float) -> None:
    for i in range(1, rows - 1):
        for j in range(1, columns - 1):
            around = old[i - 1, j] + old[i + 1, j] + old[i, j - 1] + old[i, j + 1]
            new[i, j] = old[i, j] + share * (around - 4.0 * old[i, j])


def heat(rows: int, columns: int, steps: int) -> float:
    old = np.zeros((rows, columns))
    old[0, :] = 100.0
    old[:, 0] = 50.0
    new = old.copy()
    for _ in range(steps):
        step(old, new, rows, columns, 0.2)
        old, new = new, old
    return float(old.sum())


if __name__ == "__main__":
    pyperf.Runner().bench_func("heat_stencil", heat, 100, 100, 5)
