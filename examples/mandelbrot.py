"""Draws the Mandelbrot set as text. usage: mandelbrot.py [WIDTH]"""

import sys

SHADES = " .:-=+*#%@"
LIMIT = 25000


def escape_time(cr, ci):
    """How many steps until the point leaves; LIMIT if it stays."""
    zr = zi = 0.0
    for step in range(LIMIT):
        zr2 = zr * zr
        zi2 = zi * zi
        if zr2 + zi2 > 4.0:
            return step
        zi = 2.0 * zr * zi + ci
        zr = zr2 - zi2 + cr
    return LIMIT


def main(width=150):
    height = width * 2 // 5
    total = 0
    for row in range(height):
        line = []
        for column in range(width):
            steps = escape_time(3.0 * column / width - 2.2, 2.4 * row / height - 1.2)
            total += steps
            line.append(SHADES[-1] if steps == LIMIT else SHADES[min(steps // 3, 8)])
        print("".join(line))
    print(total, "steps")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
