"""Pancake flips, element by element: int loops over lists, as a C programmer would write them."""

import pyperf


def fannkuch(n: int) -> tuple[int, int]:
    permutation = list(range(n))
    work = [0] * n
    count = [0] * n
    checksum = most = sign = 0
    r = n
    while True:
        while r != 1:
            count[r - 1] = r
            r -= 1
        for i in range(n):
            work[i] = permutation[i]
        flips = 0
        k = work[0]
        while k != 0:
            i, j = 0, k
            while i < j:
                swap = work[i]
                work[i] = work[j]
                work[j] = swap
                i += 1
                j -= 1
            flips += 1
            k = work[0]
        if flips > most:
            most = flips
        checksum += flips if sign == 0 else -flips
        sign = 1 - sign
        while True:
            if r == n:
                return checksum, most
            first = permutation[0]
            for i in range(r):
                permutation[i] = permutation[i + 1]
            permutation[r] = first
            count[r] -= 1
            if count[r] > 0:
                break
            r += 1


if __name__ == "__main__":
    pyperf.Runner().bench_func("fannkuch_loop", fannkuch, 8)
