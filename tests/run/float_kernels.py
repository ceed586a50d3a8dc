"""Numeric kernels whose every digit counts: nbody-like steps, matrix product, polynomial, mandelbrot, statistics, rounding."""

import math
import random

from _show import drive


def step(bodies, dt, n):
    for _ in range(n):
        for i, (p, v, m) in enumerate(bodies):
            for q, w, k in bodies[i + 1 :]:
                d = [a - b for a, b in zip(p, q)]
                mag = dt * (d[0] * d[0] + d[1] * d[1] + d[2] * d[2] + 0.01) ** -1.5
                for axis in range(3):
                    v[axis] -= d[axis] * k * mag
                    w[axis] += d[axis] * m * mag
        for p, v, _ in bodies:
            for axis in range(3):
                p[axis] += dt * v[axis]
    return [[x.hex() for x in p] for p, v, m in bodies]


def run_bodies(seed, n):
    rnd = random.Random(seed)
    return step([([rnd.random() for _ in range(3)], [rnd.random() for _ in range(3)], rnd.random()) for _ in range(3)], 0.01, n)


def matmul(a, b):
    out = [[0.0] * len(b[0]) for _ in a]
    for i in range(len(a)):
        for j in range(len(b[0])):
            total = 0.0
            for k in range(len(b)):
                total += a[i][k] * b[k][j]
            out[i][j] = total
    return out


def horner(coefficients, x):
    y = 0
    for c in coefficients:
        y = y * x + c
    return y


def escape(cr, ci, limit):
    zr = zi = 0.0
    for n in range(limit):
        if zr * zr + zi * zi > 4.0:
            return n
        zr, zi = zr * zr - zi * zi + cr, 2.0 * zr * zi + ci
    return limit


def moments(values):
    n = total = squares = 0.0
    low, high = math.inf, -math.inf
    for v in values:
        n += 1
        total += v
        squares += v * v
        low = min(low, v)
        high = v if v > high else high
    mean = total / n
    return mean, math.sqrt(max(squares / n - mean * mean, 0.0)), low, high


def rounding(x):
    return round(x), round(x, 1), int(x), math.floor(x), math.ceil(x), x // 1, x % 1, divmod(x, 0.3), float(x).hex()


def compensated(values):
    total = c = 0.0
    for v in values:
        y = v - c
        t = total + y
        c = (t - total) - y
        total = t
    return total, c


drive(run_bodies, (1, 5), (2, 3), (3, 0), times=8, late=2)
drive(matmul, ([[1.0, 2.0], [3.0, 4.0]], [[0.5, 1.0], [2.0, 0.25]]), ([[1, 2]], [[3], [4]]), ([[2**64, 1]], [[1.5], [2]]), ([[1.0]], [["a"]]), orders=2)
drive(horner, ([1.0, -2.0, 0.5], 1.1), ([1, 2, 3], 10), ([1, 2, 3], 2**40), ([1, 2.5], 3), ([1], "s"), ([], 1.0), orders=3)
drive(escape, (-0.5, 0.5, 50), (2.0, 2.0, 50), (0, 0, 50), (float("nan"), 0.0, 20), (1e200, 1.0, 20), orders=2)
drive(moments, ([1.0, 2.5, 3.0],), ([1, 2, 3],), ([1e308, 1e308],), ([float("nan"), 1.0],), ([],), (["a"],), ([2**70, 1.0],), ([-0.0, 0.0],), orders=2)
drive(rounding, (2.5,), (-2.5,), (1e20,), (0.1,), (-0.0,), (float("inf"),), (float("nan"),), (7,), (True,), orders=2)
drive(compensated, ([0.1] * 10,), ([1e16, 1.0, -1e16],), ([1, 2, 3],))
