"""The n queens problem: counts all solutions and draws the first one. usage: queens.py [N]"""

import sys


def solve(n, row, columns, rising, falling, placed, solutions):
    """Place a queen in each row in turn; columns and diagonals that are taken are marked in lists."""
    if row == n:
        if not solutions:
            solutions.append(list(placed))
        return 1
    count = 0
    for column in range(n):
        up = row + column
        down = row - column + n - 1
        if columns[column] or rising[up] or falling[down]:
            continue
        columns[column] = rising[up] = falling[down] = True
        placed[row] = column
        count += solve(n, row + 1, columns, rising, falling, placed, solutions)
        columns[column] = rising[up] = falling[down] = False
    return count


def main(n=13):
    for size in range(4, n + 1):
        solutions = []
        count = solve(size, 0, [False] * size, [False] * (2 * size), [False] * (2 * size), [0] * size, solutions)
        print(f"{size} queens: {count} solutions")
    for column in solutions[0]:
        print(" ".join("Q" if here == column else "." for here in range(n)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
