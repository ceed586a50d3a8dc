"""Numbers that two variables share where a loop begins and that are two later on: what `is` says of them, and who holds what in many nested loops."""

from _show import drive


def escape(reals, imaginaries, limit):
    found = []
    for i in range(len(imaginaries)):
        for j in range(len(reals)):
            cr = reals[j] + 0.0
            ci = imaginaries[i] + 0.0
            zr = cr
            zi = ci
            n = 0
            same = zr is cr, zi is ci
            while n < limit and zr * zr + zi * zi <= 4.0:
                zr, zi = zr * zr - zi * zi + cr, 2.0 * zr * zi + ci
                n += 1
            found.append((n, zr is cr, zi is ci, same, zr, cr))
    return found


def kept(values, rounds):
    found = []
    for x in values:
        y = x * 2
        z = y
        for k in range(rounds):
            for _ in range(2):
                if k == 2:
                    z = y
                elif k > 2:
                    z = z + 1
                found.append((z is y, z == y))
        found.append((y, z, z is y))
    return found


def handed_on(n):
    a = b = c = n * 1000
    found = []
    for i in range(n):
        for j in range(n):
            if j == i:
                a = a + 1
            elif j > i:
                b = a
            found.append((a is b, b is c, a is c))
        c = b
    return found, a, b, c


reals, imaginaries = [-2.0, -1.0, 0.25, 3.0], [0.0, 0.5, 2.5]
drive(escape, (reals, imaginaries, 30), ([0], [1, 2], 9), (reals, [1, 0.5], 3), orders=3)
drive(kept, ([1.5, 2.5, 1e300], 5), ([1000, 2**70, 3], 5), ([1, 2.5], 4), orders=3)
drive(handed_on, (5,), (3,), (1,), orders=2)
