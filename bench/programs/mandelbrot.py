"""Escape times of the Mandelbrot set: float arithmetic in three nested loops."""

import pyperf


def mandelbrot(width: int, height: int, limit: int) -> int:
    total = 0
    for row in range(height):
        ci = 2.0 * row / height - 1.0
        for column in range(width):
            cr = 3.0 * column / width - 2.0
            zr = zi = 0.0
            n = 0
            while n < limit and zr * zr + zi * zi <= 4.0:
                zr, zi = zr * zr - zi * zi + cr, 2.0 * zr * zi + ci
                n += 1
            total += n
    return total


if __name__ == "__main__":
    pyperf.Runner().bench_func("mandelbrot", mandelbrot, 120, 80, 100)
