"""Escape times of the Mandelbrot set, written into a NumPy array of int64 for points that are read from arrays."""

import numpy as np
import pyperf


def escape_times(reals: np.ndarray, imaginaries: np.ndarray, counts: np.ndarray, limit: int) -> None:
    for i in range(len(imaginaries)):
        for j in range(len(reals)):
            cr = reals[j]
            ci = imaginaries[i]
            zr = cr
            zi = ci
            n = 0
            while n < limit and zr * zr + zi * zi <= 4.0:
                zr, zi = zr * zr - zi * zi + cr, 2.0 * zr * zi + ci
                n += 1
            counts[i, j] = n


def mandelbrot(width: int, height: int, limit: int) -> int:
    counts = np.zeros((height, width), dtype=np.int64)
    escape_times(np.linspace(-2.0, 1.0, width), np.linspace(-1.0, 1.0, height), counts, limit)
    return int(counts.sum())


if __name__ == "__main__":
    pyperf.Runner().bench_func("mandelbrot_array", mandelbrot, 60, 40, 100)
